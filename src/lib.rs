#![deny(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]
//! Machine learning in the style of scikit-learn, in which every convex fit carries a certificate.
//!
//! Estimators are plain values; [`fit`](Estimator::fit) turns them into models of another type, which predict.
//! So there is no model that is "not fitted yet", and a model says how good it is: its
//! [`report`](linear::LinearClassifier::report) bounds how far its objective can be from the optimum.
//!
//! ```
//! use certifit::prelude::*;
//!
//! // 569 tumours, 30 measures each. A fifth is held out: the model never sees it.
//! let data = datasets::breast_cancer();
//! let (x_train, x_test, y_train, y_test) =
//!     train_test_split(&data.features, &data.target, TestSize::fraction(0.2).seed(42))?;
//!
//! // Scale, then separate. Hinge and a free intercept make scikit-learn's SVC(kernel='linear').
//! let pipeline = StandardScaler::new().then(LinearSVC::new().loss(Hinge).c(1.0));
//! let model = pipeline.fit(&x_train, &y_train)?;
//!
//! // How good is the optimisation? No coefficients have an objective below the dual value.
//! let report = model.last().report();
//! assert!(report.converged() && report.relative_gap() <= 1e-6);
//! assert_eq!(format!("{:.3}", report.primal()), "21.406");
//!
//! // How good is the model, on rows that it has not seen?
//! let accuracy = accuracy_score(&y_test, &model.predict(&x_test)?)?;
//! assert_eq!(format!("{accuracy:.3}"), "0.982");
//!
//! // And how much does that depend on which rows were held out? Every fold fits the whole pipeline anew.
//! let (x, y) = (&data.features, &data.target);
//! let pipeline = StandardScaler::new().then(LinearSVC::new());
//! let scores = cross_val_score(&pipeline, x, y, &StratifiedKFold::new(5), &Accuracy)?;
//! assert_eq!(scores.summary(), "0.967 ± 0.017 (5 folds)");
//! # Ok::<(), certifit::Error>(())
//! ```
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | sample, row | one thing that is observed; features are matrices with one [row](data::Rows) a sample |
//! | feature, column | one thing that is measured, the same for all samples |
//! | target, label | what is to be predicted: one [value](data::Targets) a row; that of a classifier is a [label](data::Label) |
//! | weight | how much a row counts; it [travels with the target](data::Weights::weighted): 2 is the row twice, 0 is no row |
//! | [`Estimator`] | hyper-parameters that can be fitted: `LinearSVC::new().c(10.0)` |
//! | hyper-parameter | what is set before the fit, not learnt by it; checked when the fit begins |
//! | fitted | what `fit` returns: a [`Predictor`], a [`Transformer`], or both |
//! | [`Transformer`] | something fitted that turns features into features |
//! | [pipeline](compose::Pipeline) | a transformer and what sees its output, as one estimator |
//! | loss ℓ, regularizer Ω | what an [error](loss) and what [large coefficients](regularizer) cost; the objective is their sum |
//! | C | how much errors weigh against Ω: a small C gives a simple model |
//! | primal P, dual D | the objective of the coefficients, and a lower bound on that of any coefficients |
//! | relative gap | (P − D) / max(\|P\|, \|D\|): 0 at the optimum |
//! | [certificate](solver::Certificate) | P, D and their gap, computed from the data and the returned coefficients alone |
//! | fold | a division of the rows into those to fit on and those to [judge on](model_selection) |
//! | score | how good predictions are: the higher, the better ([`metric`]) |
//! | seed | where random numbers start: the same seed gives the same result, on any number of threads |
//!
//! # Modules
//!
//! A linear model is a loss, a regularizer and a solver over a feature matrix, and the modules are built in that
//! order: each uses only those below it.
//!
//! | floor | modules |
//! |---|---|
//! | 5 | `plot` (feature `plot`): pictures |
//! | 4 | [`linear`] models; [`neural`] networks; [`preprocessing`]: scalers, encoders; [`impute`]: missing values; [`feature_selection`], [`kernel_approximation`]; `text`: vectorizers; [`calibration`]: probabilities and thresholds; [`inspection`]: what a model has learnt; [`datasets`]: embedded and generated data |
//! | 3 | [`solver`]: how the optimum is found and certified; [`compose`]: pipelines, columns to transformers, several classes, boxed models; [`model_selection`]: splits, folds, cross-validation, searches |
//! | 2 | [`table`]: named columns, CSV files; [`loss`]; [`regularizer`]; [`schedule`] and [`update`]: the steps of stochastic gradient descent; [`metric`]: how good predictions are |
//! | 1 | [`data`]: features, targets, labels, weights; the verbs [`Estimator`], [`Predictor`], [`Transformer`]; [`Observer`] |
//! | 0 | [`Error`]; [`Scalar`]: `f32` and `f64` |
//!
//! The [`prelude`] has what most programs need. To read the source from here to the innermost loop:
//! `linear/linear_svc.rs` names the problem, `solver/auto.rs` chooses the solver, and `solver/newton.rs` (or one of its
//! neighbours) minimises, with the row kernels of `data/dense.rs` or `data/sparse.rs`.
//!
//! # Coming from scikit-learn
//!
//! Names and defaults are the same where scikit-learn has the thing, and each item's page says what differs.
//!
//! | scikit-learn | here |
//! |---|---|
//! | `LinearSVC()` | [`LinearSVC::new()`](linear::LinearSVC)`.intercept(`[`Intercept`](solver::Intercept)`::Penalized { scaling: 1.0 })`; by default the intercept is free |
//! | `SVC(kernel='linear', C=1.0)` | `LinearSVC::new().loss(`[`Hinge`](loss::Hinge)`).multi_class(`[`MultiClass`](compose::MultiClass)`::OneVsOne)` |
//! | `LinearSVR(epsilon=0.0)` | [`LinearSVR::new()`](linear::LinearSVR), with a free intercept, too |
//! | `ElasticNet(alpha=1.0)` | [`ElasticNetRegression::new()`](linear::ElasticNetRegression); [`ElasticNet`](regularizer::ElasticNet) is the penalty |
//! | `lasso_path`, `enet_path` | [`path`](linear::Lasso::path) of each model |
//! | `class_weight='balanced'` | [`ClassWeight::Balanced`](data::ClassWeight::Balanced), which counts weights |
//! | `fit(X, y, sample_weight=w)` | `fit(&x, &y.weighted(&w)?)` |
//! | `make_pipeline(a, b)`, `pipe[-1]` | [`a.then(b)`](compose::Compose::then), [`pipe.last()`](compose::Pipeline::last) |
//! | `ColumnTransformer([('num', t, ['age'])])` | [`ColumnTransformer::new()`](compose::ColumnTransformer)`.numeric("num", t, ["age"])` |
//! | `t.get_feature_names_out(names)` | [`t.feature_names_out(&names)`](FeatureNames::feature_names_out) |
//! | `pd.read_csv(path)` | `table::CsvReader::new().read(path)` |
//! | `coef_`, `intercept_`, `classes_`, `mean_` | `coef()`, `intercept()`, `classes()`, `mean()` |
//! | `OneHotEncoder(sparse_output=False)` | [`OneHotEncoder::new()`](preprocessing::OneHotEncoder)`.dense()`; columns of categories are arrays of strings, integers, or `Option`s of them |
//! | `PolynomialFeatures((2, 3))` | [`PolynomialFeatures::new()`](preprocessing::PolynomialFeatures)`.min_degree(2).degree(3)` |
//! | `SimpleImputer(strategy='most_frequent')` on strings | [`CategoryImputer::new()`](impute::CategoryImputer) |
//! | `train_test_split(X, y, test_size=0.2, stratify=y)` | [`train_test_split`](model_selection::train_test_split)`(&x, &y, TestSize::fraction(0.2).stratify(&y))` |
//! | `cross_val_score(m, X, y, cv=5, scoring='accuracy')` | [`cross_val_score`](model_selection::cross_val_score)`(&m, &x, &y, &StratifiedKFold::new(5), &Accuracy)` |
//! | `GroupKFold(5).split(X, y, groups)` | [`GroupKFold::new(5)`](model_selection::GroupKFold)`.split(&y.grouped(&groups)?)` |
//! | `cross_validate(m, X, y, scoring=['accuracy', 'roc_auc'])` | [`cross_validate`](model_selection::cross_validate)`(&m, &x, &y, &cv, &[("accuracy", &Accuracy), ("auc", &RocAuc::new())])` |
//! | `cross_val_predict(m, X, y, method='predict_proba')` | [`cross_val_predict`](model_selection::cross_val_predict)`(&m, &x, &y, &cv, &`[`Probabilities`](metric::Probabilities)`)` |
//! | `GridSearchCV(make_pipeline(…), {'linearsvc__C': [0.1, 1]}, cv=5)` | [`GridSearchCV::new`](model_selection::GridSearchCV)`(\|&c\| StandardScaler::new().then(LinearSVC::new().c(c)), [0.1, 1.0])` |
//! | `loguniform(1e-3, 1e3)` | [`LogUniform::new(1e-3, 1e3)?`](model_selection::LogUniform) |
//! | `CalibratedClassifierCV(m, method='isotonic')` | [`CalibratedClassifier::new(m).method(Isotonic)`](calibration::CalibratedClassifier) |
//! | `TunedThresholdClassifierCV(m, scoring='f1')` | [`TunedThresholdClassifier::new(m).scoring(F1::new())`](calibration::TunedThresholdClassifier) |
//! | `permutation_importance(m, X, y, n_repeats=10)` | [`permutation_importance`](inspection::permutation_importance)`(&m, &x, &y, &Accuracy, &Permutations::new(10))` |
//! | `RocCurveDisplay`, `ConfusionMatrixDisplay`, … | `curve.save("roc.svg")` with `plot::Picture` (feature `plot`) |
//! | `roc_auc_score(y, s, multi_class='ovr')` | [`roc_auc_score`](metric::roc_auc_score)`(&y, &s)` |
//! | `f1_score(y, p, average='macro')` | [`f1_score`](metric::f1_score)`(&y, &p, Average::Macro)` |
//! | `MLPClassifier(solver='sgd', momentum=0.9)` | [`MLPClassifier::new()`](neural::MLPClassifier)`.solver(`[`Nesterov`](update::Nesterov)`::default())` |
//! | `random_state=None` | `.seed(0)`: every run is the same; the random numbers are not numpy's |
//! | `ConvergenceWarning` | `model.report().converged()` |
//! | `ValueError` | [`Error`], with the facts in its fields |
//!
//! # Cargo features
//!
//! On by default are `rayon`: binary problems, folds and sums over rows run on several threads, with the same result;
//! `sparse`: CSR matrices of `sprs` are features, and texts become them; and `csv`: tables are read from files. Off unless asked for are `plot`: pictures of curves, matrices and
//! coefficients, as SVG or PNG; and `progress`: the bar `model_selection::SearchBar` shows how far a search is.

mod error;
mod hash;
mod parallel;
mod random;
mod scalar;
mod simd;

pub mod calibration;
pub mod compose;
pub mod data;
pub mod datasets;
mod estimator;
pub mod feature_selection;
pub mod impute;
pub mod inspection;
pub mod kernel_approximation;
pub mod linear;
pub mod loss;
pub mod metric;
pub mod model_selection;
pub mod neural;
mod observer;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
pub mod preprocessing;
pub mod regularizer;
pub mod schedule;
pub mod solver;
pub mod table;
#[cfg(feature = "sparse")]
pub mod text;
pub mod update;

pub use error::{Error, Result};
pub use estimator::{
    Classifier, DecisionFunction, Estimator, FeatureNames, FitTransform, PathVisitor, PredictProba,
    Predictor, Transformed, Transformer,
};
pub use observer::{Observer, Progress, SearchProgress};
pub use scalar::Scalar;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
