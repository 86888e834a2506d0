use super::{LearningRate, Moment, check_positive};
use crate::error::Result;

/// The same rate η₀ at every step: scikit-learn's `learning_rate='constant'`.
///
/// It gets near the optimum and then stays at a distance that is in proportion to η₀; an average of the steps gets
/// nearer.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `eta0` | 0.01 | > 0 | η₀ |
///
/// ```
/// use certifit::schedule::{Constant, LearningRate, Moment};
/// assert_eq!(Constant { eta0: 0.1 }.rate(&Moment::first(1e-4, 10.0)), 0.1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constant {
    /// η₀.
    pub eta0: f64,
}

impl Default for Constant {
    fn default() -> Self {
        Self { eta0: 0.01 }
    }
}

impl LearningRate for Constant {
    #[inline(always)]
    fn rate(&self, _now: &Moment) -> f64 {
        self.eta0
    }

    fn check(&self, _first: &Moment) -> Result<()> {
        check_positive("eta0", self.eta0)
    }
}
