//! From a text to its tokens.

use super::unicode::is_word_char;

/// A way to take a text apart into tokens.
///
/// [`Words`] is the default of all vectorizers. A closure is one, too:
///
/// ```
/// use certifit::prelude::*;
/// let vectorizer = CountVectorizer::new().tokenizer(|text: &str, visit: &mut dyn FnMut(&str)| {
///     text.split('-').for_each(visit);
/// });
/// assert_eq!(vectorizer.analyze("UP-and-down")?, ["up", "and", "down"]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait Tokenizer: Send + Sync {
    /// Calls `visit` with each token of the text, in their order.
    fn tokens(&self, text: &str, visit: &mut dyn FnMut(&str));
}

impl<F: Fn(&str, &mut dyn FnMut(&str)) + Send + Sync> Tokenizer for F {
    fn tokens(&self, text: &str, visit: &mut dyn FnMut(&str)) {
        self(text, visit);
    }
}

/// Runs of word characters: letters, numbers and `_` of any script.
///
/// With `min_chars` of 2 (the default) these are the tokens of scikit-learn's `token_pattern`, `(?u)\b\w\w+\b`, and with 1
/// those of `(?u)\b\w+\b`. As in Python, combining marks are no word characters.
///
/// ```
/// use certifit::prelude::*;
/// use certifit::text::Words;
/// let text = "A café, 3.14 or under_score";
/// assert_eq!(CountVectorizer::new().analyze(text)?, ["café", "14", "or", "under_score"]);
/// let all = CountVectorizer::new().tokenizer(Words::of_at_least(1));
/// assert_eq!(all.analyze(text)?, ["a", "café", "3", "14", "or", "under_score"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Words {
    min_chars: usize,
}

impl Words {
    /// Words of so many characters or more.
    pub fn of_at_least(min_chars: usize) -> Self {
        Self { min_chars }
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::of_at_least(2)
    }
}

impl Tokenizer for Words {
    fn tokens(&self, text: &str, visit: &mut dyn FnMut(&str)) {
        let (mut at, mut start, mut n_chars) = (0, 0, 0);
        let mut end_word = |start: usize, end: usize, n_chars: usize| {
            if n_chars > 0 && n_chars >= self.min_chars {
                text.get(start..end).into_iter().for_each(&mut *visit);
            }
        };
        while let Some(&byte) = text.as_bytes().get(at) {
            let (is_word, width) = match ASCII_WORD.get(usize::from(byte)) {
                Some(&is_word) => (is_word, 1),
                None => wide_char(text, at),
            };
            if is_word {
                start = if n_chars == 0 { at } else { start };
                n_chars += 1;
            } else if n_chars > 0 {
                end_word(start, at, n_chars);
                n_chars = 0;
            }
            at += width;
        }
        end_word(start, text.len(), n_chars);
    }
}

/// Whether the character at a byte is one of a word, and how many bytes it has.
fn wide_char(text: &str, at: usize) -> (bool, usize) {
    let c = text.get(at..).and_then(|rest| rest.chars().next());
    c.map_or((false, 1), |c| (is_word_char(c), c.len_utf8()))
}

const ASCII_WORD: [bool; 128] = {
    let mut table = [false; 128];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::{Tokenizer, Words};
    use crate::text::unicode::is_word_char;
    use proptest::prelude::*;

    fn tokens(text: &str, min_chars: usize) -> Vec<String> {
        let mut found = Vec::new();
        Words::of_at_least(min_chars).tokens(text, &mut |token| found.push(token.to_owned()));
        found
    }

    proptest! {
        #[test]
        fn words_are_the_runs_between_other_characters(text in "[a-c_ é日\u{300}\u{93e}😀.]{0,40}", min in 0usize..4) {
            let runs = text.split(|c| !is_word_char(c)).filter(|run| !run.is_empty());
            let expected: Vec<&str> = runs.filter(|run| run.chars().count() >= min).collect();
            prop_assert_eq!(tokens(&text, min), expected);
        }
    }

    #[test]
    fn a_word_may_end_the_text() {
        assert_eq!(tokens("ab cd", 2), ["ab", "cd"]);
        assert_eq!(tokens("i̇stanbul", 2), ["stanbul"]);
        assert!(tokens("", 0).is_empty());
    }
}
