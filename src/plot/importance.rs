//! The picture of permutation importances.

use super::{Axis, Bar, Bars, Chart, Picture};
use crate::error::Result;
use crate::inspection::PermutationImportance;

/// More do not fit.
const MOST: usize = 30;

/// The mean importances of the 30 most important features, with 95 % confidence intervals of the means.
impl Picture for PermutationImportance {
    fn chart(&self) -> Result<Chart> {
        let mut ranked = self.ranked();
        ranked.truncate(MOST);
        let several = self.importances().ncols() > 1;
        let bars =
            ranked.iter().map(|one| Bar { value: one.mean, interval: several.then_some(one.interval) });
        let bars = Bars::new(bars);
        let names = Axis::names("", ranked.iter().map(|one| one.name.clone()).collect());
        let height = u32::try_from(140 + 24 * ranked.len()).unwrap_or(u32::MAX).clamp(320, 1100);
        let title = format!("Permutation importance, score {:.3} with all features", self.baseline());
        Ok(Chart::new(title, Axis::linear("loss of score without the feature"), names)
            .layer(bars)
            .size(900, height))
    }
}
