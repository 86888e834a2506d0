//! A linear classifier that learns from batches.

use super::classification::coefficients;
use super::sgd::{Learnt, batch_order};
use super::sgd_classifier::{model, signs};
use super::{ClassifierLoss, LinearClassifier, SGDClassifier};
use crate::compose::MultiClass;
use crate::compose::multi_class::BinaryTask;
use crate::data::{
    ClassWeight, Classes, Features, Label, Targets, check_targets, check_width, checked_squared_norms,
    weighted,
};
use crate::error::{Error, Result};
use crate::parallel;
use crate::regularizer::Regularizer;
use crate::scalar::Scalar;
use crate::schedule::LearningRate;
use crate::solver::StopReason;
use crate::solver::sgd::Rows;
use crate::update::UpdateRule;
use std::marker::PhantomData;

/// A classifier in the making: [`SGDClassifier`] with batches of rows that come one after the other.
///
/// Made by [`SGDClassifier::online`] or, to go on from a model, [`SGDClassifier::online_from`]. Each
/// [`partial_fit`](Self::partial_fit) is one pass over its rows; steps are counted on from batch to batch, and so are averages. [`model`](Self::model) gives what has been learnt so far, at any time.
/// A batch takes what an epoch takes for its rows, and some passes over the coefficients: batches of many rows are cheaper
/// than single ones. Memory: the coefficients, and what the update rule remembers of them.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let mut online = SGDClassifier::new().loss(LogLoss).alpha(0.001).online(&[0, 1, 2])?;
/// // Every tenth row makes a batch, and each batch comes five times.
/// for batch in 0..50 {
///     let rows: Vec<usize> = (0..150).filter(|row| row % 10 == batch % 10).collect();
///     online.partial_fit(&x.take(&rows), &data.target.take(&rows))?;
/// }
/// assert_eq!(online.n_steps(), 750);
/// let model = online.model()?;
/// assert!(accuracy_score(&data.target, &model.predict(&x)?)? > 0.9);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OnlineClassifier<F, Lb, L, R, S, U: UpdateRule> {
    estimator: SGDClassifier<L, R, S, U>,
    labels: Vec<Lb>,
    /// The weight of each class.
    class_weights: Vec<f64>,
    tasks: Vec<BinaryTask>,
    /// One a task, once the first batch has told the number of features.
    learnt: Vec<Learnt<U::Memory>>,
    n_batches: usize,
    n_steps: usize,
    float: PhantomData<F>,
}

impl<L: ClassifierLoss, R: Regularizer, S: LearningRate, U: UpdateRule> SGDClassifier<L, R, S, U> {
    /// A model that goes on from another one, of whichever estimator, as scikit-learn's `partial_fit` does after a `fit`.
    ///
    /// Unlike there, steps are counted from 1 again, so that a schedule that falls begins with its first rates: give a rate
    /// that is small enough not to forget what the model knows. Before the first batch, the objective of the report is that
    /// of the given model.
    ///
    /// # Errors
    /// Those of [`online`](Self::online), and [`Error::InvalidParameter`] for a model whose decision values are not one for
    /// each class against the rest.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
    /// let (seen, new) = ((0..400).collect::<Vec<_>>(), (400..569).collect::<Vec<_>>());
    /// let fitted = LinearSVC::new().fit(&x.take(&seen), &data.target.take(&seen))?;
    /// let sgd = SGDClassifier::new().learning_rate(schedule::Constant { eta0: 1e-3 });
    /// let mut online = sgd.online_from(&fitted)?;
    /// assert_eq!(online.model()?.coef(), fitted.coef());
    /// online.partial_fit(&x.take(&new), &data.target.take(&new))?;
    /// assert!(accuracy_score(&data.target, &online.model()?.predict(&x)?)? > 0.97);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn online_from<F: Scalar, Lb: Label, P>(
        &self,
        model: &LinearClassifier<F, Lb, P>,
    ) -> Result<OnlineClassifier<F, Lb, L, R, S, U>>
    where
        Self: Clone,
    {
        let mut online = OnlineClassifier::new(self.clone(), model.classes())?;
        let objectives = model.report().problems().iter().map(|problem| problem.certificate.primal);
        let starts = coefficients(model, MultiClass::OneVsRest, &online.labels)?.into_iter();
        let learnt = |(at, objective)| Learnt::begun_at(at, objective, &self.sgd);
        online.learnt = starts.zip(objectives.chain(std::iter::repeat(f64::INFINITY))).map(learnt).collect();
        Ok(online)
    }
}

