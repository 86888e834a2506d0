//! Coefficients that a gap proves to be 0 at the optimum.

use super::certificate::Evaluation;
use super::pieces::{add_to, over_pieces};
use super::problem::{Intercept, Problem};
use crate::data::Selection;
use crate::loss::SmoothLoss;
use crate::regularizer::Regularizer;

/// Columns are dropped where at most one of so many is left: what is left is copied.
const FEW: usize = 4;
/// Columns are dropped after so many certificates with all of them, and where a gap is so many times the one asked for: before
/// that the copy may take longer than what it saves.
const LEAST_LOOKS: usize = 4;
const FAR: f64 = 100.0;
/// What rounding may make of a gap, relative to the objective.
const ROUNDING: f64 = 16.0 * f64::EPSILON;
/// One of so many rows, and no fewer than so many, estimate whether it is worth to ask all.
const SAMPLED: usize = 64;
const LEAST_SAMPLE: usize = 256;

/// What tells of a dual point which columns no optimum uses.
///
/// With ℓ″ ≤ M, D falls from its maximum at β* by Σ (βᵢ − β*ᵢ)²/(2 M cᵢ) or more. Of a dual point with the gap G therefore
/// |xⱼ·β* − xⱼ·β| ≤ √(2 G M Σ cᵢ xᵢⱼ²), and where ω is steeper at 0 than all that xⱼ·β* can be, wⱼ = 0 at the optimum. With
/// a free intercept Σ βᵢ is 0 for both, and any constant may be taken off xⱼ: Σ cᵢ (xᵢⱼ − mⱼ)² is smallest with the mean.
/// Ndiaye, Fercoq, Gramfort and Salmon 2017, "Gap Safe Screening Rules for Sparsity Enforcing Penalties".
pub(super) struct Screen {
    tol: f64,
    looks: usize,
    /// √(M Σ cᵢ (xᵢⱼ − mⱼ)²) of each column, as some rows tell it, and as it is; empty before it has been asked for.
    estimates: Vec<f64>,
    norms: Vec<f64>,
}

impl Screen {
    /// Of a fit to the relative gap `tol`; `None` for losses of which no M is known.
    pub(super) fn new<L: SmoothLoss, R>(problem: &Problem<'_, L, R>, tol: f64) -> Option<Self> {
        let bound = problem.loss.max_second_derivative();
        bound.is_finite().then(|| Self { tol, looks: 0, estimates: Vec::new(), norms: Vec::new() })
    }

    /// The columns that may have a coefficient other than 0 at the optimum; `None` where many may, or little is left to do.
    pub(super) fn left<L: SmoothLoss, R: Regularizer>(
        &mut self,
        problem: &Problem<'_, L, R>,
        found: &Evaluation,
    ) -> Option<Selection> {
        let certificate = found.certificate;
        self.looks += 1;
        if self.looks < LEAST_LOOKS || certificate.relative_gap() < FAR * self.tol {
            return None;
        }
        let reach = (2.0 * (certificate.gap + ROUNDING * certificate.primal.abs())).sqrt();
        let pull = found.feasible_pull();
        let left = |norms: &[f64]| {
            let columns = pull.iter().zip(norms);
            let left = Selection::new(
                columns.map(|(g, norm)| may_leave_zero(&problem.regularizer, *g, reach * norm)),
            );
            (left.n_out() > 0 && FEW * left.n_out() <= left.n_in()).then_some(left)
        };
        let n = problem.n_rows();
        if self.norms.is_empty() {
            if self.estimates.is_empty() {
                self.estimates = norms(problem, (n / LEAST_SAMPLE).clamp(1, SAMPLED));
            }
            left(&self.estimates)?;
            self.norms = norms(problem, 1);
        }
        left(&self.norms)
    }
}

/// Whether a coefficient may be other than 0 where the losses pull at it by no more than `reach` more or less than g.
fn may_leave_zero(regularizer: &impl Regularizer, g: f64, reach: f64) -> bool {
    let stays = |pull: f64| pull.is_finite() && regularizer.prox(pull, 1.0) == 0.0;
    !(stays(g + reach) && stays(g - reach))
}

