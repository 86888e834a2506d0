//! Targets and the weights that travel with them.

use super::check::check_weight_values;
use super::groups::{Grouped, Groups};
use super::{Label, Rows};
use crate::error::{Error, Result};
use ndarray::{Array1, ArrayBase, Data, Ix1};

/// How much each row counts in a fit or a score: 1 unless [`Weighted`].
///
/// Transformers that learn from features alone ask only for this, so that `fit(&x, &())` works too.
pub trait Weights: Sync {
    /// The weight of a row.
    fn weight(&self, _row: usize) -> f64 {
        1.0
    }

    /// How many rows there are weights for; `None` if any number (as for `()`).
    fn n_weights(&self) -> Option<usize> {
        None
    }

    /// These rows with a sample weight each, which multiplies the weight they have already.
    ///
    /// Weights travel with the target: through splits, folds, pipelines and metrics. Integer weights are the
    /// same as repeated rows, weight 0 the same as a row left out.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`], [`Error::NonFinite`], or [`Error::InvalidWeight`] if a weight is negative
    /// or all are zero.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let y = ["a", "b", "b"];
    /// let y = y.weighted(&[1.0, 2.0, 0.5])?;
    /// assert_eq!(y.weight(1), 2.0);
    /// assert_eq!(accuracy_score(&y, &["a", "a", "b"])?, 1.5 / 3.5);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    fn weighted<W: Targets<Value = f64> + ?Sized>(&self, weight: &W) -> Result<Weighted<&Self>> {
        let n = weight.n_rows();
        if let Some(expected) = self.n_weights().filter(|&expected| expected != n) {
            return Err(Error::LengthMismatch { what: "sample_weight", expected, found: n });
        }
        let weight: Array1<f64> = (0..n).map(|row| *weight.value(row)).collect();
        check_weight_values(n, |row| weight[row])?;
        Ok(Weighted { target: self, weight })
    }
}

/// What is to be predicted: one value a row.
///
/// Vectors, arrays, slices and one-dimensional `ndarray`s of anything; classifiers ask that the values be
/// [`Label`](super::Label)s, regressors that they be numbers.
///
/// ```
/// use certifit::data::Targets;
/// assert_eq!(["cat", "dog"].value(1), &"dog");
/// assert_eq!(ndarray::array![0.5, 1.5].value(0), &0.5);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a target",
    label = "expected one value a row",
    note = "targets are `Vec<L>`, `[L]`, `[L; N]` and `ndarray` arrays of one dimension, or one of these `.weighted(&w)?`"
)]
pub trait Targets: Rows + Weights {
    /// The type of the values: a label or a number.
    type Value;
    /// The value of a row.
    fn value(&self, row: usize) -> &Self::Value;

    /// These rows with a group each, which splitters such as
    /// [`GroupKFold`](crate::model_selection::GroupKFold) keep together.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`].
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let y = ["a", "b", "a", "b"];
    /// let folds = GroupKFold::new(2).split(&y.grouped(&["ann", "bob", "bob", "ann"])?)?;
    /// assert_eq!((&folds[0].test, &folds[1].test), (&vec![1, 2], &vec![0, 3]));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    fn grouped<G>(&self, groups: &G) -> Result<Grouped<&Self, G::Value>>
    where
        G: Targets + ?Sized,
        G::Value: Label,
    {
        Grouped::new(self, self.n_rows(), groups)
    }
}

/// A target with a weight a row, made by [`Weights::weighted`].
///
/// ```
/// use certifit::data::{Rows, Weights};
/// let y = ["a", "b", "c"];
/// let taken = y.weighted(&[1.0, 2.0, 3.0])?.take(&[2, 0]);
/// assert_eq!(taken.target(), &vec!["c", "a"]);
/// assert_eq!(taken.sample_weight(), ndarray::array![3.0, 1.0]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted<Y> {
    target: Y,
    weight: Array1<f64>,
}

impl<Y> Weighted<Y> {
    /// The target without these weights.
    pub fn target(&self) -> &Y {
        &self.target
    }

