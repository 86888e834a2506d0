//! How good predictions are.
//!
//! | family | functions | scorers | ask a model for |
//! |---|---|---|---|
//! | share of right answers | [`accuracy_score`], [`accuracy_count`], [`zero_one_loss`], [`balanced_accuracy_score`] | [`Accuracy`], [`BalancedAccuracy`] | predictions |
//! | agreement beyond chance | [`matthews_corrcoef`], [`cohen_kappa_score`] | [`MatthewsCorrcoef`], [`CohenKappa`] | predictions |
//! | who is taken for whom | [`confusion_matrix`] | | |
//! | per class and averaged | [`precision_score`], [`recall_score`], [`f1_score`], [`fbeta_score`], [`jaccard_score`], [`precision_recall_fscore_support`] | [`Precision`], [`Recall`], [`F1`], [`FBeta`], [`Jaccard`] | predictions |
//! | a table of all that | [`classification_report`] | | |
//! | order of the rows | [`roc_auc_score`], [`average_precision_score`], [`roc_curve`], [`precision_recall_curve`] | [`RocAuc`], [`AveragePrecision`] | decision values |
//! | order of the classes | [`top_k_accuracy_score`] | [`TopKAccuracy`] | decision values |
//! | margins | [`hinge_loss`] | [`NegHingeLoss`] | decision values |
//! | probabilities | [`log_loss`], [`log_loss_sum`], [`brier_score_loss`], [`calibration_curve`] | [`NegLogLoss`], [`NegBrierScore`] | probabilities |
//! | explained variance | [`r2_score`], [`explained_variance_score`], [`d2_absolute_error_score`] | [`R2`], [`ExplainedVariance`], [`D2AbsoluteError`] | predictions |
//! | squared errors | [`mean_squared_error`], [`root_mean_squared_error`], [`mean_squared_log_error`] | [`NegMeanSquaredError`], [`NegRootMeanSquaredError`], [`NegMeanSquaredLogError`] | predictions |
//! | absolute errors | [`mean_absolute_error`], [`median_absolute_error`], [`max_error`], [`mean_absolute_percentage_error`], [`mean_pinball_loss`] | [`NegMeanAbsoluteError`], [`NegMedianAbsoluteError`], [`NegMaxError`], [`NegMeanAbsolutePercentageError`], [`NegMeanPinballLoss`] | predictions |
//!
//! Functions take the truth first and the predictions second. Sample weights travel with the truth
//! ([`Weights::weighted`](crate::data::Weights::weighted)); weights of the predictions are ignored. A row of
//! weight zero counts as if it were not there, its label included (scikit-learn counts such a label as a class).
//! Decision values and probabilities are [`ClassValues`]: one column for two classes, or one a class.
//!
//! Scorers are what cross-validation and searches take. Those of this crate are the higher the better: losses are
//! negated, as in scikit-learn. Each asks the model a question, a [`Response`]: [`Predictions`], [`Decisions`] or
//! [`Probabilities`]; where the model has no answer, the program does not compile. [`On`] puts a metric to another
//! question than its own. A scorer of your own is one type with one impl, of [`Scorer`], or of [`Metric`] and put [`On`]
//! what it judges; or a closure.
//!
//! To add a metric: one file with a function, and with `scorer!` a unit struct that implements [`Metric`] and [`Scorer`].

use crate::error::Result;

/// Judges predictions, decision values or probabilities against the truth.
///
/// Metrics of this crate are the higher the better: losses are negated. One of yours may say that
/// [less is better](Metric::greater_is_better).
///
/// ```
/// use certifit::metric::{Accuracy, Metric, NegMeanAbsoluteError};
/// assert_eq!(Accuracy.evaluate(&["a", "b"], &["a", "a"])?, 0.5);
/// assert_eq!(NegMeanAbsoluteError.evaluate(&[1.0, 2.0], &[1.5, 2.5])?, -0.5);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot judge predictions `{P}` against a target `{T}`",
    note = "the target and the predictions must hold the same labels for a classifier's metric, and floats for a regressor's"
)]
pub trait Metric<T: ?Sized, P: ?Sized>: Sync {
    /// The value of the metric.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those
    /// of [`check_weights`](crate::data::check_weights), and what each metric documents.
    fn evaluate(&self, y_true: &T, y_pred: &P) -> Result<f64>;

    /// Whether the larger of two values is the better one: `true`, unless a metric of yours says `false`.
    fn greater_is_better(&self) -> bool {
        true
    }
}