/// √(M Σ cᵢ (xᵢⱼ − mⱼ)²), no smaller for rounding, with m = 0 where no intercept is free. Of one row in `stride` for all of
/// them.
fn norms<L: SmoothLoss, R: Sync>(problem: &Problem<'_, L, R>, stride: usize) -> Vec<f64> {
    let (n, d) = (problem.n_rows(), problem.x.n_features());
    let pieces = over_pieces(n, 2 * d, |rows| {
        let (mut sums, mut squares, mut total) = (vec![0.0; d], vec![0.0; d], 0.0);
        let mut entries = vec![0.0; if problem.x.is_sparse() { 0 } else { d }];
        for row in rows.filter(|row| row % stride == 0) {
            let c = problem.c[row];
            total += c;
            let mut add = |column: usize, value: f64| {
                sums[column] += c * value;
                squares[column] += c * value * value;
            };
            if problem.x.is_sparse() {
                problem.x.for_each_in_row(row, &mut add);
            } else {
                problem.x.copy_row(row, &mut entries);
                entries.iter().enumerate().for_each(|(column, &value)| add(column, value));
            }
        }
        (sums, squares, total)
    });
    let (mut sums, mut squares, mut total) = (vec![0.0; d], vec![0.0; d], 0.0);
    for (of_piece, squares_of_piece, total_of_piece) in &pieces {
        add_to(&mut sums, of_piece);
        add_to(&mut squares, squares_of_piece);
        total += total_of_piece;
    }
    let of_all = stride as f64 * problem.loss.max_second_derivative();
    let norm = |(sum, square): (&f64, &f64)| {
        let of_mean = if problem.intercept == Intercept::Free { sum * (sum / total) } else { 0.0 };
        let rounding = 4.0 * (1.0 + n as f64) * f64::EPSILON * square;
        (of_all * ((square - of_mean).max(0.0) + rounding)).sqrt()
    };
    sums.iter().zip(&squares).map(norm).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{LogLoss, SquaredError, SquaredHinge};
    use crate::regularizer::{ElasticNet, L1, L2};
    use crate::solver::certificate::{Repair, evaluate};
    use crate::solver::row_terms::{Given, of_slope};
    use crate::solver::{Control, CoordinateDescent, Solve};
    use ndarray::Array2;

    fn features(d: usize) -> Array2<f64> {
        let scale = |j: usize| [1.0, 0.1, 30.0][j % 3];
        Array2::from_shape_fn((60, d), |(i, j)| {
            scale(j) * (((i * 37 + j * 101 + i * j) as f64).sin() + if j % 5 == 0 { 40.0 } else { 0.0 })
        })
    }

    fn costs() -> Vec<f64> {
        (0..60).map(|i| 0.02 + 0.01 * (i % 4) as f64).collect()
    }

    /// Dual points from poor to nearly optimal: whatever they drop is 0 at the optimum, and in the end they drop most.
    fn drops_what_is_zero<L: SmoothLoss + Clone, R: Regularizer + Clone>(problem: &Problem<'_, L, R>) {
        let optimum = CoordinateDescent.solve(problem, &Control::new(1e-13, 1000));
        assert!(optimum.certificate.relative_gap() <= 1e-12, "{:?}", optimum.certificate);
        let offer = Given(&optimum.beta);
        let at_optimum = evaluate(problem, &optimum.coefficients, Repair::Exact, &offer).feasible_pull();
        let own_reach = (2.0 * optimum.certificate.gap).sqrt();
        let norms = norms(problem, 1);
        let mut last = problem.x.n_features();
        for tol in [0.3, 1e-1, 1e-2, 1e-4, 1e-7, 1e-10] {
            let near = CoordinateDescent.solve(problem, &Control::new(tol, 1000)).coefficients;
            let found = evaluate(problem, &near, Repair::Exact, &of_slope(&problem.loss));
            let reach = (2.0 * found.certificate.gap).sqrt();
            let mut n_left = 0;
            let pull = found.feasible_pull();
            let columns = optimum.coefficients.w.iter().zip(&pull).zip(&norms);
            for ((w, g), norm, best) in columns.zip(&at_optimum).map(|((w, norm), best)| (w, norm, best)) {
                assert!(
                    (g - best).abs() <= (reach + own_reach) * norm * (1.0 + 1e-9),
                    "{g} {best} {reach} {norm}"
                );
                let left = may_leave_zero(&problem.regularizer, *g, reach * norm);
                assert!(left || *w == 0.0, "{w} {g} {reach} {norm}");
                n_left += usize::from(left);
            }
            last = n_left;
        }
        let not_zero = optimum.coefficients.w.iter().filter(|w| **w != 0.0).count();
        assert!(0 < not_zero && 2 * not_zero < norms.len() && last < 2 * not_zero, "{last} {not_zero}");
    }

    #[test]
    fn no_coefficient_of_the_optimum_is_dropped() {
        let x = features(200);
        let of_classes: Vec<f64> = (0..60).map(|i| if (i * 7) % 11 < 5 { 1.0 } else { -1.0 }).collect();
        let of_numbers: Vec<f64> = (0..60).map(|i| ((i * i) as f64).cos() * 3.0).collect();
        let net = ElasticNet { l1_ratio: 0.9 };
        for intercept in [Intercept::None, Intercept::Free, Intercept::Penalized { scaling: 1.0 }] {
            let (y, c) = (|| of_classes.clone(), costs);
            drops_what_is_zero(&Problem::new(&x, y(), c(), SquaredHinge, L1, intercept).unwrap());
            drops_what_is_zero(&Problem::new(&x, y(), c(), LogLoss, net, intercept).unwrap());
            drops_what_is_zero(
                &Problem::new(&x, of_numbers.clone(), c(), SquaredError, L1, intercept).unwrap(),
            );
        }
    }

    #[test]
    fn columns_are_dropped_once_a_fit_has_taken_some_looks_and_is_far_from_its_end() {
        let x = features(200);
        let y = (0..60).map(|i| ((i * i) as f64).cos()).collect();
        let problem = Problem::new(&x, y, costs(), SquaredError, L1, Intercept::Free).unwrap();
        let near = CoordinateDescent.solve(&problem, &Control::new(1e-8, 1000));
        let found = evaluate(&problem, &near.coefficients, Repair::Exact, &Given(&near.beta));
        let gap = found.certificate.relative_gap();
        let dropped = |tol: f64, looks: usize| {
            let mut screen = Screen::new(&problem, tol).unwrap();
            let left = (0..looks).map(|_| screen.left(&problem, &found)).last().flatten();
            left.map(|left| left.n_in() - left.n_out())
        };
        assert!(dropped(gap / 1e3, LEAST_LOOKS).is_some_and(|dropped| dropped >= 150));
        assert_eq!(dropped(gap / 1e3, LEAST_LOOKS - 1), None);
        assert_eq!(dropped(gap / 10.0, LEAST_LOOKS), None);
    }

    #[test]
    fn penalties_that_are_flat_at_zero_drop_nothing() {
        assert!(may_leave_zero(&L2, 1e-9, 0.0) && !may_leave_zero(&L1, 0.5, 0.4));
        assert!(may_leave_zero(&L1, 0.5, 0.6) && may_leave_zero(&L1, 0.5, f64::INFINITY));
        assert!(may_leave_zero(&L1, f64::NAN, 0.0));
    }

    #[test]
    fn norms_are_those_of_centered_columns_and_a_sample_estimates_them() {
        let x =
            Array2::from_shape_fn((20_000, 3), |(i, j)| ((i * 31 + j) as f64).sin() * (1.0 + j as f64) + 5.0);
        let y = vec![1.0; 20_000];
        let problem =
            |intercept| Problem::new(&x, y.clone(), vec![0.5; 20_000], LogLoss, L1, intercept).unwrap();
        for (intercept, center) in [
            (Intercept::Free, x.mean_axis(ndarray::Axis(0)).unwrap()),
            (Intercept::None, ndarray::Array1::zeros(3)),
        ] {
            let problem = problem(intercept);
            let (exact, estimates) = (norms(&problem, 1), norms(&problem, SAMPLED));
            for j in 0..3 {
                let square: f64 = x.column(j).iter().map(|x| 0.125 * (x - center[j]).powi(2)).sum();
                approx::assert_relative_eq!(exact[j], square.sqrt(), max_relative = 1e-6);
                assert!(exact[j] >= square.sqrt());
                approx::assert_relative_eq!(estimates[j], exact[j], max_relative = 0.2);
            }
        }
    }
}
