//! Some columns of a matrix.

use super::{Features, FromRows, RowEntries};
use crate::error::Result;
use crate::scalar::Scalar;

/// Which columns stay, and where they move to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    places: Vec<Option<usize>>,
    n_kept: usize,
}

impl Selection {
    /// Of columns of which each stays or not.
    pub(crate) fn new(kept: impl Iterator<Item = bool>) -> Self {
        let (mut places, mut n_kept) = (Vec::new(), 0);
        for kept in kept {
            places.push(kept.then_some(n_kept));
            n_kept += usize::from(kept);
        }
        Self { places, n_kept }
    }

    /// The number of columns before.
    pub(crate) fn n_in(&self) -> usize {
        self.places.len()
    }

    /// The number of columns that stay.
    pub(crate) fn n_out(&self) -> usize {
        self.n_kept
    }

    /// The new place of a column that stays.
    #[inline]
    pub(crate) fn place(&self, column: usize) -> Option<usize> {
        self.places.get(column).copied().flatten()
    }

    /// The items of the columns that stay.
    pub(crate) fn of<'a, T>(&self, items: &'a [T]) -> impl Iterator<Item = &'a T> {
        items.iter().zip(&self.places).filter(|(_, place)| place.is_some()).map(|(item, _)| item)
    }

    /// Whether each column stays.
    pub(crate) fn mask(&self) -> Vec<bool> {
        self.places.iter().map(Option::is_some).collect()
    }

    /// The columns that stay, of a matrix that has been checked.
    pub(crate) fn take<X: Features + ?Sized>(&self, x: &X) -> Result<X::Owned>
    where
        X::Owned: FromRows<Elem = X::Elem>,
    {
        X::Owned::from_rows(x.n_rows(), self.n_kept, |row, entries| {
            x.for_each_in_row(row, |column, value| {
                self.keep(column, value, entries);
            });
            Ok(())
        })
    }

    /// Writes the entry of a column that stays where it moves to.
    #[inline]
    pub(crate) fn keep<F: Scalar>(&self, column: usize, value: F, entries: &mut RowEntries<'_, F>) {
        if let Some(place) = self.place(column) {
            entries.push(place, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;

    #[test]
    fn columns_move_up() {
        let selection = Selection::new([true, false, true].into_iter());
        assert_eq!([0, 1, 2, 3].map(|column| selection.place(column)), [Some(0), None, Some(1), None]);
        assert_eq!((selection.n_in(), selection.n_out()), (3, 2));
        assert!(selection.of(&["a", "b", "c"]).eq(&["a", "c"]));
        let x = ndarray::array![[1.0, 2.0, 3.0]];
        assert_eq!(selection.take(&x), Ok(ndarray::array![[1.0, 3.0]]));
    }
}
