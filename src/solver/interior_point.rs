//! A primal-dual interior point method for losses that are made of hinges.

use super::Solve;
use super::cholesky::Cholesky;
use super::control::{Control, Solution, Track};
use super::design::Design;
use super::problem::{Intercept, Problem};
use super::report::StopReason;
use crate::data::dot;
use crate::loss::MarginLoss;
use crate::regularizer::L2;

/// Iterations without progress after which rounding has the last word.
const PATIENCE: usize = 16;
/// Iterations in which the products do not fall before steps become cautious.
const CYCLE: usize = 3;
/// The length of a cautious step after which steps are no longer cautious.
const CENTRAL: f64 = 0.5;
/// The share of the products that a cautious step aims at, at least, and of the way to the boundary that it goes.
const CAUTIOUS: (f64, f64) = (0.1, 0.9);
/// How far inside its bounds the start is, in mean errors of the ridge solution: from 5 to 20 the fewest iterations.
const ROOM: f64 = 10.0;
/// A step so short, at an iterate whose |Σ βᵢ| is more than this share of Σ |βᵢ|, is the end of the way to Σ βᵢ = 0.
const STUCK: f64 = 1e-3;
const UNBALANCED: f64 = 0.01;
/// Halvings of the interval in which the intercept of a balanced start is looked for.
const MOST_HALVINGS: i32 = 50;
/// Steps of conjugate gradients on top of a factor.
const MOST_REFINEMENTS: usize = 8;

/// Mehrotra's predictor–corrector interior point method, for hinge-like losses and few features.
///
/// The loss of a row is a hinge max(0, t − s p), s = ±1, or its square; that of a regression has two of them, one on
/// either side (see [`MarginLoss`]). The dual min ½ ‖Σ αᵢ sᵢ x̃ᵢ‖² + Σ (½ κᵢ αᵢ² − tᵢ αᵢ) over 0 ≤ αᵢ ≤ uᵢ (hinge: u = c,
/// κ = 0; squared hinge: u = ∞, κ = 1/(2c)) has a Hessian of rank d and a diagonal, so that each step solves a system of
/// the size of v = (w, b) only: (R + Σ θᵢ x̃ᵢ x̃ᵢᵀ) Δv = …, with θᵢ⁻¹ = κᵢ + λᵢ/αᵢ + ξᵢ/(uᵢ − αᵢ), λᵢ and ξᵢ the multipliers of
/// the bounds. A free intercept is an unpenalised entry of v, no special case. Ferris and Munson 2002,
/// "Interior-Point Methods for Massive Support Vector Machines", doi:10.1137/S1052623400374379; Mehrotra 1992,
/// doi:10.1137/0802028.
///
/// 10 to 50 iterations whatever C and the units of the features; each costs n d² + d³/3 operations. Memory is
/// O(n + d²) for each of up to 16 pieces of rows.
///
/// ```
/// use certifit::loss::Hinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, InteriorPoint, Problem, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], Hinge, L2, Intercept::None)?;
/// let solution = InteriorPoint.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 0.25).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct InteriorPoint;

impl<L: MarginLoss> Solve<L, L2> for InteriorPoint {
    const NAME: &'static str = "interior-point";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        let mut track = Track::start(<Self as Solve<L, L2>>::NAME, problem, control);
        let dual = Dual::new(problem);
        let Some(mut point) = Point::start(problem, &dual, Start::Ridge) else {
            return track.finish(StopReason::FloatingPointLimit);
        };
        let (mut last_product, mut iterations_since, mut cautious) = (f64::INFINITY, 0, false);
        let mut may_restart = problem.intercept == Intercept::Free;
        for iteration in 0.. {
            let beta = dual.beta(&point.alpha);
            if let Some(reason) = track.offer(iteration, &dual.design.coefficients(&point.v), &beta) {
                return track.finish(reason);
            }
            let product = dual.mean_product(&point);
            iterations_since += 1;
            if product < 0.9 * last_product {
                (last_product, iterations_since) = (product, 0);
            }
            let is_patient = track.offers_without_progress().min(iterations_since) <= PATIENCE;
            let step = if is_patient { dual.next(&point, cautious) } else { None };
            let is_stuck = step.as_ref().is_none_or(|(_, length)| *length < STUCK);
            if may_restart && is_stuck && dual.is_unbalanced(&point) {
                let Some(balanced) = Point::start(problem, &dual, Start::Balanced) else { break };
                point = balanced;
                (last_product, iterations_since, cautious) = (f64::INFINITY, 0, false);
                may_restart = false;
                continue;
            }
            let Some((next, length)) = step else { break };
            // A long step shows that the iterate is near the centre again.
            cautious = length < CENTRAL && (cautious || iterations_since >= CYCLE);
            point = next;
        }
        track.finish(StopReason::FloatingPointLimit)
    }
}

