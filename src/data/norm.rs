//! The length of a row.

/// How the length of a row is measured.
///
/// ```
/// use certifit::data::Norm;
/// let row = [3.0, -4.0];
/// assert_eq!([Norm::L1, Norm::L2, Norm::Max].map(|norm| norm.of(&row)), [7.0, 5.0, 4.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Norm {
    /// Σ |v|.
    L1,
    /// √Σ v².
    #[default]
    L2,
    /// max |v|.
    Max,
}

impl Norm {
    /// The norm of some values. It is 0 for no values, and does not overflow on the way to a finite norm.
    pub fn of(self, values: &[f64]) -> f64 {
        let largest = || values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        match self {
            Self::L1 => values.iter().map(|value| value.abs()).sum(),
            Self::L2 => match values.iter().map(|value| value * value).sum::<f64>() {
                sum if sum.is_nan() || (f64::MIN_POSITIVE..=f64::MAX).contains(&sum) => sum.sqrt(),
                _ => match largest() {
                    0.0 => 0.0,
                    scale => scale * values.iter().map(|value| (value / scale).powi(2)).sum::<f64>().sqrt(),
                },
            },
            Self::Max => largest(),
        }
    }

    /// v ← v / norm, unless the norm is 0.
    ///
    /// ```
    /// use certifit::data::Norm;
    /// let mut row = [3.0, -4.0];
    /// Norm::L2.normalize(&mut row);
    /// assert_eq!(row, [0.6, -0.8]);
    /// ```
    pub fn normalize(self, values: &mut [f64]) {
        let norm = self.of(values);
        if norm > 0.0 {
            values.iter_mut().for_each(|value| *value /= norm);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Norm;

    #[test]
    fn norms_of_nothing_and_of_extremes() {
        assert_eq!(Norm::L2.of(&[]), 0.0);
        assert_eq!(Norm::L2.of(&[3e300, -4e300]), 5e300);
        approx::assert_relative_eq!(Norm::L2.of(&[3e-200, 4e-200]), 5e-200, max_relative = 1e-15);
        assert!(Norm::L2.of(&[f64::NAN, 1.0]).is_nan());
        let mut zeros = [0.0, 0.0];
        Norm::Max.normalize(&mut zeros);
        assert_eq!(zeros, [0.0, 0.0]);
    }
}
