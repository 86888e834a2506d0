//! Newton's method for multinomial logistic regression.

use super::control::{Control, Solution};
use super::design::Design;
use super::joint_certificate::{JointTrack, evaluate};
use super::joint_problem::JointProblem;
use super::joint_rows::JointRows;
use super::problem::{Coefficients, Intercept};
use super::report::StopReason;
use super::softmax_hessian::{SoftmaxHessian, take_mean_off};
use super::softmax_terms::{JointLine, best_shift, shares_of};
use crate::loss::Softmax;
use crate::regularizer::Regularizer;

pub(super) const NAME: &str = "softmax-newton-cg";

/// A sample has one of so many rows, at least so many for each unknown of a class, and so many at all; how exactly its
/// problem is solved, and by how much a step in its metric must make the gap less.
const SHARE: usize = 8;
const ROWS_PER_UNKNOWN: usize = 20;
const SMALLEST: usize = 4000;
const SAMPLE_TOL: f64 = 1e-2;
const SAMPLE_ITERATIONS: usize = 10;
const ENOUGH: f64 = 0.2;
/// The least rows that a sample has of a class, where there are so many.
const LEAST_OF_CLASS: usize = 50;
/// The part of the gradient that a step leaves; without a penalty there is no certificate until nearly nothing is left.
const FORCING: f64 = 0.1;
const FORCING_WITHOUT_PENALTY: f64 = 1e-3;
/// How exact the line search is.
const LINE_TOL: f64 = 0.1;
/// Steps in a row that may fail to make the gap smaller.
const PATIENCE: usize = 8;

/// Minimises ½ `ridge` ‖W‖² + Σ cᵢ ℓ(yᵢ, W xᵢ + b) for the softmax, `ridge` ‖W‖² / 2 being the problem's penalty.
///
/// Newton's method with conjugate gradients in the unknowns of all classes, whose sum over the classes stays 0: the
/// softmax does not see it. Systems are preconditioned by the blocks of their matrix that belong to one class, which
/// makes units of features harmless. A free intercept is at its best for the given W, so that with the shares of the
/// scores, pᵢ = softmax(W xᵢ + b), the dual point is feasible and the gap for L2 is ½ ‖∇‖². A step costs n d K, and as
/// much for each of its conjugate gradients. Where there are many rows it begins at the optimum of some of them, and its
/// matrix is of these as long as that does. Lin, Weng and Keerthi 2008, "Trust Region Newton Method for Large-Scale Logistic Regression", sections 2 and 6.
pub(crate) fn solve<R: Regularizer + Clone>(
    problem: &JointProblem<'_, Softmax, R>,
    ridge: f64,
    control: &Control,
    start: Option<&[Coefficients]>,
) -> Solution<Vec<Coefficients>> {
    let mut track = JointTrack::start(NAME, problem, control);
    let design = match problem.x.is_sparse() {
        true => Design::centered_only(problem.x, problem.intercept),
        false => Design::new(problem.x, problem.intercept),
    };
    let penalty: Vec<f64> = design.penalty_weights().iter().map(|weight| ridge * weight).collect();
    let forcing = if ridge > 0.0 { FORCING } else { FORCING_WITHOUT_PENALTY };
    let chosen = choose(problem);
    let gathered = chosen.as_ref().map(|chosen| problem.x.gather(&chosen.rows));
    let sample =
        chosen.zip(gathered.as_deref()).map(|(Chosen { y, c, .. }, x)| (problem.on(x, y, c), design.of(x)));
    let of_sample = match (&sample, start) {
        (Some((sample, _)), None) => {
            let control = Control { clock: control.clock, ..Control::new(SAMPLE_TOL, SAMPLE_ITERATIONS) };
            Some(solve(sample, ridge, &control, None).coefficients)
        }
        _ => None,
    };
    let start = start.or(of_sample.as_deref());
    // Without a penalty nearly nothing may be left of the gradient, and no noise of a sample.
    let (mut metric, mut last_gap) = (sample.as_ref().filter(|_| ridge > 0.0), f64::INFINITY);
    let mut at = Iterate::new(problem, &design, start);
    for iteration in 0.. {
        at.settle(problem, &design);
        let shares = shares_of(problem, &at.scores);
        // W = 0 may be within `tol` of the optimum where C is tiny, but it predicts nothing.
        let (found, reason) = if iteration > 0 || start.is_some() {
            track.look(iteration, &at.coefficients, shares.clone())
        } else {
            (evaluate(problem, &at.coefficients, shares.clone()), None)
        };
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        if track.looks_without_progress() > PATIENCE {
            break;
        }
        at.scores = found.scores;
        let pull = found.pull.into_iter().flat_map(|pull| design.centered(pull));
        let held = penalty.iter().cycle().zip(&at.v).map(|(penalty, v)| penalty * v);
        let descent: Vec<f64> = pull.zip(held).map(|(pull, held)| pull - held).collect();
        // The curvature of the sample is that of all rows but for its noise: a step with it costs less than it leaves.
        if !(found.certificate.gap <= ENOUGH * last_gap) {
            metric = metric.filter(|_| last_gap == f64::INFINITY);
        }
        last_gap = found.certificate.gap;
        let direction = match metric {
            Some((sample, design)) => {
                let scores = JointRows::new(sample.x, sample.n_classes).scores(&at.coefficients);
                let shares = shares_of(sample, &scores);
                let hessian = SoftmaxHessian { problem: sample, design, penalty: &penalty, shares: &shares };
                hessian.solve(&descent, forcing, control.clock)
            }
            None => {
                let hessian = SoftmaxHessian { problem, design: &design, penalty: &penalty, shares: &shares };
                hessian.solve(&descent, forcing, control.clock)
            }
        };
        if !at.step(problem, &design, &penalty, &direction) {
            if iteration == 0 && start.is_none() {
                // W = 0 is the optimum, and has not been looked at.
                if let (_, Some(reason)) = track.look(1, &at.coefficients, shares) {
                    return track.finish(reason);
                }
            }
            break;
        }
    }
    track.finish(StopReason::FloatingPointLimit)
}

