//! The model that a network of classes is fitted to.

use super::network::Network;
use super::report::NeuralReport;
use crate::data::{Features, Label};
use crate::error::{Error, Result};
use crate::estimator::{Classifier, DecisionFunction, PredictProba, Predictor};
use crate::loss::{sigmoid, softplus};
use crate::scalar::Scalar;
use ndarray::{Array1, Array2};

/// A fitted network of classes: one output for two classes, positive for the second one, else one a class.
///
/// `F` is the float type of the features it was fitted on and predicts from, `L` the type of the labels.
///
/// ```
/// use certifit::neural::{FittedMLPClassifier, Identity, Network};
/// use certifit::prelude::*;
/// use ndarray::array;
/// // One of another program: log-odds of 2 x − 1.
/// let network = Network::new(vec![(array![[2.0]], array![-1.0])], Identity)?;
/// let model = FittedMLPClassifier::new(network, &["low", "high"])?;
/// assert_eq!(model.classes(), ["high", "low"]); // sorted
/// assert_eq!(model.predict(&array![[0.0], [1.0]])?.to_vec(), ["high", "low"]);
/// assert_eq!(model.predict_proba(&array![[0.5]])?, array![[0.5, 0.5]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMLPClassifier<F, L> {
    network: Network<F>,
    classes: Vec<L>,
    report: NeuralReport,
}

impl<F: Scalar, L: Label> FittedMLPClassifier<F, L> {
    /// A model of a network that is there already. The labels are sorted first: the outputs are in that order.
    ///
    /// # Errors
    /// [`Error::SingleClass`] and [`Error::Empty`] for the classes; [`Error::InvalidParameter`] where the network has
    /// another number of outputs than one for two classes, and one a class for more.
    pub fn new(network: Network<F>, classes: &[L]) -> Result<Self> {
        let (labels, _) = crate::data::Classes::of(classes).at_least_two()?.into_parts();
        let (_, expected) = super::mlp_classifier::loss_of(labels.len());
        if network.n_outputs() != expected {
            let allowed = format!("a network of {expected} outputs");
            return Err(Error::invalid_parameter("network", network.n_outputs(), allowed));
        }
        Ok(Self::of(network, labels, None))
    }

    pub(super) fn of(network: Network<F>, classes: Vec<L>, report: Option<NeuralReport>) -> Self {
        Self { network, classes, report: report.unwrap_or_else(NeuralReport::of_no_fit) }
    }

    /// The weights.
    pub fn network(&self) -> &Network<F> {
        &self.network
    }

    /// The labels, sorted.
    pub fn classes(&self) -> &[L] {
        &self.classes
    }

    pub(super) fn labels(&self) -> &[L] {
        &self.classes
    }

    /// The number of features seen by `fit`.
    pub fn n_features_in(&self) -> usize {
        self.network.n_features()
    }

    /// How the fit went.
    pub fn report(&self) -> &NeuralReport {
        &self.report
    }

    /// A number a class, of the outputs of each row.
    fn per_class<X: Features<Elem = F>>(&self, x: &X, of: impl Fn(&[f64]) -> Vec<f64>) -> Result<Array2<F>> {
        let outputs = self.network.outputs(x)?;
        let mut made = Array2::from_elem((outputs.nrows(), self.classes.len()), F::zero());
        for (outputs, mut made) in outputs.rows().into_iter().zip(made.rows_mut()) {
            let wide: Vec<f64> = outputs.iter().map(|z| z.widen()).collect();
            for (value, made) in of(&wide).into_iter().zip(&mut made) {
                *made = F::narrow(value);
            }
        }
        Ok(made)
    }
}

/// The class that the outputs of a row say.
pub(super) fn class_of<F: Scalar>(outputs: &[F]) -> usize {
    if let [only] = outputs {
        return usize::from(*only > F::zero());
    }
    let better = |best: usize, k: usize| if outputs[k] > outputs[best] { k } else { best };
    (1..outputs.len()).fold(0, better)
}

fn log_probabilities(outputs: &[f64]) -> Vec<f64> {
    if let [only] = outputs {
        return vec![-softplus(*only), -softplus(-only)];
    }
    let largest = outputs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = outputs.iter().map(|z| (z - largest).exp()).sum();
    outputs.iter().map(|z| (z - largest) - sum.ln()).collect()
}

