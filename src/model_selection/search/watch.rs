//! What an observer of a search is told.

use super::super::trial::Watch;
use crate::observer::{Observing, SearchProgress};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Counts fits, knows the best candidate so far, and whether it was asked to stop.
pub(super) struct Progressing<'a> {
    observing: &'a Observing<SearchProgress>,
    /// 1 where the larger score is the better one, else −1.
    sign: f64,
    total: usize,
    began: Instant,
    stopped: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    done: usize,
    /// The folds that are left, and the sum of the scores, of each candidate of this round; no sum where a fold failed.
    open: Vec<(usize, Option<f64>)>,
    n_folds: usize,
    best: Option<(usize, f64)>,
}

impl<'a> Progressing<'a> {
    pub(super) fn new(observing: &'a Observing<SearchProgress>, sign: f64, total: usize) -> Self {
        let (stopped, state) = (AtomicBool::new(false), Mutex::new(State::default()));
        Self { observing, sign, total, began: Instant::now(), stopped, state }
    }

    /// A round begins; what was best in the one before was so on fewer rows.
    pub(super) fn round(&self, n_candidates: usize, n_folds: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state =
            State { done: state.done, open: vec![(n_folds, Some(0.0)); n_candidates], n_folds, best: None };
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn count(&self, candidate: usize, score: Option<f64>) -> SearchProgress {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        state.done += 1;
        let n_folds = state.n_folds;
        if let Some((left, sum)) = state.open.get_mut(candidate) {
            *left = left.saturating_sub(1);
            *sum = sum.zip(score).map(|(sum, score)| sum + score);
            let mean = sum.filter(|_| *left == 0).map(|sum| sum / n_folds as f64);
            let is_better =
                |mean: &f64| state.best.is_none_or(|(_, best)| self.sign * mean > self.sign * best);
            if let Some(mean) = mean.filter(is_better) {
                state.best = Some((candidate, mean));
            }
        }
        SearchProgress {
            done: state.done,
            total: self.total,
            best: state.best.map(|(candidate, _)| candidate),
            best_score: state.best.map(|(_, score)| score),
            elapsed: self.began.elapsed(),
        }
    }
}

/// The candidates of a round, by their positions in the list.
pub(super) struct RoundWatch<'a> {
    pub(super) progressing: &'a Progressing<'a>,
    pub(super) positions: &'a [usize],
}

impl Watch for RoundWatch<'_> {
    fn is_stopped(&self) -> bool {
        self.progressing.is_stopped()
    }

    fn note(&self, candidate: usize, score: Option<f64>) -> ControlFlow<()> {
        let mut progress = self.progressing.count(candidate, score);
        progress.best = progress.best.and_then(|best| self.positions.get(best).copied());
        // Not under the lock: an observer may take its time.
        if self.progressing.observing.progress(&progress).is_break() {
            self.progressing.stopped.store(true, Ordering::Relaxed);
        }
        if self.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
