//! Scalers against scikit-learn's, on every case of `scalers.json`.

use crate::golden::{assert_close, indices, list, load, matrix, number, numbers, vector};
use certifit::data::Norm;
use certifit::prelude::*;
use ndarray::{Array1, Array2, s};
use serde_json::Value;

/// A reference file's transformers and how many cases each has.
const CASES: [(&str, usize); 6] = [
    ("StandardScaler", 36),
    ("StandardScaler.partial_fit", 4),
    ("MinMaxScaler", 12),
    ("MaxAbsScaler", 4),
    ("RobustScaler", 20),
    ("Normalizer", 9),
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
    for (transformer, n) in CASES {
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

/// The transform of what was fitted and of what is new, and the way back, where a case has them: to 1e-12 of the numbers
/// from which they are computed.
fn check_transforms(
    case: &Case<'_>,
    (shift, scale): (&Array1<f64>, &Array1<f64>),
    transform: impl Fn(&Array2<f64>) -> Array2<f64>,
    invert: impl Fn(&Array2<f64>) -> Array2<f64>,
) {
    let size =
        |x: &Array2<f64>, i: usize, j: usize| (x[[i, j]].abs().max(shift[j].abs()) / scale[j]).max(1.0);
    case.check_rows("transform", &transform(&case.x), |i, j| size(&case.x, i, j));
    if case.value["transform_new"].is_null() {
        return;
    }
    let new = matrix(&case.value["new"]);
    case.check_rows("transform_new", &transform(&new), |i, j| size(&new, i, j));
    if !case.value["inverse_transform_new"].is_null() {
        case.check_rows("inverse_transform_new", &invert(&new), |i, j| {
            (new[[i, j]] * scale[j]).abs().max(shift[j].abs())
        });
    }
}

#[test]
fn min_max_scaler() {
    let file = load("scalers");
    for case in cases(&file, "MinMaxScaler").0 {
        let params = &case.value["params"];
        let range = params["feature_range"]
            .as_array()
            .map_or((0.0, 1.0), |ends| (number(&ends[0]), number(&ends[1])));
        let clip = params["clip"].as_bool().unwrap_or(false);
        let scaler =
            MinMaxScaler::new().feature_range(range.0, range.1).clip(clip).fit(&case.x, &()).unwrap();
        case.check_columns("data_min_", scaler.data_min());
        case.check_columns("data_max_", scaler.data_max());
        case.check_columns("data_range_", scaler.data_range());
        case.check_columns("scale_", &scaler.scale());
        case.check_columns("min_", &scaler.min());
        let divisor = scaler.scale().mapv(f64::recip);
        check_transforms(
            &case,
            (scaler.data_min(), &divisor),
            |x| scaler.transform(x).unwrap(),
            |x| scaler.inverse_transform(x).unwrap(),
        );
    }
}

#[test]
fn max_abs_scaler() {
    let file = load("scalers");
    for case in cases(&file, "MaxAbsScaler").0 {
        let scaler = MaxAbsScaler::new().fit(&case.x, &()).unwrap();
        case.check_columns("max_abs_", scaler.max_abs());
        case.check_columns("scale_", scaler.scale());
        check_transforms(
            &case,
            (&Array1::zeros(case.x.ncols()), scaler.scale()),
            |x| scaler.transform(x).unwrap(),
            |x| scaler.inverse_transform(x).unwrap(),
        );
    }
}

#[test]
fn robust_scaler() {
    let file = load("scalers");
    for case in cases(&file, "RobustScaler").0 {
        let params = &case.value["params"];
        let range =
            params["quantile_range"].as_array().map_or((25.0, 75.0), |q| (number(&q[0]), number(&q[1])));
        let scaler = RobustScaler::new()
            .with_centering(case.flag("with_centering"))
            .with_scaling(case.flag("with_scaling"))
            .quantile_range(range.0, range.1)
            .unit_variance(params["unit_variance"].as_bool().unwrap_or(false))
            .fit(&case.x, &())
            .unwrap();
        assert_eq!(scaler.center().is_none(), case.value["center_"].is_null(), "{}", case.name);
        assert_eq!(scaler.scale().is_none(), case.value["scale_"].is_null(), "{}", case.name);
        scaler.center().into_iter().for_each(|center| case.check_columns("center_", center));
        scaler.scale().into_iter().for_each(|scale| case.check_columns("scale_", scale));
        let (zeros, ones) = (Array1::zeros(case.x.ncols()), Array1::ones(case.x.ncols()));
        check_transforms(
            &case,
            (scaler.center().unwrap_or(&zeros), scaler.scale().unwrap_or(&ones)),
            |x| scaler.transform(x).unwrap(),
            |x| scaler.inverse_transform(x).unwrap(),
        );
    }
}

#[test]
fn normalizer() {
    let file = load("scalers");
    for case in cases(&file, "Normalizer").0 {
        let norm = match case.value["params"]["norm"].as_str().unwrap() {
            "l1" => Norm::L1,
            "l2" => Norm::L2,
            _ => Norm::Max,
        };
        let (_, z) = Normalizer::new().norm(norm).fit_transform(&case.x, &()).unwrap();
        case.check_rows("transform", &z, |_, _| 1.0);
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
