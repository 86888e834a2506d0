//! Whether what is said to be probable does happen as often.

use super::ClassValues;
use super::judged::Judged;
use crate::data::{Label, Sorted, Targets};
use crate::error::{Error, Result};
use ndarray::Array1;

/// How a [`calibration_curve`] puts probabilities together.
///
/// | bins | borders |
/// |---|---|
/// | `Uniform(n)` | n of the same width between 0 and 1 |
/// | `Quantile(n)` | n of about the same weight of rows: quantiles of the probabilities, of two the mean where both are |
///
/// A probability on a border belongs to the bin below. Quantiles are those of repeated rows where rows have weights;
/// scikit-learn's are interpolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bins {
    /// Of the same width.
    Uniform(usize),
    /// Of the same weight.
    Quantile(usize),
}

impl Default for Bins {
    fn default() -> Self {
        Self::Uniform(5)
    }
}

/// Predicted probabilities against what happened, made by [`calibration_curve`]; one entry a bin that is not empty.
///
/// Well calibrated probabilities lie near the diagonal.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CalibrationCurve {
    /// The share of positive rows in each bin.
    pub prob_true: Array1<f64>,
    /// The mean predicted probability in each bin, ascending.
    pub prob_pred: Array1<f64>,
    /// The weight of the rows in each bin.
    pub weight: Array1<f64>,
}

impl CalibrationCurve {
    /// Σ wᵦ |share − mean probability| / Σ wᵦ over the bins: the expected calibration error.
    pub fn error(&self) -> f64 {
        let bins = self.prob_true.iter().zip(&self.prob_pred).zip(&self.weight);
        bins.map(|((truth, predicted), weight)| weight * (truth - predicted).abs()).sum::<f64>()
            / self.weight.sum()
    }
}

/// The share of positive rows among those whose predicted probability is about the same, for a truth of two classes.
///
/// The positive class is the second one: the larger label, or as [`OfClasses`](super::OfClasses) says.
///
/// # Errors
/// Those of [`log_loss`](super::log_loss), and [`Error::InvalidParameter`] for no bins and for a truth of another number
/// of classes than two. Takes O(n log n).
///
/// Reference: scikit-learn's `calibration_curve`.
///
/// ```
/// use certifit::metric::{Bins, calibration_curve};
/// let truth = [0, 0, 0, 0, 1, 1, 1, 1, 1];
/// let predicted = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0];
/// let curve = calibration_curve(&truth, &predicted, Bins::Uniform(3))?;
/// assert_eq!(curve.prob_true.to_vec(), [0.0, 0.5, 1.0]);
/// let mean = curve.prob_pred.mapv(|p| (1000.0 * p).round() / 1000.0);
/// assert_eq!(mean.to_vec(), [0.2, 0.525, 0.85]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn calibration_curve<T, S>(y_true: &T, y_prob: &S, bins: Bins) -> Result<CalibrationCurve>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    let rows = Judged::probabilities(y_true, y_prob)?.two_classes()?;
    let (Bins::Uniform(n) | Bins::Quantile(n)) = bins;
    if n == 0 {
        return Err(Error::invalid_parameter("bins", bins, "at least one"));
    }
    let share = |border: usize| border as f64 / n as f64;
    let borders: Vec<f64> = match bins {
        Bins::Uniform(_) => (1..n).map(share).collect(),
        Bins::Quantile(_) => {
            let scores = Sorted::new(rows.iter().map(|row| (row.weight, row.score)).collect());
            (1..n).map(|border| scores.averaged_inverted_cdf(share(border))).collect()
        }
    };
    let mut sums = vec![(0.0, 0.0, 0.0); n];
    for row in &rows {
        let (positives, predicted, weight) = &mut sums[borders.partition_point(|&border| border < row.score)];
        *positives += if row.positive { row.weight } else { 0.0 };
        *predicted += row.weight * row.score;
        *weight += row.weight;
    }
    sums.retain(|&(_, _, weight)| weight > 0.0);
    Ok(CalibrationCurve {
        prob_true: sums.iter().map(|(positives, _, weight)| positives / weight).collect(),
        prob_pred: sums.iter().map(|(_, predicted, weight)| predicted / weight).collect(),
        weight: sums.iter().map(|&(_, _, weight)| weight).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;

    #[test]
    fn quantiles_hold_the_same_weight() -> Result<()> {
        let (truth, predicted) = ([0, 1, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.6, 0.8, 0.9]);
        let curve = calibration_curve(&truth, &predicted, Bins::Quantile(3))?;
        assert_eq!(curve.weight.to_vec(), [2.0, 2.0, 2.0]);
        assert_eq!(curve.prob_true.to_vec(), [0.5, 0.5, 1.0]);
        let twice = calibration_curve(&truth.weighted(&[2.0; 6])?, &predicted, Bins::Quantile(3))?;
        assert_eq!(twice.prob_pred, curve.prob_pred);
        approx::assert_relative_eq!(curve.error(), (0.35 + 0.05 + 0.15) / 3.0, max_relative = 1e-12);
        Ok(())
    }

    #[test]
    fn what_cannot_be_binned_is_refused() {
        let none = calibration_curve(&[0, 1], &[0.1, 0.2], Bins::Uniform(0));
        assert!(matches!(none, Err(Error::InvalidParameter { name: "bins", .. })));
        assert!(calibration_curve(&[0, 1], &[0.1, 1.2], Bins::default()).is_err());
    }
}
