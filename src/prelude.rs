//! What most programs need: `use certifit::prelude::*;`

pub use crate::compose::{Compose, MultiClass, Pipeline};
pub use crate::data::{ClassWeight, Features, Groups, Label, Rows, Targets, Weighted, Weights};
pub use crate::datasets;
pub use crate::error::Error;
pub use crate::estimator::{Classifier, DecisionFunction, Estimator, PredictProba, Predictor, Transformer};
pub use crate::linear::{
    ElasticNetRegression, Lasso, LinearClassifier, LinearRegression, LinearRegressor, LinearSVC, LinearSVR,
    LogisticRegression, Penalty, Ridge, SGDClassifier, SGDRegressor, SvcLoss, SvrLoss,
};
pub use crate::loss::{Hinge, LogLoss, Loss, SquaredError, SquaredHinge};
pub use crate::metric::{
    Accuracy, Average, ClassificationReport, ConfusionMatrix, F1, FBeta, Metric, NegMeanAbsoluteError,
    NegMeanSquaredError, NegRootMeanSquaredError, Normalize, Precision, R2, Recall, RocAuc, Scorer,
    ZeroDivision, accuracy_score, balanced_accuracy_score, classification_report, confusion_matrix, f1_score,
    fbeta_score, log_loss, mean_absolute_error, mean_squared_error, precision_recall_fscore_support,
    precision_score, r2_score, recall_score, roc_auc_score, root_mean_squared_error, zero_one_loss,
};
pub use crate::model_selection::{
    CrossValidate, Fold, GroupKFold, KFold, LeaveOneGroupOut, LeaveOneOut, PredefinedSplit, RepeatedKFold,
    RepeatedStratifiedKFold, ShuffleSplit, Splitter, StratifiedGroupKFold, StratifiedKFold,
    StratifiedShuffleSplit, TestSize, TimeSeriesSplit, cross_val_predict, cross_val_score, cross_validate,
    train_test_split,
};
pub use crate::neural::{self, MLPClassifier, MLPRegressor};
pub use crate::observer::{Observer, Progress};
pub use crate::preprocessing::{FittedStandardScaler, Moments, StandardScaler};
pub use crate::regularizer::{ElasticNet, L1, L2, NoPenalty, Regularizer};
pub use crate::schedule::{self, LearningRate};
pub use crate::solver::{Intercept, Solver, StopReason};
pub use crate::update::{self, UpdateRule};
