//! A quasi-Newton method for networks on small data.

use super::lanes::{narrow, widen};
use super::optimizer::{Method, Optimizer};
use super::training::{Ended, Plan};
use super::wolfe::{self, Place};
use crate::data::dot;
use crate::error::{Error, Result};
use crate::observer::Progress;
use crate::scalar::Scalar;
use crate::solver::StopReason;
use std::collections::VecDeque;

/// An iteration that gains less than this part of the objective is the last: SciPy's `ftol`.
const LEAST_GAIN: f64 = 2.220446049250313e-9;
/// Iterations that a function of few numbers is looked at for.
const FEW: usize = 30;

/// L-BFGS: each step looks at all rows, and knows the curvature from the last few. For small data it needs no learning
/// rate and gets nearer to a minimum than any rule that steps by batches.
///
/// The model's `tol` is the largest entry of the gradient at which it ends; `max_iter` counts its iterations. It also ends
/// where an iteration gains less than 2·10⁻⁹ of the objective. Batches, schedules, dropout, clipping and early stopping
/// are for rules; penalties must have a gradient. Liu and Nocedal 1989, doi:10.1007/BF01589116; Nocedal and Wright 2006,
/// "Numerical Optimization", algorithms 7.4 and 7.5. Memory: 2 · `memory` + 6 numbers a parameter.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `memory` | 10 | ≥ 1 | steps that are remembered |
/// | `max_fun` | 15 000 | ≥ 1 | the most evaluations of the objective |
///
/// ```
/// use certifit::neural::{Lbfgs, Tanh};
/// use certifit::prelude::*;
/// // Exclusive or.
/// let x = ndarray::array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// let mlp = MLPClassifier::new().hidden_layer_sizes(&[8]).activation(Tanh).solver(Lbfgs::default());
/// let model = mlp.fit(&x, &["same", "other", "other", "same"])?;
/// assert_eq!(model.predict(&x)?.to_vec(), ["same", "other", "other", "same"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lbfgs {
    /// Steps that are remembered.
    pub memory: usize,
    /// The most evaluations of the objective.
    pub max_fun: usize,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self { memory: 10, max_fun: 15_000 }
    }
}

impl Optimizer for Lbfgs {
    fn method(&self, _n_parameters: usize) -> Method<'_> {
        Method::AllRows(self)
    }

    fn check(&self) -> Result<()> {
        for (name, count) in [("memory", self.memory), ("max_fun", self.max_fun)] {
            if count == 0 {
                return Err(Error::invalid_parameter(name, count, "at least 1"));
            }
        }
        Ok(())
    }
}

/// Where the iterations stand: a function and its gradient at w.
pub(super) struct Iterate {
    pub(super) w: Vec<f64>,
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
}

/// The objective of all rows, as a function of parameters in `f64`.
struct Objective<'a, F> {
    plan: &'a Plan<'a, F>,
    rows: &'a [usize],
    n: f64,
    evaluations: usize,
}

impl<F: Scalar> Objective<'_, F> {
    fn at(&mut self, w: Vec<f64>) -> Iterate {
        self.evaluations += 1;
        let mut parameters = vec![F::zero(); w.len()];
        narrow(&w, &mut parameters);
        let mut smooth = vec![F::zero(); w.len()];
        let penalty = self.plan.begin_gradient(&parameters, &mut smooth);
        let (loss, sums) = self.plan.pass.sums(&parameters, self.rows, &self.plan.goal);
        let (mut gradient, mut of_penalty) = (vec![0.0; w.len()], vec![0.0; w.len()]);
        widen(&sums, &mut gradient);
        widen(&smooth, &mut of_penalty);
        gradient.iter_mut().zip(of_penalty).for_each(|(g, of_penalty)| *g = (*g + of_penalty) / self.n);
        Iterate { w, value: (loss + penalty) / self.n, gradient }
    }
}

impl Lbfgs {
    /// Minimises from some parameters on.
    pub(super) fn minimize<F: Scalar>(
        &self,
        plan: &Plan<'_, F>,
        start: &[F],
        rows: &[usize],
    ) -> Result<Ended<F>> {
        check_smooth(plan)?;
        let settings = plan.settings;
        let n = plan.goal.weight_of(rows);
        let mut objective = Objective { plan, rows, n, evaluations: 0 };
        let mut w = vec![0.0; start.len()];
        widen(start, &mut w);
        let mut at = objective.at(w);
        let (mut pairs, mut curve) = (VecDeque::new(), Vec::new());
        let stop_reason = loop {
            if !at.value.is_finite() {
                return Err(Error::Overflow { what: "the objective of the network", column: None });
            }
            if largest(&at.gradient) <= settings.tol.unwrap_or(0.0) {
                break StopReason::Converged;
            }
            let Some(next) = self.next(&mut |w| objective.at(w), &at, &mut pairs) else {
                break StopReason::FloatingPointLimit;
            };
            let gain = at.value - next.value;
            let scale = at.value.abs().max(next.value.abs()).max(1.0);
            at = next;
            curve.push(at.value);
            let elapsed = plan.clock.began.elapsed();
            let progress = Progress::new(0, curve.len(), at.value, f64::INFINITY, elapsed);
            if settings.observing.progress(&progress).is_break() {
                break StopReason::Stopped;
            }
            if settings.tol.is_some() && gain <= LEAST_GAIN * scale {
                break StopReason::NoChange;
            }
            if curve.len() >= settings.max_iter || objective.evaluations >= self.max_fun {
                break StopReason::MaxIter;
            }
            if plan.clock.is_out_of_time() {
                break StopReason::MaxTime;
            }
        };
        let mut parameters = vec![F::zero(); start.len()];
        narrow(&at.w, &mut parameters);
        if curve.is_empty() {
            curve.push(at.value);
        }
        Ok(Ended {
            parameters,
            n_steps: curve.len() as f64,
            loss_curve: curve,
            validation_curve: Vec::new(),
            last_rate: None,
            stop_reason,
        })
    }

