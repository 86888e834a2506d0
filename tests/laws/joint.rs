//! Problems of several classes at once, against their definition.

use certifit::prelude::*;
use certifit::{Error, data::ClassWeight};
use ndarray::{Array1, Array2, Axis};

const INTERCEPTS: [Intercept; 3] = [Intercept::Free, Intercept::Penalized { scaling: 2.0 }, Intercept::None];
const PENALTIES: [Penalty; 4] =
    [Penalty::L2, Penalty::L1, Penalty::ElasticNet { l1_ratio: 0.5 }, Penalty::None];

fn data(n: usize, n_classes: usize, std: f64) -> (Array2<f64>, Array1<usize>) {
    let made = datasets::make_blobs(n, 5).centers(n_classes).cluster_std(std).seed(11).generate().unwrap();
    let mean = made.features.mean_axis(Axis(0)).unwrap();
    ((made.features - mean) / 4.0, made.target)
}

/// W x + b of each row.
fn scores(x: &Array2<f64>, model: (&Array2<f64>, &Array1<f64>)) -> Array2<f64> {
    x.dot(&model.0.t()) + model.1
}

fn shares(scores: &Array2<f64>) -> Array2<f64> {
    let mut shares = scores.clone();
    for mut row in shares.rows_mut() {
        let largest = row.fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        row.mapv_inplace(|z| (z - largest).exp());
        let sum = row.sum();
        row /= sum;
    }
    shares
}

fn softmax_loss(z: &[f64], y: usize) -> f64 {
    let largest = z.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
    largest + z.iter().map(|z| (z - largest).exp()).sum::<f64>().ln() - z[y]
}

fn hinge_of_all(z: &[f64], y: usize) -> f64 {
    let asked = z.iter().enumerate().map(|(k, z)| if k == y { *z } else { z + 1.0 });
    asked.fold(f64::NEG_INFINITY, f64::max) - z[y]
}

/// The objective of the documentation, word for word.
#[allow(clippy::type_complexity)]
fn objective(
    (x, y, costs): (&Array2<f64>, &Array1<usize>, &[f64]),
    (loss, penalty, intercept): (fn(&[f64], usize) -> f64, Penalty, Intercept),
    (w, b): (&Array2<f64>, &Array1<f64>),
) -> f64 {
    let mut coefficients: Vec<f64> = w.iter().copied().collect();
    if let Intercept::Penalized { scaling } = intercept {
        coefficients.extend(b.iter().map(|b| b / scaling));
    }
    let (l1, l2) = coefficients.iter().fold((0.0, 0.0), |(l1, l2), w| (l1 + w.abs(), l2 + 0.5 * w * w));
    let penalty = match penalty {
        Penalty::L2 => l2,
        Penalty::L1 => l1,
        Penalty::ElasticNet { l1_ratio } => l1_ratio * l1 + (1.0 - l1_ratio) * l2,
        _ => 0.0,
    };
    let z = scores(x, (w, b));
    let losses = z.rows().into_iter().zip(y).zip(costs).map(|((z, &y), c)| c * loss(&z.to_vec(), y));
    penalty + losses.sum::<f64>()
}

#[test]
fn the_report_holds_and_bounds_what_is_left() {
    let (x, y) = data(90, 4, 8.0);
    let weights: Vec<f64> = (0..90).map(|row| 0.25 + (row % 3) as f64).collect();
    let target = y.weighted(&weights).unwrap();
    let class_weight = ClassWeight::by_label([(0usize, 2.0), (1, 0.5), (2, 1.0), (3, 1.5)]);
    for (intercept, penalty) in INTERCEPTS.into_iter().flat_map(|i| PENALTIES.map(|p| (i, p))) {
        for c in [0.05, 2.0] {
            let costs: Vec<f64> =
                weights.iter().zip(&y).map(|(w, &y)| c * w * [2.0, 0.5, 1.0, 1.5][y]).collect();
            let model = LogisticRegression::new().c(c).penalty(penalty).intercept(intercept);
            let model = model.class_weight(class_weight.clone());
            let what = format!("{intercept:?} {penalty:?} {c}");
            let best = model.clone().tol(1e-10).fit(&x, &target).unwrap();
            assert!(best.report().converged(), "{what}: {}", best.report());
            for max_iter in [1, 2, 3, 10_000] {
                let model = model.clone().max_iter(max_iter).fit(&x, &target).unwrap();
                let (report, at) = (model.report(), (model.coef(), model.intercept()));
                let found = objective((&x, &y, &costs), (softmax_loss, penalty, intercept), at);
                assert_eq!(report.problems().len(), 1);
                approx::assert_relative_eq!(found, report.primal(), max_relative = 1e-12);
                let gap = report.primal() - report.dual();
                let left = found - best.report().primal();
                assert!(left <= gap + 1e-12 * found, "{what}: {left} {gap}");
                assert!(report.dual() <= best.report().primal() * (1.0 + 1e-12), "{what}");
                assert!(max_iter < 100 || report.converged(), "{what}: {report}");
            }
        }
    }
    for (intercept, c) in INTERCEPTS.into_iter().flat_map(|i| [0.05, 2.0].map(|c| (i, c))) {
        let costs: Vec<f64> = weights.iter().map(|w| c * w).collect();
        let model = LinearSVC::new().multi_class(MultiClass::CrammerSinger).c(c).intercept(intercept);
        let best = model.clone().tol(1e-8).max_iter(1_000_000).fit(&x, &target).unwrap();
        assert!(best.report().converged(), "{intercept:?} {c}: {}", best.report());
        for max_iter in [1, 3, 10, 10_000] {
            let model = model.clone().max_iter(max_iter).fit(&x, &target).unwrap();
            let (report, at) = (model.report(), (model.coef(), model.intercept()));
            let found = objective((&x, &y, &costs), (hinge_of_all, Penalty::L2, intercept), at);
            approx::assert_relative_eq!(found, report.primal(), max_relative = 1e-12);
            assert!(found - best.report().primal() <= report.primal() - report.dual() + 1e-12 * found);
            assert!(report.dual() <= best.report().primal() * (1.0 + 1e-12));
            assert!(max_iter < 100 || report.converged(), "{intercept:?} {c}: {report}");
        }
    }
}

