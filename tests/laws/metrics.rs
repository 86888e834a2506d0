//! Metrics.

use certifit::data::{Label, Rows, Targets};
use certifit::prelude::*;
use proptest::prelude::*;

/// Each row: truth, prediction, weight.
type Labelled = Vec<(u8, u8, f64)>;
type Numbers = Vec<(f64, f64, f64)>;

fn labelled() -> impl Strategy<Value = Labelled> {
    prop::collection::vec((0u8..4, 0u8..4, 0.1..5.0), 2..30)
}

fn numbers() -> impl Strategy<Value = Numbers> {
    prop::collection::vec((-10.0..10.0, -10.0..10.0, 0.1..5.0), 3..30)
}

fn columns<A: Copy>(rows: &[(A, A, f64)]) -> (Vec<A>, Vec<A>, Vec<f64>) {
    let column = |of: fn(&(A, A, f64)) -> A| rows.iter().map(of).collect();
    (column(|row| row.0), column(|row| row.1), rows.iter().map(|row| row.2).collect())
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
    }
    let report = classification_report(truth, predicted).unwrap();
    all.extend(report.rows().flat_map(|row| [row.precision, row.recall, row.f1]));
    for by in [Normalize::True, Normalize::Pred, Normalize::All] {
        all.extend(confusion_matrix(truth, predicted).unwrap().normalize(by).counts());
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

                #[test]
                fn nothing_beats_the_truth(rows in $rows()) {
                    let (truth, predicted, weight) = columns(&rows);
                    let truth = truth.weighted(&weight).unwrap();
                    let (perfect, other) = ($metrics(&truth, truth.target()), $metrics(&truth, &predicted));
                    // The first ones are scores; the entries of tables follow, one a class that occurs.
                    let n = perfect.len().min(14);
                    prop_assert!(perfect[..n].iter().zip(&other).all(|(best, other)| best >= other));
                    prop_assert!(perfect[..n].iter().all(|&best| best == 1.0 || best == 0.0));
                }
            }
        }
    };
}

laws_of_weights!(labels, labelled, of_labels);
laws_of_weights!(floats, numbers, of_numbers);

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
        prop_assert!(close(&found, &[1.0 - squares / variance, -mse, -mse.sqrt(), -absolute / total]));
    }
}
