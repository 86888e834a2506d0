//! Activations, losses of outputs and networks: their gradients are finite differences.

use certifit::loss::{Huber, LogLoss, Loss, SquaredError};
use certifit::neural::{
    Activation, Finding, Gelu, Identity, Initializer, Lbfgs, LeakyRelu, Logistic, MLPClassifier,
    MLPRegressor, Network, OutputLoss, Relu, Separate, Silu, SoftmaxCrossEntropy, Tanh,
};
use certifit::prelude::*;
use certifit::schedule::{Constant, CosineWarmRestarts, OneCycle, WarmUp};
use certifit::update::{AdaGrad, Adam, AdamW, Momentum, Nesterov, Plain, RmsProp};
use ndarray::{Array1, Array2, array};

/// Numbers without a pattern, in (−1, 1).
fn noise(n: usize, seed: usize) -> Vec<f64> {
    (0..n).map(|i| 2.0 * ((seed * 1000 + i + 1) as f64 * 0.618_033_988_749_895).fract() - 1.0).collect()
}

fn matrix(rows: usize, columns: usize, seed: usize, scale: f64) -> Array2<f64> {
    Array2::from_shape_vec((rows, columns), noise(rows * columns, seed)).unwrap() * scale
}

/// Two hidden layers of random weights and biases.
fn network(activation: impl Activation + 'static, n_outputs: usize, scale: f64) -> Network<f64> {
    let widths = [3, 5, 4, n_outputs];
    let layers = (0..3).map(|l| {
        let bias = Array1::from(noise(widths[l + 1], 50 + l)) * scale;
        (matrix(widths[l], widths[l + 1], l, scale), bias)
    });
    Network::new(layers.collect(), activation).unwrap()
}

/// The parameters of a network, and a network of other ones.
fn parameters(network: &Network<f64>) -> Vec<(Array2<f64>, Array1<f64>)> {
    let layers = network.coefs().into_iter().zip(network.intercepts());
    layers.map(|(w, b)| (w.to_owned(), b.to_owned())).collect()
}

fn slopes_are_finite_differences(activation: impl Activation) {
    for z in (-80..80).map(|i| 0.05 * f64::from(i) + 0.013) {
        let step = 1e-6;
        let found =
            activation.slope(if activation.needs_input() { z } else { f64::NAN }, activation.value(z));
        let expected = (activation.value(z + step) - activation.value(z - step)) / (2.0 * step);
        assert!((found - expected).abs() < 1e-8, "{activation:?} at {z}: {found} {expected}");
    }
    let (mut z, a) = ([-1.5, 0.5, 2.5], [-1.5, 0.5, 2.5].map(|z| activation.value(z)));
    let mut delta = [2.0; 3];
    activation.times_slopes(&z, &a, &mut delta);
    assert_eq!(delta, [0, 1, 2].map(|i| 2.0 * activation.slope(z[i], a[i])));
    activation.values(&mut z);
    assert_eq!(z, a);
    assert!(activation.value(f64::NAN).is_nan());
    if let Some(below) = activation.line_below() {
        for z in [-1e3, -0.2, 0.0, 0.3, 1e3] {
            assert_eq!(activation.value(z), if z < 0.0 { below * z } else { z });
            assert_eq!(activation.slope(f64::NAN, activation.value(z)), if z > 0.0 { 1.0 } else { below });
        }
    }
    for far in [-1e200, 1e200] {
        let a = activation.value(far);
        assert!(a.is_finite() && activation.slope(far, a).is_finite(), "{activation:?} at {far}");
    }
}

#[test]
fn slopes_of_activations() {
    slopes_are_finite_differences(Identity);
    slopes_are_finite_differences(Logistic);
    slopes_are_finite_differences(Tanh);
    slopes_are_finite_differences(Relu);
    slopes_are_finite_differences(LeakyRelu { slope: 0.2 });
    slopes_are_finite_differences(Gelu);
    slopes_are_finite_differences(Silu);
}

