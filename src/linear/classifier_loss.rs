//! The losses of classifiers by stochastic gradient descent.

use super::{ClippedProbability, NoProbability, Probability};
use crate::loss::{
    EpsilonInsensitive, Hinge, Huber, LogLoss, Loss, ModifiedHuber, Perceptron, SquaredEpsilonInsensitive,
    SquaredError, SquaredHinge,
};
use std::sync::Arc;

/// A loss that classifiers can have, and what the decision values of its models say.
///
/// A loss of your own needs one line for it:
///
/// ```
/// use certifit::linear::{ClassifierLoss, NoProbability};
/// use certifit::prelude::*;
///
/// /// e^(−y p), the loss of boosting.
/// #[derive(Debug, Clone)]
/// struct Exponential;
/// impl Loss for Exponential {
///     fn value(&self, y: f64, p: f64) -> f64 {
///         (-y * p).exp()
///     }
///     fn derivative(&self, y: f64, p: f64) -> f64 {
///         -y * (-y * p).exp()
///     }
/// }
/// impl ClassifierLoss for Exponential {
///     type Says = NoProbability;
/// }
/// let data = datasets::breast_cancer();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let sgd = SGDClassifier::new().loss(Exponential).learning_rate(schedule::Constant { eta0: 1e-3 });
/// let model = sgd.fit(&x, &data.target)?;
/// assert!(accuracy_score(&data.target, &model.predict(&x)?)? > 0.97);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss for classifiers",
    note = "a loss of your own needs `impl ClassifierLoss for {Self} {{ type Says = NoProbability; }}`"
)]
pub trait ClassifierLoss: Loss {
    /// [`NoProbability`], [`Probability`] where decision values are log-odds, or [`ClippedProbability`].
    type Says: Default + Send;
}

macro_rules! says {
    ($($loss:ty => $says:ty),* $(,)?) => {
        $(impl ClassifierLoss for $loss {
            type Says = $says;
        })*
    };
}

says! {
    Hinge => NoProbability,
    SquaredHinge => NoProbability,
    Perceptron => NoProbability,
    LogLoss => Probability,
    ModifiedHuber => ClippedProbability,
    SquaredError => NoProbability,
    Huber => NoProbability,
    EpsilonInsensitive => NoProbability,
    SquaredEpsilonInsensitive => NoProbability,
    Arc<dyn Loss> => NoProbability,
}
