//! The loops over dense rows that all fits and predictions spend their time in.
//!
//! Rows come as slices of their own float type, sums are in `f64`. Entries of one row are summed in several lanes side by
//! side, which become vector registers; to read several rows side by side makes compilers shuffle lanes between them,
//! and is slower.

use crate::scalar::Scalar;
use crate::simd::{self, Kernel, mul_add};

/// How many sums of a row run side by side.
const LANES: usize = 8;
/// Bytes that are asked for before their turn.
const AHEAD: usize = 8192;
/// And how many where fewer entries are left.
const FEWER_LANES: usize = 4;

/// values · w.
pub(crate) fn dot<F: Scalar, W: Scalar>(values: &[F], w: &[W]) -> f64 {
    let mut out = [0.0];
    simd::run(RowsDot { rows: values, w, out: &mut out });
    out[0]
}

/// out[i] = xᵢ·w for the rows xᵢ of a matrix in C order.
pub(crate) struct RowsDot<'a, F, W> {
    pub(crate) rows: &'a [F],
    pub(crate) w: &'a [W],
    pub(crate) out: &'a mut [f64],
}

impl<F: Scalar, W: Scalar> Kernel for RowsDot<'_, F, W> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { rows, w, out } = self;
        if w.len() < LANES {
            return narrow_rows(rows, w, out);
        }
        let (weights, tail) = (w.as_chunks::<LANES>().0, tail_of(w));
        for (out, (row, ahead)) in out.iter_mut().zip(with_ahead(rows, w.len())) {
            simd::prefetch_all(ahead);
            *out = dot_one::<F, W, FUSED>(row, weights, &tail);
        }
    }
}

/// The rows, each with entries as many that come `AHEAD` bytes later.
#[inline(always)]
fn with_ahead<F>(rows: &[F], width: usize) -> impl Iterator<Item = (&[F], &[F])> {
    let later = rows.get((AHEAD / size_of::<F>().max(1)).max(width)..).unwrap_or(&[]);
    let later = later.chunks_exact(width).chain(std::iter::repeat(later.get(..0).unwrap_or(later)));
    rows.chunks_exact(width).zip(later)
}

/// The last `LANES` coefficients, 0 where full groups of them have been before: rows are read to their end by a last
/// group that overlaps the one before it.
#[inline(always)]
fn tail_of<W: Scalar>(w: &[W]) -> Option<[W; LANES]> {
    let rest = w.len() % LANES;
    let last = w.last_chunk::<LANES>().filter(|_| rest > 0)?;
    let mut tail = *last;
    tail[..LANES - rest].fill(W::default());
    Some(tail)
}

#[inline(always)]
fn narrow_rows<F: Scalar, W: Scalar>(rows: &[F], w: &[W], out: &mut [f64]) {
    for (out, row) in out.iter_mut().zip(rows.chunks_exact(w.len().max(1))) {
        *out = row.iter().zip(w).map(|(x, w)| x.widen() * w.widen()).sum();
    }
}

#[inline(always)]
fn add_products<F: Scalar, W: Scalar, const FUSED: bool>(
    sums: &mut [f64; LANES],
    x: &[F; LANES],
    w: &[W; LANES],
) {
    for lane in 0..LANES {
        sums[lane] = mul_add::<FUSED>(x[lane].widen(), w[lane].widen(), sums[lane]);
    }
}