fn slopes_of_loss(loss: impl OutputLoss, y: &[f64]) {
    for seed in 0..20 {
        let z: Vec<f64> = noise(4, seed).iter().map(|z| 4.0 * z).collect();
        let mut slopes = z.clone();
        let value = loss.value_and_slopes(y, &mut slopes);
        assert!(value >= 0.0);
        for k in 0..z.len() {
            let at = |step: f64| {
                let mut z = z.clone();
                z[k] += step;
                loss.value_and_slopes(y, &mut z)
            };
            let expected = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((slopes[k] - expected).abs() < 1e-8, "{loss:?}: {} {expected}", slopes[k]);
        }
    }
}

#[test]
fn slopes_of_losses() {
    slopes_of_loss(SoftmaxCrossEntropy, &[2.0]);
    slopes_of_loss(Separate(LogLoss), &[1.0, -1.0, -1.0, 1.0]);
    slopes_of_loss(Separate(SquaredError), &[0.5, -2.0, 0.0, 1.0]);
    slopes_of_loss(Separate(Huber { epsilon: 0.7 }), &[0.5, -2.0, 0.01, 1.0]);
    // No overflow, however far the outputs are.
    for far in [1e5, 1e300] {
        let mut z = [far, -far, 0.0];
        assert_eq!(SoftmaxCrossEntropy.value_and_slopes(&[0.0], &mut z), 0.0);
        let mut z = [-far, 0.0, 0.0];
        let value = SoftmaxCrossEntropy.value_and_slopes(&[0.0], &mut z);
        assert!(value.is_finite() && z.iter().all(|z| z.is_finite()));
        assert_eq!(Separate(LogLoss).value_and_slopes(&[1.0], &mut [-far]), far);
    }
}

/// Every weight and every bias of a network, dense and sparse.
fn gradients_are_finite_differences(
    activation: impl Activation + Clone + 'static,
    loss: impl OutputLoss,
    targets: &[f64],
) {
    let n_outputs = targets.len() / 4 * if loss.n_targets(3) == 1 { 3 } else { 1 };
    let network = network(activation.clone(), n_outputs, 0.8);
    let x = matrix(4, 3, 9, 1.5);
    let weights = [1.0, 0.5, 2.0, 0.0];
    let (value, gradient) = network.loss_gradient(&x, targets, &weights, &loss).unwrap();
    assert!(value.is_finite());
    #[cfg(feature = "sparse")]
    {
        let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
        let (same, others) = network.loss_gradient(&sparse, targets, &weights, &loss).unwrap();
        assert!((value - same).abs() < 1e-14);
        for (a, b) in gradient.coefs().iter().zip(others.coefs()) {
            a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-14));
        }
    }
    let all = parameters(&network);
    let at = |layer: usize, change: &dyn Fn(&mut Array2<f64>, &mut Array1<f64>)| {
        let mut changed = all.clone();
        let (w, b) = &mut changed[layer];
        change(w, b);
        let network = Network::new(changed, activation.clone()).unwrap();
        network.loss_gradient(&x, targets, &weights, &loss).unwrap().0
    };
    let check = |found: f64, expected: f64| {
        assert!(
            (found - expected).abs() < 1e-6 * (1.0 + expected.abs()),
            "{activation:?}: {found} {expected}"
        );
    };
    let step = 1e-5;
    for layer in 0..3 {
        for (place, found) in gradient.coefs()[layer].indexed_iter() {
            let difference = at(layer, &|w, _| w[place] += step) - at(layer, &|w, _| w[place] -= step);
            check(*found, difference / (2.0 * step));
        }
        for (unit, found) in gradient.intercepts()[layer].indexed_iter() {
            let difference = at(layer, &|_, b| b[unit] += step) - at(layer, &|_, b| b[unit] -= step);
            check(*found, difference / (2.0 * step));
        }
    }
}

