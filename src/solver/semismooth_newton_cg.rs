//! A semismooth Newton method for the hinge loss of many features.

use super::augmented_lagrangian::{Goal, Iterate, Reduced, RowSums, System, products};
use super::certificate::Repair;
use super::conjugate_gradients::{Hessian, Preconditioner, up_to};
use super::control::{Control, Solution, Track};
use super::design::Design;
use super::newton_systems::{DampingRule, Pace, Systems};
use super::packed::{RowAccess, WithRows, with_rows};
use super::problem::{Coefficients, Problem};
use super::report::StopReason;
use super::row_terms::Given;
use super::window::{Window, refine};
use super::{DualCoordinateDescent, Solve};
use crate::loss::Hinge;
use crate::regularizer::L2;

/// Epochs of coordinate descent to begin with.
const FIRST_EPOCHS: usize = 40;
/// A window has at most one of so many rows.
const MOST_GATHERED: usize = 4;
/// The share of the gap asked for that a round may have.
const INNER_SHARE: f64 = 0.5;
/// Rounds in a row that may be in vain.
const PATIENCE: usize = 6;
/// The part of the gradient that conjugate gradients leave.
const FORCING: f64 = 0.3;
/// How many widths from the kink rows still count as damping, and the least damping that does.
const NEAR: f64 = 2.0;
const LEAST_DAMPING: f64 = 1e-3;

/// Semismooth Newton on the augmented Lagrangian with conjugate gradients, for the hinge loss and many features.
///
/// The method of [`SemismoothNewton`](super::SemismoothNewton) without a matrix: each round minimises the augmented
/// Lagrangian by Newton steps, whose systems see only the rows strictly inside the smoothed kink, and which
/// conjugate gradients solve in the metric of [`NewtonCg`](super::NewtonCg). Rows near the kink damp steps, more of them
/// after a step that the line search has cut short. The kink is half as wide after each round that has come to its end,
/// and once few rows are near it, only those take part. Each round ends with
/// a certificate. It begins where 40 epochs of [`DualCoordinateDescent`] end, which a large C or categories that many
/// rows share keep from the optimum for thousands more.
///
/// A step costs the stored entries, each step of conjugate gradients those of the open rows. Memory is O(n + d) for
/// each of up to 16 pieces of rows and a packed copy of the open rows, at most all.
///
/// Yan and Li 2020, "An Efficient Augmented Lagrangian Method for Support Vector Machine",
/// doi:10.1080/10556788.2020.1734002.
///
/// ```
/// use certifit::loss::Hinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, Problem, SemismoothNewtonCg, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], Hinge, L2, Intercept::None)?;
/// let solution = SemismoothNewtonCg.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 0.25).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SemismoothNewtonCg;

impl Solve<Hinge, L2> for SemismoothNewtonCg {
    const NAME: &'static str = "semismooth-newton-cg";

    fn solve(&self, problem: &Problem<'_, Hinge, L2>, control: &Control) -> Solution {
        if let Some(start) = control.start.as_deref()
            && let Some(beta) = &start.beta
        {
            return improve(problem, control, &start.at, beta);
        }
        // What is left begins at the dual point that this ends with.
        let first = DualCoordinateDescent.solve(problem, &control.capped(FIRST_EPOCHS));
        first.then(control, |rest| self.solve(problem, rest))
    }
}

