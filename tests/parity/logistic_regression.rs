//! `LogisticRegression` against the optima of scikit-learn's.

use crate::cases::{class_weight, standardized};
use crate::golden::{assert_close, list, load, matrix, number, numbers};
use certifit::prelude::*;
use ndarray::{Array1, Array2};
use serde_json::Value;

const TIGHT: f64 = 1e-15;

fn estimator(params: &Value) -> LogisticRegression {
    let intercept = match (&params["intercept_scaling"], &params["fit_intercept"]) {
        (Value::Null, Value::Bool(false)) => Intercept::None,
        (Value::Null, _) => Intercept::Free,
        (scaling, _) => Intercept::Penalized { scaling: number(scaling) },
    };
    LogisticRegression::new()
        .c(number(&params["C"]))
        .penalty(if params["penalty"] == "l1" { Penalty::L1 } else { Penalty::L2 })
        .intercept(intercept)
        .class_weight(class_weight(&params["class_weight"]))
}

/// A number or a list of one as an objective; a vector or a matrix as coefficients.
fn coefficients(value: &Value) -> Vec<f64> {
    match list(value).first() {
        Some(Value::Array(_)) => matrix(value).into_iter().collect(),
        _ => numbers(value),
    }
}

fn assert_near(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(0.0, |most: f64, w| most.max(w.abs()));
    found.iter().zip(expected).for_each(|(a, b)| assert_close(*a, *b, tolerance, scale, what));
}

fn check(case: &Value, x: &Array2<f64>, y: &Array1<usize>) {
    let params = &case["params"];
    let what = format!("{} {params}", case["info"]["dataset"]);
    let model = estimator(params).tol(TIGHT).fit(x, y).unwrap();
    let optimum = number(&case["objective"]);
    assert!(model.report().relative_gap() <= 1e-12, "{what}: {}", model.report());
    assert_close(model.report().primal(), optimum, 1e-11, 0.0, &what);
    let found: Vec<f64> = model.coef().iter().copied().collect();
    assert_near(&found, &coefficients(&case["coef_"]), 1e-6, &what);
    assert_near(&model.intercept().to_vec(), &coefficients(&case["intercept_"]), 1e-6, &what);
    if !case["accuracy"].is_null() {
        let accuracy = accuracy_score(y, &model.predict(x).unwrap()).unwrap();
        assert_close(accuracy, number(&case["accuracy"]), 1e-12, 0.0, &what);
    }
    if !case["predict_proba_first3"].is_null() {
        let expected = matrix(&case["predict_proba_first3"]);
        let (proba, logs) = (model.predict_proba(x).unwrap(), model.predict_log_proba(x).unwrap());
        for ((row, k), &expected) in expected.indexed_iter() {
            assert_close(proba[[row, k]], expected, 1e-6, 1e-6, &what);
            assert_close(logs[[row, k]].exp(), proba[[row, k]], 1e-12, 0.0, &what);
        }
    }
    let model = estimator(params).fit(x, y).unwrap();
    assert!(model.report().converged(), "{what}: {}", model.report());
    assert!(model.report().primal() <= optimum * (1.0 + 1e-6), "{what}: {}", model.report());
}

#[test]
fn two_classes() {
    let file = load("logistic");
    let mut tested = 0;
    for case in list(&file["cases"]).iter().filter(|case| list(&case["info"]["classes"]).len() == 2) {
        let (x, y) = standardized(&case["info"]);
        check(case, &x, &y);
        tested += 1;
    }
    assert_eq!(tested, 18);
}

#[test]
fn several_classes_at_once() {
    let file = load("logistic");
    let mut tested = 0;
    for case in list(&file["cases"]).iter().filter(|case| list(&case["info"]["classes"]).len() > 2) {
        let (x, y) = standardized(&case["info"]);
        check(case, &x, &y);
        tested += 1;
    }
    assert_eq!(tested, 25);
}
