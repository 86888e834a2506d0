//! When to stop, and the best iterate so far.

use super::best::Best;
use super::certificate::{Certificate, Evaluation, Repair, evaluate, evaluate_with};
use super::problem::{Coefficients, Problem};
use super::report::StopReason;
use super::row_terms::{DualPoint, Given, Offer, RowGaps};
use super::trail::Trail;
use crate::error::Result;
use crate::loss::DualLoss;
use crate::observer::Observing;
use crate::regularizer::Regularizer;
use crate::simd;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a solver is asked for: see [`Solve`](super::Solve).
#[derive(Debug, Clone)]
pub struct Control {
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
    pub(crate) seed: u64,
    pub(crate) problem: usize,
    pub(crate) observing: Observing,
    pub(crate) start: Option<Arc<Start>>,
    /// Where fits of a path leave what serves the next one.
    pub(crate) trail: Option<Trail>,
    pub(crate) clock: Clock,
    /// What objectives are multiplied with before observers see them.
    pub(crate) unit: f64,
    /// What other solvers of the same fit have done before.
    pub(crate) iterations_before: usize,
}

impl Control {
    /// Stop at the relative gap `tol` or after `max_iter` iterations; the seed is 0, nobody is told of progress, and
    /// the clock runs from now on.
    pub fn new(tol: f64, max_iter: usize) -> Self {
        Self {
            tol,
            max_iter,
            seed: 0,
            problem: 0,
            observing: Observing::default(),
            start: None,
            trail: None,
            clock: Clock { began: Instant::now(), max_time: None },
            unit: 1.0,
            iterations_before: 0,
        }
    }

    /// Stop after so long, too, with the best that is there then.
    pub fn max_time(mut self, max_time: Duration) -> Self {
        self.clock.max_time = Some(max_time);
        self
    }

    /// Begin at `start`, where the solver can: coefficients that may be near the optimum.
    pub fn start(mut self, start: Coefficients) -> Self {
        self.start = Some(Arc::new(Start { at: start, beta: None }));
        self
    }

    /// What is left after so many iterations.
    pub(super) fn after(&self, iterations: usize) -> Self {
        let max_iter = self.max_iter.saturating_sub(iterations);
        Self { max_iter, iterations_before: self.iterations_before + iterations, ..self.clone() }
    }

    /// The same with at most so many iterations.
    pub(super) fn capped(&self, max_iter: usize) -> Self {
        Self { max_iter: self.max_iter.min(max_iter), ..self.clone() }
    }
}

/// Where a fit begins.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) at: Coefficients,
    /// The dual point of the same rows that goes with it, if one is known.
    pub(crate) beta: Option<Vec<f64>>,
}

/// When a fit began, and how long it may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) began: Instant,
    pub(crate) max_time: Option<Duration>,
}

impl Clock {
    /// Whether the time is up.
    pub(crate) fn is_out_of_time(&self) -> bool {
        self.max_time.is_some_and(|max_time| self.began.elapsed() >= max_time)
    }
}

/// What a solver gives: the iterate with the smallest certified gap of all that it has seen.
///
/// `C` is the type of the coefficients. [`Solve`](super::Solve) has an example.
#[derive(Debug, Clone)]
pub struct Solution<C = Coefficients> {
    /// The coefficients.
    pub coefficients: C,
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
    /// This, or the better of it and of what `next` makes of what is left, from where this has ended.
    pub(super) fn then(self, control: &Control, next: impl FnOnce(&Control) -> Self) -> Self {
        match self.rest(control) {
            Some(rest) => self.or_better(next(&rest), control.tol),
            None => self,
        }
    }

    /// [`then`](Self::then) for what may fail.
    pub(super) fn try_then(
        self,
        control: &Control,
        next: impl FnOnce(&Control) -> Result<Self>,
    ) -> Result<Self> {
        match self.rest(control) {
            Some(rest) => Ok(self.or_better(next(&rest)?, control.tol)),
            None => Ok(self),
        }
    }

    /// What is left for another solver, where this one has not ended.
    fn rest(&self, control: &Control) -> Option<Control> {
        let ended =
            matches!(self.stop_reason, StopReason::Converged | StopReason::Stopped | StopReason::MaxTime);
        let rest = control.after(self.iterations);
        (!ended && rest.max_iter > 0).then(|| {
            let (at, beta) = (self.coefficients.clone(), Some(self.beta.clone()));
            Control { start: Some(Arc::new(Start { at, beta })), ..rest }
        })
    }

    /// The better of this and of what a solver has made of the rest, or of the coefficients of one with the dual point of
    /// the other, after the iterations of both.
    fn or_better(self, second: Self, tol: f64) -> Self {
        let iterations = self.iterations + second.iterations;
        let stop_reason = second.stop_reason;
        let second_is_better = second.certificate.relative_gap() <= self.certificate.relative_gap();
        let (mut best, other) = if second_is_better { (second, self) } else { (self, second) };
        let mixed = best.certificate.mixed_with(other.certificate);
        if let Some((mixed, own_primal)) = mixed.filter(|mixed| mixed.0.gap < best.certificate.gap) {
            match own_primal {
                true => best.beta = other.beta,
                false => best.coefficients = other.coefficients,
            }
            best.certificate = mixed;
        }
        Self { iterations, stop_reason: stop_reason.for_gap(best.certificate.relative_gap(), tol), ..best }
    }
}

/// Keeps the best iterate that a solver offers and tells it when to stop.
pub(super) struct Track<'a, L, R> {
    problem: &'a Problem<'a, L, R>,
    best: Best<'a, Coefficients>,
}

