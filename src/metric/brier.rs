//! The squared errors of probabilities.

use super::ClassValues;
use super::judged::Judged;
use super::residuals::mean_absolute;
use crate::data::{Label, Targets};
use crate::error::Result;

/// The weighted mean of the squared errors of the probabilities: of two classes (pᵢ − [yᵢ is the second])², of more
/// Σₖ (pᵢₖ − [yᵢ = k])².
///
/// 0 is perfect; the worst is 1 for two classes and 2 for more. Arguments and errors are those of
/// [`log_loss`](super::log_loss).
///
/// # Errors
/// Those of [`log_loss`](super::log_loss).
///
/// # Reference
/// scikit-learn's `brier_score_loss` with `scale_by_half="auto"`. A truth of one class must be told the other one by
/// [`OfClasses`](super::OfClasses).
///
/// ```
/// use certifit::metric::brier_score_loss;
/// assert_eq!(brier_score_loss(&["no", "yes"], &[0.5, 1.0])?, 0.125);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn brier_score_loss<T, S>(y_true: &T, y_prob: &S) -> Result<f64>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    let judged = Judged::probabilities(y_true, y_prob)?;
    let n_classes = judged.classes.len();
    let scale = if n_classes == 2 { 0.5 } else { 1.0 };
    let errors = judged.rows.iter().map(|&row| {
        let squared = |class| {
            let error = judged.value(row, class, |second| 1.0 - second) - f64::from(row.class == class);
            error * error
        };
        (row.weight, scale * (0..n_classes).map(squared).sum::<f64>())
    });
    mean_absolute("the Brier score", judged.weight, errors)
}

scorer! {
    Probabilities,
    /// −[`brier_score_loss`] as a scorer; scikit-learn's `"neg_brier_score"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegBrierScore};
    /// assert_eq!(NegBrierScore.evaluate(&[0, 1], &[0.5, 0.5])?, -0.25);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegBrierScore, |y_true, y_prob| Ok(-brier_score_loss(y_true, y_prob)?)
}
