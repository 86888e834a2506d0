//! What models are fitted on: rows of features, targets, weights.
//!
//! | trait | what | implemented for |
//! |---|---|---|
//! | [`Rows`] | anything made of rows that can be counted and taken | all below |
//! | [`Features`] | a feature matrix, one sample a row | `ArrayBase<_, Ix2>` in any memory layout, sparse CSR |
//! | [`Weights`] | how much each row counts | targets (1 each), [`Weighted`], `()` |
//! | [`Targets`] | what is to be predicted, one value a row | `Vec<L>`, `[L]`, `[L; N]`, `ArrayBase<_, Ix1>`, [`Weighted`], [`Grouped`] |
//! | [`MultiTargets`] | what is to be predicted, several values a row | `ArrayBase<_, Ix2>`, [`Weighted`] |
//! | [`Groups`] | which rows belong together | [`Grouped`] |
//! | [`Label`] | a class | any `Clone + Ord + Debug + Send + Sync` |
//!
//! To add a kind of feature matrix, implement [`Rows`] and [`Features`] for it: all models take it. An estimator of
//! your own starts its `fit` with [`check_features`] and [`check_targets`], finds the [`Classes`] of its target, and
//! starts its `predict` with [`check_width`].

mod any;
mod check;
mod class_weight;
mod dense;
mod features;
mod groups;
mod kernels;
mod labels;
mod multi_targets;
mod rows;
#[cfg(feature = "sparse")]
mod sparse;
mod subset;
mod targets;

pub(crate) use any::AnyFeatures;
pub use check::{Missing, check_features, check_targets, check_weights, check_width};
pub(crate) use check::{
    check_shape, checked_squared_norms, finite_targets, first_non_finite, has_non_finite,
};
pub use class_weight::ClassWeight;
pub(crate) use class_weight::{weighted, weighted_classes};
pub use features::{Features, FeaturesMut};
pub use groups::{Grouped, Groups};
pub(crate) use kernels::{add_row, dot, row_dot};
pub use labels::{Classes, Label};
pub use multi_targets::MultiTargets;
pub use rows::Rows;
pub use subset::RowSubset;
pub use targets::{Targets, Weighted, Weights};
