//! Fits that begin at other fits, or that end early, and models that serve one row.

use certifit::Error;
use certifit::prelude::*;
use ndarray::Array2;
use ndarray_rand::rand::SeedableRng;
use ndarray_rand::rand_distr::{Distribution, StandardNormal};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;

const LOSSES: [SvcLoss; 2] = [SvcLoss::Hinge, SvcLoss::SquaredHinge];

/// Three overlapping clusters, enough rows for solvers that begin with samples.
fn clusters(n: usize) -> datasets::Dataset<usize> {
    datasets::make_blobs(n, 6).centers(3).cluster_std(4.0).seed(5).generate().unwrap()
}

fn two_classes(n: usize, seed: u64) -> datasets::Dataset<usize> {
    let maker = datasets::make_classification(n, 12).n_informative(6).flip_y(0.1).seed(seed);
    maker.generate().unwrap()
}

#[test]
fn few_rows_may_weigh_more_than_all_others() {
    for seed in 1..4 {
        let data = two_classes(16_000, seed);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let decades: Vec<f64> = (0..16_000).map(|_| StandardNormal.sample(&mut random)).collect();
        let weights: Vec<f64> = decades.iter().map(|decade| 10f64.powf(3.0 * decade)).collect();
        let y = data.target.weighted(&weights).unwrap();
        for c in [1e-5, 1e-3, 0.1, 10.0] {
            for loss in LOSSES {
                let model = LinearSVC::new().loss(loss).c(c).fit(&data.features, &y).unwrap();
                assert!(model.report().converged(), "{loss:?} {c}: {}", model.report());
            }
            let model = LogisticRegression::new().c(c).fit(&data.features, &y).unwrap();
            assert!(model.report().converged(), "{c}: {}", model.report());
        }
    }
}

#[test]
fn many_rows_are_solved_from_samples() {
    let (many, few) = (two_classes(12_000, 8), two_classes(400, 8));
    let solver = |data: &datasets::Dataset<usize>, loss| {
        let model = LinearSVC::new().loss(loss).fit(&data.features, &data.target).unwrap();
        assert!(model.report().converged(), "{}", model.report());
        (model.report().solver(), model.report().iterations())
    };
    assert_eq!(solver(&many, SvcLoss::SquaredHinge).0, "quasi-newton");
    assert_eq!(solver(&few, SvcLoss::SquaredHinge).0, "newton");
    // A few looks at all rows, not dozens.
    for data in [&many, &few] {
        let (name, looks) = solver(data, SvcLoss::Hinge);
        assert!(name == "semismooth-newton" && looks <= 6, "{name} {looks}");
    }
}

#[test]
fn a_path_is_its_fits_one_by_one() {
    let cs = [1e-3, 1e-2, 0.1, 1.0, 10.0, 0.5];
    for data in [two_classes(500, 1), two_classes(12_000, 2)] {
        for loss in LOSSES {
            let svc = LinearSVC::new().loss(loss);
            let path = svc.path(&data.features, &data.target, &cs).unwrap();
            assert_eq!(path.len(), cs.len());
            for (model, c) in path.iter().zip(cs) {
                let alone = svc.clone().c(c).fit(&data.features, &data.target).unwrap();
                assert!(model.report().converged(), "{loss:?} C = {c}: {}", model.report());
                // Both lie within the gap above the same optimum.
                let (a, b) = (model.report().primal(), alone.report().primal());
                assert!((a - b).abs() <= 2e-6 * b, "{loss:?} C = {c}: {a} {b}");
            }
        }
    }
    let data = two_classes(100, 1);
    let empty = LinearSVC::new().path(&data.features, &data.target, &[]);
    assert!(matches!(empty, Err(Error::Empty { what: "cs", .. })), "{empty:?}");
    let bad = LinearSVC::new().path(&data.features, &data.target, &[1.0, -1.0]);
    assert!(matches!(bad, Err(Error::InvalidParameter { .. })), "{bad:?}");
}

