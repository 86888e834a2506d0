//! The share of rows whose class is among the best ones.

use super::judged::Judged;
use super::{ClassValues, Metric};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};

/// The weighted share of rows whose true class is among the `k` classes with the largest values.
///
/// Of equal values that of the later class counts as the larger, as in scikit-learn. Two classes with a single
/// value a row: for `k` = 1 the row is of the second class where the value is above 0, or above ½ if all values lie
/// between 0 and 1. From `k` = number of classes on, the score is 1.
///
/// | argument | values |
/// |---|---|
/// | `y_score` | decision values or probabilities, see [`ClassValues`] |
/// | `k` | 1 or more; scikit-learn's default is 2 |
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::Empty`], those of [`check_weights`](crate::data::check_weights);
/// [`Error::NonFinite`] for values that are not finite; [`Error::InvalidParameter`] for `k` = 0, for a truth of one
/// class and for columns that are not one a class; [`Error::UnknownLabel`] for a label without a column.
///
/// Reference: scikit-learn's `top_k_accuracy_score`.
///
/// ```
/// use certifit::metric::top_k_accuracy_score;
/// let scores = ndarray::array![[0.5, 0.2, 0.3], [0.1, 0.2, 0.7], [0.4, 0.5, 0.1]];
/// assert_eq!(top_k_accuracy_score(&["a", "b", "c"], &scores, 1)?, 1.0 / 3.0);
/// assert_eq!(top_k_accuracy_score(&["a", "b", "c"], &scores, 2)?, 2.0 / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn top_k_accuracy_score<T, S>(y_true: &T, y_score: &S, k: usize) -> Result<f64>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    if k == 0 {
        return Err(Error::invalid_parameter("k", k, "at least 1"));
    }
    let judged = Judged::scores(y_true, y_score)?;
    let n_classes = judged.classes.len();
    // A single value v stands for the pair (border, v), in which equal values are of the first class.
    let single = judged.is_single_column();
    let border = if judged.within_0_and_1() { 0.5 } else { 0.0 };
    let mut hits = 0.0;
    for &row in &judged.rows {
        let value = |class| judged.value(row, class, |_| border);
        let own = value(row.class);
        let is_better = |other: usize| {
            let later = if single { other < row.class } else { other > row.class };
            value(other) > own || value(other) == own && later
        };
        if (0..n_classes).filter(|&other| is_better(other)).count() < k {
            hits += row.weight;
        }
    }
    Ok(hits / judged.weight)
}

/// [`top_k_accuracy_score`] of decision values as a scorer; scikit-learn's `"top_k_accuracy"`.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `k` | 2 | 1 or more |
///
/// ```
/// use certifit::metric::TopKAccuracy;
/// use certifit::prelude::*;
/// let (data, model) = (datasets::iris(), StandardScaler::new().then(LinearSVC::new()));
/// let scores = cross_val_score(
///     &model, &data.features, &data.target, &StratifiedKFold::new(5), &TopKAccuracy::new(2),
/// )?;
/// assert_eq!(scores.mean(), 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopKAccuracy {
    k: usize,
}

impl TopKAccuracy {
    /// The best `k` classes count.
    pub fn new(k: usize) -> Self {
        Self { k }
    }
}

impl Default for TopKAccuracy {
    fn default() -> Self {
        Self::new(2)
    }
}

impl<T, S> Metric<T, S> for TopKAccuracy
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    fn evaluate(&self, y_true: &T, y_score: &S) -> Result<f64> {
        top_k_accuracy_score(y_true, y_score, self.k)
    }
}

scores!(TopKAccuracy, on Decisions);

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn of_equal_values_the_later_class_is_the_larger() -> Result<()> {
        let tied = array![[1.0, 1.0, 0.0]];
        let of = |label, k| {
            let classes = crate::metric::OfClasses::new(tied.view(), [0, 1, 2]);
            top_k_accuracy_score(&[label], &classes, k)
        };
        assert_eq!((of(0, 1)?, of(1, 1)?, of(0, 2)?, of(2, 2)?), (0.0, 1.0, 1.0, 0.0));
        Ok(())
    }

    #[test]
    fn a_single_value_has_a_border() -> Result<()> {
        let y = [0, 1, 0, 1];
        assert_eq!(top_k_accuracy_score(&y, &[-1.0, 0.2, 0.0, 0.0], 1)?, 0.75);
        assert_eq!(top_k_accuracy_score(&y, &[0.1, 0.2, 0.5, 0.6], 1)?, 0.75);
        assert_eq!(top_k_accuracy_score(&y, &[1.0, -1.0, 1.0, -1.0], 2)?, 1.0);
        assert!(matches!(
            top_k_accuracy_score(&y, &[0.0; 4], 0),
            Err(Error::InvalidParameter { name: "k", .. })
        ));
        Ok(())
    }
}
