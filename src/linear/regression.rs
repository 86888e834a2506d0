//! What all linear regressors share of fitting: targets, weights and one problem.

use super::beginning::Beginning;
use super::classification::{check_strength, extremes};
use super::settings::{Place, Settings};
use super::task::{Minimum, Part, Table, Task, from_there_or_anew};
use super::{LinearRegressor, Penalty};
use crate::data::{Features, Targets, check_targets, check_width, checked_squared_norms, finite_targets};
use crate::error::{Error, Result};
use crate::estimator::{PathVisitor, visit_path};
use crate::loss::SquaredError;
use crate::regularizer::NoPenalty;
use crate::scalar::Scalar;
use crate::solver::{Coefficients, LeastSquares, Report, SmoothSolver, Solve, Solver, Trail};
use ndarray::Array1;
use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::time::Instant;

/// Hyper-parameters of a linear regressor.
pub(super) trait RegressionModel: Sync {
    /// The parameter that a path goes along: how strong the penalty, or how dear errors are.
    const STRENGTH: &'static str;

    fn strength(&self) -> f64;
    /// Which of two models that are the same but for their strength is fitted first; `None` for others.
    fn path_order(&self, _other: &Self) -> Option<Ordering> {
        None
    }
    fn settings(&self) -> &Settings;
    /// Refuses parameters that are out of range, the settings apart.
    fn check(&self, strength: f64) -> Result<()>;
    /// The objective, for sample weights of this sum.
    fn scale(&self, strength: f64, weights: f64) -> Scale;
    /// Minimises a problem with targets that are numbers.
    fn minimize(&self, strength: f64, task: Task<'_>) -> Result<Minimum>;
}

/// An objective as solvers see it, Ω(w) + Σ cᵢ ℓ(yᵢ, pᵢ), times a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// cᵢ of a row of sample weight 1.
    pub(super) cost: f64,
    /// What solvers' objective is multiplied with, to be the one that is documented.
    pub(super) unit: f64,
}

/// The order by strength, ascending, of models that are the same otherwise.
pub(super) fn by_strength<M>(one: &M, other: &M, with_strength: impl Fn(M, f64) -> M) -> Option<Ordering>
where
    M: RegressionModel + Clone + PartialEq,
{
    let on_a_path = with_strength(one.clone(), other.strength()) == *other;
    one.strength().partial_cmp(&other.strength()).filter(|_| on_a_path)
}

/// The regressor, begun at `start` if there is one.
pub(super) fn fit_regressor<M, X, Y>(
    model: &M,
    x: &X,
    y: &Y,
    start: Option<&LinearRegressor<X::Elem>>,
) -> Result<LinearRegressor<X::Elem>>
where
    M: RegressionModel,
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Scalar,
{
    model.check(model.strength())?;
    Fit::new(model, x, y, start)?.solve(model.strength())
}

/// The regressors for one or more strengths, each begun where the one before ended.
pub(super) fn fit_regressors<M, X, Y>(
    model: &M,
    x: &X,
    y: &Y,
    strengths: &[f64],
) -> Result<Vec<LinearRegressor<X::Elem>>>
where
    M: RegressionModel,
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Scalar,
{
    strengths.iter().try_for_each(|&strength| model.check(strength))?;
    let mut fit = Fit::new(model, x, y, None)?.on_a_path();
    if strengths.is_empty() {
        return Err(Error::Empty { what: M::STRENGTH, axis: "values" });
    }
    strengths.iter().map(|&strength| fit.solve(strength)).collect()
}

/// Shows a visitor the regressors of models that differ in their strength alone, each begun where the one before ended.
pub(super) fn visit_regressors<M, X, Y>(
    path: &[&M],
    x: &X,
    y: &Y,
    visitor: &mut dyn PathVisitor<LinearRegressor<X::Elem>>,
) -> ControlFlow<()>
where
    M: RegressionModel,
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Scalar,
{
    let Some(&head) = path.first() else { return ControlFlow::Continue(()) };
    let solve = |fit: &mut Fit<'_, M, X>, model: &M| {
        model.check(model.strength())?;
        fit.began = Instant::now();
        fit.solve(model.strength())
    };
    visit_path(path, Fit::new(head, x, y, None).map(Fit::on_a_path), solve, visitor)
}

