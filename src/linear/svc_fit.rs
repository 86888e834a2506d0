//! The binary problems of a linear support vector machine.

use super::linear_svc::{LinearSVC, SvcLoss};
use crate::compose::multi_class::BinaryTask;
use crate::data::{AnyFeatures, Features, RowSubset};
use crate::error::{Error, Result};
use crate::loss::{DualLoss, Hinge, SquaredHinge};
use crate::parallel;
use crate::regularizer::L2;
use crate::solver::{
    Certificate, Clock, Coefficients, Control, HingeSolver, Problem, ProblemReport, SmoothMarginSolver,
    Solution, certify,
};
use std::sync::Arc;
use std::time::Instant;

/// The data of a fit, checked, and what all its binary problems share.
pub(super) struct SvcFit<'a, X> {
    pub(super) settings: &'a LinearSVC,
    pub(super) x: &'a X,
    pub(super) squared_norms: Vec<f64>,
    pub(super) classes: Vec<usize>,
    /// Sample weight times class weight of each row.
    pub(super) weights: Vec<f64>,
    pub(super) tasks: Vec<BinaryTask>,
    /// Where the problems begin, if anywhere near their optimum.
    pub(super) starts: Option<Vec<Coefficients>>,
    pub(super) began: Instant,
}

impl<X: Features> SvcFit<'_, X>
where
    X::Owned: Features<Elem = X::Elem>,
{
    /// The coefficients and reports of all problems for one C. The next call begins where this one ends.
    pub(super) fn solve(&mut self, c: f64) -> Result<Vec<(Coefficients, ProblemReport)>> {
        // A product that leaves the range of f64 must not silently drop its row.
        let leaves_range =
            |weight: &&f64| **weight > 0.0 && !(c * **weight > 0.0 && (c * **weight).is_finite());
        if let Some(weight) = self.weights.iter().find(leaves_range) {
            let allowed = format!("such that C times the weight {weight} is a positive finite number");
            return Err(Error::invalid_parameter("c", c, allowed));
        }
        let solved = parallel::try_map(self.tasks.len(), |index| self.solve_task(index, c))?;
        self.starts = Some(solved.iter().map(|(at, _)| at.clone()).collect());
        Ok(solved)
    }

    /// The sign of each row that takes part, and its Cᵢ.
    fn signs(&self, task: BinaryTask, c: f64) -> (Vec<usize>, Vec<f64>, Vec<f64>) {
        let n = self.classes.len();
        let mut parts = (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
        for (row, (&class, weight)) in self.classes.iter().zip(&self.weights).enumerate() {
            if let Some(sign) = task.sign(class).filter(|_| *weight > 0.0) {
                parts.0.push(row);
                parts.1.push(sign);
                parts.2.push(c * weight);
            }
        }
        parts
    }

    fn solve_task(&self, index: usize, c: f64) -> Result<(Coefficients, ProblemReport)> {
        let (rows, targets, costs) = self.signs(self.tasks[index], c);
        let start = self.starts.as_ref().and_then(|starts| starts.get(index)).cloned();
        let place = Place { index, start, began: self.began };
        if rows.len() == self.classes.len() {
            let norms = self.squared_norms.iter().copied();
            return self.settings.solve(Binary { x: self.x, norms, targets, costs }, place);
        }
        let norms: Vec<f64> = rows.iter().map(|&row| self.squared_norms[row]).collect();
        let subset = RowSubset::new(self.x, rows)?;
        self.settings.solve(Binary { x: &subset, norms: norms.into_iter(), targets, costs }, place)
    }
}

/// Which of the problems of a fit it is, where it begins, and since when the fit runs.
struct Place {
    index: usize,
    start: Option<Coefficients>,
    began: Instant,
}

/// A binary problem: rows that take part, yᵢ = ±1, Cᵢ.
struct Binary<'a, I> {
    x: &'a dyn AnyFeatures,
    norms: I,
    targets: Vec<f64>,
    costs: Vec<f64>,
}

impl LinearSVC {
    fn solve<I: Iterator<Item = f64>>(
        &self,
        binary: Binary<'_, I>,
        place: Place,
    ) -> Result<(Coefficients, ProblemReport)> {
        let control = Control {
            seed: self.seed,
            problem: place.index,
            observing: self.observing.clone(),
            start: place.start.map(Arc::new),
            clock: Clock { began: place.began, max_time: self.max_time },
            ..Control::new(self.tol, self.max_iter)
        };
        let Binary { x, norms, targets, costs } = binary;
        match self.loss {
            SvcLoss::Hinge => {
                let problem = Problem::with_norms(x, norms, targets, costs, Hinge, L2, self.intercept)?;
                finish(&problem, self.solver.minimize(&problem, &HingeSolver, &control)?, self.tol)
            }
            SvcLoss::SquaredHinge => {
                let problem =
                    Problem::with_norms(x, norms, targets, costs, SquaredHinge, L2, self.intercept)?;
                finish(&problem, self.solver.minimize(&problem, &SmoothMarginSolver, &control)?, self.tol)
            }
        }
    }
}

/// Rounds to the float type of the features, which coefficients may be too large for, and certifies what is left.
///
/// Rows on their margin may fall short of it by rounding, at a price of C each; where that costs the certificate,
/// coefficients a few units in the last place larger may keep it.
fn finish<L: DualLoss>(
    problem: &Problem<'_, L, L2>,
    solution: Solution,
    tol: f64,
) -> Result<(Coefficients, ProblemReport)> {
    let mut best = rounded(problem, &solution, 0.0)?;
    for units in [1.0, 2.0, 4.0, 8.0] {
        if best.0 == solution.coefficients || best.1.relative_gap() <= tol {
            break;
        }
        let larger = rounded(problem, &solution, units)?;
        if larger.1.gap < best.1.gap {
            best = larger;
        }
    }
    let (at, certificate) = best;
    let stop_reason = solution.stop_reason.for_gap(certificate.relative_gap(), tol);
    let report =
        ProblemReport { solver: solution.solver, certificate, iterations: solution.iterations, stop_reason };
    Ok((at, report))
}

/// The coefficients, larger by so many units in the last place of the float type and rounded to it.
fn rounded<L: DualLoss>(
    problem: &Problem<'_, L, L2>,
    solution: &Solution,
    units: f64,
) -> Result<(Coefficients, Certificate)> {
    let round = |value: f64| problem.x.round((1.0 + units * problem.x.epsilon()) * value);
    let exact = &solution.coefficients;
    let at = Coefficients { w: exact.w.iter().copied().map(round).collect(), b: round(exact.b) };
    if !at.w.iter().chain([&at.b]).all(|value| value.is_finite()) {
        return Err(Error::Overflow { what: "a coefficient", column: None });
    }
    let certificate =
        if at == *exact { solution.certificate } else { certify(problem, &at, &solution.beta)? };
    Ok((at, certificate))
}
