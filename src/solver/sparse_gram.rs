//! Sums of products of sparse columns.

use super::columns::Columns;
use super::pieces::over_pieces;
use ndarray::Array2;

/// A sum by rows is worth it where it takes so many times fewer products than one by pairs of columns.
const FEWER: usize = 4;
/// The matrices that pieces of rows sum may take so many times less memory than vectors.
const LESS_MEMORY: usize = 8;
/// Rows after which the clock is asked.
const ROWS: usize = 1024;

/// The entries of some columns, row by row.
pub(super) struct SparseRows {
    n_columns: usize,
    starts: Vec<usize>,
    /// The place of the column among them, and the entry.
    entries: Vec<(u32, f64)>,
}

impl SparseRows {
    /// `None` where columns are dense, or so many of them have an entry in the same rows that products of pairs of columns are
    /// no slower than those of pairs of entries.
    pub(super) fn of(columns: &Columns<'_>, some: &[usize], n_rows: usize) -> Option<Self> {
        if !columns.are_sparse() {
            return None;
        }
        let gathered = || some.iter().map(|&column| columns.column(column)).enumerate();
        let mut starts = vec![0; n_rows + 1];
        gathered().filter_map(|(_, column)| column).for_each(|column| {
            column.for_each(&mut |row, _| starts[row + 1] += 1);
        });
        let by_rows =
            starts.iter().map(|&count: &usize| count.saturating_mul(count)).fold(0, usize::saturating_add);
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        if by_rows.saturating_mul(FEWER) > some.len().saturating_mul(total) {
            return None;
        }
        let (mut entries, mut next) = (vec![(0, 0.0); total], starts.clone());
        for (place, column) in gathered().filter_map(|(place, column)| Some((place as u32, column?))) {
            column.for_each(&mut |row, value| {
                entries[next[row]] = (place, value);
                next[row] += 1;
            });
        }
        Some(Self { n_columns: some.len(), starts, entries })
    }

    fn row(&self, row: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }

    /// The lower half of Σ hᵢ x̃ᵢ x̃ᵢᵀ with x̃ᵢ = (xᵢⱼ of the columns, 1); `None` where it `is_too_late` for it.
    pub(super) fn weighted_gram(
        &self,
        h: &[f64],
        is_too_late: impl Fn() -> bool + Send + Sync,
    ) -> Option<Array2<f64>> {
        let size = self.n_columns + 1;
        let pieces = over_pieces(h.len(), LESS_MEMORY * size * size, |piece| {
            let mut sum = vec![0.0; size * size];
            for row in piece {
                if row % ROWS == 0 && is_too_late() {
                    return None;
                }
                self.add_products(row, h[row], &mut sum);
            }
            Some(sum)
        });
        let mut gram = Array2::zeros((size, size));
        for piece in pieces {
            gram.iter_mut().zip(piece?).for_each(|(to, value)| *to += value);
        }
        Some(gram)
    }

    fn add_products(&self, row: usize, h: f64, sum: &mut [f64]) {
        let (entries, size) = (self.row(row), self.n_columns + 1);
        for (place, &(a, x)) in entries.iter().enumerate() {
            let to = &mut sum[a as usize * size..];
            entries[..=place].iter().for_each(|&(b, other)| to[b as usize] += h * x * other);
        }
        let of_ones = &mut sum[self.n_columns * size..];
        entries.iter().for_each(|&(a, x)| of_ones[a as usize] += h * x);
        of_ones[self.n_columns] += h;
    }
}

#[cfg(test)]
#[cfg(feature = "sparse")]
mod tests {
    use super::*;

    fn columns_of(x: &sprs::CsMat<f64>) -> Columns<'_> {
        let mut columns = Columns::new(x, 2.0, false).unwrap();
        columns.gather(&(0..=x.cols()).collect::<Vec<_>>());
        columns
    }

    #[test]
    fn sums_by_rows_are_those_of_pairs_of_columns() {
        for (n, d) in [(30, 12), (5000, 40)] {
            let dense = ndarray::Array2::from_shape_fn((n, d), |(i, j)| {
                if (i * 7 + j * j) % d == 0 { ((i + j) as f64).sin() } else { 0.0 }
            });
            let x = sprs::CsMat::csr_from_dense(dense.view(), 0.0);
            let columns = columns_of(&x);
            let some: Vec<usize> = (0..d).filter(|j| j % 3 != 1).collect();
            let h: Vec<f64> = (0..n).map(|row| (row % 4) as f64).collect();
            let rows = SparseRows::of(&columns, &some, n).unwrap();
            let gram = rows.weighted_gram(&h, || false).unwrap();
            let entry = |row: usize, place: usize| some.get(place).map_or(1.0, |&j| dense[[row, j]]);
            for a in 0..=some.len() {
                for b in 0..=a {
                    let expected: f64 = (0..n).map(|row| h[row] * entry(row, a) * entry(row, b)).sum();
                    approx::assert_relative_eq!(
                        gram[[a, b]],
                        expected,
                        max_relative = 1e-12,
                        epsilon = 1e-12
                    );
                }
            }
            assert_eq!(rows.weighted_gram(&h, || true), None);
        }
    }

    #[test]
    fn columns_with_many_entries_in_the_same_rows_are_left_to_products_of_columns() {
        let dense = ndarray::Array2::from_shape_fn((30, 12), |(i, j)| (i + j) as f64 + 0.5);
        let x = sprs::CsMat::csr_from_dense(dense.view(), 0.0);
        assert!(SparseRows::of(&columns_of(&x), &[0, 5, 7], 30).is_none());
    }

    #[test]
    fn dense_columns_are_left_to_products_of_columns() {
        // As few products by rows as may be, if columns were sparse.
        let dense = Array2::from_elem((30, 1), 1.0);
        let mut columns = Columns::new(&dense, 2.0, false).unwrap();
        columns.gather(&[0]);
        let some = vec![0; FEWER];
        assert!(SparseRows::of(&columns, &some, 30).is_none());
    }
}
