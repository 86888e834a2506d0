//! The picture of a learning curve.

use super::curves::with_scores;
use super::{Axis, Chart, Picture};
use crate::error::Result;
use crate::model_selection::LearningCurve;

/// Mean train and test scores by the number of rows, with bands of one standard deviation over the folds.
impl Picture for LearningCurve {
    fn chart(&self) -> Result<Chart> {
        let sizes: Vec<f64> = self.train_sizes().iter().map(|&size| size as f64).collect();
        let chart = Chart::new("Learning curve", Axis::linear("rows to learn from"), Axis::linear("score"));
        Ok(with_scores(chart, &sizes, self.points()))
    }
}
