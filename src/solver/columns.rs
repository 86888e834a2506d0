//! Some columns of a feature matrix, side by side.

use super::pieces::MAX_PIECES;
use crate::data::{AnyFeatures, dot};
use crate::parallel;
use crate::simd::{self, Kernel, mul_add};

/// How many sums of a column run side by side.
const LANES: usize = 8;
const SPARSE_LANES: usize = 4;
/// So many columns ahead, and so many of their entries, are asked for.
pub(super) const AHEAD: usize = 6;
const ASKED_FOR: usize = 64;
/// Dense columns are gathered from pieces of rows where they have so many entries.
const MANY_ENTRIES: usize = 1 << 16;
/// The place of a column that has not been gathered.
const NOWHERE: u32 = u32::MAX;

/// Copies of those columns that have been asked for, each in one piece.
///
/// Feature matrices are read by rows; to gather columns of a sparse one takes a pass over the rows, whatever their number. Column d,
/// behind those of the matrix, has the same entry in each row: that of a penalised intercept.
pub(super) struct Columns<'a> {
    x: &'a dyn AnyFeatures,
    constant: f64,
    /// Where there is an intercept that is not penalised, columns of a dense matrix have their mean taken off.
    centered: bool,
    places: Vec<u32>,
    blocks: Vec<Block>,
}

/// A gathered column: its mean, if that was taken off, and its entries.
struct Block {
    mean: f64,
    entries: Entries,
}

enum Entries {
    Dense(Vec<f64>),
    /// Those that `f32` holds, in half the memory.
    Narrow(Vec<(u32, f32)>),
    Sparse(Vec<(u32, f64)>),
}

impl Entries {
    fn sparse(entries: Vec<(u32, f64)>) -> Self {
        if entries.iter().all(|&(_, value)| f64::from(value as f32) == value) {
            Self::Narrow(entries.into_iter().map(|(row, value)| (row, value as f32)).collect())
        } else {
            Self::Sparse(entries)
        }
    }
}

impl<'a> Columns<'a> {
    /// `None` where there are more rows or columns than fit 32 bits.
    pub(super) fn new(x: &'a dyn AnyFeatures, constant: f64, centered: bool) -> Option<Self> {
        let most = x.n_rows().max(x.n_features().saturating_add(1));
        let fits = u32::try_from(most).is_ok_and(|most| most < NOWHERE);
        let places = if fits { vec![NOWHERE; x.n_features() + 1] } else { Vec::new() };
        fits.then(|| Self { x, constant, centered: centered && !x.is_sparse(), places, blocks: Vec::new() })
    }

    /// Gathers those of the columns that are not there yet.
    pub(super) fn gather(&mut self, columns: &[usize]) {
        let first = self.blocks.len();
        let mut missing: Vec<usize> = Vec::new();
        for &column in columns {
            if self.places[column] == NOWHERE {
                self.places[column] = (first + missing.len()) as u32;
                missing.push(column);
            }
        }
        if missing.is_empty() {
            return;
        }
        let entries = if self.x.is_sparse() { self.sparse(first, &missing) } else { self.dense(&missing) };
        self.blocks.extend(entries);
    }

    /// Threads share the rows, as what lies in a row is read from its beginning to its end. Rows are read a few at a time,
    /// so that cache lines are written whole.
    fn dense(&self, missing: &[usize]) -> Vec<Block> {
        let (n, d) = (self.x.n_rows(), self.x.n_features());
        let inner: Vec<usize> = missing.iter().copied().filter(|&column| column < d).collect();
        let mut columns = vec![vec![self.constant; n]; missing.len()];
        let pieces = if n.saturating_mul(inner.len()) < MANY_ENTRIES { 1 } else { MAX_PIECES };
        let size = n.div_ceil(pieces).max(LANES);
        let mut by_piece: Vec<Vec<&mut [f64]>> = (0..n.div_ceil(size)).map(|_| Vec::new()).collect();
        for (entries, _) in columns.iter_mut().zip(missing).filter(|(_, column)| **column < d) {
            by_piece
                .iter_mut()
                .zip(entries.chunks_mut(size))
                .for_each(|(piece, entries)| piece.push(entries));
        }
        parallel::map(by_piece.into_iter().enumerate().collect(), |(piece, mut columns)| {
            let rows = piece * size..n.min((piece + 1) * size);
            let mut picked = vec![0.0; inner.len() * LANES];
            for first in rows.clone().step_by(LANES) {
                let here = first..rows.end.min(first + LANES);
                for (row, picked) in here.clone().zip(picked.chunks_exact_mut(inner.len().max(1))) {
                    self.x.pick(row, &inner, picked);
                }
                let own = here.start - rows.start..here.end - rows.start;
                for (k, entries) in columns.iter_mut().enumerate() {
                    let picked = picked.iter().skip(k).step_by(inner.len().max(1));
                    entries[own.clone()].iter_mut().zip(picked).for_each(|(entry, picked)| *entry = *picked);
                }
            }
        });
        let centered = |entries| self.centered(entries);
        if pieces == 1 {
            columns.into_iter().map(centered).collect()
        } else {
            parallel::map(columns, centered)
        }
    }

