//! Columns between two numbers.

use super::affine::Affine;
use super::extremes::Extremes;
use crate::compose::Compose;
use crate::data::{Features, Given, Taken, Weights};
use crate::error::{Error, Result};
use crate::estimator::{
    Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform, same_names,
};
use crate::scalar::Scalar;
use ndarray::Array1;
use std::cmp::Ordering;

/// Scales each column so that it spans a range: z = a + (x − min) / (max − min) · (b − a).
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`feature_range`](Self::feature_range) | (0, 1) | a < b, finite |
/// | [`clip`](Self::clip) | `false` | move what new data have outside of the range to its ends |
///
/// * NaN is a missing value: it does not count in the fit of its column and stays NaN.
/// * A column whose max − min is below 10 ε (2.2·10⁻¹⁵), as in scikit-learn, is moved to a and not scaled.
/// * Rows of weight 0 are not seen; other weights make no difference.
/// * Sparse data are refused: their zeros would be lost. [`MaxAbsScaler`](super::MaxAbsScaler) keeps them.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::LengthMismatch`] or
/// [`Error::InvalidWeight`] for bad weights, [`Error::InvalidParameter`] for a bad range, [`Error::Unsupported`] for
/// sparse data, [`Error::Overflow`] for a column that spans more than the range of `f64`.
///
/// Reference: `sklearn.preprocessing.MinMaxScaler`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let scaler = MinMaxScaler::new().fit(&array![[-1.0, 2.0], [0.0, 10.0], [1.0, 18.0]], &())?;
/// assert_eq!(scaler.transform(&array![[0.0, 6.0], [3.0, 2.0]])?, array![[0.5, 0.25], [2.0, 0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinMaxScaler {
    feature_range: (f64, f64),
    clip: bool,
}

impl Default for MinMaxScaler {
    fn default() -> Self {
        Self { feature_range: (0.0, 1.0), clip: false }
    }
}

impl MinMaxScaler {
    /// To the range from 0 to 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the columns span (default 0 to 1).
    pub fn feature_range(mut self, from: f64, to: f64) -> Self {
        self.feature_range = (from, to);
        self
    }

    /// Whether values outside of the range are moved to its ends (default `false`).
    pub fn clip(mut self, clip: bool) -> Self {
        self.clip = clip;
        self
    }

    fn check<X: Features + ?Sized>(&self, x: &X) -> Result<()> {
        let (from, to) = self.feature_range;
        if !(from < to && (to - from).is_finite()) {
            return Err(Error::invalid_parameter(
                "feature_range",
                self.feature_range,
                "finite and ascending",
            ));
        }
        if x.is_sparse() {
            return Err(Error::Unsupported {
                what: "moving the values of sparse data",
                reason: "it would fill in all zeros; use MaxAbsScaler",
            });
        }
        Ok(())
    }

    fn of<F: Scalar>(&self, extremes: Extremes) -> Result<FittedMinMaxScaler<F>> {
        let range = &extremes.max - &extremes.min;
        if let Some(column) = range.iter().position(|range| range.is_infinite()) {
            return Err(Error::Overflow { what: "the range of the values", column: Some(column) });
        }
        let (from, to) = self.feature_range;
        let divisor: Vec<f64> = range.iter().map(|&range| not_zero(range) / (to - from)).collect();
        let shift = extremes.min.iter().zip(&divisor).map(|(&min, &divisor)| min - from * divisor).collect();
        let ends = self.clip.then(|| (F::narrow(from), F::narrow(to)));
        let affine = Affine::new(shift, divisor).within(ends);
        Ok(FittedMinMaxScaler { parameters: *self, extremes, range, affine })
    }
}

/// The divisor for a column of this spread: 1 where it is next to nothing.
pub(super) fn not_zero(spread: f64) -> f64 {
    if spread < 10.0 * f64::EPSILON { 1.0 } else { spread }
}

