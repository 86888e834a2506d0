//! The order of rows and columns, and how many rows come at a time, make no difference.

use crate::adapters::{Classifier, Model};
use crate::data::{Optimum, assert_near, assert_same_optimum, cases, overlapping, sharp, small};
use certifit::prelude::*;
use ndarray::{Axis, concatenate, s};
use proptest::prelude::*;

pub fn rows_one_by_one<C: Classifier>(estimator: &C) {
    for n_classes in [2, 3] {
        let (x, y) = overlapping(n_classes);
        let model = estimator.train(&x, &y).unwrap();
        let (labels, decisions) = (model.labels(&x).unwrap(), model.decisions(&x).unwrap());
        for row in 0..y.len() {
            let alone = x.slice(s![row..=row, ..]);
            assert_eq!(model.labels(&alone).unwrap()[0], labels[row]);
            let expected = decisions.slice(s![row..=row, ..]).to_owned();
            assert_near(&model.decisions(&alone).unwrap(), &expected, 1e-13);
        }
    }
}

pub fn rows_in_another_order<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let model = estimator.train(&x, &y).unwrap();
    let (labels, decisions) = (model.labels(&x).unwrap(), model.decisions(&x).unwrap());
    let order = Just((0..y.len()).collect::<Vec<usize>>()).prop_shuffle();
    proptest!(cases(8), |(order in order)| {
        assert_eq!(model.labels(&x.take(&order)).unwrap(), labels.take(&order));
        assert_eq!(model.decisions(&x.take(&order)).unwrap(), decisions.take(&order));
    });
}

pub fn rows_fitted_in_another_order<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    let data = small().prop_flat_map(|(x, y)| {
        let order = (0..y.len()).collect::<Vec<usize>>();
        (Just(x), Just(y), Just(order).prop_shuffle())
    });
    proptest!(cases(6), |((x, y, order) in data)| {
        let model = estimator.train(&x, &y).unwrap();
        let other = estimator.train(&x.take(&order), &y.take(&order)).unwrap();
        assert_same_optimum(&model, &other, 1e-9);
    });
}

pub fn columns_in_another_order<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    let data = small().prop_flat_map(|(x, y)| {
        let order = (0..x.ncols()).collect::<Vec<usize>>();
        (Just(x), Just(y), Just(order).prop_shuffle())
    });
    proptest!(cases(6), |((x, y, order) in data)| {
        let model = estimator.train(&x, &y).unwrap();
        let other = estimator.train(&x.select(Axis(1), &order), &y).unwrap();
        Optimum::of(&model).with_columns(&order).assert_same(&Optimum::of(&other), 1e-9);
    });
    // A column twice gets the same weight twice: the penalty is strictly convex.
    let (x, y) = overlapping(2);
    let model = estimator.train(&concatenate![Axis(1), x, x], &y).unwrap();
    let optimum = Optimum::of(&model);
    let swapped = optimum.with_columns(&[3, 4, 5, 0, 1, 2]);
    optimum.assert_same(&swapped, 1e-9);
}

pub fn swapped_labels<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    let (x, y) = overlapping(2);
    let swapped: Vec<usize> = y.iter().map(|&class| 1 - class).collect();
    let (model, other) = (estimator.train(&x, &y).unwrap(), estimator.train(&x, &swapped).unwrap());
    Optimum::of(&model).negated().assert_same(&Optimum::of(&other), 1e-9);
    assert_near(&model.decisions(&x).unwrap(), &other.decisions(&x).unwrap().mapv(|d| -d), 1e-4);
}
