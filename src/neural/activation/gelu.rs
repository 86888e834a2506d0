use super::Activation;
use crate::neural::Initializer;

/// √(2/π).
const SCALE: f64 = 0.797_884_560_802_865_4;
const CUBE: f64 = 0.044715;

/// f(z) = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))): z times the probability that a standard normal is below it, to within
/// 5·10⁻⁴.
///
/// Hendrycks and Gimpel 2016, "Gaussian Error Linear Units (GELUs)", arXiv:1606.08415, the form with tanh.
///
/// ```
/// use certifit::neural::{Activation, Gelu};
/// assert!((Gelu.value(1.0) - 0.8411919906).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Gelu;

/// tanh(√(2/π) (z + 0.044715 z³)).
#[inline(always)]
fn bend(z: f64) -> f64 {
    (SCALE * (z + CUBE * z * z * z)).tanh()
}

impl Activation for Gelu {
    #[inline(always)]
    fn value(&self, z: f64) -> f64 {
        0.5 * z * (1.0 + bend(z))
    }

    #[inline(always)]
    fn slope(&self, z: f64, _a: f64) -> f64 {
        let t = bend(z);
        // Where tanh is flat, z² may be infinite.
        let flat = 1.0 - t * t;
        let inner = if flat > 0.0 { z * flat * SCALE * (1.0 + 3.0 * CUBE * z * z) } else { 0.0 };
        0.5 * (1.0 + t + inner)
    }

    fn needs_input(&self) -> bool {
        true
    }

    fn initializer(&self) -> Initializer {
        Initializer::HeUniform
    }
}
