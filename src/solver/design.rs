//! The feature matrix as second-order solvers see it.

use super::cholesky::Cholesky;
use super::far_origin::FarOrigin;
use super::gram::{GramSum, add_to_diagonal};
use super::pieces::{add_to, blocks_of, over_pieces, over_pieces_of};
use super::problem::{Coefficients, Intercept};
use crate::data::AnyFeatures;
use ndarray::Array2;
use std::ops::Range;

/// Rows that the center is the mean of, at most.
const CENTER_ROWS: usize = 2048;

/// Rows that are copied before they are summed up.
const STAGED: usize = 64;

/// The rows x̃ᵢ = (xᵢ − μ, 1) and sums over them, with coefficients v = (w, b + μ·w).
///
/// With a free intercept, moving all rows by μ changes nothing but b, and a μ near the mean makes the normal equations
/// as well conditioned as they can be. With a penalised intercept or none, and for sparse rows, which it would fill,
/// μ = 0; dense rows far from the origin then have coordinates of their own, see [`FarOrigin`]. Without an intercept the
/// last entry is absent.
#[derive(Clone)]
pub(super) struct Design<'a> {
    x: &'a dyn AnyFeatures,
    center: Vec<f64>,
    intercept: Intercept,
    far: Option<FarOrigin>,
}

impl<'a> Design<'a> {
    /// μ is the mean of up to some thousand rows, spread evenly.
    pub(super) fn new(x: &'a dyn AnyFeatures, intercept: Intercept) -> Self {
        let mut design = Self::centered_only(x, intercept);
        if intercept != Intercept::Free && !x.is_sparse() {
            let (mut mean, spread) = mean_and_spread(x, CENTER_ROWS);
            mean.extend(matches!(intercept, Intercept::Penalized { .. }).then(|| intercept.column()));
            design.far = FarOrigin::of(mean, spread);
        }
        design
    }

    /// The same in the coordinates of w and b, however far the rows are.
    pub(super) fn centered_only(x: &'a dyn AnyFeatures, intercept: Intercept) -> Self {
        let free = intercept == Intercept::Free && !x.is_sparse();
        let center = if free { mean_of_rows(x, CENTER_ROWS) } else { vec![0.0; x.n_features()] };
        Self { x, center, intercept, far: None }
    }

    /// The same with this μ.
    pub(super) fn around(x: &'a dyn AnyFeatures, intercept: Intercept, center: Vec<f64>) -> Self {
        Self { x, center, intercept, far: None }
    }

