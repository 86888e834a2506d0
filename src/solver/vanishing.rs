//! Objectives without a penalty that have no minimum.

use super::problem::Problem;
use crate::loss::Loss;
use crate::regularizer::Regularizer;

/// The part of the objective of w = 0 that is nothing, and of the last one from which on it falls slowly.
const NOTHING: f64 = 1e-7;
const SLOW: f64 = 0.1;
/// The part of what is nothing that is not worth a further iteration, however fast it falls.
const LEAST: f64 = 1e-24;

/// Without a penalty an objective may come as near to 0 as one likes, for ever: where rows are all told apart.
pub(super) struct Vanishing {
    nothing: f64,
    last: f64,
}

impl Vanishing {
    pub(super) fn new<L: Loss, R: Regularizer>(problem: &Problem<'_, L, R>) -> Self {
        let has_minimum = problem.regularizer.conjugate_limit() > 0.0;
        let rows = problem.y.iter().zip(&problem.c);
        let of_nothing = || rows.map(|(&y, c)| c * problem.loss.value(y, 0.0)).sum::<f64>();
        Self { nothing: if has_minimum { 0.0 } else { NOTHING * of_nothing() }, last: f64::INFINITY }
    }

    /// Whether the objective after a further iteration is next to nothing, and falls without an end.
    pub(super) fn goes_on(&mut self, primal: f64) -> bool {
        let last = std::mem::replace(&mut self.last, primal);
        primal > 0.0 && primal <= self.nothing && primal > (SLOW * last).min(LEAST * self.nothing)
    }
}
