//! A quasi-Newton method that learns the metric from a sample.

use super::certificate::Repair;
use super::cholesky::Cholesky;
use super::control::{Control, Solution, Track};
use super::design::Design;
use super::local_model::{Around, LocalModel};
use super::problem::Problem;
use super::report::StopReason;
use super::row_terms::of_slope;
use super::sample::{Sample, Strata};
use super::trail::Left;
use super::{Solve, newton};
use crate::data::dot;
use crate::loss::SmoothLoss;
use crate::regularizer::L2;

/// The share of the rows that a sample has, and how many rows it has for each unknown at least.
const SHARE: usize = 16;
const ROWS_PER_UNKNOWN: usize = 15;
/// The least size of a sample.
const SMALLEST: usize = 1000;
/// Steps in a row that may fail to make the gap smaller.
const PATIENCE: usize = 4;
/// With so few unknowns the Hessian of all rows costs less than the steps that a local model saves.
const EXACT_UNKNOWNS: usize = 64;
/// Pairs of steps and changes of the gradient that are kept.
const MOST_PAIRS: usize = 20;
/// Steps that the problem of the sample gets, and the part of what it may be wrong by at which they end.
const ENOUGH: f64 = 0.3;
const SAMPLE_ITERATIONS: usize = 30;

/// L-BFGS in the metric of a sample, for smooth losses, few features and many rows.
///
/// [`Newton`](super::Newton)'s method solves the problem of a sample of max(n/16, 15 d, 1000) rows. There its Hessian
/// H = R + Σ cᵢ ℓ″(yᵢ, pᵢ) x̃ᵢ x̃ᵢᵀ is that of all rows up to errors of √(d/m), so that each step with H in the stead of
/// the unit matrix of L-BFGS makes the distance to the optimum some ten times smaller. A step costs one pass over the
/// rows, n d operations, which is its certificate as well: with βᵢ = −cᵢ ℓ′(yᵢ, pᵢ) the gap is ½ ‖gradient‖². Four to
/// eight passes are all it takes, whatever the units of the features. With up to 64 unknowns, and a loss that is a
/// quadratic on either side of a kink, the Hessian of all rows makes a model of the objective that is exact but for the
/// few rows that cross the kink: once the optimum is so near that those can be told, the next step goes there.
/// On a path of C, that Hessian is the metric of the next fit, whose first step needs no pass over the rows.
///
/// Memory is that of the sample, at most n/16 of the rows where n ≫ d, and O(n + d²).
///
/// Byrd, Chin, Neveitt and Nocedal 2011, "On the Use of Stochastic Hessian Information in Optimization Methods for
/// Machine Learning", doi:10.1137/10079923X; Nocedal and Wright 2006, "Numerical Optimization", algorithm 7.4.
///
/// ```
/// use certifit::loss::SquaredHinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, Problem, QuasiNewton, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], SquaredHinge, L2, Intercept::None)?;
/// let solution = QuasiNewton.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 1.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct QuasiNewton;

impl QuasiNewton {
    /// The rows of the sample for a problem of this shape: all where there are few.
    fn sample_size(n_rows: usize, dim: usize) -> usize {
        (n_rows / SHARE).max(ROWS_PER_UNKNOWN.saturating_mul(dim)).max(SMALLEST).min(n_rows)
    }

    /// Whether there are many more rows than the sample has.
    pub(super) fn is_worth_its_sample<L, R>(problem: &Problem<'_, L, R>) -> bool {
        let (n, d) = (problem.n_rows(), problem.x.n_features());
        rows_that_count(problem) >= (3 * Self::sample_size(n, d + 1)) as f64
    }
}

