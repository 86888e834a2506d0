//! The products of matrices that a network spends its time in.
//!
//! Blocks of the right factor are copied into panels that lie in the order in which they are read, zeros where a panel ends
//! beyond the matrix; those of the left one too, where its entries would be read from afar more than once. Goto and van de
//! Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", doi:10.1145/1356052.1356053. Each entry is a sum in
//! the order of its terms, whatever the number of rows: a row alone gives what it gives among others.

use crate::scalar::Scalar;
use crate::simd::{self, Kernel, fused, has_many_wide_registers};
use std::ops::Range;

/// Rows and bytes of a tile, whose sums stay in registers: 12 of 16 for AVX2. Processors with more and wider ones take
/// tiles of twice the width, which is a third faster.
const TILE_ROWS: usize = 6;
const WIDEST_TILE: usize = 32;
/// The terms of a sum, rows and columns that are in the cache at a time.
const TERMS: usize = 256;
const ROWS: usize = 16 * TILE_ROWS;
const COLUMNS: usize = 512;

/// A matrix to read, in any order.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a, F> {
    entries: &'a [F],
    row_stride: usize,
    column_stride: usize,
}

impl<'a, F: Copy> Matrix<'a, F> {
    /// Rows of this width, one after the other.
    pub(super) fn new(entries: &'a [F], width: usize) -> Self {
        Self { entries, row_stride: width, column_stride: 1 }
    }

    pub(super) fn transposed(self) -> Self {
        Self { row_stride: self.column_stride, column_stride: self.row_stride, ..self }
    }

    /// Where the entry of a row and a column lies.
    #[inline(always)]
    fn index(&self, (row, column): (usize, usize)) -> usize {
        row * self.row_stride + column * self.column_stride
    }
}

/// Room for the panels.
#[derive(Debug, Clone, Default)]
pub(super) struct Panels<F> {
    left: Vec<F>,
    right: Vec<F>,
}

impl<F: Scalar> Panels<F> {
    /// For matrices of no more rows and columns than `largest`.
    pub(super) fn new(largest: usize) -> Self {
        let terms = TERMS.min(largest);
        let columns = COLUMNS.min(largest.next_multiple_of(WIDEST_TILE));
        Self { left: vec![F::zero(); ROWS * terms], right: vec![F::zero(); columns * terms] }
    }

    /// out ← out + left · right, for `out` of rows × columns and a sum of so many `terms`.
    pub(super) fn add_product(
        &mut self,
        (rows, terms, columns): (usize, usize, usize),
        left: Matrix<'_, F>,
        right: Matrix<'_, F>,
        out: &mut [F],
    ) {
        let panels = self;
        match (size_of::<F>() <= 4, has_many_wide_registers()) {
            (true, true) => {
                simd::run(Product::<F, WIDEST_TILE, 16> { rows, terms, columns, left, right, out, panels })
            }
            (false, false) => {
                simd::run(Product::<F, 8, 4> { rows, terms, columns, left, right, out, panels })
            }
            _ => simd::run(Product::<F, 16, 8> { rows, terms, columns, left, right, out, panels }),
        }
    }
}

/// By tiles of `N` columns, the last of `LAST` where those are enough.
struct Product<'a, F, const N: usize, const LAST: usize> {
    rows: usize,
    terms: usize,
    columns: usize,
    left: Matrix<'a, F>,
    right: Matrix<'a, F>,
    out: &'a mut [F],
    panels: &'a mut Panels<F>,
}

impl<F: Scalar, const N: usize, const LAST: usize> Kernel for Product<'_, F, N, LAST> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { rows, terms, columns, left, right, out, panels } = self;
        for first_column in (0..columns).step_by(COLUMNS) {
            let n = COLUMNS.min(columns - first_column);
            let wide = if n % N <= LAST { n - n % N } else { n };
            let last_column = first_column + wide;
            for first_term in (0..terms).step_by(TERMS) {
                let k = TERMS.min(terms - first_term);
                let (of_wide, of_last) = panels.right.split_at_mut(wide.next_multiple_of(N) * k);
                pack::<F, N>(of_wide, k, wide, right, |j, p| (first_term + p, first_column + j));
                pack::<F, LAST>(of_last, k, n - wide, right, |j, p| (first_term + p, last_column + j));
                let right = Right { wide: of_wide, last: of_last, terms: k };
                let places = [first_column..last_column, last_column..first_column + n];
                for first_row in (0..rows).step_by(ROWS) {
                    let m = ROWS.min(rows - first_row);
                    let out = &mut out[first_row * columns..(first_row + m) * columns];
                    let entries = &left.entries[left.index((first_row, first_term))..];
                    if left.column_stride == 1 {
                        let lines = InRows { entries, stride: left.row_stride, n: m };
                        right.add_to::<_, N, LAST, FUSED>(&lines, out, columns, places.clone());
                    } else if left.row_stride == 1 && n <= N {
                        let lines = InColumns { entries, stride: left.column_stride, n: m };
                        right.add_to::<_, N, LAST, FUSED>(&lines, out, columns, places.clone());
                    } else {
                        let place = |i, p| (first_row + i, first_term + p);
                        pack::<F, TILE_ROWS>(&mut panels.left, k, m, left, place);
                        let lines = InPanels(panels.left.as_chunks().0);
                        right.add_to::<_, N, LAST, FUSED>(&lines, out, columns, places.clone());
                    }
                }
            }
        }
    }
}

