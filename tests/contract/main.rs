//! What every estimator and every transformer does, whatever it learns.
//!
//! A type is covered by one line below. A new type also says once, in `adapters.rs`, how it is fitted.

#[macro_use]
mod rules;

mod adapters;
mod bad_input;
mod certificate;
mod columns;
mod compose;
mod data;
mod encoders;
mod extremes;
mod inputs;
mod layouts;
mod networks;
mod parameters;
mod regressors;
mod repetition;
mod scalers;
mod sgd;
mod shifts;
mod threads;
mod training;
mod transforms;
mod vectorizers;
mod weights;
mod wrappers;

use certifit::prelude::*;

fn svc(loss: impl Into<SvcLoss>, intercept: Intercept) -> LinearSVC {
    LinearSVC::new().loss(loss).intercept(intercept)
}

fn penalized() -> Intercept {
    Intercept::Penalized { scaling: 2.0 }
}

fn descent(loss: impl Into<SvcLoss>, intercept: Intercept) -> LinearSVC {
    svc(loss, intercept).solver(Solver::DualCoordinateDescent)
}

fn pairs(loss: impl Into<SvcLoss>) -> LinearSVC {
    LinearSVC::new().loss(loss).multi_class(MultiClass::OneVsOne)
}

fn crammer_singer(intercept: Intercept) -> LinearSVC {
    LinearSVC::new().multi_class(MultiClass::CrammerSinger).intercept(intercept)
}

fn standard() -> StandardScaler {
    StandardScaler::new()
}

// Every line may name parts of the contract that apply to some types only: `sparse` or `centers` (takes CSR, or
// refuses it), `intercept`, `free_intercept`, `standardizes` (blind to the units of the columns); for transformers
// `columnwise` (each entry becomes another one, and NaN stays), `unitless` (only the ratios of weights matter),
// `invertible`, `scaler` (learns from batches), `refuses_missing`.

classifier_contract!(linear_svc, LinearSVC::new(), sparse, intercept, free_intercept);
classifier_contract!(hinge, svc(Hinge, Intercept::Free), sparse, intercept, free_intercept);
classifier_contract!(penalized_intercept, svc(SquaredHinge, penalized()), sparse, intercept);
classifier_contract!(hinge_penalized_intercept, svc(Hinge, penalized()), sparse, intercept);
classifier_contract!(no_intercept, svc(SquaredHinge, Intercept::None), sparse);
classifier_contract!(hinge_no_intercept, svc(Hinge, Intercept::None), sparse);
classifier_contract!(one_vs_one, pairs(SquaredHinge), sparse, intercept, free_intercept);
classifier_contract!(hinge_one_vs_one, pairs(Hinge), sparse, intercept, free_intercept);
classifier_contract!(descent, descent(SquaredHinge, Intercept::Free), sparse, intercept, free_intercept);
classifier_contract!(hinge_descent, descent(Hinge, Intercept::Free), sparse, intercept, free_intercept);
classifier_contract!(descent_penalized_intercept, descent(Hinge, penalized()), sparse, intercept);
classifier_contract!(descent_no_intercept, descent(SquaredHinge, Intercept::None), sparse);
classifier_contract!(crammer_singer, crammer_singer(Intercept::Free), sparse, intercept, free_intercept);
classifier_contract!(crammer_singer_penalized_intercept, crammer_singer(penalized()), sparse, intercept);
classifier_contract!(crammer_singer_no_intercept, crammer_singer(Intercept::None), sparse);
classifier_contract!(logistic_regression, LogisticRegression::new(), sparse, intercept, free_intercept);
classifier_contract!(
    logistic_regression_penalized_intercept,
    LogisticRegression::new().intercept(penalized()),
    sparse,
    intercept
);
classifier_contract!(
    logistic_regression_one_vs_rest,
    LogisticRegression::new().multi_class(MultiClass::OneVsRest),
    sparse,
    intercept,
    free_intercept
);
classifier_contract!(
    scaled,
    standard().then(LinearSVC::new()),
    centers,
    intercept,
    free_intercept,
    standardizes
);
classifier_contract!(
    scaled_hinge,
    standard().then(svc(Hinge, penalized())),
    centers,
    intercept,
    standardizes
);
classifier_contract!(
    scaled_not_centered,
    standard().with_mean(false).then(LinearSVC::new()),
    sparse,
    intercept,
    free_intercept
);
classifier_contract!(
    scaled_twice,
    standard().then(standard()).then(pairs(Hinge)),
    centers,
    intercept,
    standardizes
);

transformer_contract!(
    standard_scaler,
    standard(),
    columnwise,
    unitless,
    invertible,
    scaler,
    centers,
    standardizes
);
transformer_contract!(
    standard_scaler_without_mean,
    standard().with_mean(false),
    columnwise,
    unitless,
    invertible,
    scaler,
    sparse
);
transformer_contract!(
    standard_scaler_without_std,
    standard().with_std(false),
    columnwise,
    unitless,
    invertible,
    scaler,
    centers
);
transformer_contract!(
    standard_scaler_of_nothing,
    standard().with_mean(false).with_std(false),
    columnwise,
    unitless,
    invertible,
    scaler,
    sparse
);
transformer_contract!(two_scalers, standard().then(standard()), columnwise, unitless, centers, standardizes);
transformer_contract!(min_max_scaler, MinMaxScaler::new(), columnwise, unitless, invertible, scaler, centers);
transformer_contract!(max_abs_scaler, MaxAbsScaler::new(), columnwise, unitless, invertible, scaler, sparse);
transformer_contract!(robust_scaler, RobustScaler::new(), columnwise, invertible, centers);
transformer_contract!(
    robust_scaler_without_centering,
    RobustScaler::new().with_centering(false),
    columnwise,
    invertible,
    sparse
);
transformer_contract!(quantile_transformer, QuantileTransformer::new(), invertible);
transformer_contract!(power_transformer, PowerTransformer::new(), columnwise, unitless, invertible, centers);
transformer_contract!(normalizer, Normalizer::new(), unitless, refuses_missing, sparse);
transformer_contract!(polynomial_features, PolynomialFeatures::new(), unitless, refuses_missing);
transformer_contract!(
    interactions,
    PolynomialFeatures::new().interaction_only(true),
    unitless,
    refuses_missing
);
transformer_contract!(simple_imputer, SimpleImputer::new(), unitless, sparse);
transformer_contract!(
    median_imputer,
    SimpleImputer::new().strategy(certifit::impute::Strategy::Median).add_indicator(true),
    unitless,
    sparse
);
transformer_contract!(knn_imputer, KNNImputer::new(), centers);
transformer_contract!(
    missing_indicator,
    MissingIndicator::new().features(certifit::impute::MissingFeatures::All),
    unitless
);
transformer_contract!(bins, KBinsDiscretizer::new().dense(), unitless, refuses_missing);
transformer_contract!(numbered_bins, KBinsDiscretizer::new().ordinal(), unitless, refuses_missing);
transformer_contract!(spline_transformer, SplineTransformer::new(), unitless, refuses_missing);
transformer_contract!(
    spline_transformer_at_quantiles,
    SplineTransformer::new().knots(certifit::preprocessing::Knots::Quantile),
    refuses_missing
);
transformer_contract!(select_k_best, SelectKBest::new(adapters::Spread).k(2), unitless);
transformer_contract!(rbf_sampler, RBFSampler::new(), unitless, refuses_missing);
