//! The error that half of the rows do not exceed.

use super::residuals::{Pairs, finite};
use crate::data::{Sorted, Targets};
use crate::error::Result;
use crate::scalar::Scalar;

/// The weighted median of the absolute errors |yᵢ − ŷᵢ|: of outliers it sees only that they are there.
///
/// # Errors
/// Those of [`mean_absolute_error`](super::mean_absolute_error).
///
/// Reference: scikit-learn's `median_absolute_error`.
///
/// ```
/// use certifit::metric::median_absolute_error;
/// assert_eq!(median_absolute_error(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 800.0])?, 0.5);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn median_absolute_error<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let errors = Pairs::new(y_true, y_pred)?;
    let median = Sorted::new(errors.errors().map(|(weight, error)| (weight, error.abs())).collect())
        .averaged_inverted_cdf(0.5);
    finite("the median absolute error", Some(median))
}

scorer! {
    numbers,
    /// −[`median_absolute_error`] as a scorer; scikit-learn's `"neg_median_absolute_error"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegMedianAbsoluteError};
    /// assert_eq!(NegMedianAbsoluteError.evaluate(&[1.0, 2.0, 3.0], &[1.5, 2.0, 9.0])?, -0.5);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegMedianAbsoluteError, |y_true, y_pred| Ok(-median_absolute_error(y_true, y_pred)?)
}
