//! What a fit of a network says about itself.

use super::Finding;
use crate::solver::StopReason;
use std::fmt;

/// How the fit of a network went. Its objective has many minima, so that there is no certificate.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let mlp = MLPClassifier::new().batch_size(20).max_iter(30).tol(None).early_stopping(true);
/// let model = StandardScaler::new().then(mlp).fit(&data.features, &data.target)?;
/// let report = model.last().report();
/// assert_eq!((report.iterations(), report.loss_curve().len()), (30, 30));
/// assert_eq!(report.stop_reason(), StopReason::MaxIter);
/// assert!(report.loss() < report.loss_curve()[0]);
/// assert!(report.best_validation_score().is_some_and(|score| score > 0.8));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NeuralReport {
    pub(super) solver: String,
    pub(super) loss_curve: Vec<f64>,
    pub(super) validation_curve: Vec<f64>,
    pub(super) gradient_norm: Option<f64>,
    pub(super) n_steps: usize,
    pub(super) stop_reason: StopReason,
    pub(super) findings: Vec<Finding>,
    pub(super) course: Course,
}

/// What a fit does, to say in its words how it went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Course {
    /// Epochs that are judged by their objective.
    Epochs,
    /// Epochs that are judged by a score on rows that are held out.
    HeldOut,
    /// Iterations of [`Lbfgs`](super::Lbfgs).
    Iterations,
}

impl Course {
    fn unit(self) -> &'static str {
        if self == Self::Iterations { "iteration" } else { "epoch" }
    }

    /// Why it ended.
    fn why(self, reason: StopReason) -> String {
        match (self, reason) {
            (Self::Epochs, StopReason::NoChange) => {
                "the objective has not become better by tol for n_iter_no_change epochs".into()
            }
            (Self::HeldOut, StopReason::NoChange) => {
                "the validation score has not become better by tol for n_iter_no_change epochs".into()
            }
            (Self::Iterations, StopReason::NoChange) => "the last iteration gained next to nothing".into(),
            (Self::Iterations, StopReason::MaxIter) => "max_iter or max_fun is reached".into(),
            (_, StopReason::MaxIter) => "max_iter is reached".into(),
            // There is no gap.
            (_, StopReason::Converged) => "no entry of the gradient is over tol".into(),
            (_, StopReason::FloatingPointLimit) => "nothing is lower in floating point".into(),
            (_, StopReason::Diverged) => "the steps are too long".into(),
            (_, reason) => reason.to_string(),
        }
    }
}

impl NeuralReport {
    /// That of weights that were not fitted here.
    pub(super) fn of_no_fit() -> Self {
        Self {
            solver: "none".into(),
            loss_curve: Vec::new(),
            validation_curve: Vec::new(),
            gradient_norm: None,
            n_steps: 0,
            stop_reason: StopReason::EndOfData,
            findings: Vec::new(),
            course: Course::Epochs,
        }
    }

    /// The solver, as it prints.
    pub fn solver(&self) -> &str {
        &self.solver
    }

    /// The mean objective that each epoch saw, each batch before it was learnt from, with its penalty; of
    /// [`Lbfgs`](super::Lbfgs) the objective after each iteration.
    pub fn loss_curve(&self) -> &[f64] {
        &self.loss_curve
    }

    /// The last of the [`loss_curve`](Self::loss_curve).
    pub fn loss(&self) -> f64 {
        self.loss_curve.last().copied().unwrap_or(f64::NAN)
    }

    /// The score on the rows that early stopping holds out after each epoch, accuracy or R²; empty without.
    pub fn validation_curve(&self) -> &[f64] {
        &self.validation_curve
    }

    /// The highest score of the [`validation_curve`](Self::validation_curve): that of the weights that are returned.
    pub fn best_validation_score(&self) -> Option<f64> {
        self.validation_curve.iter().copied().reduce(f64::max)
    }

    /// The first epoch, from 1, that has it.
    pub fn best_iteration(&self) -> Option<usize> {
        let best = self.best_validation_score()?;
        self.validation_curve.iter().position(|score| *score == best).map(|place| place + 1)
    }

    /// What the curves go by, `epoch` or `iteration`.
    #[cfg(feature = "plot")]
    pub(crate) fn unit(&self) -> &'static str {
        self.course.unit()
    }

    /// ‖gradient‖ of the objective at the weights that are returned, on up to 1,024 rows from the whole of the fit; `None`
    /// for a stream and for weights that were not fitted here.
    pub fn gradient_norm(&self) -> Option<f64> {
        self.gradient_norm
    }

    /// Epochs done; of [`Lbfgs`](super::Lbfgs) iterations.
    pub fn iterations(&self) -> usize {
        self.loss_curve.len()
    }

    /// Steps taken: one a batch.
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// Why the fit ended.
    pub fn stop_reason(&self) -> StopReason {
        self.stop_reason
    }

    /// Whether a rule of the fit ended it, neither a cap nor somebody from outside, with a loss that has not grown and that
    /// is not worse than a constant's.
    #[must_use]
    pub fn converged(&self) -> bool {
        let reasons = [StopReason::Converged, StopReason::NoChange, StopReason::FloatingPointLimit];
        reasons.contains(&self.stop_reason) && !self.findings.iter().any(Finding::is_failure)
    }

    /// What may be wrong: dead units and the gradient as they are at the end, the gradient at the begin, and the loss.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl fmt::Display for NeuralReport {
    /// One line, such as `loss 0.012345, gradient norm 3.1e-3, after 87 epochs (the objective has not become better by tol
    /// for n_iter_no_change epochs)`, and the findings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss {:.6}, ", self.loss())?;
        if let Some(norm) = self.gradient_norm {
            write!(f, "gradient norm {norm:.1e}, ")?;
        }
        let (course, why) = (self.course, self.course.why(self.stop_reason));
        write!(f, "after {} {}s ({why})", self.iterations(), course.unit())?;
        self.findings.iter().try_for_each(|finding| write!(f, "; {finding}"))
    }
}
