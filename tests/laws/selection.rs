//! Cross-validation and curves: nothing leaks, and every way to the same numbers gives the same numbers.

use certifit::data::{Rows, Weights};
use certifit::impute::SimpleImputer;
use certifit::metric::{Decisions, NegLogLoss, Predictions, Probabilities, RocAuc};
use certifit::model_selection::{ErrorScore, Scores, TrainSizes, learning_curve, validation_curve};
use certifit::prelude::*;
use ndarray::{Array1, Array2};

type Scaled = Pipeline<StandardScaler, LogisticRegression>;

fn model() -> Scaled {
    StandardScaler::new().then(LogisticRegression::new())
}

/// Every third row of breast cancer.
fn data() -> (Array2<f64>, Array1<usize>) {
    let data = datasets::breast_cancer();
    let rows: Vec<usize> = (0..190).map(|row| 3 * row).collect();
    (data.features.take(&rows), data.target.take(&rows))
}

/// The data with every value of these rows made huge.
fn poisoned(x: &Array2<f64>, rows: &[usize]) -> Array2<f64> {
    let mut x = x.clone();
    rows.iter().for_each(|&row| x.row_mut(row).mapv_inplace(|value| 1e9 + 1e6 * value));
    x
}

#[test]
fn scalers_never_see_the_test_rows() {
    let (x, y) = data();
    let cv = StratifiedKFold::new(4);
    for (number, fold) in cv.split(&y).unwrap().iter().enumerate() {
        let bad = poisoned(&x, &fold.test);
        let mean = |x: &Array2<f64>| {
            let results = CrossValidate::new(&model(), x, &y)
                .train_scores(true)
                .keep(|model| (model.first().mean().clone(), model.last().coef().clone()))
                .run(&cv, &[("accuracy", &Accuracy)])
                .unwrap();
            let fold = results.into_folds().swap_remove(number).unwrap();
            (fold.kept, fold.train_scores)
        };
        assert_eq!(mean(&x), mean(&bad), "fold {number}");

        // In the fold whose test rows are poisoned, only they are predicted otherwise.
        let one = vec![fold.clone()];
        let sizes = TrainSizes::fractions([0.5, 1.0]).shuffle(true);
        let trained = |x: &Array2<f64>| {
            let learning = learning_curve(&model(), x, &y, &one, &Accuracy, &sizes).unwrap();
            let validation = validation_curve(
                |&c: &f64| StandardScaler::new().then(LogisticRegression::new().c(c)),
                &[0.1, 1.0],
                x,
                &y,
                &one,
                &Accuracy,
            );
            let points = [learning.points(), validation.unwrap().points()].concat();
            points.into_iter().map(|point| point.train).collect::<Vec<Scores>>()
        };
        assert_eq!(trained(&x), trained(&bad), "fold {number}");
    }
}

#[test]
fn predictions_of_other_rows_do_not_see_a_row_of_their_fold() {
    let (x, y) = data();
    let cv = StratifiedKFold::new(4);
    let fold = cv.split(&y).unwrap().swap_remove(1);
    let bad = poisoned(&x, &fold.test[..1]);
    let (clean, dirty) = (
        cross_val_predict(&model(), &x, &y, &cv, &Probabilities).unwrap(),
        cross_val_predict(&model(), &bad, &y, &cv, &Probabilities).unwrap(),
    );
    for &row in &fold.test[1..] {
        assert_eq!(clean.values().row(row), dirty.values().row(row), "row {row}");
    }
}

#[test]
fn several_scorers_at_once_are_each_alone() {
    let (x, y) = data();
    let weights: Vec<f64> = (0..y.len()).map(|row| 1.0 + (row % 4) as f64).collect();
    let y = y.weighted(&weights).unwrap();
    let cv = RepeatedStratifiedKFold::new(3).n_repeats(2).seed(7);
    let auc = RocAuc::new();
    let results = cross_validate(
        &model(),
        &x,
        &y,
        &cv,
        &[("accuracy", &Accuracy), ("auc", &auc), ("log loss", &NegLogLoss)],
    )
    .unwrap();
    assert_eq!(results.test_scores("accuracy"), cross_val_score(&model(), &x, &y, &cv, &Accuracy).ok());
    assert_eq!(results.test_scores("auc"), cross_val_score(&model(), &x, &y, &cv, &auc).ok());
    assert_eq!(results.test_scores("log loss"), cross_val_score(&model(), &x, &y, &cv, &NegLogLoss).ok());
}