#[test]
fn optima_meet_their_conditions() {
    let (x, y) = data(120, 3, 3.0);
    for (intercept, penalty) in INTERCEPTS.into_iter().flat_map(|i| PENALTIES.map(|p| (i, p))) {
        let model = LogisticRegression::new().c(0.5).penalty(penalty).intercept(intercept).tol(1e-12);
        let model = model.fit(&x, &y).unwrap();
        let mut beta = shares(&scores(&x, (model.coef(), model.intercept()))).mapv(|p| -0.5 * p);
        beta.rows_mut().into_iter().zip(&y).for_each(|(mut row, &y)| row[y] += 0.5);
        let (pull, sums) = (beta.t().dot(&x), beta.sum_axis(Axis(0)));
        let what = format!("{intercept:?} {penalty:?}: {}", model.report());
        for ((k, j), &g) in pull.indexed_iter() {
            let w = model.coef()[[k, j]];
            // What the penalty answers: g in the subdifferential of ω at w.
            let wrong = match penalty {
                Penalty::L2 => (w - g).abs(),
                Penalty::L1 if w == 0.0 => (g.abs() - 1.0).max(0.0),
                Penalty::L1 => (g - w.signum()).abs(),
                Penalty::ElasticNet { l1_ratio } if w == 0.0 => (g.abs() - l1_ratio).max(0.0),
                Penalty::ElasticNet { l1_ratio } => (g - l1_ratio * w.signum() - (1.0 - l1_ratio) * w).abs(),
                _ => g.abs(),
            };
            assert!(wrong < 1e-4, "{what}: {k} {j} {w} {g}");
        }
        for (k, &sum) in sums.iter().enumerate() {
            let b = model.intercept()[k];
            match (intercept, penalty) {
                (Intercept::Free, _) | (Intercept::Penalized { .. }, Penalty::None) => {
                    assert!(sum.abs() < 1e-5, "{what}: {sum}");
                }
                (Intercept::Penalized { scaling }, Penalty::L2) => {
                    assert!((b / scaling - scaling * sum).abs() < 1e-4, "{what}: {sum}");
                }
                _ => {}
            }
        }
        // The softmax does not see what all classes share.
        if matches!(penalty, Penalty::L2 | Penalty::None) {
            assert!(model.coef().sum_axis(Axis(0)).iter().all(|sum| sum.abs() < 1e-9), "{what}");
            assert!(model.intercept().sum().abs() < 1e-9, "{what}");
        }
    }
}

fn largest_difference(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    (a - b).iter().fold(0.0, |most: f64, d| most.max(d.abs()))
}

