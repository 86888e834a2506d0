//! Probabilities from log-odds.

use super::LinearClassifier;
use crate::compose::MultiClass;
use crate::data::{Features, Label};
use crate::error::Result;
use crate::estimator::PredictProba;
use crate::loss::{sigmoid, softplus};
use crate::scalar::Scalar;
use ndarray::Array2;

/// What a [`LinearClassifier`] says of classes: how probable each is, as its decision values are log-odds.
///
/// [`PredictProba`] has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Probability;

/// # Formulas
/// With the decision values dₖ = x·wₖ + bₖ and σ(t) = 1/(1 + e⁻ᵗ): of two classes the second has σ(d) and the first
/// σ(−d). More classes at once ([`MultiClass::Joint`]): e^dₖ/Σⱼ e^dⱼ. One-vs-rest of more classes: σ(dₖ)/Σⱼ σ(dⱼ), as in
/// scikit-learn, and where all σ(dⱼ) are below the smallest float, too.
///
/// # Errors
/// Those of [`Predictor::predict`](crate::Predictor::predict).
impl<F: Scalar, L: Label, X: Features<Elem = F>> PredictProba<X> for LinearClassifier<F, L, Probability> {
    type Output = Array2<F>;

    fn predict_proba(&self, x: &X) -> Result<Array2<F>> {
        let multi_class = self.multi_class();
        self.per_row(x, self.classes().len(), |decisions| match decisions {
            [decision] => vec![sigmoid(-decision), sigmoid(*decision)],
            decisions => {
                let mut logs = log_probabilities(multi_class, decisions);
                logs.iter_mut().for_each(|log| *log = log.exp());
                logs
            }
        })
    }

    fn predict_log_proba(&self, x: &X) -> Result<Array2<F>> {
        let multi_class = self.multi_class();
        self.per_row(x, self.classes().len(), |decisions| log_probabilities(multi_class, decisions))
    }
}

/// What a [`LinearClassifier`] says of classes: how probable each is, as its decision values, cut to [−1, 1], are twice
/// the probability less 1: those of [`ModifiedHuber`](crate::loss::ModifiedHuber).
///
/// ```
/// use certifit::loss::ModifiedHuber;
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = SGDClassifier::new().loss(ModifiedHuber).alpha(0.01).fit(&data.features, &data.target)?;
/// let probabilities = model.predict_proba(&data.features)?;
/// assert!(probabilities.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClippedProbability;

/// # Formulas
/// With the decision values dₖ and c(d) = (clip(d, −1, 1) + 1)/2: of two classes the second has c(d) and the first
/// 1 − c(d). Of more classes each has c(dₖ)/Σⱼ c(dⱼ), and all the same where that is 0/0, as in scikit-learn. Zadrozny
/// and Elkan 2002, "Transforming Classifier Scores into Multiclass Probability Estimates", doi:10.1145/775047.775151.
/// The logarithm of a probability of 0 is −∞ in theory and the lowest number of `F` here.
///
/// # Errors
/// Those of [`Predictor::predict`](crate::Predictor::predict).
impl<F: Scalar, L: Label, X: Features<Elem = F>> PredictProba<X>
    for LinearClassifier<F, L, ClippedProbability>
{
    type Output = Array2<F>;

    fn predict_proba(&self, x: &X) -> Result<Array2<F>> {
        self.per_row(x, self.classes().len(), clipped_probabilities)
    }

    fn predict_log_proba(&self, x: &X) -> Result<Array2<F>> {
        self.per_row(x, self.classes().len(), |decisions| {
            let lowest = F::min_value().widen();
            clipped_probabilities(decisions).into_iter().map(|share| share.ln().max(lowest)).collect()
        })
    }
}

fn clipped_probabilities(decisions: &[f64]) -> Vec<f64> {
    let share = |decision: f64| (decision.clamp(-1.0, 1.0) + 1.0) / 2.0;
    if let [decision] = decisions {
        return vec![1.0 - share(*decision), share(*decision)];
    }
    let shares: Vec<f64> = decisions.iter().map(|&decision| share(decision)).collect();
    match shares.iter().sum::<f64>() {
        0.0 => vec![1.0 / decisions.len() as f64; decisions.len()],
        sum => shares.into_iter().map(|share| share / sum).collect(),
    }
}

/// ln of the probability of each class.
fn log_probabilities(multi_class: MultiClass, decisions: &[f64]) -> Vec<f64> {
    match (decisions, multi_class) {
        ([decision], _) => vec![-softplus(*decision), -softplus(-decision)],
        (decisions, MultiClass::Joint) => normalized(decisions.to_vec()),
        (decisions, _) => normalized(decisions.iter().map(|decision| -softplus(-decision)).collect()),
    }
}

/// Logarithms less that of the sum of what they are the logarithms of.
fn normalized(mut logs: Vec<f64>) -> Vec<f64> {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - largest).exp()).sum();
    logs.iter_mut().for_each(|log| *log = (*log - largest) - sum.ln());
    logs
}

#[cfg(test)]
mod tests {
    use super::log_probabilities;
    use crate::compose::MultiClass::{Joint, OneVsRest};

    #[test]
    fn far_decisions_have_probabilities() {
        assert_eq!(log_probabilities(OneVsRest, &[1000.0]), [-1000.0, 0.0]);
        let logs = log_probabilities(OneVsRest, &[-1000.0, -1000.0, -2000.0]);
        approx::assert_relative_eq!(logs[0], 0.5f64.ln(), max_relative = 1e-15);
        approx::assert_relative_eq!(logs[2], -1000.0 + 0.5f64.ln(), max_relative = 1e-15);
        for multi_class in [OneVsRest, Joint] {
            let logs = log_probabilities(multi_class, &[0.3, -2.0, 5.0]);
            let sum: f64 = logs.iter().map(|log| log.exp()).sum();
            approx::assert_relative_eq!(sum, 1.0, max_relative = 1e-15);
        }
        let logs = log_probabilities(Joint, &[1000.0, 999.0, -1000.0]);
        approx::assert_relative_eq!(logs[1], -1.0 - (-1f64).exp().ln_1p(), max_relative = 1e-15);
        approx::assert_relative_eq!(logs[2], -2000.0 - (-1f64).exp().ln_1p(), max_relative = 1e-15);
    }
}