#[test]
fn predictions_score_as_cross_validation_does() {
    let (x, y) = data();
    let cv = KFold::new(5).shuffle(true).seed(2);
    let labels = cross_val_predict(&model(), &x, &y, &cv, &Predictions).unwrap();
    let decisions = cross_val_predict(&model(), &x, &y, &cv, &Decisions).unwrap();
    let (accuracy, auc) = (
        cross_val_score(&model(), &x, &y, &cv, &Accuracy).unwrap(),
        cross_val_score(&model(), &x, &y, &cv, &RocAuc::new()).unwrap(),
    );
    for (number, fold) in cv.split(&y).unwrap().iter().enumerate() {
        let truth = y.take(&fold.test);
        assert_eq!(accuracy_score(&truth, &labels.take(&fold.test)), Ok(accuracy[number]));
        assert_eq!(roc_auc_score(&truth, &decisions.take(&fold.test)), Ok(auc[number]));
    }
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let (x, y) = data();
    let cv = StratifiedKFold::new(4);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let results = CrossValidate::new(&model(), &x, &y)
                .train_scores(true)
                .keep(|model| model.last().coef().clone())
                .run(&cv, &[("accuracy", &Accuracy), ("log loss", &NegLogLoss)])
                .unwrap();
            let folds: Vec<_> = results
                .into_folds()
                .into_iter()
                .map(|fold| fold.map(|fold| (fold.test_scores, fold.train_scores, fold.kept)))
                .collect();
            let sizes = TrainSizes::default().shuffle(true).seed(3);
            let curve = learning_curve(&model(), &x, &y, &cv, &NegLogLoss, &sizes).unwrap();
            let predicted = cross_val_predict(&model(), &x, &y, &cv, &Probabilities).unwrap();
            (folds, curve, predicted)
        })
    };
    let one = run(1);
    assert!(run(2) == one && run(5) == one);
}

#[test]
fn f32_is_nearly_f64() {
    let (x, y) = data();
    let narrow = x.mapv(|value| value as f32);
    let cv = StratifiedKFold::new(4);
    let wide = cross_val_score(&model(), &x, &y, &cv, &NegLogLoss).unwrap();
    let found = cross_val_score(&model(), &narrow, &y, &cv, &NegLogLoss).unwrap();
    for (wide, narrow) in wide.iter().zip(&found) {
        assert!((wide - narrow).abs() <= 1e-3 * wide.abs(), "{wide} {narrow}");
    }
}

#[cfg(feature = "sparse")]
#[test]
fn sparse_is_dense() {
    let (x, y) = data();
    let x = x.mapv(|value| if value < 0.1 { 0.0 } else { value });
    let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
    let cv = StratifiedKFold::new(4);
    let model = StandardScaler::new().with_mean(false).then(LogisticRegression::new());
    let dense = cross_val_predict(&model, &x, &y, &cv, &Predictions).unwrap();
    assert_eq!(cross_val_predict(&model, &sparse, &y, &cv, &Predictions).unwrap(), dense);
}

/// Fits by a cross-validation of its own, which keeps the groups together, too.
struct Nested;

impl<Y> Estimator<Array2<f64>, Y> for Nested
where
    Y: Groups<Group = usize> + Targets<Value = usize>,
    Y::Owned: Groups<Group = usize> + Targets<Value = usize>,
{
    type Fitted = usize;
    fn fit(&self, _: &Array2<f64>, y: &Y) -> Result<usize, Error> {
        let folds = GroupKFold::new(2).split(y)?;
        for fold in &folds {
            let test: Vec<usize> = fold.test.iter().map(|&row| *y.group(row)).collect();
            assert!(fold.train.iter().all(|&row| !test.contains(y.group(row))));
        }
        Ok(folds.len())
    }
}