/// (Σ cᵢ)² / Σ cᵢ² of either sign of the target, the number of rows where all cost the same: a sample may miss the few rows
/// that matter where costs are very uneven.
fn rows_that_count<L, R>(problem: &Problem<'_, L, R>) -> f64 {
    let first = problem.c.first().copied().unwrap_or(1.0);
    if problem.c.iter().all(|c| *c == first) {
        return problem.n_rows() as f64;
    }
    let most = problem.c.iter().fold(f64::MIN_POSITIVE, |most, c| most.max(*c));
    let (mut sums, mut squares) = ([0.0; 2], [0.0; 2]);
    for (&y, c) in problem.y.iter().zip(&problem.c) {
        let (side, share) = (usize::from(y > 0.0), c / most);
        sums[side] += share;
        squares[side] += share * share;
    }
    let counts = sums.iter().zip(&squares).filter(|(_, squares)| **squares > 0.0);
    counts.map(|(sum, squares)| sum * sum / squares).sum()
}

impl<L: SmoothLoss + Clone> Solve<L, L2> for QuasiNewton {
    const NAME: &'static str = "quasi-newton";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        let track = Track::start(<Self as Solve<L, L2>>::NAME, problem, control);
        let design = Design::new(problem.x, problem.intercept);
        let cost = problem.c.iter().sum::<f64>() / problem.n_rows() as f64;
        let Some(mut beginning) = Beginning::of(problem, &design, control, cost) else {
            return track.finish(StopReason::FloatingPointLimit);
        };
        let solution = descend(problem, &design, control, track, &mut beginning);
        if let Some(trail) = control.trail.as_ref().filter(|_| solution.stop_reason == StopReason::Converged)
        {
            let (n_rows, v) = (problem.n_rows(), design.vector(&solution.coefficients));
            let losses = solution.certificate.primal - of_penalty(&design.penalty_weights(), &v);
            trail.leave(Left { cost, n_rows, v, losses, model: beginning.model });
        }
        solution
    }
}

fn descend<L: SmoothLoss + Clone>(
    problem: &Problem<'_, L, L2>,
    design: &Design<'_>,
    control: &Control,
    mut track: Track<'_, L, L2>,
    beginning: &mut Beginning,
) -> Solution {
    let penalty = design.penalty_weights();
    let Beginning { v, before, memory, model } = beginning;
    for iteration in 1.. {
        let beta = of_slope(&problem.loss);
        let (found, reason) = track.look(iteration, &design.coefficients(v), Repair::Rough, &beta);
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        if track.offers_without_progress() > PATIENCE {
            break;
        }
        let primal = found.certificate.primal;
        let pull = design.centered(found.pull);
        let gradient: Vec<f64> = (0..v.len()).map(|j| penalty[j] * v[j] - pull[j]).collect();
        if let Some(before) = before {
            if !(primal <= before.primal * (1.0 + 1e-12)) {
                v.iter_mut().zip(&before.v).for_each(|(v, before)| *v = 0.5 * (*v + before));
                continue;
            }
            memory.learn(difference(v, &before.v), difference(&gradient, &before.gradient));
        }
        let step = memory.times(&gradient);
        let around = Around { scores: &found.scores, gradient: &gradient, gap: control.tol * primal.abs() };
        let is_small = v.len() <= EXACT_UNKNOWNS;
        let to_model = if is_small { model.step(problem, design, &around, &step) } else { None };
        let step = to_model.unwrap_or(step);
        let next = difference(v, &step);
        *before = Some(Iterate { v: std::mem::replace(v, next), gradient, primal });
    }
    track.finish(StopReason::FloatingPointLimit)
}

struct Iterate {
    v: Vec<f64>,
    gradient: Vec<f64>,
    primal: f64,
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// ½ Σ Rⱼ vⱼ².
fn of_penalty(weights: &[f64], v: &[f64]) -> f64 {
    0.5 * weights.iter().zip(v).map(|(weight, v)| weight * v * v).sum::<f64>()
}

/// Where the method begins, and what it knows there.
struct Beginning {
    v: Vec<f64>,
    /// The iterate before v, if there is one.
    before: Option<Iterate>,
    memory: Memory,
    model: LocalModel,
}

impl Beginning {
    /// A step behind the end of the fit before on a path; at coefficients that are given; else at the optimum for a sample.
    /// `cost` is the mean cost of a row.
    fn of<L: SmoothLoss + Clone>(
        problem: &Problem<'_, L, L2>,
        design: &Design<'_>,
        control: &Control,
        cost: f64,
    ) -> Option<Self> {
        let left = control.trail.as_ref().and_then(|trail| trail.take(problem.n_rows(), design.dim(), cost));
        if let Some(beginning) = left.and_then(|left| Self::behind(left, problem, design, control, cost)) {
            return Some(beginning);
        }
        let (v, metric) = of_sample(problem, design, control)?;
        Some(Self { v, before: None, memory: Memory::new(metric), model: LocalModel::new(cost) })
    }

