//! Dual points drawn to where the conjugate of the penalty is finite.

use super::problem::{Intercept, Problem};
use crate::data::AnyFeatures;
use crate::loss::DualLoss;

/// Rounding of Σ βᵢ xᵢ, in units of the last place, that must not take it out of its limit.
const MARGIN: f64 = 4.0;
/// A share of the size of its terms at which a sum counts as 0.
const ORTHOGONAL: f64 = 1e-9;
/// The most evaluations of the slope; a few where the dual terms are quadratic.
const MAX_STEPS: usize = 60;
/// The slope at which the search ends, relative to the sizes of its terms.
const FLAT: f64 = 1e-14;

/// The s > 0 at which s β has the largest Σ φᵢ(s βᵢ) of all for which s · `steepest` ≤ `limit`, `steepest` being the
/// largest |gⱼ|; 1 where there is none.
///
/// The sum is concave in s. Where the penalty has a limit because it is a norm, its conjugate is 0 within, and the
/// scaled point is the best on its ray (El Ghaoui, Viallon and Rabbani 2012, "Safe Feature Elimination for the Lasso",
/// section 3). Scaling keeps Σ βᵢ = 0. Each step of the search costs n operations.
pub(super) fn feasible_scale<L: DualLoss, R>(
    problem: &Problem<'_, L, R>,
    beta: &[f64],
    steepest: f64,
    limit: f64,
) -> f64 {
    let mut high = limit / steepest * (1.0 - MARGIN * f64::EPSILON);
    for ((&beta, &y), &c) in beta.iter().zip(&problem.y).zip(&problem.c) {
        let (lowest, highest) = problem.loss.dual_bounds(y, c);
        let end = if beta > 0.0 { highest / beta } else { lowest / beta };
        // At β = 0 no scale leaves the interval.
        if beta != 0.0 {
            high = high.min(end);
        }
    }
    best_on_ray(high, |s| slope_along(problem, beta, s))
}

/// The s > 0, at most `high`, at which a concave function of slope, negative curvature and size of the terms of its slope
/// `along(s)` is largest; 1 where there is none.
pub(super) fn best_on_ray(mut high: f64, along: impl Fn(f64) -> (f64, f64, f64)) -> f64 {
    let mut s = high.min(1.0);
    let mut low = 0.0;
    for step in 0..MAX_STEPS {
        let (slope, curvature, size) = along(s);
        if slope.abs() <= FLAT * size || (slope > 0.0 && s == high) {
            break;
        }
        if slope > 0.0 {
            low = s;
        } else {
            high = s;
        }
        let newton = s + slope / curvature;
        s = if low < newton && newton < high {
            newton
        } else if newton >= high && slope > 0.0 && step == 0 && high.is_finite() {
            high
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * s
        };
        if high - low <= f64::EPSILON * high {
            break;
        }
    }
    if s > 0.0 && s.is_finite() { s } else { 1.0 }
}

/// Whether each entry of the sum g = Σ βᵢ (xᵢ, column) is 0 up to rounding, next to the sizes of its own terms.
///
/// Where ω* is finite at 0 only, no scale but 0 leads there: β counts as it is, or not at all.
pub(super) fn is_orthogonal(x: &dyn AnyFeatures, intercept: Intercept, beta: &[f64], g: &[f64]) -> bool {
    let mut sizes = vec![0.0; x.n_features()];
    for (row, beta) in beta.iter().enumerate().filter(|(_, beta)| **beta != 0.0) {
        x.for_each_in_row(row, &mut |column, value| {
            if let Some(size) = sizes.get_mut(column) {
                *size += (beta * value).abs();
            }
        });
    }
    sizes.push(intercept.column() * beta.iter().map(|beta| beta.abs()).sum::<f64>());
    g.iter().zip(&sizes).all(|(g, size)| g.abs() <= ORTHOGONAL * size)
}

/// The slope of Σ φᵢ(s βᵢ) in s, its curvature, and the size of what they are the sums of.
fn slope_along<L: DualLoss, R>(problem: &Problem<'_, L, R>, beta: &[f64], s: f64) -> (f64, f64, f64) {
    let (mut slope, mut curvature, mut size) = (0.0, 0.0, 0.0);
    for ((&beta, &y), &c) in
        beta.iter().zip(&problem.y).zip(&problem.c).filter(|((beta, _), _)| **beta != 0.0)
    {
        let term = beta * problem.loss.dual_slope(y, s * beta, c);
        slope += term;
        size += term.abs();
        curvature += beta * beta * problem.loss.dual_curvature(y, s * beta, c);
    }
    (slope, curvature, size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{LogLoss, SquaredError};
    use crate::regularizer::L1;
    use crate::solver::Intercept;

    #[test]
    fn the_best_point_of_a_ray() {
        let x = ndarray::array![[1.0], [2.0], [0.5]];
        let targets = vec![1.0, -1.0, 1.0];
        let problem =
            Problem::new(&x, targets.clone(), vec![2.0; 3], SquaredError, L1, Intercept::None).unwrap();
        // s Σ βᵢ yᵢ − s² Σ βᵢ²/4 is highest at 2 Σ βᵢ yᵢ/Σ βᵢ².
        let beta = [0.5, -1.0, 0.25];
        let best = 2.0 * 1.75 / 1.3125;
        approx::assert_relative_eq!(feasible_scale(&problem, &beta, 0.1, 1.0), best, max_relative = 1e-13);
        approx::assert_relative_eq!(feasible_scale(&problem, &beta, 2.0, 1.0), 0.5, max_relative = 1e-14);
        assert!(2.0 * feasible_scale(&problem, &beta, 2.0, 1.0) <= 1.0);
        assert_eq!(feasible_scale(&problem, &[0.0; 3], 0.0, 1.0), 1.0);

        let problem = Problem::new(&x, targets, vec![2.0; 3], LogLoss, L1, Intercept::None).unwrap();
        // The shares add up to one slope: all rows at ½ is the highest entropy.
        let best = feasible_scale(&problem, &[0.25, -0.25, 0.25], 0.1, 1.0);
        approx::assert_relative_eq!(best, 4.0, max_relative = 1e-12);
        // The interval of the first row ends at s = 1.
        let best = feasible_scale(&problem, &[2.0, -0.1, 0.1], 0.1, 1.0);
        assert!(best > 0.0 && best <= 1.0);
    }
}