#[test]
fn classes_and_rows_in_another_order_are_the_same_problem() {
    let (x, y) = data(150, 4, 3.0);
    let order: Vec<usize> = (0..150).map(|row| row * 7 % 150).collect();
    let names = [2usize, 0, 3, 1];
    let renamed = y.mapv(|y| names[y]);
    #[allow(clippy::type_complexity)]
    let check = |fit: &dyn Fn(&Array2<f64>, &Array1<usize>) -> (Array2<f64>, f64), slack: f64| {
        let (coef, primal) = fit(&x, &y);
        let (other, other_primal) = fit(&x, &renamed);
        let (shuffled, shuffled_primal) = fit(&x.take(&order), &y.take(&order));
        approx::assert_relative_eq!(primal, other_primal, max_relative = 1e-8);
        approx::assert_relative_eq!(primal, shuffled_primal, max_relative = 1e-8);
        assert!(largest_difference(&coef, &other.select(Axis(0), &names)) < slack);
        assert!(largest_difference(&coef, &shuffled) < slack);
    };
    // With an even number of classes the L1 norm of what they share is flat: its optimum is not unique.
    for (penalty, slack) in
        [(Penalty::L2, 1e-5), (Penalty::ElasticNet { l1_ratio: 0.3 }, 1e-5), (Penalty::L1, f64::INFINITY)]
    {
        let model = LogisticRegression::new().penalty(penalty).tol(1e-12);
        let fit = |x: &Array2<f64>, y: &Array1<usize>| {
            let model = model.fit(x, y).unwrap();
            (model.coef().clone(), model.report().primal())
        };
        check(&fit, slack);
    }
    let svc = LinearSVC::new()
        .multi_class(MultiClass::CrammerSinger)
        .intercept(Intercept::Penalized { scaling: 1.0 })
        .c(0.1)
        .tol(1e-9)
        .max_iter(1_000_000);
    let fit = |x: &Array2<f64>, y: &Array1<usize>| {
        let model = svc.fit(x, y).unwrap();
        (model.coef().clone(), model.report().primal())
    };
    check(&fit, 1e-3);
}

#[test]
fn two_classes_are_the_binary_problem() {
    let (x, y) = data(80, 2, 3.0);
    let joint = LogisticRegression::new().fit(&x, &y).unwrap();
    let rest = LogisticRegression::new().multi_class(MultiClass::OneVsRest).fit(&x, &y).unwrap();
    assert_eq!((joint.coef(), joint.intercept()), (rest.coef(), rest.intercept()));
    // w₁ − w₀ of the two classes.
    let crammer = LinearSVC::new().multi_class(MultiClass::CrammerSinger).c(0.5).fit(&x, &y).unwrap();
    let hinge = LinearSVC::new().loss(Hinge).c(1.0).fit(&x, &y).unwrap();
    assert_eq!((crammer.coef(), crammer.intercept()), (hinge.coef(), hinge.intercept()));
}

#[test]
fn what_is_not_there_is_refused() {
    let (x, y) = data(60, 3, 3.0);
    let svc = LinearSVC::new();
    let crammer = svc.clone().multi_class(MultiClass::CrammerSinger);
    for refused in [
        crammer.clone().loss(SquaredHinge).fit(&x, &y),
        crammer.clone().penalty(L1).fit(&x, &y),
        svc.multi_class(MultiClass::Joint).fit(&x, &y),
    ] {
        assert!(matches!(refused, Err(Error::Unsupported { .. })), "{refused:?}");
    }
    for multi_class in [MultiClass::CrammerSinger, MultiClass::OneVsOne] {
        let refused = LogisticRegression::new().multi_class(multi_class).fit(&x, &y);
        assert!(matches!(refused, Err(Error::Unsupported { .. })), "{refused:?}");
    }
    assert_eq!(crammer.fit(&x, &y).unwrap(), crammer.clone().loss(Hinge).fit(&x, &y).unwrap());
}

#[test]
fn starts_samples_and_paths_end_at_the_optimum() {
    let (x, y) = data(40_000, 3, 8.0);
    let model = LogisticRegression::new();
    let cold = model.fit(&x, &y).unwrap();
    assert!(cold.report().converged() && cold.report().iterations() <= 8, "{}", cold.report());
    let next = model.clone().c(1.3).fit_from(&cold, &x, &y).unwrap();
    let alone = model.clone().c(1.3).fit(&x, &y).unwrap();
    assert!(next.report().converged(), "{}", next.report());
    let (a, b) = (next.report().primal(), alone.report().primal());
    assert!((a - b).abs() <= 2e-6 * b, "{a} {b}");
    let (x, y) = data(300, 4, 8.0);
    for penalty in PENALTIES {
        let model = LogisticRegression::new().penalty(penalty);
        for (at, c) in model.path(&x, &y, &[0.01, 0.1, 1.0]).unwrap().iter().zip([0.01, 0.1, 1.0]) {
            let alone = model.clone().c(c).fit(&x, &y).unwrap();
            assert!(at.report().converged(), "{penalty:?} {c}: {}", at.report());
            let (a, b) = (at.report().primal(), alone.report().primal());
            assert!((a - b).abs() <= 2e-6 * b, "{penalty:?} {c}: {a} {b}");
        }
    }
}
