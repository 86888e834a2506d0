//! Dual coordinate descent.

use super::Solve;
use super::control::{Control, Solution, Track};
use super::intercept::best_intercept;
use super::problem::{Coefficients, Intercept, Problem};
use super::report::StopReason;
use crate::loss::DualLoss;
use crate::random::Random;
use crate::regularizer::L2;

/// Epochs after which a certificate is made even if the inner tolerance is not reached.
const MAX_EPOCHS_BETWEEN_CERTIFICATES: usize = 32;

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
        let mut track = Track::start(<Self as Solve<L, L2>>::NAME, problem, control);
        let mut descent = Descent::new(problem, control.seed);
        let mut inner_tol = 0.1;
        let (mut last_certificate, mut epoch) = (0, 0);
        loop {
            epoch += 1;
            let violation = descent.epoch();
            let settled = violation <= inner_tol;
            if settled && epoch < control.max_iter && descent.wake_all() {
                continue;
            }
            if settled
                || epoch - last_certificate >= MAX_EPOCHS_BETWEEN_CERTIFICATES
                || epoch >= control.max_iter
                || control.clock.is_out_of_time()
            {
                last_certificate = epoch;
                if let Some(reason) = track.offer(epoch, &descent.coefficients(), &descent.beta) {
                    return track.finish(reason);
                }
                if violation == 0.0 && descent.center_moved == 0.0 {
                    return track.finish(StopReason::FloatingPointLimit);
                }
                if settled {
                    inner_tol = (0.3 * inner_tol).max(1e-15);
                    descent.move_center();
                }
                descent.wake_all();
            }
        }
    }
}

struct Descent<'a, L> {
    problem: &'a Problem<'a, L, L2>,
    beta: Vec<f64>,
    w: Vec<f64>,
    /// ‖xᵢ‖² and, where there is an intercept, σ².
    norms: Vec<f64>,
    /// The square of the intercept's column: b = center + σ² Σ βᵢ.
    column: f64,
    b: f64,
    center_moved: f64,
    active: Vec<usize>,
    n_rows: usize,
    /// Bounds on the slopes of the last epoch beyond which a row at a bound is left out.
    slopes: (f64, f64),
    random: Random,
}

impl<'a, L: DualLoss> Descent<'a, L> {
    fn new(problem: &'a Problem<'a, L, L2>, seed: u64) -> Self {
        let n = problem.n_rows();
        let mut row_norms = vec![0.0; n];
        problem.x.rows_squared_norm(0..n, &mut row_norms);
        let column = match problem.intercept {
            Intercept::Penalized { scaling } => scaling * scaling,
            Intercept::Free => (row_norms.iter().sum::<f64>() / n as f64).max(f64::MIN_POSITIVE),
            Intercept::None => 0.0,
        };
        Self {
            problem,
            beta: vec![0.0; n],
            w: vec![0.0; problem.x.n_features()],
            norms: row_norms.into_iter().map(|norm| norm + column).collect(),
            column,
            b: 0.0,
            center_moved: f64::INFINITY,
            active: (0..n).collect(),
            n_rows: n,
            slopes: (f64::NEG_INFINITY, f64::INFINITY),
            random: Random::new(seed),
        }
    }

    /// One pass over the active rows; how far the slopes are from those of an optimum.
    fn epoch(&mut self) -> f64 {
        let problem = self.problem;
        self.random.shuffle(&mut self.active);
        let (mut lowest, mut highest) = (0.0f64, 0.0f64);
        let mut kept = 0;
        for position in 0..self.active.len() {
            let row = self.active[position];
            let (y, c, beta) = (problem.y[row], problem.c[row], self.beta[row]);
            let p = problem.x.row_dot(row, &self.w) + self.b;
            let slope = -problem.loss.dual_ascent(y, p, beta, c);
            let (low, high) = problem.loss.dual_bounds(y, c);
            if (beta == low && slope > self.slopes.1) || (beta == high && slope < self.slopes.0) {
                continue;
            }
            self.active.swap(kept, position);
            kept += 1;
            let projected = if beta == low {
                slope.min(0.0)
            } else if beta == high {
                slope.max(0.0)
            } else {
                slope
            };
            lowest = lowest.min(projected);
            highest = highest.max(projected);
            if projected != 0.0 {
                let moved = problem.loss.dual_step(y, p, beta, c, self.norms[row]);
                let step = moved - beta;
                self.beta[row] = moved;
                problem.x.add_row(row, step, &mut self.w);
                self.b += step * self.column;
            }
        }
        self.active.truncate(kept);
        let open = |slope: f64, end: f64| if slope == 0.0 { end } else { slope };
        self.slopes = (open(lowest, f64::NEG_INFINITY), open(highest, f64::INFINITY));
        highest - lowest
    }

    /// Takes all rows up again; whether any had been left out.
    fn wake_all(&mut self) -> bool {
        let slept = self.active.len() < self.n_rows;
        if slept {
            self.active = (0..self.n_rows).collect();
        }
        self.slopes = (f64::NEG_INFINITY, f64::INFINITY);
        slept
    }

    /// Ends a proximal round: the intercept is penalised around where it is now.
    fn move_center(&mut self) {
        self.center_moved = 0.0;
        if self.problem.intercept == Intercept::Free {
            let beta_sum: f64 = self.beta.iter().sum();
            self.b += self.column * beta_sum;
            self.center_moved = (self.column * beta_sum).abs();
        }
    }

    fn coefficients(&self) -> Coefficients {
        let (w, b) = (self.w.clone(), self.b);
        if self.problem.intercept != Intercept::Free {
            return Coefficients { w, b };
        }
        let problem = self.problem;
        let scores = problem.scores(&Coefficients { w: w.clone(), b: 0.0 });
        Coefficients { w, b: best_intercept(&problem.loss, &problem.y, &problem.c, &scores) }
    }
}
