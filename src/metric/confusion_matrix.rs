//! Who is taken for whom.

use super::labels::{check_pair, counted, positions, present_labels};
use super::text::{decimals, label_text, right, widest};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};
use ndarray::Array2;
use std::fmt;

/// How often rows of each class are predicted as each class: row = truth, column = prediction.
///
/// Made by [`confusion_matrix`] or, with chosen labels, by [`ConfusionMatrix::with_labels`]. `Display` prints
/// it as a table, counts that are whole numbers without decimals, others with 3 or with the precision asked
/// for (`{:.1}`).
#[derive(Debug, Clone, PartialEq)]
pub struct ConfusionMatrix<L> {
    labels: Vec<L>,
    counts: Array2<f64>,
}

/// What the entries of a confusion matrix are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Normalize {
    /// The sum of their row: of each class, which share is predicted as what.
    True,
    /// The sum of their column: of each prediction, which share is what in truth.
    Pred,
    /// The sum of all entries.
    All,
}

/// The weighted number of rows of each class that are predicted as each class.
///
/// Classes are the labels that occur in the truth or in the predictions, ascending.
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::Empty`], those of [`check_weights`](crate::data::check_weights);
/// [`Error::Unsupported`] where there are so many classes that a matrix of them does not fit into memory.
/// Takes O(n log k + k²) for n rows and k classes.
///
/// Reference: scikit-learn's `confusion_matrix`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let matrix = confusion_matrix(&["cat", "ant", "cat", "bird"], &["cat", "ant", "ant", "bird"])?;
/// assert_eq!(matrix.labels(), ["ant", "bird", "cat"]);
/// assert_eq!(matrix.counts(), array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]);
/// assert_eq!(matrix.to_string(), "\
/// true \\ predicted   ant  bird   cat
///              ant     1     0     0
///             bird     0     1     0
///              cat     1     0     1
/// ");
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn confusion_matrix<T, P>(y_true: &T, y_pred: &P) -> Result<ConfusionMatrix<T::Value>>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    check_pair(y_true, y_pred)?;
    let labels = present_labels(y_true, y_pred);
    ConfusionMatrix::count(y_true, y_pred, labels)
}

impl<L: Label> ConfusionMatrix<L> {
    /// The matrix of these labels, in this order; rows whose truth or prediction is another label are left out.
    /// scikit-learn's `labels`.
    ///
    /// # Errors
    /// Those of [`confusion_matrix`], and [`Error::InvalidParameter`] if there is no label, the same one twice,
    /// or none of them in the truth.
    ///
    /// ```
    /// use certifit::metric::ConfusionMatrix;
    /// let matrix = ConfusionMatrix::with_labels(&[1, 2, 3, 1], &[1, 3, 3, 3], [3, 1])?;
    /// assert_eq!(matrix.counts(), ndarray::array![[1.0, 0.0], [1.0, 1.0]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn with_labels<T, P>(y_true: &T, y_pred: &P, labels: impl IntoIterator<Item = L>) -> Result<Self>
    where
        T: Targets<Value = L> + ?Sized,
        P: Targets<Value = L> + ?Sized,
    {
        check_pair(y_true, y_pred)?;
        let labels: Vec<L> = labels.into_iter().collect();
        let chosen = positions(&labels)?;
        if !counted(y_true, y_pred).any(|(truth, _, _)| chosen.contains_key(truth)) {
            return Err(Error::invalid_parameter("labels", &labels, "at least one label of the truth"));
        }
        Self::count(y_true, y_pred, labels)
    }

    fn count<T, P>(y_true: &T, y_pred: &P, labels: Vec<L>) -> Result<Self>
    where
        T: Targets<Value = L> + ?Sized,
        P: Targets<Value = L> + ?Sized,
    {
        let mut counts = zeros(labels.len())?;
        let position = positions(&labels)?;
        for (truth, predicted, weight) in counted(y_true, y_pred) {
            if let (Some(&row), Some(&column)) = (position.get(truth), position.get(predicted)) {
                counts[[row, column]] += weight;
            }
        }
        Ok(Self { labels, counts })
    }

    /// The classes, in the order of rows and columns.
    pub fn labels(&self) -> &[L] {
        &self.labels
    }

    /// The counts, or the shares after [`normalize`](Self::normalize): row = truth, column = prediction.
    pub fn counts(&self) -> &Array2<f64> {
        &self.counts
    }

    /// The entry for rows of class `truth` that are predicted as `predicted`; `None` for an unknown label.
    pub fn get(&self, truth: &L, predicted: &L) -> Option<f64> {
        let position = |of: &L| self.labels.iter().position(|label| label == of);
        self.counts.get([position(truth)?, position(predicted)?]).copied()
    }

    /// The matrix of shares; 0 where the sum to be divided by is 0.
    ///
    /// ```
    /// use certifit::metric::{Normalize, confusion_matrix};
    /// let shares = confusion_matrix(&[0, 0, 0, 1], &[0, 0, 1, 1])?.normalize(Normalize::Pred);
    /// assert_eq!(shares.counts(), ndarray::array![[1.0, 0.5], [0.0, 0.5]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    #[must_use]
    pub fn normalize(mut self, by: Normalize) -> Self {
        let divide = |value: &mut f64, sum: f64| *value = if sum > 0.0 { *value / sum } else { 0.0 };
        match by {
            Normalize::True => self.counts.rows_mut().into_iter().for_each(|mut row| {
                let sum = row.sum();
                row.iter_mut().for_each(|value| divide(value, sum));
            }),
            Normalize::Pred => self.counts.columns_mut().into_iter().for_each(|mut column| {
                let sum = column.sum();
                column.iter_mut().for_each(|value| divide(value, sum));
            }),
            Normalize::All => {
                let sum = self.counts.sum();
                self.counts.iter_mut().for_each(|value| divide(value, sum));
            }
        }
        self
    }
}

