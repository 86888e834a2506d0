//! Errors relative to the truth.

use super::residuals::{Pairs, mean_absolute};
use crate::data::Targets;
use crate::error::Result;
use crate::scalar::Scalar;

/// The weighted mean of |yᵢ − ŷᵢ| / max(|yᵢ|, ε), with ε = 2⁻⁵².
///
/// A share and not percent: ½ is an error of half of the truth. Where the truth is 0 the result is very large.
///
/// # Errors
/// Those of [`mean_absolute_error`](super::mean_absolute_error).
///
/// Reference: scikit-learn's `mean_absolute_percentage_error`.
///
/// ```
/// use certifit::metric::mean_absolute_percentage_error;
/// assert_eq!(mean_absolute_percentage_error(&[2.0, -4.0], &[1.0, -4.0])?, 0.25);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn mean_absolute_percentage_error<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    let relative = |(weight, truth, predicted): (f64, f64, f64)| {
        (weight, (truth - predicted) / truth.abs().max(f64::EPSILON))
    };
    mean_absolute("the mean absolute percentage error", pairs.weight, pairs.rows().map(relative))
}

scorer! {
    numbers,
    /// −[`mean_absolute_percentage_error`] as a scorer; scikit-learn's `"neg_mean_absolute_percentage_error"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegMeanAbsolutePercentageError};
    /// assert_eq!(NegMeanAbsolutePercentageError.evaluate(&[2.0, 4.0], &[3.0, 4.0])?, -0.25);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegMeanAbsolutePercentageError, |y_true, y_pred| Ok(-mean_absolute_percentage_error(y_true, y_pred)?)
}
