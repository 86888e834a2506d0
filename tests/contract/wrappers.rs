//! The part of the contract that classifiers hold to which are fitted on folds: no single optimum is theirs.
//!
//! What they answer depends on which rows are in which fold, so that rows in another order and weights in the place of
//! repeated rows are no rules here.

use crate::data::{csr, error_of, overlapping, with_layouts};
use crate::threads::with_threads;
use certifit::calibration::{
    CalibratedClassifier, FixedThresholdClassifier, Isotonic, TunedThresholdClassifier,
};
use certifit::compose::Frozen;
use certifit::metric::{Probabilities, Response};
use certifit::{Classifier, Error, Estimator, prelude::*};
use ndarray::{Array2, Axis};

/// The cause of an error, outside of any fold.
fn cause(error: Error) -> Error {
    match error {
        Error::Fold { source, .. } => cause(*source),
        other => other,
    }
}

macro_rules! wrapper_contract {
    ($name:ident, $make:expr, $n_classes:literal) => {
        mod $name {
            use super::*;

            #[test]
            fn bad_shapes_are_refused() {
                let (x, y) = overlapping($n_classes);
                let (n, estimator) = (y.len(), $make);
                let no_rows = Array2::<f64>::zeros((0, 3));
                let no_labels: Vec<usize> = Vec::new();
                assert_eq!(
                    error_of(estimator.fit(&no_rows, &no_labels)),
                    Error::Empty { what: "x", axis: "rows" }
                );
                let no_columns = Array2::<f64>::zeros((n, 0));
                let expected = Error::Empty { what: "x", axis: "columns" };
                assert_eq!(cause(error_of(estimator.fit(&no_columns, &y))), expected);
                for wrong in [0, 1, n - 1, n + 1] {
                    let labels: Vec<usize> = (0..wrong).map(|row| row % $n_classes).collect();
                    match error_of(estimator.fit(&x, &labels)) {
                        Error::LengthMismatch { expected, found, .. } => {
                            assert_eq!((expected, found), (n, wrong))
                        }
                        other => panic!("{other}"),
                    }
                }
                let model = estimator.fit(&x, &y).unwrap();
                for found in [1, 2, 4] {
                    let other = Array2::<f64>::ones((5, found));
                    assert_eq!(
                        error_of(model.predict(&other)),
                        Error::FeatureMismatch { expected: 3, found }
                    );
                }
                assert_eq!(error_of(model.predict(&no_rows)), Error::Empty { what: "x", axis: "rows" });
            }

            #[test]
            fn bad_values_are_refused() {
                let (x, y) = overlapping($n_classes);
                let (n, estimator) = (y.len(), $make);
                let model = estimator.fit(&x, &y).unwrap();
                for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    let mut bad = x.clone();
                    bad[[n - 1, 2]] = value;
                    let column = |error| match cause(error) {
                        Error::NonFinite { column, .. } => column,
                        other => panic!("{other}"),
                    };
                    assert_eq!(column(error_of(estimator.fit(&bad, &y))), Some(2));
                    assert_eq!(column(error_of(model.predict(&bad))), Some(2));
                }
                let one = error_of(estimator.fit(&x, &vec![7usize; n]));
                assert_eq!(one, Error::SingleClass { label: "7".into() });
                // Only one class counts.
                let weights: Vec<f64> = y.iter().map(|&class| f64::from(class == 1)).collect();
                let weighted = y.weighted(&weights).unwrap();
                assert!(matches!(error_of(estimator.fit(&x, &weighted)), Error::SingleClass { .. }));
            }

            #[test]
            fn fits_repeat_for_any_number_of_threads() {
                let (x, y) = overlapping($n_classes);
                let estimator = $make;
                let before = format!("{estimator:?}");
                let one = with_threads(1, || estimator.fit(&x, &y).unwrap());
                let two = with_threads(2, || estimator.fit(&x, &y).unwrap());
                assert!(one == two && one == estimator.clone().fit(&x, &y).unwrap());
                assert_eq!(before, format!("{estimator:?}"));
                assert_eq!(one.predict(&x).unwrap(), two.predict(&x).unwrap());
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
                let weighted = named.weighted(&vec![1.0; y.len()]).unwrap();
                assert_eq!($make.fit(&x, &weighted).unwrap().predict(&x).unwrap(), expected);
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
                assert!($make.fit(&x.view(), &y).unwrap() == model);
                with_layouts(&x, |_, view| assert_eq!(model.predict(&view).unwrap(), labels));
                let agree = |other: ndarray::Array1<usize>| {
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

fn logistic() -> LogisticRegression {
    LogisticRegression::new().tol(1e-10)
}

fn svc() -> LinearSVC {
    LinearSVC::new().tol(1e-10)
}

wrapper_contract!(calibrated, CalibratedClassifier::new(svc()), 3);
wrapper_contract!(calibrated_of_two, CalibratedClassifier::new(svc()), 2);
wrapper_contract!(calibrated_isotonic, CalibratedClassifier::new(svc()).method(Isotonic).ensemble(false), 3);
wrapper_contract!(calibrated_probabilities, CalibratedClassifier::new(logistic()).response(Probabilities), 3);
wrapper_contract!(fixed_threshold, FixedThresholdClassifier::new(svc(), 0.1), 2);
wrapper_contract!(tuned_threshold, TunedThresholdClassifier::new(svc()), 2);
wrapper_contract!(
    tuned_probability,
    TunedThresholdClassifier::new(logistic()).thresholds([0.3, 0.5, 0.7]).response(Probabilities),
    2
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
