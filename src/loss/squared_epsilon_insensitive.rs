use super::epsilon_insensitive::{check_epsilon, one_side, shrink, side, step_over_kink};
use super::{DualLoss, Loss, MarginLoss, SmoothLoss};
use crate::error::Result;

/// The squared ε-insensitive loss max(0, |p − y| − ε)², without a factor ½: that of scikit-learn's `LinearSVR`.
///
/// Its conjugate gives φ(β) = y β − ε |β| − β²/(4c) for every β. Ho and Lin 2012, "Large-scale Linear Support Vector
/// Regression", JMLR 13.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `epsilon` | 0.1 | ≥ 0 | the error that costs nothing; 0 makes it the squared error |
///
/// ```
/// use certifit::loss::{Loss, SquaredEpsilonInsensitive};
/// let loss = SquaredEpsilonInsensitive { epsilon: 0.5 };
/// assert_eq!(loss.value(1.0, 3.0), 2.25);
/// assert_eq!(loss.derivative(1.0, 3.0), 3.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SquaredEpsilonInsensitive {
    /// ε.
    pub epsilon: f64,
}

impl Default for SquaredEpsilonInsensitive {
    fn default() -> Self {
        Self { epsilon: 0.1 }
    }
}

impl Loss for SquaredEpsilonInsensitive {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        ((p - y).abs() - self.epsilon).max(0.0).powi(2)
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        2.0 * shrink(p - y, self.epsilon)
    }

    fn check(&self) -> Result<()> {
        check_epsilon(self.epsilon)
    }
}

impl SmoothLoss for SquaredEpsilonInsensitive {
    #[inline(always)]
    fn second_derivative(&self, y: f64, p: f64) -> f64 {
        if (p - y).abs() > self.epsilon { 2.0 } else { 0.0 }
    }

    fn max_second_derivative(&self) -> f64 {
        2.0
    }

    #[inline(always)]
    fn bends_within(&self, y: f64, p: f64, reach: f64) -> bool {
        ((p - y).abs() - self.epsilon).abs() <= reach
    }
}

impl DualLoss for SquaredEpsilonInsensitive {
    #[inline(always)]
    fn dual_bounds(&self, _y: f64, _c: f64) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    #[inline(always)]
    fn dual_term(&self, y: f64, beta: f64, c: f64) -> f64 {
        y * beta - self.epsilon * beta.abs() - beta * (beta / (4.0 * c))
    }

    #[inline(always)]
    fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64 {
        y - self.epsilon * side(beta) - beta / (2.0 * c)
    }

    #[inline(always)]
    fn dual_curvature(&self, _y: f64, _beta: f64, c: f64) -> f64 {
        0.5 / c
    }

    #[inline(always)]
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        let (error, size) = (y - p, beta.abs());
        let beyond = error.abs() - self.epsilon;
        if beta * error < 0.0 {
            return c * beyond.max(0.0).powi(2) + size * (error.abs() + self.epsilon + size / (4.0 * c));
        }
        c * (beyond.max(0.0) - size / (2.0 * c)).powi(2) + size * (-beyond).max(0.0)
    }

    #[inline(always)]
    fn dual_ascent(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        if beta == 0.0 { shrink(y - p, self.epsilon) } else { self.dual_slope(y, beta, c) - p }
    }

    #[inline(always)]
    fn dual_room(&self, _y: f64, beta: f64, _c: f64) -> f64 {
        beta.abs()
    }

    fn dual_step(&self, y: f64, p: f64, beta: f64, c: f64, q: f64) -> f64 {
        step_over_kink(self, y, p, beta, c, q, self.epsilon)
    }
}

impl MarginLoss for SquaredEpsilonInsensitive {
    const SIDES: usize = 2;

    fn side(&self, side: usize, y: f64) -> (f64, f64) {
        one_side(self.epsilon, side, y)
    }
}
