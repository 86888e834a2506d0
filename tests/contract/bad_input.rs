//! Bad input gets a typed error that carries the facts.

use crate::adapters::{Classifier, Model};
use crate::data::{csr, error_of, overlapping};
use certifit::{Error, prelude::*};
use ndarray::{Array2, Axis};

const NOT_FINITE: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

pub fn no_rows<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let nothing = Array2::<f64>::zeros((0, 3));
    let expected = Error::Empty { what: "x", axis: "rows" };
    assert_eq!(error_of(estimator.train(&nothing, &Vec::<usize>::new())), expected);
    assert_eq!(error_of(estimator.train(&nothing, &y)), expected);
    let model = estimator.train(&x, &y).unwrap();
    assert_eq!(error_of(model.labels(&nothing)), expected);
    assert_eq!(error_of(model.decisions(&nothing)), expected);
}

pub fn no_columns<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let nothing = Array2::<f64>::zeros((y.len(), 0));
    let expected = Error::Empty { what: "x", axis: "columns" };
    assert_eq!(error_of(estimator.train(&nothing, &y)), expected);
    let error = error_of(estimator.train(&x, &y).unwrap().labels(&nothing));
    assert!(error == expected || error == Error::FeatureMismatch { expected: 3, found: 0 }, "{error}");
}

pub fn lengths_differ<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let n = y.len();
    for wrong in [0, 1, n - 1, n + 1] {
        let labels: Vec<usize> = (0..wrong).map(|row| row % 2).collect();
        match error_of(estimator.train(&x, &labels)) {
            Error::LengthMismatch { expected, found, .. } => assert_eq!((expected, found), (n, wrong)),
            other => panic!("{other}"),
        }
        match error_of(y.weighted(&vec![1.0; wrong])) {
            Error::LengthMismatch { expected, found, .. } => assert_eq!((expected, found), (n, wrong)),
            other => panic!("{other}"),
        }
    }
    let longer: Vec<usize> = (0..n + 1).map(|row| row % 2).collect();
    let longer = longer.weighted(&vec![1.0; n + 1]).unwrap();
    assert!(matches!(error_of(estimator.train(&x, &longer)), Error::LengthMismatch { .. }));
}

pub fn another_width<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let model = estimator.train(&x, &y).unwrap();
    assert_eq!(model.n_features(), 3);
    for found in [1, 2, 4] {
        let other = Array2::<f64>::ones((5, found));
        let expected = Error::FeatureMismatch { expected: 3, found };
        assert_eq!(error_of(model.labels(&other)), expected);
        assert_eq!(error_of(model.decisions(&other)), expected);
        assert!(expected.to_string().contains('3') && expected.to_string().contains(&found.to_string()));
    }
}

#[track_caller]
fn assert_names(error: Error, row: usize, column: Option<usize>, value: f64) {
    match error {
        Error::NonFinite { row: found_row, column: found_column, value: found, .. } => {
            assert_eq!((found_row, found_column), (row, column));
            assert!(found == value || (found.is_nan() && value.is_nan()), "{found} is not {value}");
        }
        other => panic!("{other} for {value} at {row}, {column:?}"),
    }
}

pub fn not_finite<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let (x, y) = (x.select(Axis(0), &[0, 1, 2, 3, 4, 5, 6]), &y[..7]);
    let model = estimator.train(&x, y).unwrap();
    let model_f32 = estimator.train(&x.mapv(|v| v as f32), y).unwrap();
    for ((row, column), _) in x.indexed_iter() {
        for value in NOT_FINITE {
            let mut bad = x.clone();
            bad[[row, column]] = value;
            assert_names(error_of(estimator.train(&bad, y)), row, Some(column), value);
            assert_names(error_of(model.labels(&bad)), row, Some(column), value);
            assert_names(error_of(model.decisions(&bad)), row, Some(column), value);
            let bad = bad.mapv(|v| v as f32);
            assert_names(error_of(estimator.train(&bad, y)), row, Some(column), value);
            assert_names(error_of(model_f32.labels(&bad)), row, Some(column), value);
        }
    }
    // The first of several is named, and an infinity is not hidden by one of the other sign.
    let mut bad = x.clone();
    bad[[2, 0]] = f64::INFINITY;
    bad[[2, 1]] = f64::NEG_INFINITY;
    bad[[4, 0]] = f64::NAN;
    assert_names(error_of(estimator.train(&bad, y)), 2, Some(0), f64::INFINITY);
}

