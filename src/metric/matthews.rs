//! The correlation of truth and predictions.

use super::class_scores::precision_recall_fscore_support;
use crate::data::{Label, Targets};
use crate::error::Result;

/// Matthews' correlation coefficient: (c − Σ tₖ pₖ) / √((1 − Σ tₖ²) (1 − Σ pₖ²)), with c the share of rows that are
/// right, tₖ the share of class k in the truth and pₖ in the predictions.
///
/// 1 is perfect and 0 as good as guessing; of two classes −1 is always wrong. It is 0 where truth or predictions are
/// all of one class, as in scikit-learn.
///
/// # Errors
/// Those of [`accuracy_score`](super::accuracy_score).
///
/// Reference: scikit-learn's `matthews_corrcoef`; Gorodkin, "Comparing two K-category assignments by a K-category
/// correlation coefficient", 2004, equation 8.
///
/// ```
/// use certifit::metric::matthews_corrcoef;
/// assert!((matthews_corrcoef(&[0, 0, 1, 1], &[1, 1, 0, 0])? + 1.0).abs() < 1e-15);
/// assert_eq!(matthews_corrcoef(&[0, 0, 1, 1], &[0, 1, 0, 1])?, 0.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn matthews_corrcoef<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    let scores = precision_recall_fscore_support(y_true, y_pred)?;
    let total = scores.total();
    // Shares and not counts, whose fourth powers may overflow.
    let shares =
        || scores.counts().iter().map(|of| (of.support / total.support, of.predicted / total.support));
    let covariance = total.hits / total.support - shares().map(|(t, p)| t * p).sum::<f64>();
    let spread_true = spread(shares().map(|(t, _)| t));
    let spread_predicted = spread(shares().map(|(_, p)| p));
    let spread = spread_true.sqrt() * spread_predicted.sqrt();
    Ok(if spread > 0.0 { (covariance / spread).clamp(-1.0, 1.0) } else { 0.0 })
}

/// Σ pₖ (1 − pₖ) of shares that sum to 1: twice the products of pairs, and so exactly 0 where there is but one.
fn spread(shares: impl Iterator<Item = f64>) -> f64 {
    let (sum, _) =
        shares.fold((0.0, 0.0), |(sum, before), share| (sum + 2.0 * share * before, before + share));
    sum
}

scorer! {
    labels,
    /// [`matthews_corrcoef`] as a scorer; scikit-learn's `"matthews_corrcoef"`.
    ///
    /// ```
    /// use certifit::metric::{MatthewsCorrcoef, Metric};
    /// assert_eq!(MatthewsCorrcoef.evaluate(&["a", "b"], &["a", "a"])?, 0.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    MatthewsCorrcoef, matthews_corrcoef
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;

    #[test]
    fn predictions_of_one_class_correlate_with_nothing() -> Result<()> {
        for factor in [1.0, 68.540_478_299_447_98] {
            let weights = [0.1, 3.628_276_040_236_495_5, 0.170_488_575_583_865_15].map(|w| w * factor);
            assert_eq!(matthews_corrcoef(&[3, 0, 0].weighted(&weights)?, &[3, 3, 3])?, 0.0);
        }
        Ok(())
    }

    #[test]
    fn huge_weights_do_not_overflow() -> Result<()> {
        let (truth, predicted) = ([0, 1, 1, 0, 2], [0, 1, 0, 0, 1]);
        let huge = matthews_corrcoef(&truth.weighted(&[f64::MAX / 8.0; 5])?, &predicted)?;
        approx::assert_relative_eq!(huge, matthews_corrcoef(&truth, &predicted)?, max_relative = 1e-14);
        Ok(())
    }
}
