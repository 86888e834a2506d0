//! A fit learns what can be learnt, and says how far it got.

use crate::adapters::{Classifier, Model};
use crate::data::{agreement, assert_same_optimum, overlapping, separable, sharp};
use certifit::prelude::*;
use ndarray::{Array2, Axis, s};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn blobs_are_told_apart<C: Classifier>(estimator: &C) {
    let data = datasets::make_blobs(300, 2).seed(1).generate().unwrap();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let y = data.target;
    let binary: Vec<usize> = (0..300).filter(|&row| y[row] != 2).collect();
    for (x, y, width) in [(x.take(&binary), y.take(&binary), 1), (x, y, 3)] {
        let model = estimator.train(&x, &y).unwrap();
        let accuracy = accuracy_score(&y, &model.labels(&x).unwrap()).unwrap();
        assert!(accuracy > 0.83, "{accuracy}");
        assert_eq!(model.decisions(&x).unwrap().dim(), (y.len(), width));
    }
}

pub fn separable_data_are_separated<C: Classifier>(estimator: &C) {
    let (x, y) = separable();
    let model = estimator.clone().c(1e6).train(&x, &y).unwrap();
    assert_eq!(model.labels(&x).unwrap().to_vec(), y);
}

pub fn decisions_decide<C: Classifier>(estimator: &C) {
    for n_classes in [2, 3, 4] {
        let (x, y) = overlapping(n_classes);
        let model = estimator.train(&x, &y).unwrap();
        let (labels, decisions) = (model.labels(&x).unwrap(), model.decisions(&x).unwrap());
        assert_eq!(decisions.dim(), (y.len(), if n_classes == 2 { 1 } else { n_classes }));
        for (row, &label) in decisions.rows().into_iter().zip(&labels) {
            if n_classes == 2 {
                assert_eq!(label, usize::from(row[0] > 0.0));
                continue;
            }
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            // Votes have ties, which the first class wins: scores break them by less than 1/3 either way.
            let ties = if model.has_votes() { 2.0 / 3.0 } else { 0.0 };
            assert!(row[label] >= largest - ties, "{label} of {row}");
        }
    }
}

pub fn one_iteration_is_no_error<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let model = estimator.clone().tol(1e-14).max_iter(1).train(&x, &y).unwrap();
    let report = model.linear().report();
    assert!(!report.converged() && report.stop_reason() == StopReason::MaxIter, "{report}");
    assert!(report.relative_gap() > 1e-14 && report.relative_gap().is_finite(), "{report}");
    assert_eq!(model.labels(&x).unwrap().len(), y.len());
    let done = estimator.train(&x, &y).unwrap();
    assert!(done.linear().report().converged() && done.linear().report().relative_gap() <= 1e-6);
}

pub fn iterations_are_counted<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    for max_iter in [1, 2, 5, 60] {
        let model = estimator.clone().tol(1e-12).max_iter(max_iter).train(&x, &y).unwrap();
        for problem in model.linear().report().problems() {
            assert!((1..=max_iter).contains(&problem.iterations), "{problem:?}");
            let capped = problem.stop_reason == StopReason::MaxIter;
            assert!(!capped || problem.iterations == max_iter, "{problem:?}");
        }
    }
}

pub fn observers_stop_the_fit<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let stop = move |progress: &Progress| {
        counted.fetch_add(1, Ordering::SeqCst);
        assert!(progress.problem < 3 && progress.relative_gap >= 0.0 && progress.primal.is_finite());
        ControlFlow::Break(())
    };
    let model = estimator.clone().tol(1e-14).observer(stop).train(&x, &y).unwrap();
    let report = model.linear().report();
    assert_eq!(report.stop_reason(), StopReason::Stopped);
    assert!(!report.converged() && report.relative_gap() > 1e-14);
    assert_eq!(calls.load(Ordering::SeqCst), report.problems().len());
    // One that only looks on changes nothing.
    let watched = estimator.clone().observer(|_: &Progress| ControlFlow::Continue(())).train(&x, &y).unwrap();
    assert_eq!(watched, estimator.train(&x, &y).unwrap());
}

pub fn another_seed_same_optimum<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let fit = |seed| sharp(estimator).seed(seed).train(&x, &y).unwrap();
    assert_same_optimum(&fit(0), &fit(u64::MAX), 1e-12);
}

pub fn a_strong_class_wins<C: Classifier>(estimator: &C) {
    for n_centers in [2usize, 3] {
        let data =
            datasets::make_blobs(100, 2).centers(n_centers).cluster_std(20.0).seed(0).generate().unwrap();
        let (x_train, x_test) = (data.features.slice(s![..50, ..]), data.features.slice(s![50.., ..]));
        let weights = (0..n_centers).map(|class| (class, if class == 0 { 1000.0 } else { 1e-4 }));
        let estimator = estimator.clone().class_weight(ClassWeight::by_label(weights));
        let model = estimator.train(&x_train, &data.target.slice(s![..50])).unwrap();
        let share = agreement(model.labels(&x_test).unwrap(), vec![0; 50]);
        assert!(share > 0.87, "{share}");
    }
}

pub fn the_majority_wins_on_constants<C: Classifier>(estimator: &C) {
    for value in [0.0, 3.0] {
        let x = Array2::from_elem((10, 2), value);
        for y in [[2, 2, 0, 2, 2, 1, 2, 0, 2, 2], [0, 1, 1, 1, 0, 1, 1, 1, 1, 1]] {
            let majority = if y.contains(&2) { 2 } else { 1 };
            let labels = estimator.train(&x, &y).unwrap().labels(&x.select(Axis(0), &[0])).unwrap();
            assert_eq!(labels[0], majority);
        }
    }
}
