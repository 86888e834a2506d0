//! Squared errors of logarithms.

use super::residuals::{Pairs, PowerSum, finite};
use crate::data::Targets;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// The weighted mean of (ln(1 + yᵢ) − ln(1 + ŷᵢ))²: for targets that grow exponentially.
///
/// # Errors
/// Those of [`mean_squared_error`](super::mean_squared_error), and [`Error::InvalidParameter`] for a truth or a
/// prediction of −1 or less.
///
/// Reference: scikit-learn's `mean_squared_log_error`.
///
/// ```
/// use certifit::metric::mean_squared_log_error;
/// let e = std::f64::consts::E;
/// assert!((mean_squared_log_error(&[0.0, e - 1.0], &[e - 1.0, 0.0])? - 1.0).abs() < 1e-15);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn mean_squared_log_error<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    let counts = |row| y_true.weight(row) > 0.0;
    check_above("y_true", y_true, counts)?;
    check_above("y_pred", y_pred, counts)?;
    let errors = pairs.rows().map(|(weight, truth, predicted)| (weight, truth.ln_1p() - predicted.ln_1p()));
    let mean = |squares: PowerSum| squares.sum / pairs.weight * squares.scale * squares.scale;
    finite("the mean squared log error", PowerSum::new(errors, 2).map(mean))
}

fn check_above<T>(name: &'static str, y: &T, counts: impl Fn(usize) -> bool) -> Result<()>
where
    T: Targets + ?Sized,
    T::Value: Scalar,
{
    let mut values = (0..y.n_rows()).filter(|&row| counts(row)).map(|row| (row, y.value(row).widen()));
    match values.find(|&(_, value)| value <= -1.0) {
        None => Ok(()),
        Some((row, value)) => Err(Error::InvalidParameter {
            name,
            value: format!("{value:?} at row {row}"),
            allowed: "above -1".into(),
        }),
    }
}

scorer! {
    numbers,
    /// −[`mean_squared_log_error`] as a scorer; scikit-learn's `"neg_mean_squared_log_error"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegMeanSquaredLogError};
    /// assert_eq!(NegMeanSquaredLogError.evaluate(&[1.0, 2.0], &[1.0, 2.0])?, 0.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegMeanSquaredLogError, |y_true, y_pred| Ok(-mean_squared_log_error(y_true, y_pred)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;

    #[test]
    fn rows_of_weight_zero_may_have_no_logarithm() -> Result<()> {
        let (truth, predicted) = ([1.0, -1.0, 3.0], [0.0, 2.0, -1.0]);
        assert!(matches!(
            mean_squared_log_error(&truth, &predicted),
            Err(Error::InvalidParameter { name: "y_true", .. })
        ));
        let found = mean_squared_log_error(&truth.weighted(&[2.0, 0.0, 0.0])?, &predicted)?;
        approx::assert_relative_eq!(found, 2f64.ln().powi(2), max_relative = 1e-15);
        Ok(())
    }
}
