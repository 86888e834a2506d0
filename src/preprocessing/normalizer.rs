//! Rows of norm 1.

use crate::compose::Compose;
use crate::data::{Features, FromRows, Missing, Norm, Weights, check_features, check_weights, check_width};
use crate::error::Result;
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::scalar::Scalar;
use std::cmp::Ordering;

/// Divides each row by its norm; rows of zeros stay.
///
/// Nothing is learnt: the fit only looks how many columns there are. Takes dense and sparse features and makes the same
/// kind.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`norm`](Self::norm) | `L2` | which norm becomes 1 |
///
/// # Errors
/// `fit` and `transform` answer [`Error::Empty`](crate::Error::Empty) and, as models do,
/// [`Error::NonFinite`](crate::Error::NonFinite) for NaN, too.
///
/// Reference: `sklearn.preprocessing.Normalizer`.
///
/// ```
/// use certifit::data::Norm;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[3.0, -4.0], [0.0, 0.0]];
/// let (_, unit) = Normalizer::new().fit_transform(&x, &())?;
/// assert_eq!(unit, array![[0.6, -0.8], [0.0, 0.0]]);
/// let (_, largest) = Normalizer::new().norm(Norm::Max).fit_transform(&x, &())?;
/// assert_eq!(largest, array![[0.75, -1.0], [0.0, 0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Normalizer {
    norm: Norm,
}

impl Normalizer {
    /// To Euclidean norm 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which norm becomes 1 (default the Euclidean one).
    pub fn norm(mut self, norm: Norm) -> Self {
        self.norm = norm;
        self
    }
}

impl Compose for Normalizer {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for Normalizer {
    type Fitted = FittedNormalizer;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedNormalizer> {
        check_features(x, Missing::Refused)?;
        check_weights(x.n_rows(), y)?;
        Ok(FittedNormalizer { norm: self.norm, n_features_in: x.n_features() })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X, Y> FitTransform<X, Y> for Normalizer
where
    X: Features + ?Sized,
    X::Owned: FromRows<Elem = X::Elem>,
    Y: Weights + ?Sized,
{
}

/// What [`Normalizer`] is fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FittedNormalizer {
    norm: Norm,
    n_features_in: usize,
}

impl FittedNormalizer {
    /// The number of columns.
    pub fn n_features_in(&self) -> usize {
        self.n_features_in
    }

    /// The norm of a row, in units of its largest entry, and that.
    fn norm<X: Features + ?Sized>(&self, x: &X, row: usize) -> (f64, f64) {
        // Divided by the largest entry, squares neither overflow nor vanish.
        let mut largest = 0.0f64;
        x.for_each_in_row(row, |_, value| largest = largest.max(value.widen().abs()));
        let mut sum = 0.0;
        match self.norm {
            Norm::Max => sum = 1.0,
            Norm::L1 => x.for_each_in_row(row, |_, value| sum += (value.widen() / largest).abs()),
            Norm::L2 => x.for_each_in_row(row, |_, value| sum += (value.widen() / largest).powi(2)),
        }
        (if self.norm == Norm::L2 { sum.sqrt() } else { sum }, largest)
    }
}

/// The rows divided by their norms.
///
/// # Errors
/// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch), [`Error::Empty`](crate::Error::Empty),
/// [`Error::NonFinite`](crate::Error::NonFinite).
impl<X: Features + ?Sized> Transformer<X> for FittedNormalizer
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.n_features_in)?;
        X::Owned::from_rows(x.n_rows(), self.n_features_in, |row, entries| {
            let (norm, largest) = self.norm(x, row);
            x.for_each_in_row(row, |column, value| {
                let scaled = if largest > 0.0 { value.widen() / largest / norm } else { 0.0 };
                entries.push(column, X::Elem::narrow(scaled));
            });
            Ok(())
        })
    }
}

/// The names of the input.
impl FeatureNames for FittedNormalizer {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn huge_and_tiny_rows_have_norm_1() -> Result<()> {
        let x = array![[3e200, 4e200], [3e-200, 4e-200], [-0.0, 0.0], [f64::MAX, f64::MAX]];
        let (_, unit) = Normalizer::new().fit_transform(&x, &())?;
        for row in [0, 1, 3] {
            assert!((unit.row(row).dot(&unit.row(row)) - 1.0).abs() < 1e-14);
        }
        let (_, shares) = Normalizer::new().norm(Norm::L1).fit_transform(&x, &())?;
        assert_eq!(shares.row(3).to_vec(), [0.5, 0.5]);
        Ok(())
    }
}
