use super::{DualLoss, Loss, MarginLoss};
use crate::error::{Error, Result};

/// The ε-insensitive loss max(0, |p − y| − ε): that of support vector regression.
///
/// Errors up to ε cost nothing. Its conjugate gives φ(β) = y β − ε |β| for |β| ≤ c. Smola and Schölkopf 2004, "A
/// Tutorial on Support Vector Regression", doi:10.1023/B:STCO.0000035301.49549.88.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `epsilon` | 0.1 | ≥ 0 | the error that costs nothing; 0 makes it the absolute error |
///
/// ```
/// use certifit::loss::{EpsilonInsensitive, Loss};
/// let loss = EpsilonInsensitive { epsilon: 0.5 };
/// assert_eq!(loss.value(1.0, 3.0), 1.5);
/// assert_eq!(loss.value(1.0, 0.75), 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpsilonInsensitive {
    /// ε.
    pub epsilon: f64,
}

impl Default for EpsilonInsensitive {
    fn default() -> Self {
        Self { epsilon: 0.1 }
    }
}

impl Loss for EpsilonInsensitive {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        ((p - y).abs() - self.epsilon).max(0.0)
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        let error = p - y;
        if error.abs() > self.epsilon { error.signum() } else { 0.0 }
    }

    fn check(&self) -> Result<()> {
        check_epsilon(self.epsilon)
    }
}

impl DualLoss for EpsilonInsensitive {
    #[inline(always)]
    fn dual_bounds(&self, _y: f64, c: f64) -> (f64, f64) {
        (-c, c)
    }

    #[inline(always)]
    fn dual_term(&self, y: f64, beta: f64, _c: f64) -> f64 {
        y * beta - self.epsilon * beta.abs()
    }

    #[inline(always)]
    fn dual_slope(&self, y: f64, beta: f64, _c: f64) -> f64 {
        y - self.epsilon * side(beta)
    }

    #[inline(always)]
    fn dual_curvature(&self, _y: f64, _beta: f64, _c: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        let (error, size) = (y - p, beta.abs());
        let beyond = error.abs() - self.epsilon;
        if beta * error < 0.0 {
            return c * beyond.max(0.0) + size * (error.abs() + self.epsilon);
        }
        (c - size) * beyond.max(0.0) + size * (-beyond).max(0.0)
    }

    #[inline(always)]
    fn dual_ascent(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        if beta == 0.0 { shrink(y - p, self.epsilon) } else { self.dual_slope(y, beta, c) - p }
    }

    #[inline(always)]
    fn dual_room(&self, _y: f64, beta: f64, c: f64) -> f64 {
        beta.abs().min(c - beta.abs())
    }

    fn dual_step(&self, y: f64, p: f64, beta: f64, c: f64, q: f64) -> f64 {
        step_over_kink(self, y, p, beta, c, q, self.epsilon).clamp(-c, c)
    }
}

impl MarginLoss for EpsilonInsensitive {
    const SIDES: usize = 2;

    fn side(&self, side: usize, y: f64) -> (f64, f64) {
        one_side(self.epsilon, side, y)
    }
}

/// The hinge for errors of one sign: max(0, (y − ε) − p), and max(0, p − (y + ε)).
pub(super) fn one_side(epsilon: f64, side: usize, y: f64) -> (f64, f64) {
    if side == 0 { (1.0, y - epsilon) } else { (-1.0, -y - epsilon) }
}

pub(super) fn check_epsilon(epsilon: f64) -> Result<()> {
    if epsilon >= 0.0 && epsilon.is_finite() {
        return Ok(());
    }
    Err(Error::invalid_parameter("epsilon", epsilon, "finite and not negative"))
}

/// 1, −1, or 0 at 0.
#[inline(always)]
pub(super) fn side(beta: f64) -> f64 {
    if beta == 0.0 { 0.0 } else { beta.signum() }
}

/// `value` drawn towards 0 by `width`.
#[inline(always)]
pub(super) fn shrink(value: f64, width: f64) -> f64 {
    (value.abs() - width).max(0.0).copysign(value)
}

/// The maximum along β where φ(β) = y β − ε |β| − ½ κ β²: on the side of 0 where there is one, else at 0.
pub(super) fn step_over_kink(
    loss: &impl DualLoss,
    y: f64,
    p: f64,
    beta: f64,
    c: f64,
    q: f64,
    epsilon: f64,
) -> f64 {
    let kappa = loss.dual_curvature(y, beta, c);
    let on_side = |side: f64| {
        let ascent = (y - p) - epsilon * side - kappa * beta;
        // A row of zeros may have a linear dual: it goes to the end of its interval.
        if ascent == 0.0 { beta } else { beta + ascent / (q + kappa) }
    };
    let (positive, negative) = (on_side(1.0), on_side(-1.0));
    if positive > 0.0 {
        positive
    } else if negative < 0.0 {
        negative
    } else {
        0.0
    }
}
