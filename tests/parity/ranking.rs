//! Metrics of decision values and of probabilities.

use crate::golden::{assert_close, list, load, matrix, number, numbers};
use certifit::data::Targets;
use certifit::metric::{
    AveragePrecision, ClassValues, NegBrierScore, NegHingeLoss, NegLogLoss, OfClasses, RocAuc, RocCurve,
    TopKAccuracy, average_precision_score, brier_score_loss, hinge_loss, log_loss, log_loss_sum,
    precision_recall_curve, roc_auc_score, roc_curve, top_k_accuracy_score,
};
use certifit::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

const TOLERANCE: f64 = 1e-12;

/// Each metric's cases that agree, those where an error stands for NaN, and those where scikit-learn is not followed.
#[derive(Default)]
struct Tally {
    agree: BTreeMap<String, usize>,
    refused: BTreeMap<String, usize>,
    differ: BTreeMap<String, usize>,
}

enum Outcome {
    Agrees,
    Refused,
    Differs,
}

#[test]
fn ranking_and_probabilities() {
    let golden = load("metrics");
    let metrics = [
        "roc_auc_score",
        "average_precision_score",
        "roc_curve",
        "precision_recall_curve",
        "top_k_accuracy_score",
        "hinge_loss",
        "log_loss",
        "brier_score_loss",
    ];
    let mut tally = Tally::default();
    for case in list(&golden["cases"]) {
        let metric = case["metric"].as_str().unwrap_or_default();
        if !metrics.contains(&metric) {
            continue;
        }
        let input = &golden["inputs"][case["input"].as_str().unwrap()];
        let truth: Vec<i64> = list(&input["y_true"]).iter().map(|label| label.as_i64().unwrap()).collect();
        let values = &input[case["args"][1].as_str().unwrap()];
        let what = format!("{metric} on {} {}", case["input"], case["params"]);
        let outcome = if case["weighted"] == true {
            let truth = truth.weighted(&numbers(&input["sample_weight"])).unwrap();
            with_values(metric, case, &truth, values, &what)
        } else {
            with_values(metric, case, &truth, values, &what)
        };
        let counts = match outcome {
            Outcome::Agrees => &mut tally.agree,
            Outcome::Refused => &mut tally.refused,
            Outcome::Differs => &mut tally.differ,
        };
        *counts.entry(metric.to_owned()).or_default() += 1;
    }
    let counted = |counts: &[(&str, usize)]| -> BTreeMap<String, usize> {
        counts.iter().map(|&(name, count)| (name.to_owned(), count)).collect()
    };
    let agree = [
        ("roc_auc_score", 13),
        ("average_precision_score", 10),
        ("roc_curve", 14),
        ("precision_recall_curve", 9),
        ("top_k_accuracy_score", 1),
        ("hinge_loss", 9),
        ("log_loss", 21),
        ("brier_score_loss", 9),
    ];
    assert_eq!(tally.agree, counted(&agree), "cases that agree");
    // Of rows of one class there is no ROC curve (scikit-learn: NaN), and no telling of what the other class is.
    let refused = [("roc_auc_score", 2), ("roc_curve", 4), ("log_loss", 4)];
    assert_eq!(tally.refused, counted(&refused), "cases that are refused");
    // scikit-learn takes a single label for the first of two: the rows of 1 in `single_class` count as negative.
    assert_eq!(tally.differ, counted(&[("hinge_loss", 1)]), "cases that differ");
}

/// Numbers of one column are of the classes 0 and 1, which scikit-learn assumes where only one of them occurs; where
/// it asks for them, so does this.
fn with_values<T>(metric: &str, case: &Value, truth: &T, values: &Value, what: &str) -> Outcome
where
    T: Targets<Value = i64>,
{
    let asks = metric == "log_loss" && case["params"].get("labels").is_none();
    match (values[0].is_array(), asks) {
        (true, _) => check(metric, case, truth, &matrix(values), what),
        (false, true) => check(metric, case, truth, &numbers(values), what),
        (false, false) => check(metric, case, truth, &OfClasses::new(numbers(values), [0, 1]), what),
    }
}

