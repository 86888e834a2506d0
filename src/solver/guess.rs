//! Where to begin, and how far that is from the end: from samples of the rows.

use super::augmented_lagrangian::{Goal, Iterate, Reduced};
use super::cholesky::Cholesky;
use super::control::{Clock, Control};
use super::design::Design;
use super::gram::times_lower;
use super::newton_systems::Factored;
use super::problem::Problem;
use super::sample::{Sample, Strata};
use super::window::Window;
use crate::data::dot;
use crate::loss::Hinge;
use crate::regularizer::L2;
use ndarray::Array2;
use std::borrow::Cow;

/// The first sample has a share of the rows, and each further one so many times the rows of the one before.
const GROWTH: usize = 8;
const FIRST_SHARE: usize = 64;
/// The least rows of a sample, and the least for each unknown.
const SMALLEST: usize = 1000;
const ROWS_PER_UNKNOWN: usize = 20;
/// The window is so many times as wide as margins are expected to move.
const WINDOW: f64 = 4.0;
/// The width of the smoothed kink in how far margins are expected to move.
const FIRST_WIDTH: f64 = 0.3;
/// The width where nothing is known: all rows are inside.
pub(super) const COLD_WIDTH: f64 = 4.0;
/// Steps on a sample, the last of which is shorter than so many errors of the sample.
const MOST_SAMPLE_STEPS: usize = 6;
const NEAR: f64 = 1.0;
/// The share of the curvature of all rows that damps steps.
const DAMPING: f64 = 0.003;
/// The least rows from which that is estimated.
const DAMPING_ROWS: usize = 200;

/// What does not change during a fit.
pub(super) struct Setting {
    clock: Clock,
    penalty: Vec<f64>,
    systems: Factored,
}

impl Setting {
    /// The problem of all rows.
    pub(super) fn reduced<'a>(
        &'a self,
        problem: &'a Problem<'_, Hinge, L2>,
        design: &Design<'a>,
    ) -> Reduced<'a, Factored> {
        Reduced {
            design: design.clone(),
            y: Cow::Borrowed(&problem.y),
            c: Cow::Borrowed(&problem.c),
            fixed: vec![0.0; design.dim()],
            penalty: &self.penalty,
            systems: &self.systems,
            clock: self.clock,
        }
    }
}

/// What samples tell before all rows are looked at: nothing, where there are too few rows for samples.
pub(super) fn prepare(
    problem: &Problem<'_, Hinge, L2>,
    design: &Design<'_>,
    control: &Control,
) -> (Setting, Option<Guess>) {
    let (n, dim) = (problem.n_rows(), design.dim());
    let strata = Strata::of(problem);
    let mut size = (n / FIRST_SHARE).max(ROWS_PER_UNKNOWN.saturating_mul(dim)).max(SMALLEST);
    let mut setting = Setting {
        clock: control.clock,
        penalty: design.penalty_weights(),
        systems: Factored { damping: Array2::zeros((0, 0)) },
    };
    let mut guess: Option<Guess> = None;
    loop {
        // Without a guess to make, a sample is for the damping alone.
        let enough = if control.start.is_none() && 3 * size > n { DAMPING_ROWS.max(4 * dim) } else { size };
        let Sample { rows, y, c } = strata.sample(problem, enough.min(n), control.seed ^ size as u64);
        let gathered = problem.x.gather(&rows);
        let sample = problem.on(gathered.as_ref(), y, c);
        let sample_design = design.of(gathered.as_ref());
        if setting.systems.damping.is_empty() {
            let weights: Vec<f64> = sample.c.iter().map(|c| DAMPING * c).collect();
            setting.systems.damping = sample_design.gram(&weights);
        }
        let reduced = setting.reduced(&sample, &sample_design);
        guess = match &control.start {
            Some(start) => {
                let noise = dim as f64 / n as f64;
                Guess::new(&reduced, design.vector(&start.at), FIRST_WIDTH * noise.sqrt())
            }
            None if 3 * size > n => guess,
            None => reduced.guess(guess.as_ref()),
        };
        size = size.saturating_mul(GROWTH);
        if 3 * size > n || control.start.is_some() || control.clock.is_out_of_time() {
            return (setting, guess);
        }
    }
}

