//! Dual points drawn to where the conjugate of the penalty is finite.

use super::problem::{Intercept, Problem};
use crate::data::AnyFeatures;
use crate::loss::DualLoss;

/// Rounding of Σ βᵢ xᵢ, in units of the last place, that must not take it out of its limit.
const MARGIN: f64 = 4.0;
/// A share of the size of its terms at which a sum counts as 0.
const ORTHOGONAL: f64 = 1e-9;
/// Rounding of a sum, in units of the last place of the sizes of its terms.
const ROUNDING: f64 = 8.0;
/// The most evaluations of the slope; a few where the dual terms are quadratic.
const MAX_STEPS: usize = 60;
/// The slope at which the search ends, relative to the sizes of its terms.
const FLAT: f64 = 1e-14;
/// The step at which it ends, relative to the scale.
const SAME: f64 = 4.0 * f64::EPSILON;

/// How many times its sum with the rest a side is where the two cancel, and how exactly the share to draw is found.
const CANCELS: f64 = 100.0;
const MOST_HALVINGS: usize = 70;

/// How often a dual point is drawn further inside where rounding leaves it out of its limit.
pub(super) const MOST_MARGINS: i32 = 20;

/// The largest |gⱼ|.
pub(super) fn steepest(pull: &[f64]) -> f64 {
    pull.iter().fold(0.0, |most: f64, g| most.max(g.abs()))
}

/// The t in [0, 1] at which the largest |gⱼ − t ownⱼ| is smallest; `None` where g is no small difference of what is drawn and
/// the rest.
pub(super) fn share_to_draw(g: &[f64], own: &[f64]) -> Option<f64> {
    // What is largest at t, and how fast it changes.
    let at = |t: f64| {
        let entries = g.iter().zip(own).map(|(g, own)| (g - t * own, *own));
        entries
            .fold((0.0_f64, 0.0_f64), |most, entry| if entry.0.abs() > most.0.abs() { entry } else { most })
    };
    let (worst, of_own) = at(0.0);
    if !(of_own.abs() > CANCELS * worst.abs()) {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..MOST_HALVINGS {
        let middle = 0.5 * (low + high);
        let (worst, of_own) = at(middle);
        *(if worst * of_own > 0.0 { &mut low } else { &mut high }) = middle;
    }
    Some(high)
}

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
        // Where an interval ends the slope may be infinite, and so are its terms.
        if (slope.is_finite() && slope.abs() <= FLAT * size) || (slope > 0.0 && s == high) {
            break;
        }
        if slope > 0.0 {
            low = s;
        } else {
            high = s;
        }
        let newton = s + slope / curvature;
        // At the highest point the terms are nothing but rounding themselves.
        if curvature.is_finite() && (newton - s).abs() <= SAME * s {
            break;
        }
        s = if low < newton && newton < high {
            newton
        } else if newton >= high && slope > 0.0 && step == 0 && high.is_finite() {
            high
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * s
        };
        if high.is_finite() && high - low <= f64::EPSILON * high {
            break;
        }
    }
    if s > 0.0 && s.is_finite() { s } else { 1.0 }
}

/// Whether each entry of the sum g = Σ βᵢ (xᵢ, column) is 0 up to rounding, next to the sizes of its own terms.
///
/// Where ω* is finite at 0 only, no scale but 0 leads there: β counts as it is, or not at all. With a free intercept Σ βᵢ
/// is 0, and g the same for columns around any centre: of a column far from 0 only what rows differ in tells whether
/// there is something left that it could explain.
pub(super) fn is_orthogonal(x: &dyn AnyFeatures, intercept: Intercept, beta: &[f64], g: &[f64]) -> bool {
    let total: f64 = beta.iter().map(|beta| beta.abs()).sum();
    let mut columns = vec![Terms::default(); x.n_features()];
    let for_each = |columns: &mut [Terms], visit: fn(&mut Terms, f64, f64)| {
        for (row, beta) in beta.iter().enumerate().filter(|(_, beta)| **beta != 0.0) {
            x.for_each_in_row(row, &mut |j, value| {
                columns.get_mut(j).into_iter().for_each(|column| visit(column, beta.abs(), value));
            });
        }
    };
    for_each(&mut columns, |column, beta, value| {
        column.stored += beta;
        column.sum += beta * value;
        column.size += beta * value.abs();
    });
    for column in &mut columns {
        column.center = if intercept == Intercept::Free && total > 0.0 { column.sum / total } else { 0.0 };
        // Of the entries that are not stored.
        column.spread = column.center.abs() * (total - column.stored).max(0.0);
    }
    for_each(&mut columns, |column, beta, value| column.spread += beta * (value - column.center).abs());
    let column = intercept.column() * total;
    columns.push(Terms { spread: column, size: column, ..Terms::default() });
    let most = |terms: &Terms| (ORTHOGONAL * terms.spread).max(ROUNDING * f64::EPSILON * terms.size);
    g.iter().zip(&columns).all(|(g, terms)| g.abs() <= most(terms))
}

/// What is known of the terms |βᵢ| xᵢ of a column: Σ |βᵢ| over the stored ones, their sum, Σ |βᵢ xᵢ|, their mean, and
/// Σ |βᵢ| |xᵢ − mean|.
#[derive(Debug, Clone, Copy, Default)]
struct Terms {
    stored: f64,
    sum: f64,
    size: f64,
    center: f64,
    spread: f64,
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
    use crate::solver::{Coefficients, Intercept};

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
        // The interval of the first row ends at s = 1, where its slope is infinite.
        let best = feasible_scale(&problem, &[2.0, -0.1, 0.1], 0.1, 1.0);
        let slope = 2.0 * ((1.0 - best) / best).ln() + 0.2 * ((2.0 - 0.1 * best) / (0.1 * best)).ln();
        assert!(best > 0.0 && best < 1.0 && slope.abs() < 1e-9, "{best} {slope}");
    }

    #[test]
    fn the_highest_point_is_where_it_is_whatever_the_limit() {
        let x = ndarray::Array2::<f64>::zeros((3, 1));
        for k in 0..300 {
            let y: Vec<f64> = (0..3).map(|i| ((7 * k + 3 * i + i * i) as f64).sin() * 9.0).collect();
            let c = 0.1 * (1.0 + (k % 17) as f64);
            let beta: Vec<f64> = y.iter().map(|y| c * y).collect();
            let problem = Problem::new(&x, y, vec![c; 3], SquaredError, L1, Intercept::None).unwrap();
            for steepest in [0.0, 1e-300, 1e-15, 1e-3] {
                let scale = feasible_scale(&problem, &beta, steepest, 1.0);
                approx::assert_relative_eq!(scale, 1.0, max_relative = 1e-14);
            }
            let at = Coefficients::zeros(1);
            let certificate = crate::solver::certify(&problem, &at, &beta).unwrap();
            assert!(certificate.relative_gap() < 1e-13, "{certificate:?}");
        }
    }

    #[test]
    fn a_column_far_from_zero_is_orthogonal_to_what_its_differences_are() {
        let beta = [1.0, -2.0, 1.0];
        for center in [0.0, 1e9, 1.7e12] {
            // Σ βᵢ (xᵢ − center) is 0 in the first column and 4 in the second.
            let x = ndarray::array![
                [center + 1.0, center + 1.0],
                [center, center - 1.0],
                [center - 1.0, center + 1.0]
            ];
            let g = [0.0, 4.0];
            assert!(!is_orthogonal(&x, Intercept::Free, &beta, &g), "{center}");
            assert!(is_orthogonal(&x, Intercept::Free, &beta, &[1e-16 * center, 0.0]), "{center}");
        }
    }
}
