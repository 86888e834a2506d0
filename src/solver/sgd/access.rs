//! The row kernels of a pass: with vector instructions where the entries of a row lie side by side. Elsewhere not with
//! `mul_add`, which is a call of a function wherever a visitor is not made part of the kernel.

use crate::data::{self, Features};

/// x·w, while the memory is asked for a row that comes later.
#[inline(always)]
pub(super) fn dot<X: Features, const FUSED: bool>(x: &X, row: usize, w: &[f64], next: Option<usize>) -> f64 {
    match (x.row_slice(row), next) {
        (Some(entries), _) => {
            if let Some(next) = next {
                x.prefetch_row(next);
            }
            data::row_dot::<X::Elem, FUSED>(entries, w)
        }
        (None, Some(next)) => x.row_dot_before(row, w, next),
        (None, None) => x.row_dot(row, w),
    }
}

/// w ← w + scale · x.
#[inline(always)]
pub(super) fn add<X: Features, const FUSED: bool>(x: &X, row: usize, scale: f64, w: &mut [f64]) {
    if let Some(entries) = x.row_slice(row) {
        return data::add_row::<X::Elem, FUSED>(scale, entries, w);
    }
    x.add_row(row, scale, w);
}
