//! The mean precision over all that is found.

use super::judged::Judged;
use super::one_vs_rest::one_vs_rest;
use super::precision_recall_curve::PrecisionRecallCurve;
use super::{Average, ClassValues, Metric};
use crate::data::{Label, Targets};
use crate::error::Result;

/// The mean of the precision at each threshold, weighted by how much more is found there than at the one before:
/// Σ (Rᵢ − Rᵢ₊₁) Pᵢ.
///
/// The positive class is the second one: the larger label, or as [`OfClasses`](super::OfClasses) says. Of more classes,
/// the mean over the classes of each against the rest; [`AveragePrecision`] has other averages. It is 0 where no row is
/// positive, as in scikit-learn.
///
/// # Errors
/// Those of [`precision_recall_curve`](super::precision_recall_curve), for any number of classes from two on.
///
/// Reference: scikit-learn's `average_precision_score`.
///
/// ```
/// use certifit::metric::average_precision_score;
/// assert_eq!(average_precision_score(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?, 0.5 + 0.5 * 2.0 / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn average_precision_score<T, S>(y_true: &T, y_score: &S) -> Result<f64>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    AveragePrecision::new().evaluate(y_true, y_score)
}

/// [`average_precision_score`] of decision values as a scorer; scikit-learn's `"average_precision"`.
///
/// | parameter | default | values |
/// |---|---|---|
/// | `average` | [`Average::Macro`] | of more than two classes: `Macro`, `Weighted` or `Micro` |
///
/// ```
/// use certifit::metric::{AveragePrecision, Metric};
/// let scores = ndarray::array![[2.0, 0.0, 1.0], [0.5, 1.0, 0.0], [0.0, 2.0, 3.0]];
/// assert_eq!(AveragePrecision::new().evaluate(&["a", "b", "c"], &scores)?, (1.0 + 0.5 + 1.0) / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AveragePrecision {
    average: Average,
}

impl AveragePrecision {
    /// The plain mean over the classes, if there are more than two.
    pub fn new() -> Self {
        Self { average: Average::Macro }
    }

    /// How more than two classes are averaged.
    #[must_use]
    pub fn average(self, average: Average) -> Self {
        Self { average }
    }
}

impl Default for AveragePrecision {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S> Metric<T, S> for AveragePrecision
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    fn evaluate(&self, y_true: &T, y_score: &S) -> Result<f64> {
        let judged = Judged::scores(y_true, y_score)?;
        let score = |rows| Ok(PrecisionRecallCurve::of(rows).average_precision());
        match judged.classes.len() {
            2 => score(judged.two_classes()?),
            _ => one_vs_rest(&judged, self.average, score),
        }
    }
}

scores!(AveragePrecision, on Decisions);
