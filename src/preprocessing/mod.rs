//! Preparing features: scaling.
//!
//! | estimator | what it does | state |
//! |---|---|---|
//! | [`StandardScaler`] | columns of mean 0 and variance 1 | [`FittedStandardScaler`] |
//!
//! Scalers learn from features and weights alone: `fit(&x, &())` is enough, `fit(&x, &y)` uses the weights
//! that travel with `y`. NaN is a missing value to them: it does not count in a fit and stays NaN in a
//! transform. Infinities are refused.
//!
//! What a scaler learns are sums over rows ([`Moments`]), which shards of a data set can compute apart and
//! merge. To add a scaler whose transform is (x − shift) / scale, only the two vectors are needed.

mod affine;
mod block;
mod moments;
mod standard_scaler;

pub use moments::Moments;
pub use standard_scaler::{FittedStandardScaler, StandardScaler};
