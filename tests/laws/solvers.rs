//! Every solver ends at the same optimum, and says truly how far from it it is.

use certifit::loss::{
    DualLoss, EpsilonInsensitive, Hinge, LogLoss, Loss, SquaredEpsilonInsensitive, SquaredError, SquaredHinge,
};
use certifit::prelude::*;
use certifit::regularizer::{L2, NoPenalty};
use certifit::solver::{
    Coefficients, Control, DualCoordinateDescent, InteriorPoint, LeastSquares, Newton, NewtonCg, Problem,
    SemismoothNewtonCg, SmoothSolver, Solution, Solve, certify,
};
use ndarray::{Array2, Axis};
use ndarray_rand::rand::SeedableRng;
use ndarray_rand::rand_distr::{Distribution, StandardNormal};
use rand_chacha::ChaCha8Rng;

const INTERCEPTS: [Intercept; 3] = [Intercept::Free, Intercept::Penalized { scaling: 2.0 }, Intercept::None];

struct Data {
    x: Array2<f64>,
    y: Vec<f64>,
    c: Vec<f64>,
}

/// Overlapping classes, costs between C and 3 C.
fn data(n_samples: usize, n_features: usize, c: f64, seed: u64) -> Data {
    let made = make(n_samples, n_features, seed);
    let y = made.target.iter().map(|&class| if class == 1 { 1.0 } else { -1.0 }).collect();
    let c = (0..n_samples).map(|row| c * (1.0 + (row % 3) as f64)).collect();
    Data { x: made.features, y, c }
}

fn make(n_samples: usize, n_features: usize, seed: u64) -> datasets::Dataset<usize> {
    datasets::make_classification(n_samples, n_features)
        .flip_y(0.2)
        .class_sep(0.5)
        .seed(seed)
        .generate()
        .unwrap()
}

impl Data {
    fn problem<L: DualLoss>(&self, loss: L, intercept: Intercept) -> Problem<'_, L, L2> {
        Problem::new(&self.x, self.y.clone(), self.c.clone(), loss, L2, intercept).unwrap()
    }
}

fn assert_optimal<L: DualLoss>(problem: &Problem<'_, L, L2>, solution: &Solution, what: &str) {
    assert_eq!(solution.stop_reason, StopReason::Converged, "{what}: {solution:?}");
    let again = certify(problem, &solution.coefficients, &solution.beta).unwrap();
    // The dual point that comes back is feasible: to make it so can only draw it nearer to the coefficients.
    let rounding = 1e-13 * again.primal;
    approx::assert_abs_diff_eq!(again.primal, solution.certificate.primal, epsilon = rounding);
    let gap = solution.certificate.gap;
    assert!(again.gap <= gap + rounding, "{what}: {gap} {again:?}");
    assert!(again.gap >= 0.0 && again.dual <= again.primal * (1.0 + 1e-12), "{what}: {again:?}");
    // The gap without cancellation is the difference of its two sides.
    approx::assert_abs_diff_eq!(again.gap, again.primal - again.dual, epsilon = 1e-12 * again.primal);
}

#[test]
fn solvers_agree() {
    let control = Control::new(1e-8, 100_000);
    for (seed, c) in [(1, 0.01), (2, 0.3), (3, 3.0)] {
        let data = data(120, 8, c, seed);
        for intercept in INTERCEPTS {
            let what = format!("C = {c}, {intercept:?}");
            let hinge = data.problem(Hinge, intercept);
            let squared = data.problem(SquaredHinge, intercept);
            let log = data.problem(LogLoss, intercept);
            let ends = [
                vec![
                    InteriorPoint.solve(&hinge, &control),
                    SemismoothNewtonCg.solve(&hinge, &control),
                    DualCoordinateDescent.solve(&hinge, &control),
                ],
                vec![
                    Newton.solve(&squared, &control),
                    InteriorPoint.solve(&squared, &control),
                    NewtonCg.solve(&squared, &control),
                    SmoothSolver.solve(&squared, &control),
                    DualCoordinateDescent.solve(&squared, &control),
                ],
                vec![
                    Newton.solve(&log, &control),
                    NewtonCg.solve(&log, &control),
                    SmoothSolver.solve(&log, &control),
                    DualCoordinateDescent.solve(&log, &control),
                ],
            ];
            ends[0].iter().for_each(|end| assert_optimal(&hinge, end, &what));
            ends[1].iter().for_each(|end| assert_optimal(&squared, end, &what));
            ends[2].iter().for_each(|end| assert_optimal(&log, end, &what));
            for ends in ends {
                for end in &ends {
                    let (primal, best) = (end.certificate.primal, ends[0].certificate.primal);
                    assert!((primal - best).abs() <= 2e-8 * best, "{what}: {} {primal} {best}", end.solver);
                }
            }
        }
    }
}

