//! Dual coordinate descent.

use super::Solve;
use super::certificate::Repair;
use super::control::{Control, Solution, Track};
use super::forecast::Forecast;
use super::intercept::best_intercept;
use super::packed::{RowAccess, WithRows, with_arranged_rows};
use super::problem::{Coefficients, Intercept, Problem};
use super::report::StopReason;
use super::row_terms::Given;
use super::sweep::{Check, Row, Sweep, Swept};
use crate::data::dot;
use crate::loss::DualLoss;
use crate::random::Random;
use crate::regularizer::L2;
use crate::simd;

/// The share of the gap from which the penalty of a free intercept's place makes that place move.
const CENTER_SHARE: f64 = 0.3;

/// Dual coordinate descent with shrinking, for many features and sparse rows.
///
/// One βᵢ after the other, in random order, is set to the maximum of the dual along it, while w = Σ βᵢ xᵢ is
/// kept up to date; rows that sit at a bound and pull against it are left out until the others are done. Hsieh,
/// Chang, Lin, Keerthi and Sundararajan 2008, "A Dual Coordinate Descent Method for Large-scale Linear SVM",
/// algorithm 3, doi:10.1145/1390156.1390208.
///
/// A penalised intercept is one more feature. A free one asks for Σ βᵢ = 0, which single coordinates cannot keep;
/// it is reached by proximal steps (the method of multipliers on that constraint): each outer round penalises
/// ½ (b − b₀)²/σ² around the b₀ where the last one ended. An epoch costs the number of stored entries.
///
/// ```
/// use certifit::loss::Hinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, DualCoordinateDescent, Intercept, Problem, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], Hinge, L2, Intercept::None)?;
/// let solution = DualCoordinateDescent.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 0.25).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct DualCoordinateDescent;

impl<L: DualLoss> Solve<L, L2> for DualCoordinateDescent {
    const NAME: &'static str = "dual-coordinate-descent";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        let order = Random::new(control.seed).permutation(problem.n_rows());
        with_arranged_rows(problem.x, &order, Task { problem, control, order: &order })
    }
}

struct Task<'a, L> {
    problem: &'a Problem<'a, L, L2>,
    control: &'a Control,
    order: &'a [usize],
}

impl<L: DualLoss> WithRows for Task<'_, L> {
    type Output = Solution;

    fn run(self, rows: &impl RowAccess) -> Solution {
        descend(self.problem, self.control, rows, self.order)
    }
}

fn descend<L: DualLoss>(
    problem: &Problem<'_, L, L2>,
    control: &Control,
    rows: &impl RowAccess,
    order: &[usize],
) -> Solution {
    let mut track = Track::start(<DualCoordinateDescent as Solve<L, L2>>::NAME, problem, control);
    let mut descent = Descent::new(problem, rows, order, control);
    let mut forecast = Forecast::new(control.tol);
    for epoch in 1.. {
        let sweep = descent.epoch();
        if forecast.is_time_to_check(&sweep) {
            forecast.checked(descent.check_sleepers());
        }
        let is_end = epoch >= control.max_iter || control.clock.is_out_of_time();
        if !(is_end || forecast.is_due(&sweep, descent.imbalance(&sweep))) {
            descent.move_center(&sweep);
            continue;
        }
        let at = descent.coefficients();
        let beta = descent.beta();
        let (found, reason) = track.look(epoch, &at, Repair::Exact, &Given(&beta));
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        forecast.learn(&found.certificate);
        let moved = descent.move_center(&sweep);
        let woken = descent.wake(&found.scores);
        if sweep.moved == 0.0 && !moved && woken == 0 {
            break;
        }
    }
    track.finish(StopReason::FloatingPointLimit)
}

struct Descent<'a, L, A> {
    problem: &'a Problem<'a, L, L2>,
    access: &'a A,
    order: &'a [usize],
    rows: Vec<Row>,
    /// Arranged as the rows are.
    w: Vec<f64>,
    /// The square of the intercept's column: b = center + σ² Σ βᵢ.
    column: f64,
    b: f64,
    active: Vec<usize>,
    /// Bounds on the slopes of the last epoch beyond which a row at a bound is left out.
    slopes: (f64, f64),
    random: Random,
}

