//! Ordinary least squares.

use super::Penalty;
use super::regression::{RegressionModel, Scale, fits_regressors, minimize_squared_error};
use super::settings::{Settings, setters};
use super::task::{Minimum, Task};
use crate::error::Result;
use crate::solver::Solver;

/// Linear regression by least squares, certified.
///
/// Minimises Σᵢ sᵢ (xᵢ·w + b − yᵢ)², with sᵢ the sample weight. Of several w that do, as with fewer rows than features
/// or columns that are combinations of others, it finds the one with the smallest norm ‖w‖.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`intercept`](Self::intercept) | `Free` | or `None` | whether there is a b; `Penalized` is `Free` here, as there is no penalty |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | steps; one or two but for many rows of many features |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of progress, and may stop the fit |
///
/// # The certificate
/// The residuals are orthogonal to all columns at the optimum and nowhere else; the dual value is that of such residuals.
/// Where all rows are met, as points on a plane are, the optimum is 0, which is reached up to the rounding of predictions.
///
/// # Where it differs from scikit-learn's `LinearRegression`
/// Columns count as combinations of others up to rounding of their squares, 1e-13 of them, not of their values, as no
/// singular values are computed: there is no `rank_` and no `singular_`. There is no `positive`.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows numbers.
///
/// # Cost
/// See [`LeastSquares`](crate::solver::LeastSquares).
///
/// # Errors
/// [`Error::InvalidParameter`] for the parameters; [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`],
/// [`Error::InvalidWeight`], [`Error::Overflow`] for the data. A fit that does not reach `tol` is no error: its
/// [`report`](super::LinearRegressor::report) says so, with the gap that it has.
///
/// # References
/// Björck 1996, "Numerical Methods for Least Squares Problems", doi:10.1137/1.9781611971484; scikit-learn,
/// `sklearn.linear_model.LinearRegression`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::diabetes();
/// let model = LinearRegression::new().fit(&data.features, &data.target)?;
/// assert!(model.report().converged());
/// let r2 = r2_score(&data.target, &model.predict(&data.features)?)?;
/// assert!((r2 - 0.5177484).abs() < 1e-6);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// [`Error::Empty`]: crate::Error::Empty
/// [`Error::InvalidParameter`]: crate::Error::InvalidParameter
/// [`Error::InvalidWeight`]: crate::Error::InvalidWeight
/// [`Error::LengthMismatch`]: crate::Error::LengthMismatch
/// [`Error::NonFinite`]: crate::Error::NonFinite
/// [`Error::Overflow`]: crate::Error::Overflow
#[derive(Debug, Clone, Default)]
pub struct LinearRegression {
    settings: Settings,
}

impl LinearRegression {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    setters!(intercept, tol, max_iter, max_time, observer);
}

impl RegressionModel for LinearRegression {
    const STRENGTH: &'static str = "alpha";

    fn strength(&self) -> f64 {
        0.0
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn check(&self, _alpha: f64) -> Result<()> {
        Ok(())
    }

    fn scale(&self, _alpha: f64, _weights: f64) -> Scale {
        Scale { cost: 1.0, unit: 2.0 }
    }

    fn minimize(&self, _alpha: f64, task: Task<'_>) -> Result<Minimum> {
        minimize_squared_error(Penalty::None, Solver::Auto, task)
    }
}

fits_regressors!(LinearRegression);
