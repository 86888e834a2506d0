//! The crate against values computed with scikit-learn.

mod cases;
mod crammer_singer;
mod datasets;
mod diagnose;
mod features;
mod golden;
mod linear_regression;
mod linear_svc;
mod logistic_regression;
mod metrics;
#[cfg(feature = "sparse")]
mod mixed;
mod mlp;
mod penalties;
mod ranking;
mod scaler;
mod search;
mod selection;
mod sgd;
mod sgd_losses;
mod splits;
#[cfg(feature = "sparse")]
mod text;
