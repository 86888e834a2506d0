//! Newton's method for smooth losses.

use super::Solve;
use super::certificate::Repair;
use super::cholesky::Cholesky;
use super::control::{Clock, Control, Solution, Track};
use super::design::Design;
use super::line_search::Line;
use super::problem::Problem;
use super::report::StopReason;
use super::row_terms::{Given, Offer, of_model, of_slope, pull_at_zero};
use super::vanishing::Vanishing;
use crate::data::dot;
use crate::loss::SmoothLoss;
use crate::regularizer::{L2, NoPenalty, Regularizer};

/// Looks in a row that may be in vain.
const PATIENCE: usize = 8;

/// After so many looks in vain the dual point of the model is tried, too: rows far from the origin need it.
const STALLED: usize = 2;

/// What is left of the slope where line searches end, those that are exact and those of [`approach`].
const EXACT: f64 = 1e-14;
const ROUGH: f64 = 0.01;

/// Newton's method with an exact line search, for smooth losses and few features.
///
/// At v = (w, b) with scores p: H = R + Σ cᵢ ℓ″(yᵢ, pᵢ) x̃ᵢ x̃ᵢᵀ, gradient R v + Σ cᵢ ℓ′(yᵢ, pᵢ) x̃ᵢ, R the
/// penalty's diagonal. The dual point is βᵢ = −cᵢ ℓ′(yᵢ, pᵢ), with which the gap is ½ ‖gradient‖². For the
/// squared hinge this is the finite Newton method of Keerthi and DeCoste 2005, "A Modified Finite Newton Method
/// for Fast Solution of Large Scale Linear SVMs": it ends exactly once the set of rows within the margin is right.
///
/// An iteration costs n d² + d³/3 operations; memory is O(n + d²) for each of up to 16 pieces of rows. The units of
/// the features do not matter to it.
///
/// ```
/// use certifit::loss::SquaredHinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, Newton, Problem, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], SquaredHinge, L2, Intercept::None)?;
/// let solution = Newton.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 1.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Newton;

impl<L: SmoothLoss> Solve<L, L2> for Newton {
    const NAME: &'static str = "newton";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        descend(problem, control, 1.0)
    }
}

/// Without a penalty the columns must not depend on each other, or it gives up at once.
impl<L: SmoothLoss> Solve<L, NoPenalty> for Newton {
    const NAME: &'static str = "newton";

    fn solve(&self, problem: &Problem<'_, L, NoPenalty>, control: &Control) -> Solution {
        descend(problem, control, 0.0)
    }
}

/// Steps from w = 0 until one promises no more than the part `enough` of the objective, and at most so many: where it leads,
/// and the Hessian where the last step began.
pub(super) fn approach<L: SmoothLoss, R>(
    problem: &Problem<'_, L, R>,
    design: &Design<'_>,
    enough: f64,
    clock: &Clock,
    most: usize,
) -> Option<(Vec<f64>, Cholesky)> {
    let penalty = design.penalty_weights();
    let (mut v, mut scores) = (vec![0.0; design.dim()], vec![0.0; problem.n_rows()]);
    let mut beta = scores.clone();
    let mut last = None;
    for _ in 0..most {
        of_slope(&problem.loss).fill(0, &problem.y, &problem.c, &scores, &mut beta);
        let pull = design.weighted_sum(&beta);
        let descent: Vec<f64> = (0..v.len()).map(|j| pull[j] - penalty[j] * v[j]).collect();
        let factor = design.factor_with(&problem.curvature(&scores), &penalty)?;
        let direction = factor.solve(&descent);
        let q = design.scores(&direction);
        let step =
            Line { v: &v, direction: &direction, scores: &scores, q: &q }.minimize(problem, &penalty, ROUGH);
        last = Some(factor);
        if !(step > 0.0 && step.is_finite()) {
            break;
        }
        add_scaled(&mut v, step, &direction);
        add_scaled(&mut scores, step, &q);
        let of_penalty: f64 = penalty.iter().zip(&v).map(|(penalty, v)| 0.5 * penalty * v * v).sum();
        let is_enough = 0.5 * dot(&direction, &descent) <= enough * (of_penalty + problem.losses(&scores));
        if is_enough || clock.is_out_of_time() {
            break;
        }
    }
    last.map(|factor| (v, factor))
}

fn add_scaled(sum: &mut [f64], scale: f64, values: &[f64]) {
    sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += scale * value);
}

/// For the penalty ½ `ridge` ‖v‖².
fn descend<L: SmoothLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    control: &Control,
    ridge: f64,
) -> Solution {
    let mut track = Track::start(<Newton as Solve<L, L2>>::NAME, problem, control);
    let design = Design::new(problem.x, problem.intercept);
    let penalty: Vec<f64> = design.penalty_weights().iter().map(|weight| ridge * weight).collect();
    let start = control.start.as_ref().map(|start| design.vector(&start.at));
    // w = 0 may be within `tol` of the optimum where C is tiny, but it predicts nothing.
    let mut vanishing = Vanishing::new(problem);
    let (mut v, mut iteration) = (start.unwrap_or_else(|| vec![0.0; design.dim()]), 0);
    loop {
        let at = design.coefficients(&v);
        let beta = of_slope(&problem.loss);
        let (scores, pull);
        if iteration > 0 || control.start.is_some() {
            let (found, reason) = track.look(iteration, &at, Repair::Rough, &beta);
            if vanishing.goes_on(found.certificate.primal) {
                break;
            }
            if let Some(reason) = reason {
                return track.finish(reason);
            }
            (scores, pull) = (found.scores, design.centered(found.pull));
        } else {
            (scores, pull) = (vec![0.0; problem.n_rows()], pull_at_zero(problem, &design));
        }
        iteration += 1;
        if track.offers_without_progress() > PATIENCE {
            break;
        }
        let descent: Vec<f64> = (0..v.len()).map(|j| pull[j] - penalty[j] * v[j]).collect();
        let Some(factor) = design.factor_with(&problem.curvature(&scores), &penalty) else { break };
        let direction = factor.solve(&descent);
        let q = design.scores(&direction);
        let line = Line { v: &v, direction: &direction, scores: &scores, q: &q };
        let step = line.minimize(problem, &penalty, EXACT);
        if !(step > 0.0) || track.offers_without_progress() >= STALLED {
            let whole: Vec<f64> = v.iter().zip(&direction).map(|(v, direction)| v + direction).collect();
            let beta = of_model(problem, &scores, &q);
            let offer = Given(&beta);
            if let (_, Some(reason)) =
                track.look(iteration, &design.coefficients(&whole), Repair::Exact, &offer)
            {
                return track.finish(reason);
            }
        }
        if !(step > 0.0) {
            if iteration == 1 {
                // w = 0 is the optimum, and has not been looked at.
                if let (_, Some(reason)) = track.look(iteration, &at, Repair::Rough, &beta) {
                    return track.finish(reason);
                }
            }
            break;
        }
        add_scaled(&mut v, step, &direction);
    }
    track.finish(StopReason::FloatingPointLimit)
}
