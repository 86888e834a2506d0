//! Quantiles of weighted values.

/// The smallest value up to which the share `q` of the weight lies; the mean of it and the next one where that is
/// exactly the share. `q` = ½ is the median.
///
/// Reference: scikit-learn's `_weighted_percentile` with `average=True`; Hyndman and Fan, "Sample quantiles in
/// statistical packages", 1996, definition 2.
pub(super) fn weighted_quantile(values: impl Iterator<Item = (f64, f64)>, q: f64) -> f64 {
    let mut values: Vec<(f64, f64)> = values.collect();
    values.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let total: f64 = values.iter().map(|(weight, _)| weight).sum();
    let target = q * total;
    let mut below = 0.0;
    let mut rest = values.into_iter().peekable();
    while let Some((weight, value)) = rest.next() {
        below += weight;
        let Some(&(_, next)) = rest.peek() else { return value };
        if below >= target {
            // Sums of weights that are equal but for rounding are equal.
            let exactly = below - target <= f64::EPSILON * total;
            return if exactly { value / 2.0 + next / 2.0 } else { value };
        }
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use super::weighted_quantile;

    #[test]
    fn quantiles_are_those_of_repeated_values() {
        let of = |values: &[(f64, f64)], q| weighted_quantile(values.iter().copied(), q);
        assert_eq!(of(&[(1.0, 3.0), (1.0, 1.0), (1.0, 2.0)], 0.5), 2.0);
        assert_eq!(of(&[(1.0, 3.0), (1.0, 1.0)], 0.5), 2.0);
        assert_eq!(of(&[(3.0, 3.0), (1.0, 1.0)], 0.5), 3.0);
        assert_eq!(of(&[(3.0, 3.0), (1.0, 1.0)], 0.25), 2.0);
        assert_eq!(of(&[(1.0, f64::MAX), (1.0, f64::MAX)], 0.5), f64::MAX);
        assert_eq!(of(&[(2.0, 5.0)], 0.5), 5.0);
    }
}
