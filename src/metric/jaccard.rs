//! The overlap of what is and what is predicted.

use super::class_scores::{Ratio, precision_recall_fscore_support};
use super::precision_recall::averaged_scorer;
use super::{AllClasses, Averaging, ClassChoice, Metric};
use crate::data::{Label, Targets};
use crate::error::Result;

/// The rows of a class that are predicted as it, over those that are of the class or predicted as it:
/// tp / (tp + fp + fn), averaged over the classes.
///
/// Parameters are those of [`precision_score`](super::precision_score).
///
/// # Errors
/// Those of [`precision_score`](super::precision_score).
///
/// Reference: scikit-learn's `jaccard_score`.
///
/// ```
/// use certifit::metric::{Average, jaccard_score};
/// let (truth, predicted) = ([0, 1, 1, 1], [0, 0, 1, 1]);
/// assert_eq!(jaccard_score(&truth, &predicted, Average::Binary)?, 2.0 / 3.0);
/// assert_eq!(jaccard_score(&truth, &predicted, Average::positive(0))?, 0.5);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn jaccard_score<T, P, C>(y_true: &T, y_pred: &P, average: impl Into<Averaging<C>>) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
    C: ClassChoice<T::Value>,
{
    average.into().apply(precision_recall_fscore_support(y_true, y_pred)?, Ratio::JACCARD)
}

averaged_scorer! {
    /// [`jaccard_score`] as a scorer; scikit-learn's `"jaccard"`, `"jaccard_macro"` and so on.
    ///
    /// | parameter | default | values |
    /// |---|---|---|
    /// | `average` | [`Average::Binary`](super::Average::Binary) | an [`Average`](super::Average), or one with options |
    ///
    /// ```
    /// use certifit::metric::{Average, Jaccard, Metric};
    /// let jaccard = Jaccard::new().average(Average::Macro);
    /// assert_eq!(jaccard.evaluate(&['a', 'b', 'b'], &['a', 'b', 'a'])?, 0.5);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    Jaccard, jaccard_score
}
