//! What a calibrated classifier is fitted to.

use super::{Calibration, Calibrator, Scored};
use crate::data::{Label, Rows, Targets};
use crate::error::{Error, Result};
use crate::estimator::{Classifier, PredictProba, Predictor};
use crate::metric::{ClassValues, Response};
use ndarray::{Array1, Array2};

/// A classifier whose probabilities are calibrated: one model, or the models of several folds whose probabilities are
/// averaged. Made by [`CalibratedClassifier`](super::CalibratedClassifier).
///
/// `T` is the type of the models, `K` that of what the calibrator learnt, `L` the labels, `R` the question that is asked
/// of the models. Probabilities are `f64`, whatever the float type of the features.
///
/// ```
/// use certifit::calibration::CalibratedClassifier;
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = CalibratedClassifier::new(LinearSVC::new()).fit(&data.features, &data.target)?;
/// assert_eq!((model.classes().len(), model.members().len()), (3, 5)); // a model a fold
/// assert_eq!(model.members()[0].calibrations().len(), 3);             // a sigmoid a class
/// let probabilities = model.predict_proba(&data.features)?;
/// assert!(probabilities.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedModel<T, K, L, R> {
    classes: Vec<L>,
    members: Vec<CalibratedMember<T, K>>,
    response: R,
}

/// A model and what turns its scores into probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedMember<T, K> {
    model: T,
    calibrations: Vec<K>,
}

impl<T, K> CalibratedMember<T, K> {
    pub(super) fn new(model: T, calibrations: Vec<K>) -> Self {
        Self { model, calibrations }
    }

    /// The model, as its estimator fitted it.
    pub fn model(&self) -> &T {
        &self.model
    }

    /// What was learnt of its scores: of two classes about the second one, else about each class.
    pub fn calibrations(&self) -> &[K] {
        &self.calibrations
    }
}

impl<T, K, L, R> CalibratedModel<T, K, L, R> {
    pub(super) fn new(classes: Vec<L>, members: Vec<CalibratedMember<T, K>>, response: R) -> Self {
        Self { classes, members, response }
    }

    /// The models with their calibrations: one a fold, or a single one.
    pub fn members(&self) -> &[CalibratedMember<T, K>] {
        &self.members
    }
}

impl<T, K, L, R> CalibratedModel<T, K, L, R>
where
    K: Calibration,
    L: Label,
{
    fn probabilities<X>(&self, x: &X) -> Result<Array2<f64>>
    where
        X: ?Sized,
        R: Response<T, X>,
        R::Output: ClassValues<L>,
    {
        let mut mean: Option<Array2<f64>> = None;
        for member in &self.members {
            let scores = self.response.of(&member.model, x)?;
            check_scores(&scores, &self.classes)?;
            let mut sum = mean.take().unwrap_or_else(|| Array2::zeros((scores.n_rows(), self.classes.len())));
            for (row, mut sum) in sum.rows_mut().into_iter().enumerate() {
                let one = probabilities_of_row(&scores, row, &member.calibrations);
                sum.iter_mut().zip(one).for_each(|(sum, probability)| *sum += probability);
            }
            mean = Some(sum);
        }
        let n_members = self.members.len() as f64;
        mean.map(|sum| sum / n_members).ok_or(Error::Empty { what: "the calibrated model", axis: "rows" })
    }
}

/// Of two classes p and 1 − p, of more the probabilities of each against the rest over their sum; all the same where
/// that is 0, as in scikit-learn.
fn probabilities_of_row<S, L, K>(scores: &S, row: usize, calibrations: &[K]) -> Vec<f64>
where
    S: ClassValues<L> + ?Sized,
    K: Calibration,
{
    if let [second] = calibrations {
        let probability = second.probability(scores.class_value(row, scores.n_columns() - 1)).clamp(0.0, 1.0);
        return vec![1.0 - probability, probability];
    }
    let mut probabilities: Vec<f64> = calibrations
        .iter()
        .enumerate()
        .map(|(class, calibration)| calibration.probability(scores.class_value(row, class)).clamp(0.0, 1.0))
        .collect();
    let (sum, n_classes) = (probabilities.iter().sum::<f64>(), calibrations.len() as f64);
    probabilities.iter_mut().for_each(|one| *one = if sum > 0.0 { *one / sum } else { 1.0 / n_classes });
    probabilities
}

