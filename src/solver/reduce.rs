//! Fewer rows than features: the same problem in as many unknowns as there are rows.

use super::certificate::evaluate;
use super::cholesky::Cholesky;
use super::control::{Control, Solution};
use super::problem::{Coefficients, Intercept, Problem};
use crate::data::Features;
use crate::error::Result;
use crate::loss::DualLoss;
use crate::parallel;
use crate::regularizer::L2;
use ndarray::Array2;

/// Solves a problem of n < d rows with a method for few features; `None` if the rows have no finite Gram matrix.
///
/// The optimum lies in the span of the rows, w = Σ aᵢ xᵢ, and the problem knows the rows only by their inner
/// products K. With K = L Lᵀ the rows of L are the features of the same problem in n unknowns, and β is the same
/// (Chapelle 2007, "Training a Support Vector Machine in the Primal", doi:10.1162/neco.2007.19.5.1155). Costs
/// n² d + n³ once. The certificate is that of w on the rows as they are.
pub(crate) fn solve_reduced<X: Features, L: DualLoss + Clone>(
    problem: &Problem<'_, X, L, L2>,
    control: &Control,
    solve: impl Fn(&Problem<'_, Array2<f64>, L, L2>, &Control) -> Solution,
) -> Result<Option<Solution>> {
    let center = center(problem);
    let Some(factor) = Cholesky::new(gram_of_rows(problem, &center)?) else { return Ok(None) };
    let features = factor.into_lower();
    let (y, c) = (problem.y.clone(), problem.c.clone());
    let reduced = Problem::new(&features, y, c, problem.loss.clone(), L2, problem.intercept)?;
    let solution = solve(&reduced, control);

    // v = Lᵀ a and w = X̃ᵀ a have the same norm and the same scores: β would do at the optimum only.
    let mut a = solve_transposed(&features, &solution.coefficients.w);
    if center.iter().any(|&mean| mean != 0.0) {
        // Centered rows sum to 0, so that L knows a only up to a constant, which is noise.
        let mean = a.iter().sum::<f64>() / a.len() as f64;
        a.iter_mut().for_each(|a| *a -= mean);
    }
    let mut w = vec![0.0; problem.x.n_features()];
    for (row, &a) in a.iter().enumerate() {
        problem.x.add_row(row, a, &mut w);
    }
    let sum: f64 = a.iter().sum();
    w.iter_mut().zip(&center).for_each(|(w, mean)| *w -= sum * mean);
    let shift: f64 = center.iter().zip(&w).map(|(mean, w)| mean * w).sum();
    let coefficients = Coefficients { w, b: solution.coefficients.b - shift };
    let certificate = evaluate(problem, &coefficients, &solution.beta);
    let stop_reason = solution.stop_reason.for_gap(certificate.relative_gap(), control.tol);
    Ok(Some(Solution { coefficients, certificate, stop_reason, ..solution }))
}

/// a with Lᵀ a = v.
fn solve_transposed(lower: &Array2<f64>, v: &[f64]) -> Vec<f64> {
    let mut a = v.to_vec();
    for i in (0..a.len()).rev() {
        a[i] /= lower[[i, i]];
        let ai = a[i];
        a.iter_mut().zip(lower.row(i)).take(i).for_each(|(a, l)| *a -= l * ai);
    }
    a
}

/// The mean of the rows where moving them changes nothing but a free intercept, else 0.
fn center<X: Features, L>(problem: &Problem<'_, X, L, L2>) -> Vec<f64> {
    let n = problem.n_rows();
    let mut mean = vec![0.0; problem.x.n_features()];
    if problem.intercept == Intercept::Free && !problem.x.is_sparse() {
        (0..n).for_each(|row| problem.x.add_row(row, 1.0 / n as f64, &mut mean));
    }
    mean
}

/// The inner products of the centered rows, lower triangle.
fn gram_of_rows<X: Features, L: DualLoss>(
    problem: &Problem<'_, X, L, L2>,
    center: &[f64],
) -> Result<Array2<f64>> {
    let n = problem.n_rows();
    let rows = parallel::try_map(n, |i| {
        let (mut x, mut other) = (vec![0.0; center.len()], vec![0.0; center.len()]);
        problem.x.copy_row(i, &mut x);
        x.iter_mut().zip(center).for_each(|(x, mean)| *x -= mean);
        let inner = |j: usize| {
            if problem.x.is_sparse() {
                return problem.x.row_dot(j, &x);
            }
            problem.x.copy_row(j, &mut other);
            x.iter().zip(&other).zip(center).map(|((a, b), mean)| a * (b - mean)).sum()
        };
        Ok((0..=i).map(inner).collect::<Vec<f64>>())
    })?;
    let mut gram = Array2::zeros((n, n));
    for (mut to, row) in gram.rows_mut().into_iter().zip(rows) {
        to.iter_mut().zip(row).for_each(|(to, value)| *to = value);
    }
    Ok(gram)
}
