//! Steps in a row.

use crate::error::{Error, Result};
use crate::estimator::{
    Classifier, DecisionFunction, Estimator, FeatureNames, FitTransform, PathVisitor, PredictProba,
    Predictor, Transformed, Transformer, none_fitted,
};
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// Two steps in a row: `first` transforms what `last` sees.
///
/// The same struct serves before the fit (of estimators) and after it (of what they were fitted to), and it is
/// itself an estimator, a predictor and a transformer, so that pipelines nest: `a.then(b).then(c)` is
/// `Pipeline<Pipeline<A, B>, C>`. Steps are reached by field or by method, with their own types. A pipeline in
/// cross-validation is fitted as a whole in every fold, so that nothing of the validation rows reaches a step. What a step
/// makes is given away to the next one, which changes it in place if it keeps the shape
/// ([`transform_owned`](Transformer::transform_owned)): only the first step copies.
///
/// ```
/// use certifit::prelude::*;
///
/// let data = datasets::iris();
/// let model = StandardScaler::new().then(LinearSVC::new()).fit(&data.features, &data.target)?;
/// let labels = model.predict(&data.features)?;
/// assert!(accuracy_score(&data.target, &labels)? > 0.9);
/// assert_eq!(model.first().mean().len(), 4);        // the fitted scaler
/// assert!(model.last().report().converged());       // the fitted SVM
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pipeline<A, B> {
    /// The step that transforms.
    pub first: A,
    /// The step that sees what `first` makes.
    pub last: B,
}

impl<A, B> Pipeline<A, B> {
    /// `first`, then `last`.
    pub fn new(first: A, last: B) -> Self {
        Self { first, last }
    }

    /// The step that transforms.
    pub fn first(&self) -> &A {
        &self.first
    }

    /// The step that sees what `first` makes.
    pub fn last(&self) -> &B {
        &self.last
    }
}

/// `.then(next)` on estimators.
///
/// Without `X` and `Y` in it, so that the compiler can infer them later. To give it to a type of your own:
/// `impl Compose for MyScaler {}`.
///
/// ```
/// use certifit::prelude::*;
/// let pipeline: Pipeline<StandardScaler, LinearSVC> = StandardScaler::new().then(LinearSVC::new());
/// assert!(pipeline.fit(&ndarray::array![[1.0], [2.0]], &[false, true]).is_ok());
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait Compose: Sized {
    /// A pipeline of this step and the next one.
    fn then<B>(self, last: B) -> Pipeline<Self, B> {
        Pipeline { first: self, last }
    }
}

impl<A, B> Compose for Pipeline<A, B> {}

impl<X: ?Sized, Y: ?Sized, A, B> Estimator<X, Y> for Pipeline<A, B>
where
    A: FitTransform<X, Y>,
    B: Estimator<Transformed<A, X, Y>, Y>,
{
    type Fitted = Pipeline<A::Fitted, B::Fitted>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let (first, z) = self.first.fit_transform(x, y)?;
        let last = self.last.fit(&z, y)?;
        Ok(Pipeline { first, last })
    }

    /// The order of the last steps, where the first ones are the same.
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        match self.first.path_order(&other.first) {
            Some(Ordering::Equal) => self.last.path_order(&other.last),
            _ => None,
        }
    }

    /// The first step is fitted once, and all last steps see the same transformed features.
    fn fit_path(
        path: &[&Self],
        x: &X,
        y: &Y,
        visitor: &mut dyn PathVisitor<Self::Fitted>,
    ) -> ControlFlow<()> {
        let Some(head) = path.first() else { return ControlFlow::Continue(()) };
        fit_lasts(path, head.first.fit_transform(x, y), y, visitor)
    }

    fn fit_path_owned(
        path: &[&Self],
        x: X,
        y: &Y,
        visitor: &mut dyn PathVisitor<Self::Fitted>,
    ) -> ControlFlow<()>
    where
        X: Sized,
    {
        let Some(head) = path.first() else { return ControlFlow::Continue(()) };
        fit_lasts(path, head.first.fit_transform_owned(x, y), y, visitor)
    }
}

/// Fits the last steps of a path to what the first one has made.
fn fit_lasts<A, B, F, Z, Y>(
    path: &[&Pipeline<A, B>],
    prepared: Result<(F, Z)>,
    y: &Y,
    visitor: &mut dyn PathVisitor<Pipeline<F, B::Fitted>>,
) -> ControlFlow<()>
where
    B: Estimator<Z, Y>,
    Y: ?Sized,
{
    match prepared {
        Ok((first, transformed)) => {
            let lasts: Vec<&B> = path.iter().map(|pipeline| &pipeline.last).collect();
            B::fit_path_owned(&lasts, transformed, y, &mut Behind { first: Some(first), visitor })
        }
        Err(error) => none_fitted(path.len(), &error, visitor),
    }
}

/// Shows models of a last step behind the first one, which they share and which is lent with each.
struct Behind<'a, A, B> {
    first: Option<A>,
    visitor: &'a mut dyn PathVisitor<Pipeline<A, B>>,
}

