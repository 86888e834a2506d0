//! A number a class: what metrics of decision values and of probabilities judge.

use crate::data::{Label, Rows, Targets};
use crate::scalar::Scalar;
use ndarray::{ArrayBase, Data, Ix2};

/// Numbers that say how much each row belongs to each class: decision values or probabilities.
///
/// One number a row for two classes, the larger the more it is the second one; or one column a class. Vectors,
/// arrays and matrices of `f32` or `f64` all are. Their columns stand for the labels that occur in the truth,
/// ascending; where some may be missing there, [`OfClasses`] names them.
///
/// ```
/// use certifit::metric::{OfClasses, log_loss, roc_auc_score};
/// use ndarray::array;
/// assert_eq!(roc_auc_score(&["no", "yes", "no"], &[0.2, 0.8, -1.0])?, 1.0);
/// let probabilities = array![[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]];
/// assert!(log_loss(&["a", "c"], &probabilities).is_err()); // which class has the third column?
/// let loss = log_loss(&["a", "c"], &OfClasses::new(probabilities, ["a", "b", "c"]))?;
/// assert!((loss - 2f64.ln()).abs() < 1e-15);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no numbers for classes named by `{L}`",
    note = "decision values and probabilities are vectors or matrices of `f32` or `f64`, or `OfClasses` of one of them"
)]
pub trait ClassValues<L>: Rows {
    /// The number of columns: 1 for two classes, or one a class.
    fn n_columns(&self) -> usize;
    /// The number of a row in a column.
    fn class_value(&self, row: usize, column: usize) -> f64;
    /// Machine epsilon of the float type.
    fn epsilon(&self) -> f64;
    /// The labels of the columns, where they are known: two for a single column.
    fn classes(&self) -> Option<&[L]> {
        None
    }
}

impl<L, T: Targets + ?Sized> ClassValues<L> for T
where
    T::Value: Scalar,
{
    fn n_columns(&self) -> usize {
        1
    }
    fn class_value(&self, row: usize, _column: usize) -> f64 {
        self.value(row).widen()
    }
    fn epsilon(&self) -> f64 {
        T::Value::EPSILON
    }
}

impl<L, F: Scalar, S: Data<Elem = F> + Sync> ClassValues<L> for ArrayBase<S, Ix2> {
    fn n_columns(&self) -> usize {
        self.ncols()
    }
    fn class_value(&self, row: usize, column: usize) -> f64 {
        self[[row, column]].widen()
    }
    fn epsilon(&self) -> f64 {
        F::EPSILON
    }
}

/// Decision values or probabilities with the labels of their classes.
///
/// The last label of two is that of the positive class. [`Decisions`](super::Decisions) and
/// [`Probabilities`](super::Probabilities) of a model are of this type.
///
/// ```
/// use certifit::metric::{OfClasses, brier_score_loss};
/// let certain = OfClasses::new([0.0, 1.0], ["ill", "well"]);
/// assert_eq!(brier_score_loss(&["ill", "ill"], &certain)?, 0.5);
/// assert_eq!(certain.classes(), ["ill", "well"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OfClasses<V, L> {
    values: V,
    classes: Vec<L>,
}

impl<V, L> OfClasses<V, L> {
    /// `values` of these classes, in the order of their columns.
    pub fn new(values: V, classes: impl IntoIterator<Item = L>) -> Self {
        Self { values, classes: classes.into_iter().collect() }
    }

    /// The numbers.
    pub fn values(&self) -> &V {
        &self.values
    }

    /// The labels of the columns: two for a single column.
    pub fn classes(&self) -> &[L] {
        &self.classes
    }

    /// Both parts, taken out.
    pub fn into_parts(self) -> (V, Vec<L>) {
        (self.values, self.classes)
    }
}

impl<V: Rows, L: Label> Rows for OfClasses<V, L> {
    type Owned = OfClasses<V::Owned, L>;
    fn n_rows(&self) -> usize {
        self.values.n_rows()
    }
    fn take(&self, rows: &[usize]) -> Self::Owned {
        OfClasses { values: self.values.take(rows), classes: self.classes.clone() }
    }
}

impl<V: ClassValues<L>, L: Label> ClassValues<L> for OfClasses<V, L> {
    fn n_columns(&self) -> usize {
        self.values.n_columns()
    }
    fn class_value(&self, row: usize, column: usize) -> f64 {
        self.values.class_value(row, column)
    }
    fn epsilon(&self) -> f64 {
        self.values.epsilon()
    }
    fn classes(&self) -> Option<&[L]> {
        Some(&self.classes)
    }
}
