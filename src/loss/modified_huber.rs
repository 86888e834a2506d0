use super::{DualLoss, Loss, MarginLoss, SmoothLoss};

/// The modified Huber loss of the margin m = y p, y = ±1: max(0, 1 − m)² for m ≥ −1, and its tangent −4 m below.
///
/// The squared hinge, but rows far on the wrong side pull no harder than 4, so that a few wrong labels do no harm. Scores
/// between −1 and 1 are probabilities: (p + 1)/2 of the positive class. Its conjugate gives φ(β) = y β − β²/(4c) for
/// 0 ≤ y β ≤ 4c. Zhang 2004, "Statistical Behavior and Consistency of Classification Methods Based on Convex Risk
/// Minimization", doi:10.1214/aos/1079120130.
///
/// ```
/// use certifit::loss::{Loss, ModifiedHuber};
/// assert_eq!(ModifiedHuber.value(1.0, 0.5), 0.25);
/// assert_eq!(ModifiedHuber.value(1.0, -3.0), 12.0);
/// assert_eq!(ModifiedHuber.derivative(1.0, -3.0), -4.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ModifiedHuber;

impl Loss for ModifiedHuber {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        let margin = y * p;
        if margin >= -1.0 { (1.0 - margin).max(0.0).powi(2) } else { -4.0 * margin }
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        -2.0 * y * (1.0 - y * p).clamp(0.0, 2.0)
    }
}

impl SmoothLoss for ModifiedHuber {
    #[inline(always)]
    fn second_derivative(&self, y: f64, p: f64) -> f64 {
        if (-1.0..1.0).contains(&(y * p)) { 2.0 } else { 0.0 }
    }

    fn max_second_derivative(&self) -> f64 {
        2.0
    }

    #[inline(always)]
    fn bends_within(&self, y: f64, p: f64, reach: f64) -> bool {
        (1.0 - (y * p).abs()).abs() <= reach
    }
}

impl DualLoss for ModifiedHuber {
    #[inline(always)]
    fn dual_bounds(&self, y: f64, c: f64) -> (f64, f64) {
        if y > 0.0 { (0.0, 4.0 * c) } else { (-4.0 * c, 0.0) }
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
        let (margin, alpha) = (y * p, y * beta);
        let (u, beyond) = (1.0 - margin.max(-1.0), (-1.0 - margin).max(0.0));
        // Of the quadratic part, of the part without a loss, and of the straight one: none is ever negative.
        c * (u.max(0.0) - alpha / (2.0 * c)).powi(2) + alpha * (-u).max(0.0) + (4.0 * c - alpha) * beyond
    }
}

impl MarginLoss for ModifiedHuber {}
