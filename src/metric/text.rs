//! Printing tables as scikit-learn prints them.

use std::fmt::Debug;

/// A label as a table shows it: its `Debug` form, without the quotes around strings and chars.
pub(crate) fn label_text<L: Debug>(label: &L) -> String {
    let text = format!("{label:?}");
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).map(readable).unwrap_or(text)
}

/// A text that `Debug` has escaped, with only those characters escaped that cannot be shown on one line.
fn readable(escaped: &str) -> String {
    let (mut out, mut rest) = (String::new(), escaped);
    while let Some((before, after)) = rest.split_once('\\') {
        out += before;
        let code = after.strip_prefix("u{").and_then(|code| code.split_once('}'));
        let shown = code.and_then(|(code, behind)| {
            let letter = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
            (!letter.is_control()).then_some((letter, behind))
        });
        if let Some((letter, behind)) = shown {
            out.push(letter); // accents that are letters of their own
            rest = behind;
        } else if let Some(letter) = after.chars().next().filter(|letter| "\"'\\".contains(*letter)) {
            out.push(letter);
            rest = after.split_at(1).1;
        } else {
            out.push('\\');
            rest = after;
        }
    }
    out + rest
}

/// A number with that many decimals; NaN is `nan`, as in scikit-learn's tables.
pub(crate) fn decimals(value: f64, digits: usize) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{value:.digits$}") }
}

/// The text with blanks before it, `width` characters in all. (`{:>width$}` panics on very large widths,
/// and labels can have any length.)
pub(crate) fn right(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.chars().count())) + text
}

/// The longest of these texts, in characters.
pub(crate) fn widest<'a>(texts: impl IntoIterator<Item = &'a String>) -> usize {
    texts.into_iter().map(|text| text.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_print_without_quotes() {
        assert_eq!(label_text(&"a cat"), "a cat");
        assert_eq!(label_text(&String::from("it's")), "it's");
        assert_eq!(label_text(&'c'), "c");
        assert_eq!(label_text(&-3), "-3");
        assert_eq!(label_text(&Some("x")), "Some(\"x\")");
        assert_eq!(label_text(&"e\u{301}tude \"A\" C:\\n"), "e\u{301}tude \"A\" C:\\n");
        assert_eq!(label_text(&"two\nlines\u{7}"), "two\\nlines\\u{7}");
        assert_eq!(label_text(&'\u{301}'), "\u{301}");
    }

    #[test]
    fn columns_are_counted_in_characters() {
        assert_eq!(right("é", 3), "  é");
        assert_eq!(right("long", 2), "long");
        assert_eq!(decimals(0.125, 2), "0.12"); // ties to even, as Python rounds
        assert_eq!(decimals(f64::NAN, 2), "nan");
    }
}
