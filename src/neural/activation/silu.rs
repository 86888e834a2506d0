use super::Activation;
use crate::loss::sigmoid;
use crate::neural::Initializer;

/// f(z) = z/(1 + e⁻ᶻ): a smooth [`Relu`](super::Relu), also called swish.
///
/// Elfwing, Uchibe and Doya 2018, "Sigmoid-Weighted Linear Units for Neural Network Function Approximation in
/// Reinforcement Learning", doi:10.1016/j.neunet.2017.12.012.
///
/// ```
/// use certifit::neural::{Activation, Silu};
/// assert_eq!((Silu.value(0.0), Silu.slope(0.0, 0.0)), (0.0, 0.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Silu;

impl Activation for Silu {
    #[inline(always)]
    fn value(&self, z: f64) -> f64 {
        z * sigmoid(z)
    }

    #[inline(always)]
    fn slope(&self, z: f64, a: f64) -> f64 {
        let share = sigmoid(z);
        share + a * (1.0 - share)
    }

    fn needs_input(&self) -> bool {
        true
    }

    fn initializer(&self) -> Initializer {
        Initializer::HeUniform
    }
}
