//! Sparse rows, made in pieces.

use super::documents::Documents;
use crate::data::{SparsePiece, stack};
use crate::error::{Error, Result};
use crate::parallel;
use sprs::CsMat;
use std::ops::Range;

/// Bytes of text that one thread turns into rows at a time.
const PIECE: usize = 1 << 19;
/// Bytes that a document counts besides its own: what short ones cost.
const DOCUMENT: usize = 64;

/// What all documents count.
pub(super) fn bytes<D: Documents + ?Sized>(documents: &D) -> usize {
    let of_documents = (0..documents.n_rows()).map(|row| documents.document(row).len() + DOCUMENT);
    of_documents.fold(0, usize::saturating_add)
}

/// Where documents are cut into pieces of so many bytes: it depends on their lengths alone, not on the number of threads.
pub(super) fn pieces<D: Documents + ?Sized>(documents: &D, size: usize) -> Vec<Range<usize>> {
    let (mut pieces, mut start, mut bytes) = (Vec::new(), 0, 0);
    for row in 0..documents.n_rows() {
        bytes += documents.document(row).len() + DOCUMENT;
        let end = row + 1;
        if bytes >= size || end == documents.n_rows() {
            pieces.push(start..end);
            (start, bytes) = (end, 0);
        }
    }
    pieces
}

/// Puts the entries of a row in the order of their columns.
#[derive(Default)]
pub(super) struct Sorter {
    /// The column and the place of each entry, as one number: numbers are sorted faster than pairs.
    keys: Vec<u64>,
}

impl Sorter {
    /// The columns, ascending, each with the place of its entry.
    pub(super) fn sorted(
        &mut self,
        columns: impl Iterator<Item = u32>,
    ) -> impl Iterator<Item = (usize, usize)> {
        self.keys.clear();
        self.keys.extend(columns.zip(0u64..).map(|(column, place)| u64::from(column) << 32 | place));
        self.keys.sort_unstable();
        self.keys.iter().map(|&key| ((key >> 32) as usize, key as u32 as usize))
    }
}

/// Some rows of a sparse matrix.
#[derive(Default)]
struct SparseRows {
    made: SparsePiece<f64>,
    sorter: Sorter,
}

impl SparseRows {
    /// A row from entries in any order, which are sorted; values of the same column are added. `finish` sees the
    /// columns and values then.
    fn push(&mut self, entries: &[(u32, f64)], finish: impl FnOnce(&[usize], &mut [f64])) {
        let SparsePiece { lengths, columns, values } = &mut self.made;
        let start = columns.len();
        for (column, place) in self.sorter.sorted(entries.iter().map(|&(column, _)| column)) {
            let value = entries[place].1;
            match values.last_mut() {
                Some(last) if columns.len() > start && columns.last() == Some(&column) => *last += value,
                _ => {
                    columns.push(column);
                    values.push(value);
                }
            }
        }
        lengths.push(columns.len() - start);
        if let (Some(columns), Some(values)) = (columns.get(start..), values.get_mut(start..)) {
            finish(columns, values);
        }
    }

    /// All pieces, one below the other.
    fn stack(pieces: Vec<Self>, n_columns: usize) -> Result<CsMat<f64>> {
        stack(pieces.into_iter().map(|piece| piece.made).collect(), n_columns)
    }
}

/// A sparse row for each document, from the entries that `read` makes of it.
///
/// `start` makes what a thread needs for its piece.
pub(super) fn rows_of<D: Documents + ?Sized, S>(
    documents: &D,
    n_columns: usize,
    start: impl Fn() -> S + Send + Sync,
    read: impl Fn(&mut S, &str, &mut Vec<(u32, f64)>) + Send + Sync,
    finish: impl Fn(&[usize], &mut [f64]) + Send + Sync,
) -> Result<CsMat<f64>> {
    if documents.n_rows() == 0 {
        return Err(Error::Empty { what: "x", axis: "rows" });
    }
    let pieces = parallel::map(pieces(documents, PIECE), |rows| {
        let (mut state, mut entries, mut made) = (start(), Vec::new(), SparseRows::default());
        for row in rows {
            entries.clear();
            read(&mut state, documents.document(row), &mut entries);
            made.push(&entries, &finish);
        }
        made
    });
    SparseRows::stack(pieces, n_columns)
}

#[cfg(test)]
mod tests {
    use super::{SparseRows, pieces};

    #[test]
    fn rows_are_sorted_and_summed() {
        let mut first = SparseRows::default();
        first.push(&[(3, 1.0), (1, 1.0), (3, 1.0)], |columns, values| {
            assert_eq!((columns, &*values), (&[1, 3][..], &[1.0, 2.0][..]));
            values[0] = 7.0;
        });
        first.push(&[], |_, _| {});
        let mut second = SparseRows::default();
        second.push(&[(3, 5.0)], |_, _| {});
        let matrix = SparseRows::stack(vec![first, second], 4).unwrap().to_dense();
        assert_eq!(matrix, ndarray::array![[0.0, 7.0, 0.0, 2.0], [0.0; 4], [0.0, 0.0, 0.0, 5.0]]);
    }

    #[test]
    fn pieces_follow_the_lengths() {
        let long = "a".repeat(1000);
        assert_eq!(pieces(&["", long.as_str(), "b", "c"], 1000), [0..2, 2..4]);
        assert_eq!(pieces(&vec![""; 40], 20 * super::DOCUMENT), [0..20, 20..40]);
        assert!(pieces::<[&str]>(&[], 1000).is_empty());
    }
}
