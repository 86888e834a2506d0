//! The crate against values computed with scikit-learn.

mod datasets;
mod golden;
mod linear_svc;
mod metrics;
mod penalties;
mod scaler;
mod splits;
