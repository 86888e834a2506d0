//! Certificates of problems whose penalty has kinks or limits, and of targets that are numbers.

use certifit::loss::{DualLoss, EpsilonInsensitive, SquaredEpsilonInsensitive};
use certifit::prelude::*;
use certifit::solver::{Coefficients, Problem, certify};
use ndarray::Array2;

const INTERCEPTS: [Intercept; 3] = [Intercept::Free, Intercept::Penalized { scaling: 2.0 }, Intercept::None];

/// Numbers between −1 and 1 that look random.
fn numbers(n: usize, seed: usize) -> Vec<f64> {
    (0..n).map(|i| ((i * 7919 + seed * 104_729 + 13) % 1999) as f64 / 999.0 - 1.0).collect()
}

/// No dual value is above any primal value, whatever the points, and the gap is their difference.
fn values_enclose_the_optimum<L: DualLoss + Copy, R: Regularizer + Copy>(
    loss: L,
    penalty: R,
    targets: &[f64],
) {
    let (n, d) = (targets.len(), 4);
    let x = Array2::from_shape_vec((n, d), numbers(n * d, 1)).unwrap();
    let c: Vec<f64> = (0..n).map(|row| 0.5 + (row % 3) as f64).collect();
    for intercept in INTERCEPTS {
        let problem = Problem::new(&x, targets.to_vec(), c.clone(), loss, penalty, intercept).unwrap();
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for seed in 0..300 {
            let size = 10f64.powi(seed as i32 % 4 - 2);
            let at = numbers(d + 1, seed).iter().map(|w| size * w).collect::<Vec<f64>>();
            let b = if intercept == Intercept::None { 0.0 } else { at[d] };
            let at = Coefficients { w: at[..d].to_vec(), b };
            let beta: Vec<f64> = numbers(n, seed + 7).iter().map(|beta| 3.0 * size * beta).collect();
            let found = certify(&problem, &at, &beta).unwrap();
            lowest = lowest.min(found.primal);
            if found.dual.is_finite() {
                highest = highest.max(found.dual);
            }
            let what = format!("{loss:?} {penalty:?} {intercept:?} {seed}: {found:?}");
            assert!(found.gap >= 0.0 && !found.dual.is_nan() && found.dual <= found.primal, "{what}");
            if penalty.conjugate_limit() < f64::INFINITY {
                assert!(found.dual.is_finite(), "{what}");
            }
            if found.gap.is_finite() {
                let size = found.primal.abs().max(found.dual.abs());
                approx::assert_abs_diff_eq!(found.gap, found.primal - found.dual, epsilon = 1e-11 * size);
            }
        }
        assert!(highest <= lowest, "{loss:?} {penalty:?} {intercept:?}: {highest} {lowest}");
    }
}

fn all_penalties<L: DualLoss + Copy>(loss: L, targets: &[f64]) {
    values_enclose_the_optimum(loss, L2, targets);
    values_enclose_the_optimum(loss, L1, targets);
    values_enclose_the_optimum(loss, ElasticNet { l1_ratio: 0.5 }, targets);
    values_enclose_the_optimum(loss, ElasticNet { l1_ratio: 1.0 }, targets);
}

#[test]
fn no_dual_value_is_above_a_primal_value() {
    let classes: Vec<f64> = numbers(12, 3).iter().map(|v| v.signum()).collect();
    all_penalties(Hinge, &classes);
    all_penalties(SquaredHinge, &classes);
    all_penalties(LogLoss, &classes);
    let targets = numbers(12, 4);
    all_penalties(SquaredError, &targets);
    all_penalties(EpsilonInsensitive { epsilon: 0.1 }, &targets);
    all_penalties(SquaredEpsilonInsensitive { epsilon: 0.1 }, &targets);
}

