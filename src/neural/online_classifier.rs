//! A network of classes that learns from batches.

use super::MLPClassifier;
use super::classifier::FittedMLPClassifier;
use super::fit::Task;
use super::mlp_classifier::{loss_of, target_of};
use super::online::Online;
use crate::data::{
    ClassWeight, Classes, Features, Label, Missing, Targets, check_features, check_targets, check_width,
    weighted,
};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use std::time::Instant;

/// A network in the making: [`MLPClassifier`] with batches of rows that come one after the other.
///
/// Made by [`MLPClassifier::online`]. Each [`partial_fit`](Self::partial_fit) is one pass over its rows, a step for every
/// [`batch_size`](MLPClassifier::batch_size) of them; steps are counted on, and what the solver remembers is kept.
/// [`model`](Self::model) gives what has been learnt so far, at any time.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let mut online = MLPClassifier::new().learning_rate(schedule::Constant { eta0: 0.01 }).online(&[0, 1, 2])?;
/// // Every tenth row makes a batch, and each batch comes ten times.
/// for batch in 0..100 {
///     let rows: Vec<usize> = (0..150).filter(|row| row % 10 == batch % 10).collect();
///     online.partial_fit(&x.take(&rows), &data.target.take(&rows))?;
/// }
/// assert_eq!(online.n_steps(), 100);
/// let model = online.model()?;
/// assert!(accuracy_score(&data.target, &model.predict(&x)?)? > 0.9);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OnlineMLPClassifier<F, L> {
    online: Online<F>,
    labels: Vec<L>,
    class_weights: Vec<f64>,
}

impl<F: Scalar, L: Label> OnlineMLPClassifier<F, L> {
    pub(super) fn new(estimator: &MLPClassifier, classes: &[L]) -> Result<Self> {
        if estimator.class_weight == ClassWeight::Balanced {
            return Err(Error::Unsupported {
                what: "ClassWeight::Balanced in a stream",
                reason: "nobody knows how many rows of each class will come; give ClassWeight::by_label",
            });
        }
        let distinct = Classes::of(classes).at_least_two()?;
        let class_weights = estimator.class_weight.weights(classes, &distinct)?;
        Ok(Self { online: Online::new(&estimator.settings)?, labels: distinct.into_parts().0, class_weights })
    }

    /// One pass over a batch of rows: the mean objective that they saw. A batch may lack classes.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`] for a label that is none of the classes, [`Error::FeatureMismatch`] for another width than
    /// that of the first batch, [`Error::Diverged`], and those of `fit` for the data. Nothing is learnt then.
    pub fn partial_fit<X, Y>(&mut self, x: &X, y: &Y) -> Result<f64>
    where
        X: Features<Elem = F>,
        Y: Targets<Value = L> + ?Sized,
    {
        if let Some(n_features) = self.online.n_features() {
            check_width(x, n_features)?;
        }
        check_features(x, Missing::Refused)?;
        check_targets(x, y)?;
        let n_classes = self.labels.len();
        let of_row = |row: usize| match self.labels.binary_search(y.value(row)) {
            // A row of weight zero is no row.
            _ if y.weight(row) == 0.0 => Ok((0.0, 0.0)),
            Ok(class) => {
                Ok((target_of(class, n_classes), weighted(y.weight(row), self.class_weights[class])?))
            }
            Err(_) => {
                let allowed = format!("the classes are {:?}", self.labels);
                Err(Error::UnknownLabel { label: format!("{:?}", y.value(row)), allowed })
            }
        };
        let (targets, weights) = (0..y.n_rows()).map(of_row).collect::<Result<Vec<_>>>()?.into_iter().unzip();
        let (loss, n_outputs) = loss_of(n_classes);
        self.online.pass(&Task {
            inputs: x,
            n_features: x.n_features(),
            n_outputs,
            loss,
            targets,
            weights,
            held_out: Vec::new(),
            score: &|_, _| Ok(0.0),
            began: Instant::now(),
        })
    }

    /// The classes, sorted.
    pub fn classes(&self) -> &[L] {
        &self.labels
    }

    /// Steps taken.
    pub fn n_steps(&self) -> usize {
        self.online.n_steps()
    }

    /// What has been learnt so far. The loss curve of its report has a value a batch of rows.
    ///
    /// # Errors
    /// [`Error::Empty`] before the first batch.
    pub fn model(&self) -> Result<FittedMLPClassifier<F, L>> {
        let (network, report) = self.online.told()?;
        Ok(FittedMLPClassifier::of(network, self.labels.clone(), Some(report)))
    }
}
