//! Steps of any update rule with any penalty, at the price of every coefficient at every row.
//!
//! The rule moves the coefficients along the slope of the loss; the prox of the penalty follows, with the step that is
//! in balance with the rule's.

use super::access::{add, dot};
use super::state::State;
use super::{Plan, Rows, STEEPEST, Seen, Terms, is_length, weighted_penalty};
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
        let intercept_decay = plan.intercept_decay_of(rows.x);
        let alpha = plan.alpha;
        state.prepare(false, plan.average > 0);
        // Without an intercept there is nothing that could take up the mean.
        let centers = U::IS_CENTERED && plan.has_intercept;
        if centers {
            state.mean.resize(state.v.len(), 0.0);
        }
        let mut features = vec![0.0; state.v.len()];
        let (epochs_before, share) = (state.pace.now.epoch, 1.0 / order.len().max(1) as f64);
        let mut seen = Seen::before(state.pace.rate(plan.schedule));
        let mut penalty = plan.regularizer.value(&state.v);
        for (place, &row) in order.iter().enumerate() {
            let next = order.get(place + 1).copied();
            let Terms { y, weight, .. } = rows.terms[row];
            let p = dot::<X, FUSED>(rows.x, row, &state.v, next) + state.b;
            if !p.is_finite() {
                seen.diverged = true;
                break;
            }
            let (loss, slope) = plan.loss.value_and_derivative(y, p);
            seen.objective += weight * loss + weighted_penalty(alpha, || penalty);
            let slope = weight * slope.clamp(-STEEPEST, STEEPEST);
            state.pace.now.epoch = epochs_before + place as f64 * share;
            seen.rate = state.pace.rate(plan.schedule);
            if !is_length(seen.rate) {
                seen.diverged = true;
                break;
            }
            let step = plan.rule.step(seen.rate, state.pace.now.step);

            if centers {
                center::<X, FUSED>(rows.x, row, state.pace.now.step, &mut state.mean, &mut features);
            } else {
                features.fill(0.0);
            }
            add::<X, FUSED>(rows.x, row, 1.0, &mut features);
            penalty = 0.0;
            let before = if centers { product(&state.mean, &state.v) } else { 0.0 };
            for ((w, feature), memory) in state.v.iter_mut().zip(&features).zip(&mut state.memory) {
                let moved = U::update(&step, *w, slope * feature, memory);
                *w = plan.regularizer.prox(moved.w, moved.reach * alpha);
                penalty += plan.regularizer.term(*w);
            }
            if let Some(memory) = state.memory.last_mut().filter(|_| plan.has_intercept) {
                // That of centered features is larger by mean·w.
                let b = U::update(&step, state.b + before, slope * intercept_decay, memory).w;
                state.b = if centers { b - product(&state.mean, &state.v) } else { b };
            }
            if plan.average > 0 && state.pace.now.step >= plan.average as f64 {
                state.average_up(plan.average_decay);
            }
            state.pace.now.step += 1.0;
        }
        seen
    }
}

/// The mean of the features with this row as the `step`-th; out ← −mean. With the row added, the first is exactly 0.
#[inline(always)]
fn center<X: Features, const FUSED: bool>(x: &X, row: usize, step: f64, mean: &mut [f64], out: &mut [f64]) {
    let share = 1.0 / step;
    mean.iter_mut().for_each(|mean| *mean *= 1.0 - share);
    add::<X, FUSED>(x, row, share, mean);
    out.iter_mut().zip(&*mean).for_each(|(out, mean)| *out = -mean);
}

/// Part of the kernel, which `data::dot` would not be.
fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
