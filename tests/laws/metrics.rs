//! Metrics.

use certifit::data::{Label, Rows, Targets};
use certifit::metric::{
    AveragePrecision, CohenKappa, D2AbsoluteError, ExplainedVariance, Jaccard, KappaWeights, NegMaxError,
    NegMeanAbsolutePercentageError, NegMeanPinballLoss, NegMedianAbsoluteError, OfClasses,
    average_precision_score, brier_score_loss, cohen_kappa_score, hinge_loss, log_loss, matthews_corrcoef,
    mean_pinball_loss, roc_curve, top_k_accuracy_score,
};
use certifit::prelude::*;
use ndarray::Array2;
use proptest::prelude::*;

/// Each row: truth, prediction, weight.
type Labelled = Vec<(u8, u8, f64)>;
type Numbers = Vec<(f64, f64, f64)>;
/// Each row: class, score, weight; scores tie now and then.
type Scored = Vec<(u8, f64, f64)>;

fn labelled() -> impl Strategy<Value = Labelled> {
    prop::collection::vec((0u8..4, 0u8..4, 0.1..5.0), 2..30)
}

fn numbers() -> impl Strategy<Value = Numbers> {
    prop::collection::vec((-10.0..10.0, -10.0..10.0, 0.1..5.0), 3..30)
}

fn scored() -> impl Strategy<Value = Scored> {
    let score = prop_oneof![(-3i8..4).prop_map(f64::from), -3.0..3.0];
    prop::collection::vec((0u8..2, score, 0.1..5.0), 3..30)
}

fn columns<A: Copy, B: Copy>(rows: &[(A, B, f64)]) -> (Vec<A>, Vec<B>, Vec<f64>) {
    (
        rows.iter().map(|row| row.0).collect(),
        rows.iter().map(|row| row.1).collect(),
        rows.iter().map(|row| row.2).collect(),
    )
}

/// Every metric of classifiers that takes more than two classes, and the entries of the tables.
fn of_labels<T, L: Label>(truth: &T, predicted: &Vec<L>) -> Vec<f64>
where
    T: Targets<Value = L>,
{
    let mut all =
        vec![Accuracy.evaluate(truth, predicted).unwrap(), -zero_one_loss(truth, predicted).unwrap()];
    for average in [Average::Micro, Average::Macro, Average::Weighted] {
        all.push(Precision::new().average(average).evaluate(truth, predicted).unwrap());
        all.push(Recall::new().average(average).evaluate(truth, predicted).unwrap());
        all.push(F1::new().average(average).evaluate(truth, predicted).unwrap());
        all.push(FBeta::new(0.5).average(average).evaluate(truth, predicted).unwrap());
        all.push(Jaccard::new().average(average).evaluate(truth, predicted).unwrap());
    }
    all.push(balanced_accuracy_score(truth, predicted).unwrap());
    let report = classification_report(truth, predicted).unwrap();
    all.extend(report.rows().flat_map(|row| [row.precision, row.recall, row.f1]));
    for by in [Normalize::True, Normalize::Pred, Normalize::All] {
        all.extend(confusion_matrix(truth, predicted).unwrap().normalize(by).counts());
    }
    all.push(matthews_corrcoef(truth, predicted).unwrap());
    for weights in [KappaWeights::Equal, KappaWeights::Quadratic] {
        all.push(cohen_kappa_score(truth, predicted, weights).unwrap_or(1.0)); // one label: no disagreement
    }
    all
}

/// Every metric of regressors.
fn of_numbers<T>(truth: &T, predicted: &Vec<f64>) -> Vec<f64>
where
    T: Targets<Value = f64>,
{
    vec![
        R2.evaluate(truth, predicted).unwrap(),
        NegMeanSquaredError.evaluate(truth, predicted).unwrap(),
        NegRootMeanSquaredError.evaluate(truth, predicted).unwrap(),
        NegMeanAbsoluteError.evaluate(truth, predicted).unwrap(),
        NegMedianAbsoluteError.evaluate(truth, predicted).unwrap(),
        NegMaxError.evaluate(truth, predicted).unwrap(),
        NegMeanPinballLoss::new(0.3).evaluate(truth, predicted).unwrap(),
        NegMeanAbsolutePercentageError.evaluate(truth, predicted).unwrap(),
        ExplainedVariance.evaluate(truth, predicted).unwrap(),
        D2AbsoluteError.evaluate(truth, predicted).unwrap(),
    ]
}

