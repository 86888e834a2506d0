//! Precision, recall and F-scores of each class, from one set of counts.

use super::labels::{check_pair, counted, positions, present_labels};
use super::{Average, ZeroDivision};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};
use ndarray::Array1;

/// Precision, recall, F-scores and support of each class.
///
/// With the weighted counts tp of rows of the class that are predicted as it, t of rows of the class and p of
/// rows predicted as it: precision = tp / p, recall = tp / t, F₁ = 2 tp / (t + p), support = t. A score whose
/// denominator is zero is what [`zero_division`](ClassScores::zero_division) says. Made by
/// [`precision_recall_fscore_support`].
#[derive(Debug, Clone, PartialEq)]
pub struct ClassScores<L> {
    labels: Vec<L>,
    counts: Vec<Counts>,
    zero_division: ZeroDivision,
}

/// The scores of each class that occurs in the truth or in the predictions, ascending.
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::Empty`], and those of [`check_weights`](crate::data::check_weights).
/// Takes O(n log k) for n rows and k classes.
///
/// Reference: scikit-learn's `precision_recall_fscore_support` with `average=None`.
///
/// ```
/// use certifit::prelude::*;
/// let scores = precision_recall_fscore_support(&["a", "b", "c", "b"], &["a", "b", "b", "a"])?;
/// assert_eq!(scores.labels(), ["a", "b", "c"]);
/// assert_eq!(scores.precision().to_vec(), [0.5, 0.5, 0.0]);
/// assert_eq!(scores.recall().to_vec(), [1.0, 0.5, 0.0]);
/// assert_eq!(scores.f1().to_vec(), [2.0 / 3.0, 0.5, 0.0]);
/// assert_eq!(scores.support().to_vec(), [1.0, 2.0, 1.0]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn precision_recall_fscore_support<T, P>(y_true: &T, y_pred: &P) -> Result<ClassScores<T::Value>>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    check_pair(y_true, y_pred)?;
    let labels = present_labels(y_true, y_pred);
    let position = positions(&labels)?;
    let mut counts = vec![Counts::default(); labels.len()];
    for (truth, predicted, weight) in counted(y_true, y_pred) {
        if let Some(of_truth) = position.get(truth).and_then(|&k| counts.get_mut(k)) {
            of_truth.support += weight;
            of_truth.hits += if truth == predicted { weight } else { 0.0 };
        }
        if let Some(of_predicted) = position.get(predicted).and_then(|&k| counts.get_mut(k)) {
            of_predicted.predicted += weight;
        }
    }
    Ok(ClassScores { labels, counts, zero_division: ZeroDivision::Zero })
}

impl<L: Label> ClassScores<L> {
    /// The classes.
    pub fn labels(&self) -> &[L] {
        &self.labels
    }

    /// The share of right ones among the rows predicted as each class.
    pub fn precision(&self) -> Array1<f64> {
        self.each(Ratio::PRECISION)
    }

    /// The share of right ones among the rows of each class.
    pub fn recall(&self) -> Array1<f64> {
        self.each(Ratio::RECALL)
    }

    /// The harmonic mean of precision and recall of each class.
    pub fn f1(&self) -> Array1<f64> {
        self.each(Ratio::F1)
    }

    /// The weighted harmonic mean of precision and recall of each class, in which recall counts β² times as
    /// much as precision: 0 is precision, ∞ is recall.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if `beta` is negative or NaN.
    pub fn fbeta(&self, beta: f64) -> Result<Array1<f64>> {
        Ok(self.each(Ratio::f(beta)?))
    }

    /// The weight of the rows of each class.
    pub fn support(&self) -> Array1<f64> {
        self.counts.iter().map(|of| of.support).collect()
    }

    /// The same with this answer to divisions by zero; the default is [`ZeroDivision::Zero`].
    #[must_use]
    pub fn zero_division(self, zero_division: ZeroDivision) -> Self {
        Self { zero_division, ..self }
    }

    /// The scores of these classes, in this order; scikit-learn's `labels`. A label that does not occur is a
    /// class without rows.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if there is no label or the same one twice.
    pub fn only(self, labels: impl IntoIterator<Item = L>) -> Result<Self> {
        let labels: Vec<L> = labels.into_iter().collect();
        positions(&labels)?;
        let old = positions(&self.labels)?;
        let counts_of = |label| old.get(label).and_then(|&k| self.counts.get(k)).copied();
        let counts = labels.iter().map(|label| counts_of(label).unwrap_or_default()).collect();
        Ok(Self { labels, counts, zero_division: self.zero_division })
    }

    /// One number for all classes; [`Average::Binary`] is for the scores of one class.
    pub(super) fn averaged(&self, ratio: Ratio, average: Average) -> f64 {
        let one = |_: &Counts| 1.0;
        match average {
            Average::Micro => ratio.of(self.total(), self.zero_division),
            Average::Binary | Average::Macro => self.mean(ratio, one),
            Average::Weighted => {
                let weighted = self.mean(ratio, |of| of.support);
                // No support in any class whose score is a number: the plain mean, as in scikit-learn.
                if weighted.is_nan() { self.mean(ratio, one) } else { weighted }
            }
        }
    }

    /// The counts of each class.
    pub(super) fn counts(&self) -> &[Counts] {
        &self.counts
    }

    /// The counts of all classes together.
    pub(super) fn total(&self) -> Counts {
        self.counts.iter().fold(Counts::default(), |sum, of| Counts {
            hits: sum.hits + of.hits,
            support: sum.support + of.support,
            predicted: sum.predicted + of.predicted,
        })
    }

