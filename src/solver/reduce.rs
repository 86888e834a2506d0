//! Fewer rows than features: the same problem in as many unknowns as there are rows.

use super::certificate::{Repair, evaluate};
use super::cholesky::{Cholesky, solve_transposed};
use super::control::{Clock, Control, Solution};
use super::design::mean_of_rows;
use super::lq::Lq;
use super::problem::{Coefficients, Intercept, Problem};
use super::row_terms::Given;
use crate::data::{AnyFeatures, dot};
use crate::error::Result;
use crate::loss::DualLoss;
use crate::parallel;
use crate::regularizer::L2;
use ndarray::{Array2, Axis};

/// Solves a problem of n < d rows with a method for few features; `None` if lengths of rows overflow, or
/// the time is up.
///
/// The optimum lies in the span of the rows. With X = L Q for orthonormal rows of Q, the rows of L are the features of
/// the same problem in n unknowns v: w = Qᵀ v has the same norm and the same scores, and β is the same (Chapelle 2007,
/// "Training a Support Vector Machine in the Primal", doi:10.1162/neco.2007.19.5.1155). Costs
/// about 2n² d operations once, and for dense rows a copy of them.
pub(crate) fn solve_reduced<L: DualLoss + Clone>(
    problem: &Problem<'_, L, L2>,
    control: &Control,
    solve: impl Fn(&Problem<'_, L, L2>, &Control) -> Solution,
) -> Result<Option<Solution>> {
    let Some(span) = Span::of(problem, control.clock)? else { return Ok(None) };
    let (y, c) = (problem.y.clone(), problem.c.clone());
    let features = span.features();
    let reduced = Problem::new(&features, y, c, problem.loss.clone(), L2, problem.intercept)?;
    // A start is one of the features' coefficients.
    let solution = solve(&reduced, &Control { start: None, ..control.clone() });

    let coefficients = span.coefficients(problem.x, &solution.coefficients);
    let certificate = evaluate(problem, &coefficients, Repair::Exact, &Given(&solution.beta)).certificate;
    let stop_reason = solution.stop_reason.for_gap(certificate.relative_gap(), control.tol);
    Ok(Some(Solution { coefficients, certificate, stop_reason, ..solution }))
}

/// Coordinates of the rows within their span.
enum Span {
    /// Dense rows x − μ for their mean μ. With a free intercept, which takes it, μ plays no part; otherwise it leads them as
    /// a row of its own: what rows far from the origin share does not blur what they differ in.
    Dense { lq: Lq, mean: Option<Vec<f64>> },
    /// Sparse rows, which orthonormal ones would fill: L with L Lᵀ = X Xᵀ.
    Sparse { lower: Array2<f64> },
}

impl Span {
    fn of<L>(problem: &Problem<'_, L, L2>, clock: Clock) -> Result<Option<Self>> {
        if problem.x.is_sparse() {
            let gram = gram_of_rows(problem.x, &vec![0.0; problem.x.n_features()])?;
            return Ok(Cholesky::new(gram).map(|factor| Self::Sparse { lower: factor.into_lower() }));
        }
        let mean = mean_of_rows(problem.x, problem.n_rows());
        let is_free = problem.intercept == Intercept::Free;
        let lq = Lq::new(around(problem.x, &mean, !is_free), clock);
        Ok(lq.map(|lq| Self::Dense { lq, mean: is_free.then_some(mean) }))
    }

    /// The coordinates, a row each.
    fn features(&self) -> Array2<f64> {
        match self {
            Self::Dense { lq, mean: Some(_) } => lq.lower(),
            Self::Dense { lq, mean: None } => {
                let lower = lq.lower();
                let (mean, rows) = lower.view().split_at(Axis(0), 1);
                &rows + &mean
            }
            Self::Sparse { lower } => lower.clone(),
        }
    }

    /// What has the same scores and the same norm on the rows as they are.
    fn coefficients(&self, x: &dyn AnyFeatures, at: &Coefficients) -> Coefficients {
        match self {
            Self::Dense { lq, mean } => {
                let w = lq.combine(&at.w);
                let shift = mean.as_ref().map_or(0.0, |mean| dot(mean, &w));
                Coefficients { w, b: at.b - shift }
            }
            Self::Sparse { lower } => {
                // v = Lᵀ a and w = Xᵀ a: β would do at the optimum only.
                let (mut a, mut w) = (at.w.clone(), vec![0.0; x.n_features()]);
                solve_transposed(lower, &mut a);
                x.add_rows(0..x.n_rows(), &a, &mut w);
                Coefficients { w, b: at.b }
            }
        }
    }
}

/// The rows x − μ, with μ as the first row if it leads.
fn around(x: &dyn AnyFeatures, mean: &[f64], leads: bool) -> Array2<f64> {
    let first = usize::from(leads);
    let mut rows = Array2::zeros((first + x.n_rows(), mean.len()));
    for (place, mut row) in rows.outer_iter_mut().enumerate() {
        let Some(row) = row.as_slice_mut() else { continue };
        match place.checked_sub(first) {
            None => row.copy_from_slice(mean),
            Some(i) => {
                x.copy_row(i, row);
                row.iter_mut().zip(mean).for_each(|(x, mean)| *x -= mean);
            }
        }
    }
    rows
}

/// The inner products of the rows around a center; lower triangle.
pub(super) fn gram_of_rows(x: &dyn AnyFeatures, center: &[f64]) -> Result<Array2<f64>> {
    let n = x.n_rows();
    let rows = parallel::try_map(n, |i| {
        let (mut row, mut other) = (vec![0.0; center.len()], vec![0.0; center.len()]);
        x.copy_row(i, &mut row);
        row.iter_mut().zip(center).for_each(|(x, mean)| *x -= mean);
        let inner = |j: usize| {
            if x.is_sparse() {
                return x.row_dot(j, &row);
            }
            x.copy_row(j, &mut other);
            row.iter().zip(&other).zip(center).map(|((a, b), mean)| a * (b - mean)).sum()
        };
        Ok((0..=i).map(inner).collect::<Vec<f64>>())
    })?;
    let mut gram = Array2::zeros((n, n));
    for (mut to, row) in gram.rows_mut().into_iter().zip(rows) {
        to.iter_mut().zip(row).for_each(|(to, value)| *to = value);
    }
    Ok(gram)
}
