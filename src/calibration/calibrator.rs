//! Ways of turning scores into probabilities.

use crate::error::Result;

/// A row to calibrate on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// What the classifier says: finite.
    pub score: f64,
    /// Whether the row is of the class in question.
    pub positive: bool,
    /// How much the row counts: above 0.
    pub weight: f64,
}

/// A way of learning how probable a class is, by the score of a classifier.
///
/// Implement it for a way of your own:
///
/// ```
/// use certifit::calibration::{CalibratedClassifier, Calibration, Calibrator, Scored};
/// use certifit::prelude::*;
///
/// /// The share of the class, whatever the score.
/// struct Prior;
/// struct Share(f64);
/// impl Calibration for Share {
///     fn probability(&self, _score: f64) -> f64 {
///         self.0
///     }
/// }
/// impl Calibrator for Prior {
///     type Fitted = Share;
///     fn fit(&self, rows: &[Scored]) -> certifit::Result<Share> {
///         let sum = |keep: fn(&&Scored) -> bool| rows.iter().filter(keep).map(|row| row.weight).sum::<f64>();
///         Ok(Share(sum(|row| row.positive) / sum(|_| true)))
///     }
/// }
///
/// let data = datasets::breast_cancer();
/// let model = CalibratedClassifier::new(LinearSVC::new()).method(Prior);
/// let benign = model.fit(&data.features, &data.target)?.predict_proba(&data.features)?[[0, 1]];
/// assert!((benign - 357.0 / 569.0).abs() < 1e-3);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not turn scores into probabilities",
    note = "calibrators are `Sigmoid`, `Isotonic`, and types of your own with an impl of `Calibrator`"
)]
pub trait Calibrator: Sync {
    /// What is learnt.
    type Fitted: Calibration + Send;
    /// Learns from these rows; there is at least one.
    ///
    /// # Errors
    /// Each calibrator documents its own.
    fn fit(&self, rows: &[Scored]) -> Result<Self::Fitted>;
}

/// How probable a class is, by the score of a classifier; learnt by a [`Calibrator`].
pub trait Calibration {
    /// The probability, between 0 and 1, for a finite score.
    fn probability(&self, score: f64) -> f64;
}

/// The line through two points, of which the second has the larger x, at a place between them.
pub(super) fn on_line((x0, y0): (f64, f64), (x1, y1): (f64, f64), at: f64) -> f64 {
    let (part, whole) = match x1 - x0 {
        whole if whole.is_finite() => (at - x0, whole),
        _ => (at / 2.0 - x0 / 2.0, x1 / 2.0 - x0 / 2.0), // the difference overflows
    };
    y0 + (y1 - y0) * (part / whole)
}