/// Targets that are numbers, of any size: errors on either side have a hinge each.
#[test]
fn solvers_of_regressions_agree() {
    for (unit, epsilon, c) in [(1.0, 0.0, 1.0), (1.0, 0.5, 10.0), (1e4, 100.0, 3e4), (1e-4, 1e-5, 3e-4)] {
        let made = datasets::make_regression(150, 5).noise(30.0).seed(5).generate().unwrap();
        let y: Vec<f64> = made.target.iter().map(|y| unit * (y / 50.0 + 2.0)).collect();
        let costs: Vec<f64> = (0..150).map(|row| c * (1.0 + (row % 3) as f64)).collect();
        for intercept in INTERCEPTS {
            let what = format!("{unit} {epsilon} {c} {intercept:?}");
            let control = Control::new(1e-8, 300_000);
            let absolute = EpsilonInsensitive { epsilon };
            let problem =
                Problem::new(&made.features, y.clone(), costs.clone(), absolute, L2, intercept).unwrap();
            let direct = InteriorPoint.solve(&problem, &control);
            assert!(direct.iterations < 60, "{what}: {}", direct.iterations);
            assert_agree(&problem, [direct, DualCoordinateDescent.solve(&problem, &control)], &what);
            let squared = SquaredEpsilonInsensitive { epsilon };
            let problem =
                Problem::new(&made.features, y.clone(), costs.clone(), squared, L2, intercept).unwrap();
            let ends = [
                InteriorPoint.solve(&problem, &control),
                Newton.solve(&problem, &control),
                NewtonCg.solve(&problem, &control),
            ];
            assert_agree(&problem, ends, &what);
        }
    }
}

fn assert_agree<L: DualLoss, const N: usize>(problem: &Problem<'_, L, L2>, ends: [Solution; N], what: &str) {
    for end in &ends {
        assert_optimal(problem, end, &format!("{what}: {}", end.solver));
        let (primal, best) = (end.certificate.primal, ends[0].certificate.primal);
        assert!((primal - best).abs() <= 2e-8 * best, "{what}: {} {primal} {best}", end.solver);
    }
}

/// Of many solutions the one whose w is a combination of rows, whatever the shape and whichever rows are kept how.
#[test]
fn least_squares_are_orthogonal_and_shortest() {
    for (n, d, rank) in [(60, 5, 5), (60, 8, 3), (20, 45, 20), (25, 40, 4), (2100, 2050, 6)] {
        let factor = |rows: usize, columns: usize, seed: u64| {
            datasets::make_regression(rows.max(columns), rows.min(columns))
                .seed(seed)
                .generate()
                .unwrap()
                .features
        };
        let left = factor(n, rank, 1);
        let right = factor(d, rank, 2);
        let x = left.dot(&right.t()) + 0.5;
        let y: Vec<f64> = (0..n).map(|row| (row as f64 * 0.7).sin() + 3.0).collect();
        let costs: Vec<f64> = (0..n).map(|row| 1.0 + (row % 4) as f64).collect();
        for intercept in [Intercept::Free, Intercept::None] {
            let problem =
                Problem::new(&x, y.clone(), costs.clone(), SquaredError, NoPenalty, intercept).unwrap();
            let end = LeastSquares.solve(&problem, &Control::new(1e-9, 500));
            assert_eq!(
                end.stop_reason,
                StopReason::Converged,
                "{n} {d} {rank} {intercept:?}: {:?}",
                end.certificate
            );
            // In the span of the rows: what is left of w without it is nothing.
            let w = ndarray::Array1::from(end.coefficients.w.clone());
            let spanned = |seen: &Array2<f64>| {
                let targets = w.to_vec();
                let columns = seen.t().to_owned();
                let problem =
                    Problem::new(&columns, targets, vec![1.0; d], SquaredError, NoPenalty, Intercept::None)
                        .unwrap();
                LeastSquares.solve(&problem, &Control::new(1e-9, 500)).certificate.primal
            };
            let size = w.dot(&w);
            if n < 100 {
                assert!(spanned(&x) <= 1e-16 * size, "{n} {d} {rank} {intercept:?}: {}", spanned(&x) / size);
            }
        }
    }
}

