use super::{DualLoss, Loss, SmoothLoss, check_sign};
use crate::error::Result;

/// Where |u| is below this, (1 + u) ln(1 + u) − u is summed as a series.
const SERIES: f64 = 0.1;
/// Where it is below this, two terms of that are as good as all.
const SHORT_SERIES: f64 = 1e-8;
/// The most steps of the search for a maximum along one coordinate.
const MAX_STEPS: usize = 100;

/// The log loss ln(1 + e^(−y p)), y = ±1: that of logistic regression.
///
/// Its conjugate gives φ(β) = −c [q ln q + (1 − q) ln(1 − q)] with q = y β/c between 0 and 1, and what a row adds to
/// the duality gap is c times the Kullback–Leibler divergence of q from 1/(1 + e^(y p)). Yu, Huang and Lin 2011, "Dual
/// Coordinate Descent Methods for Logistic Regression and Maximum Entropy Models", doi:10.1007/s10994-010-5221-8.
///
/// ```
/// use certifit::loss::{LogLoss, Loss};
/// assert_eq!(LogLoss.value(1.0, 0.0), 2f64.ln());
/// assert_eq!(LogLoss.derivative(1.0, 0.0), -0.5);
/// // No overflow on the wrong side, no loss of digits on the right one.
/// assert_eq!(LogLoss.value(-1.0, 1000.0), 1000.0);
/// assert!((LogLoss.value(1.0, 40.0) / (-40f64).exp() - 1.0).abs() < 1e-15);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LogLoss;

impl Loss for LogLoss {
    #[inline(always)]
    fn value(&self, y: f64, p: f64) -> f64 {
        softplus(-y * p)
    }

    #[inline(always)]
    fn derivative(&self, y: f64, p: f64) -> f64 {
        -y * sigmoid(-y * p)
    }

    /// With one power of e.
    #[inline(always)]
    fn value_and_derivative(&self, y: f64, p: f64) -> (f64, f64) {
        let t = -y * p;
        let small = small_power(t);
        (softplus_of(t, small), -y * sigmoid_of(t, small))
    }

    fn check_target(&self, y: f64) -> Result<()> {
        check_sign(y)
    }
}

impl SmoothLoss for LogLoss {
    #[inline(always)]
    fn second_derivative(&self, y: f64, p: f64) -> f64 {
        sigmoid(y * p) * sigmoid(-y * p)
    }

    fn max_second_derivative(&self) -> f64 {
        0.25
    }
}

impl DualLoss for LogLoss {
    #[inline(always)]
    fn dual_bounds(&self, y: f64, c: f64) -> (f64, f64) {
        if y > 0.0 { (0.0, c) } else { (-c, 0.0) }
    }

    #[inline(always)]
    fn dual_term(&self, y: f64, beta: f64, c: f64) -> f64 {
        let alpha = y * beta;
        let part = |share: f64| if share > 0.0 { -share * share.ln() } else { 0.0 };
        c * (part(alpha / c) + part((c - alpha) / c))
    }

    #[inline(always)]
    fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64 {
        // Of −0, too.
        let alpha = (y * beta).abs();
        y * ((c - alpha) / alpha).ln()
    }

    #[inline(always)]
    fn dual_curvature(&self, y: f64, beta: f64, c: f64) -> f64 {
        let alpha = (y * beta).abs();
        1.0 / alpha + 1.0 / (c - alpha)
    }

    #[inline(always)]
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        let (margin, alpha) = (y * p, y * beta);
        // What is given and what the score asks for, and how much of either is left to 1.
        let (given, given_rest) = (alpha / c, (c - alpha) / c);
        let small = small_power(margin);
        let (asked, asked_rest) = (sigmoid_of(-margin, small), sigmoid_of(margin, small));
        // Of the two ways to say the difference, the one of the smaller numbers.
        let more = if margin > 0.0 { given - asked } else { asked_rest - given_rest };
        let ln_asked = || -softplus(margin);
        let ln_asked_rest = || -softplus(-margin);
        c * (divergence(given, asked, more, ln_asked)
            + divergence(given_rest, asked_rest, -more, ln_asked_rest))
    }

    /// With α = c/(1 + eᵗ) the slope is 0 where t − y p − q (α − α₀) is, which increases with t.
    fn dual_step(&self, y: f64, p: f64, beta: f64, c: f64, q: f64) -> f64 {
        let (margin, start) = (y * p, y * beta);
        let (mut low, mut high) = (margin - q * start, margin + q * (c - start));
        let mut t = if 0.0 < start && start < c { ((c - start) / start).ln() } else { margin };
        let mut before = high - low;
        for _ in 0..MAX_STEPS {
            if !(low < t && t < high) {
                t = low + 0.5 * (high - low);
            }
            let slope = t - margin - q * (c * sigmoid(-t) - start);
            if slope > 0.0 {
                high = t;
            } else {
                low = t;
            }
            let mut step = slope / (1.0 + q * c * sigmoid(t) * sigmoid(-t));
            // Newton's steps may go to and fro without an end.
            if step.abs() > 0.5 * before {
                step = t - (low + 0.5 * (high - low));
            }
            before = step.abs();
            t -= step;
            if !(step.abs() > f64::EPSILON * (1.0 + t.abs())) {
                break;
            }
        }
        y * (c * sigmoid(-t)).clamp(0.0, c)
    }
}

/// 1/(1 + e^(−t)).
#[inline(always)]
pub(crate) fn sigmoid(t: f64) -> f64 {
    sigmoid_of(t, small_power(t))
}