#[test]
fn a_warm_start_ends_where_a_cold_one_ends() {
    let data = clusters(9_000);
    let others = two_classes(9_000, 3);
    for loss in LOSSES {
        for multi_class in [MultiClass::OneVsRest, MultiClass::OneVsOne] {
            let svc = LinearSVC::new().loss(loss).multi_class(multi_class);
            let model = svc.fit(&data.features, &data.target).unwrap();
            let again = svc.clone().c(1.2).fit_from(&model, &data.features, &data.target).unwrap();
            let cold = svc.clone().c(1.2).fit(&data.features, &data.target).unwrap();
            assert!(again.report().converged(), "{loss:?}: {}", again.report());
            let (a, b) = (again.report().primal(), cold.report().primal());
            assert!((a - b).abs() <= 2e-6 * b, "{loss:?}: {a} {b}");

            // From its own end there is nothing left to do.
            let end = svc.fit_from(&model, &data.features, &data.target).unwrap();
            let (warm, cold) = (end.report().iterations(), model.report().iterations());
            assert!(end.report().converged() && warm <= cold, "{loss:?}: {warm} {cold}");
        }
        let svc = LinearSVC::new().loss(loss);
        let model = svc.fit(&data.features, &data.target).unwrap();
        let narrow = svc.fit_from(&model, &others.features, &others.target);
        assert!(matches!(narrow, Err(Error::FeatureMismatch { expected: 6, found: 12 })), "{narrow:?}");
        let two: Vec<usize> = data.target.iter().map(|&class| class.min(1)).collect();
        let other_classes = svc.fit_from(&model, &data.features, &two);
        assert!(matches!(other_classes, Err(Error::InvalidParameter { .. })), "{other_classes:?}");
    }
}

/// Columns that are the more frequent, the later they come.
#[cfg(feature = "sparse")]
#[test]
fn sparse_warm_starts_keep_columns_where_they_are() {
    let (n, d) = (300, 20);
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let x = Array2::from_shape_fn((n, d), |(row, column)| {
        let value: f64 = StandardNormal.sample(&mut random);
        if (row * 7 + column * 3) % (d + 1 - column) == 0 { value } else { 0.0 }
    });
    let y: Vec<bool> = x.rows().into_iter().map(|row| row[19] - row[18] + row[0] - row[2] > 0.1).collect();
    let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
    for intercept in [Intercept::Free, Intercept::Penalized { scaling: 1.0 }, Intercept::None] {
        let svc = LinearSVC::new().solver(Solver::DualCoordinateDescent).intercept(intercept).tol(1e-10);
        let svc = svc.max_iter(100_000);
        let first = svc.clone().c(0.9).fit(&sparse, &y).unwrap();
        let warm = svc.fit_from(&first, &sparse, &y).unwrap();
        let dense = svc.fit(&x, &y).unwrap();
        assert!(warm.report().converged() && dense.report().converged(), "{intercept:?}: {}", warm.report());
        for (a, b) in warm.coef().iter().zip(dense.coef()) {
            approx::assert_abs_diff_eq!(a, b, epsilon = 1e-4);
        }
    }
}

#[test]
fn a_bad_start_does_no_harm() {
    let data = two_classes(9_000, 4);
    // The optimum of the opposite labels is the worst place to begin.
    let opposite: Vec<usize> = data.target.iter().map(|class| 1 - class).collect();
    for loss in LOSSES {
        let svc = LinearSVC::new().loss(loss).c(100.0);
        let wrong = svc.fit(&data.features, &opposite).unwrap();
        let found = svc.fit_from(&wrong, &data.features, &data.target).unwrap();
        let cold = svc.fit(&data.features, &data.target).unwrap();
        assert!(found.report().converged(), "{loss:?}: {}", found.report());
        let (a, b) = (found.report().primal(), cold.report().primal());
        assert!((a - b).abs() <= 2e-6 * b, "{loss:?}: {a} {b}");
    }
}

#[test]
fn time_that_is_up_ends_a_fit_with_its_true_gap() {
    let data = two_classes(9_000, 6);
    for solver in [Solver::Auto, Solver::SecondOrder, Solver::DualCoordinateDescent] {
        for loss in LOSSES {
            let svc = LinearSVC::new().loss(loss).solver(solver).tol(1e-5);
            let model =
                svc.clone().max_time(Duration::from_nanos(1)).fit(&data.features, &data.target).unwrap();
            let report = model.report();
            assert_eq!(report.stop_reason(), StopReason::MaxTime, "{solver:?} {loss:?}: {report}");
            assert!(report.relative_gap() > 1e-5 && report.primal().is_finite());
            let optimum = svc.fit(&data.features, &data.target).unwrap().report().primal();
            assert!(report.dual() <= optimum * (1.0 + 1e-4) && optimum <= report.primal() * (1.0 + 1e-4));
            let enough = svc.clone().max_time(Duration::from_secs(3600));
            assert!(enough.fit(&data.features, &data.target).unwrap().report().converged());
        }
    }
    let none = LinearSVC::new().max_time(Duration::ZERO).fit(&data.features, &data.target);
    assert!(matches!(none, Err(Error::InvalidParameter { .. })), "{none:?}");
}

