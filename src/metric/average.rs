//! How scores of several classes become one number.

use super::ClassScores;
use super::class_scores::Ratio;
use crate::data::Label;
use crate::error::{Error, Result};

/// How the scores of the classes are averaged.
///
/// | value | the score |
/// |---|---|
/// | `Binary` (default) | of the positive class alone: the larger of the two labels; [`Average::positive`] names another |
/// | `Micro` | of all classes' counts added up; over all classes that is the accuracy |
/// | `Macro` | the plain mean over the classes |
/// | `Weighted` | the mean over the classes, each with the weight of its rows in the truth (its support) |
///
/// scikit-learn's default positive class is the label 1; labels here are of any type, and the larger of `false`
/// and `true`, of 0 and 1, of −1 and 1 is the same class. `Binary` refuses more than two labels, and also a
/// single one, of which nobody can tell whether it is the positive one. Scores that are NaN
/// ([`ZeroDivision::NaN`]) are left out of the means; if no class has any support, `Weighted` is the plain mean.
///
/// With options, it becomes an [`Averaging`]:
///
/// ```
/// use certifit::prelude::*;
/// let (truth, predicted) = (["ham", "spam", "spam", "ham"], ["ham", "ham", "spam", "ham"]);
/// assert_eq!(recall_score(&truth, &predicted, Average::Binary)?, 0.5); // "spam" > "ham"
/// assert_eq!(recall_score(&truth, &predicted, Average::positive("ham"))?, 1.0);
/// assert_eq!(recall_score(&truth, &predicted, Average::Macro)?, 0.75);
/// assert_eq!(recall_score(&truth, &predicted, Average::Macro.labels(["spam"]))?, 0.5);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Average {
    /// The score of the positive class.
    #[default]
    Binary,
    /// The score of all classes' counts together.
    Micro,
    /// The mean over the classes.
    Macro,
    /// The mean over the classes, weighted by their support.
    Weighted,
}

/// What a ratio is whose denominator is zero, such as the precision of a class that is never predicted.
///
/// Reference: scikit-learn's `zero_division`.
///
/// ```
/// use certifit::prelude::*;
/// let (truth, predicted) = ([0, 1], [0, 0]); // 1 is never predicted
/// assert_eq!(precision_score(&truth, &predicted, Average::Binary)?, 0.0);
/// assert_eq!(precision_score(&truth, &predicted, Average::Binary.zero_division(ZeroDivision::One))?, 1.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ZeroDivision {
    /// 0, which is also what scikit-learn's `"warn"` returns.
    #[default]
    Zero,
    /// 1.
    One,
    /// NaN; means over classes leave it out.
    NaN,
}

impl ZeroDivision {
    /// The value as a number.
    pub fn value(self) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::One => 1.0,
            Self::NaN => f64::NAN,
        }
    }
}

/// An [`Average`] with its options; made by [`Average::positive`], [`Average::labels`] and
/// [`Average::zero_division`], or from an `Average` alone.
///
/// | parameter | default | values |
/// |---|---|---|
/// | the average | [`Average::Binary`] | see there |
/// | `zero_division` | [`ZeroDivision::Zero`] | see there |
/// | the classes | [`AllClasses`] | [`Positive`] a label, [`Only`] some labels |
///
/// ```
/// use certifit::prelude::*;
/// let spam = Average::positive("spam").zero_division(ZeroDivision::NaN);
/// assert!(recall_score(&["ham", "ham"], &["ham", "spam"], spam)?.is_nan());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Averaging<C = AllClasses> {
    average: Average,
    zero_division: ZeroDivision,
    classes: C,
}

/// The classes of an [`Averaging`]: all labels that occur in the truth or in the predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AllClasses;

/// The class of an [`Averaging`] that is positive; made by [`Average::positive`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positive<L>(L);

/// The classes of an [`Averaging`]: these labels and no others; made by [`Average::labels`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Only<L>(Vec<L>);

