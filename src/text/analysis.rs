//! From a text to its terms: what all vectorizers share.

use super::stop_words::StopWords;
use super::terms::Terms;
use super::tokenizer::{Tokenizer, Words};
use super::unicode::is_space;
use crate::error::{Error, Result};
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What terms are made of.
///
/// ```
/// use certifit::prelude::*;
/// use certifit::text::Analyzer;
/// let characters = CountVectorizer::new().analyzer(Analyzer::CharWb).ngram_range(3..=3);
/// assert_eq!(characters.analyze("a fox")?, [" a ", " fo", "fox", "ox "]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Analyzer {
    /// Tokens: n-grams of them are joined by a space.
    #[default]
    Word,
    /// Characters: n-grams run across words. Two white spaces or more count as one space.
    Char,
    /// Characters inside of words, each of which has a space put before and behind it. Words end at white space.
    CharWb,
}

/// A function from the text to what is taken apart.
pub(super) type Preprocessor = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// How a text becomes terms.
#[derive(Clone)]
pub(super) struct Analysis {
    pub(super) lowercase: bool,
    pub(super) preprocessor: Option<Preprocessor>,
    pub(super) tokenizer: Arc<dyn Tokenizer>,
    pub(super) analyzer: Analyzer,
    pub(super) stop_words: StopWords,
    pub(super) ngram_range: RangeInclusive<usize>,
}

impl Default for Analysis {
    fn default() -> Self {
        Self {
            lowercase: true,
            preprocessor: None,
            tokenizer: Arc::new(Words::default()),
            analyzer: Analyzer::Word,
            stop_words: StopWords::None,
            ngram_range: 1..=1,
        }
    }
}

impl fmt::Debug for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analysis")
            .field("lowercase", &self.lowercase)
            .field("analyzer", &self.analyzer)
            .field("stop_words", &self.stop_words)
            .field("ngram_range", &self.ngram_range)
            .finish_non_exhaustive()
    }
}

impl Analysis {
    pub(super) fn check(&self) -> Result<()> {
        if *self.ngram_range.start() >= 1 && self.ngram_range.start() <= self.ngram_range.end() {
            return Ok(());
        }
        Err(Error::invalid_parameter("ngram_range", &self.ngram_range, "a range from 1 or more, not empty"))
    }

    /// The terms of one text, in their order.
    pub(super) fn terms_of(&self, text: &str) -> Result<Vec<String>> {
        self.check()?;
        let mut terms = Vec::new();
        Reader::new(self).for_each_term(text, |term| terms.push(term.to_owned()));
        Ok(terms)
    }
}

/// Reads one text after another in buffers that it keeps.
pub(super) struct Reader<'a> {
    analysis: &'a Analysis,
    stop_words: Terms,
    /// The text as it is taken apart.
    text: String,
    /// What n-grams are parts of: tokens with a space between them, or characters.
    joined: String,
    /// Where tokens start and end in `joined`, or where characters start.
    tokens: Vec<(usize, usize)>,
    chars: Vec<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        Self {
            analysis,
            stop_words: analysis.stop_words.to_set(),
            text: String::new(),
            joined: String::new(),
            tokens: Vec::new(),
            chars: Vec::new(),
        }
    }

    /// Calls `visit` with each term of the document.
    pub(super) fn for_each_term(&mut self, document: &str, visit: impl FnMut(&str)) {
        self.prepare(document);
        match self.analysis.analyzer {
            Analyzer::Word if self.analysis.ngram_range == (1..=1) => self.for_each_token(visit),
            Analyzer::Word => self.for_each_word_ngram(visit),
            Analyzer::Char => self.for_each_char_ngram(visit),
            Analyzer::CharWb => self.for_each_ngram_within_words(visit),
        }
    }

    fn prepare(&mut self, document: &str) {
        self.text.clear();
        match &self.analysis.preprocessor {
            Some(preprocessor) => self.text = preprocessor(document),
            None if self.analysis.lowercase && !document.is_ascii() => self.text = document.to_lowercase(),
            None => {
                self.text.push_str(document);
                if self.analysis.lowercase {
                    self.text.make_ascii_lowercase();
                }
            }
        }
    }

    fn for_each_token(&self, mut visit: impl FnMut(&str)) {
        self.analysis.tokenizer.tokens(&self.text, &mut |token| {
            if self.stop_words.id(token).is_none() {
                visit(token);
            }
        });
    }

    fn for_each_word_ngram(&mut self, mut visit: impl FnMut(&str)) {
        let (mut joined, mut tokens) = (std::mem::take(&mut self.joined), std::mem::take(&mut self.tokens));
        joined.clear();
        tokens.clear();
        self.for_each_token(|token| {
            if !tokens.is_empty() {
                joined.push(' ');
            }
            let start = joined.len();
            joined.push_str(token);
            tokens.push((start, joined.len()));
        });
        for n in self.analysis.ngram_range.clone().take_while(|&n| n <= tokens.len()) {
            for ngram in tokens.windows(n) {
                if let [(start, _), .., (_, end)] | [(start, end)] = ngram {
                    joined.get(*start..*end).into_iter().for_each(&mut visit);
                }
            }
        }
        (self.joined, self.tokens) = (joined, tokens);
    }

    fn for_each_char_ngram(&mut self, visit: impl FnMut(&str)) {
        self.joined.clear();
        let mut chars = self.text.chars().peekable();
        while let Some(c) = chars.next() {
            let is_run = is_space(c) && chars.peek().copied().is_some_and(is_space);
            while is_run && chars.next_if(|&c| is_space(c)).is_some() {}
            self.joined.push(if is_run { ' ' } else { c });
        }
        find_chars(&self.joined, &mut self.chars);
        let longest = self.chars.len() - 1;
        windows(
            &self.joined,
            &self.chars,
            self.analysis.ngram_range.clone().take_while(|&n| n <= longest),
            visit,
        );
    }

    fn for_each_ngram_within_words(&mut self, mut visit: impl FnMut(&str)) {
        for word in self.text.split(is_space).filter(|word| !word.is_empty()) {
            self.joined.clear();
            self.joined.push(' ');
            self.joined.push_str(word);
            self.joined.push(' ');
            find_chars(&self.joined, &mut self.chars);
            // A word that is shorter than n counts once, as a whole, however many n are longer.
            let length = self.chars.len() - 1;
            let (&first, &last) = (self.analysis.ngram_range.start(), self.analysis.ngram_range.end());
            windows(&self.joined, &self.chars, first.min(length)..=last.min(length), &mut visit);
        }
    }
}

