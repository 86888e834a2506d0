//! The part of the contract that estimators hold to which fit others on folds: calibration, thresholds, searches.
//!
//! No single optimum is theirs. What they answer depends on which rows are in which fold, so that rows in another order are
//! no rule here, and weights stand for repeated rows only where the copies of a row stay in one fold.

use crate::data::{csr, error_of, overlapping, with_layouts};
use crate::threads::with_threads;
use certifit::calibration::{
    CalibratedClassifier, CalibratedModel, FixedThresholdClassifier, Isotonic, ThresholdModel,
    TunedThresholdClassifier,
};
use certifit::compose::Frozen;
use certifit::metric::{Probabilities, Response};
use certifit::model_selection::{
    AnyRows, Candidate, FittedSearch, LogUniform, OneStandardError, rand_distr::Distribution,
};
use certifit::{Classifier, Error, Estimator, prelude::*};
use ndarray::{Array1, Array2, Axis};

/// The cause of an error, outside of any fold.
fn cause(error: Error) -> Error {
    match error {
        Error::Fold { source, .. } | Error::Candidate { source, .. } => cause(*source),
        other => other,
    }
}

/// Where a value is that is not finite.
#[track_caller]
fn not_finite(error: Error) -> (usize, Option<usize>) {
    match cause(error) {
        Error::NonFinite { row, column, .. } => (row, column),
        other => panic!("{other}"),
    }
}

/// What was learnt from folds.
trait Learnt {
    /// Whether two fits are the same, but for the time that they took.
    fn is_same(&self, other: &Self) -> bool;
    /// Numbers that depend on all that was learnt, some of them for these rows.
    fn numbers(&self, x: &Array2<f64>) -> Vec<f64>;
}

impl<M: PartialEq, K: PartialEq, L: PartialEq, R: PartialEq> Learnt for CalibratedModel<M, K, L, R>
where
    Self: PredictProba<Array2<f64>, Output = Array2<f64>>,
{
    fn is_same(&self, other: &Self) -> bool {
        self == other
    }
    fn numbers(&self, x: &Array2<f64>) -> Vec<f64> {
        self.predict_proba(x).unwrap().into_iter().collect()
    }
}

impl<M: PartialEq, L: PartialEq, R: PartialEq, T: PartialEq> Learnt for ThresholdModel<M, L, R, T> {
    fn is_same(&self, other: &Self) -> bool {
        self == other
    }
    fn numbers(&self, _: &Array2<f64>) -> Vec<f64> {
        vec![self.threshold()]
    }
}

impl<P: PartialEq, M: PartialEq> Learnt for FittedSearch<P, M> {
    fn is_same(&self, other: &Self) -> bool {
        let same = |(one, other): (&Candidate<P>, &Candidate<P>)| {
            (one.number, one.n_rows) == (other.number, other.n_rows)
                && one.params == other.params
                && one.test_scores() == other.test_scores()
        };
        let (one, two) = (self.results().candidates(), other.results().candidates());
        self.model() == other.model()
            && self.best_index() == other.best_index()
            && one.len() == two.len()
            && one.iter().zip(two).all(same)
    }
    fn numbers(&self, _: &Array2<f64>) -> Vec<f64> {
        let scores = self.results().candidates().iter().flat_map(|row| row.test_scores().unwrap());
        scores.chain([self.best_index() as f64]).collect()
    }
}