impl<'a, L: DualLoss, A: RowAccess> Descent<'a, L, A> {
    fn new(problem: &'a Problem<'a, L, L2>, access: &'a A, order: &'a [usize], control: &Control) -> Self {
        let n = problem.n_rows();
        let mut norms = vec![0.0; n];
        problem.x.rows_squared_norm(0..n, &mut norms);
        let column = match problem.intercept {
            Intercept::Penalized { scaling } => scaling * scaling,
            // Rows of zeros have no size to compare with.
            Intercept::Free => match norms.iter().sum::<f64>() / n as f64 {
                mean if mean > 0.0 => mean,
                _ => 1.0,
            },
            Intercept::None => 0.0,
        };
        let start = control.start.as_deref().and_then(|start| Some((start.at.b, start.beta.as_ref()?)));
        let row = |&row: &usize| {
            let (y, c) = (problem.y[row], problem.c[row]);
            let (low, high) = problem.loss.dual_bounds(y, c);
            let beta = start.map_or(0.0, |(_, beta)| beta[row].clamp(low, high));
            Row { y, c, beta, norm: norms[row] + column, sleeps: false }
        };
        let rows: Vec<Row> = order.iter().map(row).collect();
        let mut w = vec![0.0; problem.x.n_features()];
        rows.iter()
            .enumerate()
            .filter(|(_, row)| row.beta != 0.0)
            .for_each(|(at, row)| access.add::<false>(at, row.beta, &mut w));
        let b = match (problem.intercept, start) {
            (Intercept::Free, Some((b, _))) => b,
            _ => column * rows.iter().map(|row| row.beta).sum::<f64>(),
        };
        Self {
            problem,
            access,
            order,
            rows,
            w,
            column,
            b,
            active: (0..n).collect(),
            slopes: (f64::NEG_INFINITY, f64::INFINITY),
            random: Random::new(control.seed),
        }
    }

    /// One visit of the active rows in random order.
    fn epoch(&mut self) -> Swept {
        self.random.shuffle(&mut self.active);
        let swept = simd::run(Sweep {
            loss: &self.problem.loss,
            access: self.access,
            rows: &mut self.rows,
            visits: &self.active,
            w: &mut self.w,
            b: &mut self.b,
            column: self.column,
            slopes: &mut self.slopes,
        });
        self.active.retain(|&at| !self.rows[at].sleeps);
        let primal = swept.primal + 0.5 * dot(&self.w, &self.w);
        let beta_sum = match self.problem.intercept {
            Intercept::Free => self.rows.iter().map(|row| row.beta).sum(),
            _ => 0.0,
        };
        Swept { primal, beta_sum, ..swept }
    }

    /// Takes up the rows that have been woken, if any have.
    fn take_up(&mut self, woken: usize) {
        if woken > 0 {
            self.active = (0..self.rows.len()).filter(|&at| !self.rows[at].sleeps).collect();
        }
    }

    /// Takes up those left out that are not at their optimum; the gap of all of them.
    fn check_sleepers(&mut self) -> f64 {
        let check = Check {
            loss: &self.problem.loss,
            access: self.access,
            rows: &mut self.rows,
            w: &self.w,
            b: self.b,
        };
        let (gap, woken) = simd::run(check);
        self.take_up(woken);
        gap
    }

    /// Takes up those left out that are not at their optimum for these scores; how many.
    fn wake(&mut self, scores: &[f64]) -> usize {
        let mut woken = 0;
        for (row, &original) in self.rows.iter_mut().zip(self.order).filter(|(row, _)| row.sleeps) {
            if row.violates(&self.problem.loss, scores[original]) {
                row.sleeps = false;
                woken += 1;
            }
        }
        self.take_up(woken);
        self.slopes = (f64::NEG_INFINITY, f64::INFINITY);
        woken
    }

    /// What Σ βᵢ ≠ 0 adds to the gap where the intercept is free.
    fn imbalance(&self, swept: &Swept) -> f64 {
        swept.beta_sum.abs() * self.b.abs()
    }

    /// A free intercept is penalised around where it is: moves that place where the penalty is what holds the rest up.
    fn move_center(&mut self, swept: &Swept) -> bool {
        if self.problem.intercept != Intercept::Free {
            return false;
        }
        let sum = swept.beta_sum;
        let penalty = 0.5 * self.column * sum * sum;
        let moves = penalty > CENTER_SHARE * swept.gap;
        if moves {
            self.b += self.column * sum;
        }
        moves
    }

    fn beta(&self) -> Vec<f64> {
        let mut beta = vec![0.0; self.rows.len()];
        self.rows.iter().zip(self.order).for_each(|(row, &original)| beta[original] = row.beta);
        beta
    }

    fn coefficients(&self) -> Coefficients {
        let (w, b) = (self.access.columns(self.w.clone()), self.b);
        if self.problem.intercept != Intercept::Free {
            return Coefficients { w, b };
        }
        let problem = self.problem;
        let scores = problem.scores(&Coefficients { w: w.clone(), b: 0.0 });
        Coefficients { w, b: best_intercept(&problem.loss, &problem.y, &problem.c, &scores) }
    }
}
