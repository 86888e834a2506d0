use super::{DualLoss, Loss, SmoothLoss};

/// Half the squared error ½ (p − y)²: that of least squares, ridge regression and the Lasso.
///
/// Its conjugate gives φ(β) = y β − β²/(2c) for every β.
///
/// ```
/// use certifit::loss::{Loss, SquaredError};
/// assert_eq!(SquaredError.value(1.0, 3.0), 2.0);
/// assert_eq!(SquaredError.derivative(1.0, 3.0), 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SquaredError;

impl Loss for SquaredError {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        0.5 * (p - y) * (p - y)
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        p - y
    }

    #[inline(always)]
    fn rounding(&self, error: f64) -> f64 {
        0.5 * error * error
    }
}

impl SmoothLoss for SquaredError {
    #[inline(always)]
    fn second_derivative(&self, _y: f64, _p: f64) -> f64 {
        1.0
    }

    fn max_second_derivative(&self) -> f64 {
        1.0
    }

    #[inline(always)]
    fn bends_within(&self, _y: f64, _p: f64, _reach: f64) -> bool {
        false
    }
}

impl DualLoss for SquaredError {
    #[inline(always)]
    fn dual_bounds(&self, _y: f64, _c: f64) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    #[inline(always)]
    fn dual_term(&self, y: f64, beta: f64, c: f64) -> f64 {
        y * beta - beta * (beta / (2.0 * c))
    }

    #[inline(always)]
    fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64 {
        y - beta / c
    }

    #[inline(always)]
    fn dual_curvature(&self, _y: f64, _beta: f64, c: f64) -> f64 {
        1.0 / c
    }

    #[inline(always)]
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        0.5 * c * ((p - y) + beta / c).powi(2)
    }
}
