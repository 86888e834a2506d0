//! Fewer rows than features: the same problem in as many unknowns as there are rows.

use super::certificate::{Repair, evaluate};
use super::cholesky::{Cholesky, solve_transposed};
use super::control::{Control, Solution};
use super::design::{Design, mean_and_spread};
use super::far_origin::is_far;
use super::problem::{Coefficients, Intercept, Problem};
use super::row_terms::Given;
use crate::data::{AnyFeatures, dot};
use crate::error::Result;
use crate::loss::DualLoss;
use crate::parallel;
use crate::regularizer::L2;
use ndarray::{Array2, Axis, concatenate};

/// Solves a problem of n < d rows with a method for few features; `None` if the rows have no finite Gram matrix.
///
/// The optimum lies in the span of the rows, w = Σ aᵢ xᵢ, and the problem knows the rows only by their inner
/// products K. With K = L Lᵀ the rows of L are the features of the same problem in n unknowns, and β is the same
/// (Chapelle 2007, "Training a Support Vector Machine in the Primal", doi:10.1162/neco.2007.19.5.1155). Costs
/// n² d + n³ once. The certificate is that of w on the rows as they are.
pub(crate) fn solve_reduced<L: DualLoss + Clone>(
    problem: &Problem<'_, L, L2>,
    control: &Control,
    solve: impl Fn(&Problem<'_, L, L2>, &Control) -> Solution,
) -> Result<Option<Solution>> {
    let shared = Shared::of(problem);
    let design = match &shared {
        Some(shared) => Design::around(problem.x, Intercept::None, shared.mean.clone()),
        None => Design::centered_only(problem.x, problem.intercept),
    };
    let direction = shared.as_ref().map(|shared| shared.direction.as_slice());
    let gram = gram_of_rows(problem.x, design.center(), direction)?;
    let Some(factor) = Cholesky::new(gram) else { return Ok(None) };
    let lower = factor.into_lower();
    let features = match &shared {
        Some(shared) => concatenate![Axis(1), lower, shared.along(problem.x)],
        None => lower,
    };
    let (y, c) = (problem.y.clone(), problem.c.clone());
    let reduced = Problem::new(&features, y, c, problem.loss.clone(), L2, problem.intercept)?;
    // A start is one of the features' coefficients.
    let solution = solve(&reduced, &Control { start: None, ..control.clone() });

    // v = Lᵀ a and w = X̃ᵀ a have the same norm and the same scores: β would do at the optimum only.
    let (of_rows, along) = solution.coefficients.w.split_at(problem.n_rows());
    let mut a = of_rows.to_vec();
    solve_transposed(&features, &mut a);
    if design.center().iter().any(|&mean| mean != 0.0) {
        // Centered rows sum to 0, so that L knows a only up to a constant, which is noise.
        let mean = a.iter().sum::<f64>() / a.len() as f64;
        a.iter_mut().for_each(|a| *a -= mean);
    }
    let mut v = design.weighted_sum(&a);
    let coefficients = match (&shared, along) {
        (Some(shared), &[along]) => {
            shared.set_along(&mut v, along);
            Coefficients { w: v, b: solution.coefficients.b }
        }
        _ => {
            if let Some(b) = v.get_mut(problem.x.n_features()) {
                *b = solution.coefficients.b;
            }
            design.coefficients(&v)
        }
    };
    let certificate = evaluate(problem, &coefficients, Repair::Exact, &Given(&solution.beta)).certificate;
    let stop_reason = solution.stop_reason.for_gap(certificate.relative_gap(), control.tol);
    Ok(Some(Solution { coefficients, certificate, stop_reason, ..solution }))
}

/// What rows far from the origin have in common, where they may not be centered.
///
/// Their inner products are all alike, and lose what rows differ in. With e the direction of the mean m, and
/// x = m + x̃, the products of the parts of x̃ across e lose nothing, and x·e is one more feature.
struct Shared {
    mean: Vec<f64>,
    /// e, and the length of m.
    direction: Vec<f64>,
    length: f64,
}

impl Shared {
    fn of<L>(problem: &Problem<'_, L, L2>) -> Option<Self> {
        if problem.intercept == Intercept::Free || problem.x.is_sparse() {
            return None;
        }
        let (mean, spread) = mean_and_spread(problem.x, problem.n_rows());
        let length = dot(&mean, &mean).sqrt();
        is_far(length, spread).then(|| {
            let direction = mean.iter().map(|mean| mean / length).collect();
            Self { mean, direction, length }
        })
    }

    /// x·e of all rows.
    fn along(&self, x: &dyn AnyFeatures) -> Array2<f64> {
        let mut row = vec![0.0; self.mean.len()];
        Array2::from_shape_fn((x.n_rows(), 1), |(i, _)| {
            x.copy_row(i, &mut row);
            row.iter_mut().zip(&self.mean).for_each(|(x, mean)| *x -= mean);
            self.length + dot(&row, &self.direction)
        })
    }

    /// Makes w·e what is given.
    fn set_along(&self, w: &mut [f64], along: f64) {
        let short = along - dot(w, &self.direction);
        w.iter_mut().zip(&self.direction).for_each(|(w, e)| *w += short * e);
    }
}

/// The inner products of the centered rows, of their parts across a direction of length 1 if there is one; lower triangle.
pub(super) fn gram_of_rows(
    x: &dyn AnyFeatures,
    center: &[f64],
    across: Option<&[f64]>,
) -> Result<Array2<f64>> {
    let n = x.n_rows();
    let rows = parallel::try_map(n, |i| {
        let (mut row, mut other) = (vec![0.0; center.len()], vec![0.0; center.len()]);
        x.copy_row(i, &mut row);
        row.iter_mut().zip(center).for_each(|(x, mean)| *x -= mean);
        if let Some(direction) = across {
            let along = dot(&row, direction);
            row.iter_mut().zip(direction).for_each(|(x, e)| *x -= along * e);
        }
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
