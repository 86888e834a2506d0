use super::{Adam, AdamStep, Moved, UpdateRule};
use crate::error::{Error, Result};

/// [`Adam`] with a decay of its own: w ← (1 − η λ) w, then the step of Adam.
///
/// Parameters decay by the same share, whatever the size of their gradients; as the gradient of a penalty the decay
/// would be divided by it. Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `adam` | [`Adam::default`] | | β₁, β₂ and ε |
/// | `weight_decay` | 0.01 | ≥ 0 | λ |
///
/// ```
/// use certifit::update::{AdamW, UpdateRule};
/// let rule = AdamW { weight_decay: 0.5, ..AdamW::default() };
/// let (mut w, mut memory) = ([1.0], [(0.0, 0.0)]);
/// rule.update_all(0.1, 1.0, &mut w, &[0.0], &mut memory);
/// assert_eq!(w, [0.95]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamW {
    /// β₁, β₂ and ε.
    pub adam: Adam,
    /// λ.
    pub weight_decay: f64,
}

impl Default for AdamW {
    fn default() -> Self {
        Self { adam: Adam::default(), weight_decay: 0.01 }
    }
}

/// What all parameters share of a step of [`AdamW`].
#[derive(Debug, Clone, Copy)]
pub struct AdamWStep {
    adam: AdamStep,
    kept: f64,
}

impl UpdateRule for AdamW {
    type Memory = (f64, f64);
    type Step = AdamWStep;

    #[inline(always)]
    fn step(&self, rate: f64, t: f64) -> AdamWStep {
        AdamWStep { adam: self.adam.step(rate, t), kept: 1.0 - rate * self.weight_decay }
    }

    #[inline(always)]
    fn update(step: &AdamWStep, w: f64, gradient: f64, memory: &mut (f64, f64)) -> Moved {
        Adam::update(&step.adam, step.kept * w, gradient, memory)
    }

    fn check(&self) -> Result<()> {
        self.adam.check()?;
        if self.weight_decay >= 0.0 && self.weight_decay.is_finite() {
            return Ok(());
        }
        Err(Error::invalid_parameter("weight_decay", self.weight_decay, "finite and not negative"))
    }
}
