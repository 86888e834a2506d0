//! Quantiles of weighted values.

/// Values in ascending order, each with the weight of it and of those before it.
pub(crate) struct Sorted {
    values: Vec<(f64, f64)>,
    /// The weight that counts as one value: 1 where all weights are whole, and else their mean.
    unit: f64,
}

impl Sorted {
    /// Of weights and values; the weights are positive.
    pub(crate) fn new(mut values: Vec<(f64, f64)>) -> Self {
        values.sort_unstable_by(|(_, a), (_, b)| a.total_cmp(b));
        let whole = values.iter().all(|(weight, _)| weight.fract() == 0.0);
        let mut total = 0.0;
        for (weight, _) in &mut values {
            total += *weight;
            *weight = total;
        }
        let unit = if whole { 1.0 } else { total / values.len() as f64 };
        Self { values, unit }
    }

    /// The weight of all values together.
    pub(crate) fn weight(&self) -> f64 {
        self.values.last().map_or(0.0, |&(below, _)| below)
    }

    /// Weights and values, ascending.
    pub(crate) fn pairs(&self) -> Vec<(f64, f64)> {
        let below = std::iter::once(0.0).chain(self.values.iter().map(|&(below, _)| below));
        self.values.iter().zip(below).map(|(&(upto, value), below)| (upto - below, value)).collect()
    }

    pub(crate) fn min(&self) -> f64 {
        self.values.first().map_or(f64::NAN, |&(_, value)| value)
    }

    pub(crate) fn max(&self) -> f64 {
        self.values.last().map_or(f64::NAN, |&(_, value)| value)
    }

    /// The smallest value up to which the share `q` of the weight lies; the mean of it and the next one where that is
    /// exactly the share. `q` = ½ is the median. NaN if there is no value.
    ///
    /// Reference: scikit-learn's `_weighted_percentile` with `average=True`; Hyndman and Fan, "Sample quantiles in
    /// statistical packages", 1996, definition 2.
    pub(crate) fn averaged_inverted_cdf(&self, q: f64) -> f64 {
        let (value, next) = self.inverted_cdf_and_next(q);
        // Halves, because the sum of two large values overflows.
        next.map_or(value, |next| value / 2.0 + next / 2.0)
    }

    /// The smallest value up to which the share `q` of the weight lies: definition 1.
    pub(crate) fn inverted_cdf(&self, q: f64) -> f64 {
        self.inverted_cdf_and_next(q).0
    }

    /// The value, and the next one where the share is met exactly.
    fn inverted_cdf_and_next(&self, q: f64) -> (f64, Option<f64>) {
        let Some(last) = self.values.len().checked_sub(1) else { return (f64::NAN, None) };
        // Sums of weights that are equal but for rounding are equal.
        let (target, rounding) = (q * self.weight(), f64::EPSILON * self.weight());
        let place = self.values.partition_point(|&(below, _)| below < target - rounding).min(last);
        let (below, value) = self.values[place];
        let exactly = place < last && below - target <= rounding;
        (value, exactly.then(|| self.values[place + 1].1))
    }

    /// Between the values around the share `q` of the distance from the first to the last, linearly. NaN if there is
    /// no value.
    ///
    /// A weight that is whole counts as so many values; where some are not, all are taken relative to their mean.
    ///
    /// Reference: numpy's `percentile`; definition 7 of Hyndman and Fan.
    pub(crate) fn linear(&self, q: f64) -> f64 {
        let place = ((self.weight() / self.unit - 1.0) * q).max(0.0);
        let (low, high) = (self.at(place.floor()), self.at(place.floor() + 1.0));
        let share = place.fract();
        if !(high - low).is_finite() {
            return low * (1.0 - share) + high * share;
        }
        // From the nearer end, so that both ends are met exactly.
        if share < 0.5 { low + (high - low) * share } else { high - (high - low) * (1.0 - share) }
    }

    /// The value at a place, counted from 0 as if each stood there as often as it weighs.
    fn at(&self, place: f64) -> f64 {
        // Sums of weights that are equal but for rounding are equal.
        let reached = place * self.unit + 1e-12 * self.weight();
        let behind = |&(below, _): &(f64, f64)| below <= reached;
        let place = self.values.partition_point(behind);
        self.values.get(place).map_or(self.max(), |&(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::Sorted;
    use proptest::prelude::*;

    fn of(values: &[(f64, f64)]) -> Sorted {
        Sorted::new(values.to_vec())
    }

    #[test]
    fn quantiles_are_those_of_repeated_values() {
        let quantile = |values: &[(f64, f64)], q| of(values).averaged_inverted_cdf(q);
        assert_eq!(quantile(&[(1.0, 3.0), (1.0, 1.0), (1.0, 2.0)], 0.5), 2.0);
        assert_eq!(quantile(&[(1.0, 3.0), (1.0, 1.0)], 0.5), 2.0);
        assert_eq!(quantile(&[(3.0, 3.0), (1.0, 1.0)], 0.5), 3.0);
        assert_eq!(quantile(&[(3.0, 3.0), (1.0, 1.0)], 0.25), 2.0);
        assert_eq!(quantile(&[(1.0, f64::MAX), (1.0, f64::MAX)], 0.5), f64::MAX);
        assert_eq!(quantile(&[(2.0, 5.0)], 0.5), 5.0);
        assert!(of(&[]).averaged_inverted_cdf(0.5).is_nan() && of(&[]).linear(0.5).is_nan());
    }

    #[test]
    fn linear_quantiles_meet_the_ends() {
        let sorted = of(&[(1.0, 4.0), (1.0, 1.0), (1.0, 2.0)]);
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(|q| sorted.linear(q)), [1.0, 1.5, 2.0, 3.0, 4.0]);
        assert_eq!((sorted.min(), sorted.max(), sorted.weight()), (1.0, 4.0, 3.0));
    }

    proptest! {
        #[test]
        fn whole_weights_are_numbers_of_values(
            values in proptest::collection::vec((1u8..4, -9i8..9), 1..12),
            q in 0.0..=1.0f64,
        ) {
            let weighted: Vec<(f64, f64)> = values.iter().map(|&(w, v)| (f64::from(w), f64::from(v))).collect();
            let repeated: Vec<(f64, f64)> =
                weighted.iter().flat_map(|&(w, v)| std::iter::repeat_n((1.0, v), w as usize)).collect();
            let (a, b) = (of(&weighted), of(&repeated));
            prop_assert!((a.linear(q) - b.linear(q)).abs() < 1e-12);
            prop_assert_eq!(a.averaged_inverted_cdf(q), b.averaged_inverted_cdf(q));
            let fractions: Vec<(f64, f64)> = weighted.iter().map(|&(w, v)| (w * 0.1, v)).collect();
            prop_assert_eq!(of(&fractions).inverted_cdf(q), a.inverted_cdf(q));
        }
    }
}
