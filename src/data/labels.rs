//! Class labels.

use super::Targets;
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// The label of a class: any type that is `Clone + Ord + Debug + Send + Sync`.
///
/// Integers, `bool`, `char`, `&str`, `String` and enums of your own all are. Floats are not (they have no
/// total order, and a target of floats is a regression): give a classifier integers or strings instead.
///
/// ```compile_fail
/// use certifit::prelude::*;
/// let x = ndarray::array![[0.0], [1.0]];
/// let _ = LinearSVC::new().fit(&x, &[0.0, 1.0]); // floats are not labels
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a class label",
    note = "labels are `Clone + Ord + Debug + Send + Sync`, such as integers and strings; floats are targets of regressors"
)]
pub trait Label: Clone + Ord + Debug + Send + Sync {}

impl<T: Clone + Ord + Debug + Send + Sync> Label for T {}

/// The distinct labels of a target, sorted, and the class of each row as an index into them.
///
/// ```
/// use certifit::data::Classes;
/// let classes = Classes::of(&["dog", "cat", "dog"]);
/// assert_eq!(classes.labels(), ["cat", "dog"]);
/// assert_eq!(classes.indices(), [1, 0, 1]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes<L> {
    labels: Vec<L>,
    indices: Vec<usize>,
}

impl<L: Label> Classes<L> {
    /// The classes of `y`. Rows of weight zero count too.
    pub fn of<Y: Targets<Value = L> + ?Sized>(y: &Y) -> Self {
        Self::among(y, |_| true)
    }

    /// The classes of `y`, as they are in the rows with a positive weight; a row of weight zero whose label
    /// is found nowhere else gets an index one past the last class.
    pub fn weighted<Y: Targets<Value = L> + ?Sized>(y: &Y) -> Self {
        Self::among(y, |row| y.weight(row) > 0.0)
    }

    fn among<Y: Targets<Value = L> + ?Sized>(y: &Y, counts: impl Fn(usize) -> bool) -> Self {
        let n = y.n_rows();
        let mut found: BTreeSet<&L> = BTreeSet::new();
        for label in (0..n).filter(|&row| counts(row)).map(|row| y.value(row)) {
            // Most rows have a label that others had: to look is less work than to insert.
            if !found.contains(label) {
                found.insert(label);
            }
        }
        let labels: Vec<L> = found.into_iter().cloned().collect();
        let indices = (0..n).map(|row| labels.binary_search(y.value(row)).unwrap_or(labels.len())).collect();
        Self { labels, indices }
    }

    /// Requires two classes or more.
    ///
    /// # Errors
    /// [`Error::SingleClass`].
    pub fn at_least_two(self) -> Result<Self> {
        match self.labels.as_slice() {
            [] => Err(Error::Empty { what: "y", axis: "rows" }),
            [only] => Err(Error::SingleClass { label: format!("{only:?}") }),
            _ => Ok(self),
        }
    }

    /// The distinct labels in ascending order.
    pub fn labels(&self) -> &[L] {
        &self.labels
    }

    /// The class of each row: its position in [`labels`](Self::labels).
    pub fn indices(&self) -> &[usize] {
        &self.indices
    }

    /// Both parts, taken out.
    pub fn into_parts(self) -> (Vec<L>, Vec<usize>) {
        (self.labels, self.indices)
    }
}
