//! When to stop, and the best iterate so far.

use super::certificate::{Certificate, evaluate};
use super::problem::{Coefficients, Problem};
use super::report::StopReason;
use crate::data::Features;
use crate::loss::DualLoss;
use crate::observer::{Observing, Progress};
use crate::regularizer::Regularizer;
use std::time::Instant;

/// What a solver is asked for: see [`Solve`](super::Solve).
#[derive(Debug, Clone)]
pub struct Control {
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
    pub(crate) seed: u64,
    pub(crate) problem: usize,
    pub(crate) observing: Observing,
}

impl Control {
    /// Stop at the relative gap `tol` or after `max_iter` iterations; the seed is 0 and nobody is told of progress.
    pub fn new(tol: f64, max_iter: usize) -> Self {
        Self { tol, max_iter, seed: 0, problem: 0, observing: Observing::default() }
    }
}

impl Control {
    /// The same with at most so many iterations.
    pub(super) fn capped(&self, max_iter: usize) -> Self {
        Self { max_iter: self.max_iter.min(max_iter), ..self.clone() }
    }
}

/// What a solver gives: the iterate with the smallest certified gap of all that it has seen.
///
/// [`Solve`](super::Solve) has an example.
#[derive(Debug, Clone)]
pub struct Solution {
    /// The coefficients.
    pub coefficients: Coefficients,
    /// The dual point that goes with them, before it is made feasible.
    pub beta: Vec<f64>,
    /// What the two certify.
    pub certificate: Certificate,
    /// The solver that made it.
    pub solver: &'static str,
    /// Iterations done.
    pub iterations: usize,
    /// Why the solver stopped.
    pub stop_reason: StopReason,
}

impl Solution {
    /// What is left for another solver, where this one has not ended.
    pub(super) fn rest(&self, control: &Control) -> Option<Control> {
        let ended = matches!(self.stop_reason, StopReason::Converged | StopReason::Stopped);
        let max_iter = control.max_iter.saturating_sub(self.iterations);
        (!ended && max_iter > 0).then(|| Control { max_iter, ..control.clone() })
    }

    /// The better of this and of what a solver has made of the rest, after the iterations of both.
    pub(super) fn or_better(self, second: Self) -> Self {
        let iterations = self.iterations + second.iterations;
        let stop_reason = second.stop_reason;
        let second_is_better = second.certificate.relative_gap() <= self.certificate.relative_gap();
        Self { iterations, stop_reason, ..if second_is_better { second } else { self } }
    }
}

/// Keeps the best iterate that a solver offers and tells it when to stop.
pub(super) struct Track<'a, X, L, R> {
    problem: &'a Problem<'a, X, L, R>,
    control: &'a Control,
    start: Instant,
    best: Solution,
    lowest_primal: f64,
    offers_without_progress: usize,
}

impl<'a, X: Features, L: DualLoss, R: Regularizer> Track<'a, X, L, R> {
    /// Starts from w = 0, b = 0, β = 0, which is finite and feasible for every problem.
    pub(super) fn start(
        solver: &'static str,
        problem: &'a Problem<'a, X, L, R>,
        control: &'a Control,
    ) -> Self {
        let coefficients = Coefficients::zeros(problem.x.n_features());
        let beta = vec![0.0; problem.n_rows()];
        let certificate = evaluate(problem, &coefficients, &beta);
        let stop_reason = StopReason::MaxIter;
        let best = Solution { coefficients, beta, certificate, solver, iterations: 0, stop_reason };
        let lowest_primal = certificate.primal;
        Self { problem, control, start: Instant::now(), best, lowest_primal, offers_without_progress: 0 }
    }

    /// Certifies an iterate and keeps what is best of it; a reason, if there is one to stop.
    pub(super) fn offer(&mut self, iteration: usize, at: &Coefficients, beta: &[f64]) -> Option<StopReason> {
        let found = evaluate(self.problem, at, beta);
        self.best.iterations = iteration;
        let best_gap = self.best.certificate.gap;
        if found.gap.is_finite() {
            self.keep(found, at, beta);
        }
        let progress =
            self.best.certificate.gap < 0.9 * best_gap || found.primal < (1.0 - 1e-9) * self.lowest_primal;
        self.offers_without_progress = if progress { 0 } else { self.offers_without_progress + 1 };
        self.lowest_primal = self.lowest_primal.min(found.primal);
        self.stop_reason(iteration)
    }

    /// Coefficients and dual point need not come from one iterate: far from the optimum, one may get better while
    /// the other gets worse. There, the difference of their values is exact enough to tell which pair is the best.
    fn keep(&mut self, found: Certificate, at: &Coefficients, beta: &[f64]) {
        let best = self.best.certificate;
        let (with_new_primal, with_new_dual) = (found.primal - best.dual, best.primal - found.dual);
        let smallest_mixed = with_new_primal.min(with_new_dual);
        let far_from_optimum = smallest_mixed > 1e-9 * best.primal.abs();
        if far_from_optimum && smallest_mixed < best.gap.min(found.gap) {
            if with_new_primal <= with_new_dual {
                self.best.coefficients = at.clone();
            } else {
                self.best.beta = beta.to_vec();
            }
            self.best.certificate = evaluate(self.problem, &self.best.coefficients, &self.best.beta);
        } else if found.gap < best.gap {
            self.best.coefficients = at.clone();
            self.best.beta = beta.to_vec();
            self.best.certificate = found;
        }
    }

    fn stop_reason(&self, iteration: usize) -> Option<StopReason> {
        let gap = self.best.certificate.relative_gap();
        let elapsed = self.start.elapsed();
        let progress =
            Progress::new(self.control.problem, iteration, self.best.certificate.primal, gap, elapsed);
        let asked_to_stop = self.control.observing.progress(&progress).is_break();
        if gap <= self.control.tol {
            Some(StopReason::Converged)
        } else if asked_to_stop {
            Some(StopReason::Stopped)
        } else {
            (iteration >= self.control.max_iter).then_some(StopReason::MaxIter)
        }
    }

    /// How many offers in a row have neither made the gap smaller by a tenth nor the objective lower.
    pub(super) fn offers_without_progress(&self) -> usize {
        self.offers_without_progress
    }

    /// The best iterate.
    pub(super) fn finish(self, stop_reason: StopReason) -> Solution {
        Solution { stop_reason, ..self.best }
    }
}
