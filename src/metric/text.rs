//! Printing tables as scikit-learn prints them.

use std::fmt::Debug;

/// A label as a table shows it: its `Debug` form, without the quotes around strings and chars.
pub(crate) fn label_text<L: Debug>(label: &L) -> String {
    let text = format!("{label:?}");
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).map(str::to_owned).unwrap_or(text)
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
    }

    #[test]
    fn columns_are_counted_in_characters() {
        assert_eq!(right("é", 3), "  é");
        assert_eq!(right("long", 2), "long");
        assert_eq!(decimals(0.125, 2), "0.12"); // ties to even, as Python rounds
        assert_eq!(decimals(f64::NAN, 2), "nan");
    }
}
