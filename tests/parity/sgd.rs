//! Stochastic gradient descent against scikit-learn's: step for step where nothing is shuffled, and where it ends.

use crate::cases::class_weight;
use crate::golden::{assert_close, list, load, matrix, number, vector};
use certifit::loss::{EpsilonInsensitive, Huber, ModifiedHuber, Perceptron, SquaredEpsilonInsensitive};
use certifit::prelude::*;
use ndarray::{Array1, Array2};
use serde_json::Value;
use std::sync::Arc;

/// Traces agree to this, relative to the largest coefficient.
const EXACT: f64 = 1e-9;

/// The number `params[name]`, or what scikit-learn has if it is not given.
fn or(params: &Value, name: &str, default: f64) -> f64 {
    if params[name].is_null() { default } else { number(&params[name]) }
}

pub fn loss(params: &Value) -> Arc<dyn Loss> {
    let epsilon = or(params, "epsilon", 0.1);
    match params["loss"].as_str().unwrap_or("squared_error") {
        "hinge" => Arc::new(Hinge),
        "squared_hinge" => Arc::new(SquaredHinge),
        "log_loss" => Arc::new(LogLoss),
        "modified_huber" => Arc::new(ModifiedHuber),
        "perceptron" => Arc::new(Perceptron),
        "squared_error" => Arc::new(SquaredError),
        "huber" => Arc::new(Huber { epsilon }),
        "epsilon_insensitive" => Arc::new(EpsilonInsensitive { epsilon }),
        "squared_epsilon_insensitive" => Arc::new(SquaredEpsilonInsensitive { epsilon }),
        other => panic!("{other}"),
    }
}

fn penalty(params: &Value) -> Arc<dyn Regularizer> {
    match params.get("penalty").map(|penalty| penalty.as_str()) {
        None | Some(Some("l2")) => Arc::new(L2),
        Some(Some("l1")) => Arc::new(L1),
        Some(Some("elasticnet")) => Arc::new(ElasticNet { l1_ratio: or(params, "l1_ratio", 0.15) }),
        Some(None) => Arc::new(NoPenalty),
        other => panic!("{other:?}"),
    }
}

pub fn schedule(params: &Value, default: &str, power_t: f64) -> Arc<dyn LearningRate> {
    let eta0 = or(params, "eta0", 0.01);
    match params["learning_rate"].as_str().unwrap_or(default) {
        "constant" => Arc::new(schedule::Constant { eta0 }),
        "optimal" => Arc::new(schedule::Optimal),
        "invscaling" => Arc::new(schedule::InvScaling { eta0, power_t: or(params, "power_t", power_t) }),
        "adaptive" => Arc::new(schedule::Adaptive { eta0 }),
        other => panic!("{other}"),
    }
}

/// The parameters that classifiers and regressors share.
macro_rules! with_params {
    ($estimator:expr, $params:expr, $schedule:expr, $power_t:expr) => {{
        let params = $params;
        let average = match &params["average"] {
            Value::Bool(yes) => usize::from(*yes),
            Value::Number(start) => start.as_u64().unwrap() as usize,
            _ => 0,
        };
        $estimator
            .loss(loss(params))
            .penalty(penalty(params))
            .learning_rate(schedule(params, $schedule, $power_t))
            .alpha(or(params, "alpha", 1e-4))
            .average(average)
            .n_iter_no_change(or(params, "n_iter_no_change", 5.0) as usize)
            .intercept(match params["fit_intercept"] {
                Value::Bool(false) => Intercept::None,
                _ => Intercept::Free,
            })
    }};
}

type AnyClassifier = SGDClassifier<Arc<dyn Loss>, Arc<dyn Regularizer>, Arc<dyn LearningRate>, update::Plain>;

fn classifier(params: &Value) -> AnyClassifier {
    let sgd = SGDClassifier::new().class_weight(class_weight(&params["class_weight"]));
    with_params!(sgd, params, "optimal", 0.5)
}

fn weights(case: &Value, n: usize) -> Vec<f64> {
    let rule = |i: usize| ((i * 37 + 11) % 100) as f64 / 50.0;
    (0..n).map(|i| if case["sample_weight"].is_null() { 1.0 } else { rule(i) }).collect()
}

/// `numpy.array_split`: the first parts are one row longer where it does not come out even.
fn parts(n: usize, k: usize) -> Vec<Vec<usize>> {
    let mut rows = 0..n;
    (0..k).map(|part| rows.by_ref().take(n / k + usize::from(part < n % k)).collect()).collect()
}

/// Coefficients are a matrix for classifiers, and a vector for regressors.
fn expected(case: &Value) -> (Array2<f64>, Array1<f64>) {
    let coef = match list(&case["coef_"]).first() {
        Some(Value::Array(_)) => matrix(&case["coef_"]),
        _ => vector(&case["coef_"]).insert_axis(ndarray::Axis(0)),
    };
    (coef, vector(&case["intercept_"]))
}

