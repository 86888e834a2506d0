use super::{Moved, UpdateRule, check_decay, check_positive};
use crate::error::Result;

/// A running average v of g², w ← w − η g/(√v + ε): [`AdaGrad`](super::AdaGrad) that forgets.
///
/// Tieleman and Hinton 2012, "Lecture 6.5, RMSProp: Divide the Gradient by a Running Average of its Recent Magnitude".
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `decay` | 0.9 | 0 up to but not 1 | how long squares are remembered: v ← decay v + (1 − decay) g² |
/// | `epsilon` | 1e-8 | > 0 | ε |
///
/// ```
/// use certifit::update::{RmsProp, UpdateRule};
/// let (mut w, mut memory) = ([1.0], [0.0]);
/// RmsProp { decay: 0.75, epsilon: 1e-12 }.update_all(0.1, 1.0, &mut w, &[3.0], &mut memory);
/// assert!((w[0] - 0.8f64).abs() < 1e-9); // √v is half of the first gradient
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    /// How long squares are remembered.
    pub decay: f64,
    /// ε.
    pub epsilon: f64,
}

impl Default for RmsProp {
    fn default() -> Self {
        Self { decay: 0.9, epsilon: 1e-8 }
    }
}

/// What all parameters share of a step of [`RmsProp`].
#[derive(Debug, Clone, Copy)]
pub struct RmsPropStep {
    rule: RmsProp,
    rate: f64,
}

impl UpdateRule for RmsProp {
    type Memory = f64;
    type Step = RmsPropStep;

    #[inline(always)]
    fn step(&self, rate: f64, _t: f64) -> RmsPropStep {
        RmsPropStep { rule: *self, rate }
    }

    #[inline(always)]
    fn update(step: &RmsPropStep, w: f64, gradient: f64, squares: &mut f64) -> Moved {
        *squares = step.rule.decay * *squares + (1.0 - step.rule.decay) * gradient * gradient;
        let reach = if *squares > 0.0 { step.rate / (squares.sqrt() + step.rule.epsilon) } else { 0.0 };
        Moved { w: w - reach * gradient, reach }
    }

    fn check(&self) -> Result<()> {
        check_decay("decay", self.decay)?;
        check_positive("epsilon", self.epsilon)
    }
}
