//! The share of the absolute deviation that is explained.

use super::residuals::{Pairs, PowerSum, explained, finite};
use crate::data::{Sorted, Targets};
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// D² = 1 − Σ wᵢ |yᵢ − ŷᵢ| / Σ wᵢ |yᵢ − m|, with m the weighted median of the truth: what
/// [`r2_score`](super::r2_score) is for squares.
///
/// Where the truth is constant, perfect predictions score 1 and all others 0.
///
/// # Errors
/// Those of [`r2_score`](super::r2_score), also for fewer than two rows.
///
/// Reference: scikit-learn's `d2_absolute_error_score`.
///
/// ```
/// use certifit::metric::d2_absolute_error_score;
/// assert_eq!(d2_absolute_error_score(&[1.0, 2.0, 3.0], &[1.0, 2.5, 3.0])?, 0.75);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn d2_absolute_error_score<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    let pairs = Pairs::new(y_true, y_pred)?;
    if pairs.rows().nth(1).is_none() {
        return Err(Error::Unsupported {
            what: "D² of fewer than two rows",
            reason: "one row has no deviation to explain; score more rows at a time",
        });
    }
    let median = Sorted::new(pairs.truths().collect()).averaged_inverted_cdf(0.5);
    let errors = PowerSum::new(pairs.errors(), 1);
    let total = PowerSum::new(pairs.truths().map(|(weight, truth)| (weight, truth - median)), 1);
    finite("D²", errors.zip(total).map(|(errors, total)| explained(&errors, &total, 1)))
}

scorer! {
    numbers,
    /// [`d2_absolute_error_score`] as a scorer; scikit-learn's `"d2_absolute_error_score"`.
    ///
    /// ```
    /// use certifit::metric::{D2AbsoluteError, Metric};
    /// assert_eq!(D2AbsoluteError.evaluate(&[1.0, 3.0], &[2.0, 2.0])?, 0.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    D2AbsoluteError, d2_absolute_error_score
}