#[test]
fn groups_stay_together_in_folds_inside_of_folds() {
    let (x, y) = data();
    let groups: Vec<usize> = (0..y.len()).map(|row| row % 17 / 2).collect();
    let y = y.grouped(&groups).unwrap();
    let scorer = |model: &usize, _: &_, _: &_| Ok(*model as f64);
    let scores = cross_val_score(&Nested, &x, &y, &GroupKFold::new(3), &scorer).unwrap();
    assert_eq!(scores.as_slice(), [2.0; 3]);
    let plain = cross_val_score(&model(), &x, &y, &LeaveOneGroupOut, &Accuracy).unwrap();
    assert!(plain.len() == 9 && plain.mean() > 0.9);
}

/// The row that an error names, within folds and candidates.
#[track_caller]
fn row_of(error: Error) -> usize {
    match error {
        Error::Fold { source, .. } | Error::Candidate { source, .. } | Error::Part { source, .. } => {
            row_of(*source)
        }
        Error::NonFinite { row, .. } | Error::InvalidWeight { row, .. } => row,
        other => panic!("{other}"),
    }
}

#[test]
fn errors_name_rows_of_the_whole() {
    let (mut x, y) = data();
    let (row, cv) = (171, StratifiedKFold::new(4).shuffle(true).seed(1));
    x[[row, 5]] = f64::NAN;
    let found = [
        cross_val_score(&model(), &x, &y, &cv, &Accuracy).unwrap_err(),
        cross_validate(&model(), &x, &y, &cv, &[("accuracy", &Accuracy)]).unwrap_err(),
        cross_val_predict(&model(), &x, &y, &cv, &Predictions).unwrap_err(),
        learning_curve(&model(), &x, &y, &cv, &Accuracy, &TrainSizes::default().shuffle(true)).unwrap_err(),
        validation_curve(|&c: &f64| LinearSVC::new().c(c), &[0.1, 1.0], &x, &y, &cv, &Accuracy).unwrap_err(),
        GridSearchCV::new(|&c: &f64| LinearSVC::new().c(c), [0.1, 1.0]).cv(cv).fit(&x, &y).unwrap_err(),
        GridSearchCV::new(|&alpha: &f64| SGDClassifier::new().alpha(alpha), [0.1, 1.0])
            .fit(&x, &y)
            .unwrap_err(),
    ];
    assert_eq!(found.map(row_of), [row; 7]);
    // A search inside of a cross-validation.
    let nested = GridSearchCV::new(|&c: &f64| LinearSVC::new().c(c), [0.1, 1.0]);
    assert_eq!(row_of(cross_val_score(&nested, &x, &y, &cv, &Accuracy).unwrap_err()), row);
    // The same where only the test part has the row, and where each fold is told of by itself.
    let folds: Vec<Fold> =
        cv.split(&y).unwrap().into_iter().filter(|fold| fold.test.contains(&row)).collect();
    assert_eq!(row_of(cross_val_score(&model(), &x, &y, &folds, &Accuracy).unwrap_err()), row);
    let svc = StandardScaler::new().then(LinearSVC::new());
    let recording = CrossValidate::new(&svc, &x, &y).error_score(ErrorScore::Record);
    let all_fail = recording.run(&cv, &[("accuracy", &Accuracy)]).unwrap_err();
    assert_eq!(row_of(all_fail), row);
    // And for weights: those of the train part of the last fold are all zero.
    let weights: Vec<f64> = (0..y.len()).map(|row| f64::from(row >= 150)).collect();
    let (clean, weighted) = (SimpleImputer::new().then(svc), y.weighted(&weights).unwrap());
    let last = vec![Fold { train: (10..150).collect(), test: (150..190).collect() }];
    assert_eq!(row_of(cross_val_score(&clean, &x, &weighted, &last, &Accuracy).unwrap_err()), 10);
}
