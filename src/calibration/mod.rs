//! What the scores of a classifier are worth: probabilities that are true, and thresholds that pay.
//!
//! | what | is learnt from rows that the classifier has not seen | scikit-learn |
//! |---|---|---|
//! | [`CalibratedClassifier`] | how probable each class is, by its score: a [`Calibrator`] | `CalibratedClassifierCV` |
//! | [`Sigmoid`] | σ(−(a f + b)): two numbers | `method='sigmoid'` |
//! | [`Isotonic`] | any ascending function | `method='isotonic'` |
//! | [`TunedThresholdClassifier`] | from which score on a row is of the positive class | `TunedThresholdClassifierCV` |
//! | [`FixedThresholdClassifier`] | nothing: the threshold is given | `FixedThresholdClassifier` |
//!
//! [`calibration_curve`](crate::metric::calibration_curve) shows whether probabilities are true, and
//! [`brier_score_loss`](crate::metric::brier_score_loss) and [`log_loss`](crate::metric::log_loss) say it in a number.
//! With [`Frozen`](crate::compose::Frozen) a model that is fitted already is calibrated, or gets a threshold.
//!
//! To add a way of calibrating, implement [`Calibrator`] and [`Calibration`]: one file.

mod calibrated_classifier;
mod calibrated_model;
mod calibrator;
mod fixed_threshold;
mod isotonic;
mod sigmoid;
mod target;
mod threshold_model;
mod tuned_threshold;

pub use calibrated_classifier::CalibratedClassifier;
pub use calibrated_model::{CalibratedMember, CalibratedModel};
pub use calibrator::{Calibration, Calibrator, Scored};
pub use fixed_threshold::FixedThresholdClassifier;
pub use isotonic::{FittedIsotonic, Isotonic};
pub use sigmoid::{FittedSigmoid, Sigmoid};
pub use threshold_model::{ThresholdModel, Tuning};
pub use tuned_threshold::{ThresholdGrid, TunedThresholdClassifier};
