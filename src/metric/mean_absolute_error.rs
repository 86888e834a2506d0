//! Absolute errors.

use super::residuals::{Pairs, mean_absolute};
use crate::data::Targets;
use crate::error::Result;
use crate::scalar::Scalar;

/// The weighted mean of the absolute errors: Σ wᵢ |yᵢ − ŷᵢ| / Σ wᵢ.
///
/// Truth and predictions may be `f32` or `f64` each; the sum runs in `f64`.
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those of
/// [`check_weights`](crate::data::check_weights); [`Error::NonFinite`](crate::Error::NonFinite) for NaN and
/// infinities in either; [`Error::Overflow`](crate::Error::Overflow) if an error is too large.
///
/// Reference: scikit-learn's `mean_absolute_error`.
///
/// ```
/// use certifit::prelude::*;
/// assert_eq!(mean_absolute_error(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0])?, 0.5);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn mean_absolute_error<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    mean_absolute("the mean absolute error", pairs.weight, pairs.errors())
}

scorer! {
    numbers,
    /// −[`mean_absolute_error`] as a scorer; scikit-learn's `"neg_mean_absolute_error"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegMeanAbsoluteError};
    /// assert_eq!(NegMeanAbsoluteError.evaluate(&[1.0, 2.0], &[1.0, 4.0])?, -1.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegMeanAbsoluteError, |y_true, y_pred| Ok(-mean_absolute_error(y_true, y_pred)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn what_is_too_large_is_an_error_and_no_infinity() -> Result<()> {
        let overflow = Error::Overflow { what: "the mean absolute error", column: None };
        assert_eq!(mean_absolute_error(&[-f64::MAX, 0.0], &[f64::MAX, 0.0]), Err(overflow));
        assert_eq!(mean_absolute_error(&[0.0; 4], &[f64::MAX; 4])?, f64::MAX);
        Ok(())
    }
}
