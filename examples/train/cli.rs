//! The command line.

use crate::failure::{Failure, Result};
use crate::mlp::{MlpOptions, with_layers};
use crate::sgd::{self, ByRule, Schedule, SgdClassifier, SgdOptions, SgdRegressor, with_options};
use certifit::prelude::{
    ClassWeight, ElasticNet, Intercept, L1, L2, LinearSVC, LinearSVR, LogisticRegression, MLPClassifier,
    MLPRegressor, MultiClass, Regularizer, SGDClassifier, SGDRegressor, SvcLoss, SvrLoss,
};
use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::{Parser, ValueEnum};
use std::ffi::OsStr;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Trains a model on a CSV or svmlight file and judges it; the optimum of linear ones is certified.
///
/// CSV: fields are separated by commas and quoted as in RFC 4180. All columns but the target are numbers; nothing
/// may be missing. The first line is a header when not all of its feature fields are numbers (or when --target
/// names one of its fields); blank lines are skipped. svmlight: `label index:value ...`, indices from 1 and
/// ascending; `#` begins a comment, `qid:` is ignored.
///
/// Labels are integers if all of them are (`+1` and `1.0` are 1), else strings; fractional numbers are refused. The
/// targets of linear-svr, sgd-regressor and mlp-regressor are numbers.
///
/// Exit code 0: done, also if the optimum is not reached (the report says so). 2: something to mend in the file or
/// the options. 1: anything else.
#[derive(Debug, Parser)]
#[command(name = "train", verbatim_doc_comment)]
pub struct Options {
    /// The data
    pub file: PathBuf,
    /// How the file is written [default: by extension: .csv, .svm, .svmlight, .libsvm]
    #[arg(long, value_parser = words::<Format>())]
    pub format: Option<Format>,
    /// The column of a CSV that holds the targets: a name, or an index from 0 [default: the last]
    #[arg(long, value_name = "NAME|INDEX", allow_negative_numbers = true)]
    pub target: Option<String>,

    /// What is fitted
    #[arg(long, default_value = "linear-svc", value_parser = words::<Model>())]
    model: Model,
    /// What an error costs: hinge or squared-hinge; log-loss for logistic-regression; epsilon-insensitive or
    /// squared-epsilon-insensitive for linear-svr; sgd-classifier has modified-huber and perceptron as well, sgd-regressor
    /// squared-error and huber; log-loss for mlp-classifier, all but those with a margin for mlp-regressor
    /// [default: the model's]
    #[arg(long)]
    loss: Option<String>,
    /// The error that costs linear-svr nothing [default: 0], and the epsilon of losses of
    /// sgd-regressor and mlp-regressor [default: 0.1]
    #[arg(long, allow_negative_numbers = true)]
    epsilon: Option<f64>,
    /// What large coefficients cost
    #[arg(long, default_value = "l2", value_parser = words::<Penalty>())]
    penalty: Penalty,
    /// The share of l1 in elasticnet [default: 0.5; 0.15 for the models of stochastic gradient descent]
    #[arg(long, allow_negative_numbers = true)]
    l1_ratio: Option<f64>,
    /// How more than two classes are handled [default: the model's]
    #[arg(long, value_parser = words::<Classes>())]
    multi_class: Option<Classes>,
    /// Whether there is an intercept, and whether it is penalised
    #[arg(long, default_value = "free", value_parser = words::<Offset>())]
    intercept: Offset,
    /// Let all classes count the same, whatever their number of rows
    #[arg(long, value_parser = words::<Weighting>())]
    class_weight: Option<Weighting>,
    /// The weight of errors against the size of the coefficients
    #[arg(long, allow_negative_numbers = true)]
    c: Option<f64>,
    /// The weight of the penalty of models that have no --c
    #[arg(long, allow_negative_numbers = true)]
    alpha: Option<f64>,
    /// The certified relative duality gap at which the fit ends [default: 1e-6]; for sgd-classifier and sgd-regressor
    /// what an epoch must gain to count as progress [default: 1e-3], for networks likewise [default: 1e-4]
    #[arg(long, allow_negative_numbers = true)]
    tol: Option<f64>,
    /// The most iterations [default: the model's]
    #[arg(long, allow_negative_numbers = true)]
    max_iter: Option<usize>,
    /// Stop each fit after so many seconds, with the best model so far [default: none]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    max_time: Option<f64>,
    /// The seed of all that is random
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub seed: u64,
    /// How many threads work; the result is the same for any number [default: all processors]
    #[arg(long, allow_negative_numbers = true)]
    pub threads: Option<usize>,
    /// The type that features are held in
    #[arg(long, default_value = "f64", value_parser = words::<FloatType>())]
    pub float: FloatType,
    /// Standardise the features first, by the rows that are fitted; svmlight data keep their zeros (no centering)
    #[arg(long)]
    pub scale: bool,

