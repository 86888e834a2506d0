//! What most programs need: `use certifit::prelude::*;`

pub use crate::calibration::{CalibratedClassifier, FixedThresholdClassifier, TunedThresholdClassifier};
pub use crate::compose::{
    ColumnTransformer, Compose, FeatureUnion, FunctionTransformer, MultiClass, Pipeline, Remainder,
};
pub use crate::data::{
    Categories, Category, ClassWeight, Features, Groups, Label, Rows, Targets, Weighted, Weights,
};
pub use crate::datasets;
pub use crate::error::Error;
pub use crate::estimator::{
    Classifier, DecisionFunction, Estimator, FeatureNames, FitTransform, PredictProba, Predictor, Transformer,
};
pub use crate::feature_selection::{SelectKBest, VarianceThreshold};
pub use crate::impute::{CategoryImputer, KNNImputer, MissingIndicator, SimpleImputer};
pub use crate::kernel_approximation::{Nystroem, RBFSampler};
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
    CrossValidate, Fold, GridSearchCV, GroupKFold, HalvingGridSearchCV, HalvingRandomSearchCV, KFold,
    LeaveOneGroupOut, LeaveOneOut, PredefinedSplit, RandomizedSearchCV, RepeatedKFold,
    RepeatedStratifiedKFold, ShuffleSplit, Splitter, StratifiedGroupKFold, StratifiedKFold,
    StratifiedShuffleSplit, TestSize, TimeSeriesSplit, cross_val_predict, cross_val_score, cross_validate,
    logspace, product, train_test_split,
};
pub use crate::neural::{self, MLPClassifier, MLPRegressor};
pub use crate::observer::{Observer, Progress, SearchProgress};
pub use crate::preprocessing::{
    FittedStandardScaler, KBinsDiscretizer, LabelEncoder, MaxAbsScaler, MinMaxScaler, Moments, Normalizer,
    OneHotEncoder, OrdinalEncoder, PolynomialFeatures, PowerTransformer, QuantileTransformer, RobustScaler,
    SplineTransformer, StandardScaler, TargetEncoder,
};
pub use crate::regularizer::{ElasticNet, L1, L2, NoPenalty, Regularizer};
pub use crate::schedule::{self, LearningRate};
pub use crate::solver::{Intercept, Solver, StopReason};
pub use crate::table::Table;
#[cfg(feature = "sparse")]
pub use crate::text::{CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer};
pub use crate::update::{self, UpdateRule};
