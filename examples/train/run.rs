//! Fits and judges.

use crate::cli::{Classifier, Options, Regressor};
use crate::failure::{Failure, Result};
use crate::sgd::ByRule;
use crate::values::Label;
use certifit::Scalar;
use certifit::model_selection::Scores;
use certifit::neural::{FittedMLPClassifier, FittedMLPRegressor, Network, NeuralReport};
use certifit::prelude::*;
use certifit::solver::Report;
use ndarray::Array1;
use std::time::Instant;

/// What a file holds.
pub struct Data<X, T> {
    pub features: X,
    pub targets: Vec<T>,
    /// Feature values that are not zero.
    pub nnz: usize,
    /// How the file was understood.
    pub origin: String,
}

/// All that is told of a run.
pub struct Outcome {
    pub n_samples: usize,
    pub n_features: usize,
    pub nnz: usize,
    pub origin: String,
    /// The rows that were fitted.
    pub n_fitted: usize,
    pub fit_seconds: f64,
    pub threads: usize,
    pub model: Fit,
    pub train_score: f64,
    pub test_score: Option<f64>,
    pub cv_scores: Option<Scores>,
    /// On the rows that were held out.
    pub classification: Option<ClassificationReport<Label>>,
}

/// What is told of the model.
pub struct Fit {
    /// Those of a classifier.
    pub classes: Option<Vec<Label>>,
    pub report: Told,
    pub n_coef: usize,
    pub n_nonzero_coef: usize,
    pub coef_norm: f64,
    pub intercept: Vec<f64>,
}

/// What is told of how a fit ended.
pub struct Told {
    pub solver: String,
    pub primal: f64,
    /// Not finite where there is no certificate.
    pub dual: f64,
    pub relative_gap: f64,
    pub iterations: usize,
    pub converged: bool,
    pub stop_reason: StopReason,
    /// All of it in a line.
    pub line: String,
}

impl From<&Report> for Told {
    fn from(report: &Report) -> Self {
        Self {
            solver: report.solver().to_string(),
            primal: report.primal(),
            dual: report.dual(),
            relative_gap: report.relative_gap(),
            iterations: report.iterations(),
            converged: report.converged(),
            stop_reason: report.stop_reason(),
            line: report.to_string(),
        }
    }
}

impl From<&NeuralReport> for Told {
    fn from(report: &NeuralReport) -> Self {
        // `Adam { beta1: 0.9, … }` is `adam`.
        let solver = report.solver().split_whitespace().next().unwrap_or_default().to_lowercase();
        Self {
            solver,
            primal: report.loss(),
            dual: f64::NEG_INFINITY,
            relative_gap: f64::INFINITY,
            iterations: report.iterations(),
            converged: report.converged(),
            stop_reason: report.stop_reason(),
            line: report.to_string(),
        }
    }
}

/// Fits, scores and cross-validates the classifier that the options say, on as many threads as they say.
pub fn classify<X>(data: Data<X, Label>, options: &Options) -> Result<Outcome>
where
    X: Features + Rows<Owned = X> + Send,
{
    match options.classifier()? {
        Classifier::LinearSvc(svc) => run(svc, data, options),
        Classifier::LogisticRegression(regression) => run(regression, data, options),
        Classifier::Sgd(sgd) => match *sgd {
            ByRule::Plain(sgd) => run(sgd, data, options),
            ByRule::Any(sgd) => run(sgd, data, options),
            ByRule::Automatic(sgd) => run(sgd, data, options),
        },
        Classifier::Mlp(mlp) => run(*mlp, data, options),
    }
}

/// The same for a regressor.
pub fn regress<X>(data: Data<X, f64>, options: &Options) -> Result<Outcome>
where
    X: Features + Rows<Owned = X> + Send,
{
    match options.regressor()? {
        Regressor::LinearSvr(svr) => run(svr, data, options),
        Regressor::Sgd(sgd) => match *sgd {
            ByRule::Plain(sgd) => run(sgd, data, options),
            ByRule::Any(sgd) => run(sgd, data, options),
            ByRule::Automatic(sgd) => run(sgd, data, options),
        },
        Regressor::Mlp(mlp) => run(*mlp, data, options),
    }
}

