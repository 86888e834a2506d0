//! The data and the parameters that reference cases name.

use crate::golden::number;
use certifit::prelude::*;
use ndarray::{Array1, Array2};
use serde_json::Value;

/// The data set `embedded/NAME.csv`, its first rows, every column standardised over them.
pub fn standardized(info: &Value) -> (Array2<f64>, Array1<usize>) {
    let (x, y) = first_rows(info);
    let scaler = StandardScaler::new().fit(&x, &()).unwrap();
    (scaler.transform(&x).unwrap(), y)
}

pub fn first_rows(info: &Value) -> (Array2<f64>, Array1<usize>) {
    let data = match info["dataset"].as_str().unwrap() {
        "embedded/iris.csv" => datasets::iris(),
        "embedded/wine.csv" => datasets::wine(),
        "embedded/breast_cancer.csv" => datasets::breast_cancer(),
        "embedded/digits.csv" => datasets::digits(),
        other => panic!("unknown data set {other}"),
    };
    let rows: Vec<usize> = (0..info["rows"].as_u64().unwrap() as usize).collect();
    (data.features.take(&rows), data.target.take(&rows))
}

pub fn class_weight(value: &Value) -> ClassWeight {
    match value {
        Value::Null => ClassWeight::Uniform,
        Value::String(word) => {
            assert_eq!(word, "balanced");
            ClassWeight::Balanced
        }
        by_label => {
            let pairs = by_label.as_object().unwrap().iter();
            ClassWeight::by_label(
                pairs.map(|(label, weight)| (label.parse::<usize>().unwrap(), number(weight))),
            )
        }
    }
}