#[inline(always)]
fn sum_lanes(sums: &[f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = *sums;
    ((a + e) + (b + f)) + ((c + g) + (d + h))
}

#[inline(always)]
fn dot_one<F: Scalar, W: Scalar, const FUSED: bool>(
    row: &[F],
    weights: &[[W; LANES]],
    tail: &Option<[W; LANES]>,
) -> f64 {
    let mut sums = [0.0; LANES];
    for (x, w) in row.as_chunks::<LANES>().0.iter().zip(weights) {
        add_products::<F, W, FUSED>(&mut sums, x, w);
    }
    if let (Some(w), Some(x)) = (tail, row.last_chunk()) {
        add_products::<F, W, FUSED>(&mut sums, x, w);
    }
    sum_lanes(&sums)
}

/// x·w of one row, within a [`Kernel`]: as long as `w`, or what is missing counts as 0.
#[inline(always)]
pub(crate) fn row_dot<F: Scalar, const FUSED: bool>(row: &[F], w: &[f64]) -> f64 {
    let ((x, x_rest), (w, w_rest)) = (row.as_chunks::<LANES>(), w.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (x, w) in x.iter().zip(w) {
        add_products::<F, f64, FUSED>(&mut sums, x, w);
    }
    let ((x, x_rest), (w, w_rest)) = (x_rest.as_chunks::<FEWER_LANES>(), w_rest.as_chunks::<FEWER_LANES>());
    for (x, w) in x.iter().zip(w) {
        for lane in 0..FEWER_LANES {
            sums[lane] = mul_add::<FUSED>(x[lane].widen(), w[lane], sums[lane]);
        }
    }
    for ((x, w), sum) in x_rest.iter().zip(w_rest).zip(&mut sums) {
        *sum = mul_add::<FUSED>(x.widen(), *w, *sum);
    }
    sum_lanes(&sums)
}

/// out ← out + scale · x for one row, within a [`Kernel`].
#[inline(always)]
pub(crate) fn add_row<F: Scalar, const FUSED: bool>(scale: f64, row: &[F], out: &mut [f64]) {
    add_one::<F, FUSED>(scale, row, out);
}

/// Rows that are looked through at a time for those to add: as many as a byte counts.
const LISTED: usize = 256;

/// out ← out + Σ scaleᵢ xᵢ for the rows xᵢ of a matrix in C order; rows of scale 0 are not read.
pub(crate) struct AddRows<'a, F> {
    pub(crate) rows: &'a [F],
    pub(crate) scales: &'a [f64],
    pub(crate) out: &'a mut [f64],
}

impl<F: Scalar> Kernel for AddRows<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let width = self.out.len().max(1);
        for (scales, rows) in self.scales.chunks(LISTED).zip(self.rows.chunks(width.saturating_mul(LISTED))) {
            // Rows of scale 0 come without a pattern: a list costs less than branches that are guessed wrongly.
            let (mut list, mut listed) = ([0u8; LISTED], 0);
            for (row, &scale) in (0..=u8::MAX).zip(scales) {
                list[listed & (LISTED - 1)] = row;
                listed += usize::from(scale != 0.0);
            }
            let chosen = Chosen { rows, width, scales, list: &list[..listed] };
            let mut done = 0;
            let mut rest = &mut *self.out;
            rest = chosen.add_tiles::<32, FUSED>(&mut done, rest);
            rest = chosen.add_tiles::<LANES, FUSED>(&mut done, rest);
            rest = chosen.add_tiles::<FEWER_LANES, FUSED>(&mut done, rest);
            chosen.add_tiles::<1, FUSED>(&mut done, rest);
        }
    }
}

/// Some of the rows of a matrix in C order.
struct Chosen<'a, F> {
    rows: &'a [F],
    width: usize,
    scales: &'a [f64],
    list: &'a [u8],
}

impl<F: Scalar> Chosen<'_, F> {
    /// Adds the chosen rows to groups of N sums, which stay in registers meanwhile; what is left of the sums.
    #[inline(always)]
    fn add_tiles<'o, const N: usize, const FUSED: bool>(
        &self,
        done: &mut usize,
        out: &'o mut [f64],
    ) -> &'o mut [f64] {
        let (tiles, rest) = out.as_chunks_mut::<N>();
        for tile in tiles {
            let mut sums = *tile;
            for row in self.list.iter().map(|&row| usize::from(row)) {
                let entries = self.rows.get(row * self.width + *done..).and_then(|x| x.first_chunk::<N>());
                if let (Some(scale), Some(x)) = (self.scales.get(row), entries) {
                    for lane in 0..N {
                        sums[lane] = mul_add::<FUSED>(x[lane].widen(), *scale, sums[lane]);
                    }
                }
            }
            *tile = sums;
            *done += N;
        }
        rest
    }
}

