//! Least squares without a penalty.

use super::certificate::Repair;
use super::cholesky::{Cholesky, solve_transposed};
use super::control::{Control, Solution, Track};
use super::design::Design;
use super::pivoted_cholesky::PivotedCholesky;
use super::problem::{Intercept, Problem};
use super::reduce::gram_of_rows;
use super::report::StopReason;
use super::row_terms::Given;
use super::{Solve, Solver};
use crate::data::dot;
use crate::error::Result;
use crate::loss::SquaredError;
use crate::regularizer::NoPenalty;
use ndarray::Array2;

/// A column, or row, counts as a combination of others where this share of its square at most is its own.
const LEAST_PIVOT: f64 = 1e-13;
/// Steps in a row that may bring nothing.
const PATIENCE: usize = 30;

/// Least squares, min Σ cᵢ ½ (xᵢ·w + b − yᵢ)²: the w with the smallest norm where there are several.
///
/// Conjugate gradients on the normal equations, with the factor of their matrix: one step where that is well conditioned,
/// some more to restore the digits that forming the matrix has cost. With fewer rows than features the matrix is that of
/// the inner products of the rows. Which columns, or rows, are combinations of others is told by a factor with pivots,
/// once in 10¹³ of their squares; then every step is the shortest one. Beyond
/// [`DIRECT_UNKNOWNS`](Solver::DIRECT_UNKNOWNS) rows and features there is no matrix, and the number of steps depends on
/// the data. All steps are combinations of rows, as the solution of least norm is. The dual point is that of the
/// residuals, and the optimum is certified once these are orthogonal to all columns. An intercept counts as free.
///
/// Costs n d² + d³/3 operations for n ≥ d, else n² d + n³. Björck 1996, "Numerical Methods for Least Squares Problems",
/// sections 2.7 and 7.4.
///
/// ```
/// use certifit::loss::SquaredError;
/// use certifit::regularizer::NoPenalty;
/// use certifit::solver::{Control, Intercept, LeastSquares, Problem, Solve};
/// let x = ndarray::array![[1.0, 1.0, 0.0], [0.0, 0.0, 2.0]];
/// let problem = Problem::new(&x, vec![2.0, 6.0], vec![1.0; 2], SquaredError, NoPenalty, Intercept::None)?;
/// let solution = LeastSquares.solve(&problem, &Control::new(1e-9, 100));
/// // Of all w with w₀ + w₁ = 2 and 2 w₂ = 6 the shortest.
/// for (w, expected) in solution.coefficients.w.iter().zip([1.0, 1.0, 3.0]) {
///     assert!((w - expected).abs() < 1e-12);
/// }
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct LeastSquares;

type LeastSquaresProblem<'a> = Problem<'a, SquaredError, NoPenalty>;

impl Solve<SquaredError, NoPenalty> for LeastSquares {
    const NAME: &'static str = "least-squares";

    fn solve(&self, problem: &LeastSquaresProblem<'_>, control: &Control) -> Solution {
        let mut track = Track::start(Self::NAME, problem, control);
        let Ok((design, inverse)) = system(problem) else {
            return track.finish(StopReason::FloatingPointLimit);
        };
        let (y, c) = (&problem.y, &problem.c);
        let mut v = vec![0.0; design.dim()];
        let mut r = y.clone();
        if problem.intercept.exists() {
            let mean = mean(c, y);
            v[problem.x.n_features()] = mean;
            r.iter_mut().for_each(|r| *r -= mean);
        }
        let mut before: Option<(Vec<f64>, f64)> = None;
        for iteration in 0.. {
            let beta: Vec<f64> = r.iter().zip(c).map(|(r, c)| c * r).collect();
            let at = design.coefficients(&v);
            let (found, reason) = track.look(iteration, &at, Repair::Rough, &Given(&beta));
            if let Some(reason) = reason {
                return track.finish(reason);
            }
            if track.offers_without_progress() > PATIENCE {
                break;
            }
            let descent = design.centered(found.pull);
            let mut direction = inverse.times(&design, c, &descent, &r);
            let size = dot(&descent, &direction);
            if let Some((before, size_before)) = &before {
                let share = size / size_before;
                direction.iter_mut().zip(before).for_each(|(to, from)| *to += share * from);
            }
            let q = design.scores(&direction);
            let bend: f64 = q.iter().zip(c).map(|(q, c)| c * q * q).sum();
            let length = dot(&descent, &direction) / bend;
            if !(length.is_finite() && length != 0.0) {
                break;
            }
            v.iter_mut().zip(&direction).for_each(|(v, direction)| *v += length * direction);
            r.iter_mut().zip(&q).for_each(|(r, q)| *r -= length * q);
            before = Some((direction, size));
        }
        track.finish(StopReason::FloatingPointLimit)
    }
}

