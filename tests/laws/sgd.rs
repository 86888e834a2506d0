//! Stochastic gradient descent: what does not depend on how data come, and where it leads.

use certifit::loss::{EpsilonInsensitive, Huber, ModifiedHuber, Perceptron, SquaredEpsilonInsensitive};
use certifit::prelude::*;
use certifit::schedule::{
    Adaptive, Constant, CosineWarmRestarts, InvScaling, LinearDecay, Moment, OneCycle, StepDecay,
};
use certifit::update::{AdaGrad, Adam, AdamW, Momentum, Nesterov, Plain};
use certifit::{Error, data::Targets};
use ndarray::{Array1, Array2, Axis, ShapeBuilder, array, concatenate};
use proptest::prelude::*;
#[cfg(feature = "sparse")]
use sprs::CsMat;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

fn two_classes(n: usize, d: usize) -> (Array2<f64>, Array1<usize>) {
    let data = datasets::make_classification(n, d)
        .n_informative(3)
        .n_redundant(0)
        .flip_y(0.1)
        .seed(4)
        .generate()
        .unwrap();
    // Few digits, which f32 holds, and zeros.
    let cut = |x: f64| if x.abs() < 0.3 { 0.0 } else { (x * 64.0).round() / 64.0 };
    (data.features.mapv(cut), data.target)
}

fn losses() -> [Arc<dyn Loss>; 6] {
    [
        Arc::new(Hinge),
        Arc::new(LogLoss),
        Arc::new(ModifiedHuber),
        Arc::new(Perceptron),
        Arc::new(Huber { epsilon: 0.5 }),
        Arc::new(EpsilonInsensitive { epsilon: 0.1 }),
    ]
}

fn penalties() -> [Arc<dyn Regularizer>; 4] {
    [Arc::new(L2), Arc::new(L1), Arc::new(ElasticNet { l1_ratio: 0.5 }), Arc::new(NoPenalty)]
}

/// The coefficients of a binary model, the intercept behind them.
fn numbers<F: certifit::Scalar, L: certifit::data::Label, P>(model: &LinearClassifier<F, L, P>) -> Vec<f64> {
    model.coef().iter().chain(model.intercept()).map(|value| value.widen()).collect()
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_near_for(expected.iter().fold(0.0, |most: f64, w| most.max(w.abs())), found, expected, tolerance);
}

/// The same for numbers that are sums of terms of such a size, which may cancel.
#[track_caller]
fn assert_near_for(scale: f64, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * scale, "{found:?} is not {expected:?}");
    }
}

proptest! {
    /// As long as no step changes a slope: the rate is small, and all rows are far on the wrong side.
    #[test]
    fn one_pass_over_repeated_rows_is_one_over_weights(
        counts in prop::collection::vec(0usize..4, 20),
        eta0 in 1e-5..1e-4f64,
    ) {
        prop_assume!(counts[0] > 0 && counts[1] > 0);
        let x = Array2::from_shape_fn((20, 3), |(i, j)| ((i * 7 + j * 5) % 11) as f64 / 4.0 - 1.0);
        let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let rows: Vec<usize> = (0..20).flat_map(|row| vec![row; counts[row]]).collect();
        let labels: Vec<usize> = (0..20).map(|row| row % 2).collect();
        let sgd = SGDClassifier::new().penalty(NoPenalty).learning_rate(Constant { eta0 }).shuffle(false);
        let sgd = sgd.max_iter(1);
        let weighted = sgd.fit(&x, &labels.weighted(&weights).unwrap()).unwrap();
        let repeated = sgd.fit(&x.take(&rows), &labels.take(&rows)).unwrap();
        assert_near_for(eta0 * rows.len() as f64, &numbers(&weighted), &numbers(&repeated), 1e-12);

        let y: Vec<f64> = (0..20).map(|row| if row % 3 == 0 { -90.0 } else { 70.0 }).collect();
        let loss = EpsilonInsensitive { epsilon: 0.5 };
        let sgd = SGDRegressor::new().loss(loss).penalty(NoPenalty).learning_rate(Constant { eta0 });
        let sgd = sgd.shuffle(false).max_iter(1);
        let weighted = sgd.fit(&x, &y.weighted(&weights).unwrap()).unwrap();
        let repeated = sgd.fit(&x.take(&rows), &y.take(&rows)).unwrap();
        assert_near(&weighted.coef().to_vec(), &repeated.coef().to_vec(), 1e-12);
    }
}

#[test]
fn a_row_of_weight_zero_is_no_row() {
    let (x, y) = two_classes(60, 4);
    let kept: Vec<usize> = (0..60).filter(|row| row % 4 != 1).collect();
    let weights: Vec<f64> = (0..60).map(|row| f64::from(u8::from(row % 4 != 1))).collect();
    for loss in losses() {
        for penalty in penalties() {
            let sgd = SGDClassifier::new()
                .loss(Arc::clone(&loss))
                .penalty(penalty)
                .learning_rate(Constant::default());
            let weighted = sgd.fit(&x, &y.weighted(&weights).unwrap()).unwrap();
            assert_eq!(numbers(&weighted), numbers(&sgd.fit(&x.take(&kept), &y.take(&kept)).unwrap()));
        }
    }
}