/// Where the method is, in the coordinates of the design and in those of W and b.
struct Iterate {
    /// One block a class.
    v: Vec<f64>,
    coefficients: Vec<Coefficients>,
    scores: Vec<f64>,
}

impl Iterate {
    fn new<L, R>(
        problem: &JointProblem<'_, L, R>,
        design: &Design<'_>,
        start: Option<&[Coefficients]>,
    ) -> Self {
        let zeros = problem.zeros();
        let mut v: Vec<f64> = start.unwrap_or(&zeros).iter().flat_map(|at| design.vector(at)).collect();
        take_mean_off(&mut v, design.dim());
        let coefficients = coefficients(design, &v);
        let scores = match start {
            Some(_) => JointRows::new(problem.x, problem.n_classes).scores(&coefficients),
            None => vec![0.0; problem.n_rows() * problem.n_classes],
        };
        Self { v, coefficients, scores }
    }

    /// Moves a free intercept to its best value.
    fn settle<R: Sync>(&mut self, problem: &JointProblem<'_, Softmax, R>, design: &Design<'_>) {
        if problem.intercept != Intercept::Free {
            return;
        }
        let shift = best_shift(problem, &self.scores);
        let blocks = self.v.chunks_exact_mut(design.dim()).zip(&mut self.coefficients);
        for ((v, at), shift) in blocks.zip(&shift) {
            v.iter_mut().last().into_iter().for_each(|b| *b += shift);
            at.b += shift;
        }
        for scores in self.scores.chunks_exact_mut(problem.n_classes) {
            scores.iter_mut().zip(&shift).for_each(|(score, shift)| *score += shift);
        }
    }

    /// Goes to the minimum along a direction; whether that is any way.
    fn step<R: Sync>(
        &mut self,
        problem: &JointProblem<'_, Softmax, R>,
        design: &Design<'_>,
        penalty: &[f64],
        direction: &[f64],
    ) -> bool {
        let q = JointRows::new(problem.x, problem.n_classes).scores(&coefficients(design, direction));
        let line = JointLine { v: &self.v, direction, scores: &self.scores, q: &q };
        let step = line.minimize(problem, penalty, LINE_TOL);
        if !(step > 0.0) {
            return false;
        }
        self.v.iter_mut().zip(direction).for_each(|(v, direction)| *v += step * direction);
        self.scores.iter_mut().zip(&q).for_each(|(score, q)| *score += step * q);
        self.coefficients = coefficients(design, &self.v);
        true
    }
}

fn coefficients(design: &Design<'_>, v: &[f64]) -> Vec<Coefficients> {
    v.chunks_exact(design.dim()).map(|v| design.coefficients(v)).collect()
}

/// Some of the rows, with costs that are raised for the others.
struct Chosen {
    rows: Vec<usize>,
    y: Vec<usize>,
    c: Vec<f64>,
}