#[test]
fn one_row_is_served_as_a_batch_is() {
    let three = clusters(300);
    let two = two_classes(300, 7);
    for multi_class in [MultiClass::OneVsRest, MultiClass::OneVsOne] {
        for data in [&three, &two] {
            let model = LinearSVC::new().multi_class(multi_class).fit(&data.features, &data.target).unwrap();
            let labels = model.predict(&data.features).unwrap();
            let decisions = model.problem_decisions(&data.features).unwrap();
            let mut out = vec![0.0; decisions.ncols()];
            for (row, x) in data.features.rows().into_iter().enumerate() {
                let x = x.to_slice().unwrap();
                assert_eq!(model.predict_row(x).unwrap(), &labels[row]);
                model.decision_row(x, &mut out).unwrap();
                for (found, expected) in out.iter().zip(decisions.row(row)) {
                    approx::assert_relative_eq!(found, expected, max_relative = 1e-12, epsilon = 1e-12);
                }
            }
        }
    }
    let model = LinearSVC::new().fit(&two.features, &two.target).unwrap();
    let mut row = two.features.row(0).to_vec();
    assert!(matches!(model.predict_row(&row[1..]), Err(Error::FeatureMismatch { .. })));
    assert!(matches!(model.decision_row(&row, &mut []), Err(Error::LengthMismatch { .. })));
    row[3] = f64::NAN;
    assert!(matches!(model.predict_row(&row), Err(Error::NonFinite { column: Some(3), .. })));
    row[3] = f64::MAX;
    assert!(
        model.predict_row(&row).is_ok() || matches!(model.predict_row(&row), Err(Error::Overflow { .. }))
    );
}

#[test]
fn a_fit_that_is_stopped_keeps_what_it_has_found() {
    use std::ops::ControlFlow;
    let data = two_classes(12_000, 9);
    for loss in LOSSES {
        let svc = LinearSVC::new().loss(loss).max_iter(1);
        let stopped = LinearSVC::new().loss(loss).observer(|_: &Progress| ControlFlow::Break(()));
        let optimum = LinearSVC::new().loss(loss).fit(&data.features, &data.target).unwrap();
        for model in [svc, stopped].map(|svc| svc.fit(&data.features, &data.target).unwrap()) {
            // The first look is at the optimum of a sample: far better than w = 0, whose objective is C a row.
            let report = model.report();
            assert!(report.primal() < 1.1 * optimum.report().primal(), "{loss:?}: {report}");
            assert!(report.dual() >= 0.0 && report.dual() <= optimum.report().primal(), "{loss:?}: {report}");
        }
    }
}

/// Few rows, all nearly equal: their inner products do not tell them apart.
#[test]
fn few_rows_far_from_the_origin_are_certified() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for (n, d) in [(4, 5), (10, 12), (30, 400)] {
        for (offset, spread) in [(1e5, 1.0), (1e5, 0.1), (-1e3, 1e-3), (1e4, 1.0)] {
            let noise = Array2::from_shape_simple_fn((n, d), || StandardNormal.sample(&mut random));
            let x = noise.mapv(|z: f64| offset + spread * z);
            let y: Vec<i64> = (0..n).map(|row| if row % 2 == 0 { 1 } else { -1 }).collect();
            for intercept in [Intercept::None, Intercept::Penalized { scaling: 1.0 }] {
                for c in [1e-2, 1.0, 100.0] {
                    for loss in LOSSES {
                        let model = LinearSVC::new().loss(loss).c(c).intercept(intercept).fit(&x, &y);
                        let report = model.unwrap().report().clone();
                        assert!(report.converged(), "{n} × {d} at {offset} ± {spread}, C {c}: {report:?}");
                    }
                }
            }
        }
    }
}

