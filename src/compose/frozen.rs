//! Models that are fitted already, where an estimator is asked for.

use super::Compose;
use crate::error::Result;
use crate::estimator::{Estimator, FitTransform, Transformed, Transformer, fit_then_transform};

/// An estimator whose fit gives a model that was fitted before, whatever the data.
///
/// It puts a fitted model where an estimator is asked for: to be calibrated, or to be a step of a pipeline whose other
/// steps are still to be fitted. In cross-validation the model may have seen the rows that it is judged on.
///
/// # Errors
/// None: a fit only copies the model.
///
/// # Reference
/// scikit-learn's `FrozenEstimator`.
///
/// ```
/// use certifit::compose::Frozen;
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let scaler = StandardScaler::new().fit(&data.features, &())?;
/// let svm = Frozen::new(scaler.clone()).then(LinearSVC::new());
/// let some = svm.fit(&data.features.slice(ndarray::s![40..60, ..]).to_owned(), &data.target.slice(ndarray::s![40..60]))?;
/// assert_eq!(some.first(), &scaler); // of all rows
/// # Ok::<(), certifit::Error>(())
/// ```
#[doc(alias = "FrozenEstimator")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Frozen<T>(T);

impl<T> Frozen<T> {
    /// This model.
    pub fn new(model: T) -> Self {
        Self(model)
    }

    /// The model.
    pub fn model(&self) -> &T {
        &self.0
    }
}

impl<T> Compose for Frozen<T> {}

impl<X: ?Sized, Y: ?Sized, T: Transformer<X> + Clone + Send + Sync> FitTransform<X, Y> for Frozen<T> {
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

impl<X: ?Sized, Y: ?Sized, T: Clone + Send + Sync> Estimator<X, Y> for Frozen<T> {
    type Fitted = T;
    fn fit(&self, _x: &X, _y: &Y) -> Result<T> {
        Ok(self.0.clone())
    }
}
