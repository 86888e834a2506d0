//! The messages.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What the harness asks a contender for, one JSON line each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Read a data set and keep it in the form in which the contender takes it.
    Load {
        /// The file with the [`Header`](crate::Header).
        header: PathBuf,
        /// The float type to hold the features in.
        float: Float,
        /// Whether dense features are to lie column after column, for libraries that work on columns.
        #[serde(default)]
        by_columns: bool,
    },
    /// Fit the loaded data.
    Fit(Fit),
    /// Train a network on the loaded data.
    Train(Train),
    /// Predict all loaded rows with the last fitted model, again and again until so many seconds are used.
    Predict {
        /// The seconds to use.
        at_least: f64,
    },
    /// Compute the decision value of one loaded row after the other, each by a call of its own.
    DecideRows {
        /// The seconds to use.
        at_least: f64,
    },
    /// Search for the best C of scaled features by cross-validation, and fit it to all rows.
    Search(Search),
    /// Fit a transformer to the loaded data, and transform them.
    Transform(Transform),
}

/// A search for the best C.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Search {
    /// The problem and how to solve it, but for C.
    pub fit: Fit,
    /// The values of C.
    pub cs: Vec<f64>,
    /// The folds: stratified, not shuffled.
    pub folds: usize,
    /// Fits at a time, for contenders that do not find out for themselves.
    pub jobs: usize,
}

/// A problem and how to solve it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fit {
    /// The loss.
    pub loss: Loss,
    /// The penalty.
    pub penalty: Penalty,
    /// The weight of errors, which are summed.
    pub c: f64,
    /// The intercept.
    pub intercept: Intercept,
    /// Which of the contender's solvers.
    pub solver: String,
    /// The tolerance in the contender's own meaning; its default where there is none.
    pub tol: Option<f64>,
    /// Passes over the data, for contenders that stop by count; their default where there is none.
    pub passes: Option<usize>,
    /// Whether the cap on iterations is the contender's default. Otherwise there is none, if it can be lifted.
    pub default_cap: bool,
    /// Fit again and again until so many seconds are used, and tell the median: for fits of microseconds.
    pub at_least: f64,
    /// The seed of what the contender draws at random, where its result is meant to depend on it.
    #[serde(default)]
    pub seed: u64,
}

/// A network of classes and how long to train it: relu, cross-entropy, Adam, α = 1e-4, all epochs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Train {
    /// The units of each hidden layer.
    pub hidden: Vec<usize>,
    /// The rows of a step.
    pub batch_size: usize,
    /// Passes over the rows.
    pub epochs: usize,
    /// The learning rate.
    pub rate: f64,
}

/// A transformer, with its settings by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transform {
    /// Which.
    pub transformer: Transformer,
    /// Whether the data are given away, to be written over where the transformer can: a copy of those that are loaded,
    /// made beforehand.
    pub in_place: bool,
}

/// What makes a matrix of the loaded data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transformer {
    /// Columns of mean 0 and variance 1, from dense ones.
    StandardScaler,
    /// A sparse column a category, from categories.
    OneHotEncoder,
    /// Weighed words, sparse, from documents.
    TfidfVectorizer,
}

/// What an error costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// max(0, 1 − m).
    Hinge,
    /// max(0, 1 − m)².
    SquaredHinge,
    /// ln(1 + e^−m).
    Log,
    /// ½ (p − y)², of numbers: labels are targets.
    SquaredError,
}

/// What large weights cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// ½ ‖w‖².
    L2,
    /// ‖w‖₁.
    L1,
}

/// How the intercept b enters the penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intercept {
    /// As one more weight.
    Penalized,
    /// Not at all.
    Free,
}

/// A float type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Float {
    /// 32 bits.
    F32,
    /// 64 bits.
    F64,
}

impl Float {
    /// Bytes of a number.
    pub fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// What a contender answers, one JSON line each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// The first line: the contender is up.
    Hello {
        /// The name of the library.
        library: String,
        /// Its version.
        version: String,
    },
    /// The data are there.
    Loaded,
    /// The end of a fit.
    Fitted(Fitted),
    /// The end of a training.
    Trained(Trained),
    /// The end of [`Request::Predict`] or [`Request::DecideRows`].
    Timed(Timed),
    /// The end of a search.
    Searched(Searched),
    /// The end of a transform.
    Transformed(Transformed),
    /// It did not work.
    Failed {
        /// Why.
        message: String,
    },
}

/// A fitted model and what it cost.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Fitted {
    /// The time of the fit alone; the median, if there were several.
    pub seconds: f64,
    /// Weights: a row for two classes, whose positive side is the larger label; else a row for each class.
    pub coef: Vec<Vec<f64>>,
    /// Intercepts, one a row of `coef`.
    pub intercept: Vec<f64>,
    /// The most memory that the process had during the fit, less what it had after loading.
    #[serde(default)]
    pub peak_memory_bytes: Option<u64>,
    /// The certified relative gap, from contenders that certify.
    #[serde(default)]
    pub gap: Option<f64>,
    /// Iterations in the contender's own meaning.
    #[serde(default)]
    pub iterations: Option<u64>,
    /// What the contender complained about.
    #[serde(default)]
    pub warning: Option<String>,
    /// Whether it stopped at a cap that cannot be lifted, so that a smaller tolerance changes nothing.
    #[serde(default)]
    pub capped: bool,
}

/// What came of a search.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Searched {
    /// The time of the search, with the fit of the best C to all rows.
    pub seconds: f64,
    /// The best C.
    pub best: f64,
    /// The mean accuracy of each C.
    pub scores: Vec<f64>,
    /// The largest certified relative gap of all fits, from contenders that certify.
    #[serde(default)]
    pub gap: Option<f64>,
    /// What the contender complained about.
    #[serde(default)]
    pub warning: Option<String>,
}

/// What a transformer made, and what it cost.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Transformed {
    /// The time of the fit and the transform.
    pub seconds: f64,
    /// The most memory that the process had then, less what it had just before.
    #[serde(default)]
    pub peak_memory_bytes: Option<u64>,
    /// The matrix.
    pub made: Made,
}

/// What tells a matrix from others. Entries vᵢⱼ weigh rᵢⱼ = (1 + i mod 97) (1 + j mod 89), so that their places count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Rows.
    pub n_rows: usize,
    /// Columns.
    pub n_columns: usize,
    /// Entries that are stored.
    pub n_stored: usize,
    /// Σ rᵢⱼ vᵢⱼ.
    pub sum: f64,
    /// Σ rᵢⱼ |vᵢⱼ|, to which differences of the sum are relative.
    pub size: f64,
}

/// A trained network.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Trained {
    /// The time of the training alone.
    pub seconds: f64,
    /// The mean loss that the last epoch saw.
    pub loss: f64,
}

/// What repeated calls took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Timed {
    /// The median time of a call.
    pub seconds_per_call: f64,
    /// The fastest call (of batches of calls, where a call is too short for the clock).
    pub fastest: f64,
    /// The slowest.
    pub slowest: f64,
}
