use super::Regularizer;

/// ½ ‖w‖²: the ridge of scikit-learn's `penalty='l2'`. It shrinks coefficients and makes the optimum unique.
///
/// ```
/// use certifit::regularizer::{L2, Regularizer};
/// assert_eq!(L2.conjugate_term(2.0), 2.0);
/// assert_eq!(L2.fenchel_young(1.0, 3.0), 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct L2;

impl Regularizer for L2 {
    fn term(&self, w: f64) -> f64 {
        0.5 * w * w
    }

    fn prox(&self, w: f64, step: f64) -> f64 {
        w / (1.0 + step)
    }

    fn conjugate_term(&self, g: f64) -> f64 {
        0.5 * g * g
    }

    fn fenchel_young(&self, w: f64, g: f64) -> f64 {
        0.5 * (w - g) * (w - g)
    }

    fn elastic(&self) -> Option<(f64, f64)> {
        Some((0.0, 1.0))
    }
}