impl<F, Lb, L, R, S, U> OnlineClassifier<F, Lb, L, R, S, U>
where
    F: Scalar,
    Lb: Label,
    L: ClassifierLoss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
{
    pub(super) fn new(estimator: SGDClassifier<L, R, S, U>, classes: &[Lb]) -> Result<Self> {
        estimator.sgd.check_online()?;
        let class_weight = &estimator.class_weight;
        if *class_weight == ClassWeight::Balanced {
            return Err(Error::Unsupported {
                what: "ClassWeight::Balanced in a stream",
                reason: "nobody knows how many rows of each class will come; give ClassWeight::by_label",
            });
        }
        let distinct = Classes::of(classes).at_least_two()?;
        let class_weights = class_weight.weights(classes, &distinct)?;
        let labels = distinct.into_parts().0;
        let tasks = MultiClass::OneVsRest.tasks(labels.len());
        Ok(Self {
            estimator,
            labels,
            class_weights,
            tasks,
            learnt: Vec::new(),
            n_batches: 0,
            n_steps: 0,
            float: PhantomData,
        })
    }

    /// One pass over a batch. The mean objective of each binary problem on it, each row before it was learnt from: an
    /// estimate for rows that are new. After an error nothing has been learnt from the batch.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`] for a label that is none of the classes, [`Error::FeatureMismatch`] for another width than
    /// that of the first batch, [`Error::Diverged`], and those of `fit` for the data. A batch may lack classes.
    pub fn partial_fit<X, Y>(&mut self, x: &X, y: &Y) -> Result<Vec<f64>>
    where
        X: Features<Elem = F>,
        Y: Targets<Value = Lb> + ?Sized,
    {
        if let Some(learnt) = self.learnt.first() {
            check_width(x, learnt.n_features())?;
        }
        let squared_norms = checked_squared_norms(x)?;
        check_targets(x, y)?;
        let (classes, weights) = self.classes_and_weights(y)?;
        let sgd = &self.estimator.sgd;
        let order = batch_order(sgd, &weights, self.n_batches);
        self.learnt = parallel::try_map(self.tasks.len(), |index| {
            let targets = signs(self.tasks[index], &classes);
            let rows = Rows::new(x, &targets, &weights, &squared_norms);
            Learnt::after(self.learnt.get(index), sgd, &rows, &order)
        })?;
        self.n_batches += 1;
        self.n_steps += order.len();
        Ok(self.learnt.iter().map(|learnt| learnt.objective).collect())
    }

    /// The class of each row, and its sample weight times its class weight.
    fn classes_and_weights<Y: Targets<Value = Lb> + ?Sized>(&self, y: &Y) -> Result<(Vec<usize>, Vec<f64>)> {
        let class = |row: usize| match self.labels.binary_search(y.value(row)) {
            // A row of weight zero is no row.
            _ if y.weight(row) == 0.0 => Ok((self.labels.len(), 0.0)),
            Ok(class) => Ok((class, weighted(y.weight(row), self.class_weights[class])?)),
            Err(_) => {
                let allowed = format!("the classes are {:?}", self.labels);
                Err(Error::UnknownLabel { label: format!("{:?}", y.value(row)), allowed })
            }
        };
        Ok((0..y.n_rows()).map(class).collect::<Result<Vec<_>>>()?.into_iter().unzip())
    }

    /// The classes, sorted.
    pub fn classes(&self) -> &[Lb] {
        &self.labels
    }

    /// How many rows of positive weight have been learnt from.
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// What has been learnt so far. The objective of its report is that of the last batch.
    ///
    /// # Errors
    /// [`Error::Empty`] before the first batch, [`Error::Overflow`] where a coefficient is too large for `F`.
    pub fn model(&self) -> Result<LinearClassifier<F, Lb, L::Says>> {
        self.model_ended(StopReason::EndOfData)
    }

    /// The same, of a stream that ended so.
    pub(super) fn model_ended(&self, how: StopReason) -> Result<LinearClassifier<F, Lb, L::Says>> {
        let empty = Error::Empty { what: "the stream", axis: "rows" };
        let n_features = self.learnt.first().map(Learnt::n_features).ok_or(empty)?;
        let told = |learnt: &Learnt<U::Memory>| learnt.told::<F>(self.n_batches, how);
        let solved = self.learnt.iter().map(told).collect::<Result<_>>()?;
        model(n_features, self.labels.clone(), solved, None)
    }
}
