//! What a model is asked: labels, decision values or probabilities.

use super::{Metric, OfClasses, Scorer};
use crate::error::Result;
use crate::estimator::{Classifier, DecisionFunction, PredictProba, Predictor};

/// A question to a model. A model that has no answer does not compile.
///
/// | question | needs | answer |
/// |---|---|---|
/// | [`Predictions`] | [`Predictor`] | labels or numbers |
/// | [`Decisions`] | [`DecisionFunction`] and [`Classifier`] | decision values, as [`OfClasses`] |
/// | [`Probabilities`] | [`PredictProba`] and [`Classifier`] | probabilities, as [`OfClasses`] |
///
/// ```
/// use certifit::metric::{Predictions, Probabilities, Response};
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = LogisticRegression::new().fit(&data.features, &data.target)?;
/// assert_eq!(Predictions.of(&model, &data.features)?.len(), 150);
/// assert_eq!(Probabilities.of(&model, &data.features)?.classes(), [0, 1, 2]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a model `{M}` has no `{Self}` for `{X}`",
    note = "`Predictions` need a `Predictor`, `Decisions` a `DecisionFunction`, `Probabilities` a `PredictProba`; the latter two a `Classifier`, too"
)]
pub trait Response<M: ?Sized, X: ?Sized>: Sync {
    /// The answer, one row a sample.
    type Output;
    /// Asks.
    ///
    /// # Errors
    /// Those of the model.
    fn of(&self, model: &M, x: &X) -> Result<Self::Output>;
}

/// What [`Predictor::predict`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Predictions;

/// What [`DecisionFunction::decision_function`] says, with the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decisions;

/// What [`PredictProba::predict_proba`] says, with the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Probabilities;

impl<M: Predictor<X> + ?Sized, X: ?Sized> Response<M, X> for Predictions {
    type Output = M::Output;
    fn of(&self, model: &M, x: &X) -> Result<M::Output> {
        model.predict(x)
    }
}

impl<M, X: ?Sized> Response<M, X> for Decisions
where
    M: DecisionFunction<X> + Classifier + ?Sized,
    M::Label: Clone,
{
    type Output = OfClasses<<M as DecisionFunction<X>>::Output, M::Label>;
    fn of(&self, model: &M, x: &X) -> Result<Self::Output> {
        Ok(OfClasses::new(model.decision_function(x)?, model.classes().iter().cloned()))
    }
}

impl<M, X: ?Sized> Response<M, X> for Probabilities
where
    M: PredictProba<X> + Classifier + ?Sized,
    M::Label: Clone,
{
    type Output = OfClasses<<M as PredictProba<X>>::Output, M::Label>;
    fn of(&self, model: &M, x: &X) -> Result<Self::Output> {
        Ok(OfClasses::new(model.predict_proba(x)?, model.classes().iter().cloned()))
    }
}

/// A metric on the answers to a question, as a scorer: any [`Metric`] of yours, or one of this crate on another
/// question than its own.
///
/// ```
/// use certifit::metric::{Decisions, On, Predictions, Probabilities, RocAuc};
/// use certifit::prelude::*;
/// use ndarray::Array1;
///
/// /// The share of rows that are predicted as this class, whatever the truth.
/// struct Share(usize);
/// impl<T: ?Sized> Metric<T, Array1<usize>> for Share {
///     fn evaluate(&self, _truth: &T, predicted: &Array1<usize>) -> Result<f64, Error> {
///         Ok(predicted.iter().filter(|&&label| label == self.0).count() as f64 / predicted.len() as f64)
///     }
/// }
///
/// let (data, model, cv) = (datasets::breast_cancer(), LogisticRegression::new(), StratifiedKFold::new(3));
/// let model = StandardScaler::new().then(model);
/// let (x, y) = (&data.features, &data.target);
/// let share = cross_val_score(&model, x, y, &cv, &On(Predictions, Share(1)))?;
/// assert!((share.mean() - 0.63).abs() < 0.02);
/// // Log-odds rank as their probabilities do.
/// let decisions = cross_val_score(&model, x, y, &cv, &On(Decisions, RocAuc::new()))?;
/// let probabilities = cross_val_score(&model, x, y, &cv, &On(Probabilities, RocAuc::new()))?;
/// assert!((decisions.mean() - probabilities.mean()).abs() < 1e-3);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct On<R, K>(pub R, pub K);

#[diagnostic::do_not_recommend]
impl<R, K, M: ?Sized, X: ?Sized, Y: ?Sized> Scorer<M, X, Y> for On<R, K>
where
    R: Response<M, X>,
    K: Metric<Y, R::Output>,
{
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64> {
        self.1.evaluate(y, &self.0.of(model, x)?)
    }

    fn greater_is_better(&self) -> bool {
        self.1.greater_is_better()
    }
}