fn run<E, X, T>(estimator: E, data: Data<X, T>, options: &Options) -> Result<Outcome>
where
    X: Features + Rows<Owned = X> + Send,
    E: Estimator<X, Vec<T>> + Compose + Send,
    E::Fitted: Predictor<X> + Linear,
    T: Judged<<E::Fitted as Predictor<X>>::Output> + Send + Sync,
    Vec<T>: Rows<Owned = Vec<T>> + Weights,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| Failure::Trouble(format!("cannot start the threads: {error}")))?;
    pool.install(|| {
        if options.scale {
            let scaler = StandardScaler::new().with_mean(!data.features.is_sparse());
            judge(&scaler.then(estimator), data, options)
        } else {
            judge(&estimator, data, options)
        }
    })
}

fn judge<E, X, T, P>(estimator: &E, data: Data<X, T>, options: &Options) -> Result<Outcome>
where
    X: Features + Rows<Owned = X>,
    E: Estimator<X, Vec<T>>,
    E::Fitted: Predictor<X, Output = P> + Linear,
    T: Judged<P>,
    Vec<T>: Rows<Owned = Vec<T>>,
{
    let (x, y) = (&data.features, &data.targets);
    let split = (options.test_size > 0.0).then(|| {
        let size = TestSize::fraction(options.test_size).seed(options.seed);
        train_test_split(x, y, T::stratified(size, y))
            .map_err(|error| option_mistake(options, "--test-size", options.test_size, error))
    });
    let split = split.transpose()?;
    let (x_train, y_train) = split.as_ref().map_or((x, y), |(x_train, _, y_train, _)| (x_train, y_train));
    let mistake = |error| options.mistake(error);

    let start = Instant::now();
    let model = estimator.fit(x_train, y_train).map_err(mistake)?;
    let fit_seconds = start.elapsed().as_secs_f64();

    let score = |x: &X, y: &Vec<T>| T::score(y, &model.predict(x)?);
    let (train_score, _) = score(x_train, y_train).map_err(mistake)?;
    let test =
        split.as_ref().map(|(_, x_test, _, y_test)| score(x_test, y_test)).transpose().map_err(mistake)?;
    let cross_validate = |k| {
        T::cross_validate(estimator, x_train, y_train, k)
            .map_err(|error| option_mistake(options, "--cv", k, error))
    };
    let (test_score, classification) = test.unzip();
    Ok(Outcome {
        n_samples: x.n_rows(),
        n_features: x.n_features(),
        nnz: data.nnz,
        n_fitted: x_train.n_rows(),
        fit_seconds,
        threads: rayon::current_num_threads(),
        model: model.told(),
        train_score,
        test_score,
        cv_scores: options.cv.map(cross_validate).transpose()?,
        classification: classification.flatten(),
        origin: data.origin,
    })
}

/// A kind of target, of which models predict `P`: how rows are split and predictions are scored.
#[allow(clippy::ptr_arg)] // estimators are fitted to vectors
trait Judged<P>: Sized {
    fn stratified(size: TestSize, y: &Vec<Self>) -> TestSize;
    fn score(y: &Vec<Self>, predicted: &P) -> certifit::Result<Judgement>;
    fn cross_validate<E, X>(estimator: &E, x: &X, y: &Vec<Self>, k: usize) -> certifit::Result<Scores>
    where
        X: Features + Rows<Owned = X>,
        E: Estimator<X, Vec<Self>>,
        E::Fitted: Predictor<X, Output = P>;
}

/// A score, and more of it for classes.
type Judgement = (f64, Option<ClassificationReport<Label>>);

impl Judged<Array1<Label>> for Label {
    fn stratified(size: TestSize, y: &Vec<Self>) -> TestSize {
        size.stratify(y)
    }

