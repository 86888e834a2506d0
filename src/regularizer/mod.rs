//! What large coefficients cost: Ω(w) = Σ ω(wⱼ).
//!
//! | regularizer | Ω(w) |
//! |---|---|
//! | [`L2`] | ½ ‖w‖² |
//!
//! To add one, write one file that implements [`Regularizer`].

mod l2;

pub use l2::L2;

/// A convex penalty that is a sum over the coefficients.
///
/// ```
/// use certifit::regularizer::{L2, Regularizer};
/// assert_eq!(L2.value(&[3.0, 4.0]), 12.5);
/// assert_eq!(L2.prox(3.0, 0.5), 2.0);
/// ```
pub trait Regularizer: std::fmt::Debug + Send + Sync {
    /// ω(wⱼ).
    fn term(&self, w: f64) -> f64;

    /// The v that minimises ½ (v − w)² + step · ω(v).
    fn prox(&self, w: f64, step: f64) -> f64;

    /// ω*(g) = max over w of g w − ω(w), infinite where there is no maximum.
    fn conjugate_term(&self, g: f64) -> f64;

    /// ω(w) + ω*(g) − w g, which is not negative (Fenchel and Young) and must be computed without
    /// cancellation: it is what a coefficient adds to the duality gap.
    fn fenchel_young(&self, w: f64, g: f64) -> f64;

    /// Ω(w).
    fn value(&self, w: &[f64]) -> f64 {
        w.iter().map(|&w| self.term(w)).sum()
    }
}
