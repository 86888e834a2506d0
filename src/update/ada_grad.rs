use super::{Moved, UpdateRule, check_positive};
use crate::error::Result;

/// G ← G + g², w ← w − η g/(√G + ε): each parameter has a rate of its own, which falls with what it has seen.
///
/// The unit of a feature does not matter but for ε and the penalty. Duchi, Hazan and Singer 2011, "Adaptive Subgradient
/// Methods for Online Learning and Stochastic Optimization", JMLR 12.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `epsilon` | 1e-10 | > 0 | ε |
///
/// ```
/// use certifit::update::{AdaGrad, UpdateRule};
/// let (mut w, mut memory) = ([1.0], [0.0]);
/// AdaGrad::default().update_all(0.1, 1.0, &mut w, &[3.0], &mut memory);
/// assert!((w[0] - 0.9f64).abs() < 1e-9);
/// AdaGrad::default().update_all(0.1, 2.0, &mut w, &[4.0], &mut memory);
/// assert!((w[0] - 0.82f64).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaGrad {
    /// ε.
    pub epsilon: f64,
}

impl Default for AdaGrad {
    fn default() -> Self {
        Self { epsilon: 1e-10 }
    }
}

impl UpdateRule for AdaGrad {
    type Memory = f64;
    /// η and ε.
    type Step = (f64, f64);

    #[inline(always)]
    fn step(&self, rate: f64, _t: f64) -> (f64, f64) {
        (rate, self.epsilon)
    }

    #[inline(always)]
    fn update(&(rate, epsilon): &(f64, f64), w: f64, gradient: f64, squares: &mut f64) -> Moved {
        *squares += gradient * gradient;
        let reach = if *squares > 0.0 { rate / (squares.sqrt() + epsilon) } else { 0.0 };
        Moved { w: w - reach * gradient, reach }
    }

    fn check(&self) -> Result<()> {
        check_positive("epsilon", self.epsilon)
    }
}
