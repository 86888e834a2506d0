//! Features with which a linear model bends: products of their rows are nearly those of a kernel.
//!
//! | estimator | how | state |
//! |---|---|---|
//! | [`RBFSampler`] | random waves, for the Gaussian kernel | [`FittedRBFSampler`] |
//! | [`Nystroem`] | the kernel of some rows of the data, for any [`Kernel`] | [`FittedNystroem`] |
//!
//! Put one between a scaler and a linear model: `StandardScaler::new().then(Nystroem::new()).then(LinearSVC::new())` is
//! nearly a support vector machine with that kernel, and is fitted in a time that grows with the rows, not their square.

mod eigen;
mod kernel;
mod nystroem;
mod rbf_sampler;

pub use kernel::Kernel;
pub use nystroem::{FittedNystroem, Nystroem};
pub use rbf_sampler::{FittedRBFSampler, Gamma, RBFSampler};
