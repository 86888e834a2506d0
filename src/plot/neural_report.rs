//! The picture of how a network was trained.

use super::report::by_epoch;
use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::{Error, Result};
use crate::neural::NeuralReport;

/// How many times larger all objectives are than all errors where they have no axis in common.
const APART: f64 = 100.0;

/// The mean objective by the epoch, or the iteration; where early stopping holds rows out also their error, 1 less the
/// score (of R² the unexplained share of the variance), with a line at the best epoch, whose weights the model has. On a log
/// axis where values fall by magnitudes; in parts of the first objective where those are far above the errors.
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
        // Far from each other both lines would be flat.
        let is_apart = highest(&errors) > 0.0 && lowest(losses) > APART * highest(&errors);
        let (unit_of_loss, name) = match is_apart {
            true => (losses[0], "objective on the rows of the fit, first = 1"),
            false => (1.0, "objective on the rows of the fit"),
        };
        let losses: Vec<f64> = losses.iter().map(|loss| loss / unit_of_loss).collect();
        let values = [losses.as_slice(), &errors].concat();
        let axis = |label| Axis::of_values(label, &values);
        let unit = Axis::linear(self.unit());
        let line = |values: &[f64], paint| {
            let line = Line::new(by_epoch(values), Paint::Series(paint));
            if values.len() == 1 { line.marked() } else { line }
        };
        let Some(best) = self.best_iteration() else {
            return Ok(Chart::new("Loss curve", unit, axis("objective")).layer(line(&losses, 0)));
        };
        let score = self.best_validation_score().unwrap_or(f64::NAN);
        let score = format!("{score:.3}").replace('-', "−");
        let title = format!("Loss curve: the best validation score is {score}, of epoch {best}");
        let ends = [(best as f64, lowest(&values)), (best as f64, highest(&values))];
        let chart = Chart::new(title, unit, axis("objective, error"));
        let chart = chart.layer(Line::new(ends, Paint::Muted).dashed());
        let chart = chart.layer(line(&losses, 0).named(name));
        Ok(chart.layer(line(&errors, 1).named("1 − score on the rows held out")))
    }
}

fn lowest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
