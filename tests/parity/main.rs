//! The crate against values computed with scikit-learn.

mod cases;
mod crammer_singer;
mod datasets;
mod golden;
mod linear_regression;
mod linear_svc;
mod logistic_regression;
mod metrics;
mod mlp;
mod penalties;
mod ranking;
mod scaler;
mod selection;
mod sgd;
mod sgd_losses;
mod splits;
