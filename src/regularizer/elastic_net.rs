use super::{Regularizer, shrink};
use crate::error::{Error, Result};

/// ρ ‖w‖₁ + ½ (1 − ρ) ‖w‖²: between the Lasso, whose zeros it has, and the ridge, whose optimum is unique.
///
/// ω*(g) = max(0, |g| − ρ)²/(2 (1 − ρ)). Zou and Hastie 2005, "Regularization and Variable Selection via the Elastic
/// Net", doi:10.1111/j.1467-9868.2005.00503.x.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `l1_ratio` | 0.5 | 0 to 1 | ρ: 0 is [`L2`](super::L2), 1 is [`L1`](super::L1) |
///
/// ```
/// use certifit::regularizer::{ElasticNet, Regularizer};
/// let penalty = ElasticNet { l1_ratio: 0.5 };
/// assert_eq!(penalty.term(-2.0), 2.0);
/// assert_eq!(penalty.prox(3.0, 2.0), 1.0);
/// assert_eq!(penalty.conjugate_term(1.5), 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ElasticNet {
    /// ρ.
    pub l1_ratio: f64,
}

impl Default for ElasticNet {
    fn default() -> Self {
        Self { l1_ratio: 0.5 }
    }
}

impl ElasticNet {
    /// 1 − ρ.
    fn ridge(&self) -> f64 {
        1.0 - self.l1_ratio
    }
}

impl Regularizer for ElasticNet {
    fn term(&self, w: f64) -> f64 {
        self.l1_ratio * w.abs() + 0.5 * self.ridge() * w * w
    }

    fn prox(&self, w: f64, step: f64) -> f64 {
        shrink(w, step * self.l1_ratio) / (1.0 + step * self.ridge())
    }

    fn conjugate_term(&self, g: f64) -> f64 {
        let beyond = (g.abs() - self.l1_ratio).max(0.0);
        if beyond == 0.0 { 0.0 } else { beyond * (beyond / (2.0 * self.ridge())) }
    }

    fn fenchel_young(&self, w: f64, g: f64) -> f64 {
        // g is shared out: what the kink of |w| can take, and the rest for the square.
        let within = g.clamp(-self.l1_ratio, self.l1_ratio);
        let off = self.ridge() * w - (g - within);
        let of_square = if off == 0.0 { 0.0 } else { off * (off / (2.0 * self.ridge())) };
        w.abs() * (self.l1_ratio - within * w.signum()) + of_square
    }

    fn conjugate_limit(&self) -> f64 {
        if self.ridge() > 0.0 { f64::INFINITY } else { self.l1_ratio }
    }

    fn elastic(&self) -> Option<(f64, f64)> {
        Some((self.l1_ratio, self.ridge()))
    }

    fn check(&self) -> Result<()> {
        if (0.0..=1.0).contains(&self.l1_ratio) {
            return Ok(());
        }
        Err(Error::invalid_parameter("l1_ratio", self.l1_ratio, "between 0 and 1"))
    }
}
