//! What documents hold, from one reading: their terms, and which of them are in each document.

use super::analysis::{Analysis, Reader};
use super::documents::Documents;
use super::rows::{bytes, pieces};
use super::terms::{TermList, Terms};
use crate::data::Weights;
use crate::error::{Error, Result};
use crate::parallel;
use std::ops::{AddAssign, Range};

/// About so many pieces give work to many threads; how many bytes of text one has at least and at most, unless a document
/// is longer. The larger they are, the fewer terms are in several, each of which is looked for again among all.
const MANY: usize = 16;
const LEAST_READ: usize = 1 << 18;
const MOST_READ: usize = 1 << 21;
/// A piece of more terms ends before: where terms seldom come again, more of them only leave the caches.
const MOST_TERMS: usize = 1 << 17;

/// Parts of the terms that are merged on their own: so many threads can do it, and the table of each stays in the caches.
const SHARES: usize = 16;

/// All documents.
pub(super) struct Reading {
    pub(super) pieces: Vec<Piece>,
    /// A term is in one of them. Terms are numbered through all.
    shares: Vec<Listed>,
}

/// Some documents, as numbers of their terms.
#[derive(Default)]
pub(super) struct Piece {
    /// How many different terms each has.
    pub(super) lengths: Vec<usize>,
    /// These terms, by their numbers in the piece, and how often they occur.
    pub(super) ids: Vec<u32>,
    pub(super) counts: Vec<u32>,
    /// The number that each term of the piece has among all, or its column.
    pub(super) numbers: Vec<u32>,
}

/// A term of the documents.
#[derive(Clone, Copy)]
pub(super) struct Term<'a> {
    pub(super) term: &'a str,
    pub(super) sums: Sums,
}

/// The weight of the documents in which a term occurs, and of its occurrences.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) frequency: f64,
    pub(super) total: f64,
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.frequency += other.frequency;
        self.total += other.total;
    }
}

/// Terms, numbered as they came, and their sums.
#[derive(Default)]
struct Seen {
    terms: Terms,
    sums: Vec<Sums>,
}

impl Seen {
    fn add(&mut self, id: usize, sums: Sums) {
        match self.sums.get_mut(id) {
            Some(sum) => *sum += sums,
            None => self.sums.push(sums),
        }
    }

    /// Without the table, which finds no more.
    fn listed(self) -> Listed {
        Listed { terms: self.terms.into_list(), sums: self.sums }
    }
}

/// What was [`Seen`].
struct Listed {
    terms: TermList,
    sums: Vec<Sums>,
}

/// A piece with its terms.
struct ReadPiece {
    piece: Piece,
    listed: Listed,
}

/// A share of the terms of all pieces, and for each piece the numbers that its terms have in the share.
struct Share {
    listed: Listed,
    numbers: Vec<Vec<u32>>,
}

impl Reading {
    /// Reads pieces on all threads; then each share of the terms is merged on one.
    pub(super) fn of<D, Y>(documents: &D, y: &Y, analysis: &Analysis) -> Result<Self>
    where
        D: Documents + ?Sized,
        Y: Weights + ?Sized,
    {
        Self::in_pieces(documents, y, analysis, size_of_pieces(bytes(documents)))
    }

    fn in_pieces<D, Y>(documents: &D, y: &Y, analysis: &Analysis, size: usize) -> Result<Self>
    where
        D: Documents + ?Sized,
        Y: Weights + ?Sized,
    {
        let ranges = pieces(documents, size);
        let read = parallel::try_map(ranges.len(), |at| read(documents, y, ranges[at].clone(), analysis))?;
        Self::merged(read.into_iter().flatten().collect())
    }

    fn merged(mut read: Vec<ReadPiece>) -> Result<Self> {
        if read.len() == 1
            && let Some(ReadPiece { piece, listed }) = read.pop()
        {
            // Its terms are numbered already.
            let numbers = (0..).take(listed.terms.len()).collect();
            return Ok(Self { pieces: vec![Piece { numbers, ..piece }], shares: vec![listed] });
        }
        let in_shares = |read: &ReadPiece| read.listed.terms.in_shares(SHARES);
        let in_shares = parallel::map(read.iter().collect(), in_shares);
        let shares = parallel::try_map(SHARES, |share| Share::of(&read, &in_shares, share))?;
        let mut firsts = Vec::with_capacity(SHARES);
        let mut n_terms = 0u32;
        for share in &shares {
            firsts.push(n_terms);
            let more = u32::try_from(share.listed.terms.len()).ok();
            n_terms = more.and_then(|more| n_terms.checked_add(more)).ok_or_else(too_many)?;
        }
        let pieces = parallel::map(read.into_iter().enumerate().collect(), |(at, read)| {
            let numbers = shares.iter().map(|share| share.numbers[at].as_slice());
            read.numbered(&in_shares[at], numbers.zip(firsts.iter().copied()))
        });
        Ok(Self { pieces, shares: shares.into_iter().map(|share| share.listed).collect() })
    }