#[test]
fn gradients_of_networks() {
    let numbers = noise(8, 3);
    let signs: Vec<f64> = numbers.iter().map(|y| y.signum()).collect();
    gradients_are_finite_differences(Identity, Separate(SquaredError), &numbers);
    gradients_are_finite_differences(Logistic, Separate(SquaredError), &numbers);
    gradients_are_finite_differences(Tanh, Separate(Huber { epsilon: 0.3 }), &numbers);
    gradients_are_finite_differences(Relu, SoftmaxCrossEntropy, &[0.0, 2.0, 1.0, 0.0]);
    gradients_are_finite_differences(LeakyRelu::default(), SoftmaxCrossEntropy, &[0.0, 2.0, 1.0, 0.0]);
    gradients_are_finite_differences(Gelu, Separate(LogLoss), &signs);
    gradients_are_finite_differences(Silu, Separate(LogLoss), &signs);
}

#[test]
fn f32_is_near_f64() {
    let network = network(Tanh, 3, 0.8);
    let layers = parameters(&network).into_iter().map(|(w, b)| (w.mapv(|w| w as f32), b.mapv(|b| b as f32)));
    let narrow = Network::new(layers.collect(), Tanh).unwrap();
    let x = matrix(300, 3, 9, 1.5);
    let wide = network.outputs(&x).unwrap();
    let found = narrow.outputs(&x.mapv(|x| x as f32)).unwrap();
    found.iter().zip(&wide).for_each(|(a, b)| assert!((f64::from(*a) - b).abs() < 1e-5));
}

/// The mean square of what the units of each layer make of normal features, through 20 layers of 200 units: that of the
/// last in parts of that of the first.
fn growth(activation: impl Activation + 'static, initializer: impl Into<Option<Initializer>>) -> f64 {
    let maker = datasets::make_blobs(100, 200).centers(1).seed(3);
    let x = StandardScaler::new();
    let x = x.fit(&maker.generate().unwrap().features, &()).unwrap();
    let x = x.transform(&maker.generate().unwrap().features).unwrap();
    let y: Vec<usize> = (0..100).map(|row| row % 2).collect();
    // One step at a rate of next to nothing leaves the weights as they begin.
    let mlp = MLPClassifier::new()
        .hidden_layer_sizes(&[200; 20])
        .activation(activation)
        .initializer(initializer)
        .learning_rate(Constant { eta0: 1e-300 })
        .alpha(0.0)
        .max_iter(1);
    let model = mlp.fit(&x, &y).unwrap();
    let size = |layer| model.network().hidden(&x, layer).unwrap().mapv(|a| a * a).mean().unwrap();
    size(19) / size(0)
}

#[test]
fn layers_begin_as_their_inputs_ask_for() {
    let x = Array2::from_shape_fn((20, 200), |(row, column)| ((row * 7 + column * 3) % 11) as f64 - 5.0);
    let y: Vec<usize> = (0..20).map(|row| row % 3).collect();
    let mlp = MLPClassifier::new().hidden_layer_sizes(&[300, 400]).learning_rate(Constant { eta0: 1e-300 });
    let model = mlp.max_iter(1).fit(&x, &y).unwrap();
    // Features are not halved as hidden units are.
    for (w, expected) in model.network().coefs().iter().zip([1.0 / 200.0, 2.0 / 300.0, 2.0 / 403.0]) {
        let found = w.mapv(|w| w * w).mean().unwrap();
        assert!((found / expected - 1.0).abs() < 0.1, "{found} {expected}");
    }
}

