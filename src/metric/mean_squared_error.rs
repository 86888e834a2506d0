//! Squared errors.

use super::residuals::{Pairs, PowerSum, finite};
use crate::data::Targets;
use crate::error::Result;
use crate::scalar::Scalar;

/// The weighted mean of the squared errors: Σ wᵢ (yᵢ − ŷᵢ)² / Σ wᵢ.
///
/// Truth and predictions may be `f32` or `f64` each; the sum runs in `f64`.
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those of
/// [`check_weights`](crate::data::check_weights); [`Error::NonFinite`](crate::Error::NonFinite) for NaN and
/// infinities in either; [`Error::Overflow`](crate::Error::Overflow) if the result is too large.
///
/// Reference: scikit-learn's `mean_squared_error`.
///
/// ```
/// use certifit::prelude::*;
/// assert_eq!(mean_squared_error(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0])?, 0.375);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn mean_squared_error<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    let squares = PowerSum::new(pairs.errors(), 2);
    let mean = |squares: PowerSum| squares.sum / pairs.weight * squares.scale * squares.scale;
    finite("the mean squared error", squares.map(mean))
}

/// The square root of the [`mean_squared_error`].
///
/// It is right also where the mean of the squares is too large or too small for a float.
///
/// # Errors
/// Those of [`mean_squared_error`].
///
/// Reference: scikit-learn's `root_mean_squared_error`.
///
/// ```
/// use certifit::prelude::*;
/// assert_eq!(root_mean_squared_error(&[0.0, 0.0], &[3.0, -3.0])?, 3.0);
/// assert_eq!(root_mean_squared_error(&[0.0], &[2f64.powi(700)])?, 2f64.powi(700));
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn root_mean_squared_error<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    let squares = PowerSum::new(pairs.errors(), 2);
    let root = |squares: PowerSum| (squares.sum / pairs.weight).sqrt() * squares.scale;
    finite("the root mean squared error", squares.map(root))
}

scorer! {
    numbers,
    /// −[`mean_squared_error`] as a scorer; scikit-learn's `"neg_mean_squared_error"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegMeanSquaredError};
    /// assert_eq!(NegMeanSquaredError.evaluate(&[1.0, 2.0], &[1.0, 4.0])?, -2.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegMeanSquaredError, |y_true, y_pred| Ok(-mean_squared_error(y_true, y_pred)?)
}

scorer! {
    numbers,
    /// −[`root_mean_squared_error`] as a scorer; scikit-learn's `"neg_root_mean_squared_error"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegRootMeanSquaredError};
    /// assert_eq!(NegRootMeanSquaredError.evaluate(&[1.0f32, 2.0], &[3.0, 4.0])?, -2.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegRootMeanSquaredError, |y_true, y_pred| Ok(-root_mean_squared_error(y_true, y_pred)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;
    use crate::error::Error;
    use approx::assert_relative_eq;

    #[test]
    fn what_is_too_large_is_an_error_and_no_infinity() -> Result<()> {
        let overflow = |result| matches!(result, Err(Error::Overflow { column: None, .. }));
        assert!(overflow(mean_squared_error(&[0.0, 0.0], &[1e160, 0.0])));
        assert!(overflow(root_mean_squared_error(&[-f64::MAX], &[f64::MAX])));
        let rmse = root_mean_squared_error(&[0.0, 0.0, 0.0], &[3e200, 4e200, 12e200])?;
        assert_relative_eq!(rmse, 13e200 / 3f64.sqrt(), max_relative = 1e-15);
        let tiny = root_mean_squared_error(&[0.0, 0.0], &[6e-200, 8e-200])?;
        assert_relative_eq!(tiny, 10e-200 / 2f64.sqrt(), max_relative = 1e-15);
        assert_eq!(root_mean_squared_error(&[0.0], &[5e-324])?, 5e-324);
        Ok(())
    }

    #[test]
    fn what_is_not_finite_is_named() -> Result<()> {
        let at = |what, row, value| Error::NonFinite { what, row, column: None, value };
        let inf = f64::INFINITY;
        assert_eq!(mean_squared_error(&[0.0, inf], &[f64::NAN, 0.0]), Err(at("y_true", 1, inf)));
        assert_eq!(mean_squared_error(&[0.0, 1.0], &[-inf, 0.0]), Err(at("y_pred", 0, -inf)));
        let y = [0.0, 1.0];
        let y = y.weighted(&[0.0, 1.0])?; // a weight of zero excuses nothing
        assert_eq!(mean_squared_error(&y, &[inf, 0.0]), Err(at("y_pred", 0, inf)));
        Ok(())
    }
}
