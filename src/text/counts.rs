//! The vocabulary of documents and how often its terms occur, from one reading.

use super::analysis::{Analysis, Reader};
use super::document_frequency::DocumentFrequency;
use super::documents::Documents;
use super::rows::{SparseRows, pieces};
use super::terms::Terms;
use crate::data::Weights;
use crate::error::{Error, Result};
use crate::parallel;
use sprs::CsMat;
use std::ops::Range;

/// Which terms become columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) min_df: DocumentFrequency,
    pub(super) max_df: DocumentFrequency,
    pub(super) max_features: Option<usize>,
}

/// What one reading of the documents found.
pub(super) struct Counts {
    pieces: Vec<Piece>,
    /// The terms that became columns, sorted.
    pub(super) vocabulary: Terms,
    /// The weight of the documents in which each of them occurs.
    pub(super) frequency: Vec<f64>,
    /// The weight of all documents.
    pub(super) n: f64,
}

/// A term of a piece that is no column.
const NO_COLUMN: u32 = u32::MAX;

/// Some documents: their terms, numbered as they came.
struct Piece {
    seen: Seen,
    lengths: Vec<usize>,
    ids: Vec<u32>,
    counts: Vec<f64>,
    /// The column of each term, once it is known.
    columns: Vec<u32>,
}

/// Terms, numbered as they came, and their sums.
#[derive(Default)]
struct Seen {
    terms: Terms,
    tally: Tally,
}

/// By term: the weight of the documents in which it occurs, and of its occurrences.
#[derive(Default)]
struct Tally {
    frequency: Vec<f64>,
    total: Vec<f64>,
}

impl Tally {
    fn add(&mut self, id: usize, frequency: f64, total: f64) {
        if id >= self.frequency.len() {
            self.frequency.resize(id + 1, 0.0);
            self.total.resize(id + 1, 0.0);
        }
        self.frequency[id] += frequency;
        self.total[id] += total;
    }
}

impl Counts {
    /// Reads all documents. Those of weight 0 count as absent.
    pub(super) fn of<D, Y>(documents: &D, y: &Y, analysis: &Analysis, limits: Limits) -> Result<Self>
    where
        D: Documents + ?Sized,
        Y: Weights + ?Sized,
    {
        let ranges = pieces(documents);
        let read = |piece: usize| read(documents, y, ranges[piece].clone(), analysis);
        let mut pieces = parallel::try_map(ranges.len(), read)?;
        let n = (0..documents.n_rows()).map(|row| y.weight(row)).sum();
        let Merged { whole: Seen { terms, tally }, numbers } = merge_all(&mut pieces)?;
        let chosen = limits.choose(&terms, &tally, n)?;
        let mut column_of = vec![NO_COLUMN; terms.len()];
        let mut vocabulary = Terms::default();
        for &id in &chosen {
            column_of[id] = vocabulary.insert(terms.get(id)).ok_or_else(too_many)?;
        }
        for (piece, numbers) in pieces.iter_mut().zip(numbers) {
            piece.columns = numbers.into_iter().map(|number| column_of[number as usize]).collect();
        }
        let frequency = chosen.iter().map(|&id| tally.frequency[id]).collect();
        Ok(Self { pieces, vocabulary, frequency, n })
    }

    /// How often each term of the vocabulary occurs in each document; `finish` sees the columns and counts of a row.
    pub(super) fn into_rows(self, finish: impl Fn(&[usize], &mut [f64]) + Send + Sync) -> Result<CsMat<f64>> {
        let rows = parallel::map(self.pieces, |piece| {
            let (mut rows, mut entries, mut at) = (SparseRows::default(), Vec::new(), 0);
            for length in piece.lengths {
                let row = at..at + length;
                at = row.end;
                let ids = piece.ids[row.clone()].iter().map(|&id| piece.columns[id as usize]);
                entries.clear();
                entries.extend(ids.zip(piece.counts[row].iter().copied()).filter(|&(id, _)| id != NO_COLUMN));
                rows.push(&entries, &finish);
            }
            rows
        });
        SparseRows::stack(rows, self.vocabulary.len())
    }
}

