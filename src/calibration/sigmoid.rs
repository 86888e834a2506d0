//! Platt's sigmoid.

use super::{Calibration, Calibrator, Scored};
use crate::error::{Error, Result};
use crate::loss::{sigmoid, softplus};

/// Newton steps; from any start some ten are enough.
const MAX_STEPS: usize = 100;

/// The probability σ(−(a f + b)) of a score f, with σ(t) = 1/(1 + e⁻ᵗ): Platt's way.
///
/// a and b minimise Σᵢ wᵢ [ln(1 + e^zᵢ) − tᵢ zᵢ] with zᵢ = −(a fᵢ + b) and targets that keep away from 0 and 1:
/// tᵢ = (N₊ + 1)/(N₊ + 2) for rows of the class and 1/(N₋ + 2) for others, where N₊ and N₋ are the sums of their
/// weights.
///
/// For scores whose rows of either class are about normal with the same spread, such as those of a linear model, and
/// where there are few rows; [`Isotonic`](super::Isotonic) needs about a thousand. It has no parameters.
///
/// # Errors
/// None: the problem is convex, and has a minimum for any scores.
///
/// # Cost
/// O(n) a Newton step, of which there are about ten.
///
/// # References
/// Platt 1999, "Probabilistic Outputs for Support Vector Machines"; Lin, Lin and Weng 2007, "A Note on Platt's
/// Probabilistic Outputs for Support Vector Machines", doi:10.1007/s10994-007-5018-6; scikit-learn's
/// `CalibratedClassifierCV(method='sigmoid')`.
///
/// ```
/// use certifit::calibration::{Calibration, Calibrator, Scored, Sigmoid};
/// let row = |score, positive| Scored { score, positive, weight: 1.0 };
/// let rows = [row(-2.0, false), row(-1.0, false), row(1.0, true), row(2.0, true)];
/// let fitted = Sigmoid.fit(&rows)?;
/// assert!((fitted.probability(0.0) - 0.5).abs() < 1e-12);
/// // The targets are 3/4 and 1/4, not 1 and 0.
/// assert_eq!(format!("{:.2}", fitted.probability(1.5)), "0.73");
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sigmoid;

/// What a [`Sigmoid`] learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedSigmoid {
    a: f64,
    b: f64,
}

impl FittedSigmoid {
    /// The slope a: below 0 where the class is the more probable, the larger the score.
    pub fn a(&self) -> f64 {
        self.a
    }

    /// The offset b.
    pub fn b(&self) -> f64 {
        self.b
    }
}

impl Calibration for FittedSigmoid {
    fn probability(&self, score: f64) -> f64 {
        sigmoid(-(self.a * score + self.b))
    }
}

impl Calibrator for Sigmoid {
    type Fitted = FittedSigmoid;

    fn fit(&self, rows: &[Scored]) -> Result<FittedSigmoid> {
        // Scores between −1 and 1: the Hessian is then as well conditioned as it can be.
        let scale = rows.iter().map(|row| row.score.abs()).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let problem = Problem::new(rows, scale);
        let (slope, offset) = problem.minimum();
        let (a, b) = (-slope / scale, -offset);
        match a.is_finite() && b.is_finite() {
            true => Ok(FittedSigmoid { a, b }),
            false => Err(Error::Overflow { what: "the slope of a sigmoid", column: None }),
        }
    }
}

/// Minimise Σ w [ln(1 + e^z) − t z] over z = slope · f + offset.
struct Problem {
    /// f, t and w of each row.
    rows: Vec<(f64, f64, f64)>,
    start: (f64, f64),
}

impl Problem {
    fn new(rows: &[Scored], scale: f64) -> Self {
        let sum = |positive| -> f64 {
            rows.iter().filter(|row| row.positive == positive).map(|row| row.weight).sum()
        };
        let (negatives, positives) = (sum(false), sum(true));
        let target =
            |positive| if positive { (positives + 1.0) / (positives + 2.0) } else { 1.0 / (negatives + 2.0) };
        Self {
            rows: rows.iter().map(|row| (row.score / scale, target(row.positive), row.weight)).collect(),
            start: (0.0, ((positives + 1.0) / (negatives + 1.0)).ln()),
        }
    }

    fn value(&self, (slope, offset): (f64, f64)) -> f64 {
        let term = |&(f, t, w): &(f64, f64, f64)| {
            let z = slope * f + offset;
            // ln(1 + e^z) − t z, without the difference of two large numbers.
            w * (t * softplus(-z) + (1.0 - t) * softplus(z))
        };
        self.rows.iter().map(term).sum()
    }