#[test]
fn activations_keep_their_size_through_twenty_layers() {
    use Initializer::*;
    let found = growth(Relu, None);
    assert!((0.2..5.0).contains(&found), "{found}");
    for initializer in [HeUniform, HeNormal] {
        let found = growth(Relu, initializer);
        assert!((0.2..5.0).contains(&found), "{initializer:?}: {found}");
        // Without the 2 for the half that relu lets through, 2⁻¹⁹ is left of it.
        assert!(growth(Identity, initializer) > 1e4);
    }
    for initializer in [LeCunUniform, LeCunNormal, GlorotUniform, GlorotNormal] {
        let found = growth(Identity, initializer);
        assert!((0.2..5.0).contains(&found), "{initializer:?}: {found}");
        assert!(growth(Relu, initializer) < 1e-4);
        // Tanh makes everything smaller, but no power of its depth.
        let found = growth(Tanh, initializer);
        assert!((0.02..1.0).contains(&found), "{initializer:?}: {found}");
    }
    let found = growth(Identity, Orthogonal);
    assert!((found - 1.0).abs() < 1e-9, "{found}");
}

fn spirals() -> (Array2<f64>, Vec<usize>) {
    let data = datasets::make_moons(200).noise(0.1).seed(2).generate().unwrap();
    (data.features, data.target.to_vec())
}

#[test]
fn every_solver_and_schedule_learns_what_is_no_line() {
    let (x, y) = spirals();
    let base = MLPClassifier::new().hidden_layer_sizes(&[16, 16]).batch_size(20).max_iter(120).tol(None);
    let rate = |eta0| Constant { eta0 };
    let models = [
        base.clone().solver(Plain).learning_rate(rate(0.3)),
        base.clone().solver(Momentum::default()).learning_rate(rate(0.05)),
        base.clone().solver(Nesterov::default()).learning_rate(rate(0.05)),
        base.clone().solver(AdaGrad::default()).learning_rate(rate(0.05)),
        base.clone().solver(RmsProp::default()).learning_rate(rate(0.005)),
        base.clone().solver(Adam::default()).learning_rate(rate(0.01)),
        base.clone().solver(AdamW::default()).learning_rate(rate(0.01)),
        base.clone().solver(Lbfgs::default()),
        base.clone().learning_rate(OneCycle { max_rate: 0.02, warm_up: 0.3 }),
        base.clone().learning_rate(WarmUp { steps: 100, then: rate(0.01) }),
        base.clone().learning_rate(CosineWarmRestarts { eta0: 0.01, ..CosineWarmRestarts::default() }),
        base.clone().learning_rate(rate(0.01)).dropout(0.1),
        base.clone().learning_rate(rate(0.01)).penalty(L1).alpha(0.002),
        base.clone().learning_rate(rate(0.01)).penalty(ElasticNet { l1_ratio: 0.5 }).alpha(0.002),
        base.clone().solver(Plain).learning_rate(rate(0.5)).clip_norm(1.0),
        base.clone().activation(Tanh).learning_rate(rate(0.01)),
        base.clone().activation(Gelu).learning_rate(rate(0.01)),
        base.clone().activation(Silu).learning_rate(rate(0.01)),
        base.clone().activation(LeakyRelu::default()).learning_rate(rate(0.01)),
    ];
    for mlp in models {
        let model = mlp.fit(&x, &y).unwrap();
        let accuracy = accuracy_score(&y, &model.predict(&x).unwrap()).unwrap();
        assert!(accuracy > 0.97, "{accuracy} of {mlp:?}: {}", model.report());
    }
}

#[test]
fn penalties_with_kinks_make_zeros() {
    let (x, y) = spirals();
    let zeros = |mlp: MLPClassifier| {
        let model = mlp.learning_rate(Constant { eta0: 0.01 }).fit(&x, &y).unwrap();
        model.network().coefs().iter().map(|w| w.iter().filter(|w| **w == 0.0).count()).sum::<usize>()
    };
    let base = MLPClassifier::new().batch_size(20).alpha(0.1);
    assert_eq!(zeros(base.clone()), 0);
    assert!(zeros(base.clone().penalty(L1)) > 100);
    assert!(zeros(base.penalty(ElasticNet { l1_ratio: 0.5 })) > 50);
}

