//! Counts of terms to weights.

use super::builders::tfidf_setters;
use crate::compose::Compose;
use crate::data::{Features, Missing, Norm, Weights, check_features, check_weights, check_width};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::scalar::Scalar;
use ndarray::Array1;
use sprs::CsMat;
use std::cmp::Ordering;

/// Weighs counts of terms by how rare the terms are: tf · idf, rows scaled to length 1.
///
/// With n documents, of which df(t) have term t,
///
/// idf(t) = ln((1 + n) / (1 + df(t))) + 1, or ln(n / df(t)) + 1 where not smoothed;
///
/// each count tf (or 1 + ln tf) is multiplied by idf, and each row divided by its norm. Takes any feature matrix,
/// documents × terms, dense too; the output is a sparse CSR matrix of the same shape and float type, in which what is 0
/// is not stored.
///
/// | parameter | default | range |
/// |---|---|---|
/// | [`norm`](Self::norm) | [`Norm::L2`] | a [`Norm`], or `None` |
/// | [`use_idf`](Self::use_idf) | `true` | |
/// | [`smooth_idf`](Self::smooth_idf) | `true` | |
/// | [`sublinear_tf`](Self::sublinear_tf) | `false` | |
///
/// Weights count in n and df: a document of weight 2 is the document twice.
///
/// # Errors
/// [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`] and those of [`check_weights`];
/// [`Error::Unsupported`] for a term in no document where idf is not smoothed: it would be infinite.
///
/// Reference: scikit-learn's `TfidfTransformer`; G. Salton, C. Buckley (1988), "Term-weighting approaches in automatic
/// text retrieval".
///
/// ```
/// use certifit::prelude::*;
/// let counts = ndarray::array![[3.0, 0.0, 1.0], [2.0, 0.0, 0.0], [3.0, 2.0, 0.0]];
/// let (fitted, weights) = TfidfTransformer::new().fit_transform(&counts, &())?;
/// assert!((fitted.idf().unwrap()[1] - (2f64.ln() + 1.0)).abs() < 1e-15);
/// assert_eq!(weights.to_dense()[[1, 0]], 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TfidfTransformer {
    pub(super) norm: Option<Norm>,
    pub(super) use_idf: bool,
    pub(super) smooth_idf: bool,
    pub(super) sublinear_tf: bool,
}

impl Default for TfidfTransformer {
    fn default() -> Self {
        Self { norm: Some(Norm::L2), use_idf: true, smooth_idf: true, sublinear_tf: false }
    }
}

impl TfidfTransformer {
    /// Smoothed idf, rows of length 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// The fitted transformer for documents that weigh `n` and have each term with a weight of `frequency`.
    pub(super) fn fitted(&self, n: f64, frequency: &[f64]) -> Result<FittedTfidfTransformer> {
        let smooth = if self.smooth_idf { 1.0 } else { 0.0 };
        let idf = self.use_idf.then(|| {
            let idf = frequency.iter().map(|df| ((n + smooth) / (df + smooth)).ln() + 1.0);
            idf.collect::<Array1<f64>>()
        });
        if idf.iter().flatten().any(|idf| !idf.is_finite()) {
            return Err(Error::Unsupported {
                what: "the idf of a term that is in no document",
                reason: "without smoothing it is infinite; use smooth_idf(true)",
            });
        }
        Ok(FittedTfidfTransformer { parameters: *self, idf, n_terms: frequency.len() })
    }
}

tfidf_setters!(TfidfTransformer);

impl Compose for TfidfTransformer {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for TfidfTransformer {
    type Fitted = FittedTfidfTransformer;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedTfidfTransformer> {
        check_features(x, Missing::Refused)?;
        check_weights(x.n_rows(), y)?;
        let (mut n, mut frequency) = (0.0, vec![0.0; x.n_features()]);
        for row in 0..x.n_rows() {
            let weight = y.weight(row);
            n += weight;
            x.for_each_in_row(row, |column, value| {
                if value != X::Elem::default() {
                    frequency[column] += weight;
                }
            });
        }
        self.fitted(n, &frequency)
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized> FitTransform<X, Y> for TfidfTransformer {}

/// What [`TfidfTransformer`] learns: idf.
///
/// ```
/// use certifit::prelude::*;
/// let fitted = TfidfTransformer::new().use_idf(false).norm(None).fit(&ndarray::array![[2.0, 0.0]], &())?;
/// assert!(fitted.idf().is_none());
/// assert_eq!(fitted.transform(&ndarray::array![[0.0f32, 5.0]])?.to_dense(), ndarray::array![[0.0f32, 5.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTfidfTransformer {
    parameters: TfidfTransformer,
    idf: Option<Array1<f64>>,
    n_terms: usize,
}

impl FittedTfidfTransformer {
    /// idf of each column; `None` without `use_idf`.
    pub fn idf(&self) -> Option<&Array1<f64>> {
        self.idf.as_ref()
    }

    /// Counts of a row become weights.
    pub(super) fn weigh(&self, columns: &[usize], values: &mut [f64]) {
        if self.parameters.sublinear_tf {
            values.iter_mut().for_each(|tf| *tf = 1.0 + tf.ln());
        }
        if let Some(idf) = &self.idf {
            values.iter_mut().zip(columns).for_each(|(value, &column)| *value *= idf[column]);
        }
        if let Some(norm) = self.parameters.norm {
            norm.normalize(values);
        }
    }
}

/// tf · idf, rows scaled.
///
/// # Errors
/// [`Error::Empty`], [`Error::NonFinite`], [`Error::FeatureMismatch`]; [`Error::Overflow`] for products beyond the
/// float type; [`Error::Unsupported`] for negative counts with `sublinear_tf`.
impl<X: Features + ?Sized> Transformer<X> for FittedTfidfTransformer {
    type Output = CsMat<X::Elem>;
    fn transform(&self, x: &X) -> Result<CsMat<X::Elem>> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.n_terms)?;
        let (mut pointers, mut all_columns, mut all_values) = (vec![0], Vec::new(), Vec::new());
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for row in 0..x.n_rows() {
            columns.clear();
            values.clear();
            x.for_each_in_row(row, |column, value| {
                if value != X::Elem::default() {
                    columns.push(column);
                    values.push(value.widen());
                }
            });
            if self.parameters.sublinear_tf && values.iter().any(|&tf| tf < 0.0) {
                return Err(Error::Unsupported {
                    what: "the logarithm of a negative count",
                    reason: "sublinear_tf needs counts",
                });
            }
            self.weigh(&columns, &mut values);
            all_values.extend(values.iter().map(|&value| X::Elem::narrow(value)));
            all_columns.extend_from_slice(&columns);
            pointers.push(all_columns.len());
            let too_large =
                |at: usize| all_values.get(at).is_some_and(|value: &X::Elem| !value.widen().is_finite());
            if let Some(at) = (all_columns.len() - columns.len()..all_columns.len()).find(|&at| too_large(at))
            {
                return Err(Error::Overflow { what: "tf · idf", column: all_columns.get(at).copied() });
            }
        }
        CsMat::try_new((x.n_rows(), self.n_terms), pointers, all_columns, all_values).map_err(|_| {
            Error::Unsupported { what: "a sparse matrix with unsorted columns", reason: "sort them first" }
        })
    }
}

/// The names of the input.
impl FeatureNames for FittedTfidfTransformer {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_terms)
    }
}
