//! What is found against what is wrongly found, threshold by threshold.

use super::ClassValues;
use super::judged::Judged;
use super::thresholds::Thresholds;
use crate::data::{Label, Targets};
use crate::error::{Error, Result};
use ndarray::Array1;

/// The receiver operating characteristic, made by [`roc_curve`].
///
/// All three have one entry a point: where rows with a score of `thresholds[i]` or more are taken for positive, the
/// share `tpr[i]` of the positive rows is found and the share `fpr[i]` of the negative ones is wrongly found. The first
/// threshold is ∞, where nothing is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RocCurve {
    /// The share of negative rows that are taken for positive, ascending from 0 to 1.
    pub fpr: Array1<f64>,
    /// The share of positive rows that are, ascending from 0 to 1.
    pub tpr: Array1<f64>,
    /// The scores, descending from ∞.
    pub thresholds: Array1<f64>,
}

/// The receiver operating characteristic of a truth of two classes, without the points that lie on the line between
/// their neighbours; [`RocCurve::with_all_points`] keeps them.
///
/// The positive class is the second one: the larger label, or as [`OfClasses`](super::OfClasses) says.
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::Empty`], those of [`check_weights`](crate::data::check_weights);
/// [`Error::NonFinite`] for scores that are not finite; [`Error::InvalidParameter`] for a truth of another number of
/// classes than two; [`Error::Unsupported`] where all rows are of one class, for which scikit-learn returns NaN. Takes
/// O(n log n).
///
/// Reference: scikit-learn's `roc_curve`.
///
/// ```
/// use certifit::metric::roc_curve;
/// let curve = roc_curve(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// assert_eq!(curve.fpr.to_vec(), [0.0, 0.0, 0.5, 0.5, 1.0]);
/// assert_eq!(curve.tpr.to_vec(), [0.0, 0.5, 0.5, 1.0, 1.0]);
/// assert_eq!(curve.thresholds.to_vec(), [f64::INFINITY, 0.8, 0.4, 0.35, 0.1]);
/// assert_eq!(curve.auc(), 0.75);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn roc_curve<T, S>(y_true: &T, y_score: &S) -> Result<RocCurve>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    Ok(RocCurve::of(without_lines(thresholds(y_true, y_score)?)))
}

impl RocCurve {
    /// The curve with a point for each distinct score; scikit-learn's `drop_intermediate=False`.
    ///
    /// # Errors
    /// Those of [`roc_curve`].
    pub fn with_all_points<T, S>(y_true: &T, y_score: &S) -> Result<Self>
    where
        T: Targets + ?Sized,
        T::Value: Label,
        S: ClassValues<T::Value> + ?Sized,
    {
        Ok(Self::of(thresholds(y_true, y_score)?))
    }

    fn of(points: Thresholds) -> Self {
        let (positives, negatives) = points.totals();
        let rates = |sums: Vec<f64>, total: f64| {
            std::iter::once(0.0).chain(sums.into_iter().map(|sum| sum / total)).collect()
        };
        Self {
            fpr: rates(points.false_positives, negatives),
            tpr: rates(points.true_positives, positives),
            thresholds: std::iter::once(f64::INFINITY).chain(points.scores).collect(),
        }
    }

    /// The area under the curve, by the trapezoidal rule.
    pub fn auc(&self) -> f64 {
        let points = || self.fpr.iter().zip(&self.tpr);
        let piece = |((x0, y0), (x1, y1)): ((&f64, &f64), (&f64, &f64))| (x1 - x0) * (y0 + y1) / 2.0;
        points().zip(points().skip(1)).map(piece).sum()
    }
}

fn thresholds<T, S>(y_true: &T, y_score: &S) -> Result<Thresholds>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    let points = Thresholds::new(Judged::scores(y_true, y_score)?.two_classes()?);
    match points.totals() {
        (positives, negatives) if positives > 0.0 && negatives > 0.0 => Ok(points),
        _ => Err(Error::Unsupported {
            what: "a ROC curve of rows of one class",
            reason: "it needs positive and negative rows",
        }),
    }
}

/// Without the points at which neither sum bends.
fn without_lines(points: Thresholds) -> Thresholds {
    let n = points.scores.len();
    let bends = |sums: &[f64], i: usize| (sums[i + 1] - sums[i]) - (sums[i] - sums[i - 1]) != 0.0;
    let keeps = |i: usize| {
        i == 0 || i + 1 == n || bends(&points.false_positives, i) || bends(&points.true_positives, i)
    };
    let kept: Vec<usize> = (0..n).filter(|&i| keeps(i)).collect();
    let of = |values: &[f64]| kept.iter().map(|&i| values[i]).collect();
    Thresholds {
        scores: of(&points.scores),
        true_positives: of(&points.true_positives),
        false_positives: of(&points.false_positives),
    }
}
