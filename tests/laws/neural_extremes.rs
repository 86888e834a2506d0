//! Networks on data and with parameters that are hard: a typed error, or a model of finite numbers that tells the truth.

use certifit::neural::{
    FittedMLPClassifier, Identity, Lbfgs, LeakyRelu, Network, Optimizer, OutputLoss, Separate,
    SoftmaxCrossEntropy, Tanh,
};
use certifit::prelude::*;
use certifit::schedule::Constant;
use certifit::update::{AdaGrad, Adam, AdamW, Nesterov, Plain, RmsProp};
use ndarray::{Array1, Array2, array};
use std::sync::Arc;

fn rows(n: usize, scale: f64) -> (Array2<f64>, Vec<usize>) {
    let data = datasets::make_blobs(n, 3).centers(3).seed(4).generate().unwrap();
    (data.features * scale, data.target.to_vec())
}

fn solvers() -> Vec<Arc<dyn Optimizer>> {
    vec![
        Arc::new(Adam::default()),
        Arc::new(AdamW::default()),
        Arc::new(Plain),
        Arc::new(Nesterov::default()),
        Arc::new(AdaGrad::default()),
        Arc::new(RmsProp::default()),
        Arc::new(Lbfgs::default()),
    ]
}

/// The loss that guesses the classes by their shares.
fn entropy(y: &[usize]) -> f64 {
    let n = y.len() as f64;
    let shares = (0..3).map(|class| y.iter().filter(|y| **y == class).count() as f64 / n);
    shares.map(|p| if p > 0.0 { -p * p.ln() } else { 0.0 }).sum()
}

fn check<F: certifit::Scalar>(mlp: &MLPClassifier, x: &Array2<F>, y: &[usize]) {
    let model = match mlp.fit(x, &y.to_vec()) {
        Ok(model) => model,
        Err(Error::Diverged { try_rate, rate, .. }) => {
            return assert!(try_rate > 0.0 && try_rate.is_finite() && try_rate < rate, "{mlp:?}");
        }
        Err(error) => return assert!(matches!(error, Error::Overflow { .. }), "{error} of {mlp:?}"),
    };
    let report = model.report();
    assert!(report.loss_curve().iter().all(|loss| loss.is_finite()), "{report}");
    assert!(model.network().coefs().iter().all(|w| w.iter().all(|w| w.is_finite())));
    assert!(model.network().intercepts().iter().all(|b| b.iter().all(|b| b.is_finite())));
    match model.predict_proba(x) {
        Ok(p) => {
            assert!(p.rows().into_iter().all(|row| (row.sum().widen() - 1.0).abs() < 1e-5), "{report}");
            let logs = model.predict_log_proba(x).unwrap();
            let loss = y.iter().enumerate().map(|(row, y)| -logs[[row, *y]].widen()).sum::<f64>();
            if report.converged() {
                assert!(loss / y.len() as f64 <= 2.1 * entropy(y), "{loss} {report}");
            }
        }
        Err(error) => assert!(matches!(error, Error::Overflow { .. }), "{error}"),
    }
}

#[test]
fn scales_of_features_and_rates() {
    for scale in [1e-300, 1e-30, 1.0, 1e4, 1e18, 1e30, 1e150, 1e300] {
        let (x, y) = rows(30, scale);
        let narrow = x.mapv(|x| x as f32);
        for solver in solvers() {
            for eta0 in [1e-300, 1e-3, 1.0, 1e20, 1e300] {
                let mlp = MLPClassifier::new().hidden_layer_sizes(&[6]).max_iter(8).solver(solver.clone());
                let mlp = mlp.learning_rate(Constant { eta0 });
                check(&mlp, &x, &y);
                check(&mlp.clone().activation(Tanh), &x, &y);
                if narrow.iter().all(|x| x.is_finite()) {
                    check(&mlp, &narrow, &y);
                }
            }
        }
    }
}

