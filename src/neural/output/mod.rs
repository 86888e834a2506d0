//! What the outputs of a network cost: ℓ(y, z) for the targets y of a row and its outputs z.
//!
//! | loss | ℓ(y, z) | outputs |
//! |---|---|---|
//! | [`SoftmaxCrossEntropy`] | ln Σₖ e^zₖ − z_y | one a class, of more than two classes |
//! | [`Separate`] | Σₖ ℓ(yₖ, zₖ) for a [`Loss`](crate::loss::Loss) of one score | one a number, one a label |
//!
//! [`Separate`] of [`LogLoss`](crate::loss::LogLoss), with targets ±1, is the binary cross-entropy of two classes and, with
//! an output a label, that of labels that do not exclude each other. Of [`SquaredError`](crate::loss::SquaredError) or
//! [`Huber`](crate::loss::Huber) it is regression. To add a loss that is no such sum, write one file that implements
//! [`OutputLoss`].

mod separate;
mod softmax_cross_entropy;

pub use separate::Separate;
pub use softmax_cross_entropy::SoftmaxCrossEntropy;

use crate::error::Result;

/// A loss of all outputs of a row.
///
/// ```
/// use certifit::loss::SquaredError;
/// use certifit::neural::{OutputLoss, Separate};
/// let mut z = [1.0, 3.0];
/// assert_eq!(Separate(SquaredError).value_and_slopes(&[0.0, 1.0], &mut z), 2.5);
/// assert_eq!(z, [1.0, 2.0]);
/// ```
pub trait OutputLoss: std::fmt::Debug + Send + Sync {
    /// How many numbers the targets of a row have.
    fn n_targets(&self, n_outputs: usize) -> usize;

    /// ℓ(y, z), and z ← ∂ℓ/∂z.
    fn value_and_slopes(&self, y: &[f64], z: &mut [f64]) -> f64;

    /// Refuses targets of a row that it has no value for, beside so many outputs.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter).
    fn check_targets(&self, _y: &[f64], _n_outputs: usize) -> Result<()> {
        Ok(())
    }

    /// Refuses parameters that are out of range.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter).
    fn check(&self) -> Result<()> {
        Ok(())
    }
}
