//! Some columns of a feature matrix, side by side.

use super::column::{Column, Dense, Sparse};
use super::pieces::MAX_PIECES;
use crate::data::AnyFeatures;
use crate::parallel;
use crate::scalar::Scalar;

/// So many columns ahead are asked for.
pub(super) const AHEAD: usize = 6;
/// Rows of a dense matrix that are read at a time, so that cache lines of its columns are written whole.
const ROWS: usize = 16;
/// Dense columns are gathered from pieces of rows where they have so many entries.
const MANY_ENTRIES: usize = 1 << 16;
/// The place of a column that has not been gathered.
const NOWHERE: u32 = u32::MAX;

/// Copies of those columns that have been asked for, each in one piece, and in half the memory where `f32` holds all
/// entries.
///
/// Feature matrices are read by rows; to gather columns of a sparse one takes a pass over the rows, whatever their number. Column d,
/// behind those of the matrix, has the same entry in each row: that of a penalised intercept.
pub(super) struct Columns<'a> {
    x: &'a dyn AnyFeatures,
    constant: f64,
    /// Where there is an intercept that is not penalised, columns of a dense matrix have their mean taken off.
    centered: bool,
    /// Whether `f32` has held all dense entries so far.
    narrow: bool,
    places: Vec<u32>,
    columns: Vec<Box<dyn Column>>,
}

impl<'a> Columns<'a> {
    /// `None` where there are more rows or columns than fit 32 bits.
    pub(super) fn new(x: &'a dyn AnyFeatures, constant: f64, centered: bool) -> Option<Self> {
        let most = x.n_rows().max(x.n_features().saturating_add(1));
        let fits = u32::try_from(most).is_ok_and(|most| most < NOWHERE);
        let places = if fits { vec![NOWHERE; x.n_features() + 1] } else { Vec::new() };
        let centered = centered && !x.is_sparse();
        fits.then(|| Self { x, constant, centered, narrow: true, places, columns: Vec::new() })
    }

    /// Gathers those of the columns that are not there yet.
    pub(super) fn gather(&mut self, columns: &[usize]) {
        let first = self.columns.len();
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
        let gathered = if self.x.is_sparse() { self.sparse(first, &missing) } else { self.dense(&missing) };
        self.columns.extend(gathered);
    }

    fn dense(&mut self, missing: &[usize]) -> Vec<Box<dyn Column>> {
        let d = self.x.n_features();
        let inner: Vec<usize> = missing.iter().copied().filter(|&column| column < d).collect();
        let narrow = if self.narrow { self.dense_of::<f32>(&inner) } else { None };
        self.narrow = narrow.is_some();
        let gathered = narrow.or_else(|| self.dense_of::<f64>(&inner)).unwrap_or_default();
        let mut gathered = gathered.into_iter();
        let constant = || -> Box<dyn Column> { Box::new(Dense::new(vec![self.constant; self.x.n_rows()])) };
        let column = |&column: &usize| if column < d { gathered.next() } else { Some(constant()) };
        missing.iter().filter_map(column).collect()
    }

    /// `None` where the type does not hold an entry. Threads share the rows, as what lies in a row is read from its beginning to
    /// its end.
    fn dense_of<F: Scalar>(&self, inner: &[usize]) -> Option<Vec<Box<dyn Column>>> {
        let n = self.x.n_rows();
        // Most matrices tell by their first rows.
        let mut of_few = vec![vec![F::zero(); n.min(ROWS)]; inner.len()];
        let mut few: Vec<&mut [F]> = of_few.iter_mut().map(Vec::as_mut_slice).collect();
        if !self.copy_rows(0, inner, &mut few) {
            return None;
        }
        let mut columns = vec![vec![F::zero(); n]; inner.len()];
        let is_small = n.saturating_mul(inner.len()) < MANY_ENTRIES;
        let size = n.div_ceil(if is_small { 1 } else { MAX_PIECES }).max(ROWS);
        let mut by_piece: Vec<Vec<&mut [F]>> = (0..n.div_ceil(size)).map(|_| Vec::new()).collect();
        for entries in &mut columns {
            by_piece
                .iter_mut()
                .zip(entries.chunks_mut(size))
                .for_each(|(piece, entries)| piece.push(entries));
        }
        let held = parallel::map(by_piece.into_iter().enumerate().collect(), |(piece, mut columns)| {
            self.copy_rows(piece * size, inner, &mut columns)
        });
        let column = |entries| -> Box<dyn Column> {
            Box::new(if self.centered { Dense::centered(entries) } else { Dense::new(entries) })
        };
        held.into_iter().all(|held| held).then(|| match is_small {
            true => columns.into_iter().map(column).collect(),
            false => parallel::map(columns, column),
        })
    }

