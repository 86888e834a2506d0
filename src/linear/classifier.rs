//! The model that all linear classifiers fit to.

use crate::compose::MultiClass;
use crate::data::{
    Features, Label, Missing, check_shape, check_width, dot, first_non_finite, has_non_finite,
};
use crate::error::{Error, Result};
use crate::estimator::{DecisionFunction, Predictor};
use crate::parallel;
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
        self.check_row(row)?;
        for (problem, out) in out.iter_mut().enumerate() {
            *out = F::narrow(self.row_decision(row, problem)?);
            if !out.is_finite() {
                return Err(OVERFLOW);
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
        self.check_row(row)?;
        let decision = |problem| self.row_decision(row, problem);
        let class = self.multi_class.decide_by(self.classes.len(), decision)?;
        self.classes.get(class).ok_or(OVERFLOW)
    }

    fn check_row(&self, row: &[F]) -> Result<()> {
        match (self.n_features_in(), row.len()) {
            (expected, found) if expected != found => Err(Error::FeatureMismatch { expected, found }),
            _ => Ok(()),
        }
    }

    /// x·w + b of one binary problem for a row of the right length.
    fn row_decision(&self, row: &[F], problem: usize) -> Result<f64> {
        let (w, b) = (self.coef.row(problem), self.intercept[problem].widen());
        let decision = match w.as_slice() {
            Some(w) => dot(row, w) + b,
            None => row.iter().zip(w).map(|(x, w)| x.widen() * w.widen()).sum::<f64>() + b,
        };
        if decision.is_finite() {
            return Ok(decision);
        }
        let bad = row.iter().enumerate().find(|(_, value)| !value.is_finite());
        let non_finite = |(column, value): (usize, &F)| Error::NonFinite {
            what: "x",
            row: 0,
            column: Some(column),
            value: value.widen(),
        };
        Err(bad.map_or(OVERFLOW, non_finite))
    }

    /// f(decision values) of each row, `width` numbers a row.
    fn per_row<X: Features<Elem = F>>(
        &self,
        x: &X,
        width: usize,
        f: impl Fn(&[f64]) -> Vec<f64> + Sync + Send,
    ) -> Result<Array2<F>> {
        let values = self.for_each_row(x, |decisions, values: &mut Vec<F>| {
            values.extend(f(decisions).into_iter().map(F::narrow));
        })?;
        if values.iter().any(|value| !value.is_finite()) {
            return Err(OVERFLOW);
        }
        Array2::from_shape_vec((x.n_rows(), width), values)
            .map_err(|_| Error::Overflow { what: "the number of decision values", column: None })
    }

    /// What `visit` makes of the decision values of each row, in order: blocks of rows on all threads, each row read
    /// once.
    fn for_each_row<X: Features<Elem = F>, T: Send>(
        &self,
        x: &X,
        visit: impl Fn(&[f64], &mut Vec<T>) + Sync + Send,
    ) -> Result<Vec<T>> {
        check_width(x, self.coef.ncols())?;
        check_shape(x)?;
        let weights: Vec<Vec<f64>> =
            self.coef.rows().into_iter().map(|w| w.iter().map(|w| w.widen()).collect()).collect();
        let (n, n_problems) = (x.n_rows(), weights.len());
        let pieces = parallel::try_map(n.div_ceil(PIECE), |piece| {
            let rows = piece * PIECE..((piece + 1) * PIECE).min(n);
            let mut made = Vec::with_capacity(rows.len());
            let (mut scores, mut decisions) = ([0.0; BLOCK], vec![0.0; n_problems * BLOCK]);
            let end = rows.end;
            for start in rows.step_by(BLOCK) {
                let block = start..(start + BLOCK).min(end);
                for (problem, (w, b)) in weights.iter().zip(&self.intercept).enumerate() {
                    let scores = &mut scores[..block.len()];
                    x.rows_dot(block.clone(), w, scores);
                    for (i, score) in scores.iter().enumerate() {
                        decisions[i * n_problems + problem] = score + b.widen();
                    }
                }
                for (row, decisions) in block.zip(decisions.chunks_exact(n_problems.max(1))) {
                    // A decision value is finite only if all entries of its row are; of ∞ − ∞ no label follows.
                    if decisions.iter().any(|decision| !decision.is_finite()) {
                        let is_bad = has_non_finite(x, row);
                        return Err(if is_bad {
                            first_non_finite(x, row, Missing::Refused)
                        } else {
                            OVERFLOW
                        });
                    }
                    visit(decisions, &mut made);
                }
            }
            Ok(made)
        })?;
        Ok(match <[Vec<T>; 1]>::try_from(pieces) {
            Ok([only]) => only,
            Err(pieces) => pieces.into_iter().flatten().collect(),
        })
    }
}

/// Rows that are predicted by one thread at a time, and rows that stay in the cache for all problems.
const PIECE: usize = 8192;
const BLOCK: usize = 64;

/// A row so far away that x·w + b is beyond the float type.
const OVERFLOW: Error = Error::Overflow { what: "a decision value", column: None };

/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], and [`Error::Overflow`] where a decision value
/// leaves the range of `f64` (of `F` where it is asked for).
impl<F: Scalar, L: Label, X: Features<Elem = F>> Predictor<X> for LinearClassifier<F, L> {
    type Output = Array1<L>;

    fn predict(&self, x: &X) -> Result<Array1<L>> {
        let n_classes = self.classes.len();
        let labels = self.for_each_row(x, |decisions, labels| {
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