    /// A step from the optimum for costs of which those of the problem are ρ times as large, where the gradient is
    /// (1 − ρ) R v.
    fn behind<L: SmoothLoss + Clone>(
        left: Left,
        problem: &Problem<'_, L, L2>,
        design: &Design<'_>,
        control: &Control,
        cost: f64,
    ) -> Option<Self> {
        let Left { v, losses, model, cost: before, .. } = left;
        let (weights, ratio, mut model) = (design.penalty_weights(), cost / before, model.with_cost(cost));
        let known = model.hessian(design).and_then(Cholesky::new);
        let metric = known.or_else(|| Some(of_sample(problem, design, control)?.1))?;
        let gradient: Vec<f64> =
            v.iter().zip(&weights).map(|(v, weight)| (1.0 - ratio) * weight * v).collect();
        let next = difference(&v, &metric.solve(&gradient));
        let primal = of_penalty(&weights, &v) + ratio * losses;
        let is_finite = primal.is_finite() && next.iter().all(|v| v.is_finite());
        is_finite.then(|| Self {
            v: next,
            before: Some(Iterate { v, gradient, primal }),
            memory: Memory::new(metric),
            model,
        })
    }
}

/// The optimum for a sample and the Hessian there; from coefficients that are given, those and their Hessian.
fn of_sample<L: SmoothLoss + Clone>(
    problem: &Problem<'_, L, L2>,
    design: &Design<'_>,
    control: &Control,
) -> Option<(Vec<f64>, Cholesky)> {
    let size = QuasiNewton::sample_size(problem.n_rows(), design.dim());
    let Sample { rows, y, c } = Strata::of(problem).sample(problem, size, control.seed);
    let gathered = problem.x.gather(&rows);
    let sample = problem.on(gathered.as_ref(), y, c);
    let its_design = design.of(gathered.as_ref());
    let Some(start) = &control.start else {
        // The optimum for a sample is no nearer to that for all rows.
        let enough = (ENOUGH * design.dim() as f64 / size as f64).min(1e-2);
        return newton::approach(&sample, &its_design, enough, &control.clock, SAMPLE_ITERATIONS);
    };
    let hessian = its_design.factor(&sample.curvature(&sample.scores(&start.at)))?;
    Some((design.vector(&start.at), hessian))
}

/// What is known of the inverse of the Hessian.
struct Memory {
    metric: Cholesky,
    /// Steps, changes of the gradient over them, and the inverse of the product of the two.
    pairs: Vec<(Vec<f64>, Vec<f64>, f64)>,
}

impl Memory {
    fn new(metric: Cholesky) -> Self {
        Self { metric, pairs: Vec::new() }
    }

    fn learn(&mut self, step: Vec<f64>, change: Vec<f64>) {
        let product = dot(&step, &change);
        if product > 0.0 && product.is_finite() {
            self.pairs.push((step, change, 1.0 / product));
            if self.pairs.len() > MOST_PAIRS {
                self.pairs.remove(0);
            }
        }
    }

    /// The two-loop recursion.
    fn times(&self, gradient: &[f64]) -> Vec<f64> {
        let mut q = gradient.to_vec();
        let mut weights = Vec::with_capacity(self.pairs.len());
        for (step, change, inverse) in self.pairs.iter().rev() {
            let weight = inverse * dot(step, &q);
            q.iter_mut().zip(change).for_each(|(q, change)| *q -= weight * change);
            weights.push(weight);
        }
        let mut r = self.metric.solve(&q);
        for ((step, change, inverse), weight) in self.pairs.iter().zip(weights.into_iter().rev()) {
            let rest = weight - inverse * dot(change, &r);
            r.iter_mut().zip(step).for_each(|(r, step)| *r += rest * step);
        }
        r
    }
}
