//! Putting pieces together: pipelines, several classes from two, models behind `dyn`.
//!
//! | what | for |
//! |---|---|
//! | [`Compose::then`], [`Pipeline`] | steps in a row, as one estimator and one model |
//! | [`MultiClass`] | models of two classes on a target with more |
//! | [`Frozen`] | a fitted model where an estimator is asked for |
//! | [`boxed`], [`BoxedPredictor`], [`BoxedTransformer`] | models and estimators whose type is chosen at run time |

mod boxed;
mod frozen;
pub(crate) mod multi_class;
mod pipeline;

pub use boxed::{BoxedEstimator, BoxedPredictor, BoxedTransformer, boxed};
pub use frozen::Frozen;
pub use multi_class::MultiClass;
pub use pipeline::{Compose, Pipeline};