#[cfg(feature = "sparse")]
#[test]
fn sparse_is_dense_and_single_is_near_double() {
    let (x, y) = two_classes(80, 5);
    let (sparse, narrow) = (CsMat::csr_from_dense(x.view(), 0.0), x.mapv(|x| x as f32));
    let mut columns_first = Array2::zeros(ndarray::ShapeBuilder::f(x.dim()));
    columns_first.assign(&x);
    for loss in losses() {
        for (penalty, tolerance) in penalties().into_iter().zip([1e-12, 1e-12, 1e-2, 1e-12]) {
            for average in [0, 1] {
                let sgd = SGDClassifier::new().loss(Arc::clone(&loss)).penalty(Arc::clone(&penalty));
                let sgd = sgd
                    .learning_rate(InvScaling::default())
                    .alpha(0.01)
                    .average(average)
                    .intercept_decay(1.0)
                    .max_iter(4)
                    .tol(None);
                let dense = numbers(&sgd.fit(&x, &y).unwrap());
                // What an absent entry owes for ‖w‖₁ is not in the average yet.
                let owes = penalty.elastic().is_some_and(|(l1, _)| l1 > 0.0);
                let tolerance = if owes && average > 0 { 1e-2 } else { tolerance };
                // Of an elastic net, sparse rows shrink a coefficient as a whole before they take ‖w‖₁ off.
                assert_near(&numbers(&sgd.fit(&sparse, &y).unwrap()), &dense, tolerance);
                assert_near(&numbers(&sgd.fit(&columns_first, &y).unwrap()), &dense, 1e-12);
                assert_near(&numbers(&sgd.fit(&narrow, &y).unwrap()), &dense, 1e-6);
            }
        }
    }
    let rules = SGDClassifier::new().update(Adam::default()).learning_rate(Constant::default()).max_iter(3);
    let rules = rules.intercept_decay(0.5);
    let dense = numbers(&rules.fit(&x, &y).unwrap());
    assert_near(&numbers(&rules.fit(&sparse, &y).unwrap()), &dense, 1e-12);
}

#[test]
fn averages_are_means_of_all_steps() {
    let (x, y) = two_classes(40, 4);
    for penalty in penalties() {
        let sgd = SGDClassifier::new().loss(LogLoss).penalty(penalty).alpha(0.05).shuffle(false);
        let mut plain = sgd.online::<f64, _>(&[0, 1]).unwrap();
        let mut averaged = sgd.average(3).online::<f64, _>(&[0, 1]).unwrap();
        let mut sum = [0.0; 5];
        for row in 0..40 {
            let (x, y) = (x.take(&[row]), y.take(&[row]));
            plain.partial_fit(&x, &y).unwrap();
            averaged.partial_fit(&x, &y).unwrap();
            let now = numbers(&plain.model().unwrap());
            if row < 2 {
                assert_eq!(numbers(&averaged.model().unwrap()), now);
                continue;
            }
            sum.iter_mut().zip(&now).for_each(|(sum, now)| *sum += now);
            let mean: Vec<f64> = sum.iter().map(|sum| sum / (row - 1) as f64).collect();
            assert_near(&numbers(&averaged.model().unwrap()), &mean, 1e-12);
        }
    }
}

/// From the eighth epoch on, half of the epochs are left out whenever they have doubled.
#[test]
fn averages_leave_out_what_is_old() {
    let (x, y) = two_classes(40, 4);
    let sgd = SGDClassifier::new().loss(LogLoss).alpha(0.01).tol(None);
    fn check<R: Regularizer + Clone, U: UpdateRule + Clone>(
        sgd: &SGDClassifier<LogLoss, R, schedule::Optimal, U>,
        x: &Array2<f64>,
        y: &Array1<usize>,
    ) {
        let after = |average: usize, epochs: usize| {
            numbers(&sgd.clone().average(average).max_iter(epochs).fit(x, y).unwrap())
        };
        for (epochs, first) in [(7, 0), (8, 4), (9, 4), (15, 4), (16, 8), (17, 8), (32, 16)] {
            // Those of an average that began later: long enough not to leave out anything itself.
            if epochs - first < 8 {
                assert_near(&after(1, epochs), &after(first * 40 + 1, epochs), 1e-9);
            }
        }
        // Rows in their order are averaged as scikit-learn averages them: over all.
        let mean = |epochs| {
            let sgd = sgd.clone().shuffle(false).average(1).max_iter(epochs);
            numbers(&sgd.fit(x, y).unwrap())
        };
        let since = |first: usize| {
            let sgd = sgd.clone().shuffle(false).average(first * 40 + 1).max_iter(8);
            numbers(&sgd.fit(x, y).unwrap())
        };
        let halves: Vec<f64> = mean(4).iter().zip(since(4)).map(|(a, b)| 0.5 * (a + b)).collect();
        assert_near(&mean(8), &halves, 1e-9);
    }
    check(&sgd, &x, &y);
    check(&sgd.clone().penalty(L1), &x, &y);
    check(&sgd.update(Momentum { momentum: 0.1 }), &x, &y);
}

/// A fit that shuffles ends with coefficients that are no worse than those of its last epoch.
#[test]
fn a_second_look_finds_the_best_epoch() {
    let (x, y) = two_classes(120, 4);
    for seed in 0..5 {
        let sgd = SGDClassifier::new().alpha(0.003).seed(seed);
        let model = sgd.fit(&x, &y).unwrap();
        let report = model.report();
        assert_eq!(report.stop_reason(), StopReason::NoChange);
        let epochs: Vec<f64> = (report.iterations() - 5..=report.iterations())
            .map(|epochs| sgd.clone().tol(None).max_iter(epochs).fit(&x, &y).unwrap().report().primal())
            .collect();
        assert!(epochs.iter().all(|primal| report.primal() <= primal * (1.0 + 1e-12)), "{epochs:?} {report}");
        // Rows in their order end as scikit-learn's do: where they are.
        let sgd = sgd.shuffle(false);
        let model = sgd.fit(&x, &y).unwrap();
        let last = sgd.tol(None).max_iter(model.report().iterations()).fit(&x, &y).unwrap();
        assert_eq!(numbers(&model), numbers(&last));
    }
}

