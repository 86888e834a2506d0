//! How many finds are right against how much is found, threshold by threshold.

use super::ClassValues;
use super::judged::{Judged, Ranked};
use super::thresholds::Thresholds;
use crate::data::{Label, Targets};
use crate::error::Result;
use ndarray::Array1;

/// Precision and recall by threshold, made by [`precision_recall_curve`].
///
/// Where rows with a score of `thresholds[i]` or more are taken for positive, the share `precision[i]` of them is, and
/// the share `recall[i]` of the positive rows is found. The last point, precision 1 and recall 0, has no threshold: there,
/// nothing is taken for positive.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PrecisionRecallCurve {
    /// The share of right ones among the rows that are taken for positive; 1 at the end.
    pub precision: Array1<f64>,
    /// The share of the positive rows that are found, descending to 0.
    pub recall: Array1<f64>,
    /// The distinct scores, ascending; one less than there are points.
    pub thresholds: Array1<f64>,
}

/// Precision and recall of a truth of two classes, at each distinct score.
///
/// The positive class is the second one: the larger label, or as [`OfClasses`](super::OfClasses) says. Where no row is
/// positive, the recall is 1 at every threshold, as in scikit-learn.
///
/// # Errors
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::Empty`](crate::Error::Empty), those of
/// [`check_weights`](crate::data::check_weights); [`Error::NonFinite`](crate::Error::NonFinite) for scores that are not
/// finite; [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a truth of another number of classes than two.
/// Takes O(n log n).
///
/// Reference: scikit-learn's `precision_recall_curve`.
///
/// ```
/// use certifit::metric::precision_recall_curve;
/// let curve = precision_recall_curve(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// assert_eq!(curve.precision.to_vec(), [0.5, 2.0 / 3.0, 0.5, 1.0, 1.0]);
/// assert_eq!(curve.recall.to_vec(), [1.0, 1.0, 0.5, 0.5, 0.0]);
/// assert_eq!(curve.thresholds.to_vec(), [0.1, 0.35, 0.4, 0.8]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn precision_recall_curve<T, S>(y_true: &T, y_score: &S) -> Result<PrecisionRecallCurve>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    Ok(PrecisionRecallCurve::of(Judged::scores(y_true, y_score)?.two_classes()?))
}

impl PrecisionRecallCurve {
    pub(super) fn of(rows: Vec<Ranked>) -> Self {
        let points = Thresholds::new(rows);
        let (positives, _) = points.totals();
        let sums = || points.true_positives.iter().zip(&points.false_positives).rev();
        let recall = |(found, _): (&f64, &f64)| if positives > 0.0 { found / positives } else { 1.0 };
        Self {
            precision: sums().map(|(found, wrong)| found / (found + wrong)).chain([1.0]).collect(),
            recall: sums().map(recall).chain([0.0]).collect(),
            thresholds: points.scores.iter().rev().copied().collect(),
        }
    }

    /// Σ (Rᵢ − Rᵢ₊₁) Pᵢ, the area below the curve as steps.
    pub fn average_precision(&self) -> f64 {
        let steps = self.recall.iter().zip(self.recall.iter().skip(1)).zip(&self.precision);
        steps.map(|((recall, next), precision)| (recall - next) * precision).sum()
    }
}