/// What holds for labels and for numbers. `$data` makes features of three columns and a target.
macro_rules! fold_rules {
    ($make:expr, $data:expr, $scorer:expr) => {
        #[test]
        fn bad_shapes_are_refused() {
            let ((x, y), estimator) = ($data, $make);
            let n = y.len();
            let (no_rows, no_labels) = (Array2::<f64>::zeros((0, 3)), y[..0].to_vec());
            let empty = |axis| Error::Empty { what: "x", axis };
            assert_eq!(error_of(estimator.fit(&no_rows, &no_labels)), empty("rows"));
            let no_columns = Array2::<f64>::zeros((n, 0));
            assert_eq!(cause(error_of(estimator.fit(&no_columns, &y))), empty("columns"));
            for wrong in [0, 1, n - 1, n + 1] {
                let rows: Vec<usize> = (0..wrong).map(|row| row % n).collect();
                match error_of(estimator.fit(&x, &y.take(&rows))) {
                    Error::LengthMismatch { expected, found, .. } => {
                        assert_eq!((expected, found), (n, wrong))
                    }
                    other => panic!("{other}"),
                }
            }
            let model = estimator.fit(&x, &y).unwrap();
            for found in [1, 2, 4] {
                let other = Array2::<f64>::ones((5, found));
                assert_eq!(error_of(model.predict(&other)), Error::FeatureMismatch { expected: 3, found });
            }
            assert_eq!(error_of(model.predict(&no_rows)), empty("rows"));
        }

        #[test]
        fn bad_values_are_named_by_row_and_column() {
            let ((x, y), estimator) = ($data, $make);
            let model = estimator.fit(&x, &y).unwrap();
            let row = y.len() - 2;
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let mut bad = x.clone();
                bad[[row, 2]] = value;
                assert_eq!(not_finite(error_of(estimator.fit(&bad, &y))), (row, Some(2)));
                assert_eq!(not_finite(error_of(model.predict(&bad))), (row, Some(2)));
                let nested = cross_val_score(&estimator, &bad, &y, &KFold::new(3).shuffle(true), &$scorer);
                assert_eq!(not_finite(error_of(nested)), (row, Some(2)));
            }
        }

        #[test]
        fn fits_repeat_for_any_number_of_threads() {
            let ((x, y), estimator) = ($data, $make);
            let one = with_threads(1, || estimator.fit(&x, &y).unwrap());
            let two = with_threads(2, || estimator.fit(&x, &y).unwrap());
            assert!(one.is_same(&two) && one.is_same(&estimator.clone().fit(&x, &y).unwrap()));
            assert_eq!(one.predict(&x).unwrap(), two.predict(&x).unwrap());
        }

        #[test]
        fn weights_of_one_are_none() {
            let ((x, y), estimator) = ($data, $make);
            let weighted = estimator.fit(&x, &y.weighted(&vec![1.0; y.len()]).unwrap()).unwrap();
            assert!(weighted.is_same(&estimator.fit(&x, &y).unwrap()));
        }

        #[test]
        fn a_cross_validation_fits_to_train_parts() {
            let ((x, y), estimator, cv) = ($data, $make, KFold::new(3).shuffle(true));
            let scores = cross_val_score(&estimator, &x, &y, &cv, &$scorer).unwrap();
            for (fold, score) in cv.split(&y).unwrap().iter().zip(&scores) {
                let model = estimator.fit(&x.take(&fold.train), &y.take(&fold.train)).unwrap();
                let by_hand = $scorer.score(&model, &x.take(&fold.test), &y.take(&fold.test)).unwrap();
                assert_eq!(by_hand, *score);
            }
        }
    };
}

/// What holds for some.
macro_rules! fold_part {
    // Five folds are made of the rows.
    (splits, $make:expr, $data:expr) => {
        #[test]
        fn fewer_rows_than_folds_are_refused() {
            let ((x, y), estimator) = ($data, $make);
            let few = [0, 1, 2, 3];
            match cause(error_of(estimator.fit(&x.take(&few), &y.take(&few)))) {
                Error::InvalidParameter { name, value, .. } => assert_eq!((name, &*value), ("n_splits", "5")),
                other => panic!("{other}"),
            }
        }
    };
    // Folds can be given, and all of their rows count.
    (given_folds, $make:expr, $data:expr) => {
        #[test]
        fn weights_are_repeats_in_the_same_folds() {
            let (x, y) = $data;
            let counts: Vec<usize> = (0..y.len()).map(|row| [1, 2, 1, 0, 3, 1, 1][row % 7]).collect();
            let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
            let rows: Vec<usize> = (0..y.len()).flat_map(|row| vec![row; counts[row]]).collect();
            let copies = |of: &Vec<usize>| -> Vec<usize> {
                (0..rows.len()).filter(|&copy| of.contains(&rows[copy])).collect()
            };
            let folds = KFold::new(3).shuffle(true).split(&y).unwrap();
            let of_copies: Vec<Fold> = folds
                .iter()
                .map(|fold| Fold { train: copies(&fold.train), test: copies(&fold.test) })
                .collect();
            let weighted = $make.cv(folds).fit(&x, &y.weighted(&weights).unwrap()).unwrap();
            let repeated = $make.cv(of_copies).fit(&x.take(&rows), &y.take(&rows)).unwrap();
            for (one, other) in weighted.numbers(&x).into_iter().zip(repeated.numbers(&x)) {
                assert!((one - other).abs() <= 1e-5 * (1.0 + one.abs()), "{one} {other}");
            }
            // And not the same as without weights.
            let folds = KFold::new(3).shuffle(true).split(&y).unwrap();
            assert!(
                !weighted
                    .is_same(&$make.cv(folds).fit(&x, &y.weighted(&vec![1.0; y.len()]).unwrap()).unwrap())
            );
        }
    };
    // A search: `svc_of` or `ridge_of` builds the candidates.
    ($build:ident, $make:expr, $data:expr) => {
        #[test]
        fn a_fit_is_a_search_and_a_fit_of_the_best() {
            let ((x, y), search) = ($data, $make);
            let (found, results) = (search.fit(&x, &y).unwrap(), search.search(&x, &y).unwrap());
            assert_eq!(
                (found.best_index(), found.best_score()),
                (results.best_index(), results.best_score())
            );
            let alone = $build(results.best_params()).fit(&x, &y).unwrap();
            assert_eq!(found.model(), &alone);
            assert_eq!(found.predict(&x).unwrap(), alone.predict(&x).unwrap());
        }
    };
}