#[test]
fn shapes_of_data_and_of_networks() {
    let (x, y) = rows(30, 1.0);
    let base = MLPClassifier::new().hidden_layer_sizes(&[5]).max_iter(5);
    for mlp in [
        base.clone().batch_size(1000),
        base.clone().batch_size(1),
        base.clone().hidden_layer_sizes(&[]),
        base.clone().hidden_layer_sizes(&[1, 1, 1]),
        base.clone().dropout(1.0 - f64::EPSILON / 2.0),
        base.clone().dropout(0.999),
        base.clone().alpha(1e300),
        base.clone().alpha(1e300).penalty(L1),
        base.clone().clip_norm(1e-300),
        base.clone().clip_norm(1e300),
        base.clone().activation(LeakyRelu { slope: 1e-300 }),
        base.clone().activation(Identity).hidden_layer_sizes(&[3; 50]),
        base.clone().n_iter_no_change(usize::MAX).tol(1e300),
        base.clone().early_stopping(true).validation_fraction(0.9),
    ] {
        check(&mlp, &x, &y);
        check(&mlp, &x.mapv(|x| x as f32), &y);
        check(&mlp, &Array2::<f64>::zeros((30, 3)), &y);
        check(&mlp, &Array2::from_elem((30, 3), 7.5f32), &y);
    }
    // One row a class, and one feature.
    check(&base, &array![[1.0], [2.0], [3.0]], &[0, 1, 2]);
    let one = base.fit(&array![[1.0, 2.0]], &[1]);
    assert!(matches!(one, Err(Error::SingleClass { .. })));
    assert!(matches!(
        base.clone().max_iter(0).fit(&x, &y),
        Err(Error::InvalidParameter { name: "max_iter", .. })
    ));
    for sizes in [[usize::MAX, 2], [1 << 50, 2], [1 << 27, 1 << 27]] {
        let many = base.clone().hidden_layer_sizes(&sizes).fit(&x, &y);
        assert!(matches!(many, Err(Error::Overflow { .. })));
    }
    // A number is a target even of one row.
    let mlp = MLPRegressor::new().hidden_layer_sizes(&[5]);
    let one = mlp.fit(&array![[1.0, 2.0]], &[3.0]).unwrap();
    let alone: f64 = one.predict(&array![[1.0, 2.0]]).unwrap()[0];
    assert!(alone.is_finite());
    for y in [1e-300, 1e30, 1e160, 1e300] {
        match mlp.fit(&x, &Array1::from_shape_fn(30, |row| y * row as f64)) {
            Ok(model) => assert!(model.predict(&x).unwrap().iter().all(|p| p.is_finite())),
            Err(error) => {
                assert!(matches!(error, Error::Diverged { .. } | Error::Overflow { .. }), "{error}")
            }
        }
    }
}

#[test]
fn weights_of_rows() {
    let (x, y) = rows(30, 1.0);
    let mlp = MLPClassifier::new().hidden_layer_sizes(&[5]).max_iter(5).alpha(0.0);
    let plain = mlp.fit(&x, &y).unwrap();
    // Only their ratios count.
    for weight in [1e-300, 1e-20, 1e20, 1e300] {
        let weighted = mlp.fit(&x, &y.weighted(&[weight; 30]).unwrap()).unwrap();
        for (a, b) in plain.network().coefs().iter().zip(weighted.network().coefs()) {
            a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{weight}: {a} {b}"));
        }
        let narrow = x.mapv(|x| x as f32);
        let weighted = mlp.fit(&narrow, &y.weighted(&[weight; 30]).unwrap()).unwrap();
        for (a, b) in plain.network().coefs().iter().zip(weighted.network().coefs()) {
            a.iter().zip(b).for_each(|(a, b)| assert!((a - f64::from(*b)).abs() < 1e-3, "{weight}: {a} {b}"));
        }
    }
}

