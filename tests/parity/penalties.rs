//! Penalties with kinks: the Lasso, the elastic net and L1-penalised classification against scikit-learn's optima.

use crate::golden::{assert_close, list, load, number, numbers};
use certifit::loss::SmoothLoss;
use certifit::prelude::*;
use certifit::solver::{Control, CoordinateDescent, Problem, Solution, Solve};
use ndarray::Array2;
use serde_json::Value;

const TIGHT: f64 = 1e-12;

fn standardized(x: &Array2<f64>) -> Array2<f64> {
    StandardScaler::new().fit(x, &()).unwrap().transform(x).unwrap()
}

fn solve<L: SmoothLoss + Clone, R: Regularizer + Clone>(problem: &Problem<'_, L, R>, what: &str) -> Solution {
    let end = CoordinateDescent.solve(problem, &Control::new(TIGHT, 1000));
    assert_eq!(end.stop_reason, StopReason::Converged, "{what}: {:?}", end.certificate);
    end
}

/// The coefficients agree, and those that are 0 there are exactly 0 here.
fn assert_coefficients(found: &[f64], expected: &[f64], what: &str) {
    let scale = expected.iter().fold(0.0, |most: f64, w| most.max(w.abs()));
    for (found, expected) in found.iter().zip(expected) {
        assert_close(*found, *expected, 1e-5, scale, what);
        assert!(*expected != 0.0 || *found == 0.0, "{what}: {found} instead of 0");
    }
}

#[test]
fn lasso_and_elastic_net() {
    let golden = load("linear_regression");
    let data = datasets::diabetes();
    let x = standardized(&data.features);
    let n = data.target.len();
    let mut seen = 0;
    for case in list(&golden["cases"]) {
        let params = &case["params"];
        if !["Lasso", "ElasticNet"].contains(&case["model"].as_str().unwrap()) {
            continue;
        }
        seen += 1;
        let (alpha, l1_ratio) = (number(&params["alpha"]), number(&params["l1_ratio"]));
        let intercept = if params["fit_intercept"] == true { Intercept::Free } else { Intercept::None };
        // Their objective over alpha.
        let costs = vec![1.0 / (n as f64 * alpha); n];
        let y = data.target.to_vec();
        let penalty = ElasticNet { l1_ratio };
        let what = format!("{params}");
        let problem = Problem::new(&x, y, costs, SquaredError, penalty, intercept).unwrap();
        let end = solve(&problem, &what);
        assert_close(alpha * end.certificate.primal, number(&case["objective"]), 1e-11, 0.0, &what);
        assert_coefficients(&end.coefficients.w, &numbers(&case["coef_"]), &what);
        assert_close(end.coefficients.b, number(&case["intercept_"]), 1e-9, 0.0, &what);
    }
    assert_eq!(seen, 18);
}

#[test]
fn l1_penalised_classification() {
    let mut seen = 0;
    for name in ["breast_cancer", "iris", "wine"] {
        let golden = load(&format!("linear_svc_{name}"));
        let data = match name {
            "breast_cancer" => datasets::breast_cancer(),
            "iris" => datasets::iris(),
            _ => datasets::wine(),
        };
        let x = standardized(&data.features);
        for case in list(&golden["cases"]) {
            let params = &case["params"];
            if params["penalty"] != "l1" || !params["class_weight"].is_null() || case["certified"] != true {
                continue;
            }
            let intercept = match params["fit_intercept"] == true {
                true => Intercept::Penalized { scaling: number(&params["intercept_scaling"]) },
                false => Intercept::None,
            };
            let rows: &[Value] = list(&case["coef_"]);
            for (row, coef) in rows.iter().enumerate() {
                let positive = if rows.len() == 1 { 1 } else { row };
                let y = data.target.iter().map(|&class| if class == positive { 1.0 } else { -1.0 }).collect();
                let costs = vec![number(&params["C"]); data.target.len()];
                let what = format!("{name} {params} {row}");
                let problem = Problem::new(&x, y, costs, SquaredHinge, L1, intercept).unwrap();
                let end = solve(&problem, &what);
                assert_close(end.certificate.primal, number(&case["objective"][row]), 1e-9, 0.0, &what);
                let expected = numbers(coef);
                let scale = expected.iter().fold(0.0, |most: f64, w| most.max(w.abs()));
                let both = end.coefficients.w.iter().zip(&expected);
                both.for_each(|(found, expected)| assert_close(*found, *expected, 1e-4, scale, &what));
                seen += 1;
            }
        }
    }
    assert!(seen >= 10, "{seen}");
}
