//! Multinomial logistic regression with penalties that leave zeros: class by class.

use super::columns::Columns;
use super::control::{Control, Solution};
use super::coordinate_descent::{Choice, Chosen, SMALL_SHARE};
use super::joint_certificate::JointTrack;
use super::joint_problem::JointProblem;
use super::joint_rows::JointRows;
use super::pieces::over_pieces;
use super::problem::{Coefficients, Intercept, Problem};
use super::proximal_newton::{Iterate, ProximalNewton};
use super::report::StopReason;
use super::softmax_terms::{best_shift, shares_of};
use crate::loss::{LogLoss, Softmax};
use crate::regularizer::Regularizer;

const NAME: &str = "softmax-coordinate-descent";

/// Quadratic models of a class at a visit, and rounds over the classes between certificates.
const MODELS: usize = 2;
const MOST_ROUNDS: usize = 30;
/// Certificates in a row without progress after which there will be none.
const PATIENCE: usize = 8;

/// Minimises Ω(W) + Σ cᵢ ℓ(yᵢ, W xᵢ + b) for the softmax, one class after the other.
///
/// With the scores of the others held, aᵢ = ln Σ_{j≠k} e^zᵢⱼ, the loss is in the scores of class k that of binary logistic
/// regression, ln(1 + e^∓(zᵢₖ − aᵢ)): coordinate descent on working sets of each class minimises it as
/// [`CoordinateDescent`](super::CoordinateDescent) does, for any penalty. Friedman, Hastie and Tibshirani 2010,
/// "Regularization Paths for Generalized Linear Models via Coordinate Descent", section 4.1, doi:10.18637/jss.v033.i01.
pub(crate) fn solve<R: Regularizer + Clone>(
    problem: &JointProblem<'_, Softmax, R>,
    control: &Control,
    start: Option<&[Coefficients]>,
) -> Solution<Vec<Coefficients>> {
    let mut track = JointTrack::start(NAME, problem, control);
    let free = problem.intercept == Intercept::Free;
    let Some(mut columns) = Columns::new(problem.x, problem.intercept.column(), free) else {
        return track.finish(StopReason::FloatingPointLimit);
    };
    let binary: Vec<_> = (0..problem.n_classes).map(|class| against_others(problem, class)).collect();
    let mut classes: Vec<Class<'_, R>> = binary
        .iter()
        .enumerate()
        .map(|(class, binary)| Class::new(binary, control, start.and_then(|start| start.get(class))))
        .collect();
    let mut scores = JointRows::new(problem.x, problem.n_classes).scores(&coefficients(&classes));
    for iteration in 0.. {
        if free {
            let shift = best_shift(problem, &scores);
            classes.iter_mut().zip(&shift).for_each(|(class, shift)| class.at.b += shift);
            for scores in scores.chunks_exact_mut(problem.n_classes) {
                scores.iter_mut().zip(&shift).for_each(|(score, shift)| *score += shift);
            }
        }
        let shares = shares_of(problem, &scores);
        let (found, reason) = track.look(iteration, &coefficients(&classes), shares);
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        if track.looks_without_progress() > PATIENCE {
            break;
        }
        scores = found.scores;
        for (class, pull) in classes.iter_mut().zip(&found.pull) {
            class.choose(pull);
            columns.gather(&class.chosen.working);
        }
        for _ in 0..MOST_ROUNDS {
            let visit = |(k, class): (usize, &mut Class<'_, R>)| class.visit(&columns, k, &mut scores);
            let is_done = classes.iter_mut().enumerate().map(visit).fold(true, |all, done| all & done);
            if is_done || control.clock.is_out_of_time() {
                break;
            }
        }
    }
    track.finish(StopReason::FloatingPointLimit)
}

/// The binary problem of a class whose scores are zᵢₖ − aᵢ.
fn against_others<'a, R: Clone>(
    problem: &JointProblem<'a, Softmax, R>,
    class: usize,
) -> Problem<'a, LogLoss, R> {
    Problem {
        x: problem.x,
        y: problem.y.iter().map(|&y| if y == class { 1.0 } else { -1.0 }).collect(),
        c: problem.c.clone(),
        loss: LogLoss,
        regularizer: problem.regularizer.clone(),
        intercept: problem.intercept,
    }
}

fn coefficients<R>(classes: &[Class<'_, R>]) -> Vec<Coefficients> {
    classes.iter().map(|class| class.at.coefficients(class.newton.problem)).collect()
}

/// A class: its coefficients, which of them are in work, and how exactly.
struct Class<'a, R> {
    newton: ProximalNewton<'a, LogLoss, R>,
    at: Iterate,
    choice: Choice,
    chosen: Chosen,
}

impl<'a, R: Regularizer> Class<'a, R> {
    fn new(problem: &'a Problem<'a, LogLoss, R>, control: &Control, start: Option<&Coefficients>) -> Self {
        let zeros = Coefficients::zeros(problem.x.n_features());
        let newton = ProximalNewton::new(problem, control.clock);
        let at = Iterate::new(problem, start.unwrap_or(&zeros).clone(), Vec::new());
        // Classes share the columns that any of them has in its set.
        let choice = Choice::new(control.tol, problem.x.n_features() / SMALL_SHARE);
        Self { newton, at, choice, chosen: Chosen::default() }
    }

    fn choose(&mut self, pull: &[f64]) {
        self.chosen = self.choice.next(self.newton.problem, &self.at.w, pull, 0.0);
    }

    /// Makes this class better with the others held; whether it has been good enough before.
    fn visit(&mut self, columns: &Columns<'_>, class: usize, scores: &mut [f64]) -> bool {
        let k = scores.len() / self.newton.problem.n_rows().max(1);
        let others = others(scores, k, class);
        let of_class = scores.iter().skip(class).step_by(k);
        self.at.scores = of_class.zip(&others).map(|(score, other)| score - other).collect();
        let Chosen { working, tol, effort } = &self.chosen;
        let wrong = self.newton.minimize(columns, working, &mut self.at, *tol, effort.models(MODELS));
        let of_class = scores.iter_mut().skip(class).step_by(k);
        of_class.zip(self.at.scores.iter().zip(&others)).for_each(|(to, (score, other))| *to = score + other);
        wrong <= *tol
    }
}

/// ln Σ_{j≠k} e^zⱼ of each row.
fn others(scores: &[f64], k: usize, class: usize) -> Vec<f64> {
    let pieces = over_pieces(scores.len() / k, 1, |rows| {
        let of_row = |z: &[f64]| {
            let others = || z.iter().enumerate().filter(|(j, _)| *j != class).map(|(_, z)| *z);
            let largest = others().fold(f64::NEG_INFINITY, f64::max);
            largest + others().map(|z| (z - largest).exp()).sum::<f64>().ln()
        };
        scores[rows.start * k..rows.end * k].chunks_exact(k).map(of_row).collect::<Vec<f64>>()
    });
    pieces.concat()
}
