//! Linear regressors against scikit-learn's optima.

use crate::golden::{assert_close, list, load, number, numbers};
use certifit::data::Targets;
use certifit::prelude::*;
use ndarray::{Array1, Array2};
use serde_json::Value;

const TIGHT: f64 = 1e-12;

/// The reference's model of a case, with this `tol`.
fn fit<Y: Targets<Value = f64>>(case: &Value, x: &Array2<f64>, y: &Y, tol: f64) -> LinearRegressor<f64> {
    let params = &case["params"];
    let intercept = match params["intercept"].as_str() {
        Some("penalized") => Intercept::Penalized { scaling: 1.0 },
        None if params["fit_intercept"] == true => Intercept::Free,
        Some("free") => Intercept::Free,
        _ => Intercept::None,
    };
    let alpha = number(&params["alpha"]);
    let model = match case["model"].as_str().unwrap() {
        "LinearRegression" => LinearRegression::new().intercept(intercept).tol(tol).fit(x, y),
        "Ridge" => Ridge::new().alpha(alpha).intercept(intercept).tol(tol).fit(x, y),
        "Lasso" => Lasso::new().alpha(alpha).intercept(intercept).tol(tol).fit(x, y),
        "ElasticNet" => {
            let estimator = ElasticNetRegression::new().alpha(alpha).l1_ratio(number(&params["l1_ratio"]));
            estimator.intercept(intercept).tol(tol).fit(x, y)
        }
        "LinearSVR" => {
            let loss = match params["loss"].as_str().unwrap() {
                "epsilon_insensitive" => SvrLoss::EpsilonInsensitive,
                _ => SvrLoss::SquaredEpsilonInsensitive,
            };
            let (c, epsilon) = (number(&params["C"]), number(&params["epsilon"]));
            LinearSVR::new().c(c).epsilon(epsilon).loss(loss).intercept(intercept).tol(tol).fit(x, y)
        }
        other => panic!("{other}"),
    };
    model.unwrap()
}

/// The weights that the reference files name.
fn weights(n: usize) -> Vec<f64> {
    (0..n).map(|i| ((i * 37 + 11) % 100) as f64 / 50.0).collect()
}

/// `plain` are the targets without weights: the reference has scored them so.
fn check<Y: Targets<Value = f64>>(case: &Value, x: &Array2<f64>, y: &Y, plain: &Array1<f64>) {
    let what = format!("{} {} {}", case["model"], case["params"], case["sample_weight"]);
    let optimum = number(&case["objective"]);
    let model = fit(case, x, y, TIGHT);
    assert!(model.report().converged(), "{what}: {}", model.report());
    assert_close(model.report().primal(), optimum, 1e-11, 0.0, &what);
    let expected = numbers(&case["coef_"]);
    let scale = expected.iter().fold(0.0, |most: f64, w| most.max(w.abs()));
    for (found, expected) in model.coef().iter().zip(&expected) {
        assert_close(*found, *expected, 1e-5, scale, &what);
        // Zeros of the L1 penalty are exact.
        assert!(*expected != 0.0 || *found == 0.0, "{what}: {found} instead of 0");
    }
    assert_close(model.intercept(), number(&case["intercept_"]), 1e-7, 0.0, &what);
    let r2 = r2_score(plain, &model.predict(x).unwrap()).unwrap();
    assert_close(r2, number(&case["r2"]), 1e-6, 1.0, &what);

    let model = fit(case, x, y, 1e-6);
    assert!(model.report().converged(), "{what}: {}", model.report());
    assert!(model.report().primal() <= optimum * (1.0 + 1e-6), "{what}: {}", model.report());
    assert!(model.report().dual() <= optimum * (1.0 + 1e-12), "{what}: {}", model.report());
}

#[test]
fn optima_and_coefficients() {
    let golden = load("linear_regression");
    let data = datasets::diabetes();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let (mut plain, mut weighted) = (0, 0);
    for case in list(&golden["cases"]) {
        if case["sample_weight"].is_null() {
            check(case, &x, &data.target, &data.target);
            plain += 1;
        } else {
            check(case, &x, &data.target.weighted(&weights(442)).unwrap(), &data.target);
            weighted += 1;
        }
    }
    assert_eq!((plain, weighted), (26, 8));
}

/// The optima of this file are known to scikit-learn's own tolerance only.
fn check_optimum<Y: Targets<Value = f64>>(case: &Value, x: &Array2<f64>, y: &Y) {
    let what = format!("{} {} {} {}", case["model"], case["rows"], case["params"], case["weighted"]);
    let model = fit(case, x, y, 1e-10);
    let (report, optimum) = (model.report(), number(&case["objective"]));
    assert!(report.converged(), "{what}: {report}");
    assert!(report.primal() <= optimum * (1.0 + 1e-9) + 1e-9, "{what}: {report} {optimum}");
    assert!(report.dual() >= optimum * (1.0 - 1e-5) - 1e-9, "{what}: {report} {optimum}");
    let expected = numbers(&case["coef_"]);
    let scale = expected.iter().fold(1.0, |most: f64, w| most.max(w.abs()));
    for (found, expected) in model.coef().iter().zip(&expected) {
        assert_close(*found, *expected, 2e-3, scale, &what);
        let is_zero_there = case["model"] == "ElasticNet" && *expected == 0.0;
        assert!(!is_zero_there || *found == 0.0, "{what}: {found} instead of 0");
    }
    // Of several solutions the shortest, to all digits.
    if case["model"] == "LinearRegression" {
        for (found, expected) in model.coef().iter().zip(&expected) {
            assert_close(*found, *expected, 1e-9, scale, &what);
        }
        assert_close(model.intercept(), number(&case["intercept_"]), 1e-9, 1.0, &what);
    }
}

#[test]
fn support_vectors_weights_and_few_rows() {
    let golden = load("regressors");
    let data = datasets::diabetes();
    for case in list(&golden["cases"]) {
        let rows: Vec<usize> = (0..case["rows"].as_u64().unwrap() as usize).collect();
        let (x, y) = (data.features.take(&rows), data.target.take(&rows));
        let x = StandardScaler::new().fit(&x, &()).unwrap().transform(&x).unwrap();
        match case["weighted"] == true {
            true => check_optimum(case, &x, &y.weighted(&weights(rows.len())).unwrap()),
            false => check_optimum(case, &x, &y),
        }
    }
    assert_eq!(list(&golden["cases"]).len(), 164);
}
