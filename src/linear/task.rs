//! One problem of a fit, minimised, rounded and certified.

use super::settings::{Place, Settings};
use crate::data::{AnyFeatures, Features, RowSubset};
use crate::error::{Error, Result};
use crate::loss::DualLoss;
use crate::regularizer::Regularizer;
use crate::solver::{
    Certificate, Coefficients, Control, Intercept, Problem, ProblemReport, Solution, certify,
};

/// What a problem comes to.
pub(super) type Minimum = (Coefficients, ProblemReport);

/// The rows that take part in a problem, with a target and a cost each.
#[derive(Default)]
pub(super) struct Part {
    pub(super) rows: Vec<usize>,
    pub(super) targets: Vec<f64>,
    pub(super) costs: Vec<f64>,
}

impl Part {
    pub(super) fn with_capacity(n: usize) -> Self {
        let [targets, costs] = [Vec::with_capacity(n), Vec::with_capacity(n)];
        Self { rows: Vec::with_capacity(n), targets, costs }
    }

    pub(super) fn push(&mut self, row: usize, target: f64, cost: f64) {
        self.rows.push(row);
        self.targets.push(target);
        self.costs.push(cost);
    }
}

/// The features of a fit, which have been checked, and the squared norms of their rows.
pub(super) struct Table<'a, X> {
    pub(super) x: &'a X,
    pub(super) squared_norms: Vec<f64>,
}

impl<X: Features> Table<'_, X>
where
    X::Owned: Features<Elem = X::Elem>,
{
    /// Minimises over some rows, as `minimize` does it.
    pub(super) fn solve(
        &self,
        part: Part,
        settings: &Settings,
        place: Place,
        minimize: impl FnOnce(Task<'_>) -> Result<Minimum>,
    ) -> Result<Minimum> {
        let Part { rows, targets, costs } = part;
        let (control, intercept) = (settings.control(place), settings.intercept);
        if rows.len() == self.squared_norms.len() {
            let norms = &self.squared_norms;
            return minimize(Task { x: self.x, norms, targets, costs, intercept, control });
        }
        let norms: Vec<f64> = rows.iter().filter_map(|&row| self.squared_norms.get(row).copied()).collect();
        let subset = RowSubset::new(self.x, rows)?;
        minimize(Task { x: &subset, norms: &norms, targets, costs, intercept, control })
    }
}

/// A problem without its loss and its regularizer.
pub(super) struct Task<'a> {
    pub(super) x: &'a dyn AnyFeatures,
    norms: &'a [f64],
    pub(super) targets: Vec<f64>,
    pub(super) costs: Vec<f64>,
    pub(super) intercept: Intercept,
    control: Control,
}

impl Task<'_> {
    /// Solves the problem of this loss and regularizer, rounds the coefficients to the float type of the features and
    /// certifies what is left.
    pub(super) fn minimize<L: DualLoss, R: Regularizer>(
        self,
        loss: L,
        regularizer: R,
        solve: impl FnOnce(&Problem<'_, L, R>, &Control) -> Result<Solution>,
    ) -> Result<Minimum> {
        let Self { x, norms, targets, costs, intercept, control } = self;
        let norms = norms.iter().copied();
        let problem = Problem::with_norms(x, norms, targets, costs, loss, regularizer, intercept)?;
        finish(&problem, solve(&problem, &control)?, &control)
    }
}

/// Rounds to the float type of the features, which coefficients may be too large for, and certifies what is left.
///
/// Rows on their margin may fall short of it by rounding, at a price of C each; where that costs the certificate,
/// coefficients a few units in the last place larger may keep it.
fn finish<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    solution: Solution,
    control: &Control,
) -> Result<Minimum> {
    let tol = control.tol;
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
    let Solution { solver, iterations, .. } = solution;
    let certificate = certificate.times(control.unit);
    Ok((
        at,
        ProblemReport {
            solver,
            certificate,
            iterations,
            stop_reason,
            loss_curve: Vec::new(),
            try_rate: None,
        },
    ))
}

/// The coefficients, larger by so many units in the last place of the float type and rounded to it.
fn rounded<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
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
