//! `LinearSVC` against the optima of scikit-learn's `LinearSVC` and `SVC(kernel='linear')`.
//!
//! A relative gap ε bounds the distance to the optimum only by √(2 ε P), so that coefficients are compared after
//! fits with a gap far below what a user asks for.

use crate::cases::{class_weight, first_rows, standardized};
use crate::golden::{assert_close, indices, list, load, matrix, number, numbers, vector};
use certifit::prelude::*;
use ndarray::{Array1, Array2, Axis};
use serde_json::Value;

const TIGHT: f64 = 1e-12;

fn estimator(params: &Value) -> LinearSVC {
    let intercept = if params["fit_intercept"] == false {
        Intercept::None
    } else {
        Intercept::Penalized { scaling: number(&params["intercept_scaling"]) }
    };
    let loss = if params["loss"] == "hinge" { SvcLoss::Hinge } else { SvcLoss::SquaredHinge };
    LinearSVC::new()
        .c(number(&params["C"]))
        .loss(loss)
        .intercept(intercept)
        .penalty(if params["penalty"] == "l1" { Penalty::L1 } else { Penalty::L2 })
        .class_weight(class_weight(&params["class_weight"]))
}

/// Each problem's objective is no worse than the optimum by more than its own certified gap, and its dual value
/// no better.
fn check_objectives(model: &LinearClassifier<f64, usize>, optima: &[f64], what: &str) {
    let problems = model.report().problems();
    assert_eq!(problems.len(), optima.len(), "{what}");
    for (problem, &optimum) in problems.iter().zip(optima) {
        let certificate = problem.certificate;
        let rounding = 1e-12 * optimum;
        assert!(
            certificate.primal <= optimum + certificate.gap + rounding,
            "{what}: {certificate:?} {optimum}"
        );
        assert!(certificate.primal >= optimum - 1e-10 * optimum, "{what}: {certificate:?} beats {optimum}");
        assert!(certificate.dual <= optimum + rounding, "{what}: {certificate:?} {optimum}");
    }
}

/// To 1e-6 of the norm of each row, and of 1 for the intercepts.
fn check_coefficients(
    model: &LinearClassifier<f64, usize>,
    coef: &Array2<f64>,
    intercept: &[f64],
    what: &str,
) {
    for (k, (found, expected)) in model.coef().rows().into_iter().zip(coef.rows()).enumerate() {
        let distance = (&found - &expected).mapv(|v| v * v).sum().sqrt();
        let norm = expected.mapv(|v| v * v).sum().sqrt();
        assert!(distance <= 1e-6 * norm, "{what}: row {k} is off by {distance:e} of {norm}");
        assert_close(model.intercept()[k], intercept[k], 1e-6, 1.0, what);
    }
}

/// The predictions differ from `y` in exactly the rows and by exactly the labels of the reference.
fn check_predictions(model: &LinearClassifier<f64, usize>, x: &Array2<f64>, y: &Array1<usize>, case: &Value) {
    let predicted = model.predict(x).unwrap();
    let wrong: Vec<usize> = (0..y.len()).filter(|&row| predicted[row] != y[row]).collect();
    assert_eq!(wrong, indices(&case["predict_errors_at"]), "{}", case["params"]);
    let labels: Vec<usize> = wrong.iter().map(|&row| predicted[row]).collect();
    assert_eq!(labels, indices(&case["predict_at_errors"]), "{}", case["params"]);
    assert_close(accuracy_score(y, &predicted).unwrap(), number(&case["accuracy"]), 1e-12, 0.0, "accuracy");
}

#[test]
fn penalized_or_no_intercept() {
    let (mut tested, mut one_sided_weights) = (0, 0);
    for name in ["iris", "wine", "breast_cancer", "digits"] {
        let file = load(&format!("linear_svc_{name}"));
        let (x, y) = standardized(&file["info"]);
        let n_classes = list(&file["info"]["classes"]).len();
        for case in list(&file["cases"]) {
            let params = &case["params"];
            // LIBLINEAR weights only the positive side of a one-vs-rest problem, this crate both.
            if n_classes > 2 && !params["class_weight"].is_null() {
                one_sided_weights += 1;
                continue;
            }
            let what = format!("{name} {params}");
            let model = estimator(params).tol(TIGHT).fit(&x, &y).unwrap();
            assert!(model.report().relative_gap() <= 1e-11, "{what}: {}", model.report());
            assert_eq!(case["certified"], true, "{what}");
            check_objectives(&model, &numbers(&case["objective"]), &what);
            // L1 does not bend: many coefficients are nearly as good.
            if params["penalty"] == "l2" {
                check_coefficients(&model, &matrix(&case["coef_"]), &numbers(&case["intercept_"]), &what);
            }
            if number(&case["min_decision_margin"]) > 1e-6 {
                check_predictions(&model, &x, &y, case);
            }

            let model = estimator(params).fit(&x, &y).unwrap();
            assert!(model.report().converged(), "{what}: {}", model.report());
            check_objectives(&model, &numbers(&case["objective"]), &what);
            tested += 1;
        }
    }
    assert_eq!((tested, one_sided_weights), (TESTED, SKIPPED_ONE_SIDED_WEIGHTS));
}

