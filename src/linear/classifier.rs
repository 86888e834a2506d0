//! The model that all linear classifiers fit to.

use crate::compose::MultiClass;
use crate::data::{Features, Label, Missing, check_features, check_width};
use crate::error::{Error, Result};
use crate::estimator::{DecisionFunction, Predictor};
use crate::scalar::Scalar;
use crate::solver::Report;
use ndarray::{Array1, Array2};

/// A fitted linear classifier: decision values x·w + b, one a binary problem, and the labels they stand for.
///
/// `F` is the float type of the features it was fitted on and predicts from, `L` the type of the labels.
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
pub struct LinearClassifier<F, L> {
    coef: Array2<F>,
    intercept: Array1<F>,
    classes: Vec<L>,
    multi_class: MultiClass,
    report: Report,
}

impl<F: Scalar, L: Label> LinearClassifier<F, L> {
    pub(super) fn new(
        coef: Array2<F>,
        intercept: Array1<F>,
        classes: Vec<L>,
        multi_class: MultiClass,
        report: Report,
    ) -> Self {
        Self { coef, intercept, classes, multi_class, report }
    }

    /// The weights w, one row a binary problem: a single row for two classes (its positive side is the second
    /// one), else one a class ([`OneVsRest`](MultiClass::OneVsRest)) or one a pair (0, 1), (0, 2), … whose positive
    /// side is the first ([`OneVsOne`](MultiClass::OneVsOne)).
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

    /// How several classes are made from two.
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

    /// f(decision values) of each row, `width` numbers a row.
    fn per_row<X: Features<Elem = F>>(
        &self,
        x: &X,
        width: usize,
        f: impl Fn(&[f64]) -> Vec<f64>,
    ) -> Result<Array2<F>> {
        let mut values = Vec::with_capacity(x.n_rows().saturating_mul(width));
        self.for_each_row(x, |decisions| values.extend(f(decisions).into_iter().map(F::narrow)))?;
        if values.iter().any(|value| !value.is_finite()) {
            return Err(OVERFLOW);
        }
        Array2::from_shape_vec((x.n_rows(), width), values)
            .map_err(|_| Error::Overflow { what: "the number of decision values", column: None })
    }

    fn for_each_row<X: Features<Elem = F>>(&self, x: &X, mut visit: impl FnMut(&[f64])) -> Result<()> {
        check_width(x, self.coef.ncols())?;
        check_features(x, Missing::Refused)?;
        let weights: Vec<Vec<f64>> =
            self.coef.rows().into_iter().map(|w| w.iter().map(|w| w.widen()).collect()).collect();
        let intercepts: Vec<f64> = self.intercept.iter().map(|b| b.widen()).collect();
        let mut decisions = vec![0.0; intercepts.len()];
        for row in 0..x.n_rows() {
            for ((decision, w), b) in decisions.iter_mut().zip(&weights).zip(&intercepts) {
                *decision = x.row_dot(row, w) + b;
            }
            // Of ∞ − ∞ no label follows.
            if decisions.iter().any(|decision| !decision.is_finite()) {
                return Err(OVERFLOW);
            }
            visit(&decisions);
        }
        Ok(())
    }
}

/// A row so far away that x·w + b is beyond the float type.
const OVERFLOW: Error = Error::Overflow { what: "a decision value", column: None };

/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], and [`Error::Overflow`] where a decision value
/// leaves the range of `f64` (of `F` where it is asked for).
impl<F: Scalar, L: Label, X: Features<Elem = F>> Predictor<X> for LinearClassifier<F, L> {
    type Output = Array1<L>;

    fn predict(&self, x: &X) -> Result<Array1<L>> {
        let n_classes = self.classes.len();
        let mut labels = Vec::with_capacity(x.n_rows());
        self.for_each_row(x, |decisions| {
            let class = self.multi_class.decide(n_classes, decisions);
            labels.extend(self.classes.get(class).cloned());
        })?;
        Ok(labels.into())
    }
}

impl<F: Scalar, L: Label, X: Features<Elem = F>> DecisionFunction<X> for LinearClassifier<F, L> {
    type Output = Array2<F>;

    /// Two classes: shape (n_rows, 1), positive for the second class. More: shape (n_rows, n_classes), a score a
    /// class; for [`MultiClass::OneVsOne`] votes, with the sum of the decision values as a tie-break between −⅓
    /// and ⅓ (scikit-learn's `decision_function_shape='ovr'`).
    fn decision_function(&self, x: &X) -> Result<Array2<F>> {
        let n_classes = self.classes.len();
        let width = if n_classes == 2 { 1 } else { n_classes };
        self.per_row(x, width, |decisions| self.multi_class.class_scores(n_classes, decisions))
    }
}
