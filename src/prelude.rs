//! What most programs need: `use certifit::prelude::*;`

pub use crate::compose::{Compose, MultiClass, Pipeline};
pub use crate::data::{Features, Label, Rows, Targets, Weighted, Weights};
pub use crate::error::Error;
pub use crate::estimator::{DecisionFunction, Estimator, Predictor, Transformer};
pub use crate::observer::{Observer, Progress};
pub use crate::preprocessing::{FittedStandardScaler, Moments, StandardScaler};
