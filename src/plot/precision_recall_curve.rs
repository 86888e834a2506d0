//! The picture of a precision-recall curve.

use super::{Axis, Chart, Line, Paint, Picture};
use crate::error::Result;
use crate::metric::PrecisionRecallCurve;

/// The share of right finds against the share that is found, as steps, whose area is the average precision in the title.
impl Picture for PrecisionRecallCurve {
    fn chart(&self) -> Result<Chart> {
        let chart = Chart::new(
            format!("Precision-recall curve, average precision {:.3}", self.average_precision()),
            Axis::share("recall"),
            Axis::share("precision"),
        );
        // A precision holds down to the next recall: what the average precision sums up.
        let recalls = self.recall.iter().zip(self.recall.iter().skip(1).chain(self.recall.last()));
        let steps = recalls
            .zip(&self.precision)
            .flat_map(|((&recall, &next), &precision)| [(recall, precision), (next, precision)]);
        Ok(chart.layer(Line::new(steps, Paint::Series(0))).size(700, 600))
    }
}