#[test]
fn threads_and_repetitions_do_not_show() {
    let data = datasets::make_blobs(300, 4).centers(4).seed(2).generate().unwrap();
    let sgd = SGDClassifier::new().early_stopping(true).seed(3);
    let fit = || sgd.fit(&data.features, &data.target).unwrap();
    let with = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(fit);
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), fit());
    assert_ne!(numbers(&fit()), numbers(&sgd.clone().seed(4).fit(&data.features, &data.target).unwrap()));

    let automatic = SGDClassifier::new().automatic().max_iter(20);
    let with = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| automatic.fit(&data.features, &data.target).unwrap())
    };
    assert_eq!(with(1), with(2));
}

/// Every rule leads to the optimum of a penalty with a kink: the step of the prox is in balance with that of the rule.
/// Plain steps leave exact zeros; the noise of other rules' steps, which their memory spreads, next to nothing.
#[test]
fn rules_lead_to_the_optimum() {
    let data = datasets::breast_cancer();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let (y, alpha) = (&data.target, 0.02);
    let exact = LogisticRegression::new().penalty(L1).c(1.0 / (alpha * y.len() as f64)).fit(&x, y).unwrap();
    let optimum = exact.report().primal() * alpha;
    let needed = exact.coef().iter().filter(|w| **w != 0.0).count();
    fn check<U: UpdateRule>(
        rule: U,
        eta0: f64,
        x: &Array2<f64>,
        y: &Array1<usize>,
        optimum: f64,
        needed: usize,
        negligible: f64,
    ) {
        let name = format!("{rule:?}");
        let cycle = CosineWarmRestarts { eta0, period: 200.0, growth: 1.0, eta_min: 0.0 };
        let sgd =
            SGDClassifier::new().loss(LogLoss).penalty(L1).alpha(0.02).update(rule).learning_rate(cycle);
        let model = sgd.max_iter(200).tol(None).fit(x, y).unwrap();
        let found = model.report().primal();
        assert!(found >= optimum * (1.0 - 1e-6) && found < optimum * 1.005, "{name}: {found} for {optimum}");
        let largest = model.coef().iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
        let kept = model.coef().iter().filter(|w| w.abs() > negligible * largest).count();
        assert!(kept <= needed + 4, "{name}: {kept} coefficients for {needed}");
    }
    check(Plain, 0.02, &x, y, optimum, needed, 0.0);
    check(Momentum::default(), 0.002, &x, y, optimum, needed, 1e-2);
    check(Nesterov::default(), 0.002, &x, y, optimum, needed, 1e-2);
    check(AdaGrad::default(), 0.5, &x, y, optimum, needed, 1e-2);
    check(Adam::default(), 0.01, &x, y, optimum, needed, 1e-2);
    check(AdamW { weight_decay: 0.0, ..AdamW::default() }, 0.01, &x, y, optimum, needed, 1e-2);
}

#[test]
fn early_stopping_gives_the_best_epoch() {
    let (x, y) = two_classes(200, 6);
    let sgd = SGDClassifier::new().learning_rate(Constant { eta0: 0.5 }).early_stopping(true).tol(None);
    let model = sgd.clone().max_iter(12).fit(&x, &y).unwrap();
    assert_eq!(model.report().iterations(), 12);
    let first = (1..=12).find(|&epochs| {
        let shorter = sgd.clone().max_iter(epochs).fit(&x, &y).unwrap();
        numbers(&shorter) == numbers(&model)
    });
    // From the best epoch on, more epochs change nothing.
    let first = first.unwrap();
    for epochs in first..=12 {
        assert_eq!(numbers(&sgd.clone().max_iter(epochs).fit(&x, &y).unwrap()), numbers(&model));
    }
    let patient = sgd.tol(1e-3).n_iter_no_change(3).max_iter(500).fit(&x, &y).unwrap();
    assert_eq!(patient.report().stop_reason(), StopReason::NoChange);
    assert!(patient.report().converged() && patient.report().iterations() < 500);
}

#[test]
fn steps_that_are_too_long_are_reported_with_one_that_is_not() {
    let data = datasets::diabetes();
    let sgd = SGDRegressor::new().learning_rate(Constant { eta0: 1e200 });
    let Err(Error::Diverged { epoch: 1, rate: 1e200, try_rate }) = sgd.fit(&data.features, &data.target)
    else {
        panic!("accepted");
    };
    let sgd = sgd.learning_rate(Constant { eta0: try_rate }).max_iter(50);
    let model = sgd.fit(&data.features, &data.target).unwrap();
    let curve = &model.report().problems()[0].loss_curve;
    assert!(curve.last() < curve.first() && curve.iter().all(|value| value.is_finite()));
    // What is finite, and worse than no model, is told.
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let y: Vec<bool> = data.target.iter().map(|&y| y > 150.0).collect();
    let model = SGDClassifier::new().loss(SquaredHinge).shuffle(false).fit(&x, &y).unwrap();
    let report = model.report();
    assert_eq!(report.stop_reason(), StopReason::Diverged, "{report}");
    let eta0 = report.problems()[0].try_rate.unwrap();
    let model = SGDClassifier::new().loss(SquaredHinge).learning_rate(Constant { eta0 }).fit(&x, &y).unwrap();
    assert!(model.report().converged() && model.report().primal() < 1.0, "{}", model.report());
    // Where the rate is a rule of thumb, a fit that shuffles begins anew with shorter steps.
    let model = SGDClassifier::new().loss(SquaredHinge).fit(&x, &y).unwrap();
    assert!(model.report().converged() && model.report().primal() < 1.0, "{}", model.report());
}

