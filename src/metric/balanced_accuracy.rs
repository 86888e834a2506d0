//! The share of right answers, class by class.

use super::class_scores::{Ratio, precision_recall_fscore_support};
use super::{Average, Metric, ZeroDivision};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};

/// The mean over the classes of the share of their rows that are predicted right: each class counts the same, however
/// few rows it has.
///
/// Classes are those of the truth: a label that is only predicted has no rows to be right about.
/// [`BalancedAccuracy::adjusted`] has the one in which guessing scores 0.
///
/// # Errors
/// Those of [`accuracy_score`](super::accuracy_score).
///
/// Reference: scikit-learn's `balanced_accuracy_score`.
///
/// ```
/// use certifit::metric::balanced_accuracy_score;
/// let (truth, predicted) = (["ill", "well", "well", "well"], ["well", "well", "well", "well"]);
/// assert_eq!(balanced_accuracy_score(&truth, &predicted)?, 0.5); // the accuracy is 0.75
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn balanced_accuracy_score<T, P>(y_true: &T, y_pred: &P) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    BalancedAccuracy::new().evaluate(y_true, y_pred)
}

/// [`balanced_accuracy_score`] as a scorer; scikit-learn's `"balanced_accuracy"`.
///
/// | parameter | default | values |
/// |---|---|---|
/// | `adjusted` | `false` | whether 1/k, what guessing gets of k classes, is made 0: (score − 1/k) / (1 − 1/k) |
///
/// # Errors
/// Those of [`balanced_accuracy_score`]; where adjusted, [`Error::Unsupported`] for a truth of one class, for which
/// scikit-learn returns NaN or −∞.
///
/// ```
/// use certifit::metric::{BalancedAccuracy, Metric};
/// let adjusted = BalancedAccuracy::new().adjusted(true);
/// assert_eq!(adjusted.evaluate(&[0, 0, 0, 1], &[0, 0, 0, 0])?, 0.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BalancedAccuracy {
    adjusted: bool,
}

impl BalancedAccuracy {
    /// Not adjusted for chance.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether what guessing gets is made 0.
    #[must_use]
    pub fn adjusted(self, adjusted: bool) -> Self {
        Self { adjusted }
    }
}

impl<T, P> Metric<T, P> for BalancedAccuracy
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    fn evaluate(&self, y_true: &T, y_pred: &P) -> Result<f64> {
        // The recall of a class without rows is NaN, and is left out of the mean.
        let scores = precision_recall_fscore_support(y_true, y_pred)?.zero_division(ZeroDivision::NaN);
        let score = scores.averaged(Ratio::RECALL, Average::Macro);
        if !self.adjusted {
            return Ok(score);
        }
        match scores.counts().iter().filter(|of| of.support > 0.0).count() {
            0 | 1 => Err(Error::Unsupported {
                what: "the adjusted balanced accuracy of rows of one class",
                reason: "guessing is always right there; score rows of several classes",
            }),
            n_classes => {
                let chance = 1.0 / n_classes as f64;
                Ok((score - chance) / (1.0 - chance))
            }
        }
    }
}

scores!(BalancedAccuracy, on Predictions);
