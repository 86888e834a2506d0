//! Pictures, as SVG or PNG (feature `plot`).
//!
//! What tells something about a model is a [`Picture`]: it makes a [`Chart`], which is saved or written to memory.
//!
//! | picture | of | what it shows |
//! |---|---|---|
//! | learning curve | [`LearningCurve`](crate::model_selection::LearningCurve) | scores by the number of rows, with a band of one standard deviation |
//! | validation curve | [`ValidationCurve`](crate::model_selection::ValidationCurve) | scores by a hyper-parameter, with bands; a log axis for values of several magnitudes |
//! | ROC curve | [`RocCurve`](crate::metric::RocCurve) | what is found against what is wrongly found |
//! | precision-recall curve | [`PrecisionRecallCurve`](crate::metric::PrecisionRecallCurve) | how many finds are right, the more is found |
//! | calibration curve | [`CalibrationCurve`](crate::metric::CalibrationCurve) | whether probabilities are true |
//! | confusion matrix | [`ConfusionMatrix`](crate::metric::ConfusionMatrix) | who is taken for whom |
//! | threshold | [`ThresholdModel`](crate::calibration::ThresholdModel) that was tuned | the score by the threshold |
//! | loss curve | [`Report`](crate::solver::Report) of stochastic gradient descent | the objective by the epoch |
//! | training of a network | [`NeuralReport`](crate::neural::NeuralReport) | the objective by the epoch, and the error on rows that are held out |
//! | coefficients | [`CoefTable`](crate::linear::CoefTable) | the largest coefficients, as bars |
//! | importances | [`PermutationImportance`](crate::inspection::PermutationImportance) | the largest importances with confidence intervals |
//! | regularisation path | [`CoefPath`] | coefficients by the strength of the penalty |
//!
//! ```
//! use certifit::metric::roc_curve;
//! use certifit::plot::{Format, Picture};
//! use certifit::prelude::*;
//! let data = datasets::breast_cancer();
//! let model = StandardScaler::new().then(LinearSVC::new()).fit(&data.features, &data.target)?;
//! let curve = roc_curve(&data.target, &model.decision_function(&data.features)?)?;
//! let chart = curve.chart()?.title("Benign or malignant?");
//! assert!(chart.render(Format::Svg)?.starts_with(b"<svg"));
//! assert!(chart.render(Format::Png)?.starts_with(b"\x89PNG"));
//! chart.save(std::env::temp_dir().join("certifit-roc.svg"))?; // the extension says the format
//! # std::fs::remove_file(std::env::temp_dir().join("certifit-roc.svg")).ok();
//! # Ok::<(), certifit::Error>(())
//! ```
//!
//! To add a picture, make a [`Chart`] of [`Layer`]s: one file that implements [`Picture`]. Text is measured and, in PNG,
//! drawn with a part of the font DejaVu Sans that the crate carries, so that a machine needs no fonts; a viewer of SVG
//! takes its own. The part has Latin, Greek and Cyrillic letters and some signs; another letter is written in PNG as its
//! number in Unicode, 猫 as `U+732B`, and in SVG as itself.
//!
//! Names side by side, such as those of many classes, are turned, written smaller, and where even that is not enough, only
//! every other or every third of them is written.

mod axis;
mod calibration_curve;
mod canvas;
mod chart;
mod coef_path;
mod coef_table;
mod confusion_matrix;
mod curves;
mod importance;
mod layer;
mod layout;
mod learning_curve;
mod marks;
mod neural_report;
mod paint;
mod precision_recall_curve;
mod render;
mod report;
mod roc_curve;
mod ticks;
mod tuning;
mod validation_curve;

pub use axis::{Axis, Scale};
pub use chart::{Chart, Format};
pub use coef_path::CoefPath;
pub use layer::{Band, Bar, Bars, Cells, Layer, Line};
pub use paint::Paint;

use crate::error::Result;
use std::path::Path;

/// What can be drawn.
///
/// ```
/// use certifit::plot::{Axis, Chart, Line, Paint, Picture};
/// use certifit::prelude::*;
///
/// /// The squared hinge.
/// struct Losses;
/// impl Picture for Losses {
///     fn chart(&self) -> Result<Chart, Error> {
///         let points = (-20..=20).map(|i| f64::from(i) / 10.0).map(|m| (m, SquaredHinge.value(1.0, m)));
///         let line = Line::new(points, Paint::Series(0)).named("squared hinge");
///         Ok(Chart::new("A loss", Axis::linear("margin"), Axis::linear("loss")).layer(line))
///     }
/// }
/// assert_eq!(Losses.chart()?.layers().len(), 1);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait Picture {
    /// The chart, with a title and labels that can be changed.
    ///
    /// # Errors
    /// [`Error::Empty`](crate::Error::Empty) and [`Error::Unsupported`](crate::Error::Unsupported) where there is nothing
    /// to draw; each picture documents its own.
    fn chart(&self) -> Result<Chart>;

    /// Draws into a file whose extension, `.svg` or `.png`, says the format.
    ///
    /// # Errors
    /// Those of [`chart`](Self::chart) and of [`Chart::save`].
    fn save(&self, path: impl AsRef<Path>) -> Result<()>
    where
        Self: Sized,
    {
        self.chart()?.save(path)
    }
}
