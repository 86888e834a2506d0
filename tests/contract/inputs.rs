//! Unusual but right input gets a right answer.

use crate::adapters::{Classifier, Model};
use crate::data::{
    Optimum, agreement, assert_same_bits, assert_same_optimum, assert_sharp, clusters, overlapping,
    separable, sharp,
};
use crate::extremes::assert_finite;
use certifit::data::Label;
use certifit::prelude::*;
use ndarray::{Array1, Array2, Axis, array, concatenate, s};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Animal {
    Cat,
    Dog,
    Emu,
}

/// `labels` stand for the classes 0, 1, … in this order: coefficients are the same, predictions those labels.
fn check_labels<C: Classifier, L: Label>(estimator: &C, labels: &[L]) {
    let (x, y) = clusters(labels.len(), 36, 2.0);
    let named: Vec<L> = y.iter().map(|&class| labels[class].clone()).collect();
    let (plain, model) = (estimator.train(&x, &y).unwrap(), estimator.train(&x, &named).unwrap());
    assert_eq!(model.linear().classes(), labels);
    assert_eq!(model.linear().coef(), plain.linear().coef());
    assert_eq!(model.linear().intercept(), plain.linear().intercept());
    let expected: Vec<L> = plain.labels(&x).unwrap().iter().map(|&class| labels[class].clone()).collect();
    assert_eq!(model.labels(&x).unwrap().to_vec(), expected);
    // A single class is refused by its name.
    let one = vec![labels[1].clone(); y.len()];
    let error = estimator.train(&x, &one).err().unwrap().to_string();
    assert!(error.contains("class") && error.contains(&format!("{:?}", labels[1])), "{error}");
}

pub fn labels_of_any_type<C: Classifier>(estimator: &C) {
    check_labels(estimator, &[-1i32, 1]);
    check_labels(estimator, &[5usize, 9, 1_000_000]);
    check_labels(estimator, &[i64::MIN, 0, i64::MAX]);
    check_labels(estimator, &[false, true]);
    check_labels(estimator, &['a', 'z', 'ß']);
    check_labels(estimator, &["", "cat", "dog"]);
    check_labels(estimator, &["cat", "dog", "emu"].map(String::from));
    check_labels(estimator, &[Animal::Cat, Animal::Dog, Animal::Emu]);
    let borrowed = ["zebra".to_string(), "emu".to_string()];
    check_labels(estimator, &[borrowed[1].as_str(), borrowed[0].as_str()]);
}

pub fn labels_in_another_order<C: Classifier>(estimator: &C) {
    let names = ["c", "b", "a"];
    for n_classes in [2, 3] {
        let (x, y) = clusters(n_classes, 36, 2.0);
        let named: Vec<&str> = y.iter().map(|&class| names[class]).collect();
        let (plain, model) =
            (sharp(estimator).train(&x, &y).unwrap(), sharp(estimator).train(&x, &named).unwrap());
        let mut sorted = names[..n_classes].to_vec();
        sorted.reverse();
        assert_eq!(model.linear().classes(), sorted);
        let expected = plain.labels(&x).unwrap().mapv(|class| names[class]);
        assert_eq!(model.labels(&x).unwrap(), expected);
    }
}

pub fn targets_of_any_kind<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let model = estimator.train(&x, &y).unwrap();
    let with_gaps: Array1<usize> = y.iter().flat_map(|&class| [class, 99]).collect();
    assert_same_bits(&model, &estimator.train(&x, &Array1::from(y.clone())).unwrap());
    assert_same_bits(&model, &estimator.train(&x, &with_gaps.slice(s![..;2])).unwrap());
    assert_same_bits(&model, &estimator.train(&x, y.as_slice()).unwrap());
    assert_same_bits(&model, &estimator.train(&x, &&y).unwrap());
    let few = x.select(Axis(0), &[0, 1, 2, 3, 4, 5]);
    let labels = [0, 1, 0, 1, 1, 0];
    let model = estimator.train(&few, &labels).unwrap();
    assert_same_bits(&model, &estimator.train(&few, &labels.to_vec()).unwrap());
    assert_same_bits(&model, &estimator.train(&few, &&labels[..]).unwrap());
}

pub fn one_column<C: Classifier>(estimator: &C) {
    let x = array![[-3.0], [-2.0], [-1.5], [1.0], [2.0], [4.0]];
    let y = [0, 0, 0, 1, 1, 1];
    let model = estimator.train(&x, &y).unwrap();
    assert_eq!(model.labels(&x).unwrap().to_vec(), y);
    assert!(model.linear().report().converged());
}

