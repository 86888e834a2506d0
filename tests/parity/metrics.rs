//! Metrics.

use crate::golden::{assert_close, indices, list, load, matrix, number, numbers};
use certifit::data::{Label, Targets};
use certifit::metric::{
    Averaging, BalancedAccuracy, ClassChoice, CohenKappa, D2AbsoluteError, ExplainedVariance, Jaccard,
    KappaWeights, NegMaxError, NegMeanAbsolutePercentageError, NegMeanPinballLoss, NegMeanSquaredLogError,
    NegMedianAbsoluteError, accuracy_count, d2_absolute_error_score, explained_variance_score, jaccard_score,
    matthews_corrcoef, max_error, mean_absolute_percentage_error, mean_pinball_loss, mean_squared_log_error,
    median_absolute_error,
};
use certifit::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

const TOLERANCE: f64 = 1e-12;

/// How many cases of each metric agree, and how many do not apply, by reason.
#[derive(Default)]
struct Tally {
    run: BTreeMap<String, usize>,
    skipped: BTreeMap<String, usize>,
}

impl Tally {
    fn assert(&self, run: &[(&str, usize)], skipped: &[(&str, usize)]) {
        let expected = |counts: &[(&str, usize)]| -> BTreeMap<String, usize> {
            counts.iter().map(|&(name, count)| (name.to_owned(), count)).collect()
        };
        assert_eq!(self.run, expected(run), "cases run");
        assert_eq!(self.skipped, expected(skipped), "cases skipped");
    }
}

