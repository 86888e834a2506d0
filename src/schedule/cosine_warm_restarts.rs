use super::{LearningRate, Moment, check_positive, half_cosine};
use crate::error::{Error, Result};

/// Half a cosine from η₀ down to `eta_min`, and again from η₀, each time `growth` times as long.
///
/// Near the end of a period the rate is small, and the coefficients are good; a restart lets them leave where they are.
/// Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", equation 5.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `eta0` | 0.01 | > 0 | η₀, the rate after a restart |
/// | `eta_min` | 0 | 0 to η₀ | the rate at the end of a period |
/// | `period` | 10 | > 0 | epochs of the first period; batches in a stream |
/// | `growth` | 2 | ≥ 1 | how much longer each period is |
///
/// ```
/// use certifit::schedule::{CosineWarmRestarts, LearningRate, Moment};
/// let schedule = CosineWarmRestarts { eta0: 0.1, period: 10.0, growth: 2.0, eta_min: 0.0 };
/// let at = |epoch: f64| {
///     let mut now = Moment::first(1e-4, 100.0);
///     now.epoch = epoch;
///     schedule.rate(&now)
/// };
/// assert!((at(5.0) - 0.05).abs() < 1e-12);
/// assert_eq!((at(0.0), at(10.0), at(30.0)), (0.1, 0.1, 0.1));
/// assert!((at(20.0) - 0.05).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CosineWarmRestarts {
    /// η₀.
    pub eta0: f64,
    /// The rate at the end of a period.
    pub eta_min: f64,
    /// Epochs of the first period.
    pub period: f64,
    /// How much longer each period is.
    pub growth: f64,
}

impl Default for CosineWarmRestarts {
    fn default() -> Self {
        Self { eta0: 0.01, eta_min: 0.0, period: 10.0, growth: 2.0 }
    }
}

impl LearningRate for CosineWarmRestarts {
    #[inline]
    fn rate(&self, now: &Moment) -> f64 {
        let periods = now.epoch / self.period;
        let share = if self.growth > 1.0 {
            // k periods take (growthᵏ − 1)/(growth − 1) times the first one.
            let stretched = 1.0 + periods * (self.growth - 1.0);
            // Rounding must not put the begin of a period at the end of the one before.
            let k = (stretched.ln() / self.growth.ln() + 1e-12).floor();
            let length = self.growth.powf(k);
            (stretched / length - 1.0) / (self.growth - 1.0)
        } else {
            periods.fract()
        };
        half_cosine(self.eta0, self.eta_min, share).max(f64::MIN_POSITIVE)
    }

    fn check(&self, _first: &Moment) -> Result<()> {
        check_positive("eta0", self.eta0)?;
        check_positive("period", self.period)?;
        if !(0.0..=self.eta0).contains(&self.eta_min) {
            return Err(Error::invalid_parameter("eta_min", self.eta_min, "from 0 to eta0"));
        }
        if self.growth >= 1.0 && self.growth.is_finite() {
            return Ok(());
        }
        Err(Error::invalid_parameter("growth", self.growth, "at least 1 and finite"))
    }
}