    /// The weights given, before those of the target multiply them.
    pub fn sample_weight(&self) -> &Array1<f64> {
        &self.weight
    }
}

impl Weights for () {}

impl<T: Weights + ?Sized> Weights for &T {
    fn weight(&self, row: usize) -> f64 {
        (**self).weight(row)
    }
    fn n_weights(&self) -> Option<usize> {
        (**self).n_weights()
    }
}

impl<T: Targets + ?Sized> Targets for &T {
    type Value = T::Value;
    fn value(&self, row: usize) -> &T::Value {
        (**self).value(row)
    }
}

impl<L: Sync> Weights for [L] {
    fn n_weights(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<L: Clone + Send + Sync> Targets for [L] {
    type Value = L;
    fn value(&self, row: usize) -> &L {
        &self[row]
    }
}

impl<L: Sync, const N: usize> Weights for [L; N] {
    fn n_weights(&self) -> Option<usize> {
        Some(N)
    }
}

impl<L: Clone + Send + Sync, const N: usize> Targets for [L; N] {
    type Value = L;
    fn value(&self, row: usize) -> &L {
        &self[row]
    }
}

impl<L: Sync> Weights for Vec<L> {
    fn n_weights(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<L: Clone + Send + Sync> Targets for Vec<L> {
    type Value = L;
    fn value(&self, row: usize) -> &L {
        &self[row]
    }
}

impl<L: Sync, S: Data<Elem = L> + Sync> Weights for ArrayBase<S, Ix1> {
    fn n_weights(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<L: Clone + Send + Sync, S: Data<Elem = L> + Sync> Targets for ArrayBase<S, Ix1> {
    type Value = L;
    fn value(&self, row: usize) -> &L {
        &self[row]
    }
}

impl<Y: Rows> Rows for Weighted<Y> {
    type Owned = Weighted<Y::Owned>;
    fn n_rows(&self) -> usize {
        self.target.n_rows()
    }
    fn take(&self, rows: &[usize]) -> Self::Owned {
        Weighted { target: self.target.take(rows), weight: self.weight.take(rows) }
    }
}

impl<Y: Weights> Weights for Weighted<Y> {
    fn weight(&self, row: usize) -> f64 {
        self.weight[row] * self.target.weight(row)
    }
    fn n_weights(&self) -> Option<usize> {
        Some(self.weight.len())
    }
}

impl<Y: Targets> Targets for Weighted<Y> {
    type Value = Y::Value;
    fn value(&self, row: usize) -> &Y::Value {
        self.target.value(row)
    }
}

impl<Y: Groups> Groups for Weighted<Y> {
    type Group = Y::Group;
    fn group(&self, row: usize) -> &Y::Group {
        self.target.group(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_nest_by_multiplying_and_travel_with_rows() -> Result<()> {
        let y = vec![1, 2, 3];
        let once = y.weighted(&[1.0, 2.0, 0.0])?;
        let twice = once.weighted(&ndarray::array![3.0, 0.5, 7.0])?;
        assert_eq!([twice.weight(0), twice.weight(1), twice.weight(2)], [3.0, 1.0, 0.0]);
        let taken = twice.take(&[1, 0]);
        assert_eq!((*taken.value(0), taken.weight(0), taken.weight(1)), (2, 1.0, 3.0));
        Ok(())
    }

    #[test]
    fn bad_weights_are_refused() {
        let y = [1, 2, 3];
        assert!(matches!(y.weighted(&[1.0, 1.0]), Err(Error::LengthMismatch { expected: 3, found: 2, .. })));
        assert!(matches!(y.weighted(&[1.0, -1.0, 1.0]), Err(Error::InvalidWeight { row: 1, .. })));
        assert!(matches!(
            y.weighted(&[1.0, 1.0, f64::NAN]),
            Err(Error::NonFinite { row: 2, column: None, .. })
        ));
        assert!(matches!(y.weighted(&[0.0; 3]), Err(Error::InvalidWeight { row: 0, .. })));
        assert!(().weighted(&[1.0, 2.0]).is_ok());
    }
}
