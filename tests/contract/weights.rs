//! A weight is a number of rows.

use crate::adapters::{Classifier, Model};
use crate::data::{assert_same_bits, assert_same_optimum, cases, overlapping, sharp, small};
use certifit::prelude::*;
use ndarray::Array2;
use proptest::prelude::*;

/// Small data with an integer weight a row; the first row of each class has a positive one.
fn counted() -> impl Strategy<Value = (Array2<f64>, Vec<usize>, Vec<usize>)> {
    small().prop_flat_map(|(x, y)| {
        let counts = prop::collection::vec(0usize..4, y.len());
        (Just(x), Just(y), counts).prop_map(|(x, y, mut counts)| {
            for class in 0..3 {
                if let Some(row) = y.iter().position(|&label| label == class) {
                    counts[row] = counts[row].max(1);
                }
            }
            (x, y, counts)
        })
    })
}

pub fn integer_weights_are_repeats<C: Classifier>(estimator: &C) {
    proptest!(cases(8), |((x, y, counts) in counted(), balanced in any::<bool>())| {
        let mut estimator = sharp(estimator);
        if balanced {
            estimator = estimator.class_weight(ClassWeight::Balanced);
        }
        let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let weighted = estimator.train(&x, &y.weighted(&weights).unwrap()).unwrap();
        let rows: Vec<usize> = (0..y.len()).flat_map(|row| vec![row; counts[row]]).collect();
        let repeated = estimator.train(&x.take(&rows), &y.take(&rows)).unwrap();
        assert_same_optimum(&weighted, &repeated, 1e-9);
    });
}

pub fn weight_zero_is_no_row<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    let (x, y) = overlapping(3);
    let model = estimator.train(&x, &y).unwrap();
    // Each row followed by one that would change all, half of them of a class of its own.
    let (mut wide, mut labels, mut weights) = (Array2::zeros((0, 3)), Vec::new(), Vec::new());
    for (row, &label) in x.rows().into_iter().zip(&y) {
        wide.push_row(row).unwrap();
        wide.push_row(row.mapv(|x| 1e6 - 10.0 * x).view()).unwrap();
        labels.extend([label, if label == 1 { 99 } else { 1 }]);
        weights.extend([1.0, 0.0]);
    }
    let other = estimator.train(&wide, &labels.weighted(&weights).unwrap()).unwrap();
    assert_eq!(other.linear().classes(), [0, 1, 2]);
    assert_same_optimum(&model, &other, 1e-9);
}

pub fn weights_of_one_are_none<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let ones = vec![1.0; y.len()];
    let model = estimator.train(&x, &y).unwrap();
    assert_same_bits(&model, &estimator.train(&x, &y.weighted(&ones).unwrap()).unwrap());
    let twice = y.weighted(&ones).unwrap();
    assert_same_bits(&model, &estimator.train(&x, &twice.weighted(&ones).unwrap()).unwrap());
}

pub fn weights_scale_c<C: Classifier>(estimator: &C) {
    let estimator = sharp(estimator);
    let (x, y) = overlapping(3);
    let weights: Vec<f64> = (0..y.len()).map(|row| 0.2 + (row % 7) as f64).collect();
    for factor in [0.01, 3.7] {
        let scaled: Vec<f64> = weights.iter().map(|weight| factor * weight).collect();
        let by_weight = estimator.train(&x, &y.weighted(&scaled).unwrap()).unwrap();
        let by_c = estimator.clone().c(factor).train(&x, &y.weighted(&weights).unwrap()).unwrap();
        assert_same_optimum(&by_weight, &by_c, 1e-9);
        // And so does the weight of all classes together.
        let all = ClassWeight::by_label([(0usize, factor), (1, factor), (2, factor)]);
        let by_class = estimator.clone().class_weight(all).train(&x, &y.weighted(&weights).unwrap()).unwrap();
        assert_same_optimum(&by_class, &by_c, 1e-9);
    }
}

pub fn balanced_is_by_label<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let kept: Vec<usize> = (0..y.len()).filter(|&row| y[row] == 0 || row % (2 * y[row]) == 0).collect();
    let (x, y) = (x.take(&kept), y.take(&kept));
    let count = |class: usize| y.iter().filter(|&&label| label == class).count() as f64;
    assert!(count(0) > count(1) && count(1) > 0.0 && count(2) > 0.0);
    let weights = [0, 1, 2].map(|class| (class, y.len() as f64 / (3.0 * count(class))));
    let estimator = sharp(estimator);
    let balanced = estimator.clone().class_weight(ClassWeight::Balanced).train(&x, &y).unwrap();
    let by_label = estimator.clone().class_weight(ClassWeight::by_label(weights)).train(&x, &y).unwrap();
    assert_same_optimum(&balanced, &by_label, 1e-12);
    let uniform = estimator.train(&x, &y).unwrap();
    assert_ne!(balanced.linear().coef(), uniform.linear().coef());
}
