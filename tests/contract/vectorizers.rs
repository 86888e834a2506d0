//! What every vectorizer does, whatever it learns.

use crate::data::error_of;
use crate::threads::with_threads;
use certifit::text::{Analyzer, StopWords, Words};
use certifit::{Error, prelude::*};
use sprs::CsMat;
use std::fmt::Debug;

/// A vectorizer: what turns documents into sparse rows.
trait Vectorizer: Clone + Debug {
    fn learn<Y: Weights + ?Sized>(&self, texts: &[String], y: &Y) -> Result<(Apply, CsMat<f64>), Error>;
    fn ngrams(self, range: std::ops::RangeInclusive<usize>) -> Self;
}

type Apply = Box<dyn Fn(&[String]) -> Result<CsMat<f64>, Error>>;

macro_rules! vectorizer {
    ($type:ty) => {
        impl Vectorizer for $type {
            fn learn<Y: Weights + ?Sized>(
                &self,
                texts: &[String],
                y: &Y,
            ) -> Result<(Apply, CsMat<f64>), Error> {
                let (fitted, rows) = self.fit_transform(texts, y)?;
                Ok((Box::new(move |texts| fitted.transform(texts)), rows))
            }
            fn ngrams(self, range: std::ops::RangeInclusive<usize>) -> Self {
                self.ngram_range(range)
            }
        }
    };
}

vectorizer!(CountVectorizer);
vectorizer!(TfidfVectorizer);
vectorizer!(HashingVectorizer);

/// Enough text for several pieces, some of it not ASCII, some of it empty.
fn texts() -> Vec<String> {
    let word = |i: usize| match i % 7 {
        0 => format!("straße{}", i % 11),
        1 => "THE".into(),
        2 => format!("w{}", i * i % 1009),
        _ => format!("Word{}", i % 97),
    };
    let text = |i: usize| {
        let words: Vec<String> = (0..(i * 7) % 40).map(|j| word(i * 31 + j * 17)).collect();
        words.join(if i.is_multiple_of(3) { " " } else { ", " })
    };
    (0..20_000).map(text).collect()
}

fn few() -> Vec<String> {
    ["red apple, red", "green apple", "", "ripe pear", "red red pear"].map(String::from).into()
}

fn no_documents(vectorizer: &impl Vectorizer) {
    let expected = Error::Empty { what: "x", axis: "rows" };
    assert_eq!(error_of(vectorizer.learn(&[], &()).map(|_| ())), expected);
    assert_eq!(error_of(vectorizer.learn(&few(), &()).unwrap().0(&[])), expected);
}

fn targets_must_fit(vectorizer: &impl Vectorizer) {
    let error = error_of(vectorizer.learn(&few(), &[1, 2]).map(|_| ()));
    assert!(matches!(error, Error::LengthMismatch { expected: 5, found: 2, .. }), "{error}");
}

fn ranges_are_checked(vectorizer: &impl Vectorizer) {
    #[allow(clippy::reversed_empty_ranges)]
    for range in [0..=2, 3..=2] {
        let error = error_of(vectorizer.clone().ngrams(range).learn(&few(), &()).map(|_| ()));
        assert!(matches!(error, Error::InvalidParameter { name: "ngram_range", .. }), "{error}");
    }
}

fn rows_are_made_one_by_one(vectorizer: &impl Vectorizer) {
    let texts = few();
    let (apply, all) = vectorizer.learn(&texts, &()).unwrap();
    assert_eq!(apply(&texts).unwrap(), all);
    for (row, text) in texts.iter().enumerate() {
        let one = apply(std::slice::from_ref(text)).unwrap();
        assert_eq!(one.to_dense().row(0), all.to_dense().row(row));
    }
    let backwards: Vec<String> = texts.iter().rev().cloned().collect();
    let turned = vectorizer.learn(&backwards, &()).unwrap().1.to_dense();
    for row in 0..texts.len() {
        assert_eq!(turned.row(texts.len() - 1 - row), all.to_dense().row(row));
    }
}

fn weight_two_is_the_text_twice(vectorizer: &impl Vectorizer) {
    let texts = few();
    let times = [2usize, 0, 1, 3, 1];
    let weights = times.map(|times| times as f64);
    let repeated: Vec<String> =
        (0..5).flat_map(|i| std::iter::repeat_n(texts[i].clone(), times[i])).collect();
    let (apply, _) = vectorizer.learn(&texts, &().weighted(&weights).unwrap()).unwrap();
    let (expected, _) = vectorizer.learn(&repeated, &()).unwrap();
    assert_eq!(apply(&texts).unwrap(), expected(&texts).unwrap());
}

