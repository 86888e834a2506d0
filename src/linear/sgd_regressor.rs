//! Linear regressors by stochastic gradient descent.

use super::regression::coefficients;
use super::sgd::{Data, Goal, Sgd, SgdSettings, builders, certificate_of, learn_stream, rate_range};
use super::{LinearRegressor, OnlineRegressor};
use crate::data::{Features, Targets, Weights, check_targets, checked_squared_norms, finite_targets};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::loss::{DualLoss, Loss, SquaredError};
use crate::metric::r2_score;
use crate::regularizer::{L2, Regularizer};
use crate::scalar::Scalar;
use crate::schedule::{InvScaling, LearningRate, RatePoint};
use crate::solver::{Coefficients, ProblemReport, Report};
use crate::update::{Plain, UpdateRule};
use std::time::Instant;

/// Linear regression by stochastic gradient descent: any loss, any penalty, any schedule of learning rates, on data in
/// memory or in a stream.
///
/// It goes towards the minimum of
///
/// (1/n) Σᵢ sᵢ ℓ(yᵢ, xᵢ·w + b) + α Ω(w), with the sample weights sᵢ,
///
/// losses averaged over the n rows of positive weight, the intercept b not penalised. Each step looks at one row:
/// w ← w − η (sᵢ ℓ′(yᵢ, p) xᵢ + α Ω′(w)). Features, and targets, are best scaled first.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`loss`](Self::loss) | [`SquaredError`] | a [`Loss`] | ℓ |
/// | [`penalty`](Self::penalty) | [`L2`] | a [`Regularizer`] | Ω; L1 and elastic net make coefficients exactly 0 |
/// | [`alpha`](Self::alpha) | 1e-4 | ≥ 0 | α |
/// | [`learning_rate`](Self::learning_rate) | [`InvScaling`] | a [`LearningRate`] | η of each step |
/// | [`update`](Self::update) | [`Plain`] | an [`UpdateRule`] | what a step does with a gradient |
/// | [`intercept`](Self::intercept) | `Free` | or `None` | whether there is a b |
/// | [`intercept_decay`](Self::intercept_decay) | 1, sparse features 0.01 | over 0, up to 1 | what the steps of b are multiplied with |
/// | [`tol`](Self::tol) | 1e-3 | ≥ 0, or `None` | what an epoch must gain to count as progress |
/// | [`n_iter_no_change`](Self::n_iter_no_change) | 5 | ≥ 1 | epochs without progress that end a fit |
/// | [`max_iter`](Self::max_iter) | 1000 | ≥ 1 | the most epochs |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the epoch at work is the last |
/// | [`average`](Self::average) | 0 | | the step from which on coefficients are averaged; 0: never |
/// | [`average_decay`](Self::average_decay) | 0 | ≥ 0 | how much more later steps count in that |
/// | [`early_stopping`](Self::early_stopping) | no | | whether progress is R² on rows that are held out |
/// | [`validation_fraction`](Self::validation_fraction) | 0.1 | over 0, below 1 | their share |
/// | [`shuffle`](Self::shuffle) | yes | | whether each epoch has an order of its own |
/// | [`seed`](Self::seed) | 0 | any | that order, and what is held out |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of each epoch, and may stop the fit |
///
/// # Where it differs from scikit-learn's `SGDRegressor`
/// As [`SGDClassifier`](super::SGDClassifier) does from its own.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows numbers.
///
/// # Cost
/// That of [`SGDClassifier`](super::SGDClassifier) for one problem.
///
/// # Errors
/// [`Error::InvalidParameter`] and [`Error::Unsupported`] for the parameters, and for a y that the loss is not for, as
/// those of classifiers are for ±1 only; [`Error::Empty`], [`Error::NonFinite`],
/// [`Error::LengthMismatch`], [`Error::InvalidWeight`], [`Error::Overflow`] for the data; [`Error::Diverged`] where the
/// steps are too long for them.
///
/// # References
/// Those of [`SGDClassifier`](super::SGDClassifier); scikit-learn, `sklearn.linear_model.SGDRegressor`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::diabetes();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let y = data.target.mapv(|y| (y - 152.0) / 77.0);
/// let model = SGDRegressor::new().fit(&x, &y)?;
/// // Least squares have an R² of 0.518.
/// assert!(r2_score(&y, &model.predict(&x)?)? > 0.51);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SGDRegressor<L = SquaredError, R = L2, S = InvScaling, U = Plain> {
    pub(super) sgd: Sgd<L, R, S, U>,
}

