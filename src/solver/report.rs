//! What a fit says about itself.

use super::certificate::Certificate;
use std::fmt;

/// Why a solver stopped.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = LinearSVC::new().max_iter(1).fit(&data.features, &data.target)?;
/// assert_eq!(model.report().stop_reason(), StopReason::MaxIter);
/// assert_eq!(StopReason::MaxIter.name(), "max-iter");
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// The relative gap is at or under `tol`.
    Converged,
    /// `max_iter` iterations are done.
    MaxIter,
    /// `max_time` is over.
    MaxTime,
    /// The observer asked to stop.
    Stopped,
    /// The objective, or the score on rows that are held out, has not become better for so many epochs: how stochastic
    /// gradient descent ends, whose `tol` is no gap.
    NoChange,
    /// The stream of batches has ended.
    EndOfData,
    /// The steps of stochastic gradient descent were too long: the objective is more than twice that of no model at all.
    /// [`ProblemReport::try_rate`] has a rate to try; of networks, [`Finding`](crate::neural::Finding).
    Diverged,
    /// The gap shrinks no further: rounding, of the solver or of the coefficients, keeps it from `tol`; or the solvers that
    /// serve the problem have come to their ends. The gap is true all the same.
    FloatingPointLimit,
}

impl StopReason {
    /// The reason as a word, such as `floating-point-limit`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::MaxIter => "max-iter",
            Self::MaxTime => "max-time",
            Self::Stopped => "stopped",
            Self::NoChange => "no-change",
            Self::EndOfData => "end-of-data",
            Self::Diverged => "diverged",
            Self::FloatingPointLimit => "floating-point-limit",
        }
    }

    /// The reason once the coefficients are final: what is at `tol` has converged, and what no longer is has come to
    /// the end of its float type.
    pub(crate) fn for_gap(self, relative_gap: f64, tol: f64) -> Self {
        match self {
            _ if relative_gap <= tol => Self::Converged,
            Self::Converged => Self::FloatingPointLimit,
            other => other,
        }
    }

    /// How good a reason it is to stop, for the worst of several problems.
    fn severity(self) -> u8 {
        match self {
            Self::Converged => 0,
            Self::NoChange => 1,
            Self::EndOfData => 2,
            Self::FloatingPointLimit => 3,
            Self::MaxIter => 4,
            Self::MaxTime => 5,
            Self::Stopped => 6,
            Self::Diverged => 7,
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Converged => "the gap that was asked for is reached",
            Self::MaxIter => "the iteration cap is reached",
            Self::MaxTime => "the time is up",
            Self::Stopped => "the observer asked to stop",
            Self::NoChange => "nothing has become better by tol for n_iter_no_change epochs",
            Self::EndOfData => "the stream has ended",
            Self::Diverged => "the steps are too long: no model at all is better",
            Self::FloatingPointLimit => "the gap shrinks no further in floating point",
        })
    }
}

/// The end of one problem: a binary one, or that of all classes at once. [`Report::problems`] has them all.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProblemReport {
    /// The solver that ended it.
    pub solver: &'static str,
    /// The certificate of the coefficients that are returned.
    pub certificate: Certificate,
    /// Iterations done: outer ones for Newton-like solvers, epochs for dual coordinate descent, working sets for coordinate
    /// descent.
    pub iterations: usize,
    /// Why it ended.
    pub stop_reason: StopReason,
    /// The mean objective that each epoch of stochastic gradient descent saw, each row before it was learnt from; empty
    /// for other solvers.
    pub loss_curve: Vec<f64>,
    /// Where it [diverged](StopReason::Diverged): a learning rate to try, at most a tenth of the last one and such that steps do
    /// not overshoot the row that they are made for, as far as the curvature of the loss at 0 and at the targets tells.
    pub try_rate: Option<f64>,
}

