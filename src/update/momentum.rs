use super::{Moved, UpdateRule, check_decay};
use crate::error::Result;

/// v ← μ v − η g, w ← w + v: a heavy ball. Polyak 1964, doi:10.1016/0041-5553(64)90137-5.
///
/// A gradient that lasts moves the parameter by η g/(1 − μ) a step, so that rates are to be smaller than those of
/// [`Plain`](super::Plain).
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `momentum` | 0.9 | 0 up to but not 1 | μ |
///
/// [`UpdateRule`] has an example.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Momentum {
    /// μ.
    pub momentum: f64,
}

impl Default for Momentum {
    fn default() -> Self {
        Self { momentum: 0.9 }
    }
}

/// What all parameters share of a step of [`Momentum`] and of [`Nesterov`](super::Nesterov).
#[derive(Debug, Clone, Copy)]
pub struct MomentumStep {
    pub(super) rate: f64,
    pub(super) momentum: f64,
    pub(super) reach: f64,
}

impl MomentumStep {
    pub(super) fn new(rate: f64, momentum: f64) -> Self {
        Self { rate, momentum, reach: rate / (1.0 - momentum) }
    }

    /// The new velocity.
    #[inline(always)]
    pub(super) fn velocity(&self, gradient: f64, before: f64) -> f64 {
        self.momentum * before - self.rate * gradient
    }
}

impl UpdateRule for Momentum {
    type Memory = f64;
    type Step = MomentumStep;

    #[inline(always)]
    fn step(&self, rate: f64, _t: f64) -> MomentumStep {
        MomentumStep::new(rate, self.momentum)
    }

    #[inline(always)]
    fn update(step: &MomentumStep, w: f64, gradient: f64, velocity: &mut f64) -> Moved {
        *velocity = step.velocity(gradient, *velocity);
        Moved { w: w + *velocity, reach: step.reach }
    }

    fn check(&self) -> Result<()> {
        check_decay("momentum", self.momentum)
    }
}