impl Default for SGDRegressor {
    fn default() -> Self {
        let (loss, penalty, learning_rate, update) = (SquaredError, L2, InvScaling::default(), Plain);
        Self { sgd: Sgd { loss, penalty, learning_rate, update, settings: SgdSettings::default() } }
    }
}

impl SGDRegressor {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }
}

builders!(SGDRegressor, Loss);

impl<L, R, S, U, X, Y> Estimator<X, Y> for SGDRegressor<L, R, S, U>
where
    L: Loss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
    X: Features,
    Y: Targets + ?Sized,
    Y::Value: Scalar,
{
    type Fitted = LinearRegressor<X::Elem>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.fit_at(None, x, y)
    }
}

impl<L: Loss, R: Regularizer, S: LearningRate, U: UpdateRule> SGDRegressor<L, R, S, U> {
    /// [`fit`](Estimator::fit), begun at the coefficients of a model: scikit-learn's `warm_start`. The model must have the
    /// same number of features. Steps are counted from 1 again.
    ///
    /// # Errors
    /// Those of `fit`, and [`Error::FeatureMismatch`].
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::make_regression(100, 3).generate()?;
    /// let sgd = SGDRegressor::new().max_iter(1);
    /// let model = sgd.fit(&data.features, &data.target)?;
    /// let next = sgd.fit_from(&model, &data.features, &data.target)?;
    /// assert!(next.report().primal() < model.report().primal());
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_from<X, Y>(
        &self,
        model: &LinearRegressor<X::Elem>,
        x: &X,
        y: &Y,
    ) -> Result<LinearRegressor<X::Elem>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        self.fit_at(Some(coefficients(model, x)?), x, y)
    }

    fn fit_at<X, Y>(&self, start: Option<Coefficients>, x: &X, y: &Y) -> Result<LinearRegressor<X::Elem>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        self.sgd.check(self.sgd.max_epochs())?;
        let (mut data, targets) = self.prepare(x, y)?;
        data.hold_out(&self.sgd.settings, None, 2)?;
        let solved = data.minimize(&self.sgd, Goal { index: 0, targets, start, score: r2 })?;
        Ok(model(solved, self.sgd.settings.tol))
    }

    /// The rows of a fit and their targets, checked.
    fn prepare<'a, X, Y>(&self, x: &'a X, y: &Y) -> Result<(Data<'a, X>, Vec<f64>)>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        let began = Instant::now();
        let squared_norms = checked_squared_norms(x)?;
        check_targets(x, y)?;
        let targets = loss_targets(&self.sgd.loss, y)?;
        let weights: Vec<f64> = (0..y.n_rows()).map(|row| y.weight(row)).collect();
        Ok((Data { x, squared_norms, weights, held_out: Vec::new(), began }, targets))
    }

    /// How good a model is for this objective on these rows, as a certificate: no coefficients have an objective below the
    /// dual value of the report. [`SGDClassifier::certify`](super::SGDClassifier::certify) says more.
    ///
    /// # Errors
    /// Those of `fit` for the data, [`Error::FeatureMismatch`], and [`Error::Overflow`] where squares of the features do.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::make_regression(100, 3).seed(1).generate()?;
    /// let sgd = SGDRegressor::new().alpha(0.1).tol(1e-6);
    /// let model = sgd.fit(&data.features, &data.target)?;
    /// assert!(sgd.certify(&model, &data.features, &data.target)?.relative_gap() < 1e-2);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn certify<X, Y>(&self, model: &LinearRegressor<X::Elem>, x: &X, y: &Y) -> Result<Report>
    where
        L: DualLoss + Clone,
        R: Clone,
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        self.sgd.check_all_but_rate()?;
        let (data, targets) = self.prepare(x, y)?;
        let certificate = certificate_of(&self.sgd, &data, &targets, &coefficients(model, x)?)?;
        let before = model.report().problems().first().cloned();
        let before = before.ok_or(Error::Empty { what: "the model", axis: "problems" })?;
        Ok(Report::new(model.report().tol(), vec![ProblemReport { certificate, ..before }]))
    }

    /// The mean objective against the learning rate, of one pass over the rows while the rate grows from `rates.0` to
    /// `rates.1` in `n_rates` steps.
    /// [`SGDClassifier::learning_rate_range`](super::SGDClassifier::learning_rate_range) says more.
    ///
    /// # Errors
    /// Those of `fit`, and [`Error::InvalidParameter`] for rates that do not ascend, and for fewer rows than rates.
    pub fn learning_rate_range<X, Y>(
        &self,
        x: &X,
        y: &Y,
        rates: (f64, f64),
        n_rates: usize,
    ) -> Result<Vec<RatePoint>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        self.sgd.check_all_but_rate()?;
        let (data, targets) = self.prepare(x, y)?;
        rate_range(&self.sgd, &data, &targets, rates, n_rates)
    }

    /// A model that has seen nothing yet, and learns from batches of rows.
    ///
    /// `F` is the float type of the features. [`OnlineRegressor`] has an example.
    ///
    /// # Errors
    /// Those of `fit` for the parameters, and [`Error::Unsupported`] for [`early_stopping`](Self::early_stopping).
    pub fn online<F: Scalar>(&self) -> Result<OnlineRegressor<F, L, R, S, U>>
    where
        Self: Clone,
    {
        OnlineRegressor::new(self.clone())
    }

    /// Fits one pass over a stream of batches, in the memory of a batch and of a model.
    ///
    /// The observer is told of each batch and may end the stream, and so does [`max_time`](Self::max_time): the model is then
    /// what has been learnt until then.
    ///
    /// # Errors
    /// Those of [`online`](Self::online) and of [`partial_fit`](OnlineRegressor::partial_fit), and any error that the
    /// stream holds.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let batches = (0..20).map(|_| {
    ///     let data = datasets::make_regression(100, 3).seed(4).generate()?;
    ///     Ok((data.features, data.target))
    /// });
    /// let model = SGDRegressor::new().fit_stream(batches)?;
    /// assert_eq!(model.report().iterations(), 20);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_stream<X, Y>(
        &self,
        batches: impl IntoIterator<Item = Result<(X, Y)>>,
    ) -> Result<LinearRegressor<X::Elem>>
    where
        Self: Clone,
        X: Features,
        Y: Targets,
        Y::Value: Scalar,
    {
        let mut online = self.online()?;
        let learn = |(x, y): (X, Y)| Ok(vec![online.partial_fit(&x, &y)?]);
        let how = learn_stream(&self.sgd.settings, batches, learn)?;
        online.model_ended(how)
    }
}

/// The values of a target, which must be finite and, in rows that count, such as the loss is for.
pub(super) fn loss_targets<L, Y>(loss: &L, y: &Y) -> Result<Vec<f64>>
where
    L: Loss,
    Y: Targets + ?Sized,
    Y::Value: Scalar,
{
    let targets = finite_targets(y)?;
    let mut counting = targets.iter().enumerate().filter(|(row, _)| y.weight(*row) > 0.0);
    counting.try_for_each(|(_, &y)| loss.check_target(y))?;
    Ok(targets)
}

/// R² of some scores.
fn r2(targets: &[f64], scores: &[f64], weights: &[f64]) -> Result<f64> {
    r2_score(&targets.weighted(weights)?, scores)
}

/// The model of some coefficients.
pub(super) fn model<F: Scalar>(
    (at, report): (Coefficients, ProblemReport),
    tol: Option<f64>,
) -> LinearRegressor<F> {
    let coef = at.w.iter().map(|&w| F::narrow(w)).collect();
    LinearRegressor::new(coef, F::narrow(at.b), Report::new(tol.unwrap_or(0.0), vec![report]))
}