/// How good a fit is: a certificate for each problem that it solved, one where all classes are in one.
///
/// The optimum of a convex problem lies between its primal and its dual value, so the relative gap bounds how
/// much better any other coefficients could be. With several problems (one a class or one a pair of classes)
/// [`primal`](Report::primal) and [`dual`](Report::dual) are sums and [`relative_gap`](Report::relative_gap) is
/// the worst.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = LinearSVC::new().fit(&data.features, &data.target)?;
/// let report = model.report();
/// assert!(report.converged() && report.relative_gap() <= 1e-6);
/// assert_eq!(report.problems().len(), 3); // one a class
/// assert!(report.to_string().starts_with("optimum certified: primal "));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    tol: f64,
    problems: Vec<ProblemReport>,
}

impl Report {
    pub(crate) fn new(tol: f64, problems: Vec<ProblemReport>) -> Self {
        Self { tol, problems }
    }

    /// The relative gap that was asked for.
    pub fn tol(&self) -> f64 {
        self.tol
    }

    /// Each problem, in the order of the model's coefficients.
    pub fn problems(&self) -> &[ProblemReport] {
        &self.problems
    }

    /// The objective of the returned coefficients, summed over the problems.
    pub fn primal(&self) -> f64 {
        self.problems.iter().map(|problem| problem.certificate.primal).sum()
    }

    /// The dual value: no coefficients have a lower objective; summed over the problems.
    pub fn dual(&self) -> f64 {
        self.problems.iter().map(|problem| problem.certificate.dual).sum()
    }

    /// The largest relative duality gap of the problems.
    pub fn relative_gap(&self) -> f64 {
        self.problems.iter().map(|problem| problem.certificate.relative_gap()).fold(0.0, f64::max)
    }

    /// Iterations of all problems together.
    pub fn iterations(&self) -> usize {
        self.problems.iter().map(|problem| problem.iterations).sum()
    }

    /// The name of the solver; of the first problem, where a hard one was handed on to another solver.
    pub fn solver(&self) -> &'static str {
        self.problems.first().map_or("none", |problem| problem.solver)
    }

    /// Whether every problem reached the gap that was asked for; for stochastic gradient descent, whether its own rule
    /// of no change ended it.
    #[must_use]
    pub fn converged(&self) -> bool {
        matches!(self.stop_reason(), StopReason::Converged | StopReason::NoChange)
    }

    /// Whether there is a certificate: stochastic gradient descent computes none unless it is asked to, and its dual value
    /// is −∞ then.
    pub fn is_certified(&self) -> bool {
        self.problems.iter().all(|problem| problem.certificate.dual > f64::NEG_INFINITY)
    }

    /// Why the fit ended: the gravest reason of the problems.
    pub fn stop_reason(&self) -> StopReason {
        let reasons = self.problems.iter().map(|problem| problem.stop_reason);
        reasons.max_by_key(|reason| reason.severity()).unwrap_or(StopReason::Converged)
    }
}

impl fmt::Display for Report {
    /// One line, such as `optimum certified: primal 21.874312, dual 21.874310, relative gap 9e-8 <= 1e-6, 14
    /// iterations`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (primal, dual, gap) = (self.primal(), self.dual(), self.relative_gap());
        if !self.is_certified() {
            let (objective, epochs) = (significant(primal), self.iterations());
            return write!(
                f,
                "objective {objective} after {epochs} epochs, not certified ({})",
                self.stop_reason()
            );
        }
        let verdict = if gap <= self.tol { "optimum certified" } else { "not certified to tol" };
        let relation = if gap <= self.tol { "<=" } else { ">" };
        write!(
            f,
            "{verdict}: primal {}, dual {}, relative gap {gap:.0e} {relation} {:e}, {} iterations",
            significant(primal),
            significant(dual),
            self.tol,
            self.iterations()
        )?;
        if self.problems.len() > 1 {
            write!(f, " for {} problems", self.problems.len())?;
        }
        if !self.converged() {
            write!(f, " ({})", self.stop_reason())?;
        }
        Ok(())
    }
}

/// Six decimals where they say something, else eight significant digits.
fn significant(value: f64) -> String {
    if value == 0.0 || (1e-3..1e9).contains(&value.abs()) {
        format!("{value:.6}")
    } else {
        format!("{value:.7e}")
    }
}
