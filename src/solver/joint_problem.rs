//! The problem of several classes at once.

use super::extent::check_costs;
use super::problem::{Coefficients, Intercept};
use crate::data::AnyFeatures;
use crate::error::{Error, Result};
use crate::regularizer::{self, Regularizer};

/// min over W and b of Ω(W̃) + Σ cᵢ ℓ(yᵢ, W xᵢ + b), with one row of W and one entry of b a class.
///
/// Ω is the sum over the classes of what a binary [`Problem`](super::Problem) has; losses are summed, and all cᵢ are
/// positive.
pub(crate) struct JointProblem<'a, L, R> {
    pub(super) x: &'a dyn AnyFeatures,
    /// The class of each row, below `n_classes`.
    pub(super) y: Vec<usize>,
    pub(super) c: Vec<f64>,
    pub(super) n_classes: usize,
    pub(super) loss: L,
    pub(super) regularizer: R,
    pub(super) intercept: Intercept,
}

impl<'a, L, R: Regularizer> JointProblem<'a, L, R> {
    /// The problem of rows with these squared norms, classes and costs.
    ///
    /// # Errors
    /// Those of [`Problem::new`](super::Problem::new).
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        x: &'a dyn AnyFeatures,
        squared_norms: &[f64],
        y: Vec<usize>,
        c: Vec<f64>,
        n_classes: usize,
        loss: L,
        regularizer: R,
        intercept: Intercept,
    ) -> Result<Self> {
        intercept.check()?;
        regularizer::check(&regularizer)?;
        let n = x.n_rows();
        for (what, found) in [("y", y.len()), ("c", c.len())] {
            if found != n {
                return Err(Error::LengthMismatch { what, expected: n, found });
            }
        }
        if let Some(class) = y.iter().find(|class| **class >= n_classes) {
            return Err(Error::invalid_parameter("class", class, format!("below {n_classes}")));
        }
        check_costs(&c, squared_norms, intercept)?;
        Ok(Self { x, y, c, n_classes, loss, regularizer, intercept })
    }

    /// The same with other rows.
    pub(super) fn on<'b>(&self, x: &'b dyn AnyFeatures, y: Vec<usize>, c: Vec<f64>) -> JointProblem<'b, L, R>
    where
        L: Clone,
        R: Clone,
    {
        let (loss, regularizer) = (self.loss.clone(), self.regularizer.clone());
        JointProblem { x, y, c, n_classes: self.n_classes, loss, regularizer, intercept: self.intercept }
    }
}

impl<L, R> JointProblem<'_, L, R> {
    pub(super) fn n_rows(&self) -> usize {
        self.y.len()
    }

    /// W = 0, b = 0.
    pub(super) fn zeros(&self) -> Vec<Coefficients> {
        vec![Coefficients::zeros(self.x.n_features()); self.n_classes]
    }

    /// All shares on the right classes: β = 0, which is feasible whatever the problem.
    pub(super) fn right_shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.n_rows() * self.n_classes];
        let rows = shares.chunks_exact_mut(self.n_classes.max(1)).zip(&self.y);
        rows.for_each(|(shares, &y)| shares[y] = 1.0);
        shares
    }
}
