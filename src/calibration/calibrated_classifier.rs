//! A classifier that says how probable each class is.

use super::calibrated_model::{CalibratedMember, CalibratedModel, calibrations};
use super::target::checked_classes;
use super::{Calibrator, Sigmoid};
use crate::compose::Compose;
use crate::data::{Label, Rows, Targets};
use crate::error::Result;
use crate::estimator::Estimator;
use crate::metric::{ClassValues, Decisions, Response};
use crate::model_selection::{
    Fold, Splitter, Stack, StratifiedKFold, checked_folds, cross_val_predict, fitted_to_train, on_each_fold,
    taken,
};

/// Learns how probable each class is by the scores of a classifier, on rows that the classifier has not seen.
///
/// In each fold the classifier is fitted to the train part, and the calibrator learns from its scores on the test part:
/// of two classes the probability p of the second one (the first has 1 − p), of more the probability of each against the
/// rest, which are divided by their sum. The probabilities of the model are the mean of those of the folds. Without
/// `ensemble` the calibrator learns once, from the scores of all folds, and the classifier is fitted once more, to all
/// rows.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | estimator, of [`new`](Self::new) | | an [`Estimator`] of a classifier | what gives the scores |
/// | [`method`](Self::method) | [`Sigmoid`] | or [`Isotonic`](super::Isotonic), a [`Calibrator`] of yours | from scores to probabilities |
/// | [`cv`](Self::cv) | [`StratifiedKFold::new(5)`](StratifiedKFold) | a [`Splitter`] | which rows are learnt from by whom |
/// | [`ensemble`](Self::ensemble) | `true` | | whether the models of all folds are kept, or a single one |
/// | [`response`](Self::response) | [`Decisions`] | or [`Probabilities`](crate::metric::Probabilities) | what the classifier is asked for its scores |
///
/// # Where it differs from scikit-learn's `CalibratedClassifierCV`
/// The model is asked for its decision values unless told otherwise, and never silently for something else. A fold whose
/// model lacks a class is an error. There is no `cv='prefit'`: with [`Frozen`](crate::compose::Frozen) and
/// `ensemble(false)` a model that is fitted already is calibrated.
///
/// # Shapes
/// x and y as the classifier takes them; y holds labels, and may be weighted.
///
/// # Errors
/// Those of the classifier, the splitter and the calibrator, in an [`Error::Fold`](crate::Error::Fold) where they belong to
/// a fold; [`Error::SingleClass`](crate::Error::SingleClass); [`Error::Unsupported`](crate::Error::Unsupported) where
/// a train part lacks a class; without `ensemble` those of [`cross_val_predict`], too.
///
/// # Cost
/// One fit a fold, and one more without `ensemble`. Predictions ask the models of all folds.
///
/// # References
/// Platt 1999, "Probabilistic Outputs for Support Vector Machines"; Niculescu-Mizil and Caruana 2005, "Predicting Good
/// Probabilities With Supervised Learning", doi:10.1145/1102351.1102430; scikit-learn's
/// `sklearn.calibration.CalibratedClassifierCV`.
///
/// ```
/// use certifit::calibration::CalibratedClassifier;
/// use certifit::metric::{NegBrierScore, brier_score_loss};
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let (x, y) = (&data.features, &data.target);
/// // A support vector machine has no probabilities of its own.
/// let svm = StandardScaler::new().then(LinearSVC::new());
/// let calibrated = CalibratedClassifier::new(svm);
/// let model = calibrated.fit(x, y)?;
/// assert!(model.predict_proba(x)?[[0, 0]] > 0.99); // the first tumour is malignant, almost certainly
/// let brier = cross_val_score(&calibrated, x, y, &StratifiedKFold::new(5), &NegBrierScore)?;
/// assert!(brier.mean() > -0.035);
/// # Ok::<(), certifit::Error>(())
/// ```
#[doc(alias = "CalibratedClassifierCV")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibratedClassifier<E, M = Sigmoid, C = StratifiedKFold, R = Decisions> {
    estimator: E,
    method: M,
    cv: C,
    ensemble: bool,
    response: R,
}

impl<E> CalibratedClassifier<E> {
    /// The classifier of this estimator, with the defaults of the table above.
    pub fn new(estimator: E) -> Self {
        Self { estimator, method: Sigmoid, cv: StratifiedKFold::new(5), ensemble: true, response: Decisions }
    }
}

impl<E, M, C, R> CalibratedClassifier<E, M, C, R> {
    /// How scores become probabilities.
    pub fn method<N>(self, method: N) -> CalibratedClassifier<E, N, C, R> {
        let Self { estimator, cv, ensemble, response, .. } = self;
        CalibratedClassifier { estimator, method, cv, ensemble, response }
    }

    /// Which rows the classifier is fitted to, and which its scores are learnt from.
    pub fn cv<D>(self, cv: D) -> CalibratedClassifier<E, M, D, R> {
        let Self { estimator, method, ensemble, response, .. } = self;
        CalibratedClassifier { estimator, method, cv, ensemble, response }
    }

    /// Whether the models of all folds are kept and their probabilities averaged.
    pub fn ensemble(self, ensemble: bool) -> Self {
        Self { ensemble, ..self }
    }

    /// What the classifier is asked for its scores.
    pub fn response<S>(self, response: S) -> CalibratedClassifier<E, M, C, S> {
        let Self { estimator, method, cv, ensemble, .. } = self;
        CalibratedClassifier { estimator, method, cv, ensemble, response }
    }

    /// The classifier that is calibrated.
    pub fn estimator(&self) -> &E {
        &self.estimator
    }
}

impl<E, M, C, R> Compose for CalibratedClassifier<E, M, C, R> {}

impl<X, Y, E, M, C, R> Estimator<X, Y> for CalibratedClassifier<E, M, C, R>
where
    X: Rows + ?Sized,
    Y: Targets + ?Sized,
    Y::Value: Label,
    Y::Owned: Targets<Value = Y::Value>,
    E: Estimator<X::Owned, Y::Owned> + Estimator<X, Y, Fitted = <E as Estimator<X::Owned, Y::Owned>>::Fitted>,
    M: Calibrator,
    C: Splitter<Y>,
    R: Response<<E as Estimator<X::Owned, Y::Owned>>::Fitted, X::Owned> + Clone + Send,
    R::Output: Stack + ClassValues<Y::Value> + Send,
    <R::Output as Rows>::Owned: ClassValues<Y::Value>,
{
    type Fitted = CalibratedModel<<E as Estimator<X::Owned, Y::Owned>>::Fitted, M::Fitted, Y::Value, R>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let classes = checked_classes(x, y)?;
        let members = if self.ensemble {
            let folds = checked_folds(x, y, &self.cv)?;
            let member = |fold: &Fold| {
                let model = fitted_to_train(&self.estimator, x, y, fold)?;
                let learnt = taken(x, y, &fold.test)?.on(|x, y| {
                    let scores = self.response.of(&model, x)?;
                    calibrations(&self.method, &scores, y, &classes)
                })?;
                Ok(CalibratedMember::new(model, learnt))
            };
            on_each_fold(&folds, member).into_iter().collect::<Result<_>>()?
        } else {
            let scores = cross_val_predict(&self.estimator, x, y, &self.cv, &self.response)?;
            let calibrations = calibrations(&self.method, &scores, y, &classes)?;
            vec![CalibratedMember::new(self.estimator.fit(x, y)?, calibrations)]
        };
        Ok(CalibratedModel::new(classes, members, self.response.clone()))
    }
}
