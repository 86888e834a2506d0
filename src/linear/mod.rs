//! Linear models: a loss, a regularizer, a solver and a feature matrix.
//!
//! | what is asked for | model |
//! |---|---|
//! | classes | [`LinearSVC`]; with several classes one-vs-rest, or [`MultiClass`](crate::compose::MultiClass) |
//! | probabilities | [`LogisticRegression`] |
//! | numbers | [`Ridge`]; [`LinearRegression`] without a penalty; [`LinearSVR`] where some targets are far off |
//! | few features | the penalty `L1` of the classifiers; [`Lasso`], [`ElasticNetRegression`] |
//! | more rows than fit into memory, or a model that goes on learning | [`SGDClassifier`], [`SGDRegressor`] |
//! | a loss or penalty of your own | [`LinearModel`] |
//!
//! All but the last two rows end with a certificate: `report().converged()` tells whether `tol` was reached, and
//! `report().relative_gap()` how far from the optimum the model can be. Features of one scale
//! ([`StandardScaler`](crate::preprocessing::StandardScaler)) make penalties fair and fits fast. For `RidgeCV`, `LassoCV` and
//! `LogisticRegressionCV` of scikit-learn there is
//! [`GridSearchCV`](crate::model_selection::GridSearchCV), which fits candidates that differ in C or α alone as a path.

mod beginning;
mod classification;
mod classifier;
mod classifier_loss;
mod coef_table;
mod elastic_net;
mod joint;
mod lasso;
mod linear_model;
mod linear_regression;
mod linear_svc;
mod linear_svr;
mod logistic_regression;
mod online_classifier;
mod online_regressor;
mod penalty;
mod probability;
mod regression;
mod regressor;
mod ridge;
mod scores;
mod settings;
mod sgd;
mod sgd_classifier;
mod sgd_regressor;
mod task;

pub use crate::schedule::RatePoint;
pub use classifier::{LinearClassifier, NoProbability};
pub use classifier_loss::ClassifierLoss;
pub use coef_table::{CoefRow, CoefTable};
pub use elastic_net::ElasticNetRegression;
pub use lasso::Lasso;
pub use linear_model::LinearModel;
pub use linear_regression::LinearRegression;
pub use linear_svc::{LinearSVC, SvcLoss};
pub use linear_svr::{LinearSVR, SvrLoss};
pub use logistic_regression::LogisticRegression;
pub use online_classifier::OnlineClassifier;
pub use online_regressor::OnlineRegressor;
pub use penalty::Penalty;
pub use probability::{ClippedProbability, Probability};
pub use regressor::LinearRegressor;
pub use ridge::Ridge;
pub use sgd_classifier::SGDClassifier;
pub use sgd_regressor::SGDRegressor;