    /// Copies the entries of the rows from `first` on; whether the type has held them.
    fn copy_rows<F: Scalar>(&self, first: usize, inner: &[usize], columns: &mut [&mut [F]]) -> bool {
        let end = first + columns.first().map_or(0, |column| column.len());
        let width = inner.len().max(1);
        let mut picked = vec![0.0; width * ROWS];
        for start in (first..end).step_by(ROWS) {
            let rows = start..end.min(start + ROWS);
            for (row, picked) in rows.clone().zip(picked.chunks_exact_mut(width)) {
                self.x.pick(row, inner, picked);
            }
            let mut held = true;
            for (k, entries) in columns.iter_mut().enumerate() {
                let picked = picked.iter().skip(k).step_by(width);
                for (entry, picked) in entries[rows.start - first..rows.end - first].iter_mut().zip(picked) {
                    *entry = F::narrow(*picked);
                    held &= entry.widen().to_bits() == picked.to_bits();
                }
            }
            if !held {
                return false;
            }
        }
        true
    }

    fn sparse(&self, first: usize, missing: &[usize]) -> Vec<Box<dyn Column>> {
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
        columns.into_iter().map(sparse).collect()
    }

    /// A column, if it has been gathered.
    pub(super) fn column(&self, column: usize) -> Option<&dyn Column> {
        self.columns.get(self.places[column] as usize).map(|column| &**column)
    }

    pub(super) fn are_sparse(&self) -> bool {
        self.x.is_sparse()
    }

    /// What was taken off the entries of a column.
    pub(super) fn mean(&self, column: usize) -> f64 {
        self.column(column).map_or(0.0, |column| column.mean())
    }

    /// b + Σ wⱼ xⱼ, with columns as they are in the matrix, where all of those have been gathered whose wⱼ is not 0.
    pub(super) fn scores(&self, w: &[f64], b: f64) -> Vec<f64> {
        let used = || w.iter().enumerate().filter(|(_, w)| **w != 0.0);
        debug_assert!(
            used().all(|(column, _)| self.column(column).is_some()),
            "scores of columns that are not there"
        );
        let of_means: f64 = used().map(|(column, w)| w * self.mean(column)).sum();
        let mut scores = vec![b + of_means; self.x.n_rows()];
        used().for_each(|(column, &w)| self.add(column, w, &mut scores));
        scores
    }

    /// xⱼ · v.
    pub(super) fn dot(&self, column: usize, v: &[f64]) -> f64 {
        self.column(column).map_or(0.0, |column| column.dot(v))
    }

    /// xⱼ · v of several columns.
    pub(super) fn dots(&self, columns: &[usize], v: &[f64]) -> Vec<f64> {
        let dot = |(place, &column): (usize, &usize)| {
            self.ask_for(columns.get(place + AHEAD).copied());
            self.dot(column, v)
        };
        columns.iter().enumerate().map(dot).collect()
    }

    /// Asks the memory for a column that is needed soon.
    pub(super) fn ask_for(&self, column: Option<usize>) {
        if let Some(column) = column.and_then(|column| self.column(column)) {
            column.ask_for();
        }
    }

    /// Σ hᵢ xᵢⱼ².
    pub(super) fn weighted_square(&self, column: usize, h: &[f64]) -> f64 {
        self.column(column).map_or(0.0, |column| column.weighted_square(h))
    }

    /// v ← v + scale · h∘xⱼ.
    pub(super) fn add_weighted(&self, column: usize, scale: f64, h: &[f64], v: &mut [f64]) {
        if let Some(column) = self.column(column) {
            column.add_weighted(scale, h, v);
        }
    }

