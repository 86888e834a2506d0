//! The coefficient of determination.

use super::residuals::{Pairs, PowerSum, deviations, explained, finite};
use crate::data::Targets;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// The share of the variance that is explained: R² = 1 − Σ wᵢ (yᵢ − ŷᵢ)² / Σ wᵢ (yᵢ − ȳ)², with ȳ the weighted
/// mean of the truth.
///
/// 1 is perfect, 0 is as good as predicting the mean, and worse has no bound. A constant truth has no variance:
/// there, as in scikit-learn (`force_finite=True`), perfect predictions score 1 and all others 0. Truth and
/// predictions may be `f32` or `f64` each; the sums run in `f64`.
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::Empty`], those of [`check_weights`](crate::data::check_weights);
/// [`Error::NonFinite`] for NaN and infinities in either; [`Error::Unsupported`] for fewer than two rows of
/// positive weight, where scikit-learn warns and returns NaN; [`Error::Overflow`] if the result is too large.
///
/// Reference: scikit-learn's `r2_score`.
///
/// ```
/// use certifit::prelude::*;
/// assert_eq!(r2_score(&[1.0, 2.0, 3.0, 6.0], &[2.0, 2.0, 3.0, 5.0])?, 1.0 - 2.0 / 14.0);
/// assert_eq!(r2_score(&[2.0, 2.0], &[2.0, 3.0])?, 0.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn r2_score<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    if pairs.rows().nth(1).is_none() {
        return Err(Error::Unsupported {
            what: "R² of fewer than two rows",
            reason: "one row has no variance to explain; score more rows at a time",
        });
    }
    let errors = PowerSum::new(pairs.errors(), 2);
    let total = PowerSum::new(deviations(pairs.weight, pairs.truths()), 2);
    finite("R²", errors.zip(total).map(|(errors, total)| explained(&errors, &total, 2)))
}

scorer! {
    numbers,
    /// [`r2_score`] as a scorer; scikit-learn's `"r2"`.
    ///
    /// ```
    /// use certifit::metric::{Metric, R2};
    /// assert_eq!(R2.evaluate(&[1.0, 3.0], &[2.0, 2.0])?, 0.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    R2, r2_score
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;
    use approx::assert_relative_eq;

    #[test]
    fn a_constant_is_known_as_one_whatever_its_value() -> Result<()> {
        for constant in [0.1, 1e-300, 1e300, -7.7, 1.0 / 3.0] {
            let y = [constant; 7];
            assert_eq!(r2_score(&y, &y)?, 1.0);
            assert_eq!(r2_score(&y.weighted(&[0.1, 0.7, 3.0, 1.0, 0.0, 9.9, 1e-9])?, &[0.5; 7])?, 0.0);
        }
        Ok(())
    }

    #[test]
    fn units_do_not_matter() -> Result<()> {
        let (truth, predicted) = ([1.0, 2.0, 4.0, 3.0], [1.5, 2.0, 3.0, 3.0]);
        for unit in [1e-320, 1e-200, 1.0, 1e200, 1e307] {
            let tolerance = if unit < 1e-300 { 1e-3 } else { 1e-13 };
            let found = r2_score(&truth.map(|y| y * unit), &predicted.map(|y| y * unit))?;
            assert_relative_eq!(found, 0.75, max_relative = tolerance);
        }
        let far = r2_score(&truth.map(|y| y + 1e9), &predicted.map(|y| y + 1e9))?;
        assert_relative_eq!(far, 0.75, max_relative = 1e-13);
        Ok(())
    }

    #[test]
    fn what_has_no_answer_is_an_error() -> Result<()> {
        assert!(matches!(r2_score(&[1.0], &[1.0]), Err(Error::Unsupported { .. })));
        let y = [1.0, 2.0];
        assert!(matches!(r2_score(&y.weighted(&[0.0, 1.0])?, &y), Err(Error::Unsupported { .. })));
        let overflow = |result| matches!(result, Err(Error::Overflow { .. }));
        assert!(overflow(r2_score(&[0.0, 1.0], &[0.0, 1e200])));
        assert!(overflow(r2_score(&[-f64::MAX, f64::MAX], &[0.0, 0.0])));
        Ok(())
    }
}
