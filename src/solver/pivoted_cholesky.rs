//! The factor of a matrix that need not have full rank.

use super::cholesky::scale_of;
use ndarray::Array2;

/// A ≈ G Gᵀ for a symmetric A without negative eigenvalues, and which of its rows are independent.
///
/// The next row is always the one of which the others, taken before, tell the least. Higham 2002, "Accuracy and Stability
/// of Numerical Algorithms", section 10.3.
pub(super) struct PivotedCholesky {
    /// The rows in the order in which they were taken: the first ones, as many as the rank, are independent.
    pub(super) order: Vec<usize>,
    pub(super) rank: usize,
    /// G, its rows in that order, with as many columns as the rank; its upper triangle is 0.
    pub(super) lower: Array2<f64>,
}

impl PivotedCholesky {
    /// Reads the lower triangle. A row counts as dependent where no more than the share `least_pivot` of its diagonal
    /// entry is its own. Row `first` is taken first.
    pub(super) fn new(a: &Array2<f64>, least_pivot: f64, first: Option<usize>) -> Self {
        let n = a.nrows();
        let scale = scale_of(a);
        let entry = |i: usize, j: usize| a[[i.max(j), i.min(j)]] * scale[i] * scale[j];
        let mut own: Vec<f64> = (0..n).map(|i| entry(i, i)).collect();
        let mut rest: Vec<usize> = (0..n).collect();
        let (mut order, mut columns) = (Vec::with_capacity(n), Vec::<Vec<f64>>::new());
        while let Some(place) = next(&rest, &own, first.filter(|_| order.is_empty())) {
            let pivot = rest[place];
            if !(own[pivot] > least_pivot) {
                break;
            }
            rest.swap_remove(place);
            order.push(pivot);
            let root = own[pivot].sqrt();
            let mut column = vec![0.0; n];
            column[pivot] = root;
            for &i in &rest {
                let known: f64 = columns.iter().map(|before| before[i] * before[pivot]).sum();
                column[i] = (entry(i, pivot) - known) / root;
                own[i] -= column[i] * column[i];
            }
            columns.push(column);
        }
        rest.sort_unstable();
        let rank = order.len();
        order.extend(rest);
        let lower = Array2::from_shape_fn((n, rank), |(i, k)| columns[k][order[i]] / scale[order[i]]);
        Self { order, rank, lower }
    }

    /// Overwrites b, as long as the rank, by the x with G₁ x = b, G₁ the rows that are independent.
    pub(super) fn solve_lower(&self, b: &mut [f64]) {
        for i in 0..self.rank {
            let known: f64 = self.lower.row(i).iter().zip(&*b).take(i).map(|(g, x)| g * x).sum();
            b[i] = (b[i] - known) / self.lower[[i, i]];
        }
    }
}

/// The place of the row to take.
fn next(rest: &[usize], own: &[f64], first: Option<usize>) -> Option<usize> {
    match first {
        Some(first) => rest.iter().position(|&row| row == first),
        None => (0..rest.len()).reduce(|best, at| if own[rest[at]] > own[rest[best]] { at } else { best }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::cholesky::solve_transposed;

    #[test]
    fn finds_rows_that_depend_on_others() {
        // Rows 2 and 4 are sums of others, in units far apart.
        let units = [1.0, 1e-6, 1e4, 1.0, 1e3];
        let rows = [[1.0, 0.0, 2.0], [0.5, 1.0, 0.0], [1.5, 1.0, 2.0], [0.0, 0.0, 1.0], [1.0, 0.0, 3.0]];
        let a = Array2::from_shape_fn((5, 5), |(i, j)| {
            units[i] * units[j] * (0..3).map(|k| rows[i][k] * rows[j][k]).sum::<f64>()
        });
        for first in [None, Some(3)] {
            let factor = PivotedCholesky::new(&a, 1e-13, first);
            assert_eq!(factor.rank, 3);
            assert!(first.is_none_or(|first| factor.order[0] == first));
            let product = factor.lower.dot(&factor.lower.t());
            for ((i, j), found) in product.indexed_iter() {
                let (i, j) = (factor.order[i], factor.order[j]);
                approx::assert_abs_diff_eq!(*found, a[[i, j]], epsilon = 1e-13 * units[i] * units[j]);
            }
            let mut x = vec![1.0, -2.0, 0.5];
            factor.solve_lower(&mut x);
            solve_transposed(&factor.lower, &mut x);
            let back: f64 = (0..3).map(|k| a[[factor.order[1], factor.order[k]]] * x[k]).sum();
            approx::assert_relative_eq!(back, -2.0, max_relative = 1e-10);
        }
    }
}
