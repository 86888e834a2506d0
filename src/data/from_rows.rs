//! Feature matrices that are made entry by entry.

use super::FeaturesMut;
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;
use ndarray::Array2;
use std::ops::Range;

/// Rows that are made by one thread at a time.
const PIECE: usize = 1024;

/// A feature matrix that can be made row by row: what transformers that change the number of columns return.
///
/// Implemented for `Array2` and for sparse CSR matrices, so that such a transformer gives a dense matrix for a dense one
/// and a sparse one for a sparse one, or lets its user choose.
///
/// ```
/// use certifit::data::FromRows;
/// use ndarray::{Array2, array};
///
/// let diagonal = Array2::<f64>::from_rows(2, 2, |row, entries| {
///     entries.push(row, 1.0 + row as f64);
///     Ok(())
/// })?;
/// assert_eq!(diagonal, array![[1.0, 0.0], [0.0, 2.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait FromRows: FeaturesMut<Owned = Self> + Sized + Send {
    /// The matrix whose row i has the entries that `fill(i, …)` pushes, and zeros elsewhere.
    ///
    /// Rows are filled on several threads, in any order.
    ///
    /// # Errors
    /// That of the first row which `fill` refuses, and [`Error::Overflow`] for more entries than can be counted.
    fn from_rows(
        n_rows: usize,
        n_columns: usize,
        fill: impl Fn(usize, &mut RowEntries<'_, Self::Elem>) -> Result<()> + Send + Sync,
    ) -> Result<Self>;

    /// [`from_rows`](Self::from_rows) where no row has more than `at_most` entries: a sparse matrix is then written where
    /// it stays, and needs no memory beside.
    ///
    /// # Errors
    /// Those of `from_rows`, and [`Error::Unsupported`] where a row has more entries.
    fn from_short_rows(
        n_rows: usize,
        n_columns: usize,
        at_most: usize,
        fill: impl Fn(usize, &mut RowEntries<'_, Self::Elem>) -> Result<()> + Send + Sync,
    ) -> Result<Self> {
        let _ = at_most;
        Self::from_rows(n_rows, n_columns, fill)
    }
}

/// Where the entries of one row of a new matrix go; their columns must ascend.
#[derive(Debug)]
pub struct RowEntries<'a, F>(Target<'a, F>);

#[derive(Debug)]
enum Target<'a, F> {
    Dense(&'a mut [F]),
    Sparse(&'a mut Vec<usize>, &'a mut Vec<F>),
}

impl<'a, F: Scalar> RowEntries<'a, F> {
    /// A row of zeros with all its entries side by side.
    pub fn dense(row: &'a mut [F]) -> Self {
        Self(Target::Dense(row))
    }

    /// A row whose entries are appended to these columns and values.
    pub fn sparse(columns: &'a mut Vec<usize>, values: &'a mut Vec<F>) -> Self {
        Self(Target::Sparse(columns, values))
    }

    /// Sets an entry.
    #[inline]
    pub fn push(&mut self, column: usize, value: F) {
        match &mut self.0 {
            Target::Dense(row) => row[column] = value,
            Target::Sparse(columns, values) => {
                columns.push(column);
                values.push(value);
            }
        }
    }

    /// Sets an entry of a column that has one in every row, unless it is a zero that need not be stored.
    #[inline]
    pub fn push_non_zero(&mut self, column: usize, value: F) {
        if value != F::zero() {
            self.push(column, value);
        }
    }
}

/// `0..n_rows` in pieces.
fn pieces(n_rows: usize) -> Vec<Range<usize>> {
    (0..n_rows).step_by(PIECE).map(|start| start..(start + PIECE).min(n_rows)).collect()
}

