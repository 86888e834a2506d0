//! What a step does with a gradient: the rules by which parameters move.
//!
//! | rule | numbers a parameter | the step for a gradient g at the rate η |
//! |---|---|---|
//! | [`Plain`] | 0 | −η g |
//! | [`Momentum`] | 1 | v ← μ v − η g |
//! | [`Nesterov`] | 1 | μ v − η g for the v of momentum |
//! | [`AdaGrad`] | 1 | −η g/(√Σg² + ε) |
//! | [`RmsProp`] | 1 | −η g/(√v + ε), an average v of g² |
//! | [`Adam`] | 2 | −η m̂/(√v̂ + ε), averages of g and g² |
//! | [`DistanceOverGradients`] | 4 | −η g · farthest distance/√Σg², without a rate to choose |
//! | [`AdamW`] | 2 | that of Adam, and −η λ w |
//!
//! Rules work on one parameter at a time and know nothing of models. To add one, write one file that implements
//! [`UpdateRule`].

mod ada_grad;
mod adam;
mod adam_w;
mod distance_over_gradients;
mod momentum;
mod nesterov;
mod plain;
mod rms_prop;

pub use ada_grad::AdaGrad;
pub use adam::{Adam, AdamStep};
pub use adam_w::{AdamW, AdamWStep};
pub use distance_over_gradients::{Distance, DistanceOverGradients};
pub use momentum::{Momentum, MomentumStep};
pub use nesterov::Nesterov;
pub use plain::Plain;
pub use rms_prop::{RmsProp, RmsPropStep};

use crate::error::{Error, Result, check_positive};

/// Where a parameter is after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// Its new value.
    pub w: f64,
    /// How far each step would take it, per gradient, if the gradient stayed as it is: the step that the
    /// [`prox`](crate::regularizer::Regularizer::prox) of a penalty is to be taken with, so that both are in balance at
    /// the optimum.
    pub reach: f64,
}

/// A rule by which parameters move.
///
/// ```
/// use certifit::update::{Momentum, UpdateRule};
/// let rule = Momentum { momentum: 0.5 };
/// let (mut w, mut memory) = ([1.0], [0.0]);
/// rule.update_all(0.1, 1.0, &mut w, &[2.0], &mut memory);
/// assert_eq!(w, [0.8]);
/// rule.update_all(0.1, 2.0, &mut w, &[2.0], &mut memory);
/// assert!((w[0] - 0.5f64).abs() < 1e-15);
/// ```
pub trait UpdateRule: std::fmt::Debug + Send + Sync {
    /// What the rule remembers of a parameter; it begins at its default.
    type Memory: Copy + Default + std::fmt::Debug + Send + Sync;
    /// What all parameters share of a step.
    type Step: Copy + Send + Sync;

    /// Whether the step is −η g, so that parameters without a gradient stay where they are.
    const IS_PLAIN: bool = false;

    /// Whether gradients are to be those of features less their mean, and of an intercept that belongs to these.
    const IS_CENTERED: bool = false;

    /// The step of number `t` = 1, 2, … at a rate.
    fn step(&self, rate: f64, t: f64) -> Self::Step;

    /// Moves a parameter by its gradient.
    fn update(step: &Self::Step, w: f64, gradient: f64, memory: &mut Self::Memory) -> Moved;

    /// Refuses parameters that are out of range.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`].
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Moves all parameters; the three slices have one entry a parameter.
    fn update_all(&self, rate: f64, t: f64, w: &mut [f64], gradient: &[f64], memory: &mut [Self::Memory]) {
        let step = self.step(rate, t);
        for ((w, &gradient), memory) in w.iter_mut().zip(gradient).zip(memory) {
            *w = Self::update(&step, *w, gradient, memory).w;
        }
    }
}

/// Refuses what is not a share of what was before: 0 to 1 without 1.
fn check_decay(name: &'static str, value: f64) -> Result<()> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(Error::invalid_parameter(name, value, "at least 0 and below 1"))
}
