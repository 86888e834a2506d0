//! Ridge regression.

use super::Penalty;
use super::regression::{
    RegressionModel, Scale, by_strength, check_alpha, fits_regressors, follows_a_path, minimize_squared_error,
};
use super::settings::{Settings, setters};
use super::task::{Minimum, Task};
use crate::error::Result;
use std::cmp::Ordering;

/// Least squares with an L2 penalty, certified.
///
/// Minimises α ‖w‖² + Σᵢ sᵢ (xᵢ·w + b − yᵢ)², with sᵢ the sample weight: errors are summed, not averaged, and neither
/// term has a factor ½, as in scikit-learn. The intercept b is not penalised unless asked for.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`alpha`](Self::alpha) | 1.0 | ≥ 0 | α; 0 is [`LinearRegression`](super::LinearRegression) |
/// | [`intercept`](Self::intercept) | `Free` | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is penalised |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | iterations (epochs of dual coordinate descent) |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`solver`](Self::solver) | `Auto` | or `SecondOrder`, `DualCoordinateDescent` | how the optimum is found |
/// | [`seed`](Self::seed) | 0 | any | the rows of samples, and the order of rows in dual coordinate descent |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of progress, and may stop the fit |
///
/// # Where it differs from scikit-learn's `Ridge`
/// `tol` is the relative duality gap, which bounds the distance to the optimum, and is the same for every solver. There is
/// one output, one α, and no `positive`.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows numbers.
///
/// # Cost
/// With n rows and d features, n ≫ d: a few passes over the features, n d operations each, or one with n d²; see
/// [`Solver::Auto`](crate::solver::Solver::Auto).
///
/// # Errors
/// [`Error::InvalidParameter`] for the parameters; [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`],
/// [`Error::InvalidWeight`], [`Error::Overflow`] for the data. A fit that does not reach `tol` is no error: its
/// [`report`](super::LinearRegressor::report) says so, with the gap that it has.
///
/// # References
/// Hoerl and Kennard 1970, "Ridge Regression: Biased Estimation for Nonorthogonal Problems",
/// doi:10.1080/00401706.1970.10488634; scikit-learn, `sklearn.linear_model.Ridge`.
///
/// ```
/// use certifit::prelude::*;
/// let x = ndarray::array![[-1.0f64], [0.0], [1.0]];
/// // (Σ x y)/(α + Σ x²) = 4/(2 + 2).
/// let model = Ridge::new().alpha(2.0).tol(1e-12).fit(&x, &[1.0, 3.0, 5.0])?;
/// assert!((model.coef()[0] - 1.0).abs() < 1e-9 && (model.intercept() - 3.0).abs() < 1e-9);
/// assert!((model.report().primal() - 4.0).abs() < 1e-9);
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
pub struct Ridge {
    alpha: f64,
    settings: Settings,
}

impl Default for Ridge {
    fn default() -> Self {
        Self { alpha: 1.0, settings: Settings::default() }
    }
}

impl Ridge {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    setters!(alpha, intercept, tol, max_iter, max_time, solver, seed, observer);
}

impl RegressionModel for Ridge {
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

    fn scale(&self, alpha: f64, _weights: f64) -> Scale {
        match alpha > 0.0 {
            true => Scale { cost: 1.0 / alpha, unit: 2.0 * alpha },
            false => Scale { cost: 1.0, unit: 2.0 },
        }
    }

    fn minimize(&self, alpha: f64, task: Task<'_>) -> Result<Minimum> {
        let penalty = if alpha > 0.0 { Penalty::L2 } else { Penalty::None };
        minimize_squared_error(penalty, self.settings.solver, task)
    }
}

fits_regressors!(Ridge);
follows_a_path!(Ridge, alpha, alphas, "Descending");
