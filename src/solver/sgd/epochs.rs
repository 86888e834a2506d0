//! Passes over the rows until nothing gets better.

use super::state::State;
use super::{Plan, Rows, pass};
use crate::data::Features;
use crate::error::Result;
use crate::loss::Loss;
use crate::observer::{Observing, Progress};
use crate::random::Random;
use crate::regularizer::Regularizer;
use crate::schedule::LearningRate;
use crate::solver::{Clock, Coefficients, StopReason};
use crate::update::UpdateRule;
use std::collections::VecDeque;

/// The score of coefficients on rows that are held out: the higher, the better.
pub(crate) type Score<'a> = &'a (dyn Fn(&Coefficients) -> Result<f64> + Sync);

/// The objective of coefficients.
pub(crate) type Objective<'a> = &'a (dyn Fn(&Coefficients) -> f64 + Sync);

/// What averages must gain, in units of `tol`: with a tenth of it, fits to small data sets ended before they were as
/// good as the best of several seeds without averages.
const SHARE_OF_AVERAGES: f64 = 0.03;

/// So many epochs at most are looked at again.
const LOOKED_AT: usize = 6;

/// When a run ends.
pub(crate) struct Stopping<'a> {
    pub(crate) max_iter: usize,
    /// What an epoch must gain, or it does not count as progress; `None`: all epochs are done.
    pub(crate) tol: Option<f64>,
    /// So many epochs in a row without progress are the end.
    pub(crate) n_iter_no_change: usize,
    /// What progress is measured by, if not by the objective that the epochs see.
    pub(crate) score: Option<Score<'a>>,
    /// What is asked before a run ends for want of progress: the coefficients of its last epochs may be better than what
    /// these saw, which is noise for the most part. Then the run goes on, and its best coefficients come back.
    pub(crate) objective: Option<Objective<'a>>,
    /// The seed of the order of the rows, or `None` for the order that they have.
    pub(crate) shuffle: Option<u64>,
    pub(crate) clock: Clock,
    pub(crate) observing: &'a Observing,
    /// Which of the problems of a fit this is.
    pub(crate) problem: usize,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) at: Coefficients,
    pub(crate) stop_reason: StopReason,
    /// The mean objective that each epoch saw.
    pub(crate) curve: Vec<f64>,
    /// The rate of the last step.
    pub(crate) rate: f64,
}

/// The best value so far and for how many epochs it has not been beaten by `tol`.
#[derive(Debug, Clone)]
pub(crate) struct Patience {
    pub(crate) best: f64,
    pub(crate) without_progress: usize,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self { best: f64::INFINITY, without_progress: 0 }
    }

    /// Looks at a value that is to be low. Whether it is the lowest.
    pub(crate) fn look(&mut self, value: f64, tol: Option<f64>) -> bool {
        match tol {
            Some(tol) if value > self.best - tol => self.without_progress += 1,
            _ => self.without_progress = 0,
        }
        let is_best = value < self.best;
        if is_best {
            self.best = value;
        }
        is_best
    }
}

