#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
//! Machine learning in the style of scikit-learn, in which every convex fit carries a certificate.

mod error;
mod parallel;
mod random;
mod scalar;

pub mod compose;
pub mod data;
pub mod datasets;
mod estimator;
pub mod linear;
pub mod loss;
pub mod metric;
pub mod model_selection;
mod observer;
pub mod prelude;
pub mod preprocessing;
pub mod regularizer;
pub mod solver;

pub use error::{Error, Result};
pub use estimator::{DecisionFunction, Estimator, Predictor, Transformer};
pub use observer::{Observer, Progress};
pub use scalar::Scalar;