/// Learns from the scores of rows that the model has not seen: of two classes about the second, else about each.
pub(super) fn calibrations<M, S, Y>(
    method: &M,
    scores: &S,
    y: &Y,
    classes: &[Y::Value],
) -> Result<Vec<M::Fitted>>
where
    M: Calibrator,
    S: ClassValues<Y::Value> + ?Sized,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    check_scores(scores, classes)?;
    let problems: Vec<(usize, usize)> = match classes.len() {
        2 => vec![(scores.n_columns() - 1, 1)],
        n => (0..n).map(|class| (class, class)).collect(),
    };
    let learn = |(column, class): (usize, usize)| {
        let row = |row| Scored {
            score: scores.class_value(row, column),
            positive: classes.get(class) == Some(y.value(row)),
            weight: y.weight(row),
        };
        let rows: Vec<Scored> = (0..y.n_rows()).map(row).filter(|row| row.weight > 0.0).collect();
        if rows.is_empty() {
            let allowed = "at least one weight of the rows to calibrate on must be positive";
            return Err(Error::InvalidWeight { row: 0, value: 0.0, allowed });
        }
        method.fit(&rows)
    };
    problems.into_iter().map(learn).collect()
}

/// Refuses scores of other classes, and scores that are not finite.
pub(super) fn check_scores<S, L>(scores: &S, classes: &[L]) -> Result<()>
where
    S: ClassValues<L> + ?Sized,
    L: Label,
{
    let n_columns = scores.n_columns();
    let fits = n_columns == classes.len() || (n_columns == 1 && classes.len() == 2);
    if !fits || scores.classes().is_some_and(|known| known != classes) {
        return Err(Error::Unsupported {
            what: "a score of other classes than those of the whole target",
            reason: "a fold lacks a class; stratify the folds, or use fewer",
        });
    }
    for row in 0..scores.n_rows() {
        for column in 0..n_columns {
            let value = scores.class_value(row, column);
            if !value.is_finite() {
                return Err(Error::NonFinite { what: "a score", row, column: Some(column), value });
            }
        }
    }
    Ok(())
}

impl<T, K, L, R> Classifier for CalibratedModel<T, K, L, R> {
    type Label = L;
    fn classes(&self) -> &[L] {
        &self.classes
    }
}

/// # Errors
/// Those of the model's answer.
impl<X, T, K, L, R> PredictProba<X> for CalibratedModel<T, K, L, R>
where
    X: ?Sized,
    K: Calibration,
    L: Label,
    R: Response<T, X>,
    R::Output: ClassValues<L>,
{
    type Output = Array2<f64>;

    fn predict_proba(&self, x: &X) -> Result<Array2<f64>> {
        self.probabilities(x)
    }

    /// The logarithm of a probability of 0 is −∞ in theory and the lowest number here.
    fn predict_log_proba(&self, x: &X) -> Result<Array2<f64>> {
        Ok(self.probabilities(x)?.mapv_into(|probability| probability.ln().max(f64::MIN)))
    }
}

/// The most probable class, the first of several.
///
/// # Errors
/// Those of the model's answer.
impl<X, T, K, L, R> Predictor<X> for CalibratedModel<T, K, L, R>
where
    X: ?Sized,
    K: Calibration,
    L: Label,
    R: Response<T, X>,
    R::Output: ClassValues<L>,
{
    type Output = Array1<L>;

    fn predict(&self, x: &X) -> Result<Array1<L>> {
        let probabilities = self.probabilities(x)?;
        let most_probable = |row: ndarray::ArrayView1<'_, f64>| {
            let mut best = (0, f64::NEG_INFINITY);
            for (class, &probability) in row.iter().enumerate() {
                if probability > best.1 {
                    best = (class, probability);
                }
            }
            best.0
        };
        let classes = probabilities.rows().into_iter().map(most_probable);
        Ok(classes.filter_map(|class| self.classes.get(class).cloned()).collect())
    }
}
