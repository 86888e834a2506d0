//! What a fit leaves to the next one on its path.

use super::local_model::LocalModel;
use std::fmt;
use std::sync::{Arc, Mutex};

/// Costs that are so many times larger or smaller than those before have an optimum that is far from theirs.
const FAR: f64 = 100.0;

/// Where fits of the same rows whose costs differ by a factor put what serves the next one.
///
/// At the optimum v for costs c, R v = −Σ cᵢ ℓ′(yᵢ, pᵢ) x̃ᵢ. For costs ρ c the gradient there is (1 − ρ) R v, the Hessian
/// R + ρ Σ cᵢ ℓ″(yᵢ, pᵢ) x̃ᵢ x̃ᵢᵀ: where the latter sum is known, a step towards the next optimum needs no pass over the rows.
///
/// What lies here makes a fit begin nearer to its optimum; it decides nothing about where it ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail(Arc<Mutex<Option<Left>>>);

/// What is left by a fit that has converged.
pub(super) struct Left {
    /// The mean cost of a row.
    pub(super) cost: f64,
    pub(super) n_rows: usize,
    /// The optimum, in the coordinates of the solver.
    pub(super) v: Vec<f64>,
    /// Σ cᵢ ℓ(yᵢ, pᵢ) there.
    pub(super) losses: f64,
    pub(super) model: LocalModel,
}

impl fmt::Debug for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Left").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Trail {
    /// What a fit has left, if it was one of so many rows and unknowns, and of costs that are not far from these.
    pub(super) fn take(&self, n_rows: usize, dim: usize, cost: f64) -> Option<Left> {
        let left = self.0.lock().ok()?.take();
        left.filter(|left| (left.n_rows, left.v.len()) == (n_rows, dim) && is_near(left.cost, cost))
    }

    pub(super) fn leave(&self, left: Left) {
        if let Ok(mut place) = self.0.lock() {
            *place = Some(left);
        }
    }
}

/// Whether the optimum for one weight of the losses is worth to begin at for another.
pub(crate) fn is_near(before: f64, now: f64) -> bool {
    let ratio = now / before;
    (1.0 / FAR..=FAR).contains(&ratio)
}
