//! The embedded data against what scikit-learn saw: moments of the training rows, class counts of the test
//! rows.

use crate::golden::{assert_close, indices, list, load, numbers};
use certifit::datasets::{self, Dataset};
use ndarray::Axis;

#[test]
fn classics_have_the_moments_and_the_class_counts_of_scikit_learn() {
    let golden = load("seed_walkthrough");
    let mut seen = Vec::new();
    for run in list(&golden["runs"]) {
        let name = run["info"]["dataset"].as_str().unwrap();
        let data = by_file(name);
        let train = data.features.select(Axis(0), &indices(&run["train_index"]));
        let (mean, scale) = (numbers(&run["scaler_mean_"]), numbers(&run["scaler_scale_"]));
        assert_eq!((mean.len(), scale.len()), (data.features.ncols(), data.features.ncols()));
        for (j, column) in train.columns().into_iter().enumerate() {
            let std = column.std(0.0);
            assert_close(column.mean().unwrap(), mean[j], 1e-12, 0.0, &format!("{name}: mean of column {j}"));
            let std = if column.iter().all(|value| *value == column[0]) { 1.0 } else { std };
            assert_close(std, scale[j], 1e-12, 0.0, &format!("{name}: scale of column {j}"));
        }
        let test = data.target.select(Axis(0), &indices(&run["test_index"]));
        for class in 0..data.target_names.len() {
            let expected = run["classification_report"][class.to_string()]["support"].as_f64().unwrap();
            let found = test.iter().filter(|&&y| y == class).count();
            assert_eq!(found as f64, expected, "{name}: class {class}");
        }
        seen.push(name);
    }
    seen.dedup();
    assert_eq!(seen.len(), 4, "{seen:?}");
}

fn by_file(name: &str) -> Dataset<usize> {
    match name {
        "embedded/iris.csv" => datasets::iris(),
        "embedded/wine.csv" => datasets::wine(),
        "embedded/breast_cancer.csv" => datasets::breast_cancer(),
        "embedded/digits.csv" => datasets::digits(),
        other => panic!("unknown data set {other}"),
    }
}
