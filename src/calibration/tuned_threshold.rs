//! A threshold that is searched for.

use super::calibrated_model::check_scores;
use super::calibrator::on_line;
use super::target::{checked_classes, two_classes};
use super::threshold_model::{ThresholdModel, Tuning, labels};
use crate::compose::Compose;
use crate::data::{Label, Rows, Targets};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::metric::{BalancedAccuracy, ClassValues, Decisions, Metric, Response};
use crate::model_selection::{
    Fold, Splitter, StratifiedKFold, check_score, checked_folds, fitted_to_train, on_each_fold, taken,
};
use ndarray::Array1;

/// Which thresholds a [`TunedThresholdClassifier`] tries: so many at equal distances, or a list.
///
/// ```
/// use certifit::calibration::ThresholdGrid;
/// assert_eq!(ThresholdGrid::from(50), ThresholdGrid::Count(50));
/// assert_eq!(ThresholdGrid::from([0.2, 0.5]), ThresholdGrid::Values(vec![0.2, 0.5]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum ThresholdGrid {
    /// So many, from the lowest score of any fold to the highest.
    Count(usize),
    /// These.
    Values(Vec<f64>),
}

impl From<usize> for ThresholdGrid {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<Vec<f64>> for ThresholdGrid {
    fn from(values: Vec<f64>) -> Self {
        Self::Values(values)
    }
}

impl<const N: usize> From<[f64; N]> for ThresholdGrid {
    fn from(values: [f64; N]) -> Self {
        Self::Values(values.into())
    }
}

/// Searches for the threshold of a classifier of two classes at which its predictions are best.
///
/// In each fold the classifier is fitted to the train part, and predictions for the test part are judged at each
/// threshold: the second class is predicted for rows whose score is at least that. The threshold with the best mean over
/// the folds, the first of several, is that of the classifier that is then fitted to all rows. A number of thresholds is
/// spread over the scores of each fold, from the lowest to the highest; between them the judgement is taken as a line, and
/// the means are those at so many thresholds from the lowest score of all folds to the highest.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | estimator, of [`new`](Self::new) | | an [`Estimator`] of a classifier | what gives the scores |
/// | [`scoring`](Self::scoring) | [`BalancedAccuracy`] | a [`Metric`] of labels | what is best |
/// | [`cv`](Self::cv) | [`StratifiedKFold::new(5)`](StratifiedKFold) | a [`Splitter`] | which rows are fitted to, and which judged on |
/// | [`thresholds`](Self::thresholds) | 100 | at least 2; or a list of finite values | which thresholds are tried |
/// | [`response`](Self::response) | [`Decisions`] | or [`Probabilities`](crate::metric::Probabilities) | what the classifier is asked for its scores |
///
/// # Where it differs from scikit-learn's `TunedThresholdClassifierCV`
/// The model is asked for its decision values unless told otherwise; scikit-learn asks for probabilities where there are
/// any. A list of thresholds may be in any order. There are no `refit=False` and `cv='prefit'`: with
/// [`Frozen`](crate::compose::Frozen) a model that is fitted already gets a threshold.
///
/// # Errors
/// Those of the classifier, the splitter and the metric, in an [`Error::Fold`] where they belong to a fold;
/// [`Error::Unsupported`] for more than two classes and for scores that are all the same; [`Error::InvalidParameter`].
///
/// # Cost
/// One fit a fold and one more; n operations and one evaluation of the metric a threshold.
///
/// # Reference
/// scikit-learn's `sklearn.model_selection.TunedThresholdClassifierCV`.
///
/// ```
/// use certifit::calibration::TunedThresholdClassifier;
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let (x, y) = (&data.features, &data.target);
/// // To miss a malignant tumour (0) costs twenty times as much as a false alarm.
/// let costs = |truth: &ndarray::Array1<usize>, predicted: &ndarray::Array1<usize>| {
///     let cost = |(&truth, &predicted)| match (truth, predicted) {
///         (0, 1) => 20.0,
///         (1, 0) => 1.0,
///         _ => 0.0,
///     };
///     truth.iter().zip(predicted).map(cost).sum::<f64>()
/// };
/// struct Cost<F>(F);
/// impl<T, P, F: Fn(&T, &P) -> f64 + Sync> Metric<T, P> for Cost<F> {
///     fn evaluate(&self, truth: &T, predicted: &P) -> Result<f64, Error> {
///         Ok((self.0)(truth, predicted))
///     }
///     fn greater_is_better(&self) -> bool {
///         false
///     }
/// }
/// let logistic = StandardScaler::new().then(LogisticRegression::new());
/// let model = TunedThresholdClassifier::new(logistic).scoring(Cost(costs)).fit(x, y)?;
/// assert!(model.threshold() > 0.0); // benign only where the model is rather sure
/// let (usual, tuned) = (model.model().predict(x)?, model.predict(x)?);
/// assert!(costs(y, &tuned) < costs(y, &usual));
/// # Ok::<(), certifit::Error>(())
/// ```
#[doc(alias = "TunedThresholdClassifierCV")]
#[derive(Debug, Clone, PartialEq)]
pub struct TunedThresholdClassifier<E, S = BalancedAccuracy, C = StratifiedKFold, R = Decisions> {
    estimator: E,
    scoring: S,
    cv: C,
    thresholds: ThresholdGrid,
    response: R,
}

impl<E> TunedThresholdClassifier<E> {
    /// The classifier of this estimator, with the defaults of the table above.
    pub fn new(estimator: E) -> Self {
        Self {
            estimator,
            scoring: BalancedAccuracy::new(),
            cv: StratifiedKFold::new(5),
            thresholds: ThresholdGrid::Count(100),
            response: Decisions,
        }
    }
}

impl<E, S, C, R> TunedThresholdClassifier<E, S, C, R> {
    /// What is best.
    pub fn scoring<T>(self, scoring: T) -> TunedThresholdClassifier<E, T, C, R> {
        let Self { estimator, cv, thresholds, response, .. } = self;
        TunedThresholdClassifier { estimator, scoring, cv, thresholds, response }
    }

