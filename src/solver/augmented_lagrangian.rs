//! The hinge problem of some rows, by a semismooth Newton method on its augmented Lagrangian.

use super::control::Clock;
use super::design::Design;
use super::line_search;
use super::newton_systems::{Damping, Systems};
use super::pieces::add_to;
use crate::data::dot;
use std::borrow::Cow;

/// Newton steps of all rounds, and of one.
const MOST_STEPS: usize = 120;
const MOST_STEPS_OF_A_ROUND: usize = 25;
/// How exact the line search is: more exact steps are not better ones.
const LINE_TOL: f64 = 0.05;

/// min ½ Σ Rⱼ vⱼ² − f·v + Σ cᵢ max(0, uᵢ) over v, with uᵢ = 1 − yᵢ x̃ᵢ·v.
///
/// f = Σ cᵢ yᵢ x̃ᵢ over rows elsewhere that are known to be within the margin.
pub(super) struct Reduced<'a, S> {
    pub(super) design: Design<'a>,
    pub(super) y: Cow<'a, [f64]>,
    pub(super) c: Cow<'a, [f64]>,
    pub(super) fixed: Vec<f64>,
    pub(super) penalty: &'a [f64],
    /// Steps end when the time is up.
    pub(super) clock: Clock,
    /// How Newton's systems are solved.
    pub(super) systems: &'a S,
}

/// How far to go.
#[derive(Clone, Copy)]
pub(super) struct Goal {
    /// The gap at which to end.
    pub(super) gap: f64,
    /// The most rounds.
    pub(super) rounds: usize,
}

/// Where an iterate has been improved to.
#[derive(Clone, Copy)]
pub(super) struct Improved {
    /// The gap of the reduced problem.
    pub(super) gap: f64,
    /// Whether the last round has come to its end, and not only to the most steps that it may take.
    pub(super) is_solved: bool,
}

/// What a step of Newton's is asked for: the curvature at an iterate, with this share of the damping.
pub(super) struct System<'a, S> {
    pub(super) reduced: &'a Reduced<'a, S>,
    pub(super) at: &'a Iterate,
    pub(super) damping: f64,
}

/// An iterate: v, the uᵢ there, the multipliers αᵢ and Σ αᵢ yᵢ x̃ᵢ.
#[derive(Clone)]
pub(super) struct Iterate {
    pub(super) v: Vec<f64>,
    pub(super) u: Vec<f64>,
    pub(super) alpha: Vec<f64>,
    pub(super) pull: Vec<f64>,
    /// δ, the range of uᵢ over which αᵢ goes from 0 to cᵢ.
    pub(super) width: f64,
}

