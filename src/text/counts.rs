//! The vocabulary of documents and how often its terms occur, from one reading.

use super::analysis::{Analysis, Reader};
use super::document_frequency::DocumentFrequency;
use super::documents::Documents;
use super::rows::{Sorter, pieces};
use super::terms::Terms;
use crate::data::{Weights, written};
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

/// Pieces that one thread reads one behind the other, at most: few, so that there is work for many threads.
const MOST_AT_A_TIME: usize = 4;

/// A term of a piece that is no column.
const NO_COLUMN: u32 = u32::MAX;

/// Some documents, as numbers of their terms.
struct Piece {
    lengths: Vec<usize>,
    ids: Vec<u32>,
    counts: Vec<u32>,
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
        let (mut pieces, merged) = read_all(documents, y, analysis)?;
        let n = (0..documents.n_rows()).map(|row| y.weight(row)).sum();
        let Merged { whole: Seen { terms, tally }, numbers } = merged;
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
        let pieces = parallel::map(self.pieces, |mut piece| {
            piece.keep_columns();
            piece
        });
        let write = |piece: &Piece, columns: &mut [usize], values: &mut [f64]| {
            piece.write(columns, values, &finish);
            Ok(())
        };
        written(pieces, self.vocabulary.len(), |piece| &piece.lengths, write)
    }
}

impl Piece {
    /// Forgets the terms that are no columns.
    fn keep_columns(&mut self) {
        if !self.columns.contains(&NO_COLUMN) {
            return;
        }
        let (mut read, mut kept) = (0, 0);
        for length in &mut self.lengths {
            let (end, start) = (read + *length, kept);
            for at in read..end {
                if self.columns[self.ids[at] as usize] != NO_COLUMN {
                    (self.ids[kept], self.counts[kept]) = (self.ids[at], self.counts[at]);
                    kept += 1;
                }
            }
            (read, *length) = (end, kept - start);
        }
        self.ids.truncate(kept);
        self.counts.truncate(kept);
    }

    /// Its rows, in the order of their columns.
    fn write(&self, columns: &mut [usize], values: &mut [f64], finish: &impl Fn(&[usize], &mut [f64])) {
        let (mut sorter, mut start) = (Sorter::default(), 0);
        for &length in &self.lengths {
            let row = start..start + length;
            start = row.end;
            let (ids, counts) = (&self.ids[row.clone()], &self.counts[row.clone()]);
            let (columns, values) = (&mut columns[row.clone()], &mut values[row]);
            let sorted = sorter.sorted(ids.iter().map(|&id| self.columns[id as usize]));
            for ((column, place), (to, value)) in sorted.zip(columns.iter_mut().zip(&mut *values)) {
                (*to, *value) = (column, f64::from(counts[place]));
            }
            finish(columns, values);
        }
    }
}

/// Reads some pieces at a time, on all threads, and merges the terms of each with those before it, so that few are kept
/// twice; then what that gave is merged.
fn read_all<D, Y>(documents: &D, y: &Y, analysis: &Analysis) -> Result<(Vec<Piece>, Merged)>
where
    D: Documents + ?Sized,
    Y: Weights + ?Sized,
{
    let ranges = pieces(documents);
    let at_a_time = ranges.len().isqrt().clamp(1, MOST_AT_A_TIME);
    let groups: Vec<&[Range<usize>]> = ranges.chunks(at_a_time).collect();
    let read_group = |group: usize| {
        let (mut pieces, mut merged) = (Vec::with_capacity(at_a_time), Merged::default());
        for rows in groups[group] {
            let (piece, seen) = read(documents, y, rows.clone(), analysis)?;
            pieces.push(piece);
            merged.add(&seen)?;
        }
        Ok((pieces, merged))
    };
    let (mut all_pieces, mut all, mut inner) = (Vec::new(), Merged::default(), Vec::new());
    for (pieces, merged) in parallel::try_map(groups.len(), read_group)? {
        all_pieces.extend(pieces);
        all.add(&merged.whole)?;
        inner.push(merged.numbers);
    }
    let composed = inner.into_iter().zip(all.numbers).flat_map(|(inner, outer)| {
        let through = move |number: &mut u32| *number = outer[*number as usize];
        inner.into_iter().map(move |mut numbers| {
            numbers.iter_mut().for_each(&through);
            numbers
        })
    });
    let numbers = composed.collect();
    Ok((all_pieces, Merged { numbers, ..all }))
}

fn read<D, Y>(documents: &D, y: &Y, rows: Range<usize>, analysis: &Analysis) -> Result<(Piece, Seen)>
where
    D: Documents + ?Sized,
    Y: Weights + ?Sized,
{
    let mut reader = Reader::new(analysis);
    let (mut terms, mut tally) = (Terms::default(), Tally::default());
    let (mut lengths, mut ids, mut counts) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::<u32>::new());
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
                    match counts[at].checked_add(1) {
                        Some(count) => counts[at] = count,
                        None => is_full = true,
                    }
                    tally.add(index, 0.0, weight);
                    return;
                }
                Some(_) => last[index] = ids.len(),
                None => last.push(ids.len()),
            }
            ids.push(id);
            counts.push(1);
            tally.add(index, weight, weight);
        });
        lengths.push(ids.len() - start);
    }
    if is_full {
        return Err(too_many());
    }
    Ok((Piece { lengths, ids, counts, columns: Vec::new() }, Seen { terms, tally }))
}

/// Terms of several parts together, in the order in which they came; and for each part the numbers that its terms have
/// among them.
#[derive(Default)]
struct Merged {
    whole: Seen,
    numbers: Vec<Vec<u32>>,
}

impl Merged {
    fn add(&mut self, part: &Seen) -> Result<()> {
        let own = self.whole.terms.insert_all(&part.terms).ok_or_else(too_many)?;
        for (local, &id) in own.iter().enumerate() {
            self.whole.tally.add(id as usize, part.tally.frequency[local], part.tally.total[local]);
        }
        self.numbers.push(own);
        Ok(())
    }
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
