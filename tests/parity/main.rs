//! The crate against values computed with scikit-learn.

mod datasets;
mod golden;
mod metrics;
mod scaler;
mod splits;
