//! Linear models: a loss, a regularizer, a solver and a feature matrix.

mod classification;
mod classifier;
mod linear_svc;
mod logistic_regression;
mod online_classifier;
mod penalty;
mod probability;
mod scores;
mod settings;
mod sgd;
mod sgd_classifier;
mod task;

pub use classifier::{LinearClassifier, NoProbability};
pub use linear_svc::{LinearSVC, SvcLoss};
pub use logistic_regression::LogisticRegression;
pub use online_classifier::OnlineClassifier;
pub use penalty::Penalty;
pub use probability::{ClippedProbability, Probability};
pub use sgd::RatePoint;
pub use sgd_classifier::{ClassifierLoss, SGDClassifier};
