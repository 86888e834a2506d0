//! Stochastic gradient descent: one row a step, for any loss, penalty, learning rate and update rule.
//!
//! min (1/n) Σ sᵢ ℓ(yᵢ, xᵢ·w + b) + α Ω(w); the intercept b is not penalised.
//!
//! Penalties of the kind ρ₁ ‖w‖₁ + ½ ρ₂ ‖w‖² with plain steps cost the stored entries of a row ([`elastic`]); all
//! others, and all other update rules, cost every coefficient at every row ([`general`]). Both are compiled for each
//! kind of features, loss and schedule, and for each kind of processor.

mod access;
mod elastic;
mod epochs;
mod general;
mod state;

pub(crate) use epochs::{Patience, Stopping, fit};
pub(crate) use state::State;

use crate::data::Features;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::regularizer::Regularizer;
use crate::schedule::LearningRate;
use crate::simd;
use crate::update::UpdateRule;
use elastic::ElasticPass;
use general::GeneralPass;

/// Slopes of losses beyond this are cut, as in scikit-learn: steps that long say nothing but that there are longer ones.
const STEEPEST: f64 = 1e12;

/// What steps of the intercept are multiplied with where rows are sparse: scikit-learn's `SPARSE_INTERCEPT_DECAY`.
const SPARSE_INTERCEPT_DECAY: f64 = 0.01;

/// What is minimised, and how.
pub(crate) struct Plan<'a, L, R, S, U> {
    pub(crate) loss: &'a L,
    pub(crate) regularizer: &'a R,
    pub(crate) schedule: &'a S,
    pub(crate) rule: &'a U,
    pub(crate) alpha: f64,
    pub(crate) has_intercept: bool,
    /// What steps of the intercept are multiplied with, if that is not left to the kind of features.
    pub(crate) intercept_decay: Option<f64>,
    /// The step from which on coefficients are averaged; 0: never.
    pub(crate) average: usize,
    /// γ: the k-th of n steps counts in the average as if it were k^γ of them.
    pub(crate) average_decay: f64,
}

/// The rows of a problem, those that take no part included.
pub(crate) struct Rows<'a, X> {
    pub(crate) x: &'a X,
    terms: Vec<Terms>,
}

/// What is known of a row beside its features, side by side in one line of the cache.
#[derive(Clone, Copy)]
#[repr(align(32))]
struct Terms {
    y: f64,
    weight: f64,
    squared_norm: f64,
}

impl<'a, X> Rows<'a, X> {
    /// The rows of `x`, with a target, a weight and a squared norm for each.
    pub(crate) fn new(x: &'a X, y: &[f64], weights: &[f64], squared_norms: &[f64]) -> Self {
        let all = y.iter().zip(weights).zip(squared_norms);
        let terms = all.map(|((&y, &weight), &squared_norm)| Terms { y, weight, squared_norm }).collect();
        Self { x, terms }
    }
}

impl<L, R, S, U> Plan<'_, L, R, S, U> {
    /// What steps of the intercept are multiplied with on features of this kind.
    fn intercept_decay_of(&self, x: &impl Features) -> f64 {
        self.intercept_decay.unwrap_or(if x.is_sparse() { SPARSE_INTERCEPT_DECAY } else { 1.0 })
    }
}

/// What a pass has seen: the sum over its rows of the loss and the penalty, each as the row found them.
pub(crate) struct Seen {
    pub(crate) objective: f64,
    pub(crate) rate: f64,
    /// Whether it ended at a row whose score was no longer finite, or with a rate that is none.
    pub(crate) diverged: bool,
}

impl Seen {
    /// Nothing yet, with the rate of the step that comes next.
    fn before(rate: f64) -> Self {
        Self { objective: 0.0, rate, diverged: false }
    }
}

/// Whether a schedule gave something that a step can be long. One of a user's own may not.
#[inline(always)]
fn is_length(rate: f64) -> bool {
    (0.0..=f64::MAX).contains(&rate)
}

/// One step a row, for the rows of `order`, which must be below the number of rows. The mean objective of the pass, and
/// the rate of its last step.
pub(crate) fn pass<X, L, R, S, U>(
    plan: &Plan<'_, L, R, S, U>,
    rows: &Rows<'_, X>,
    order: &[usize],
    state: &mut State<U::Memory>,
) -> Result<(f64, f64)>
where
    X: Features,
    L: Loss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
{
    let seen = match plan.regularizer.elastic().filter(|_| U::IS_PLAIN && plan.average_decay == 0.0) {
        Some(shares) => simd::run(ElasticPass { plan, shares, rows, order, state }),
        None => simd::run(GeneralPass { plan, rows, order, state }),
    };
    if !is_length(seen.rate) {
        let allowed = "a schedule of rates that are finite and not negative";
        return Err(Error::invalid_parameter("learning_rate", seen.rate, allowed));
    }
    let epoch = state.pace.now.epoch.floor() + 1.0;
    state.pace.now.epoch = epoch;
    if seen.diverged || !seen.objective.is_finite() || !state.is_finite() {
        let try_rate = rate_to_try(plan.loss, rows, seen.rate);
        return Err(Error::Diverged { epoch: epoch as usize, rate: seen.rate, try_rate });
    }
    Ok((seen.objective / order.len().max(1) as f64, seen.rate))
}

/// A rate at which steps may be short enough where those of another were too long.
pub(crate) fn rate_to_try<X>(loss: &impl Loss, rows: &Rows<'_, X>, too_long: f64) -> f64 {
    let (safe, tenth) = (safe_rate(loss, rows), too_long / 10.0);
    if tenth > 0.0 { safe.min(tenth) } else { safe }
}

/// α times a penalty, which may be beyond all numbers where α is 0.
pub(crate) fn weighted_penalty(alpha: f64, penalty: impl FnOnce() -> f64) -> f64 {
    if alpha > 0.0 { alpha * penalty() } else { 0.0 }
}

/// The reciprocal of the largest curvature of the weighted loss times the largest squared norm of a row; not 0 where that
/// leaves the range.
pub(crate) fn safe_rate<X>(loss: &impl Loss, rows: &Rows<'_, X>) -> f64 {
    // Differences of slopes about the scores 0 and y: of losses that are smooth or have kinks alike.
    let counting = || rows.terms.iter().filter(|terms| terms.weight > 0.0);
    let bend = |y: f64, p: f64| loss.derivative(y, p + 0.5) - loss.derivative(y, p - 0.5);
    let largest = |value: &dyn Fn(&Terms) -> f64| counting().map(value).fold(0.0, f64::max);
    let curvature = largest(&|terms| bend(terms.y, 0.0).max(bend(terms.y, terms.y)));
    let (weight, squared_norm) = (largest(&|terms| terms.weight), largest(&|terms| terms.squared_norm));
    (1.0 / (curvature.max(1e-3) * weight * (1.0 + squared_norm))).max(f64::MIN_POSITIVE)
}