#[track_caller]
fn assert_trace(case: &Value, coef: &Array2<f64>, intercept: &Array1<f64>) {
    let what = format!("{} {} {}", case["model"], case["params"], case["partial_fit_parts"]);
    let (expected_coef, expected_intercept) = expected(case);
    assert_eq!(coef.dim(), expected_coef.dim(), "{what}");
    let scale = expected_coef.iter().fold(0.0, |most: f64, w| most.max(w.abs()));
    for (found, expected) in coef.iter().zip(&expected_coef) {
        assert_eq!(*found == 0.0, *expected == 0.0, "{what}: {found} is not {expected}");
        assert_close(*found, *expected, EXACT, scale, &what);
    }
    for (found, expected) in intercept.iter().zip(&expected_intercept) {
        assert_close(*found, *expected, EXACT, scale, &what);
    }
}

#[test]
fn classifiers_step_for_step() {
    let file = load("sgd_trace");
    let mut tested = 0;
    for case in list(&file["cases"]).iter().filter(|case| case["model"] == "SGDClassifier") {
        let input = &file["inputs"][case["input"].as_str().unwrap()];
        let x = matrix(&input["X"]);
        let y: Vec<usize> = crate::golden::indices(&input["y"]);
        let weights = weights(case, y.len());
        let epochs = case["epochs"].as_u64().unwrap() as usize;
        let sgd = classifier(&case["params"]).shuffle(false).tol(None).max_iter(epochs);
        let fit = |x: &Array2<f64>| {
            if case["partial_fit_parts"].is_null() {
                let model = sgd.fit(x, &y.weighted(&weights).unwrap()).unwrap();
                assert!(model.report().problems().iter().all(|problem| problem.loss_curve.len() == epochs));
                return (model.coef().clone(), model.intercept().clone());
            }
            let mut online = sgd.online(&[0, 1, 2][..=*y.iter().max().unwrap()]).unwrap();
            for rows in parts(y.len(), case["partial_fit_parts"].as_u64().unwrap() as usize) {
                online.partial_fit(&x.take(&rows), &y.take(&rows)).unwrap();
            }
            assert_eq!(online.n_steps() as f64 + 1.0, number(&case["t_"]));
            let model = online.model().unwrap();
            (model.coef().clone(), model.intercept().clone())
        };
        let (coef, intercept) = fit(&x);
        assert_trace(case, &coef, &intercept);
        tested += 1;
    }
    assert_eq!(tested, 53);
}

#[test]
fn classifiers_end_where_scikit_learn_ends() {
    let file = load("sgd_trace");
    let mut tested = 0;
    for case in list(&file["stopping"]).iter().filter(|case| case["model"] == "SGDClassifier") {
        let input = &file["inputs"][case["input"].as_str().unwrap()];
        let (x, y) = (matrix(&input["X"]), crate::golden::indices(&input["y"]));
        let sgd = classifier(&case["params"]).shuffle(false).tol(or(&case["params"], "tol", 1e-3));
        let model = sgd.fit(&x, &y).unwrap();
        assert_eq!(model.report().iterations(), case["n_iter_"].as_u64().unwrap() as usize, "{case}");
        assert_eq!(model.report().stop_reason(), StopReason::NoChange);
        assert_trace(case, model.coef(), model.intercept());
        tested += 1;
    }
    assert_eq!(tested, 5);
}

type AnyRegressor = SGDRegressor<Arc<dyn Loss>, Arc<dyn Regularizer>, Arc<dyn LearningRate>, update::Plain>;

fn regressor(params: &Value) -> AnyRegressor {
    with_params!(SGDRegressor::new(), params, "invscaling", 0.25)
}

#[test]
fn regressors_step_for_step() {
    let file = load("sgd_trace");
    let mut tested = 0;
    let input = &file["inputs"]["regr"];
    let (x, y) = (matrix(&input["X"]), vector(&input["y"]));
    let check = |case: &Value, model: &LinearRegressor<f64>| {
        let coef = model.coef().clone().insert_axis(ndarray::Axis(0));
        assert_trace(case, &coef, &ndarray::array![model.intercept()]);
    };
    for case in list(&file["cases"]).iter().filter(|case| case["model"] == "SGDRegressor") {
        let epochs = case["epochs"].as_u64().unwrap() as usize;
        let sgd = regressor(&case["params"]).shuffle(false).tol(None).max_iter(epochs);
        if case["partial_fit_parts"].is_null() {
            check(case, &sgd.fit(&x, &y).unwrap());
        } else {
            let parts = parts(y.len(), case["partial_fit_parts"].as_u64().unwrap() as usize);
            let batches = parts.iter().map(|rows| Ok((x.take(rows), y.take(rows))));
            check(case, &sgd.fit_stream(batches).unwrap());
        }
        tested += 1;
    }
    for case in list(&file["stopping"]).iter().filter(|case| case["model"] == "SGDRegressor") {
        let sgd = regressor(&case["params"]).shuffle(false).tol(or(&case["params"], "tol", 1e-3));
        let model = sgd.fit(&x, &y).unwrap();
        assert_eq!(model.report().iterations(), case["n_iter_"].as_u64().unwrap() as usize, "{case}");
        check(case, &model);
        tested += 1;
    }
    assert_eq!(tested, 36 + 3);
}