pub fn a_row_a_class<C: Classifier>(estimator: &C) {
    let x = array![[-1.0, 0.0], [1.0, 0.5]];
    let model = estimator.train(&x, &["no", "yes"]).unwrap();
    assert_eq!(model.labels(&x).unwrap().to_vec(), ["no", "yes"]);
    let x = array![[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]];
    let model = estimator.clone().c(100.0).train(&x, &['a', 'b', 'c']).unwrap();
    assert_eq!(model.labels(&x).unwrap().to_vec(), ['a', 'b', 'c']);
}

/// Numbers without a pattern, in (−1, 1).
fn noise(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| {
        2.0 * ((i * columns + j + 1) as f64 * 0.618_033_988_749_895).fract() - 1.0
    })
}

pub fn more_columns_than_rows<C: Classifier>(estimator: &C) {
    // Any labels of fewer rows than columns can be separated.
    let x = noise(9, 40).mapv(|v| v * v * v);
    let y: Vec<usize> = (0..9).map(|row| row * row % 3).collect();
    let model = estimator.clone().c(1e4).train(&x, &y).unwrap();
    assert_eq!(model.labels(&x).unwrap().to_vec(), y);
    assert_finite(&model);
}

pub fn many_columns<C: Classifier>(estimator: &C) {
    let mut x = noise(30, 1005);
    let y: Vec<usize> = (0..30).map(|row| row % 2).collect();
    x.column_mut(7).iter_mut().zip(&y).for_each(|(x, &class)| *x += class as f64);
    let model = estimator.train(&x, &y).unwrap();
    let report = model.linear().report();
    assert!(report.converged() && report.relative_gap() <= 1e-6, "{report}");
    assert_eq!(model.labels(&x).unwrap().to_vec(), y);
}

pub fn constant_columns<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let estimator = sharp(estimator);
    let plain = estimator.train(&x, &y).unwrap();
    let zeros = Array2::zeros((y.len(), 1));
    let with_zeros = estimator.train(&concatenate![Axis(1), x, zeros], &y).unwrap();
    // w is a sum of rows: nothing comes of a column of zeros.
    assert!(with_zeros.linear().coef()[[0, 3]].abs() <= 1e-15);
    let seen = Optimum::of(&with_zeros).with_columns(&[0, 1, 2]);
    seen.assert_same(&Optimum::of(&plain), 1e-9);
    for constant in [1.0, -4.0] {
        let column = Array2::from_elem((y.len(), 1), constant);
        let model = estimator.train(&concatenate![Axis(1), column, x], &y).unwrap();
        assert_finite(&model);
        assert_sharp(&model);
        let all = Array2::from_elem(x.dim(), constant);
        let model = estimator.train(&all, &y).unwrap();
        assert_finite(&model);
        assert!(model.labels(&all).is_ok() && model.decisions(&all).unwrap().iter().all(|d| d.is_finite()));
    }
}

pub fn duplicated_rows<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let estimator = sharp(estimator);
    let twice: Vec<usize> = (0..y.len()).flat_map(|row| [row, row]).collect();
    let doubled = estimator.train(&x.take(&twice), &y.take(&twice)).unwrap();
    assert_same_optimum(&doubled, &estimator.clone().c(2.0).train(&x, &y).unwrap(), 1e-9);
    // Every row with both labels: nothing can be learnt, and the optimum is w = 0.
    let contradiction: Vec<usize> = twice.iter().enumerate().map(|(position, _)| position % 2).collect();
    let model = estimator.train(&x.take(&twice), &contradiction).unwrap();
    let optimum = Optimum::of(&model);
    assert!(optimum.w.iter().all(|w| w.abs() <= (2.0 * optimum.gap[0]).sqrt() + 1e-12), "{optimum:?}");
}

pub fn sorted_or_not<C: Classifier>(estimator: &C) {
    let (x, y) = separable();
    let mut sorted: Vec<usize> = (0..y.len()).collect();
    sorted.sort_by_key(|&row| y[row]);
    let half = y.len() / 2;
    let interleaved: Vec<usize> = (0..half).flat_map(|row| [sorted[row], sorted[half + row]]).collect();
    let estimator = sharp(estimator);
    let fit = |order: &[usize]| estimator.train(&x.take(order), &y.take(order)).unwrap();
    let (sorted, interleaved) = (fit(&sorted), fit(&interleaved));
    assert_same_optimum(&sorted, &interleaved, 1e-9);
    assert_eq!(agreement(sorted.labels(&x).unwrap(), y), 1.0);
}
