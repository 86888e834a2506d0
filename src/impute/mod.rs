//! Filling in missing values.
//!
//! | estimator | what it does | state |
//! |---|---|---|
//! | [`SimpleImputer`] | a number for each column: mean, median, most frequent or constant | [`FittedSimpleImputer`] |
//! | [`KNNImputer`] | the mean of the rows that are nearest | [`FittedKNNImputer`] |
//! | [`CategoryImputer`] | a category for each column: most frequent or constant | [`FittedCategoryImputer`] |
//! | [`MissingIndicator`] | columns that say where values are missing | [`FittedMissingIndicator`] |
//!
//! NaN is a missing value here, or a number that stands for one; in columns of categories `None` is. Models refuse
//! missing values, by row and column: an imputer goes in front of them.
//!
//! A column of which the fit saw no value is dropped, unless `keep_empty_features` says that it stays.

mod category_imputer;
mod knn_imputer;
mod layout;
mod missing_indicator;
mod simple_imputer;

pub use category_imputer::{CategoryImputer, Constant, Fill, FittedCategoryImputer, MostFrequent};
pub use knn_imputer::{FittedKNNImputer, KNNImputer, NeighborWeights};
pub use missing_indicator::{FittedMissingIndicator, MissingFeatures, MissingIndicator};
pub use simple_imputer::{FittedSimpleImputer, SimpleImputer, Strategy};
