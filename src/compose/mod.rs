//! Putting pieces together: pipelines, several classes from two, models behind `dyn`.

mod boxed;
pub(crate) mod multi_class;
mod pipeline;

pub use boxed::{BoxedEstimator, BoxedPredictor, BoxedTransformer, boxed};
pub use multi_class::MultiClass;
pub use pipeline::{Compose, Pipeline};
