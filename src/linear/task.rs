//! One problem of a fit, minimised, rounded and certified.

use super::settings::{Place, Settings};
use crate::data::{AnyFeatures, Features, RowSubset};
use crate::error::{Error, Result};
use crate::loss::DualLoss;
use crate::regularizer::Regularizer;
use crate::solver::{
    Certificate, Coefficients, Control, Intercept, Problem, ProblemReport, Solution, StopReason, certify,
};

/// What a problem comes to.
pub(super) type Minimum = (Coefficients, ProblemReport);

/// A fit from a start, if there is one; where that leads to no end, from scratch.
pub(super) fn from_there_or_anew(
    start: Option<Coefficients>,
    fit: impl Fn(Option<Coefficients>) -> Result<Minimum>,
) -> Result<Minimum> {
    let is_begun = start.is_some();
    let first = fit(start)?;
    if !is_begun || first.1.stop_reason != StopReason::FloatingPointLimit {
        return Ok(first);
    }
    let (mut from_there, mut anew) = (first, fit(None)?);
    let iterations = from_there.1.iterations + anew.1.iterations;
    (from_there.1.iterations, anew.1.iterations) = (iterations, iterations);
    let gap = |minimum: &Minimum| minimum.1.certificate.relative_gap();
    Ok(if gap(&anew) < gap(&from_there) { anew } else { from_there })
}

/// The rows that take part in a problem, with a target and a cost each.
pub(super) struct Part {
    /// `None` for all.
    rows: Option<Vec<usize>>,
    targets: Vec<f64>,
    costs: Vec<f64>,
}

impl Part {
    /// Those of n rows that take part.
    pub(super) fn of(
        n: usize,
        takes_part: impl Fn(usize) -> bool,
        target: impl Fn(usize) -> f64,
        cost: impl Fn(usize) -> f64,
    ) -> Self {
        let rows = some_of(n, takes_part);
        let (targets, costs) = match &rows {
            None => ((0..n).map(target).collect(), (0..n).map(cost).collect()),
            Some(rows) => {
                (rows.iter().map(|&row| target(row)).collect(), rows.iter().map(|&row| cost(row)).collect())
            }
        };
        Self { rows, targets, costs }
    }
}

/// Those of n rows that take part; `None` for all.
pub(super) fn some_of(n: usize, takes_part: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
    (!(0..n).all(&takes_part)).then(|| (0..n).filter(|&row| takes_part(row)).collect())
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
        self.with_rows(rows, |x, norms| minimize(Task { x, norms, targets, costs, intercept, control }))
    }

    /// What `work` makes of some rows, or all, and their squared norms.
    pub(super) fn with_rows<T>(
        &self,
        rows: Option<Vec<usize>>,
        work: impl FnOnce(&dyn AnyFeatures, &[f64]) -> Result<T>,
    ) -> Result<T> {
        let Some(rows) = rows else { return work(self.x, &self.squared_norms) };
        let norms: Vec<f64> = rows.iter().filter_map(|&row| self.squared_norms.get(row).copied()).collect();
        work(&RowSubset::new(self.x, rows)?, &norms)
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
    /// The same with costs so many times as large.
    pub(super) fn times(mut self, factor: f64) -> Result<Self> {
        self.costs.iter_mut().for_each(|cost| *cost *= factor);
        match self.costs.iter().all(|cost| cost.is_finite()) {
            true => Ok(self),
            false => Err(Error::Overflow { what: "the sum of C over the rows", column: None }),
        }
    }

    /// Solves the problem of this loss and regularizer, rounds the coefficients to the float type of the features and
    /// certifies what is left.
    pub(super) fn minimize<L: DualLoss, R: Regularizer>(
        self,
        loss: L,
        regularizer: R,
        solve: impl FnOnce(&Problem<'_, L, R>, &Control) -> Result<Solution>,
    ) -> Result<Minimum> {
        let Self { x, norms, targets, costs, intercept, control } = self;
        let problem = Problem::with_norms(x, norms, targets, costs, loss, regularizer, intercept)?;
        let solution = solve(&problem, &control)?;
        finish(x, solution, &control, |at, beta| certify(&problem, at, beta))
    }
}

/// What is found of a problem, for one score or for several.
pub(super) trait Unknowns: Clone + PartialEq {
    /// f of each number.
    fn map(&self, f: &dyn Fn(f64) -> f64) -> Self;
    fn is_finite(&self) -> bool;
}

impl Unknowns for Coefficients {
    fn map(&self, f: &dyn Fn(f64) -> f64) -> Self {
        Self { w: self.w.iter().copied().map(f).collect(), b: f(self.b) }
    }

    fn is_finite(&self) -> bool {
        self.w.iter().chain([&self.b]).all(|value| value.is_finite())
    }
}

impl Unknowns for Vec<Coefficients> {
    fn map(&self, f: &dyn Fn(f64) -> f64) -> Self {
        self.iter().map(|at| at.map(f)).collect()
    }

    fn is_finite(&self) -> bool {
        self.iter().all(Unknowns::is_finite)
    }
}

/// Rounds to the float type of the features, which coefficients may be too large for, and certifies what is left.
///
/// Rows on their margin may fall short of it by rounding, at a price of C each; where that costs the certificate,
/// coefficients a few units in the last place larger may keep it.
pub(super) fn finish<C: Unknowns>(
    x: &dyn AnyFeatures,
    solution: Solution<C>,
    control: &Control,
    certify: impl Fn(&C, &[f64]) -> Result<Certificate>,
) -> Result<(C, ProblemReport)> {
    let tol = control.tol;
    let rounded = |units: f64| {
        let at = solution.coefficients.map(&|value| x.round((1.0 + units * x.epsilon()) * value));
        if !at.is_finite() {
            return Err(Error::Overflow { what: "a coefficient", column: None });
        }
        let is_exact = at == solution.coefficients;
        let certificate = if is_exact { solution.certificate } else { certify(&at, &solution.beta)? };
        Ok((at, certificate))
    };
    let mut best = rounded(0.0)?;
    for units in [1.0, 2.0, 4.0, 8.0] {
        if best.0 == solution.coefficients || best.1.relative_gap() <= tol {
            break;
        }
        let larger = rounded(units)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn minimum(gap: f64, stop_reason: StopReason) -> Minimum {
        let certificate = Certificate { primal: 1.0, dual: 1.0 - gap, gap, rounding: 0.0 };
        let report = ProblemReport {
            solver: "none",
            certificate,
            iterations: 3,
            stop_reason,
            loss_curve: Vec::new(),
            try_rate: None,
        };
        (Coefficients::zeros(1), report)
    }

    #[test]
    fn a_start_that_leads_nowhere_is_left() {
        let start = || Some(Coefficients::zeros(1));
        let fit = |start: Option<Coefficients>| {
            Ok(match start {
                Some(_) => minimum(0.5, StopReason::FloatingPointLimit),
                None => minimum(1e-9, StopReason::Converged),
            })
        };
        let found = from_there_or_anew(start(), fit).unwrap().1;
        assert_eq!((found.certificate.gap, found.iterations), (1e-9, 6));
        let ended = |_| Ok(minimum(0.1, StopReason::MaxIter));
        assert_eq!(from_there_or_anew(start(), ended).unwrap().1.iterations, 3);
        let worse_anew = |start: Option<Coefficients>| {
            Ok(minimum(if start.is_some() { 0.1 } else { 0.2 }, StopReason::FloatingPointLimit))
        };
        assert_eq!(from_there_or_anew(start(), worse_anew).unwrap().1.certificate.gap, 0.1);
    }
}