    /// Which rows are fitted to, and which judged on.
    pub fn cv<D>(self, cv: D) -> TunedThresholdClassifier<E, S, D, R> {
        let Self { estimator, scoring, thresholds, response, .. } = self;
        TunedThresholdClassifier { estimator, scoring, cv, thresholds, response }
    }

    /// Which thresholds are tried: a number, or a list.
    pub fn thresholds(self, thresholds: impl Into<ThresholdGrid>) -> Self {
        Self { thresholds: thresholds.into(), ..self }
    }

    /// What the classifier is asked for its scores.
    pub fn response<Q>(self, response: Q) -> TunedThresholdClassifier<E, S, C, Q> {
        let Self { estimator, scoring, cv, thresholds, .. } = self;
        TunedThresholdClassifier { estimator, scoring, cv, thresholds, response }
    }

    /// The classifier that gets a threshold.
    pub fn estimator(&self) -> &E {
        &self.estimator
    }
}

impl<E, S, C, R> Compose for TunedThresholdClassifier<E, S, C, R> {}

impl<X, Y, E, S, C, R> Estimator<X, Y> for TunedThresholdClassifier<E, S, C, R>
where
    X: Rows + ?Sized,
    Y: Targets + ?Sized,
    Y::Value: Label,
    Y::Owned: Targets<Value = Y::Value>,
    E: Estimator<X::Owned, Y::Owned> + Estimator<X, Y, Fitted = <E as Estimator<X::Owned, Y::Owned>>::Fitted>,
    S: Metric<Y::Owned, Array1<Y::Value>>,
    C: Splitter<Y>,
    R: Response<<E as Estimator<X::Owned, Y::Owned>>::Fitted, X::Owned> + Clone + Send,
    R::Output: ClassValues<Y::Value>,
{
    type Fitted = ThresholdModel<<E as Estimator<X::Owned, Y::Owned>>::Fitted, Y::Value, R, Tuning>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let values = self.thresholds.checked()?;
        let classes = two_classes(checked_classes(x, y)?)?;
        let folds = checked_folds(x, y, &self.cv)?;
        let judged = |fold: &Fold| {
            let model = fitted_to_train(&self.estimator, x, y, fold)?;
            taken(x, y, &fold.test)?.on(|x, y| {
                let scores = self.response.of(&model, x)?;
                check_scores(&scores, &classes)?;
                let thresholds = values.thresholds(range_of(&scores, y)?);
                let judge = |&threshold: &f64| {
                    check_score(self.scoring.evaluate(y, &labels(&scores, &classes, threshold))?)
                };
                let judgements = thresholds.iter().map(judge).collect::<Result<Vec<f64>>>()?;
                Ok((thresholds, judgements))
            })
        };
        let curves: Vec<Curve> = on_each_fold(&folds, judged).into_iter().collect::<Result<_>>()?;
        let tuning = tuned(&values, &curves, self.scoring.greater_is_better());
        let threshold = tuning.thresholds.get(tuning.best).copied().unwrap_or(0.0); // there is at least one
        let model = self.estimator.fit(x, y)?;
        Ok(ThresholdModel::new(model, classes, self.response.clone(), threshold, tuning))
    }
}

/// Thresholds, ascending, and what they score in a fold.
type Curve = (Vec<f64>, Vec<f64>);

