use super::{MomentumStep, Moved, UpdateRule, check_decay};
use crate::error::Result;

/// v ← μ v − η g, w ← w + μ v − η g: momentum that looks ahead.
///
/// In the form of Sutskever, Martens, Dahl and Hinton 2013, "On the Importance of Initialization and Momentum in Deep
/// Learning", and of scikit-learn: the parameters are those where the gradient is taken.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `momentum` | 0.9 | 0 up to but not 1 | μ |
///
/// ```
/// use certifit::update::{Nesterov, UpdateRule};
/// let (mut w, mut memory) = ([1.0], [0.0]);
/// Nesterov { momentum: 0.5 }.update_all(0.1, 1.0, &mut w, &[2.0], &mut memory);
/// assert!((w[0] - 0.7f64).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nesterov {
    /// μ.
    pub momentum: f64,
}

impl Default for Nesterov {
    fn default() -> Self {
        Self { momentum: 0.9 }
    }
}

impl UpdateRule for Nesterov {
    type Memory = f64;
    type Step = MomentumStep;

    #[inline(always)]
    fn step(&self, rate: f64, _t: f64) -> MomentumStep {
        MomentumStep::new(rate, self.momentum)
    }

    #[inline(always)]
    fn update(step: &MomentumStep, w: f64, gradient: f64, velocity: &mut f64) -> Moved {
        *velocity = step.velocity(gradient, *velocity);
        Moved { w: w + step.velocity(gradient, *velocity), reach: step.reach }
    }

    fn check(&self) -> Result<()> {
        check_decay("momentum", self.momentum)
    }
}
