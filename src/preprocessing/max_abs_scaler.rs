//! Columns whose largest absolute value is 1.

use super::affine::Affine;
use super::extremes::Extremes;
use super::min_max_scaler::not_zero;
use crate::compose::Compose;
use crate::data::{Features, Given, Weights};
use crate::error::Result;
use crate::estimator::{
    Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform, same_names,
};
use crate::scalar::Scalar;
use ndarray::Array1;
use std::cmp::Ordering;

/// Divides each column by its largest absolute value: z = x / max |x|. Zeros stay zeros, so that it suits sparse data.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`clip`](Self::clip) | `false` | move what new data have outside of −1 to 1 to the ends |
///
/// * NaN is a missing value: it does not count in the fit of its column and stays NaN.
/// * A column whose largest absolute value is below 10 ε (2.2·10⁻¹⁵), as in scikit-learn, is not scaled.
/// * Rows of weight 0 are not seen; other weights make no difference.
///
/// # Errors
/// `fit` answers [`Error::Empty`](crate::Error::Empty), [`Error::NonFinite`](crate::Error::NonFinite) for infinities,
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch) or [`Error::InvalidWeight`](crate::Error::InvalidWeight) for
/// bad weights.
///
/// Reference: `sklearn.preprocessing.MaxAbsScaler`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let scaler = MaxAbsScaler::new().fit(&array![[-4.0, 1.0], [2.0, 0.5]], &())?;
/// assert_eq!(scaler.max_abs().to_vec(), [4.0, 1.0]);
/// assert_eq!(scaler.transform(&array![[1.0, -3.0]])?, array![[0.25, -3.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MaxAbsScaler {
    clip: bool,
}

impl MaxAbsScaler {
    /// Without clipping.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether values outside of −1 to 1 are moved to the ends (default `false`).
    pub fn clip(mut self, clip: bool) -> Self {
        self.clip = clip;
        self
    }

    fn of<F: Scalar>(&self, extremes: Extremes) -> FittedMaxAbsScaler<F> {
        let columns = extremes.min.iter().zip(&extremes.max);
        let max_abs: Array1<f64> = columns.map(|(min, max)| min.abs().max(max.abs())).collect();
        let scale = max_abs.mapv(not_zero);
        let range = self.clip.then(|| (-F::one(), F::one()));
        let affine = Affine::new(vec![0.0; scale.len()], scale.to_vec()).within(range);
        FittedMaxAbsScaler { parameters: *self, extremes, max_abs, scale, affine }
    }
}

impl Compose for MaxAbsScaler {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for MaxAbsScaler {
    type Fitted = FittedMaxAbsScaler<X::Elem>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        Ok(self.of(Extremes::of(x, y)?))
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized> FitTransform<X, Y> for MaxAbsScaler {
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

/// What [`MaxAbsScaler`] learns: the largest absolute value of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMaxAbsScaler<F> {
    parameters: MaxAbsScaler,
    extremes: Extremes,
    max_abs: Array1<f64>,
    scale: Array1<f64>,
    affine: Affine<F>,
}

impl<F: Scalar> FittedMaxAbsScaler<F> {
    /// Learns from more rows, as if they had been there in the first fit. After an error nothing has changed.
    ///
    /// # Errors
    /// Those of the fit, and [`Error::FeatureMismatch`](crate::Error::FeatureMismatch) for another width.
    pub fn partial_fit<X, Y>(&mut self, x: &X, y: &Y) -> Result<()>
    where
        X: Features<Elem = F> + ?Sized,
        Y: Weights + ?Sized,
    {
        *self = self.parameters.of(self.extremes.learn(x, y)?);
        Ok(())
    }

    /// What [`transform`](Transformer::transform) was given, unless it was clipped.
    ///
    /// # Errors
    /// Those of [`transform`](Transformer::transform).
    pub fn inverse_transform<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.affine.invert(x)
    }

    /// The largest absolute value of each column; NaN where all is missing.
    pub fn max_abs(&self) -> &Array1<f64> {
        &self.max_abs
    }

    /// What each column is divided by.
    pub fn scale(&self) -> &Array1<f64> {
        &self.scale
    }

    /// The sum of the weights of the rows seen.
    pub fn n_samples_seen(&self) -> f64 {
        self.extremes.weight
    }

    /// The number of columns.
    pub fn n_features_in(&self) -> usize {
        self.scale.len()
    }
}

/// The scaled features, of the same kind as `x` (owned).
///
/// # Errors
/// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch), [`Error::Empty`](crate::Error::Empty),
/// [`Error::NonFinite`](crate::Error::NonFinite) for infinities, [`Error::Overflow`](crate::Error::Overflow) if a result
/// is too large for `F`, [`Error::Unsupported`](crate::Error::Unsupported) for a number in a column that was all NaN in
/// the fit.
impl<X: Features<Elem = F> + ?Sized, F: Scalar> Transformer<X> for FittedMaxAbsScaler<F> {
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        self.affine.apply(x)
    }
    fn transform_owned(&self, x: X) -> Result<Self::Output>
    where
        X: Sized,
    {
        self.affine.apply(Given(x))
    }
}

/// The names of the input.
impl<F: Scalar> FeatureNames for FittedMaxAbsScaler<F> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in())
    }
}
