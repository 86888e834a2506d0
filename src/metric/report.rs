//! A table of precision, recall and F₁ by class.

use super::class_scores::Ratio;
use super::labels::{check_pair, counted};
use super::text::{decimals, label_text, right, widest};
use super::{Average, ClassScores, ZeroDivision, precision_recall_fscore_support};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};
use std::fmt;

/// Precision, recall, F₁ and support of each class and their averages; `Display` prints scikit-learn's table.
///
/// Made by [`classification_report`]. These may be changed afterwards:
///
/// | parameter | default | values |
/// |---|---|---|
/// | [`digits`](Self::digits) | 2 | decimals printed, 100 at most |
/// | [`target_names`](Self::target_names) | the labels | one name a class |
/// | [`labels`](Self::labels) | all that occur | which classes, in which order |
/// | [`zero_division`](Self::zero_division) | [`ZeroDivision::Zero`] | the value of a ratio whose denominator is zero |
#[derive(Debug, Clone, PartialEq)]
pub struct ClassificationReport<L> {
    all: ClassScores<L>,
    shown: ClassScores<L>,
    names: Vec<String>,
    digits: usize,
    /// Supports are whole numbers of rows, and print so.
    weighted: bool,
}

/// One line of a [`ClassificationReport`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ReportRow {
    /// tp / (tp + fp).
    pub precision: f64,
    /// tp / (tp + fn).
    pub recall: f64,
    /// 2 tp / (2 tp + fp + fn).
    pub f1: f64,
    /// The weight of the rows.
    pub support: f64,
}

/// Precision, recall, F₁ and support of each class, with their averages.
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::Empty`], and those of [`check_weights`](crate::data::check_weights).
///
/// Reference: scikit-learn's `classification_report`.
///
/// ```
/// use certifit::prelude::*;
/// let report = classification_report(&["a", "b", "b", "b", "c"], &["a", "a", "b", "b", "b"])?;
/// assert_eq!(report.class(&"a").map(|row| row.precision), Some(0.5));
/// assert_eq!(report.macro_avg().recall, (1.0 + 2.0 / 3.0) / 3.0);
/// assert_eq!(report.accuracy(), Some(0.6));
/// assert_eq!(report.to_string(), "              precision    recall  f1-score   support
///
///            a       0.50      1.00      0.67         1
///            b       0.67      0.67      0.67         3
///            c       0.00      0.00      0.00         1
///
///     accuracy                           0.60         5
///    macro avg       0.39      0.56      0.44         5
/// weighted avg       0.50      0.60      0.53         5
/// ");
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn classification_report<T, P>(y_true: &T, y_pred: &P) -> Result<ClassificationReport<T::Value>>
where
    T: Targets + ?Sized,
    P: Targets<Value = T::Value> + ?Sized,
    T::Value: Label,
{
    check_pair(y_true, y_pred)?;
    let all = precision_recall_fscore_support(y_true, y_pred)?;
    let weighted = counted(y_true, y_pred).any(|(_, _, weight)| weight != 1.0);
    Ok(ClassificationReport { shown: all.clone(), names: names_of(&all), all, digits: 2, weighted })
}

impl<L: Label> ClassificationReport<L> {
    /// Prints scores with that many decimals (100 at most).
    #[must_use]
    pub fn digits(self, digits: usize) -> Self {
        Self { digits: digits.min(100), ..self }
    }

