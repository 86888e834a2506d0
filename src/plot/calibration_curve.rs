//! The picture of a calibration curve.

use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::Result;
use crate::metric::CalibrationCurve;

/// The share of positive rows against the predicted probability, with the diagonal of true probabilities.
impl Picture for CalibrationCurve {
    fn chart(&self) -> Result<Chart> {
        let title = format!("Calibration curve, mean error {:.3}", self.error());
        let chart =
            Chart::new(title, Axis::share("predicted probability"), Axis::share("share of positive rows"));
        let points = self.prob_pred.iter().copied().zip(self.prob_true.iter().copied());
        let truth = Line::new([(0.0, 0.0), (1.0, 1.0)], Paint::Muted).dashed().named("true probabilities");
        let curve = Line::new(points, Paint::Series(0)).marked().named("model");
        Ok(chart.layer(truth).layer(curve).size(820, 600))
    }
}
