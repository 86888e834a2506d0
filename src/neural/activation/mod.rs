//! What a hidden unit makes of its input: a = f(z).
//!
//! | activation | f(z) | initialised by |
//! |---|---|---|
//! | [`Identity`] | z | Glorot |
//! | [`Logistic`] | 1/(1 + e⁻ᶻ) | Glorot |
//! | [`Tanh`] | tanh z | Glorot |
//! | [`Relu`] | max(0, z) | He |
//! | [`LeakyRelu`] | z for z > 0, s z below | He |
//! | [`Gelu`] | ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))) | He |
//! | [`Silu`] | z/(1 + e⁻ᶻ) | He |
//!
//! Where it says He, the first hidden layer is [LeCun's](Initializer). To add one, write one file that implements
//! [`Activation`].

mod gelu;
mod identity;
mod leaky_relu;
mod logistic;
mod relu;
mod silu;
mod tanh;

pub use gelu::Gelu;
pub use identity::Identity;
pub use leaky_relu::LeakyRelu;
pub use logistic::Logistic;
pub use relu::Relu;
pub use silu::Silu;
pub use tanh::Tanh;

use super::Initializer;
use crate::error::Result;

/// A function of one number, with its slope.
///
/// ```
/// use certifit::prelude::*;
///
/// /// z for z > 0, eᶻ − 1 below: Clevert, Unterthiner and Hochreiter 2016.
/// #[derive(Debug)]
/// struct Elu;
/// impl neural::Activation for Elu {
///     fn value(&self, z: f64) -> f64 {
///         if z > 0.0 { z } else { z.exp_m1() }
///     }
///     fn slope(&self, _z: f64, a: f64) -> f64 {
///         if a > 0.0 { 1.0 } else { a + 1.0 }
///     }
/// }
/// let data = datasets::iris();
/// let mlp = MLPClassifier::new().hidden_layer_sizes(&[10]).activation(Elu).batch_size(20);
/// let model = StandardScaler::new().then(mlp).fit(&data.features, &data.target)?;
/// assert!(accuracy_score(&data.target, &model.predict(&data.features)?)? > 0.9);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait Activation: std::fmt::Debug + Send + Sync {
    /// f(z).
    fn value(&self, z: f64) -> f64;

    /// f′(z), of z and a = f(z); at a kink, a number between the slopes on its sides. Where
    /// [`needs_input`](Self::needs_input) says no, z is not kept and `z` is NaN here.
    fn slope(&self, z: f64, a: f64) -> f64;

    /// Whether the slope cannot be told from a alone: z is then kept beside it.
    fn needs_input(&self) -> bool {
        false
    }

    /// The slope below 0, at 0 too, of an activation that is z above 0 and a straight line below: it is computed in the float
    /// type of the network then, and not by [`values`](Self::values) and [`times_slopes`](Self::times_slopes).
    fn line_below(&self) -> Option<f64> {
        None
    }

    /// How the weights of a layer whose inputs have this activation begin, unless a model says otherwise.
    fn initializer(&self) -> Initializer {
        Initializer::GlorotUniform
    }

    /// Refuses parameters that are out of range.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter).
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// z ← f(z) for each of them.
    fn values(&self, z: &mut [f64]) {
        for z in z {
            *z = self.value(*z);
        }
    }

    /// δ ← δ f′(z) for each of them; `z` is empty unless it is needed.
    fn times_slopes(&self, z: &[f64], a: &[f64], delta: &mut [f64]) {
        if self.needs_input() {
            for ((delta, &a), &z) in delta.iter_mut().zip(a).zip(z) {
                *delta *= self.slope(z, a);
            }
        } else {
            for (delta, &a) in delta.iter_mut().zip(a) {
                *delta *= self.slope(f64::NAN, a);
            }
        }
    }
}

/// A choice made at run time: `Arc<dyn Activation>`.
impl<T: Activation + ?Sized> Activation for std::sync::Arc<T> {
    fn value(&self, z: f64) -> f64 {
        (**self).value(z)
    }
    fn slope(&self, z: f64, a: f64) -> f64 {
        (**self).slope(z, a)
    }
    fn needs_input(&self) -> bool {
        (**self).needs_input()
    }
    fn line_below(&self) -> Option<f64> {
        (**self).line_below()
    }
    fn initializer(&self) -> Initializer {
        (**self).initializer()
    }
    fn check(&self) -> Result<()> {
        (**self).check()
    }
    fn values(&self, z: &mut [f64]) {
        (**self).values(z);
    }
    fn times_slopes(&self, z: &[f64], a: &[f64], delta: &mut [f64]) {
        (**self).times_slopes(z, a, delta);
    }
}