#[inline(always)]
fn add_one<F: Scalar, const FUSED: bool>(scale: f64, row: &[F], out: &mut [f64]) {
    for (out, x) in out.iter_mut().zip(row) {
        *out = mul_add::<FUSED>(x.widen(), scale, *out);
    }
}

/// out[i] = ‖xᵢ‖² for the rows xᵢ of a matrix in C order with `width` columns.
pub(crate) struct RowsSquaredNorm<'a, F> {
    pub(crate) rows: &'a [F],
    pub(crate) width: usize,
    pub(crate) out: &'a mut [f64],
}

impl<F: Scalar> Kernel for RowsSquaredNorm<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (out, (row, ahead)) in self.out.iter_mut().zip(with_ahead(self.rows, self.width.max(1))) {
            simd::prefetch_all(ahead);
            let (chunks, rest) = row.as_chunks::<LANES>();
            let mut sums = [0.0; LANES];
            for x in chunks {
                let wide = x.map(F::widen);
                add_products::<f64, f64, FUSED>(&mut sums, &wide, &wide);
            }
            let rest: f64 = rest.iter().map(|x| x.widen() * x.widen()).sum();
            *out = sum_lanes(&sums) + rest;
        }
    }
}

/// out ← out + Σ scaleⱼ columnⱼ for columns that are slices: dots of rows of a matrix in Fortran order.
pub(crate) struct AddColumn<'a, F> {
    pub(crate) column: &'a [F],
    pub(crate) scale: f64,
    pub(crate) out: &'a mut [f64],
}

impl<F: Scalar> Kernel for AddColumn<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (out, x) in self.out.iter_mut().zip(self.column) {
            *out = mul_add::<FUSED>(x.widen(), self.scale, *out);
        }
    }
}

/// out ← `map(&of_column[j], x)` for the entries x of column j of rows in C order; where the first one stands that `map`
/// refuses, and that.
pub(crate) struct MapRows<'a, F, P, M> {
    pub(crate) entries: &'a [F],
    pub(crate) out: &'a mut [F],
    pub(crate) of_column: &'a [P],
    pub(crate) map: &'a M,
}

impl<F: Scalar, P, M: Fn(&P, F) -> (F, bool)> Kernel for MapRows<'_, F, P, M> {
    type Output = Option<(usize, F)>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Self::Output {
        let Self { entries, out, of_column, map } = self;
        map_rows(entries, out, of_column, map).then(|| first_refused(entries, of_column, map)).flatten()
    }
}

/// [`MapRows`] where the images take the place of the entries.
pub(crate) struct MapRowsInPlace<'a, F, P, M> {
    pub(crate) entries: &'a mut [F],
    pub(crate) of_column: &'a [P],
    pub(crate) map: &'a M,
}

/// Entries whose old values are kept until it is known that none is refused: they stay in the nearest cache.
const KEPT: usize = 1024;

impl<F: Scalar, P, M: Fn(&P, F) -> (F, bool)> Kernel for MapRowsInPlace<'_, F, P, M> {
    type Output = Option<(usize, F)>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Self::Output {
        let Self { entries, of_column, map } = self;
        let width = of_column.len().max(1);
        let length = (KEPT / width).max(1) * width;
        let mut before = Vec::with_capacity(length);
        for (part, entries) in entries.chunks_mut(length).enumerate() {
            before.clear();
            before.extend_from_slice(entries);
            if map_rows(&before, entries, of_column, map) {
                let (at, value) = first_refused(&before, of_column, map)?;
                return Some((part * length + at, value));
            }
        }
        None
    }
}

