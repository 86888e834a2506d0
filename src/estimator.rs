//! The three verbs of the crate: fit, predict, transform; and fits in a row.
//!
//! Type parameters sit on the traits, so that `dyn Predictor<Array2<f64>, Output = Array1<String>>` is a type.

use crate::error::{Error, Result};
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// Hyper-parameters that can be fitted to features `X` and a target `Y`.
///
/// The values are plain: not generic over the float type (which comes from the data) and not checked before
/// [`fit`](Estimator::fit). Fitting does not change them.
///
/// ```
/// use certifit::prelude::*;
/// let x = ndarray::array![[0.0], [1.0], [3.0], [4.0]];
/// let svc = LinearSVC::new().c(10.0);
/// let model = svc.fit(&x, &["low", "low", "high", "high"])?;
/// assert_eq!(model.predict(&x)?.to_vec(), ["low", "low", "high", "high"]);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// What is not fitted has no `predict`:
///
/// ```compile_fail
/// use certifit::prelude::*;
/// let x = ndarray::array![[0.0], [1.0]];
/// LinearSVC::new().predict(&x); // no method `predict`: it was never fitted
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be fitted to features `{X}` and target `{Y}`",
    note = "features are matrices of `f32` or `f64` with one sample a row; the target of a classifier holds labels, that of a regressor numbers"
)]
pub trait Estimator<X: ?Sized, Y: ?Sized>: Sync {
    /// What a fit gives: a model or a fitted transformer.
    type Fitted: Send;
    /// Learns from the data.
    ///
    /// # Errors
    /// Bad hyper-parameters and bad data; each estimator documents its own.
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted>;

    /// In which order this estimator and another one are fitted to the same data, if both are points of one path:
    /// `Less` where this one comes first, `Equal` where the two fits are the same. `None`, the default: nothing is
    /// gained by fitting them in a row.
    ///
    /// Searches put candidates with an order on a path and let [`fit_path`](Self::fit_path) fit it. Models with a
    /// strength of regularisation are points of one path where they differ in that alone; scalers are where they are the
    /// same; pipelines are where their first steps are the same and their last steps are points of one path. The
    /// strongest regularisation comes first: what comes earlier is the simpler model, and
    /// [`OneStandardError`](crate::model_selection::OneStandardError) goes by it.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use std::cmp::Ordering;
    /// fn order<E: Estimator<ndarray::Array2<f64>, Vec<u8>>>(a: E, b: E) -> Option<Ordering> {
    ///     a.path_order(&b)
    /// }
    /// let scaled = |svc| StandardScaler::new().then(svc);
    /// let (weak, strong) = (scaled(LinearSVC::new().c(10.0)), scaled(LinearSVC::new().c(0.1)));
    /// assert_eq!(order(strong.clone(), weak), Some(Ordering::Less)); // C ascends
    /// assert_eq!(order(strong, scaled(LinearSVC::new().c(1.0).loss(Hinge))), None);
    /// ```
    fn path_order(&self, other: &Self) -> Option<Ordering>
    where
        Self: Sized,
    {
        let _ = other;
        None
    }

    /// Fits estimators that are points of one path, in the given order, and shows the models to a visitor.
    ///
    /// An estimator that overrides it may begin each fit where the one before ended, and share what all need. The
    /// models must be what [`fit`](Self::fit) finds, to within its tolerance. The default fits one after the other.
    fn fit_path(path: &[&Self], x: &X, y: &Y, visitor: &mut dyn PathVisitor<Self::Fitted>) -> ControlFlow<()>
    where
        Self: Sized,
    {
        visit_path(path, Ok(()), |(), estimator| estimator.fit(x, y), visitor)
    }

    /// [`fit_path`](Self::fit_path) to features that are given away: a pipeline writes what its first step makes of them
    /// over them, where that keeps their shape. The models are the same.
    fn fit_path_owned(
        path: &[&Self],
        x: X,
        y: &Y,
        visitor: &mut dyn PathVisitor<Self::Fitted>,
    ) -> ControlFlow<()>
    where
        Self: Sized,
        X: Sized,
    {
        Self::fit_path(path, &x, y, visitor)
    }
}

/// Is lent the models of a path, one after the other, so that there is one at a time.
pub trait PathVisitor<M> {
    /// The model of the estimator that stands at `index` of the path. It is given back: the next fit may begin there.
    /// `Break` ends the path.
    fn model(&mut self, index: usize, model: M) -> ControlFlow<(), M>;

    /// Why the estimator at `index` was not fitted. `Break` ends the path.
    fn failed(&mut self, index: usize, error: Error) -> ControlFlow<()>;
}

/// Shows a visitor what `fit` makes of each estimator of a path, with what was prepared for all; or why that failed.
pub(crate) fn visit_path<E, T, M>(
    path: &[&E],
    prepared: Result<T>,
    mut fit: impl FnMut(&mut T, &E) -> Result<M>,
    visitor: &mut dyn PathVisitor<M>,
) -> ControlFlow<()> {
    let mut prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return none_fitted(path.len(), &error, visitor),
    };
    for (index, estimator) in path.iter().enumerate() {
        match fit(&mut prepared, estimator) {
            Ok(model) => drop(visitor.model(index, model)?),
            Err(error) => visitor.failed(index, error)?,
        }
    }
    ControlFlow::Continue(())
}

