//! Axes: what stands where.

use super::ticks::{Tick, linear_ticks, log_ticks};
use crate::error::{Error, Result};

/// An axis of a [`Chart`](super::Chart): its label, its scale, and the range that it shows.
///
/// Without a [`range`](Self::range) it shows what is drawn and a little more on either side.
///
/// ```
/// use certifit::plot::{Axis, Scale};
/// // Values of several magnitudes have a logarithmic scale.
/// assert_eq!(Axis::of_values("C", &[0.01, 0.1, 1.0, 10.0]).scale(), &Scale::Log);
/// assert_eq!(Axis::of_values("rows", &[50.0, 100.0, 150.0]).scale(), &Scale::Linear);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    label: String,
    scale: Scale,
    range: Option<(f64, f64)>,
}

/// How values are laid out along an [`Axis`].
#[derive(Debug, Clone, PartialEq)]
pub enum Scale {
    /// Equal steps for equal differences.
    Linear,
    /// Equal steps for equal ratios; all values are positive.
    Log,
    /// One place for each name; the i-th is at the value i. The first is at the left, or at the top.
    Names(Vec<String>),
}

/// From this ratio of the largest to the smallest value on, a scale is logarithmic.
const MAGNITUDES: f64 = 50.0;

impl Axis {
    /// Equal steps for equal differences.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), scale: Scale::Linear, range: None }
    }

    /// Equal steps for equal ratios, for positive values.
    pub fn log(label: impl Into<String>) -> Self {
        Self { label: label.into(), scale: Scale::Log, range: None }
    }

    /// Logarithmic where the values are positive and of several magnitudes, else linear.
    pub fn of_values(label: impl Into<String>, values: &[f64]) -> Self {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low > 0.0 && high >= MAGNITUDES * low { Self::log(label) } else { Self::linear(label) }
    }

    /// Shares from 0 to 1, with room for what is drawn at the ends.
    pub(super) fn share(label: &str) -> Self {
        Self::linear(label).range(-0.02, 1.02)
    }

    /// One place for each name.
    pub fn names(label: impl Into<String>, names: Vec<String>) -> Self {
        Self { label: label.into(), scale: Scale::Names(names), range: None }
    }

    /// Shows these values, and more only where something is drawn there.
    #[must_use]
    pub fn range(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }

    /// The label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The scale.
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    pub(super) fn labelled(self, label: String) -> Self {
        Self { label, ..self }
    }

    /// Where values stand, for values between `low` and `high`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a range that is none or too wide for a number, and for values that are not positive on a log scale.
    pub(super) fn placed(&self, (low, high): (f64, f64)) -> Result<Placed<'_>> {
        if let Scale::Names(names) = &self.scale {
            return Ok(Placed { axis: self, low: -0.5, high: names.len() as f64 - 0.5 });
        }
        let (from, to) = self.range.unwrap_or((low, high));
        let (from, to) = (from.min(low), to.max(high));
        if !(from.is_finite() && to.is_finite() && from <= to) {
            return Err(Error::invalid_parameter("range", (from, to), "finite and ascending"));
        }
        if self.scale == Scale::Log && from <= 0.0 {
            return Err(Error::invalid_parameter("a value on a log axis", from, "positive"));
        }
        let (from, to) = (self.length(from), self.length(to));
        let pad = match to - from {
            // A single value, in the middle of what is of its size.
            0.0 if self.scale == Scale::Log || to == 0.0 => 0.5,
            0.0 => 0.5 * to.abs(),
            width => 0.04 * width,
        };
        let is_end = |end: Option<f64>, at: f64| end.is_some_and(|end| self.length(end) == at);
        let (start, end) = (self.range.map(|range| range.0), self.range.map(|range| range.1));
        let low = if is_end(start, from) && from < to { from } else { from - pad };
        let high = if is_end(end, to) && from < to { to } else { to + pad };
        if !(high - low).is_finite() {
            return Err(Error::invalid_parameter("range", (from, to), "of a width that is a number"));
        }
        Ok(Placed { axis: self, low, high })
    }

    /// The value in units of equal steps.
    fn length(&self, value: f64) -> f64 {
        if self.scale == Scale::Log { value.log10() } else { value }
    }
}

/// An axis whose ends are known.
pub(super) struct Placed<'a> {
    axis: &'a Axis,
    low: f64,
    high: f64,
}

impl Placed<'_> {
    /// Where a value stands: from 0 to 1.
    pub(super) fn at(&self, value: f64) -> f64 {
        (self.axis.length(value) - self.low) / (self.high - self.low)
    }

    /// Values with labels, about `target` of them; all names.
    pub(super) fn ticks(&self, target: f64) -> Vec<Tick> {
        match &self.axis.scale {
            Scale::Linear => linear_ticks(self.low, self.high, target),
            Scale::Log => log_ticks(self.low, self.high, target),
            Scale::Names(names) => {
                let tick = |(index, name): (usize, &String)| Tick { at: index as f64, label: name.clone() };
                names.iter().enumerate().map(tick).collect()
            }
        }
    }

    pub(super) fn label(&self) -> &str {
        &self.axis.label
    }

    /// The number of names, where there are names.
    pub(super) fn n_names(&self) -> Option<usize> {
        match &self.axis.scale {
            Scale::Names(names) => Some(names.len()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_placed() -> Result<()> {
        let fixed = Axis::linear("").range(0.0, 1.0);
        let placed = fixed.placed((0.2, 0.4))?;
        assert_eq!([0.0, 0.25, 1.0].map(|value| placed.at(value)), [0.0, 0.25, 1.0]);
        let wider = fixed.placed((0.0, 2.0))?;
        assert!(wider.at(0.0) == 0.0 && wider.at(2.0) < 1.0);
        let log = Axis::log("");
        let placed = log.placed((0.01, 100.0))?;
        approx::assert_relative_eq!(placed.at(1.0), 0.5, max_relative = 1e-12);
        let one = Axis::linear("");
        approx::assert_relative_eq!(one.placed((3.0, 3.0))?.at(3.0), 0.5, max_relative = 1e-12);
        let names = Axis::names("", vec!["a".into(), "b".into()]);
        assert_eq!(names.placed((0.0, 0.0))?.at(0.0), 0.25);
        Ok(())
    }

    #[test]
    fn what_has_no_place_is_refused() {
        assert!(Axis::log("").placed((0.0, 1.0)).is_err());
        assert!(Axis::linear("").placed((f64::INFINITY, f64::NEG_INFINITY)).is_err());
        assert!(Axis::linear("").range(0.0, f64::NAN).placed((0.0, f64::INFINITY)).is_err());
        assert!(Axis::linear("").placed((-1e308, 1e308)).is_err());
        assert!(Axis::log("").placed((1e-308, 1e308)).is_ok());
    }
}