/// Features in any units, without a rate to choose.
#[test]
fn the_automatic_mode_needs_no_scaling() {
    for data in [datasets::breast_cancer(), datasets::iris(), datasets::wine()] {
        let y: Vec<bool> = data.target.iter().map(|&y| y == 1).collect();
        let alpha = 0.01;
        let exact =
            LogisticRegression::new().c(1.0 / (alpha * y.len() as f64)).fit(&data.features, &y).unwrap();
        let optimum = alpha * exact.report().primal();
        let sgd = SGDClassifier::new().alpha(alpha).automatic();
        let model = sgd.clone().loss(LogLoss).fit(&data.features, &y).unwrap();
        let found = model.report().primal();
        assert!(found >= optimum * (1.0 - 1e-6) && found <= optimum * 1.01, "{found} for {optimum}");

        let (sgd, alpha) = (sgd.alpha(0.001), 0.001);
        let exact = LinearSVC::new().loss(Hinge).c(1.0 / (alpha * y.len() as f64)).fit(&data.features, &y);
        let optimum = alpha * exact.unwrap().report().primal();
        let found = sgd.fit(&data.features, &y).unwrap().report().primal();
        assert!(found >= optimum * (1.0 - 1e-5) && found <= optimum * 1.1, "hinge: {found} for {optimum}");
    }
}

#[test]
fn observers_see_each_epoch_and_may_stop() {
    let (x, y) = two_classes(60, 4);
    let observer = |now: &Progress| {
        assert!(now.primal.is_finite() && now.relative_gap == f64::INFINITY);
        if now.iteration < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let model = SGDClassifier::new().observer(observer).fit(&x, &y).unwrap();
    assert_eq!((model.report().stop_reason(), model.report().iterations()), (StopReason::Stopped, 3));
    assert_eq!(model.report().problems()[0].loss_curve.len(), 3);
    let model = SGDClassifier::new().max_time(std::time::Duration::from_nanos(1)).fit(&x, &y).unwrap();
    assert_eq!((model.report().stop_reason(), model.report().iterations()), (StopReason::MaxTime, 1));
}

#[test]
fn bad_parameters_and_data_are_refused() {
    let (x, y) = two_classes(20, 3);
    let refused = |sgd: &SGDClassifier| sgd.fit(&x, &y).unwrap_err();
    let sgd = SGDClassifier::new;
    for (name, bad) in [
        ("alpha", sgd().alpha(-1.0)),
        ("alpha", sgd().alpha(f64::NAN)),
        ("alpha", sgd().alpha(0.0)), // the default schedule divides by it
        ("tol", sgd().tol(-1.0)),
        ("tol", sgd().tol(f64::NAN)),
        ("max_iter", sgd().max_iter(0)),
        ("n_iter_no_change", sgd().n_iter_no_change(0)),
        ("max_time", sgd().max_time(std::time::Duration::ZERO)),
        ("intercept_decay", sgd().intercept_decay(0.0)),
        ("validation_fraction", sgd().early_stopping(true).validation_fraction(1.0)),
    ] {
        let error = refused(&bad);
        assert!(matches!(&error, Error::InvalidParameter { name: found, .. } if *found == name), "{error}");
    }
    let penalized = sgd().intercept(Intercept::Penalized { scaling: 1.0 });
    assert!(matches!(refused(&penalized), Error::Unsupported { .. }));
    #[cfg(feature = "sparse")]
    {
        let columns_first = CsMat::csr_from_dense(x.view(), 0.0).to_csc();
        assert!(matches!(sgd().fit(&columns_first, &y), Err(Error::Unsupported { .. })));
    }
    let mut bad = x.clone();
    bad[[7, 1]] = f64::NAN;
    assert!(matches!(sgd().fit(&bad, &y), Err(Error::NonFinite { row: 7, column: Some(1), .. })));
    assert!(matches!(sgd().fit(&x, &[1; 20]), Err(Error::SingleClass { .. })));
    assert!(matches!(sgd().fit(&x, &[1, 2]), Err(Error::LengthMismatch { .. })));
    assert!(matches!(SGDRegressor::new().fit(&x, &[f64::NAN; 20]), Err(Error::NonFinite { what: "y", .. })));
    // Online models know their classes and their width.
    let mut online = sgd().online::<f64, _>(&[0, 1]).unwrap();
    assert!(matches!(online.model(), Err(Error::Empty { .. })));
    online.partial_fit(&x, &y).unwrap();
    let before = numbers(&online.model().unwrap());
    assert!(matches!(online.partial_fit(&x, &[5; 20]), Err(Error::UnknownLabel { .. })));
    let wider = concatenate![Axis(1), x, x];
    assert!(matches!(online.partial_fit(&wider, &y), Err(Error::FeatureMismatch { expected: 3, found: 6 })));
    assert_eq!(numbers(&online.model().unwrap()), before);
    assert!(matches!(sgd().online::<f64, _>(&[1, 1]), Err(Error::SingleClass { .. })));
    let balanced = sgd().class_weight(ClassWeight::Balanced);
    assert!(matches!(balanced.online::<f64, _>(&[0, 1]), Err(Error::Unsupported { .. })));
    let cycle = sgd().learning_rate(OneCycle::default()).online::<f64, _>(&[0, 1]);
    assert!(matches!(cycle, Err(Error::Unsupported { .. })));
    let early = sgd().early_stopping(true);
    assert!(matches!(early.online::<f64, _>(&[0, 1]), Err(Error::Unsupported { .. })));
    let early = early.fit_stream(&[0, 1], [Ok((x.clone(), y.clone()))]);
    assert!(matches!(early, Err(Error::Unsupported { .. })));
    assert!(matches!(
        SGDRegressor::new().early_stopping(true).online::<f64>(),
        Err(Error::Unsupported { .. })
    ));
}

/// A model that had an intercept is begun at without it.
#[test]
fn a_model_without_an_intercept_begins_without_one() {
    let (x, y) = two_classes(60, 3);
    let model = SGDClassifier::new().fit(&(&x + 5.0), &y).unwrap();
    assert_ne!(model.intercept()[0], 0.0);
    let sgd = SGDClassifier::new().intercept(Intercept::None);
    assert_eq!(sgd.fit_from(&model, &x, &y).unwrap().intercept()[0], 0.0);
    let values = y.mapv(|label| label as f64 + 3.0);
    let model = SGDRegressor::new().fit(&x, &values).unwrap();
    let next = SGDRegressor::new().intercept(Intercept::None).fit_from(&model, &x, &values).unwrap();
    assert!(model.intercept() != 0.0 && next.intercept() == 0.0);
}

/// Going on from a model is going on from its coefficients.
#[test]
fn what_a_fit_has_found_can_be_gone_on_from() {
    let data = datasets::iris();
    let (x, y) = (&data.features, &data.target);
    let sgd =
        SGDClassifier::new().learning_rate(Constant { eta0: 1e-3 }).shuffle(false).max_iter(1).tol(None);
    let model = sgd.fit(x, y).unwrap();
    let mut online = sgd.online_from(&model).unwrap();
    assert_eq!(numbers(&online.model().unwrap()), numbers(&model));
    online.partial_fit(x, y).unwrap();
    assert_eq!(numbers(&online.model().unwrap()), numbers(&sgd.fit_from(&model, x, y).unwrap()));
    assert!(matches!(
        online.partial_fit(&x.slice(ndarray::s![.., ..2]), y),
        Err(Error::FeatureMismatch { .. })
    ));
    let pairs = LinearSVC::new().multi_class(MultiClass::OneVsOne);
    // Of three classes there are as many pairs as classes.
    let pairs = pairs.fit(x, y).unwrap();
    let error = SGDClassifier::new().online_from(&pairs).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { name: "model", .. }), "{error}");

    let (sgd, y) = (SGDRegressor::new().shuffle(false).max_iter(1), y.mapv(|y| y as f64));
    let model = sgd.fit(x, &y).unwrap();
    let mut online = sgd.online_from(&model).unwrap();
    online.partial_fit(x, &y).unwrap();
    assert_eq!(online.model().unwrap().coef(), sgd.fit_from(&model, x, &y).unwrap().coef());
}