/// The mean of the folds' curves and its best point.
fn tuned(grid: &ThresholdGrid, curves: &[Curve], greater_is_better: bool) -> Tuning {
    let ends = curves.iter().filter_map(|(thresholds, _)| Some((*thresholds.first()?, *thresholds.last()?)));
    let range =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end.0), high.max(end.1)));
    let thresholds = grid.thresholds(range);
    let mean = |&at: &f64| {
        curves.iter().map(|(known, scores)| between(known, scores, at)).sum::<f64>() / curves.len() as f64
    };
    let scores: Vec<f64> = thresholds.iter().map(mean).collect();
    let sign = if greater_is_better { 1.0 } else { -1.0 };
    let mut best = (0, f64::NEG_INFINITY);
    for (index, score) in scores.iter().enumerate() {
        if sign * score > best.1 {
            best = (index, sign * score);
        }
    }
    Tuning { thresholds, scores, best: best.0, best_score: sign * best.1 }
}

/// The line through the points of `x`, ascending, and `y`; constant beyond its ends, as numpy's `interp`.
fn between(x: &[f64], y: &[f64], at: f64) -> f64 {
    let above = x.partition_point(|&x| x < at);
    let point = |index: usize| Some((*x.get(index)?, *y.get(index)?));
    match (above.checked_sub(1).and_then(point), point(above)) {
        (_, Some((x, y))) if x == at => y,
        (Some(one), Some(other)) => on_line(one, other, at),
        (Some((_, end)), None) | (None, Some((_, end))) => end,
        (None, None) => 0.0, // there is at least one point
    }
}

impl ThresholdGrid {
    /// The grid, a list in ascending order, once it is known to be right.
    fn checked(&self) -> Result<Self> {
        let refused = |value: String| Error::InvalidParameter {
            name: "thresholds",
            value,
            allowed: "at least 2, or a list of finite values".into(),
        };
        match self {
            &Self::Count(count) if count < 2 => Err(refused(count.to_string())),
            Self::Values(values) if values.is_empty() => Err(refused("none".into())),
            Self::Values(values) => match values.iter().find(|value| !value.is_finite()) {
                Some(bad) => Err(refused(bad.to_string())),
                None => {
                    let mut values = values.clone();
                    values.sort_by(f64::total_cmp);
                    Ok(Self::Values(values))
                }
            },
            count => Ok(count.clone()),
        }
    }

    fn thresholds(&self, (low, high): (f64, f64)) -> Vec<f64> {
        match self {
            Self::Values(values) => values.clone(),
            &Self::Count(count) => {
                let steps = count.saturating_sub(1).max(1) as f64;
                let step = match high - low {
                    range if range.is_finite() => range / steps,
                    _ => high / steps - low / steps,
                };
                // The last one is exactly the highest score, as in numpy's linspace.
                let at = |index| if index + 1 == count { high } else { low + step * index as f64 };
                (0..count).map(at).collect()
            }
        }
    }
}

/// The lowest and the highest score of the second class, of rows that count.
fn range_of<S, Y>(scores: &S, y: &Y) -> Result<(f64, f64)>
where
    S: ClassValues<Y::Value> + ?Sized,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    let column = scores.n_columns() - 1;
    let counted = (0..scores.n_rows()).filter(|&row| y.weight(row) > 0.0);
    let values = counted.map(|row| scores.class_value(row, column));
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), score| (low.min(score), high.max(score)));
    if low < high {
        return Ok((low, high));
    }
    if low > high {
        let allowed = "at least one weight of the rows to judge on must be positive";
        return Err(Error::InvalidWeight { row: 0, value: 0.0, allowed });
    }
    Err(Error::Unsupported {
        what: "a threshold for scores that are all the same",
        reason: "no threshold tells the rows apart; the classifier has learnt nothing",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_interpolated_and_ends_are_kept() {
        let (x, y) = ([0.0, 1.0, 3.0], [2.0, 4.0, 0.0]);
        let at = [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 9.0].map(|at| between(&x, &y, at));
        assert_eq!(at, [2.0, 2.0, 3.0, 4.0, 2.0, 0.0, 0.0]);
        assert_eq!(between(&[-1e308, 1e308], &[0.0, 1.0], 0.0), 0.5);
    }

    #[test]
    fn the_first_of_the_best_means_is_chosen() {
        let curves =
            vec![(vec![0.0, 1.0, 2.0], vec![0.5, 0.9, 0.1]), (vec![1.0, 2.0, 3.0], vec![0.7, 0.9, 0.3])];
        let tuning = tuned(&ThresholdGrid::Count(4), &curves, true);
        assert_eq!(tuning.thresholds, [0.0, 1.0, 2.0, 3.0]);
        assert_eq!((tuning.best, tuning.best_score), (1, 0.8));
        let least = tuned(&ThresholdGrid::Count(4), &curves, false);
        assert_eq!((least.best, least.best_score), (3, 0.2));
    }

    #[test]
    fn bad_grids_are_refused() {
        for bad in [ThresholdGrid::Count(1), Vec::new().into(), [0.5, f64::NAN].into()] {
            assert!(matches!(bad.checked(), Err(Error::InvalidParameter { name: "thresholds", .. })));
        }
        assert_eq!(ThresholdGrid::from([0.5, 0.2]).checked(), Ok([0.2, 0.5].into()));
    }
}
