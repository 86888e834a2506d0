//! Networks with an output for each of several numbers, or of several labels that do not exclude each other.

use super::fit::Task;
use super::network::Network;
use super::output::{OutputLoss, Separate};
use super::report::NeuralReport;
use super::settings::Settings;
use super::{MLPClassifier, MLPRegressor};
use crate::compose::Compose;
use crate::data::{ClassWeight, Features, Missing, MultiTargets, check_features, check_weights};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::estimator::{PredictProba, Predictor};
use crate::loss::{LogLoss, Loss, sigmoid, softplus};
use crate::metric::r2_score;
use crate::model_selection::held_out;
use crate::scalar::Scalar;
use ndarray::Array2;
use std::time::Instant;

/// An estimator whose targets have several values a row: made by [`MLPClassifier::multilabel`] and
/// [`MLPRegressor::multi_output`].
#[derive(Debug, Clone)]
pub struct MultiOutput<E>(E);

impl<E> Compose for MultiOutput<E> {}

impl MLPClassifier {
    /// For labels that do not exclude each other: y is a matrix of `bool` that says which rows have which label.
    ///
    /// ℓ = Σₖ ln(1 + e^(−yₖ zₖ)), yₖ = ±1: each label has an output of its own, and all share the hidden layers. The score
    /// of early stopping is the share of the labels that are told right. Class weights must be uniform.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::iris();
    /// // Has it long petals? Has it wide sepals?
    /// let y = ndarray::Array2::from_shape_fn((150, 2), |(row, label)| match label {
    ///     0 => data.features[[row, 2]] > 4.0,
    ///     _ => data.features[[row, 1]] > 3.0,
    /// });
    /// let mlp = MLPClassifier::new().hidden_layer_sizes(&[10]).batch_size(20).multilabel();
    /// let model = StandardScaler::new().then(mlp).fit(&data.features, &y)?;
    /// let predicted = model.predict(&data.features)?;
    /// let right = predicted.iter().zip(&y).filter(|(a, b)| a == b).count();
    /// assert!(right > 280);
    /// assert_eq!(model.predict_proba(&data.features)?.dim(), (150, 2));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn multilabel(self) -> MultiOutput<Self> {
        MultiOutput(self)
    }
}

impl MLPRegressor {
    /// For several numbers a row: y is a matrix. ℓ is summed over them; the score of early stopping is the mean of their R².
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let x = ndarray::Array2::from_shape_fn((100, 1), |(row, _)| row as f64 / 50.0 - 1.0);
    /// let y = ndarray::concatenate![ndarray::Axis(1), x, x.mapv(f64::abs)];
    /// let mlp = MLPRegressor::new().solver(neural::Lbfgs::default()).multi_output();
    /// let predicted = mlp.fit(&x, &y)?.predict(&x)?;
    /// assert!((&predicted - &y).iter().all(|error| error.abs() < 0.1));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn multi_output(self) -> MultiOutput<Self> {
        MultiOutput(self)
    }
}

/// A fitted network of several labels that do not exclude each other.
///
/// [`MLPClassifier::multilabel`] has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMultilabel<F> {
    network: Network<F>,
    report: NeuralReport,
}

/// A fitted network of several numbers.
///
/// [`MLPRegressor::multi_output`] has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMultiOutput<F> {
    network: Network<F>,
    report: NeuralReport,
}

macro_rules! fitted {
    ($model:ident) => {
        impl<F: Scalar> $model<F> {
            /// A model of a network that is there already.
            pub fn new(network: Network<F>) -> Self {
                Self { network, report: NeuralReport::of_no_fit() }
            }

            /// The weights.
            pub fn network(&self) -> &Network<F> {
                &self.network
            }

            /// How the fit went.
            pub fn report(&self) -> &NeuralReport {
                &self.report
            }
        }
    };
}
fitted!(FittedMultilabel);
fitted!(FittedMultiOutput);

/// A score of the targets, weights and outputs of rows, and the number of outputs a row.
type ScoreOfOutputs<F> = fn(&[f64], &[f64], &[F], usize) -> Result<f64>;

/// How good the outputs of rows are.
struct Judge<F> {
    score: ScoreOfOutputs<F>,
    /// The fewest rows that have a score.
    least: usize,
}

