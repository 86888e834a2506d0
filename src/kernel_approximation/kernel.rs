//! Kernels: similarities of two rows.

use crate::error::{Error, Result};

/// A similarity of two rows a and b that is a product of them in some space.
///
/// γ is 1 / d for d columns where it is `None`.
///
/// Reference: `sklearn.metrics.pairwise`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kernel {
    /// exp(−γ ‖a − b‖²), γ > 0.
    Rbf {
        /// The inverse of twice the squared width.
        gamma: Option<f64>,
    },
    /// a · b.
    Linear,
    /// (γ a · b + c)^p.
    Polynomial {
        /// The factor γ.
        gamma: Option<f64>,
        /// The power p.
        degree: u32,
        /// The constant c.
        coef0: f64,
    },
    /// tanh(γ a · b + c).
    Sigmoid {
        /// The factor γ.
        gamma: Option<f64>,
        /// The constant c.
        coef0: f64,
    },
    /// a · b / (‖a‖ ‖b‖); 0 where one of them is 0.
    Cosine,
}

/// The Gaussian kernel.
impl Default for Kernel {
    fn default() -> Self {
        Self::Rbf { gamma: None }
    }
}

impl Kernel {
    pub(super) fn check(&self) -> Result<()> {
        let (gamma, coef0) = match *self {
            Self::Rbf { gamma } => (gamma, 0.0),
            Self::Polynomial { gamma, coef0, .. } | Self::Sigmoid { gamma, coef0 } => (gamma, coef0),
            Self::Linear | Self::Cosine => (None, 0.0),
        };
        if let Some(gamma) = gamma.filter(|gamma| !(*gamma > 0.0 && gamma.is_finite())) {
            return Err(Error::invalid_parameter("kernel gamma", gamma, "positive and finite"));
        }
        if !coef0.is_finite() {
            return Err(Error::invalid_parameter("kernel coef0", coef0, "finite"));
        }
        Ok(())
    }

    /// The kernel of two rows of `d` columns with this product and these squared norms.
    pub(super) fn of(&self, product: f64, squared_norms: (f64, f64), d: usize) -> f64 {
        let or_default = |gamma: Option<f64>| gamma.unwrap_or(1.0 / d as f64);
        match *self {
            Self::Rbf { gamma } => {
                let distance = squared_norms.0 + squared_norms.1 - 2.0 * product;
                // Not `max`: of norms that overflow the distance is NaN, and stays it.
                (-or_default(gamma) * if distance < 0.0 { 0.0 } else { distance }).exp()
            }
            Self::Linear => product,
            Self::Polynomial { gamma, degree, coef0 } => {
                (or_default(gamma) * product + coef0).powi(i32::try_from(degree).unwrap_or(i32::MAX))
            }
            Self::Sigmoid { gamma, coef0 } => (or_default(gamma) * product + coef0).tanh(),
            Self::Cosine => {
                let norms = squared_norms.0.sqrt() * squared_norms.1.sqrt();
                if norms > 0.0 { product / norms } else { 0.0 }
            }
        }
    }
}
