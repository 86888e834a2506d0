//! Regression with a loss and a penalty of a user's own.

use super::LinearRegressor;
use super::regression::{RegressionModel, Scale, fit_regressor};
use super::settings::{Settings, check_positive, setters};
use super::task::{Minimum, Task};
use crate::compose::Compose;
use crate::data::{Features, Targets};
use crate::error::Result;
use crate::estimator::Estimator;
use crate::loss::DualLoss;
use crate::regularizer::{L2, Regularizer};
use crate::scalar::Scalar;
use crate::solver::{CoordinateDescent, Solve};

/// A linear model of any loss, any penalty and any solver that takes both, certified.
///
/// Minimises Ω(w) + C Σᵢ sᵢ ℓ(yᵢ, xᵢ·w + b), with sᵢ the sample weight: losses are summed, not averaged. Targets are
/// numbers; for a loss of the margin they are 1 and −1, and the sign of a prediction tells the class.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | loss, of [`new`](Self::new) | | a [`DualLoss`] | ℓ |
/// | [`penalty`](Self::penalty) | [`L2`] | a [`Regularizer`] | Ω |
/// | [`solver`](Self::solver) | [`CoordinateDescent`] | a [`Solve`] of the loss and the penalty | how the optimum is found: `CoordinateDescent` for smooth losses and any penalty, others for L2 |
/// | [`c`](Self::c) | 1.0 | > 0 | C, the weight of errors against Ω |
/// | [`intercept`](Self::intercept) | `Free` | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is in Ω |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | iterations of the solver |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`seed`](Self::seed) | 0 | any | what solvers draw at random |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of progress, and may stop the fit |
///
/// The loss needs its convex conjugate ([`DualLoss`]), or there would be no certificate; for smooth losses it is a line
/// or two. They run at full speed: solvers are compiled for them.
///
/// # Errors
/// Those of [`Ridge`](super::Ridge), and what the loss's and the penalty's own `check` refuse.
///
/// # Reference
/// Boyd and Vandenberghe 2004, "Convex Optimization", sections 3.3 and 5.5.
///
/// ```
/// use certifit::linear::LinearModel;
/// use certifit::loss::{DualLoss, SmoothLoss};
/// use certifit::prelude::*;
///
/// /// √(1 + r²) − 1, the pseudo-Huber loss of the error r = p − y: rows far off pull no harder than with slope 1.
/// #[derive(Debug, Clone)]
/// struct PseudoHuber;
///
/// impl Loss for PseudoHuber {
///     fn value(&self, y: f64, p: f64) -> f64 {
///         (p - y).hypot(1.0) - 1.0
///     }
///     fn derivative(&self, y: f64, p: f64) -> f64 {
///         (p - y) / (p - y).hypot(1.0)
///     }
/// }
///
/// impl SmoothLoss for PseudoHuber {
///     fn second_derivative(&self, y: f64, p: f64) -> f64 {
///         (p - y).hypot(1.0).powi(-3)
///     }
///     fn max_second_derivative(&self) -> f64 {
///         1.0
///     }
/// }
///
/// /// φ(β) = y β − c + √(c² − β²).
/// impl DualLoss for PseudoHuber {
///     fn dual_bounds(&self, _y: f64, c: f64) -> (f64, f64) {
///         (-c, c)
///     }
///     fn dual_term(&self, y: f64, beta: f64, c: f64) -> f64 {
///         y * beta - c + ((c - beta) * (c + beta)).sqrt()
///     }
///     fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64 {
///         y - beta / ((c - beta) * (c + beta)).sqrt()
///     }
///     fn dual_curvature(&self, _y: f64, beta: f64, c: f64) -> f64 {
///         c * c / ((c - beta) * (c + beta)).powf(1.5)
///     }
///     fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
///         // With u = β/c: √(1 + r²) + u r − √(1 − u²), as a quotient that does not cancel.
///         let (r, u) = (p - y, beta / c);
///         let h = r.hypot(1.0);
///         c * (r + u * h).powi(2) / (h + u * r + ((1.0 - u) * (1.0 + u)).sqrt())
///     }
/// }
///
/// /// 2 w², a ridge that is steeper than L2.
/// #[derive(Debug, Clone)]
/// struct Steep;
///
/// impl Regularizer for Steep {
///     fn term(&self, w: f64) -> f64 {
///         2.0 * w * w
///     }
///     fn prox(&self, w: f64, step: f64) -> f64 {
///         w / (1.0 + 4.0 * step)
///     }
///     fn conjugate_term(&self, g: f64) -> f64 {
///         0.125 * g * g
///     }
///     fn fenchel_young(&self, w: f64, g: f64) -> f64 {
///         0.125 * (4.0 * w - g).powi(2)
///     }
/// }
///
/// let x = ndarray::array![[0.0f64], [1.0], [2.0], [3.0], [4.0]];
/// let y = [1.0, 3.0, 5.0, 7.0, 900.0];
/// let model = LinearModel::new(PseudoHuber).penalty(Steep).c(100.0).tol(1e-12).fit(&x, &y)?;
/// assert!(model.report().converged(), "{}", model.report());
/// // The last row pulls no harder than any other: least squares have the slope 180.2.
/// assert!((model.coef()[0] - 2.0).abs() < 1.0, "{}", model.coef());
/// // The slope of the objective in w is 0.
/// let pull = |(x, y): (f64, f64)| x * PseudoHuber.derivative(y, x * model.coef()[0] + model.intercept());
/// let slope: f64 = x.iter().copied().zip(y).map(pull).sum();
/// assert!((4.0 * model.coef()[0] + 100.0 * slope).abs() < 1e-1);
///
/// // The same with Newton's method, which is for L2.
/// use certifit::solver::Newton;
/// let newton = LinearModel::new(PseudoHuber).solver(Newton).fit(&x, &y)?;
/// assert!(newton.report().converged());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinearModel<L, R = L2, S = CoordinateDescent> {
    loss: L,
    regularizer: R,
    solver: S,
    c: f64,
    settings: Settings,
}

