//! What metrics of regressors have in common.

use super::labels::check_pair;
use crate::data::Targets;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// A truth and its predictions: checked, as many finite numbers.
pub(super) struct Pairs<'a, T: ?Sized, P: ?Sized> {
    y_true: &'a T,
    y_pred: &'a P,
    n_rows: usize,
    /// Σ wᵢ
    pub(super) weight: f64,
}

impl<'a, T, P> Pairs<'a, T, P>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
    T::Value: Scalar,
    P::Value: Scalar,
{
    pub(super) fn new(y_true: &'a T, y_pred: &'a P) -> Result<Self> {
        let n_rows = check_pair(y_true, y_pred)?;
        check_finite("y_true", y_true)?;
        check_finite("y_pred", y_pred)?;
        let weight = (0..n_rows).map(|row| y_true.weight(row)).sum();
        Ok(Self { y_true, y_pred, n_rows, weight })
    }

    /// Weight, truth and prediction of the rows whose weight is positive.
    pub(super) fn rows(&self) -> impl Iterator<Item = (f64, f64, f64)> + Clone {
        let row = |row| {
            let (truth, predicted) = (self.y_true.value(row), self.y_pred.value(row));
            (self.y_true.weight(row), truth.widen(), predicted.widen())
        };
        (0..self.n_rows).map(row).filter(|&(weight, _, _)| weight > 0.0)
    }

    /// Weight and truth of the rows whose weight is positive.
    pub(super) fn truths(&self) -> impl Iterator<Item = (f64, f64)> + Clone {
        self.rows().map(|(weight, truth, _)| (weight, truth))
    }

    /// Weight and error of the rows whose weight is positive.
    pub(super) fn errors(&self) -> impl Iterator<Item = (f64, f64)> + Clone {
        self.rows().map(|(weight, truth, predicted)| (weight, truth - predicted))
    }
}

fn check_finite<T>(what: &'static str, y: &T) -> Result<()>
where
    T: Targets + ?Sized,
    T::Value: Scalar,
{
    let mut values = (0..y.n_rows()).map(|row| y.value(row).widen()).enumerate();
    match values.find(|(_, value)| !value.is_finite()) {
        Some((row, value)) => Err(Error::NonFinite { what, row, column: None, value }),
        None => Ok(()),
    }
}

/// Σ wᵢ |vᵢ|ᵖ = scaleᵖ · sum.
///
/// The scale is a power of two near the largest value, so that no square overflows or vanishes unless the
/// result itself does, and no digit is lost.
pub(super) struct PowerSum {
    pub(super) scale: f64,
    pub(super) sum: f64,
}

impl PowerSum {
    /// All zero has scale 0; `None` if a value or the sum is infinite.
    pub(super) fn new(values: impl Iterator<Item = (f64, f64)> + Clone, power: i32) -> Option<Self> {
        let finite = values.clone().all(|(_, value)| value.is_finite());
        let largest = values.clone().fold(0.0, |largest: f64, (_, value)| largest.max(value.abs()));
        if largest == 0.0 {
            return finite.then_some(Self { scale: 0.0, sum: 0.0 });
        }
        let scale = power_of_two_below(largest);
        let sum: f64 = values.map(|(weight, value)| weight * (value.abs() / scale).powi(power)).sum();
        (finite && sum.is_finite()).then_some(Self { scale, sum })
    }
}

/// The largest power of two that is not above a positive number, but a normal one.
fn power_of_two_below(value: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(value.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

/// Σ wᵢ |vᵢ| / Σ wᵢ, with Σ wᵢ = `weight`.
pub(super) fn mean_absolute(
    what: &'static str,
    weight: f64,
    values: impl Iterator<Item = (f64, f64)> + Clone,
) -> Result<f64> {
    finite(what, PowerSum::new(values, 1).map(|sum| sum.sum / weight * sum.scale))
}

/// The deviations of values from their weighted mean; Σ wᵢ = `weight`.
pub(super) fn deviations<I>(weight: f64, values: I) -> impl Iterator<Item = (f64, f64)> + Clone
where
    I: Iterator<Item = (f64, f64)> + Clone,
{
    // As a distance from the first value, the mean of a constant is that constant, to the last bit.
    let first = values.clone().next().map_or(0.0, |(_, value)| value);
    let distance: f64 = values.clone().map(|(w, value)| w / weight * (value - first)).sum();
    values.map(move |(w, value)| (w, value - (first + distance)))
}

/// 1 − errors / total of sums of this power; where the total is zero, 1 if there are no errors and else 0.
pub(super) fn explained(errors: &PowerSum, total: &PowerSum, power: i32) -> f64 {
    match (errors.scale == 0.0, total.scale == 0.0) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => 1.0 - errors.sum / total.sum * (errors.scale / total.scale).powi(power),
    }
}

/// The result, or the error that it is too large.
pub(super) fn finite(what: &'static str, value: Option<f64>) -> Result<f64> {
    value.filter(|value| value.is_finite()).ok_or(Error::Overflow { what, column: None })
}