/// Orthonormal columns: w = the soft threshold of Xᵀy.
#[test]
fn a_lasso_with_a_closed_form_is_certified_to_the_last_digits() {
    let h = 0.5;
    let x = ndarray::array![[h, h, h], [h, -h, h], [h, h, -h], [h, -h, -h]];
    let y = vec![3.0, -1.0, 2.0, 0.5];
    for c in [0.1, 0.5, 2.0, 10.0] {
        let problem = Problem::new(&x, y.clone(), vec![c; 4], SquaredError, L1, Intercept::None).unwrap();
        let inner: Vec<f64> =
            x.columns().into_iter().map(|x| x.iter().zip(&y).map(|(x, y)| x * y).sum()).collect();
        let w: Vec<f64> = inner.iter().map(|&g: &f64| L1.prox(g, 1.0 / c)).collect();
        let scores = x.dot(&ndarray::arr1(&w));
        let beta: Vec<f64> = y.iter().zip(&scores).map(|(y, p)| c * (y - p)).collect();
        let optimum: f64 = w.iter().map(|w| w.abs()).sum::<f64>()
            + y.iter().zip(&scores).map(|(y, p)| 0.5 * c * (y - p) * (y - p)).sum::<f64>();
        let found = certify(&problem, &Coefficients { w: w.clone(), b: 0.0 }, &beta).unwrap();
        approx::assert_relative_eq!(found.primal, optimum, max_relative = 1e-14);
        approx::assert_relative_eq!(found.dual, optimum, max_relative = 1e-13);
        assert!(found.gap <= 1e-14 * optimum, "{found:?}");
        // From w = 0 the dual point is the target, scaled to where it fits: D is a closed form as well.
        let steepest = inner.iter().fold(0.0, |most: f64, g| most.max(g.abs()));
        let (square, scale) = (y.iter().map(|y| y * y).sum::<f64>(), (1.0 / (c * steepest)).min(1.0));
        let all: Vec<f64> = y.iter().map(|y| c * y).collect();
        let found = certify(&problem, &Coefficients::zeros(3), &all).unwrap();
        let dual = c * square * scale * (1.0 - 0.5 * scale);
        approx::assert_relative_eq!(found.dual, dual, max_relative = 1e-13);
    }
}

/// Least squares: residuals that are orthogonal to the features leave no gap.
/// Rows pull in opposite directions on an intercept's column of 100: a thousand times as much as is left of it.
#[test]
fn dual_points_whose_sides_cancel_stay_within_their_limit() {
    let x = ndarray::array![[9.0], [7.0], [3.0]];
    let intercept = Intercept::Penalized { scaling: 100.0 };
    let problem = Problem::new(&x, vec![-1.0, 1.0, -1.0], vec![1.0; 3], LogLoss, L1, intercept).unwrap();
    for t in (20..50).map(|t| f64::from(t) / 100.0) {
        let beta = [-t, 2.0 * t + 0.013, -t];
        let certificate = certify(&problem, &Coefficients { w: vec![0.0], b: 0.0 }, &beta).unwrap();
        assert!(certificate.dual.is_finite() && certificate.gap >= 0.0, "{t}: {certificate:?}");
    }
    for scaling in [1.0, 10.0, 100.0, 1000.0] {
        let logistic = LogisticRegression::new().penalty(L1).intercept(Intercept::Penalized { scaling });
        let model = logistic.fit(&x, &[0, 1, 0]).unwrap();
        assert!(model.report().converged(), "{scaling}: {}", model.report());
    }
}

#[test]
fn a_fit_without_a_penalty_is_certified_by_its_residuals() {
    let x = ndarray::array![[1.0], [2.0], [3.0], [6.0]];
    let y = vec![1.0, 3.0, 2.0, 6.0];
    let problem =
        Problem::new(&x, y.clone(), vec![1.0; 4], SquaredError, NoPenalty, Intercept::Free).unwrap();
    // Means 3 and 3, Σ (x − 3)(y − 3) = 13, Σ (x − 3)² = 14.
    let at = Coefficients { w: vec![13.0 / 14.0], b: 3.0 - 39.0 / 14.0 };
    let beta: Vec<f64> = x.column(0).iter().zip(&y).map(|(x, y)| y - x * at.w[0] - at.b).collect();
    let found = certify(&problem, &at, &beta).unwrap();
    approx::assert_relative_eq!(found.primal, 0.5 * (14.0 - 169.0 / 14.0), max_relative = 1e-13);
    assert!(found.relative_gap() < 1e-14, "{found:?}");
    // Residuals that are not orthogonal prove nothing, at w = 0 neither.
    let raw: Vec<f64> = y.iter().map(|y| y - 3.0).collect();
    let found = certify(&problem, &Coefficients { w: vec![0.0], b: 3.0 }, &raw).unwrap();
    assert_eq!((found.dual, found.gap), (0.0, 7.0));
}

#[test]
fn parameters_out_of_range_make_no_problem() {
    let x = ndarray::array![[1.0], [2.0]];
    let bad = Problem::new(
        &x,
        vec![1.0, 2.0],
        vec![1.0; 2],
        SquaredError,
        ElasticNet { l1_ratio: 1.5 },
        Intercept::Free,
    );
    assert!(matches!(bad, Err(certifit::Error::InvalidParameter { name: "l1_ratio", .. })));
    let bad = Problem::new(
        &x,
        vec![1.0, 2.0],
        vec![1.0; 2],
        EpsilonInsensitive { epsilon: -1.0 },
        L2,
        Intercept::Free,
    );
    assert!(matches!(bad, Err(certifit::Error::InvalidParameter { name: "epsilon", .. })));
}
