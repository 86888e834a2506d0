use super::{DualLoss, Loss, MarginLoss, check_sign};
use crate::error::Result;

/// The hinge loss max(0, 1 − y p), y = ±1: that of the support vector machine.
///
/// Its conjugate gives φ(β) = y β for 0 ≤ y β ≤ c. Cortes and Vapnik 1995, "Support-Vector Networks",
/// doi:10.1007/BF00994018.
///
/// ```
/// use certifit::loss::{Hinge, Loss};
/// assert_eq!(Hinge.value(1.0, 0.5), 0.5);
/// assert_eq!(Hinge.value(1.0, 2.0), 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Hinge;

impl Loss for Hinge {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        (1.0 - y * p).max(0.0)
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        if y * p <= 1.0 { -y } else { 0.0 }
    }

    fn check_target(&self, y: f64) -> Result<()> {
        check_sign(y)
    }
}

impl DualLoss for Hinge {
    #[inline(always)]
    fn dual_bounds(&self, y: f64, c: f64) -> (f64, f64) {
        if y > 0.0 { (0.0, c) } else { (-c, 0.0) }
    }

    #[inline(always)]
    fn dual_term(&self, y: f64, beta: f64, _c: f64) -> f64 {
        y * beta
    }

    #[inline(always)]
    fn dual_slope(&self, y: f64, _beta: f64, _c: f64) -> f64 {
        y
    }

    #[inline(always)]
    fn dual_curvature(&self, _y: f64, _beta: f64, _c: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        let (u, alpha) = (1.0 - y * p, y * beta);
        // Both parts are never negative, and one is 0.
        (c - alpha) * u.max(0.0) + alpha * (-u).max(0.0)
    }
}

impl MarginLoss for Hinge {}
