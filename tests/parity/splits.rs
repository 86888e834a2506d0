//! Splits against scikit-learn's: the same rows where nothing is random, the same sizes where something is.

use crate::golden::{indices, list, load};
use certifit::Error;
use certifit::data::Targets;
use certifit::model_selection::{
    Fold, GroupKFold, KFold, LeaveOneGroupOut, LeaveOneOut, PredefinedSplit, Splitter, StratifiedGroupKFold,
    StratifiedKFold, TestSize, TimeSeriesSplit,
};
use serde_json::Value;

fn n_splits(case: &Value) -> usize {
    case["params"]["n_splits"].as_u64().expect("n_splits") as usize
}

fn assert_folds(case: &Value, found: Result<Vec<Fold>, Error>) {
    if !case["error"].is_null() {
        let name = if case["splitter"] == "LeaveOneGroupOut" { "groups" } else { "n_splits" };
        let refused = matches!(&found, Err(Error::InvalidParameter { name: found, .. }) if *found == name);
        assert!(refused, "{case}: {found:?}");
        return;
    }
    let n = n_rows(case);
    let fold = |(number, test): (usize, &Value)| {
        let test = indices(test);
        let complement = || (0..n).filter(|row| !test.contains(row)).collect();
        let train = if case["train_folds"].is_array() {
            indices(&case["train_folds"][number])
        } else {
            assert_eq!(case["train_folds"], "complement of test");
            complement()
        };
        Fold { train, test }
    };
    let expected: Vec<Fold> = list(&case["test_folds"]).iter().enumerate().map(fold).collect();
    assert_eq!(found, Ok(expected), "{case}");
}

fn n_rows(case: &Value) -> usize {
    case["n"].as_u64().expect("n") as usize
}

fn time_series(case: &Value) -> TimeSeriesSplit {
    let parameter = |name: &str| case["params"][name].as_u64().map(|value| value as usize);
    let mut splitter = TimeSeriesSplit::new(n_splits(case)).gap(parameter("gap").unwrap_or(0));
    if let Some(size) = parameter("test_size") {
        splitter = splitter.test_size(size);
    }
    if let Some(size) = parameter("max_train_size") {
        splitter = splitter.max_train_size(size);
    }
    splitter
}

/// Labels of numbers or strings, in the reference's order.
fn labels(y: &Value) -> Vec<String> {
    list(y).iter().map(|label| label.as_str().map_or_else(|| label.to_string(), String::from)).collect()
}

#[test]
fn folds_are_the_references() {
    let golden = load("model_selection");
    let cases = list(&golden["splitters"]);
    for case in cases {
        let rows = vec![(); n_rows(case)];
        let groups = || labels(&case["groups"]);
        let found = match case["splitter"].as_str().expect("splitter") {
            "KFold" => KFold::new(n_splits(case)).split(&rows),
            "StratifiedKFold" => StratifiedKFold::new(n_splits(case)).split(&labels(&case["y"])),
            "GroupKFold" => GroupKFold::new(n_splits(case)).split(&rows.grouped(&groups()).unwrap()),
            "StratifiedGroupKFold" => {
                let y = labels(&case["y"]);
                StratifiedGroupKFold::new(n_splits(case)).split(&y.grouped(&groups()).unwrap())
            }
            "LeaveOneOut" => LeaveOneOut.split(&rows),
            "LeaveOneGroupOut" => LeaveOneGroupOut.split(&rows.grouped(&groups()).unwrap()),
            "TimeSeriesSplit" => time_series(case).split(&rows),
            "PredefinedSplit" => {
                let folds = list(&case["params"]["test_fold"]);
                PredefinedSplit::new(folds.iter().map(|fold| fold.as_i64().expect("a fold"))).split(&rows)
            }
            other => panic!("unknown splitter {other}"),
        };
        assert_folds(case, found);
    }
    assert_eq!(cases.len(), 44);
}

/// The test part of a case, or its train part if only that is given.
fn test_size(case: &Value) -> TestSize {
    let (test, train) = (&case["test_size"], &case["train_size"]);
    let size = match test.as_u64() {
        Some(count) => TestSize::count(count as usize),
        None => test.as_f64().map_or_else(TestSize::default, TestSize::fraction),
    };
    match (train.as_u64(), train.as_f64()) {
        (Some(count), _) => size.train_count(count as usize),
        (None, Some(fraction)) => size.train_fraction(fraction),
        (None, None) => size,
    }
}

#[test]
fn parts_have_the_references_sizes() {
    let golden = load("model_selection");
    let cases = list(&golden["train_test_split_no_shuffle"]);
    for case in cases {
        let n = case["n"].as_u64().expect("n") as usize;
        let in_order = test_size(case).shuffle(false).indices(n);
        let shuffled = test_size(case).indices(n);
        if !case["error"].is_null() {
            assert!(matches!(in_order, Err(Error::InvalidParameter { .. })), "{case}: {in_order:?}");
            assert_eq!(in_order, shuffled);
            continue;
        }
        let (train, test) = in_order.unwrap_or_else(|error| panic!("{case}: {error}"));
        let found = serde_json::json!([train.len(), test.len(), train[..1], test[..1]]);
        assert_eq!(found, case["expected"], "{case}");
        assert!(train.is_sorted_by(|a, b| a + 1 == *b) && test.is_sorted_by(|a, b| a + 1 == *b), "{case}");
        let (shuffled_train, shuffled_test) = shuffled.unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!((shuffled_train.len(), shuffled_test.len()), (train.len(), test.len()), "{case}");
    }
    assert_eq!(cases.len(), 55);
}

#[test]
fn classes_are_drawn_as_often_as_in_the_reference() {
    let golden = load("model_selection");
    let (mut compared, mut refused) = (0, 0);
    for case in list(&golden["stratified_allocation"]) {
        let counts = indices(&case["class_counts"]);
        let y: Vec<usize> =
            counts.iter().enumerate().flat_map(|(class, &count)| vec![class; count]).collect();
        let n_draws = case["n_draws"].as_u64().expect("n_draws") as usize;
        let drawn = |seed| {
            let size = TestSize::count(y.len() - n_draws).train_count(n_draws).stratify(&y).seed(seed);
            let (train, _) = size.indices(y.len())?;
            Ok(train.iter().fold(vec![0; counts.len()], |mut drawn, &row| {
                drawn[y[row]] += 1;
                drawn
            }))
        };
        if counts.contains(&1) {
            // scikit-learn's split refuses a class with one row as well: only its inner function allocates it.
            let error: Result<Vec<usize>, Error> = drawn(0);
            assert!(matches!(error, Err(Error::InvalidParameter { name: "stratify", .. })));
            refused += 1;
            continue;
        }
        let mut expected = vec![indices(&case["allocation"])];
        if counts == [10, 10] {
            expected.push(vec![3, 2]); // equal remainders: either may get the fifth row
        }
        let mut found: Vec<Vec<usize>> = (0..100).map(|seed| drawn(seed).expect("a split")).collect();
        found.sort();
        found.dedup();
        assert_eq!(found, expected, "{case}");
        compared += 1;
    }
    assert_eq!((compared, refused), (4, 1));
}
