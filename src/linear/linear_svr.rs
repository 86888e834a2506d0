//! Linear support vector regression.

use super::regression::{RegressionModel, Scale, by_strength, fits_regressors, follows_a_path};
use super::settings::{Settings, check_positive, setters};
use super::task::{Minimum, Task};
use crate::error::Result;
use crate::loss::{EpsilonInsensitive, Loss, SquaredEpsilonInsensitive};
use crate::regularizer::L2;
use crate::solver::{
    Coefficients, Intercept, InteriorPoint, Problem, SmoothMarginSolver, Solution, StopReason, certify,
};
use std::cmp::Ordering;

/// The losses of [`LinearSVR`]: values that a grid of hyper-parameters can hold.
///
/// ```
/// use certifit::prelude::*;
/// assert_eq!(SvrLoss::default(), SvrLoss::EpsilonInsensitive);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SvrLoss {
    /// max(0, |p − y| − ε), [`EpsilonInsensitive`].
    #[default]
    EpsilonInsensitive,
    /// max(0, |p − y| − ε)², [`SquaredEpsilonInsensitive`].
    SquaredEpsilonInsensitive,
}

/// Linear support vector regression, certified.
///
/// Minimises ½ ‖w‖² + C Σᵢ sᵢ ℓ(yᵢ, xᵢ·w + b), with sᵢ the sample weight: losses are summed, not averaged. Errors up to ε
/// cost nothing, larger ones ℓ(y, p) = |p − y| − ε or, with [`SvrLoss::SquaredEpsilonInsensitive`], the square of that. The
/// intercept b is not penalised unless asked for.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`c`](Self::c) | 1.0 | > 0 | the weight of errors against ½ ‖w‖² (scikit-learn's `C`) |
/// | [`epsilon`](Self::epsilon) | 0.0 | ≥ 0 | ε; 0 makes the loss the absolute error |
/// | [`loss`](Self::loss) | [`SvrLoss::EpsilonInsensitive`] | or `SquaredEpsilonInsensitive` | ℓ |
/// | [`intercept`](Self::intercept) | `Free` | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is penalised |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | iterations (epochs of dual coordinate descent) |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`solver`](Self::solver) | `Auto` | or `SecondOrder`, `DualCoordinateDescent` | how the optimum is found |
/// | [`seed`](Self::seed) | 0 | any | the rows of samples, and the order of rows in dual coordinate descent |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of progress, and may stop the fit |
///
/// # Where it differs from scikit-learn's `LinearSVR`
/// The intercept is free by default (there it is penalised: [`Intercept::Penalized`](crate::solver::Intercept)), so that
/// the model is that of `SVR(kernel='linear')`. `tol` is the relative duality gap, which bounds the distance to the
/// optimum, and is the same for every solver. There is no `dual` to choose.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows numbers.
///
/// # Cost
/// With n rows and d features, n ≫ d: some 20 iterations of n d² operations for the first loss, 5 to 10 passes of n d for
/// the second; see [`Solver::Auto`](crate::solver::Solver::Auto) for other shapes.
///
/// # Errors
/// [`Error::InvalidParameter`] for the parameters; [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`],
/// [`Error::InvalidWeight`], [`Error::Overflow`] for the data. A fit that does not reach `tol` is no error: its
/// [`report`](super::LinearRegressor::report) says so, with the gap that it has.
///
/// # References
/// Smola and Schölkopf 2004, "A Tutorial on Support Vector Regression", doi:10.1023/B:STCO.0000035301.49549.88; Ho and
/// Lin 2012, "Large-scale Linear Support Vector Regression", JMLR 13; scikit-learn, `sklearn.svm.LinearSVR`.
///
/// ```
/// use certifit::prelude::*;
/// // A line, and one row far off it, which pulls no harder than any other.
/// let x = ndarray::array![[0.0f64], [1.0], [2.0], [3.0], [4.0]];
/// let model = LinearSVR::new().c(100.0).fit(&x, &[1.0, 3.0, 5.0, 7.0, 900.0])?;
/// assert!((model.coef()[0] - 2.0).abs() < 1e-3 && (model.intercept() - 1.0).abs() < 1e-3);
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
pub struct LinearSVR {
    c: f64,
    epsilon: f64,
    loss: SvrLoss,
    settings: Settings,
}

impl Default for LinearSVR {
    fn default() -> Self {
        Self { c: 1.0, epsilon: 0.0, loss: SvrLoss::default(), settings: Settings::default() }
    }
}

impl LinearSVR {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    /// ε, the error that costs nothing.
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// What an error beyond ε costs.
    pub fn loss(mut self, loss: SvrLoss) -> Self {
        self.loss = loss;
        self
    }

    setters!(c, intercept, tol, max_iter, max_time, solver, seed, observer);
}

impl RegressionModel for LinearSVR {
    const STRENGTH: &'static str = "c";

    fn strength(&self) -> f64 {
        self.c
    }

    fn path_order(&self, other: &Self) -> Option<Ordering> {
        by_strength(self, other, Self::c)
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn check(&self, c: f64) -> Result<()> {
        check_positive("c", c)?;
        EpsilonInsensitive { epsilon: self.epsilon }.check()
    }

    fn scale(&self, c: f64, _weights: f64) -> Scale {
        Scale { cost: c, unit: 1.0 }
    }

    fn minimize(&self, _c: f64, task: Task<'_>) -> Result<Minimum> {
        let Self { epsilon, settings, .. } = self;
        let (epsilon, solver) = (*epsilon, settings.solver);
        if let Some(b) = constant(&task, epsilon) {
            return task.minimize(EpsilonInsensitive { epsilon }, L2, |problem, _| constant_fit(problem, b));
        }
        match self.loss {
            SvrLoss::EpsilonInsensitive => {
                task.minimize(EpsilonInsensitive { epsilon }, L2, |problem, control| {
                    solver.minimize(problem, &InteriorPoint, control)
                })
            }
            SvrLoss::SquaredEpsilonInsensitive => {
                task.minimize(SquaredEpsilonInsensitive { epsilon }, L2, |problem, control| {
                    solver.minimize(problem, &SmoothMarginSolver, control)
                })
            }
        }
    }
}

/// The free intercept from which no target is farther than ε, if there is one: w = 0 has the objective 0 then, which
/// others come near but do not reach.
fn constant(task: &Task<'_>, epsilon: f64) -> Option<f64> {
    let (low, high) = (
        task.targets.iter().copied().fold(f64::INFINITY, f64::min),
        task.targets.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let b = low + 0.5 * (high - low);
    (task.intercept == Intercept::Free && (high - b).max(b - low) <= epsilon).then_some(b)
}

fn constant_fit(problem: &Problem<'_, EpsilonInsensitive, L2>, b: f64) -> Result<Solution> {
    let coefficients = Coefficients { b, ..Coefficients::zeros(problem.x.n_features()) };
    let certificate = certify(problem, &coefficients, &[])?;
    Ok(Solution {
        coefficients,
        beta: Vec::new(),
        certificate,
        solver: "constant",
        iterations: 0,
        stop_reason: StopReason::Converged,
    })
}

fits_regressors!(LinearSVR);
follows_a_path!(LinearSVR, c, cs, "Ascending");