impl Average {
    /// [`Average::Binary`] with this label as the positive class; scikit-learn's `pos_label`.
    ///
    /// Besides it, one other label may occur. Where two others occur, or where it does not occur itself among
    /// two, that is an error.
    pub fn positive<L>(label: L) -> Averaging<Positive<L>> {
        Averaging { average: Self::Binary, zero_division: ZeroDivision::Zero, classes: Positive(label) }
    }

    /// The average over these labels only; scikit-learn's `labels`.
    ///
    /// Rows with other labels still count where they are predicted as one of these, or the reverse. A label
    /// that does not occur is a class without rows.
    pub fn labels<L>(self, labels: impl IntoIterator<Item = L>) -> Averaging<Only<L>> {
        Averaging::from(self).labels(labels)
    }

    /// The average with this answer to divisions by zero.
    pub fn zero_division(self, zero_division: ZeroDivision) -> Averaging {
        Averaging::from(self).zero_division(zero_division)
    }
}

impl From<Average> for Averaging {
    fn from(average: Average) -> Self {
        Self { average, ..Self::default() }
    }
}

impl Averaging {
    /// The average over these labels only; see [`Average::labels`].
    pub fn labels<L>(self, labels: impl IntoIterator<Item = L>) -> Averaging<Only<L>> {
        let classes = Only(labels.into_iter().collect());
        Averaging { average: self.average, zero_division: self.zero_division, classes }
    }
}

impl<C> Averaging<C> {
    /// The answer to divisions by zero.
    #[must_use]
    pub fn zero_division(self, zero_division: ZeroDivision) -> Self {
        Self { zero_division, ..self }
    }

    /// One number from the scores of all classes; `ratio` says which score.
    pub(super) fn apply<L: Label>(&self, scores: ClassScores<L>, ratio: Ratio) -> Result<f64>
    where
        C: ClassChoice<L>,
    {
        let chosen = self.classes.choose(scores, self.average)?;
        Ok(chosen.zero_division(self.zero_division).averaged(ratio, self.average))
    }
}

/// Which classes an average runs over: [`AllClasses`] for labels of any type, [`Positive`] and [`Only`] for
/// labels of theirs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not choose among labels of type `{L}`",
    note = "the labels given must be of the target's own type: `String`s for a target of `String`s"
)]
pub trait ClassChoice<L>: Sync {
    /// The scores of the classes that count for this average.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] and [`Error::UnknownLabel`] where the choice does not fit the labels.
    fn choose(&self, scores: ClassScores<L>, average: Average) -> Result<ClassScores<L>>;
}

impl<L: Label> ClassChoice<L> for AllClasses {
    fn choose(&self, scores: ClassScores<L>, average: Average) -> Result<ClassScores<L>> {
        if average != Average::Binary {
            return Ok(scores);
        }
        match scores.labels() {
            [_, larger] => {
                let larger = [larger.clone()];
                scores.only(larger)
            }
            [only] => Err(Error::invalid_parameter(
                "average",
                average,
                format!("Average::positive(label), as only one label occurs: {only:?}"),
            )),
            labels => Err(more_than_two(labels)),
        }
    }
}

impl<L: Label> ClassChoice<L> for Positive<L> {
    fn choose(&self, scores: ClassScores<L>, _: Average) -> Result<ClassScores<L>> {
        match scores.labels() {
            [first, second] if self.0 != *first && self.0 != *second => Err(Error::UnknownLabel {
                label: format!("{:?}", self.0),
                allowed: format!("the positive class must be {first:?} or {second:?}"),
            }),
            [_, _, _, ..] => Err(more_than_two(scores.labels())),
            _ => scores.only([self.0.clone()]),
        }
    }
}

impl<L: Label> ClassChoice<L> for Only<L> {
    fn choose(&self, scores: ClassScores<L>, average: Average) -> Result<ClassScores<L>> {
        match average {
            Average::Binary => Err(Error::invalid_parameter(
                "average",
                average,
                "Micro, Macro or Weighted where labels are chosen",
            )),
            _ => scores.only(self.0.iter().cloned()),
        }
    }
}

fn more_than_two<L>(labels: &[L]) -> Error {
    let allowed = format!("Micro, Macro or Weighted, as {} labels occur", labels.len());
    Error::invalid_parameter("average", Average::Binary, allowed)
}