    /// v ← v + scale · xⱼ.
    pub(super) fn add(&self, column: usize, scale: f64, v: &mut [f64]) {
        if let Some(column) = self.column(column) {
            column.add(scale, v);
        }
    }
}

fn sparse(entries: Vec<(u32, f64)>) -> Box<dyn Column> {
    let is_held = |&(_, value): &(u32, f64)| f32::narrow(value).widen() == value;
    if entries.iter().all(is_held) {
        Box::new(Sparse(entries.into_iter().map(|(row, value)| (row, f32::narrow(value))).collect()))
    } else {
        Box::new(Sparse(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn close(found: f64, expected: f64) {
        approx::assert_relative_eq!(found, expected, max_relative = 1e-12, epsilon = 1e-12);
    }

    /// What is asked of the columns is what the matrix gives; whether `f32` has held all of them.
    fn kernels_agree(x: &dyn AnyFeatures, dense: &Array2<f64>, centered: bool) -> bool {
        let (n, d) = dense.dim();
        let h: Vec<f64> = (0..n).map(|row| 1.0 + (row % 3) as f64).collect();
        let v: Vec<f64> = (0..n).map(|row| (row as f64).sin()).collect();
        let mut columns = Columns::new(x, 2.0, centered).unwrap();
        columns.gather(&[3, 1]);
        columns.gather(&[1, d, 0, 3, 4]);
        let scores = columns.scores(&[1.0, 0.0, 0.0, -2.0, 0.5, 3.0], 7.0);
        for (row, score) in scores.iter().enumerate() {
            close(*score, 13.0 + dense[[row, 0]] - 2.0 * dense[[row, 3]] + 0.5 * dense[[row, 4]]);
        }
        for column in [0, 1, 3, 4, d] {
            let mean = if centered && column < d { dense.column(column).mean().unwrap() } else { 0.0 };
            close(columns.mean(column), mean);
            let entry = |row: usize| if column == d { 2.0 } else { dense[[row, column]] - mean };
            let sum = |f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>();
            close(columns.dot(column, &v), sum(&|row| entry(row) * v[row]));
            close(columns.weighted_square(column, &h), sum(&|row| entry(row).powi(2) * h[row]));
            let (mut plain, mut weighted, mut visited) = (v.clone(), v.clone(), v.clone());
            columns.add(column, -0.5, &mut plain);
            columns.add_weighted(column, -0.5, &h, &mut weighted);
            columns.column(column).unwrap().for_each(&mut |row, x| visited[row] -= 0.5 * x);
            for row in 0..n {
                close(plain[row], v[row] - 0.5 * entry(row));
                close(weighted[row], v[row] - 0.5 * entry(row) * h[row]);
                close(visited[row], v[row] - 0.5 * entry(row));
            }
        }
        columns.narrow
    }

    #[test]
    fn gathered_columns_are_those_of_the_matrix() {
        let held = |(i, j)| if (i + j) % 3 == 0 { (i * 5 + j) as f64 / 8.0 } else { 1.0 };
        // The last in several pieces.
        for n in [1, 7, 21, MANY_ENTRIES / 2 + 3] {
            let narrow = Array2::from_shape_fn((n, 5), held);
            // One entry that `f32` does not hold, in the first rows or in the last.
            let (mut first, mut last) = (narrow.clone(), narrow.clone());
            first[[0, 4]] = 0.1;
            last[[n - 1, 4]] = 0.1;
            for centered in [true, false] {
                assert!(kernels_agree(&narrow, &narrow, centered));
                assert!(!kernels_agree(&first, &first, centered));
                assert!(!kernels_agree(&last, &last, centered));
                let x = narrow.mapv(|x| x as f32 / 3.0);
                assert!(kernels_agree(&x, &x.mapv(f64::from), centered));
            }
        }
    }

    #[cfg(feature = "sparse")]
    #[test]
    fn gathered_columns_are_those_of_a_sparse_matrix() {
        for scale in [1.0, 0.1] {
            let dense = Array2::from_shape_fn((21, 5), |(i, j)| {
                if (i + j) % 3 == 0 { scale * (i * 5 + j) as f64 } else { 0.0 }
            });
            kernels_agree(&sprs::CsMat::csr_from_dense(dense.view(), 0.0), &dense, false);
        }
    }
}