/// Every metric of decision values and of probabilities, of two classes.
fn of_scores<T>(truth: &T, scores: &[f64]) -> Vec<f64>
where
    T: Targets<Value = u8>,
{
    let probabilities: Vec<f64> = scores.iter().map(|score| 1.0 / (1.0 + (-score).exp())).collect();
    let (scores, probabilities) =
        (OfClasses::new(scores.to_vec(), [0, 1]), OfClasses::new(probabilities, [0, 1]));
    vec![
        roc_auc_score(truth, &scores).unwrap_or(0.0),
        RocAuc::new().max_fpr(0.4).evaluate(truth, &scores).unwrap_or(0.0),
        average_precision_score(truth, &scores).unwrap(),
        top_k_accuracy_score(truth, &scores, 1).unwrap(),
        -hinge_loss(truth, &scores).unwrap(),
        -log_loss(truth, &probabilities).unwrap(),
        -brier_score_loss(truth, &probabilities).unwrap(),
    ]
}

fn close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-11 * (1.0 + a.abs()))
}

/// The laws of weights, for one family of metrics.
macro_rules! laws_of_weights {
    ($name:ident, $rows:ident, $metrics:ident) => {
        mod $name {
            use super::*;

            proptest! {
                #[test]
                fn the_order_of_rows_does_not_matter(rows in $rows(), turn in 0usize..30) {
                    let (truth, predicted, weight) = columns(&rows);
                    let n = rows.len();
                    let order: Vec<usize> = (0..n).map(|i| (n - 1 - i + turn) % n).collect();
                    let weighted = truth.weighted(&weight).unwrap();
                    prop_assert!(close(
                        &$metrics(&weighted.take(&order), &predicted.take(&order)),
                        &$metrics(&weighted, &predicted)
                    ));
                }

                #[test]
                fn only_the_ratios_of_weights_matter(rows in $rows(), factor in 0.01..100.0f64) {
                    let (truth, predicted, weight) = columns(&rows);
                    let ones = vec![1.0; rows.len()];
                    let plain = $metrics(&truth, &predicted);
                    prop_assert_eq!(&$metrics(&truth.weighted(&ones).unwrap(), &predicted), &plain);
                    let scaled: Vec<f64> = weight.iter().map(|weight| weight * factor).collect();
                    prop_assert!(close(
                        &$metrics(&truth.weighted(&scaled).unwrap(), &predicted),
                        &$metrics(&truth.weighted(&weight).unwrap(), &predicted)
                    ));
                }

                #[test]
                fn weights_are_repetitions(rows in $rows(), times in prop::collection::vec(0usize..3, 30)) {
                    let (truth, predicted, _) = columns(&rows);
                    let times = &times[..rows.len()];
                    prop_assume!(times.iter().filter(|&&times| times > 0).count() > 1);
                    let weight: Vec<f64> = times.iter().map(|&times| times as f64).collect();
                    let repeated: Vec<usize> =
                        times.iter().enumerate().flat_map(|(row, &times)| vec![row; times]).collect();
                    prop_assert!(close(
                        &$metrics(&truth.weighted(&weight).unwrap(), &predicted),
                        &$metrics(&truth.take(&repeated), &predicted.take(&repeated))
                    ));
                }

            }
        }
    };
}

/// The law that perfect predictions are the best, for one family of metrics.
macro_rules! law_of_truth {
    ($name:ident, $rows:ident, $metrics:ident) => {
        proptest! {
            #[test]
            fn $name(rows in $rows()) {
                let (truth, predicted, weight) = columns(&rows);
                let truth = truth.weighted(&weight).unwrap();
                let (perfect, other) = ($metrics(&truth, truth.target()), $metrics(&truth, &predicted));
                // The first ones are scores; the entries of tables follow, one a class that occurs.
                let n = perfect.len().min(18);
                prop_assert!(perfect[..n].iter().zip(&other).all(|(best, other)| best >= other));
                prop_assert!(perfect[..n].iter().all(|&best| best == 1.0 || best == 0.0));
            }
        }
    };
}