/// One of `SHARE` rows of each class, spread evenly, where there are many.
fn choose<L, R>(problem: &JointProblem<'_, L, R>) -> Option<Chosen> {
    let (n, d) = (problem.n_rows(), problem.x.n_features());
    if n / SHARE < ROWS_PER_UNKNOWN.saturating_mul(d + 1).max(SMALLEST) {
        return None;
    }
    let mut chosen: Vec<(usize, f64)> = Vec::with_capacity(n / SHARE + problem.n_classes * LEAST_OF_CLASS);
    for class in 0..problem.n_classes {
        let rows: Vec<usize> = (0..n).filter(|&row| problem.y[row] == class).collect();
        let taken = (rows.len() / SHARE).max(LEAST_OF_CLASS).min(rows.len());
        let factor = rows.len() as f64 / taken.max(1) as f64;
        chosen.extend((0..taken).map(|place| (rows[place * rows.len() / taken], factor)));
    }
    chosen.sort_unstable_by_key(|(row, _)| *row);
    Some(Chosen {
        y: chosen.iter().map(|(row, _)| problem.y[*row]).collect(),
        c: chosen.iter().map(|(row, factor)| factor * problem.c[*row]).collect(),
        rows: chosen.into_iter().map(|(row, _)| row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{CrammerSinger, Hinge, LogLoss};
    use crate::regularizer::L2;
    use crate::solver::{HingeSolver, Newton, Problem, Solve};
    use ndarray::Array2;

    const INTERCEPTS: [Intercept; 3] =
        [Intercept::Free, Intercept::Penalized { scaling: 2.0 }, Intercept::None];

    fn rows() -> (Array2<f64>, Vec<usize>) {
        let x = Array2::from_shape_fn((60, 3), |(i, j)| {
            ((i * 37 + j * 101) % 53) as f64 / 20.0 - 1.0 + (i % 2 * j) as f64
        });
        (x, (0..60).map(|i| usize::from((i * 7) % 11 < 4 + 3 * (i % 2))).collect())
    }

    fn joint<'a, L>(
        x: &'a Array2<f64>,
        y: &[usize],
        loss: L,
        intercept: Intercept,
    ) -> JointProblem<'a, L, L2> {
        let norms: Vec<f64> = x.rows().into_iter().map(|row| row.dot(&row)).collect();
        let c: Vec<f64> = (0..60).map(|i| 0.5 + (i % 4) as f64).collect();
        JointProblem::new(x, &norms, y.to_vec(), c, 2, loss, L2, intercept).unwrap()
    }

    /// ½ ‖w₀‖² + ½ ‖w₁‖² with w₁ = −w₀ is ¼ ‖w₁ − w₀‖²: half the binary problem with twice the costs.
    fn assert_half(found: &Solution<Vec<Coefficients>>, binary: &Solution) {
        let (found, binary_end) = (&found.coefficients, &binary.coefficients);
        for (j, w) in binary_end.w.iter().enumerate() {
            approx::assert_relative_eq!(found[1].w[j] - found[0].w[j], *w, epsilon = 1e-5);
            approx::assert_relative_eq!(found[1].w[j] + found[0].w[j], 0.0, epsilon = 1e-9);
        }
        approx::assert_relative_eq!(found[1].b - found[0].b, binary_end.b, epsilon = 1e-4);
    }

    #[test]
    fn two_classes_at_once_are_the_binary_problem_with_twice_the_costs() {
        let (x, y) = rows();
        let control = Control::new(1e-12, 100_000);
        let signs: Vec<f64> = y.iter().map(|&y| 2.0 * y as f64 - 1.0).collect();
        let costs: Vec<f64> = (0..60).map(|i| 1.0 + 2.0 * (i % 4) as f64).collect();
        for intercept in INTERCEPTS {
            let found = solve(&joint(&x, &y, Softmax::default(), intercept), 1.0, &control, None);
            let log = Problem::new(&x, signs.clone(), costs.clone(), LogLoss, L2, intercept).unwrap();
            let binary = Newton.solve(&log, &control);
            assert!(found.certificate.relative_gap() <= 1e-12, "{:?}", found.certificate);
            let half = 0.5 * binary.certificate.primal;
            approx::assert_relative_eq!(found.certificate.primal, half, max_relative = 1e-11);
            assert_half(&found, &binary);

            let control = Control::new(1e-9, 100_000);
            let found =
                super::super::crammer_singer::solve(&joint(&x, &y, CrammerSinger, intercept), &control);
            let hinge = Problem::new(&x, signs.clone(), costs.clone(), Hinge, L2, intercept).unwrap();
            let binary = HingeSolver.solve(&hinge, &control);
            assert!(found.certificate.relative_gap() <= 1e-9, "{intercept:?} {:?}", found.certificate);
            let half = 0.5 * binary.certificate.primal;
            approx::assert_relative_eq!(found.certificate.primal, half, max_relative = 1e-8);
        }
    }
}