/// An estimator of labels: the number of classes, and the parts that apply.
macro_rules! wrapper_contract {
    ($name:ident, $make:expr, $n_classes:literal $(, $part:ident)*) => {
        mod $name {
            use super::*;

            fold_rules!($make, overlapping($n_classes), Accuracy);
            $(fold_part!($part, $make, overlapping($n_classes));)*

            #[test]
            fn one_class_is_refused() {
                let ((x, y), estimator) = (overlapping($n_classes), $make);
                let one = cause(error_of(estimator.fit(&x, &vec![7usize; y.len()])));
                assert_eq!(one, Error::SingleClass { label: "7".into() });
                // Only one class counts.
                let weights: Vec<f64> = y.iter().map(|&class| f64::from(class == 1)).collect();
                let weighted = y.weighted(&weights).unwrap();
                assert!(matches!(cause(error_of(estimator.fit(&x, &weighted))), Error::SingleClass { .. }));
            }

            #[test]
            fn labels_are_of_any_type() {
                let (x, y) = overlapping($n_classes);
                let names = ["ant", "bee", "cat"].map(String::from);
                let named: Vec<String> = y.iter().map(|&class| names[class].clone()).collect();
                let (plain, model) = ($make.fit(&x, &y).unwrap(), $make.fit(&x, &named).unwrap());
                assert_eq!(model.classes(), &names[..$n_classes]);
                let expected = plain.predict(&x).unwrap().mapv(|class| names[class].clone());
                assert_eq!(model.predict(&x).unwrap(), expected);
            }

            #[test]
            fn rows_are_predicted_one_by_one() {
                let (x, y) = overlapping($n_classes);
                let model = $make.fit(&x, &y).unwrap();
                let all = model.predict(&x).unwrap();
                let right = all.iter().zip(&y).filter(|(found, truth)| found == truth).count();
                assert!(2 * right > y.len(), "{right}");
                for (row, label) in all.iter().enumerate() {
                    assert_eq!(model.predict(&x.select(Axis(0), &[row])).unwrap().to_vec(), [*label]);
                }
            }

            #[test]
            fn layouts_and_floats_make_no_difference() {
                let (x, y) = overlapping($n_classes);
                let model = $make.fit(&x, &y).unwrap();
                let labels = model.predict(&x).unwrap();
                assert!($make.fit(&x.view(), &y).unwrap().is_same(&model));
                with_layouts(&x, |_, view| assert_eq!(model.predict(&view).unwrap(), labels));
                let agree = |other: Array1<usize>| {
                    let same = other.iter().zip(&labels).filter(|(a, b)| a == b).count();
                    assert!(same as f64 > 0.95 * y.len() as f64, "{same}");
                };
                let narrow = x.mapv(|x| x as f32);
                agree($make.fit(&narrow, &y).unwrap().predict(&narrow).unwrap());
                let sparse = csr(&x);
                agree($make.fit(&sparse, &y).unwrap().predict(&sparse).unwrap());
            }
        }
    };
}