/// Σ cᵢ yᵢ/Σ cᵢ, to the last bit where all yᵢ are the same.
fn mean(c: &[f64], y: &[f64]) -> f64 {
    let first = y.first().copied().unwrap_or(0.0);
    let total: f64 = c.iter().sum();
    first + y.iter().zip(c).map(|(y, c)| c / total * (y - first)).sum::<f64>()
}

/// The coordinates, and what is known of the inverse of the normal equations' matrix in them.
fn system<'a>(problem: &LeastSquaresProblem<'a>) -> Result<(Design<'a>, Inverse)> {
    let (n, d) = (problem.n_rows(), problem.x.n_features());
    let intercept = if problem.intercept.exists() { Intercept::Free } else { Intercept::None };
    let few = n.min(d) <= Solver::DIRECT_UNKNOWNS;
    let by_features = few && d <= n;
    let center = match problem.intercept.exists() && !(problem.x.is_sparse() && by_features) {
        true => mean_of_rows(problem),
        false => vec![0.0; d],
    };
    let design = Design::around(problem.x, intercept, center);
    let inverse = if by_features {
        Inverse::of_features(design.gram(&problem.c), d)
    } else if few {
        Inverse::of_rows(problem, design.center())?
    } else {
        Inverse::Unknown
    };
    Ok((design, inverse))
}

/// Σ cᵢ xᵢ/Σ cᵢ.
fn mean_of_rows(problem: &LeastSquaresProblem<'_>) -> Vec<f64> {
    let plain = Design::around(problem.x, Intercept::None, vec![0.0; problem.x.n_features()]);
    let total: f64 = problem.c.iter().sum();
    let mut mean = plain.weighted_sum(&problem.c);
    mean.iter_mut().for_each(|mean| *mean /= total);
    mean
}

/// What takes Σ cᵢ rᵢ x̃ᵢ to the shortest v with the scores of least squares for the targets r.
enum Inverse {
    /// All columns are independent.
    Full(Cholesky),
    /// Some are combinations of others.
    Deficient(Shortest),
    /// Fewer rows than columns.
    OfRows { factor: PivotedCholesky, normal: Option<Cholesky> },
    /// There is no matrix.
    Unknown,
}

impl Inverse {
    /// From Σ cᵢ x̃ᵢ x̃ᵢᵀ, whose row d is that of the intercept, if it is there.
    fn of_features(gram: Array2<f64>, d: usize) -> Self {
        match Cholesky::definite(&gram, LEAST_PIVOT) {
            Some(factor) => Self::Full(factor),
            None => Self::Deficient(Shortest::new(&gram, d)),
        }
    }

    /// With K = √cᵢ√cₖ (xᵢ − m)·(xₖ − m) = G Gᵀ the rows √cᵢ (xᵢ − m) are G times orthonormal ones.
    fn of_rows(problem: &LeastSquaresProblem<'_>, center: &[f64]) -> Result<Self> {
        let mut gram = match problem.x.is_sparse() {
            true => doubly_centered(gram_of_rows(problem.x, &vec![0.0; center.len()])?, problem),
            false => gram_of_rows(problem.x, center)?,
        };
        let root = |i: usize| problem.c[i].sqrt();
        gram.indexed_iter_mut().for_each(|((i, j), value)| *value *= root(i) * root(j));
        let factor = PivotedCholesky::new(&gram, LEAST_PIVOT, None);
        let normal = Cholesky::new(factor.lower.t().dot(&factor.lower));
        Ok(Self::OfRows { factor, normal })
    }

    fn times(&self, design: &Design<'_>, c: &[f64], descent: &[f64], r: &[f64]) -> Vec<f64> {
        match self {
            Self::Full(factor) => factor.solve(descent),
            Self::Deficient(shortest) => shortest.solve(descent),
            Self::OfRows { factor, normal: Some(normal) } => from_rows(factor, normal, design, c, r),
            Self::OfRows { normal: None, .. } | Self::Unknown => descent.to_vec(),
        }
    }
}

/// The shortest w whose scores are nearest to r: u = (GᵀG)⁻¹ Gᵀ √c r, w = Σ √cᵢ (G₁⁻ᵀ u)ᵢ (xᵢ − m).
fn from_rows(
    factor: &PivotedCholesky,
    normal: &Cholesky,
    design: &Design<'_>,
    c: &[f64],
    r: &[f64],
) -> Vec<f64> {
    let PivotedCholesky { order, rank, lower } = factor;
    let mut right = vec![0.0; *rank];
    for (&row, g) in order.iter().zip(lower.rows()) {
        let scaled = c[row].sqrt() * r[row];
        right.iter_mut().zip(g).for_each(|(right, g)| *right += scaled * g);
    }
    let mut a = normal.solve(&right);
    solve_transposed(lower, &mut a);
    let mut scales = vec![0.0; r.len()];
    order.iter().zip(&a).for_each(|(&row, a)| scales[row] = c[row].sqrt() * a);
    let mut v = design.weighted_sum(&scales);
    // The intercept has been at its best from the start, and centered scores leave it there.
    v.iter_mut().skip(design.center().len()).for_each(|b| *b = 0.0);
    v
}

