//! Labels as numbers.

use crate::data::{Classes, Label, Targets, Weights};
use crate::error::{Error, Result};
use crate::estimator::{Classifier, Estimator, Transformer};
use ndarray::Array1;

/// Numbers the labels of a target: 0, 1, … in their order.
///
/// Classifiers of this crate take labels of any type, and have no need of it; programs may that want numbers. For
/// columns of features see [`OrdinalEncoder`](super::OrdinalEncoder).
///
/// # Errors
/// `fit` answers [`Error::Empty`] for a target without rows.
///
/// Reference: `sklearn.preprocessing.LabelEncoder`.
///
/// ```
/// use certifit::prelude::*;
///
/// let encoder = LabelEncoder::new().fit(&["b", "a", "c", "a"], &())?;
/// assert_eq!(encoder.classes(), ["a", "b", "c"]);
/// assert_eq!(encoder.transform(&["c", "a"])?.to_vec(), [2, 0]);
/// assert_eq!(encoder.inverse_transform(&[2, 0])?.to_vec(), ["c", "a"]);
/// assert!(encoder.transform(&["d"]).is_err());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LabelEncoder {}

impl LabelEncoder {
    /// There is nothing to set.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<T: Targets + ?Sized, W: Weights + ?Sized> Estimator<T, W> for LabelEncoder
where
    T::Value: Label,
{
    type Fitted = FittedLabelEncoder<T::Value>;
    fn fit(&self, labels: &T, _: &W) -> Result<Self::Fitted> {
        match Classes::of(labels).into_parts() {
            (classes, _) if classes.is_empty() => Err(Error::Empty { what: "y", axis: "rows" }),
            (classes, _) => Ok(FittedLabelEncoder { classes }),
        }
    }
}

/// What [`LabelEncoder`] learns: the labels, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FittedLabelEncoder<L> {
    classes: Vec<L>,
}

impl<L: Label> FittedLabelEncoder<L> {
    /// The labels of these numbers.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`] for a number that no label has.
    pub fn inverse_transform<T: Targets<Value = usize> + ?Sized>(&self, numbers: &T) -> Result<Array1<L>> {
        let label = |row: usize| {
            let number = *numbers.value(row);
            self.classes.get(number).cloned().ok_or_else(|| Error::UnknownLabel {
                label: number.to_string(),
                allowed: format!("there are {} labels", self.classes.len()),
            })
        };
        (0..numbers.n_rows()).map(label).collect()
    }
}

impl<L> Classifier for FittedLabelEncoder<L> {
    type Label = L;
    fn classes(&self) -> &[L] {
        &self.classes
    }
}

/// The number of each label.
///
/// # Errors
/// [`Error::UnknownLabel`] for a label that the fit did not see.
impl<T: Targets<Value = L> + ?Sized, L: Label> Transformer<T> for FittedLabelEncoder<L> {
    type Output = Array1<usize>;
    fn transform(&self, labels: &T) -> Result<Array1<usize>> {
        let number = |row: usize| {
            let label = labels.value(row);
            self.classes.binary_search(label).map_err(|_| Error::UnknownLabel {
                label: format!("{label:?}"),
                allowed: format!("the fit saw {:?}", self.classes),
            })
        };
        (0..labels.n_rows()).map(number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_refused() -> Result<()> {
        assert!(matches!(LabelEncoder::new().fit(&Vec::<i32>::new(), &()), Err(Error::Empty { .. })));
        let encoder = LabelEncoder::new().fit(&[10, 2, 33, 2], &())?;
        assert!(matches!(encoder.transform(&[3]), Err(Error::UnknownLabel { .. })));
        assert!(matches!(encoder.inverse_transform(&[3]), Err(Error::UnknownLabel { .. })));
        Ok(())
    }
}
