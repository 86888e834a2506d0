//! Metrics: how good predictions are.

use crate::error::Result;

/// How good a fitted model is on data: one number, the greater the better.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot score a model `{M}` on `{X}` and `{Y}`")]
pub trait Scorer<M: ?Sized, X: ?Sized, Y: ?Sized>: Sync {
    /// The score of `model` on the features `x` and the truth `y`.
    ///
    /// # Errors
    /// Those of the model's predictions and of the metric.
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64>;
}