pub(super) fn coefficients<X: Features>(model: &LinearRegressor<X::Elem>, x: &X) -> Result<Coefficients> {
    check_width(x, model.n_features_in())?;
    Ok(coefficients_of(model))
}

pub(super) fn coefficients_of<F: Scalar>(model: &LinearRegressor<F>) -> Coefficients {
    Coefficients { w: model.coef().iter().map(|w| w.widen()).collect(), b: model.intercept().widen() }
}

/// The data of a fit, checked.
struct Fit<'a, M, X> {
    model: &'a M,
    table: Table<'a, X>,
    targets: Vec<f64>,
    /// The sample weight of each row.
    weights: Vec<f64>,
    sum_of_weights: f64,
    extremes: [f64; 2],
    start: Beginning<Coefficients>,
    trail: Option<Trail>,
    began: Instant,
}

impl<'a, M: RegressionModel, X: Features> Fit<'a, M, X>
where
    X::Owned: Features<Elem = X::Elem>,
{
    fn new<Y>(model: &'a M, x: &'a X, y: &Y, start: Option<&LinearRegressor<X::Elem>>) -> Result<Self>
    where
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        let began = Instant::now();
        model.settings().check()?;
        let table = Table { x, squared_norms: checked_squared_norms(x)? };
        check_targets(x, y)?;
        let targets = finite_targets(y)?;
        let weights: Vec<f64> = (0..y.n_rows()).map(|row| y.weight(row)).collect();
        let (sum_of_weights, extremes) = (weights.iter().sum(), extremes(&weights));
        let start = Beginning::at(start.map(|start| coefficients(start, x)).transpose()?);
        Ok(Self { model, table, targets, weights, sum_of_weights, extremes, start, trail: None, began })
    }

    /// For more than one strength.
    fn on_a_path(self) -> Self {
        Self { trail: Some(Trail::default()), ..self }
    }

    /// The next call begins where this one ends.
    fn solve(&mut self, strength: f64) -> Result<LinearRegressor<X::Elem>> {
        let settings = self.model.settings();
        let Scale { cost, unit } = self.model.scale(strength, self.sum_of_weights);
        check_strength(cost, self.extremes, M::STRENGTH, strength)?;
        let (y, weights) = (&self.targets, &self.weights);
        let (at, report) = from_there_or_anew(self.start.of(strength).cloned(), |start| {
            let part = Part::of(y.len(), |row| weights[row] > 0.0, |row| y[row], |row| cost * weights[row]);
            let place = Place { index: 0, start, trail: self.trail.clone(), began: self.began, unit };
            self.table.solve(part, settings, place, |task| self.model.minimize(strength, task))
        })?;
        let coef: Array1<X::Elem> = at.w.iter().map(|&w| X::Elem::narrow(w)).collect();
        let intercept = X::Elem::narrow(at.b);
        self.start = Beginning::end_of(at, strength);
        Ok(LinearRegressor::new(coef, intercept, Report::new(settings.tol, vec![report])))
    }
}

/// Minimises the squared error. Without a penalty the optimum with the smallest coefficients is found.
pub(super) fn minimize_squared_error(penalty: Penalty, solver: Solver, task: Task<'_>) -> Result<Minimum> {
    if penalty == Penalty::None {
        return task
            .minimize(SquaredError, NoPenalty, |problem, control| Ok(LeastSquares.solve(problem, control)));
    }
    penalty.minimize(task, SquaredError, |problem, control| solver.minimize(problem, &SmoothSolver, control))
}

/// The objective that is 1/(2 Σ s) Σ s r² + α Ω(w).
pub(super) fn averaged(alpha: f64, weights: f64) -> Scale {
    match alpha > 0.0 {
        true => Scale { cost: 1.0 / (alpha * weights), unit: alpha },
        false => Scale { cost: 1.0 / weights, unit: 1.0 },
    }
}

/// Refuses a weight of the penalty that is negative or not finite.
pub(super) fn check_alpha(alpha: f64) -> Result<()> {
    if alpha >= 0.0 && alpha.is_finite() {
        return Ok(());
    }
    Err(Error::invalid_parameter("alpha", alpha, "finite and not negative"))
}

