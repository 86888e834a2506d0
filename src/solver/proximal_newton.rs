//! A few coefficients and the intercept, by quadratic models of the loss.

use super::columns::Columns;
use super::control::Clock;
use super::effort::Effort;
use super::extrapolation::Extrapolation;
use super::line_search;
use super::problem::{Coefficients, Intercept, Problem};
use super::support::{FACTORED, Support, Turns};
use crate::loss::SmoothLoss;
use crate::regularizer::Regularizer;

/// The least curvature of a row in a model, in units of its cost: where a loss is linear the model still has a minimum. It
/// is up to `MOST_CURVATURE` where steps of models with less have been too long: Levenberg and Marquardt's way.
const LEAST_CURVATURE: f64 = 1e-8;
const MOST_CURVATURE: f64 = 0.1;
/// That of rows where the loss is flat, too, until steps have been too long: they ask for no minimum, and one of them far
/// from the others would hold a coefficient where it is.
const FLAT_CURVATURE: f64 = 1e-30;
/// A step shortened to less than this was too long.
const SHORTENED: f64 = 0.3;
/// Epochs over the coordinates that are not at 0, after each over all: what one extrapolation combines.
const ACTIVE_EPOCHS: usize = 5;
/// Squares of columns below this are 0.
const LEAST_SQUARE: f64 = 1e-150;
/// How much better a model's minimum needs to be known than where it was made: a better one is at hand then.
const MODEL_TOL: f64 = 0.1;
/// The share of the predicted decrease that a step must bring, and how often it is halved for that.
const ARMIJO: f64 = 0.01;
const MAX_HALVINGS: usize = 40;
/// The share of what is wrong that Newton's step leaves, in units of what may be, and how often the step is halved.
const FORCING: f64 = 0.1;
const LEAST_FORCING: f64 = 1e-6;
const MAX_SHARES: i32 = 5;

/// Coefficients, the last one that of a penalised intercept's column, the free intercept, and the scores.
pub(super) struct Iterate {
    pub(super) w: Vec<f64>,
    pub(super) b: f64,
    pub(super) scores: Vec<f64>,
}

impl Iterate {
    /// At coefficients, whose scores are these.
    pub(super) fn new<L, R>(problem: &Problem<'_, L, R>, from: Coefficients, scores: Vec<f64>) -> Self {
        let (mut w, mut b) = (from.w, from.b);
        let of_column = match problem.intercept {
            Intercept::Penalized { scaling } => std::mem::take(&mut b) / scaling,
            Intercept::Free | Intercept::None => 0.0,
        };
        w.push(of_column);
        Self { w, b, scores }
    }

    pub(super) fn coefficients<L, R>(&self, problem: &Problem<'_, L, R>) -> Coefficients {
        let d = problem.x.n_features();
        Coefficients { w: self.w[..d].to_vec(), b: self.b + problem.intercept.column() * self.w[d] }
    }
}

/// The problem in the coefficients of a working set.
///
/// With scores p = X w + b the loss is modelled by Σ [−βᵢ qᵢ + ½ hᵢ qᵢ²], q = X δ, βᵢ = −cᵢ ℓ′, hᵢ = cᵢ ℓ″. Coordinate
/// descent minimises model + Ω(w + δ) with rᵢ = βᵢ − hᵢ qᵢ kept up to date; then a line search goes along δ. Lee, Sun
/// and Saunders 2014, "Proximal Newton-Type Methods for Minimizing Composite Functions", doi:10.1137/130921428.
pub(super) struct ProximalNewton<'a, L, R> {
    pub(super) problem: &'a Problem<'a, L, R>,
    pub(super) clock: Clock,
    h: Vec<f64>,
    r: Vec<f64>,
    objective: f64,
    /// The least curvature of the next model.
    least_curvature: f64,
    /// By how much the last epoch over all of a working set found a condition missed.
    left: f64,
}

impl<'a, L: SmoothLoss, R: Regularizer> ProximalNewton<'a, L, R> {
    pub(super) fn new(problem: &'a Problem<'a, L, R>, clock: Clock) -> Self {
        let h = vec![0.0; problem.n_rows()];
        Self {
            problem,
            clock,
            h,
            r: Vec::new(),
            objective: f64::INFINITY,
            least_curvature: LEAST_CURVATURE,
            left: 0.0,
        }
    }

