//! The worst error.

use super::residuals::{Pairs, finite};
use crate::data::Targets;
use crate::error::Result;
use crate::scalar::Scalar;

/// The largest absolute error max |yᵢ − ŷᵢ| of the rows whose weight is positive.
///
/// # Errors
/// Those of [`mean_absolute_error`](super::mean_absolute_error).
///
/// Reference: scikit-learn's `max_error`, which knows no weights.
///
/// ```
/// use certifit::metric::max_error;
/// assert_eq!(max_error(&[3.0, 2.0, 7.0], &[2.5, 2.0, 9.0])?, 2.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn max_error<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    let largest = pairs.errors().fold(0.0, |largest: f64, (_, error)| largest.max(error.abs()));
    finite("the largest error", Some(largest))
}

scorer! {
    numbers,
    /// −[`max_error`] as a scorer; scikit-learn's `"neg_max_error"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegMaxError};
    /// assert_eq!(NegMaxError.evaluate(&[1.0, 2.0], &[1.5, 2.0])?, -0.5);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegMaxError, |y_true, y_pred| Ok(-max_error(y_true, y_pred)?)
}