    fn score(y: &Vec<Self>, predicted: &Array1<Label>) -> certifit::Result<Judgement> {
        Ok((accuracy_score(y, predicted)?, Some(classification_report(y, predicted)?)))
    }

    fn cross_validate<E, X>(estimator: &E, x: &X, y: &Vec<Self>, k: usize) -> certifit::Result<Scores>
    where
        X: Features + Rows<Owned = X>,
        E: Estimator<X, Vec<Self>>,
        E::Fitted: Predictor<X, Output = Array1<Label>>,
    {
        cross_val_score(estimator, x, y, &StratifiedKFold::new(k), &Accuracy)
    }
}

impl<F: Scalar> Judged<Array1<F>> for f64 {
    fn stratified(size: TestSize, _y: &Vec<Self>) -> TestSize {
        size
    }

    fn score(y: &Vec<Self>, predicted: &Array1<F>) -> certifit::Result<Judgement> {
        Ok((r2_score(y, predicted)?, None))
    }

    fn cross_validate<E, X>(estimator: &E, x: &X, y: &Vec<Self>, k: usize) -> certifit::Result<Scores>
    where
        X: Features + Rows<Owned = X>,
        E: Estimator<X, Vec<Self>>,
        E::Fitted: Predictor<X, Output = Array1<F>>,
    {
        cross_val_score(estimator, x, y, &KFold::new(k), &R2)
    }
}

fn option_mistake(options: &Options, option: &str, value: impl std::fmt::Display, error: Error) -> Failure {
    options.mistake(format_args!("{option} {value}: {error}"))
}

/// A fitted model that ends in one of weights.
trait Linear {
    fn told(&self) -> Fit;
}

impl<F: Scalar, P> Linear for LinearClassifier<F, Label, P> {
    fn told(&self) -> Fit {
        let classes = Some(self.classes().to_vec());
        Fit::new(classes, self.report(), self.coef().iter(), self.intercept().iter())
    }
}

impl<F: Scalar> Linear for LinearRegressor<F> {
    fn told(&self) -> Fit {
        Fit::new(None, self.report(), self.coef().iter(), std::iter::once(&self.intercept()))
    }
}

impl<F: Scalar> Linear for FittedMLPClassifier<F, Label> {
    fn told(&self) -> Fit {
        Fit::of_network(Some(self.classes().to_vec()), self.report(), self.network())
    }
}

impl<F: Scalar> Linear for FittedMLPRegressor<F> {
    fn told(&self) -> Fit {
        Fit::of_network(None, self.report(), self.network())
    }
}

impl Fit {
    /// The weights of all layers, and the biases of the outputs.
    fn of_network<F: Scalar>(
        classes: Option<Vec<Label>>,
        report: &NeuralReport,
        network: &Network<F>,
    ) -> Self {
        let coefs: Vec<F> =
            network.coefs().iter().flat_map(|w| w.iter().copied().collect::<Vec<F>>()).collect();
        let biases = network.intercepts().last().map(|b| b.to_vec()).unwrap_or_default();
        Self::new(classes, report, coefs.iter(), biases.iter())
    }

    fn new<'a, F: Scalar>(
        classes: Option<Vec<Label>>,
        report: impl Into<Told>,
        coef: impl Iterator<Item = &'a F>,
        intercept: impl Iterator<Item = &'a F>,
    ) -> Self {
        let coef: Vec<f64> = coef.map(|w| w.widen()).collect();
        Self {
            classes,
            report: report.into(),
            n_coef: coef.len(),
            n_nonzero_coef: coef.iter().filter(|w| **w != 0.0).count(),
            coef_norm: coef.iter().fold(0.0, |norm: f64, w| norm.hypot(*w)), // squares could overflow
            intercept: intercept.map(|b| b.widen()).collect(),
        }
    }
}

impl<A, B: Linear> Linear for Pipeline<A, B> {
    fn told(&self) -> Fit {
        self.last().told()
    }
}
