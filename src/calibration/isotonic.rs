//! The best ascending function.

use super::calibrator::on_line;
use super::{Calibration, Calibrator, Scored};
use crate::error::Result;

/// The probability as an ascending function of the score: isotonic regression.
///
/// The values at the scores f₁ < f₂ < … minimise Σᵢ wᵢ (vᵢ − yᵢ)², with yᵢ = 1 for rows of the class and 0 for others,
/// over all v₁ ≤ v₂ ≤ …; between two scores it is the line between their values, beyond the first and the last it is
/// constant. It takes any shape, and so needs more rows than [`Sigmoid`](super::Sigmoid): about a thousand. It has no
/// parameters.
///
/// # Errors
/// None.
///
/// # Cost
/// O(n log n).
///
/// # References
/// Zadrozny and Elkan 2002, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates",
/// doi:10.1145/775047.775151; Best and Chakravarti 1990, "Active Set Algorithms for Isotonic Regression",
/// doi:10.1007/BF01580873 (pool adjacent violators); scikit-learn's `CalibratedClassifierCV(method='isotonic')`.
///
/// ```
/// use certifit::calibration::{Calibration, Calibrator, Isotonic, Scored};
/// let row = |score, positive| Scored { score, positive, weight: 1.0 };
/// let fitted = Isotonic.fit(&[row(1.0, false), row(2.0, true), row(3.0, false), row(4.0, true)])?;
/// assert_eq!(fitted.probability(2.0), 0.5); // the second and the third would descend: both have their mean
/// assert_eq!(fitted.probability(3.5), 0.75);
/// assert_eq!(fitted.probability(9.0), 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Isotonic;

/// What [`Isotonic`] learns: corners of a line, both coordinates ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedIsotonic {
    scores: Vec<f64>,
    probabilities: Vec<f64>,
}

impl FittedIsotonic {
    /// The scores of the corners, ascending.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// The probabilities at the corners.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }
}

impl Calibration for FittedIsotonic {
    fn probability(&self, score: f64) -> f64 {
        let above = self.scores.partition_point(|&corner| corner < score);
        let corner = |index: usize| Some((*self.scores.get(index)?, *self.probabilities.get(index)?));
        match (above.checked_sub(1).and_then(corner), corner(above)) {
            (Some(one), Some(other)) => on_line(one, other, score),
            (Some((_, end)), None) | (None, Some((_, end))) => end,
            (None, None) => 0.0, // there is at least one row
        }
    }
}

impl Calibrator for Isotonic {
    type Fitted = FittedIsotonic;

    fn fit(&self, rows: &[Scored]) -> Result<FittedIsotonic> {
        let (mut scores, mut probabilities) = (Vec::new(), Vec::new());
        for pool in pools(rows) {
            scores.push(pool.first);
            probabilities.push(pool.mean());
            if pool.last > pool.first {
                scores.push(pool.last);
                probabilities.push(pool.mean());
            }
        }
        Ok(FittedIsotonic { scores, probabilities })
    }
}

/// Neighbouring scores that share a value.
#[derive(Debug, Clone, Copy)]
struct Pool {
    first: f64,
    last: f64,
    positives: f64,
    weight: f64,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.positives / self.weight
    }

    fn with(self, next: Self) -> Self {
        let (positives, weight) = (self.positives + next.positives, self.weight + next.weight);
        Self { first: self.first, last: next.last, positives, weight }
    }
}

/// Pool adjacent violators: pools whose means ascend.
fn pools(rows: &[Scored]) -> Vec<Pool> {
    let mut order: Vec<&Scored> = rows.iter().collect();
    // Stable: the weights of equal scores are added up in their order.
    order.sort_by(|a, b| a.score.total_cmp(&b.score));
    let mut pools: Vec<Pool> = Vec::new();
    let mut order = order.into_iter().peekable();
    while let Some(row) = order.next() {
        let one = |row: &Scored| Pool {
            first: row.score,
            last: row.score,
            positives: if row.positive { row.weight } else { 0.0 },
            weight: row.weight,
        };
        let mut pool = one(row);
        while let Some(same) = order.next_if(|next| next.score == row.score) {
            pool = pool.with(one(same));
        }
        while let Some(before) = pools.pop_if(|before| before.mean() >= pool.mean()) {
            pool = before.with(pool);
        }
        pools.push(pool);
    }
    pools
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_share_a_value_and_weights_count() -> Result<()> {
        let row = |score, positive, weight| Scored { score, positive, weight };
        let rows = [row(0.0, true, 1.0), row(-0.0, false, 3.0), row(1.0, true, 2.0), row(2.0, false, 2.0)];
        let fitted = Isotonic.fit(&rows)?;
        assert_eq!(fitted.scores(), [0.0, 1.0, 2.0]);
        assert_eq!(fitted.probabilities(), [0.25, 0.5, 0.5]);
        assert_eq!([-5.0, 0.5, 1.5].map(|score| fitted.probability(score)), [0.25, 0.375, 0.5]);
        let one = Isotonic.fit(&[row(3.0, true, 0.5)])?;
        assert_eq!((one.probability(2.0), one.probability(3.0), one.probability(4.0)), (1.0, 1.0, 1.0));
        Ok(())
    }
}