impl<'a, L: DualLoss, R: Regularizer> Track<'a, L, R> {
    /// Starts from w = 0, b = 0, β = 0, which is finite and feasible for every problem.
    pub(super) fn start(solver: &'static str, problem: &'a Problem<'a, L, R>, control: &'a Control) -> Self {
        let coefficients = Coefficients::zeros(problem.x.n_features());
        let (scores, mut beta) = (vec![0.0; problem.n_rows()], vec![0.0; problem.n_rows()]);
        let Problem { y, c, loss, .. } = problem;
        let (scores, betas, offer) = (&scores, beta.as_mut_slice(), &Given(&[]));
        let primal = simd::run(DualPoint { loss, offer, first: 0, y, c, scores, betas });
        // The dual value is 0, unless a loss is nowhere 0.
        let dual = y.iter().zip(c).map(|(&y, &c)| loss.dual_term(y, 0.0, c)).sum();
        let gap = simd::run(RowGaps { loss, y, c, scores, betas: &beta });
        let certificate = Certificate { primal, dual, gap, rounding: 0.0 };
        Self { problem, best: Best::new(solver, control, coefficients, beta, certificate) }
    }

    /// Certifies an iterate and keeps what is best of it; a reason, if there is one to stop.
    pub(super) fn offer(&mut self, iteration: usize, at: &Coefficients, beta: &[f64]) -> Option<StopReason> {
        self.look(iteration, at, Repair::Exact, &Given(beta)).1
    }

    /// [`offer`](Self::offer) of a dual point that may be a function of the scores, with what was computed.
    pub(super) fn look(
        &mut self,
        iteration: usize,
        at: &Coefficients,
        repair: Repair,
        beta: &impl Offer,
    ) -> (Evaluation, Option<StopReason>) {
        let found = self.keep(iteration, at, repair, beta);
        let reason = self.best.judge(found.certificate.primal);
        (found, reason)
    }

    /// [`look`](Self::look) at an iterate whose scores are known but for the order in which their terms were summed, in half
    /// the time. A pair that is an answer is certified with scores that are summed by rows, as models are asked.
    pub(super) fn look_with(
        &mut self,
        iteration: usize,
        at: &Coefficients,
        scores: &[f64],
        beta: &impl Offer,
    ) -> (Evaluation, Option<StopReason>) {
        let found = evaluate_with(self.problem, at, scores, beta);
        self.best.keep(iteration, at, &found.beta, found.certificate);
        if self.best.is_answer() {
            let (at, beta) = self.best.pair();
            let certificate = evaluate(self.problem, at, Repair::Exact, &Given(beta)).certificate;
            self.best.certify(certificate);
        }
        let reason = self.best.judge(found.certificate.primal);
        (found, reason)
    }

    /// Certifies an iterate and keeps what is best of it, with what was computed; no one is told.
    pub(super) fn keep(
        &mut self,
        iteration: usize,
        at: &Coefficients,
        repair: Repair,
        beta: &impl Offer,
    ) -> Evaluation {
        let found = evaluate(self.problem, at, repair, beta);
        self.best.keep(iteration, at, &found.beta, found.certificate);
        found
    }

    /// That of the best iterate.
    pub(super) fn certificate(&self) -> Certificate {
        self.best.certificate()
    }

    /// How many offers in a row, all together, have neither made the gap smaller by a tenth nor the objective lower.
    pub(super) fn offers_without_progress(&self) -> usize {
        self.best.offers_without_progress()
    }

    /// The best iterate.
    pub(super) fn finish(self, stop_reason: StopReason) -> Solution {
        self.best.finish(stop_reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::SquaredError;
    use crate::regularizer::L1;
    use crate::solver::{Intercept, certify};

    #[test]
    fn an_answer_by_scores_that_are_not_those_of_the_rows_is_none() {
        // The optimum is w = (2, 0) with β = (1, 0.5) and the objective 2.625.
        let x = ndarray::array![[1.0, 0.0], [0.0, 1.0]];
        let problem =
            Problem::new(&x, vec![3.0, 0.5], vec![1.0; 2], SquaredError, L1, Intercept::None).unwrap();
        let control = Control::new(1e-6, 10);
        let (near, beta) = (Coefficients { w: vec![2.1, 0.0], b: 0.0 }, [1.0, 0.5]);
        let exact = certify(&problem, &near, &beta).unwrap();
        assert!(exact.relative_gap() > 1e-3);
        let is_exact = |found: Certificate| {
            approx::assert_relative_eq!(found.primal, exact.primal, max_relative = 1e-14);
            approx::assert_relative_eq!(found.gap, exact.gap, max_relative = 1e-9);
        };
        let mut track = Track::start("", &problem, &control);
        let (found, reason) = track.look_with(1, &near, &[2.0, 0.0], &Given(&beta));
        assert!(found.certificate.relative_gap() < 1e-14);
        assert_eq!(reason, None);
        is_exact(track.certificate());
        // A pair of two looks, of which the second has such scores.
        let mut track = Track::start("", &problem, &control);
        track.offer(1, &Coefficients::zeros(2), &beta);
        let scores = [3.0 - (0.8 + 4e-7_f64).sqrt(), 0.0];
        let (found, reason) = track.look_with(2, &near, &scores, &Given(&[]));
        assert!(found.certificate.relative_gap() > 0.5);
        assert_eq!(reason, None);
        is_exact(track.certificate());
        // With scores of the rows the optimum is an answer.
        let optimum = Coefficients { w: vec![2.0, 0.0], b: 0.0 };
        let (_, reason) = track.look_with(3, &optimum, &[2.0, 0.0], &Given(&beta));
        assert_eq!(reason, Some(StopReason::Converged));
    }
}