/// Copies a block into panels of `P` lines, term after term.
#[inline(always)]
fn pack<F: Scalar, const P: usize>(
    panels: &mut [F],
    terms: usize,
    lines: usize,
    of: Matrix<'_, F>,
    place: impl Fn(usize, usize) -> (usize, usize),
) {
    let (panels, _) = panels.as_chunks_mut::<P>();
    for (panel, first) in panels.chunks_exact_mut(terms).zip((0..lines).step_by(P)) {
        let here = P.min(lines - first);
        let lines_are_together = of.index(place(first + 1, 0)) == of.index(place(first, 0)) + 1;
        if here == P && lines_are_together {
            for (p, to) in panel.iter_mut().enumerate() {
                let start = of.index(place(first, p));
                to.copy_from_slice(&of.entries[start..start + P]);
            }
            continue;
        }
        for line in 0..P {
            if line >= here {
                panel.iter_mut().for_each(|to| to[line] = F::zero());
                continue;
            }
            let start = of.index(place(first + line, 0));
            if of.index(place(first + line, 1)) == start + 1 {
                for (to, value) in panel.iter_mut().zip(&of.entries[start..start + terms]) {
                    to[line] = *value;
                }
                continue;
            }
            for (p, to) in panel.iter_mut().enumerate() {
                to[line] = of.entries[of.index(place(first + line, p))];
            }
        }
    }
}

/// Panels of the right factor: wide ones, and narrow ones for what is left.
struct Right<'a, F> {
    wide: &'a [F],
    last: &'a [F],
    terms: usize,
}

impl<F: Scalar> Right<'_, F> {
    /// Adds the product of the left factor and both kinds of panels to the places of their columns in the rows of `out`.
    #[inline(always)]
    fn add_to<L: Lines<F>, const N: usize, const LAST: usize, const FUSED: bool>(
        &self,
        left: &L,
        out: &mut [F],
        width: usize,
        [of_wide, of_last]: [Range<usize>; 2],
    ) {
        add_block::<F, L, N, FUSED>(left, (self.wide, self.terms), out, width, of_wide);
        add_block::<F, L, LAST, FUSED>(left, (self.last, self.terms), out, width, of_last);
    }
}

#[inline(always)]
fn add_block<F: Scalar, L: Lines<F>, const N: usize, const FUSED: bool>(
    left: &L,
    (right, terms): (&[F], usize),
    out: &mut [F],
    width: usize,
    columns: Range<usize>,
) {
    for (right, first) in right.as_chunks::<N>().0.chunks_exact(terms).zip(columns.clone().step_by(N)) {
        let here = N.min(columns.end - first);
        for (tile, rows) in out.chunks_mut(TILE_ROWS * width).enumerate() {
            let sums = left.sums::<N, FUSED>(tile, right);
            for (row, sums) in rows.chunks_exact_mut(width).zip(&sums) {
                let row = &mut row[first..first + here];
                match <&mut [F; N]>::try_from(&mut *row) {
                    Ok(row) => row.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum),
                    Err(_) => row.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum),
                }
            }
        }
    }
}

/// The rows of a left factor, a tile after the other.
trait Lines<F> {
    /// The sums of a tile.
    fn sums<const N: usize, const FUSED: bool>(&self, tile: usize, right: &[[F; N]]) -> [[F; N]; TILE_ROWS];
}

/// In panels.
struct InPanels<'a, F>(&'a [[F; TILE_ROWS]]);

/// Where they are, the entries of a row together; so many rows, a stride apart.
struct InRows<'a, F> {
    entries: &'a [F],
    stride: usize,
    n: usize,
}

/// Where they are, the entries of a column together; columns are a stride apart, and have so many rows.
struct InColumns<'a, F> {
    entries: &'a [F],
    stride: usize,
    n: usize,
}

impl<F: Scalar> Lines<F> for InPanels<'_, F> {
    #[inline(always)]
    fn sums<const N: usize, const FUSED: bool>(&self, tile: usize, right: &[[F; N]]) -> [[F; N]; TILE_ROWS] {
        let mut sums = [[F::zero(); N]; TILE_ROWS];
        for (left, right) in self.0[tile * right.len()..].iter().zip(right) {
            add_term::<F, N, FUSED>(&mut sums, *left, right);
        }
        sums
    }
}