    /// The mean over the classes whose score is a number; NaN if their weights are all zero.
    fn mean(&self, ratio: Ratio, weight: impl Fn(&Counts) -> f64) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for of in &self.counts {
            let score = ratio.of(*of, self.zero_division);
            if !score.is_nan() {
                sum += weight(of) * score;
                weights += weight(of);
            }
        }
        sum / weights
    }

    fn each(&self, ratio: Ratio) -> Array1<f64> {
        self.counts.iter().map(|of| ratio.of(*of, self.zero_division)).collect()
    }
}

/// The weights of rows of one class: all of them, those predicted as it, and those that are both.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Counts {
    pub(super) support: f64,
    pub(super) predicted: f64,
    pub(super) hits: f64,
}

/// Precision, recall, every F-score and Jaccard's are hits / (hits + a·missed + b·wrongly predicted).
///
/// Of F-scores a + b = 1, from F_β = (1 + β²) tp / ((1 + β²) tp + β² fn + fp), divided by 1 + β² so that neither a large
/// β nor large weights overflow, and so that perfect predictions score 1 to the last bit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ratio {
    missed: f64,
    wrong: f64,
}

impl Ratio {
    pub(super) const PRECISION: Self = Self { missed: 0.0, wrong: 1.0 };
    pub(super) const RECALL: Self = Self { missed: 1.0, wrong: 0.0 };
    pub(super) const F1: Self = Self { missed: 0.5, wrong: 0.5 };
    pub(super) const JACCARD: Self = Self { missed: 1.0, wrong: 1.0 };

    pub(super) fn f(beta: f64) -> Result<Self> {
        if beta >= 0.0 {
            let square = beta * beta;
            Ok(Self { missed: 1.0 / (1.0 + 1.0 / square), wrong: 1.0 / (1.0 + square) })
        } else {
            Err(Error::invalid_parameter("beta", beta, "0 or more"))
        }
    }

    fn of(self, counts: Counts, zero_division: ZeroDivision) -> f64 {
        // Sums of the same weights in the same order, hits a part of them: neither difference is negative.
        let (missed, wrong) = (counts.support - counts.hits, counts.predicted - counts.hits);
        match counts.hits + (self.missed * missed + self.wrong * wrong) {
            denominator if denominator > 0.0 => counts.hits / denominator,
            _ => zero_division.value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn f_scores_run_from_precision_to_recall() -> Result<()> {
        let scores = precision_recall_fscore_support(&[0, 0, 0, 1, 1], &[0, 1, 1, 1, 0])?;
        let (p, r) = (scores.precision(), scores.recall());
        assert_eq!(scores.fbeta(0.0)?, p);
        assert_eq!(scores.fbeta(f64::INFINITY)?, r);
        assert_eq!(scores.fbeta(1e200)?, r);
        for beta in [0.5f64, 1.0, 3.0] {
            let b = beta * beta;
            let expected = (1.0 + b) * p[1] * r[1] / (b * p[1] + r[1]);
            assert_relative_eq!(scores.fbeta(beta)?[1], expected, max_relative = 1e-14);
        }
        assert!(matches!(scores.fbeta(-1.0), Err(Error::InvalidParameter { name: "beta", .. })));
        assert!(matches!(scores.fbeta(f64::NAN), Err(Error::InvalidParameter { name: "beta", .. })));
        Ok(())
    }

    #[test]
    fn an_f_score_is_undefined_only_where_the_class_is_neither_there_nor_predicted() -> Result<()> {
        let scores = precision_recall_fscore_support(&["a", "b"], &["a", "c"])?
            .only(["a", "b", "c", "d"])?
            .zero_division(ZeroDivision::NaN);
        let nan = |values: Array1<f64>| values.mapv(f64::is_nan).to_vec();
        assert_eq!(nan(scores.precision()), [false, true, false, true]);
        assert_eq!(nan(scores.recall()), [false, false, true, true]);
        assert_eq!(nan(scores.f1()), [false, false, false, true]);
        Ok(())
    }

    #[test]
    fn means_leave_nan_out_and_do_without_support() -> Result<()> {
        let scores = precision_recall_fscore_support(&["a", "b", "b"], &["a", "a", "a"])?
            .zero_division(ZeroDivision::NaN);
        // Precisions 1/3 and NaN.
        assert_eq!(scores.averaged(Ratio::PRECISION, Average::Macro), 1.0 / 3.0);
        assert_eq!(scores.averaged(Ratio::PRECISION, Average::Weighted), 1.0 / 3.0);
        // Neither class occurs in the truth: recalls 1 and 1 without support.
        let absent = scores.clone().only(["x", "y"])?.zero_division(ZeroDivision::One);
        assert_eq!(absent.averaged(Ratio::RECALL, Average::Weighted), 1.0);
        assert!(scores.only(["x"])?.averaged(Ratio::RECALL, Average::Weighted).is_nan());
        Ok(())
    }

    #[test]
    fn labels_are_named_once() -> Result<()> {
        let scores = precision_recall_fscore_support(&[1, 2], &[1, 1])?;
        assert!(matches!(scores.clone().only([1, 1]), Err(Error::InvalidParameter { name: "labels", .. })));
        assert!(matches!(scores.only([]), Err(Error::InvalidParameter { name: "labels", .. })));
        Ok(())
    }
}
