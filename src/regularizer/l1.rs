use super::{Regularizer, shrink};

/// ‖w‖₁ = Σ |wⱼ|: the penalty of the Lasso. It makes coefficients that are of little use exactly 0.
///
/// ω*(g) is 0 for |g| ≤ 1 and infinite beyond. Tibshirani 1996, "Regression Shrinkage and Selection via the Lasso",
/// doi:10.1111/j.2517-6161.1996.tb02080.x.
///
/// ```
/// use certifit::regularizer::{L1, Regularizer};
/// assert_eq!(L1.prox(3.0, 0.5), 2.5);
/// assert_eq!(L1.prox(-0.25, 0.5), 0.0);
/// assert_eq!(L1.fenchel_young(2.0, 0.75), 0.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct L1;

impl Regularizer for L1 {
    fn term(&self, w: f64) -> f64 {
        w.abs()
    }

    fn prox(&self, w: f64, step: f64) -> f64 {
        shrink(w, step)
    }

    fn conjugate_term(&self, g: f64) -> f64 {
        if g.abs() <= 1.0 { 0.0 } else { f64::INFINITY }
    }

    fn fenchel_young(&self, w: f64, g: f64) -> f64 {
        if g.abs() > 1.0 {
            return f64::INFINITY;
        }
        w.abs() * (1.0 - g * w.signum())
    }

    fn conjugate_limit(&self) -> f64 {
        1.0
    }

    fn elastic(&self) -> Option<(f64, f64)> {
        Some((1.0, 0.0))
    }
}