#[test]
fn weights_are_repeats_in_full_batches() {
    let (x, y) = spirals();
    let weights: Vec<f64> = (0..200).map(|row| [1.0, 2.0, 0.0, 3.0][row % 4]).collect();
    let rows: Vec<usize> = (0..200).flat_map(|row| vec![row; weights[row] as usize]).collect();
    for mlp in [
        MLPClassifier::new().batch_size(1000).max_iter(20).shuffle(false),
        MLPClassifier::new().solver(Lbfgs::default()).max_iter(10),
    ] {
        let weighted = mlp.fit(&x, &y.weighted(&weights).unwrap()).unwrap();
        let repeated = mlp.fit(&x.take(&rows), &y.take(&rows)).unwrap();
        let by_class = ClassWeight::by_label([(0usize, 3.0), (1, 3.0)]);
        for (a, b) in weighted.network().coefs().iter().zip(repeated.network().coefs()) {
            a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-9));
        }
        let triple: Vec<f64> = weights.iter().map(|weight| 3.0 * weight).collect();
        let a = mlp.fit(&x, &y.weighted(&triple).unwrap()).unwrap();
        let b = mlp.clone().class_weight(by_class).fit(&x, &y.weighted(&weights).unwrap()).unwrap();
        assert_eq!(a.network(), b.network());
    }
}

#[test]
fn a_fit_does_not_depend_on_layout_kind_or_threads() {
    let data = datasets::digits();
    let x = &data.features / 16.0;
    let mlp = MLPClassifier::new().hidden_layer_sizes(&[32]).max_iter(3).dropout(0.1);
    let model = mlp.fit(&x, &data.target).unwrap();
    let reversed = x.t().as_standard_layout().reversed_axes().to_owned();
    assert_eq!(model, mlp.fit(&reversed, &data.target).unwrap());
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(model, pool.install(|| mlp.fit(&x, &data.target).unwrap()));
        let lbfgs = mlp.clone().dropout(0.0).solver(Lbfgs::default());
        let full = lbfgs.fit(&x, &data.target).unwrap();
        assert_eq!(full, pool.install(|| lbfgs.fit(&x, &data.target).unwrap()));
    }
    #[cfg(feature = "sparse")]
    {
        let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
        let other = mlp.fit(&sparse, &data.target).unwrap();
        let (a, b) = (model.predict(&x).unwrap(), other.predict(&sparse).unwrap());
        assert_eq!(a, b);
    }
}

#[test]
fn lbfgs_ends_at_a_minimum() {
    let data = datasets::iris();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    // Without hidden layers it is logistic regression, which has one.
    let mlp = MLPClassifier::new().hidden_layer_sizes(&[]).solver(Lbfgs::default()).alpha(1.0);
    let model = mlp.tol(None).max_iter(200).fit(&x, &data.target).unwrap();
    assert!(model.report().gradient_norm().unwrap() < 1e-6, "{}", model.report());
    let logistic =
        LogisticRegression::new().c(1.0).multi_class(MultiClass::Joint).fit(&x, &data.target).unwrap();
    let coefs = model.network().coefs()[0].t().to_owned();
    for (a, b) in coefs.iter().zip(logistic.coef()) {
        assert!((a - b).abs() < 1e-3, "{a} {b}");
    }
    let y = data.features.column(3).to_owned();
    let mlp =
        MLPRegressor::new().activation(Tanh).solver(Lbfgs::default()).max_iter(2000).tol(1e-6).alpha(0.1);
    let report = mlp.fit(&x, &y).unwrap().report().clone();
    assert!(report.loss_curve().windows(2).all(|pair| pair[1] <= pair[0]), "{report}");
}

