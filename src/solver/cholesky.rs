//! Positive definite systems of a few hundred unknowns.

use crate::data;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView1, ArrayViewMut2, Axis};

/// Columns that are factored at a time.
const BLOCK: usize = 64;

/// A factor L with S A S ≈ L Lᵀ, S the diagonal matrix that gives A a unit diagonal.
///
/// The scaling (Jacobi's) makes the factor's quality independent of the units of the features. Where rounding
/// has left A indefinite, the smallest of a ladder of multiples of the unit matrix that mends it is added.
pub(super) struct Cholesky {
    factor: Array2<f64>,
    scale: Vec<f64>,
}

impl Cholesky {
    /// Factors a symmetric matrix of which the lower triangle is read; `None` if it is not finite.
    pub(super) fn new(mut a: Array2<f64>) -> Option<Self> {
        let n = a.nrows();
        let scale: Vec<f64> = a.diag().iter().map(|&v| if v > 0.0 { 1.0 / v.sqrt() } else { 1.0 }).collect();
        for ((i, j), v) in a.indexed_iter_mut() {
            *v *= scale[i] * scale[j];
        }
        if !a.iter().all(|v| v.is_finite()) {
            return None;
        }
        let mut ridge = 0.0;
        loop {
            let mut factor = a.clone();
            (0..n).for_each(|i| factor[[i, i]] += ridge);
            if factorize(&mut factor) {
                return Some(Self { factor, scale });
            }
            ridge = if ridge == 0.0 { f64::EPSILON } else { ridge * 16.0 };
        }
    }

    /// The lower triangular matrix G with A ≈ G Gᵀ.
    pub(super) fn into_lower(self) -> Array2<f64> {
        let Self { mut factor, scale } = self;
        factor.indexed_iter_mut().for_each(|((i, j), v)| *v = if j <= i { *v / scale[i] } else { 0.0 });
        factor
    }

    /// x with A x = b.
    pub(super) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.scale.len();
        let mut x: Vec<f64> = b.iter().zip(&self.scale).map(|(b, s)| b * s).collect();
        for i in 0..n {
            let row = self.factor.row(i);
            x[i] = (x[i] - dot(row, &x, i)) / row[i];
        }
        solve_transposed(&self.factor, &mut x);
        x.iter_mut().zip(&self.scale).for_each(|(x, s)| *x *= s);
        x
    }
}

/// Overwrites b by the x with Lᵀ x = b.
pub(super) fn solve_transposed(lower: &Array2<f64>, b: &mut [f64]) {
    for i in (0..b.len()).rev() {
        b[i] /= lower[[i, i]];
        let x = b[i];
        b.iter_mut().zip(lower.row(i)).take(i).for_each(|(b, l)| *b -= l * x);
    }
}

/// Overwrites the lower triangle by its factor, a block of columns at a time (Golub and Van Loan, "Matrix
/// Computations", section 4.2.9): what is known of the block is one matrix product; false if a pivot is not positive.
fn factorize(a: &mut Array2<f64>) -> bool {
    let n = a.nrows();
    for start in (0..n).step_by(BLOCK) {
        let end = (start + BLOCK).min(n);
        let (known, mut block) = a.view_mut().split_at(Axis(1), start);
        let known = known.split_at(Axis(0), start).1;
        let mut block = block.view_mut().split_at(Axis(0), start).1;
        let mut block = block.view_mut().split_at(Axis(1), end - start).0;
        let own = known.view().split_at(Axis(0), end - start).0.to_owned();
        general_mat_mul(-1.0, &known, &own.t(), 1.0, &mut block);
        if !factorize_block(&mut block) {
            return false;
        }
    }
    true
}

/// The factor's columns of a block from which everything to the left is taken off already, row by row.
fn factorize_block(block: &mut ArrayViewMut2<'_, f64>) -> bool {
    let (n, width) = block.dim();
    for i in 0..n {
        let (above, mut from_here) = block.view_mut().split_at(Axis(0), i);
        let mut row = from_here.row_mut(0);
        for j in 0..i.min(width) {
            let other = above.row(j);
            let known = match (row.as_slice(), other.as_slice()) {
                (Some(row), Some(other)) => data::dot(&row[..j], &other[..j]),
                _ => row.iter().zip(other).take(j).map(|(a, b)| a * b).sum(),
            };
            row[j] = (row[j] - known) / other[j];
        }
        if i < width {
            let pivot = row[i] - row.iter().take(i).map(|v| v * v).sum::<f64>();
            // A pivot at rounding level is noise: dividing by its root would amplify it.
            if !(pivot > 1e-15) {
                return false;
            }
            row[i] = pivot.sqrt();
        }
    }
    true
}

fn dot(row: ArrayView1<'_, f64>, x: &[f64], len: usize) -> f64 {
    row.iter().zip(x).take(len).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::Cholesky;
    use ndarray::{Array1, Array2};

    #[test]
    fn solves_badly_scaled_systems() {
        let n = 150;
        let root = Array2::from_shape_fn((n, n), |(i, j)| {
            ((i * 7 + j * 13) % 11) as f64 - 5.0 + if i == j { 9.0 } else { 0.0 }
        });
        let units = Array1::from_shape_fn(n, |i| 10f64.powi(i as i32 % 13 - 6));
        let mut a = root.dot(&root.t());
        a.indexed_iter_mut().for_each(|((i, j), v)| *v *= units[i] * units[j]);
        let x = Array1::from_shape_fn(n, |i| (i as f64).cos() / units[i]);
        let b = a.dot(&x);
        let found = Cholesky::new(a).unwrap().solve(b.as_slice().unwrap());
        for i in 0..n {
            approx::assert_relative_eq!(
                found[i] * units[i],
                x[i] * units[i],
                max_relative = 1e-8,
                epsilon = 1e-8
            );
        }
    }

    #[test]
    fn a_singular_matrix_gets_a_finite_answer() {
        let found = Cholesky::new(Array2::ones((5, 5))).unwrap().solve(&[1.0; 5]);
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{found:?}");
        assert!(Cholesky::new(Array2::from_elem((2, 2), f64::NAN)).is_none());
    }
}