fn read<D, Y>(documents: &D, y: &Y, rows: Range<usize>, analysis: &Analysis) -> Result<Piece>
where
    D: Documents + ?Sized,
    Y: Weights + ?Sized,
{
    let mut reader = Reader::new(analysis);
    let (mut terms, mut tally) = (Terms::default(), Tally::default());
    let (mut lengths, mut ids, mut counts) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::<f64>::new());
    // Where each term was counted last.
    let mut last: Vec<usize> = Vec::new();
    let mut is_full = false;
    for row in rows {
        let (start, weight) = (ids.len(), y.weight(row));
        reader.for_each_term(documents.document(row), |term| {
            let Some(id) = terms.insert(term) else {
                is_full = true;
                return;
            };
            let index = id as usize;
            match last.get(index) {
                Some(&at) if at >= start => {
                    counts[at] += 1.0;
                    tally.add(index, 0.0, weight);
                    return;
                }
                Some(_) => last[index] = ids.len(),
                None => last.push(ids.len()),
            }
            ids.push(id);
            counts.push(1.0);
            tally.add(index, weight, weight);
        });
        lengths.push(ids.len() - start);
    }
    if is_full {
        return Err(too_many());
    }
    Ok(Piece { seen: Seen { terms, tally }, lengths, ids, counts, columns: Vec::new() })
}

/// Terms of several parts together, in the order in which they came; and for each part the numbers that its terms have
/// among them.
struct Merged {
    whole: Seen,
    numbers: Vec<Vec<u32>>,
}

/// Merges some pieces at a time, on all threads, and then what that gave: most of it is done then.
fn merge_all(pieces: &mut [Piece]) -> Result<Merged> {
    let at_a_time = pieces.len().isqrt().max(1);
    let some = pieces.chunks_mut(at_a_time).collect();
    let merged = parallel::map(some, |pieces: &mut [Piece]| {
        // What is merged is no longer needed: only one copy of a term lives on.
        merge(pieces.iter_mut().map(|piece| std::mem::take(&mut piece.seen)))
    });
    let (mut groups, mut inner) = (Vec::new(), Vec::new());
    for group in merged {
        let Merged { whole, numbers } = group?;
        groups.push(whole);
        inner.push(numbers);
    }
    let Merged { whole, numbers: outer } = merge(groups.into_iter())?;
    let composed = inner.into_iter().zip(outer).flat_map(|(inner, outer)| {
        let through = move |number: &mut u32| *number = outer[*number as usize];
        inner.into_iter().map(move |mut numbers| {
            numbers.iter_mut().for_each(&through);
            numbers
        })
    });
    Ok(Merged { numbers: composed.collect(), whole })
}

fn merge(parts: impl Iterator<Item = Seen>) -> Result<Merged> {
    let (mut whole, mut numbers) = (Seen::default(), Vec::new());
    for part in parts {
        let own = whole.terms.insert_all(&part.terms).ok_or_else(too_many)?;
        for (local, &id) in own.iter().enumerate() {
            whole.tally.add(id as usize, part.tally.frequency[local], part.tally.total[local]);
        }
        numbers.push(own);
    }
    Ok(Merged { whole, numbers })
}

fn too_many() -> Error {
    Error::Overflow { what: "the number of terms", column: None }
}

impl Limits {
    pub(super) fn check(&self) -> Result<()> {
        self.min_df.check("min_df")?;
        self.max_df.check("max_df")?;
        match self.max_features {
            Some(0) => Err(Error::invalid_parameter("max_features", 0, "at least 1, or None")),
            _ => Ok(()),
        }
    }

    /// The numbers of the terms that become columns, sorted by term.
    fn choose(&self, terms: &Terms, tally: &Tally, n: f64) -> Result<Vec<usize>> {
        let min = self.min_df.of(n);
        // All is no limit, however the weights are rounded when they are added.
        let is_all = self.max_df == DocumentFrequency::Share(1.0);
        let max = if is_all { f64::INFINITY } else { self.max_df.of(n) };
        if max < min {
            let allowed = format!("at least min_df, which is {min} of {n} documents");
            return Err(Error::invalid_parameter("max_df", max, allowed));
        }
        let occurs = |&id: &usize| tally.frequency[id] > 0.0;
        let mut chosen: Vec<usize> = (0..terms.len()).filter(occurs).collect();
        if chosen.is_empty() {
            return Err(Error::Empty { what: "the vocabulary", axis: "terms" });
        }
        // A minimum of one document asks nothing, also of documents that weigh less than 1.
        chosen.retain(|&id| (min <= 1.0 || tally.frequency[id] >= min) && tally.frequency[id] <= max);
        terms.sort(&mut chosen);
        if let Some(n_features) = self.max_features.filter(|&n_features| n_features < chosen.len()) {
            // A stable sort: of terms that are as frequent, those in more documents stay, then the first by code point.
            chosen.sort_by(|&a, &b| {
                let by = |values: &[f64]| values[b].total_cmp(&values[a]);
                by(&tally.total).then_with(|| by(&tally.frequency))
            });
            chosen.truncate(n_features);
            terms.sort(&mut chosen);
        }
        if chosen.is_empty() {
            return Err(Error::Empty { what: "the vocabulary within min_df and max_df", axis: "terms" });
        }
        Ok(chosen)
    }
}
