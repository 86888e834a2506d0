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
        let narrow = if self.narrow { self.dense_of::<f32>(missing) } else { None };
        self.narrow = narrow.is_some();
        narrow.or_else(|| self.dense_of::<f64>(missing)).unwrap_or_default()
    }

    /// `None` where the type does not hold an entry. Threads share the rows, as what lies in a row is read from its beginning to
    /// its end.
    fn dense_of<F: Scalar>(&self, missing: &[usize]) -> Option<Vec<Box<dyn Column>>> {
        let (n, d) = (self.x.n_rows(), self.x.n_features());
        let inner: Vec<usize> = missing.iter().copied().filter(|&column| column < d).collect();
        let constant = F::narrow(self.constant);
        if constant.widen() != self.constant {
            return None;
        }
        let mut columns = vec![vec![constant; n]; missing.len()];
        let pieces = if n.saturating_mul(inner.len()) < MANY_ENTRIES { 1 } else { MAX_PIECES };
        let size = n.div_ceil(pieces).max(ROWS);
        let mut by_piece: Vec<Vec<&mut [F]>> = (0..n.div_ceil(size)).map(|_| Vec::new()).collect();
        for (entries, _) in columns.iter_mut().zip(missing).filter(|(_, column)| **column < d) {
            by_piece
                .iter_mut()
                .zip(entries.chunks_mut(size))
                .for_each(|(piece, entries)| piece.push(entries));
        }
        let held = parallel::map(by_piece.into_iter().enumerate().collect(), |(piece, mut columns)| {
            self.copy_rows(piece * size, &inner, &mut columns)
        });
        let column = |entries| -> Box<dyn Column> {
            Box::new(if self.centered { Dense::centered(entries) } else { Dense::new(entries) })
        };
        held.into_iter().all(|held| held).then(|| columns.into_iter().map(column).collect())
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
                    held &= entry.widen() == *picked;
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

    fn column(&self, column: usize) -> Option<&dyn Column> {
        self.columns.get(self.places[column] as usize).map(|column| &**column)
    }

    /// What was taken off the entries of a column.
    pub(super) fn mean(&self, column: usize) -> f64 {
        self.column(column).map_or(0.0, |column| column.mean())
    }

    /// b + Σ wⱼ xⱼ, with columns as they are in the matrix, where all of those have been gathered whose wⱼ is not 0.
    pub(super) fn scores(&self, w: &[f64], b: f64) -> Vec<f64> {
        let used = || w.iter().enumerate().filter(|(_, w)| **w != 0.0);
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