/// Trains a network on several targets a row, `values` having one after the other.
fn fit<X: Features, Y: MultiTargets + ?Sized>(
    settings: &Settings,
    loss: &dyn OutputLoss,
    (x, y, began): (&X, &Y, Instant),
    value: impl Fn(usize, usize) -> Result<f64>,
    judge: Judge<X::Elem>,
) -> Result<(Network<X::Elem>, NeuralReport)> {
    settings.check(settings.max_iter as f64)?;
    loss.check()?;
    check_features(x, Missing::Refused)?;
    let (n, n_outputs) = (x.n_rows(), y.n_outputs());
    if y.n_rows() != n {
        return Err(Error::LengthMismatch { what: "y", expected: n, found: y.n_rows() });
    }
    check_weights(n, y)?;
    if n_outputs == 0 {
        return Err(Error::Empty { what: "y", axis: "columns" });
    }
    let places = (0..n).flat_map(|row| (0..n_outputs).map(move |output| (row, output)));
    let targets = places.map(|(row, output)| value(row, output)).collect::<Result<Vec<f64>>>()?;
    let weights: Vec<f64> = (0..n).map(|row| y.weight(row)).collect();
    let held_out = match settings.early_stopping {
        true => held_out(&weights, settings.validation_fraction, settings.seed, None, judge.least)?,
        false => Vec::new(),
    };
    let score = |rows: &[usize], outputs: &[X::Elem]| {
        let of = |&row: &usize| targets[row * n_outputs..(row + 1) * n_outputs].iter().copied();
        let held_targets: Vec<f64> = rows.iter().flat_map(of).collect();
        let held_weights: Vec<f64> = rows.iter().map(|&row| weights[row]).collect();
        (judge.score)(&held_targets, &held_weights, outputs, n_outputs)
    };
    let task = Task {
        inputs: x,
        n_features: x.n_features(),
        n_outputs,
        loss,
        targets: targets.clone(),
        weights: weights.clone(),
        held_out,
        score: &score,
        began,
    };
    task.fit(settings, None)
}

impl<X: Features, Y: MultiTargets<Value = bool> + ?Sized> Estimator<X, Y> for MultiOutput<MLPClassifier> {
    type Fitted = FittedMultilabel<X::Elem>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let began = Instant::now();
        if self.0.class_weight != ClassWeight::Uniform {
            let reason = "a row may have several labels; give the rows weights";
            return Err(Error::Unsupported { what: "class_weight of several labels", reason });
        }
        let sign = |row: usize, label: usize| Ok(if *y.value(row, label) { 1.0 } else { -1.0 });
        let (loss, judge) = (Separate(LogLoss), Judge { score: share_right, least: 1 });
        let (network, report) = fit(&self.0.settings, &loss, (x, y, began), sign, judge)?;
        Ok(FittedMultilabel { network, report })
    }
}

impl<X, Y> Estimator<X, Y> for MultiOutput<MLPRegressor>
where
    X: Features,
    Y: MultiTargets + ?Sized,
    Y::Value: Scalar,
{
    type Fitted = FittedMultiOutput<X::Elem>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let began = Instant::now();
        let number = |row: usize, column: usize| match y.value(row, column).widen() {
            value if value.is_finite() => self.0.loss.check_target(value).map(|()| value),
            value => Err(Error::NonFinite { what: "y", row, column: Some(column), value }),
        };
        let (loss, judge) = (Separate(self.0.loss.clone()), Judge { score: mean_r2, least: 2 });
        let (network, report) = fit(&self.0.settings, &loss, (x, y, began), number, judge)?;
        Ok(FittedMultiOutput { network, report })
    }
}

/// The weighted share of labels that are told right.
fn share_right<F: Scalar>(y: &[f64], weights: &[f64], outputs: &[F], n: usize) -> Result<f64> {
    let right = |(y, z): &(&f64, &F)| (**y > 0.0) == (**z > F::zero());
    let rows = y.chunks_exact(n).zip(outputs.chunks_exact(n)).zip(weights);
    let sum: f64 = rows.map(|((y, z), weight)| weight * y.iter().zip(z).filter(right).count() as f64).sum();
    Ok(sum / (n as f64 * weights.iter().sum::<f64>()))
}

/// The mean R² of the outputs.
fn mean_r2<F: Scalar>(y: &[f64], weights: &[f64], outputs: &[F], n: usize) -> Result<f64> {
    use crate::data::Weights;
    let mut sum = 0.0;
    for output in 0..n {
        let truth: Vec<f64> = y.iter().skip(output).step_by(n).copied().collect();
        let predicted: Vec<F> = outputs.iter().skip(output).step_by(n).copied().collect();
        sum += r2_score(&truth.weighted(weights)?, &predicted)?;
    }
    Ok(sum / n as f64)
}

/// # Errors
/// Those of [`Network::outputs`].
impl<F: Scalar, X: Features<Elem = F>> Predictor<X> for FittedMultilabel<F> {
    type Output = Array2<bool>;

    /// Which rows have which label: those whose probability is over ½.
    fn predict(&self, x: &X) -> Result<Array2<bool>> {
        Ok(self.network.outputs(x)?.mapv(|z| z > F::zero()))
    }
}

/// # Errors
/// Those of [`Network::outputs`].
impl<F: Scalar, X: Features<Elem = F>> Predictor<X> for FittedMultiOutput<F> {
    type Output = Array2<F>;

    fn predict(&self, x: &X) -> Result<Array2<F>> {
        self.network.outputs(x)
    }
}

impl<F: Scalar, X: Features<Elem = F>> PredictProba<X> for FittedMultilabel<F> {
    type Output = Array2<F>;

    /// The probability of each label: rows do not sum to 1.
    fn predict_proba(&self, x: &X) -> Result<Array2<F>> {
        Ok(self.network.outputs(x)?.mapv(|z| F::narrow(sigmoid(z.widen()))))
    }

    fn predict_log_proba(&self, x: &X) -> Result<Array2<F>> {
        Ok(self.network.outputs(x)?.mapv(|z| F::narrow(-softplus(-z.widen()))))
    }
}
