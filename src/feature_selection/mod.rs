//! Choosing columns.
//!
//! | estimator | which columns stay | state |
//! |---|---|---|
//! | [`VarianceThreshold`] | those that vary | [`FittedVarianceThreshold`] |
//! | [`SelectKBest`] | those with the best scores for the target | [`FittedSelectKBest`] |
//!
//! | score | of what | for |
//! |---|---|---|
//! | [`FClassif`] | variance between and within classes | labels |
//! | [`Chi2`] | independence of counts and classes | labels, features that are not negative |
//! | [`FRegression`] | linear dependence | numbers |
//! | [`MutualInfoClassif`] | dependence of any form | labels |
//! | [`MutualInfoRegression`] | dependence of any form | numbers |
//!
//! To add a score, implement [`ScoreFunction`].

mod kept;
mod mutual_info;
mod neighbors;
mod scores;
mod select_k_best;
mod variance_threshold;

pub use mutual_info::{
    DiscreteFeatures, MutualInfo, MutualInfoClassif, MutualInfoRegression, OfLabels, OfNumbers,
};
pub use scores::{Chi2, FClassif, FRegression, ScoreFunction};
pub use select_k_best::{FittedSelectKBest, SelectKBest};
pub use variance_threshold::{FittedVarianceThreshold, VarianceThreshold};