/// Judges a fitted model on data; the higher the better, unless it [says otherwise](Scorer::greater_is_better).
///
/// Every [`Metric`] of this crate is a scorer for the models that answer its question: that predict, or have decision
/// values, or probabilities. So is a closure, and so is any type of yours that implements this trait. What it asks of a
/// model is what its impl demands of `M`:
///
/// ```
/// use certifit::prelude::*;
///
/// struct Always(char);
/// impl Predictor<[f64]> for Always {
///     type Output = Vec<char>;
///     fn predict(&self, x: &[f64]) -> Result<Vec<char>, Error> {
///         Ok(vec![self.0; x.len()])
///     }
/// }
///
/// fn judge(scorer: &impl Scorer<Always, [f64], [char]>) -> Result<f64, Error> {
///     scorer.score(&Always('a'), &[0.5, 1.5, 2.5, 3.5], &['a', 'b', 'a', 'a'])
/// }
/// assert_eq!(judge(&Accuracy)?, 0.75);
/// assert_eq!(judge(&Recall::new().average(Average::Macro))?, 0.5);
/// assert_eq!(judge(&Precision::new().average(Average::positive('a')))?, 0.75);
/// let own = |model: &Always, x: &[f64], y: &[char]| Ok(-zero_one_loss(y, &model.predict(x)?)?);
/// assert_eq!(judge(&own)?, -0.25);
///
/// /// The mean absolute decision value: how far rows are from the border, right or wrong.
/// struct Distance;
/// impl<M, X, Y> Scorer<M, X, Y> for Distance
/// where
///     M: DecisionFunction<X, Output = ndarray::Array2<f64>>,
/// {
///     fn score(&self, model: &M, x: &X, _y: &Y) -> Result<f64, Error> {
///         Ok(model.decision_function(x)?.mapv(f64::abs).mean().unwrap_or(0.0))
///     }
/// }
/// let (data, cv) = (datasets::iris(), StratifiedKFold::new(3));
/// let scores = cross_val_score(&LinearSVC::new(), &data.features, &data.target, &cv, &Distance)?;
/// assert!(scores.mean() > 1.0);
/// # Ok::<(), Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot score a model `{M}` on `{X}` and `{Y}`",
    note = "searches have the folds and the score of classifiers: over regressors, add `.cv(KFold::new(5)).scoring(R2)`",
    note = "the predictions must be comparable with the target: labels for a classifier's metric, floats for a regressor's",
    note = "a scorer of decision values needs a model with `decision_function`, one of probabilities a model with `predict_proba`"
)]
pub trait Scorer<M: ?Sized, X: ?Sized, Y: ?Sized>: Sync {
    /// The score of `model` on the features `x` and the truth `y`.
    ///
    /// # Errors
    /// Those of the model's predictions and of the metric.
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64>;

    /// Whether the larger of two scores is the better one: `true`, unless a scorer of yours says `false`.
    ///
    /// What chooses by scores asks for it; what only reports them does not turn them round.
    fn greater_is_better(&self) -> bool {
        true
    }
}

impl<F, M: ?Sized, X: ?Sized, Y: ?Sized> Scorer<M, X, Y> for F
where
    F: Fn(&M, &X, &Y) -> Result<f64> + Sync,
{
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64> {
        self(model, x, y)
    }
}

/// Makes a metric a scorer of models that answer its question.
///
/// Not one impl for all metrics: that would leave no room for closures.
macro_rules! scores {
    ($metric:ident $(<$classes:ident>)?, on $response:ident) => {
        #[diagnostic::do_not_recommend]
        impl<M, X, Y $(, $classes)?> $crate::metric::Scorer<M, X, Y> for $metric $(<$classes>)?
        where
            M: ?Sized,
            X: ?Sized,
            Y: ?Sized,
            $crate::metric::$response: $crate::metric::Response<M, X>,
            Self: $crate::metric::Metric<
                    Y,
                    <$crate::metric::$response as $crate::metric::Response<M, X>>::Output,
                >,
        {
            fn score(&self, model: &M, x: &X, y: &Y) -> $crate::error::Result<f64> {
                let answer = $crate::metric::Response::of(&$crate::metric::$response, model, x)?;
                $crate::metric::Metric::evaluate(self, y, &answer)
            }
        }
    };
}

