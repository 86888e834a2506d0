//! `StandardScaler` against scikit-learn's, on every case of `scalers.json` that is about it.

use crate::golden::{assert_close, indices, list, load, matrix, number, numbers, vector};
use certifit::prelude::*;
use ndarray::{Array1, Array2, s};
use serde_json::Value;

/// A reference file's transformers and how many cases each has; what is not there yet is skipped.
const CASES: [(&str, usize, &str); 6] = [
    ("StandardScaler", 36, "tested"),
    ("StandardScaler.partial_fit", 4, "tested"),
    ("MinMaxScaler", 12, "skipped: the crate has no such transformer"),
    ("MaxAbsScaler", 4, "skipped: the crate has no such transformer"),
    ("RobustScaler", 20, "skipped: the crate has no such transformer"),
    ("Normalizer", 9, "skipped: the crate has no such transformer"),
];

/// The cases that name a data set of the crate instead of a matrix.
const DATA_SET_CASES: usize = 2;

/// The features of the data set `@name`, where they can be had.
fn data_set(name: &str) -> Option<Array2<f64>> {
    match name {
        "iris" => Some(datasets::iris().features),
        "breast_cancer" => Some(datasets::breast_cancer().features),
        _ => None,
    }
}

struct Case<'a> {
    value: &'a Value,
    x: Array2<f64>,
    name: String,
}

impl Case<'_> {
    fn flag(&self, name: &str) -> bool {
        self.value["params"][name].as_bool().unwrap_or(true)
    }

    fn weight(&self) -> Array1<f64> {
        match &self.value["sample_weight"] {
            Value::Null => Array1::ones(self.x.nrows()),
            given => vector(given),
        }
    }

    /// Agrees to 1e-12 of the larger number.
    fn check_columns(&self, key: &str, found: &Array1<f64>) {
        let expected = match &self.value[key] {
            Value::Array(_) => vector(&self.value[key]),
            same_for_all => Array1::from_elem(found.len(), number(same_for_all)),
        };
        assert_eq!(found.len(), expected.len(), "{} {key}", self.name);
        for (&found, &expected) in found.iter().zip(&expected) {
            assert_close(found, expected, 1e-12, 0.0, &format!("{} {key}", self.name));
        }
    }

    /// The fitted values; scikit-learn has none of those that it does not use.
    fn check_fit(&self, scaler: &FittedStandardScaler<f64>) {
        if self.flag("with_mean") || self.flag("with_std") {
            self.check_columns("mean_", scaler.mean());
        }
        match (scaler.var(), scaler.scale()) {
            (Some(var), Some(scale)) => {
                self.check_columns("var_", var);
                self.check_columns("scale_", scale);
            }
            _ => assert!(self.value["var_"].is_null() && self.value["scale_"].is_null(), "{}", self.name),
        }
        self.check_columns("n_samples_seen_", scaler.n_samples_seen());
    }

    /// `found` is an image of (a number of the size of `x`, or the mean) / scale: to 1e-12 of that.
    fn check_rows(&self, key: &str, found: &Array2<f64>, size: impl Fn(usize, usize) -> f64) {
        let expected = matrix(&self.value[key]);
        assert_eq!(found.dim(), expected.dim(), "{} {key}", self.name);
        for ((i, j), &found) in found.indexed_iter() {
            let what = format!("{} {key} [{i}, {j}]", self.name);
            assert_close(found, expected[[i, j]], 1e-12, size(i, j), &what);
        }
    }
}

fn cases<'a>(file: &'a Value, transformer: &str) -> (Vec<Case<'a>>, usize) {
    let of_it = list(&file["cases"]).iter().filter(|case| case["transformer"] == transformer);
    let mut n_data_sets = 0;
    let cases = of_it.filter_map(|value| {
        let input = value["input"].as_str().expect("an input");
        let x = match input.strip_prefix('@') {
            Some(name) => {
                n_data_sets += 1;
                data_set(name)?
            }
            None => matrix(&file["inputs"][input]),
        };
        let weighted = if value["sample_weight"].is_null() { "" } else { " weighted" };
        Some(Case { value, x, name: format!("{input}{weighted} {} {}", value["params"], value["cuts"]) })
    });
    (cases.collect(), n_data_sets)
}

