//! Linear models: a loss, a regularizer, a solver and a feature matrix.

mod classification;
mod classifier;
mod linear_svc;
mod scores;
mod settings;
mod task;

pub use classifier::{LinearClassifier, NoProbability};
pub use linear_svc::{LinearSVC, SvcLoss};
