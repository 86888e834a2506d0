//! A threshold that is given.

use super::target::two_classes;
use super::threshold_model::ThresholdModel;
use crate::compose::Compose;
use crate::data::Label;
use crate::error::{Error, Result};
use crate::estimator::{Classifier, Estimator};
use crate::metric::Decisions;

/// A classifier of two classes that predicts the second one for rows whose score is at least a threshold.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | estimator, of [`new`](Self::new) | | an [`Estimator`] of a classifier | what gives the scores |
/// | threshold, of [`new`](Self::new) | | finite | from which score on a row is of the second class |
/// | [`response`](Self::response) | [`Decisions`] | or [`Probabilities`](crate::metric::Probabilities) | what the classifier is asked for its scores |
///
/// # Errors
/// Those of the classifier; [`Error::InvalidParameter`] for a threshold that is not finite; [`Error::Unsupported`] for
/// more than two classes.
///
/// # Reference
/// scikit-learn's `FixedThresholdClassifier`, whose threshold is 0 or 0.5 unless given.
///
/// ```
/// use certifit::calibration::FixedThresholdClassifier;
/// use certifit::prelude::*;
/// let x = ndarray::array![[0.0], [1.0], [3.0], [4.0]];
/// let svm = LinearSVC::new().loss(Hinge).c(100.0); // x − 2
/// let model = FixedThresholdClassifier::new(svm, 0.5).fit(&x, &["low", "low", "up", "up"])?;
/// assert_eq!(model.predict(&ndarray::array![[2.3], [2.6]])?.to_vec(), ["low", "up"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedThresholdClassifier<E, R = Decisions> {
    estimator: E,
    threshold: f64,
    response: R,
}

impl<E> FixedThresholdClassifier<E> {
    /// The classifier of this estimator with this threshold of its decision values.
    pub fn new(estimator: E, threshold: f64) -> Self {
        Self { estimator, threshold, response: Decisions }
    }
}

impl<E, R> FixedThresholdClassifier<E, R> {
    /// What the classifier is asked for its scores.
    pub fn response<S>(self, response: S) -> FixedThresholdClassifier<E, S> {
        let Self { estimator, threshold, .. } = self;
        FixedThresholdClassifier { estimator, threshold, response }
    }

    /// The classifier that gets a threshold.
    pub fn estimator(&self) -> &E {
        &self.estimator
    }
}

impl<E, R> Compose for FixedThresholdClassifier<E, R> {}

impl<X, Y, E, R> Estimator<X, Y> for FixedThresholdClassifier<E, R>
where
    X: ?Sized,
    Y: ?Sized,
    E: Estimator<X, Y>,
    E::Fitted: Classifier,
    <E::Fitted as Classifier>::Label: Label,
    R: Clone + Send + Sync,
{
    type Fitted = ThresholdModel<E::Fitted, <E::Fitted as Classifier>::Label, R>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        if !self.threshold.is_finite() {
            return Err(Error::invalid_parameter("threshold", self.threshold, "finite"));
        }
        let model = self.estimator.fit(x, y)?;
        let classes = two_classes(model.classes().to_vec())?;
        Ok(ThresholdModel::new(model, classes, self.response.clone(), self.threshold, ()))
    }
}
