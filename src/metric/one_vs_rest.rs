//! Scores of two classes, averaged over the classes of more.

use super::judged::{Judged, Ranked};
use super::{Average, ClassValues};
use crate::data::Label;
use crate::error::{Error, Result};

/// One number from the scores of each class against the rest.
///
/// A class without rows does not count in a `Weighted` mean. `Micro` is the score of all pairs of a row and a class together, of which those of a row and its class are positive.
pub(super) fn one_vs_rest<S, L>(
    judged: &Judged<S, L>,
    average: Average,
    score: impl Fn(Vec<Ranked>) -> Result<f64>,
) -> Result<f64>
where
    S: ClassValues<L> + ?Sized,
    L: Label,
{
    let n_classes = judged.classes.len();
    let of_class = |class| score(judged.against_rest(class));
    match average {
        Average::Binary => {
            let allowed = format!("Macro, Weighted or Micro, as there are {n_classes} classes");
            Err(Error::invalid_parameter("average", average, allowed))
        }
        Average::Micro => score((0..n_classes).flat_map(|class| judged.against_rest(class)).collect()),
        Average::Macro => {
            let scores: Vec<f64> = (0..n_classes).map(of_class).collect::<Result<_>>()?;
            Ok(scores.iter().sum::<f64>() / n_classes as f64)
        }
        Average::Weighted => {
            let mut sum = 0.0;
            for class in (0..n_classes).filter(|&class| judged.class_weight(class) > 0.0) {
                sum += judged.class_weight(class) / judged.weight * of_class(class)?;
            }
            Ok(sum)
        }
    }
}
