use super::Activation;
use crate::neural::Initializer;

/// f(z) = max(0, z), the default. Its slope is 0 or 1, so that gradients neither grow nor vanish on their way, but a unit
/// whose input is negative for every row learns no more.
///
/// Glorot, Bordes and Bengio 2011, "Deep Sparse Rectifier Neural Networks".
///
/// ```
/// use certifit::neural::{Activation, Relu};
/// assert_eq!((Relu.value(-2.0), Relu.value(3.0)), (0.0, 3.0));
/// assert_eq!((Relu.slope(-2.0, 0.0), Relu.slope(3.0, 3.0)), (0.0, 1.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Relu;

impl Activation for Relu {
    #[inline(always)]
    fn value(&self, z: f64) -> f64 {
        // Not `max`, which would turn NaN into 0.
        if z < 0.0 { 0.0 } else { z }
    }

    #[inline(always)]
    fn slope(&self, _z: f64, a: f64) -> f64 {
        if a > 0.0 { 1.0 } else { 0.0 }
    }

    fn line_below(&self) -> Option<f64> {
        Some(0.0)
    }

    fn initializer(&self) -> Initializer {
        Initializer::HeUniform
    }
}
