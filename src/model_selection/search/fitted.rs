//! The model that a search chose.

use super::results::SearchResults;
use crate::error::Result;
use crate::estimator::{Classifier, DecisionFunction, FeatureNames, PredictProba, Predictor, Transformer};
use std::time::Duration;

/// The best candidate of a search, fitted on all rows, with the results of all candidates.
///
/// It predicts, transforms and names its classes and columns as its model does.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let search = GridSearchCV::new(|&c: &f64| LogisticRegression::new().c(c), [0.01, 1.0]);
/// let found = search.fit(&data.features, &data.target)?;
/// assert_eq!((found.best_params(), found.best_index()), (&1.0, 1));
/// assert_eq!(found.predict_proba(&data.features)?.dim(), (150, 3));
/// assert!(found.model().report().converged());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FittedSearch<P, M> {
    pub(super) results: SearchResults<P>,
    pub(super) model: M,
    pub(super) refit_time: Duration,
}

impl<P, M> FittedSearch<P, M> {
    /// What came of all candidates.
    pub fn results(&self) -> &SearchResults<P> {
        &self.results
    }

    /// The model, fitted on all rows.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The model, taken out.
    pub fn into_model(self) -> M {
        self.model
    }

    /// How long the fit on all rows took.
    pub fn refit_time(&self) -> Duration {
        self.refit_time
    }

    /// The hyper-parameters of the chosen candidate.
    pub fn best_params(&self) -> &P {
        self.results.best_params()
    }

    /// The mean score of the chosen candidate on the test parts.
    pub fn best_score(&self) -> f64 {
        self.results.best_score()
    }

    /// Where the chosen candidate stands in the results.
    pub fn best_index(&self) -> usize {
        self.results.best_index()
    }
}

impl<X: ?Sized, P, M: Predictor<X>> Predictor<X> for FittedSearch<P, M> {
    type Output = M::Output;
    fn predict(&self, x: &X) -> Result<M::Output> {
        self.model.predict(x)
    }
}

impl<P, M: Classifier> Classifier for FittedSearch<P, M> {
    type Label = M::Label;
    fn classes(&self) -> &[M::Label] {
        self.model.classes()
    }
}

impl<X: ?Sized, P, M: DecisionFunction<X>> DecisionFunction<X> for FittedSearch<P, M> {
    type Output = M::Output;
    fn decision_function(&self, x: &X) -> Result<M::Output> {
        self.model.decision_function(x)
    }
}

impl<X: ?Sized, P, M: PredictProba<X>> PredictProba<X> for FittedSearch<P, M> {
    type Output = M::Output;
    fn predict_proba(&self, x: &X) -> Result<M::Output> {
        self.model.predict_proba(x)
    }
    fn predict_log_proba(&self, x: &X) -> Result<M::Output> {
        self.model.predict_log_proba(x)
    }
}

impl<X: ?Sized, P, M: Transformer<X>> Transformer<X> for FittedSearch<P, M> {
    type Output = M::Output;
    fn transform(&self, x: &X) -> Result<M::Output> {
        self.model.transform(x)
    }
    fn transform_owned(&self, x: X) -> Result<Self::Output>
    where
        X: Sized,
    {
        self.model.transform_owned(x)
    }
}

impl<P, M: FeatureNames> FeatureNames for FittedSearch<P, M> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        self.model.feature_names_out(input)
    }
}
