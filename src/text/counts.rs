//! The vocabulary of documents and how often its terms occur, from one reading.

use super::analysis::Analysis;
use super::document_frequency::DocumentFrequency;
use super::documents::Documents;
use super::reading::{Piece, Reading, Term, too_many};
use super::rows::Sorter;
use super::terms::{Terms, sort_by_term};
use crate::data::{Weights, written};
use crate::error::{Error, Result};
use crate::parallel;
use sprs::CsMat;

/// Which terms become columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) min_df: DocumentFrequency,
    pub(super) max_df: DocumentFrequency,
    pub(super) max_features: Option<usize>,
}

/// What one reading of the documents found.
pub(super) struct Counts {
    /// All documents with all their terms.
    pieces: Vec<Piece>,
    /// The column of each term, by its number.
    column_of: Vec<u32>,
    /// The weight of the documents in which the term of each column occurs.
    pub(super) frequency: Vec<f64>,
    /// The weight of all documents.
    pub(super) n: f64,
}

/// A term that is no column.
const NO_COLUMN: u32 = u32::MAX;

impl Counts {
    /// Reads all documents; those of weight 0 count as absent. The terms that become columns, sorted, come first.
    pub(super) fn of<D, Y>(documents: &D, y: &Y, analysis: &Analysis, limits: Limits) -> Result<(Terms, Self)>
    where
        D: Documents + ?Sized,
        Y: Weights + ?Sized,
    {
        let reading = Reading::of(documents, y, analysis)?;
        let terms = reading.terms();
        let n = (0..documents.n_rows()).map(|row| y.weight(row)).sum();
        let chosen = limits.choose(&terms, n)?;
        let mut vocabulary = Terms::with_room_for(chosen.len());
        let columns = vocabulary.insert_all(chosen.iter().map(|&id| terms[id].term)).ok_or_else(too_many)?;
        let mut column_of = vec![NO_COLUMN; terms.len()];
        for (&id, column) in chosen.iter().zip(columns) {
            column_of[id] = column;
        }
        let frequency = chosen.iter().map(|&id| terms[id].sums.frequency).collect();
        Ok((vocabulary, Self { pieces: reading.pieces, column_of, frequency, n }))
    }

    /// How often each term of the vocabulary occurs in each document; `finish` sees the columns and counts of a row.
    pub(super) fn into_rows(self, finish: impl Fn(&[usize], &mut [f64]) + Send + Sync) -> Result<CsMat<f64>> {
        let write = |rows: &Piece, columns: &mut [usize], values: &mut [f64]| {
            rows.write(columns, values, &finish);
            Ok(())
        };
        let rows = parallel::map(self.pieces, |piece| piece.with_columns(&self.column_of));
        written(rows, self.frequency.len(), |rows| &rows.lengths, write)
    }
}

impl Piece {
    /// Its terms numbered by their columns, without those that are none.
    fn with_columns(mut self, column_of: &[u32]) -> Self {
        self.numbers.iter_mut().for_each(|number| *number = column_of[*number as usize]);
        if self.numbers.contains(&NO_COLUMN) {
            self.keep_columns();
        }
        self
    }

    fn keep_columns(&mut self) {
        let (mut read, mut kept) = (0, 0);
        for length in &mut self.lengths {
            let (end, start) = (read + *length, kept);
            for at in read..end {
                if self.numbers[self.ids[at] as usize] != NO_COLUMN {
                    (self.ids[kept], self.counts[kept]) = (self.ids[at], self.counts[at]);
                    kept += 1;
                }
            }
            (read, *length) = (end, kept - start);
        }
        for of_rows in [&mut self.ids, &mut self.counts] {
            of_rows.truncate(kept);
            of_rows.shrink_to_fit();
        }
    }

    /// Its rows, in the order of their columns.
    fn write(&self, columns: &mut [usize], values: &mut [f64], finish: &impl Fn(&[usize], &mut [f64])) {
        let (mut sorter, mut start) = (Sorter::default(), 0);
        for &length in &self.lengths {
            let row = start..start + length;
            start = row.end;
            let (ids, counts) = (&self.ids[row.clone()], &self.counts[row.clone()]);
            let (columns, values) = (&mut columns[row.clone()], &mut values[row]);
            let sorted = sorter.sorted(ids.iter().map(|&id| self.numbers[id as usize]));
            for ((column, place), (to, value)) in sorted.zip(columns.iter_mut().zip(&mut *values)) {
                (*to, *value) = (column, f64::from(counts[place]));
            }
            finish(columns, values);
        }
    }
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
    fn choose(&self, terms: &[Term<'_>], n: f64) -> Result<Vec<usize>> {
        let min = self.min_df.of(n);
        // All is no limit, however the weights are rounded when they are added.
        let is_all = self.max_df == DocumentFrequency::Share(1.0);
        let max = if is_all { f64::INFINITY } else { self.max_df.of(n) };
        if max < min {
            let allowed = format!("at least min_df, which is {min} of {n} documents");
            return Err(Error::invalid_parameter("max_df", max, allowed));
        }
        let occurs = |&id: &usize| terms[id].sums.frequency > 0.0;
        let mut chosen: Vec<usize> = (0..terms.len()).filter(occurs).collect();
        if chosen.is_empty() {
            return Err(Error::Empty { what: "the vocabulary", axis: "terms" });
        }
        // A minimum of one document asks nothing, also of documents that weigh less than 1.
        chosen
            .retain(|&id| (min <= 1.0 || terms[id].sums.frequency >= min) && terms[id].sums.frequency <= max);
        sort_by_term(&mut chosen, |id| terms[id].term);
        if let Some(n_features) = self.max_features.filter(|&n_features| n_features < chosen.len()) {
            // A stable sort: of terms that are as frequent, those in more documents stay, then the first by code point.
            chosen.sort_by(|&a, &b| {
                let (a, b) = (terms[a].sums, terms[b].sums);
                b.total.total_cmp(&a.total).then_with(|| b.frequency.total_cmp(&a.frequency))
            });
            chosen.truncate(n_features);
            sort_by_term(&mut chosen, |id| terms[id].term);
        }
        if chosen.is_empty() {
            return Err(Error::Empty { what: "the vocabulary within min_df and max_df", axis: "terms" });
        }
        Ok(chosen)
    }
}
