//! What is put together does what its parts do, one after the other.

use crate::adapters::Model;
use crate::data::{assert_same_bits, csr, error_of, overlapping};
use certifit::compose::{BoxedEstimator, boxed};
use certifit::{Error, prelude::*};
use ndarray::{Array1, Array2};

#[test]
fn a_pipeline_is_its_steps() {
    let (x, y) = overlapping(3);
    let weights: Vec<f64> = (0..y.len()).map(|row| (row % 3) as f64).collect();
    let y = y.weighted(&weights).unwrap();
    for svc in [LinearSVC::new(), LinearSVC::new().loss(Hinge).multi_class(MultiClass::OneVsOne)] {
        let scaler = StandardScaler::new().fit(&x, &y).unwrap();
        let z = scaler.transform(&x).unwrap();
        let model = svc.fit(&z, &y).unwrap();
        let pipeline = StandardScaler::new().then(svc.clone()).fit(&x, &y).unwrap();
        assert_eq!(pipeline.first(), &scaler);
        assert_same_bits(pipeline.last(), &model);
        assert_eq!(pipeline.predict(&x).unwrap(), model.predict(&z).unwrap());
        assert_eq!(pipeline.decision_function(&x).unwrap(), model.decision_function(&z).unwrap());

        // Brackets make no difference.
        let twice = StandardScaler::new().then(StandardScaler::new()).then(svc.clone()).fit(&x, &y).unwrap();
        let nested = StandardScaler::new().then(StandardScaler::new().then(svc)).fit(&x, &y).unwrap();
        assert_same_bits(twice.last(), nested.last().last());
        assert_eq!(twice.predict(&x).unwrap(), nested.predict(&x).unwrap());
        let again = twice.first().last();
        assert_eq!(again, &StandardScaler::new().fit(&z, &y).unwrap());
    }
}

#[test]
fn a_sparse_pipeline_is_its_steps() {
    let (x, y) = overlapping(2);
    let x = csr(&x.mapv(|x| if x.abs() < 0.3 { 0.0 } else { x }));
    let scaler = StandardScaler::new().with_mean(false);
    let pipeline = scaler.then(LinearSVC::new()).fit(&x, &y).unwrap();
    let z = scaler.fit(&x, &y).unwrap().transform(&x).unwrap();
    let model = LinearSVC::new().fit(&z, &y).unwrap();
    assert_same_bits(pipeline.last(), &model);
    assert_eq!(pipeline.labels(&x).unwrap(), model.labels(&z).unwrap());
}

#[test]
fn a_box_does_what_is_in_it() {
    type Hidden = BoxedEstimator<Array2<f64>, Vec<usize>, Array1<usize>>;
    let (x, y) = overlapping(3);
    let pipeline = StandardScaler::new().then(LinearSVC::new());
    let hidden: [Hidden; 2] = [boxed(LinearSVC::new()), boxed(pipeline.clone())];
    let models = hidden.map(|estimator| estimator.fit(&x, &y).unwrap());
    assert_eq!(models[0].predict(&x), LinearSVC::new().fit(&x, &y).unwrap().predict(&x));
    assert_eq!(models[1].predict(&x), pipeline.fit(&x, &y).unwrap().predict(&x));
    let narrow = Array2::zeros((2, 1));
    for model in &models {
        assert_eq!(error_of(model.predict(&narrow)), Error::FeatureMismatch { expected: 3, found: 1 });
    }
}

#[test]
fn folds_are_checked() {
    let (x, y) = overlapping(2);
    let scores = |n_splits: usize, stratified: bool| {
        let (svc, metric) = (LinearSVC::new(), Accuracy);
        if stratified {
            cross_val_score(&svc, &x, &y, &StratifiedKFold::new(n_splits), &metric)
        } else {
            cross_val_score(&svc, &x, &y, &KFold::new(n_splits), &metric)
        }
    };
    // 15 rows a class.
    for (n_splits, stratified) in [(0, false), (1, false), (31, false), (0, true), (1, true), (16, true)] {
        match error_of(scores(n_splits, stratified)) {
            Error::InvalidParameter { name, value, .. } => {
                assert_eq!((name, value), ("n_splits", n_splits.to_string()));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(scores(15, true).unwrap().len(), 15);
}

#[test]
fn a_fold_that_cannot_be_fitted_is_named() {
    // Sorted labels: without the first third of the rows the first class is gone.
    let x = Array2::from_shape_fn((9, 1), |(row, _)| row as f64);
    let y = ["a", "a", "a", "b", "b", "b", "b", "b", "b"];
    match error_of(cross_val_score(&LinearSVC::new(), &x, &y, &KFold::new(3), &Accuracy)) {
        Error::Fold { fold, source } => {
            assert_eq!((fold, *source), (0, Error::SingleClass { label: "\"b\"".into() }));
        }
        other => panic!("{other}"),
    }
    // Weights that are all zero in the train part of the last fold.
    let y = y.weighted(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]).unwrap();
    let last = cross_val_score(&StandardScaler::new().then(LinearSVC::new()), &x, &y, &LastThird, &Accuracy);
    match error_of(last) {
        Error::Fold { fold: 0, source } => {
            assert!(matches!(*source, Error::InvalidWeight { .. }), "{source}")
        }
        other => panic!("{other}"),
    }
}

/// Tests on the last of three parts.
struct LastThird;

impl<Y: ?Sized> Splitter<Y> for LastThird {
    fn split(&self, _: &Y) -> certifit::Result<Vec<Fold>> {
        Ok(vec![Fold { train: (0..6).collect(), test: (6..9).collect() }])
    }
}