    /// The lowest value that a few iterations from 0 find of a function that is convex.
    pub(super) fn lowest(&self, mut function: impl FnMut(Vec<f64>) -> Iterate, n: usize) -> f64 {
        let mut at = function(vec![0.0; n]);
        let mut pairs = VecDeque::new();
        for _ in 0..FEW {
            match self.next(&mut function, &at, &mut pairs) {
                Some(next) if next.value < at.value => at = next,
                _ => break,
            }
        }
        at.value
    }

    /// The next iterate; `None` where nothing is lower any more.
    fn next(
        &self,
        function: &mut impl FnMut(Vec<f64>) -> Iterate,
        at: &Iterate,
        pairs: &mut VecDeque<Pair>,
    ) -> Option<Iterate> {
        loop {
            let direction: Vec<f64> = times(pairs, &at.gradient).into_iter().map(|d| -d).collect();
            let slope = dot(&direction, &at.gradient);
            let mut seen: Option<Iterate> = None;
            let first =
                if pairs.is_empty() { (1.0 / dot(&at.gradient, &at.gradient).sqrt()).min(1.0) } else { 1.0 };
            let start = Place { t: 0.0, value: at.value, slope };
            let moved = |t: f64| at.w.iter().zip(&direction).map(|(w, d)| w + t * d).collect::<Vec<f64>>();
            let look = |t: f64| {
                let here = function(moved(t));
                let place = (here.value, dot(&here.gradient, &direction));
                seen = Some(here);
                place
            };
            let found = if slope < 0.0 { wolfe::search(start, first, look) } else { None };
            if let Some(place) = found {
                // The search may end at a place that is not the last that it has seen.
                let next = match seen {
                    Some(last) if last.value == place.value => last,
                    _ => function(moved(place.t)),
                };
                self.learn(pairs, at, &next);
                return Some(next);
            }
            if pairs.is_empty() {
                return None;
            }
            // What is remembered may mislead: once more, along the gradient.
            pairs.clear();
        }
    }

    fn learn(&self, pairs: &mut VecDeque<Pair>, at: &Iterate, next: &Iterate) {
        let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        let (step, change) = (difference(&next.w, &at.w), difference(&next.gradient, &at.gradient));
        let product = dot(&step, &change);
        if product > f64::EPSILON * dot(&change, &change) {
            pairs.push_back(Pair { step, change, inverse: 1.0 / product });
            if pairs.len() > self.memory {
                pairs.pop_front();
            }
        }
    }
}

/// A step, the change of the gradient over it, and the inverse of their product.
struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    inverse: f64,
}

/// The two-loop recursion: the inverse of the Hessian, as the pairs know it, times the gradient.
fn times(pairs: &VecDeque<Pair>, gradient: &[f64]) -> Vec<f64> {
    let mut q = gradient.to_vec();
    let mut shares = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let share = pair.inverse * dot(&pair.step, &q);
        q.iter_mut().zip(&pair.change).for_each(|(q, change)| *q -= share * change);
        shares.push(share);
    }
    if let Some(last) = pairs.back() {
        let scale = 1.0 / (last.inverse * dot(&last.change, &last.change));
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for (pair, share) in pairs.iter().zip(shares.into_iter().rev()) {
        let rest = share - pair.inverse * dot(&pair.change, &q);
        q.iter_mut().zip(&pair.step).for_each(|(q, step)| *q += rest * step);
    }
    q
}

fn largest(gradient: &[f64]) -> f64 {
    gradient.iter().fold(0.0, |largest, g| largest.max(g.abs()))
}

/// What only rules that step by batches can do.
fn check_smooth<F>(plan: &Plan<'_, F>) -> Result<()> {
    let settings = plan.settings;
    let has_kink = settings.alpha > 0.0 && !plan.penalty.elastic().is_some_and(|(of_size, _)| of_size == 0.0);
    for (is_set, what) in [
        (has_kink, "Lbfgs with a penalty that has kinks"),
        (settings.dropout > 0.0, "Lbfgs with dropout"),
        (settings.clip_norm.is_some(), "Lbfgs with clipped gradients"),
        (settings.early_stopping, "Lbfgs with early stopping"),
    ] {
        if is_set {
            return Err(Error::Unsupported {
                what,
                reason: "use a rule that steps by batches, such as Adam",
            });
        }
    }
    Ok(())
}
