//! Targets of several values a row.

use super::{Rows, Weighted, Weights};
use ndarray::{ArrayBase, Data, Ix2};

/// What is to be predicted where each row has several values: numbers, or for each label whether the row has it.
///
/// ```
/// use certifit::data::{MultiTargets, Weights};
/// let y = ndarray::array![[true, false], [true, true], [false, false]];
/// assert_eq!((y.n_outputs(), y.value(1, 1)), (2, &true));
/// assert_eq!(y.weighted(&[1.0, 2.0, 0.5])?.weight(1), 2.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a target of several values a row",
    note = "such targets are `ndarray` matrices, or one of these `.weighted(&w)?`"
)]
pub trait MultiTargets: Rows + Weights {
    /// The type of the values.
    type Value;
    /// How many values a row has.
    fn n_outputs(&self) -> usize;
    /// A value of a row.
    fn value(&self, row: usize, output: usize) -> &Self::Value;
}

impl<A: Sync, S: Data<Elem = A> + Sync> Weights for ArrayBase<S, Ix2> {
    fn n_weights(&self) -> Option<usize> {
        Some(self.nrows())
    }
}

impl<A: Clone + Send + Sync, S: Data<Elem = A> + Sync> MultiTargets for ArrayBase<S, Ix2> {
    type Value = A;
    fn n_outputs(&self) -> usize {
        self.ncols()
    }
    fn value(&self, row: usize, output: usize) -> &A {
        &self[[row, output]]
    }
}

impl<T: MultiTargets + ?Sized> MultiTargets for &T {
    type Value = T::Value;
    fn n_outputs(&self) -> usize {
        (**self).n_outputs()
    }
    fn value(&self, row: usize, output: usize) -> &T::Value {
        (**self).value(row, output)
    }
}

impl<Y: MultiTargets> MultiTargets for Weighted<Y> {
    type Value = Y::Value;
    fn n_outputs(&self) -> usize {
        self.target().n_outputs()
    }
    fn value(&self, row: usize, output: usize) -> &Y::Value {
        self.target().value(row, output)
    }
}
