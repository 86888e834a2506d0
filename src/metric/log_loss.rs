//! How surprising the truth is to who believes the probabilities.

use super::ClassValues;
use super::judged::Judged;
use super::residuals::{finite, mean_absolute};
use crate::data::{Label, Targets};
use crate::error::Result;

/// The weighted mean of −ln pᵢ, with pᵢ the probability that row i was given of its true class.
///
/// Also called cross-entropy, and for two classes logistic loss. Probabilities are held at least ε away from 0 and 1,
/// with ε the machine epsilon of their type, so that the loss is finite.
///
/// | argument | values |
/// |---|---|
/// | `y_prob` | probabilities, see [`ClassValues`]: of the second of two classes, or one column a class |
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those of
/// [`check_weights`](crate::data::check_weights); [`Error::NonFinite`](crate::Error::NonFinite);
/// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for numbers outside of [0, 1], for rows that do not sum to
/// 1 within √ε (scikit-learn warns), for a truth of one class, and for columns that are not one a class;
/// [`Error::UnknownLabel`](crate::Error::UnknownLabel) for a label without a column.
///
/// Reference: scikit-learn's `log_loss`.
///
/// ```
/// use certifit::metric::log_loss;
/// let loss = log_loss(&["ham", "spam"], &[0.5, 0.5])?;
/// assert_eq!(loss, 2f64.ln());
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn log_loss<T, S>(y_true: &T, y_prob: &S) -> Result<f64>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    let judged = Judged::probabilities(y_true, y_prob)?;
    mean_absolute("the log loss", judged.weight, losses(&judged))
}

/// The weighted sum of −ln pᵢ; scikit-learn's `log_loss` with `normalize=False`.
///
/// # Errors
/// Those of [`log_loss`].
///
/// ```
/// use certifit::metric::log_loss_sum;
/// assert_eq!(log_loss_sum(&["ham", "spam"], &[0.5, 0.5])?, 2.0 * 2f64.ln());
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn log_loss_sum<T, S>(y_true: &T, y_prob: &S) -> Result<f64>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    let judged = Judged::probabilities(y_true, y_prob)?;
    finite("the log loss", Some(losses(&judged).map(|(weight, loss)| weight * loss).sum()))
}

fn losses<S, L>(judged: &Judged<S, L>) -> impl Iterator<Item = (f64, f64)> + Clone
where
    S: ClassValues<L> + ?Sized,
    L: Label,
{
    let epsilon = judged.epsilon();
    judged.rows.iter().map(move |&row| {
        let probability = judged.value(row, row.class, |second| 1.0 - second);
        (row.weight, -probability.clamp(epsilon, 1.0 - epsilon).ln())
    })
}

scorer! {
    Probabilities,
    /// −[`log_loss`] as a scorer; scikit-learn's `"neg_log_loss"`.
    ///
    /// ```
    /// use certifit::metric::NegLogLoss;
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let model = StandardScaler::new().then(LogisticRegression::new());
    /// let scores = cross_val_score(&model, &data.features, &data.target, &StratifiedKFold::new(3), &NegLogLoss)?;
    /// assert!(scores.mean() > -0.12);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    ///
    /// A model without probabilities does not compile:
    ///
    /// ```compile_fail,E0277
    /// use certifit::metric::NegLogLoss;
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let model = StandardScaler::new().then(LinearSVC::new()); // its decision values are no log-odds
    /// let _ = cross_val_score(&model, &data.features, &data.target, &StratifiedKFold::new(3), &NegLogLoss);
    /// ```
    NegLogLoss, |y_true, y_prob| Ok(-log_loss(y_true, y_prob)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use ndarray::array;

    #[test]
    fn certainty_that_is_wrong_costs_much_but_not_all() -> Result<()> {
        assert_eq!(log_loss(&[0, 1], &[0.0, 0.0])?, (-f64::EPSILON.ln() - (1.0 - f64::EPSILON).ln()) / 2.0);
        let narrow = log_loss(&[0, 1], &[1.0f32, 1.0])?;
        approx::assert_relative_eq!(narrow, -f64::from(f32::EPSILON).ln() / 2.0, max_relative = 1e-7);
        Ok(())
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        let refused = |result| matches!(result, Err(Error::InvalidParameter { name: "y_prob", .. }));
        assert!(refused(log_loss(&[0, 1], &[0.5, 1.5])));
        assert!(refused(log_loss(&[0, 1], &[0.5, -1e-300])));
        assert!(refused(log_loss(&[0, 1], &array![[0.5, 0.5], [0.5, 0.4]])));
    }
}