laws_of_weights!(labels, labelled, of_labels);
laws_of_weights!(floats, numbers, of_numbers);
laws_of_weights!(scores, scored, of_scores);
law_of_truth!(no_labels_beat_the_truth, labelled, of_labels);
law_of_truth!(no_numbers_beat_the_truth, numbers, of_numbers);

proptest! {
    #[test]
    fn swapping_truth_and_predictions_swaps_precision_and_recall(rows in labelled()) {
        let (truth, predicted, weight) = columns(&rows);
        let (a, b) = (truth.weighted(&weight).unwrap(), predicted.weighted(&weight).unwrap());
        for average in [Average::Micro, Average::Macro] {
            let precision = precision_score(&a, &predicted, average).unwrap();
            prop_assert_eq!(precision, recall_score(&b, &truth, average).unwrap());
            let f1 = f1_score(&a, &predicted, average).unwrap();
            prop_assert_eq!(f1, f1_score(&b, &truth, average).unwrap());
        }
        prop_assert_eq!(accuracy_score(&a, &predicted).unwrap(), accuracy_score(&b, &truth).unwrap());
        let (matrix, swapped) = (confusion_matrix(&a, &predicted).unwrap(), confusion_matrix(&b, &truth).unwrap());
        prop_assert_eq!(matrix.counts().t(), swapped.counts());
    }

    #[test]
    fn micro_averages_are_the_accuracy(rows in labelled()) {
        let (truth, predicted, weight) = columns(&rows);
        let truth = truth.weighted(&weight).unwrap();
        let accuracy = accuracy_score(&truth, &predicted).unwrap();
        let micro = [
            precision_score(&truth, &predicted, Average::Micro).unwrap(),
            recall_score(&truth, &predicted, Average::Micro).unwrap(),
            f1_score(&truth, &predicted, Average::Micro).unwrap(),
            recall_score(&truth, &predicted, Average::Weighted).unwrap(),
            classification_report(&truth, &predicted).unwrap().accuracy().unwrap(),
        ];
        prop_assert!(close(&micro, &[accuracy; 5]));
    }

    #[test]
    fn scores_of_a_class_come_from_the_confusion_matrix(rows in labelled()) {
        let (truth, predicted, weight) = columns(&rows);
        let truth = truth.weighted(&weight).unwrap();
        let scores = precision_recall_fscore_support(&truth, &predicted).unwrap();
        let matrix = confusion_matrix(&truth, &predicted).unwrap();
        let diagonal = |by| matrix.clone().normalize(by).counts().diag().to_vec();
        prop_assert!(close(&scores.precision().to_vec(), &diagonal(Normalize::Pred)));
        prop_assert!(close(&scores.recall().to_vec(), &diagonal(Normalize::True)));
        prop_assert!(close(&scores.support().to_vec(), &matrix.counts().sum_axis(ndarray::Axis(1)).to_vec()));
    }

    #[test]
    fn the_positive_class_is_one_of_the_classes(rows in prop::collection::vec((0u8..2, 0u8..2, 0.1..5.0), 4..20)) {
        let (truth, predicted, _) = columns(&rows);
        let (Ok(binary), Ok(negative)) = (
            f1_score(&truth, &predicted, Average::Binary),
            f1_score(&truth, &predicted, Average::positive(0)),
        ) else {
            prop_assert!(truth.iter().chain(&predicted).all(|label| *label == truth[0]));
            return Ok(());
        };
        let each = precision_recall_fscore_support(&truth, &predicted).unwrap().f1();
        prop_assert_eq!(each.to_vec(), [negative, binary]);
    }

    #[test]
    fn f32_and_f64_mix(rows in numbers()) {
        let (truth, predicted, _) = columns(&rows);
        let narrow: Vec<f32> = truth.iter().map(|&value| value as f32).collect();
        let widened: Vec<f64> = narrow.iter().map(|&value| f64::from(value)).collect();
        prop_assert_eq!(r2_score(&narrow, &predicted), r2_score(&widened, &predicted));
        prop_assert_eq!(
            mean_squared_error(&predicted, &narrow),
            mean_squared_error(&predicted, &widened)
        );
    }

    #[test]
    fn regression_scores_are_their_definitions(rows in numbers()) {
        let (truth, predicted, weight) = columns(&rows);
        let total: f64 = weight.iter().sum();
        let mean = rows.iter().map(|(y, _, w)| w * y).sum::<f64>() / total;
        let squares: f64 = rows.iter().map(|(y, p, w)| w * (y - p) * (y - p)).sum();
        let variance: f64 = rows.iter().map(|(y, _, w)| w * (y - mean) * (y - mean)).sum();
        let absolute: f64 = rows.iter().map(|(y, p, w)| w * (y - p).abs()).sum();
        prop_assume!(variance > 1e-3);
        let found = of_numbers(&truth.weighted(&weight).unwrap(), &predicted);
        let mse = squares / total;
        prop_assert!(close(&found[..4], &[1.0 - squares / variance, -mse, -mse.sqrt(), -absolute / total]));
    }
}

