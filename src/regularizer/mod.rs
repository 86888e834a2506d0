//! What large coefficients cost: Ω(w) = Σ ω(wⱼ).
//!
//! | regularizer | Ω(w) | zeros |
//! |---|---|---|
//! | [`NoPenalty`] | 0 | no |
//! | [`L2`] | ½ ‖w‖² | no |
//! | [`L1`] | ‖w‖₁ | yes |
//! | [`ElasticNet`] | ρ ‖w‖₁ + ½ (1 − ρ) ‖w‖² | yes |
//!
//! To add one, write one file that implements [`Regularizer`].

mod elastic_net;
mod l1;
mod l2;
mod none;

pub use elastic_net::ElasticNet;
pub use l1::L1;
pub use l2::L2;
pub use none::NoPenalty;

use crate::error::{Error, Result};

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

    /// The largest |g| at which ω*(g) is finite: how steep ω ever gets. Infinite for penalties that grow faster than
    /// any line; where it is not, certificates draw dual points inside, and ω* ought to be 0 there.
    fn conjugate_limit(&self) -> f64 {
        f64::INFINITY
    }

    /// (ρ₁, ρ₂) where Ω(w) = ρ₁ ‖w‖₁ + ½ ρ₂ ‖w‖², else `None`. Stochastic gradient descent applies such a penalty to the
    /// stored entries of a row only, and remembers what it owes to the others; of all other penalties it takes the
    /// [`prox`](Self::prox) of every coefficient at every row.
    fn elastic(&self) -> Option<(f64, f64)> {
        None
    }

    /// Refuses parameters that are out of range.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`].
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Ω(w).
    fn value(&self, w: &[f64]) -> f64 {
        w.iter().map(|&w| self.term(w)).sum()
    }
}

/// A choice made at run time: `Arc<dyn Regularizer>`.
impl<T: Regularizer + ?Sized> Regularizer for std::sync::Arc<T> {
    fn term(&self, w: f64) -> f64 {
        (**self).term(w)
    }
    fn prox(&self, w: f64, step: f64) -> f64 {
        (**self).prox(w, step)
    }
    fn conjugate_term(&self, g: f64) -> f64 {
        (**self).conjugate_term(g)
    }
    fn fenchel_young(&self, w: f64, g: f64) -> f64 {
        (**self).fenchel_young(w, g)
    }
    fn conjugate_limit(&self) -> f64 {
        (**self).conjugate_limit()
    }
    fn elastic(&self) -> Option<(f64, f64)> {
        (**self).elastic()
    }
    fn check(&self) -> Result<()> {
        (**self).check()
    }
    fn value(&self, w: &[f64]) -> f64 {
        (**self).value(w)
    }
}

/// Refuses parameters that are out of range, and shares of a user's own penalty that are none.
pub(crate) fn check(regularizer: &impl Regularizer) -> Result<()> {
    regularizer.check()?;
    match regularizer.elastic() {
        Some(shares) if !(shares.0 >= 0.0 && shares.1 >= 0.0 && (shares.0 + shares.1).is_finite()) => {
            Err(Error::invalid_parameter(
                "penalty",
                shares,
                "one whose elastic shares are finite and not negative",
            ))
        }
        _ => Ok(()),
    }
}

/// `w` drawn towards 0 by `width`, and 0 if it is within that.
fn shrink(w: f64, width: f64) -> f64 {
    if w.abs() > width { w - width.copysign(w) } else { 0.0 }
}