impl Compose for MinMaxScaler {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for MinMaxScaler {
    type Fitted = FittedMinMaxScaler<X::Elem>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.check(x)?;
        self.of(Extremes::of(x, y)?)
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized> FitTransform<X, Y> for MinMaxScaler {
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

/// What [`MinMaxScaler`] learns: the smallest and the largest value of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMinMaxScaler<F> {
    parameters: MinMaxScaler,
    extremes: Extremes,
    range: Array1<f64>,
    affine: Affine<F>,
}

impl<F: Scalar> FittedMinMaxScaler<F> {
    /// Learns from more rows, as if they had been there in the first fit. After an error nothing has changed.
    ///
    /// # Errors
    /// Those of the fit, and [`Error::FeatureMismatch`] for another width.
    pub fn partial_fit<X, Y>(&mut self, x: &X, y: &Y) -> Result<()>
    where
        X: Features<Elem = F> + ?Sized,
        Y: Weights + ?Sized,
    {
        self.parameters.check(x)?;
        *self = self.parameters.of(self.extremes.learn(x, y)?)?;
        Ok(())
    }

    /// What [`transform`](Transformer::transform) was given, unless it was clipped.
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

    /// The smallest value of each column; NaN where all is missing.
    pub fn data_min(&self) -> &Array1<f64> {
        &self.extremes.min
    }

    /// The largest value of each column; NaN where all is missing.
    pub fn data_max(&self) -> &Array1<f64> {
        &self.extremes.max
    }

    /// Their difference.
    pub fn data_range(&self) -> &Array1<f64> {
        &self.range
    }

    /// What each column is multiplied by.
    pub fn scale(&self) -> Array1<f64> {
        let (from, to) = self.parameters.feature_range;
        self.range.mapv(|range| (to - from) / not_zero(range))
    }

    /// What is then added: `transform` gives x · scale + min.
    pub fn min(&self) -> Array1<f64> {
        self.parameters.feature_range.0 - self.data_min() * &self.scale()
    }

    /// The sum of the weights of the rows seen.
    pub fn n_samples_seen(&self) -> f64 {
        self.extremes.weight
    }

    /// The number of columns.
    pub fn n_features_in(&self) -> usize {
        self.range.len()
    }
}

/// The scaled features, of the same kind as `x` (owned).
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::Overflow`] if a result is
/// too large for `F`, [`Error::Unsupported`] for sparse data and for a number in a column that was all NaN in the fit.
impl<X: Features<Elem = F> + ?Sized, F: Scalar> Transformer<X> for FittedMinMaxScaler<F> {
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
impl<F: Scalar> FeatureNames for FittedMinMaxScaler<F> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_ends_are_met_and_clipped() -> Result<()> {
        let x = array![[-3.3, 1e8], [0.7, 1e8 + 1.0], [f64::NAN, 1e8]];
        let scaler = MinMaxScaler::new().fit(&x, &())?;
        let z = scaler.transform(&x)?;
        assert!((z[[0, 0]], z[[1, 0]], z[[1, 1]]) == (0.0, 1.0, 1.0) && z[[2, 0]].is_nan());
        let clipped = MinMaxScaler::new().feature_range(-1.0, 2.0).clip(true).fit(&x, &())?;
        assert_eq!(clipped.transform(&array![[100.0, 0.0]])?, array![[2.0, -1.0]]);
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() {
        let x = array![[1.0], [2.0]];
        for (from, to) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            let error = MinMaxScaler::new().feature_range(from, to).fit(&x, &()).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name: "feature_range", .. }));
        }
        let wide = array![[f64::MAX], [f64::MIN]];
        assert!(matches!(MinMaxScaler::new().fit(&wide, &()), Err(Error::Overflow { column: Some(0), .. })));
        #[cfg(feature = "sparse")]
        assert!(matches!(
            MinMaxScaler::new().fit(&sprs::CsMat::<f64>::eye(2), &()),
            Err(Error::Unsupported { .. })
        ));
    }
}
