//! Documents to counts of terms.

use super::analysis::{Analysis, Reader};
use super::builders::{analysis_setters, vocabulary_setters};
use super::counts::{Counts, Limits};
use super::document_frequency::DocumentFrequency;
use super::documents::Documents;
use super::rows::rows_of;
use super::terms::Terms;
use crate::compose::Compose;
use crate::data::{Features, Weights, check_weights, check_width};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use sprs::CsMat;

/// Turns documents into counts of their terms: xᵢⱼ is how often term j occurs in document i.
///
/// The terms that occur in the documents of the fit are the vocabulary, one column each, sorted by code point. Terms of
/// new documents that are not in it are ignored. The output is a sparse CSR matrix of `f64`, documents × terms.
///
/// | parameter | default | range |
/// |---|---|---|
/// | [`lowercase`](Self::lowercase) | `true` | |
/// | [`preprocessor`](Self::preprocessor) | none | a function that replaces lower-casing |
/// | [`tokenizer`](Self::tokenizer) | [`Words`](super::Words) of ≥ 2 characters | any [`Tokenizer`](super::Tokenizer) |
/// | [`analyzer`](Self::analyzer) | [`Analyzer::Word`](super::Analyzer::Word) | words, characters, characters within words |
/// | [`stop_words`](Self::stop_words) | none | English, or a list |
/// | [`ngram_range`](Self::ngram_range) | `1..=1` | from 1, not empty |
/// | [`min_df`](Self::min_df) | 1 | a number of documents, or a share in \[0, 1\] |
/// | [`max_df`](Self::max_df) | 1.0 | a number of documents, or a share in \[0, 1\], not below `min_df` |
/// | [`max_features`](Self::max_features) | `None` | ≥ 1 |
/// | [`vocabulary`](Self::vocabulary) | none | terms, each once |
/// | [`binary`](Self::binary) | `false` | |
///
/// Weights that travel with the target count: a document of weight 2 is the document twice, and one of weight 0 is no
/// document. A `min_df` of 1 keeps what occurs at all. Of terms that are as frequent, `max_features` keeps those
/// in more documents, and then the first by code point (scikit-learn any of them). What scikit-learn does with regular expressions and accents, a [`Tokenizer`](super::Tokenizer) and a
/// preprocessor do here.
///
/// # Errors
/// [`Error::InvalidParameter`]; [`Error::Empty`] without documents, or where no term is left;
/// [`Error::LengthMismatch`] and those of [`check_weights`] for a target that does not fit.
///
/// # Cost
/// One pass over the texts, on all threads, with the same result for any number of them; memory for the output twice, and
/// until rows are made for the counts of all terms.
/// [`fit_transform`](FitTransform::fit_transform), which pipelines use, reads the documents once.
///
/// Reference: scikit-learn's `CountVectorizer`.
///
/// ```
/// use certifit::prelude::*;
/// let texts = ["The dog sees the fox.", "A fox!"];
/// let (vectorizer, counts) = CountVectorizer::new().fit_transform(&texts, &())?;
/// assert_eq!(vectorizer.terms().collect::<Vec<_>>(), ["dog", "fox", "sees", "the"]);
/// assert_eq!(counts.to_dense(), ndarray::array![[1.0, 1.0, 1.0, 2.0], [0.0, 1.0, 0.0, 0.0]]);
/// let new = vectorizer.transform(&["fox, fox and cat"])?;
/// assert_eq!(new.to_dense(), ndarray::array![[0.0, 2.0, 0.0, 0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CountVectorizer {
    pub(super) analysis: Analysis,
    pub(super) limits: Limits,
    pub(super) vocabulary: Option<Vec<String>>,
    pub(super) binary: bool,
}

impl Default for CountVectorizer {
    fn default() -> Self {
        let limits = Limits {
            min_df: DocumentFrequency::Count(1),
            max_df: DocumentFrequency::Share(1.0),
            max_features: None,
        };
        Self { analysis: Analysis::default(), limits, vocabulary: None, binary: false }
    }
}

impl CountVectorizer {
    /// Words of two characters or more, all of them.
    pub fn new() -> Self {
        Self::default()
    }

    fn check<D: Documents + ?Sized, Y: Weights + ?Sized>(&self, documents: &D, y: &Y) -> Result<()> {
        self.analysis.check()?;
        self.limits.check()?;
        if documents.n_rows() == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        check_weights(documents.n_rows(), y)
    }

    /// The vectorizer of a vocabulary that was set.
    fn fixed(&self) -> Result<Option<FittedCountVectorizer>> {
        let Some(given) = &self.vocabulary else { return Ok(None) };
        let vocabulary: Terms = given.iter().map(String::as_str).collect();
        if vocabulary.len() == given.len() && !given.is_empty() {
            return Ok(Some(self.fitted(vocabulary)));
        }
        // The first term that has the number of another.
        let twice = given.iter().enumerate().find(|(i, term)| vocabulary.id(term) != u32::try_from(*i).ok());
        let value = twice.map(|(_, term)| term);
        Err(Error::invalid_parameter("vocabulary", value, "one term or more, each once"))
    }

    fn fitted(&self, vocabulary: Terms) -> FittedCountVectorizer {
        FittedCountVectorizer { analysis: self.analysis.clone(), binary: self.binary, vocabulary }
    }