    /// Minimises over the coefficients of `working` until no optimality condition is missed by more than `tol`, or the effort
    /// is spent; by how much one was missed at the beginning.
    pub(super) fn minimize(
        &mut self,
        columns: &Columns<'_>,
        working: &[usize],
        at: &mut Iterate,
        tol: f64,
        effort: Effort,
    ) -> f64 {
        self.objective = self.objective(working, at);
        let mut squares = Vec::new();
        let (mut at_beginning, mut is_done) = (0.0, false);
        for model in 0..effort.models {
            let exact = self.model(at);
            if exact && is_done {
                break;
            }
            if !exact || squares.is_empty() {
                squares = working.iter().map(|&j| columns.weighted_square(j, &self.h)).collect();
            }
            let before: Vec<f64> = working.iter().map(|&j| at.w[j]).collect();
            let mut descent = Descent {
                model: self,
                columns,
                working,
                squares: &squares,
                effort,
                w: before.clone(),
                b: 0.0,
            };
            let (first, last) = descent.run(tol, if exact { 0.0 } else { MODEL_TOL });
            let (w, b) = (descent.w, descent.b);
            let delta: Vec<f64> = w.iter().zip(&before).map(|(after, before)| after - before).collect();
            if model == 0 {
                at_beginning = first;
            }
            let share = self.step(columns, working, at, &delta, b);
            if !(share > 0.0) || first <= tol || self.clock.is_out_of_time() {
                break;
            }
            // That the next model has the same curvature says that the loss is a quadratic between the two.
            is_done = share == 1.0 && last <= tol;
        }
        at_beginning
    }

    /// The dual point of the last model, where coordinate descent has left it.
    pub(super) fn dual_of_model(&self) -> &[f64] {
        &self.r
    }

    /// The model at the scores; whether its curvature is that of the last one, as if the loss were quadratic.
    fn model(&mut self, at: &Iterate) -> bool {
        let Problem { y, c, loss, .. } = self.problem;
        let rows = || y.iter().zip(c).zip(&at.scores);
        self.r = rows().map(|((&y, c), &p)| -c * loss.derivative(y, p)).collect();
        let mut same = true;
        let of_flat =
            if self.least_curvature > LEAST_CURVATURE { self.least_curvature } else { FLAT_CURVATURE };
        for ((h, r), ((&y, c), &p)) in self.h.iter_mut().zip(&self.r).zip(rows()) {
            let least = if *r == 0.0 { of_flat } else { self.least_curvature };
            let now = c * loss.second_derivative(y, p).max(least);
            same &= *h == now;
            *h = now;
        }
        same
    }

    /// The objective, without coefficients that are not in the working set.
    fn objective(&self, working: &[usize], at: &Iterate) -> f64 {
        let Problem { y, c, loss, regularizer, .. } = self.problem;
        let penalty: f64 = working.iter().map(|&j| regularizer.term(at.w[j])).sum();
        let rows = y.iter().zip(c).zip(&at.scores);
        penalty + rows.map(|((&y, c), &p)| c * loss.value(y, p)).sum::<f64>()
    }

    /// By how much it changes from w to w + t δ: near the optimum the sum of the changes tells what the change of the sum
    /// would not.
    fn change(&self, working: &[usize], at: &Iterate, t: f64, delta: &[f64], q: &[f64]) -> f64 {
        let Problem { y, c, loss, regularizer, .. } = self.problem;
        let of_penalty =
            |(&j, delta): (&usize, &f64)| regularizer.term(at.w[j] + t * delta) - regularizer.term(at.w[j]);
        let penalty: f64 = working.iter().zip(delta).map(of_penalty).sum();
        let rows = y.iter().zip(c).zip(at.scores.iter().zip(q));
        penalty
            + rows.map(|((&y, c), (&p, q))| c * (loss.value(y, p + t * q) - loss.value(y, p))).sum::<f64>()
    }

    /// By how much an optimality condition was missed at last.
    pub(super) fn left(&self) -> f64 {
        self.left
    }

