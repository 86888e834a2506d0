//! The picture of a loss curve.

use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::{Error, Result};
use crate::solver::Report;

/// The mean objective by the epoch of stochastic gradient descent, a line for each problem; on a log axis where it falls
/// by magnitudes.
///
/// # Errors
/// [`Error::Unsupported`] for the report of another solver.
impl Picture for Report {
    fn chart(&self) -> Result<Chart> {
        let curves: Vec<&[f64]> =
            self.problems().iter().map(|problem| problem.loss_curve.as_slice()).collect();
        if curves.iter().all(|curve| curve.is_empty()) {
            return Err(Error::Unsupported {
                what: "a loss curve of a solver without epochs",
                reason: "stochastic gradient descent has one; other solvers certify their optimum",
            });
        }
        let values = curves.concat();
        let mut chart =
            Chart::new("Loss curve", Axis::linear("epoch"), Axis::of_values("objective", &values));
        for (number, curve) in curves.iter().enumerate() {
            let line = Line::new(by_epoch(curve), Paint::Series(number));
            chart = chart.layer(match curves.len() {
                1 => line,
                _ => line.named(format!("problem {number}")),
            });
        }
        Ok(chart)
    }
}

/// A value an epoch, from 1.
pub(super) fn by_epoch(values: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    values.iter().enumerate().map(|(epoch, &value)| (epoch as f64 + 1.0, value))
}
