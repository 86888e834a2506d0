use super::Activation;
use crate::loss::sigmoid;

/// f(z) = 1/(1 + e⁻ᶻ), with the slope a (1 − a), which is at most ¼: through many layers gradients vanish.
///
/// ```
/// use certifit::neural::{Activation, Logistic};
/// assert_eq!((Logistic.value(0.0), Logistic.slope(0.0, 0.5)), (0.5, 0.25));
/// assert_eq!(Logistic.value(-1000.0), 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Logistic;

impl Activation for Logistic {
    #[inline(always)]
    fn value(&self, z: f64) -> f64 {
        sigmoid(z)
    }

    #[inline(always)]
    fn slope(&self, _z: f64, a: f64) -> f64 {
        a * (1.0 - a)
    }
}
