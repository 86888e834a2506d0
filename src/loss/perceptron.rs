use super::{DualLoss, Loss};

/// The perceptron's loss max(0, −y p), y = ±1: rows on the right side cost nothing, however near they are.
///
/// Its conjugate gives φ(β) = 0 for 0 ≤ y β ≤ c. With a penalty the optimum is w = 0, which costs nothing: it is for
/// methods that end long before, or that have no penalty. Rosenblatt 1958, "The Perceptron", doi:10.1037/h0042519.
///
/// ```
/// use certifit::loss::{Loss, Perceptron};
/// assert_eq!(Perceptron.value(1.0, -0.5), 0.5);
/// assert_eq!(Perceptron.value(1.0, 0.5), 0.0);
/// assert_eq!(Perceptron.derivative(1.0, 0.0), -1.0); // what is undecided is wrong
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Perceptron;

impl Loss for Perceptron {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        (-y * p).max(0.0)
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        if y * p <= 0.0 { -y } else { 0.0 }
    }
}

impl DualLoss for Perceptron {
    #[inline(always)]
    fn dual_bounds(&self, y: f64, c: f64) -> (f64, f64) {
        if y > 0.0 { (0.0, c) } else { (-c, 0.0) }
    }

    #[inline(always)]
    fn dual_term(&self, _y: f64, _beta: f64, _c: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn dual_slope(&self, _y: f64, _beta: f64, _c: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn dual_curvature(&self, _y: f64, _beta: f64, _c: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        let (margin, alpha) = (y * p, y * beta);
        // Both parts are never negative, and one is 0.
        (c - alpha) * (-margin).max(0.0) + alpha * margin.max(0.0)
    }
}
