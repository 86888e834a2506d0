//! The part of the contract that does not speak of a convex optimum, for networks: of classes, and of numbers below.

use crate::adapters::{Classifier, Model};
use crate::data::{assert_near, csr, error_of, overlapping, with_layouts};
use crate::threads::with_threads;
use certifit::compose::{BoxedEstimator, boxed};
use certifit::data::{Features, Label, Targets};
use certifit::linear::NoProbability;
use certifit::neural::{FittedMLPClassifier, Lbfgs, LeakyRelu, Tanh};
use certifit::schedule::Constant;
use certifit::update::Nesterov;
use certifit::{Error, Scalar, prelude::*};
use ndarray::{Array1, Array2};

impl Classifier for MLPClassifier {
    type Model<F: Scalar, L: Label> = FittedMLPClassifier<F, L>;

    fn train<X, Y>(&self, x: &X, y: &Y) -> Result<Self::Model<X::Elem, Y::Value>, Error>
    where
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        self.fit(x, y)
    }

    fn c(self, c: f64) -> Self {
        self.alpha(1e-4 / c)
    }

    fn tol(self, tol: f64) -> Self {
        self.tol(tol)
    }

    fn max_iter(self, max_iter: usize) -> Self {
        self.max_iter(max_iter)
    }

    fn seed(self, seed: u64) -> Self {
        self.seed(seed)
    }

    fn class_weight(self, class_weight: ClassWeight) -> Self {
        self.class_weight(class_weight)
    }

    fn observer(self, observer: impl Observer + 'static) -> Self {
        self.observer(observer)
    }

    fn bad_parameters(&self) -> Vec<(&'static str, Self)> {
        let mut bad = vec![
            ("max_iter", self.clone().max_iter(0)),
            ("n_iter_no_change", self.clone().n_iter_no_change(0)),
            ("batch_size", self.clone().batch_size(0)),
            ("hidden_layer_sizes", self.clone().hidden_layer_sizes(&[4, 0])),
            ("dropout", self.clone().dropout(1.0)),
            ("memory", self.clone().solver(Lbfgs { memory: 0, max_fun: 9 })),
            ("max_fun", self.clone().solver(Lbfgs { memory: 9, max_fun: 0 })),
            ("momentum", self.clone().solver(Nesterov { momentum: 1.0 })),
        ];
        for value in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let weights = ClassWeight::by_label([(0usize, value), (1, 1.0)]);
            bad.push(("alpha", self.clone().alpha(value)));
            bad.push(("tol", self.clone().tol(value)));
            bad.push(("dropout", self.clone().dropout(value)));
            bad.push(("clip_norm", self.clone().clip_norm(value)));
            bad.push(("slope", self.clone().activation(LeakyRelu { slope: value })));
            bad.push(("eta0", self.clone().learning_rate(Constant { eta0: value })));
            bad.push(("l1_ratio", self.clone().penalty(ElasticNet { l1_ratio: value })));
            bad.push(("validation_fraction", self.clone().early_stopping(true).validation_fraction(value)));
            bad.push(("class_weight", self.clone().class_weight(weights)));
        }
        bad
    }
}

impl<F: Scalar, L: Label> Model<F, L> for FittedMLPClassifier<F, L> {
    type Says = NoProbability;

    fn labels<X>(&self, x: &X) -> Result<Array1<L>, Error>
    where
        X: Features<Elem = F>,
        X::Owned: Features<Elem = F>,
    {
        self.predict(x)
    }

    fn decisions<X>(&self, x: &X) -> Result<Array2<F>, Error>
    where
        X: Features<Elem = F>,
        X::Owned: Features<Elem = F>,
    {
        self.decision_function(x)
    }

    fn linear(&self) -> &LinearClassifier<F, L, NoProbability> {
        panic!("a network is no linear model")
    }

    fn n_features(&self) -> usize {
        self.n_features_in()
    }

    fn class_labels(&self) -> &[L] {
        self.classes()
    }

    fn learnt(&self) -> Vec<F> {
        let network = self.network();
        let weights = network.coefs().into_iter().flat_map(|w| w.iter().copied().collect::<Vec<F>>());
        let biases = network.intercepts().into_iter().flat_map(|b| b.to_vec());
        weights.chain(biases).collect()
    }

    fn has_votes(&self) -> bool {
        false
    }
}

macro_rules! network_contract {
    ($name:ident, $make:expr) => {
        mod $name {
            use super::*;
            rules! { $make;
                parameters: parameters_are_checked_by_fit fit_leaves_parameters_alone a_second_fit_is_the_same
                    a_refit_forgets;
                bad_input: no_rows no_columns lengths_differ another_width not_finite weights_are_checked
                    own_weights_are_checked one_class one_row columns_first_are_refused not_finite_sparse;
                layouts: memory_layouts_predict_the_same;
                repetition: rows_one_by_one rows_in_another_order;
                threads: one_or_two_threads models_are_shared;
                training: blobs_are_told_apart decisions_decide;
                networks: layouts_and_kinds_fit_the_same probabilities_are_of_decisions weights_of_one_are_none
                    weight_zero_is_no_row observers_and_clocks_stop_the_fit;
            }
        }
    };
}

