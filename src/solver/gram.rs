//! Sums of outer products of rows, Σ x xᵀ.

use crate::simd::{self, Kernel, mul_add};
use ndarray::Array2;

/// Columns that are packed side by side, and multiplied as one tile.
pub(super) const PANEL: usize = 8;
/// Rows of a tile that are in work at a time: with a panel's width as many sums as there are registers for.
const STRIP: usize = 4;
/// Rows that are packed before they are multiplied: they stay in the cache.
const DEPTH: usize = 128;

/// Adds up Σ ± x xᵀ, lower triangle, from rows that are given one after the other.
///
/// Rows are packed in panels of eight columns, as in Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix
/// Multiplication", doi:10.1145/1356052.1356053; only tiles on and below the diagonal are multiplied.
pub(super) struct GramSum {
    dim: usize,
    panels: usize,
    /// Panel after panel, each `DEPTH` rows of `PANEL` columns.
    packed: Vec<[f64; PANEL]>,
    filled: usize,
    /// The tiles (0, 0), (1, 0), (1, 1), (2, 0), …
    tiles: Vec<[[f64; PANEL]; PANEL]>,
    sign: f64,
}

impl GramSum {
    pub(super) fn new(dim: usize) -> Self {
        let panels = dim.div_ceil(PANEL);
        Self {
            dim,
            panels,
            packed: vec![[0.0; PANEL]; panels * DEPTH],
            filled: 0,
            tiles: vec![[[0.0; PANEL]; PANEL]; panels * (panels + 1) / 2],
            sign: 1.0,
        }
    }

    /// Adds sign · row rowᵀ for a sign of ±1. Entries beyond the dimension count as missing.
    pub(super) fn push(&mut self, row: &[f64], sign: f64) {
        self.turn(sign);
        let (chunks, rest) = row.as_chunks::<PANEL>();
        let mut slots = self.packed[self.filled..].iter_mut().step_by(DEPTH);
        for (chunk, slot) in chunks.iter().zip(slots.by_ref()) {
            *slot = *chunk;
        }
        if let Some(slot) = slots.next() {
            slot[..rest.len()].copy_from_slice(rest);
            slot[rest.len()..].fill(0.0);
        }
        self.filled += 1;
        if self.filled == DEPTH {
            self.multiply();
        }
    }

    /// Adds Σ x̃ x̃ᵀ for the rows x̃ = scale · (x − center, 1 or nothing), as long as the dimension says, of rows x that
    /// lie one behind the other.
    pub(super) fn add_rows(&mut self, rows: &[f64], center: &[f64], scales: &[f64]) {
        self.turn(1.0);
        let width = center.len().max(1);
        let mut rest = rows.chunks_exact(width).zip(scales);
        while rest.len() > 0 {
            let taken = rest.len().min(DEPTH - self.filled);
            let packed = &mut self.packed[self.filled..];
            simd::run(Pack { rows: rest.by_ref().take(taken), center, dim: self.dim, packed });
            self.filled += taken;
            if self.filled == DEPTH {
                self.multiply();
            }
        }
    }

    /// What comes next has this sign.
    fn turn(&mut self, sign: f64) {
        if sign != self.sign {
            self.multiply();
            self.sign = sign;
        }
    }

    /// Adds what is packed to the tiles.
    fn multiply(&mut self) {
        let (depth, sign) = (self.filled, self.sign);
        if depth > 0 {
            simd::run(Multiply {
                packed: &self.packed,
                panels: self.panels,
                depth,
                sign,
                tiles: &mut self.tiles,
            });
        }
        self.filled = 0;
    }

    /// Adds another sum of the same dimension.
    pub(super) fn merge(&mut self, mut other: Self) {
        self.multiply();
        other.multiply();
        for (tile, other) in self.tiles.iter_mut().zip(&other.tiles) {
            for (row, other) in tile.iter_mut().zip(other) {
                row.iter_mut().zip(other).for_each(|(entry, other)| *entry += other);
            }
        }
    }

    /// The sum, lower triangle.
    pub(super) fn lower(&mut self) -> Array2<f64> {
        self.multiply();
        let mut gram = Array2::zeros((self.dim, self.dim));
        for i in 0..self.dim {
            let first = (i / PANEL) * (i / PANEL + 1) / 2;
            for j in 0..=i {
                gram[[i, j]] = self.tiles[first + j / PANEL][i % PANEL][j % PANEL];
            }
        }
        gram
    }
}

/// H s for the lower triangle of a symmetric H.
pub(super) fn times_lower(lower: &Array2<f64>, s: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; s.len()];
    for (i, row) in lower.rows().into_iter().enumerate() {
        for (j, h) in row.iter().enumerate().take(i) {
            product[i] += h * s[j];
            product[j] += h * s[i];
        }
        product[i] += row[i] * s[i];
    }
    product
}

/// diag(H) ← diag(H) + `values`.
pub(super) fn add_to_diagonal(matrix: &mut Array2<f64>, values: &[f64]) {
    matrix.diag_mut().iter_mut().zip(values).for_each(|(h, value)| *h += value);
}

/// Writes rows into panels.
struct Pack<'a, I> {
    rows: I,
    center: &'a [f64],
    dim: usize,
    packed: &'a mut [[f64; PANEL]],
}