/// One-hot columns, values that 32 bits hold and values that they do not, and enough rows for a sample.
#[cfg(feature = "sparse")]
#[test]
fn sparse_rows_end_at_the_same_optimum_whichever_way_they_are_packed() {
    let n = 9000;
    for (factor, intercept) in [1.0, 0.1].iter().zip(INTERCEPTS).chain([(&0.1, Intercept::Free)]) {
        let mut rows = sprs::TriMat::new((n, 60));
        let class = |row: usize| (row * 7919) % 101 % 20;
        for row in 0..n {
            rows.add_triplet(row, class(row), *factor);
            rows.add_triplet(row, 20 + (row * 31) % 40, 2.0 * factor);
        }
        let x: sprs::CsMat<f64> = rows.to_csr();
        let noisy = |row: usize| if (row * 13) % 17 < 3 { -1.0 } else { 1.0 };
        let y: Vec<f64> = (0..n).map(|row| if class(row) < 9 { noisy(row) } else { -noisy(row) }).collect();
        let problem = Problem::new(&x, y.clone(), vec![1.0; n], SquaredHinge, L2, intercept).unwrap();
        let control = Control::new(1e-8, 10_000);
        let ends = [
            Newton.solve(&problem, &control),
            NewtonCg.solve(&problem, &control),
            DualCoordinateDescent.solve(&problem, &control),
        ];
        for end in &ends {
            assert_optimal(&problem, end, end.solver);
            assert!((end.certificate.primal / ends[0].certificate.primal - 1.0).abs() < 2e-8);
        }
        let hinge = Problem::new(&x, y, vec![1.0; n], Hinge, L2, intercept).unwrap();
        let control = Control::new(1e-6, 10_000);
        assert_optimal(&hinge, &DualCoordinateDescent.solve(&hinge, &control), "hinge");
        assert_optimal(&hinge, &SemismoothNewtonCg.solve(&hinge, &control), "hinge");
    }
}

