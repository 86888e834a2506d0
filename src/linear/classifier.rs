//! The model that all linear classifiers fit to.

use super::scores::Scores;
use crate::compose::MultiClass;
use crate::data::{Features, Label};
use crate::error::{Error, Result};
use crate::estimator::{Classifier, DecisionFunction, Predictor};
use crate::scalar::Scalar;
use crate::solver::Report;
use ndarray::{Array1, Array2};

/// A fitted linear classifier: decision values x·w + b, one a binary problem, and the labels they stand for.
///
/// `F` is the float type of the features it was fitted on and predicts from, `L` the type of the labels. `P` tells
/// whether its decision values are log-odds, so that it [predicts probabilities](crate::PredictProba) too.
///
/// ```
/// use certifit::prelude::*;
/// let x = ndarray::array![[0.0f64], [1.0], [3.0], [4.0]];
/// let model = LinearSVC::new().loss(Hinge).c(100.0).fit(&x, &["low", "low", "high", "high"])?;
/// assert_eq!(model.classes(), ["high", "low"]);
/// // The widest margin lies between 1 and 3; the second class is the positive one.
/// assert!((model.coef()[[0, 0]] + 1.0).abs() < 1e-3);
/// assert_eq!(model.predict(&ndarray::array![[1.9], [2.1]])?.to_vec(), ["low", "high"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearClassifier<F, L, P = NoProbability> {
    coef: Array2<F>,
    intercept: Array1<F>,
    classes: Vec<L>,
    multi_class: MultiClass,
    report: Report,
    says: P,
}

/// What a [`LinearClassifier`] says of classes: labels and decision values, no probabilities.
///
/// ```compile_fail
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = LinearSVC::new().fit(&data.features, &data.target)?;
/// model.predict_proba(&data.features)?; // the decision values of a support vector machine are no log-odds
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoProbability;

impl<F: Scalar, L: Label, P: Default> LinearClassifier<F, L, P> {
    pub(super) fn new(
        coef: Array2<F>,
        intercept: Array1<F>,
        classes: Vec<L>,
        multi_class: MultiClass,
        report: Report,
    ) -> Self {
        Self { coef, intercept, classes, multi_class, report, says: P::default() }
    }
}

impl<F: Scalar, L: Label, P> LinearClassifier<F, L, P> {
    /// The weights w, one row a decision value: a single row for two classes (its positive side is the second one), else
    /// one a class ([`OneVsRest`](MultiClass::OneVsRest), [`Joint`](MultiClass::Joint),
    /// [`CrammerSinger`](MultiClass::CrammerSinger)) or one a pair (0, 1), (0, 2), … whose positive side is the first
    /// ([`OneVsOne`](MultiClass::OneVsOne)).
    pub fn coef(&self) -> &Array2<F> {
        &self.coef
    }

    /// The intercepts b, one a row of [`coef`](Self::coef).
    pub fn intercept(&self) -> &Array1<F> {
        &self.intercept
    }

    /// The labels, sorted.
    pub fn classes(&self) -> &[L] {
        &self.classes
    }

    /// How several classes are handled.
    pub fn multi_class(&self) -> MultiClass {
        self.multi_class
    }

    /// The number of features seen by `fit`.
    pub fn n_features_in(&self) -> usize {
        self.coef.ncols()
    }

    /// How good the fit is.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The decision value x·w + b of each binary problem: shape (n_rows, rows of [`coef`](Self::coef)). For
    /// one-vs-one these are what scikit-learn gives with `decision_function_shape='ovo'`.
    ///
    /// # Errors
    /// Those of [`predict`](Predictor::predict).
    pub fn problem_decisions<X: Features<Elem = F>>(&self, x: &X) -> Result<Array2<F>> {
        let n_problems = self.coef.nrows();
        self.per_row(x, n_problems, |decisions| decisions.to_vec())
    }

