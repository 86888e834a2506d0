//! How much work a working set is worth.

use super::support::FACTORED;

/// Epochs of coordinate descent over a few rounds of extrapolation.
const A_FEW_EPOCHS: usize = 24;

/// How much work a working set is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// Models, and epochs of coordinate descent on each, at most.
    pub(super) models: usize,
    pub(super) epochs: usize,
    /// The most coefficients that are not 0 for which Newton's steps are taken.
    pub(super) support: usize,
}

impl Effort {
    /// Of the set that the optimum needs.
    pub(super) const WHOLE: Self = Self { models: 50, epochs: 1000, support: usize::MAX };
    /// Of one that others will join: its own optimum is of no use.
    pub(super) const OF_GROWING: Self = Self { models: 2, epochs: A_FEW_EPOCHS, support: FACTORED };

    /// With fewer models.
    pub(super) fn models(self, models: usize) -> Self {
        Self { models: self.models.min(models), ..self }
    }
}