    /// A copy of some rows.
    pub(super) fn gather(&self, rows: &[usize]) -> Box<dyn AnyFeatures + '_> {
        self.x.gather(rows)
    }

    /// Other rows of the same width, in the same coordinates.
    pub(super) fn of<'b>(&self, x: &'b dyn AnyFeatures) -> Design<'b> {
        Design { x, center: self.center.clone(), intercept: self.intercept, far: self.far.clone() }
    }

    /// The rows.
    pub(super) fn x(&self) -> &'a dyn AnyFeatures {
        self.x
    }

    /// Whether rows are sparse.
    pub(super) fn is_sparse(&self) -> bool {
        self.x.is_sparse()
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
        if let Some(far) = &self.far {
            return far.penalty_weights();
        }
        let mut weights = vec![1.0; self.x.n_features()];
        if self.intercept.exists() {
            weights.push(self.intercept.penalty_weight());
        }
        weights
    }

    /// (w, b) of v.
    pub(super) fn coefficients(&self, v: &[f64]) -> Coefficients {
        let d = self.x.n_features();
        if let Some(far) = &self.far {
            let mut at = v.to_vec();
            far.coefficients_from(&mut at);
            let b = at.get(d).map_or(0.0, |b| b * self.intercept.column());
            at.truncate(d);
            return Coefficients { w: at, b };
        }
        let w = v[..d].to_vec();
        let b = v.get(d).map_or(0.0, |b| b - self.shift(&w));
        Coefficients { w, b }
    }

    /// v of (w, b).
    pub(super) fn vector(&self, at: &Coefficients) -> Vec<f64> {
        let mut v = at.w.clone();
        match &self.far {
            Some(far) => {
                v.extend(self.intercept.exists().then(|| at.b / self.intercept.column()));
                far.coefficients_to(&mut v);
            }
            None => v.extend(self.intercept.exists().then(|| at.b + self.shift(&at.w))),
        }
        v
    }

    /// μ·w.
    fn shift(&self, w: &[f64]) -> f64 {
        self.center.iter().zip(w).map(|(mean, w)| mean * w).sum()
    }

    /// Σ tᵢ x̃ᵢ from Σ tᵢ (xᵢ, 1).
    pub(super) fn centered(&self, mut sum: Vec<f64>) -> Vec<f64> {
        let total = sum.last().copied().unwrap_or(0.0);
        sum.iter_mut().zip(&self.center).for_each(|(sum, mean)| *sum -= total * mean);
        sum.truncate(self.dim());
        if let Some(far) = &self.far {
            if let Some(last) = sum.get_mut(self.x.n_features()) {
                *last *= self.intercept.column();
            }
            far.rows_to(&mut sum, total);
        }
        sum
    }

    /// x̃ᵢ·v for all rows.
    pub(super) fn scores(&self, v: &[f64]) -> Vec<f64> {
        let at = self.coefficients(v);
        let n = self.x.n_rows();
        let mut scores = vec![0.0; n];
        over_pieces_of(n, [scores.as_mut_slice()], 1, |rows, [scores]| {
            self.x.rows_dot(rows, &at.w, scores);
            scores.iter_mut().for_each(|score| *score += at.b);
        });
        scores
    }

    /// Σ tᵢ x̃ᵢ.
    pub(super) fn weighted_sum(&self, t: &[f64]) -> Vec<f64> {
        let d = self.x.n_features();
        let pieces = over_pieces(self.x.n_rows(), d, |rows| {
            let mut sum = vec![0.0; d + 1];
            sum[d] = t[rows.clone()].iter().sum();
            for block in blocks_of(self.x, rows) {
                self.x.add_rows(block.clone(), &t[block], &mut sum[..d]);
            }
            sum
        });
        let mut sum = vec![0.0; d + 1];
        pieces.iter().for_each(|piece| add_to(&mut sum, piece));
        self.centered(sum)
    }

    /// The lower triangle of Σ tᵢ x̃ᵢ x̃ᵢᵀ for tᵢ ≥ 0, in n d² operations (for sparse rows: the sum of the squares of
    /// their numbers of entries).
    pub(super) fn gram(&self, t: &[f64]) -> Array2<f64> {
        let (n, entries) = (self.x.n_rows(), self.dim().saturating_mul(self.dim()));
        if self.x.is_sparse() {
            let pieces = over_pieces(n, entries, |rows| self.gram_of_sparse(rows, t));
            return pieces
                .into_iter()
                .fold(Array2::zeros((self.dim(), self.dim())), |sum, piece| sum + piece);
        }
        self.gram_sum_of(t).lower()
    }

    /// R + Σ tᵢ x̃ᵢ x̃ᵢᵀ, factored; `None` if it is not finite.
    pub(super) fn factor(&self, t: &[f64]) -> Option<Cholesky> {
        self.factor_with(t, &self.penalty_weights())
    }

    /// The same with another R.
    pub(super) fn factor_with(&self, t: &[f64], penalty: &[f64]) -> Option<Cholesky> {
        let mut normal = self.gram(t);
        add_to_diagonal(&mut normal, penalty);
        Cholesky::new(normal)
    }

    /// [`gram`](Self::gram) of dense rows as a sum that rows can be added to and taken from.
    pub(super) fn gram_sum_of(&self, t: &[f64]) -> GramSum {
        let (n, entries) = (self.x.n_rows(), self.dim().saturating_mul(self.dim()));
        let pieces = over_pieces(n, entries, |rows| {
            let mut sum = GramSum::new(self.dim());
            let chosen: Vec<usize> = rows.filter(|&row| t[row] != 0.0).collect();
            match self.far {
                Some(_) => {
                    self.change(&mut sum, &chosen.iter().map(|&row| (row, t[row])).collect::<Vec<_>>());
                }
                None => self.add_rows(&chosen, t, &mut sum),
            }
            sum
        });
        let mut sum = GramSum::new(self.dim());
        pieces.into_iter().for_each(|piece| sum.merge(piece));
        sum
    }

    fn add_rows(&self, rows: &[usize], t: &[f64], sum: &mut GramSum) {
        let d = self.x.n_features();
        let mut buffer = vec![0.0; STAGED * d];
        for rows in rows.chunks(STAGED) {
            let mut scales = [0.0; STAGED];
            for ((row, out), scale) in rows.iter().zip(buffer.chunks_exact_mut(d.max(1))).zip(&mut scales) {
                self.x.copy_row(*row, out);
                *scale = t[*row].sqrt();
            }
            sum.add_rows(&buffer[..rows.len() * d], &self.center, &scales);
        }
    }

    /// Adds Σ change x̃ x̃ᵀ over rows and changes: first those that add, as a sum that turns has to be worked off.
    pub(super) fn change(&self, sum: &mut GramSum, changes: &[(usize, f64)]) {
        let mut buffer = vec![0.0; self.dim()];
        for sign in [1.0, -1.0] {
            for &(row, change) in changes.iter().filter(|(_, change)| sign * change > 0.0) {
                self.fill_row(row, change.abs().sqrt(), &mut buffer);
                sum.push(&buffer, sign);
            }
        }
    }

    fn gram_of_sparse(&self, rows: Range<usize>, t: &[f64]) -> Array2<f64> {
        let mut gram = Array2::zeros((self.dim(), self.dim()));
        let mut entries: Vec<(usize, f64)> = Vec::new();
        for row in rows.filter(|&row| t[row] != 0.0) {
            entries.clear();
            self.x.for_each_in_row(row, &mut |column, value| entries.push((column, value)));
            entries.extend(self.intercept.exists().then(|| (self.x.n_features(), 1.0)));
            for &(i, a) in &entries {
                let scaled = t[row] * a;
                entries.iter().filter(|(j, _)| *j <= i).for_each(|&(j, b)| gram[[i, j]] += scaled * b);
            }
        }
        gram
    }

    /// out = scale · x̃_row, for `out` of the length of v.
    pub(super) fn fill_row(&self, row: usize, scale: f64, out: &mut [f64]) {
        let (features, intercept) = out.split_at_mut(self.x.n_features());
        self.x.copy_row(row, features);
        if let Some(far) = &self.far {
            intercept.fill(self.intercept.column());
            far.rows_to(out, 1.0);
            out.iter_mut().for_each(|x| *x *= scale);
            return;
        }
        features.iter_mut().zip(&self.center).for_each(|(x, mean)| *x = (*x - mean) * scale);
        intercept.fill(scale);
    }
}