impl<S: Systems> Reduced<'_, S> {
    /// Improves an iterate until the goal is reached, or no further step is found.
    ///
    /// With multipliers α each round minimises Σ φᵢ(uᵢ), φᵢ(u) = max over 0 ≤ a ≤ cᵢ of a u − δ/(2cᵢ) (a − αᵢ)², in the
    /// stead of the hinge: smooth, with slope aᵢ = clip(αᵢ + cᵢ uᵢ/δ). Newton's matrix is R + Σ (cᵢ/δ) x̃ᵢ x̃ᵢᵀ over the
    /// rows J strictly inside. Then α ← a, and δ shrinks. Yan and Li 2020, "An Efficient Augmented Lagrangian Method
    /// for Support Vector Machine", doi:10.1080/10556788.2020.1734002.
    pub(super) fn improve(&self, at: &mut Iterate, goal: Goal) -> Improved {
        let pace = S::PACE;
        let (mut sums, mut kept) = (RowSums::new(at), S::Kept::default());
        let (mut rounds, mut steps_of_round, mut damping) = (0, 0, Damping::new(pace.damping));
        let mut last_slack = f64::INFINITY;
        let mut improved = Improved { gap: f64::INFINITY, is_solved: false };
        for _ in 0..MOST_STEPS {
            let slack = sums.update(self, at);
            let gradient = self.gradient(&at.v, &sums.pull);
            let misfit = self.misfit(&gradient);
            let gap = misfit + slack;
            let solved = misfit <= pace.inner * slack.max(goal.gap);
            improved = Improved { gap, is_solved: solved };
            if gap <= goal.gap || !gap.is_finite() || self.clock.is_out_of_time() {
                break;
            }
            if solved || steps_of_round >= MOST_STEPS_OF_A_ROUND {
                rounds += 1;
                if rounds >= goal.rounds {
                    break;
                }
                at.alpha.copy_from_slice(&sums.a);
                steps_of_round = 0;
                damping.end_round();
                S::end_round(&mut kept);
                // With fewer rows inside than unknowns the multipliers do the work.
                let slow = sums.inside > self.design.dim() / 2 || rounds < 2 || slack > 0.2 * last_slack;
                if solved && slow {
                    at.width *= pace.shrink;
                }
                last_slack = slack;
                continue;
            }
            let step = self.systems.direction(
                &System { reduced: self, at, damping: damping.share() },
                &gradient,
                &mut sums,
                &mut kept,
            );
            let length = step.and_then(|direction| self.walk(at, &gradient, &direction));
            let Some(length) = length else { break };
            steps_of_round += 1;
            damping.took(length, steps_of_round);
        }
        at.alpha = sums.a;
        at.pull = sums.pull;
        improved
    }

    /// Σ aᵢ yᵢ x̃ᵢ for the slopes aᵢ of the smoothed losses.
    pub(super) fn pull(&self, at: &Iterate) -> Vec<f64> {
        let inverse = 1.0 / at.width;
        let slope = |i: usize| slope_at(at.alpha[i], at.u[i], self.c[i], inverse).0;
        self.pull_of(&(0..at.u.len()).map(slope).collect::<Vec<_>>())
    }

    /// Σ αᵢ yᵢ x̃ᵢ.
    pub(super) fn pull_of(&self, alpha: &[f64]) -> Vec<f64> {
        self.design.weighted_sum(&products(alpha, &self.y))
    }

    /// uᵢ at v.
    pub(super) fn margins(&self, v: &[f64]) -> Vec<f64> {
        let mut u = self.design.scores(v);
        u.iter_mut().zip(&*self.y).for_each(|(u, y)| *u = 1.0 - y * *u);
        u
    }

    /// The objective at v with the uᵢ there.
    pub(super) fn primal(&self, v: &[f64], u: &[f64]) -> f64 {
        let smooth: f64 = (0..v.len()).map(|j| (0.5 * self.penalty[j] * v[j] - self.fixed[j]) * v[j]).sum();
        smooth + u.iter().zip(&*self.c).map(|(u, c)| c * u.max(0.0)).sum::<f64>()
    }

    /// |uᵢ| of a row whose αᵢ is at the wrong end, 0 of any other.
    pub(super) fn wrong(&self, at: &Iterate, i: usize) -> f64 {
        match (at.alpha[i], at.u[i]) {
            (alpha, u) if alpha <= 0.0 => u.max(0.0),
            (alpha, u) if alpha >= self.c[i] => (-u).max(0.0),
            _ => 0.0,
        }
    }

    /// Σ cᵢ uᵢ⁺ − αᵢ uᵢ over the rows whose αᵢ is at an end: what those decided wrongly add to the gap.
    pub(super) fn violation(&self, at: &Iterate) -> f64 {
        (0..at.u.len()).map(|i| self.c[i] * self.wrong(at, i)).sum()
    }

    /// R v − f − Σ aᵢ yᵢ x̃ᵢ.
    pub(super) fn gradient(&self, v: &[f64], pull: &[f64]) -> Vec<f64> {
        (0..v.len()).map(|j| self.penalty[j] * v[j] - self.fixed[j] - pull[j]).collect()
    }

    /// What the gradient adds to the gap: ½ gⱼ²/Rⱼ, and for an intercept that is free what its repair may cost.
    fn misfit(&self, gradient: &[f64]) -> f64 {
        let part = |(g, r): (&f64, &f64)| if *r > 0.0 { 0.5 * g * g / r } else { g.abs() };
        gradient.iter().zip(self.penalty).map(part).sum()
    }

    /// Goes along a direction to the minimum of the smoothed objective on it; how far, if it falls.
    pub(super) fn walk(&self, at: &mut Iterate, gradient: &[f64], direction: &[f64]) -> Option<f64> {
        if !(dot(gradient, direction) < 0.0) {
            return None;
        }
        let mut q = self.design.scores(direction);
        q.iter_mut().zip(&*self.y).for_each(|(q, y)| *q *= y);

        let linear: f64 =
            (0..direction.len()).map(|j| (self.penalty[j] * at.v[j] - self.fixed[j]) * direction[j]).sum();
        let bend: f64 = self.penalty.iter().zip(direction).map(|(r, d)| r * d * d).sum();
        let slope = |t: f64| {
            let (first, second) = slope_of_rows(at, &self.c, &q, t);
            (linear + t * bend + first, bend + second)
        };
        let length = line_search::minimize(LINE_TOL, slope);
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        at.v.iter_mut().zip(direction).for_each(|(v, d)| *v += length * d);
        at.u.iter_mut().zip(&q).for_each(|(u, q)| *u -= length * q);
        Some(length)
    }
}