fn check<T, S>(metric: &str, case: &Value, truth: &T, values: &S, what: &str) -> Outcome
where
    T: Targets<Value = i64>,
    S: ClassValues<i64>,
{
    let params = &case["params"];
    let minus = |score: Result<f64, Error>| score.map(|score| -score);
    let (found, scored) = match metric {
        "roc_auc_score" => {
            let auc = roc_auc(params).evaluate(truth, values);
            (if params == &serde_json::json!({}) { roc_auc_score(truth, values) } else { auc.clone() }, auc)
        }
        "average_precision_score" => {
            (average_precision_score(truth, values), AveragePrecision::new().evaluate(truth, values))
        }
        "top_k_accuracy_score" => {
            let k = params["k"].as_u64().unwrap() as usize;
            (top_k_accuracy_score(truth, values, k), TopKAccuracy::new(k).evaluate(truth, values))
        }
        "hinge_loss" => (hinge_loss(truth, values), minus(NegHingeLoss.evaluate(truth, values))),
        "brier_score_loss" => (brier_score_loss(truth, values), minus(NegBrierScore.evaluate(truth, values))),
        "log_loss" if params.get("normalize") == Some(&Value::Bool(false)) => {
            let sum = log_loss_sum(truth, values);
            (sum.clone(), sum)
        }
        "log_loss" => (log_loss(truth, values), minus(NegLogLoss.evaluate(truth, values))),
        curve => return check_curve(curve, case, truth, values, what),
    };
    assert_eq!(found, scored, "{what}");
    match found {
        Err(Error::Unsupported { .. }) if case["expected"].is_null() && case.get("error").is_none() => {
            Outcome::Refused
        }
        Err(Error::InvalidParameter { .. }) if case.get("error").is_some() => Outcome::Refused,
        Ok(found) if metric == "hinge_loss" && case["input"] == "single_class" => {
            assert_close(found, (0.9 + 0.6 + 0.7) / 3.0, TOLERANCE, 1.0, what);
            Outcome::Differs
        }
        found => {
            assert_close(found.unwrap(), number(&case["expected"]), TOLERANCE, 1.0, what);
            Outcome::Agrees
        }
    }
}

fn roc_auc(params: &Value) -> RocAuc {
    let mut auc = RocAuc::new().one_vs_one(params.get("multi_class") == Some(&Value::from("ovo")));
    if let Some(max_fpr) = params.get("max_fpr") {
        auc = auc.max_fpr(number(max_fpr));
    }
    match params.get("average").and_then(Value::as_str) {
        None | Some("macro") => auc,
        Some("weighted") => auc.average(Average::Weighted),
        Some("micro") => auc.average(Average::Micro),
        other => panic!("average {other:?}"),
    }
}

fn check_curve<T, S>(curve: &str, case: &Value, truth: &T, values: &S, what: &str) -> Outcome
where
    T: Targets<Value = i64>,
    S: ClassValues<i64>,
{
    let found = if curve == "precision_recall_curve" {
        let curve = precision_recall_curve(truth, values).unwrap();
        [curve.precision, curve.recall, curve.thresholds]
    } else {
        let drops = case["params"]["drop_intermediate"] == true;
        let curve = if drops { roc_curve(truth, values) } else { RocCurve::with_all_points(truth, values) };
        match curve {
            Ok(curve) => {
                let area = roc_auc_score(truth, values).unwrap();
                assert_close(curve.auc(), area, TOLERANCE, 1.0, what);
                [curve.fpr, curve.tpr, curve.thresholds]
            }
            Err(error) => {
                assert!(matches!(error, Error::Unsupported { .. }), "{what}: {error}");
                let undefined = list(&case["expected"]).iter().any(|part| part[0].is_null());
                assert!(undefined, "{what}");
                return Outcome::Refused;
            }
        }
    };
    for (found, expected) in found.iter().zip(list(&case["expected"])) {
        let expected = numbers(expected);
        assert_eq!(found.len(), expected.len(), "{what}");
        for (&found, expected) in found.iter().zip(expected) {
            assert_close(found, expected, TOLERANCE, 1.0, what);
        }
    }
    Outcome::Agrees
}