/// `fit`, fits in a row and `fit_from` of a [`RegressionModel`].
macro_rules! fits_regressors {
    ($model:ident) => {
        impl $crate::compose::Compose for $model {}

        impl<X, Y> $crate::estimator::Estimator<X, Y> for $model
        where
            X: $crate::data::Features,
            X::Owned: $crate::data::Features<Elem = X::Elem>,
            Y: $crate::data::Targets + ?Sized,
            Y::Value: $crate::scalar::Scalar,
        {
            type Fitted = $crate::linear::LinearRegressor<X::Elem>;

            fn fit(&self, x: &X, y: &Y) -> $crate::error::Result<Self::Fitted> {
                $crate::linear::regression::fit_regressor(self, x, y, None)
            }

            fn path_order(&self, other: &Self) -> Option<std::cmp::Ordering> {
                $crate::linear::regression::RegressionModel::path_order(self, other)
            }

            /// The data are checked once, and each fit begins where the one before ended.
            fn fit_path(
                path: &[&Self],
                x: &X,
                y: &Y,
                visitor: &mut dyn $crate::estimator::PathVisitor<Self::Fitted>,
            ) -> std::ops::ControlFlow<()> {
                $crate::linear::regression::visit_regressors(path, x, y, visitor)
            }
        }

        impl $model {
            /// [`fit`](crate::Estimator::fit), begun at a model that was fitted before: to the same optimum, in less time
            /// where it is near. The model must have the same number of features; the rows and parameters may be others.
            ///
            /// # Errors
            /// Those of `fit`, and [`Error::FeatureMismatch`](crate::Error::FeatureMismatch).
            ///
            /// ```
            /// use certifit::prelude::*;
            /// let data = datasets::diabetes();
            #[doc = concat!("let estimator = ", stringify!($model), "::new();")]
            /// let model = estimator.fit(&data.features, &data.target)?;
            /// let again = estimator.fit_from(&model, &data.features, &data.target)?;
            /// assert!((again.report().primal() / model.report().primal() - 1.0).abs() < 1e-5);
            /// # Ok::<(), certifit::Error>(())
            /// ```
            pub fn fit_from<X, Y>(
                &self,
                model: &$crate::linear::LinearRegressor<X::Elem>,
                x: &X,
                y: &Y,
            ) -> $crate::error::Result<$crate::linear::LinearRegressor<X::Elem>>
            where
                X: $crate::data::Features,
                X::Owned: $crate::data::Features<Elem = X::Elem>,
                Y: $crate::data::Targets + ?Sized,
                Y::Value: $crate::scalar::Scalar,
            {
                $crate::linear::regression::fit_regressor(self, x, y, Some(model))
            }
        }
    };
}
pub(super) use fits_regressors;

/// `path` of a [`RegressionModel`] over its parameter `$strength`.
macro_rules! follows_a_path {
    ($model:ident, $strength:ident, $strengths:ident, $order:literal) => {
        impl $model {
            #[doc = concat!("A model for each value of `", stringify!($strength), "`, in the given order: each is begun")]
            /// where the one before ended, and certified as if it had been fitted alone.
            #[doc = concat!($order, " values need the least work. [`", stringify!($strength), "`](Self::", stringify!($strength), ") is not used, and")]
            /// [`max_time`](Self::max_time) is for all of them together.
            ///
            /// # Errors
            /// Those of `fit`, and [`Error::Empty`](crate::Error::Empty) for no values.
            ///
            /// ```
            /// use certifit::prelude::*;
            /// let data = datasets::diabetes();
            /// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
            #[doc = concat!("let path = ", stringify!($model), "::new().path(&x, &data.target, &[10.0, 1.0, 0.1])?;")]
            /// assert_eq!(path.len(), 3);
            /// assert!(path.iter().all(|model| model.report().relative_gap() <= 1e-6));
            /// # Ok::<(), certifit::Error>(())
            /// ```
            pub fn path<X, Y>(
                &self,
                x: &X,
                y: &Y,
                $strengths: &[f64],
            ) -> $crate::error::Result<Vec<$crate::linear::LinearRegressor<X::Elem>>>
            where
                X: $crate::data::Features,
                X::Owned: $crate::data::Features<Elem = X::Elem>,
                Y: $crate::data::Targets + ?Sized,
                Y::Value: $crate::scalar::Scalar,
            {
                $crate::linear::regression::fit_regressors(self, x, y, $strengths)
            }
        }
    };
}
pub(super) use follows_a_path;
