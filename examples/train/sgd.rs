//! The options of stochastic gradient descent, and the models that they say.

use crate::cli::Words;
use certifit::loss::{EpsilonInsensitive, Huber, ModifiedHuber, Perceptron, SquaredEpsilonInsensitive};
use certifit::prelude::*;
use certifit::schedule::{
    Adaptive, Constant, CosineWarmRestarts, InvScaling, LinearDecay, OneCycle, Optimal, StepDecay,
};
use certifit::update::{
    AdaGrad, Adam, AdamStep, AdamW, AdamWStep, Momentum, MomentumStep, Moved, Nesterov, Plain,
};
use clap::{Args, ValueEnum};
use std::sync::Arc;

/// What only these models have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Stochastic gradient descent")]
pub struct SgdOptions {
    /// How long steps are [default: optimal for sgd-classifier, invscaling for sgd-regressor, constant for networks]
    #[arg(long, value_parser = Words::<Schedule>::new())]
    pub learning_rate: Option<Schedule>,
    /// The first, or the highest, rate [default: the schedule's; 0.001 for networks]
    #[arg(long, allow_negative_numbers = true)]
    pub eta0: Option<f64>,
    /// The power of time that invscaling divides by [default: 0.5 for sgd-classifier, 0.25 for sgd-regressor]
    #[arg(long, allow_negative_numbers = true)]
    pub power_t: Option<f64>,
    /// The rule by which steps move the coefficients [default: plain; adam for networks]
    #[arg(long, value_parser = Words::<Rule>::new())]
    pub update: Option<Rule>,
    /// No rate to choose, for features in any units
    #[arg(long, conflicts_with_all = ["learning_rate", "eta0", "power_t", "update"])]
    pub automatic: bool,
    /// Average the coefficients from this step on; 0 is never
    #[arg(long, value_name = "STEP")]
    pub average: Option<usize>,
    /// Hold rows out, to stop when the score on them gets no better
    #[arg(long)]
    pub early_stopping: bool,
    /// The share of the rows that early stopping holds out [default: 0.1]
    #[arg(long, allow_negative_numbers = true)]
    pub validation_fraction: Option<f64>,
    /// How many epochs without progress end a fit [default: 5; 10 for networks]
    #[arg(long)]
    pub n_iter_no_change: Option<usize>,
    /// Visit the rows in the order of the file
    #[arg(long)]
    pub no_shuffle: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Schedule {
    Constant,
    Optimal,
    #[value(name = "invscaling")]
    InvScaling,
    Adaptive,
    StepDecay,
    Cosine,
    OneCycle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rule {
    Plain,
    Momentum,
    Nesterov,
    #[value(name = "adagrad")]
    AdaGrad,
    Adam,
    #[value(name = "adamw")]
    AdamW,
}

/// A model whose choices are made at run time.
pub type AnyClassifier<U> = SGDClassifier<Arc<dyn Loss>, Arc<dyn Regularizer>, Arc<dyn LearningRate>, U>;
pub type AnyRegressor<U> = SGDRegressor<Arc<dyn Loss>, Arc<dyn Regularizer>, Arc<dyn LearningRate>, U>;

/// The losses of classifiers, the default first.
pub const OF_CLASSES: [(&str, usize); 5] =
    [("hinge", 0), ("squared-hinge", 1), ("log-loss", 2), ("modified-huber", 3), ("perceptron", 4)];
/// Those of regressors.
pub const OF_NUMBERS: [(&str, usize); 4] =
    [("squared-error", 5), ("huber", 6), ("epsilon-insensitive", 7), ("squared-epsilon-insensitive", 8)];

/// The loss of a number of these lists.
pub fn loss(number: usize, epsilon: f64) -> Arc<dyn Loss> {
    match number {
        0 => Arc::new(Hinge),
        1 => Arc::new(SquaredHinge),
        2 => Arc::new(LogLoss),
        3 => Arc::new(ModifiedHuber),
        4 => Arc::new(Perceptron),
        5 => Arc::new(SquaredError),
        6 => Arc::new(Huber { epsilon }),
        7 => Arc::new(EpsilonInsensitive { epsilon }),
        _ => Arc::new(SquaredEpsilonInsensitive { epsilon }),
    }
}

impl SgdOptions {
    /// The first option that was given, if any.
    pub fn given(&self) -> Option<&'static str> {
        let all = [
            ("--learning-rate", self.learning_rate.is_some()),
            ("--eta0", self.eta0.is_some()),
            ("--power-t", self.power_t.is_some()),
            ("--update", self.update.is_some()),
            ("--automatic", self.automatic),
            ("--average", self.average.is_some()),
            ("--early-stopping", self.early_stopping),
            ("--validation-fraction", self.validation_fraction.is_some()),
            ("--n-iter-no-change", self.n_iter_no_change.is_some()),
            ("--no-shuffle", self.no_shuffle),
        ];
        all.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }

    /// The first of the options that only linear models have, if any was given.
    pub fn given_of_linear(&self) -> Option<&'static str> {
        let all = [("--automatic", self.automatic), ("--average", self.average.is_some())];
        all.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }

    pub fn schedule(&self, default: Schedule, power_t: f64, eta0: f64) -> Arc<dyn LearningRate> {
        let eta0 = self.eta0.unwrap_or(eta0);
        match self.learning_rate.unwrap_or(default) {
            Schedule::Constant => Arc::new(Constant { eta0 }),
            Schedule::Optimal => Arc::new(Optimal),
            Schedule::InvScaling => Arc::new(InvScaling { eta0, power_t: self.power_t.unwrap_or(power_t) }),
            Schedule::Adaptive => Arc::new(Adaptive { eta0 }),
            Schedule::StepDecay => Arc::new(StepDecay { eta0, ..StepDecay::default() }),
            Schedule::Cosine => Arc::new(CosineWarmRestarts { eta0, ..CosineWarmRestarts::default() }),
            Schedule::OneCycle => {
                let max_rate = self.eta0.unwrap_or(OneCycle::default().max_rate);
                Arc::new(OneCycle { max_rate, ..OneCycle::default() })
            }
        }
    }

    /// The rule, if it is not the plain one.
    pub fn rule(&self) -> Option<AnyRule> {
        Some(match self.update? {
            Rule::Plain => return None,
            Rule::Momentum => AnyRule::Momentum(Momentum::default()),
            Rule::Nesterov => AnyRule::Nesterov(Nesterov::default()),
            Rule::AdaGrad => AnyRule::AdaGrad(AdaGrad::default()),
            Rule::Adam => AnyRule::Adam(Adam::default()),
            Rule::AdamW => AnyRule::AdamW(AdamW::default()),
        })
    }
}

/// What both models are asked for.
macro_rules! with_options {
    ($options:expr, $model:expr) => {{
        let options: &$crate::sgd::SgdOptions = $options;
        let mut model = $model
            .average(options.average.unwrap_or(0))
            .early_stopping(options.early_stopping)
            .shuffle(!options.no_shuffle);
        if let Some(share) = options.validation_fraction {
            model = model.validation_fraction(share);
        }
        if let Some(epochs) = options.n_iter_no_change {
            model = model.n_iter_no_change(epochs);
        }
        model
    }};
}
pub(crate) use with_options;

/// A rule that is chosen at run time, so that models are compiled once for all of them.
#[derive(Debug, Clone, Copy)]
pub enum AnyRule {
    Momentum(Momentum),
    Nesterov(Nesterov),
    AdaGrad(AdaGrad),
    Adam(Adam),
    AdamW(AdamW),
}

/// A step of it.
#[derive(Clone, Copy)]
pub enum AnyStep {
    Momentum(MomentumStep),
    Nesterov(MomentumStep),
    AdaGrad((f64, f64)),
    Adam(AdamStep),
    AdamW(AdamWStep),
}

impl UpdateRule for AnyRule {
    type Memory = (f64, f64);
    type Step = AnyStep;

    fn step(&self, rate: f64, t: f64) -> AnyStep {
        match self {
            Self::Momentum(rule) => AnyStep::Momentum(rule.step(rate, t)),
            Self::Nesterov(rule) => AnyStep::Nesterov(rule.step(rate, t)),
            Self::AdaGrad(rule) => AnyStep::AdaGrad(rule.step(rate, t)),
            Self::Adam(rule) => AnyStep::Adam(rule.step(rate, t)),
            Self::AdamW(rule) => AnyStep::AdamW(rule.step(rate, t)),
        }
    }

    fn update(step: &AnyStep, w: f64, gradient: f64, memory: &mut (f64, f64)) -> Moved {
        match step {
            AnyStep::Momentum(step) => Momentum::update(step, w, gradient, &mut memory.0),
            AnyStep::Nesterov(step) => Nesterov::update(step, w, gradient, &mut memory.0),
            AnyStep::AdaGrad(step) => AdaGrad::update(step, w, gradient, &mut memory.0),
            AnyStep::Adam(step) => Adam::update(step, w, gradient, memory),
            AnyStep::AdamW(step) => AdamW::update(step, w, gradient, memory),
        }
    }
}

/// An estimator of one of the three kinds of rules.
pub enum ByRule<P, A, D> {
    Plain(P),
    Any(A),
    Automatic(D),
}

impl<P, A, D> ByRule<P, A, D> {
    pub fn of(
        options: &SgdOptions,
        plain: P,
        with: impl FnOnce(P, AnyRule) -> A,
        automatic: impl FnOnce(P) -> D,
    ) -> Self {
        match options.rule() {
            _ if options.automatic => Self::Automatic(automatic(plain)),
            Some(rule) => Self::Any(with(plain, rule)),
            None => Self::Plain(plain),
        }
    }
}

/// Automatic models have a schedule of their own type.
pub type AutoClassifier =
    SGDClassifier<Arc<dyn Loss>, Arc<dyn Regularizer>, LinearDecay, certifit::update::DistanceOverGradients>;
pub type AutoRegressor =
    SGDRegressor<Arc<dyn Loss>, Arc<dyn Regularizer>, LinearDecay, certifit::update::DistanceOverGradients>;
pub type SgdClassifier = ByRule<AnyClassifier<Plain>, AnyClassifier<AnyRule>, AutoClassifier>;
pub type SgdRegressor = ByRule<AnyRegressor<Plain>, AnyRegressor<AnyRule>, AutoRegressor>;