fn improve(
    problem: &Problem<'_, Hinge, L2>,
    control: &Control,
    start: &Coefficients,
    beta: &[f64],
) -> Solution {
    let mut track = Track::start(SemismoothNewtonCg::NAME, problem, control);
    let design = Design::centered_only(problem.x, problem.intercept);
    let penalty = design.penalty_weights();
    let whole = Reduced {
        design: design.clone(),
        y: problem.y.as_slice().into(),
        c: problem.c.as_slice().into(),
        fixed: vec![0.0; design.dim()],
        penalty: &penalty,
        systems: &ConjugateGradients,
        clock: control.clock,
    };
    let alpha = products(beta, &problem.y);
    let mut is_solved = true;
    let mut at = Iterate { v: design.vector(start), u: Vec::new(), alpha, pull: Vec::new(), width: 0.0 };
    for round in 1.. {
        let beta = products(&at.alpha, &problem.y);
        let (found, reason) = track.look(round, &design.coefficients(&at.v), Repair::Exact, &Given(&beta));
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        if track.offers_without_progress() >= PATIENCE {
            break;
        }
        at.u = found.scores;
        at.u.iter_mut().zip(&problem.y).for_each(|(u, y)| *u = 1.0 - y * *u);
        at.pull = whole.pull_of(&at.alpha);
        // A width that has not been worked off is not left behind.
        match round {
            1 => at.width = first_width(&whole, &at),
            _ if is_solved => at.width *= ConjugateGradients::PACE.shrink,
            _ => {}
        }
        let rows = Window::after(&whole, &mut at).rows(&at);
        let goal = Goal { gap: INNER_SHARE * control.tol * found.certificate.primal.abs(), rounds: 1 };
        let improved = if MOST_GATHERED * rows.len() > at.u.len() {
            whole.improve(&mut at, goal)
        } else {
            refine(&whole, &mut at, &rows, goal)
        };
        is_solved = improved.is_solved;
    }
    track.finish(StopReason::FloatingPointLimit)
}

/// How far from the kink the rows are that are not decided.
fn first_width(reduced: &Reduced<'_, ConjugateGradients>, at: &Iterate) -> f64 {
    let open = (0..at.u.len()).filter(|&i| at.alpha[i] > 0.0 && at.alpha[i] < reduced.c[i]);
    let (count, sum) = open.fold((0.0, 0.0), |(count, sum), i| (count + 1.0, sum + at.u[i].abs()));
    if sum > 0.0 { sum / count } else { 1.0 }
}

/// Systems that are solved by conjugate gradients, about.
struct ConjugateGradients;

impl Systems for ConjugateGradients {
    const PACE: Pace = Pace {
        shrink: 0.5,
        inner: 2.0,
        damping: DampingRule::Following { first: 0.3, fade: 0.5, grow: 10.0, least: LEAST_DAMPING },
    };

    /// The metric of a round.
    type Kept = Option<Preconditioner>;

    fn direction(
        &self,
        system: &System<'_, Self>,
        gradient: &[f64],
        sums: &mut RowSums,
        kept: &mut Option<Preconditioner>,
    ) -> Option<Vec<f64>> {
        sums.changed.clear();
        let System { reduced, at, damping } = *system;
        let inverse = 1.0 / at.width;
        let (mut rows, mut curvature) = (Vec::new(), Vec::new());
        for (row, (((alpha, u), c), inside)) in
            at.alpha.iter().zip(&at.u).zip(&*reduced.c).zip(&sums.is_inside).enumerate()
        {
            // In widths.
            let place = alpha / c + u * inverse;
            let share = if *inside {
                1.0
            } else if damping > LEAST_DAMPING && place > -NEAR && place < 1.0 + NEAR {
                damping
            } else {
                continue;
            };
            rows.push(row);
            curvature.push(share * c * inverse);
        }
        let descent: Vec<f64> = gradient.iter().map(|g| -g).collect();
        Some(with_rows(reduced.design.x(), &rows, Step { system, curvature, descent: &descent, kept }))
    }

    fn end_round(kept: &mut Option<Preconditioner>) {
        *kept = None;
    }
}

struct Step<'a, 'b> {
    system: &'a System<'b, ConjugateGradients>,
    curvature: Vec<f64>,
    descent: &'a [f64],
    kept: &'a mut Option<Preconditioner>,
}

impl WithRows for Step<'_, '_> {
    type Output = Vec<f64>;

    fn run(self, rows: &impl RowAccess) -> Vec<f64> {
        let reduced = self.system.reduced;
        let hessian = Hessian::new(&reduced.design, rows, self.curvature);
        let metric = self.kept.get_or_insert_with(|| Preconditioner::new(&hessian));
        hessian.solve(self.descent, metric, up_to(FORCING), reduced.clock)
    }
}
