//! The loss whose best constant is a quantile.

use super::Metric;
use super::residuals::{Pairs, mean_absolute};
use crate::data::Targets;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// The weighted mean of α max(0, yᵢ − ŷᵢ) + (1 − α) max(0, ŷᵢ − yᵢ).
///
/// Of all constants the α-quantile of the truth has the least loss; for α = ½ the loss is half of the mean absolute
/// error.
///
/// | parameter | default in scikit-learn | range |
/// |---|---|---|
/// | `alpha` | 0.5 | 0 to 1 |
///
/// # Errors
/// [`Error::InvalidParameter`] for `alpha` out of its range, and those of
/// [`mean_absolute_error`](super::mean_absolute_error).
///
/// Reference: scikit-learn's `mean_pinball_loss`; Koenker and Bassett, "Regression quantiles", 1978.
///
/// ```
/// use certifit::metric::mean_pinball_loss;
/// assert_eq!(mean_pinball_loss(&[1.0, 2.0], &[3.0, 1.0], 0.75)?, (0.25 * 2.0 + 0.75 * 1.0) / 2.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn mean_pinball_loss<T, P>(y_true: &T, y_pred: &P, alpha: f64) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    if !(0.0..=1.0).contains(&alpha) {
        return Err(Error::invalid_parameter("alpha", alpha, "between 0 and 1"));
    }
    let pairs = Pairs::new(y_true, y_pred)?;
    let slope = |error: f64| if error >= 0.0 { alpha } else { 1.0 - alpha };
    let losses = pairs.errors().map(|(weight, error)| (weight, slope(error) * error));
    mean_absolute("the mean pinball loss", pairs.weight, losses)
}

/// −[`mean_pinball_loss`] as a scorer.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `alpha` | none: `new` takes it | 0 to 1 |
///
/// ```
/// use certifit::metric::{Metric, NegMeanPinballLoss};
/// assert_eq!(NegMeanPinballLoss::new(0.5).evaluate(&[1.0, 2.0], &[1.0, 4.0])?, -0.5);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NegMeanPinballLoss {
    alpha: f64,
}

impl NegMeanPinballLoss {
    /// The loss of the `alpha`-quantile.
    pub fn new(alpha: f64) -> Self {
        Self { alpha }
    }
}

impl<T, P> Metric<T, P> for NegMeanPinballLoss
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    fn evaluate(&self, y_true: &T, y_pred: &P) -> Result<f64> {
        Ok(-mean_pinball_loss(y_true, y_pred, self.alpha)?)
    }
}

scores!(NegMeanPinballLoss, on Predictions);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_a_share() {
        for alpha in [-0.1, 1.1, f64::NAN] {
            let refused = mean_pinball_loss(&[1.0], &[1.0], alpha);
            assert!(matches!(refused, Err(Error::InvalidParameter { name: "alpha", .. })));
        }
    }
}