impl<A, B> PathVisitor<B> for Behind<'_, A, B> {
    fn model(&mut self, index: usize, last: B) -> ControlFlow<(), B> {
        let Some(first) = self.first.take() else { return ControlFlow::Break(()) };
        let Pipeline { first, last } = self.visitor.model(index, Pipeline { first, last })?;
        self.first = Some(first);
        ControlFlow::Continue(last)
    }

    fn failed(&mut self, index: usize, error: Error) -> ControlFlow<()> {
        self.visitor.failed(index, error)
    }
}

impl<X: ?Sized, Y: ?Sized, A, B> FitTransform<X, Y> for Pipeline<A, B>
where
    A: FitTransform<X, Y>,
    B: FitTransform<Transformed<A, X, Y>, Y>,
{
    fn fit_transform(&self, x: &X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)> {
        let (first, z) = self.first.fit_transform(x, y)?;
        let (last, z) = self.last.fit_transform_owned(z, y)?;
        Ok((Pipeline { first, last }, z))
    }
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        let (first, z) = self.first.fit_transform_owned(x, y)?;
        let (last, z) = self.last.fit_transform_owned(z, y)?;
        Ok((Pipeline { first, last }, z))
    }
}

impl<X: ?Sized, A, B> Predictor<X> for Pipeline<A, B>
where
    A: Transformer<X>,
    B: Predictor<A::Output>,
{
    type Output = B::Output;
    fn predict(&self, x: &X) -> Result<B::Output> {
        self.last.predict(&self.first.transform(x)?)
    }
}

impl<A, B: Classifier> Classifier for Pipeline<A, B> {
    type Label = B::Label;
    fn classes(&self) -> &[B::Label] {
        self.last.classes()
    }
}

impl<X: ?Sized, A, B> DecisionFunction<X> for Pipeline<A, B>
where
    A: Transformer<X>,
    B: DecisionFunction<A::Output>,
{
    type Output = B::Output;
    fn decision_function(&self, x: &X) -> Result<B::Output> {
        self.last.decision_function(&self.first.transform(x)?)
    }
}

impl<X: ?Sized, A, B> PredictProba<X> for Pipeline<A, B>
where
    A: Transformer<X>,
    B: PredictProba<A::Output>,
{
    type Output = B::Output;
    fn predict_proba(&self, x: &X) -> Result<B::Output> {
        self.last.predict_proba(&self.first.transform(x)?)
    }
    fn predict_log_proba(&self, x: &X) -> Result<B::Output> {
        self.last.predict_log_proba(&self.first.transform(x)?)
    }
}

impl<X: ?Sized, A, B> Transformer<X> for Pipeline<A, B>
where
    A: Transformer<X>,
    B: Transformer<A::Output>,
{
    type Output = B::Output;
    fn transform(&self, x: &X) -> Result<B::Output> {
        self.last.transform_owned(self.first.transform(x)?)
    }
    fn transform_owned(&self, x: X) -> Result<B::Output>
    where
        X: Sized,
    {
        self.last.transform_owned(self.first.transform_owned(x)?)
    }
}

impl<A: FeatureNames, B: FeatureNames> FeatureNames for Pipeline<A, B> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        self.last.feature_names_out(&self.first.feature_names_out(input)?)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use ndarray::{Array2, array};

    /// Tells whether it was given its features: it adds 10 to them then, else 1.
    #[derive(Clone, Copy)]
    pub(crate) struct Spy;
    impl Compose for Spy {}
    impl<Y: ?Sized> Estimator<Array2<f64>, Y> for Spy {
        type Fitted = Spy;
        fn fit(&self, _: &Array2<f64>, _: &Y) -> Result<Spy> {
            Ok(Spy)
        }
    }
    impl Transformer<Array2<f64>> for Spy {
        type Output = Array2<f64>;
        fn transform(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
            Ok(x + 1.0)
        }
        fn transform_owned(&self, x: Array2<f64>) -> Result<Array2<f64>> {
            Ok(x + 10.0)
        }
    }
    impl<Y: ?Sized> FitTransform<Array2<f64>, Y> for Spy {
        fn fit_transform_owned(&self, x: Array2<f64>, y: &Y) -> Result<(Spy, Array2<f64>)> {
            crate::estimator::fit_then_transform(self, x, y)
        }
    }

    #[test]
    fn what_a_step_makes_is_given_to_the_next() -> Result<()> {
        let x = array![[0.0]];
        let steps = Spy.then(Spy).then(Spy);
        let (fitted, z) = steps.fit_transform(&x, &())?;
        assert_eq!((z[[0, 0]], fitted.transform(&x)?[[0, 0]]), (21.0, 21.0));
        assert_eq!(fitted.transform_owned(x.clone())?[[0, 0]], 30.0);
        assert_eq!(steps.fit_transform_owned(x.clone(), &())?.1[[0, 0]], 30.0);
        let boxed: crate::compose::BoxedTransformer<_, _> = Box::new(fitted);
        assert_eq!(boxed.transform_owned(x)?[[0, 0]], 30.0);
        Ok(())
    }
}
