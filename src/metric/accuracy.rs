//! The share of right answers.

use super::labels::{check_pair, counted};
use crate::data::{Label, Targets};
use crate::error::Result;

/// The weighted share of rows that are predicted right: Σ wᵢ [ŷᵢ = yᵢ] / Σ wᵢ.
///
/// Floats are no labels, and are refused before the program runs; [`mean_squared_error`](super::mean_squared_error)
/// and its like judge them:
///
/// ```compile_fail
/// let _ = certifit::metric::accuracy_score(&[0.5, 1.5], &[0.5, 1.4]);
/// ```
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), and those
/// of [`check_weights`](crate::data::check_weights).
///
/// Reference: scikit-learn's `accuracy_score`.
///
/// ```
/// use certifit::prelude::*;
/// let truth = ["cat", "dog", "dog", "cat"];
/// assert_eq!(accuracy_score(&truth, &["cat", "dog", "cat", "cat"])?, 0.75);
/// assert_eq!(accuracy_score(&truth.weighted(&[1.0, 1.0, 0.0, 1.0])?, &["cat", "dog", "cat", "cat"])?, 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn accuracy_score<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    let (right, wrong) = right_and_wrong(y_true, y_pred)?;
    Ok(right / (right + wrong))
}

/// The weighted number of rows that are predicted right: Σ wᵢ [ŷᵢ = yᵢ].
///
/// # Errors
/// Those of [`accuracy_score`].
///
/// Reference: scikit-learn's `accuracy_score` with `normalize=False`.
///
/// ```
/// use certifit::metric::accuracy_count;
/// assert_eq!(accuracy_count(&[1, 2, 3, 1], &[1, 2, 2, 1])?, 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn accuracy_count<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    Ok(right_and_wrong(y_true, y_pred)?.0)
}

/// The weighted share of rows that are predicted wrong: 1 − [`accuracy_score`].
///
/// # Errors
/// Those of [`accuracy_score`].
///
/// Reference: scikit-learn's `zero_one_loss`.
///
/// ```
/// use certifit::metric::zero_one_loss;
/// assert_eq!(zero_one_loss(&[1, 2, 3, 1], &[1, 2, 2, 1])?, 0.25);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn zero_one_loss<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    let (right, wrong) = right_and_wrong(y_true, y_pred)?;
    Ok(wrong / (right + wrong))
}

scorer! {
    labels,
    /// [`accuracy_score`] as a scorer; scikit-learn's `"accuracy"`.
    ///
    /// ```
    /// use certifit::metric::{Accuracy, Metric};
    /// assert_eq!(Accuracy.evaluate(&[true, false], &[true, true])?, 0.5);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    Accuracy, accuracy_score
}

fn right_and_wrong<T, P>(y_true: &T, y_pred: &P) -> Result<(f64, f64)>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    check_pair(y_true, y_pred)?;
    let (mut right, mut wrong) = (0.0, 0.0);
    for (truth, predicted, weight) in counted(y_true, y_pred) {
        *(if truth == predicted { &mut right } else { &mut wrong }) += weight;
    }
    Ok((right, wrong))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;
    use crate::error::Error;

    #[test]
    fn misuse_is_told_apart() -> Result<()> {
        let none: [i32; 0] = [];
        assert_eq!(accuracy_score(&none, &none), Err(Error::Empty { what: "y_true", axis: "rows" }));
        let mismatch = Error::LengthMismatch { what: "y_pred", expected: 2, found: 1 };
        assert_eq!(accuracy_score(&[1, 2], &[1]), Err(mismatch));
        let y = [1, 2];
        let y = y.weighted(&[0.0, 1.0])?;
        assert!(matches!(
            accuracy_score(&crate::data::Rows::take(&y, &[0]), &[1]),
            Err(Error::InvalidWeight { row: 0, .. })
        ));
        Ok(())
    }

    #[test]
    fn weights_of_the_predictions_are_ignored() -> Result<()> {
        let predicted = ['a', 'b', 'b'];
        assert_eq!(accuracy_score(&['a', 'a', 'b'], &predicted.weighted(&[0.0, 9.0, 0.0])?)?, 2.0 / 3.0);
        Ok(())
    }
}
