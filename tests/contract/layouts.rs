//! How the numbers lie in memory makes no difference.

use crate::adapters::{Classifier, Model};
use crate::data::{
    Optimum, agreement, assert_near, assert_same_bits, assert_same_optimum, cases, csr, csr_of_all_entries,
    error_of, overlapping, sharp, small, with_layouts,
};
use certifit::Error;
use ndarray::{Array2, Axis};
use proptest::prelude::*;

pub fn memory_layouts_fit_the_same<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    proptest!(cases(6), |((x, y) in small())| {
        let model = estimator.train(&x, &y).unwrap();
        assert_same_bits(&model, &estimator.train(&x.view(), &y).unwrap());
        with_layouts(&x, |_, view| {
            let other = estimator.train(&view, &y).unwrap();
            assert_same_optimum(&model, &other, 1e-9);
        });
    });
}

pub fn memory_layouts_predict_the_same<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let model = estimator.train(&x, &y).unwrap();
    let (labels, decisions) = (model.labels(&x).unwrap(), model.decisions(&x).unwrap());
    with_layouts(&x, |_, view| {
        assert_eq!(model.labels(&view).unwrap(), labels);
        assert_near(&model.decisions(&view).unwrap(), &decisions, 1e-12);
    });
    let shared = x.to_shared();
    assert_eq!(model.labels(&shared).unwrap(), labels);
}

pub fn f32_is_near_f64<C: Classifier>(estimator: &C) {
    proptest!(cases(6), |((x, y) in small())| {
        // The values are the same in both types; what differs is the rounding of coefficients and of scaled data.
        let narrow = x.mapv(|x| x as f32);
        assert_eq!(narrow.mapv(f64::from), x);
        let wide = sharp(estimator).train(&x, &y).unwrap();
        let model = estimator.clone().tol(1e-7).train(&narrow, &y).unwrap();
        assert_same_optimum(&wide, &model, 1e-4);
    });
    let (x, y) = overlapping(3);
    let narrow = x.mapv(|x| x as f32);
    let (wide, model) = (estimator.train(&x, &y).unwrap(), estimator.train(&narrow, &y).unwrap());
    assert!(agreement(wide.labels(&x).unwrap(), model.labels(&narrow).unwrap()) > 0.95);
    let decisions: Array2<f32> = model.decisions(&narrow).unwrap();
    assert_eq!(decisions.dim(), (y.len(), 3));
}

pub fn sparse_is_dense<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    proptest!(cases(6), |((x, y) in small())| {
        let dense = estimator.train(&x, &y).unwrap();
        for sparse_x in [csr(&x), csr_of_all_entries(&x)] {
            let sparse = estimator.train(&sparse_x, &y).unwrap();
            assert_same_optimum(&dense, &sparse, 1e-9);
            assert_near(&sparse.decisions(&sparse_x).unwrap(), &sparse.decisions(&x).unwrap(), 1e-12);
            assert_eq!(dense.decisions(&sparse_x).unwrap().dim(), dense.decisions(&x).unwrap().dim());
            let narrow = estimator.clone().tol(1e-7).train(&csr(&x.mapv(|x| x as f32)), &y).unwrap();
            Optimum::of(&narrow).assert_same(&Optimum::of(&dense), 1e-4);
        }
    });
    // A row without entries, and one view for another.
    let (mut x, y) = overlapping(2);
    x.row_mut(3).fill(0.0);
    let (dense, sparse) = (estimator.train(&x, &y).unwrap(), estimator.train(&csr(&x).view(), &y).unwrap());
    assert_same_optimum(&dense, &sparse, 1e-9);
    assert_eq!(sparse.labels(&csr(&x).view()).unwrap(), sparse.labels(&x).unwrap());
    let first_rows = x.select(Axis(0), &[0, 1, 2, 3]);
    assert_near(
        &sparse.decisions(&csr(&first_rows)).unwrap(),
        &sparse.decisions(&first_rows).unwrap(),
        1e-12,
    );
}

pub fn sparse_is_refused<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let error = error_of(estimator.train(&csr(&x), &y));
    assert!(matches!(error, Error::Unsupported { .. }) && error.to_string().contains("with_mean(false)"));
    let model = estimator.train(&x, &y).unwrap();
    assert!(matches!(error_of(model.labels(&csr(&x))), Error::Unsupported { .. }));
}

#[test]
fn sprs_keeps_broken_matrices_from_us() {
    use sprs::CsMat;
    let matrix = |pointers: &[usize], indices: &[usize]| {
        CsMat::try_new((2, 3), pointers.to_vec(), indices.to_vec(), vec![1.0; indices.len()]).is_ok()
    };
    assert!(matrix(&[0, 2, 3], &[0, 2, 1]));
    assert!(!matrix(&[0, 2, 3], &[2, 0, 1]), "unsorted");
    assert!(!matrix(&[0, 2, 3], &[0, 3, 1]), "out of range");
    assert!(!matrix(&[0, 2, 3], &[1, 1, 1]), "duplicate");
    assert!(!matrix(&[0, 3, 2], &[0, 1, 2]), "pointers that fall");
}