/// The inner products of rows without their mean, from those of the rows as they are; lower triangle.
fn doubly_centered(gram: Array2<f64>, problem: &LeastSquaresProblem<'_>) -> Array2<f64> {
    if !problem.intercept.exists() {
        return gram;
    }
    let n = gram.nrows();
    let entry = |i: usize, j: usize| gram[[i.max(j), i.min(j)]];
    let total: f64 = problem.c.iter().sum();
    // xᵢ·m, and m·m.
    let with_mean: Vec<f64> =
        (0..n).map(|i| (0..n).map(|j| problem.c[j] * entry(i, j)).sum::<f64>() / total).collect();
    let of_mean = dot(&problem.c, &with_mean) / total;
    Array2::from_shape_fn((n, n), |(i, j)| entry(i, j) - with_mean[i] - with_mean[j] + of_mean)
}

/// Normal equations of columns x_J that are independent and others, x_K = x_J T: the shortest of all solutions.
///
/// With δ the solution for J alone they are those with v_J + T v_K = δ; the shortest is
/// v_J = (I + T Tᵀ)⁻¹ δ, v_K = Tᵀ v_J. An intercept is in J and has no length.
struct Shortest {
    factor: PivotedCholesky,
    /// Whether the first of J is the intercept.
    skip: usize,
    /// T.
    dependence: Array2<f64>,
    /// I + T Tᵀ without the intercept.
    normal: Option<Cholesky>,
}

impl Shortest {
    fn new(gram: &Array2<f64>, d: usize) -> Self {
        let intercept = (gram.nrows() > d).then_some(d);
        let factor = PivotedCholesky::new(gram, LEAST_PIVOT, intercept);
        let (rank, skip) = (factor.rank, usize::from(intercept.is_some()));
        let mut dependence = Array2::zeros((rank, gram.nrows() - rank));
        for (k, mut to) in dependence.columns_mut().into_iter().enumerate() {
            let mut column = factor.lower.row(rank + k).to_vec();
            solve_transposed(&factor.lower, &mut column);
            to.iter_mut().zip(column).for_each(|(to, value)| *to = value);
        }
        let of_features = dependence.slice(ndarray::s![skip.min(rank).., ..]);
        let normal =
            Cholesky::new(of_features.dot(&of_features.t()) + Array2::<f64>::eye(rank.max(skip) - skip));
        Self { factor, skip, dependence, normal }
    }

