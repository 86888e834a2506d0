//! Networks of given weights, and their first steps.

use crate::golden::{assert_close, list, load, matrix, number, numbers, vector};
use certifit::loss::{LogLoss, SquaredError};
use certifit::neural::{
    Activation, FittedMLPClassifier, Identity, Logistic, MLPClassifier, Network, Optimizer, OutputLoss, Relu,
    Separate, SoftmaxCrossEntropy, Tanh,
};
use certifit::schedule::Constant;
use certifit::update::{Adam, Momentum, Nesterov, Plain};
use ndarray::{Array1, Array2, ArrayView2};
use serde_json::Value;

const EXACT: f64 = 1e-10;

#[derive(Debug)]
struct Named(Box<dyn Activation>);

impl Activation for Named {
    fn value(&self, z: f64) -> f64 {
        self.0.value(z)
    }
    fn slope(&self, z: f64, a: f64) -> f64 {
        self.0.slope(z, a)
    }
}

fn activation(name: &Value) -> Named {
    Named(match name.as_str().unwrap() {
        "identity" => Box::new(Identity),
        "logistic" => Box::new(Logistic),
        "tanh" => Box::new(Tanh),
        "relu" => Box::new(Relu),
        other => panic!("{other}"),
    })
}

fn network(coefs: &Value, intercepts: &Value, activation: Named) -> Network<f64> {
    let layers = list(coefs).iter().zip(list(intercepts)).map(|(w, b)| (matrix(w), vector(b))).collect();
    Network::new(layers, activation).unwrap()
}

#[track_caller]
fn assert_all(found: ArrayView2<'_, f64>, expected: &Array2<f64>, what: &str) {
    assert_eq!(found.dim(), expected.dim());
    found
        .iter()
        .zip(expected)
        .for_each(|(found, expected)| assert_close(*found, *expected, EXACT, 1.0, what));
}

fn rows(value: &Value) -> Array2<f64> {
    match list(value)[0] {
        Value::Array(_) => matrix(value),
        _ => vector(value).insert_axis(ndarray::Axis(1)),
    }
}

#[test]
fn activations_losses_and_gradients_are_those_of_scikit_learn() {
    let golden = load("mlp");
    let mut checked = 0;
    for case in list(&golden["cases"]) {
        let network = network(&case["coefs"], &case["intercepts"], activation(&case["activation"]));
        let (x, y) = (matrix(&case["X"]), rows(&case["y"]));
        let n = x.nrows();
        let weights = match &case["sample_weight"] {
            Value::Null => vec![1.0; n],
            weights => numbers(weights),
        };
        let (total, alpha) = (weights.iter().sum::<f64>(), number(&case["alpha"]));
        let n_outputs = network.n_outputs();

        let layers = list(&case["activations"]);
        for (layer, expected) in layers[..layers.len() - 1].iter().enumerate() {
            assert_all(network.hidden(&x, layer).unwrap().view(), &matrix(expected), "activations");
        }
        let outputs = network.outputs(&x).unwrap();
        let out = case["out_activation"].as_str().unwrap();
        let is_regressor = case["kind"] == "regressor";
        let last = match out {
            "identity" => outputs,
            "logistic" => outputs.mapv(|z| Logistic.value(z)),
            _ => softmax(outputs),
        };
        assert_all(last.view(), &rows(layers.last().unwrap()), "outputs");

        let targets: Vec<f64> = match out {
            "logistic" => y.iter().map(|y| 2.0 * y - 1.0).collect(),
            _ => y.iter().copied().collect(),
        };
        let (loss, gradient) = match out {
            "identity" => network.loss_gradient(&x, &targets, &weights, &Separate(SquaredError)),
            "logistic" => network.loss_gradient(&x, &targets, &weights, &Separate(LogLoss)),
            _ => network.loss_gradient(&x, &targets, &weights, &SoftmaxCrossEntropy),
        }
        .unwrap();
        let squares: f64 = network.coefs().iter().map(|w| w.iter().map(|w| w * w).sum::<f64>()).sum();
        // scikit-learn's loss of several numbers is their mean, its gradient that of their sum.
        let loss = if is_regressor { loss / n_outputs as f64 } else { loss };
        assert_close(loss + 0.5 * alpha * squares / total, number(&case["loss"]), EXACT, 1.0, "loss");
        for (layer, (w, of_w)) in network.coefs().iter().zip(gradient.coefs()).enumerate() {
            let with_penalty = &of_w + &(w.to_owned() * (alpha / total));
            assert_all(with_penalty.view(), &matrix(&case["coef_grads"][layer]), "gradient of weights");
        }
        for (layer, of_b) in gradient.intercepts().iter().enumerate() {
            let expected: Array1<f64> = vector(&case["intercept_grads"][layer]);
            let (found, expected) =
                (of_b.insert_axis(ndarray::Axis(0)), expected.insert_axis(ndarray::Axis(0)));
            assert_all(found, &expected, "gradient of biases");
        }
        checked += 1;
    }
    assert_eq!(checked, 34);
}

fn softmax(mut outputs: Array2<f64>) -> Array2<f64> {
    for mut row in outputs.rows_mut() {
        let largest = row.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        row.mapv_inplace(|z| (z - largest).exp());
        let sum = row.sum();
        row.mapv_inplace(|z| z / sum);
    }
    outputs
}

#[test]
fn losses_of_outputs_say_how_many_targets_they_have() {
    assert_eq!((SoftmaxCrossEntropy.n_targets(5), Separate(SquaredError).n_targets(5)), (1, 5));
}

#[test]
fn first_steps_are_those_of_scikit_learn() {
    let golden = load("mlp");
    for case in list(&golden["optimiser_steps"]) {
        let params = &case["params"];
        let momentum = number(&params["momentum"]);
        let rate = number(&params["learning_rate_init"]);
        if case["solver"] == "adam" {
            steps(case, Adam::default(), rate);
        } else if momentum == 0.0 {
            steps(case, Plain, rate);
        } else if params["nesterovs_momentum"] == true {
            steps(case, Nesterov { momentum }, rate);
        } else {
            steps(case, Momentum { momentum }, rate);
        }
    }
}

fn steps(case: &Value, solver: impl Optimizer + 'static, rate: f64) {
    let start = network(&case["init_coefs"], &case["init_intercepts"], activation(&case["activation"]));
    let start = FittedMLPClassifier::new(start, &[0, 1]).unwrap();
    let y: Vec<usize> = numbers(&case["y"]).into_iter().map(|y| y as usize).collect();
    let mlp = MLPClassifier::new()
        .hidden_layer_sizes(&[3])
        .activation(activation(&case["activation"]))
        .solver(solver)
        .learning_rate(Constant { eta0: rate })
        .alpha(number(&case["params"]["alpha"]))
        .shuffle(false)
        .tol(None)
        .max_iter(5);
    let model = mlp.fit_from(&start, &matrix(&case["X"]), &y).unwrap();
    for (found, expected) in model.report().loss_curve().iter().zip(numbers(&case["loss_curve_"])) {
        assert_close(*found, expected, EXACT, 1.0, "loss curve");
    }
    for (layer, w) in model.network().coefs().iter().enumerate() {
        assert_all(w.view(), &matrix(&case["final_coefs"][layer]), "weights");
    }
    for (layer, b) in model.network().intercepts().iter().enumerate() {
        for (found, expected) in b.iter().zip(numbers(&case["final_intercepts"][layer])) {
            assert_close(*found, expected, EXACT, 1.0, "biases");
        }
    }
}
