//! The picture of how a network was trained.

use super::report::by_epoch;
use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::{Error, Result};
use crate::neural::NeuralReport;

/// The mean objective by the epoch, or the iteration; where early stopping holds rows out also their error, 1 less the
/// score (of R² the unexplained share of the variance), with a line at the best epoch, whose weights the model has. On a log
/// axis where values fall by magnitudes.
///
/// # Errors
/// [`Error::Empty`] for weights that were not fitted here.
impl Picture for NeuralReport {
    fn chart(&self) -> Result<Chart> {
        let losses = self.loss_curve();
        if losses.is_empty() {
            return Err(Error::Empty { what: "the loss curve", axis: "rows" });
        }
        let errors: Vec<f64> = self.validation_curve().iter().map(|score| 1.0 - score).collect();
        let values = [losses, &errors].concat();
        let axis = |label| Axis::of_values(label, &values);
        let unit = Axis::linear(self.unit());
        let line = |values: &[f64], paint| {
            let line = Line::new(by_epoch(values), Paint::Series(paint));
            if values.len() == 1 { line.marked() } else { line }
        };
        let Some(best) = self.best_iteration() else {
            return Ok(Chart::new("Loss curve", unit, axis("objective")).layer(line(losses, 0)));
        };
        let score = self.best_validation_score().unwrap_or(f64::NAN);
        let title = format!("Loss curve: the best validation score is {score:.3}, of epoch {best}");
        let range = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick).unwrap_or(0.0);
        let ends = [(best as f64, range(f64::min)), (best as f64, range(f64::max))];
        let chart = Chart::new(title, unit, axis("objective, error"));
        let chart = chart.layer(Line::new(ends, Paint::Muted).dashed());
        let chart = chart.layer(line(losses, 0).named("objective on the rows of the fit"));
        Ok(chart.layer(line(&errors, 1).named("1 − score on the rows held out")))
    }
}