/// Runs the cases of these metrics on the given columns.
fn for_each_case(metrics: &[&str], mut case: impl FnMut(&Value, &Value, &str)) {
    let golden = load("metrics");
    for value in list(&golden["cases"]) {
        if metrics.contains(&value["metric"].as_str().unwrap_or_default()) {
            assert_eq!(value["args"], serde_json::json!(["y_true", "y_pred"]));
            let what = format!("{} on {} {}", value["metric"], value["input"], value["params"]);
            let input = &golden["inputs"][value["input"].as_str().unwrap_or_default()];
            case(value, input, &what);
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

fn integer(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("not an integer: {value}"))
}

fn targets<L>(values: &Value, label: fn(&Value) -> L) -> Vec<L> {
    list(values).iter().map(label).collect()
}

#[test]
fn classification() {
    let metrics = [
        "accuracy_score",
        "zero_one_loss",
        "confusion_matrix",
        "precision_score",
        "recall_score",
        "f1_score",
        "fbeta_score",
        "classification_report",
        "balanced_accuracy_score",
        "matthews_corrcoef",
        "cohen_kappa_score",
        "jaccard_score",
    ];
    let mut tally = Tally::default();
    for_each_case(&metrics, |case, input, what| {
        if input["y_true"][0].is_string() {
            labels_case(case, input, text, what);
        } else {
            labels_case(case, input, integer, what);
        }
        *tally.run.entry(text(&case["metric"])).or_default() += 1;
    });
    let run = [
        ("accuracy_score", 30),
        ("zero_one_loss", 15),
        ("confusion_matrix", 40),
        ("precision_score", 88),
        ("recall_score", 86),
        ("f1_score", 87),
        ("fbeta_score", 12),
        ("classification_report", 2),
        ("balanced_accuracy_score", 30),
        ("matthews_corrcoef", 15),
        ("cohen_kappa_score", 17),
        ("jaccard_score", 15),
    ];
    tally.assert(&run, &[]);
}

fn labels_case<L: Label>(case: &Value, input: &Value, label: fn(&Value) -> L, what: &str) {
    let (truth, predicted) = (targets(&input["y_true"], label), targets(&input["y_pred"], label));
    if case["weighted"] == true {
        let weighted = truth.weighted(&numbers(&input["sample_weight"]));
        check_labels(case, &weighted.unwrap(), &predicted, label, what);
    } else {
        check_labels(case, &truth, &predicted, label, what);
    }
}

fn check_labels<T, L>(case: &Value, truth: &T, predicted: &Vec<L>, label: fn(&Value) -> L, what: &str)
where
    T: Targets<Value = L>,
    L: Label,
{
    let (params, expected) = (&case["params"], &case["expected"]);
    match case["metric"].as_str().unwrap_or_default() {
        "accuracy_score" => {
            let normalize = params.get("normalize") != Some(&Value::Bool(false));
            let score = if normalize { accuracy_score } else { accuracy_count };
            assert_close(score(truth, predicted).unwrap(), number(expected), TOLERANCE, 1.0, what);
        }
        "zero_one_loss" => {
            assert_close(zero_one_loss(truth, predicted).unwrap(), number(expected), TOLERANCE, 1.0, what);
        }
        "confusion_matrix" => {
            let found = match params.get("labels") {
                Some(labels) => ConfusionMatrix::with_labels(truth, predicted, targets(labels, label)),
                None => confusion_matrix(truth, predicted),
            };
            let found = match params.get("normalize").map(text).as_deref() {
                Some("true") => found.unwrap().normalize(Normalize::True),
                Some("pred") => found.unwrap().normalize(Normalize::Pred),
                Some("all") => found.unwrap().normalize(Normalize::All),
                _ => found.unwrap(),
            };
            assert_eq!(found.counts().dim(), matrix(expected).dim(), "{what}");
            for (&found, &expected) in found.counts().iter().zip(&matrix(expected)) {
                assert_close(found, expected, TOLERANCE, 1.0, what);
            }
        }
        "classification_report" => check_report(case, truth, predicted, label, what),
        "balanced_accuracy_score" => {
            let adjusted = params.get("adjusted") == Some(&Value::Bool(true));
            let found = BalancedAccuracy::new().adjusted(adjusted).evaluate(truth, predicted);
            assert_defined(found, number(expected), what);
        }
        "matthews_corrcoef" => {
            let found = matthews_corrcoef(truth, predicted).unwrap();
            assert_close(found, number(expected), TOLERANCE, 1.0, what);
        }
        "cohen_kappa_score" => {
            let weights = match params.get("weights").map(text).as_deref() {
                None => KappaWeights::Equal,
                Some("linear") => KappaWeights::Linear,
                Some("quadratic") => KappaWeights::Quadratic,
                other => panic!("weights {other:?}"),
            };
            let found = CohenKappa::new().weights(weights).evaluate(truth, predicted);
            assert_defined(found, number(expected), what);
        }
        metric => check_averaged(metric, case, truth, predicted, label, what),
    }
}

/// Where scikit-learn returns NaN or an infinity, the answer here is an error.
fn assert_defined(found: Result<f64, Error>, expected: f64, what: &str) {
    match found {
        Err(Error::Unsupported { .. }) if !expected.is_finite() => {}
        found => assert_close(found.unwrap(), expected, TOLERANCE, 1.0, what),
    }
}

fn zero_division(params: &Value) -> ZeroDivision {
    match params.get("zero_division") {
        None => ZeroDivision::default(),
        Some(Value::Null) => ZeroDivision::NaN,
        Some(value) if number(value) == 0.0 => ZeroDivision::Zero,
        Some(value) if number(value) == 1.0 => ZeroDivision::One,
        Some(other) => panic!("zero_division {other}"),
    }
}

fn check_averaged<T, L>(
    metric: &str,
    case: &Value,
    truth: &T,
    predicted: &Vec<L>,
    label: fn(&Value) -> L,
    what: &str,
) where
    T: Targets<Value = L>,
    L: Label,
{
    let params = &case["params"];
    let zero = zero_division(params);
    let average = match params.get("average") {
        Some(Value::Null) => return check_each(metric, case, truth, predicted, what),
        Some(name) => match name.as_str() {
            Some("micro") => Average::Micro,
            Some("macro") => Average::Macro,
            Some("weighted") => Average::Weighted,
            other => panic!("average {other:?}"),
        },
        None => {
            // scikit-learn's default is the label 1.
            let positive = label(params.get("pos_label").unwrap_or(&Value::from(1)));
            let average = Average::positive(positive).zero_division(zero);
            return check_score(metric, case, truth, predicted, average, what);
        }
    };
    match params.get("labels") {
        Some(labels) => {
            let average = average.labels(targets(labels, label)).zero_division(zero);
            check_score(metric, case, truth, predicted, average, what);
        }
        None => check_score(metric, case, truth, predicted, average.zero_division(zero), what),
    }
}

fn check_each<T, L>(metric: &str, case: &Value, truth: &T, predicted: &Vec<L>, what: &str)
where
    T: Targets<Value = L>,
    L: Label,
{
    let scores = precision_recall_fscore_support(truth, predicted).unwrap();
    let scores = scores.zero_division(zero_division(&case["params"]));
    let found = match metric {
        "precision_score" => scores.precision(),
        "recall_score" => scores.recall(),
        "f1_score" => scores.f1(),
        other => panic!("{other} of each class"),
    };
    let expected = numbers(&case["expected"]);
    assert_eq!(found.len(), expected.len(), "{what}");
    found.iter().zip(expected).for_each(|(&found, expected)| {
        assert_close(found, expected, TOLERANCE, 1.0, what);
    });
}

/// Checks the function and the scorer of the same name.
fn check_score<T, L, C>(
    metric: &str,
    case: &Value,
    truth: &T,
    predicted: &Vec<L>,
    average: Averaging<C>,
    what: &str,
) where
    T: Targets<Value = L>,
    L: Label,
    C: ClassChoice<L> + Clone,
{
    let (found, scored) = match metric {
        "precision_score" => (
            precision_score(truth, predicted, average.clone()),
            Precision::new().average(average).evaluate(truth, predicted),
        ),
        "recall_score" => (
            recall_score(truth, predicted, average.clone()),
            Recall::new().average(average).evaluate(truth, predicted),
        ),
        "f1_score" => (
            f1_score(truth, predicted, average.clone()),
            F1::new().average(average).evaluate(truth, predicted),
        ),
        "jaccard_score" => (
            jaccard_score(truth, predicted, average.clone()),
            Jaccard::new().average(average).evaluate(truth, predicted),
        ),
        "fbeta_score" => {
            let beta = number(&case["params"]["beta"]);
            let scorer = FBeta::new(beta).average(average.clone());
            (fbeta_score(truth, predicted, beta, average), scorer.evaluate(truth, predicted))
        }
        other => panic!("unknown metric {other}"),
    };
    match case.get("error") {
        Some(_) => {
            let refused =
                |result| matches!(result, Err(Error::InvalidParameter { .. } | Error::UnknownLabel { .. }));
            assert!(refused(found) && refused(scored), "{what}: an error is expected");
        }
        None => {
            assert_close(found.unwrap(), number(&case["expected"]), TOLERANCE, 1.0, what);
            assert_close(scored.unwrap(), number(&case["expected"]), TOLERANCE, 1.0, what);
        }
    }
}

fn check_report<T, L>(case: &Value, truth: &T, predicted: &Vec<L>, label: fn(&Value) -> L, what: &str)
where
    T: Targets<Value = L>,
    L: Label,
{
    let report =
        classification_report(truth, predicted).unwrap().zero_division(zero_division(&case["params"]));
    if case["params"].get("output_dict") == Some(&Value::Bool(true)) {
        assert_report_values(&report, &case["expected"], label, what);
    } else {
        let digits = case["params"]["digits"].as_u64().unwrap() as usize;
        assert_eq!(report.digits(digits).to_string(), case["expected"].as_str().unwrap(), "{what}");
    }
}

/// Compares with scikit-learn's dictionary; its keys for classes are the labels as text.
fn assert_report_values<L: Label>(
    report: &ClassificationReport<L>,
    expected: &Value,
    label: fn(&Value) -> L,
    what: &str,
) {
    let entries = expected.as_object().unwrap();
    for (name, expected) in entries {
        let row = match name.as_str() {
            "accuracy" => {
                assert_close(report.accuracy().unwrap(), number(expected), TOLERANCE, 1.0, what);
                continue;
            }
            "macro avg" => report.macro_avg(),
            "weighted avg" => report.weighted_avg(),
            class => report.class(&label(&class.parse::<i64>().map_or(class.into(), Value::from))).unwrap(),
        };
        let found = [row.precision, row.recall, row.f1, row.support];
        for (found, key) in found.into_iter().zip(["precision", "recall", "f1-score", "support"]) {
            assert_close(found, number(&expected[key]), TOLERANCE, 1.0, &format!("{what} {name} {key}"));
        }
    }
    assert_eq!(report.labels_shown().len(), entries.len() - 3, "{what}");
}

#[test]
fn walkthrough_reports_and_confusion() {
    let (golden, targets) = (load("seed_walkthrough"), load("seed_walkthrough_y_test"));
    let (mut reports, mut confusions) = (0, 0);
    for (run, target) in list(&golden["runs"]).iter().zip(list(&targets["runs"])) {
        let name = text(&run["info"]["dataset"]);
        assert_eq!(name, text(&target["dataset"]));
        let truth = indices(&target["y_test"]);
        let predicted = indices(&run["svc_linear"]["predictions"]);
        let found = confusion_matrix(&truth, &predicted).unwrap();
        assert_eq!(found.counts(), matrix(&run["svc_linear"]["confusion_matrix"]), "{name}");
        confusions += 1;
        let report = classification_report(&truth, &predicted).unwrap();
        assert_eq!(report.to_string(), text(&run["classification_report_text"]), "{name}");
        let label = |value: &Value| integer(value) as usize;
        assert_report_values(&report, &run["classification_report"], label, &name);
        reports += 1;
    }
    assert_eq!((reports, confusions), (5, 5));
}

#[test]
fn regression() {
    let metrics = [
        "r2_score",
        "mean_squared_error",
        "root_mean_squared_error",
        "mean_absolute_error",
        "median_absolute_error",
        "explained_variance_score",
        "mean_absolute_percentage_error",
        "mean_pinball_loss",
        "d2_absolute_error_score",
        "max_error",
        "mean_squared_log_error",
    ];
    let mut tally = Tally::default();
    for_each_case(&metrics, |case, input, what| {
        let metric = text(&case["metric"]);
        if input["y_true"][0].is_array() {
            *tally.skipped.entry(format!("{metric}: several outputs")).or_default() += 1;
            return;
        }
        let (truth, predicted) = (numbers(&input["y_true"]), numbers(&input["y_pred"]));
        let constant = truth.iter().all(|&y| y == truth[0]);
        if case["params"].get("force_finite") == Some(&Value::Bool(false)) && constant {
            *tally.skipped.entry(format!("{metric}: not finite on purpose")).or_default() += 1;
            return;
        }
        if case["weighted"] == true {
            let truth = truth.weighted(&numbers(&input["sample_weight"])).unwrap();
            check_numbers(&metric, case, &truth, &predicted, what);
        } else {
            check_numbers(&metric, case, &truth, &predicted, what);
        }
        *tally.run.entry(metric).or_default() += 1;
    });
    let run = [
        ("r2_score", 12),
        ("mean_squared_error", 8),
        ("root_mean_squared_error", 8),
        ("mean_absolute_error", 8),
        ("median_absolute_error", 8),
        ("explained_variance_score", 12),
        ("mean_absolute_percentage_error", 8),
        ("mean_pinball_loss", 9),
        ("d2_absolute_error_score", 8),
        ("max_error", 7),
        ("mean_squared_log_error", 7),
    ];
    let skipped = [
        ("r2_score: several outputs", 4),
        ("r2_score: not finite on purpose", 3),
        ("mean_squared_error: several outputs", 2),
        ("root_mean_squared_error: several outputs", 1),
        ("mean_absolute_error: several outputs", 2),
        ("median_absolute_error: several outputs", 1),
        ("explained_variance_score: several outputs", 2),
        ("explained_variance_score: not finite on purpose", 3),
        ("mean_absolute_percentage_error: several outputs", 1),
        ("mean_pinball_loss: several outputs", 1),
        ("d2_absolute_error_score: several outputs", 1),
        ("max_error: several outputs", 1),
        ("mean_squared_log_error: several outputs", 1),
    ];
    tally.assert(&run, &skipped);
}

fn check_numbers<T>(metric: &str, case: &Value, truth: &T, predicted: &Vec<f64>, what: &str)
where
    T: Targets<Value = f64>,
{
    let minus = |score: Result<f64, Error>| score.map(|score| -score);
    let (y, p) = (truth, predicted);
    let (found, scored) = match metric {
        "r2_score" => (r2_score(y, p), R2.evaluate(y, p)),
        "explained_variance_score" => (explained_variance_score(y, p), ExplainedVariance.evaluate(y, p)),
        "d2_absolute_error_score" => (d2_absolute_error_score(y, p), D2AbsoluteError.evaluate(y, p)),
        "mean_squared_error" => (mean_squared_error(y, p), minus(NegMeanSquaredError.evaluate(y, p))),
        "root_mean_squared_error" => {
            (root_mean_squared_error(y, p), minus(NegRootMeanSquaredError.evaluate(y, p)))
        }
        "mean_absolute_error" => (mean_absolute_error(y, p), minus(NegMeanAbsoluteError.evaluate(y, p))),
        "median_absolute_error" => {
            (median_absolute_error(y, p), minus(NegMedianAbsoluteError.evaluate(y, p)))
        }
        "mean_absolute_percentage_error" => {
            (mean_absolute_percentage_error(y, p), minus(NegMeanAbsolutePercentageError.evaluate(y, p)))
        }
        "mean_pinball_loss" => {
            let alpha = case["params"].get("alpha").map_or(0.5, number);
            (mean_pinball_loss(y, p, alpha), minus(NegMeanPinballLoss::new(alpha).evaluate(y, p)))
        }
        "max_error" => (max_error(y, p), minus(NegMaxError.evaluate(y, p))),
        "mean_squared_log_error" => {
            (mean_squared_log_error(y, p), minus(NegMeanSquaredLogError.evaluate(y, p)))
        }
        other => panic!("unknown metric {other}"),
    };
    assert_eq!(found, scored, "{what}");
    if case.get("error").is_some() {
        assert!(matches!(found, Err(Error::InvalidParameter { .. })), "{what}: {found:?}");
        return;
    }
    match (found, number(&case["expected"])) {
        // One row has no variance: scikit-learn warns and returns NaN, here it is an error.
        (Err(Error::Unsupported { .. }), expected) if expected.is_nan() => {}
        (found, expected) => assert_close(found.unwrap(), expected, TOLERANCE, 0.0, what),
    }
}
