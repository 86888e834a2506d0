//! When to stop, and the best iterate so far.

use super::best::{Best, Kept};
use super::certificate::{Certificate, Evaluation, Repair, evaluate, evaluate_known};
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
    /// Whether the best may have been looked at with scores that are known but for rounding.
    is_rough: bool,
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
        Self { problem, best: Best::new(solver, control, coefficients, beta, certificate), is_rough: false }
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

    /// Certifies an iterate and keeps what is best of it, with what was computed; no one is told.
    pub(super) fn keep(
        &mut self,
        iteration: usize,
        at: &Coefficients,
        repair: Repair,
        beta: &impl Offer,
    ) -> Evaluation {
        let found = evaluate(self.problem, at, repair, beta);
        if !self.keep_found(iteration, at, &found, false) {
            // What the best seemed to be better than may be better than what it is.
            self.keep_found(iteration, at, &found, false);
        }
        found
    }

    /// [`look`](Self::look) at an iterate whose scores are known but for rounding, in half the time. What may be an answer is
    /// looked at again, as it is.
    pub(super) fn glance(
        &mut self,
        iteration: usize,
        at: &Coefficients,
        scores: &[f64],
        beta: &impl Offer,
    ) -> (Evaluation, Option<StopReason>) {
        let (found, rounding) = evaluate_known(self.problem, at, scores, beta);
        let Certificate { gap, primal, .. } = found.certificate;
        let is_far = gap > self.best.tol() * primal.abs() + 4.0 * rounding
            && found.certificate.relative_gap() > self.best.tol();
        if !(is_far && self.keep_found(iteration, at, &found, true)) {
            return self.look(iteration, at, Repair::Exact, beta);
        }
        let reason = self.best.judge(primal);
        (found, reason)
    }

    /// Keeps what is best of an iterate, which may have been looked at roughly. False where the best then seems to be an answer
    /// and is none: it is certified as it is before it counts as one.
    fn keep_found(
        &mut self,
        iteration: usize,
        at: &Coefficients,
        found: &Evaluation,
        is_rough: bool,
    ) -> bool {
        match self.best.keep(iteration, at, &found.beta, found.certificate) {
            Kept::Nothing => {}
            Kept::Part => self.is_rough |= is_rough,
            Kept::Whole => self.is_rough = is_rough,
        }
        if self.is_rough && self.best.is_answer() {
            self.certify_best();
            return self.best.is_answer();
        }
        true
    }

    /// The best as it is.
    fn certify_best(&mut self) {
        let (at, beta) = self.best.pair();
        let certificate = evaluate(self.problem, at, Repair::Exact, &Given(beta)).certificate;
        self.best.certify(certificate);
        self.is_rough = false;
    }

    /// How many offers in a row, all together, have neither made the gap smaller by a tenth nor the objective lower.
    pub(super) fn offers_without_progress(&self) -> usize {
        self.best.offers_without_progress()
    }

    /// The best iterate.
    pub(super) fn finish(mut self, stop_reason: StopReason) -> Solution {
        if self.is_rough {
            self.certify_best();
        }
        self.best.finish(stop_reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::SquaredError;
    use crate::observer::Progress;
    use crate::regularizer::{L1, NoPenalty};
    use crate::solver::{Intercept, certify};
    use std::ops::ControlFlow;
    use std::sync::Mutex;

    #[test]
    fn wrong_scores_certify_nothing_in_the_end() {
        let x = ndarray::array![[1.0, 0.0], [0.0, 1.0]];
        let problem =
            Problem::new(&x, vec![3.0, 0.5], vec![1.0; 2], SquaredError, L1, Intercept::None).unwrap();
        let control = Control::new(1e-6, 10);
        let near = Coefficients { w: vec![2.1, 0.0], b: 0.0 };
        let exact = certify(&problem, &near, &[0.9, 0.5]).unwrap();
        for wrong in [0.0, 0.05, 0.1] {
            // Those of the optimum would have no gap left.
            let mut track = Track::start("", &problem, &control);
            let (_, reason) = track.glance(1, &near, &[2.1 - wrong, 0.0], &Given(&[0.9, 0.5]));
            assert_eq!(reason, None);
            let end = track.finish(StopReason::MaxIter);
            assert_eq!((end.certificate, end.stop_reason), (exact, StopReason::MaxIter));
        }
        let mut track = Track::start("", &problem, &control);
        let best = Coefficients { w: vec![2.0, 0.0], b: 0.0 };
        let (found, reason) = track.glance(1, &best, &[2.0, 0.0], &Given(&[1.0, 0.5]));
        // An answer is looked at as it is.
        assert!(found.certificate.gap < 1e-14 && reason == Some(StopReason::Converged));
        assert!(!track.is_rough);
    }

    #[test]
    fn what_only_seems_to_be_an_answer_is_none() {
        // Without a penalty the dual point counts as 0, and the objective alone says whether all rows are met.
        let x = ndarray::array![[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]];
        let (y, c) = (vec![3.0, 0.5], vec![1.0; 2]);
        let problem = Problem::new(&x, y.clone(), c, SquaredError, NoPenalty, Intercept::None).unwrap();
        let control = Control::new(1e-6, 10);
        let mut track = Track::start("", &problem, &control);
        let near = Coefficients { w: vec![2.9, 0.5, 0.0], b: 0.0 };
        let (found, reason) = track.glance(1, &near, &y, &Given(&[0.1, 0.0]));
        assert!(reason.is_none() && found.certificate.primal > 1e-3, "{reason:?}");
        let met = Coefficients { w: vec![3.0, 0.5, 0.0], b: 0.0 };
        let (_, reason) = track.glance(2, &met, &y, &Given(&[0.0, 0.0]));
        assert_eq!((reason, track.is_rough), (Some(StopReason::Converged), false));
    }

    /// A track whose best has been looked at roughly, and seems to be an answer that it is not.
    fn deceived<'a>(
        problem: &'a Problem<'a, SquaredError, L1>,
        control: &'a Control,
    ) -> Track<'a, SquaredError, L1> {
        let mut track = Track::start("", problem, control);
        let far = Coefficients { w: vec![2.5, 0.0], b: 0.0 };
        let (_, reason) = track.glance(1, &far, &[2.5, 0.0], &Given(&[0.5, 0.5]));
        assert_eq!((reason, track.is_rough), (None, true));
        track.best.certify(Certificate { primal: 2.0, dual: 2.0, gap: 1e-9, rounding: 0.0 });
        track
    }

    #[test]
    fn a_best_that_only_seems_to_be_an_answer_ends_no_fit() {
        let x = ndarray::array![[1.0, 0.0], [0.0, 1.0]];
        let problem =
            Problem::new(&x, vec![3.0, 0.5], vec![1.0; 2], SquaredError, L1, Intercept::None).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = seen.clone();
        let observe = move |progress: &Progress| {
            told.lock().unwrap().push(progress.relative_gap);
            if progress.iteration == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let control = Control { observing: Observing::by(observe), ..Control::new(1e-6, 10) };
        let near = Coefficients { w: vec![2.1, 0.0], b: 0.0 };
        let (scores, offer) = (vec![2.1, 0.0], Given(&[0.9, 0.5]));
        let exact = certify(&problem, &near, offer.0).unwrap();
        for (iteration, reason) in
            [(2, None), (5, Some(StopReason::Stopped)), (10, Some(StopReason::MaxIter))]
        {
            for is_glance in [true, false] {
                let mut track = deceived(&problem, &control);
                let end = if is_glance {
                    track.glance(iteration, &near, &scores, &offer)
                } else {
                    track.look(iteration, &near, Repair::Exact, &offer)
                };
                // What is known exactly, and better than the best is in truth, takes its place.
                assert_eq!((end.1, end.0.certificate, track.is_rough), (reason, exact, false));
                assert_eq!(track.offers_without_progress(), 0);
                assert_eq!(track.finish(StopReason::MaxIter).certificate, exact);
            }
        }
        assert!(seen.lock().unwrap().iter().all(|gap| *gap > 1e-3), "{seen:?}");
        // An answer is found whatever the best has seemed to be.
        let mut track = deceived(&problem, &control);
        let best = Coefficients { w: vec![2.0, 0.0], b: 0.0 };
        let (_, reason) = track.look(10, &best, Repair::Exact, &Given(&[1.0, 0.499]));
        assert_eq!(reason, Some(StopReason::Converged));
        let end = track.finish(StopReason::Converged);
        assert_eq!(end.coefficients, best);
        assert_eq!(end.certificate, certify(&problem, &end.coefficients, &end.beta).unwrap());
    }

    #[test]
    fn a_pair_with_a_rough_part_is_rough() {
        let x = ndarray::array![[1.0, 0.0], [0.0, 1.0]];
        let problem =
            Problem::new(&x, vec![3.0, 0.5], vec![1.0; 2], SquaredError, L1, Intercept::None).unwrap();
        let control = Control::new(1e-6, 10);
        let near = Coefficients { w: vec![2.1, 0.0], b: 0.0 };
        let rough = |track: &mut Track<'_, SquaredError, L1>| {
            let far = Coefficients { w: vec![2.5, 0.0], b: 0.0 };
            track.glance(1, &far, &[2.4, 0.0], &Given(&[0.5, 0.5]));
        };
        // The coefficients of one look with the dual point of the other.
        for rough_first in [true, false] {
            let mut track = Track::start("", &problem, &control);
            if rough_first {
                rough(&mut track);
            }
            track.look(2, &near, Repair::Exact, &Given(&[]));
            if !rough_first {
                assert!(!track.is_rough);
                rough(&mut track);
            }
            assert!(track.is_rough);
            let end = track.finish(StopReason::MaxIter);
            assert_eq!(end.coefficients, near);
            assert_ne!(end.beta, [0.0, 0.0]);
            assert_eq!(end.certificate, certify(&problem, &near, &end.beta).unwrap());
        }
    }
}
