//! What came of every candidate.

use crate::error::Result;
use crate::model_selection::{FoldResult, Scores};
use std::time::Duration;

/// A candidate of a search, and what came of it on each fold.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Candidate<P, K = ()> {
    /// Its position in the list of candidates.
    pub number: usize,
    /// Its hyper-parameters.
    pub params: P,
    /// The round of a halving search, from 0.
    pub round: usize,
    /// The number of rows of the round, test parts included.
    pub n_rows: usize,
    /// The result of each fold, or why it failed; where the search was stopped before any candidate was through, of
    /// some folds, the same for all. A fit on a path was begun where the one before it ended, and its time is
    /// that from there on: the first one of a path has the time of what all share.
    pub folds: Vec<Result<FoldResult<K>>>,
}

impl<P, K> Candidate<P, K> {
    /// The scores on the test parts; `None` where a fold failed.
    pub fn test_scores(&self) -> Option<Scores> {
        self.scores(|fold| &fold.test_scores)
    }

    /// The scores on the train parts; `None` where a fold failed, and where they were not asked for.
    pub fn train_scores(&self) -> Option<Scores> {
        self.scores(|fold| &fold.train_scores)
    }

    /// The mean score on the test parts; `None` where a fold failed.
    pub fn mean_test_score(&self) -> Option<f64> {
        self.test_scores().map(|scores| scores.mean())
    }

    /// The time of the fits on all folds.
    pub fn fit_time(&self) -> Duration {
        self.folds.iter().flatten().map(|fold| fold.fit_time).sum()
    }

    /// What was kept of the model of each fold that did not fail.
    pub fn kept(&self) -> impl Iterator<Item = &K> {
        self.folds.iter().flatten().map(|fold| &fold.kept)
    }

    fn scores(&self, of: impl Fn(&FoldResult<K>) -> &Vec<f64>) -> Option<Scores> {
        let score = |fold: &Result<FoldResult<K>>| of(fold.as_ref().ok()?).first().copied();
        self.folds.iter().map(score).collect::<Option<Vec<f64>>>().map(Scores)
    }
}

/// What came of all candidates of a search, and which one was chosen; made by [`Search`](super::Search).
///
/// It prints as a table with as many digits as the format says (`{:.5}`), and [exports CSV](Self::to_csv).
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResults<P, K = ()> {
    pub(super) candidates: Vec<Candidate<P, K>>,
    pub(super) best: usize,
    pub(super) greater_is_better: bool,
}

impl<P, K> SearchResults<P, K> {
    /// The candidates in the order of their list; in a halving search those of the first round, then those of the second,
    /// and so on. Where the search was stopped, only those of which all folds are done, if there are any.
    pub fn candidates(&self) -> &[Candidate<P, K>] {
        &self.candidates
    }

    /// The chosen candidate.
    pub fn best(&self) -> &Candidate<P, K> {
        &self.candidates[self.best]
    }

    /// Where the chosen candidate stands in [`candidates`](Self::candidates).
    pub fn best_index(&self) -> usize {
        self.best
    }

    /// The hyper-parameters of the chosen candidate.
    pub fn best_params(&self) -> &P {
        &self.best().params
    }

    /// The mean score of the chosen candidate on the test parts.
    pub fn best_score(&self) -> f64 {
        self.best().mean_test_score().unwrap_or(f64::NAN)
    }

    /// The rank of each candidate by its mean score, 1 for the best; equal ones have the same rank, and those with a failed
    /// fold come last.
    pub fn ranks(&self) -> Vec<usize> {
        let sign = if self.greater_is_better { 1.0 } else { -1.0 };
        let mean =
            |row: &Candidate<P, K>| row.mean_test_score().map_or(f64::NEG_INFINITY, |mean| sign * mean);
        let means: Vec<f64> = self.candidates.iter().map(mean).collect();
        means.iter().map(|mean| 1 + means.iter().filter(|&other| other > mean).count()).collect()
    }
}
