//! The picture of a confusion matrix.

use super::{Axis, Cells, Chart, Picture};
use crate::data::Label;
use crate::error::Result;
use crate::metric::ConfusionMatrix;
use crate::metric::text::label_text;

/// A cell for each pair of classes, the truth along y and the prediction along x; counts as they are, shares with two
/// decimals.
impl<L: Label> Picture for ConfusionMatrix<L> {
    fn chart(&self) -> Result<Chart> {
        let names: Vec<String> = self.labels().iter().map(label_text).collect();
        let whole = self.counts().iter().all(|count| count.fract() == 0.0);
        let chart = Chart::new(
            "Confusion matrix",
            Axis::names("predicted", names.clone()),
            Axis::names("true", names),
        );
        let cells = Cells::new(self.counts().clone(), if whole { 0 } else { 2 });
        // Room for the numbers of many classes, as far as a screen goes.
        let side = u32::try_from(200 + 26 * self.labels().len()).unwrap_or(u32::MAX).clamp(680, 1600);
        Ok(chart.layer(cells).size(side, side - 80))
    }
}
