//! Feed-forward networks: layers of weights, trained by backpropagation.
//!
//! | estimator | targets | fits to |
//! |---|---|---|
//! | [`MLPClassifier`] | labels | [`FittedMLPClassifier`] |
//! | [`MLPClassifier::multilabel`] | several labels a row | [`FittedMultilabel`] |
//! | [`MLPRegressor`] | numbers | [`FittedMLPRegressor`] |
//! | [`MLPRegressor::multi_output`] | several numbers a row | [`FittedMultiOutput`] |
//! | [`MLPClassifier::online`], [`MLPRegressor::online`] | batches | the same |
//!
//! A model is an [`Activation`], an [`Initializer`], an [`OutputLoss`] and a
//! [`Regularizer`](crate::regularizer::Regularizer) in a [`Network`]; an [`Optimizer`] trains it: an
//! [`UpdateRule`](crate::update::UpdateRule) at the rates of a [`LearningRate`](crate::schedule::LearningRate), the same as
//! of [`SGDClassifier`](crate::linear::SGDClassifier), or [`Lbfgs`]. All choices are plain values that can be made at run
//! time, and you can write your own.
//!
//! To read on from here: `fit.rs` (a fit from its begin to its end), `training.rs` (epochs and steps), `pass.rs` (forward
//! and backward) and `product.rs` (the innermost loop).

mod activation;
mod builders;
mod classifier;
mod diagnosis;
mod exp;
mod fit;
mod initializer;
mod inputs;
mod lanes;
mod layout;
mod lbfgs;
mod lines;
mod mlp_classifier;
mod mlp_regressor;
mod multi_output;
mod network;
mod online;
mod online_classifier;
mod online_regressor;
mod optimizer;
mod output;
mod pass;
mod product;
mod regressor;
mod report;
mod settings;
mod training;
mod trial;
mod verdict;
mod wolfe;

pub use activation::{Activation, Gelu, Identity, LeakyRelu, Logistic, Relu, Silu, Tanh};
pub use classifier::FittedMLPClassifier;
pub use diagnosis::Finding;
pub use initializer::Initializer;
pub use lbfgs::Lbfgs;
pub use mlp_classifier::MLPClassifier;
pub use mlp_regressor::MLPRegressor;
pub use multi_output::{FittedMultiOutput, FittedMultilabel, MultiOutput};
pub use network::Network;
pub use online_classifier::OnlineMLPClassifier;
pub use online_regressor::OnlineMLPRegressor;
pub use optimizer::Optimizer;
pub use output::{OutputLoss, Separate, SoftmaxCrossEntropy};
pub use regressor::FittedMLPRegressor;
pub use report::NeuralReport;
