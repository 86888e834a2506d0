//! How many candidates are tried on how many rows.

use crate::data::Rows;
use crate::error::Result;
use crate::model_selection::Fold;

/// Candidates that are tried on the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// How many candidates: the best ones of the round before.
    pub n_candidates: usize,
    /// How many rows they are tried on, test parts included.
    pub n_rows: usize,
    /// The folds of these rows.
    pub folds: Vec<Fold>,
}

/// A plan of rounds, in which ever fewer candidates are tried on ever more rows. The best candidate is one of the last
/// round.
pub trait Schedule<Y: Rows + ?Sized>: Sync {
    /// The number of candidates with which the last round has all rows, where there is such a number.
    ///
    /// # Errors
    /// Bad parameters of the schedule.
    fn room(&self, y: &Y, folds: &[Fold]) -> Result<Option<usize>>;

    /// The rounds for folds of all rows of `y`.
    ///
    /// # Errors
    /// As above.
    fn rounds(&self, y: &Y, folds: Vec<Fold>, n_candidates: usize) -> Result<Vec<Round>>;
}

/// A single round on all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AtOnce;

impl<Y: Rows + ?Sized> Schedule<Y> for AtOnce {
    fn room(&self, _y: &Y, _folds: &[Fold]) -> Result<Option<usize>> {
        Ok(None)
    }

    fn rounds(&self, y: &Y, folds: Vec<Fold>, n_candidates: usize) -> Result<Vec<Round>> {
        Ok(vec![Round { n_candidates, n_rows: y.n_rows(), folds }])
    }
}