    /// Goes along δ and the intercept's `b` as far as the objective falls: by which share of it.
    fn step(
        &mut self,
        columns: &Columns<'_>,
        working: &[usize],
        at: &mut Iterate,
        delta: &[f64],
        b: f64,
    ) -> f64 {
        let Problem { y, c, loss, regularizer, .. } = self.problem;
        let mut q = vec![b; y.len()];
        let mut shift = b;
        let (mut predicted, mut moved) = (0.0, b != 0.0);
        for (&j, &delta) in working.iter().zip(delta).filter(|(_, delta)| **delta != 0.0) {
            columns.add(j, delta, &mut q);
            shift -= delta * columns.mean(j);
            predicted += regularizer.term(at.w[j] + delta) - regularizer.term(at.w[j]);
            moved = true;
        }
        let rows = y.iter().zip(c).zip(at.scores.iter().zip(&q));
        predicted += rows.map(|((&y, c), (&p, q))| c * loss.derivative(y, p) * q).sum::<f64>();
        if !moved || !(predicted < 0.0) {
            return 0.0;
        }
        let rounding = 4.0 * f64::EPSILON * self.objective.abs();
        let mut t = 1.0;
        for _ in 0..MAX_HALVINGS {
            let change = self.change(working, at, t, delta, &q);
            if change <= ARMIJO * t * predicted + rounding {
                working.iter().zip(delta).for_each(|(&j, delta)| at.w[j] += t * delta);
                at.scores.iter_mut().zip(&q).for_each(|(p, q)| *p += t * q);
                at.b += t * shift;
                self.objective += change;
                let more = if t < SHORTENED {
                    10.0
                } else if t == 1.0 {
                    0.1
                } else {
                    1.0
                };
                self.least_curvature = (more * self.least_curvature).clamp(LEAST_CURVATURE, MOST_CURVATURE);
                return t;
            }
            t *= 0.5;
        }
        0.0
    }

    /// Moves a free intercept to its best value.
    pub(super) fn settle_intercept(&self, at: &mut Iterate) {
        let Problem { y, c, loss, intercept, .. } = self.problem;
        if *intercept != Intercept::Free {
            return;
        }
        let slopes = |t: f64| {
            let rows = y.iter().zip(c).zip(&at.scores);
            rows.fold((0.0, 0.0), |(first, second), ((&y, c), p)| {
                let p = p + t;
                (first + c * loss.derivative(y, p), second + c * loss.second_derivative(y, p))
            })
        };
        let side = if slopes(0.0).0 > 0.0 { -1.0 } else { 1.0 };
        let step = side
            * line_search::minimize(1e-14, |t| {
                let (first, second) = slopes(side * t);
                (side * first, second)
            });
        at.b += step;
        at.scores.iter_mut().for_each(|p| *p += step);
    }
}

/// Coordinate descent on one model.
struct Descent<'d, 'a, L, R> {
    model: &'d mut ProximalNewton<'a, L, R>,
    columns: &'d Columns<'d>,
    working: &'d [usize],
    /// Σ hᵢ xᵢⱼ² of each column.
    squares: &'d [f64],
    effort: Effort,
    w: Vec<f64>,
    b: f64,
}

impl<L: SmoothLoss, R: Regularizer> Descent<'_, '_, L, R> {
    /// Epochs until what an epoch finds wrong is at or under `tol` or the share `relative` of what the first has found;
    /// what the first and the last over all coordinates have found. After each of these come some over those that are not
    /// at 0.
    fn run(&mut self, tol: f64, relative: f64) -> (f64, f64) {
        let all: Vec<usize> = (0..self.working.len()).collect();
        let mut extrapolation = Extrapolation::default();
        let mut aim = f64::INFINITY;
        let mut turns = Turns::default();
        let (mut first, mut active, mut left) = (0.0, Vec::new(), 0);
        for epoch in 0..self.effort.epochs {
            let whole = left == 0;
            let wrong = self.epoch(if whole { &all } else { &active });
            if epoch == 0 {
                first = wrong;
                aim = tol.max(relative * first);
            }
            if whole {
                self.model.left = wrong;
            }
            let settled = !(wrong > aim);
            if (settled && whole) || self.model.clock.is_out_of_time() {
                break;
            }
            if whole {
                active = all.iter().copied().filter(|&k| self.w[k] != 0.0).collect();
            }
            if left == 1 && !settled && self.newton(&active, FORCING * aim / wrong, &mut turns) {
                extrapolation = Extrapolation::default();
            }
            left = match (settled, whole) {
                (true, _) => 0,
                (_, true) => ACTIVE_EPOCHS,
                _ => left - 1,
            };
            let mut iterate = self.w.clone();
            iterate.push(self.b);
            let extrapolated = extrapolation.push(iterate, &self.model.r).and_then(|(mut w, r)| {
                let point = Point { b: w.pop()?, w, r };
                self.is_better(&point).then_some(point)
            });
            extrapolated.into_iter().for_each(|point| self.go_to(point));
        }
        (first, self.model.left)
    }

    /// Each of the coordinates once; the largest change of a slope.
    fn epoch(&mut self, coordinates: &[usize]) -> f64 {
        let mut wrong = self.move_intercept();
        let ProximalNewton { problem, h, r, .. } = &mut *self.model;
        for &k in coordinates {
            let (column, square, w) = (self.working[k], self.squares[k].max(LEAST_SQUARE), self.w[k]);
            let step = 1.0 / square;
            let moved = problem.regularizer.prox(w + step * self.columns.dot(column, r), step);
            let delta = moved - w;
            if delta != 0.0 {
                self.columns.add_weighted(column, -delta, h, r);
                self.w[k] = moved;
                wrong = f64::max(wrong, square * delta.abs());
            }
        }
        wrong
    }

