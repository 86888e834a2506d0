//! How good predictions are.
//!
//! | family | functions | scorers |
//! |---|---|---|
//! | share of right answers | [`accuracy_score`], [`accuracy_count`], [`zero_one_loss`] | [`Accuracy`] |
//! | who is taken for whom | [`confusion_matrix`] | |
//! | per class and averaged | [`precision_score`], [`recall_score`], [`f1_score`], [`fbeta_score`], [`precision_recall_fscore_support`] | [`Precision`], [`Recall`], [`F1`], [`FBeta`] |
//! | a table of all that | [`classification_report`] | |
//! | explained variance | [`r2_score`] | [`R2`] |
//! | squared errors | [`mean_squared_error`], [`root_mean_squared_error`] | [`NegMeanSquaredError`], [`NegRootMeanSquaredError`] |
//! | absolute errors | [`mean_absolute_error`] | [`NegMeanAbsoluteError`] |
//!
//! Functions take the truth first and the predictions second. Sample weights travel with the truth
//! ([`Weights::weighted`](crate::data::Weights::weighted)); weights of the predictions are ignored. A row of
//! weight zero counts as if it were not there, its label included (scikit-learn counts such a label as a class).
//!
//! Scorers are what cross-validation and searches take: values that judge a model, the higher the better. To
//! add a metric: one file with a function and a unit struct that implements [`Metric`].

use crate::error::Result;

/// Judges predictions against the truth; the higher the better.
///
/// Losses are negated, so that a search may always look for the largest value.
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
}

/// Judges a fitted model on data; the higher the better.
///
/// Every [`Metric`] of this crate is a scorer for models that predict. So is a closure, and so is any type of
/// yours that implements this trait:
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
/// # Ok::<(), Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot score a model `{M}` on `{X}` and `{Y}`",
    note = "the predictions must be comparable with the target: labels for a classifier's metric, floats for a regressor's"
)]
pub trait Scorer<M: ?Sized, X: ?Sized, Y: ?Sized>: Sync {
    /// The score of `model` on the features `x` and the truth `y`.
    ///
    /// # Errors
    /// Those of the model's predictions and of the metric.
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64>;
}

impl<F, M: ?Sized, X: ?Sized, Y: ?Sized> Scorer<M, X, Y> for F
where
    F: Fn(&M, &X, &Y) -> Result<f64> + Sync,
{
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64> {
        self(model, x, y)
    }
}

/// Makes a metric a scorer of models that predict.
///
/// Not one impl for all metrics: that would leave no room for closures, nor for scorers of this and of other
/// crates that look at decision values.
macro_rules! scores_predictions {
    ($metric:ident $(<$classes:ident>)?) => {
        impl<M, X, Y $(, $classes)?> $crate::metric::Scorer<M, X, Y> for $metric $(<$classes>)?
        where
            M: $crate::estimator::Predictor<X> + ?Sized,
            X: ?Sized,
            Y: ?Sized,
            Self: $crate::metric::Metric<Y, M::Output>,
        {
            fn score(&self, model: &M, x: &X, y: &Y) -> $crate::error::Result<f64> {
                $crate::metric::Metric::evaluate(self, y, &model.predict(x)?)
            }
        }
    };
}

mod accuracy;
mod average;
mod class_scores;
mod confusion_matrix;
mod labels;
mod mean_absolute_error;
mod mean_squared_error;
mod precision_recall;
mod r2;
mod report;
mod residuals;
mod text;

pub use accuracy::{Accuracy, accuracy_count, accuracy_score, zero_one_loss};
pub use average::{AllClasses, Average, Averaging, ClassChoice, Only, Positive, ZeroDivision};
pub use class_scores::{ClassScores, precision_recall_fscore_support};
pub use confusion_matrix::{ConfusionMatrix, Normalize, confusion_matrix};
pub use mean_absolute_error::{NegMeanAbsoluteError, mean_absolute_error};
pub use mean_squared_error::{
    NegMeanSquaredError, NegRootMeanSquaredError, mean_squared_error, root_mean_squared_error,
};
pub use precision_recall::{
    F1, FBeta, Precision, Recall, f1_score, fbeta_score, precision_score, recall_score,
};
pub use r2::{R2, r2_score};
pub use report::{ClassificationReport, ReportRow, classification_report};