impl<'b, I: Iterator<Item = (&'b [f64], &'b f64)>> Kernel for Pack<'_, I> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (center, center_rest) = self.center.as_chunks::<PANEL>();
        for (at, (row, &scale)) in self.rows.enumerate() {
            let (row, row_rest) = row.as_chunks::<PANEL>();
            let mut slots = self.packed[at..].iter_mut().step_by(DEPTH);
            for ((row, center), slot) in row.iter().zip(center).zip(slots.by_ref()) {
                for lane in 0..PANEL {
                    slot[lane] = (row[lane] - center[lane]) * scale;
                }
            }
            if let Some(slot) = slots.next() {
                let mut last = [0.0; PANEL];
                for ((to, x), center) in last.iter_mut().zip(row_rest).zip(center_rest) {
                    *to = (x - center) * scale;
                }
                if self.dim > self.center.len() {
                    last[row_rest.len()] = scale;
                }
                *slot = last;
            }
        }
    }
}

struct Multiply<'a> {
    packed: &'a [[f64; PANEL]],
    panels: usize,
    depth: usize,
    sign: f64,
    tiles: &'a mut [[[f64; PANEL]; PANEL]],
}

impl Kernel for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let panel = |at: usize| &self.packed[at * DEPTH..at * DEPTH + self.depth];
        let mut tiles = self.tiles.iter_mut();
        for i in 0..self.panels {
            for (j, tile) in (0..=i).zip(tiles.by_ref()) {
                multiply_strips::<FUSED>(panel(i), panel(j), self.sign, tile);
            }
        }
    }
}

/// tile ← tile + sign · Σ left rightᵀ.
#[inline(always)]
pub(super) fn multiply_strips<const FUSED: bool>(
    left: &[[f64; PANEL]],
    right: &[[f64; PANEL]],
    sign: f64,
    tile: &mut [[f64; PANEL]; PANEL],
) {
    let (upper, lower) = tile.split_at_mut(STRIP);
    multiply_strip::<0, FUSED>(left, right, sign, upper);
    multiply_strip::<STRIP, FUSED>(left, right, sign, lower);
}

/// strip ← strip + sign · Σ left[FROM..FROM + STRIP] rightᵀ.
#[inline(always)]
fn multiply_strip<const FROM: usize, const FUSED: bool>(
    left: &[[f64; PANEL]],
    right: &[[f64; PANEL]],
    sign: f64,
    strip: &mut [[f64; PANEL]],
) {
    let mut sums = [[0.0; PANEL]; STRIP];
    for (left, right) in left.iter().zip(right) {
        for row in 0..STRIP {
            for column in 0..PANEL {
                sums[row][column] = mul_add::<FUSED>(left[FROM + row], right[column], sums[row][column]);
            }
        }
    }
    for (row, sums) in strip.iter_mut().zip(&sums) {
        row.iter_mut().zip(sums).for_each(|(entry, sum)| *entry += sign * sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Axis;

    #[test]
    fn every_instruction_set_gives_the_same_tiles() {
        let (panels, depth) = (3, 100);
        let entry = |i: usize, j: usize| ((i * 7919 + j * 31) % 101) as f64 / 10.0 - 5.0;
        let packed: Vec<[f64; PANEL]> =
            (0..panels * DEPTH).map(|i| std::array::from_fn(|j| entry(i, j))).collect();
        let mut fast = vec![[[1.0; PANEL]; PANEL]; 6];
        let mut plain = fast.clone();
        simd::run(Multiply { packed: &packed, panels, depth, sign: -1.0, tiles: &mut fast });
        simd::run_baseline(Multiply { packed: &packed, panels, depth, sign: -1.0, tiles: &mut plain });
        for (fast, plain) in fast.iter().flatten().flatten().zip(plain.iter().flatten().flatten()) {
            approx::assert_relative_eq!(fast, plain, max_relative = 1e-12, epsilon = 1e-9);
        }
    }

    #[test]
    fn sums_outer_products_for_every_width_and_number_of_rows() {
        for (n, d) in [(1, 1), (5, 7), (130, 8), (300, 9), (257, 31), (40, 50)] {
            let x = Array2::from_shape_fn((n, d), |(i, j)| ((i * 37 + j * 11) % 19) as f64 - 9.0);
            let (mut sum, mut other) = (GramSum::new(d), GramSum::new(d));
            for (i, row) in x.rows().into_iter().enumerate() {
                let row = row.to_vec();
                if i % 3 == 0 {
                    other.push(&row, 1.0)
                } else {
                    sum.push(&row, 1.0)
                }
                // A row that comes and goes.
                sum.push(&vec![1e3; d], 1.0);
                sum.push(&vec![1e3; d], -1.0);
            }
            sum.merge(other);
            let (found, expected) = (sum.lower(), x.t().dot(&x));
            // The same rows moved away and back, then times 2 in part, with and without a column of ones.
            let (center, scales) = (vec![0.5; d], vec![2.0; n]);
            let moved: Vec<f64> = x.iter().map(|x| x + 0.5).collect();
            for dim in [d, d + 1] {
                let mut sum = GramSum::new(dim);
                let (first, second) = moved.split_at(n / 2 * d);
                sum.push(&vec![0.0; dim], -1.0);
                sum.add_rows(first, &center, &scales);
                sum.add_rows(second, &center, &scales);
                let sum = sum.lower();
                for i in 0..d {
                    for j in 0..=i {
                        approx::assert_relative_eq!(sum[[i, j]], 4.0 * expected[[i, j]], epsilon = 1e-6);
                    }
                    if dim > d {
                        approx::assert_relative_eq!(sum[[d, i]], 4.0 * x.column(i).sum(), epsilon = 1e-6);
                    }
                }
                if dim > d {
                    approx::assert_relative_eq!(sum[[d, d]], 4.0 * n as f64, epsilon = 1e-6);
                }
            }
            for i in 0..d {
                for j in 0..=i {
                    approx::assert_relative_eq!(found[[i, j]], expected[[i, j]], epsilon = 1e-6);
                }
            }
            assert_eq!(found.len_of(Axis(0)), d);
        }
    }
}