/// Many categories, each with some rows, and noisy labels: coordinate descent needs thousands of epochs here.
#[cfg(feature = "sparse")]
#[test]
fn the_hinge_of_many_categories_is_solved_without_a_matrix() {
    let (n, groups, levels) = (8000, 6, 150);
    let mut rows = sprs::TriMat::new((n, groups * levels));
    let mut score = vec![0.0; n];
    let mut random = 1u64;
    let mut draw = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    for (row, score) in score.iter_mut().enumerate() {
        for group in 0..groups {
            let level = draw(levels).min(draw(levels));
            rows.add_triplet(row, group * levels + level, 1.0);
            *score += ((group * 7 + level * 13) % 11) as f64 - 5.0;
        }
        *score += draw(9) as f64 - 4.0;
    }
    let x: sprs::CsMat<f64> = rows.to_csr();
    let y: Vec<bool> = score.iter().map(|score| *score > 0.0).collect();
    for (intercept, c) in INTERCEPTS.into_iter().zip([1.0, 0.1, 10.0]) {
        let model = LinearSVC::new().loss(Hinge).c(c).intercept(intercept).fit(&x, &y).unwrap();
        assert_eq!(model.report().solver(), "semismooth-newton-cg");
        assert!(model.report().converged() && model.report().iterations() < 80, "{}", model.report());
    }

    // Many rows at their margins that few unknowns can move, and columns in units from 1e-3 to 1e3.
    let mut scaled = x.clone();
    scaled.outer_iterator_mut().for_each(|mut row| {
        row.iter_mut().for_each(|(column, value)| *value *= 10f64.powi((column * 7 % 13) as i32 - 6).sqrt());
    });
    let y: Vec<f64> = y.iter().map(|&positive| if positive { 1.0 } else { -1.0 }).collect();
    for ((x, c), intercept) in [(&x, 100.0), (&scaled, 1.0), (&scaled, 100.0)].into_iter().zip(INTERCEPTS) {
        let problem = Problem::new(x, y.clone(), vec![c; n], Hinge, L2, intercept).unwrap();
        let end = SemismoothNewtonCg.solve(&problem, &Control::new(1e-6, 200));
        assert_eq!(end.stop_reason, StopReason::Converged, "C {c}, {intercept:?}: {:?}", end.certificate);
        assert_optimal(&problem, &end, "hinge");
    }
}

#[cfg(feature = "sparse")]
#[test]
fn a_sparse_matrix_ends_where_its_dense_twin_ends() {
    let mut data = data(150, 12, 1.0, 4);
    data.x.mapv_inplace(|v| if v.abs() < 0.8 { 0.0 } else { v });
    let sparse = sprs::CsMat::csr_from_dense(data.x.view(), 0.0);
    for intercept in INTERCEPTS {
        let control = Control::new(1e-10, 1000);
        let twin =
            Problem::new(&sparse, data.y.clone(), data.c.clone(), SquaredHinge, L2, intercept).unwrap();
        let (dense, sparse) =
            (Newton.solve(&data.problem(SquaredHinge, intercept), &control), Newton.solve(&twin, &control));
        assert_optimal(&twin, &sparse, "sparse");
        for (a, b) in dense.coefficients.w.iter().zip(&sparse.coefficients.w) {
            approx::assert_abs_diff_eq!(a, b, epsilon = 1e-9);
        }
    }
}

#[test]
fn fewer_rows_than_features() {
    // With scale 100 the optimum is 7e-6 while C is 1: rounding of the margins alone is a gap of 1e-9.
    const TOL: f64 = 1e-7;
    for (seed, scale) in [(5, 1.0), (6, 100.0)] {
        let made = make(40, 300, seed);
        let x = made.features.mapv(|v| scale * v + 10.0);
        for loss in [SvcLoss::Hinge, SvcLoss::SquaredHinge] {
            for intercept in INTERCEPTS {
                let svc = LinearSVC::new().loss(loss).intercept(intercept).tol(TOL);
                let by_rows = svc.clone().solver(Solver::SecondOrder).fit(&x, &made.target).unwrap();
                let descent = svc
                    .solver(Solver::DualCoordinateDescent)
                    .max_iter(1_000_000)
                    .fit(&x, &made.target)
                    .unwrap();
                let what = format!("{loss:?} {intercept:?} {} {}", by_rows.report(), descent.report());
                assert!(by_rows.report().converged(), "{what}");
                let (a, b) = (by_rows.report().primal(), descent.report().primal());
                assert!(a <= b * (1.0 + TOL) && b <= a * (1.0 + 1e-4), "{what}");
            }
        }
    }
}

