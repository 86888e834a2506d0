//! The area under the ROC curve.

use super::judged::{Judged, Ranked};
use super::one_vs_rest::one_vs_rest;
use super::thresholds::Thresholds;
use super::{Average, ClassValues, Metric};
use crate::data::{Label, Targets};
use crate::error::{Error, Result};

/// The area under the ROC curve: the probability that a positive row, drawn by weight, has a larger score than a
/// negative one, equal scores counting half.
///
/// The positive class is the second one: the larger label, or as [`OfClasses`](super::OfClasses) says. Of more
/// classes, the mean over the classes of each against the rest; [`RocAuc`] has other averages, pairs of classes, and
/// parts of the area. Decision values and probabilities serve alike: only their order counts.
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::Empty`], those of [`check_weights`](crate::data::check_weights);
/// [`Error::NonFinite`] for scores that are not finite; [`Error::InvalidParameter`] for a truth of one class and for
/// columns that are not one a class; [`Error::UnknownLabel`] for a label without a column; [`Error::Unsupported`] where
/// a class has no rows, for which scikit-learn returns NaN; as there, such a class does not count in weighted means and in
/// pairs. Takes O(k n log n) for n rows and k classes.
///
/// # Reference
/// scikit-learn's `roc_auc_score`, which wants `multi_class` to be set for more than two classes: it is `"ovr"` here.
///
/// ```
/// use certifit::prelude::*;
/// assert_eq!(roc_auc_score(&["no", "no", "yes", "yes"], &[0.1, 0.4, 0.35, 0.8])?, 0.75);
/// let scores = ndarray::array![[2.0, 0.0, 1.0], [0.5, 1.0, 0.0], [0.0, 2.0, 3.0]];
/// assert_eq!(roc_auc_score(&["a", "b", "c"], &scores)?, (1.0 + 0.5 + 1.0) / 3.0);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn roc_auc_score<T, S>(y_true: &T, y_score: &S) -> Result<f64>
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    RocAuc::new().evaluate(y_true, y_score)
}

/// [`roc_auc_score`] of decision values as a scorer; scikit-learn's `"roc_auc"`, `"roc_auc_ovr"`,
/// `"roc_auc_ovr_weighted"`, `"roc_auc_ovo"`, `"roc_auc_ovo_weighted"`.
///
/// A model that has probabilities and no decision values is scored by
/// [`On(Probabilities, RocAuc::new())`](super::On).
///
/// | parameter | default | values |
/// |---|---|---|
/// | `average` | [`Average::Macro`] | of more than two classes: `Macro`, `Weighted`, and `Micro` unless `one_vs_one` |
/// | `one_vs_one` | `false` | of more than two classes: each against each instead of each against the rest |
/// | `max_fpr` | 1 | above 0, at most 1; of two classes only: the area up to this false positive rate, scaled so that guessing is ½ and perfection 1 (McClish 1989) |
///
/// # Errors
/// Those of [`roc_auc_score`], and [`Error::InvalidParameter`] for parameters that do not fit.
///
/// # Reference
/// One against one: Hand and Till, "A simple generalisation of the area under the ROC curve for multiple class
/// classification problems", 2001. scikit-learn refuses sample weights there; here they count rows, as everywhere.
///
/// ```
/// use certifit::metric::{Metric, RocAuc};
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = StandardScaler::new().then(LinearSVC::new());
/// let scores = cross_val_score(&model, &data.features, &data.target, &StratifiedKFold::new(3), &RocAuc::new())?;
/// assert!(scores.mean() > 0.98);
/// let part = RocAuc::new().max_fpr(0.5).evaluate(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8])?;
/// assert_eq!(part, 0.5 * (1.0 + (0.25 - 0.125) / (0.5 - 0.125)));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocAuc {
    average: Average,
    one_vs_one: bool,
    max_fpr: f64,
}

impl RocAuc {
    /// The whole area; of more than two classes the mean of each against the rest.
    pub fn new() -> Self {
        Self { average: Average::Macro, one_vs_one: false, max_fpr: 1.0 }
    }

    /// How more than two classes are averaged.
    #[must_use]
    pub fn average(self, average: Average) -> Self {
        Self { average, ..self }
    }

    /// Whether each of more than two classes is judged against each other one instead of against the rest.
    #[must_use]
    pub fn one_vs_one(self, one_vs_one: bool) -> Self {
        Self { one_vs_one, ..self }
    }

    /// The false positive rate up to which the area counts.
    #[must_use]
    pub fn max_fpr(self, max_fpr: f64) -> Self {
        Self { max_fpr, ..self }
    }

    /// The mean over the pairs of classes of the two areas, in which either is the positive one.
    fn of_pairs<S, L>(&self, judged: &Judged<S, L>) -> Result<f64>
    where
        S: ClassValues<L> + ?Sized,
        L: Label,
    {
        if !matches!(self.average, Average::Macro | Average::Weighted) {
            let allowed = "Macro or Weighted where classes are judged one against one";
            return Err(Error::invalid_parameter("average", self.average, allowed));
        }
        let has_rows = |class: &usize| judged.class_weight(*class) > 0.0;
        let classes: Vec<usize> = (0..judged.classes.len()).filter(has_rows).collect();
        let (mut sum, mut weights) = (0.0, 0.0);
        for (place, &one) in classes.iter().enumerate() {
            for &other in &classes[place + 1..] {
                let area = |positive: usize| {
                    let rows = judged.rows.iter().filter(|row| row.class == one || row.class == other);
                    let ranked = |&row| Ranked {
                        score: judged.value(row, positive, |score| -score),
                        positive: row.class == positive,
                        weight: row.weight,
                    };
                    area_under(rows.map(ranked).collect())
                };
                let weight = match self.average {
                    Average::Weighted => {
                        (judged.class_weight(one) + judged.class_weight(other)) / judged.weight
                    }
                    _ => 1.0,
                };
                sum += weight * (area(one)? + area(other)?) / 2.0;
                weights += weight;
            }
        }
        if weights == 0.0 {
            return Err(nothing_to_rank());
        }
        Ok(sum / weights)
    }
}