/// ln(1 + eᵗ).
#[inline(always)]
pub(crate) fn softplus(t: f64) -> f64 {
    softplus_of(t, small_power(t))
}

/// e^(−|t|), of which both are made.
#[inline(always)]
fn small_power(t: f64) -> f64 {
    (-t.abs()).exp()
}

#[inline(always)]
fn sigmoid_of(t: f64, small: f64) -> f64 {
    (if t >= 0.0 { 1.0 } else { small }) / (1.0 + small)
}

/// `ln_1p` of the library takes several times as long as its `ln`: the logarithm of 1 + small as it is rounded, and what
/// that has lost.
#[inline(always)]
fn softplus_of(t: f64, small: f64) -> f64 {
    let sum = 1.0 + small;
    t.max(0.0) + (sum.ln() + (small - (sum - 1.0)) / sum)
}

/// a ln(a/b) − (a − b) ≥ 0 for shares a and b: b h(u) with h(u) = (1 + u) ln(1 + u) − u and u = (a − b)/b, from a − b
/// as `more`, and where a/b overflows from ln b.
#[inline(always)]
pub(super) fn divergence(a: f64, b: f64, more: f64, ln_b: impl Fn() -> f64) -> f64 {
    if a <= 0.0 {
        return b;
    }
    let u = more / b;
    if u.abs() < SHORT_SERIES {
        return b * (0.5 - u / 6.0) * u * u;
    }
    if u.abs() < SERIES {
        // Σ (−u)ᵏ/(k (k − 1)) from k = 2, from the last term back.
        let sum = (2..=18).rev().fold(0.0, |sum, k| 1.0 / f64::from(k * (k - 1)) - u * sum);
        return b * (u * u * sum);
    }
    let ratio = a / b;
    let ln_ratio = if ratio.is_finite() && ratio > 0.0 { ratio.ln() } else { a.ln() - ln_b() };
    (a * ln_ratio - more).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_of_a_row_keeps_its_digits_near_zero() {
        for p in [-2.0, 0.0, 0.7, 5.0, 30.0] {
            let asked = sigmoid(-p);
            // Nothing but the square of the rounding of q.
            assert!(LogLoss.fenchel_young(1.0, p, asked, 1.0) <= 2.0 * f64::EPSILON.powi(2));
            // (q − π)²/(2 π (1 − π)), and what the next order adds to it.
            for size in [1e-3, 1e-5, 1e-7, 1e-9] {
                let given = asked + size * asked.min(1.0 - asked);
                let more = given - asked;
                let expected = more * more / (2.0 * asked * (1.0 - asked));
                let found = LogLoss.fenchel_young(1.0, p, given, 1.0);
                let tolerance = size + 16.0 * f64::EPSILON / size;
                approx::assert_relative_eq!(found, expected, max_relative = tolerance);
            }
        }
        // Here q itself has lost the digits of 1 − q: 10⁻³⁴/10⁻¹³ is what that costs.
        assert!(LogLoss.fenchel_young(1.0, -30.0, sigmoid(30.0), 1.0) < 1e-19);
    }

    #[test]
    fn a_loss_keeps_its_digits() {
        for t in (0..4000).map(|at| f64::from(at) * 0.01 - 20.0).chain([-745.0, -700.0, -37.0, 1e-300, 1e300])
        {
            let small = (-t.abs()).exp();
            let expected = t.max(0.0) + small.ln_1p();
            assert!((softplus(t) - expected).abs() <= 4.0 * f64::EPSILON * expected, "{t}");
            let both = (LogLoss.value(-1.0, t), LogLoss.derivative(-1.0, t));
            assert_eq!(LogLoss.value_and_derivative(-1.0, t), both);
        }
        assert!(softplus(f64::NAN).is_nan());
    }

    #[test]
    fn both_tails_are_finite() {
        for p in [-1e6, -800.0, 800.0, 1e6] {
            for alpha in [0.0, 1e-300, 0.25, 1.0, 2.0] {
                let found = LogLoss.fenchel_young(1.0, p, alpha, 2.0);
                assert!(found.is_finite() && found >= 0.0, "{p} {alpha}: {found}");
                let step = LogLoss.dual_step(1.0, p, alpha, 2.0, 3.0);
                assert!((0.0..=2.0).contains(&step), "{p} {alpha}: {step}");
            }
        }
        // At q = 1 the divergence is ln(1/π).
        approx::assert_relative_eq!(
            LogLoss.fenchel_young(1.0, 800.0, 2.0, 2.0),
            1600.0,
            max_relative = 1e-15
        );
        approx::assert_relative_eq!(
            LogLoss.fenchel_young(-1.0, -800.0, -2.0, 2.0),
            1600.0,
            max_relative = 1e-15
        );
    }

    #[test]
    fn one_step_is_at_the_maximum_to_the_last_digits() {
        for (p, start, c, q) in [
            (0.3, 0.2, 1.0, 1.0),
            (-5.0, 0.0, 2.0, 1e4),
            (3.0, 2.0, 2.0, 0.1),
            (0.0, 1e-9, 1e3, 50.0),
            (-2.7, 0.0, 13.9, 32.2),
        ] {
            let found = LogLoss.dual_step(1.0, p, start, c, q);
            let slope = ((c - found) / found).ln() - p - q * (found - start);
            let scale = 1.0 + p.abs() + q * (found + start);
            assert!(slope.abs() <= 8.0 * f64::EPSILON * scale, "{p} {start}: {slope}");
        }
    }
}
