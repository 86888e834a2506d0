use super::{DualLoss, Loss, MarginLoss, SmoothLoss, check_sign};
use crate::error::Result;

/// The squared hinge loss max(0, 1 − y p)², y = ±1, without a factor ½: that of scikit-learn's `LinearSVC`.
///
/// Its conjugate gives φ(β) = y β − β²/(4c) for y β ≥ 0.
///
/// ```
/// use certifit::loss::{Loss, SquaredHinge};
/// assert_eq!(SquaredHinge.value(1.0, -1.0), 4.0);
/// assert_eq!(SquaredHinge.derivative(1.0, -1.0), -4.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SquaredHinge;

impl Loss for SquaredHinge {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        (1.0 - y * p).max(0.0).powi(2)
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        -2.0 * y * (1.0 - y * p).max(0.0)
    }

    fn check_target(&self, y: f64) -> Result<()> {
        check_sign(y)
    }
}

impl SmoothLoss for SquaredHinge {
    #[inline(always)]
    fn second_derivative(&self, y: f64, p: f64) -> f64 {
        if y * p < 1.0 { 2.0 } else { 0.0 }
    }

    fn max_second_derivative(&self) -> f64 {
        2.0
    }

    #[inline(always)]
    fn bends_within(&self, y: f64, p: f64, reach: f64) -> bool {
        (1.0 - y * p).abs() <= reach
    }
}

impl DualLoss for SquaredHinge {
    #[inline(always)]
    fn dual_bounds(&self, y: f64, _c: f64) -> (f64, f64) {
        if y > 0.0 { (0.0, f64::INFINITY) } else { (f64::NEG_INFINITY, 0.0) }
    }

    #[inline(always)]
    fn dual_term(&self, y: f64, beta: f64, c: f64) -> f64 {
        y * beta - beta * (beta / (4.0 * c))
    }

    #[inline(always)]
    fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64 {
        y - beta / (2.0 * c)
    }

    #[inline(always)]
    fn dual_curvature(&self, _y: f64, _beta: f64, c: f64) -> f64 {
        0.5 / c
    }

    #[inline(always)]
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        let (u, alpha) = (1.0 - y * p, y * beta);
        c * (u.max(0.0) - alpha / (2.0 * c)).powi(2) + alpha * (-u).max(0.0)
    }
}

impl MarginLoss for SquaredHinge {}
