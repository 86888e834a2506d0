//! Rows of norm 1.

use crate::compose::Compose;
use crate::data::{
    Entry, Features, FeaturesMut, FromRows, Given, Missing, Norm, Taken, Weights, check_features,
    check_shape, check_weights, check_width,
};
use crate::error::Result;
use crate::estimator::{
    Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform, same_names,
};
use crate::scalar::Scalar;
use num_traits::Float;
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
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
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

    fn image<T: Taken>(&self, x: T) -> Result<T::Owned>
    where
        T::Owned: FromRows<Elem = T::Elem>,
    {
        check_shape(x.features())?;
        check_width(x.features(), self.n_features_in)?;
        let columns = vec![(); self.n_features_in];
        let own = x.map_by_column(&columns, |_, value| (value, !value.is_finite()));
        let mut own = own.map_err(Entry::non_finite)?;
        own.for_each_row_mut(|row| self.divide(row))?;
        Ok(own)
    }

    /// Divides a row by its norm.
    fn divide<F: Scalar>(&self, row: &mut [F]) {
        // Divided by the largest entry, squares neither overflow nor vanish.
        let largest = row.iter().fold(0.0f64, |largest, value| largest.max(value.widen().abs()));
        if largest == 0.0 {
            return;
        }
        let shares = || row.iter().map(|value| value.widen() / largest);
        let norm = match self.norm {
            Norm::Max => 1.0,
            Norm::L1 => shares().map(f64::abs).sum(),
            Norm::L2 => shares().map(|share| share * share).sum::<f64>().sqrt(),
        };
        row.iter_mut().for_each(|value| *value = F::narrow(value.widen() / largest / norm));
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
        self.image(x)
    }
    fn transform_owned(&self, x: X) -> Result<Self::Output>
    where
        X: Sized,
    {
        self.image(Given(x))
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
    use ndarray::{Array2, ShapeBuilder, array};

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

    #[test]
    fn rows_that_are_given_away_are_divided_where_they_are() -> Result<()> {
        let x = Array2::from_shape_fn((3000, 70), |(i, j)| ((i * 7 + j * 3) % 11) as f64 - 5.0);
        let mut by_columns = Array2::zeros((3000, 70).f());
        by_columns.assign(&x);
        assert!(by_columns.as_slice().is_none());
        let (fitted, unit) = Normalizer::new().fit_transform(&x, &())?;
        assert_eq!(fitted.transform(&by_columns)?, unit);
        assert_eq!(fitted.transform_owned(by_columns)?, unit);
        let place = x.as_ptr();
        let own = fitted.transform_owned(x)?;
        assert_eq!((own.as_ptr(), own), (place, unit));
        Ok(())
    }
}
