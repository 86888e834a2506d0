//! Steps of any update rule with any penalty, at the price of every coefficient at every row.
//!
//! The rule moves the coefficients along the slope of the loss; the prox of the penalty follows, with the step that is
//! in balance with the rule's.

use super::access::{add, dot};
use super::state::State;
use super::{Plan, Rows, STEEPEST, Seen};
use crate::data::Features;
use crate::loss::Loss;
use crate::regularizer::Regularizer;
use crate::schedule::LearningRate;
use crate::simd::Kernel;
use crate::update::UpdateRule;

pub(super) struct GeneralPass<'a, X, L, R, S, U: UpdateRule> {
    pub(super) plan: &'a Plan<'a, L, R, S, U>,
    pub(super) rows: &'a Rows<'a, X>,
    pub(super) order: &'a [usize],
    pub(super) state: &'a mut State<U::Memory>,
}

impl<X, L, R, S, U> Kernel for GeneralPass<'_, X, L, R, S, U>
where
    X: Features,
    L: Loss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
{
    type Output = Seen;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Seen {
        let Self { plan, rows, order, state } = self;
        let alpha = plan.alpha;
        state.prepare(false, plan.average > 0);
        let mut gradient = vec![0.0; state.v.len()];
        let (epochs_before, share) = (state.now.epoch, 1.0 / order.len().max(1) as f64);
        let mut seen = Seen { objective: 0.0, rate: 0.0, diverged_at: None };
        let mut penalty = plan.regularizer.value(&state.v);
        for (place, &row) in order.iter().enumerate() {
            if let Some(&next) = order.get(place + 1) {
                rows.x.prefetch_row(next);
            }
            let (y, weight) = (rows.y[row], rows.weights[row]);
            let p = dot::<X, FUSED>(rows.x, row, &state.v) + state.b;
            if !p.is_finite() {
                seen.diverged_at = Some(row);
                break;
            }
            seen.objective += weight * plan.loss.value(y, p) + alpha * penalty;
            let slope = weight * plan.loss.derivative(y, p).max(-STEEPEST).min(STEEPEST);
            state.now.epoch = epochs_before + place as f64 * share;
            seen.rate = state.factor * plan.schedule.rate(&state.now);
            let step = plan.rule.step(seen.rate, state.now.step);

            gradient.fill(0.0);
            add::<X, FUSED>(rows.x, row, slope, &mut gradient);
            penalty = 0.0;
            for ((w, &gradient), memory) in state.v.iter_mut().zip(&gradient).zip(&mut state.memory) {
                let moved = U::update(&step, *w, gradient, memory);
                *w = plan.regularizer.prox(moved.w, moved.reach * alpha);
                penalty += plan.regularizer.term(*w);
            }
            if let Some(memory) = state.memory.last_mut().filter(|_| plan.has_intercept) {
                state.b = U::update(&step, state.b, slope * plan.intercept_decay, memory).w;
            }
            if plan.average > 0 && state.now.step >= plan.average as f64 {
                state.average.fixed.iter_mut().zip(&state.v).for_each(|(sum, w)| *sum += w);
                state.average.b += state.b;
                state.average.count += 1.0;
            }
            state.now.step += 1.0;
        }
        seen
    }
}