/// Losses of the margin are for ±1, also where they are chosen at run time.
#[test]
fn targets_are_those_of_the_loss() {
    let (x, _) = two_classes(20, 3);
    let is_refused = |error: Error| matches!(error, Error::InvalidParameter { name: "y", .. });
    let chosen: Arc<dyn Loss> = Arc::new(SquaredHinge);
    let (y, signs) = (vec![0.5; 20], (0..20).map(|row| if row % 2 == 0 { 1.0 } else { -1.0 }));
    let signs: Vec<f64> = signs.collect();
    assert!(is_refused(SGDRegressor::new().loss(Hinge).fit(&x, &y).unwrap_err()));
    assert!(is_refused(SGDRegressor::new().loss(Arc::clone(&chosen)).fit(&x, &y).unwrap_err()));
    let mut online = SGDRegressor::new().loss(LogLoss).online().unwrap();
    assert!(is_refused(online.partial_fit(&x, &y).unwrap_err()));
    assert!(online.partial_fit(&x, &signs).is_ok());
    assert!(SGDRegressor::new().loss(chosen).fit(&x, &signs).is_ok());
    // A row of weight zero is no row, whatever its target.
    let mut weights = vec![1.0; 20];
    weights[3] = 0.0;
    let odd: Vec<f64> = (0..20).map(|row| if row == 3 { 0.5 } else { signs[row] }).collect();
    assert!(SGDRegressor::new().loss(Hinge).fit(&x, &odd.weighted(&weights).unwrap()).is_ok());
    let chosen: Arc<dyn Loss> = Arc::new(SquaredError);
    assert_eq!(chosen.rounding(2.0), SquaredError.rounding(2.0));
}

/// Neither a search for a rate nor a certificate asks for the schedule, which divides by α.
#[test]
fn a_schedule_that_is_not_used_is_not_asked() {
    let (x, y) = two_classes(60, 3);
    let sgd = SGDClassifier::new().loss(LogLoss).alpha(0.0);
    assert!(sgd.fit(&x, &y).is_err());
    assert_eq!(sgd.learning_rate_range(&x, &y, (1e-4, 1e-2), 5).unwrap().len(), 5);
    let model = sgd.clone().learning_rate(Constant { eta0: 0.1 }).fit(&x, &y).unwrap();
    assert!(sgd.certify(&model, &x, &y).unwrap().dual() >= 0.0);
}

/// Of few rows the objective may be nothing, and yet longer steps are tried.
#[test]
fn the_search_for_a_rate_goes_on_past_rows_without_a_loss() {
    let (x, y) = two_classes(300, 4);
    let sgd = SGDClassifier::new().penalty(NoPenalty);
    let curve = sgd.learning_rate_range(&x, &y, (1e-3, 10.0), 300).unwrap();
    assert!(curve.len() > 150 && curve.iter().any(|point| point.objective == 0.0), "{}", curve.len());
    let curve = sgd.loss(SquaredHinge).learning_rate_range(&(x * 1e3), &y, (1e-9, 1e3), 60).unwrap();
    assert!(curve.len() > 10 && curve.len() < 50, "{}", curve.len());
    // One row that no rate fits, of as many as rates, is no end; steps that are too long are one soon.
    let data = datasets::make_regression(400, 3).noise(1.0).seed(1).generate().unwrap();
    let mut y = data.target.clone();
    y[7] *= 100.0;
    let curve = SGDRegressor::new().learning_rate_range(&data.features, &y, (1e-4, 10.0), 400).unwrap();
    let rate = curve.last().unwrap().rate;
    assert!((0.3..3.0).contains(&rate), "{rate}");
}