/// ln(pₖ/(1 − pₖ)) = zₖ − ln Σ e^zⱼ over all other classes j.
fn log_odds(outputs: &[f64]) -> Vec<f64> {
    let top = class_of(outputs);
    let others = || outputs.iter().enumerate().filter(|(class, _)| *class != top).map(|(_, z)| *z);
    let sum = |largest: f64| others().map(|z| (z - largest).exp()).sum::<f64>();
    let (largest, second) = (outputs[top], others().fold(f64::NEG_INFINITY, f64::max));
    let below = sum(largest);
    let odds = |(class, z): (usize, &f64)| match class == top {
        // By the largest of the others: beside the top they may be nothing.
        true => (z - second) - sum(second).ln(),
        false => (z - largest) - (below - (z - largest).exp()).max(0.0).ln_1p(),
    };
    outputs.iter().enumerate().map(odds).collect()
}

/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], and [`Error::Overflow`] where an output leaves the
/// range of `F`.
impl<F: Scalar, L: Label, X: Features<Elem = F>> Predictor<X> for FittedMLPClassifier<F, L> {
    type Output = Array1<L>;

    fn predict(&self, x: &X) -> Result<Array1<L>> {
        let outputs = self.network.outputs(x)?;
        let rows = outputs.rows().into_iter();
        Ok(rows.filter_map(|row| self.classes.get(class_of(row.as_slice()?)).cloned()).collect())
    }
}

impl<F, L> Classifier for FittedMLPClassifier<F, L> {
    type Label = L;
    fn classes(&self) -> &[L] {
        &self.classes
    }
}

impl<F: Scalar, L: Label, X: Features<Elem = F>> DecisionFunction<X> for FittedMLPClassifier<F, L> {
    type Output = Array2<F>;

    /// Log-odds ln(p/(1 − p)). Two classes: shape (n_rows, 1), of the second class. More: shape (n_rows, n_classes), of
    /// each class against all others.
    ///
    /// Rows are ordered as by their probabilities, which outputs of more than two classes are not: those say nothing but
    /// their differences within a row. Where probabilities are rounded to 1 log-odds still differ.
    fn decision_function(&self, x: &X) -> Result<Array2<F>> {
        if self.classes.len() == 2 {
            return self.network.outputs(x);
        }
        let made = self.per_class(x, log_odds)?;
        match made.iter().all(|value| value.is_finite()) {
            true => Ok(made),
            false => Err(Error::Overflow { what: "the log-odds of a class", column: None }),
        }
    }
}

/// # Formulas
/// Of two classes the second has σ(z) = 1/(1 + e⁻ᶻ) and the first σ(−z), of more each has e^zₖ/Σⱼ e^zⱼ.
impl<F: Scalar, L: Label, X: Features<Elem = F>> PredictProba<X> for FittedMLPClassifier<F, L> {
    type Output = Array2<F>;

    fn predict_proba(&self, x: &X) -> Result<Array2<F>> {
        if self.classes.len() == 2 {
            let outputs = self.network.outputs(x)?;
            let of = |(row, class): (usize, usize)| {
                let z = outputs[[row, 0]].widen();
                F::narrow(sigmoid(if class == 0 { -z } else { z }))
            };
            return Ok(Array2::from_shape_fn((outputs.nrows(), 2), of));
        }
        self.per_class(x, |outputs| log_probabilities(outputs).into_iter().map(f64::exp).collect())
    }

    fn predict_log_proba(&self, x: &X) -> Result<Array2<F>> {
        self.per_class(x, log_probabilities)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_are_those_of_the_probabilities() {
        let outputs = [0.3, -1.2, 2.0, 1.9];
        for (odds, log) in log_odds(&outputs).into_iter().zip(log_probabilities(&outputs)) {
            let p = log.exp();
            assert!((odds - (p / (1.0 - p)).ln()).abs() < 1e-14);
        }
        // A constant says nothing.
        let moved = log_odds(&outputs.map(|z| z + 16.0));
        assert!(moved.iter().zip(log_odds(&outputs)).all(|(a, b)| (a - b).abs() < 1e-14));
        // Far apart.
        assert_eq!(log_odds(&[900.0, 0.0, -1e5])[..2], [900.0, -900.0]);
    }
}
