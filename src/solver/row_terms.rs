//! What a certificate needs of each row, in loops that become vector instructions.

use crate::loss::DualLoss;
use crate::simd::Kernel;

/// How many sums run side by side.
const LANES: usize = 8;

/// The βᵢ of some rows, drawn into their intervals; Σ cᵢ ℓ.
pub(super) struct DualPoint<'a, L, B> {
    pub(super) loss: &'a L,
    pub(super) beta: &'a B,
    pub(super) first: usize,
    pub(super) y: &'a [f64],
    pub(super) c: &'a [f64],
    pub(super) scores: &'a [f64],
    pub(super) betas: &'a mut [f64],
}

impl<L: DualLoss, B: Fn(usize, f64) -> f64> Kernel for DualPoint<'_, L, B> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let rows = self.y.iter().zip(self.c).zip(self.scores);
        for ((row, own), ((&y, &c), &score)) in (self.first..).zip(&mut *self.betas).zip(rows.clone()) {
            let (low, high) = self.loss.dual_bounds(y, c);
            let wanted = (self.beta)(row, score);
            // Not `clamp`, which may panic and so is not made into vector instructions.
            *own = if wanted.is_finite() { wanted.max(low).min(high) } else { 0.0 };
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

/// Σ φᵢ(βᵢ), and Σ of the rows' gaps.
pub(super) struct RowTerms<'a, L> {
    pub(super) loss: &'a L,
    pub(super) y: &'a [f64],
    pub(super) c: &'a [f64],
    pub(super) scores: &'a [f64],
    pub(super) betas: &'a [f64],
}

impl<L: DualLoss> Kernel for RowTerms<'_, L> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> (f64, f64) {
        let (mut terms, mut gaps) = ([0.0; LANES], [0.0; LANES]);
        let (y, y_rest) = self.y.as_chunks::<LANES>();
        let (c, c_rest) = self.c.as_chunks::<LANES>();
        let (scores, scores_rest) = self.scores.as_chunks::<LANES>();
        let (betas, betas_rest) = self.betas.as_chunks::<LANES>();
        for (((y, c), score), beta) in y.iter().zip(c).zip(scores).zip(betas) {
            for lane in 0..LANES {
                terms[lane] += self.loss.dual_term(y[lane], beta[lane], c[lane]);
                gaps[lane] += self.loss.fenchel_young(y[lane], score[lane], beta[lane], c[lane]);
            }
        }
        let (mut term, mut gap) = (terms.iter().sum::<f64>(), gaps.iter().sum::<f64>());
        let rest = y_rest.iter().zip(c_rest).zip(scores_rest).zip(betas_rest);
        for (((&y, &c), &score), &beta) in rest {
            term += self.loss.dual_term(y, beta, c);
            gap += self.loss.fenchel_young(y, score, beta, c);
        }
        (term, gap)
    }
}
