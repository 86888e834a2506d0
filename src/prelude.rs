//! What most programs need: `use certifit::prelude::*;`

pub use crate::compose::{Compose, MultiClass, Pipeline};
pub use crate::data::ClassWeight;
pub use crate::data::{Features, Label, Rows, Targets, Weighted, Weights};
pub use crate::error::Error;
pub use crate::estimator::{DecisionFunction, Estimator, Predictor, Transformer};
pub use crate::linear::{LinearClassifier, LinearSVC, Solver, SvcLoss};
pub use crate::loss::{Hinge, SquaredHinge};
pub use crate::model_selection::{
    Fold, KFold, ShuffleSplit, Splitter, StratifiedKFold, StratifiedShuffleSplit, TestSize, cross_val_score,
    train_test_split,
};
pub use crate::observer::{Observer, Progress};
pub use crate::solver::{Intercept, StopReason};