    /// Prints these names instead of the labels.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] unless there is one name a class.
    pub fn target_names<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        match (self.labels_shown().len(), names.len()) {
            (expected, found) if expected != found => {
                Err(Error::LengthMismatch { what: "target_names", expected, found })
            }
            _ => Ok(Self { names, ..self }),
        }
    }

    /// Reports these classes only, in this order, under their labels.
    ///
    /// Unless they are all that occur, the line with the accuracy becomes one with the micro average.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if there is no label or the same one twice.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let report = classification_report(&[1, 2, 3, 2], &[1, 1, 3, 2])?.labels([2, 1])?;
    /// assert_eq!(report.accuracy(), None);
    /// assert_eq!(report.micro_avg().recall, 2.0 / 3.0);
    /// assert!(report.to_string().contains("   micro avg       0.67      0.67      0.67         3\n"));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn labels(self, labels: impl IntoIterator<Item = L>) -> Result<Self> {
        let shown = self.all.clone().only(labels)?;
        Ok(Self { names: names_of(&shown), shown, ..self })
    }

    /// The answer to divisions by zero.
    #[must_use]
    pub fn zero_division(self, zero_division: ZeroDivision) -> Self {
        let (all, shown) = (self.all.zero_division(zero_division), self.shown.zero_division(zero_division));
        Self { all, shown, ..self }
    }

    /// The classes that are reported.
    pub fn labels_shown(&self) -> &[L] {
        self.shown.labels()
    }

    /// The scores of one class; `None` if it is not reported.
    pub fn class(&self, label: &L) -> Option<ReportRow> {
        let position = self.labels_shown().iter().position(|shown| shown == label)?;
        self.rows().nth(position)
    }

    /// The scores of each class, in the order of [`labels_shown`](Self::labels_shown).
    pub fn rows(&self) -> impl Iterator<Item = ReportRow> {
        let scores = self.shown.precision().into_iter().zip(self.shown.recall());
        let more = self.shown.f1().into_iter().zip(self.shown.support());
        scores.zip(more).map(|((precision, recall), (f1, support))| ReportRow {
            precision,
            recall,
            f1,
            support,
        })
    }

    /// The share of rows that are predicted right; `None` if not all classes that occur are reported.
    pub fn accuracy(&self) -> Option<f64> {
        let complete = self.all.labels().iter().all(|label| self.labels_shown().contains(label));
        complete.then(|| self.micro_avg().f1)
    }

    /// The scores of the counts of all classes together.
    pub fn micro_avg(&self) -> ReportRow {
        self.averaged(Average::Micro)
    }

    /// The plain means over the classes.
    pub fn macro_avg(&self) -> ReportRow {
        self.averaged(Average::Macro)
    }

    /// The means over the classes, weighted by support.
    pub fn weighted_avg(&self) -> ReportRow {
        self.averaged(Average::Weighted)
    }

    fn averaged(&self, average: Average) -> ReportRow {
        ReportRow {
            precision: self.shown.averaged(Ratio::PRECISION, average),
            recall: self.shown.averaged(Ratio::RECALL, average),
            f1: self.shown.averaged(Ratio::F1, average),
            support: self.shown.total().support,
        }
    }

    /// The cells of a line: three scores and the support.
    fn cells(&self, row: ReportRow) -> [String; 4] {
        let score = |value| decimals(value, self.digits);
        // Numbers of rows print as integers, sums of weights as floats, as in scikit-learn.
        let support = if self.weighted { format!("{:?}", row.support) } else { row.support.to_string() };
        [score(row.precision), score(row.recall), score(row.f1), support]
    }
}

fn names_of<L: Label>(scores: &ClassScores<L>) -> Vec<String> {
    scores.labels().iter().map(label_text).collect()
}

impl<L: Label> fmt::Display for ClassificationReport<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST_AVERAGE: usize = "weighted avg".len();
        let width = widest(&self.names).max(LONGEST_AVERAGE).max(self.digits);
        let line = |f: &mut fmt::Formatter<'_>, name: &str, cells: [String; 4]| {
            let cells = cells.map(|cell| right(&cell, 9)).join(" ");
            writeln!(f, "{}  {cells}", right(name, width))
        };

        line(f, "", ["precision", "recall", "f1-score", "support"].map(str::to_owned))?;
        writeln!(f)?;
        for (name, row) in self.names.iter().zip(self.rows()) {
            line(f, name, self.cells(row))?;
        }
        writeln!(f)?;
        let [precision, recall, f1, support] = self.cells(self.micro_avg());
        match self.accuracy() {
            Some(_) => line(f, "accuracy", [String::new(), String::new(), f1, support])?,
            None => line(f, "micro avg", [precision, recall, f1, support])?,
        }
        line(f, "macro avg", self.cells(self.macro_avg()))?;
        line(f, "weighted avg", self.cells(self.weighted_avg()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Weights;

    #[test]
    fn names_and_digits_widen_the_table() -> Result<()> {
        let report = classification_report(&['a', 'b', 'b'], &['a', 'b', 'a'])?;
        let named = report.clone().target_names(["the first of the classes", "b"])?.digits(1).to_string();
        let expected = "                          precision    recall  f1-score   support

the first of the classes        0.5       1.0       0.7         1
                       b        1.0       0.5       0.7         2

                accuracy                            0.7         3
               macro avg        0.8       0.8       0.7         3
            weighted avg        0.8       0.7       0.7         3
";
        assert_eq!(named, expected);
        let one = report.clone().target_names(["a"]);
        let mismatch = Error::LengthMismatch { what: "target_names", expected: 2, found: 1 };
        assert_eq!(one, Err(mismatch));
        assert!(!report.digits(usize::MAX).to_string().is_empty());
        Ok(())
    }

    #[test]
    fn weights_and_undefined_scores_print_as_floats() -> Result<()> {
        let truth = ["x", "x"];
        let report = classification_report(&truth.weighted(&[1.5, 2.0])?, &["x", "y"])?;
        let text = report.zero_division(ZeroDivision::NaN).to_string();
        assert!(text.contains("           x       1.00      0.43      0.60       3.5\n"), "{text}");
        assert!(text.contains("           y       0.00       nan      0.00       0.0\n"), "{text}");
        Ok(())
    }

    #[test]
    fn choosing_all_labels_keeps_the_accuracy() -> Result<()> {
        let report = classification_report(&[0, 1], &[0, 2])?;
        assert_eq!(report.clone().labels([2, 0, 1, 5])?.accuracy(), Some(0.5));
        assert_eq!(report.clone().labels([2, 0])?.accuracy(), None);
        assert_eq!(report.class(&7), None);
        Ok(())
    }
}
