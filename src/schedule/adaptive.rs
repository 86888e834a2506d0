use super::{LearningRate, Moment, check_positive};
use crate::error::Result;

/// By how much the rate falls at a time, and the rate below which it falls no further.
const FACTOR: f64 = 1.0 / 5.0;
const LOWEST: f64 = 1e-6;

/// η₀ as long as the objective falls, then a fifth of it, and so on down to 10⁻⁶: scikit-learn's
/// `learning_rate='adaptive'`.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `eta0` | 0.01 | > 0 | η₀ |
///
/// ```
/// use certifit::schedule::{Adaptive, LearningRate};
/// let schedule = Adaptive { eta0: 0.1 };
/// assert_eq!(schedule.after_plateau(0.1), Some(0.2));
/// assert_eq!(schedule.after_plateau(1e-6), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adaptive {
    /// η₀.
    pub eta0: f64,
}

impl Default for Adaptive {
    fn default() -> Self {
        Self { eta0: 0.01 }
    }
}

impl LearningRate for Adaptive {
    #[inline(always)]
    fn rate(&self, _now: &Moment) -> f64 {
        self.eta0
    }

    fn after_plateau(&self, rate: f64) -> Option<f64> {
        (rate > LOWEST).then_some(FACTOR)
    }

    fn check(&self, _first: &Moment) -> Result<()> {
        check_positive("eta0", self.eta0)
    }
}