#[test]
fn corrupted_coefficients_lose_their_certificate() {
    let data = data(200, 6, 1.0, 7);
    for intercept in INTERCEPTS {
        let problem = data.problem(Hinge, intercept);
        let end = InteriorPoint.solve(&problem, &Control::new(1e-9, 1000));
        let mut last = end.certificate.gap;
        for size in [1e-3, 1e-2, 1e-1, 1.0] {
            let mut corrupted = end.coefficients.clone();
            corrupted.w[2] += size;
            let gap = certify(&problem, &corrupted, &end.beta).unwrap().gap;
            assert!(gap > 2.0 * last, "{intercept:?} {size}: {gap} {last}");
            last = gap;
        }
        if intercept != Intercept::None {
            let corrupted = Coefficients { b: end.coefficients.b + 0.5, ..end.coefficients.clone() };
            assert!(certify(&problem, &corrupted, &end.beta).unwrap().relative_gap() > 1e-4, "{intercept:?}");
        }
        // A dual point that is not feasible, or nonsense, still gives a lower bound.
        let nonsense: Vec<f64> = (0..200).map(|row| (row as f64).sin() * 100.0).collect();
        let bound = certify(&problem, &end.coefficients, &nonsense).unwrap();
        assert!(bound.dual <= end.certificate.primal && bound.gap >= end.certificate.gap, "{bound:?}");
    }
}

#[test]
fn the_primal_value_is_the_objective() {
    let data = data(90, 5, 0.7, 8);
    let at = Coefficients { w: vec![0.3, -0.2, 0.1, 0.9, -0.4], b: 0.6 };
    let sum: f64 = data
        .x
        .axis_iter(Axis(0))
        .enumerate()
        .map(|(row, x)| {
            let p: f64 = x.iter().zip(&at.w).map(|(x, w)| x * w).sum::<f64>() + at.b;
            data.c[row] * SquaredHinge.value(data.y[row], p)
        })
        .sum();
    let norm: f64 = at.w.iter().map(|w| w * w).sum();
    for (intercept, penalty) in
        [(Intercept::Free, 0.5 * norm), (Intercept::Penalized { scaling: 2.0 }, 0.5 * (norm + 0.09))]
    {
        let problem = data.problem(SquaredHinge, intercept);
        let found = certify(&problem, &at, &[]).unwrap().primal;
        approx::assert_relative_eq!(found, penalty + sum, max_relative = 1e-13);
    }
}

#[test]
fn the_best_iterate_comes_back_when_time_is_up() {
    let data = data(300, 10, 10.0, 9);
    let problem = data.problem(Hinge, Intercept::Free);
    let mut last = f64::INFINITY;
    for max_iter in [1, 2, 4, 6] {
        let end = InteriorPoint.solve(&problem, &Control::new(1e-12, max_iter));
        assert_eq!((end.stop_reason, end.iterations), (StopReason::MaxIter, max_iter));
        assert!(end.certificate.gap <= last && end.certificate.relative_gap() <= 1.0);
        last = end.certificate.gap;
    }
}

/// Two rows of one class against thousands: from the ridge solution it is far to Σ αᵢ yᵢ = 0.
#[test]
fn rare_classes_are_solved_with_a_free_intercept() {
    for seed in [146, 198, 199] {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut x = Array2::from_shape_simple_fn((5002, 10), || StandardNormal.sample(&mut random));
        x.slice_mut(ndarray::s![..2, ..]).mapv_inplace(|value: f64| value + 1.0);
        let y: Vec<f64> = (0..5002).map(|row| if row < 2 { 1.0 } else { -1.0 }).collect();
        for c in [1e3, 1e6] {
            let problem = Problem::new(&x, y.clone(), vec![c; 5002], Hinge, L2, Intercept::Free).unwrap();
            let end = InteriorPoint.solve(&problem, &Control::new(1e-6, 1000));
            let ended = (end.stop_reason, end.iterations, end.certificate);
            assert_eq!(end.stop_reason, StopReason::Converged, "{seed} {c}: {ended:?}");
            assert!(certify(&problem, &end.coefficients, &end.beta).unwrap().relative_gap() <= 1e-6);
        }
    }
}

/// |y − p|: the interval of its dual reaches to both sides of zero.
#[derive(Debug, Clone, Copy)]
struct Absolute;

impl Loss for Absolute {
    fn value(&self, y: f64, p: f64) -> f64 {
        (y - p).abs()
    }
    fn derivative(&self, y: f64, p: f64) -> f64 {
        (p - y).signum()
    }
}

