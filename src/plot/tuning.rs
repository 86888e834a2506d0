//! The picture of a search for a threshold.

use super::{Axis, Chart, Line, Paint, Picture};
use crate::calibration::{ThresholdModel, Tuning};
use crate::error::Result;

/// The mean score over the folds by the threshold, with a line at the best one.
impl<T, L, R> Picture for ThresholdModel<T, L, R, Tuning> {
    fn chart(&self) -> Result<Chart> {
        let Tuning { thresholds, scores, best_score, .. } = self.tuning();
        let title =
            format!("Threshold: the best is {:.3}, with a score of {best_score:.3}", self.threshold());
        let low = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let high = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let best = Line::new([(self.threshold(), low), (self.threshold(), high)], Paint::Muted).dashed();
        let curve = Line::new(thresholds.iter().copied().zip(scores.iter().copied()), Paint::Series(0));
        Ok(Chart::new(title, Axis::linear("threshold"), Axis::linear("score")).layer(best).layer(curve))
    }
}