/// Coefficients may be numbers where the objective is none: as with weights such as these.
#[test]
fn an_objective_that_overflows_is_an_error() {
    let x = array![[1e-3f64], [1e-3], [1e-3]];
    let y = [0.0, 1e10, -1e10].weighted(&[1e300; 3]).unwrap();
    let sgd = SGDRegressor::new().penalty(NoPenalty).learning_rate(Constant { eta0: 1e-300 });
    let error = sgd.shuffle(false).max_iter(1).tol(None).fit(&x, &y).unwrap_err();
    assert!(matches!(error, Error::Overflow { .. } | Error::Diverged { .. }), "{error}");
}

/// A penalty that leaves the range is none where there is none; a rate that is no number is no rate.
#[test]
fn what_does_not_count_does_not_overflow_and_rates_are_numbers() {
    let (x, y) = two_classes(30, 3);
    let far = x.mapv(|x| x * 1e160);
    let sgd = SGDClassifier::new().learning_rate(Constant { eta0: 1e-320 }).intercept(Intercept::None);
    let fits: [Result<_, _>; 2] =
        [sgd.clone().penalty(NoPenalty).fit(&far, &y), sgd.clone().alpha(0.0).fit(&far, &y)];
    for model in fits {
        let model = model.unwrap();
        // That of w = 0 is 1.
        assert!(model.report().primal() < 0.8, "{}", model.report().primal());
    }

    let near = x.mapv(|x| x * 1e-150);
    let sgd = SGDClassifier::new().loss(LogLoss).learning_rate(Constant { eta0: 1e307 });
    let sgd = sgd.intercept(Intercept::None).shuffle(false).max_iter(3).tol(None);
    for update in [false, true] {
        let fitted = match update {
            false => sgd.clone().alpha(0.0).fit(&near, &y),
            true => sgd.clone().alpha(0.0).update(Momentum { momentum: 0.0 }).fit(&near, &y),
        };
        let without = sgd.clone().penalty(NoPenalty).fit(&near, &y).unwrap().report().primal();
        assert_near(&[fitted.unwrap().report().primal()], &[without], 1e-12);
    }

    #[derive(Debug, Clone)]
    struct From(f64);
    impl schedule::LearningRate for From {
        fn rate(&self, now: &Moment) -> f64 {
            if now.step < 40.0 { 0.01 } else { self.0 }
        }
    }
    for rate in [f64::NAN, f64::INFINITY, -1.0] {
        let sgd = SGDClassifier::new().learning_rate(From(rate)).intercept(Intercept::None);
        let errors = [
            sgd.clone().penalty(L1).fit(&x, &y).map(|_| ()),
            sgd.clone().fit(&x, &y).map(|_| ()),
            sgd.clone().update(Momentum::default()).fit(&x, &y).map(|_| ()),
        ];
        for error in errors {
            let Err(Error::InvalidParameter { name, value, .. }) = error else { panic!("{error:?}") };
            assert_eq!((name, value), ("learning_rate", format!("{rate:?}")));
        }
    }
}

/// What sparse rows owe is paid when a batch ends, so that dense ones that follow see the coefficients as they are.
#[cfg(feature = "sparse")]
#[test]
fn kinds_of_batches_may_change() {
    let mut x = two_classes(60, 6).0;
    x.mapv_inplace(|x| if x < 0.5 { 0.0 } else { x });
    let y: Vec<usize> = (0..60).map(|row| usize::from(x[[row, 0]] > 0.8)).collect();
    let sgd = SGDClassifier::new().penalty(L1).alpha(0.05).shuffle(false).intercept(Intercept::None);
    let mut online = sgd.online(&[0, 1]).unwrap();
    online.partial_fit(&CsMat::csr_from_dense(x.view(), 0.0), &y).unwrap();
    let model = online.model().unwrap();
    let (first, row) = (online.partial_fit(&x.take(&[3]), &y[3..4].to_vec()).unwrap(), x.row(3));
    let margin = if y[3] == 1 { 1.0 } else { -1.0 } * row.dot(&model.coef().row(0));
    let norm: f64 = model.coef().iter().map(|w| w.abs()).sum();
    assert_near(&first, &[(1.0 - margin).max(0.0) + 0.05 * norm], 1e-12);
}

