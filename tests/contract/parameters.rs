//! Hyper-parameters: plain values that only a fit judges, and does not change.

use crate::adapters::{Classifier, Model};
use crate::data::{assert_same_bits, error_of, overlapping};
use certifit::{Error, prelude::*};

pub fn defaults_are_new<C: Classifier>(_: &C) {
    let documented = LinearSVC::new()
        .c(1.0)
        .intercept(Intercept::Free)
        .class_weight(ClassWeight::Uniform)
        .multi_class(MultiClass::OneVsRest)
        .tol(1e-6)
        .max_iter(10_000)
        .solver(Solver::Auto)
        .seed(0);
    assert_eq!(format!("{documented:?}"), format!("{:?}", LinearSVC::default()));
    assert_eq!(format!("{documented:?}"), format!("{:?}", LinearSVC::new()));
}

pub fn parameters_are_checked_by_fit<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    for (name, bad) in estimator.bad_parameters() {
        match error_of(bad.train(&x, &y)) {
            Error::InvalidParameter { name: found, .. } => assert_eq!(found, name, "{bad:?}"),
            other => panic!("{other} for {bad:?}"),
        }
    }
}

pub fn fit_leaves_parameters_alone<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let (before, x_before, y_before) = (format!("{estimator:?}"), x.clone(), y.clone());
    let model = estimator.train(&x, &y).unwrap();
    model.labels(&x).unwrap();
    assert_eq!((format!("{estimator:?}"), x, y), (before, x_before, y_before));
}

pub fn a_second_fit_is_the_same<C: Classifier>(estimator: &C) {
    for n_classes in [2, 3] {
        let (x, y) = overlapping(n_classes);
        assert_same_bits(&estimator.train(&x, &y).unwrap(), &estimator.train(&x, &y).unwrap());
    }
}

pub fn a_refit_forgets<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let (other_x, other_y) =
        (x.select(ndarray::Axis(1), &[1, 0]), y.iter().map(|&y| y % 2).collect::<Vec<_>>());
    let first = estimator.train(&x, &y).unwrap();
    let kept = first.clone();
    let other = estimator.train(&other_x, &other_y).unwrap();
    assert_eq!((other.n_features(), other.class_labels()), (2, &[0, 1][..]));
    assert_same_bits(&first, &kept);
    assert_same_bits(&first, &estimator.train(&x, &y).unwrap());
}

pub fn clones_fit_the_same<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let estimator = estimator.clone().c(0.7).tol(1e-4).max_iter(77).seed(5);
    let (text, clone) = (format!("{estimator:?}"), estimator.clone());
    assert!(
        text.contains("c: 0.7") && text.contains("tol: 0.0001") && text.contains("max_iter: 77"),
        "{text}"
    );
    assert_eq!(text, format!("{clone:?}"));
    assert_same_bits(&estimator.train(&x, &y).unwrap(), &clone.train(&x, &y).unwrap());
}
