//! A semismooth Newton method for the hinge loss that works on few rows at a time.

use super::Solve;
use super::augmented_lagrangian::{Goal, Iterate, products};
use super::certificate::Repair;
use super::control::{Control, Solution, Track};
use super::design::Design;
use super::guess::{COLD_WIDTH, Guess, prepare};
use super::problem::Problem;
use super::report::StopReason;
use super::row_terms::{Given, OfScore};
use super::window::{Window, refine};
use crate::loss::Hinge;
use crate::regularizer::L2;

/// Where a window would hold more than one of so many rows, a step and a further look are less work, if steps become
/// shorter by this much.
const MOST_SOLVED: usize = 8;
const APPROACH: f64 = 0.6;
/// A window has at most one of so many rows.
const MOST_GATHERED: usize = 6;
/// The share of the gap asked for that a window may have.
const INNER_SHARE: f64 = 0.5;
/// A window that ends with a gap of so many times what was asked for is not going to end better.
const HOPELESS: f64 = 100.0;
/// Looks at all rows, and those in a row that may be in vain.
const MOST_ROUNDS: usize = 14;
const PATIENCE: usize = 3;

/// Semismooth Newton on the augmented Lagrangian, for the hinge loss, few features and many rows.
///
/// At the optimum almost all αᵢ are 0 or cᵢ: only rows with margins near 1 are open. So a look at all rows decides those
/// whose margin is farther than a window from 1 (their part of Σ αᵢ yᵢ x̃ᵢ is one vector), the others are gathered and
/// solved, and a further look certifies the result or finds those decided wrongly, for a wider window. Where to begin is
/// the optimum of samples of n/64 and n/8 of the rows. How far margins are going to move from there, and so the window,
/// is told by one Newton step from the gradient that the look has seen, with the curvature of the sample; where that
/// window would hold many rows, the step is taken and looked at instead. Within a window each Newton step solves a system
/// of the size of v = (w, b) whose matrix only the rows strictly inside the smoothed kink enter; as the kink becomes
/// narrower, so does the window.
///
/// Two to four looks at all rows, n d operations each, are what it takes where n ≫ d. Memory is that of a window, at most
/// n/6 of the rows, or of a sample, at most n/8 where n ≫ d, and O(n + d²). Where it does not come to an end, with few
/// rows for each feature or classes that are apart by a hair, it says so soon, and [`InteriorPoint`](super::InteriorPoint)
/// does.
///
/// Yan and Li 2020, "An Efficient Augmented Lagrangian Method for Support Vector Machine",
/// doi:10.1080/10556788.2020.1734002.
///
/// ```
/// use certifit::loss::Hinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, Problem, SemismoothNewton, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], Hinge, L2, Intercept::None)?;
/// let solution = SemismoothNewton.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 0.25).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SemismoothNewton;

impl Solve<Hinge, L2> for SemismoothNewton {
    const NAME: &'static str = "semismooth-newton";

    fn solve(&self, problem: &Problem<'_, Hinge, L2>, control: &Control) -> Solution {
        let mut track = Track::start(<Self as Solve<Hinge, L2>>::NAME, problem, control);
        let design = Design::new(problem.x, problem.intercept);
        let (setting, guess) = prepare(problem, &design, control);
        let (whole, guess) = (setting.reduced(problem, &design), guess.as_ref());
        let (y, c) = (&problem.y, &problem.c);
        let mut v = guess.map_or_else(|| vec![0.0; design.dim()], |guess| guess.v.clone());
        let (mut width, mut window) = (COLD_WIDTH, Window::of(f64::INFINITY));
        let mut known: Option<Vec<f64>> = None;
        let mut best = Best { primal: f64::INFINITY, at: None, moved: f64::INFINITY };
        for round in 1..=MOST_ROUNDS {
            let at = design.coefficients(&v);
            let (found, reason) = match &known {
                Some(beta) => track.look(round, &at, Repair::Exact, &Given(beta)),
                None => {
                    let undecided = |y: f64, c: f64, p: f64| y * Guess::undecided(guess, 1.0 - y * p, c);
                    track.look(round, &at, Repair::Rough, &OfScore(undecided))
                }
            };
            if let Some(reason) = reason {
                return track.finish(reason);
            }
            if track.offers_without_progress() >= PATIENCE {
                break;
            }
            let primal = found.certificate.primal;
            let goal = Goal { gap: INNER_SHARE * control.tol * primal.abs(), rounds: usize::MAX };
            let mut u = found.scores;
            u.iter_mut().zip(y).for_each(|(u, y)| *u = 1.0 - y * *u);
            let decided = known.take().map(|beta| products(&beta, y));
            let approaching = decided.is_none();
            let alpha = decided.unwrap_or_else(|| Guess::undecided_all(guess, &u, c));
            let mut at = Iterate { v, u, alpha, pull: design.centered(found.pull), width };
            match guess {
                // Farther from the optimum than before: a step was too long, or rows were decided that must not be.
                _ if !(primal <= best.primal) => {
                    let Some(better) = best.at.take() else { break };
                    at = better;
                    window = window.much_wider();
                }
                Some(guess) if approaching => {
                    let aim = guess.aim(&whole, &at);
                    (window, at.width) = (aim.window(), aim.width());
                    let many = MOST_SOLVED * window.rows(&at).len() > at.u.len();
                    if many && aim.moved < APPROACH * best.moved {
                        v = aim.target(&at.v);
                        best = Best { primal, at: Some(at), moved: aim.moved };
                        continue;
                    }
                }
                _ if round > 1 => window = Window::after(&whole, &mut at),
                _ => {}
            }
            // A window of many rows is no gain over all of them, which need no copy.
            let mut rows = window.rows(&at);
            if MOST_GATHERED * rows.len() > at.u.len() {
                rows = (0..at.u.len()).collect();
            }
            best = Best { primal: primal.min(best.primal), at: Some(at.clone()), ..best };
            if refine(&whole, &mut at, &rows, goal).gap > HOPELESS * goal.gap {
                break;
            }
            known = Some(products(&at.alpha, y));
            (v, width) = (at.v, at.width);
        }
        track.finish(StopReason::FloatingPointLimit)
    }
}

/// The best iterate so far, its objective, and how far the optimum was thought to be.
struct Best {
    primal: f64,
    at: Option<Iterate>,
    moved: f64,
}
