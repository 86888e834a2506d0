use super::{DualLoss, Loss, SmoothLoss};
use crate::error::{Result, check_positive};

/// Huber's loss of the error r = p − y: ½ r² for |r| ≤ ε, and its tangents ε |r| − ½ ε² beyond.
///
/// Rows far off pull no harder than ε. Its conjugate gives φ(β) = y β − β²/(2c) for |β| ≤ ε c. Huber 1964, "Robust
/// Estimation of a Location Parameter", doi:10.1214/aoms/1177703732.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `epsilon` | 0.1 | > 0 | the error at which the parabola ends |
///
/// ```
/// use certifit::loss::{Huber, Loss};
/// let loss = Huber { epsilon: 1.0 };
/// assert_eq!(loss.value(1.0, 1.5), 0.125);
/// assert_eq!(loss.value(1.0, 4.0), 2.5);
/// assert_eq!(loss.derivative(1.0, 4.0), 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Huber {
    /// ε.
    pub epsilon: f64,
}

impl Default for Huber {
    fn default() -> Self {
        Self { epsilon: 0.1 }
    }
}

impl Loss for Huber {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        let (size, epsilon) = ((p - y).abs(), self.epsilon);
        if size <= epsilon { 0.5 * size * size } else { epsilon * size - 0.5 * epsilon * epsilon }
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        // Not `clamp`, which panics where ε is NaN.
        (p - y).max(-self.epsilon).min(self.epsilon)
    }

    fn check(&self) -> Result<()> {
        check_positive("epsilon", self.epsilon)
    }
}

impl SmoothLoss for Huber {
    #[inline(always)]
    fn second_derivative(&self, y: f64, p: f64) -> f64 {
        if (p - y).abs() <= self.epsilon { 1.0 } else { 0.0 }
    }

    fn max_second_derivative(&self) -> f64 {
        1.0
    }

    #[inline(always)]
    fn bends_within(&self, y: f64, p: f64, reach: f64) -> bool {
        ((p - y).abs() - self.epsilon).abs() <= reach
    }
}

impl DualLoss for Huber {
    #[inline(always)]
    fn dual_bounds(&self, _y: f64, c: f64) -> (f64, f64) {
        (-self.epsilon * c, self.epsilon * c)
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
        let slope = self.derivative(y, p);
        let beyond = ((p - y).abs() - self.epsilon).max(0.0);
        // Of the parabola, and of the straight part: neither is ever negative.
        let straight = (self.epsilon * c + slope.signum() * beta).max(0.0) * beyond;
        0.5 * c * (slope + beta / c).powi(2) + straight
    }
}
