//! Regression with the elastic net.

use super::Penalty;
use super::regression::{
    RegressionModel, Scale, averaged, by_strength, check_alpha, fits_regressors, follows_a_path,
    minimize_squared_error,
};
use super::settings::{Settings, setters};
use super::task::{Minimum, Task};
use crate::error::Result;
use crate::regularizer::{ElasticNet, Regularizer};
use std::cmp::Ordering;

/// Least squares with an L1 and an L2 penalty, certified: scikit-learn's `ElasticNet`.
///
/// Minimises 1/(2 Σᵢ sᵢ) Σᵢ sᵢ (xᵢ·w + b − yᵢ)² + α (ρ ‖w‖₁ + ½ (1 − ρ) ‖w‖²), with sᵢ the sample weight: errors are
/// averaged. Coefficients that are not needed are exactly 0. The intercept b is not penalised unless asked for. The name
/// tells it from the penalty, [`ElasticNet`].
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`alpha`](Self::alpha) | 1.0 | ≥ 0 | α; 0 is [`LinearRegression`](super::LinearRegression) |
/// | [`l1_ratio`](Self::l1_ratio) | 0.5 | 0 to 1 | ρ: 1 is [`Lasso`](super::Lasso), 0 a [`Ridge`](super::Ridge) with α Σ s in α's stead |
/// | [`intercept`](Self::intercept) | `Free` | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is penalised |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | working sets |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of progress, and may stop the fit |
///
/// # Where it differs from scikit-learn's `ElasticNet`
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
/// Zou and Hastie 2005, "Regularization and Variable Selection via the Elastic Net",
/// doi:10.1111/j.1467-9868.2005.00503.x; scikit-learn, `sklearn.linear_model.ElasticNet`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::diabetes();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let model = ElasticNetRegression::new().alpha(5.0).l1_ratio(0.9).fit(&x, &data.target)?;
/// assert!(model.report().converged());
/// assert_eq!(model.coef().iter().filter(|&&w| w == 0.0).count(), 3);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// [`Error::Empty`]: crate::Error::Empty
/// [`Error::InvalidParameter`]: crate::Error::InvalidParameter
/// [`Error::InvalidWeight`]: crate::Error::InvalidWeight
/// [`Error::LengthMismatch`]: crate::Error::LengthMismatch
/// [`Error::NonFinite`]: crate::Error::NonFinite
/// [`Error::Overflow`]: crate::Error::Overflow
#[doc(alias = "ElasticNet")]
#[derive(Debug, Clone, PartialEq)]
pub struct ElasticNetRegression {
    alpha: f64,
    l1_ratio: f64,
    settings: Settings,
}

impl Default for ElasticNetRegression {
    fn default() -> Self {
        Self { alpha: 1.0, l1_ratio: 0.5, settings: Settings::default() }
    }
}

impl ElasticNetRegression {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    /// ρ, the share of the L1 penalty.
    pub fn l1_ratio(mut self, l1_ratio: f64) -> Self {
        self.l1_ratio = l1_ratio;
        self
    }

    setters!(alpha, intercept, tol, max_iter, max_time, observer);
}

impl RegressionModel for ElasticNetRegression {
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
        check_alpha(alpha)?;
        ElasticNet { l1_ratio: self.l1_ratio }.check()
    }

    fn scale(&self, alpha: f64, weights: f64) -> Scale {
        averaged(alpha, weights)
    }

    fn minimize(&self, alpha: f64, task: Task<'_>) -> Result<Minimum> {
        let penalty = match alpha > 0.0 {
            true => Penalty::ElasticNet { l1_ratio: self.l1_ratio },
            false => Penalty::None,
        };
        minimize_squared_error(penalty, self.settings.solver, task)
    }
}

fits_regressors!(ElasticNetRegression);
follows_a_path!(ElasticNetRegression, alpha, alphas, "Descending");