pub fn not_finite_sparse<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    for value in NOT_FINITE {
        let mut bad = x.clone();
        bad.column_mut(1).fill(0.0);
        bad[[3, 2]] = value;
        match error_of(estimator.train(&csr(&bad), &y)) {
            Error::Unsupported { .. } => assert!(estimator.train(&csr(&x), &y).is_err()),
            error => assert_names(error, 3, Some(2), value),
        }
    }
}

pub fn weights_are_checked<C: Classifier>(estimator: &C) {
    let (_, y) = overlapping(2);
    let n = y.len();
    for value in NOT_FINITE {
        let mut weights = vec![1.0; n];
        weights[4] = value;
        assert_names(error_of(y.weighted(&weights)), 4, None, value);
    }
    let mut weights = vec![1.0; n];
    weights[7] = -1e-300;
    match error_of(y.weighted(&weights)) {
        Error::InvalidWeight { row, value, .. } => assert_eq!((row, value), (7, -1e-300)),
        other => panic!("{other}"),
    }
    match error_of(y.weighted(&vec![0.0; n])) {
        Error::InvalidWeight { value, .. } => assert_eq!(value, 0.0),
        other => panic!("{other}"),
    }
    // Rows that are taken later may have no weight left.
    let x = Array2::<f64>::ones((2, 3));
    weights[7] = 0.0;
    weights[8] = 0.0;
    let taken = y.weighted(&weights).unwrap().take(&[7, 8]);
    assert!(matches!(error_of(estimator.train(&x, &taken)), Error::InvalidWeight { .. }));
}

/// A target of a user's own, whose weights nobody has checked.
struct Own(Vec<usize>, Vec<f64>);

impl Rows for Own {
    type Owned = Vec<usize>;
    fn n_rows(&self) -> usize {
        self.0.len()
    }
    fn take(&self, rows: &[usize]) -> Vec<usize> {
        self.0.take(rows)
    }
}

impl Weights for Own {
    fn weight(&self, row: usize) -> f64 {
        self.1[row]
    }
}

impl Targets for Own {
    type Value = usize;
    fn value(&self, row: usize) -> &usize {
        &self.0[row]
    }
}

pub fn own_weights_are_checked<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let fit = |row: usize, value: f64| {
        let mut weights = vec![1.0; y.len()];
        weights[row] = value;
        estimator.train(&x, &Own(y.clone(), weights))
    };
    for value in NOT_FINITE {
        assert_names(error_of(fit(5, value)), 5, None, value);
    }
    match error_of(fit(6, -2.0)) {
        Error::InvalidWeight { row, value, .. } => assert_eq!((row, value), (6, -2.0)),
        other => panic!("{other}"),
    }
    let nothing = Own(y.clone(), vec![0.0; y.len()]);
    assert!(matches!(error_of(estimator.train(&x, &nothing)), Error::InvalidWeight { .. }));
    assert!(fit(0, 2.0).is_ok());
}

pub fn one_class<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let same = vec!["same"; y.len()];
    assert_eq!(error_of(estimator.train(&x, &same)), Error::SingleClass { label: "\"same\"".into() });
    // One class of positive weight is one class.
    let weights: Vec<f64> = y.iter().map(|&class| class as f64).collect();
    let weighted = y.weighted(&weights).unwrap();
    assert_eq!(error_of(estimator.train(&x, &weighted)), Error::SingleClass { label: "1".into() });
}

pub fn one_row<C: Classifier>(estimator: &C) {
    let x = ndarray::array![[1.0, 2.0]];
    assert_eq!(error_of(estimator.train(&x, &[7])), Error::SingleClass { label: "7".into() });
}

pub fn columns_first_are_refused<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let columns_first = csr(&x).to_csc();
    assert!(matches!(error_of(estimator.train(&columns_first, &y)), Error::Unsupported { .. }));
    // Square, so that its transpose would have the right shape.
    let square = csr(&x.select(Axis(0), &[0, 1, 2])).to_csc();
    let model = estimator.train(&x, &y).unwrap();
    assert!(matches!(error_of(model.labels(&square)), Error::Unsupported { .. }));
    assert!(matches!(error_of(model.decisions(&square)), Error::Unsupported { .. }));
}
