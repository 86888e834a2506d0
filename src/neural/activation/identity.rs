use super::Activation;

/// f(z) = z: a network of such layers is a linear model.
///
/// ```
/// use certifit::neural::{Activation, Identity};
/// assert_eq!((Identity.value(-2.0), Identity.slope(-2.0, -2.0)), (-2.0, 1.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Identity;

impl Activation for Identity {
    #[inline(always)]
    fn value(&self, z: f64) -> f64 {
        z
    }

    #[inline(always)]
    fn slope(&self, _z: f64, _a: f64) -> f64 {
        1.0
    }

    fn line_below(&self) -> Option<f64> {
        Some(1.0)
    }
}
