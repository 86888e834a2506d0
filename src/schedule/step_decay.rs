use super::{LearningRate, Moment, check_positive};
use crate::error::{Error, Result};

/// η₀ · factorᵏ after k times `every` epochs.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `eta0` | 0.01 | > 0 | η₀ |
/// | `factor` | 0.5 | over 0, up to 1 | what the rate is multiplied with |
/// | `every` | 10 | > 0 | epochs between the steps; batches in a stream |
///
/// ```
/// use certifit::schedule::{LearningRate, Moment, StepDecay};
/// let mut now = Moment::first(1e-4, 100.0);
/// now.epoch = 25.0;
/// assert_eq!(StepDecay { eta0: 0.1, factor: 0.5, every: 10.0 }.rate(&now), 0.025);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepDecay {
    /// η₀.
    pub eta0: f64,
    /// What the rate is multiplied with.
    pub factor: f64,
    /// Epochs between the steps.
    pub every: f64,
}

impl Default for StepDecay {
    fn default() -> Self {
        Self { eta0: 0.01, factor: 0.5, every: 10.0 }
    }
}

impl LearningRate for StepDecay {
    #[inline(always)]
    fn rate(&self, now: &Moment) -> f64 {
        // Never 0, which would be no rate.
        (self.eta0 * self.factor.powf((now.epoch / self.every).floor())).max(f64::MIN_POSITIVE)
    }

    fn check(&self, _first: &Moment) -> Result<()> {
        check_positive("eta0", self.eta0)?;
        check_positive("every", self.every)?;
        if self.factor > 0.0 && self.factor <= 1.0 {
            return Ok(());
        }
        Err(Error::invalid_parameter("factor", self.factor, "over 0 and at most 1"))
    }
}
