//! Documents to weights of terms.

use super::builders::{analysis_setters, tfidf_setters, vocabulary_setters};
use super::count_vectorizer::{CountVectorizer, FittedCountVectorizer};
use super::counts::Counts;
use super::documents::Documents;
use super::tfidf_transformer::{FittedTfidfTransformer, TfidfTransformer};
use crate::compose::Compose;
use crate::data::{Features, Weights};
use crate::error::Result;
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use ndarray::Array1;
use sprs::CsMat;

/// Turns documents into weights of their terms: [`CountVectorizer`] and then [`TfidfTransformer`], in one pass.
///
/// The first choice for texts in front of a linear model. Its parameters are those of the two; the formulas, errors
/// and costs are on their pages.
///
/// | parameter | default | range |
/// |---|---|---|
/// | [`lowercase`](Self::lowercase) | `true` | |
/// | [`preprocessor`](Self::preprocessor) | none | a function that replaces lower-casing |
/// | [`tokenizer`](Self::tokenizer) | [`Words`](super::Words) of ≥ 2 characters | any [`Tokenizer`](super::Tokenizer) |
/// | [`analyzer`](Self::analyzer) | [`Analyzer::Word`](super::Analyzer::Word) | words, characters, characters within words |
/// | [`stop_words`](Self::stop_words) | none | English, or a list |
/// | [`ngram_range`](Self::ngram_range) | `1..=1` | from 1, not empty |
/// | [`min_df`](Self::min_df), [`max_df`](Self::max_df) | 1, 1.0 | a number of documents, or a share in \[0, 1\] |
/// | [`max_features`](Self::max_features) | `None` | ≥ 1 |
/// | [`vocabulary`](Self::vocabulary) | none | terms, each once |
/// | [`binary`](Self::binary) | `false` | |
/// | [`norm`](Self::norm) | [`Norm::L2`](crate::data::Norm::L2) | a norm, or `None` |
/// | [`use_idf`](Self::use_idf), [`smooth_idf`](Self::smooth_idf) | `true`, `true` | |
/// | [`sublinear_tf`](Self::sublinear_tf) | `false` | |
///
/// Reference: scikit-learn's `TfidfVectorizer`.
///
/// ```
/// use certifit::prelude::*;
/// let texts = ["win a free prize now", "free entry, win cash", "see you at lunch", "lunch at noon then"];
/// let labels = ["spam", "spam", "ham", "ham"];
/// let pipeline = TfidfVectorizer::new().then(LinearSVC::new());
/// let model = pipeline.fit(&texts, &labels)?;
/// assert_eq!(model.predict(&["free cash", "lunch then"])?.to_vec(), ["spam", "ham"]);
/// let scores = cross_val_score(&pipeline, &texts, &labels, &StratifiedKFold::new(2), &Accuracy)?;
/// assert_eq!(scores.mean(), 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct TfidfVectorizer {
    counts: CountVectorizer,
    tfidf: TfidfTransformer,
}

impl TfidfVectorizer {
    /// Words of two characters or more, smoothed idf, rows of length 1.
    pub fn new() -> Self {
        Self::default()
    }

    fn learn<D, Y>(&self, documents: &D, y: &Y) -> Result<(FittedTfidfVectorizer, Option<Counts>)>
    where
        D: Documents + ?Sized,
        Y: Weights + ?Sized,
    {
        let (counter, found) = self.counts.learn(documents, y)?;
        let tfidf = match &found {
            Some(counts) => self.tfidf.fitted(counts.n, &counts.frequency)?,
            None => self.tfidf.fit(&counter.transform(documents)?, y)?,
        };
        Ok((FittedTfidfVectorizer { counter, tfidf }, found))
    }
}

analysis_setters!(TfidfVectorizer, counts.analysis);
vocabulary_setters!(TfidfVectorizer, counts);
tfidf_setters!(TfidfVectorizer, tfidf);

impl Compose for TfidfVectorizer {}

impl<D: Documents + ?Sized, Y: Weights + ?Sized> Estimator<D, Y> for TfidfVectorizer {
    type Fitted = FittedTfidfVectorizer;
    fn fit(&self, documents: &D, y: &Y) -> Result<FittedTfidfVectorizer> {
        Ok(self.learn(documents, y)?.0)
    }
}

impl<D: Documents + ?Sized, Y: Weights + ?Sized> FitTransform<D, Y> for TfidfVectorizer {
    fn fit_transform(&self, documents: &D, y: &Y) -> Result<(FittedTfidfVectorizer, CsMat<f64>)> {
        let (fitted, found) = self.learn(documents, y)?;
        let rows = match found {
            Some(counts) => counts.into_rows(|columns, values| {
                fitted.counter.count(values);
                fitted.tfidf.weigh(columns, values);
            })?,
            None => fitted.transform(documents)?,
        };
        Ok((fitted, rows))
    }
}

/// What [`TfidfVectorizer`] learns: the vocabulary and idf.
///
/// ```
/// use certifit::prelude::*;
/// let fitted = TfidfVectorizer::new().fit(&["red apple", "red pear"], &())?;
/// assert_eq!(fitted.terms().collect::<Vec<_>>(), ["apple", "pear", "red"]);
/// let idf = fitted.idf().unwrap();
/// assert!((idf[0] - (1.5f64.ln() + 1.0)).abs() < 1e-15 && idf[2] == 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FittedTfidfVectorizer {
    counter: FittedCountVectorizer,
    tfidf: FittedTfidfTransformer,
}

impl FittedTfidfVectorizer {
    /// The number of columns.
    pub fn n_terms(&self) -> usize {
        self.counter.n_terms()
    }

    /// The term of each column.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = &str> {
        self.counter.terms()
    }

    /// The column of a term.
    pub fn column(&self, term: &str) -> Option<usize> {
        self.counter.column(term)
    }

    /// The terms that have a weight in each row, in the order of their columns.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch).
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let (fitted, weights) = TfidfVectorizer::new().fit_transform(&["red pear, red apple", "green"], &())?;
    /// assert_eq!(fitted.inverse_transform(&weights)?, [vec!["apple", "pear", "red"], vec!["green"]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn inverse_transform<X: Features + ?Sized>(&self, x: &X) -> Result<Vec<Vec<&str>>> {
        self.counter.inverse_transform(x)
    }

    /// idf of each term; `None` without `use_idf`.
    pub fn idf(&self) -> Option<&Array1<f64>> {
        self.tfidf.idf()
    }
}

/// Weights of the vocabulary's terms.
///
/// # Errors
/// [`Error::Empty`](crate::Error::Empty) without documents.
impl<D: Documents + ?Sized> Transformer<D> for FittedTfidfVectorizer {
    type Output = CsMat<f64>;
    fn transform(&self, documents: &D) -> Result<CsMat<f64>> {
        self.counter.rows(documents, |columns, values| self.tfidf.weigh(columns, values))
    }
}

/// The terms.
impl FeatureNames for FittedTfidfVectorizer {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        self.counter.feature_names_out(input)
    }
}