    fn centered(&self, mut entries: Vec<f64>) -> Block {
        let mut mean = 0.0;
        if self.centered {
            mean = entries.iter().sum::<f64>() / entries.len() as f64;
            entries.iter_mut().for_each(|entry| *entry -= mean);
        }
        Block { mean, entries: Entries::Dense(entries) }
    }

    fn sparse(&self, first: usize, missing: &[usize]) -> Vec<Block> {
        let (n, d) = (self.x.n_rows(), self.x.n_features());
        let place = |column: usize| (self.places[column] as usize).wrapping_sub(first);
        let mut columns: Vec<Vec<(u32, f64)>> = vec![Vec::new(); missing.len()];
        for row in 0..n {
            self.x.for_each_in_row(row, &mut |column, value| {
                if let Some(entries) = columns.get_mut(place(column)) {
                    entries.push((row as u32, value));
                }
            });
        }
        if let Some(entries) = columns.get_mut(place(d)) {
            entries.extend((0..n).map(|row| (row as u32, self.constant)));
        }
        columns.into_iter().map(|entries| Block { mean: 0.0, entries: Entries::sparse(entries) }).collect()
    }

    fn block(&self, column: usize) -> Option<&Block> {
        self.blocks.get(self.places[column] as usize)
    }

    /// What was taken off the entries of a column.
    pub(super) fn mean(&self, column: usize) -> f64 {
        self.block(column).map_or(0.0, |block| block.mean)
    }

    /// xⱼ · v.
    pub(super) fn dot(&self, column: usize, v: &[f64]) -> f64 {
        match self.block(column).map(|block| &block.entries) {
            Some(Entries::Dense(x)) => dot(x, v),
            Some(Entries::Narrow(x)) => dot_entries(x, v),
            Some(Entries::Sparse(x)) => dot_entries(x, v),
            None => 0.0,
        }
    }

    /// xⱼ · v of several columns.
    pub(super) fn dots(&self, columns: &[usize], v: &[f64]) -> Vec<f64> {
        let dot = |(place, &column): (usize, &usize)| {
            self.ask_for(columns.get(place + AHEAD).copied());
            self.dot(column, v)
        };
        columns.iter().enumerate().map(dot).collect()
    }

    /// Asks the memory for the first entries of a sparse column; processors see by themselves that more are needed.
    pub(super) fn ask_for(&self, column: Option<usize>) {
        match column.and_then(|column| self.block(column)).map(|block| &block.entries) {
            Some(Entries::Narrow(x)) => simd::prefetch_all_passing(x.get(..ASKED_FOR).unwrap_or(x)),
            Some(Entries::Sparse(x)) => simd::prefetch_all_passing(x.get(..ASKED_FOR).unwrap_or(x)),
            Some(Entries::Dense(_)) | None => {}
        }
    }

    /// Σ hᵢ xᵢⱼ².
    pub(super) fn weighted_square(&self, column: usize, h: &[f64]) -> f64 {
        match self.block(column).map(|block| &block.entries) {
            Some(Entries::Dense(x)) => simd::run(WeightedSquare { x, h }),
            Some(Entries::Narrow(x)) => weighted_square(x, h),
            Some(Entries::Sparse(x)) => weighted_square(x, h),
            None => 0.0,
        }
    }

    /// v ← v + scale · h∘xⱼ.
    pub(super) fn add_weighted(&self, column: usize, scale: f64, h: &[f64], v: &mut [f64]) {
        match self.block(column).map(|block| &block.entries) {
            Some(Entries::Dense(x)) => simd::run(AddWeighted { x, scale, h, v }),
            Some(Entries::Narrow(x)) => add_entries(x, scale, |row| h[row], v),
            Some(Entries::Sparse(x)) => add_entries(x, scale, |row| h[row], v),
            None => {}
        }
    }

    /// v ← v + scale · xⱼ.
    pub(super) fn add(&self, column: usize, scale: f64, v: &mut [f64]) {
        match self.block(column).map(|block| &block.entries) {
            Some(Entries::Dense(x)) => v.iter_mut().zip(x).for_each(|(v, x)| *v += scale * x),
            Some(Entries::Narrow(x)) => add_entries(x, scale, |_| 1.0, v),
            Some(Entries::Sparse(x)) => add_entries(x, scale, |_| 1.0, v),
            None => {}
        }
    }
}