    /// The fitted vectorizer, and what the reading found unless the vocabulary was set.
    pub(super) fn learn<D, Y>(&self, documents: &D, y: &Y) -> Result<(FittedCountVectorizer, Option<Counts>)>
    where
        D: Documents + ?Sized,
        Y: Weights + ?Sized,
    {
        self.check(documents, y)?;
        if let Some(fitted) = self.fixed()? {
            return Ok((fitted, None));
        }
        let (vocabulary, counts) = Counts::of(documents, y, &self.analysis, self.limits)?;
        Ok((self.fitted(vocabulary), Some(counts)))
    }
}

analysis_setters!(CountVectorizer, analysis);
vocabulary_setters!(CountVectorizer);

impl Compose for CountVectorizer {}

impl<D: Documents + ?Sized, Y: Weights + ?Sized> Estimator<D, Y> for CountVectorizer {
    type Fitted = FittedCountVectorizer;
    fn fit(&self, documents: &D, y: &Y) -> Result<FittedCountVectorizer> {
        Ok(self.learn(documents, y)?.0)
    }
}

impl<D: Documents + ?Sized, Y: Weights + ?Sized> FitTransform<D, Y> for CountVectorizer {
    fn fit_transform(&self, documents: &D, y: &Y) -> Result<(FittedCountVectorizer, CsMat<f64>)> {
        let (fitted, counts) = self.learn(documents, y)?;
        let rows = match counts {
            Some(counts) => counts.into_rows(|_, values| fitted.count(values))?,
            None => fitted.transform(documents)?,
        };
        Ok((fitted, rows))
    }
}

/// What [`CountVectorizer`] learns: the vocabulary.
///
/// ```
/// use certifit::prelude::*;
/// let fitted = CountVectorizer::new().ngram_range(1..=2).fit(&["red apple", "red pear"], &())?;
/// assert_eq!(fitted.feature_names_out(&[])?, ["apple", "pear", "red", "red apple", "red pear"]);
/// assert_eq!((fitted.column("red"), fitted.column("apple red")), (Some(2), None));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Clone)]
pub struct FittedCountVectorizer {
    analysis: Analysis,
    binary: bool,
    vocabulary: Terms,
}

impl FittedCountVectorizer {
    /// The number of columns.
    pub fn n_terms(&self) -> usize {
        self.vocabulary.len()
    }

    /// The term of each column.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = &str> {
        self.vocabulary.iter()
    }

    /// The column of a term.
    pub fn column(&self, term: &str) -> Option<usize> {
        self.vocabulary.id(term).map(|id| id as usize)
    }

    /// The terms that occur in each row, in the order of their columns.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`].
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let texts = ["red pear, red apple", "green"];
    /// let (fitted, counts) = CountVectorizer::new().fit_transform(&texts, &())?;
    /// assert_eq!(fitted.inverse_transform(&counts)?, [vec!["apple", "pear", "red"], vec!["green"]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn inverse_transform<X: Features + ?Sized>(&self, x: &X) -> Result<Vec<Vec<&str>>> {
        x.check_layout()?;
        check_width(x, self.n_terms())?;
        let terms_of = |row| {
            let mut terms = Vec::new();
            x.for_each_in_row(row, |column, value| {
                if value != X::Elem::default() {
                    terms.push(self.vocabulary.get(column));
                }
            });
            terms
        };
        Ok((0..x.n_rows()).map(terms_of).collect())
    }

    /// What counts become when terms count once.
    pub(super) fn count(&self, values: &mut [f64]) {
        if self.binary {
            values.fill(1.0);
        }
    }

    /// Counts of new documents; `finish` sees the columns and counts of a row.
    pub(super) fn rows<D: Documents + ?Sized>(
        &self,
        documents: &D,
        finish: impl Fn(&[usize], &mut [f64]) + Send + Sync,
    ) -> Result<CsMat<f64>> {
        let read = |reader: &mut Reader<'_>, document: &str, entries: &mut Vec<(u32, f64)>| {
            reader.for_each_term(document, |term| {
                entries.extend(self.vocabulary.id(term).map(|column| (column, 1.0)));
            });
        };
        let finish = |columns: &[usize], values: &mut [f64]| {
            self.count(values);
            finish(columns, values);
        };
        rows_of(documents, self.n_terms(), || Reader::new(&self.analysis), read, finish)
    }
}

impl std::fmt::Debug for FittedCountVectorizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut fields = f.debug_struct("FittedCountVectorizer");
        fields.field("analysis", &self.analysis).field("n_terms", &self.n_terms()).finish_non_exhaustive()
    }
}

/// Counts of the vocabulary's terms.
///
/// # Errors
/// [`Error::Empty`] without documents.
impl<D: Documents + ?Sized> Transformer<D> for FittedCountVectorizer {
    type Output = CsMat<f64>;
    fn transform(&self, documents: &D) -> Result<CsMat<f64>> {
        self.rows(documents, |_, _| {})
    }
}

/// The terms. The names of the input play no part: all terms come from one column.
impl FeatureNames for FittedCountVectorizer {
    fn feature_names_out(&self, _: &[String]) -> Result<Vec<String>> {
        Ok(self.terms().map(String::from).collect())
    }
}
