//! What the first layer needs of features, dense or sparse.

use crate::data::Features;
use crate::scalar::Scalar;

/// Rows of features. All [`Features`] are: networks are compiled once a float type, and not once a kind of matrix.
pub(super) trait Inputs<F>: Sync {
    fn is_sparse(&self) -> bool;

    /// Copies some rows, one after the other.
    fn gather(&self, rows: &[usize], width: usize, out: &mut [F]);

    /// out ← out + X W for some rows X, by their stored entries; `w` and `out` have rows of this width.
    fn add_products(&self, rows: &[usize], w: &[F], width: usize, out: &mut [F]);

    /// out ← out + Xᵀ Δ, likewise.
    fn add_transposed_products(&self, rows: &[usize], delta: &[F], width: usize, out: &mut [F]);
}

impl<X: Features> Inputs<X::Elem> for X {
    fn is_sparse(&self) -> bool {
        Features::is_sparse(self)
    }

    fn gather(&self, rows: &[usize], width: usize, out: &mut [X::Elem]) {
        for (&row, out) in rows.iter().zip(out.chunks_exact_mut(width)) {
            match self.row_slice(row) {
                Some(entries) => out.copy_from_slice(entries),
                None => {
                    out.fill(X::Elem::default());
                    self.for_each_in_row(row, |column, value| out[column] = value);
                }
            }
        }
    }

    fn add_products(&self, rows: &[usize], w: &[X::Elem], width: usize, out: &mut [X::Elem]) {
        for (&row, out) in rows.iter().zip(out.chunks_exact_mut(width)) {
            self.for_each_in_row(row, |column, value| {
                add_scaled(value, &w[column * width..(column + 1) * width], out);
            });
        }
    }

    fn add_transposed_products(&self, rows: &[usize], delta: &[X::Elem], width: usize, out: &mut [X::Elem]) {
        for (&row, delta) in rows.iter().zip(delta.chunks_exact(width)) {
            self.for_each_in_row(row, |column, value| {
                add_scaled(value, delta, &mut out[column * width..(column + 1) * width]);
            });
        }
    }
}

#[inline(always)]
fn add_scaled<F: Scalar>(scale: F, values: &[F], out: &mut [F]) {
    for (out, &value) in out.iter_mut().zip(values) {
        *out += scale * value;
    }
}
