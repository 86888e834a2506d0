use super::OutputLoss;
use crate::error::Result;
use crate::loss::Loss;

/// Σₖ ℓ(yₖ, zₖ): each output has a target of its own.
///
/// [`OutputLoss`] has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Separate<L>(
    /// ℓ.
    pub L,
);

impl<L: Loss> OutputLoss for Separate<L> {
    fn n_targets(&self, n_outputs: usize) -> usize {
        n_outputs
    }

    fn value_and_slopes(&self, y: &[f64], z: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        for (&y, z) in y.iter().zip(z) {
            sum += self.0.value(y, *z);
            *z = self.0.derivative(y, *z);
        }
        sum
    }

    fn check_targets(&self, y: &[f64], _n_outputs: usize) -> Result<()> {
        y.iter().try_for_each(|&y| self.0.check_target(y))
    }

    fn check(&self) -> Result<()> {
        self.0.check()
    }
}
