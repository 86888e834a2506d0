use super::Activation;
use crate::error::{Error, Result};
use crate::neural::Initializer;

/// f(z) = z for z > 0 and s z below: no unit dies.
///
/// Maas, Hannun and Ng 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic Models".
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `slope` | 0.01 | over 0, below 1 | s |
///
/// ```
/// use certifit::neural::{Activation, LeakyRelu};
/// let leaky = LeakyRelu { slope: 0.1 };
/// assert_eq!((leaky.value(-2.0), leaky.value(3.0)), (-0.2, 3.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakyRelu {
    /// s.
    pub slope: f64,
}

impl Default for LeakyRelu {
    fn default() -> Self {
        Self { slope: 0.01 }
    }
}

impl Activation for LeakyRelu {
    #[inline(always)]
    fn value(&self, z: f64) -> f64 {
        if z < 0.0 { self.slope * z } else { z }
    }

    #[inline(always)]
    fn slope(&self, _z: f64, a: f64) -> f64 {
        if a > 0.0 { 1.0 } else { self.slope }
    }

    fn line_below(&self) -> Option<f64> {
        Some(self.slope)
    }

    fn initializer(&self) -> Initializer {
        Initializer::HeUniform
    }

    fn check(&self) -> Result<()> {
        if self.slope > 0.0 && self.slope < 1.0 {
            return Ok(());
        }
        Err(Error::invalid_parameter("slope", self.slope, "over 0 and below 1"))
    }
}