    /// The terms, as they are numbered.
    pub(super) fn terms(&self) -> Vec<Term<'_>> {
        let of_share = |share| {
            let Listed { terms, sums }: &Listed = share;
            terms.iter().zip(sums).map(|(term, &sums)| Term { term, sums })
        };
        self.shares.iter().flat_map(of_share).collect()
    }
}

impl ReadPiece {
    fn of(piece: Piece, seen: Seen) -> Self {
        Self { piece, listed: seen.listed() }
    }

    /// The piece, with the numbers of its terms among all: of its terms in each share those within it, and its first.
    fn numbered<'a>(self, own: &[Vec<u32>], shares: impl Iterator<Item = (&'a [u32], u32)>) -> Piece {
        let mut numbers = vec![0; self.listed.terms.len()];
        for (ids, (in_share, first)) in own.iter().zip(shares) {
            for (&id, &number) in ids.iter().zip(in_share) {
                numbers[id as usize] = first + number;
            }
        }
        Piece { numbers, ..self.piece }
    }
}

impl Share {
    /// Of pieces, with the numbers of their terms in each share.
    fn of(pieces: &[ReadPiece], in_shares: &[Vec<Vec<u32>>], share: usize) -> Result<Self> {
        let (mut seen, mut numbers) = (Seen::default(), Vec::with_capacity(pieces.len()));
        for (ReadPiece { listed, .. }, shares) in pieces.iter().zip(in_shares) {
            let ids = || shares[share].iter().map(|&id| id as usize);
            let own = seen.terms.insert_all(ids().map(|id| listed.terms.get(id))).ok_or_else(too_many)?;
            for (&number, id) in own.iter().zip(ids()) {
                seen.add(number as usize, listed.sums[id]);
            }
            numbers.push(own);
        }
        Ok(Self { listed: seen.listed(), numbers })
    }
}

fn size_of_pieces(bytes: usize) -> usize {
    (bytes / MANY).clamp(LEAST_READ, MOST_READ)
}

/// Reads some documents, into one piece where they have not too many terms.
fn read<D, Y>(documents: &D, y: &Y, rows: Range<usize>, analysis: &Analysis) -> Result<Vec<ReadPiece>>
where
    D: Documents + ?Sized,
    Y: Weights + ?Sized,
{
    let mut reader = Reader::new(analysis);
    let (mut read, mut current) = (Vec::new(), Current::default());
    for row in rows {
        let (start, weight) = (current.piece.ids.len(), y.weight(row));
        reader.for_each_term(documents.document(row), |term| current.count(term, start, weight));
        current.piece.lengths.push(current.piece.ids.len() - start);
        if current.is_full {
            return Err(too_many());
        }
        if current.seen.terms.len() > MOST_TERMS {
            let Current { piece, seen, .. } = std::mem::take(&mut current);
            read.push(ReadPiece::of(piece, seen));
        }
    }
    if !current.piece.lengths.is_empty() {
        read.push(ReadPiece::of(current.piece, current.seen));
    }
    Ok(read)
}

/// A piece that is being read.
#[derive(Default)]
struct Current {
    piece: Piece,
    seen: Seen,
    /// Where each term was counted last.
    last: Vec<usize>,
    /// There are more terms, or more of one, than there are numbers.
    is_full: bool,
}

impl Current {
    /// Counts a term in the document whose terms begin at `start`.
    #[inline]
    fn count(&mut self, term: &str, start: usize, weight: f64) {
        let Some(id) = self.seen.terms.insert(term) else {
            self.is_full = true;
            return;
        };
        let (index, next) = (id as usize, self.piece.ids.len());
        match self.last.get_mut(index) {
            Some(&mut at) if at >= start => {
                match self.piece.counts[at].checked_add(1) {
                    Some(count) => self.piece.counts[at] = count,
                    None => self.is_full = true,
                }
                return self.seen.add(index, Sums { frequency: 0.0, total: weight });
            }
            Some(last) => *last = next,
            None => self.last.push(next),
        }
        self.piece.ids.push(id);
        self.piece.counts.push(1);
        self.seen.add(index, Sums { frequency: weight, total: weight });
    }
}

