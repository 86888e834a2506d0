//! Linear models: a loss, a regularizer, a solver and a feature matrix.

mod classification;
mod classifier;
mod elastic_net;
mod joint;
mod lasso;
mod linear_model;
mod linear_regression;
mod linear_svc;
mod linear_svr;
mod logistic_regression;
mod penalty;
mod probability;
mod regression;
mod regressor;
mod ridge;
mod scores;
mod settings;
mod task;

pub use classifier::{LinearClassifier, NoProbability};
pub use elastic_net::ElasticNetRegression;
pub use lasso::Lasso;
pub use linear_model::LinearModel;
pub use linear_regression::LinearRegression;
pub use linear_svc::{LinearSVC, SvcLoss};
pub use linear_svr::{LinearSVR, SvrLoss};
pub use logistic_regression::LogisticRegression;
pub use penalty::Penalty;
pub use probability::Probability;
pub use regressor::LinearRegressor;
pub use ridge::Ridge;
