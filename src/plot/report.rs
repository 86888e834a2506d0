//! The picture of a loss curve.

use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::{Error, Result};
use crate::solver::Report;

/// So many problems have a colour and a name; the others are grey.
const NAMED: usize = 10;

/// The mean objective by the epoch of stochastic gradient descent, a line for each problem; on a log axis where it falls
/// by magnitudes. Of more than ten problems, those that end highest have a colour and a name.
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
        let (named, others) = highest(&curves);
        for &number in &others {
            chart = chart.layer(Line::new(by_epoch(curves[number]), Paint::Muted));
        }
        for (place, &number) in named.iter().enumerate() {
            let line = Line::new(by_epoch(curves[number]), Paint::Series(place));
            chart = chart.layer(match curves.len() {
                1 => line,
                _ => line.named(format!("problem {number}")),
            });
        }
        Ok(chart)
    }
}

/// The positions of the curves that end highest, and those of the others, each ascending.
fn highest(curves: &[&[f64]]) -> (Vec<usize>, Vec<usize>) {
    let end = |curve: usize| curves[curve].last().copied().unwrap_or(f64::NEG_INFINITY);
    let mut named: Vec<usize> = (0..curves.len()).collect();
    named.sort_by(|&a, &b| end(b).total_cmp(&end(a)));
    let mut others = named.split_off(NAMED.min(named.len()));
    named.sort_unstable();
    others.sort_unstable();
    (named, others)
}

/// A value an epoch, from 1.
pub(super) fn by_epoch(values: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    values.iter().enumerate().map(|(epoch, &value)| (epoch as f64 + 1.0, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_end_highest_are_named() {
        let curves: Vec<Vec<f64>> = (0..12).map(|k| vec![9.0, f64::from((5 * k) % 12)]).collect();
        let curves: Vec<&[f64]> = curves.iter().map(Vec::as_slice).collect();
        // Ends are 0, 5, 10, 3, 8, 1, …: the lowest are those of the curves 0 and 5.
        assert_eq!(highest(&curves).1, [0, 5]);
        assert_eq!(highest(&curves[..2]), (vec![0, 1], vec![]));
    }
}