/// α of β, and β of α.
pub(super) fn products(values: &[f64], y: &[f64]) -> Vec<f64> {
    values.iter().zip(y).map(|(value, y)| y * value).collect()
}

/// aᵢ for uᵢ: the slope of the smoothed loss, and whether it is strictly between its ends.
fn slope_at(alpha: f64, u: f64, c: f64, inverse_width: f64) -> (f64, bool) {
    let a = alpha + c * inverse_width * u;
    (a.clamp(0.0, c), a > 0.0 && a < c)
}

/// d/dt and d²/dt² of Σ φᵢ(uᵢ − t qᵢ).
fn slope_of_rows(at: &Iterate, c: &[f64], q: &[f64], t: f64) -> (f64, f64) {
    let inverse = 1.0 / at.width;
    let (mut first, mut second) = (0.0, 0.0);
    for (((alpha, u), c), q) in at.alpha.iter().zip(&at.u).zip(c).zip(q) {
        let (a, inside) = slope_at(*alpha, u - t * q, *c, inverse);
        first -= q * a;
        second += if inside { q * q * c * inverse } else { 0.0 };
    }
    (first, second)
}

/// Sums over rows that are kept up to date as rows change.
pub(super) struct RowSums {
    a: Vec<f64>,
    pub(super) is_inside: Vec<bool>,
    pub(super) inside: usize,
    /// The rows that have come inside or gone since this was last emptied, in the order of that.
    pub(super) changed: Vec<usize>,
    /// Σ aᵢ yᵢ x̃ᵢ.
    pull: Vec<f64>,
}

impl RowSums {
    fn new(at: &Iterate) -> Self {
        Self {
            a: at.alpha.clone(),
            is_inside: vec![false; at.alpha.len()],
            inside: 0,
            changed: Vec::new(),
            pull: at.pull.clone(),
        }
    }

    /// Brings aᵢ, J and the pull up to date; Σ cᵢ uᵢ⁺ − aᵢ uᵢ, what the rows add to the gap.
    fn update<S: Systems>(&mut self, reduced: &Reduced<'_, S>, at: &Iterate) -> f64 {
        let inverse = 1.0 / at.width;
        let mut slack = 0.0;
        let mut moves = vec![0.0; self.a.len()];
        let rows = self.a.iter_mut().zip(&mut self.is_inside).zip(&mut moves);
        let given = at.alpha.iter().zip(&at.u).zip(&*reduced.c).zip(&*reduced.y);
        for (i, (((own, was_inside), moved), (((alpha, &u), &c), y))) in rows.zip(given).enumerate() {
            let (a, inside) = slope_at(*alpha, u, c, inverse);
            slack += (c - a) * u.max(0.0) + a * (-u).max(0.0);
            *moved = (a - *own) * y;
            *own = a;
            if inside != *was_inside {
                *was_inside = inside;
                self.changed.push(i);
            }
        }
        self.inside = self.is_inside.iter().filter(|&&inside| inside).count();
        add_to(&mut self.pull, &reduced.design.weighted_sum(&moves));
        slack
    }
}
