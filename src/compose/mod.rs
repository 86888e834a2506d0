//! Putting pieces together: pipelines, several classes from two, models behind `dyn`.
//!
//! | what | for |
//! |---|---|
//! | [`Compose::then`], [`Pipeline`] | steps in a row, as one estimator and one model |
//! | [`ColumnTransformer`] | different columns to different transformers |
//! | [`FeatureUnion`] | the same features to several transformers |
//! | [`FunctionTransformer`] | a transformer from a function |
//! | [`MultiClass`] | models of two classes on a target with more |
//! | [`Frozen`] | a fitted model where an estimator is asked for |
//! | [`boxed`], [`BoxedPredictor`], [`BoxedTransformer`] | models and estimators whose type is chosen at run time |

mod boxed;
mod column_transformer;
mod columns;
mod feature_union;
mod frozen;
mod function_transformer;
pub(crate) mod multi_class;
mod parts;
mod pipeline;
mod selection;
mod source;

pub use boxed::{BoxedEstimator, BoxedPredictor, BoxedTransformer, boxed};
pub use column_transformer::{ColumnTransformer, FittedColumnTransformer, Remainder};
pub use columns::{Columns, Header};
pub use feature_union::{FeatureUnion, FittedFeatureUnion};
pub use frozen::Frozen;
pub use function_transformer::FunctionTransformer;
pub use multi_class::MultiClass;
pub use parts::{Blocks, FittedPart, FittedParts, Part, PartNames, Parts};
pub use pipeline::{Compose, Pipeline};
pub use selection::ColumnSelection;
pub use source::{CategoryColumns, Numbers, Source, TextColumn, Whole};