    fn solve(&self, descent: &[f64]) -> Vec<f64> {
        let PivotedCholesky { order, rank, .. } = &self.factor;
        let mut independent: Vec<f64> = order.iter().take(*rank).map(|&j| descent[j]).collect();
        self.factor.solve_lower(&mut independent);
        solve_transposed(&self.factor.lower, &mut independent);
        let (intercept, features) = independent.split_at_mut(self.skip.min(*rank));
        if let Some(normal) = &self.normal {
            features.copy_from_slice(&normal.solve(features));
        }
        let mut v = vec![0.0; descent.len()];
        for (k, column) in self.dependence.columns().into_iter().enumerate() {
            let (of_intercept, of_features) = column.split_at(ndarray::Axis(0), intercept.len());
            let dependent: f64 = of_features.iter().zip(&*features).map(|(t, v)| t * v).sum();
            intercept.iter_mut().zip(of_intercept).for_each(|(b, t)| *b -= t * dependent);
            v[order[rank + k]] = dependent;
        }
        order.iter().zip(&independent).for_each(|(&j, value)| v[j] = *value);
        v
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Features;
    use ndarray::array;

    fn solve<X: Features>(x: &X, y: &[f64], c: &[f64], intercept: Intercept) -> Solution
    where
        X::Owned: Features,
    {
        let problem = Problem::new(x, y.to_vec(), c.to_vec(), SquaredError, NoPenalty, intercept).unwrap();
        LeastSquares.solve(&problem, &Control::new(1e-9, 100))
    }

    fn assert_near(found: &[f64], expected: &[f64]) {
        found.iter().zip(expected).for_each(|(found, expected)| {
            approx::assert_relative_eq!(*found, *expected, max_relative = 1e-11, epsilon = 1e-11);
        });
    }

    #[test]
    fn columns_and_targets_far_from_zero_are_not_taken_for_constants() {
        let slope = |i: usize| (i as f64 - 24.5) / 10.0;
        let noise = |i: usize| 0.1 * ((7 * i) as f64).sin();
        for (base, unit) in [(1e6, 1e-3), (1.7e9, 1.0), (1.7e12, 1000.0)] {
            let x = ndarray::Array2::from_shape_fn((50, 1), |(i, _)| base + unit * slope(i));
            let y: Vec<f64> = (0..50).map(|i| 3.0 * slope(i) + noise(i)).collect();
            let end = solve(&x, &y, &[1.0; 50], Intercept::Free);
            approx::assert_relative_eq!(end.coefficients.w[0] * unit, 3.0, max_relative = 0.02);
            assert!(end.certificate.primal < 1.0, "{:?}", end.certificate);
        }
        // Of f32 features the rounding of scores near 10⁶ is less than the errors: a gap that shows there is one.
        let x = ndarray::Array2::from_shape_fn((50, 1), |(i, _)| slope(i) as f32);
        for offset in [1e5, 1e6] {
            let y: Vec<f64> = (0..50).map(|i| offset + 30.0 * slope(i) + 10.0 * noise(i)).collect();
            let end = solve(&x, &y, &[1.0; 50], Intercept::Free);
            approx::assert_relative_eq!(end.coefficients.w[0], 30.0, max_relative = 0.02);
            // What is claimed holds for coefficients that are a little off, too.
            let problem =
                Problem::new(&x, y, vec![1.0; 50], SquaredError, NoPenalty, Intercept::Free).unwrap();
            let mut at = end.coefficients.clone();
            at.w[0] += 0.5;
            let worse = super::super::certify(&problem, &at, &end.beta).unwrap();
            let cost = worse.primal - end.certificate.primal;
            assert!(worse.relative_gap() >= 0.9 * cost / worse.primal, "{worse:?}");
        }
    }

    #[test]
    fn of_many_solutions_the_shortest() {
        // A column twice shares its weight; one that is constant has none next to an intercept.
        let x = array![[1.0, 1.0, 4.0], [2.0, 2.0, 4.0], [4.0, 4.0, 4.0], [5.0, 5.0, 4.0]];
        let (y, c) = ([2.5, 3.5, 8.5, 9.5], [1.0, 2.0, 2.0, 1.0]);
        let end = solve(&x, &y, &c, Intercept::Free);
        assert_eq!(end.stop_reason, StopReason::Converged, "{end:?}");
        // Means 3 and 6, Σ c (x − 3) (y − 6) = 24, Σ c (x − 3)² = 12.
        assert_near(&end.coefficients.w, &[1.0, 1.0, 0.0]);
        assert_near(&[end.coefficients.b + 6.0], &[6.0]);
        // In few rows of many columns: in the span of the centered rows, whatever the weights.
        let wide = array![[1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 1.0, 3.0], [2.0, 1.0, 0.0, 0.0]];
        let end = solve(&wide, &[1.0, 2.0, 4.0], &[1.0, 5.0, 0.5], Intercept::Free);
        let other = solve(&wide, &[1.0, 2.0, 4.0], &[1.0; 3], Intercept::Free);
        assert_near(&end.coefficients.w, &other.coefficients.w);
        assert!(end.certificate.primal < 1e-25);
        // What no difference of rows sees is not in w.
        for unseen in [[-3.0, 1.0, 0.0, -2.0], [5.0, 0.0, 1.0, 3.0]] {
            approx::assert_abs_diff_eq!(dot(&end.coefficients.w, &unseen), 0.0, epsilon = 1e-12);
        }
        #[cfg(feature = "sparse")]
        {
            let sparse = sprs::CsMat::csr_from_dense(wide.view(), 0.0);
            let same = solve(&sparse, &[1.0, 2.0, 4.0], &[1.0; 3], Intercept::Free);
            assert_near(&same.coefficients.w, &other.coefficients.w);
            let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
            let same = solve(&sparse, &y, &c, Intercept::Free);
            assert_near(&same.coefficients.w, &[1.0, 1.0, 0.0]);
        }
    }

    #[test]
    fn rows_that_contradict_each_other_get_their_mean() {
        let x = array![[1.0, 2.0, 0.0, 1.0], [1.0, 2.0, 0.0, 1.0], [0.0, 1.0, 3.0, 0.0]];
        let end = solve(&x, &[1.0, 3.0, 5.0], &[1.0; 3], Intercept::None);
        assert_eq!(end.stop_reason, StopReason::Converged, "{end:?}");
        approx::assert_relative_eq!(end.certificate.primal, 1.0, max_relative = 1e-12);
        let scores: Vec<f64> =
            x.rows().into_iter().map(|row| dot(&row.to_vec(), &end.coefficients.w)).collect();
        assert_near(&scores, &[2.0, 2.0, 5.0]);
    }
}
