//! How far two judges agree beyond chance.

use super::{Metric, confusion_matrix};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};

/// What a disagreement costs, by the positions i and j of the two labels among all labels, ascending.
///
/// | value | cost |
/// |---|---|
/// | `Equal` (default) | 1 for any two different labels |
/// | `Linear` | \|i − j\| |
/// | `Quadratic` | (i − j)² |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum KappaWeights {
    /// All disagreements are alike.
    #[default]
    Equal,
    /// The distance of the labels.
    Linear,
    /// The squared distance of the labels.
    Quadratic,
}

impl KappaWeights {
    fn cost(self, i: usize, j: usize) -> f64 {
        let distance = i.abs_diff(j) as f64;
        match self {
            Self::Equal => f64::from(i != j),
            Self::Linear => distance,
            Self::Quadratic => distance * distance,
        }
    }
}

/// Cohen's kappa: 1 − Σ wᵢⱼ oᵢⱼ / Σ wᵢⱼ eᵢⱼ, with oᵢⱼ the share of rows that the one judge calls i and the other j,
/// eᵢⱼ what that would be if they judged independently, and wᵢⱼ the cost of the disagreement.
///
/// 1 is perfect agreement, 0 as much as by chance. It does not matter which of the two comes first, but for the
/// sample weights, which travel with the first.
///
/// # Errors
/// Those of [`confusion_matrix`], and [`Error::Unsupported`] where only one label occurs, for which scikit-learn
/// returns NaN. Takes O(n log k + k²) for n rows and k labels.
///
/// Reference: scikit-learn's `cohen_kappa_score`; Cohen, "A coefficient of agreement for nominal scales", 1960.
///
/// ```
/// use certifit::metric::{KappaWeights, cohen_kappa_score};
/// let (one, other) = ([1, 2, 3, 3], [1, 2, 3, 2]);
/// assert_eq!(cohen_kappa_score(&one, &other, KappaWeights::Equal)?, 0.6363636363636364);
/// assert_eq!(cohen_kappa_score(&one, &other, KappaWeights::Quadratic)?, 0.8);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn cohen_kappa_score<T, P>(y1: &T, y2: &P, weights: KappaWeights) -> Result<f64>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    let matrix = confusion_matrix(y1, y2)?;
    // Shares, so that no product of two sums overflows.
    let total = matrix.counts().sum();
    let shares = matrix.counts().mapv(|count| count / total);
    let (first, second) = (shares.sum_axis(ndarray::Axis(1)), shares.sum_axis(ndarray::Axis(0)));
    let (mut observed, mut expected) = (0.0, 0.0);
    for ((i, j), share) in shares.indexed_iter() {
        observed += weights.cost(i, j) * share;
        expected += weights.cost(i, j) * first[i] * second[j];
    }
    if expected == 0.0 {
        return Err(Error::Unsupported {
            what: "Cohen's kappa of a single label",
            reason: "two judges who know one label only cannot disagree",
        });
    }
    Ok(1.0 - observed / expected)
}

/// [`cohen_kappa_score`] as a scorer.
///
/// | parameter | default | values |
/// |---|---|---|
/// | `weights` | [`KappaWeights::Equal`] | what a disagreement costs |
///
/// ```
/// use certifit::metric::{CohenKappa, KappaWeights, Metric};
/// let kappa = CohenKappa::new().weights(KappaWeights::Linear);
/// assert_eq!(kappa.evaluate(&[1, 2, 3], &[1, 2, 3])?, 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CohenKappa {
    weights: KappaWeights,
}

impl CohenKappa {
    /// All disagreements are alike.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a disagreement costs.
    #[must_use]
    pub fn weights(self, weights: KappaWeights) -> Self {
        Self { weights }
    }
}

impl<T, P> Metric<T, P> for CohenKappa
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    fn evaluate(&self, y_true: &T, y_pred: &P) -> Result<f64> {
        cohen_kappa_score(y_true, y_pred, self.weights)
    }
}

scores!(CohenKappa, on Predictions);
