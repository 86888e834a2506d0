//! One problem of all classes at once, minimised, rounded and certified.

use super::task::finish;
use crate::data::AnyFeatures;
use crate::error::Result;
use crate::loss::JointLoss;
use crate::regularizer::Regularizer;
use crate::solver::{Coefficients, Control, Intercept, JointProblem, ProblemReport, Solution, certify_joint};

/// What such a problem comes to: coefficients for each class, and one report.
pub(super) type JointMinimum = (Vec<Coefficients>, ProblemReport);

/// A problem of several classes at once without its loss and its regularizer.
pub(super) struct JointTask<'a> {
    pub(super) x: &'a dyn AnyFeatures,
    pub(super) norms: &'a [f64],
    /// The class of each row.
    pub(super) classes: Vec<usize>,
    pub(super) costs: Vec<f64>,
    pub(super) n_classes: usize,
    pub(super) intercept: Intercept,
    pub(super) control: Control,
    pub(super) start: Option<Vec<Coefficients>>,
}

impl JointTask<'_> {
    /// Solves the problem of this loss and regularizer, rounds the coefficients to the float type of the features and
    /// certifies what is left.
    pub(super) fn minimize<L: JointLoss, R: Regularizer>(
        self,
        loss: L,
        regularizer: R,
        solve: impl FnOnce(
            &JointProblem<'_, L, R>,
            &Control,
            Option<&[Coefficients]>,
        ) -> Solution<Vec<Coefficients>>,
    ) -> Result<JointMinimum> {
        let Self { x, norms, classes, costs, n_classes, intercept, control, start } = self;
        let problem = JointProblem::new(x, norms, classes, costs, n_classes, loss, regularizer, intercept)?;
        let solution = solve(&problem, &control, start.as_deref());
        finish(x, solution, &control, |at, shares| Ok(certify_joint(&problem, at, shares)))
    }
}