/// A search over regressors, with its folds and its score, and the parts that apply.
macro_rules! regressor_search_contract {
    ($name:ident, $make:expr $(, $part:ident)*) => {
        mod $name {
            use super::*;

            fold_rules!($make, line(), R2);
            $(fold_part!($part, $make, line());)*

            #[test]
            fn bad_targets_are_named_by_row() {
                let (x, mut y) = line();
                let row = y.len() - 2;
                y[row] = f64::NAN;
                assert_eq!(not_finite(error_of($make.fit(&x, &y))), (row, None));
            }

            #[test]
            fn layouts_make_no_difference() {
                let (x, y) = line();
                let model = $make.fit(&x, &y).unwrap();
                assert!($make.fit(&x.view(), &y).unwrap().is_same(&model));
                let sparse = $make.fit(&csr(&x), &y).unwrap();
                assert_eq!(sparse.best_params(), model.best_params());
            }
        }
    };
}

/// Numbers on a line, with noise that has no pattern.
fn line() -> (Array2<f64>, Vec<f64>) {
    let (x, _) = overlapping(3);
    let noise = |row: usize| (row as f64 * 0.618_033_988_749_895).fract() - 0.5;
    let y = x.rows().into_iter().enumerate().map(|(row, x)| x[0] - 2.0 * x[1] + noise(row)).collect();
    (x, y)
}

fn logistic() -> LogisticRegression {
    LogisticRegression::new().tol(1e-10)
}

fn svc() -> LinearSVC {
    LinearSVC::new().tol(1e-10)
}

fn svc_of(&c: &f64) -> LinearSVC {
    svc().c(c)
}

fn ridge_of(&alpha: &f64) -> Ridge {
    Ridge::new().tol(1e-10).alpha(alpha)
}

const STRENGTHS: [f64; 4] = [0.01, 10.0, 0.1, 1.0];

fn any() -> LogUniform {
    LogUniform::new(0.01, 10.0).unwrap()
}

wrapper_contract!(calibrated, CalibratedClassifier::new(svc()), 3, splits, given_folds);
wrapper_contract!(calibrated_of_two, CalibratedClassifier::new(svc()), 2, splits, given_folds);
wrapper_contract!(
    calibrated_isotonic,
    CalibratedClassifier::new(svc()).method(Isotonic).ensemble(false),
    3,
    splits,
    given_folds
);
wrapper_contract!(
    calibrated_probabilities,
    CalibratedClassifier::new(logistic()).response(Probabilities),
    3,
    splits,
    given_folds
);
wrapper_contract!(fixed_threshold, FixedThresholdClassifier::new(svc(), 0.1), 2);
wrapper_contract!(tuned_threshold, TunedThresholdClassifier::new(svc()), 2, splits, given_folds);
wrapper_contract!(
    tuned_probability,
    TunedThresholdClassifier::new(logistic()).thresholds([0.3, 0.5, 0.7]).response(Probabilities),
    2,
    splits
);
wrapper_contract!(grid_search, GridSearchCV::new(svc_of, STRENGTHS), 3, splits, given_folds, svc_of);
wrapper_contract!(
    grid_search_of_the_simplest,
    GridSearchCV::new(svc_of, STRENGTHS).select(OneStandardError::new()),
    2,
    splits,
    given_folds,
    svc_of
);
wrapper_contract!(
    randomized_search,
    RandomizedSearchCV::new(svc_of, |rng| any().sample(rng)).n_iter(4),
    3,
    splits,
    given_folds,
    svc_of
);
wrapper_contract!(halving_grid_search, HalvingGridSearchCV::new(svc_of, STRENGTHS), 2, splits, svc_of);
wrapper_contract!(
    halving_random_search,
    HalvingRandomSearchCV::new(svc_of, |rng| any().sample(rng)).n_candidates(4),
    2,
    splits,
    svc_of
);
wrapper_contract!(
    search_of_calibrated,
    GridSearchCV::new(|c: &f64| CalibratedClassifier::new(svc_of(c)).cv(StratifiedKFold::new(3)), [0.1, 1.0]),
    2,
    splits
);
regressor_search_contract!(
    regressor_grid_search,
    GridSearchCV::new(ridge_of, STRENGTHS).cv(KFold::new(5)).scoring(R2),
    splits,
    given_folds,
    ridge_of
);
regressor_search_contract!(
    regressor_halving_search,
    HalvingGridSearchCV::new(ridge_of, STRENGTHS).subsample(AnyRows).cv(KFold::new(5)).scoring(R2),
    splits,
    ridge_of
);

