//! The crate against values computed with scikit-learn.

mod cases;
mod datasets;
mod golden;
mod linear_regression;
mod linear_svc;
mod logistic_regression;
mod metrics;
mod penalties;
mod scaler;
mod sgd;
mod sgd_losses;
mod splits;