/// Tells a visitor that none of so many estimators was fitted, and why.
pub(crate) fn none_fitted<M>(n: usize, error: &Error, visitor: &mut dyn PathVisitor<M>) -> ControlFlow<()> {
    (0..n).try_for_each(|index| visitor.failed(index, error.clone()))
}

/// Something fitted that predicts.
///
/// Any type of yours may be one:
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::{Array1, Array2, array};
///
/// struct Sign;
/// impl Predictor<Array2<f64>> for Sign {
///     type Output = Array1<bool>;
///     fn predict(&self, x: &Array2<f64>) -> certifit::Result<Array1<bool>> {
///         Ok(x.column(0).mapv(|value| value > 0.0))
///     }
/// }
/// let scaler = StandardScaler::new().fit(&array![[1.0], [3.0]], &())?;
/// let scaled = Pipeline::new(scaler, Sign);
/// assert_eq!(scaled.predict(&array![[0.0], [5.0]])?.to_vec(), [false, true]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot predict from `{X}`",
    note = "only what `fit` returns can predict, and only from features of the float type that it was fitted on"
)]
pub trait Predictor<X: ?Sized> {
    /// The predictions, one a row.
    type Output;
    /// Predicts for each row.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch) for another width than was fitted,
    /// [`Error::Empty`](crate::Error::Empty), [`Error::NonFinite`](crate::Error::NonFinite).
    fn predict(&self, x: &X) -> Result<Self::Output>;
}

/// Something fitted that knows which labels there are.
///
/// Metrics ask it which class each column of decision values or probabilities stands for.
///
/// ```
/// use certifit::Classifier;
/// use certifit::prelude::*;
/// fn n_classes(model: &impl Classifier) -> usize {
///     model.classes().len()
/// }
/// let data = datasets::iris();
/// let model = StandardScaler::new().then(LinearSVC::new()).fit(&data.features, &data.target)?;
/// assert_eq!(n_classes(&model), 3);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is no classifier: it knows no labels")]
pub trait Classifier {
    /// What names a class.
    type Label;
    /// The labels, sorted.
    fn classes(&self) -> &[Self::Label];
}

/// Something fitted whose predictions rest on a score that can be seen.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = LinearSVC::new().fit(&data.features, &data.target)?;
/// assert_eq!(model.decision_function(&data.features)?.dim(), (150, 3)); // a score a class
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` has no decision values for `{X}`")]
pub trait DecisionFunction<X: ?Sized> {
    /// The scores, one row a sample.
    type Output;
    /// The score of each row; each model says what it means.
    ///
    /// # Errors
    /// Those of [`Predictor::predict`].
    fn decision_function(&self, x: &X) -> Result<Self::Output>;
}

/// Something fitted that says how probable each class is.
///
/// Only models whose scores are log-odds are: that of [`LogisticRegression`](crate::linear::LogisticRegression) is,
/// that of a support vector machine is not.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = LogisticRegression::new().fit(&data.features, &data.target)?;
/// let probabilities = model.predict_proba(&data.features)?;
/// assert_eq!(probabilities.dim(), (150, 3));
/// assert!((probabilities.row(0).sum() - 1.0).abs() < 1e-12);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` predicts no probabilities for `{X}`",
    note = "the decision values of support vector machines are no log-odds: use `LogisticRegression`"
)]
pub trait PredictProba<X: ?Sized> {
    /// The probabilities, one row a sample and one column a class.
    type Output;
    /// The probability of each class, in the order of the model's classes. Each row sums to 1.
    ///
    /// # Errors
    /// Those of [`Predictor::predict`].
    fn predict_proba(&self, x: &X) -> Result<Self::Output>;
    /// The logarithms of the probabilities, with all their digits where a probability is next to 0 or 1.
    ///
    /// # Errors
    /// Those of [`Predictor::predict`].
    fn predict_log_proba(&self, x: &X) -> Result<Self::Output>;
}

/// Something fitted that turns features into features.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
/// let scaler = StandardScaler::new().fit(&array![[1.0], [3.0]], &())?;
/// assert_eq!(scaler.transform(&array![[5.0]])?, array![[3.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot transform `{X}`",
    note = "only what `fit` returns can transform, and only features of the float type that it was fitted on"
)]
pub trait Transformer<X: ?Sized> {
    /// The new features.
    type Output;
    /// Transforms each row.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch) for another width than was fitted; each
    /// transformer documents its own.
    fn transform(&self, x: &X) -> Result<Self::Output>;

