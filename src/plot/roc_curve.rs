//! The picture of a ROC curve.

use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::Result;
use crate::metric::RocCurve;

/// What is found against what is wrongly found, with the area below the curve in the title and the diagonal of guesses.
impl Picture for RocCurve {
    fn chart(&self) -> Result<Chart> {
        let chart = Chart::new(
            format!("ROC curve, area {:.3}", self.auc()),
            Axis::share("false positive rate"),
            Axis::share("true positive rate"),
        );
        let points = self.fpr.iter().copied().zip(self.tpr.iter().copied());
        let guesses = Line::new([(0.0, 0.0), (1.0, 1.0)], Paint::Muted).dashed().named("guesses");
        let curve = Line::new(points, Paint::Series(0)).named("model");
        Ok(chart.layer(guesses).layer(curve).size(760, 600))
    }
}
