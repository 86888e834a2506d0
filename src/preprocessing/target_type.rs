//! What a target holds: labels or numbers.

use crate::data::{Classes, Label, Targets};
use crate::error::{Error, Result};
use crate::model_selection::{Fold, KFold, Splitter, StratifiedKFold};
use crate::scalar::Scalar;
use ndarray::Array2;

/// What a target holds, and so how it is turned into numbers to be averaged.
pub trait TargetType<Y: Targets + ?Sized>: Sync {
    /// The type of the labels, or `()`.
    type Label: Label;
    /// The labels, and the numbers: one row a row of the target, one column an average that is wanted.
    ///
    /// # Errors
    /// Targets without rows, of a single class, or of numbers that are not finite.
    fn numbers(&self, y: &Y) -> Result<(Vec<Self::Label>, Array2<f64>)>;
    /// The folds of cross-fitting, shuffled with this seed if there is one.
    ///
    /// # Errors
    /// Fewer than 2 folds, or more than rows.
    fn folds(&self, y: &Y, n_folds: usize, seed: Option<u64>) -> Result<Vec<Fold>>;
}

/// A target of labels: the share of each class is averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Labels;

/// A target of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers;

impl<Y: Targets + ?Sized> TargetType<Y> for Labels
where
    Y::Value: Label,
{
    type Label = Y::Value;

    fn numbers(&self, y: &Y) -> Result<(Vec<Y::Value>, Array2<f64>)> {
        let (labels, classes) = Classes::weighted(y).at_least_two()?.into_parts();
        let (first, n_columns) = if labels.len() == 2 { (1, 1) } else { (0, labels.len()) };
        let is_of = |(row, column): (usize, usize)| f64::from(u8::from(classes[row] == first + column));
        Ok((labels, Array2::from_shape_fn((classes.len(), n_columns), is_of)))
    }

    fn folds(&self, y: &Y, n_folds: usize, seed: Option<u64>) -> Result<Vec<Fold>> {
        StratifiedKFold::new(n_folds).shuffle(seed.is_some()).seed(seed.unwrap_or_default()).split(y)
    }
}

impl<Y: Targets + ?Sized> TargetType<Y> for Numbers
where
    Y::Value: Scalar,
{
    type Label = ();

    fn numbers(&self, y: &Y) -> Result<(Vec<()>, Array2<f64>)> {
        let values = Array2::from_shape_fn((y.n_rows(), 1), |(row, _)| y.value(row).widen());
        match values.iter().position(|value| !value.is_finite()) {
            Some(row) => Err(Error::NonFinite { what: "y", row, column: None, value: values[[row, 0]] }),
            None => Ok((Vec::new(), values)),
        }
    }

    fn folds(&self, y: &Y, n_folds: usize, seed: Option<u64>) -> Result<Vec<Fold>> {
        KFold::new(n_folds).shuffle(seed.is_some()).seed(seed.unwrap_or_default()).split(y)
    }
}
