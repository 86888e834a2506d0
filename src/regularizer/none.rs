use super::Regularizer;

/// Ω(w) = 0: coefficients cost nothing.
///
/// ω*(g) is 0 at g = 0 and infinite elsewhere, so that a dual point is feasible only if Σ βᵢ xᵢ = 0. Nothing can be
/// scaled to that: a solver has to bring such a dual point, as least squares do, whose residuals are orthogonal to the
/// features. What rounding leaves of g is then counted as |w g| in the gap, as what it leaves of Σ βᵢ is for a free
/// intercept; so ω* counts as 0 here. A [certificate](crate::solver::certify) does not count a dual point whose g is
/// more than rounding.
///
/// ```
/// use certifit::regularizer::{NoPenalty, Regularizer};
/// assert_eq!((NoPenalty.value(&[3.0, 4.0]), NoPenalty.prox(3.0, 0.5)), (0.0, 3.0));
/// assert_eq!(NoPenalty.fenchel_young(2.0, -1e-16), 2e-16);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NoPenalty;

impl Regularizer for NoPenalty {
    fn term(&self, _w: f64) -> f64 {
        0.0
    }

    fn prox(&self, w: f64, _step: f64) -> f64 {
        w
    }

    fn conjugate_term(&self, _g: f64) -> f64 {
        0.0
    }

    fn fenchel_young(&self, w: f64, g: f64) -> f64 {
        (w * g).abs()
    }

    fn conjugate_limit(&self) -> f64 {
        0.0
    }

    fn elastic(&self) -> Option<(f64, f64)> {
        Some((0.0, 0.0))
    }
}
