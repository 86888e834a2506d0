//! The objective near an iterate, where most rows are quadratics.

use super::cholesky::Cholesky;
use super::design::Design;
use super::gram::{GramSum, add_to_diagonal, times_lower};
use super::line_search;
use super::pieces::add_to;
use super::problem::Problem;
use crate::data::dot;
use crate::loss::SmoothLoss;
use crate::regularizer::L2;
use ndarray::Array2;

/// Rows that may bend are those that bend within so many times the way that scores are going to move, in the mean.
const REACH: f64 = 3.0;
/// At most one of so many rows may bend: a model of more is no less work than a step with all rows.
const MOST_BENT: usize = 6;
/// Newton steps on the model, and the part of the gap asked for at which they end.
const MOST_STEPS: usize = 12;
const ENOUGH: f64 = 0.1;
/// How exact the line search is.
const LINE_TOL: f64 = 0.05;

/// Where the model is made: scores and gradient there, and the gap that is asked for.
pub(super) struct Around<'a> {
    pub(super) scores: &'a [f64],
    pub(super) gradient: &'a [f64],
    pub(super) gap: f64,
}

/// F(v − s) = F(v) − ∇F·s + ½ sᵀHs + Σ over the rows that may bend of what cᵢ ℓ(yᵢ, pᵢ − x̃ᵢ·s) differs by from its own
/// quadratic at pᵢ.
///
/// H = R + Σ cᵢ ℓ″(yᵢ, pᵢ) x̃ᵢ x̃ᵢᵀ of all rows follows the second derivatives from iterate to iterate, and from fit to fit
/// of the same rows with costs that are a multiple of the old ones: the sum is kept for a mean cost of 1.
pub(super) struct LocalModel {
    /// The mean cost.
    cost: f64,
    sum: Option<GramSum>,
    bends: Vec<f64>,
}

impl LocalModel {
    /// For rows of this mean cost.
    pub(super) fn new(cost: f64) -> Self {
        Self { cost, sum: None, bends: Vec::new() }
    }

    /// The same for another one.
    pub(super) fn with_cost(self, cost: f64) -> Self {
        Self { cost, ..self }
    }

    /// The step s to the minimum of the model; `None` where too many rows may bend on the way, the length of which
    /// `estimate` tells. Only rows that may bend are read, and those whose curvature has changed.
    pub(super) fn step<L: SmoothLoss + Clone>(
        &mut self,
        problem: &Problem<'_, L, L2>,
        design: &Design<'_>,
        around: &Around<'_>,
        estimate: &[f64],
    ) -> Option<Vec<f64>> {
        let (y, c, p) = (&problem.y, &problem.c, around.scores);
        let bend = |(&y, &p)| problem.loss.second_derivative(y, p);
        let now: Vec<f64> = y.iter().zip(p).map(bend).collect();
        let curvature = now.iter().zip(c).map(|(bend, c)| c * bend).sum();
        let reach = REACH * way(estimate, around.gradient, curvature);
        let bends = |&row: &usize| problem.loss.bends_within(y[row], p[row], reach);
        let rows: Vec<usize> = (0..y.len()).filter(bends).collect();
        if MOST_BENT * rows.len() > y.len() {
            return None;
        }
        let hessian = self.follow(c, design, now)?;
        let gathered = design.gather(&rows);
        let of_rows = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        let bent = Bent {
            problem: problem.on(gathered.as_ref(), of_rows(y), of_rows(c)),
            design: design.of(gathered.as_ref()),
            scores: of_rows(p),
        };
        bent.minimize(around, &hessian)
    }

    /// H where it was known last, lower triangle.
    pub(super) fn hessian(&mut self, design: &Design<'_>) -> Option<Array2<f64>> {
        let mut hessian = self.sum.as_mut()?.lower();
        hessian *= self.cost;
        add_to_diagonal(&mut hessian, &design.penalty_weights());
        Some(hessian)
    }

