use super::Activation;

/// f(z) = tanh z, with the slope 1 − a².
///
/// ```
/// use certifit::neural::{Activation, Tanh};
/// assert_eq!((Tanh.value(0.0), Tanh.slope(0.0, 0.0)), (0.0, 1.0));
/// assert_eq!(Tanh.value(1000.0), 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tanh;

impl Activation for Tanh {
    #[inline(always)]
    fn value(&self, z: f64) -> f64 {
        z.tanh()
    }

    #[inline(always)]
    fn slope(&self, _z: f64, a: f64) -> f64 {
        1.0 - a * a
    }
}
