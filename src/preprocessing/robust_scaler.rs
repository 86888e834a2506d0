//! Columns scaled by quantiles, which outliers do not move.

use super::affine::Affine;
use super::min_max_scaler::not_zero;
use super::normal::quantile_of_normal;
use crate::compose::Compose;
use crate::data::{Features, Given, Sorted, Taken, Weights, map_columns};
use crate::error::{Error, Result};
use crate::estimator::{
    Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform, same_names,
};
use crate::scalar::Scalar;
use ndarray::Array1;
use num_traits::Float;
use std::cmp::Ordering;

/// Subtracts the median of each column and divides by the range between two quantiles: z = (x − median) / (q_b − q_a).
///
/// Quantiles lie between the values linearly, as numpy's do. A few outliers hardly move them.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`with_centering`](Self::with_centering) | `true` | subtract the median; must be `false` for sparse data |
/// | [`with_scaling`](Self::with_scaling) | `true` | divide by the range |
/// | [`quantile_range`](Self::quantile_range) | (25, 75) | 0 ≤ a < b ≤ 100, in per cent |
/// | [`unit_variance`](Self::unit_variance) | `false` | scale normal data to variance 1 |
///
/// * NaN is a missing value: it does not count in the fit of its column and stays NaN.
/// * A column whose range is below 10 ε (2.2·10⁻¹⁵), as in scikit-learn, is not scaled.
/// * Weights that are whole are numbers of rows; others are taken relative to their mean. Rows of weight 0 are not seen.
/// * Entries that a sparse matrix does not store are zeros and count as such.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::LengthMismatch`] or
/// [`Error::InvalidWeight`] for bad weights, [`Error::InvalidParameter`] for a bad `quantile_range`,
/// [`Error::Unsupported`] for sparse data unless `with_centering` is `false`, [`Error::Overflow`] for a range beyond `f64`.
///
/// Cost: O(n log n) a column.
///
/// Reference: `sklearn.preprocessing.RobustScaler`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [1e9]];
/// let scaler = RobustScaler::new().fit(&x, &())?;
/// assert_eq!(scaler.center().map(|center| center[0]), Some(3.0));
/// assert_eq!(scaler.transform(&array![[5.0]])?, array![[1.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RobustScaler {
    with_centering: bool,
    with_scaling: bool,
    quantile_range: (f64, f64),
    unit_variance: bool,
}

impl Default for RobustScaler {
    fn default() -> Self {
        Self { with_centering: true, with_scaling: true, quantile_range: (25.0, 75.0), unit_variance: false }
    }
}

impl RobustScaler {
    /// With the median and the range between the quartiles.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to subtract the median (default `true`). Sparse data need `false`: their zeros would be lost.
    pub fn with_centering(mut self, with_centering: bool) -> Self {
        self.with_centering = with_centering;
        self
    }

    /// Whether to divide by the range (default `true`).
    pub fn with_scaling(mut self, with_scaling: bool) -> Self {
        self.with_scaling = with_scaling;
        self
    }

    /// The quantiles whose difference is the range, in per cent (default 25 and 75).
    pub fn quantile_range(mut self, from: f64, to: f64) -> Self {
        self.quantile_range = (from, to);
        self
    }

    /// Whether the range is divided by that of the standard normal distribution (default `false`): normal data then get
    /// variance 1.
    pub fn unit_variance(mut self, unit_variance: bool) -> Self {
        self.unit_variance = unit_variance;
        self
    }

    fn check<X: Features + ?Sized>(&self, x: &X) -> Result<()> {
        let (from, to) = self.quantile_range;
        // The ends of the normal distribution are infinitely far away.
        let inside = if self.unit_variance { from > 0.0 && to < 100.0 } else { from >= 0.0 && to <= 100.0 };
        if !(inside && from < to) {
            let allowed = "0 ≤ from < to ≤ 100, and with unit_variance 0 < from < to < 100";
            return Err(Error::invalid_parameter("quantile_range", self.quantile_range, allowed));
        }
        if self.with_centering && x.is_sparse() {
            return Err(Error::Unsupported {
                what: "centering sparse data",
                reason: "it would fill in all zeros; use RobustScaler::new().with_centering(false)",
            });
        }
        Ok(())
    }

    /// The median and the range of a column.
    fn statistics(&self, column: usize, values: &Sorted) -> Result<(f64, f64)> {
        if values.weight() == 0.0 {
            return Ok((f64::NAN, f64::NAN));
        }
        let (from, to) = self.quantile_range;
        let range = values.linear(to / 100.0) - values.linear(from / 100.0);
        if !range.is_finite() && self.with_scaling {
            return Err(Error::Overflow { what: "the range of the quantiles", column: Some(column) });
        }
        let unit = if self.unit_variance {
            quantile_of_normal(to / 100.0) - quantile_of_normal(from / 100.0)
        } else {
            1.0
        };
        Ok((values.averaged_inverted_cdf(0.5), not_zero(range) / unit))
    }
}