/// Writes a metric without parameters, and makes it a scorer: of numbers on predictions, of labels on predictions, or of
/// labels on decision values or probabilities.
macro_rules! scorer {
    (numbers, $(#[$docs:meta])* $name:ident, $evaluate:expr) => {
        scorer!(@ $(#[$docs])* $name, Predictions, P, $evaluate,
            [P: $crate::data::Targets + ?Sized, T::Value: $crate::scalar::Scalar, P::Value: $crate::scalar::Scalar]);
    };
    (labels, $(#[$docs:meta])* $name:ident, $evaluate:expr) => {
        scorer!(@ $(#[$docs])* $name, Predictions, P, $evaluate,
            [P: $crate::data::Targets<Value = T::Value> + ?Sized, T::Value: $crate::data::Label]);
    };
    ($response:ident, $(#[$docs:meta])* $name:ident, $evaluate:expr) => {
        scorer!(@ $(#[$docs])* $name, $response, P, $evaluate,
            [P: $crate::metric::ClassValues<T::Value> + ?Sized, T::Value: $crate::data::Label]);
    };
    (@ $(#[$docs:meta])* $name:ident, $response:ident, $p:ident, $evaluate:expr, [$($bounds:tt)*]) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name;

        impl<T, $p> $crate::metric::Metric<T, $p> for $name
        where
            T: $crate::data::Targets + ?Sized,
            $($bounds)*
        {
            fn evaluate(&self, y_true: &T, y_pred: &$p) -> $crate::error::Result<f64> {
                let evaluate: fn(&T, &$p) -> $crate::error::Result<f64> = $evaluate;
                evaluate(y_true, y_pred)
            }
        }

        scores!($name, on $response);
    };
}

mod accuracy;
mod average;
mod average_precision;
mod balanced_accuracy;
mod brier;
mod calibration_curve;
mod class_scores;
mod class_values;
mod cohen_kappa;
mod confusion_matrix;
mod d2_absolute_error;
mod explained_variance;
mod hinge_loss;
mod jaccard;
mod judged;
mod labels;
mod log_loss;
mod matthews;
mod max_error;
mod mean_absolute_error;
mod mean_absolute_percentage_error;
mod mean_pinball_loss;
mod mean_squared_error;
mod mean_squared_log_error;
mod median_absolute_error;
mod one_vs_rest;
mod precision_recall;
mod precision_recall_curve;
mod r2;
mod report;
mod residuals;
mod response;
mod roc_auc;
mod roc_curve;
pub(crate) mod text;
mod thresholds;
mod top_k_accuracy;

pub use accuracy::{Accuracy, accuracy_count, accuracy_score, zero_one_loss};
pub use average::{AllClasses, Average, Averaging, ClassChoice, Only, Positive, ZeroDivision};
pub use average_precision::{AveragePrecision, average_precision_score};
pub use balanced_accuracy::{BalancedAccuracy, balanced_accuracy_score};
pub use brier::{NegBrierScore, brier_score_loss};
pub use calibration_curve::{Bins, CalibrationCurve, calibration_curve};
pub use class_scores::{ClassScores, precision_recall_fscore_support};
pub use class_values::{ClassValues, OfClasses};
pub use cohen_kappa::{CohenKappa, KappaWeights, cohen_kappa_score};
pub use confusion_matrix::{ConfusionMatrix, Normalize, confusion_matrix};
pub use d2_absolute_error::{D2AbsoluteError, d2_absolute_error_score};
pub use explained_variance::{ExplainedVariance, explained_variance_score};
pub use hinge_loss::{NegHingeLoss, hinge_loss};
pub use jaccard::{Jaccard, jaccard_score};
pub use log_loss::{NegLogLoss, log_loss, log_loss_sum};
pub use matthews::{MatthewsCorrcoef, matthews_corrcoef};
pub use max_error::{NegMaxError, max_error};
pub use mean_absolute_error::{NegMeanAbsoluteError, mean_absolute_error};
pub use mean_absolute_percentage_error::{NegMeanAbsolutePercentageError, mean_absolute_percentage_error};
pub use mean_pinball_loss::{NegMeanPinballLoss, mean_pinball_loss};
pub use mean_squared_error::{
    NegMeanSquaredError, NegRootMeanSquaredError, mean_squared_error, root_mean_squared_error,
};
pub use mean_squared_log_error::{NegMeanSquaredLogError, mean_squared_log_error};
pub use median_absolute_error::{NegMedianAbsoluteError, median_absolute_error};
pub use precision_recall::{
    F1, FBeta, Precision, Recall, f1_score, fbeta_score, precision_score, recall_score,
};
pub use precision_recall_curve::{PrecisionRecallCurve, precision_recall_curve};
pub use r2::{R2, r2_score};
pub use report::{ClassificationReport, ReportRow, classification_report};
pub use response::{Decisions, On, Predictions, Probabilities, Response};
pub use roc_auc::{RocAuc, roc_auc_score};
pub use roc_curve::{RocCurve, roc_curve};
pub use top_k_accuracy::{TopKAccuracy, top_k_accuracy_score};
