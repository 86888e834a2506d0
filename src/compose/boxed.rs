//! Models whose type is chosen at run time.

use crate::error::Result;
use crate::estimator::{DecisionFunction, Estimator, FeatureNames, Predictor, Transformer};

/// A fitted model of any type that predicts `O` from `X`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::{Array1, Array2};
///
/// let data = datasets::iris();
/// let scaled = StandardScaler::new().then(LinearSVC::new()).fit(&data.features, &data.target)?;
/// let plain = LinearSVC::new().fit(&data.features, &data.target)?;
/// let served: Vec<Box<dyn Predictor<Array2<f64>, Output = Array1<usize>> + Send + Sync>> =
///     vec![Box::new(scaled), Box::new(plain)];
/// for model in &served {
///     assert_eq!(model.predict(&data.features)?.len(), 150);
/// }
/// # Ok::<(), certifit::Error>(())
/// ```
pub type BoxedPredictor<X, O> = Box<dyn Predictor<X, Output = O> + Send + Sync>;

/// A fitted transformer of any type that makes `O` from `X`.
///
/// ```
/// use certifit::compose::BoxedTransformer;
/// use certifit::prelude::*;
/// use ndarray::{Array2, array};
///
/// let scaler = StandardScaler::new().fit(&array![[1.0], [3.0]], &())?;
/// let boxed: BoxedTransformer<Array2<f64>, Array2<f64>> = Box::new(scaler);
/// assert_eq!(boxed.transform(&array![[2.0]])?, array![[0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub type BoxedTransformer<X, O> = Box<dyn Transformer<X, Output = O> + Send + Sync>;

/// An estimator of any type that is fitted to `X` and `Y` and then predicts `O`; made by [`boxed`].
pub type BoxedEstimator<X, Y, O> = Box<dyn Estimator<X, Y, Fitted = BoxedPredictor<X, O>> + Send + Sync>;

/// Hides the type of an estimator and of its model, so that different ones go into one list.
///
/// ```
/// use certifit::compose::{BoxedEstimator, boxed};
/// use certifit::prelude::*;
/// use ndarray::{Array1, Array2};
///
/// type Candidate = BoxedEstimator<Array2<f64>, Array1<usize>, Array1<usize>>;
/// let data = datasets::iris();
/// let candidates: Vec<Candidate> =
///     vec![boxed(LinearSVC::new()), boxed(StandardScaler::new().then(LinearSVC::new().loss(Hinge)))];
/// for candidate in &candidates {
///     let scores = cross_val_score(candidate, &data.features, &data.target, &StratifiedKFold::new(3), &Accuracy)?;
///     assert!(scores.mean() > 0.9);
/// }
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn boxed<E, X, Y, O>(estimator: E) -> BoxedEstimator<X, Y, O>
where
    E: Estimator<X, Y> + Send + Sync + 'static,
    E::Fitted: Predictor<X, Output = O> + Send + Sync + 'static,
    X: ?Sized + 'static,
    Y: ?Sized + 'static,
    O: 'static,
{
    Box::new(Erased(estimator))
}

struct Erased<E>(E);

impl<E, X: ?Sized, Y: ?Sized, O> Estimator<X, Y> for Erased<E>
where
    E: Estimator<X, Y>,
    E::Fitted: Predictor<X, Output = O> + Send + Sync + 'static,
{
    type Fitted = BoxedPredictor<X, O>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        Ok(Box::new(self.0.fit(x, y)?))
    }
}

impl<T: Estimator<X, Y> + ?Sized + Send, X: ?Sized, Y: ?Sized> Estimator<X, Y> for Box<T> {
    type Fitted = T::Fitted;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        (**self).fit(x, y)
    }
}

impl<T: Predictor<X> + ?Sized, X: ?Sized> Predictor<X> for Box<T> {
    type Output = T::Output;
    fn predict(&self, x: &X) -> Result<Self::Output> {
        (**self).predict(x)
    }
}

impl<T: DecisionFunction<X> + ?Sized, X: ?Sized> DecisionFunction<X> for Box<T> {
    type Output = T::Output;
    fn decision_function(&self, x: &X) -> Result<Self::Output> {
        (**self).decision_function(x)
    }
}

impl<T: Transformer<X> + ?Sized, X: ?Sized> Transformer<X> for Box<T> {
    type Output = T::Output;
    fn transform(&self, x: &X) -> Result<Self::Output> {
        (**self).transform(x)
    }
    fn transform_owned(&self, x: X) -> Result<Self::Output>
    where
        X: Sized,
    {
        (**self).transform_owned(x)
    }
}

impl<T: FeatureNames + ?Sized> FeatureNames for Box<T> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        (**self).feature_names_out(input)
    }
}