impl<L> LinearModel<L> {
    /// A model of this loss, with L2 and the defaults of the table above.
    pub fn new(loss: L) -> Self {
        Self { loss, regularizer: L2, solver: CoordinateDescent, c: 1.0, settings: Settings::default() }
    }
}

impl<L, R, S> LinearModel<L, R, S> {
    /// What large coefficients cost.
    pub fn penalty<Q>(self, penalty: Q) -> LinearModel<L, Q, S> {
        let Self { loss, solver, c, settings, .. } = self;
        LinearModel { loss, regularizer: penalty, solver, c, settings }
    }

    /// How the optimum is found.
    pub fn solver<T>(self, solver: T) -> LinearModel<L, R, T> {
        let Self { loss, regularizer, c, settings, .. } = self;
        LinearModel { loss, regularizer, solver, c, settings }
    }

    setters!(c, intercept, tol, max_iter, max_time, seed, observer);
}

impl<L, R, S> RegressionModel for LinearModel<L, R, S>
where
    L: DualLoss + Clone,
    R: Regularizer + Clone,
    S: Solve<L, R> + Sync,
{
    const STRENGTH: &'static str = "c";

    fn strength(&self) -> f64 {
        self.c
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn check(&self, c: f64) -> Result<()> {
        check_positive("c", c)?;
        self.loss.check()?;
        self.regularizer.check()
    }

    fn scale(&self, c: f64, _weights: f64) -> Scale {
        Scale { cost: c, unit: 1.0 }
    }

    fn minimize(&self, _c: f64, task: Task<'_>) -> Result<Minimum> {
        task.minimize(self.loss.clone(), self.regularizer.clone(), |problem, control| {
            Ok(self.solver.solve(problem, control))
        })
    }
}

impl<L, R, S> Compose for LinearModel<L, R, S> {}

impl<X, Y, L, R, S> Estimator<X, Y> for LinearModel<L, R, S>
where
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Scalar,
    L: DualLoss + Clone,
    R: Regularizer + Clone,
    S: Solve<L, R> + Sync,
{
    type Fitted = LinearRegressor<X::Elem>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        fit_regressor(self, x, y, None)
    }
}