fn quick() -> MLPClassifier {
    MLPClassifier::new().hidden_layer_sizes(&[10]).learning_rate(Constant { eta0: 0.01 }).max_iter(100)
}

network_contract!(mlp_classifier, quick());
network_contract!(mlp_classifier_deep, quick().hidden_layer_sizes(&[8, 6]).activation(Tanh).dropout(0.05));
network_contract!(mlp_classifier_lbfgs, quick().solver(Lbfgs::default()));
network_contract!(
    mlp_classifier_stopped,
    quick().early_stopping(true).validation_fraction(0.3).batch_size(7)
);

pub fn layouts_and_kinds_fit_the_same<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let estimator = estimator.clone().max_iter(5);
    let model = estimator.train(&x, &y).unwrap();
    with_layouts(&x, |_, view| assert_eq!(estimator.train(&view, &y).unwrap(), model));
    let sparse = estimator.train(&csr(&x), &y).unwrap();
    assert_near(&sparse.decisions(&csr(&x)).unwrap(), &model.decisions(&x).unwrap(), 1e-6);
    let narrow = estimator.train(&x.mapv(|x| x as f32), &y).unwrap();
    let narrow = narrow.decisions(&x.mapv(|x| x as f32)).unwrap();
    assert_near(&narrow.mapv(f64::from), &model.decisions(&x).unwrap(), 1e-2);
}

pub fn probabilities_are_of_decisions(estimator: &MLPClassifier) {
    for n_classes in [2, 3] {
        let (x, y) = overlapping(n_classes);
        let model = estimator.fit(&x, &y).unwrap();
        let (p, log_p) = (model.predict_proba(&x).unwrap(), model.predict_log_proba(&x).unwrap());
        assert_eq!(p.dim(), (y.len(), n_classes));
        for ((p, log_p), label) in p.rows().into_iter().zip(log_p.rows()).zip(model.predict(&x).unwrap()) {
            assert!((p.sum() - 1.0).abs() < 1e-12);
            // Far from the classes a probability leaves the range of numbers; its logarithm does not.
            let pairs = p.iter().zip(log_p).filter(|(p, _)| **p > 1e-300);
            pairs.for_each(|(p, log_p)| assert!((p.ln() - log_p).abs() < 1e-9));
            assert!(p.iter().all(|other| *other <= p[label]));
        }
    }
}

pub fn weights_of_one_are_none<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let ones = y.weighted(&vec![1.0; y.len()]).unwrap();
    assert_eq!(estimator.train(&x, &y).unwrap(), estimator.train(&x, &ones).unwrap());
}

pub fn weight_zero_is_no_row<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let model = estimator.train(&x, &y).unwrap();
    // Half of the rows count for nothing, some of a class of their own.
    let twice: Vec<usize> = (0..y.len()).chain(0..y.len()).collect();
    let labels: Vec<usize> =
        twice.iter().enumerate().map(|(at, &row)| if at < y.len() { y[row] } else { 9 }).collect();
    let weights: Vec<f64> = (0..twice.len()).map(|at| if at < y.len() { 1.0 } else { 0.0 }).collect();
    let other = estimator.train(&x.take(&twice), &labels.weighted(&weights).unwrap()).unwrap();
    assert_eq!(other.class_labels(), [0, 1, 2]);
    assert_eq!(model.learnt(), other.learnt());
}

pub fn observers_and_clocks_stop_the_fit(estimator: &MLPClassifier) {
    use std::ops::ControlFlow;
    let (x, y) = overlapping(3);
    let estimator = estimator.clone().tol(None).max_iter(50);
    let stop =
        |p: &Progress| if p.iteration < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let report = estimator.clone().observer(stop).fit(&x, &y).unwrap().report().clone();
    assert_eq!((report.iterations(), report.stop_reason()), (3, StopReason::Stopped));
    let hurried = estimator.clone().max_time(std::time::Duration::from_nanos(1)).fit(&x, &y).unwrap();
    assert_eq!((hurried.report().iterations(), hurried.report().stop_reason()), (1, StopReason::MaxTime));
    assert!(matches!(
        error_of(estimator.max_time(std::time::Duration::ZERO).fit(&x, &y)),
        Error::InvalidParameter { name: "max_time", .. }
    ));
}

/// Three features and a target of size 1.
fn numbers() -> (Array2<f64>, Vec<f64>) {
    let data = datasets::make_regression(60, 3).noise(5.0).seed(3).generate().unwrap();
    (data.features, data.target.iter().map(|y| y / 50.0).collect())
}

