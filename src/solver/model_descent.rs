//! Coordinate descent on a quadratic model of the loss, with Newton's steps.

use super::columns::{AHEAD, Columns};
use super::effort::Effort;
use super::extrapolation::Extrapolation;
use super::problem::Intercept;
use super::proximal_newton::ProximalNewton;
use super::support::{FACTORED, Support, Turns};
use crate::loss::SmoothLoss;
use crate::regularizer::Regularizer;

/// Epochs over the coordinates that are not at 0, after each over all: what one extrapolation combines.
const ACTIVE_EPOCHS: usize = 5;
/// Squares of columns below this are 0.
const LEAST_SQUARE: f64 = 1e-150;
/// The share of what is wrong that Newton's step leaves, in units of what may be, and how often the step is halved.
const FORCING: f64 = 0.1;
const LEAST_FORCING: f64 = 1e-6;
const MAX_SHARES: i32 = 5;

/// Coordinate descent on one model.
pub(super) struct Descent<'d, 'a, L, R> {
    pub(super) model: &'d mut ProximalNewton<'a, L, R>,
    pub(super) columns: &'d Columns<'d>,
    pub(super) working: &'d [usize],
    /// Σ hᵢ xᵢⱼ² of each column.
    pub(super) squares: &'d [f64],
    pub(super) effort: Effort,
    pub(super) w: Vec<f64>,
    pub(super) b: f64,
}

impl<L: SmoothLoss, R: Regularizer> Descent<'_, '_, L, R> {
    /// Epochs until what an epoch finds wrong is at or under `tol` or the share `relative` of what the first has found;
    /// what the first and the last over all coordinates have found. After each of these come some over those that are not
    /// at 0.
    pub(super) fn run(&mut self, tol: f64, relative: f64) -> (f64, f64) {
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
        for (place, &k) in coordinates.iter().enumerate() {
            self.columns.ask_for(coordinates.get(place + AHEAD).map(|&later| self.working[later]));
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