    /// The gradient, and the Hessian as its entries (0, 0), (0, 1) and (1, 1).
    fn derivatives(&self, (slope, offset): (f64, f64)) -> ([f64; 2], [f64; 3]) {
        let (mut gradient, mut hessian) = ([0.0; 2], [0.0; 3]);
        for &(f, t, w) in &self.rows {
            let z = slope * f + offset;
            let (error, curvature) = (w * (sigmoid(z) - t), w * sigmoid(z) * sigmoid(-z));
            gradient[0] += error * f;
            gradient[1] += error;
            hessian[0] += curvature * f * f;
            hessian[1] += curvature * f;
            hessian[2] += curvature;
        }
        (gradient, hessian)
    }

    /// Newton's method with step halving: Lin, Lin and Weng's algorithm, to the end of the digits.
    fn minimum(&self) -> (f64, f64) {
        let mut at = self.start;
        for _ in 0..MAX_STEPS {
            let (gradient, hessian) = self.derivatives(at);
            let Some(next) = self.descend(at, gradient, newton_step(gradient, hessian)) else { break };
            at = next;
        }
        at
    }

    /// The first of the halved steps that descends enough. Near the minimum, where rounding hides the descent, one that
    /// halves the gradient; none at the end.
    fn descend(&self, at: (f64, f64), gradient: [f64; 2], step: (f64, f64)) -> Option<(f64, f64)> {
        let (value, slope) = (self.value(at), gradient[0] * step.0 + gradient[1] * step.1);
        let steepness = |gradient: [f64; 2]| gradient[0].hypot(gradient[1]);
        let mut length = 1.0;
        while length >= 1e-10 {
            let next = (at.0 + length * step.0, at.1 + length * step.1);
            if self.value(next) < value + 1e-4 * length * slope
                || steepness(self.derivatives(next).0) < 0.5 * steepness(gradient)
            {
                return Some(next);
            }
            length *= 0.5;
        }
        None
    }
}

/// −H⁻¹ g, with a little on the diagonal of H: scores that are all the same leave it singular.
fn newton_step(gradient: [f64; 2], hessian: [f64; 3]) -> (f64, f64) {
    let ridge = 1e-12 * hessian[0].max(hessian[2]).max(f64::MIN_POSITIVE);
    let (h00, h01, h11) = (hessian[0] + ridge, hessian[1], hessian[2] + ridge);
    let determinant = h00 * h11 - h01 * h01;
    (
        -(h11 * gradient[0] - h01 * gradient[1]) / determinant,
        -(h00 * gradient[1] - h01 * gradient[0]) / determinant,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[(f64, bool, f64)]) -> Vec<Scored> {
        rows.iter().map(|&(score, positive, weight)| Scored { score, positive, weight }).collect()
    }

    #[test]
    fn the_gradient_is_0_at_the_minimum() -> Result<()> {
        for scale in [1e-6, 1.0, 1e8] {
            let rows = rows(&[
                (-3.0 * scale, false, 1.0),
                (-0.2 * scale, true, 0.5),
                (0.1 * scale, false, 2.0),
                (2.0 * scale, true, 1.0),
                (7.0 * scale, true, 3.0),
            ]);
            let fitted = Sigmoid.fit(&rows)?;
            let target = |positive| if positive { 5.5 / 6.5 } else { 1.0 / 5.0 };
            let errors = rows.iter().map(|row| {
                (row.score / scale, row.weight * (fitted.probability(row.score) - target(row.positive)))
            });
            let (slope, offset) = errors.fold((0.0, 0.0), |sums, (f, e)| (sums.0 + e * f, sums.1 + e));
            assert!(slope.abs() < 1e-7 && offset.abs() < 1e-7, "{slope} {offset}");
        }
        Ok(())
    }

    #[test]
    fn one_class_and_equal_scores_have_an_answer() -> Result<()> {
        let all = Sigmoid.fit(&rows(&[(1.0, true, 1.0), (2.0, true, 1.0)]))?;
        approx::assert_relative_eq!(all.probability(1.5), 0.75, max_relative = 1e-6);
        let same = Sigmoid.fit(&rows(&[(3.0, true, 1.0), (3.0, false, 1.0), (3.0, false, 1.0)]))?;
        // (2/3 + 1/4 + 1/4)/3
        approx::assert_relative_eq!(same.probability(3.0), 7.0 / 18.0, max_relative = 1e-6);
        let zero = Sigmoid.fit(&rows(&[(0.0, true, 1.0), (0.0, false, 1.0)]))?;
        approx::assert_relative_eq!(zero.probability(0.0), 0.5, max_relative = 1e-9);
        Ok(())
    }
}
