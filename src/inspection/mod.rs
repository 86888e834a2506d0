//! What a model has learnt.
//!
//! | what | for | scikit-learn |
//! |---|---|---|
//! | [`permutation_importance`] | any model: by how much its score falls without a feature | `permutation_importance` |
//! | `coef_table` of [`LinearClassifier`](crate::linear::LinearClassifier::coef_table) and [`LinearRegressor`](crate::linear::LinearRegressor::coef_table) | linear models: the coefficients with their names | `coef_` |

mod permutation_importance;
mod student;

pub use permutation_importance::{
    FeatureImportance, PermutationImportance, Permutations, permutation_importance,
};
