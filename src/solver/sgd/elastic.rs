//! Plain steps with a penalty α (ρ₁ ‖w‖₁ + ½ ρ₂ ‖w‖²), at the price of the stored entries of a row.
//!
//! The squared norm shrinks w as a whole: a factor in front of v, where w = scale · v. ‖w‖₁ is owed to coefficients
//! until a row has an entry for them, or the pass ends.

use super::access::{add, dot};
use super::state::State;
use super::{Plan, Rows, STEEPEST, Seen, Terms, is_length};
use crate::data::{self, Features};
use crate::loss::Loss;
use crate::scalar::Scalar;
use crate::schedule::LearningRate;
use crate::simd::{self, Kernel, mul_add};

/// By how many steps rows are asked for ahead of their own.
const AHEAD: usize = 6;
/// A factor below this is multiplied into v.
const SMALLEST_SCALE: f64 = 1e-9;

pub(super) struct ElasticPass<'a, X, L, R, S, U, M> {
    pub(super) plan: &'a Plan<'a, L, R, S, U>,
    /// ρ₁ and ρ₂.
    pub(super) shares: (f64, f64),
    pub(super) rows: &'a Rows<'a, X>,
    pub(super) order: &'a [usize],
    pub(super) state: &'a mut State<M>,
}

/// Σ |vⱼ| and Σ vⱼ², kept up to date.
#[derive(Clone, Copy)]
struct Norms {
    absolutes: f64,
    squares: f64,
}

impl<X, L, R, S, U, M> Kernel for ElasticPass<'_, X, L, R, S, U, M>
where
    X: Features,
    L: Loss,
    S: LearningRate,
    M: Copy + Default,
{
    type Output = Seen;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Seen {
        let Self { plan, shares: (l1, l2), rows, order, state } = self;
        let intercept_decay = plan.intercept_decay_of(rows.x);
        let alpha = plan.alpha;
        // Squares that leave the range cost nothing where they do not count; 0 · ∞ would.
        let (l1, l2) = if alpha > 0.0 { (l1, l2) } else { (0.0, 0.0) };
        let (has_kink, shrinks) = (l1 > 0.0, l2 > 0.0);
        let owes_before_rows = has_kink && rows.x.is_sparse();
        state.prepare(has_kink, plan.average > 0);
        // Anew in each pass: what is kept up to date gathers rounding.
        let absolutes = if has_kink { state.v.iter().map(|v| v.abs()).sum() } else { 0.0 };
        let mut norms = Norms { absolutes, squares: data::dot(&state.v, &state.v) };
        // A copy: what a schedule computes from what stays the same is then computed once.
        let mut pace = state.pace;
        let (epochs_before, share) = (pace.now.epoch, 1.0 / order.len().max(1) as f64);
        let mut seen = Seen::before(pace.rate(plan.schedule));
        for (place, &row) in order.iter().enumerate() {
            if let Some(&later) = order.get(place + 2 * AHEAD) {
                rows.x.prefetch_bounds(later);
            }
            let next = order.get(place + AHEAD).copied();
            if let Some(next) = next {
                simd::prefetch_passing(&rows.terms, next);
            }
            let Terms { y, weight, squared_norm } = rows.terms[row];
            if owes_before_rows {
                settle::<X>(rows.x, row, 0.0, state, &mut norms);
            }
            let mut product = dot::<X, FUSED>(rows.x, row, &state.v, next);
            let p = mul_add::<FUSED>(state.scale, product, state.b);
            if !p.is_finite() {
                seen.diverged = true;
                break;
            }
            let scale = state.scale;
            let mut penalty = if has_kink { l1 * scale * norms.absolutes } else { 0.0 };
            if shrinks {
                penalty += 0.5 * l2 * scale * scale * norms.squares;
            }
            let (loss, slope) = plan.loss.value_and_derivative(y, p);
            seen.objective += weight * loss + alpha * penalty;
            let slope = weight * slope.clamp(-STEEPEST, STEEPEST);
            pace.now.epoch = mul_add::<FUSED>(place as f64, share, epochs_before);
            let rate = pace.rate(plan.schedule);
            seen.rate = rate;
            if !is_length(rate) {
                seen.diverged = true;
                break;
            }

            state.scale *= (1.0 - l2 * rate * alpha).max(0.0);
            if state.scale < SMALLEST_SCALE {
                let factor = state.rescale();
                product *= factor;
                norms =
                    Norms { absolutes: norms.absolutes * factor, squares: norms.squares * factor * factor };
            }
            let step = -rate * slope;
            let of_v = step / state.scale;
            if has_kink {
                state.owed.total += l1 * rate * alpha;
                settle::<X>(rows.x, row, of_v, state, &mut norms);
            } else if step != 0.0 {
                add::<X, FUSED>(rows.x, row, of_v, &mut state.v);
                let more = of_v * (2.0 * product + of_v * squared_norm);
                norms.squares = (norms.squares + more).max(0.0);
                if state.average.of_v != 0.0 {
                    add::<X, FUSED>(rows.x, row, -state.average.of_v * of_v, &mut state.average.fixed);
                }
            }
            if plan.has_intercept {
                state.b += step * intercept_decay;
            }
            if plan.average > 0 && pace.now.step >= plan.average as f64 {
                state.average.of_v += state.scale;
                state.average.b += state.b;
                state.average.count += 1.0;
            }
            pace.now.step += 1.0;
        }
        if owes_before_rows {
            state.settle_all();
        }
        state.pace = pace;
        seen
    }
}

/// v ← v + step · x, and then what is owed, for the coefficients that the row has entries for.
#[inline(always)]
fn settle<X: Features>(x: &X, row: usize, step: f64, state: &mut State<impl Copy>, norms: &mut Norms) {
    let State { v, scale, owed, average, .. } = state;
    let Norms { mut absolutes, mut squares } = *norms;
    let total = owed.total;
    x.for_each_in_row(row, |column, value| {
        let before = v[column];
        v[column] = before + step * value.widen();
        super::state::settle(total, *scale, &mut v[column], &mut owed.received[column]);
        let after = v[column];
        absolutes += after.abs() - before.abs();
        squares += after * after - before * before;
        if average.of_v != 0.0 {
            average.fixed[column] -= average.of_v * (after - before);
        }
    });
    *norms = Norms { absolutes: absolutes.max(0.0), squares: squares.max(0.0) };
}