const TESTED: usize = 78;
const SKIPPED_ONE_SIDED_WEIGHTS: usize = 19;

#[test]
fn free_intercept_one_vs_one() {
    let file = load("svc_linear");
    for case in list(&file["cases"]) {
        let what = format!("{} {}", case["info"]["dataset"], case["params"]);
        let (x, y) = standardized(&case["info"]);
        let n_classes = list(&case["info"]["classes"]).len();
        let estimator = LinearSVC::new()
            .loss(Hinge)
            .c(number(&case["params"]["C"]))
            .class_weight(class_weight(&case["params"]["class_weight"]))
            .multi_class(MultiClass::OneVsOne);
        let model = estimator.clone().tol(TIGHT).fit(&x, &y).unwrap();
        let optima = numbers(&case["objective"]);
        assert!(model.report().relative_gap() <= 1e-9, "{what}: {}", model.report());
        check_objectives(&model, &optima, &what);
        if case["coef_"].is_null() {
            for (w, norm) in model.coef().rows().into_iter().zip(numbers(&case["coef_norms"])) {
                assert_close(w.mapv(|v| v * v).sum().sqrt(), norm, 1e-6, 0.0, &what);
            }
            for (&found, expected) in model.intercept().iter().zip(numbers(&case["intercept_"])) {
                assert_close(found, expected, 1e-6, 1.0, &what);
            }
        } else {
            check_coefficients(&model, &matrix(&case["coef_"]), &numbers(&case["intercept_"]), &what);
        }
        check_predictions(&model, &x, &y, case);

        let scores = model.decision_function(&x).unwrap();
        assert_eq!(scores.ncols(), if n_classes == 2 { 1 } else { n_classes }, "{what}");
        for (row, expected) in list(&case["decision_function_ovr_first3"]).iter().enumerate() {
            let expected = if expected.is_array() { numbers(expected) } else { vec![number(expected)] };
            for (&found, expected) in scores.row(row).iter().zip(expected) {
                assert_close(found, expected, 1e-5, 1.0, &what);
            }
        }

        let model = estimator.fit(&x, &y).unwrap();
        assert!(model.report().converged(), "{what}: {}", model.report());
        check_objectives(&model, &optima, &what);
    }
    assert_eq!(list(&file["cases"]).len(), 10);
}

#[test]
fn the_walk_through() {
    for run in list(&load("seed_walkthrough")["runs"]) {
        let (x, y) = first_rows(&run["info"]);
        let (train, test) = (indices(&run["train_index"]), indices(&run["test_index"]));
        let (x_train, x_test, y_train, y_test) =
            (x.take(&train), x.take(&test), y.take(&train), y.take(&test));
        let svc = LinearSVC::new().loss(Hinge).c(1.0).multi_class(MultiClass::OneVsOne);
        let model = StandardScaler::new().then(svc.clone().tol(TIGHT)).fit(&x_train, &y_train).unwrap();
        let expected = &run["svc_linear"];
        let what = format!("{} {}", run["info"]["dataset"], run["stratify"]);

        for (found, key) in
            [(model.first().mean(), "scaler_mean_"), (model.first().scale().unwrap(), "scaler_scale_")]
        {
            for (&found, expected) in found.iter().zip(numbers(&run[key])) {
                assert_close(found, expected, 1e-12, 1e-300, key);
            }
        }
        check_objectives(model.last(), &numbers(&expected["objective_exact"]), &what);
        if !expected["coef_exact"].is_null() {
            let coef = matrix(&expected["coef_exact"]);
            check_coefficients(model.last(), &coef, &numbers(&expected["intercept_exact"]), &what);
        }
        // With the tolerance that users get, too.
        for model in [model, StandardScaler::new().then(svc).fit(&x_train, &y_train).unwrap()] {
            let predicted = model.predict(&x_test).unwrap();
            assert_eq!(predicted.to_vec(), indices(&expected["predictions"]), "{what}");
            let confusion = confusion_matrix(&y_test, &predicted).unwrap();
            assert_eq!(confusion.counts(), matrix(&expected["confusion_matrix"]), "{what}");
            let accuracy = accuracy_score(&y_test, &predicted).unwrap();
            assert_close(accuracy, number(&expected["accuracy_exact_optimum"]), 1e-12, 0.0, &what);
            let report = classification_report(&y_test, &predicted).unwrap().to_string();
            assert_eq!(report, run["classification_report_text"].as_str().unwrap(), "{what}");
        }

        for (loss, key) in [
            (SvcLoss::SquaredHinge, "linear_svc_squared_hinge_accuracy"),
            (SvcLoss::Hinge, "linear_svc_hinge_accuracy"),
        ] {
            let svc = LinearSVC::new().loss(loss).intercept(Intercept::Penalized { scaling: 1.0 });
            let model = StandardScaler::new().then(svc).fit(&x_train, &y_train).unwrap();
            let accuracy = accuracy_score(&y_test, &model.predict(&x_test).unwrap()).unwrap();
            assert_close(accuracy, number(&run[key]), 1e-12, 0.0, &format!("{what} {key}"));
        }
    }
}

