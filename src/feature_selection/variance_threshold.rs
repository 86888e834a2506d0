//! Columns that vary.

use super::kept::{kept, kept_names};
use crate::compose::Compose;
use crate::data::{Column, Features, FromRows, Selection, Weights, map_columns, moments_of};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use ndarray::Array1;
use num_traits::Float;
use std::cmp::Ordering;

/// Keeps the columns whose variance is above a threshold: by default those that are not constant.
///
/// Takes dense and sparse features and makes the same kind. NaN is a missing value and does not count.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`threshold`](Self::threshold) | 0 | columns of this variance or less are dropped; 0 or more |
///
/// Weights count as numbers of rows; rows of weight 0 are not seen. Entries that a sparse matrix does not store are zeros.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::LengthMismatch`] or
/// [`Error::InvalidWeight`] for bad weights, [`Error::InvalidParameter`] for a negative threshold, and also where no column
/// varies enough.
///
/// Reference: `sklearn.feature_selection.VarianceThreshold`.
///
/// ```
/// use certifit::feature_selection::VarianceThreshold;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[0.0, 2.0, 0.0], [0.0, 1.0, 4.0], [0.0, 1.0, 1.0]];
/// let (selector, z) = VarianceThreshold::new().fit_transform(&x, &())?;
/// assert_eq!(z, array![[2.0, 0.0], [1.0, 4.0], [1.0, 1.0]]);
/// assert_eq!(selector.support(), [false, true, true]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct VarianceThreshold {
    threshold: f64,
}

impl VarianceThreshold {
    /// Drops constant columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Columns of this variance or less are dropped (default 0).
    pub fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// The variance, and whether it is above the threshold.
    fn judge(&self, column: Column) -> (f64, bool) {
        let values = column.values();
        let (_, _, variance) = moments_of(values.iter().copied());
        // Rounding must not make a constant column vary.
        let first = values.first().map_or(f64::NAN, |&(_, value)| value);
        let varies = values.iter().any(|&(_, value)| value != first);
        (variance, varies && variance > self.threshold)
    }
}

impl Compose for VarianceThreshold {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for VarianceThreshold {
    type Fitted = FittedVarianceThreshold;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedVarianceThreshold> {
        if !(self.threshold >= 0.0 && self.threshold.is_finite()) {
            return Err(Error::invalid_parameter("threshold", self.threshold, "0 or more and finite"));
        }
        let judged = map_columns(x, y, |value| !value.is_nan(), |_, column| Ok(self.judge(column)))?;
        let selection = Selection::new(judged.iter().map(|&(_, stays)| stays));
        if selection.n_out() == 0 {
            return Err(Error::invalid_parameter(
                "threshold",
                self.threshold,
                "below the variance of some column",
            ));
        }
        Ok(FittedVarianceThreshold {
            variances: judged.iter().map(|&(variance, _)| variance).collect(),
            selection,
        })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X, Y> FitTransform<X, Y> for VarianceThreshold
where
    X: Features + ?Sized,
    X::Owned: FromRows<Elem = X::Elem>,
    Y: Weights + ?Sized,
{
}

/// What [`VarianceThreshold`] learns: the variance of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedVarianceThreshold {
    variances: Array1<f64>,
    selection: Selection,
}

impl FittedVarianceThreshold {
    /// The variance of each column, infinite where its squares overflow; NaN where all is missing.
    pub fn variances(&self) -> &Array1<f64> {
        &self.variances
    }

    /// Whether each column stays.
    pub fn support(&self) -> Vec<bool> {
        self.selection.mask()
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.selection.n_in()
    }
}

/// The columns that stay.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities.
impl<X: Features + ?Sized> Transformer<X> for FittedVarianceThreshold
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        kept(&self.selection, x)
    }
}

/// The names of the columns that stay.
impl FeatureNames for FittedVarianceThreshold {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        kept_names(&self.selection, input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_does_not_vary_enough_goes() -> Result<()> {
        let x = array![[0.1, 1.0, f64::NAN], [0.1, 2.0, 5.0], [0.1, 4.0, f64::NAN]];
        let selector = VarianceThreshold::new().fit(&x, &())?;
        assert_eq!(selector.support(), [false, true, false]);
        let narrow = VarianceThreshold::new().fit(&x, &().weighted(&[1.0, 0.0, 0.0])?);
        assert!(matches!(narrow, Err(Error::InvalidParameter { name: "threshold", .. })));
        assert!(VarianceThreshold::new().threshold(-1.0).fit(&x, &()).is_err());
        assert!(VarianceThreshold::new().threshold(2.0).fit(&x, &()).is_err());
        Ok(())
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn zeros_that_are_not_stored_count() -> Result<()> {
        let x = sprs::CsMat::<f64>::eye(2);
        assert_eq!(VarianceThreshold::new().fit(&x, &())?.variances().to_vec(), [0.25, 0.25]);
        Ok(())
    }
}