#[test]
fn what_goes_wrong_is_named() {
    let (x, y) = spirals();
    let base = MLPClassifier::new().max_iter(5);
    let findings = |mlp: MLPClassifier| mlp.fit(&x, &y).unwrap().report().findings().to_vec();
    assert!(findings(base.clone()).is_empty());
    let deep = base.clone().hidden_layer_sizes(&[8; 15]).activation(Logistic);
    assert!(findings(deep).iter().any(|found| matches!(found, Finding::VanishingGradient { .. })));
    let growing = base.clone().hidden_layer_sizes(&[64; 40]).activation(Identity);
    let growing = growing.initializer(Initializer::HeNormal).learning_rate(Constant { eta0: 1e-9 });
    assert!(findings(growing).iter().any(|found| matches!(found, Finding::ExplodingGradient { .. })));
    // A step so long that relu never wakes again.
    let dead = base.clone().solver(Plain).learning_rate(Constant { eta0: 1e4 });
    match dead.fit(&x, &y) {
        Ok(model) => {
            let found = model.report().findings().to_vec();
            assert!(found.iter().any(|found| matches!(found, Finding::DeadUnits { .. })), "{found:?}");
        }
        Err(error) => assert!(matches!(error, Error::Diverged { .. }), "{error}"),
    }
    let identity =
        base.activation(Identity).solver(Plain).learning_rate(Constant { eta0: 300.0 }).max_iter(4);
    match identity.fit(&(&x * 100.0), &y) {
        Ok(model) => {
            assert_eq!(model.report().stop_reason(), StopReason::Diverged);
            assert!(model.report().to_string().contains("diverges"));
        }
        Err(error) => assert!(matches!(error, Error::Diverged { .. }), "{error}"),
    }
    let far = MLPRegressor::new().solver(Plain).learning_rate(Constant { eta0: 1e3 }).tol(None);
    let error = far.fit(&x, &vec![1.0; 200]).unwrap_err();
    assert!(matches!(error, Error::Diverged { .. }), "{error}");
}

/// Half a variance: what the best constant costs.
fn half_variance(y: &[f64]) -> f64 {
    0.5 * Array1::from(y.to_vec()).var(0.0)
}

/// A fit of `mlp`, whatever comes of it: its loss, whether it failed, and a rate to try if it names one.
fn outcome(mlp: &MLPRegressor, x: &Array2<f64>, y: &[f64]) -> (f64, bool, Option<f64>) {
    let model = match mlp.fit(x, &y.to_vec()) {
        Err(Error::Diverged { try_rate, .. }) => return (f64::INFINITY, true, Some(try_rate)),
        other => other.unwrap(),
    };
    let report = model.report();
    let predicted = model.predict(x).unwrap();
    let loss = predicted.iter().zip(y).map(|(p, y)| 0.5 * (p - y).powi(2)).sum::<f64>() / y.len() as f64;
    let named = report.findings().iter().find_map(|finding| match finding {
        Finding::DivergingLoss { try_rate, .. } | Finding::WorseThanConstant { try_rate, .. } => {
            Some(*try_rate)
        }
        _ => None,
    });
    let is_bad = loss > 2.0 * half_variance(y);
    assert_eq!(is_bad, named.is_some(), "{loss} of {mlp:?}: {report}");
    assert!(!(is_bad && report.converged()), "{report}");
    let diverged = report.stop_reason() == StopReason::Diverged;
    assert_eq!(
        diverged,
        report.findings().iter().any(|found| matches!(found, Finding::DivergingLoss { .. }))
    );
    (loss, is_bad, named.flatten())
}