    /// H at these second derivatives of the losses, lower triangle.
    fn follow(&mut self, c: &[f64], design: &Design<'_>, now: Vec<f64>) -> Option<Array2<f64>> {
        let share = |row: usize| c[row] / self.cost;
        let changed: Vec<usize> = match &self.sum {
            Some(_) => (0..now.len()).filter(|&row| now[row] != self.bends[row]).collect(),
            None => Vec::new(),
        };
        let sum = match self.sum.take() {
            Some(mut sum) if MOST_BENT * changed.len() <= now.len() => {
                let change = |row: usize| (row, share(row) * (now[row] - self.bends[row]));
                design.change(&mut sum, &changed.into_iter().map(change).collect::<Vec<_>>());
                sum
            }
            _ => {
                let curvature = |(row, now): (usize, &f64)| share(row) * now;
                design.gram_sum_of(&now.iter().enumerate().map(curvature).collect::<Vec<_>>())
            }
        };
        (self.sum, self.bends) = (Some(sum), now);
        self.hessian(design)
    }
}

/// How far scores move along a step to the minimum, in the mean over rows weighted by their curvature, which is `curvature`
/// in sum.
fn way(step: &[f64], gradient: &[f64], curvature: f64) -> f64 {
    // There, step · H step = step · gradient.
    (dot(step, gradient).max(0.0) / curvature.max(f64::MIN_POSITIVE)).sqrt()
}

/// The rows that may bend.
struct Bent<'a, L> {
    problem: Problem<'a, L, L2>,
    design: Design<'a>,
    scores: Vec<f64>,
}

impl<L: SmoothLoss> Bent<'_, L> {
    /// Newton's method on the model, from s = 0; `None` if it finds nothing better.
    fn minimize(&self, around: &Around<'_>, hessian: &Array2<f64>) -> Option<Vec<f64>> {
        let mut s = vec![0.0; around.gradient.len()];
        let mut q = vec![0.0; self.scores.len()];
        for _ in 0..MOST_STEPS {
            let slopes: Vec<f64> = q.iter().enumerate().map(|(row, q)| self.differs(row, *q).0).collect();
            // ∇F at v − s.
            let mut gradient = self.design.weighted_sum(&slopes);
            add_to(&mut gradient, around.gradient);
            gradient
                .iter_mut()
                .zip(times_lower(hessian, &s))
                .for_each(|(gradient, change)| *gradient -= change);
            let changes = q.iter().enumerate().map(|(row, q)| (row, self.differs(row, *q).1));
            let mut change = GramSum::new(s.len());
            self.design.change(&mut change, &changes.collect::<Vec<_>>());
            let direction = Cholesky::new(change.lower() + hessian)?.solve(&gradient);
            let descent = dot(&direction, &gradient);
            // What the gradient's part of the gap will be: far more than is left to descend.
            if !(0.5 * dot(&gradient, &gradient) > ENOUGH * around.gap) {
                break;
            }
            let along = self.design.scores(&direction);
            let share = self.search(&q, &along, descent, dot(&direction, &times_lower(hessian, &direction)));
            if !(share > 0.0) {
                break;
            }
            s.iter_mut().zip(&direction).for_each(|(s, direction)| *s += share * direction);
            q.iter_mut().zip(&along).for_each(|(q, along)| *q -= share * along);
        }
        s.iter().any(|s| *s != 0.0).then_some(s)
    }

    /// The minimum along a direction, with `descent` at its beginning and the curvature `bend` of the quadratics.
    fn search(&self, q: &[f64], along: &[f64], descent: f64, bend: f64) -> f64 {
        let at_zero: Vec<f64> = (0..q.len()).map(|row| self.differs(row, q[row]).0).collect();
        line_search::minimize(LINE_TOL, |t| {
            let (mut first, mut second) = (t * bend - descent, bend);
            for row in 0..q.len() {
                let (slope, curvature) = self.differs(row, q[row] - t * along[row]);
                first -= along[row] * (slope - at_zero[row]);
                second += along[row] * along[row] * curvature;
            }
            (first, second)
        })
    }

    /// By how much the slope and the curvature of a row whose score has moved by `q` differ from its quadratic's.
    #[inline(always)]
    fn differs(&self, row: usize, q: f64) -> (f64, f64) {
        let (loss, y, c, p) =
            (&self.problem.loss, self.problem.y[row], self.problem.c[row], self.scores[row]);
        let curvature = loss.second_derivative(y, p);
        let slope = loss.derivative(y, p + q) - loss.derivative(y, p) - curvature * q;
        (c * slope, c * (loss.second_derivative(y, p + q) - curvature))
    }
}
