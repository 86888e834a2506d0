//! The support vector machine of Crammer and Singer where coordinate descent takes long: by smooth problems.

use super::control::{Control, Solution};
use super::joint_certificate::JointTrack;
use super::joint_problem::JointProblem;
use super::problem::Coefficients;
use super::report::StopReason;
use super::{crammer_singer, softmax_newton};
use crate::loss::{CrammerSinger, Softmax};
use crate::regularizer::L2;

const NAME: &str = "smoothed-newton";

/// Epochs that the sequential dual method gets before, and unknowns up to which it has a successor.
const FIRST_EPOCHS: usize = 300;
const MOST_UNKNOWNS: usize = 1000;
/// By how much the width of the smoothing shrinks, and the part of the gap to which each problem is solved.
const SHRINK: f64 = 0.1;
const INNER_TOL: f64 = 0.01;
const INNER_ITERATIONS: usize = 60;
/// Smooth problems in a row that may fail to make the gap smaller.
const PATIENCE: usize = 3;

/// Minimises by the [sequential dual method](crammer_singer::solve), and where that has not ended after 300 epochs and
/// rows are dense and unknowns few, by smooth problems.
pub(crate) fn solve(
    problem: &JointProblem<'_, CrammerSinger, L2>,
    control: &Control,
) -> Solution<Vec<Coefficients>> {
    let unknowns = problem.n_classes.saturating_mul(problem.x.n_features() + 1);
    if unknowns > MOST_UNKNOWNS || control.max_iter <= FIRST_EPOCHS {
        return crammer_singer::solve(problem, control);
    }
    let first = crammer_singer::solve(problem, &control.capped(FIRST_EPOCHS));
    if matches!(first.stop_reason, StopReason::Converged | StopReason::Stopped | StopReason::MaxTime) {
        return first;
    }
    let rest = Control {
        max_iter: control.max_iter - first.iterations,
        iterations_before: control.iterations_before + first.iterations,
        ..control.clone()
    };
    let second = polish(problem, &rest, &first);
    let iterations = first.iterations + second.iterations;
    let is_better = second.certificate.gap <= first.certificate.gap;
    let stop_reason = second.stop_reason;
    Solution { iterations, stop_reason, ..if is_better { second } else { first } }
}

/// Smooths the largest of what classes ask for to width μ, μ ln Σ e^(aₖ/μ) with aₖ = 1[k ≠ y] + zₖ, and lets μ go to 0.
///
/// In V = W/μ the problem, divided by μ², is that of multinomial logistic regression with costs cᵢ/μ and a head start of
/// 1/μ for the classes that are wrong, and the shares of its softmax are those of a dual point: its gap is at most
/// μ Σ cᵢ ln K. Nesterov 2005, "Smooth Minimization of Non-smooth Functions", doi:10.1007/s10107-004-0552-5.
fn polish(
    problem: &JointProblem<'_, CrammerSinger, L2>,
    control: &Control,
    first: &Solution<Vec<Coefficients>>,
) -> Solution<Vec<Coefficients>> {
    let mut track = JointTrack::start(NAME, problem, control);
    let total: f64 = problem.c.iter().sum();
    let (mut at, mut gap) = (first.coefficients.clone(), first.certificate);
    let mut width = gap.gap / total;
    let mut iterations = 0;
    loop {
        let smooth = problem.smoothed(width);
        let tol = (INNER_TOL * gap.relative_gap()).max(f64::EPSILON);
        let most = INNER_ITERATIONS.min(control.max_iter.saturating_sub(iterations + 1));
        let inner = Control { clock: control.clock, ..Control::new(tol, most) };
        let start = scaled(&at, 1.0 / width);
        let found = softmax_newton::solve(&smooth, 1.0, &inner, Some(&start));
        at = scaled(&found.coefficients, width);
        iterations = (iterations + found.iterations + 1).min(control.max_iter);
        let (looked, reason) = track.look(iterations, &at, found.beta);
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        if track.looks_without_progress() > PATIENCE || !(width > f64::MIN_POSITIVE) {
            return track.finish(StopReason::FloatingPointLimit);
        }
        if looked.certificate.gap < gap.gap {
            gap = looked.certificate;
        }
        width *= SHRINK;
    }
}

fn scaled(at: &[Coefficients], factor: f64) -> Vec<Coefficients> {
    let of_class =
        |at: &Coefficients| Coefficients { w: at.w.iter().map(|w| factor * w).collect(), b: factor * at.b };
    at.iter().map(of_class).collect()
}

impl<'a> JointProblem<'a, CrammerSinger, L2> {
    fn smoothed(&self, width: f64) -> JointProblem<'a, Softmax, L2> {
        JointProblem {
            x: self.x,
            y: self.y.clone(),
            c: self.c.iter().map(|c| c / width).collect(),
            n_classes: self.n_classes,
            loss: Softmax { margin: 1.0 / width },
            regularizer: L2,
            intercept: self.intercept,
        }
    }
}
