//! Cross-validation, learning and validation curves against scikit-learn's.

use crate::cases::first_rows;
use crate::golden::{assert_close, indices, list, load, numbers};
use certifit::metric::Predictions;
use certifit::model_selection::{Scores, TrainSizes, learning_curve, validation_curve};
use certifit::prelude::*;
use ndarray::{Array1, Array2};
use serde_json::Value;

/// scikit-learn's `make_pipeline(StandardScaler(), LinearSVC(C=c))`.
fn linear_svc(c: f64) -> Pipeline<StandardScaler, LinearSVC> {
    let svc = LinearSVC::new().c(c).intercept(Intercept::Penalized { scaling: 1.0 });
    StandardScaler::new().then(svc)
}

/// scikit-learn's `make_pipeline(StandardScaler(), SVC(kernel='linear'))`.
fn svc() -> Pipeline<StandardScaler, LinearSVC> {
    StandardScaler::new().then(LinearSVC::new().loss(Hinge).multi_class(MultiClass::OneVsOne))
}

fn stratified(case: &Value) -> StratifiedKFold {
    let text = case["cv"].as_str().unwrap();
    let folds = text.trim_start_matches("StratifiedKFold(").split(')').next().unwrap();
    StratifiedKFold::new(folds.parse().unwrap())
}

fn scores(
    scoring: &str,
    model: &Pipeline<StandardScaler, LinearSVC>,
    x: &Array2<f64>,
    y: &Array1<usize>,
    cv: &StratifiedKFold,
) -> Scores {
    match scoring {
        "accuracy" => cross_val_score(model, x, y, cv, &Accuracy),
        "roc_auc" => cross_val_score(model, x, y, cv, &RocAuc::new()),
        "f1" => cross_val_score(model, x, y, cv, &F1::new()),
        "f1_macro" => cross_val_score(model, x, y, cv, &F1::new().average(Average::Macro)),
        other => panic!("unknown scorer {other}"),
    }
    .unwrap()
}

#[test]
fn cross_validation_is_the_references() {
    let golden = load("model_selection");
    let (mut compared, mut predicted, mut regressions) = (0, 0, 0);
    for case in list(&golden["cross_val"]) {
        let model = match case["model"].as_str().unwrap() {
            "StandardScaler -> LinearSVC(C=1, squared_hinge, l2)" => linear_svc(1.0),
            "StandardScaler -> SVC(kernel=linear, C=1)" => svc(),
            _ => {
                regressions += 1; // models that are not in this crate
                continue;
            }
        };
        let (x, y) = first_rows(&case["info"]);
        let (cv, what) = (stratified(case), format!("{} {}", case["info"]["dataset"], case["scoring"]));
        let found = scores(case["scoring"].as_str().unwrap(), &model, &x, &y, &cv);
        assert_scores(&found, &case["scores"], &what);
        assert_close(found.mean(), case["mean"].as_f64().unwrap(), 1e-12, 1.0, &what);
        assert_close(found.std(), case["std"].as_f64().unwrap(), 1e-12, 1.0, &what);
        compared += 1;
        if case.get("cross_val_predict_errors_at").is_some() {
            let labels = cross_val_predict(&model, &x, &y, &cv, &Predictions).unwrap();
            let wrong: Vec<usize> = (0..y.len()).filter(|&row| labels[row] != y[row]).collect();
            assert_eq!(wrong, indices(&case["cross_val_predict_errors_at"]), "{what}");
            predicted += 1;
        }
    }
    assert_eq!((compared, predicted, regressions), (9, 4, 4));
}

fn assert_scores(found: &[f64], expected: &Value, what: &str) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{what}");
    for (&found, expected) in found.iter().zip(expected) {
        assert_close(found, expected, 1e-12, 1.0, what);
    }
}

#[test]
fn learning_curves_are_the_references() {
    let golden = load("model_selection");
    let case = &golden["learning_curve"];
    let (x, y) = first_rows(&case["info"]);
    let sizes = TrainSizes::fractions(numbers(&case["train_sizes"]));
    let curve = learning_curve(&linear_svc(1.0), &x, &y, &stratified(case), &Accuracy, &sizes).unwrap();
    assert_eq!(curve.train_sizes(), indices(&case["train_sizes_abs"]));
    for (number, point) in curve.points().iter().enumerate() {
        assert_scores(&point.train, &case["train_scores"][number], &format!("train scores {number}"));
        assert_scores(&point.test, &case["test_scores"][number], &format!("test scores {number}"));
    }
}

#[test]
fn validation_curves_are_the_references() {
    let golden = load("model_selection");
    let case = &golden["validation_curve"];
    let (x, y) = first_rows(&case["info"]);
    let values = numbers(&case["param_range"]);
    let curve = validation_curve(|&c| linear_svc(c), &values, &x, &y, &stratified(case), &Accuracy).unwrap();
    assert_eq!(curve.points().len(), values.len());
    for (number, point) in curve.points().iter().enumerate() {
        assert_scores(&point.train, &case["train_scores"][number], &format!("train scores {number}"));
        assert_scores(&point.test, &case["test_scores"][number], &format!("test scores {number}"));
    }
}