/// The quadratic programme: s, t, u and κ of the first hinge of each row, then of the second of each row, if there is one.
struct Dual<'a> {
    design: Design<'a>,
    penalty: Vec<f64>,
    n_rows: usize,
    sign: Vec<f64>,
    target: Vec<f64>,
    upper: Vec<f64>,
    kappa: Vec<f64>,
}

/// An iterate, or a direction: coefficients v, dual point α, multipliers λ of α ≥ 0 and ξ of α ≤ u (0 where u is
/// infinite), margins m = s x̃·v. The slack u − α is kept apart from α, so that rounding cannot make it 0.
struct Point {
    v: Vec<f64>,
    alpha: Vec<f64>,
    slack: Vec<f64>,
    lambda: Vec<f64>,
    xi: Vec<f64>,
    margin: Vec<f64>,
}

/// The system of a step: θ of the hinges, their sums over those of a row, the factor, and Σ αᵢ sᵢ x̃ᵢ.
struct System<'a> {
    theta: &'a [f64],
    of_rows: &'a [f64],
    factor: &'a Cholesky,
    pull: &'a [f64],
}

/// Where to begin.
///
/// At the ridge solution Σ βᵢ is far from the 0 that a free intercept demands where one class is rare. Mostly the way
/// there is short all the same; but the iterates may lose the centre on it, and then cautious steps are short, too. An
/// intercept for which Σ βᵢ = 0 from the start leaves that way out, and costs more steps where it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Ridge,
    Balanced,
}

/// What the products α λ and (u − α) ξ of a row are to become.
type Aim = (f64, f64);

impl Point {
    /// The ridge solution, whose errors become multipliers with room to spare: λ − ξ = m − t holds from the start,
    /// and no product is small where another is large, or the first steps would be short.
    fn start<L: MarginLoss>(problem: &Problem<'_, L, L2>, dual: &Dual<'_>, start: Start) -> Option<Self> {
        let n = dual.sign.len();
        let share = problem.n_rows() as f64 / n as f64;
        let wanted = dual.by_row(|i| share * problem.c[i % problem.n_rows()] * dual.sign[i] * dual.target[i]);
        let mut v = dual.design.factor(&problem.c)?.solve(&dual.design.weighted_sum(&wanted));
        let mut margin = dual.margins(&v);
        let mean_size = |sizes: &mut dyn Iterator<Item = f64>| sizes.map(f64::abs).sum::<f64>() / n as f64;
        let mean_error = mean_size(&mut (0..n).map(|i| dual.target[i] - margin[i]));
        let mean_target = mean_size(&mut dual.target.iter().copied());
        let room = ROOM * mean_error.max(1e-3 * mean_target).max(f64::MIN_POSITIVE);
        if start == Start::Balanced {
            let shift = dual.balancing_shift(&margin, room);
            v.iter_mut().skip(problem.x.n_features()).for_each(|b| *b += shift);
            margin.iter_mut().zip(&dual.sign).for_each(|(margin, sign)| *margin += sign * shift);
        }
        let of_hinge = |i: usize| with_room(dual.target[i] - margin[i], room);
        let (error, lambda): (Vec<f64>, Vec<f64>) = (0..n).map(of_hinge).unzip();
        let alpha: Vec<f64> = (0..n).map(|i| dual.central(i, error[i], lambda[i])).collect();
        let bounded = |i: usize| dual.upper[i].is_finite();
        let xi = (0..n).map(|i| if bounded(i) { error[i] } else { 0.0 }).collect();
        let slack = dual.upper.iter().zip(&alpha).map(|(upper, alpha)| upper - alpha).collect();
        Some(Self { v, alpha, slack, lambda, xi, margin })
    }

    fn moved(&self, direction: &Self, length: f64) -> Self {
        let add = |from: &[f64], change: &[f64]| -> Vec<f64> {
            from.iter().zip(change).map(|(from, change)| from + length * change).collect()
        };
        Self {
            v: add(&self.v, &direction.v),
            alpha: add(&self.alpha, &direction.alpha),
            slack: add(&self.slack, &direction.slack),
            lambda: add(&self.lambda, &direction.lambda),
            xi: add(&self.xi, &direction.xi),
            margin: add(&self.margin, &direction.margin),
        }
    }
}

impl<'a> Dual<'a> {
    fn new<L: MarginLoss>(problem: &'a Problem<'a, L, L2>) -> Self {
        let design = Design::new(problem.x, problem.intercept);
        let sides =
            || (0..L::SIDES).flat_map(|side| problem.y.iter().map(move |&y| problem.loss.side(side, y)));
        let costs = || (0..L::SIDES).flat_map(|_| problem.c.iter().copied());
        Self {
            penalty: design.penalty_weights(),
            design,
            n_rows: problem.n_rows(),
            sign: sides().map(|(sign, _)| sign).collect(),
            target: sides().map(|(_, target)| target).collect(),
            upper: costs().map(|c| problem.loss.dual_limit(c)).collect(),
            kappa: costs().map(|c| problem.loss.dual_curvature(1.0, 0.0, c)).collect(),
        }
    }

