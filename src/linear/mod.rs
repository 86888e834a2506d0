//! Linear models: a loss, a regularizer, a solver and a feature matrix.

mod classifier;
mod linear_svc;
mod svc_fit;

pub use classifier::LinearClassifier;
pub use linear_svc::{LinearSVC, SvcLoss};
