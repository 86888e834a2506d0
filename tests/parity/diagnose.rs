//! Calibration, thresholds and importances against scikit-learn's.

use crate::golden::{assert_close, indices, list, load, matrix, number, numbers};
use certifit::calibration::{
    CalibratedClassifier, Calibration, Calibrator, Isotonic, Scored, Sigmoid, ThresholdGrid,
    TunedThresholdClassifier, Tuning,
};
use certifit::inspection::{Permutations, permutation_importance};
use certifit::metric::{BalancedAccuracy, Bins, Probabilities, calibration_curve};
use certifit::prelude::*;
use ndarray::{Array1, Array2, Axis};
use serde_json::Value;

/// scikit-learn's `make_pipeline(StandardScaler(), LogisticRegression())`, to the last digits.
fn logistic() -> Pipeline<StandardScaler, LogisticRegression> {
    StandardScaler::new().then(LogisticRegression::new().tol(1e-13))
}

fn data(case: &Value) -> (Array2<f64>, Array1<usize>) {
    let data = match case.as_str().unwrap() {
        "breast_cancer" => datasets::breast_cancer(),
        "iris" => datasets::iris(),
        other => panic!("unknown data set {other}"),
    };
    (data.features, data.target)
}

fn calibrator_rows(golden: &Value, weighted: bool) -> Vec<Scored> {
    let (scores, weights) = (numbers(&golden["scores"]), numbers(&golden["weights"]));
    let row = |((score, positive), weight)| Scored {
        score,
        positive: positive == 1,
        weight: if weighted { weight } else { 1.0 },
    };
    scores.into_iter().zip(indices(&golden["positive"])).zip(weights).map(row).collect()
}

#[test]
fn sigmoids_are_the_references() {
    let golden = &load("diagnose")["calibrators"];
    for (weighted, name) in [(false, "sigmoid"), (true, "sigmoid_weighted")] {
        let fitted = Sigmoid.fit(&calibrator_rows(golden, weighted)).unwrap();
        assert_close(fitted.a(), number(&golden[name]["a"]), 1e-10, 0.0, name);
        assert_close(fitted.b(), number(&golden[name]["b"]), 1e-10, 0.0, name);
    }
}

#[test]
fn isotonic_functions_are_the_references() {
    let golden = &load("diagnose")["calibrators"];
    for (weighted, name) in [(false, "isotonic"), (true, "isotonic_weighted")] {
        let fitted = Isotonic.fit(&calibrator_rows(golden, weighted)).unwrap();
        for (probe, expected) in numbers(&golden["probes"]).into_iter().zip(numbers(&golden[name])) {
            assert_close(fitted.probability(probe), expected, 1e-12, 0.0, name);
        }
    }
}

#[test]
fn calibration_curves_are_the_references() {
    let golden = &load("diagnose")["calibration_curve"];
    let bins = Bins::Uniform(golden["n_bins"].as_u64().unwrap() as usize);
    let curve = calibration_curve(&indices(&golden["positive"]), &numbers(&golden["prob"]), bins).unwrap();
    for (found, name) in [(&curve.prob_true, "prob_true"), (&curve.prob_pred, "prob_pred")] {
        assert_eq!(found.len(), list(&golden[name]).len());
        for (&found, expected) in found.iter().zip(numbers(&golden[name])) {
            assert_close(found, expected, 1e-12, 0.0, name);
        }
    }
}

#[test]
fn calibrated_probabilities_are_the_references() {
    let golden = load("diagnose");
    let cases = list(&golden["calibrated"]);
    for case in cases {
        let (x, y) = data(&case["data"]);
        let probes = x.select(Axis(0), &indices(&case["rows"]));
        let ensemble = case["ensemble"].as_bool().unwrap();
        let estimator = CalibratedClassifier::new(logistic()).ensemble(ensemble);
        let (found, tolerance) = match case["method"].as_str().unwrap() {
            "sigmoid" => (estimator.fit(&x, &y).unwrap().predict_proba(&probes), 1e-6),
            _ => (estimator.method(Isotonic).fit(&x, &y).unwrap().predict_proba(&probes), 1e-6),
        };
        let (found, expected) = (found.unwrap(), matrix(&case["proba"]));
        assert_eq!(found.dim(), expected.dim());
        let what = format!("{} {} {ensemble}", case["data"], case["method"]);
        for (&found, &expected) in found.iter().zip(&expected) {
            assert_close(found, expected, tolerance, 1.0, &what);
        }
    }
    assert_eq!(cases.len(), 8);
}

fn tuned(case: &Value, grid: ThresholdGrid) -> (f64, Tuning) {
    let (x, y) = data(&Value::from("breast_cancer"));
    let estimator = TunedThresholdClassifier::new(logistic()).thresholds(grid);
    macro_rules! tuning {
        ($estimator:expr) => {{
            let model = $estimator.fit(&x, &y).unwrap();
            (model.threshold(), model.tuning().clone())
        }};
    }
    macro_rules! scored {
        ($scoring:expr) => {
            match case["response"].as_str().unwrap() {
                "decision_function" => tuning!(estimator.scoring($scoring)),
                _ => tuning!(estimator.scoring($scoring).response(Probabilities)),
            }
        };
    }
    match case["scoring"].as_str().unwrap() {
        "balanced_accuracy" => scored!(BalancedAccuracy::new()),
        "f1" => scored!(F1::new()),
        _ => scored!(Accuracy),
    }
}

#[test]
fn tuned_thresholds_are_the_references() {
    let golden = load("diagnose");
    let cases = list(&golden["tuned"]);
    for case in cases {
        let grid = match case["thresholds"].as_u64() {
            Some(count) => ThresholdGrid::Count(count as usize),
            None => ThresholdGrid::Values(numbers(&case["thresholds"])),
        };
        let (threshold, tuning) = tuned(case, grid);
        let what = format!("{} {} {}", case["scoring"], case["response"], case["thresholds"]);
        assert_close(threshold, number(&case["best_threshold"]), 1e-6, 0.0, &what);
        assert_close(tuning.best_score, number(&case["best_score"]), 1e-6, 0.0, &what);
        for (found, name) in [(&tuning.thresholds, "tried"), (&tuning.scores, "scores")] {
            assert_eq!(found.len(), list(&case[name]).len());
            for (&found, expected) in found.iter().zip(numbers(&case[name])) {
                assert_close(found, expected, 1e-6, 1.0, &what);
            }
        }
    }
    assert_eq!(cases.len(), 12);
}

/// The shuffles are others: the means of many agree within their errors.
#[test]
fn importances_are_near_the_references() {
    let golden = &load("diagnose")["permutation_importance"];
    let (x, y) = data(&golden["data"]);
    let model = logistic().fit(&x, &y).unwrap();
    let n = golden["n_repeats"].as_u64().unwrap() as usize;
    let found = permutation_importance(&model, &x, &y, &Accuracy, &Permutations::new(n)).unwrap();
    let (means, stds) = (numbers(&golden["mean"]), numbers(&golden["std"]));
    for (column, (&mean, &std)) in found.mean().iter().zip(&found.std()).enumerate() {
        let error = ((std * std + stds[column] * stds[column]) / n as f64).sqrt();
        let apart = (mean - means[column]).abs();
        assert!(apart <= 4.5 * error + 1e-12, "column {column}: {mean} and {}, error {error}", means[column]);
        if stds[column] > 1e-3 {
            assert_close(std, stds[column], 0.3, 0.0, "the standard deviation");
        }
    }
}
