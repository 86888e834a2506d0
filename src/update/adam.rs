use super::{Moved, UpdateRule, check_decay, check_positive};
use crate::error::Result;

/// Running averages m of g and v of g², w ← w − η √(1 − β₂ᵗ)/(1 − β₁ᵗ) m/(√v + ε).
///
/// Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", the form at the end of section 2, which is
/// scikit-learn's too.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `beta1` | 0.9 | 0 up to but not 1 | β₁: how long gradients are remembered |
/// | `beta2` | 0.999 | 0 up to but not 1 | β₂: how long their squares are |
/// | `epsilon` | 1e-8 | > 0 | ε |
///
/// ```
/// use certifit::update::{Adam, UpdateRule};
/// let (mut w, mut memory) = ([1.0], [(0.0, 0.0)]);
/// Adam::default().update_all(0.1, 1.0, &mut w, &[3.0], &mut memory);
/// assert!((w[0] - 0.9f64).abs() < 1e-7); // the first step has the length of the rate
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// β₁.
    pub beta1: f64,
    /// β₂.
    pub beta2: f64,
    /// ε.
    pub epsilon: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

/// What all parameters share of a step of [`Adam`].
#[derive(Debug, Clone, Copy)]
pub struct AdamStep {
    rule: Adam,
    rate: f64,
}

impl UpdateRule for Adam {
    /// m and v.
    type Memory = (f64, f64);
    type Step = AdamStep;

    #[inline(always)]
    fn step(&self, rate: f64, t: f64) -> AdamStep {
        let rate = rate * (1.0 - self.beta2.powf(t)).sqrt() / (1.0 - self.beta1.powf(t));
        AdamStep { rule: *self, rate }
    }

    #[inline(always)]
    fn update(step: &AdamStep, w: f64, gradient: f64, (mean, squares): &mut (f64, f64)) -> Moved {
        let AdamStep { rule, rate } = step;
        *mean = rule.beta1 * *mean + (1.0 - rule.beta1) * gradient;
        *squares = rule.beta2 * *squares + (1.0 - rule.beta2) * gradient * gradient;
        let reach = rate / (squares.sqrt() + rule.epsilon);
        Moved { w: w - reach * *mean, reach: if *squares > 0.0 { reach } else { 0.0 } }
    }

    fn check(&self) -> Result<()> {
        check_decay("beta1", self.beta1)?;
        check_decay("beta2", self.beta2)?;
        check_positive("epsilon", self.epsilon)
    }
}