#[test]
fn no_fit_that_is_worse_than_a_constant_says_converged() {
    let data = datasets::make_regression(200, 4).noise(10.0).seed(1).generate().unwrap();
    let y: Vec<f64> = data.target.iter().map(|y| y / 50.0).collect();
    let far: Vec<f64> = y.iter().map(|y| y + 30.0).collect();
    let solvers: [std::sync::Arc<dyn certifit::neural::Optimizer>; 4] = [
        std::sync::Arc::new(Adam::default()),
        std::sync::Arc::new(Plain),
        std::sync::Arc::new(Nesterov::default()),
        std::sync::Arc::new(RmsProp::default()),
    ];
    let (mut failed, mut cured) = (0, 0);
    for solver in solvers {
        for (scale, y) in [(1.0, &y), (100.0, &y), (1.0, &far)] {
            let x = &data.features * scale;
            for eta0 in [1e-8, 1e-3, 0.1, 1.0, 10.0, 1e4] {
                let mlp = MLPRegressor::new().hidden_layer_sizes(&[20]).max_iter(60).solver(solver.clone());
                let (loss, is_bad, try_rate) = outcome(&mlp.clone().learning_rate(Constant { eta0 }), &x, y);
                if is_bad {
                    let rate = try_rate.expect("a rate to try");
                    assert!(rate > 0.0 && rate != eta0);
                    failed += 1;
                    let better = mlp.max_iter(200).learning_rate(Constant { eta0: rate });
                    let (other, is_bad, _) = outcome(&better, &x, y);
                    assert!(other < loss, "{loss} at {eta0:e}, {other} at {rate:e} of {better:?}");
                    cured += usize::from(!is_bad);
                }
            }
        }
    }
    // Of features that are a hundred times too large no power of ten cures plain steps and RMSProp.
    assert!(failed > 20 && 4 * cured > 3 * failed, "{cured} of {failed}");
    // Of L-BFGS there is no rate; a first step that finds nothing lower is no success.
    let lbfgs = MLPRegressor::new().solver(Lbfgs::default());
    assert!(!outcome(&lbfgs, &data.features, &far).1);
}

#[test]
fn classes_that_are_guessed_better_by_their_shares_are_named() {
    let (x, y) = spirals();
    let base = MLPClassifier::new().batch_size(20).max_iter(100);
    let good = base.fit(&x, &y).unwrap();
    assert!(good.report().findings().is_empty(), "{}", good.report());
    // Steps so long that the first epoch is as bad as all others.
    for eta0 in [30.0, 1e3] {
        let model = base.clone().learning_rate(Constant { eta0 }).fit(&x, &y).unwrap();
        let report = model.report();
        assert!(!report.converged(), "{report}");
        let found = report.findings().iter().find_map(|finding| match finding {
            Finding::DivergingLoss { try_rate, .. } | Finding::WorseThanConstant { try_rate, .. } => {
                *try_rate
            }
            _ => None,
        });
        let rate = found.expect("a rate to try");
        assert!(report.to_string().contains(&format!("try a learning rate of {rate:.0e}")));
        let next = base.clone().learning_rate(Constant { eta0: rate }).fit(&x, &y).unwrap();
        assert!(accuracy_score(&y, &next.predict(&x).unwrap()).unwrap() > 0.9, "{rate}: {}", next.report());
    }
    // Sorted rows: those at the begin are all of one class, and say nothing of the others.
    let order: Vec<usize> = (0..20)
        .flat_map(|_| (0..200).filter(|&row| y[row] == 0))
        .chain((0..20).flat_map(|_| (0..200).filter(|&row| y[row] == 1)))
        .collect();
    let sorted = base.max_iter(2).fit(&x.take(&order), &y.take(&order)).unwrap();
    assert!(sorted.report().findings().is_empty(), "{}", sorted.report());
}

