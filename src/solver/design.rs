//! The feature matrix as second-order solvers see it.

use super::problem::{Coefficients, Intercept};
use crate::data::Features;
use crate::error::Result;
use crate::parallel;
use crate::scalar::Scalar;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, Axis};
use num_traits::Zero;
use std::ops::Range;

/// Rows that are copied at a time for a matrix product: they stay in the cache.
const BLOCK: usize = 128;
/// Rows below which a piece is not worth a thread.
const MIN_PIECE: usize = 2048;
/// The most pieces of rows, and of entries in their Gram matrices together: each piece has one while they are summed.
const MAX_PIECES: usize = 16;
const MAX_GRAM_ENTRIES: usize = 1 << 25;

/// The rows x̃ᵢ = (xᵢ − μ, 1) and sums over them, with coefficients v = (w, b + μ·w).
///
/// With a free intercept, moving all rows by μ changes nothing but b, and μ = mean makes the normal equations
/// as well conditioned as they can be. With a penalised intercept, and for sparse rows, which it would fill, μ = 0;
/// without an intercept the last entry is absent.
/// Sums run over pieces of rows whose number depends on n alone, and are added in their order, so that every
/// number of threads gives the same bits.
pub(super) struct Design<'a, X> {
    x: &'a X,
    center: Vec<f64>,
    intercept: Intercept,
}

impl<'a, X: Features> Design<'a, X> {
    pub(super) fn new(x: &'a X, intercept: Intercept) -> Self {
        let mut design = Self { x, center: vec![0.0; x.n_features()], intercept };
        if intercept == Intercept::Free && !x.is_sparse() {
            let mut sums = design.weighted_sum(&vec![1.0; x.n_rows()]);
            sums.pop();
            design.center = sums;
            design.center.iter_mut().for_each(|mean| *mean /= x.n_rows() as f64);
        }
        design
    }

    /// μ.
    pub(super) fn center(&self) -> &[f64] {
        &self.center
    }

    /// The length of v.
    pub(super) fn dim(&self) -> usize {
        self.x.n_features() + usize::from(self.intercept.exists())
    }

    /// r with Ω(v) = ½ Σ rⱼ vⱼ².
    pub(super) fn penalty_weights(&self) -> Vec<f64> {
        let mut weights = vec![1.0; self.x.n_features()];
        if self.intercept.exists() {
            weights.push(self.intercept.penalty_weight());
        }
        weights
    }

    /// (w, b) of v.
    pub(super) fn coefficients(&self, v: &[f64]) -> Coefficients {
        let w = v[..self.x.n_features()].to_vec();
        let shift: f64 = self.center.iter().zip(&w).map(|(mean, w)| mean * w).sum();
        let b = v.get(w.len()).map_or(0.0, |b| b - shift);
        Coefficients { w, b }
    }

    /// x̃ᵢ·v for all rows.
    pub(super) fn scores(&self, v: &[f64]) -> Vec<f64> {
        let at = self.coefficients(v);
        let pieces =
            self.over_pieces(|rows| rows.map(|row| self.x.row_dot(row, &at.w) + at.b).collect::<Vec<_>>());
        pieces.concat()
    }

    /// Σ tᵢ x̃ᵢ.
    pub(super) fn weighted_sum(&self, t: &[f64]) -> Vec<f64> {
        let d = self.x.n_features();
        let pieces = self.over_pieces(|rows| {
            let mut sum = vec![0.0; d + 1];
            for row in rows.filter(|&row| !t[row].is_zero()) {
                self.x.add_row(row, t[row], &mut sum[..d]);
                sum[d] += t[row];
            }
            sum
        });
        let mut sum = vec![0.0; d + 1];
        for piece in pieces {
            sum.iter_mut().zip(piece).for_each(|(sum, piece)| *sum += piece);
        }
        let total = sum[d];
        sum.iter_mut().zip(&self.center).for_each(|(sum, mean)| *sum -= total * mean);
        sum.truncate(self.dim());
        sum
    }

    /// The lower triangle of Σ tᵢ x̃ᵢ x̃ᵢᵀ for tᵢ ≥ 0, in n d² operations (for sparse rows: the sum of the squares of
    /// their numbers of entries).
    pub(super) fn gram(&self, t: &[f64]) -> Array2<f64> {
        let pieces = self.over_pieces(|rows| {
            let rows = rows.filter(|&row| !t[row].is_zero());
            if self.x.is_sparse() { self.gram_of_sparse(rows, t) } else { self.gram_of_dense(rows, t) }
        });
        let mut pieces = pieces.into_iter();
        let first = pieces.next().unwrap_or_else(|| Array2::zeros((self.dim(), self.dim())));
        pieces.fold(first, |sum, piece| sum + piece)
    }

    fn gram_of_dense(&self, rows: impl Iterator<Item = usize>, t: &[f64]) -> Array2<f64> {
        let mut gram = Array2::zeros((self.dim(), self.dim()));
        let mut block = Array2::zeros((BLOCK, self.dim()));
        let mut filled = 0;
        for row in rows {
            self.fill_row(row, t[row].sqrt(), &mut block, filled);
            filled += 1;
            if filled == BLOCK {
                general_mat_mul(1.0, &block.t(), &block, 1.0, &mut gram);
                filled = 0;
            }
        }
        let rest = block.view().split_at(Axis(0), filled).0;
        general_mat_mul(1.0, &rest.t(), &rest, 1.0, &mut gram);
        gram
    }

    fn gram_of_sparse(&self, rows: impl Iterator<Item = usize>, t: &[f64]) -> Array2<f64> {
        let mut gram = Array2::zeros((self.dim(), self.dim()));
        let mut entries: Vec<(usize, f64)> = Vec::new();
        for row in rows {
            entries.clear();
            self.x.for_each_in_row(row, |column, value| entries.push((column, value.widen())));
            entries.extend(self.intercept.exists().then(|| (self.x.n_features(), 1.0)));
            for &(i, a) in &entries {
                let scaled = t[row] * a;
                entries.iter().filter(|(j, _)| *j <= i).for_each(|&(j, b)| gram[[i, j]] += scaled * b);
            }
        }
        gram
    }

    /// scale · x̃_row as row `at` of a block.
    fn fill_row(&self, row: usize, scale: f64, block: &mut Array2<f64>, at: usize) {
        let d = self.x.n_features();
        let mut target = block.row_mut(at);
        let Some(target) = target.as_slice_mut() else { return };
        self.x.copy_row(row, &mut target[..d]);
        target[..d].iter_mut().zip(&self.center).for_each(|(x, mean)| *x = (*x - mean) * scale);
        target[d..].fill(scale);
    }

    fn over_pieces<T: Send>(&self, work: impl Fn(Range<usize>) -> T + Send + Sync) -> Vec<T> {
        let n = self.x.n_rows();
        let pieces = (MAX_GRAM_ENTRIES / self.dim().saturating_mul(self.dim()).max(1)).clamp(1, MAX_PIECES);
        let size = n.div_ceil(pieces).max(MIN_PIECE);
        let pieces: Result<Vec<T>> =
            parallel::try_map(n.div_ceil(size), |piece| Ok(work(piece * size..((piece + 1) * size).min(n))));
        pieces.unwrap_or_default()
    }
}
