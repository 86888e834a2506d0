//! The problem that every solver here minimises.

use super::extent::{check_costs, check_targets};
use crate::data::{AnyFeatures, Features};
use crate::error::{Error, Result};
use crate::loss::{Loss, SmoothLoss};
use crate::regularizer::{self, Regularizer};
use std::fmt;

/// Whether a linear model has an intercept b, and whether b is penalised.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// // As scikit-learn's LinearSVC has it by default:
/// let model = LinearSVC::new().intercept(Intercept::Penalized { scaling: 1.0 }).fit(&data.features, &data.target)?;
/// assert!(model.report().converged());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Intercept {
    /// b is not penalised, as textbooks, libsvm and scikit-learn's `SVC` and `LogisticRegression` have it:
    /// moving all rows by a constant changes b and nothing else.
    #[default]
    Free,
    /// b is penalised like a coefficient of a column whose entries are all `scaling`: the penalty sees
    /// (w, b / scaling). LIBLINEAR and scikit-learn's `LinearSVC` have it so, with `intercept_scaling` 1.
    Penalized {
        /// The value of that column: between 1e-100 and 1e100.
        scaling: f64,
    },
    /// There is none: b = 0.
    None,
}

impl Intercept {
    pub(crate) fn check(self) -> Result<()> {
        match self {
            // Its square and the inverse of that are needed.
            Self::Penalized { scaling } if !(1e-100..=1e100).contains(&scaling) => {
                Err(Error::invalid_parameter("intercept scaling", scaling, "between 1e-100 and 1e100"))
            }
            _ => Ok(()),
        }
    }

    /// How strongly b is penalised: the penalty sees `sqrt(weight) · b` as one more coefficient.
    pub(crate) fn penalty_weight(self) -> f64 {
        match self {
            Self::Penalized { scaling } => 1.0 / (scaling * scaling),
            Self::Free | Self::None => 0.0,
        }
    }

    /// The entry of the column whose coefficient is penalised in b's stead; 0 if b is not.
    pub(crate) fn column(self) -> f64 {
        match self {
            Self::Penalized { scaling } => scaling,
            Self::Free | Self::None => 0.0,
        }
    }

    /// Whether there is a b.
    pub(crate) fn exists(self) -> bool {
        self != Self::None
    }
}

/// min over w and b of Ω(w̃) + Σ cᵢ ℓ(yᵢ, pᵢ), with scores pᵢ = xᵢ·w + b.
///
/// w̃ is w, with b / scaling as one coefficient more where the intercept is penalised. Losses are summed, not
/// averaged; all cᵢ are positive. [`Solve`](super::Solve) has an example.
pub struct Problem<'a, L, R> {
    pub(crate) x: &'a dyn AnyFeatures,
    pub(crate) y: Vec<f64>,
    pub(crate) c: Vec<f64>,
    pub(crate) loss: L,
    pub(crate) regularizer: R,
    pub(crate) intercept: Intercept,
}

impl<'a, L, R> Problem<'a, L, R> {
    /// The problem with targets `y` and costs `c`, one of each a row of `x`; for losses of the margin, y = ±1.
    ///
    /// # Errors
    /// [`Error::Overflow`] where the squares that solvers must form leave the range of `f64`,
    /// [`Error::LengthMismatch`], [`Error::NonFinite`] for `y`, and [`Error::InvalidParameter`] for `c`, for
    /// a `y` that the loss is not for and for the parameters of the loss, the regularizer and the intercept.
    pub fn new<X: Features>(
        x: &'a X,
        y: Vec<f64>,
        c: Vec<f64>,
        loss: L,
        regularizer: R,
        intercept: Intercept,
    ) -> Result<Self>
    where
        X::Owned: Features,
        L: Loss,
        R: Regularizer,
    {
        let mut norms = vec![0.0; x.n_rows()];
        x.rows_squared_norm(0..x.n_rows(), &mut norms);
        Self::with_norms(x, &norms, y, c, loss, regularizer, intercept)
    }

    /// The same for rows whose squared norms are known.
    pub(crate) fn with_norms(
        x: &'a dyn AnyFeatures,
        squared_norms: &[f64],
        y: Vec<f64>,
        c: Vec<f64>,
        loss: L,
        regularizer: R,
        intercept: Intercept,
    ) -> Result<Self>
    where
        L: Loss,
        R: Regularizer,
    {
        intercept.check()?;
        loss.check()?;
        regularizer::check(&regularizer)?;
        let n = x.n_rows();
        for (what, found) in [("y", y.len()), ("c", c.len())] {
            if found != n {
                return Err(Error::LengthMismatch { what, expected: n, found });
            }
        }
        check_costs(&c, squared_norms, intercept)?;
        check_targets(&y, &c)?;
        y.iter().try_for_each(|&y| loss.check_target(y))?;
        Ok(Self { x, y, c, loss, regularizer, intercept })
    }

    /// The same with other rows.
    pub(super) fn on<'b>(&self, x: &'b dyn AnyFeatures, y: Vec<f64>, c: Vec<f64>) -> Problem<'b, L, R>
    where
        L: Clone,
        R: Clone,
    {
        let (loss, regularizer) = (self.loss.clone(), self.regularizer.clone());
        Problem { x, y, c, loss, regularizer, intercept: self.intercept }
    }

    /// The number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.y.len()
    }

    /// tᵢ = cᵢ ℓ″(yᵢ, pᵢ) at some scores.
    pub(super) fn curvature(&self, scores: &[f64]) -> Vec<f64>
    where
        L: SmoothLoss,
    {
        let rows = self.y.iter().zip(&self.c).zip(scores);
        rows.map(|((&y, c), &p)| c * self.loss.second_derivative(y, p)).collect()
    }

    /// Σ cᵢ ℓ(yᵢ, pᵢ).
    pub(super) fn losses(&self, scores: &[f64]) -> f64
    where
        L: Loss,
    {
        let rows = self.y.iter().zip(&self.c).zip(scores);
        rows.map(|((&y, c), &p)| c * self.loss.value(y, p)).sum()
    }

    /// pᵢ for all rows.
    pub(crate) fn scores(&self, at: &Coefficients) -> Vec<f64> {
        let mut scores = vec![0.0; self.n_rows()];
        self.x.rows_dot(0..self.n_rows(), &at.w, &mut scores);
        scores.iter_mut().for_each(|score| *score += at.b);
        scores
    }
}

impl<L: fmt::Debug, R: fmt::Debug> fmt::Debug for Problem<'_, L, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("n_rows", &self.y.len())
            .field("n_features", &self.x.n_features())
            .field("loss", &self.loss)
            .field("regularizer", &self.regularizer)
            .field("intercept", &self.intercept)
            .finish_non_exhaustive()
    }
}

/// The unknowns of a linear model with one output, the score x·w + b.
///
/// ```
/// use certifit::solver::Coefficients;
/// assert_eq!(Coefficients::zeros(2), Coefficients { w: vec![0.0, 0.0], b: 0.0 });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficients {
    /// One weight a feature.
    pub w: Vec<f64>,
    /// The intercept.
    pub b: f64,
}

impl Coefficients {
    /// w = 0, b = 0.
    pub fn zeros(n_features: usize) -> Self {
        Self { w: vec![0.0; n_features], b: 0.0 }
    }
}