/// Σ over pairs of a positive and a negative row of their weights, with what the pair counts.
fn right_order(rows: &[(u8, f64, f64)]) -> Option<f64> {
    let (mut right, mut all) = (0.0, 0.0);
    for (_, positive, w) in rows.iter().filter(|row| row.0 == 1) {
        for (_, negative, v) in rows.iter().filter(|row| row.0 == 0) {
            let counts = if positive > negative {
                1.0
            } else if positive == negative {
                0.5
            } else {
                0.0
            };
            right += w * v * counts;
            all += w * v;
        }
    }
    (all > 0.0).then_some(right / all)
}

proptest! {
    #[test]
    fn roc_auc_is_the_probability_of_a_right_order(rows in scored()) {
        let (truth, scores, weight) = columns(&rows);
        let truth = truth.weighted(&weight).unwrap();
        let Some(expected) = right_order(&rows) else {
            prop_assert!(roc_auc_score(&truth, &OfClasses::new(scores, [0, 1])).is_err());
            return Ok(());
        };
        let auc = roc_auc_score(&truth, &scores).unwrap();
        let negated: Vec<f64> = scores.iter().map(|score| -score).collect();
        let monotone: Vec<f64> = scores.iter().map(|score| score.powi(3) + score).collect();
        prop_assert!(close(&[auc], &[expected]));
        prop_assert!(close(&[1.0 - roc_auc_score(&truth, &negated).unwrap()], &[auc]));
        prop_assert_eq!(roc_auc_score(&truth, &monotone).unwrap(), auc);
        prop_assert!(close(&[roc_curve(&truth, &scores).unwrap().auc()], &[auc]));
        let two = Array2::from_shape_fn((rows.len(), 2), |(row, column)| if column == 1 { scores[row] } else { 0.0 });
        prop_assert_eq!(roc_auc_score(&truth, &two).unwrap(), auc);
        prop_assert_eq!(average_precision_score(&truth, &two), average_precision_score(&truth, &scores));
    }

    #[test]
    fn several_classes_are_the_mean_of_each_against_the_rest(
        rows in prop::collection::vec((0u8..3, prop::array::uniform3(-3.0..3.0f64), 0.1..5.0f64), 6..25),
    ) {
        let truth: Vec<u8> = rows.iter().map(|row| row.0).collect();
        prop_assume!((0..3).all(|class| truth.contains(&class)));
        let weight: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let scores = Array2::from_shape_fn((rows.len(), 3), |(row, class)| rows[row].1[class]);
        let weighted = truth.weighted(&weight).unwrap();
        let of_class = |class: u8, metric: &dyn Fn(&[bool], &[f64]) -> f64| {
            let is: Vec<bool> = truth.iter().map(|&label| label == class).collect();
            metric(&is, &scores.column(class.into()).to_vec())
        };
        let area = |is: &[bool], s: &[f64]| roc_auc_score(&is.weighted(&weight).unwrap(), s).unwrap();
        let precision = |is: &[bool], s: &[f64]| average_precision_score(&is.weighted(&weight).unwrap(), s).unwrap();
        let mean = |metric: &dyn Fn(&[bool], &[f64]) -> f64| (0..3).map(|k| of_class(k, metric)).sum::<f64>() / 3.0;
        prop_assert!(close(&[roc_auc_score(&weighted, &scores).unwrap()], &[mean(&area)]));
        prop_assert!(close(&[AveragePrecision::new().evaluate(&weighted, &scores).unwrap()], &[mean(&precision)]));
        let share = |k: u8| rows.iter().filter(|row| row.0 == k).map(|row| row.2).sum::<f64>() / weight.iter().sum::<f64>();
        let by_weight: f64 = (0..3).map(|k| share(k) * of_class(k, &area)).sum();
        let found = RocAuc::new().average(Average::Weighted).evaluate(&weighted, &scores).unwrap();
        prop_assert!(close(&[found], &[by_weight]));
        // The best class of three, as an accuracy.
        let best: Vec<u8> = scores.rows().into_iter().map(|row| {
            (0..3u8).max_by(|&a, &b| row[usize::from(a)].total_cmp(&row[usize::from(b)])).unwrap()
        }).collect();
        let accuracy = accuracy_score(&weighted, &best).unwrap();
        prop_assert!(close(&[top_k_accuracy_score(&weighted, &scores, 1).unwrap()], &[accuracy]));
        prop_assert_eq!(top_k_accuracy_score(&weighted, &scores, 3).unwrap(), 1.0);
    }

    #[test]
    fn agreement_does_not_depend_on_who_comes_first(rows in labelled()) {
        let (one, other, weight) = columns(&rows);
        let (a, b) = (one.weighted(&weight).unwrap(), other.weighted(&weight).unwrap());
        let (there, back) = (matthews_corrcoef(&a, &other).unwrap(), matthews_corrcoef(&b, &one).unwrap());
        prop_assert!(close(&[there], &[back]) && (-1.0..=1.0).contains(&there));
        for weights in [KappaWeights::Equal, KappaWeights::Linear, KappaWeights::Quadratic] {
            match (cohen_kappa_score(&a, &other, weights), cohen_kappa_score(&b, &one, weights)) {
                (Ok(there), Ok(back)) => prop_assert!(close(&[there], &[back]) && there <= 1.0),
                (there, _) => prop_assert!(there.is_err() && rows.iter().all(|row| (row.0, row.1) == (one[0], one[0]))),
            }
        }
        if one.iter().any(|label| *label != one[0]) {
            prop_assert!(close(&[matthews_corrcoef(&a, &one).unwrap()], &[1.0]));
            prop_assert_eq!(CohenKappa::new().evaluate(&a, &one), Ok(1.0));
        }
    }

    #[test]
    fn the_best_constant_of_the_pinball_loss_is_a_quantile(rows in numbers(), tenths in 1u8..10) {
        let (truth, _, _) = columns(&rows);
        let alpha = f64::from(tenths) / 10.0;
        let loss = |constant: f64| mean_pinball_loss(&truth, &vec![constant; truth.len()], alpha).unwrap();
        let best = truth.iter().copied().min_by(|&a, &b| loss(a).total_cmp(&loss(b))).unwrap();
        let below = truth.iter().filter(|&&y| y < best).count() as f64;
        let up_to = truth.iter().filter(|&&y| y <= best).count() as f64;
        let share = alpha * truth.len() as f64;
        prop_assert!(below <= share + 1e-9 && up_to >= share - 1e-9, "{below} {up_to} {share}");
        let (m, p) = (mean_absolute_error(&truth, &vec![0.0; truth.len()]), mean_pinball_loss(&truth, &vec![0.0; truth.len()], 0.5));
        prop_assert!(close(&[m.unwrap()], &[2.0 * p.unwrap()]));
    }
}