impl Compose for RobustScaler {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for RobustScaler {
    type Fitted = FittedRobustScaler<X::Elem>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.check(x)?;
        let statistics = map_columns(
            x,
            y,
            |value| !value.is_nan(),
            |column, values| self.statistics(column, &values.sorted()),
        )?;
        let columns = |on: bool, off: f64, of: fn(&(f64, f64)) -> f64| -> Vec<f64> {
            // A column without values is told apart by its statistics also where they are not used.
            statistics.iter().map(|pair| if on || of(pair).is_nan() { of(pair) } else { off }).collect()
        };
        let center = columns(self.with_centering, 0.0, |pair| pair.0);
        let scale = columns(self.with_scaling, 1.0, |pair| pair.1);
        Ok(FittedRobustScaler {
            parameters: *self,
            center: Array1::from(center.clone()),
            scale: Array1::from(scale.clone()),
            affine: Affine::new(center, scale),
        })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized> FitTransform<X, Y> for RobustScaler {
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

/// What [`RobustScaler`] learns: the median and the range of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedRobustScaler<F> {
    parameters: RobustScaler,
    center: Array1<f64>,
    scale: Array1<f64>,
    affine: Affine<F>,
}

impl<F: Scalar> FittedRobustScaler<F> {
    /// x · scale + center: what [`transform`](Transformer::transform) was given.
    ///
    /// # Errors
    /// Those of [`transform`](Transformer::transform).
    pub fn inverse_transform<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.parameters.check(x)?;
        self.affine.invert(x)
    }

    fn image<T: Taken<Elem = F>>(&self, x: T) -> Result<T::Owned> {
        self.parameters.check(x.features())?;
        self.affine.apply(x)
    }

    /// The median of each column; `None` if `with_centering` is `false`.
    pub fn center(&self) -> Option<&Array1<f64>> {
        self.parameters.with_centering.then_some(&self.center)
    }

    /// What each column is divided by; `None` if `with_scaling` is `false`.
    pub fn scale(&self) -> Option<&Array1<f64>> {
        self.parameters.with_scaling.then_some(&self.scale)
    }

    /// The number of columns.
    pub fn n_features_in(&self) -> usize {
        self.center.len()
    }
}

/// (x − center) / scale, of the same kind as `x` (owned).
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::Overflow`] if a result is
/// too large for `F`, [`Error::Unsupported`] for sparse data unless `with_centering` was `false` and for a number in a
/// column that was all NaN in the fit.
impl<X: Features<Elem = F> + ?Sized, F: Scalar> Transformer<X> for FittedRobustScaler<F> {
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
impl<F: Scalar> FeatureNames for FittedRobustScaler<F> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn whole_weights_are_numbers_of_rows() -> Result<()> {
        let x = array![[1.0], [2.0], [7.0], [100.0]];
        let weighted = RobustScaler::new().fit(&x, &().weighted(&[2.0, 3.0, 1.0, 0.0])?)?;
        let repeated = RobustScaler::new().fit(&array![[1.0], [1.0], [2.0], [2.0], [2.0], [7.0]], &())?;
        assert_eq!(weighted, repeated);
        let thousandths = RobustScaler::new().fit(&x, &().weighted(&[0.001, 0.001, 0.001, 0.001])?)?;
        let expected = RobustScaler::new().fit(&x, &())?;
        assert!((thousandths.scale().unwrap()[0] - expected.scale().unwrap()[0]).abs() < 1e-9);
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() {
        let x = array![[1.0], [2.0]];
        for (from, to) in [(75.0, 25.0), (-1.0, 50.0), (0.0, 101.0), (f64::NAN, 50.0)] {
            let error = RobustScaler::new().quantile_range(from, to).fit(&x, &()).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name: "quantile_range", .. }));
        }
        assert!(RobustScaler::new().quantile_range(0.0, 100.0).fit(&x, &()).is_ok());
        assert!(RobustScaler::new().quantile_range(0.0, 100.0).unit_variance(true).fit(&x, &()).is_err());
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn sparse_zeros_count() -> Result<()> {
        let x = sprs::CsMat::<f64>::eye(3).map(|v| 2.0 * v);
        let Err(error) = RobustScaler::new().fit(&x, &()) else { panic!("centred") };
        assert!(error.to_string().contains("with_centering(false)"), "{error}");
        let scaler = RobustScaler::new().with_centering(false).fit(&x, &())?;
        assert_eq!(scaler.scale().unwrap().to_vec(), [1.0; 3]); // 0, 0, 2: the quartiles are 0 and 1
        Ok(())
    }
}