    /// The decision values of one row, without an allocation: what [`problem_decisions`](Self::problem_decisions)
    /// gives for it, written to `out`, one a row of [`coef`](Self::coef) (so one for two classes).
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`], [`Error::LengthMismatch`] for `out`, [`Error::NonFinite`], and [`Error::Overflow`]
    /// where a decision value leaves the range of `F`.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let x = ndarray::array![[0.0], [1.0], [3.0], [4.0]];
    /// let model = LinearSVC::new().loss(Hinge).c(100.0).fit(&x, &[0, 0, 1, 1])?;
    /// let mut decision = [0.0f64];
    /// model.decision_row(&[3.0], &mut decision)?;
    /// assert!((decision[0] - 1.0).abs() < 1e-3);
    /// assert_eq!(model.predict_row(&[3.0])?, &1);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn decision_row(&self, row: &[F], out: &mut [F]) -> Result<()> {
        let (expected, found) = (self.coef.nrows(), out.len());
        if expected != found {
            return Err(Error::LengthMismatch { what: "out", expected, found });
        }
        let scores = self.scores();
        scores.check_row(row)?;
        for (problem, out) in out.iter_mut().enumerate() {
            *out = F::narrow(scores.of_row(row, problem)?);
            if !out.is_finite() {
                return Err(scores.overflow());
            }
        }
        Ok(())
    }

    /// The label of one row, without an allocation.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`], [`Error::NonFinite`], and [`Error::Overflow`] where a decision value leaves the
    /// range of `f64`. [`decision_row`](Self::decision_row) has an example.
    pub fn predict_row(&self, row: &[F]) -> Result<&L> {
        let scores = self.scores();
        scores.check_row(row)?;
        let class = self.multi_class.decide_by(self.classes.len(), |problem| scores.of_row(row, problem))?;
        self.classes.get(class).ok_or_else(|| scores.overflow())
    }

    /// f(decision values) of each row, `width` numbers a row.
    pub(super) fn per_row<X: Features<Elem = F>>(
        &self,
        x: &X,
        width: usize,
        f: impl Fn(&[f64]) -> Vec<f64> + Sync + Send,
    ) -> Result<Array2<F>> {
        let values = self.scores().narrowed(x, |decisions, values: &mut Vec<F>| {
            values.extend(f(decisions).into_iter().map(F::narrow));
        })?;
        Array2::from_shape_vec((x.n_rows(), width), values)
            .map_err(|_| Error::Overflow { what: "the number of decision values", column: None })
    }

    fn scores(&self) -> Scores<'_, F> {
        Scores { coef: self.coef.view(), intercept: self.intercept.view(), what: "a decision value" }
    }
}

/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], and [`Error::Overflow`] where a decision value
/// leaves the range of `f64` (of `F` where it is asked for).
impl<F: Scalar, L: Label, X: Features<Elem = F>, P> Predictor<X> for LinearClassifier<F, L, P> {
    type Output = Array1<L>;

    fn predict(&self, x: &X) -> Result<Array1<L>> {
        let (classes, multi_class) = (&self.classes, self.multi_class);
        let labels = self.scores().for_each_row(x, |decisions, labels| {
            let class = multi_class.decide(classes.len(), decisions);
            labels.extend(classes.get(class).cloned());
        })?;
        Ok(labels.into())
    }
}

impl<F, L, P> Classifier for LinearClassifier<F, L, P> {
    type Label = L;
    fn classes(&self) -> &[L] {
        &self.classes
    }
}

impl<F: Scalar, L: Label, X: Features<Elem = F>, P> DecisionFunction<X> for LinearClassifier<F, L, P> {
    type Output = Array2<F>;

    /// Two classes: shape (n_rows, 1), positive for the second class. More: shape (n_rows, n_classes), a score a
    /// class; for [`MultiClass::OneVsOne`] votes, with the sum of the decision values as a tie-break between −⅓
    /// and ⅓ (scikit-learn's `decision_function_shape='ovr'`).
    fn decision_function(&self, x: &X) -> Result<Array2<F>> {
        let (n_classes, multi_class) = (self.classes.len(), self.multi_class);
        let width = if n_classes == 2 { 1 } else { n_classes };
        self.per_row(x, width, |decisions| multi_class.class_scores(n_classes, decisions))
    }
}
