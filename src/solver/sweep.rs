//! Visits of rows by dual coordinate descent.

use super::packed::RowAccess;
use crate::loss::DualLoss;
use crate::simd::{self, Kernel};

/// By how many visits rows are asked for ahead of their own.
const AHEAD: usize = 8;

/// What a visit of the active rows has seen and done.
pub(super) struct Swept {
    /// Σ of the gaps of the rows, and their part of the objective with that of w, each when it was visited.
    pub(super) gap: f64,
    pub(super) primal: f64,
    /// Σ βᵢ afterwards, where the intercept is free; else 0.
    pub(super) beta_sum: f64,
    /// The largest change of a βᵢ, in that of its scores.
    pub(super) moved: f64,
}

pub(super) struct Row {
    pub(super) y: f64,
    pub(super) c: f64,
    pub(super) beta: f64,
    /// ‖xᵢ‖² and, where there is an intercept, σ².
    pub(super) norm: f64,
    pub(super) sleeps: bool,
}

impl Row {
    /// Whether β at an end of its interval wants to leave it, for this score.
    #[inline(always)]
    pub(super) fn violates<L: DualLoss>(&self, loss: &L, p: f64) -> bool {
        let (low, high) = loss.dual_bounds(self.y, self.c);
        let slope = -loss.dual_ascent(self.y, p, self.beta, self.c);
        (self.beta == low && slope < 0.0) || (self.beta == high && slope > 0.0)
    }
}

/// A look at those left out.
pub(super) struct Check<'a, L, A> {
    pub(super) loss: &'a L,
    pub(super) access: &'a A,
    pub(super) rows: &'a mut [Row],
    pub(super) w: &'a [f64],
    pub(super) b: f64,
}

impl<L: DualLoss, A: RowAccess> Kernel for Check<'_, L, A> {
    type Output = (f64, usize);

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> (f64, usize) {
        let (mut gap, mut woken) = (0.0, 0);
        for (at, row) in self.rows.iter_mut().enumerate().filter(|(_, row)| row.sleeps) {
            let p = self.access.dot::<FUSED>(at, self.w) + self.b;
            gap += self.loss.fenchel_young(row.y, p, row.beta, row.c);
            if row.violates(self.loss, p) {
                row.sleeps = false;
                woken += 1;
            }
        }
        (gap, woken)
    }
}

/// The visit of an epoch.
pub(super) struct Sweep<'a, L, A> {
    pub(super) loss: &'a L,
    pub(super) access: &'a A,
    pub(super) rows: &'a mut [Row],
    pub(super) visits: &'a [usize],
    pub(super) w: &'a mut [f64],
    pub(super) b: &'a mut f64,
    pub(super) column: f64,
    pub(super) slopes: &'a mut (f64, f64),
}

impl<L: DualLoss, A: RowAccess> Kernel for Sweep<'_, L, A> {
    type Output = Swept;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Swept {
        let (mut lowest, mut highest) = (0.0f64, 0.0f64);
        let mut swept = Swept { gap: 0.0, primal: 0.0, beta_sum: 0.0, moved: 0.0 };
        for (place, &at) in self.visits.iter().enumerate() {
            if let Some(&later) = self.visits.get(place + 2 * AHEAD) {
                simd::prefetch(self.rows, later);
                self.access.prefetch_bounds(later);
            }
            if let Some(&next) = self.visits.get(place + AHEAD) {
                self.access.prefetch(next);
            }
            let row = &mut self.rows[at];
            let (y, c, beta) = (row.y, row.c, row.beta);
            let p = self.access.dot::<FUSED>(at, self.w) + *self.b;
            let slope = -self.loss.dual_ascent(y, p, beta, c);
            let (low, high) = self.loss.dual_bounds(y, c);
            swept.gap += self.loss.fenchel_young(y, p, beta, c);
            swept.primal += c * self.loss.value(y, p);
            if (beta == low && slope > self.slopes.1) || (beta == high && slope < self.slopes.0) {
                row.sleeps = true;
                continue;
            }
            let projected = if beta == low {
                slope.min(0.0)
            } else if beta == high {
                slope.max(0.0)
            } else {
                slope
            };
            lowest = lowest.min(projected);
            highest = highest.max(projected);
            if projected != 0.0 {
                row.beta = self.loss.dual_step(y, p, beta, c, row.norm);
                let step = row.beta - beta;
                if step != 0.0 {
                    swept.moved = swept.moved.max((step * row.norm).abs());
                    self.access.add::<FUSED>(at, step, self.w);
                    *self.b += step * self.column;
                }
            }
        }
        let open = |slope: f64, end: f64| if slope == 0.0 { end } else { slope };
        *self.slopes = (open(lowest, f64::NEG_INFINITY), open(highest, f64::INFINITY));
        swept
    }
}
