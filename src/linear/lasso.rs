//! The Lasso.

use super::Penalty;
use super::regression::{
    RegressionModel, Scale, averaged, by_strength, check_alpha, fits_regressors, follows_a_path,
    minimize_squared_error,
};
use super::settings::{Settings, setters};
use super::task::{Minimum, Task};
use crate::error::Result;
use std::cmp::Ordering;

/// Least squares with an L1 penalty, certified.
///
/// Minimises 1/(2 Σᵢ sᵢ) Σᵢ sᵢ (xᵢ·w + b − yᵢ)² + α ‖w‖₁, with sᵢ the sample weight: errors are averaged. Coefficients
/// that are not needed are exactly 0. The intercept b is not penalised unless asked for.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`alpha`](Self::alpha) | 1.0 | ≥ 0 | α; 0 is [`LinearRegression`](super::LinearRegression) |
/// | [`intercept`](Self::intercept) | `Free` | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is penalised |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | working sets |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of progress, and may stop the fit |
///
/// # Where it differs from scikit-learn's `Lasso`
/// `tol` is the relative duality gap (there the gap over ‖y‖²). There is no `positive` and no `selection`.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows numbers.
///
/// # Cost
/// See [`CoordinateDescent`](crate::solver::CoordinateDescent).
///
/// # Errors
/// [`Error::InvalidParameter`] for the parameters; [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`],
/// [`Error::InvalidWeight`], [`Error::Overflow`] for the data. A fit that does not reach `tol` is no error: its
/// [`report`](super::LinearRegressor::report) says so, with the gap that it has.
///
/// # References
/// Tibshirani 1996, "Regression Shrinkage and Selection via the Lasso", doi:10.1111/j.2517-6161.1996.tb02080.x;
/// scikit-learn, `sklearn.linear_model.Lasso`.
///
/// ```
/// use certifit::prelude::*;
/// // Columns without correlation: each coefficient is drawn to 0 by α over the mean square of its column.
/// let x = ndarray::array![[1.0f64, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
/// let model = Lasso::new().alpha(0.5).fit(&x, &[3.25, 2.75, -2.75, -3.25])?;
/// assert!((model.coef()[0] - 2.5).abs() < 1e-6);
/// assert_eq!(model.coef()[1], 0.0);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// [`Error::Empty`]: crate::Error::Empty
/// [`Error::InvalidParameter`]: crate::Error::InvalidParameter
/// [`Error::InvalidWeight`]: crate::Error::InvalidWeight
/// [`Error::LengthMismatch`]: crate::Error::LengthMismatch
/// [`Error::NonFinite`]: crate::Error::NonFinite
/// [`Error::Overflow`]: crate::Error::Overflow
#[derive(Debug, Clone, PartialEq)]
pub struct Lasso {
    alpha: f64,
    settings: Settings,
}

impl Default for Lasso {
    fn default() -> Self {
        Self { alpha: 1.0, settings: Settings::default() }
    }
}

impl Lasso {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    setters!(alpha, intercept, tol, max_iter, max_time, observer);
}

impl RegressionModel for Lasso {
    const STRENGTH: &'static str = "alpha";

    fn strength(&self) -> f64 {
        self.alpha
    }

    fn path_order(&self, other: &Self) -> Option<Ordering> {
        by_strength(self, other, Self::alpha).map(Ordering::reverse)
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn check(&self, alpha: f64) -> Result<()> {
        check_alpha(alpha)
    }

    fn scale(&self, alpha: f64, weights: f64) -> Scale {
        averaged(alpha, weights)
    }

    fn minimize(&self, alpha: f64, task: Task<'_>) -> Result<Minimum> {
        let penalty = if alpha > 0.0 { Penalty::L1 } else { Penalty::None };
        minimize_squared_error(penalty, self.settings.solver, task)
    }
}

fits_regressors!(Lasso);
follows_a_path!(Lasso, alpha, alphas, "Descending");
