//! Newton's method for smooth losses.

use super::certificate::Repair;
use super::control::{Control, Solution, Track};
use super::design::Design;
use super::problem::Problem;
use super::report::StopReason;
use super::row_terms::OfScore;
use super::{Solve, line_search};
use crate::loss::SmoothLoss;
use crate::regularizer::L2;

/// Newton's method with an exact line search, for smooth losses and few features.
///
/// At v = (w, b) with scores p: H = R + Σ cᵢ ℓ″(yᵢ, pᵢ) x̃ᵢ x̃ᵢᵀ, gradient R v + Σ cᵢ ℓ′(yᵢ, pᵢ) x̃ᵢ, R the
/// penalty's diagonal. The dual point is βᵢ = −cᵢ ℓ′(yᵢ, pᵢ), with which the gap is ½ ‖gradient‖². For the
/// squared hinge this is the finite Newton method of Keerthi and DeCoste 2005, "A Modified Finite Newton Method
/// for Fast Solution of Large Scale Linear SVMs": it ends exactly once the set of rows within the margin is right.
///
/// An iteration costs n d² + d³/3 operations; memory is O(n + d²) for each of up to 16 pieces of rows. The units of
/// the features do not matter to it.
///
/// ```
/// use certifit::loss::SquaredHinge;
/// use certifit::regularizer::L2;
/// use certifit::solver::{Control, Intercept, Newton, Problem, Solve};
/// let x = ndarray::array![[1.0], [-1.0]];
/// let problem = Problem::new(&x, vec![1.0, -1.0], vec![0.125; 2], SquaredHinge, L2, Intercept::None)?;
/// let solution = Newton.solve(&problem, &Control::new(1e-12, 1000));
/// assert!((solution.coefficients.w[0] - 1.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Newton;

impl<L: SmoothLoss> Solve<L, L2> for Newton {
    const NAME: &'static str = "newton";

    fn solve(&self, problem: &Problem<'_, L, L2>, control: &Control) -> Solution {
        let mut track = Track::start(<Self as Solve<L, L2>>::NAME, problem, control);
        let (y, c, loss) = (&problem.y, &problem.c, &problem.loss);
        let design = Design::new(problem.x, problem.intercept);
        let penalty = design.penalty_weights();
        let start = control.start.as_ref().map(|start| design.vector(start));
        // w = 0 may be within `tol` of the optimum where C is tiny, but it predicts nothing.
        let (mut v, mut iteration) = (start.unwrap_or_else(|| vec![0.0; design.dim()]), 0);
        loop {
            let at = design.coefficients(&v);
            let beta = |y: f64, c: f64, p: f64| -c * loss.derivative(y, p);
            let (scores, pull);
            if iteration > 0 || control.start.is_some() {
                let (found, reason) = track.look(iteration, &at, Repair::Rough, &OfScore(beta));
                if let Some(reason) = reason {
                    return track.finish(reason);
                }
                (scores, pull) = (found.scores, design.centered(found.pull));
            } else {
                scores = vec![0.0; y.len()];
                let beta: Vec<f64> = y.iter().zip(c).map(|(&y, &c)| beta(y, c, 0.0)).collect();
                pull = design.weighted_sum(&beta);
            }
            iteration += 1;
            if track.offers_without_progress() > 8 {
                break;
            }
            let per_row = |f: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
                (0..y.len()).map(|row| c[row] * f(y[row], scores[row])).collect()
            };
            let descent: Vec<f64> = (0..v.len()).map(|j| pull[j] - penalty[j] * v[j]).collect();
            let curvature = per_row(&|y, p| loss.second_derivative(y, p));
            let Some(factor) = design.factor(&curvature) else { break };
            let direction = factor.solve(&descent);
            let q = design.scores(&direction);
            let step = line_search::minimize(1e-14, |t| {
                let mut slope = (0.0, 0.0);
                for j in 0..v.len() {
                    slope.0 += penalty[j] * direction[j] * (v[j] + t * direction[j]);
                    slope.1 += penalty[j] * direction[j] * direction[j];
                }
                for row in 0..y.len() {
                    let at = scores[row] + t * q[row];
                    slope.0 += c[row] * q[row] * loss.derivative(y[row], at);
                    slope.1 += c[row] * q[row] * q[row] * loss.second_derivative(y[row], at);
                }
                slope
            });
            if !(step > 0.0) {
                if iteration == 1 {
                    // w = 0 is the optimum, and has not been looked at.
                    if let (_, Some(reason)) = track.look(iteration, &at, Repair::Rough, &OfScore(beta)) {
                        return track.finish(reason);
                    }
                }
                break;
            }
            v.iter_mut().zip(&direction).for_each(|(v, direction)| *v += step * direction);
        }
        track.finish(StopReason::FloatingPointLimit)
    }
}
