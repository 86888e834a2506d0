//! The share of the variance that is explained, whatever the bias.

use super::residuals::{Pairs, PowerSum, deviations, explained, finite};
use crate::data::Targets;
use crate::error::Result;
use crate::scalar::Scalar;

/// 1 − Var(y − ŷ) / Var(y), with weighted variances: [`r2_score`](super::r2_score) of predictions that are moved so that
/// their mean is right.
///
/// Where the truth is constant, predictions that are off by a constant score 1 and all others 0, as in scikit-learn
/// (`force_finite=True`).
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those of
/// [`check_weights`](crate::data::check_weights); [`Error::NonFinite`](crate::Error::NonFinite) for NaN and infinities in
/// either; [`Error::Overflow`](crate::Error::Overflow) if the result is too large.
///
/// Reference: scikit-learn's `explained_variance_score`.
///
/// ```
/// use certifit::metric::explained_variance_score;
/// assert_eq!(explained_variance_score(&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.0])?, 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn explained_variance_score<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    let errors = PowerSum::new(deviations(pairs.weight, pairs.errors()), 2);
    let total = PowerSum::new(deviations(pairs.weight, pairs.truths()), 2);
    finite("the explained variance", errors.zip(total).map(|(errors, total)| explained(&errors, &total, 2)))
}

scorer! {
    numbers,
    /// [`explained_variance_score`] as a scorer; scikit-learn's `"explained_variance"`.
    ///
    /// ```
    /// use certifit::metric::{ExplainedVariance, Metric};
    /// assert_eq!(ExplainedVariance.evaluate(&[1.0, 3.0], &[7.0, 7.0])?, 0.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    ExplainedVariance, explained_variance_score
}
