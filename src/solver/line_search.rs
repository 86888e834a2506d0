//! The minimum of a convex function along a line.

/// The t > 0 at which a convex function has slope 0, given `slope(t)` = (φ′(t), φ″(t)) and φ′(0) < 0.
///
/// The slope there is at most `tol` times that at 0. Newton's steps, kept within a bracket by bisection, so that kinks of the slope do no harm. 0 if φ does not
/// fall from 0 or is not finite there.
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