fn threads_do_not_matter(vectorizer: &(impl Vectorizer + Send + Sync)) {
    let texts = texts();
    let one = with_threads(1, || vectorizer.learn(&texts, &()).unwrap().1);
    let four = with_threads(4, || vectorizer.learn(&texts, &()).unwrap().1);
    assert_eq!(one, four);
    assert_eq!((one.rows(), one.nnz() > 5_000), (20_000, true));
    assert_eq!(vectorizer.learn(&texts, &()).unwrap().0(&texts).unwrap(), one);
}

macro_rules! vectorizer_contract {
    ($name:ident, $vectorizer:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn answers_to_bad_input() {
                no_documents(&$vectorizer);
                targets_must_fit(&$vectorizer);
                ranges_are_checked(&$vectorizer);
            }

            #[test]
            fn rows() {
                rows_are_made_one_by_one(&$vectorizer);
                weight_two_is_the_text_twice(&$vectorizer);
            }

            #[test]
            fn threads() {
                threads_do_not_matter(&$vectorizer);
            }
        }
    };
}

vectorizer_contract!(counts, CountVectorizer::new());
vectorizer_contract!(binary_counts, CountVectorizer::new().binary(true).stop_words(StopWords::English));
vectorizer_contract!(counts_of_ngrams, CountVectorizer::new().ngram_range(1..=2));
vectorizer_contract!(
    counts_of_characters,
    CountVectorizer::new().analyzer(Analyzer::CharWb).ngram_range(2..=3)
);
vectorizer_contract!(tfidf, TfidfVectorizer::new());
vectorizer_contract!(tfidf_of_frequent_terms, TfidfVectorizer::new().max_features(3).sublinear_tf(true));
vectorizer_contract!(
    tfidf_of_a_vocabulary,
    TfidfVectorizer::new().vocabulary(["red", "word3", "the", "w25"])
);
vectorizer_contract!(hashes, HashingVectorizer::new());
vectorizer_contract!(few_hashes, HashingVectorizer::new().n_features(64).tokenizer(Words::of_at_least(1)));

#[test]
fn vocabularies_have_terms() {
    let error = error_of(CountVectorizer::new().min_df(4).fit(&few(), &()));
    assert!(matches!(error, Error::Empty { axis: "terms", .. }), "{error}");
    assert!(matches!(
        error_of(CountVectorizer::new().fit(&["a", ""], &())),
        Error::Empty { axis: "terms", .. }
    ));
}

#[test]
fn parameters_are_checked() {
    let count = CountVectorizer::new;
    for (name, bad) in [
        ("min_df", count().min_df(1.5)),
        ("min_df", count().min_df(f64::NAN)),
        ("max_df", count().max_df(-0.1)),
        ("max_df", count().min_df(3).max_df(2)),
        ("max_features", count().max_features(0)),
        ("vocabulary", count().vocabulary(["a", "b", "a"])),
        ("vocabulary", count().vocabulary(Vec::<String>::new())),
    ] {
        let error = error_of(bad.fit(&few(), &()));
        assert!(matches!(error, Error::InvalidParameter { name: found, .. } if found == name), "{error}");
    }
    for n_features in [0, 1 << 31] {
        let error = error_of(HashingVectorizer::new().n_features(n_features).fit(&few(), &()));
        assert!(matches!(error, Error::InvalidParameter { name: "n_features", .. }), "{error}");
    }
    let infinite = TfidfVectorizer::new().vocabulary(["absent"]).smooth_idf(false);
    assert!(matches!(error_of(infinite.fit(&few(), &())), Error::Unsupported { .. }));
}

#[test]
fn vectorizers_are_steps() {
    let texts: Vec<String> = (0..40).map(|i| format!("{} word{}", ["good", "bad"][i % 2], i % 5)).collect();
    let labels: Vec<&str> = (0..40).map(|i| ["yes", "no"][i % 2]).collect();
    let folds = StratifiedKFold::new(4);
    let pipeline = TfidfVectorizer::new().then(LinearSVC::new());
    assert_eq!(cross_val_score(&pipeline, &texts, &labels, &folds, &Accuracy).unwrap().mean(), 1.0);
    let two = CountVectorizer::new().then(TfidfTransformer::new());
    let (fitted, rows) = two.fit_transform(&texts, &labels).unwrap();
    assert_eq!(rows, TfidfVectorizer::new().fit_transform(&texts, &labels).unwrap().1);
    assert_eq!(fitted.feature_names_out(&[]).unwrap().len(), 7);
    let weighted = labels.weighted(&vec![0.25; 40]).unwrap();
    assert!(pipeline.fit(&texts, &weighted).is_ok());
}