impl Default for RocAuc {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S> Metric<T, S> for RocAuc
where
    T: Targets + ?Sized,
    T::Value: Label,
    S: ClassValues<T::Value> + ?Sized,
{
    fn evaluate(&self, y_true: &T, y_score: &S) -> Result<f64> {
        let judged = Judged::scores(y_true, y_score)?;
        if !(self.max_fpr > 0.0 && self.max_fpr <= 1.0) {
            return Err(Error::invalid_parameter("max_fpr", self.max_fpr, "above 0 and at most 1"));
        }
        match judged.classes.len() {
            2 => partial_area(judged.two_classes()?, self.max_fpr),
            n if self.max_fpr < 1.0 => {
                let allowed = format!("1 for {n} classes");
                Err(Error::invalid_parameter("max_fpr", self.max_fpr, allowed))
            }
            _ if self.one_vs_one => self.of_pairs(&judged),
            _ => one_vs_rest(&judged, self.average, area_under),
        }
    }
}

scores!(RocAuc, on Decisions);

fn area_under(rows: Vec<Ranked>) -> Result<f64> {
    Ok(curve(rows)?.area(1.0))
}

fn curve(rows: Vec<Ranked>) -> Result<Thresholds> {
    let curve = Thresholds::new(rows);
    match curve.totals() {
        (positives, negatives) if positives > 0.0 && negatives > 0.0 => Ok(curve),
        _ => Err(nothing_to_rank()),
    }
}

fn nothing_to_rank() -> Error {
    Error::Unsupported {
        what: "ROC AUC of a class that no row has, or that all have",
        reason: "there is nothing to be ranked before anything else",
    }
}

/// The area up to a false positive rate, so that guessing is ½ and perfection 1.
fn partial_area(rows: Vec<Ranked>, max_fpr: f64) -> Result<f64> {
    let area = curve(rows)?.area(max_fpr);
    if max_fpr == 1.0 {
        return Ok(area);
    }
    let least = 0.5 * max_fpr * max_fpr;
    Ok(0.5 * (1.0 + (area - least) / (max_fpr - least)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::OfClasses;
    use ndarray::array;

    #[test]
    fn bad_parameters_are_refused() {
        let (y, two) = ([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
        for max_fpr in [0.0, -0.5, 1.5, f64::NAN] {
            let error = RocAuc::new().max_fpr(max_fpr).evaluate(&y, &two);
            assert!(matches!(error, Err(Error::InvalidParameter { name: "max_fpr", .. })));
        }
        let three = array![[2.0, 0.0, 1.0], [0.5, 1.0, 0.0], [0.0, 2.0, 3.0]];
        let name = |auc: RocAuc| match auc.evaluate(&[0, 1, 2], &three) {
            Err(Error::InvalidParameter { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(name(RocAuc::new().max_fpr(0.5)), "max_fpr");
        assert_eq!(name(RocAuc::new().average(Average::Binary)), "average");
        assert_eq!(name(RocAuc::new().one_vs_one(true).average(Average::Micro)), "average");
    }

    #[test]
    fn a_class_without_rows_has_no_area() {
        let scores = OfClasses::new([0.5, 0.2], ["a", "b"]);
        assert!(matches!(roc_auc_score(&["b", "b"], &scores), Err(Error::Unsupported { .. })));
    }

    /// Values of scikit-learn.
    #[test]
    fn a_class_without_rows_counts_neither_in_weighted_means_nor_in_pairs() -> Result<()> {
        let scores = array![[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.4, 0.5, 0.1], [0.2, 0.3, 0.5]];
        let (scores, y) = (OfClasses::new(scores, [0, 1, 2]), [0, 1, 1, 0]);
        let weighted = RocAuc::new().average(Average::Weighted);
        assert!(matches!(roc_auc_score(&y, &scores), Err(Error::Unsupported { .. })));
        assert_eq!(weighted.evaluate(&y, &scores)?, 0.875);
        assert_eq!(weighted.one_vs_one(true).evaluate(&y, &scores)?, 0.875);
        for auc in [weighted, RocAuc::new().one_vs_one(true)] {
            assert!(matches!(auc.evaluate(&[1; 4], &scores), Err(Error::Unsupported { .. })));
        }
        Ok(())
    }

    #[test]
    fn all_of_a_partial_area_is_nearly_the_area() -> Result<()> {
        let (y, scores) = ([0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.3, 0.3]);
        let whole = RocAuc::new().evaluate(&y, &scores)?;
        let part = RocAuc::new().max_fpr(1.0 - 1e-12).evaluate(&y, &scores)?;
        approx::assert_relative_eq!(part, whole, max_relative = 1e-10);
        Ok(())
    }
}
