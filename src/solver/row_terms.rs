//! What a certificate needs of each row, in loops that become vector instructions.

use super::design::Design;
use super::problem::{Coefficients, Problem};
use crate::loss::{DualLoss, Loss, SmoothLoss};
use crate::simd::Kernel;

/// How many sums run side by side.
const LANES: usize = 8;

/// Rounding of a score, in units of the last place of its terms.
const ROUNDING: f64 = 4.0;

/// Σ βᵢ x̃ᵢ at w = 0, b = 0, for the dual point of the slopes there.
pub(super) fn pull_at_zero<L: SmoothLoss, R>(problem: &Problem<'_, L, R>, design: &Design<'_>) -> Vec<f64> {
    let scores = vec![0.0; problem.n_rows()];
    let mut beta = scores.clone();
    of_slope(&problem.loss).fill(0, &problem.y, &problem.c, &scores, &mut beta);
    design.weighted_sum(&beta)
}

/// What rounding of the coefficients and the scores alone adds to the objective.
pub(super) fn rounding<L: Loss, R>(problem: &Problem<'_, L, R>, scores: &[f64], at: &Coefficients) -> f64 {
    // Of scores as they are summed, in the sizes of their terms, and of the coefficients that are returned.
    let of_sums = ROUNDING * f64::EPSILON * (1.0 + at.w.len() as f64).sqrt();
    let unit = of_sums.max(problem.x.epsilon());
    let rows = problem.y.iter().zip(&problem.c).zip(scores);
    rows.map(|((y, c), p)| c * problem.loss.rounding(unit * (y.abs() + p.abs() + at.b.abs()))).sum()
}

/// A dual point that is offered, before it is drawn into its intervals.
pub(super) trait Offer: Sync {
    /// The βᵢ of the rows from `first` on.
    fn fill(&self, first: usize, y: &[f64], c: &[f64], scores: &[f64], betas: &mut [f64]);
}

/// A dual point that is known; what is missing is 0.
pub(super) struct Given<'a>(pub(super) &'a [f64]);

impl Offer for Given<'_> {
    #[inline(always)]
    fn fill(&self, first: usize, _y: &[f64], _c: &[f64], _scores: &[f64], betas: &mut [f64]) {
        let known = self.0.get(first..).unwrap_or(&[]);
        let (filled, missing) = betas.split_at_mut(known.len().min(betas.len()));
        filled.iter_mut().zip(known).for_each(|(beta, known)| *beta = *known);
        missing.fill(0.0);
    }
}

/// A dual point that is a function of yᵢ, cᵢ and pᵢ.
pub(super) struct OfScore<F>(pub(super) F);

impl<F: Fn(f64, f64, f64) -> f64 + Sync> Offer for OfScore<F> {
    #[inline(always)]
    fn fill(&self, _first: usize, y: &[f64], c: &[f64], scores: &[f64], betas: &mut [f64]) {
        for (((beta, &y), &c), &p) in betas.iter_mut().zip(y).zip(c).zip(scores) {
            *beta = (self.0)(y, c, p);
        }
    }
}

/// βᵢ = −cᵢ ℓ′(yᵢ, pᵢ): the dual point that goes with the scores, for a smooth loss.
pub(super) fn of_slope<L: SmoothLoss>(loss: &L) -> OfScore<impl Fn(f64, f64, f64) -> f64 + Sync> {
    OfScore(|y: f64, c: f64, p: f64| -c * loss.derivative(y, p))
}

/// βᵢ = −cᵢ (ℓ′(yᵢ, pᵢ) + ℓ″(yᵢ, pᵢ) qᵢ): the dual point of the model of the loss at p, after a step that changes scores by q.
///
/// At the minimum of the model the slopes agree with those of the penalty whatever the size of the features; those at
/// p + q differ from these by what rounding makes of p + q, times ℓ″.
pub(super) fn of_model<L: SmoothLoss, R>(problem: &Problem<'_, L, R>, scores: &[f64], q: &[f64]) -> Vec<f64> {
    let loss = &problem.loss;
    let rows = problem.y.iter().zip(&problem.c).zip(scores.iter().zip(q));
    rows.map(|((&y, c), (&p, q))| -c * (loss.derivative(y, p) + loss.second_derivative(y, p) * q)).collect()
}

/// The βᵢ of some rows, drawn into their intervals; Σ cᵢ ℓ.
pub(super) struct DualPoint<'a, L, B> {
    pub(super) loss: &'a L,
    pub(super) offer: &'a B,
    pub(super) first: usize,
    pub(super) y: &'a [f64],
    pub(super) c: &'a [f64],
    pub(super) scores: &'a [f64],
    pub(super) betas: &'a mut [f64],
}

impl<L: DualLoss, B: Offer> Kernel for DualPoint<'_, L, B> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        self.offer.fill(self.first, self.y, self.c, self.scores, self.betas);
        for ((beta, &y), &c) in self.betas.iter_mut().zip(self.y).zip(self.c) {
            let (low, high) = self.loss.dual_bounds(y, c);
            // Not `clamp`, which may panic and so is not made into vector instructions.
            *beta = if beta.is_finite() { beta.max(low).min(high) } else { 0.0 };
        }
        let mut lanes = [0.0; LANES];
        let (y, y_rest) = self.y.as_chunks::<LANES>();
        let (c, c_rest) = self.c.as_chunks::<LANES>();
        let (scores, scores_rest) = self.scores.as_chunks::<LANES>();
        for ((y, c), score) in y.iter().zip(c).zip(scores) {
            for lane in 0..LANES {
                lanes[lane] += c[lane] * self.loss.value(y[lane], score[lane]);
            }
        }
        let rest = y_rest.iter().zip(c_rest).zip(scores_rest);
        lanes.iter().sum::<f64>() + rest.map(|((&y, c), &score)| c * self.loss.value(y, score)).sum::<f64>()
    }
}

/// Σ of the rows' gaps.
pub(super) struct RowGaps<'a, L> {
    pub(super) loss: &'a L,
    pub(super) y: &'a [f64],
    pub(super) c: &'a [f64],
    pub(super) scores: &'a [f64],
    pub(super) betas: &'a [f64],
}

impl<L: DualLoss> Kernel for RowGaps<'_, L> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut gaps = [0.0; LANES];
        let (y, y_rest) = self.y.as_chunks::<LANES>();
        let (c, c_rest) = self.c.as_chunks::<LANES>();
        let (scores, scores_rest) = self.scores.as_chunks::<LANES>();
        let (betas, betas_rest) = self.betas.as_chunks::<LANES>();
        for (((y, c), score), beta) in y.iter().zip(c).zip(scores).zip(betas) {
            for lane in 0..LANES {
                gaps[lane] += self.loss.fenchel_young(y[lane], score[lane], beta[lane], c[lane]);
            }
        }
        let rest = y_rest.iter().zip(c_rest).zip(scores_rest).zip(betas_rest);
        let of_row = |(((&y, &c), &p), &beta)| self.loss.fenchel_young(y, p, beta, c);
        gaps.iter().sum::<f64>() + rest.map(of_row).sum::<f64>()
    }
}