/// out ← `map(&of_column[j], x)`; whether any was refused.
#[inline(always)]
fn map_rows<F: Scalar, P>(
    entries: &[F],
    out: &mut [F],
    of_column: &[P],
    map: &impl Fn(&P, F) -> (F, bool),
) -> bool {
    let width = of_column.len().max(1);
    let mut any = false;
    for (out, row) in out.chunks_exact_mut(width).zip(entries.chunks_exact(width)) {
        for ((out, &x), of_column) in out.iter_mut().zip(row).zip(of_column) {
            let refused;
            (*out, refused) = map(of_column, x);
            any |= refused;
        }
    }
    any
}

/// Where the first entry stands that `map` refuses, and that.
#[cold]
fn first_refused<F: Scalar, P>(
    entries: &[F],
    of_column: &[P],
    map: &impl Fn(&P, F) -> (F, bool),
) -> Option<(usize, F)> {
    let of_columns = of_column.iter().cycle();
    let mut places = entries.iter().copied().zip(of_columns).enumerate();
    places.find_map(|(at, (value, of_column))| map(of_column, value).1.then_some((at, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Widths below, at and around the numbers of lanes; rows that are and are not a multiple of four.
    fn shapes() -> impl Iterator<Item = (usize, usize)> {
        (1..=7).flat_map(|n| [1, 3, 7, 8, 9, 15, 16, 30, 33].map(|d| (n, d)))
    }

    fn rows<F: Scalar>(n: usize, d: usize) -> Vec<F> {
        (0..n * d).map(|i| F::narrow(((i * 7919) % 1013) as f64 / 97.0 - 5.0)).collect()
    }

    fn agree(found: &[f64], expected: &[f64]) {
        for (found, expected) in found.iter().zip(expected) {
            approx::assert_relative_eq!(found, expected, max_relative = 1e-13, epsilon = 1e-12);
        }
    }

    fn kernels_agree_with_plain_sums<F: Scalar>() {
        for (n, d) in shapes() {
            let x = rows::<F>(n, d);
            let w: Vec<f64> = (0..d).map(|j| (j as f64).sin()).collect();
            let scales: Vec<f64> = (0..n).map(|i| if i == 1 { 0.0 } else { 1.5 - i as f64 }).collect();
            let at = |i: usize, j: usize| x[i * d + j].widen();
            let expected: Vec<f64> = (0..n).map(|i| (0..d).map(|j| at(i, j) * w[j]).sum()).collect();
            let norms: Vec<f64> = (0..n).map(|i| (0..d).map(|j| at(i, j) * at(i, j)).sum()).collect();
            let sums: Vec<f64> =
                (0..d).map(|j| 1.0 + (0..n).map(|i| scales[i] * at(i, j)).sum::<f64>()).collect();

            let (mut fast, mut plain) = (vec![0.0; n], vec![0.0; n]);
            simd::run(RowsDot { rows: &x, w: &w, out: &mut fast });
            simd::run_baseline(RowsDot { rows: &x, w: &w, out: &mut plain });
            agree(&fast, &expected);
            agree(&plain, &expected);

            simd::run(RowsSquaredNorm { rows: &x, width: d, out: &mut fast });
            simd::run_baseline(RowsSquaredNorm { rows: &x, width: d, out: &mut plain });
            agree(&fast, &norms);
            agree(&plain, &norms);

            let (mut fast, mut plain) = (vec![1.0; d], vec![1.0; d]);
            simd::run(AddRows { rows: &x, scales: &scales, out: &mut fast });
            simd::run_baseline(AddRows { rows: &x, scales: &scales, out: &mut plain });
            agree(&fast, &sums);
            agree(&plain, &sums);
        }
    }

    #[test]
    fn every_instruction_set_gives_the_sums_of_plain_loops() {
        kernels_agree_with_plain_sums::<f64>();
        kernels_agree_with_plain_sums::<f32>();
    }
}
