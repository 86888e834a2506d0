//! Fits and judges.

use crate::cli::Options;
use crate::failure::{Failure, Result};
use crate::values::Label;
use certifit::Scalar;
use certifit::model_selection::Scores;
use certifit::prelude::*;
use certifit::solver::Report;
use ndarray::Array1;
use std::time::Instant;

/// What a file holds.
pub struct Data<X> {
    pub features: X,
    pub labels: Vec<Label>,
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
    pub classes: Vec<Label>,
    pub report: Report,
    pub n_nonzero_coef: usize,
    pub coef_norm: f64,
    pub intercept: Vec<f64>,
}

/// Fits, scores and cross-validates what the options say, on as many threads as they say.
pub fn run<X>(data: Data<X>, options: &Options) -> Result<Outcome>
where
    X: Features + Rows<Owned = X> + Send,
{
    let svc = options.linear_svc()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| Failure::Trouble(format!("cannot start the threads: {error}")))?;
    pool.install(|| {
        if options.scale {
            let scaler = StandardScaler::new().with_mean(!data.features.is_sparse());
            judge(&scaler.then(svc), data, options)
        } else {
            judge(&svc, data, options)
        }
    })
}

fn judge<E, X>(estimator: &E, data: Data<X>, options: &Options) -> Result<Outcome>
where
    X: Features + Rows<Owned = X>,
    E: Estimator<X, Vec<Label>>,
    E::Fitted: Predictor<X, Output = Array1<Label>> + Linear,
{
    let (x, y) = (&data.features, &data.labels);
    let split = (options.test_size > 0.0).then(|| {
        let size = TestSize::fraction(options.test_size).seed(options.seed).stratify(y);
        train_test_split(x, y, size)
            .map_err(|error| option_mistake(options, "--test-size", options.test_size, error))
    });
    let split = split.transpose()?;
    let (x_train, y_train) = split.as_ref().map_or((x, y), |(x_train, _, y_train, _)| (x_train, y_train));
    let mistake = |error| options.mistake(error);

    let start = Instant::now();
    let model = estimator.fit(x_train, y_train).map_err(mistake)?;
    let fit_seconds = start.elapsed().as_secs_f64();

    let score = |x: &X, y: &Vec<Label>| {
        let predictions = model.predict(x)?;
        Ok((accuracy_score(y, &predictions)?, classification_report(y, &predictions)?))
    };
    let (train_score, _) = score(x_train, y_train).map_err(mistake)?;
    let test =
        split.as_ref().map(|(_, x_test, _, y_test)| score(x_test, y_test)).transpose().map_err(mistake)?;
    let cross_validate = |k| {
        cross_val_score(estimator, x_train, y_train, &StratifiedKFold::new(k), &Accuracy)
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
        classification,
        origin: data.origin,
    })
}

fn option_mistake(options: &Options, option: &str, value: impl std::fmt::Display, error: Error) -> Failure {
    options.mistake(format_args!("{option} {value}: {error}"))
}

/// A fitted model that ends in a linear one.
trait Linear {
    fn told(&self) -> Fit;
}

impl<F: Scalar> Linear for LinearClassifier<F, Label> {
    fn told(&self) -> Fit {
        let coef: Vec<f64> = self.coef().iter().map(|w| w.widen()).collect();
        Fit {
            classes: self.classes().to_vec(),
            report: self.report().clone(),
            n_nonzero_coef: coef.iter().filter(|w| **w != 0.0).count(),
            coef_norm: coef.iter().fold(0.0, |norm: f64, w| norm.hypot(*w)), // squares could overflow
            intercept: self.intercept().iter().map(|b| b.widen()).collect(),
        }
    }
}

impl<A, B: Linear> Linear for Pipeline<A, B> {
    fn told(&self) -> Fit {
        self.last().told()
    }
}
