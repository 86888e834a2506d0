//! The rules that some transformers have beside those of all.

use crate::adapters::{Invertible, Scaler, Transform};
use crate::data::{assert_near, cases, csr, csr_of_all_entries, error_of, overlapping, small};
use certifit::{Error, prelude::*};
use ndarray::{Array2, Axis, s};
use proptest::prelude::*;

pub fn sparse_is_dense<T: Transform>(transformer: &T) {
    proptest!(cases(16), |((x, _) in small())| {
        let fitted = transformer.learn(&x, &()).unwrap();
        let expected = T::apply(&fitted, &x).unwrap();
        for sparse in [csr(&x), csr_of_all_entries(&x)] {
            let fitted_to_sparse = transformer.learn(&sparse, &()).unwrap();
            let z = T::apply(&fitted_to_sparse, &sparse).unwrap();
            assert_eq!(z.nnz(), sparse.nnz());
            assert_near(&z.to_dense(), &expected, 1e-12);
            assert_near(&T::apply(&fitted, &sparse.view()).unwrap().to_dense(), &expected, 1e-12);
        }
    });
}

pub fn sparse_is_refused<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let fitted = transformer.learn(&x, &()).unwrap();
    for error in [error_of(transformer.learn(&csr(&x), &())), error_of(T::apply(&fitted, &csr(&x)))] {
        assert!(matches!(error, Error::Unsupported { .. }) && error.to_string().contains("sparse data"));
    }
}

pub fn columns_are_standard<T: Transform>(transformer: &T) {
    let (mut x, _) = overlapping(3);
    x.column_mut(1).mapv_inplace(|x| 1e6 + x);
    let weights: Vec<f64> = (0..x.nrows()).map(|row| (row % 4) as f64).collect();
    let fitted = transformer.learn(&x, &().weighted(&weights).unwrap()).unwrap();
    let total: f64 = weights.iter().sum();
    for column in T::apply(&fitted, &x).unwrap().columns() {
        let average = |f: &dyn Fn(f64) -> f64| -> f64 {
            column.iter().zip(&weights).map(|(&z, weight)| weight * f(z)).sum::<f64>() / total
        };
        let mean = average(&|z| z);
        assert!(mean.abs() < 1e-9, "{mean}");
        let variance = average(&|z| (z - mean) * (z - mean));
        assert!((variance - 1.0).abs() < 1e-9, "{variance}");
    }
}

pub fn undone<T: Invertible>(scaler: &T) {
    proptest!(cases(16), |((x, _) in small())| {
        let fitted = scaler.learn(&x, &()).unwrap();
        assert_near(&T::undo(&fitted, &T::apply(&fitted, &x).unwrap()).unwrap(), &x, T::TOLERANCE);
    });
}

pub fn what_is_undone_is_checked<T: Invertible>(scaler: &T) {
    let (x, _) = overlapping(2);
    let fitted = scaler.learn(&x, &()).unwrap();
    let narrow = x.select(Axis(1), &[0, 1]);
    assert_eq!(error_of(T::undo(&fitted, &narrow)), Error::FeatureMismatch { expected: 3, found: 2 });
    let mut infinite = x.clone();
    infinite[[4, 1]] = f64::INFINITY;
    let expected = Error::NonFinite { what: "x", row: 4, column: Some(1), value: f64::INFINITY };
    assert_eq!(error_of(T::undo(&fitted, &infinite)), expected);
}

pub fn batches_are_one_fit<T: Scaler>(scaler: &T) {
    let data = small().prop_flat_map(|(x, y)| {
        let weights = prop::collection::vec(0.5..4.0f64, y.len());
        (Just(x), weights, 1..y.len())
    });
    proptest!(cases(16), |((x, weights, cut) in data)| {
        let n = x.nrows();
        let weighted = ().weighted(&weights).unwrap();
        let whole = scaler.learn(&x, &weighted).unwrap();
        let expected = T::apply(&whole, &x).unwrap();
        for batches in [[0..cut, cut..n], [cut..n, 0..cut]] {
            let [first, second] = batches.map(|rows| {
                let weights = ().weighted(&weights[rows.clone()]).unwrap();
                (x.slice(s![rows, ..]).to_owned(), weights)
            });
            let mut fitted = scaler.learn(&first.0, &first.1).unwrap();
            T::learn_more(&mut fitted, &second.0, &second.1).unwrap();
            assert_near(&T::apply(&fitted, &x).unwrap(), &expected, 1e-11);
        }
    });
}

pub fn batches_are_checked<T: Scaler>(scaler: &T) {
    let (x, _) = overlapping(2);
    let mut fitted = scaler.learn(&x, &()).unwrap();
    let before = fitted.clone();
    let narrow = x.select(Axis(1), &[0, 1]);
    let expected = Error::FeatureMismatch { expected: 3, found: 2 };
    assert_eq!(error_of(T::learn_more(&mut fitted, &narrow, &())), expected);
    let mut infinite = x.clone();
    infinite[[4, 1]] = f64::INFINITY;
    let expected = Error::NonFinite { what: "x", row: 4, column: Some(1), value: f64::INFINITY };
    assert_eq!(error_of(T::learn_more(&mut fitted, &infinite, &())), expected);
    let empty = Array2::zeros((0, 3));
    assert_eq!(error_of(T::learn_more(&mut fitted, &empty, &())), Error::Empty { what: "x", axis: "rows" });
    assert_eq!(fitted, before);
}