impl<F: Scalar> Lines<F> for InRows<'_, F> {
    #[inline(always)]
    fn sums<const N: usize, const FUSED: bool>(&self, tile: usize, right: &[[F; N]]) -> [[F; N]; TILE_ROWS] {
        let mut sums = [[F::zero(); N]; TILE_ROWS];
        let mut rows: [&[F]; TILE_ROWS] = [&[]; TILE_ROWS];
        for (i, row) in rows.iter_mut().enumerate() {
            // Beyond the last row it is that one once more, whose sums nobody reads.
            let start = (tile * TILE_ROWS + i).min(self.n - 1) * self.stride;
            *row = &self.entries[start..start + right.len()];
        }
        let [a, b, c, d, e, f] = rows;
        let left = a.iter().zip(b).zip(c.iter().zip(d)).zip(e.iter().zip(f));
        for ((((a, b), (c, d)), (e, f)), right) in left.zip(right) {
            add_term::<F, N, FUSED>(&mut sums, [*a, *b, *c, *d, *e, *f], right);
        }
        sums
    }
}

impl<F: Scalar> Lines<F> for InColumns<'_, F> {
    #[inline(always)]
    fn sums<const N: usize, const FUSED: bool>(&self, tile: usize, right: &[[F; N]]) -> [[F; N]; TILE_ROWS] {
        let mut sums = [[F::zero(); N]; TILE_ROWS];
        let first = tile * TILE_ROWS;
        let here = TILE_ROWS.min(self.n - first);
        for (column, right) in self.entries.chunks(self.stride).zip(right) {
            let column = &column[first..first + here];
            let left = <[F; TILE_ROWS]>::try_from(column).unwrap_or_else(|_| {
                // Beyond the last row there are zeros.
                let mut left = [F::zero(); TILE_ROWS];
                left[..here].copy_from_slice(column);
                left
            });
            add_term::<F, N, FUSED>(&mut sums, left, right);
        }
        sums
    }
}

/// Adds a term to each sum of a tile.
#[inline(always)]
fn add_term<F: Scalar, const N: usize, const FUSED: bool>(
    sums: &mut [[F; N]; TILE_ROWS],
    left: [F; TILE_ROWS],
    right: &[F; N],
) {
    for i in 0..TILE_ROWS {
        for j in 0..N {
            sums[i][j] = fused::<FUSED, F>(left[i], right[j], sums[i][j]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use ndarray::{Array2, ArrayView2};

    fn check<F: Scalar>(tolerance: f64) {
        let mut random = Random::new(5);
        let mut panels = Panels::<F>::new(1025);
        for (m, k, n) in [
            (1, 1, 1),
            (6, 256, 16),
            (7, 300, 17),
            (200, 64, 100),
            (97, 513, 10),
            (100, 70, 32),
            (13, 5, 1025),
        ] {
            let mut draw = |len: usize| (0..len).map(|_| F::narrow(random.normal())).collect::<Vec<F>>();
            let (a, b, c) = (draw(m * k), draw(k * n), draw(m * n));
            let wide = |v: &[F], shape| {
                Array2::from_shape_vec(shape, v.iter().map(|v| v.widen()).collect()).unwrap()
            };
            let expected = wide(&a, (m, k)).dot(&wide(&b, (k, n))) + wide(&c, (m, n));
            // Rounding is that of the terms' sizes, and goes with the root of their number: Higham and Mary 2019, "A New
            // Approach to Probabilistic Rounding Error Analysis".
            let size = |v: &[F], shape| wide(v, shape).mapv(f64::abs);
            let sizes = size(&a, (m, k)).dot(&size(&b, (k, n))) + size(&c, (m, n));
            let transposed = |v: &[F], rows, columns| -> Vec<F> {
                ArrayView2::from_shape((rows, columns), v).unwrap().t().iter().copied().collect()
            };
            let (a_t, b_t) = (transposed(&a, m, k), transposed(&b, k, n));
            let (left, left_t) = (Matrix::new(&a, k), Matrix::new(&a_t, m).transposed());
            let (right, right_t) = (Matrix::new(&b, n), Matrix::new(&b_t, k).transposed());
            for (left, right) in [(left, right), (left_t, right), (left, right_t), (left_t, right_t)] {
                let mut out = c.clone();
                panels.add_product((m, k, n), left, right, &mut out);
                for ((found, expected), size) in out.iter().zip(&expected).zip(&sizes) {
                    assert!((found.widen() - expected).abs() < tolerance * (k as f64 + 1.0).sqrt() * size);
                }
                // A row alone.
                let mut last = c[(m - 1) * n..].to_vec();
                let row = Matrix::new(&a[(m - 1) * k..], k);
                panels.add_product((1, k, n), row, right, &mut last);
                assert_eq!(last, out[(m - 1) * n..]);
            }
        }
    }

    #[test]
    fn products_are_those_of_the_definition() {
        check::<f32>(f64::from(f32::EPSILON));
        check::<f64>(f64::EPSILON);
    }
}