/// Fewer rows than features, and what rows differ in is lost in their inner products: one column on another scale, or two
/// far clusters. The same rows, each several times, are more than there are features where these are not many.
#[test]
fn few_rows_of_uneven_columns_end_where_more_rows_end() {
    uneven_columns(30, 60, [1.0, 1e3]);
    // With more features, rounding of scores alone is a gap at large C.
    uneven_columns(40, 3000, [1e-2, 1.0]);
}

fn uneven_columns(n: usize, d: usize, costs: [f64; 2]) {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let noise: Array2<f64> = Array2::from_shape_simple_fn((n, d), || StandardNormal.sample(&mut random));
    let mut scaled = noise.clone();
    scaled.column_mut(0).mapv_inplace(|z| 1e6 * z);
    let mut clusters = noise.clone();
    clusters.slice_mut(ndarray::s![..n / 2, ..]).mapv_inplace(|z| z + 1e6);
    let mut times = noise.mapv(|z| f64::from(u8::from(z > 1.5)));
    times
        .column_mut(0)
        .iter_mut()
        .enumerate()
        .for_each(|(i, t)| *t = 1.6e9 + 86_400.0 * (i * 37 % 365) as f64);
    times.column_mut(1).iter_mut().enumerate().for_each(|(i, t)| *t = 2020.0 + (i * 7 % 4) as f64);
    let y: Vec<bool> = (0..n).map(|row| row * 11 % 3 == 0).collect();
    for x in [scaled, clusters, times] {
        let rows: Vec<usize> = (0..3 * n).map(|row| row % n).collect();
        let (x_thrice, y_thrice) = (x.take(&rows), y.take(&rows));
        for (loss, c) in LOSSES.into_iter().flat_map(|loss| costs.map(|c| (loss, c))) {
            let svc = LinearSVC::new().loss(loss);
            let few = svc.clone().c(c).fit(&x, &y).unwrap();
            assert!(few.report().converged(), "{loss:?}, C {c}: {}", few.report());
            if x_thrice.nrows() < d {
                continue;
            }
            let many = svc.c(c / 3.0).fit(&x_thrice, &y_thrice).unwrap();
            assert!(many.report().converged(), "{loss:?}, C {c}: {}", many.report());
            let (few, many) = (few.report().primal(), many.report().primal());
            approx::assert_relative_eq!(few, many, max_relative = 2e-6);
        }
    }
}

/// A row beyond its margin, a thousand million times as far as the others.
#[test]
fn outliers_that_the_loss_does_not_see_hold_nothing_up() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let mut x: Array2<f64> = Array2::from_shape_simple_fn((200, 6), || StandardNormal.sample(&mut random));
    let y: Vec<bool> =
        x.rows().into_iter().map(|row| row[2] - row[4] + row[0] * row[5] + row[0] > 0.0).collect();
    x[[0, 0]] = if y[0] { 1e9 } else { -1e9 };
    for intercept in [Intercept::Free, Intercept::Penalized { scaling: 1.0 }, Intercept::None] {
        let model = LinearSVC::new().penalty(L1).intercept(intercept).fit(&x, &y).unwrap();
        assert!(model.report().converged(), "{}", model.report());
        assert!(model.report().iterations() < 50, "{}", model.report());
    }
}

/// Slopes of the loss at rounded scores are too coarse a dual point where rows are far away and C is large.
#[test]
fn smooth_losses_of_rows_far_from_the_origin_are_certified() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let noise = Array2::from_shape_simple_fn((100, 8), || StandardNormal.sample(&mut random));
    let x = noise.mapv(|z: f64| 1e6 + z);
    let y: Vec<bool> = noise.rows().into_iter().map(|row| row[0] + row[1] * row[2] > 0.0).collect();
    for intercept in [Intercept::None, Intercept::Penalized { scaling: 1.0 }] {
        for c in [1.0, 1e3, 1e6] {
            let model = LogisticRegression::new().c(c).intercept(intercept).fit(&x, &y).unwrap();
            assert!(model.report().converged(), "C {c}: {}", model.report());
        }
        // Of a dual point that is scaled to where |Σ βᵢ xᵢⱼ| ≤ 1 next to nothing is left.
        let sparse = LinearSVC::new().penalty(L1).c(1e3).intercept(intercept).fit(&x, &y).unwrap();
        assert!(sparse.report().relative_gap() < 1e-3, "{}", sparse.report());
    }
}