impl Reduced<'_, Factored> {
    /// The optimum of a sample, as far as it tells of that of all rows.
    fn guess(&self, before: Option<&Guess>) -> Option<Guess> {
        let noise = self.design.dim() as f64 / self.y.len() as f64;
        let v = match before {
            Some(before) => self.approach(before, noise),
            None => self.solve_cold(noise),
        };
        Guess::new(self, v, FIRST_WIDTH * noise.sqrt())
    }

    fn solve_cold(&self, noise: f64) -> Vec<f64> {
        let mut at = self.undecided(vec![0.0; self.design.dim()], COLD_WIDTH);
        at.pull = self.pull_of(&at.alpha);
        let gap = (0.1 * noise).min(1e-2) * self.primal(&at.v, &at.u);
        self.improve(&mut at, Goal { gap, rounds: usize::MAX });
        at.v
    }

    /// Steps towards the optimum of this sample from that of a smaller one, until they are short next to the error that
    /// a sample has.
    fn approach(&self, before: &Guess, noise: f64) -> Vec<f64> {
        // The rows that the smaller sample was fitted on crowd at their margins: curvature is seen on others.
        let Some(guess) = Guess::new(self, before.v.clone(), before.range) else { return before.v.clone() };
        let mut at = self.undecided(before.v.clone(), guess.range);
        for _ in 0..MOST_SAMPLE_STEPS {
            at.pull = self.pull(&at);
            let aim = guess.aim(self, &at);
            let direction: Vec<f64> = aim.step.iter().map(|step| -step).collect();
            let gradient = self.gradient(&at.v, &at.pull);
            if self.walk(&mut at, &gradient, &direction).is_none() || aim.moved < NEAR * noise.sqrt() {
                break;
            }
        }
        at.v
    }

    /// The iterate at v with αᵢ = cᵢ/2; its pull is left to those who need it.
    fn undecided(&self, v: Vec<f64>, width: f64) -> Iterate {
        let u = self.margins(&v);
        let alpha: Vec<f64> = self.c.iter().map(|c| 0.5 * c).collect();
        Iterate { v, u, alpha, pull: Vec::new(), width }
    }
}

/// What is thought of the optimum.
pub(super) struct Guess {
    pub(super) v: Vec<f64>,
    /// The range of u over which dual points go from 0 to cᵢ.
    range: f64,
    /// The curvature R + Σ cᵢ p(0) x̃ᵢ x̃ᵢᵀ of the expected objective, p the density of the uᵢ.
    curvature: Cholesky,
    /// Σ x̃ᵢ x̃ᵢᵀ / n, lower triangle.
    spread: Array2<f64>,
}

impl Guess {
    /// From v and a sample.
    fn new(reduced: &Reduced<'_, Factored>, v: Vec<f64>, range: f64) -> Option<Self> {
        let u = reduced.margins(&v);
        let enough = ROWS_PER_UNKNOWN * v.len();
        let near = quantile(&u, enough.min(u.len() / 3)).max(range);
        let density: Vec<f64> =
            (0..u.len()).map(|i| if u[i].abs() <= near { 0.5 * reduced.c[i] / near } else { 0.0 }).collect();
        // Rows spread evenly: a sample may be sorted.
        let step = (u.len() / enough.max(1)).max(1);
        let share = step as f64 / u.len() as f64;
        let few: Vec<f64> = (0..u.len()).map(|i| if i % step == 0 { share } else { 0.0 }).collect();
        let spread = reduced.design.gram(&few);
        Some(Self { v, range, curvature: reduced.design.factor(&density)?, spread })
    }

    /// The dual point of a row: decided by its u where that is beyond the range.
    pub(super) fn undecided(guess: Option<&Self>, u: f64, c: f64) -> f64 {
        guess.map_or(0.5 * c, |guess| c * (0.5 + u / guess.range).clamp(0.0, 1.0))
    }

    pub(super) fn undecided_all(guess: Option<&Self>, u: &[f64], c: &[f64]) -> Vec<f64> {
        u.iter().zip(c).map(|(&u, &c)| Self::undecided(guess, u, c)).collect()
    }

    /// One Newton step from an iterate.
    pub(super) fn aim(&self, reduced: &Reduced<'_, Factored>, at: &Iterate) -> Aim {
        let step = self.curvature.solve(&reduced.gradient(&at.v, &at.pull));
        let square = dot(&step, &times_lower(&self.spread, &step));
        Aim { moved: square.max(0.0).sqrt(), step }
    }
}

/// Where the optimum is from an iterate, about.
pub(super) struct Aim {
    step: Vec<f64>,
    /// How far margins move on the way, in the mean.
    pub(super) moved: f64,
}

impl Aim {
    /// The end of the step.
    pub(super) fn target(&self, v: &[f64]) -> Vec<f64> {
        v.iter().zip(&self.step).map(|(v, step)| v - step).collect()
    }

    /// The rows that may cross their margin on the way.
    pub(super) fn window(&self) -> Window {
        Window::of(WINDOW * self.moved)
    }

    /// δ for that window.
    pub(super) fn width(&self) -> f64 {
        (FIRST_WIDTH * self.moved).min(COLD_WIDTH)
    }
}

/// The size under which `count` of the values are.
fn quantile(values: &[f64], count: usize) -> f64 {
    let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    let at = count.min(sizes.len().saturating_sub(1));
    if sizes.is_empty() { 0.0 } else { *sizes.select_nth_unstable_by(at, f64::total_cmp).1 }
}