    /// Hold out this share of the rows, stratified for classifiers, to judge the model on; 0 fits on all
    #[arg(long, value_name = "R", default_value_t = 0.0, allow_negative_numbers = true)]
    pub test_size: f64,
    /// Cross-validate as well, in K folds that are not shuffled, stratified for classifiers: of all rows, or of those
    /// that --test-size leaves
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    pub cv: Option<usize>,

    /// Write the fitted model
    #[arg(long, value_name = "MODEL")]
    save: Option<PathBuf>,
    /// Read a fitted model and only predict
    #[arg(long, value_name = "MODEL")]
    load: Option<PathBuf>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    sgd: SgdOptions,
    #[command(flatten)]
    mlp: MlpOptions,
}

/// A classifier, of a type that the options say.
pub enum Classifier {
    LinearSvc(LinearSVC),
    LogisticRegression(LogisticRegression),
    Sgd(Box<SgdClassifier>),
    Mlp(Box<MLPClassifier>),
}

/// The same for a regressor.
pub enum Regressor {
    LinearSvr(LinearSVR),
    Sgd(Box<SgdRegressor>),
    Mlp(Box<MLPRegressor>),
}

/// What the options say of any model.
macro_rules! common {
    ($options:expr, $model:expr) => {{
        let options: &Options = $options;
        let mut model = $model
            .c(options.c.unwrap_or(1.0))
            .tol(options.tol.unwrap_or(1e-6))
            .seed(options.seed)
            .intercept(options.intercept());
        if let Some(max_iter) = options.max_iter {
            model = model.max_iter(max_iter);
        }
        if let Some(max_time) = options.max_time() {
            model = model.max_time(max_time);
        }
        model
    }};
}

/// The same for stochastic gradient descent.
macro_rules! of_sgd {
    ($options:expr, $model:expr) => {{
        let options: &Options = $options;
        descends!(options, $model.intercept(options.intercept()))
    }};
}

/// What they say of any model that steps by batches.
macro_rules! descends {
    ($options:expr, $model:expr) => {{
        let options: &Options = $options;
        let mut model = $model.seed(options.seed);
        if let Some(alpha) = options.alpha {
            model = model.alpha(alpha);
        }
        if let Some(tol) = options.tol {
            model = model.tol(tol);
        }
        if let Some(max_iter) = options.max_iter {
            model = model.max_iter(max_iter);
        }
        if let Some(max_time) = options.max_time() {
            model = model.max_time(max_time);
        }
        model
    }};
}