/// The mean of at most so many rows, spread evenly.
pub(super) fn mean_of_rows(x: &dyn AnyFeatures, most_rows: usize) -> Vec<f64> {
    let mut mean = vec![0.0; x.n_features()];
    spread_evenly(x, most_rows).for_each(|(row, share)| x.add_row(row, share, &mut mean));
    mean
}

/// The same, and the mean of their squared distances from it.
fn mean_and_spread(x: &dyn AnyFeatures, most_rows: usize) -> (Vec<f64>, f64) {
    let mean = mean_of_rows(x, most_rows);
    let mut buffer = vec![0.0; mean.len()];
    let mut spread = 0.0;
    for (row, share) in spread_evenly(x, most_rows) {
        x.copy_row(row, &mut buffer);
        spread += share * buffer.iter().zip(&mean).map(|(x, mean)| (x - mean) * (x - mean)).sum::<f64>();
    }
    (mean, spread)
}

/// At most so many rows, each with its share.
fn spread_evenly(x: &dyn AnyFeatures, most_rows: usize) -> impl Iterator<Item = (usize, f64)> + use<> {
    let n = x.n_rows();
    let used = n.min(most_rows);
    (0..used).map(move |i| (i * (n / used) + i * (n % used) / used, 1.0 / used as f64))
}