/// Passes over the rows of `order` until `stopping` says so. With a score the best coefficients come back, else the last,
/// or the best of those that were looked at again.
pub(crate) fn fit<X, L, R, S, U>(
    plan: &Plan<'_, L, R, S, U>,
    rows: &Rows<'_, X>,
    mut order: Vec<usize>,
    mut state: State<U::Memory>,
    stopping: &Stopping<'_>,
) -> Result<Ended>
where
    X: Features,
    L: Loss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
{
    let mut random = stopping.shuffle.map(Random::new);
    let mut patience = Patience::new();
    let mut second_look = SecondLook::of(stopping);
    let halves = stopping.shuffle.is_some() && plan.average > 0 && plan.average_decay == 0.0;
    let (mut best, mut curve) = (None, Vec::new());
    let (stop_reason, rate) = loop {
        if let Some(random) = &mut random {
            random.shuffle(&mut order);
        }
        let (objective, rate) = pass(plan, rows, &order, &mut state)?;
        curve.push(objective);
        if halves {
            state.leave_out_older();
        }
        second_look.keep(|| state.coefficients());
        match stopping.score {
            Some(score) => {
                let at = state.coefficients();
                if patience.look(-score(&at)?, stopping.tol) {
                    best = Some(at);
                }
            }
            None => {
                patience.look(objective, stopping.tol);
            }
        }
        if stopping.tells(curve.len(), objective) {
            break (StopReason::Stopped, rate);
        }
        if patience.without_progress >= stopping.n_iter_no_change {
            match plan.schedule.after_plateau(rate) {
                Some(factor) => {
                    (state.pace.factor, patience.without_progress) = (state.pace.factor * factor, 0)
                }
                None if second_look.finds_progress(plan.average > 0) => patience.without_progress = 0,
                None => break (StopReason::NoChange, rate),
            }
        }
        if curve.len() >= stopping.max_iter {
            break (StopReason::MaxIter, rate);
        }
        if stopping.clock.is_out_of_time() {
            break (StopReason::MaxTime, rate);
        }
    };
    let at = best.or_else(|| second_look.best()).unwrap_or_else(|| state.coefficients());
    Ok(Ended { at, stop_reason, curve, rate })
}

/// The coefficients of the last epochs, and the best of all that have been looked at again.
struct SecondLook<'a> {
    objective: Option<Objective<'a>>,
    tol: f64,
    n_kept: usize,
    kept: VecDeque<Coefficients>,
    best: Option<(f64, Coefficients)>,
}

impl<'a> SecondLook<'a> {
    fn of(stopping: &Stopping<'a>) -> Self {
        // Without a tolerance nobody asks, and a score is no objective.
        let objective = stopping.objective.filter(|_| stopping.tol.is_some() && stopping.score.is_none());
        let n_kept = stopping.n_iter_no_change.saturating_add(1).min(LOOKED_AT);
        Self { objective, tol: stopping.tol.unwrap_or(0.0), n_kept, kept: VecDeque::new(), best: None }
    }

    fn keep(&mut self, at: impl FnOnce() -> Coefficients) {
        if self.objective.is_none() {
            return;
        }
        if self.kept.len() == self.n_kept {
            self.kept.pop_front();
        }
        self.kept.push_back(at());
    }

    /// Whether one of the last epochs is better by `tol` than all that were looked at before. Averages have little noise
    /// and come closer slowly, like one over the number of epochs: what a few of them gain is a small part of what is left,
    /// and is compared with a small part of `tol`, of small objectives with that of their size.
    fn finds_progress(&mut self, are_averages: bool) -> bool {
        let before = self.best.as_ref().map_or(f64::INFINITY, |best| best.0);
        self.look();
        let now = self.best.as_ref().map_or(f64::INFINITY, |best| best.0);
        let gain = if are_averages { SHARE_OF_AVERAGES * self.tol * now.min(1.0) } else { self.tol };
        now < before - gain
    }

    fn look(&mut self) {
        let Some(objective) = self.objective else { return };
        for at in self.kept.drain(..) {
            let value = objective(&at);
            if value < self.best.as_ref().map_or(f64::INFINITY, |best| best.0) {
                self.best = Some((value, at));
            }
        }
    }

    /// The best coefficients, if any have been looked at: of those since, the last is one of them.
    fn best(mut self) -> Option<Coefficients> {
        self.best.as_ref()?;
        let last = self.kept.pop_back();
        self.kept.clear();
        self.kept.extend(last);
        self.look();
        self.best.map(|best| best.1)
    }
}

impl Stopping<'_> {
    /// Tells the observer, who may ask to stop.
    fn tells(&self, epoch: usize, objective: f64) -> bool {
        let elapsed = self.clock.began.elapsed();
        let progress = Progress::new(self.problem, epoch, objective, f64::INFINITY, elapsed);
        self.observing.progress(&progress).is_break()
    }
}
