use super::{LearningRate, Moment, check_positive};
use crate::error::{Error, Result};

/// η = η₀/tᵖ: scikit-learn's `learning_rate='invscaling'`.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `eta0` | 0.01 | > 0 | η₀ |
/// | `power_t` | 0.25 | ≥ 0 | p; ½ is scikit-learn's default for its `SGDClassifier` |
///
/// ```
/// use certifit::schedule::{InvScaling, LearningRate, Moment};
/// let mut now = Moment::first(1e-4, 10.0);
/// now.step = 16.0;
/// assert_eq!(InvScaling::default().rate(&now), 0.005);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InvScaling {
    /// η₀.
    pub eta0: f64,
    /// p.
    pub power_t: f64,
}

impl Default for InvScaling {
    fn default() -> Self {
        Self { eta0: 0.01, power_t: 0.25 }
    }
}

impl LearningRate for InvScaling {
    #[inline(always)]
    fn rate(&self, now: &Moment) -> f64 {
        self.eta0 / now.step.powf(self.power_t)
    }

    fn check(&self, _first: &Moment) -> Result<()> {
        check_positive("eta0", self.eta0)?;
        if self.power_t >= 0.0 && self.power_t.is_finite() {
            return Ok(());
        }
        Err(Error::invalid_parameter("power_t", self.power_t, "finite and not negative"))
    }
}
