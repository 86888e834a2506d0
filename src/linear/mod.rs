//! Linear models: a loss, a regularizer, a solver and a feature matrix.

mod classification;
mod classifier;
mod joint;
mod linear_svc;
mod logistic_regression;
mod penalty;
mod probability;
mod scores;
mod settings;
mod task;

pub use classifier::{LinearClassifier, NoProbability};
pub use linear_svc::{LinearSVC, SvcLoss};
pub use logistic_regression::LogisticRegression;
pub use penalty::Penalty;
pub use probability::Probability;