impl<F: Scalar> FromRows for Array2<F> {
    fn from_rows(
        n_rows: usize,
        n_columns: usize,
        fill: impl Fn(usize, &mut RowEntries<'_, F>) -> Result<()> + Send + Sync,
    ) -> Result<Self> {
        let overflow = Error::Overflow { what: "the number of entries of the new matrix", column: None };
        let n_entries = n_rows.checked_mul(n_columns).ok_or_else(|| overflow.clone())?;
        let mut values = vec![F::zero(); n_entries];
        let mut rest = values.as_mut_slice();
        let mut parts = Vec::new();
        for rows in pieces(n_rows) {
            let (part, behind) = rest.split_at_mut(rows.len() * n_columns);
            parts.push((rows, part));
            rest = behind;
        }
        let fill_piece = |(rows, part): (Range<usize>, &mut [F])| -> Result<()> {
            let start = rows.start;
            rows.into_iter().try_for_each(|row| {
                let place = (row - start) * n_columns;
                fill(row, &mut RowEntries::dense(&mut part[place..place + n_columns]))
            })
        };
        parallel::map(parts, fill_piece).into_iter().collect::<Result<()>>()?;
        Array2::from_shape_vec((n_rows, n_columns), values).map_err(|_| overflow)
    }
}

#[cfg(feature = "sparse")]
impl<F, I, Iptr> FromRows for sprs::CsMatI<F, I, Iptr>
where
    F: Scalar,
    I: sprs::SpIndex + Send + Sync,
    Iptr: sprs::SpIndex + Send + Sync,
{
    fn from_rows(
        n_rows: usize,
        n_columns: usize,
        fill: impl Fn(usize, &mut RowEntries<'_, F>) -> Result<()> + Send + Sync,
    ) -> Result<Self> {
        let made = parallel::map(pieces(n_rows), |rows| SparsePiece::of(rows, &fill));
        stack(made.into_iter().collect::<Result<_>>()?, n_columns)
    }

    fn from_short_rows(
        n_rows: usize,
        n_columns: usize,
        at_most: usize,
        fill: impl Fn(usize, &mut RowEntries<'_, F>) -> Result<()> + Send + Sync,
    ) -> Result<Self> {
        let Some(room) = n_rows.checked_mul(at_most).filter(|&room| room > 0) else {
            return Self::from_rows(n_rows, n_columns, fill);
        };
        let (mut indices, mut data) = (vec![I::zero(); room], vec![F::zero(); room]);
        let places = indices.chunks_mut(PIECE * at_most).zip(data.chunks_mut(PIECE * at_most));
        let places = pieces(n_rows).into_iter().zip(places).collect();
        let made = parallel::map(places, |(rows, (indices, data)): (Range<usize>, (&mut [I], &mut [F]))| {
            // One row at a time goes by way of memory that stays in cache.
            let (mut row, mut lengths, mut end) = (SparsePiece::default(), Vec::with_capacity(rows.len()), 0);
            for number in rows {
                row.columns.clear();
                row.values.clear();
                fill(number, &mut RowEntries::sparse(&mut row.columns, &mut row.values))?;
                let n = row.columns.len();
                if n > at_most {
                    return Err(too_long());
                }
                row.copy_to(&mut indices[end..end + n], &mut data[end..end + n])?;
                lengths.push(n);
                end += n;
            }
            Ok(lengths)
        });
        let lengths: Vec<Vec<usize>> = made.into_iter().collect::<Result<_>>()?;
        // Rows that are shorter leave gaps behind their pieces.
        let mut end = 0;
        for (piece, lengths) in lengths.iter().enumerate() {
            let (start, used) = (piece * PIECE * at_most, lengths.iter().sum::<usize>());
            if end < start {
                indices.copy_within(start..start + used, end);
                data.copy_within(start..start + used, end);
            }
            end += used;
        }
        indices.truncate(end);
        data.truncate(end);
        assembled(n_columns, lengths.iter().flatten(), indices, data)
    }
}

/// Some rows of a sparse matrix.
#[cfg(feature = "sparse")]
#[derive(Debug)]
pub(crate) struct SparsePiece<F> {
    /// How many entries each row has.
    pub(crate) lengths: Vec<usize>,
    pub(crate) columns: Vec<usize>,
    pub(crate) values: Vec<F>,
}

#[cfg(feature = "sparse")]
impl<F> Default for SparsePiece<F> {
    fn default() -> Self {
        Self { lengths: Vec::new(), columns: Vec::new(), values: Vec::new() }
    }
}

#[cfg(feature = "sparse")]
impl<F: Scalar> SparsePiece<F> {
    fn of(rows: Range<usize>, fill: &impl Fn(usize, &mut RowEntries<'_, F>) -> Result<()>) -> Result<Self> {
        let (mut made, n) = (Self::default(), rows.len());
        for row in rows {
            let start = made.values.len();
            fill(row, &mut RowEntries::sparse(&mut made.columns, &mut made.values))?;
            made.lengths.push(made.values.len() - start);
            if made.lengths.len() == 1 {
                // Most matrices have rows that are about as long as their first.
                made.columns.reserve(made.columns.len() * (n - 1));
                made.values.reserve(made.values.len() * (n - 1));
            }
        }
        Ok(made)
    }

    /// Puts all entries into `indices` and `data`, which are as long.
    fn copy_to<I: sprs::SpIndex>(&self, indices: &mut [I], data: &mut [F]) -> Result<()> {
        data.copy_from_slice(&self.values);
        let mut fit = true;
        for (index, &column) in indices.iter_mut().zip(&self.columns) {
            match I::try_from_usize(column) {
                Some(narrow) => *index = narrow,
                None => fit = false,
            }
        }
        if fit { Ok(()) } else { Err(index_overflow()) }
    }
}

#[cfg(feature = "sparse")]
fn too_long() -> Error {
    Error::Unsupported {
        what: "a row of more entries than was said before",
        reason: "room was made for fewer",
    }
}

#[cfg(feature = "sparse")]
fn index_overflow() -> Error {
    Error::Overflow { what: "the index type of the sparse matrix", column: None }
}

/// The matrix whose rows have these lengths.
#[cfg(feature = "sparse")]
fn assembled<'a, F, I, Iptr>(
    n_columns: usize,
    lengths: impl Iterator<Item = &'a usize>,
    indices: Vec<I>,
    data: Vec<F>,
) -> Result<sprs::CsMatI<F, I, Iptr>>
where
    F: Scalar,
    I: sprs::SpIndex,
    Iptr: sprs::SpIndex,
{
    let (mut pointers, mut stored) = (vec![Iptr::zero()], 0);
    for length in lengths {
        stored += length;
        pointers.push(Iptr::try_from_usize(stored).ok_or_else(index_overflow)?);
    }
    let shape = (pointers.len() - 1, n_columns);
    sprs::CsMatI::try_new(shape, pointers, indices, data).map_err(|_| Error::Unsupported {
        what: "a sparse row whose columns do not ascend",
        reason: "the entries of a row must be made in the order of their columns",
    })
}

/// All pieces as one matrix, one below the other.
///
/// # Errors
/// [`Error::Overflow`] for indices beyond their type, [`Error::Unsupported`] for columns that do not ascend.
#[cfg(feature = "sparse")]
pub(crate) fn stack<F, I, Iptr>(
    pieces: Vec<SparsePiece<F>>,
    n_columns: usize,
) -> Result<sprs::CsMatI<F, I, Iptr>>
where
    F: Scalar,
    I: sprs::SpIndex + Send + Sync,
    Iptr: sprs::SpIndex + Send + Sync,
{
    written(pieces, n_columns, |piece| &piece.lengths, |piece, indices, data| piece.copy_to(indices, data))
}

/// The matrix of pieces whose rows have known lengths: each writes its columns and values where they stay.
///
/// # Errors
/// Those of [`stack`], and what `write` returns.
#[cfg(feature = "sparse")]
pub(crate) fn written<P, F, I, Iptr>(
    pieces: Vec<P>,
    n_columns: usize,
    lengths: impl Fn(&P) -> &Vec<usize>,
    write: impl Fn(&P, &mut [I], &mut [F]) -> Result<()> + Send + Sync,
) -> Result<sprs::CsMatI<F, I, Iptr>>
where
    P: Send,
    F: Scalar,
    I: sprs::SpIndex + Send + Sync,
    Iptr: sprs::SpIndex + Send + Sync,
{
    let stored: Vec<usize> = pieces.iter().map(|piece| lengths(piece).iter().sum()).collect();
    let all_lengths: Vec<usize> = pieces.iter().flat_map(&lengths).copied().collect();
    let n_entries = stored.iter().sum();
    let (mut indices, mut data) = (vec![I::zero(); n_entries], vec![F::zero(); n_entries]);
    let (mut free_indices, mut free_data) = (indices.as_mut_slice(), data.as_mut_slice());
    let mut places = Vec::with_capacity(pieces.len());
    for (piece, stored) in pieces.into_iter().zip(stored) {
        let (place, rest) = std::mem::take(&mut free_indices).split_at_mut(stored);
        let (data_place, data_rest) = std::mem::take(&mut free_data).split_at_mut(stored);
        (free_indices, free_data) = (rest, data_rest);
        places.push((piece, place, data_place));
    }
    // What a piece holds is given back as soon as it is written.
    let write_piece = |(piece, indices, data): (P, &mut [I], &mut [F])| write(&piece, indices, data);
    parallel::map(places, write_piece).into_iter().collect::<Result<()>>()?;
    assembled(n_columns, all_lengths.iter(), indices, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_told() {
        let fill = |row: usize, _: &mut RowEntries<'_, f64>| match row {
            0..3000 => Ok(()),
            row => Err(Error::RowOutOfRange { row, n_rows: 3000 }),
        };
        let expected = Error::RowOutOfRange { row: 3000, n_rows: 3000 };
        assert_eq!(Array2::from_rows(9000, 0, fill).unwrap_err(), expected);
        assert_eq!(Array2::from_rows(9000, 2, fill).unwrap_err(), expected);
        #[cfg(feature = "sparse")]
        assert_eq!(sprs::CsMat::from_rows(9000, 2, fill).unwrap_err(), expected);
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn sparse_is_dense() -> Result<()> {
        let fill = |row: usize, entries: &mut RowEntries<'_, f64>| {
            (row % 3..5).step_by(2).for_each(|column| entries.push(column, (row * column) as f64));
            Ok(())
        };
        let (dense, sparse) = (Array2::from_rows(2500, 5, fill)?, sprs::CsMat::from_rows(2500, 5, fill)?);
        assert_eq!(sparse.to_dense(), dense);
        let short = sprs::CsMat::from_short_rows(2500, 5, 3, fill)?;
        assert_eq!(short, sparse);
        assert_eq!(Array2::from_short_rows(2500, 5, 3, fill)?, dense);
        assert!(matches!(sprs::CsMat::from_short_rows(2500, 5, 2, fill), Err(Error::Unsupported { .. })));
        let descending = |_: usize, entries: &mut RowEntries<'_, f64>| {
            entries.push(1, 1.0);
            entries.push(0, 1.0);
            Ok(())
        };
        assert!(matches!(sprs::CsMat::from_rows(1, 2, descending), Err(Error::Unsupported { .. })));
        let wide = |_: usize, entries: &mut RowEntries<'_, f64>| {
            entries.push(70_000, 1.0);
            Ok(())
        };
        let narrow = sprs::CsMatI::<f64, u16, usize>::from_rows(1, 70_001, wide);
        assert!(matches!(narrow, Err(Error::Overflow { .. })));
        Ok(())
    }
}
