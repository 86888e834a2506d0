//! Student's t distribution.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// The number t with P(|T| ≤ t) = `level`, for 0 < `level` < 1 and T of Student's distribution with `n` ≥ 1 degrees
/// of freedom.
///
/// With θ = atan(t/√n) the probability is a finite sum (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4), which is inverted
/// by bisection.
pub(super) fn two_sided_quantile(level: f64, n: usize) -> f64 {
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if two_sided(middle, n) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0.5 * (low + high)).tan() * (n as f64).sqrt()
}

/// P(|T| ≤ √n tan θ).
fn two_sided(theta: f64, n: usize) -> f64 {
    let (sin, cos) = theta.sin_cos();
    // 1 + 1/2 cos² + 1·3/(2·4) cos⁴ + … for even n; cos + 2/3 cos³ + 2·4/(3·5) cos⁵ + … for odd n.
    let odd = n % 2 == 1;
    let (mut term, mut sum) = if odd { (cos, 0.0) } else { (1.0, 0.0) };
    let mut power = if odd { 1 } else { 0 };
    while power + 2 <= n {
        sum += term;
        power += 2;
        term *= cos * cos * (power - 1) as f64 / power as f64;
    }
    if odd { FRAC_2_PI * (theta + sin * sum) } else { sin * sum }
}

#[cfg(test)]
mod tests {
    use super::two_sided_quantile;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (level, n, expected) in [
            (0.95, 1, 12.706_204_736_174_7),
            (0.95, 2, 4.302_652_729_749_46),
            (0.95, 4, 2.776_445_105_197_79),
            (0.95, 9, 2.262_157_162_798_2),
            (0.99, 30, 2.749_995_653_567_23),
            (0.5, 3, 0.764_892_328_404_345),
        ] {
            approx::assert_relative_eq!(two_sided_quantile(level, n), expected, max_relative = 1e-9);
        }
    }
}