    /// [`transform`](Self::transform) of features that are given away: scikit-learn's `copy=False`.
    ///
    /// A transformer that changes entries and not the shape, such as a scaler, writes over them where `x` is an array that
    /// owns them, and needs no new memory; others, and those of sparse matrices, transform as always and drop `x`. The result is the same to the last bit.
    /// [Pipelines](crate::compose::Pipeline) hand on in this way what their steps make.
    ///
    /// # Errors
    /// Those of `transform`. `x` is gone then, too.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::array;
    /// let x = array![[1.0], [3.0]];
    /// let scaler = StandardScaler::new().fit(&x, &())?;
    /// let place = x.as_ptr();
    /// let z = scaler.transform_owned(x)?;
    /// assert_eq!(z, array![[-1.0], [1.0]]);
    /// assert_eq!(z.as_ptr(), place);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    fn transform_owned(&self, x: X) -> Result<Self::Output>
    where
        X: Sized,
    {
        self.transform(&x)
    }
}

/// Something that learns a transform and can give the features that it was fitted to, transformed.
///
/// A [pipeline](crate::compose::Pipeline) fits its steps with it. What is provided fits and then transforms, and so
/// one empty impl is enough for a transformer of your own:
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::{Array2, array};
///
/// #[derive(Clone, Copy)]
/// struct Halve;
/// impl Compose for Halve {}
/// impl<Y: ?Sized> Estimator<Array2<f64>, Y> for Halve {
///     type Fitted = Halve;
///     fn fit(&self, _: &Array2<f64>, _: &Y) -> certifit::Result<Halve> {
///         Ok(Halve)
///     }
/// }
/// impl Transformer<Array2<f64>> for Halve {
///     type Output = Array2<f64>;
///     fn transform(&self, x: &Array2<f64>) -> certifit::Result<Array2<f64>> {
///         Ok(x / 2.0)
///     }
/// }
/// impl<Y: ?Sized> FitTransform<Array2<f64>, Y> for Halve {}
///
/// let (_, z) = Halve.then(StandardScaler::new().with_std(false)).fit_transform(&array![[2.0], [6.0]], &())?;
/// assert_eq!(z, array![[-1.0], [1.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// A type has a `fit_transform` of its own where one pass does both (a vectorizer reads its documents once), or where
/// the rows of the fit must be transformed otherwise than new ones (a target encoder that cross-fits).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a step in front of others, for features `{X}` and target `{Y}`",
    note = "a step is an `Estimator` whose fitted type is a `Transformer`, and has an `impl FitTransform`, which may be empty"
)]
pub trait FitTransform<X: ?Sized, Y: ?Sized>: Estimator<X, Y, Fitted: Transformer<X>> {
    /// What [`fit`](Estimator::fit) gives, and `x` as it is transformed for the steps that are fitted next.
    ///
    /// # Errors
    /// Those of the fit and of the transform.
    fn fit_transform(&self, x: &X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)> {
        let fitted = self.fit(x, y)?;
        let transformed = fitted.transform(x)?;
        Ok((fitted, transformed))
    }

    /// [`fit_transform`](Self::fit_transform) of features that are given away, as
    /// [`transform_owned`](Transformer::transform_owned).
    ///
    /// # Errors
    /// Those of the fit and of the transform. `x` is gone then, too.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let x = datasets::iris().features;
    /// let (scaler, z) = StandardScaler::new().fit_transform_owned(x, &())?;
    /// assert!((z.column(0).sum() / 150.0).abs() < 1e-12);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        self.fit_transform(&x, y)
    }
}

/// `fit_transform_owned` of an estimator without a `fit_transform` of its own: fits, then transforms in place.
pub(crate) fn fit_then_transform<E: FitTransform<X, Y> + ?Sized, X, Y: ?Sized>(
    estimator: &E,
    x: X,
    y: &Y,
) -> Result<(E::Fitted, Transformed<E, X, Y>)> {
    let fitted = estimator.fit(&x, y)?;
    let transformed = fitted.transform_owned(x)?;
    Ok((fitted, transformed))
}

/// What the transformer that a `T` is fitted to makes of features `X`.
pub type Transformed<T, X, Y> = <<T as Estimator<X, Y>>::Fitted as Transformer<X>>::Output;

/// Something fitted that knows what the columns are called that it makes.
///
/// Names flow through a pipeline of transformers to the coefficients of its model:
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let scaler = StandardScaler::new().fit(&array![[1.0, 5.0], [3.0, 6.0]], &())?;
/// let names = ["age".to_string(), "fare".to_string()];
/// assert_eq!(scaler.feature_names_out(&names)?, names);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` does not know the names of the columns that it makes")]
pub trait FeatureNames {
    /// The names of the columns that transform makes, given those of the input.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`](crate::Error::FeatureMismatch) for another number of names than the fit saw columns.
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>>;
}

/// The names themselves, where there are as many as the fit saw columns: what transformers answer that keep them.
pub(crate) fn same_names(input: &[String], expected: usize) -> Result<Vec<String>> {
    match input.len() {
        found if found == expected => Ok(input.to_vec()),
        found => Err(Error::FeatureMismatch { expected, found }),
    }
}
