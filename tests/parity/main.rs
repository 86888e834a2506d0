//! The crate against values computed with scikit-learn.

mod golden;
mod scaler;
