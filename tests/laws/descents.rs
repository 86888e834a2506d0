//! Coordinate descent on working sets: optimality conditions, and what it shares with other solvers.

use certifit::loss::{Huber, ModifiedHuber, SmoothLoss};
use certifit::prelude::*;
use certifit::solver::{
    Coefficients, Control, CoordinateDescent, Newton, Problem, Solution, Solve, StopReason, certify,
};
use ndarray::{Array2, Axis};

const INTERCEPTS: [Intercept; 3] = [Intercept::Free, Intercept::Penalized { scaling: 2.0 }, Intercept::None];
const TOL: f64 = 1e-9;

/// Gaussian features, a few of which make the target; numbers for regression, signs for classification.
fn data(n: usize, d: usize, seed: u64) -> (Array2<f64>, Vec<f64>, Vec<f64>) {
    let made = datasets::make_regression(n, d).n_informative(4.min(d)).noise(20.0).bias(30.0).seed(seed);
    let made = made.generate().unwrap();
    let numbers: Vec<f64> = made.target.iter().map(|y| y / 50.0).collect();
    let signs = numbers.iter().map(|y| if *y > 0.5 { 1.0 } else { -1.0 }).collect();
    (made.features, numbers, signs)
}

/// Converged, and no coefficient wants to move: w = prox(w + g) with g the slope of the losses.
fn assert_optimal<L: SmoothLoss + Copy, R: Regularizer + Copy>(
    x: &Array2<f64>,
    (y, c): (&[f64], &[f64]),
    (loss, penalty): (L, R),
    intercept: Intercept,
    what: &str,
) -> Solution {
    let problem = Problem::new(x, y.to_vec(), c.to_vec(), loss, penalty, intercept).unwrap();
    let end = CoordinateDescent.solve(&problem, &Control::new(TOL, 1000));
    let what = format!("{what} {loss:?} {penalty:?} {intercept:?}: {:?}", end.certificate);
    assert_eq!(end.stop_reason, StopReason::Converged, "{what}");
    let again = certify(&problem, &end.coefficients, &end.beta).unwrap();
    assert!(again.relative_gap() <= TOL * 1.01, "{what} {again:?}");
    let Coefficients { w, b } = &end.coefficients;
    let scores = x.dot(&ndarray::arr1(w)) + *b;
    let beta: Vec<f64> =
        y.iter().zip(c).zip(&scores).map(|((&y, c), &p)| -c * loss.derivative(y, p)).collect();
    let size: f64 = beta.iter().map(|beta| beta.abs()).sum();
    for (column, &w) in x.axis_iter(Axis(1)).zip(w) {
        let g: f64 = column.iter().zip(&beta).map(|(x, beta)| x * beta).sum();
        let off = (penalty.prox(w + g, 1.0) - w).abs();
        assert!(off <= 2e-4 * (1.0 + g.abs()), "{what}: {w} {g}");
    }
    let sum: f64 = beta.iter().sum();
    match intercept {
        Intercept::Free => assert!(sum.abs() <= 1e-9 * size, "{what}: {sum}"),
        Intercept::Penalized { scaling } => {
            let v = b / scaling;
            let off = (penalty.prox(v + scaling * sum, 1.0) - v).abs();
            assert!(off <= 2e-4 * (1.0 + (scaling * sum).abs()), "{what}: {b} {sum}");
        }
        Intercept::None => assert_eq!(*b, 0.0),
    }
    end
}

fn all_problems(x: &Array2<f64>, numbers: &[f64], signs: &[f64], cost: f64, what: &str) {
    let c: Vec<f64> = (0..signs.len()).map(|row| cost * (1.0 + (row % 3) as f64)).collect();
    for intercept in INTERCEPTS {
        for penalty in [ElasticNet { l1_ratio: 1.0 }, ElasticNet { l1_ratio: 0.5 }] {
            assert_optimal(x, (numbers, &c), (SquaredError, penalty), intercept, what);
            assert_optimal(x, (signs, &c), (SquaredHinge, penalty), intercept, what);
            assert_optimal(x, (signs, &c), (LogLoss, penalty), intercept, what);
        }
    }
}

#[test]
fn optimality_conditions_hold() {
    for (n, d) in [(120, 8), (60, 400)] {
        let (x, numbers, signs) = data(n, d, 1);
        for cost in [1e-3, 0.05, 1.0] {
            all_problems(&x, &numbers, &signs, cost, &format!("{n} × {d}, C = {cost}"));
        }
    }
}

#[test]
fn odd_columns() {
    let (mut x, numbers, signs) = data(80, 9, 2);
    // The same twice, nothing, a constant, and units from 10⁻³ to 10³.
    let copy = x.column(0).to_owned();
    x.column_mut(1).assign(&copy);
    x.column_mut(2).fill(0.0);
    x.column_mut(3).fill(7.0);
    for j in 4..9 {
        let unit = 10f64.powf(1.5 * j as f64 - 9.0);
        x.column_mut(j).mapv_inplace(|v| unit * v);
    }
    all_problems(&x, &numbers, &signs, 0.3, "odd");
}

