//! Regression by a feed-forward network.

use super::builders::builders;
use super::fit::Task;
use super::online_regressor::OnlineMLPRegressor;
use super::output::Separate;
use super::regressor::FittedMLPRegressor;
use super::settings::Settings;
use crate::data::{Features, Missing, Targets, Weights, check_features, check_targets, finite_targets};
use crate::error::Result;
use crate::estimator::Estimator;
use crate::loss::{Loss, SquaredError};
use crate::metric::r2_score;
use crate::model_selection::held_out;
use crate::scalar::Scalar;
use crate::schedule::RatePoint;
use std::sync::Arc;
use std::time::Instant;

/// Regression by a feed-forward network (multi-layer perceptron), trained by backpropagation.
///
/// It goes towards a minimum of
///
/// (1/Σ sᵢ) [Σᵢ sᵢ ℓ(yᵢ, zᵢ) + α Σₗ Ω(Wₗ)], with the sample weights sᵢ,
///
/// where z is the output of the network; [`MLPClassifier`](super::MLPClassifier) says how it comes about. Features, and
/// targets, are best scaled first.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`loss`](Self::loss) | [`SquaredError`] | a [`Loss`] | ℓ: [`Huber`](crate::loss::Huber) does not run after outliers |
/// | [`early_stopping`](Self::early_stopping) | no | | whether progress is R² on rows that are held out |
///
/// All other parameters are those of [`MLPClassifier`](super::MLPClassifier), with the same defaults; there are no class
/// weights.
///
/// # Where it differs from scikit-learn's `MLPRegressor`
/// As [`MLPClassifier`](super::MLPClassifier) does from its own. Of several outputs the errors are summed; scikit-learn
/// prints their mean, but its gradient is that of their sum, as it is here.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows numbers; of several numbers
/// a row: [`multi_output`](Self::multi_output).
///
/// # Cost
/// That of [`MLPClassifier`](super::MLPClassifier).
///
/// # Errors
/// [`Error::InvalidParameter`](crate::Error::InvalidParameter) and [`Error::Unsupported`](crate::Error::Unsupported) for
/// the parameters; [`Error::Empty`](crate::Error::Empty), [`Error::NonFinite`](crate::Error::NonFinite),
/// [`Error::LengthMismatch`](crate::Error::LengthMismatch), [`Error::InvalidWeight`](crate::Error::InvalidWeight) for the
/// data; [`Error::Diverged`](crate::Error::Diverged) where the steps are too long for them.
///
/// # References
/// Those of [`MLPClassifier`](super::MLPClassifier); scikit-learn, `sklearn.neural_network.MLPRegressor`.
///
/// ```
/// use certifit::neural::{Lbfgs, Tanh};
/// use certifit::prelude::*;
/// // A wave that no line can follow.
/// let x = ndarray::Array2::from_shape_fn((200, 1), |(row, _)| row as f64 / 20.0 - 5.0);
/// let y = x.column(0).mapv(f64::sin);
/// let mlp = MLPRegressor::new().hidden_layer_sizes(&[20]).activation(Tanh).solver(Lbfgs::default());
/// let model = mlp.max_iter(500).fit(&x, &y)?;
/// assert!(r2_score(&y, &model.predict(&x)?)? > 0.99);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MLPRegressor {
    pub(super) settings: Settings,
    pub(super) loss: Arc<dyn Loss>,
}

impl Default for MLPRegressor {
    fn default() -> Self {
        Self { settings: Settings::default(), loss: Arc::new(SquaredError) }
    }
}

builders!(MLPRegressor);

impl MLPRegressor {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    /// What an error costs.
    pub fn loss(mut self, loss: impl Loss + 'static) -> Self {
        self.loss = Arc::new(loss);
        self
    }

    /// [`fit`](Estimator::fit), begun at the weights of a model: scikit-learn's `warm_start`. The model must have the same
    /// features and hidden layers. Steps are counted from 1 again.
    ///
    /// # Errors
    /// Those of `fit`, [`Error::FeatureMismatch`](crate::Error::FeatureMismatch), and
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a model of other layers.
    pub fn fit_from<X, Y>(
        &self,
        model: &FittedMLPRegressor<X::Elem>,
        x: &X,
        y: &Y,
    ) -> Result<FittedMLPRegressor<X::Elem>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        let (network, report) =
            self.with_task(x, y, |task| task.fit(&self.settings, Some(model.network())))?;
        Ok(FittedMLPRegressor::of(network, Some(report)))
    }

    /// The mean objective against the learning rate:
    /// [`MLPClassifier::learning_rate_range`](super::MLPClassifier::learning_rate_range) says more.
    ///
    /// # Errors
    /// Those of `fit`, [`Error::InvalidParameter`](crate::Error::InvalidParameter) for rates that do not ascend, and for
    /// fewer batches than rates.
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
        self.with_task(x, y, |task| task.rate_range(&self.settings, rates, n_rates))
    }

    /// A model that has seen nothing yet, and learns from batches of rows: scikit-learn's `partial_fit`.
    ///
    /// `F` is the float type of the features. [`OnlineMLPRegressor`] has an example.
    ///
    /// # Errors
    /// Those of `fit` for the parameters, and [`Error::Unsupported`](crate::Error::Unsupported) for
    /// [`Lbfgs`](super::Lbfgs).
    pub fn online<F: Scalar>(&self) -> Result<OnlineMLPRegressor<F>> {
        OnlineMLPRegressor::new(self)
    }

    /// What `work` makes of the data, checked.
    fn with_task<X, Y, T>(
        &self,
        x: &X,
        y: &Y,
        work: impl FnOnce(&Task<'_, X::Elem>) -> Result<T>,
    ) -> Result<T>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Scalar,
    {
        let (settings, began) = (&self.settings, Instant::now());
        settings.check(settings.max_iter as f64)?;
        self.loss.check()?;
        check_features(x, Missing::Refused)?;
        check_targets(x, y)?;
        let targets = finite_targets(y)?;
        targets.iter().try_for_each(|&y| self.loss.check_target(y))?;
        let weights: Vec<f64> = (0..y.n_rows()).map(|row| y.weight(row)).collect();
        let held_out = match settings.early_stopping {
            true => held_out(&weights, settings.validation_fraction, settings.seed, None, 2)?,
            false => Vec::new(),
        };
        let score = |rows: &[usize], outputs: &[X::Elem]| {
            let of = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
            r2_score(&of(&targets).weighted(&of(&weights))?, outputs)
        };
        let loss = Separate(self.loss.clone());
        work(&Task {
            inputs: x,
            n_features: x.n_features(),
            n_outputs: 1,
            loss: &loss,
            targets: targets.clone(),
            weights: weights.clone(),
            held_out,
            score: &score,
            began,
        })
    }
}

impl<X, Y> Estimator<X, Y> for MLPRegressor
where
    X: Features,
    Y: Targets + ?Sized,
    Y::Value: Scalar,
{
    type Fitted = FittedMLPRegressor<X::Elem>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let (network, report) = self.with_task(x, y, |task| task.fit(&self.settings, None))?;
        Ok(FittedMLPRegressor::of(network, Some(report)))
    }
}