/// k × k zeros, or an error: with a label of its own for every row, k² numbers may well be too many.
fn zeros(k: usize) -> Result<Array2<f64>> {
    let too_many = Error::Unsupported {
        what: "a confusion matrix of so many classes",
        reason: "it does not fit into memory; choose some labels",
    };
    let Some(n) = k.checked_mul(k) else { return Err(too_many) };
    let mut values: Vec<f64> = Vec::new();
    if values.try_reserve_exact(n).is_err() {
        return Err(too_many);
    }
    values.resize(n, 0.0);
    Array2::from_shape_vec((k, k), values).map_err(|_| too_many)
}

impl<L: Label> fmt::Display for ConfusionMatrix<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CORNER: &str = "true \\ predicted";
        let whole = self.counts.iter().all(|value| value.fract() == 0.0);
        let digits = f.precision().unwrap_or(if whole { 0 } else { 3 });
        let labels: Vec<String> = self.labels.iter().map(label_text).collect();
        let cells = self.counts.mapv(|value| decimals(value, digits));
        let head = widest(&labels).max(CORNER.len());
        let width = widest(labels.iter().chain(&cells)).max(4);

        write!(f, "{}", right(CORNER, head))?;
        labels.iter().try_for_each(|label| write!(f, "  {}", right(label, width)))?;
        writeln!(f)?;
        for (label, row) in labels.iter().zip(cells.rows()) {
            write!(f, "{}", right(label, head))?;
            row.iter().try_for_each(|cell| write!(f, "  {}", right(cell, width)))?;
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;

    #[test]
    fn chosen_labels_must_be_there() {
        let chosen = |labels: &[i32]| ConfusionMatrix::with_labels(&[1, 2], &[1, 3], labels.to_vec());
        let refused = |result| matches!(result, Err(Error::InvalidParameter { name: "labels", .. }));
        assert!(refused(chosen(&[])));
        assert!(refused(chosen(&[1, 1])));
        assert!(refused(chosen(&[3, 4]))); // 3 is predicted, but not true
        assert!(chosen(&[4, 1]).is_ok());
    }

    #[test]
    fn weights_print_with_decimals() -> Result<()> {
        let truth = [false, true];
        let matrix = confusion_matrix(&truth.weighted(&[0.5, 1.25])?, &[true, true])?;
        assert_eq!(matrix.get(&false, &true), Some(0.5));
        assert_eq!(matrix.get(&true, &false), Some(0.0));
        let expected = "true \\ predicted  false   true\n           false   0.00   0.50\n            true   0.00   1.25\n";
        assert_eq!(format!("{matrix:.2}"), expected);
        Ok(())
    }

    #[test]
    fn too_many_classes_are_an_error() {
        assert!(matches!(zeros(usize::MAX), Err(Error::Unsupported { .. })));
        assert!(matches!(zeros(1 << 31), Err(Error::Unsupported { .. })));
    }
}