#[test]
fn extremes_are_finite_or_refused() {
    let (x, y) = two_classes(30, 3);
    for scale in [1e300, 1e153, 1e100, 1e30, 1e-30, 1e-155, 1e-300] {
        for loss in losses() {
            match SGDClassifier::new().loss(loss).max_iter(20).fit(&x.mapv(|x| x * scale), &y) {
                Ok(model) => assert!(numbers(&model).iter().all(|value| value.is_finite())),
                Err(Error::Diverged { try_rate, .. }) => assert!(try_rate > 0.0),
                Err(Error::Overflow { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }
}

proptest! {
    #[test]
    fn rates_are_positive(step in 1.0..1e9f64, epoch in 0.0..50.0f64) {
        let mut now = Moment::first(1e-4, 50.0);
        (now.step, now.epoch) = (step, epoch);
        let schedules: [&dyn LearningRate; 8] = [
            &Constant::default(), &schedule::Optimal, &InvScaling::default(), &Adaptive::default(),
            &StepDecay::default(), &CosineWarmRestarts::default(), &OneCycle::default(), &LinearDecay::default(),
        ];
        for schedule in schedules {
            let rate = schedule.rate(&now);
            prop_assert!(rate > 0.0 && rate <= 10.0, "{:?}: {}", schedule, rate);
            prop_assert!(schedule.check(&now).is_ok());
        }
    }
}

#[test]
fn schedules_and_rules_check_their_parameters() {
    let first = Moment::first(1e-4, 50.0);
    let bad: [(&str, &dyn LearningRate); 10] = [
        ("eta0", &Constant { eta0: 0.0 }),
        ("eta0", &Adaptive { eta0: f64::NAN }),
        ("power_t", &InvScaling { eta0: 0.1, power_t: -1.0 }),
        ("factor", &StepDecay { factor: 0.0, ..StepDecay::default() }),
        ("every", &StepDecay { every: 0.0, ..StepDecay::default() }),
        ("growth", &CosineWarmRestarts { growth: 0.5, ..CosineWarmRestarts::default() }),
        ("eta_min", &CosineWarmRestarts { eta_min: 1.0, ..CosineWarmRestarts::default() }),
        ("warm_up", &OneCycle { warm_up: 1.0, ..OneCycle::default() }),
        ("eta0", &LinearDecay { eta0: -1.0, hold: 0.0 }),
        ("hold", &LinearDecay { eta0: 1.0, hold: 1.0 }),
    ];
    for (name, schedule) in bad {
        let error = schedule.check(&first);
        assert!(
            matches!(error, Err(Error::InvalidParameter { name: found, .. }) if found == name),
            "{error:?}"
        );
    }
    for error in [
        Momentum { momentum: 1.0 }.check(),
        Nesterov { momentum: -0.1 }.check(),
        AdaGrad { epsilon: 0.0 }.check(),
        Adam { beta2: 1.0, ..Adam::default() }.check(),
        AdamW { weight_decay: -1.0, ..AdamW::default() }.check(),
    ] {
        assert!(matches!(error, Err(Error::InvalidParameter { .. })), "{error:?}");
    }
}

#[test]
fn penalties_that_say_so_are_elastic() {
    for penalty in penalties() {
        let (l1, l2) = penalty.elastic().unwrap();
        for w in [-3.0f64, -0.5, 0.0, 2.0] {
            assert!((penalty.term(w) - (l1 * w.abs() + 0.5 * l2 * w * w)).abs() < 1e-15);
        }
    }
}

#[test]
fn several_classes_and_probabilities() {
    let data = datasets::iris();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let sgd = SGDClassifier::new().alpha(0.01);
    let log = sgd.clone().loss(LogLoss).fit(&x, &data.target).unwrap();
    let clipped = sgd.loss(ModifiedHuber).fit(&x, &data.target).unwrap();
    assert_eq!((log.coef().dim(), log.report().problems().len()), ((3, 4), 3));
    for probabilities in [log.predict_proba(&x).unwrap(), clipped.predict_proba(&x).unwrap()] {
        for row in probabilities.rows() {
            assert!((row.sum() - 1.0).abs() < 1e-12 && row.iter().all(|share| (0.0..=1.0).contains(share)));
        }
    }
    // Binary: (clip(d) + 1)/2, as scikit-learn's page says.
    let (x, y) = (array![[-2.0f64], [-1.0], [1.0], [2.0]], [0, 0, 1, 1]);
    let model = SGDClassifier::new().loss(ModifiedHuber).alpha(0.01).fit(&x, &y).unwrap();
    let (shares, decisions) = (model.predict_proba(&x).unwrap(), model.decision_function(&x).unwrap());
    for (row, decision) in shares.rows().into_iter().zip(decisions.column(0)) {
        assert!((row[1] - (decision.clamp(-1.0, 1.0) + 1.0) / 2.0).abs() < 1e-15);
    }
    assert_eq!(y.value(0), &0);
}

/// Streams need not end by themselves.
#[test]
fn endless_streams_are_ended() {
    let (x, y) = two_classes(30, 3);
    let values = y.mapv(|label| label as f64);
    let seen = |most: usize| {
        move |progress: &Progress| match progress.iteration < most {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    };
    let sgd = SGDClassifier::new().loss(LogLoss).observer(seen(7));
    let stopped = sgd.fit_stream(&[0, 1, 2], std::iter::repeat_with(|| Ok((x.clone(), y.clone())))).unwrap();
    // Those of the three problems together.
    assert_eq!((stopped.report().stop_reason(), stopped.report().iterations()), (StopReason::Stopped, 3 * 7));
    let whole = SGDClassifier::new().loss(LogLoss);
    let whole = whole.fit_stream(&[0, 1, 2], (0..7).map(|_| Ok((x.clone(), y.clone())))).unwrap();
    assert_eq!(numbers(&stopped), numbers(&whole));
    let sgd = SGDRegressor::new().observer(seen(3));
    let stopped = sgd.fit_stream(std::iter::repeat_with(|| Ok((x.clone(), values.clone())))).unwrap();
    assert_eq!((stopped.report().stop_reason(), stopped.report().iterations()), (StopReason::Stopped, 3));

    let sgd = SGDClassifier::new().max_time(Duration::from_millis(1));
    let late = sgd.fit_stream(&[0, 1], std::iter::repeat_with(|| Ok((x.clone(), y.clone())))).unwrap();
    assert_eq!(late.report().stop_reason(), StopReason::MaxTime);
    let sgd = SGDRegressor::new().max_time(Duration::from_millis(1));
    let late = sgd.fit_stream(std::iter::repeat_with(|| Ok((x.clone(), values.clone())))).unwrap();
    assert_eq!(late.report().stop_reason(), StopReason::MaxTime);
}

#[test]
fn the_automatic_mode_needs_no_intercept_and_no_penalty() {
    let (x, y) = two_classes(300, 6);
    let mut by_columns = Array2::zeros((300, 6).f());
    by_columns.assign(&x);
    for intercept in [Intercept::None, Intercept::Free] {
        let exact = LogisticRegression::new().c(1.0 / (0.01 * 300.0)).intercept(intercept);
        let exact = exact.fit(&x, &y).unwrap().report().primal() * 0.01;
        let sgd = SGDClassifier::new().loss(LogLoss).alpha(0.01).intercept(intercept).automatic();
        let model = sgd.fit(&x, &y).unwrap();
        assert!(model.report().primal() <= 1.01 * exact, "{intercept:?}: {exact} {}", model.report());
        #[cfg(feature = "sparse")]
        {
            // As many epochs of each: rounding may decide which one is the last.
            let sgd = sgd.clone().max_iter(30).tol(None).intercept_decay(1.0);
            let sparse = sgd.fit(&CsMat::csr_from_dense(x.view(), 0.0), &y).unwrap();
            assert_near(&numbers(&sparse), &numbers(&sgd.fit(&x, &y).unwrap()), 1e-9);
        }
    }
    // The first row, less the mean of one row, is nothing, and must not be taken for a slope.
    let targets: Vec<f64> = y.iter().zip(x.column(0)).map(|(&y, x)| 30.0 * y as f64 + 7.0 * x).collect();
    let sgd = SGDRegressor::new().loss(Huber { epsilon: 10.0 }).penalty(NoPenalty).automatic();
    let sgd = sgd.max_iter(30).tol(None);
    let found = |x: &Array2<f64>| {
        let model = sgd.fit(x, &targets).unwrap();
        model.coef().iter().copied().chain([model.intercept()]).collect::<Vec<f64>>()
    };
    // Rates are made of distances, by which rounding grows.
    assert_near(&found(&x), &found(&by_columns), 1e-6);
}

#[test]
fn rows_that_weigh_nothing_do_not_shorten_steps() {
    let x = array![[30.0], [-30.0], [15.0], [-15.0], [3e4]];
    let y = [1, 0, 1, 0, 0];
    let sgd = SGDClassifier::new().loss(SquaredHinge).max_iter(3).tol(None);
    let rows = x.slice(ndarray::s![..4, ..]).to_owned();
    let alone = sgd.fit(&rows, &y[..4]).unwrap();
    let weighted = sgd.fit(&x, &y.weighted(&[1.0, 1.0, 1.0, 1.0, 0.0]).unwrap()).unwrap();
    assert_near(&numbers(&weighted), &numbers(&alone), 1e-12);
}

/// Whoever follows the rates that are told gets somewhere.
#[test]
fn rates_to_try_become_smaller_until_one_serves() {
    let data = datasets::breast_cancer();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let y: Vec<f64> = data.target.iter().map(|&y| 20.0 * y as f64 - 1.0).collect();
    for epsilon in [0.1, 2.0, 200.0] {
        let (mut eta0, mut tries) = (1e3, 0);
        loop {
            let loss = SquaredEpsilonInsensitive { epsilon };
            let sgd = SGDRegressor::new().loss(loss).learning_rate(Constant { eta0 }).max_iter(20);
            let to_try = match sgd.fit(&x, &y) {
                Ok(model) => model.report().problems()[0].try_rate,
                Err(Error::Diverged { try_rate, .. }) => Some(try_rate),
                Err(other) => panic!("{other}"),
            };
            let Some(next) = to_try else { break };
            assert!(next <= 0.1 * eta0, "{next} after {eta0}");
            (eta0, tries) = (next, tries + 1);
        }
        assert!(tries <= 6, "{tries}");
    }
}

/// Rows are held out by fits, not where a fit is judged.
#[test]
fn a_certificate_holds_no_rows_out() {
    let (x, y) = two_classes(6, 3);
    let sgd = SGDClassifier::new().loss(LogLoss).alpha(0.1);
    let model = sgd.fit(&x, &y).unwrap();
    let held = sgd.clone().early_stopping(true).validation_fraction(0.01);
    assert!(held.fit(&x, &y).is_err());
    let (own, with) = (sgd.certify(&model, &x, &y).unwrap(), held.certify(&model, &x, &y).unwrap());
    assert_eq!((own.primal(), own.dual()), (with.primal(), with.dual()));
}

/// A penalty of one's own that takes less than nothing is refused.
#[test]
fn shares_of_a_penalty_are_not_negative() {
    #[derive(Debug, Clone)]
    struct Odd((f64, f64));
    impl Regularizer for Odd {
        fn term(&self, w: f64) -> f64 {
            w * w
        }
        fn prox(&self, w: f64, _step: f64) -> f64 {
            w
        }
        fn conjugate_term(&self, g: f64) -> f64 {
            g
        }
        fn fenchel_young(&self, _w: f64, _g: f64) -> f64 {
            0.0
        }
        fn elastic(&self) -> Option<(f64, f64)> {
            Some(self.0)
        }
    }
    let (x, y) = two_classes(20, 3);
    for shares in [(0.0, f64::NAN), (0.0, -1.0), (f64::INFINITY, 0.0)] {
        let error = SGDClassifier::new().penalty(Odd(shares)).fit(&x, &y).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { name: "penalty", .. }), "{error}");
    }
}