/// Where the characters of a text start, and where the text ends.
fn find_chars(text: &str, starts: &mut Vec<usize>) {
    starts.clear();
    starts.extend(text.char_indices().map(|(at, _)| at));
    starts.push(text.len());
}

/// All runs of n characters, for each n.
fn windows(text: &str, starts: &[usize], lengths: impl Iterator<Item = usize>, mut visit: impl FnMut(&str)) {
    for n in lengths {
        for run in starts.windows(n + 1) {
            if let [start, .., end] = run {
                text.get(*start..*end).into_iter().for_each(&mut visit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Analysis, Analyzer, StopWords};
    use crate::error::Error;
    use std::sync::Arc;

    fn analysis(analyzer: Analyzer, range: std::ops::RangeInclusive<usize>) -> Analysis {
        Analysis { analyzer, ngram_range: range, ..Analysis::default() }
    }

    #[test]
    fn ngrams_of_words_skip_stop_words_first() {
        let mut words = analysis(Analyzer::Word, 1..=2);
        words.stop_words = StopWords::from(["the"]);
        assert_eq!(words.terms_of("The quick THE fox").unwrap(), ["quick", "fox", "quick fox"]);
        assert!(words.terms_of("the").unwrap().is_empty());
    }

    #[test]
    fn runs_of_white_space_are_one_space_and_single_ones_stay() {
        assert_eq!(
            analysis(Analyzer::Char, 2..=2).terms_of("a\t \nB\tc").unwrap(),
            ["a ", " b", "b\t", "\tc"]
        );
        assert!(analysis(Analyzer::Char, 3..=4).terms_of("ab").unwrap().is_empty());
        assert_eq!(analysis(Analyzer::Char, 1..=9).terms_of("éa").unwrap(), ["é", "a", "éa"]);
        assert!(analysis(Analyzer::Char, 1..=9).terms_of("").unwrap().is_empty());
    }

    #[test]
    fn a_short_word_counts_once() {
        let terms = analysis(Analyzer::CharWb, 4..=6).terms_of(" a  fox").unwrap();
        assert_eq!(terms, [" a ", " fox", "fox ", " fox "]);
    }

    #[test]
    fn a_preprocessor_replaces_lowercasing() {
        let preprocessor: super::Preprocessor = Arc::new(|text| text.replace('É', "E"));
        let analysis = Analysis { preprocessor: Some(preprocessor), ..Analysis::default() };
        assert_eq!(analysis.terms_of("CAFÉ au").unwrap(), ["CAFE", "au"]);
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn empty_ranges_are_refused() {
        for range in [0..=1, 2..=1] {
            let error = analysis(Analyzer::Word, range).terms_of("a").unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name: "ngram_range", .. }));
        }
    }
}