/// Σ xᵢ vᵢ over stored entries, in sums that do not wait for each other.
fn dot_entries<V: Copy + Into<f64>>(x: &[(u32, V)], v: &[f64]) -> f64 {
    let (groups, rest) = x.as_chunks::<SPARSE_LANES>();
    let mut sums = [0.0; SPARSE_LANES];
    for group in groups {
        for (sum, &(row, x)) in sums.iter_mut().zip(group) {
            *sum += x.into() * v[row as usize];
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&(row, x)| x.into() * v[row as usize]).sum::<f64>()
}

fn weighted_square<V: Copy + Into<f64>>(x: &[(u32, V)], h: &[f64]) -> f64 {
    x.iter().map(|&(row, x)| x.into() * x.into() * h[row as usize]).sum()
}

fn add_entries<V: Copy + Into<f64>>(x: &[(u32, V)], scale: f64, h: impl Fn(usize) -> f64, v: &mut [f64]) {
    x.iter().for_each(|&(row, x)| v[row as usize] += scale * x.into() * h(row as usize));
}

struct WeightedSquare<'a> {
    x: &'a [f64],
    h: &'a [f64],
}

impl Kernel for WeightedSquare<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut sums = [0.0; LANES];
        let ((x, x_rest), (h, h_rest)) = (self.x.as_chunks::<LANES>(), self.h.as_chunks::<LANES>());
        for (x, h) in x.iter().zip(h) {
            for lane in 0..LANES {
                sums[lane] = mul_add::<FUSED>(x[lane] * x[lane], h[lane], sums[lane]);
            }
        }
        let rest: f64 = x_rest.iter().zip(h_rest).map(|(x, h)| x * x * h).sum();
        sums.iter().sum::<f64>() + rest
    }
}

struct AddWeighted<'a> {
    x: &'a [f64],
    scale: f64,
    h: &'a [f64],
    v: &'a mut [f64],
}

impl Kernel for AddWeighted<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for ((v, x), h) in self.v.iter_mut().zip(self.x).zip(self.h) {
            *v = mul_add::<FUSED>(self.scale * x, *h, *v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Columns;

    fn kernels_agree(x: &dyn crate::data::AnyFeatures, dense: &ndarray::Array2<f64>) {
        let (n, d) = dense.dim();
        let h: Vec<f64> = (0..n).map(|row| 1.0 + (row % 3) as f64).collect();
        let v: Vec<f64> = (0..n).map(|row| (row as f64).sin()).collect();
        let mut columns = Columns::new(x, 2.0, false).unwrap();
        columns.gather(&[3, 1]);
        columns.gather(&[1, d, 0, 3]);
        for column in [0, 1, 3, d] {
            let entry = |row: usize| if column == d { 2.0 } else { dense[[row, column]] };
            let sum = |f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>();
            let close =
                |a: f64, b: f64| approx::assert_relative_eq!(a, b, max_relative = 1e-13, epsilon = 1e-13);
            close(columns.dot(column, &v), sum(&|row| entry(row) * v[row]));
            close(columns.weighted_square(column, &h), sum(&|row| entry(row).powi(2) * h[row]));
            let (mut plain, mut weighted) = (v.clone(), v.clone());
            columns.add(column, -0.5, &mut plain);
            columns.add_weighted(column, -0.5, &h, &mut weighted);
            for row in 0..n {
                close(plain[row], v[row] - 0.5 * entry(row));
                close(weighted[row], v[row] - 0.5 * entry(row) * h[row]);
            }
        }
    }

    #[test]
    fn gathered_columns_are_those_of_the_matrix() {
        let dense =
            ndarray::Array2::from_shape_fn(
                (21, 5),
                |(i, j)| if (i + j) % 3 == 0 { (i * 5 + j) as f64 } else { 0.0 },
            );
        kernels_agree(&dense, &dense);
        let tall = ndarray::Array2::from_shape_fn((40_003, 5), |(i, j)| ((i * 5 + j) as f64).sin());
        assert!(2 * tall.nrows() > super::MANY_ENTRIES);
        kernels_agree(&tall, &tall);
        #[cfg(feature = "sparse")]
        for scale in [1.0, 0.1] {
            let dense = dense.mapv(|x| scale * x);
            kernels_agree(&sprs::CsMat::csr_from_dense(dense.view(), 0.0), &dense);
        }
        let mut centered = Columns::new(&dense, 0.0, true).unwrap();
        centered.gather(&[2]);
        approx::assert_relative_eq!(centered.mean(2), dense.column(2).sum() / 21.0, max_relative = 1e-14);
        approx::assert_abs_diff_eq!(centered.dot(2, &[1.0; 21]), 0.0, epsilon = 1e-12);
    }
}