    /// For each row the sum of a value over its hinges.
    fn by_row(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..self.n_rows).map(|row| (row..self.sign.len()).step_by(self.n_rows).map(&value).sum()).collect()
    }

    fn beta(&self, alpha: &[f64]) -> Vec<f64> {
        self.by_row(|i| alpha[i] * self.sign[i])
    }

    /// The αᵢ that makes the products of a hinge alike.
    fn central(&self, i: usize, error: f64, lambda: f64) -> f64 {
        if self.upper[i].is_finite() {
            self.upper[i] * error / (error + lambda)
        } else {
            error / self.kappa[i]
        }
    }

    /// The change of the intercept after which the start has Σ βᵢ = 0; 0 if there is none.
    fn balancing_shift(&self, margin: &[f64], room: f64) -> f64 {
        let of_hinge = |i: usize, shift: f64| {
            let sign = self.sign[i];
            let (error, lambda) = with_room(self.target[i] - margin[i] - sign * shift, room);
            sign * self.central(i, error, lambda)
        };
        let sum = |shift: f64| -> f64 { (0..self.sign.len()).map(|i| of_hinge(i, shift)).sum() };
        // Σ βᵢ falls as the intercept rises.
        let sign = sum(0.0).signum();
        let mut doubled = (0..MOST_HALVINGS).map(|i| sign * room * 2f64.powi(i));
        let Some(mut far) = doubled.find(|&shift| sign * sum(shift) <= 0.0) else { return 0.0 };
        let mut near = 0.0;
        for _ in 0..MOST_HALVINGS {
            let middle = 0.5 * (near + far);
            *(if sign * sum(middle) > 0.0 { &mut near } else { &mut far }) = middle;
        }
        far
    }

    /// Whether Σ βᵢ is far from 0.
    fn is_unbalanced(&self, at: &Point) -> bool {
        let (sum, size) =
            self.beta(&at.alpha).iter().fold((0.0, 0.0), |(sum, size), beta| (sum + beta, size + beta.abs()));
        sum.abs() > UNBALANCED * size
    }

    /// A predictor step, which shows how far the products can fall, then the corrected one, and its length; `None` if
    /// the system has lost its meaning to rounding.
    ///
    /// Mehrotra corrects for the whole predictor step. Where only a small part of it can be gone that is too much, and
    /// rarely the iterates go round in a cycle (Cartis 2009, "Some disadvantages of a Mehrotra-type primal-dual
    /// corrector interior point algorithm for linear programming"). A cautious step does not correct, keeps to the
    /// centre, and so gets out of it.
    fn next(&self, at: &Point, cautious: bool) -> Option<(Point, f64)> {
        let theta: Vec<f64> = (0..self.sign.len())
            .map(|i| 1.0 / (self.kappa[i] + at.lambda[i] / at.alpha[i] + at.xi[i] / at.slack[i]))
            .collect();
        let of_rows = self.by_row(|i| theta[i]);
        let factor = self.design.factor(&of_rows)?;
        let pull = self.design.weighted_sum(&self.beta(&at.alpha));
        let system = System { theta: &theta, of_rows: &of_rows, factor: &factor, pull: &pull };
        let direction = |aim: &dyn Fn(usize) -> Aim| self.direction(at, &system, aim);

        let predictor = direction(&|_| (0.0, 0.0));
        let product = self.mean_product(at);
        let predicted = self.longest_step(at, &predictor);
        let (target, correction, short_of_boundary) = if cautious {
            (product * (1.0 - predicted.min(1.0)).powi(2).max(CAUTIOUS.0), 0.0, CAUTIOUS.1)
        } else {
            let reachable = self.mean_product(&at.moved(&predictor, predicted));
            // Closer to the boundary as the products vanish, for a fast end.
            (product * (reachable / product).powi(3), 1.0, 1.0 - product.clamp(1e-6, 5e-3))
        };
        let corrected = direction(&|i| {
            let moved = correction * predictor.alpha[i];
            (target - moved * predictor.lambda[i], target + moved * predictor.xi[i])
        });
        let length = (short_of_boundary * self.longest_step(at, &corrected)).min(1.0);
        if !(length > 1e-10) {
            return None;
        }
        let mut next = at.moved(&corrected, length);
        next.margin = self.margins(&next.v);
        Some((next, length))
    }

    /// The Newton direction towards the products `aim`.
    fn direction(&self, at: &Point, system: &System<'_>, aim: &dyn Fn(usize) -> Aim) -> Point {
        let System { theta, of_rows, factor, pull } = system;
        let n = self.sign.len();
        let residual: Vec<f64> = (0..n)
            .map(|i| {
                let (to_lower, to_upper) = aim(i);
                let slope = at.margin[i] - self.target[i] + self.kappa[i] * at.alpha[i];
                slope - to_lower / at.alpha[i] + to_upper / at.slack[i]
            })
            .collect();
        let mut right = self.design.weighted_sum(&self.by_row(|i| -self.sign[i] * theta[i] * residual[i]));
        for (j, right) in right.iter_mut().enumerate() {
            *right += pull[j] - self.penalty[j] * at.v[j];
        }
        let v = self.solve_system(of_rows, factor, &right);
        let margin = self.margins(&v);
        let alpha: Vec<f64> = (0..n).map(|i| -theta[i] * (residual[i] + margin[i])).collect();
        let lambda =
            (0..n).map(|i| (aim(i).0 - at.lambda[i] * alpha[i]) / at.alpha[i] - at.lambda[i]).collect();
        let xi = (0..n).map(|i| (aim(i).1 + at.xi[i] * alpha[i]) / at.slack[i] - at.xi[i]).collect();
        let slack = alpha.iter().map(|alpha| -alpha).collect();
        Point { v, alpha, slack, lambda, xi, margin }
    }

    /// v with (R + Σ θᵢ x̃ᵢ x̃ᵢᵀ) v = right: the factor's answer, mended by conjugate gradients that the factor
    /// preconditions. Near the end θ spans so many orders that the factor alone loses the last digits of the gap,
    /// or, for columns that are nearly the same, more than those.
    fn solve_system(&self, theta: &[f64], factor: &Cholesky, right: &[f64]) -> Vec<f64> {
        let mut v = factor.solve(right);
        let mut rest: Vec<f64> = right.iter().zip(self.times(theta, &v)).map(|(b, av)| b - av).collect();
        let mut z = factor.solve(&rest);
        let (mut direction, mut size) = (z.clone(), dot(&rest, &z));
        let enough = 1e-28 * dot(right, &v);
        for _ in 0..MOST_REFINEMENTS {
            if !(size > enough) {
                break;
            }
            let image = self.times(theta, &direction);
            let step = size / dot(&direction, &image);
            v.iter_mut().zip(&direction).for_each(|(v, d)| *v += step * d);
            rest.iter_mut().zip(&image).for_each(|(rest, image)| *rest -= step * image);
            z = factor.solve(&rest);
            let next = dot(&rest, &z);
            direction.iter_mut().zip(&z).for_each(|(d, z)| *d = z + next / size * *d);
            size = next;
        }
        v
    }

    /// (R + Σ θᵢ x̃ᵢ x̃ᵢᵀ) v.
    fn times(&self, theta: &[f64], v: &[f64]) -> Vec<f64> {
        let scores = self.design.scores(v);
        let weighted: Vec<f64> = scores.iter().zip(theta).map(|(score, theta)| score * theta).collect();
        let mut product = self.design.weighted_sum(&weighted);
        product.iter_mut().zip(&self.penalty).zip(v).for_each(|((p, penalty), v)| *p += penalty * v);
        product
    }

    fn margins(&self, v: &[f64]) -> Vec<f64> {
        let scores = self.design.scores(v);
        self.sign.iter().zip(scores.iter().cycle()).map(|(sign, score)| sign * score).collect()
    }

    /// The step that takes the first of α, u − α, λ and ξ to zero.
    fn longest_step(&self, at: &Point, direction: &Point) -> f64 {
        let mut length = f64::INFINITY;
        let mut limit = |value: f64, change: f64| {
            if change < 0.0 {
                length = length.min(-value / change);
            }
        };
        for i in 0..self.sign.len() {
            limit(at.alpha[i], direction.alpha[i]);
            limit(at.slack[i], direction.slack[i]);
            limit(at.lambda[i], direction.lambda[i]);
            limit(at.xi[i], direction.xi[i]);
        }
        length
    }

    /// The mean of the products αᵢ λᵢ and (uᵢ − αᵢ) ξᵢ.
    fn mean_product(&self, at: &Point) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for i in 0..self.sign.len() {
            sum += at.alpha[i] * at.lambda[i];
            count += 1.0;
            if self.upper[i].is_finite() {
                sum += at.slack[i] * at.xi[i];
                count += 1.0;
            }
        }
        sum / count
    }
}

/// The multipliers of an error t − m, with room to spare: of the error, and of what is more than enough.
fn with_room(error: f64, room: f64) -> (f64, f64) {
    (error.max(0.0) + room, (-error).max(0.0) + room)
}
