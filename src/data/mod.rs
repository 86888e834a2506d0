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
//! | [`Categories`], [`Category`] | columns of categories, which encoders turn into features | `ArrayBase<_, Ix2>` of integers, strings, `Option`s of them |
//! | [`FromRows`] | a feature matrix that is made row by row | `Array2`, sparse CSR |
//! | [`Label`] | a class | any `Clone + Ord + Debug + Send + Sync` |
//!
//! To add a kind of feature matrix, implement [`Rows`] and [`Features`] for it: all models take it. An estimator of
//! your own starts its `fit` with [`check_features`] and [`check_targets`], finds the [`Classes`] of its target, and
//! starts its `predict` with [`check_width`].

mod any;
mod categories;
mod check;
mod class_weight;
mod columns;
mod dense;
mod features;
mod from_rows;
mod groups;
mod kernels;
mod labels;
mod multi_targets;
mod narrowed;
mod norm;
mod permute;
mod rows;
mod selection;
mod sorted;
#[cfg(feature = "sparse")]
mod sparse;
mod subset;
mod taken;
mod targets;

pub(crate) use any::AnyFeatures;
pub use categories::{Categories, Category};
pub(crate) use categories::{category_order, check_categories};
pub use check::{Missing, check_features, check_targets, check_weights, check_width};
pub(crate) use check::{
    check_shape, checked_squared_norms, finite_targets, first_non_finite, has_non_finite,
};
pub use class_weight::ClassWeight;
pub(crate) use class_weight::{weighted, weighted_classes};
pub(crate) use columns::{Column, map_columns, moments_of};
pub(crate) use features::first_entry;
pub use features::{Entry, Features, FeaturesMut, SetColumn};
pub use from_rows::{FromRows, RowEntries};
#[cfg(feature = "sparse")]
pub(crate) use from_rows::{SparsePiece, stack, written};
pub use groups::{Grouped, Groups};
pub(crate) use kernels::{add_row, dot, row_dot};
pub use labels::{Classes, Label};
pub use multi_targets::MultiTargets;
pub(crate) use narrowed::narrowed;
pub use norm::Norm;
pub use permute::PermuteColumn;
pub use rows::Rows;
pub(crate) use selection::Selection;
pub(crate) use sorted::Sorted;
pub use subset::RowSubset;
pub(crate) use taken::{Given, Taken};
pub use targets::{Targets, Weighted, Weights};