#[test]
fn with_l2_it_ends_where_newton_ends() {
    let (x, _, signs) = data(150, 10, 3);
    let c = vec![0.5; 150];
    for intercept in INTERCEPTS {
        let problem = Problem::new(&x, signs.clone(), c.clone(), LogLoss, L2, intercept).unwrap();
        let newton = Newton.solve(&problem, &Control::new(1e-12, 100));
        let descent = CoordinateDescent.solve(&problem, &Control::new(1e-12, 1000));
        assert_eq!(descent.stop_reason, StopReason::Converged, "{intercept:?} {:?}", descent.certificate);
        for (a, b) in newton.coefficients.w.iter().zip(&descent.coefficients.w) {
            approx::assert_abs_diff_eq!(a, b, epsilon = 1e-5);
        }
        assert_optimal(&x, (&signs, &c), (SquaredHinge, L2), intercept, "ridge");
    }
}

#[test]
fn without_a_penalty_it_is_least_squares() {
    let (x, numbers, _) = data(60, 5, 4);
    let problem = Problem::new(&x, numbers, vec![1.0; 60], SquaredError, NoPenalty, Intercept::Free).unwrap();
    let end = CoordinateDescent.solve(&problem, &Control::new(1e-9, 1000));
    assert_eq!(end.stop_reason, StopReason::Converged, "{:?}", end.certificate);
    assert!(end.coefficients.w.iter().all(|&w| w != 0.0));
}

#[test]
fn everything_is_zero_where_errors_are_cheap() {
    let (x, numbers, signs) = data(50, 20, 5);
    let c = vec![1e-9; 50];
    let end = assert_optimal(&x, (&numbers, &c), (SquaredError, L1), Intercept::Free, "cheap");
    assert!(end.coefficients.w.iter().all(|&w| w == 0.0));
    approx::assert_relative_eq!(end.coefficients.b, numbers.iter().sum::<f64>() / 50.0, max_relative = 1e-12);
    let end = assert_optimal(&x, (&signs, &c), (LogLoss, L1), Intercept::Free, "cheap");
    let positive = signs.iter().filter(|&&y| y > 0.0).count() as f64;
    approx::assert_relative_eq!(end.coefficients.b, (positive / (50.0 - positive)).ln(), max_relative = 1e-9);
}

#[test]
fn a_start_at_the_optimum_is_the_end() {
    let (x, _, signs) = data(100, 30, 6);
    for intercept in INTERCEPTS {
        let problem = Problem::new(&x, signs.clone(), vec![0.2; 100], LogLoss, L1, intercept).unwrap();
        let control = Control::new(1e-8, 1000);
        let cold = CoordinateDescent.solve(&problem, &control);
        let warm = CoordinateDescent.solve(&problem, &control.clone().start(cold.coefficients.clone()));
        assert!(cold.iterations > 0 && warm.iterations == 0, "{} {}", cold.iterations, warm.iterations);
        assert_eq!(warm.stop_reason, StopReason::Converged);
    }
}

#[cfg(feature = "sparse")]
#[test]
fn a_sparse_matrix_ends_where_its_dense_twin_ends() {
    let (mut x, numbers, _) = data(90, 150, 7);
    x.mapv_inplace(|v| if v.abs() < 0.8 { 0.0 } else { v });
    let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
    let control = Control::new(1e-11, 1000);
    for intercept in INTERCEPTS {
        let costs = vec![0.1; 90];
        let twin = Problem::new(&x, numbers.clone(), costs.clone(), SquaredError, L1, intercept).unwrap();
        let dense = CoordinateDescent.solve(&twin, &control);
        let problem = Problem::new(&sparse, numbers.clone(), costs, SquaredError, L1, intercept).unwrap();
        let sparse = CoordinateDescent.solve(&problem, &control);
        assert_eq!(sparse.stop_reason, StopReason::Converged);
        for (a, b) in dense.coefficients.w.iter().zip(&sparse.coefficients.w) {
            approx::assert_abs_diff_eq!(a, b, epsilon = 1e-6);
        }
    }
}

/// Next to no penalty and more columns than rows: from w = 0 alone it takes hundreds of iterations.
#[test]
fn small_penalties_are_reached_by_larger_ones() {
    let x = datasets::make_regression(30, 2).seed(1).generate().unwrap().features.t().to_owned();
    let y = [1.0, -2.0];
    for alpha in [1e-4, 1e-6, 1e-8] {
        let model = Lasso::new().alpha(alpha).fit(&x, &y).unwrap();
        let report = model.report();
        assert!(report.converged() && report.iterations() < 60, "{alpha}: {report}");
        assert!(model.coef().iter().filter(|w| **w != 0.0).count() <= 2);
    }
}

/// A row may go from one side of a loss with kinks to the other, where its curvature is the same and its slope is not.
#[test]
fn losses_with_kinks_are_minimised_to_the_end() {
    fn check<L: SmoothLoss + Clone>(loss: L, x: &Array2<f64>, y: &[f64], c: Vec<f64>, intercept: Intercept) {
        let problem = Problem::new(x, y.to_vec(), c, loss, L1, intercept).unwrap();
        let end = CoordinateDescent.solve(&problem, &Control::new(1e-10, 1000));
        assert_eq!(end.stop_reason, StopReason::Converged, "{:?}", end.certificate);
    }
    for seed in 0..12 {
        let (x, numbers, _) = data(20, 52, seed);
        for epsilon in [0.005, 0.05, 0.55] {
            check(Huber { epsilon }, &x, &numbers, vec![650.0; 20], Intercept::None);
        }
        let (x, _, signs) = data(39, 269, seed);
        check(ModifiedHuber, &x, &signs, vec![3.65; 39], Intercept::Free);
    }
}
