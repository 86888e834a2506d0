//! What a model must not see: where the origin is, and in which units a column is measured.

use crate::adapters::{Classifier, Model};
use crate::data::{Optimum, assert_near, assert_sharp, cases, overlapping, sharp, small};
use ndarray::{Array1, Array2};
use proptest::prelude::*;

pub fn a_shift_moves_the_intercept_only<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    // Few digits plus integers: no rounding enters. Not far, for the sake of coordinate descent.
    proptest!(cases(6), |((x, y) in small(), shift in prop::collection::vec(-4i32..5, 4))| {
        let shift: Array1<f64> = shift.into_iter().take(x.ncols()).map(f64::from).collect();
        let (model, moved) = (estimator.train(&x, &y).unwrap(), estimator.train(&(&x + &shift), &y).unwrap());
        assert_sharp(&model);
        assert_sharp(&moved);
        Optimum::of(&model).assert_same(&Optimum::of(&moved), 1e-8);
    });
}

pub fn units_do_not_matter<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let estimator = sharp(estimator);
    let model = estimator.train(&x, &y).unwrap();
    let (factors, shifts) = (ndarray::array![1e-3, -7.0, 4096.0], ndarray::array![0.5, -300.0, 1.0]);
    let in_other_units = |x: &Array2<f64>| x * &factors + &shifts;
    let other = estimator.train(&in_other_units(&x), &y).unwrap();
    let mut expected = Optimum::of(&model);
    expected.w.column_mut(1).mapv_inplace(|w| -w);
    Optimum::of(&other).assert_same(&expected, 1e-8);
    assert_eq!(other.labels(&in_other_units(&x)).unwrap(), model.labels(&x).unwrap());
    assert_near(&other.decisions(&in_other_units(&x)).unwrap(), &model.decisions(&x).unwrap(), 1e-4);
}
