//! A classifier of two classes with a threshold.

use super::calibrated_model::check_scores;
use crate::data::Label;
use crate::error::Result;
use crate::estimator::{Classifier, DecisionFunction, PredictProba, Predictor};
use crate::metric::{ClassValues, Response};
use ndarray::Array1;

/// A model of two classes that predicts the second one for rows whose score is at least a threshold.
///
/// Made by [`FixedThresholdClassifier`](super::FixedThresholdClassifier) and
/// [`TunedThresholdClassifier`](super::TunedThresholdClassifier); `N` is what the latter knows of its search, a
/// [`Tuning`]. Decision values and probabilities are the model's own.
///
/// ```
/// use certifit::calibration::FixedThresholdClassifier;
/// use certifit::metric::Probabilities;
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let (x, y) = (&data.features, &data.target);
/// // Benign only if that is 95 % sure.
/// let logistic = StandardScaler::new().then(LogisticRegression::new());
/// let careful = FixedThresholdClassifier::new(logistic, 0.95).response(Probabilities).fit(x, y)?;
/// let (labels, probabilities) = (careful.predict(x)?, careful.predict_proba(x)?);
/// assert!(labels.iter().zip(probabilities.column(1)).all(|(&label, &p)| (label == 1) == (p >= 0.95)));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdModel<T, L, R, N = ()> {
    model: T,
    classes: [L; 2],
    response: R,
    threshold: f64,
    tuning: N,
}

/// The mean scores by which a threshold was chosen.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Tuning {
    /// The thresholds that were tried, ascending.
    pub thresholds: Vec<f64>,
    /// The mean score of each over the folds.
    pub scores: Vec<f64>,
    /// The position of the best.
    pub best: usize,
    /// The mean score there.
    pub best_score: f64,
}

impl<T, L, R, N> ThresholdModel<T, L, R, N> {
    pub(super) fn new(model: T, classes: [L; 2], response: R, threshold: f64, tuning: N) -> Self {
        Self { model, classes, response, threshold, tuning }
    }

    /// The model whose scores are compared with the threshold.
    pub fn model(&self) -> &T {
        &self.model
    }

    /// From which score on a row is of the second class.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }
}

impl<T, L, R> ThresholdModel<T, L, R, Tuning> {
    /// The thresholds that were tried and what they scored.
    pub fn tuning(&self) -> &Tuning {
        &self.tuning
    }
}

/// Which of the two classes each row is of: the second where its score is at least the threshold.
pub(super) fn labels<S, L>(scores: &S, classes: &[L; 2], threshold: f64) -> Array1<L>
where
    S: ClassValues<L> + ?Sized,
    L: Label,
{
    let column = scores.n_columns() - 1;
    let of = |row| classes[usize::from(scores.class_value(row, column) >= threshold)].clone();
    (0..scores.n_rows()).map(of).collect()
}

impl<T, L, R, N> Classifier for ThresholdModel<T, L, R, N> {
    type Label = L;
    fn classes(&self) -> &[L] {
        &self.classes
    }
}

/// # Errors
/// Those of the model's answer.
impl<X, T, L, R, N> Predictor<X> for ThresholdModel<T, L, R, N>
where
    X: ?Sized,
    L: Label,
    R: Response<T, X>,
    R::Output: ClassValues<L>,
{
    type Output = Array1<L>;

    fn predict(&self, x: &X) -> Result<Array1<L>> {
        let scores = self.response.of(&self.model, x)?;
        check_scores(&scores, &self.classes)?;
        Ok(labels(&scores, &self.classes, self.threshold))
    }
}

impl<X: ?Sized, T: DecisionFunction<X>, L, R, N> DecisionFunction<X> for ThresholdModel<T, L, R, N> {
    type Output = T::Output;
    fn decision_function(&self, x: &X) -> Result<T::Output> {
        self.model.decision_function(x)
    }
}

impl<X: ?Sized, T: PredictProba<X>, L, R, N> PredictProba<X> for ThresholdModel<T, L, R, N> {
    type Output = T::Output;
    fn predict_proba(&self, x: &X) -> Result<T::Output> {
        self.model.predict_proba(x)
    }
    fn predict_log_proba(&self, x: &X) -> Result<T::Output> {
        self.model.predict_log_proba(x)
    }
}
