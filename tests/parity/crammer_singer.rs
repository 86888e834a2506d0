//! `MultiClass::CrammerSinger` against scikit-learn's `multi_class='crammer_singer'`.

use crate::cases::{class_weight, standardized};
use crate::golden::{assert_close, list, load, matrix, number};
use certifit::prelude::*;

#[test]
fn all_classes_at_once() {
    let file = load("crammer_singer");
    let mut tested = 0;
    for case in list(&file["cases"]) {
        let params = &case["params"];
        let what = format!("{} {params}", case["info"]["dataset"]);
        let intercept = match params["fit_intercept"] == true {
            true => Intercept::Penalized { scaling: number(&params["intercept_scaling"]) },
            false => Intercept::None,
        };
        let svc = LinearSVC::new()
            .multi_class(MultiClass::CrammerSinger)
            .c(number(&params["C"]))
            .intercept(intercept)
            .class_weight(class_weight(&params["class_weight"]))
            .max_iter(100_000);
        let (x, y) = standardized(&case["info"]);
        let model = svc.tol(1e-7).fit(&x, &y).unwrap();
        assert!(model.report().converged(), "{what}: {}", model.report());
        let (primal, optimum) = (model.report().primal(), number(&case["objective"]));
        assert_close(primal, optimum, 2e-7, 0.0, &what);
        // No coefficients, theirs included, are below the dual value.
        assert!(model.report().dual() <= optimum * (1.0 + 1e-12), "{what}: {}", model.report());
        if !case["coef_"].is_null() {
            for (found, expected) in model.coef().iter().zip(&matrix(&case["coef_"])) {
                assert_close(*found, *expected, 2e-3, 1.0, &what);
            }
        }
        let accuracy = accuracy_score(&y, &model.predict(&x).unwrap()).unwrap();
        assert_close(accuracy, number(&case["accuracy"]), 0.01, 0.0, &what);
        tested += 1;
    }
    assert_eq!(tested, 42);
}
