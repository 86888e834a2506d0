use super::{LearningRate, Moment};
use crate::error::{Error, Result};

/// η = 1/(α (t₀ + t − 1)) with t₀ = 1/(α η₁), so that the first rate is η₁ = α^(−¼): scikit-learn's
/// `learning_rate='optimal'`.
///
/// α^(−½) is about the size of the optimal coefficients, and η₁ the root of that. For an objective with a penalty of
/// curvature α the rate falls as fast as it may. It takes no account of the size of the features: on data that are not
/// scaled, and with losses that grow like squares, its first steps may be too long: a fit that shuffles its rows then begins
/// anew at a later step ([`skips`](LearningRate::skips)). Bottou 2012, "Stochastic Gradient
/// Descent Tricks", doi:10.1007/978-3-642-35289-8_25.
///
/// ```
/// use certifit::schedule::{LearningRate, Moment, Optimal};
/// let mut now = Moment::first(1e-4, 10.0);
/// assert!((Optimal.rate(&now) - 10.0).abs() < 1e-12);
/// now.step = 1001.0;
/// assert!((Optimal.rate(&now) - 5.0).abs() < 1e-12);
/// let skipped = Optimal.skips(&Moment::first(1e-4, 10.0), 5.0);
/// assert!(skipped.is_some_and(|steps| (steps - 1000.0).abs() < 1e-9));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Optimal;

impl LearningRate for Optimal {
    #[inline(always)]
    fn rate(&self, now: &Moment) -> f64 {
        let first = (1.0 / now.alpha.sqrt()).sqrt();
        1.0 / (now.alpha * (1.0 / (first * now.alpha) + now.step - 1.0))
    }

    /// Those until t₀ + t − 1 is 1/(α · most).
    fn skips(&self, first: &Moment, most: f64) -> Option<f64> {
        let steps = 1.0 / (first.alpha * most) - 1.0 / (first.alpha * self.rate(first));
        (steps > 0.0 && steps.is_finite()).then_some(steps)
    }

    fn check(&self, first: &Moment) -> Result<()> {
        let rate = self.rate(first);
        if first.alpha > 0.0 && rate > 0.0 && rate.is_finite() {
            return Ok(());
        }
        Err(Error::invalid_parameter("alpha", first.alpha, "positive where the learning rate is Optimal"))
    }
}
