//! The options of networks, and the models that they say.

use crate::cli::Words;
use crate::sgd::{Rule, SgdOptions};
use certifit::neural::{Activation, Gelu, Identity, Lbfgs, LeakyRelu, Logistic, Optimizer, Relu, Silu, Tanh};
use certifit::update::{AdaGrad, Adam, AdamW, Momentum, Nesterov, Plain};
use clap::{Args, ValueEnum};
use std::sync::Arc;

/// What only these models have. Steps are those of stochastic gradient descent.
#[derive(Debug, Args)]
#[command(next_help_heading = "Neural networks")]
pub struct MlpOptions {
    /// The units of each hidden layer [default: 100]
    #[arg(long, value_name = "N,N,...", value_delimiter = ',')]
    pub hidden: Option<Vec<usize>>,
    /// What hidden units make of their input [default: relu]
    #[arg(long, value_parser = Words::<Function>::new())]
    pub activation: Option<Function>,
    /// The rows of a step [default: 200]
    #[arg(long)]
    pub batch_size: Option<usize>,
    /// The share of hidden units that a step leaves out [default: 0]
    #[arg(long, allow_negative_numbers = true)]
    pub dropout: Option<f64>,
    /// Look at all rows at each step: for small data
    #[arg(long, conflicts_with_all = ["update", "learning_rate", "eta0", "batch_size", "dropout"])]
    pub lbfgs: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Function {
    Identity,
    Logistic,
    Tanh,
    Relu,
    LeakyRelu,
    Gelu,
    Silu,
}

impl MlpOptions {
    /// The first option that was given, if any.
    pub fn given(&self) -> Option<&'static str> {
        let all = [
            ("--hidden", self.hidden.is_some()),
            ("--activation", self.activation.is_some()),
            ("--batch-size", self.batch_size.is_some()),
            ("--dropout", self.dropout.is_some()),
            ("--lbfgs", self.lbfgs),
        ];
        all.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }
}

impl Function {
    fn activation(self) -> Arc<dyn Activation> {
        match self {
            Self::Identity => Arc::new(Identity),
            Self::Logistic => Arc::new(Logistic),
            Self::Tanh => Arc::new(Tanh),
            Self::Relu => Arc::new(Relu),
            Self::LeakyRelu => Arc::new(LeakyRelu::default()),
            Self::Gelu => Arc::new(Gelu),
            Self::Silu => Arc::new(Silu),
        }
    }
}

impl MlpOptions {
    pub fn activation(&self) -> Arc<dyn Activation> {
        self.activation.unwrap_or(Function::Relu).activation()
    }

    pub fn solver(&self, sgd: &SgdOptions) -> Arc<dyn Optimizer> {
        match sgd.update.unwrap_or(Rule::Adam) {
            _ if self.lbfgs => Arc::new(Lbfgs::default()),
            Rule::Plain => Arc::new(Plain),
            Rule::Momentum => Arc::new(Momentum::default()),
            Rule::Nesterov => Arc::new(Nesterov::default()),
            Rule::AdaGrad => Arc::new(AdaGrad::default()),
            Rule::Adam => Arc::new(Adam::default()),
            Rule::AdamW => Arc::new(AdamW::default()),
        }
    }
}

/// What both models are asked for: by these options, and by those of stochastic gradient descent.
macro_rules! with_layers {
    ($options:expr, $sgd:expr, $model:expr) => {{
        let options: &$crate::mlp::MlpOptions = $options;
        let sgd: &$crate::sgd::SgdOptions = $sgd;
        let mut model = $model
            .activation(options.activation())
            .solver(options.solver(sgd))
            .batch_size(options.batch_size)
            .dropout(options.dropout.unwrap_or(0.0))
            .early_stopping(sgd.early_stopping)
            .shuffle(!sgd.no_shuffle);
        if let Some(hidden) = &options.hidden {
            model = model.hidden_layer_sizes(hidden);
        }
        if let Some(share) = sgd.validation_fraction {
            model = model.validation_fraction(share);
        }
        if let Some(epochs) = sgd.n_iter_no_change {
            model = model.n_iter_no_change(epochs);
        }
        model
    }};
}
pub(crate) use with_layers;
