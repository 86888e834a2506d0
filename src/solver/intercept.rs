//! The best intercept for given weights.

use crate::loss::Loss;

/// The b that minimises Σ cᵢ ℓ(yᵢ, sᵢ + b), to the last bit.
///
/// Bisection on the slope, which does not decrease; for a loss with kinks the minimum is where the slope jumps
/// over 0. For losses of the hinge's kind, and for those that grow with |yᵢ − sᵢ − b|, it lies between the smallest and
/// the largest yᵢ − sᵢ; for others the bracket grows.
pub(super) fn best_intercept<L: Loss>(loss: &L, y: &[f64], c: &[f64], scores: &[f64]) -> f64 {
    let slope =
        |b: f64| -> f64 { (0..y.len()).map(|row| c[row] * loss.derivative(y[row], scores[row] + b)).sum() };
    let needed = y.iter().zip(scores).map(|(y, s)| y - s);
    let (mut low, mut high) =
        needed.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), b| (low.min(b), high.max(b)));
    let mut margin = (high - low).max(1.0);
    while slope(low) > 0.0 && margin.is_finite() {
        low -= margin;
        margin *= 2.0;
    }
    while slope(high) < 0.0 && margin.is_finite() {
        high += margin;
        margin *= 2.0;
    }
    loop {
        let middle = low + 0.5 * (high - low);
        if !(low < middle && middle < high) {
            break;
        }
        match slope(middle) {
            s if s < 0.0 => low = middle,
            s if s > 0.0 => high = middle,
            _ => return middle,
        }
    }
    let objective =
        |b: f64| -> f64 { (0..y.len()).map(|row| c[row] * loss.value(y[row], scores[row] + b)).sum() };
    if objective(low) <= objective(high) { low } else { high }
}

#[cfg(test)]
mod tests {
    use super::best_intercept;
    use crate::loss::{Hinge, SquaredHinge};

    #[test]
    fn balances_the_classes() {
        // Squared hinge, two against one at the same score: 2·(1 − b) = 1·(1 + b).
        let found = best_intercept(&SquaredHinge, &[1.0, 1.0, -1.0], &[1.0; 3], &[0.0; 3]);
        approx::assert_relative_eq!(found, 1.0 / 3.0, max_relative = 1e-14);
        // Hinge: the heavier class gets its margin, at the kink.
        let found = best_intercept(&Hinge, &[1.0, 1.0, -1.0], &[1.0; 3], &[0.25; 3]);
        approx::assert_relative_eq!(found, 0.75, max_relative = 1e-15);
    }
}