#[test]
fn a_network_of_numbers_keeps_the_contract() {
    let (x, y) = numbers();
    let mlp = MLPRegressor::new().hidden_layer_sizes(&[10]).learning_rate(Constant { eta0: 0.01 });
    let model = mlp.fit(&x, &y).unwrap();
    let predicted = model.predict(&x).unwrap();
    assert!(r2_score(&y, &predicted).unwrap() > 0.9);
    assert_eq!(model, mlp.clone().fit(&x.view(), &y.weighted(&[1.0; 60]).unwrap()).unwrap());
    assert_eq!(model, with_threads(1, || mlp.fit(&x, &y).unwrap()));
    with_layouts(&x, |_, view| assert_eq!(mlp.fit(&view, &y).unwrap(), model));
    for (row, expected) in predicted.iter().enumerate() {
        assert_eq!(model.predict(&x.slice(ndarray::s![row..=row, ..])).unwrap()[0], *expected);
    }
    assert!(matches!(error_of(mlp.fit(&x, &y[1..])), Error::LengthMismatch { expected: 60, found: 59, .. }));
    assert!(matches!(
        error_of(model.predict(&Array2::zeros((2, 4)))),
        Error::FeatureMismatch { expected: 3, found: 4 }
    ));
    assert!(matches!(error_of(model.predict(&Array2::zeros((0, 3)))), Error::Empty { .. }));
    for bad in [f64::NAN, f64::INFINITY] {
        let (mut broken, mut broken_y) = (x.clone(), y.clone());
        (broken[[7, 1]], broken_y[9]) = (bad, bad);
        assert!(matches!(
            error_of(mlp.fit(&broken, &y)),
            Error::NonFinite { what: "x", row: 7, column: Some(1), .. }
        ));
        assert!(matches!(error_of(mlp.fit(&x, &broken_y)), Error::NonFinite { what: "y", row: 9, .. }));
        assert!(matches!(error_of(model.predict(&broken)), Error::NonFinite { what: "x", row: 7, .. }));
    }
    let constant = mlp
        .clone()
        .batch_size(10)
        .tol(None)
        .max_iter(500)
        .fit(&x, &vec![2.0; 60])
        .unwrap()
        .predict(&x)
        .unwrap();
    constant.iter().for_each(|p| assert!((p - 2.0).abs() < 0.1, "{p}"));
    let warm = mlp.fit_from(&model, &x, &y).unwrap();
    assert!(warm.report().loss() <= model.report().loss() * 1.1);
    let other = mlp.clone().hidden_layer_sizes(&[9]);
    assert!(matches!(
        error_of(other.fit_from(&model, &x, &y)),
        Error::InvalidParameter { name: "model", .. }
    ));
}

#[test]
fn several_values_a_row_keep_the_contract() {
    let (x, y) = numbers();
    let both = Array2::from_shape_fn((60, 2), |(row, output)| if output == 0 { y[row] } else { -y[row] });
    let mlp = MLPRegressor::new().hidden_layer_sizes(&[10]).learning_rate(Constant { eta0: 0.01 });
    let model = mlp.clone().early_stopping(true).multi_output().fit(&x, &both).unwrap();
    assert_eq!(model.predict(&x).unwrap().dim(), (60, 2));
    let weighted = both.weighted(&vec![1.0; 60]).unwrap();
    assert_eq!(model, mlp.clone().early_stopping(true).multi_output().fit(&x, &weighted).unwrap());
    let few = both.slice(ndarray::s![..9, ..]);
    assert!(matches!(error_of(mlp.clone().multi_output().fit(&x, &few)), Error::LengthMismatch { .. }));
    let none = Array2::<f64>::zeros((60, 0));
    assert!(matches!(error_of(mlp.clone().multi_output().fit(&x, &none)), Error::Empty { what: "y", .. }));
    let mut broken = both.clone();
    broken[[3, 1]] = f64::NAN;
    let error = error_of(mlp.multi_output().fit(&x, &broken));
    assert!(matches!(error, Error::NonFinite { what: "y", row: 3, column: Some(1), .. }));

    let labels = both.mapv(|y| y > 0.2);
    let classifier = quick().multilabel();
    let model = classifier.fit(&x, &labels).unwrap();
    let (labelled, p) = (model.predict(&x).unwrap(), model.predict_proba(&x).unwrap());
    labelled.iter().zip(&p).for_each(|(has, p)| assert_eq!(*has, *p > 0.5));
    let right = labelled.iter().zip(&labels).filter(|(a, b)| a == b).count();
    assert!(right > 110, "{right}");
    let balanced = quick().class_weight(ClassWeight::Balanced).multilabel();
    assert!(matches!(error_of(balanced.fit(&x, &labels)), Error::Unsupported { .. }));
}

#[test]
fn networks_are_estimators_like_any_other() {
    let data = datasets::wine();
    let pipeline = StandardScaler::new().then(quick());
    let scores =
        cross_val_score(&pipeline, &data.features, &data.target, &StratifiedKFold::new(5), &Accuracy);
    assert!(scores.unwrap().mean() > 0.95);
    let auc =
        cross_val_score(&pipeline, &data.features, &data.target, &StratifiedKFold::new(3), &RocAuc::new());
    // scikit-learn's `MLPClassifier`, scored by its probabilities, has 0.998 there.
    assert!(auc.unwrap().mean() > 0.99);
    let boxed: BoxedEstimator<Array2<f64>, Array1<usize>, Array1<usize>> = boxed(pipeline);
    let model = boxed.fit(&data.features, &data.target).unwrap();
    assert!(accuracy_score(&data.target, &model.predict(&data.features).unwrap()).unwrap() > 0.97);
}