#[test]
fn probabilities_are_those_of_all_rows() {
    let (x, y) = overlapping(3);
    for ensemble in [true, false] {
        let model = CalibratedClassifier::new(svc()).ensemble(ensemble).fit(&x, &y).unwrap();
        let (probabilities, logs) = (model.predict_proba(&x).unwrap(), model.predict_log_proba(&x).unwrap());
        for (row, logs) in probabilities.rows().into_iter().zip(logs.rows()) {
            assert!((row.sum() - 1.0).abs() < 1e-12 && row.iter().all(|p| (0.0..=1.0).contains(p)));
            assert!(row.iter().zip(logs).all(|(p, log)| (p.ln() - log).abs() < 1e-12));
        }
    }
}

/// A model that is fitted already is calibrated on all rows at once, and stays as it is.
#[test]
fn frozen_models_are_calibrated() {
    let (x, y) = overlapping(2);
    let model = svc().fit(&x, &y).unwrap();
    let calibrated =
        CalibratedClassifier::new(Frozen::new(model.clone())).ensemble(false).fit(&x, &y).unwrap();
    assert!(calibrated.members()[0].model() == &model);
    let tuned = TunedThresholdClassifier::new(Frozen::new(model.clone())).fit(&x, &y).unwrap();
    assert!(tuned.model() == &model);
}

#[test]
fn what_cannot_be_is_refused() {
    let (x, y) = overlapping(3);
    let refused = error_of(TunedThresholdClassifier::new(svc()).fit(&x, &y));
    assert!(matches!(refused, Error::Unsupported { .. }), "{refused}");
    let refused = error_of(FixedThresholdClassifier::new(svc(), 0.0).fit(&x, &y));
    assert!(matches!(refused, Error::Unsupported { .. }), "{refused}");
    let refused = error_of(FixedThresholdClassifier::new(svc(), f64::NAN).fit(&x, &y));
    assert!(matches!(refused, Error::InvalidParameter { name: "threshold", .. }), "{refused}");
    // Sorted and not stratified: a train part lacks a class.
    let order: Vec<usize> =
        (0..3).flat_map(|class| (0..y.len()).filter(move |&row| row % 3 == class)).collect();
    let (x, mut y) = (x.take(&order), y.take(&order));
    y.sort_unstable();
    let refused = error_of(CalibratedClassifier::new(svc()).cv(KFold::new(3)).fit(&x, &y));
    assert!(matches!(cause(refused), Error::Unsupported { .. }));
}

/// Remembers the rows that it was fitted to.
struct Memory;

#[derive(Debug)]
struct Remembered(Vec<u32>);

impl Estimator<Vec<u32>, Vec<bool>> for Memory {
    type Fitted = Remembered;
    fn fit(&self, x: &Vec<u32>, _: &Vec<bool>) -> Result<Remembered, Error> {
        Ok(Remembered(x.clone()))
    }
}

/// Scores rows, and refuses those that the model has seen.
#[derive(Debug, Clone)]
struct Unseen;

impl Response<Remembered, Vec<u32>> for Unseen {
    type Output = Vec<f64>;
    fn of(&self, model: &Remembered, x: &Vec<u32>) -> Result<Vec<f64>, Error> {
        match x.iter().any(|row| model.0.contains(row)) {
            true => Err(Error::Unsupported { what: "a row that was seen", reason: "it leaks" }),
            false => Ok(x.iter().map(|&row| f64::from(row)).collect()),
        }
    }
}

#[test]
fn nothing_is_learnt_from_rows_that_the_model_has_seen() {
    let x: Vec<u32> = (0..30).collect();
    let y: Vec<bool> = x.iter().map(|row| row % 3 == 0).collect();
    for ensemble in [true, false] {
        let calibrated = CalibratedClassifier::new(Memory).response(Unseen).ensemble(ensemble);
        let model = calibrated.fit(&x, &y).unwrap();
        // A whole model is of all rows, those of folds are not.
        let seen = if ensemble { vec![24; 5] } else { vec![30] };
        assert_eq!(model.members().iter().map(|member| member.model().0.len()).collect::<Vec<_>>(), seen);
    }
    let tuned = TunedThresholdClassifier::new(Memory).response(Unseen).fit(&x, &y).unwrap();
    assert_eq!(tuned.model().0.len(), 30);
}
