//! What a fit leaves to the next one on its path.

use super::local_model::LocalModel;
use super::problem::Problem;
use std::sync::{Arc, Mutex};

/// Where fits of the same rows whose costs differ by a factor put what serves the next one.
///
/// At the optimum v for costs c, R v = −Σ cᵢ ℓ′(yᵢ, pᵢ) x̃ᵢ. For costs ρ c the gradient there is (1 − ρ) R v, the Hessian
/// R + ρ Σ cᵢ ℓ″(yᵢ, pᵢ) x̃ᵢ x̃ᵢᵀ: where the latter sum is known, a step towards the next optimum needs no pass over the rows.
///
/// What lies here makes a fit begin nearer to its optimum; it decides nothing about where it ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail(Arc<Mutex<Option<Left>>>);

/// What is left by a fit.
pub(super) struct Left {
    /// The cost of the first row, of which those of the others are a fixed multiple.
    cost: f64,
    n_rows: usize,
    dim: usize,
    /// Σ cᵢ ℓ(yᵢ, pᵢ).
    losses: f64,
    pub(super) model: LocalModel,
}

impl std::fmt::Debug for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Left").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Left {
    /// ρ: the costs of a problem are so many times those of this fit.
    pub(super) fn ratio<L, R>(&self, problem: &Problem<'_, L, R>) -> f64 {
        first_cost(problem) / self.cost
    }

    /// Σ cᵢ ℓ for the costs of this fit.
    pub(super) fn losses(&self) -> f64 {
        self.losses
    }
}

impl Trail {
    /// What a fit has left, if it was one of so many rows and unknowns.
    pub(super) fn take<L, R>(&self, problem: &Problem<'_, L, R>, dim: usize) -> Option<Left> {
        let left = self.0.lock().ok()?.take();
        left.filter(|left| (left.n_rows, left.dim) == (problem.n_rows(), dim) && left.cost > 0.0)
    }

    /// Leaves the model of a fit that has ended, and the sum of its losses.
    pub(super) fn leave<L, R>(
        &self,
        problem: &Problem<'_, L, R>,
        dim: usize,
        losses: f64,
        model: LocalModel,
    ) {
        let left = Left { cost: first_cost(problem), n_rows: problem.n_rows(), dim, losses, model };
        if let Ok(mut place) = self.0.lock() {
            *place = Some(left);
        }
    }
}

/// The cost that all others are a multiple of.
pub(super) fn first_cost<L, R>(problem: &Problem<'_, L, R>) -> f64 {
    problem.c.first().copied().unwrap_or(1.0)
}
