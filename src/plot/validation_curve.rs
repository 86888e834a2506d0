//! The picture of a validation curve.

use super::curves::with_scores;
use super::{Axis, Chart, Picture};
use crate::error::Result;
use crate::model_selection::ValidationCurve;
use std::fmt::Debug;

/// Mean train and test scores by the value of the hyper-parameter, with bands of one standard deviation over the folds.
///
/// Values whose `Debug` form reads as a number stand where the number is, on a log axis where they are of several
/// magnitudes; other values stand side by side, each with its name. The best value is in the title.
impl<P: Debug> Picture for ValidationCurve<P> {
    fn chart(&self) -> Result<Chart> {
        let names: Vec<String> = self.values().iter().map(|value| format!("{value:?}")).collect();
        let numbers: Option<Vec<f64>> =
            names.iter().map(|name| name.parse().ok().filter(|number: &f64| number.is_finite())).collect();
        let title = format!("Validation curve: the best value is {:?}", self.best());
        let (axis, places) = match numbers {
            Some(numbers) => (Axis::of_values("value", &numbers), numbers),
            None => {
                (Axis::names("value", names.clone()), (0..names.len()).map(|place| place as f64).collect())
            }
        };
        Ok(with_scores(Chart::new(title, axis, Axis::linear("score")), &places, self.points()))
    }
}