#[test]
fn the_numbers_that_scikit_learn_users_know() {
    let file = load("seed_walkthrough");
    let runs = list(&file["runs"]);
    let breast_cancer = &runs[0];
    assert_eq!(breast_cancer["info"]["dataset"], "embedded/breast_cancer.csv");
    let (x, y) = first_rows(&breast_cancer["info"]);
    let (train, test) = (indices(&breast_cancer["train_index"]), indices(&breast_cancer["test_index"]));
    let estimator = StandardScaler::new().then(LinearSVC::new().loss(Hinge).tol(1e-10));
    let model = estimator.fit(&x.take(&train), &y.take(&train)).unwrap();
    let predicted = model.predict(&x.take(&test)).unwrap();
    let counts = confusion_matrix(&y.take(&test), &predicted).unwrap().counts().clone();
    assert_eq!(counts, ndarray::array![[41.0, 2.0], [3.0, 68.0]]);
    assert_close(model.last().report().primal(), 20.7354182744, 1e-10, 0.0, "objective");
}

#[test]
fn cross_validation() {
    let file = load("model_selection");
    let mut n_tested = 0;
    for case in list(&file["cross_val"]) {
        let model = case["model"].as_str().unwrap();
        let svc = match model {
            "StandardScaler -> LinearSVC(C=1, squared_hinge, l2)" => {
                LinearSVC::new().intercept(Intercept::Penalized { scaling: 1.0 })
            }
            "StandardScaler -> SVC(kernel=linear, C=1)" => {
                LinearSVC::new().loss(Hinge).multi_class(MultiClass::OneVsOne)
            }
            _ => continue,
        };
        let (x, y) = first_rows(&case["info"]);
        let n_splits = case["cv"].as_str().unwrap().chars().filter(char::is_ascii_digit).collect::<String>();
        let folds = StratifiedKFold::new(n_splits.parse().unwrap());
        let estimator = StandardScaler::new().then(svc);
        let scores = match case["scoring"].as_str().unwrap() {
            "accuracy" => cross_val_score(&estimator, &x, &y, &folds, &Accuracy).unwrap(),
            "f1" => cross_val_score(&estimator, &x, &y, &folds, &F1::new()).unwrap(),
            "f1_macro" => {
                cross_val_score(&estimator, &x, &y, &folds, &F1::new().average(Average::Macro)).unwrap()
            }
            "roc_auc" => continue,
            other => panic!("unknown scoring {other}"),
        };
        for (&found, &expected) in scores.iter().zip(&vector(&case["scores"])) {
            assert_close(found, expected, 1e-12, 0.0, model);
        }
        assert_close(scores.mean(), number(&case["mean"]), 1e-12, 0.0, model);
        assert_close(scores.std(), number(&case["std"]), 1e-10, 0.0, model);
        n_tested += 1;
    }
    assert_eq!(n_tested, 8, "the others are of Ridge (4) and of ROC AUC (1)");
}

#[test]
fn coordinate_descent_ends_at_the_same_optimum() {
    for name in ["iris", "breast_cancer"] {
        let file = load(&format!("linear_svc_{name}"));
        let (x, y) = standardized(&file["info"]);
        for case in list(&file["cases"]) {
            let params = &case["params"];
            let weighted = x.len_of(Axis(0)) == 150 && !params["class_weight"].is_null();
            if params["penalty"] == "l1" || weighted || number(&params["C"]) > 1.0 {
                continue;
            }
            let svc = estimator(params).solver(Solver::DualCoordinateDescent);
            let model = svc.fit(&x, &y).unwrap();
            assert!(model.report().converged(), "{name} {params}: {}", model.report());
            check_objectives(&model, &numbers(&case["objective"]), &format!("{name} {params}"));
        }
    }
}
