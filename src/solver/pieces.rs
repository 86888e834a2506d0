//! Sums over rows: in pieces that threads share, each a block of rows at a time.

use crate::data::AnyFeatures;
use crate::parallel;
use std::ops::Range;

/// Rows below which a piece is not worth a thread.
const MIN_PIECE: usize = 2048;
/// The most pieces of rows, and of entries of their sums together: each piece has one while they are summed.
pub(super) const MAX_PIECES: usize = 16;
const MAX_ENTRIES: usize = 1 << 25;
/// Entries of a block: it stays in the fastest cache while it is read twice.
const BLOCK_ENTRIES: usize = 2048;
/// The most rows of a block.
pub(super) const MOST_ROWS: usize = 256;

/// `work` of each piece of n rows, in order; `entries` is the size of a piece's result.
///
/// The pieces depend on n and `entries` alone, so that every number of threads gives the same bits.
pub(super) fn over_pieces<T: Send>(
    n: usize,
    entries: usize,
    work: impl Fn(Range<usize>) -> T + Send + Sync,
) -> Vec<T> {
    parallel::map(pieces(n, entries), work)
}

/// [`over_pieces`] of n rows that have an entry in each of `values`, which the work may change.
pub(super) fn over_pieces_of<const K: usize, T: Send>(
    n: usize,
    mut values: [&mut [f64]; K],
    entries: usize,
    work: impl Fn(Range<usize>, [&mut [f64]; K]) -> T + Send + Sync,
) -> Vec<T> {
    let mut items = Vec::new();
    for rows in pieces(n, entries) {
        let own = values.each_mut().map(|rest| {
            let (own, others) = std::mem::take(rest).split_at_mut(rows.len());
            *rest = others;
            own
        });
        items.push((rows, own));
    }
    parallel::map(items, |(rows, own)| work(rows, own))
}

fn pieces(n: usize, entries: usize) -> Vec<Range<usize>> {
    let pieces = (MAX_ENTRIES / entries.max(1)).clamp(1, MAX_PIECES);
    let size = n.div_ceil(pieces).max(MIN_PIECE);
    (0..n).step_by(size).map(|start| start..(start + size).min(n)).collect()
}

/// The blocks of some rows of `width` entries, in order.
pub(super) fn blocks(rows: Range<usize>, width: usize) -> impl Iterator<Item = Range<usize>> {
    // A multiple of the entries of a cache line.
    let size = (BLOCK_ENTRIES / width.max(1)).clamp(8, MOST_ROWS) / 8 * 8;
    let end = rows.end;
    rows.step_by(size).map(move |start| start..(start + size).min(end))
}

/// [`blocks`] of rows of a matrix: of one that lies column after column as many as may be, as each block reads all of its
/// columns anew.
pub(super) fn blocks_of(x: &dyn AnyFeatures, rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    blocks(rows, if x.is_by_column() { 1 } else { x.n_features() })
}

/// target ← target + source, entry by entry.
pub(super) fn add_to(target: &mut [f64], source: &[f64]) {
    target.iter_mut().zip(source).for_each(|(target, source)| *target += source);
}
