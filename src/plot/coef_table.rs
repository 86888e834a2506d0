//! The picture of coefficients.

use super::{Axis, Bar, Bars, Cells, Chart, Picture};
use crate::error::{Error, Result};
use crate::linear::CoefTable;
use ndarray::Array2;

/// More do not fit; [`CoefTable::top`] leaves fewer.
const MOST: usize = 40;

/// The largest coefficients, at most 40 features: bars of a single decision value, a shaded cell for each of several.
impl Picture for CoefTable {
    fn chart(&self) -> Result<Chart> {
        let rows = self.rows().get(..MOST.min(self.rows().len())).unwrap_or_default();
        let features = Axis::names("", rows.iter().map(|row| row.name.clone()).collect());
        let height = u32::try_from(140 + 24 * rows.len()).unwrap_or(u32::MAX).clamp(320, 1100);
        let chart = match self.columns() {
            [column] => {
                let bars = rows.iter().flat_map(|row| row.values.first());
                let bars = Bars::new(bars.map(|&value| Bar { value, interval: None }));
                let label = if column == "coef" {
                    "coefficient".into()
                } else {
                    format!("coefficient, for {column}")
                };
                Chart::new("Coefficients", Axis::linear(label), features).layer(bars)
            }
            columns => {
                let values = rows.iter().flat_map(|row| row.values.iter().copied()).collect();
                let values = Array2::from_shape_vec((rows.len(), columns.len()), values)
                    .map_err(|_| Error::Empty { what: "the table of coefficients", axis: "rows" })?;
                let axis = Axis::names("class", columns.to_vec());
                Chart::new("Coefficients", axis, features).layer(Cells::new(values, 2))
            }
        };
        Ok(chart.size(900, height))
    }
}