impl DualLoss for Absolute {
    fn dual_bounds(&self, _y: f64, c: f64) -> (f64, f64) {
        (-c, c)
    }
    fn dual_term(&self, y: f64, beta: f64, _c: f64) -> f64 {
        y * beta
    }
    fn dual_slope(&self, y: f64, _beta: f64, _c: f64) -> f64 {
        y
    }
    fn dual_curvature(&self, _y: f64, _beta: f64, _c: f64) -> f64 {
        0.0
    }
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        c * (y - p).abs() - (y - p) * beta
    }
}

#[test]
fn dual_points_on_both_sides_of_zero_are_certified_too() {
    let x = ndarray::array![[1.0], [2.0], [3.0], [-4.0]];
    let (y, c) = (vec![1.0, 2.0, 0.5, -3.0], vec![1.0, 0.5, 1.0, 1.0]);
    for intercept in INTERCEPTS {
        let problem = Problem::new(&x, y.clone(), c.clone(), Absolute, L2, intercept).unwrap();
        let mut lowest = f64::INFINITY;
        for (w, b) in (0..=40).flat_map(|i| (0..=40).map(move |j| (0.05 * i as f64, 0.05 * j as f64 - 1.0))) {
            let b = if intercept == Intercept::None { 0.0 } else { b };
            lowest = lowest.min(certify(&problem, &Coefficients { w: vec![w], b }, &[]).unwrap().primal);
        }
        for i in 0..2000 {
            let beta: Vec<f64> =
                (0..4).map(|k| ((i * 7919 + k * 104_729) % 997) as f64 / 300.0 - 1.6).collect();
            let at = Coefficients { w: vec![0.5], b: 0.0 };
            let found = certify(&problem, &at, &beta).unwrap();
            assert!(found.dual <= lowest + 1e-12, "{intercept:?} {beta:?}: {found:?} {lowest}");
            assert!(found.gap >= found.primal - lowest - 1e-12, "{intercept:?} {beta:?}: {found:?} {lowest}");
        }
    }
}

#[test]
fn nothing_is_proved_by_a_dual_point_that_a_column_on_a_small_scale_rules_out() {
    let x = ndarray::array![[1e5, 1e-5], [1e5, -1e-5], [-1e5, 2e-5], [-1e5, -2e-5]];
    let y = vec![1.0, -1.0, 2.0, -2.0];
    for intercept in [Intercept::Free, Intercept::None] {
        let problem = Problem::new(&x, y.clone(), vec![1.0; 4], SquaredError, NoPenalty, intercept).unwrap();
        // w = (0, 1e5) fits exactly, so that no dual value is above 0.
        let certificate = certify(&problem, &Coefficients::zeros(2), &y).unwrap();
        assert!(certificate.dual <= 0.0 && certificate.gap >= 5.0, "{certificate:?}");
    }
}

#[test]
fn targets_whose_squares_overflow_are_refused() {
    let x = ndarray::array![[1.0], [2.0], [3.0]];
    for size in [1e155, 1e300] {
        let y = vec![size, -size, size];
        let problem = Problem::new(&x, y, vec![1.0; 3], SquaredError, L2, Intercept::Free);
        assert!(matches!(problem, Err(Error::Overflow { .. })));
    }
    let certificate =
        certifit::solver::Certificate { primal: f64::INFINITY, dual: f64::NAN, gap: 0.0, rounding: 0.0 };
    assert_eq!(certificate.relative_gap(), f64::INFINITY);
}

#[test]
fn zero_coefficients_may_be_the_optimum() {
    let x = ndarray::array![[1.0], [-1.0], [1.0], [-1.0]];
    let y = vec![1.0, 1.0, -1.0, -1.0];
    let problem = Problem::new(&x, y, vec![1.0; 4], LogLoss, L2, Intercept::Free).unwrap();
    let control = Control::new(1e-9, 100);
    for end in [
        Newton.solve(&problem, &control),
        NewtonCg.solve(&problem, &control),
        SmoothSolver.solve(&problem, &control),
    ] {
        assert_optimal(&problem, &end, end.solver);
    }
}
