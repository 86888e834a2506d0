//! Documents to hashed terms.

use super::analysis::{Analysis, Reader};
use super::builders::analysis_setters;
use super::documents::Documents;
use super::murmur::murmur3;
use super::rows::rows_of;
use crate::compose::Compose;
use crate::data::{Norm, Weights, check_weights};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use sprs::CsMat;

/// Turns documents into counts of their terms, in the column that a hash of the term names.
///
/// There is no vocabulary: nothing is learnt, memory does not grow with the number of terms, and documents may come as
/// a stream. The price is that terms can share a column, and that columns have no names. With h the signed
/// MurmurHash3 of a term, its column is |h| mod `n_features`, and it counts sign(h), so that terms that meet cancel
/// rather than add up. Rows are scaled to length 1. The output is a sparse CSR matrix, documents × `n_features`.
///
/// | parameter | default | range |
/// |---|---|---|
/// | [`n_features`](Self::n_features) | 2²⁰ | 1 to 2³¹ − 1 |
/// | [`alternate_sign`](Self::alternate_sign) | `true` | |
/// | [`binary`](Self::binary) | `false` | |
/// | [`norm`](Self::norm) | [`Norm::L2`] | a [`Norm`], or `None` |
/// | [`lowercase`](Self::lowercase) | `true` | |
/// | [`preprocessor`](Self::preprocessor) | none | a function that replaces lower-casing |
/// | [`tokenizer`](Self::tokenizer) | [`Words`](super::Words) of ≥ 2 characters | any [`Tokenizer`](super::Tokenizer) |
/// | [`analyzer`](Self::analyzer) | [`Analyzer::Word`](super::Analyzer::Word) | words, characters, characters within words |
/// | [`stop_words`](Self::stop_words) | none | English, or a list |
/// | [`ngram_range`](Self::ngram_range) | `1..=1` | from 1, not empty |
///
/// # Errors
/// [`Error::InvalidParameter`]; [`Error::Empty`] without documents; [`Error::LengthMismatch`] and those of
/// [`check_weights`] for a target that does not fit.
///
/// Reference: scikit-learn's `HashingVectorizer`; K. Weinberger et al. (2009), "Feature hashing for large scale multitask
/// learning".
///
/// ```
/// use certifit::prelude::*;
/// let vectorizer = HashingVectorizer::new().n_features(32).norm(None).fit(&["any"], &())?;
/// let x = vectorizer.transform(&["the quick fox", "the the"])?;
/// assert_eq!((x.shape(), x.nnz(), x.to_dense().row(1).sum().abs()), ((2, 32), 4, 2.0));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct HashingVectorizer {
    analysis: Analysis,
    n_features: usize,
    alternate_sign: bool,
    binary: bool,
    norm: Option<Norm>,
}

impl Default for HashingVectorizer {
    fn default() -> Self {
        Self {
            analysis: Analysis::default(),
            n_features: 1 << 20,
            alternate_sign: true,
            binary: false,
            norm: Some(Norm::L2),
        }
    }
}

impl HashingVectorizer {
    /// Words of two characters or more in 2²⁰ columns, rows of length 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of columns (default 2²⁰).
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = n_features;
        self
    }

    /// Whether a term counts −1 where its hash is negative (default `true`).
    pub fn alternate_sign(mut self, alternate_sign: bool) -> Self {
        self.alternate_sign = alternate_sign;
        self
    }

    /// Whether all that is stored counts 1 (default `false`).
    pub fn binary(mut self, binary: bool) -> Self {
        self.binary = binary;
        self
    }

    /// The norm that rows get in the end (default [`Norm::L2`]); `None` for no scaling.
    pub fn norm(mut self, norm: impl Into<Option<Norm>>) -> Self {
        self.norm = norm.into();
        self
    }

    fn check(&self) -> Result<()> {
        self.analysis.check()?;
        match i32::try_from(self.n_features) {
            Ok(1..) => Ok(()),
            _ => Err(Error::invalid_parameter("n_features", self.n_features, "from 1 to 2147483647")),
        }
    }

    /// The column of a term, and what it counts. Both as in scikit-learn: |−2³¹| is taken as 2³¹.
    fn entry(&self, term: &str) -> (u32, f64) {
        let hash = murmur3(term.as_bytes());
        // The number of columns was checked: the remainder fits.
        let column = (hash.unsigned_abs() as usize % self.n_features) as u32;
        (column, if self.alternate_sign && hash < 0 { -1.0 } else { 1.0 })
    }
}

analysis_setters!(HashingVectorizer, analysis);

impl Compose for HashingVectorizer {}

impl<D: Documents + ?Sized, Y: Weights + ?Sized> Estimator<D, Y> for HashingVectorizer {
    type Fitted = FittedHashingVectorizer;
    fn fit(&self, documents: &D, y: &Y) -> Result<FittedHashingVectorizer> {
        self.check()?;
        if documents.n_rows() == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        check_weights(documents.n_rows(), y)?;
        Ok(FittedHashingVectorizer { parameters: self.clone() })
    }
}

impl<D: Documents + ?Sized, Y: Weights + ?Sized> FitTransform<D, Y> for HashingVectorizer {}

/// A [`HashingVectorizer`] whose parameters are checked. It learns nothing.
///
/// ```
/// use certifit::prelude::*;
/// let vectorizer = HashingVectorizer::new().n_features(2).fit(&["any"], &())?;
/// assert_eq!(vectorizer.feature_names_out(&[])?, ["hash0", "hash1"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FittedHashingVectorizer {
    parameters: HashingVectorizer,
}

/// Hashed counts.
///
/// # Errors
/// [`Error::Empty`] without documents.
impl<D: Documents + ?Sized> Transformer<D> for FittedHashingVectorizer {
    type Output = CsMat<f64>;
    fn transform(&self, documents: &D) -> Result<CsMat<f64>> {
        let own = &self.parameters;
        let read = |reader: &mut Reader<'_>, document: &str, entries: &mut Vec<(u32, f64)>| {
            reader.for_each_term(document, |term| entries.push(own.entry(term)));
        };
        let finish = |_: &[usize], values: &mut [f64]| {
            if own.binary {
                values.fill(1.0);
            }
            own.norm.into_iter().for_each(|norm| norm.normalize(values));
        };
        rows_of(documents, own.n_features, || Reader::new(&own.analysis), read, finish)
    }
}

/// `hash0`, `hash1`, …
impl FeatureNames for FittedHashingVectorizer {
    fn feature_names_out(&self, _: &[String]) -> Result<Vec<String>> {
        Ok((0..self.parameters.n_features).map(|column| format!("hash{column}")).collect())
    }
}