#[test]
fn every_case_is_counted() {
    let file = load("scalers");
    for (transformer, n, _) in CASES {
        let found = list(&file["cases"]).iter().filter(|case| case["transformer"] == transformer).count();
        assert_eq!(found, n, "{transformer}");
    }
    assert_eq!(list(&file["cases"]).len(), CASES.iter().map(|case| case.1).sum::<usize>());
}

#[test]
fn standard_scaler() {
    let file = load("scalers");
    let (cases, n_data_sets) = cases(&file, "StandardScaler");
    assert_eq!(n_data_sets, DATA_SET_CASES);
    let (mut n_tested, mut n_new, mut n_weighted) = (0, 0, 0);
    for case in &cases {
        let estimator =
            StandardScaler::new().with_mean(case.flag("with_mean")).with_std(case.flag("with_std"));
        let scaler = estimator.fit(&case.x, &().weighted(&case.weight()).unwrap()).unwrap();
        case.check_fit(&scaler);

        // z = (x - mean) / scale inherits the rounding of the mean and of x, in units of the scale.
        let centre = |j: usize| if case.flag("with_mean") { scaler.mean()[j].abs() } else { 0.0 };
        let scale = |j: usize| scaler.scale().map_or(1.0, |scale| scale[j]);
        let expected_rows = list(&case.value["transform"]).len();
        let z = scaler.transform(&case.x).unwrap();
        let shown = z.slice(s![..expected_rows, ..]).to_owned();
        case.check_rows("transform", &shown, |i, j| {
            (case.x[[i, j]].abs().max(centre(j)) / scale(j)).max(1.0)
        });

        if !case.value["new"].is_null() {
            let new = matrix(&case.value["new"]);
            let z = scaler.transform(&new).unwrap();
            case.check_rows("transform_new", &z, |i, j| {
                (new[[i, j]].abs().max(centre(j)) / scale(j)).max(1.0)
            });
            let back = scaler.inverse_transform(&new).unwrap();
            case.check_rows("inverse_transform_new", &back, |i, j| {
                (new[[i, j]] * scale(j)).abs().max(centre(j))
            });
            n_new += 1;
        }
        n_weighted += usize::from(!case.value["sample_weight"].is_null());
        n_tested += 1;
    }
    let n_data_sets_tested = n_tested + n_data_sets - 36;
    assert_eq!(n_data_sets_tested, DATA_SET_CASES);
    assert_eq!((n_new, n_weighted), (6, 6));
}

#[test]
fn partial_fit() {
    let file = load("scalers");
    let (cases, _) = cases(&file, "StandardScaler.partial_fit");
    assert_eq!(cases.len(), 4);
    for case in &cases {
        let mut cuts = vec![0];
        cuts.extend(indices(&case.value["cuts"]));
        cuts.push(case.x.nrows());
        let batch = |i: usize| case.x.slice(s![cuts[i]..cuts[i + 1], ..]);
        let mut scaler = StandardScaler::new().fit(&batch(0), &()).unwrap();
        for i in 1..cuts.len() - 1 {
            scaler.partial_fit(&batch(i), &()).unwrap();
        }
        case.check_fit(&scaler);
    }
}

#[test]
fn single_precision() {
    let file = load("scalers");
    let (cases, _) = cases(&file, "StandardScaler");
    let plain = cases.iter().find(|case| case.name.starts_with("plain {")).expect("the plain case");
    let scaler = StandardScaler::new().fit(&plain.x.mapv(|v| v as f32), &()).unwrap();
    for (&found, expected) in scaler.mean().iter().zip(numbers(&plain.value["mean_"])) {
        assert_close(found, expected, 1e-6, 0.0, "the mean of f32");
    }
}
