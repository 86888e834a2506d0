//! The best of what a solver has seen.

use super::certificate::Certificate;
use super::control::{Control, Solution};
use super::report::StopReason;
use crate::observer::Progress;

/// The coefficients, of type `C`, and the dual point with the smallest gap of all that were judged.
pub(super) struct Best<'a, C> {
    control: &'a Control,
    best: Solution<C>,
    /// The gap and the objective when there was progress the last time.
    reference: (f64, f64),
    offers_without_progress: usize,
}

impl<'a, C: Clone> Best<'a, C> {
    pub(super) fn new(
        solver: &'static str,
        control: &'a Control,
        coefficients: C,
        beta: Vec<f64>,
        certificate: Certificate,
    ) -> Self {
        let reference = (certificate.gap, certificate.primal);
        let stop_reason = StopReason::MaxIter;
        let best = Solution { coefficients, beta, certificate, solver, iterations: 0, stop_reason };
        Self { control, best, reference, offers_without_progress: 0 }
    }

    /// Keeps what is best of an iterate.
    pub(super) fn keep(&mut self, iteration: usize, at: &C, beta: &Vec<f64>, certificate: Certificate) {
        self.best.iterations = iteration;
        let best_gap = self.best.certificate.gap;
        if certificate.gap.is_finite() && !self.mix(at, beta, certificate) && certificate.gap < best_gap {
            self.best.coefficients = at.clone();
            self.best.beta.clone_from(beta);
            self.best.certificate = certificate;
        }
    }

    /// Counts an iterate, with its objective, once what is best of it is kept; a reason, if there is one to stop.
    pub(super) fn judge(&mut self, primal: f64) -> Option<StopReason> {
        let (least_gap, least_primal) = &mut self.reference;
        let smaller = self.best.certificate.gap < 0.9 * *least_gap;
        let lower = primal < (1.0 - 1e-9) * *least_primal;
        if smaller {
            *least_gap = self.best.certificate.gap;
        }
        if lower {
            *least_primal = primal;
        }
        self.offers_without_progress = if smaller || lower { 0 } else { self.offers_without_progress + 1 };
        self.stop_reason()
    }

    /// Coefficients and dual point need not come from one iterate. Whether the best pair is of two.
    fn mix(&mut self, at: &C, beta: &Vec<f64>, certificate: Certificate) -> bool {
        let best = self.best.certificate;
        let mixed = certificate.mixed_with(best);
        let Some((mixed, new_primal)) = mixed.filter(|mixed| mixed.0.gap < best.gap.min(certificate.gap))
        else {
            return false;
        };
        match new_primal {
            true => self.best.coefficients = at.clone(),
            false => self.best.beta.clone_from(beta),
        }
        self.best.certificate = mixed;
        true
    }

    fn stop_reason(&self) -> Option<StopReason> {
        let gap = self.best.certificate.relative_gap();
        let (control, iteration) = (self.control, self.best.iterations);
        let primal = control.unit * self.best.certificate.primal;
        let (all, elapsed) = (control.iterations_before + iteration, control.clock.began.elapsed());
        let progress = Progress::new(control.problem, all, primal, gap, elapsed);
        let asked_to_stop = control.observing.progress(&progress).is_break();
        if gap <= control.tol {
            Some(StopReason::Converged)
        } else if asked_to_stop {
            Some(StopReason::Stopped)
        } else if control.clock.is_out_of_time() {
            Some(StopReason::MaxTime)
        } else {
            (iteration >= control.max_iter).then_some(StopReason::MaxIter)
        }
    }

    /// How many iterates in a row, all together, have neither made the gap smaller by a tenth nor the objective lower.
    pub(super) fn offers_without_progress(&self) -> usize {
        self.offers_without_progress
    }

    /// That of the best pair.
    pub(super) fn certificate(&self) -> Certificate {
        self.best.certificate
    }

    /// Whether it is as good as asked for.
    pub(super) fn is_answer(&self) -> bool {
        self.best.certificate.relative_gap() <= self.control.tol
    }

    /// The coefficients and the dual point.
    pub(super) fn pair(&self) -> (&C, &[f64]) {
        (&self.best.coefficients, &self.best.beta)
    }

    /// Another certificate of the same pair.
    pub(super) fn certify(&mut self, certificate: Certificate) {
        self.best.certificate = certificate;
    }

    /// The best; with a gap as asked for it has converged, why ever the solver stops.
    pub(super) fn finish(self, stop_reason: StopReason) -> Solution<C> {
        let gap = self.best.certificate.relative_gap();
        Solution { stop_reason: stop_reason.for_gap(gap, self.control.tol), ..self.best }
    }
}
