//! The minimum of a convex function along a line.

use super::problem::Problem;
use crate::loss::SmoothLoss;

/// The t > 0 at which a convex function has slope 0, given `slope(t)` = (φ′(t), φ″(t)) and φ′(0) < 0.
///
/// The slope there is at most `tol` times that at 0. Newton's steps, kept within a bracket by bisection, so that kinks
/// of the slope do no harm. 0 if φ does not fall from 0 or is not finite there.
pub(super) fn minimize(tol: f64, slope: impl Fn(f64) -> (f64, f64)) -> f64 {
    let at_zero = slope(0.0).0;
    if !(at_zero < 0.0) {
        return 0.0;
    }
    let (mut low, mut high, mut t) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..100 {
        let (first, second) = slope(t);
        if first.abs() <= tol * at_zero.abs() {
            return t;
        }
        // Not finite counts as too far.
        if first < 0.0 {
            low = t;
        } else {
            high = t;
        }
        let newton = t - first / second;
        t = if low < newton && newton < high {
            newton
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * t
        };
        if high.is_finite() && high - low <= 1e-15 * high {
            return t;
        }
    }
    low
}

/// A line from v along a direction, with the scores at v and those of the direction.
pub(super) struct Line<'a> {
    pub(super) v: &'a [f64],
    pub(super) direction: &'a [f64],
    pub(super) scores: &'a [f64],
    pub(super) q: &'a [f64],
}

impl Line<'_> {
    /// The minimum along the line of ½ Σ Rⱼ vⱼ² + Σ cᵢ ℓ(yᵢ, pᵢ), R being `penalty`.
    pub(super) fn minimize<L: SmoothLoss, R>(
        &self,
        problem: &Problem<'_, L, R>,
        penalty: &[f64],
        tol: f64,
    ) -> f64 {
        let Problem { y, c, loss, .. } = problem;
        let Self { v, direction, scores, q } = self;
        minimize(tol, |t| {
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
        })
    }
}

#[cfg(test)]
mod tests {
    use super::minimize;

    #[test]
    fn finds_kinks_and_far_minima() {
        let kinked = |t: f64| if t < 3.0 { (-1.0, 0.0) } else { (5.0, 0.0) };
        approx::assert_relative_eq!(minimize(1e-14, kinked), 3.0, max_relative = 1e-12);
        approx::assert_relative_eq!(minimize(1e-14, |t| (2.0 * (t - 1e6), 2.0)), 1e6);
        approx::assert_relative_eq!(
            minimize(1e-14, |t| (t.exp() - 2.0, t.exp())),
            2f64.ln(),
            max_relative = 1e-12
        );
        assert_eq!(minimize(1e-14, |_| (1.0, 1.0)), 0.0);
        assert_eq!(minimize(1e-14, |_| (f64::NAN, 1.0)), 0.0);
    }
}