#[test]
fn reports_speak_of_their_own_parameters() {
    let (x, y) = spirals();
    let base = MLPClassifier::new().batch_size(20);
    let said = |mlp: MLPClassifier| {
        let report = mlp.fit(&x, &y).unwrap().report().clone();
        (report.stop_reason(), report.to_string())
    };
    let (reason, text) = said(base.clone().tol(0.1));
    assert!(reason == StopReason::NoChange && text.contains("the objective has not become better"), "{text}");
    let (reason, text) = said(base.clone().early_stopping(true));
    assert!(reason == StopReason::NoChange && text.contains("the validation score has not"), "{text}");
    let lbfgs = base.solver(Lbfgs::default());
    let (reason, text) = said(lbfgs.clone().max_iter(3));
    assert!(
        reason == StopReason::MaxIter && text.contains("after 3 iterations (max_iter or max_fun"),
        "{text}"
    );
    let (reason, text) = said(lbfgs.clone().alpha(1.0).tol(0.0).max_iter(5000));
    assert!(!text.contains("n_iter_no_change") && reason != StopReason::MaxIter, "{text}");
    let (reason, text) = said(lbfgs.tol(0.1));
    assert!(
        reason == StopReason::Converged && text.contains("no entry of the gradient is over tol"),
        "{text}"
    );
    // What early stopping cannot hold out is said of its own parameters.
    let few = MLPClassifier::new().early_stopping(true);
    let error = few.fit(&x.take(&[0, 1, 2, 3]), &[0, 0, 0, 1]).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { name: "early_stopping", .. }), "{error}");
    let error = few.fit(&x.take(&[0, 1, 2, 3]), &[0, 0, 1, 1]).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { name: "validation_fraction", .. }), "{error}");
    let numbers = MLPRegressor::new().early_stopping(true).fit(&x.take(&[0, 1, 2, 3]), &[0.0, 1.0, 2.0, 3.0]);
    let error = numbers.unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { name: "validation_fraction", .. }), "{error}");
}

#[test]
fn early_stopping_brings_the_best_weights_back() {
    let (x, y) = spirals();
    let mlp = MLPClassifier::new()
        .early_stopping(true)
        .validation_fraction(0.3)
        .learning_rate(Constant { eta0: 0.02 });
    let model = mlp.clone().max_iter(60).tol(None).fit(&x, &y).unwrap();
    let curve = model.report().validation_curve();
    assert_eq!(curve.len(), 60);
    let best = curve.iter().position(|score| Some(*score) == model.report().best_validation_score()).unwrap();
    let again = mlp.tol(None).max_iter(best + 1).fit(&x, &y).unwrap();
    assert_eq!(model.network(), again.network());
}

#[test]
fn streams_learn_what_fits_learn() {
    let (x, y) = spirals();
    let mlp = MLPClassifier::new().shuffle(false).max_iter(3).tol(None).batch_size(50);
    let mut online = mlp.online(&[0, 1]).unwrap();
    (0..3).for_each(|_| {
        online.partial_fit(&x, &y).unwrap();
    });
    let (model, streamed) = (mlp.fit(&x, &y).unwrap(), online.model().unwrap());
    assert_eq!(model.network(), streamed.network());
    assert_eq!(model.report().loss_curve(), streamed.report().loss_curve());
    assert_eq!((online.n_steps(), model.report().n_steps()), (12, 12));
    let before = online.clone().model().unwrap();
    assert!(
        online.partial_fit(&x, &vec![7; 200]).is_err() && online.partial_fit(&array![[1.0]], &[0]).is_err()
    );
    assert_eq!(before, online.model().unwrap());
    assert!(mlp.clone().solver(Lbfgs::default()).online::<f64, _>(&[0, 1]).is_err());
    assert!(mlp.early_stopping(true).online::<f64, _>(&[0, 1]).is_err());
}

#[test]
fn losses_of_users_are_losses() {
    /// ln cosh (z − y).
    #[derive(Debug)]
    struct LogCosh;
    impl Loss for LogCosh {
        fn value(&self, y: f64, p: f64) -> f64 {
            (p - y).cosh().ln()
        }
        fn derivative(&self, y: f64, p: f64) -> f64 {
            (p - y).tanh()
        }
    }
    let x = Array2::from_shape_fn((100, 1), |(row, _)| row as f64 / 25.0 - 2.0);
    let y = x.column(0).mapv(f64::abs);
    let mlp = MLPRegressor::new().loss(LogCosh).learning_rate(Constant { eta0: 0.01 }).batch_size(10);
    assert!(r2_score(&y, &mlp.fit(&x, &y).unwrap().predict(&x).unwrap()).unwrap() > 0.98);
}