pub(super) fn too_many() -> Error {
    Error::Overflow { what: "the number of terms", column: None }
}

#[cfg(test)]
mod tests {
    use super::{LEAST_READ, MOST_READ, MOST_TERMS, Reading, size_of_pieces};
    use crate::data::Weights;
    use crate::text::analysis::Analysis;
    use std::collections::BTreeMap;

    struct OfRows(Vec<f64>);

    impl Weights for OfRows {
        fn weight(&self, row: usize) -> f64 {
            self.0[row]
        }
        fn n_weights(&self) -> Option<usize> {
            Some(self.0.len())
        }
    }

    /// By term: the weight of its documents, that of its occurrences, and where it occurs how often.
    type Found = BTreeMap<String, (f64, f64, BTreeMap<usize, u32>)>;

    fn counted(documents: &[String], weights: &[f64]) -> Found {
        let mut found = Found::new();
        for (row, document) in documents.iter().enumerate() {
            for term in document.split(' ') {
                let (frequency, total, rows) = found.entry(term.to_owned()).or_default();
                let count = rows.entry(row).or_insert(0);
                *frequency += if *count == 0 { weights[row] } else { 0.0 };
                *total += weights[row];
                *count += 1;
            }
        }
        found
    }

    fn found(reading: &Reading) -> Found {
        let terms = reading.terms();
        let with_sums = |term: &super::Term<'_>| {
            (term.term.to_owned(), (term.sums.frequency, term.sums.total, BTreeMap::new()))
        };
        let mut found: Found = terms.iter().map(with_sums).collect();
        assert_eq!(found.len(), terms.len());
        let mut row = 0;
        for piece in &reading.pieces {
            let mut entries = piece.ids.iter().zip(&piece.counts);
            for &length in &piece.lengths {
                for (&id, &count) in entries.by_ref().take(length) {
                    let term = terms[piece.numbers[id as usize] as usize].term;
                    assert!(found.get_mut(term).unwrap().2.insert(row, count).is_none());
                }
                row += 1;
            }
        }
        found
    }

    /// Documents of which each takes up some terms of the one before it.
    fn documents(n: usize, n_new: usize) -> Vec<String> {
        let term = |i: usize| format!("term_{}", i * i % 1_000_003);
        let text = |i: usize| (0..n_new + 5).map(|j| term(i * n_new + j / 2)).collect::<Vec<_>>().join(" ");
        (0..n).map(text).collect()
    }

    #[test]
    fn pieces_together_hold_what_documents_hold() {
        let texts = documents(5000, 20);
        assert!(texts.iter().map(String::len).sum::<usize>() > 4 * LEAST_READ);
        let weights = OfRows((0..texts.len()).map(|i| (i % 3) as f64).collect());
        let reading = Reading::of(&texts, &weights, &Analysis::default()).unwrap();
        assert!(reading.pieces.len() > 4);
        assert_eq!(found(&reading), counted(&texts, &weights.0));
    }

    #[test]
    fn pieces_grow_with_the_texts() {
        let sizes = [0, 1 << 20, 10_000_000, 1 << 40].map(size_of_pieces);
        assert_eq!(sizes, [LEAST_READ, LEAST_READ, 625_000, MOST_READ]);
    }

    #[test]
    fn a_piece_of_many_terms_is_two() {
        let texts: Vec<String> = (0..300)
            .map(|i| (0..500).map(|j| format!("{:05}", i * 500 + j)).collect::<Vec<_>>().join(" "))
            .collect();
        assert!(texts.iter().map(String::len).sum::<usize>() < MOST_READ && 300 * 500 > MOST_TERMS);
        let reading = Reading::in_pieces(&texts, &(), &Analysis::default(), MOST_READ).unwrap();
        assert_eq!(reading.pieces.len(), 2);
        assert_eq!(found(&reading), counted(&texts, &vec![1.0; 300]));
        // Alone, a piece has its numbers.
        let reading = Reading::of(&texts[..9], &(), &Analysis::default()).unwrap();
        assert_eq!(reading.pieces.len(), 1);
        assert_eq!(found(&reading), counted(&texts[..9], &[1.0; 9]));
    }
}
