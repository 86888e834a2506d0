//! The three verbs of the crate: fit, predict, transform.
//!
//! Type parameters sit on the traits, so that `dyn Predictor<Array2<f64>, Output = Array1<String>>` is a type.
//! What is not fitted has no `predict`:
//!
//! ```compile_fail
//! use certifit::prelude::*;
//! let x = ndarray::array![[0.0], [1.0]];
//! LinearSVC::new().predict(&x); // no method `predict`: it was never fitted
//! ```

use crate::error::Result;

/// Hyper-parameters that can be fitted to features `X` and a target `Y`.
///
/// The values are plain: not generic over the float type (which comes from the data) and not checked before
/// [`fit`](Estimator::fit). Fitting does not change them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be fitted to features `{X}` and target `{Y}`",
    note = "features are matrices of `f32` or `f64` with one sample a row; the target of a classifier holds labels, that of a regressor numbers"
)]
pub trait Estimator<X: ?Sized, Y: ?Sized>: Sync {
    /// What a fit gives: a model or a fitted transformer.
    type Fitted: Send;
    /// Learns from the data.
    ///
    /// # Errors
    /// Bad hyper-parameters and bad data; each estimator documents its own.
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted>;
}

/// Something fitted that predicts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot predict from `{X}`",
    note = "only what `fit` returns can predict, and only from features of the float type that it was fitted on"
)]
pub trait Predictor<X: ?Sized> {
    /// The predictions, one a row.
    type Output;
    /// Predicts for each row.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch) for another width than was fitted,
    /// [`Error::Empty`](crate::Error::Empty), [`Error::NonFinite`](crate::Error::NonFinite).
    fn predict(&self, x: &X) -> Result<Self::Output>;
}

/// Something fitted whose predictions rest on a score that can be seen.
#[diagnostic::on_unimplemented(message = "`{Self}` has no decision values for `{X}`")]
pub trait DecisionFunction<X: ?Sized> {
    /// The scores, one row a sample.
    type Output;
    /// The score of each row; each model says what it means.
    ///
    /// # Errors
    /// Those of [`Predictor::predict`].
    fn decision_function(&self, x: &X) -> Result<Self::Output>;
}

/// Something fitted that turns features into features.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot transform `{X}`",
    note = "only what `fit` returns can transform, and only features of the float type that it was fitted on"
)]
pub trait Transformer<X: ?Sized> {
    /// The new features.
    type Output;
    /// Transforms each row.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch) for another width than was fitted; each
    /// transformer documents its own.
    fn transform(&self, x: &X) -> Result<Self::Output>;
}
