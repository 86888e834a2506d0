//! How far decision values are on the wrong side of the margin.

use super::ClassValues;
use super::judged::Judged;
use super::residuals::mean_absolute;
use crate::data::{Label, Targets};
use crate::error::Result;

/// The weighted mean of max(0, 1 − mᵢ). Of two classes with one value fᵢ a row the margin mᵢ is fᵢ for the second class
/// and −fᵢ for the first; of one column a class it is the value of the true class less the largest of the others.
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those of
/// [`check_weights`](crate::data::check_weights); [`Error::NonFinite`](crate::Error::NonFinite) for values that are not
/// finite; [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a truth of one class (which scikit-learn takes
/// for the first of two, whatever it is) and for columns that are not one a class;
/// [`Error::UnknownLabel`](crate::Error::UnknownLabel) for a label without a column;
/// [`Error::Overflow`](crate::Error::Overflow).
///
/// Reference: scikit-learn's `hinge_loss`; Crammer and Singer, "On the algorithmic implementation of multiclass
/// kernel-based vector machines", 2001.
///
/// ```
/// use certifit::metric::hinge_loss;
/// assert_eq!(hinge_loss(&["no", "yes", "yes"], &[-2.0, 0.5, -1.0])?, (0.0 + 0.5 + 2.0) / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn hinge_loss<T, S>(y_true: &T, pred_decision: &S) -> Result<f64>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    let judged = Judged::scores(y_true, pred_decision)?;
    let n_classes = judged.classes.len();
    let losses = judged.rows.iter().map(|&row| {
        let value = |class| judged.value(row, class, |second| -second);
        let others = (0..n_classes).filter(|&class| class != row.class).map(value);
        let margin = if judged.is_single_column() {
            value(row.class)
        } else {
            value(row.class) - others.fold(f64::NEG_INFINITY, f64::max)
        };
        (row.weight, (1.0 - margin).max(0.0))
    });
    mean_absolute("the hinge loss", judged.weight, losses)
}

scorer! {
    Decisions,
    /// −[`hinge_loss`] of decision values as a scorer.
    ///
    /// ```
    /// use certifit::metric::{Metric, NegHingeLoss};
    /// assert_eq!(NegHingeLoss.evaluate(&[0, 1], &[-1.0, 0.5])?, -0.25);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    NegHingeLoss, |y_true, y_score| Ok(-hinge_loss(y_true, y_score)?)
}
