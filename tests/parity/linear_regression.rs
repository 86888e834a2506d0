//! Linear regressors against scikit-learn's optima.

use crate::golden::{assert_close, list, load, number, numbers};
use certifit::data::Targets;
use certifit::prelude::*;
use ndarray::Array2;
use serde_json::Value;

const TIGHT: f64 = 1e-12;

/// The reference's model of a case, with this `tol`.
fn fit<Y: Targets<Value = f64>>(case: &Value, x: &Array2<f64>, y: &Y, tol: f64) -> LinearRegressor<f64> {
    let params = &case["params"];
    let intercept = if params["fit_intercept"] == true { Intercept::Free } else { Intercept::None };
    let alpha = number(&params["alpha"]);
    let model = match case["model"].as_str().unwrap() {
        "LinearRegression" => LinearRegression::new().intercept(intercept).tol(tol).fit(x, y),
        "Ridge" => Ridge::new().alpha(alpha).intercept(intercept).tol(tol).fit(x, y),
        "Lasso" => Lasso::new().alpha(alpha).intercept(intercept).tol(tol).fit(x, y),
        "ElasticNet" => {
            let estimator = ElasticNetRegression::new().alpha(alpha).l1_ratio(number(&params["l1_ratio"]));
            estimator.intercept(intercept).tol(tol).fit(x, y)
        }
        other => panic!("{other}"),
    };
    model.unwrap()
}

/// The weights that the reference files name.
fn weights(n: usize) -> Vec<f64> {
    (0..n).map(|i| ((i * 37 + 11) % 100) as f64 / 50.0).collect()
}

fn check<Y: Targets<Value = f64>>(case: &Value, x: &Array2<f64>, y: &Y) {
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
    let r2 = r2_score(y, &model.predict(x).unwrap()).unwrap();
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
            check(case, &x, &data.target);
            plain += 1;
        } else {
            check(case, &x, &data.target.weighted(&weights(442)).unwrap());
            weighted += 1;
        }
    }
    assert_eq!((plain, weighted), (26, 8));
}