    /// The free intercept, and how far that may change the slope of a coefficient.
    fn move_intercept(&mut self) -> f64 {
        if self.model.problem.intercept != Intercept::Free {
            return 0.0;
        }
        let slope: f64 = self.model.r.iter().sum();
        let square: f64 = self.model.h.iter().sum();
        let delta = slope / square;
        self.model.r.iter_mut().zip(&self.model.h).for_each(|(r, h)| *r -= h * delta);
        self.b += delta;
        let largest = self.squares.iter().fold(0.0, |largest: f64, square| largest.max(*square));
        delta.abs() * (square * largest).sqrt()
    }

    /// Newton's steps among those coordinates that are not at 0, if it is their turn; whether any was taken. Few of them go
    /// on, without those that have come to 0, to a step that ends where it aims.
    fn newton(&mut self, active: &[usize], forcing: f64, turns: &mut Turns) -> bool {
        let mut taken = false;
        for _ in 0..=active.len() {
            let support: Vec<usize> = active.iter().copied().filter(|&k| self.w[k] != 0.0).collect();
            if support.len() > self.effort.support || !turns.is_due(&support) {
                break;
            }
            let found = self.newton_point(&support, forcing.clamp(LEAST_FORCING, FORCING));
            let (point, share) = found.unzip();
            turns.took(share.unwrap_or(0.0));
            let Some(point) = point else { break };
            self.go_to(point);
            taken = true;
            if share == Some(1.0) || support.len() > FACTORED || self.model.clock.is_out_of_time() {
                break;
            }
        }
        taken
    }

    /// Towards where the model is lowest if the coefficients that are not 0 keep their signs, as far as it falls; those
    /// that would not keep theirs are 0.
    fn newton_point(&self, active: &[usize], forcing: f64) -> Option<(Point, f64)> {
        let ProximalNewton { problem, clock, h, r, .. } = &*self.model;
        let has_intercept = problem.intercept == Intercept::Free;
        let support = Support {
            columns: self.columns,
            features: active.iter().map(|&k| self.working[k]).collect(),
            squares: active.iter().map(|&k| self.squares[k]).collect(),
            h,
            has_intercept,
            shares: problem.regularizer.elastic()?,
            clock: *clock,
        };
        let now: Vec<f64> = active.iter().map(|&k| self.w[k]).collect();
        let direction = support.step(&now, r, forcing)?;
        // Up to where the first of them is 0 the model falls whatever its shape.
        let ends = direction.iter().zip(&now).filter(|(step, w)| (*w + *step) * *w < 0.0);
        let first_end = ends.map(|(step, w)| -w / step).fold(1.0, f64::min);
        let shares = (0..MAX_SHARES).map(|halvings| 0.5_f64.powi(halvings)).chain([first_end]);
        shares.into_iter().find_map(|share| {
            let mut step: Vec<f64> = direction.iter().map(|step| share * step).collect();
            for (step, w) in step.iter_mut().zip(&now) {
                *step = if (w + *step) * w < 0.0 { -w } else { *step };
            }
            let change = support.change(&step);
            let mut w = self.w.clone();
            active.iter().zip(&step).for_each(|(&k, step)| w[k] += step);
            let point = Point {
                w,
                b: self.b + step.get(active.len()).copied().unwrap_or(0.0),
                r: r.iter().zip(h).zip(change).map(|((r, h), q)| r - h * q).collect(),
            };
            self.is_better(&point).then_some((point, share))
        })
    }

    /// Whether the model is lower at a point: β q − ½ h q² with q = (β − r)/h is ½ (β² − r²)/h. A sum of changes, too.
    fn is_better(&self, point: &Point) -> bool {
        let ProximalNewton { problem, h, r, .. } = &*self.model;
        let rows = point.r.iter().zip(r).zip(h);
        let loss: f64 =
            rows.map(|((after, before), h)| 0.5 * (after - before) * ((after + before) / h)).sum();
        let change = |(&after, &before)| problem.regularizer.term(after) - problem.regularizer.term(before);
        loss + point.w.iter().zip(&self.w).map(change).sum::<f64>() < 0.0
    }

    fn go_to(&mut self, point: Point) {
        (self.w, self.b, self.model.r) = (point.w, point.b, point.r);
    }
}

/// Coefficients of the working set, the move of the intercept, and what is left of β there.
struct Point {
    w: Vec<f64>,
    b: f64,
    r: Vec<f64>,
}