/// What they say of a classifier.
macro_rules! of_classes {
    ($options:expr, $model:expr) => {{
        let options: &Options = $options;
        let model = $model.penalty(options.penalty()?).class_weight(options.class_weight());
        match options.multi_class() {
            Some(multi_class) => model.multi_class(multi_class),
            None => model,
        }
    }};
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    #[value(alias = "libsvm")]
    Svmlight,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FloatType {
    F32,
    F64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Model {
    LinearSvc,
    LogisticRegression,
    LinearSvr,
    SgdClassifier,
    SgdRegressor,
    MlpClassifier,
    MlpRegressor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Penalty {
    L2,
    L1,
    #[value(name = "elasticnet", alias = "elastic-net")]
    ElasticNet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Classes {
    #[value(alias = "ovr")]
    OneVsRest,
    #[value(alias = "ovo")]
    OneVsOne,
    CrammerSinger,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Offset {
    Free,
    Penalized,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Weighting {
    Balanced,
}

/// The words of a list, with `-` and `_` and large and small letters alike.
#[derive(Clone)]
pub struct Words<T>(PhantomData<T>);

impl<T> Words<T> {
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

fn words<T>() -> Words<T> {
    Words::new()
}

impl<T: ValueEnum + Clone + Send + Sync + 'static> TypedValueParser for Words<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> std::result::Result<T, clap::Error> {
        let word = value.to_str().map(normal);
        let word = word.as_deref().map_or(value, OsStr::new);
        EnumValueParser::<T>::new().parse_ref(command, arg, word)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(T::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

fn normal(word: &str) -> String {
    word.replace('_', "-").to_lowercase()
}

impl Options {
    /// Refuses what is not there, before any work.
    pub fn check(&self) -> Result<()> {
        match self.model {
            Model::LinearSvr | Model::SgdRegressor | Model::MlpRegressor => drop(self.regressor()?),
            _ => drop(self.classifier()?),
        }
        for (option, given) in [("--save", &self.save), ("--load", &self.load)] {
            if given.is_some() {
                return Err(self.mistake(format!("{option} is not available in this version")));
            }
        }
        if let Some(option) = self.mlp.given().filter(|_| !self.is_mlp()) {
            self.refuse_where(true, option, "it has no layers")?;
        }
        if self.is_mlp() {
            if let Some(option) = self.sgd.given_of_linear() {
                self.refuse_where(true, option, "it is for linear models")?;
            }
            self.refuse_where(self.intercept != Offset::Free, "--intercept", "its biases are free")?;
            self.refuse_where(self.multi_class.is_some(), "--multi-class", "it has all classes at once")?;
        }
        if self.is_descent() {
            self.refuse_where(self.c.is_some(), "--c", "its regularisation is set by --alpha")?;
        } else {
            self.refuse_where(self.alpha.is_some(), "--alpha", "its regularisation is set by --c")?;
            if let Some(option) = self.sgd.given() {
                self.refuse_where(true, option, "it has no stochastic gradient descent")?;
            }
        }
        self.check_numbers()
    }

    /// Refuses an option that the model has no use for.
    fn refuse_where(&self, given: bool, option: &str, why: &str) -> Result<()> {
        match given {
            true => Err(self.mistake(format!("{option} is not for {}: {why}", name(&self.model)))),
            false => Ok(()),
        }
    }

    fn check_numbers(&self) -> Result<()> {
        let refuse = |option: &str, value: &dyn std::fmt::Display, allowed: &str| {
            Err(self.mistake(format!("{option} is {value}, but it must be {allowed}")))
        };
        if let Some(seconds) = self.max_time.filter(|seconds| !(*seconds > 0.0 && seconds.is_finite())) {
            return refuse("--max-time", &seconds, "positive and finite");
        }
        if !(0.0..1.0).contains(&self.test_size) {
            return refuse("--test-size", &self.test_size, "at least 0 and below 1");
        }
        match self.threads {
            Some(threads) if !(1..=1024).contains(&threads) => {
                refuse("--threads", &threads, "from 1 to 1024")
            }
            _ => Ok(()),
        }
    }

    /// The format that is asked for, else that of the extension.
    pub fn format(&self) -> Result<Format> {
        let extension = self.file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let format = match (self.format, extension.as_deref()) {
            (Some(format), _) => format,
            (None, Some("csv")) => Format::Csv,
            (None, Some("svm" | "svmlight" | "libsvm")) => Format::Svmlight,
            _ => {
                let what = "the extension does not tell the format: give --format csv or --format svmlight";
                return Err(self.mistake(what));
            }
        };
        match self.target {
            Some(_) if format == Format::Svmlight => {
                Err(self.mistake("--target is for CSV files: in svmlight files the label stands first"))
            }
            _ => Ok(format),
        }
    }

    /// The longest that a fit may take. Durations that no clock can show are no limit.
    fn max_time(&self) -> Option<Duration> {
        self.max_time.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    }

    /// Whether targets are numbers.
    pub fn is_regressor(&self) -> bool {
        matches!(self.model, Model::LinearSvr | Model::SgdRegressor | Model::MlpRegressor)
    }

    fn is_mlp(&self) -> bool {
        matches!(self.model, Model::MlpClassifier | Model::MlpRegressor)
    }

    /// Whether it steps by rows or batches.
    fn is_descent(&self) -> bool {
        self.is_mlp() || matches!(self.model, Model::SgdClassifier | Model::SgdRegressor)
    }

    /// The classifier that is asked for.
    pub fn classifier(&self) -> Result<Classifier> {
        self.refuse_where(self.epsilon.is_some(), "--epsilon", "its errors all count")?;
        Ok(match self.model {
            Model::SgdClassifier => Classifier::Sgd(Box::new(self.sgd_classifier()?)),
            Model::MlpClassifier => Classifier::Mlp(Box::new(self.mlp_classifier()?)),
            Model::LogisticRegression => {
                self.loss(&[("log-loss", ())])?;
                Classifier::LogisticRegression(of_classes!(self, common!(self, LogisticRegression::new())))
            }
            _ => {
                let losses = [("squared-hinge", SvcLoss::SquaredHinge), ("hinge", SvcLoss::Hinge)];
                let loss = self.loss(&losses)?;
                // Left out, it goes with how classes are handled.
                let svc = if self.loss.is_some() { LinearSVC::new().loss(loss) } else { LinearSVC::new() };
                Classifier::LinearSvc(of_classes!(self, common!(self, svc)))
            }
        })
    }

    /// The regressor that is asked for.
    pub fn regressor(&self) -> Result<Regressor> {
        Ok(match self.model {
            Model::SgdRegressor => Regressor::Sgd(Box::new(self.sgd_regressor()?)),
            Model::MlpRegressor => Regressor::Mlp(Box::new(self.mlp_regressor()?)),
            _ => Regressor::LinearSvr(self.linear_svr()?),
        })
    }

    fn sgd_classifier(&self) -> Result<SgdClassifier> {
        if let Some(several @ (Classes::OneVsOne | Classes::CrammerSinger)) = self.multi_class {
            let several = format!("{} of sgd-classifier", name(&several));
            return Err(self.missing("--multi-class", &several, "one-vs-rest"));
        }
        let sgd = SGDClassifier::new()
            .loss(sgd::loss(self.loss(&sgd::OF_CLASSES)?, 0.1))
            .penalty(self.sgd_penalty()?)
            .learning_rate(self.sgd.schedule(Schedule::Optimal, 0.5, 0.01))
            .class_weight(self.class_weight());
        let plain = with_options!(&self.sgd, of_sgd!(self, sgd));
        let automatic = |sgd: sgd::AnyClassifier<_>| of_sgd!(self, sgd.automatic());
        Ok(ByRule::of(&self.sgd, plain, |sgd, rule| sgd.update(rule), automatic))
    }

    fn sgd_regressor(&self) -> Result<SgdRegressor> {
        self.refuse_where(self.multi_class.is_some(), "--multi-class", "it has no classes")?;
        self.refuse_where(self.class_weight.is_some(), "--class-weight", "it has no classes")?;
        let sgd = SGDRegressor::new()
            .loss(sgd::loss(self.loss(&sgd::OF_NUMBERS)?, self.epsilon.unwrap_or(0.1)))
            .penalty(self.sgd_penalty()?)
            .learning_rate(self.sgd.schedule(Schedule::InvScaling, 0.25, 0.01));
        let plain = with_options!(&self.sgd, of_sgd!(self, sgd));
        let automatic = |sgd: sgd::AnyRegressor<_>| of_sgd!(self, sgd.automatic());
        Ok(ByRule::of(&self.sgd, plain, |sgd, rule| sgd.update(rule), automatic))
    }

    fn mlp_classifier(&self) -> Result<MLPClassifier> {
        self.loss(&[("log-loss", ())])?;
        let mlp = MLPClassifier::new()
            .penalty(self.sgd_penalty()?)
            .learning_rate(self.sgd.schedule(Schedule::Constant, 0.5, 1e-3))
            .class_weight(self.class_weight());
        Ok(with_layers!(&self.mlp, &self.sgd, descends!(self, mlp)))
    }

    fn mlp_regressor(&self) -> Result<MLPRegressor> {
        self.refuse_where(self.class_weight.is_some(), "--class-weight", "it has no classes")?;
        let mlp = MLPRegressor::new()
            .loss(sgd::loss(self.loss(&sgd::OF_NUMBERS)?, self.epsilon.unwrap_or(0.1)))
            .penalty(self.sgd_penalty()?)
            .learning_rate(self.sgd.schedule(Schedule::Constant, 0.5, 1e-3));
        Ok(with_layers!(&self.mlp, &self.sgd, descends!(self, mlp)))
    }

    fn sgd_penalty(&self) -> Result<Arc<dyn Regularizer>> {
        self.penalty()?;
        Ok(match self.penalty {
            Penalty::L2 => Arc::new(L2),
            Penalty::L1 => Arc::new(L1),
            Penalty::ElasticNet => Arc::new(ElasticNet { l1_ratio: self.l1_ratio.unwrap_or(0.15) }),
        })
    }

    fn linear_svr(&self) -> Result<LinearSVR> {
        self.refuse_where(self.penalty != Penalty::L2, "--penalty", "its penalty is l2")?;
        self.refuse_where(self.l1_ratio.is_some(), "--l1-ratio", "its penalty is l2")?;
        self.refuse_where(self.multi_class.is_some(), "--multi-class", "it has no classes")?;
        self.refuse_where(self.class_weight.is_some(), "--class-weight", "it has no classes")?;
        let loss = self.loss(&[
            ("epsilon-insensitive", SvrLoss::EpsilonInsensitive),
            ("squared-epsilon-insensitive", SvrLoss::SquaredEpsilonInsensitive),
        ])?;
        Ok(common!(self, LinearSVR::new().loss(loss).epsilon(self.epsilon.unwrap_or(0.0))))
    }

    fn intercept(&self) -> Intercept {
        match self.intercept {
            Offset::Free => Intercept::Free,
            Offset::Penalized => Intercept::Penalized { scaling: 1.0 },
            Offset::None => Intercept::None,
        }
    }

    fn penalty(&self) -> Result<certifit::linear::Penalty> {
        let is_net = self.penalty == Penalty::ElasticNet;
        self.refuse_where(!is_net && self.l1_ratio.is_some(), "--l1-ratio", "its penalty is not elasticnet")?;
        Ok(match self.penalty {
            Penalty::L2 => L2.into(),
            Penalty::L1 => L1.into(),
            Penalty::ElasticNet => {
                self.l1_ratio.map_or_else(ElasticNet::default, |l1_ratio| ElasticNet { l1_ratio }).into()
            }
        })
    }

    fn multi_class(&self) -> Option<MultiClass> {
        self.multi_class.map(|classes| match classes {
            Classes::OneVsRest => MultiClass::OneVsRest,
            Classes::OneVsOne => MultiClass::OneVsOne,
            Classes::CrammerSinger => MultiClass::CrammerSinger,
        })
    }

    fn class_weight(&self) -> ClassWeight {
        match self.class_weight {
            Some(Weighting::Balanced) => ClassWeight::Balanced,
            None => ClassWeight::Uniform,
        }
    }

    /// The loss that is asked for, of those that the model has; the first unless one is.
    fn loss<T: Copy>(&self, losses: &[(&str, T)]) -> Result<T> {
        let wanted = self.loss.as_deref().map(normal);
        let is_wanted = |(name, _): &&(&str, T)| wanted.as_deref().is_none_or(|wanted| wanted == *name);
        match losses.iter().find(is_wanted) {
            Some(&(_, loss)) => Ok(loss),
            None => {
                let names: Vec<&str> = losses.iter().rev().map(|(name, _)| *name).collect();
                let given = format!("{:?} of {}", wanted.unwrap_or_default(), name(&self.model));
                Err(self.missing("--loss", &given, &names.join(" and ")))
            }
        }
    }

    /// The model in a few words.
    pub fn described(&self) -> String {
        let scaler = if self.scale { "standard-scaler, then " } else { "" };
        let loss =
            self.loss.as_deref().map(|loss| format!(" with {} loss", normal(loss))).unwrap_or_default();
        let weight = if self.class_weight.is_some() { ", balanced classes" } else { "" };
        let classes = self.multi_class.map(|classes| format!(", {}", name(&classes))).unwrap_or_default();
        let epsilon = self.epsilon.map(|epsilon| format!(", epsilon = {epsilon}")).unwrap_or_default();
        format!(
            "{scaler}{}{loss}, {}{epsilon}, penalty {}, {} intercept{classes}{weight}",
            name(&self.model),
            match self.is_descent() {
                true => format!("alpha = {}", self.alpha.unwrap_or(1e-4)),
                false => format!("C = {}", self.c.unwrap_or(1.0)),
            },
            name(&self.penalty),
            if self.intercept == Offset::None { "no".into() } else { name(&self.intercept) },
        )
    }

    fn missing(&self, option: &str, given: &str, available: &str) -> Failure {
        self.mistake(format!("{option} {given} is not available in this version; available: {available}"))
    }

    /// A mistake that has to do with this file or its options.
    pub fn mistake(&self, what: impl std::fmt::Display) -> Failure {
        Failure::mistake(&self.file, what)
    }
}

/// The word for a value on the command line.
fn name<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