/// What scikit-learn's five seeds reached, one column a problem.
fn of_seeds(case: &Value) -> Array2<f64> {
    let seeds = list(&case["sklearn_sgd_objective_seeds_0_4"]);
    match seeds[0] {
        Value::Array(_) => matrix(&case["sklearn_sgd_objective_seeds_0_4"]),
        _ => vector(&case["sklearn_sgd_objective_seeds_0_4"]).insert_axis(ndarray::Axis(1)),
    }
}

/// The objective of each problem of a case, of a fit by `fit_classifier` or `fit_regressor`.
fn objectives(
    case: &Value,
    fit_classifier: impl Fn(&Value, &Array2<f64>, &Array1<usize>) -> Vec<f64>,
    fit_regressor: impl Fn(&Value, &Array2<f64>, &Array1<f64>) -> Vec<f64>,
) -> Vec<f64> {
    if case["model"] == "SGDClassifier" {
        let (x, y) = crate::cases::standardized(&case["info"]);
        return fit_classifier(&case["params"], &x, &y);
    }
    let data = datasets::diabetes();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let (mean, std) = (data.target.mean().unwrap(), data.target.std(0.0));
    fit_regressor(&case["params"], &x, &data.target.mapv(|y| (y - mean) / std))
}

fn primals(report: &certifit::solver::Report) -> Vec<f64> {
    report.problems().iter().map(|problem| problem.certificate.primal).collect()
}

/// The exact optimum of each problem of a case.
fn optima(case: &Value) -> Vec<f64> {
    match &case["objective"] {
        Value::Array(_) => vector(&case["objective"]).to_vec(),
        one => vec![number(one)],
    }
}

#[test]
fn default_settings_get_nearer_than_scikit_learn() {
    let file = load("sgd_optima");
    for case in list(&file["cases"]) {
        let (params, seeds) = (&case["params"], of_seeds(case));
        let (loss, alpha) = (params["loss"].as_str().unwrap(), number(&params["alpha"]));
        for seed in 0..5 {
            let what = format!("{} {params} seed {seed}", case["info"]["dataset"]);
            let found = objectives(
                case,
                |params, x, y| primals(classifier(params).seed(seed).fit(x, y).unwrap().report()),
                |params, x, y| primals(regressor(params).seed(seed).fit(x, y).unwrap().report()),
            );
            for (problem, (found, optimum)) in found.iter().zip(optima(case)).enumerate() {
                let worst = seeds.column(problem).fold(0.0, |worst: f64, value| worst.max(*value));
                println!("{what} {problem}: {found:.6} optimum {optimum:.6} worst seed {worst:.6}");
                assert!(found.is_finite() && *found >= optimum * (1.0 - 1e-9), "{what}: {found}");
                if alpha >= 0.01 && ["log_loss", "squared_error"].contains(&loss) {
                    assert!(*found <= optimum + 1e-2, "{what}: {found} above {optimum}");
                }
                if loss == "hinge" {
                    assert!(*found <= worst, "{what} {problem}: {found} above their worst seed, {worst}");
                }
            }
        }
    }
}

/// Nearer than the best of scikit-learn's seeds: the automatic mode always, averages but for two of the 69 problems, and
/// nearer than their median there.
#[test]
fn averages_and_the_automatic_mode_beat_the_best_seed() {
    let file = load("sgd_optima");
    let (mut n_problems, mut missed) = (0, Vec::new());
    for case in list(&file["cases"]) {
        let (params, seeds) = (&case["params"], of_seeds(case));
        let what = format!("{} {params}", case["info"]["dataset"]);
        let automatic = objectives(
            case,
            |params, x, y| primals(classifier(params).automatic().fit(x, y).unwrap().report()),
            |params, x, y| primals(regressor(params).automatic().fit(x, y).unwrap().report()),
        );
        let averaged = objectives(
            case,
            |params, x, y| primals(classifier(params).average(1).fit(x, y).unwrap().report()),
            |params, x, y| primals(regressor(params).average(1).fit(x, y).unwrap().report()),
        );
        for (problem, (automatic, averaged)) in automatic.iter().zip(&averaged).enumerate() {
            let mut seeds = seeds.column(problem).to_vec();
            seeds.sort_by(f64::total_cmp);
            assert!(*automatic < seeds[0], "{what} {problem}: {automatic} above {}", seeds[0]);
            assert!(*averaged < seeds[2], "{what} {problem}: averaged {averaged} above {}", seeds[2]);
            n_problems += 1;
            missed.extend(
                (*averaged >= seeds[0]).then(|| format!("{what} {problem}: {averaged} above {seeds:?}")),
            );
        }
    }
    println!("{missed:#?}");
    assert!(n_problems == 69 && missed.len() <= 2, "{missed:#?}");
}