#[test]
fn targets_and_weights_that_a_loss_is_asked_for() {
    let x = array![[1.0, 2.0], [0.5, -1.0]];
    let network = |n| Network::new(vec![(Array2::ones((2, n)), Array1::zeros(n))], Identity).unwrap();
    let three = network(3);
    let of_classes = |y: &[f64], weights: &[f64]| three.loss_gradient(&x, y, weights, &SoftmaxCrossEntropy);
    let loss = of_classes(&[2.0, 0.0], &[1.0, 1.0]).unwrap().0;
    assert!((loss - 3f64.ln()).abs() < 1e-15);
    for y in [3.0, -1.0, 0.5, 1e300] {
        assert!(matches!(of_classes(&[0.0, y], &[1.0; 2]), Err(Error::InvalidParameter { name: "y", .. })));
        assert!(SoftmaxCrossEntropy.value_and_slopes(&[y], &mut [1.0, 2.0, 3.0]).is_nan());
    }
    assert!(matches!(of_classes(&[0.0, f64::NAN], &[1.0; 2]), Err(Error::NonFinite { row: 1, .. })));
    assert!(matches!(of_classes(&[0.0; 2], &[0.0; 2]), Err(Error::InvalidWeight { .. })));
    assert!(matches!(of_classes(&[0.0; 2], &[1.0, -1.0]), Err(Error::InvalidWeight { row: 1, .. })));
    assert!(matches!(of_classes(&[0.0; 3], &[1.0; 2]), Err(Error::LengthMismatch { .. })));
    let of_label = network(1).loss_gradient(&x, &[1.0, 0.0], &[1.0; 2], &Separate(LogLoss));
    assert!(matches!(of_label, Err(Error::InvalidParameter { name: "y", .. })));
}

#[test]
fn networks_that_are_given() {
    let (x, y) = rows(30, 1.0);
    let mlp = MLPClassifier::new().hidden_layer_sizes(&[4]).max_iter(5);
    // Weights of zero: relu lets nothing through, and has no slope there; only the last biases learn.
    let zeros = || vec![(Array2::zeros((3, 4)), Array1::zeros(4)), (Array2::zeros((4, 3)), Array1::zeros(3))];
    let zero = FittedMLPClassifier::new(Network::new(zeros(), Tanh).unwrap(), &[0, 1, 2]).unwrap();
    assert_eq!(zero.predict_proba(&x).unwrap()[[0, 0]], 1.0 / 3.0);
    let model = mlp.fit_from(&zero, &x, &y).unwrap();
    assert!(model.report().findings().iter().any(|found| found.to_string().contains("4 of 4 units")));
    // Huge ones.
    let huge = || {
        vec![
            (Array2::from_elem((3, 4), 1e200), Array1::zeros(4)),
            (Array2::from_elem((4, 3), 1e200), Array1::zeros(3)),
        ]
    };
    let huge = FittedMLPClassifier::new(Network::new(huge(), Tanh).unwrap(), &[0, 1, 2]).unwrap();
    assert!(matches!(huge.predict(&(&x * 1e200)), Ok(_) | Err(Error::Overflow { .. })));
    match mlp.fit_from(&huge, &x, &y) {
        Ok(model) => assert!(!model.report().converged(), "{}", model.report()),
        Err(error) => assert!(matches!(error, Error::Diverged { .. } | Error::Overflow { .. }), "{error}"),
    }
    // Other shapes and other classes.
    let other = mlp.clone().hidden_layer_sizes(&[4, 4]).fit_from(&zero, &x, &y);
    assert!(matches!(other, Err(Error::InvalidParameter { name: "model", .. })));
    assert!(matches!(mlp.fit_from(&zero, &x, &vec![7; 30]), Err(Error::SingleClass { .. })));
    let two: Vec<usize> = y.iter().map(|y| y % 2).collect();
    assert!(matches!(mlp.fit_from(&zero, &x, &two), Err(Error::InvalidParameter { name: "model", .. })));
    let narrow = x.slice(ndarray::s![.., ..2]);
    assert!(matches!(mlp.fit_from(&zero, &narrow, &y), Err(Error::FeatureMismatch { .. })));
    // A stream whose batches have one row, one class, other orders and no weight.
    let mut online = mlp.online(&[0usize, 1, 2]).unwrap();
    assert!(matches!(online.model(), Err(Error::Empty { .. })));
    for row in [7, 3, 29, 3] {
        assert!(online.partial_fit(&x.take(&[row]), &[y[row]]).unwrap().is_finite());
    }
    let before = online.model().unwrap();
    assert!(y.weighted(&[0.0; 30]).is_err());
    match online.partial_fit(&Array2::from_elem((2, 3), 1e300), &[0, 1]) {
        Ok(objective) => assert!(objective.is_finite()),
        Err(_) => assert_eq!(online.model().unwrap(), before),
    }
}
