//! Logistic regression.

use super::Probability;
use super::classification::{BinaryModel, fits_classifiers};
use super::joint::{JointMinimum, JointTask};
use super::settings::{Classification, Settings, setters};
use super::task::{Minimum, Task};
use crate::compose::MultiClass;
use crate::error::{Error, Result};
use crate::loss::LogLoss;
use crate::solver::SmoothSolver;

/// Logistic regression, certified.
///
/// For two classes with yᵢ = ±1 (+1 is the second label in sorted order) it minimises
///
/// Ω(w) + Σᵢ Cᵢ ln(1 + e^(−yᵢ (xᵢ·w + b))), with Cᵢ = C · sample weight · class weight,
///
/// losses summed, not averaged, and Ω = ½ ‖w‖² unless another [`Penalty`](super::Penalty) is asked for. The intercept b
/// is not penalised unless asked for. The decision value x·w + b is the log-odds of the second class, so that models
/// [predict probabilities](crate::PredictProba). K > 2 classes have one problem, the softmax, with a row wₖ and an
/// intercept bₖ for each, scores zᵢₖ = xᵢ·wₖ + bₖ and yᵢ the class of row i:
///
/// Σₖ Ω(wₖ) + Σᵢ Cᵢ [ln Σₖ e^zᵢₖ − zᵢ_yᵢ],
///
/// or, with [`MultiClass::OneVsRest`], one of two classes for each class.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`c`](Self::c) | 1.0 | > 0 | the weight of errors against Ω (scikit-learn's `C`) |
/// | [`penalty`](Self::penalty) | [`L2`](crate::regularizer::L2) | or `L1`, `ElasticNet { l1_ratio }`, `NoPenalty` | Ω |
/// | [`intercept`](Self::intercept) | `Free` | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is in Ω |
/// | [`class_weight`](Self::class_weight) | [`Uniform`](crate::data::ClassWeight::Uniform) | or `Balanced`, [`by_label`](crate::data::ClassWeight::by_label) | weights by class, times the sample weights |
/// | [`multi_class`](Self::multi_class) | [`MultiClass::Joint`] | or `OneVsRest`; not `OneVsOne`: pairs of classes have no probabilities of classes | how more than two classes are handled |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | iterations of a problem: Newton's steps, epochs of dual coordinate descent, or working sets with L1 or an elastic net |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`solver`](Self::solver) | `Auto` | or `SecondOrder`, `DualCoordinateDescent` | how the optimum of a binary problem is found with L2; the other penalties have [`CoordinateDescent`](crate::solver::CoordinateDescent) |
/// | [`seed`](Self::seed) | 0 | any | the rows of samples, and the order of rows in dual coordinate descent |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of progress, and may stop the fit |
///
/// # Where it differs from scikit-learn's `LogisticRegression`
/// `tol` is the relative duality gap, which bounds the distance to the
/// optimum, and is the same for every solver. [`Intercept::Penalized`](crate::solver::Intercept::Penalized) is what
/// scikit-learn's `solver='liblinear'` does.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows labels.
///
/// # Cost
/// With n rows and d features, n ≫ d, and L2: 5 to 10 passes over the features, n d operations each; see
/// [`Solver::Auto`](crate::solver::Solver::Auto) for other shapes. K > 2 classes at once: some dozens of passes of n d K
/// operations each with L2 and without a penalty (Newton's method with conjugate gradients), and coordinate descent on one
/// class after the other with the penalties that leave zeros.
///
/// # Errors
/// [`Error::InvalidParameter`], [`Error::UnknownLabel`] and [`Error::Unsupported`] for the parameters; [`Error::Empty`],
/// [`Error::NonFinite`], [`Error::LengthMismatch`], [`Error::InvalidWeight`], [`Error::SingleClass`],
/// [`Error::Overflow`] for the data. A fit that does not reach `tol` is no error: its
/// [`report`](super::LinearClassifier::report) says so, with the gap that it has.
///
/// # References
/// Cox 1958, "The Regression Analysis of Binary Sequences", doi:10.1111/j.2517-6161.1958.tb00292.x; Yu, Huang and Lin
/// 2011, "Dual Coordinate Descent Methods for Logistic Regression and Maximum Entropy Models",
/// doi:10.1007/s10994-010-5221-8; scikit-learn, `sklearn.linear_model.LogisticRegression`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = StandardScaler::new().then(LogisticRegression::new()).fit(&data.features, &data.target)?;
/// assert!(model.last().report().relative_gap() <= 1e-6);
/// assert!(accuracy_score(&data.target, &model.predict(&data.features)?)? > 0.98);
/// // The first tumour is malignant (class 0), almost certainly.
/// assert!(model.predict_proba(&data.features)?[[0, 0]] > 0.999);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticRegression {
    c: f64,
    classification: Classification,
    settings: Settings,
}

impl Default for LogisticRegression {
    fn default() -> Self {
        let classification = Classification { multi_class: MultiClass::Joint, ..Classification::default() };
        Self { c: 1.0, classification, settings: Settings::default() }
    }
}

impl LogisticRegression {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    setters!(c, penalty, class_weight, multi_class);
    setters!(intercept, tol, max_iter, max_time, solver, seed, observer);
}

impl BinaryModel for LogisticRegression {
    type Says = Probability;

    fn c(&self) -> f64 {
        self.c
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn classification(&self) -> &Classification {
        &self.classification
    }

    fn check(&self) -> Result<()> {
        let (what, reason) = match self.classification.multi_class {
            MultiClass::Joint | MultiClass::OneVsRest => return Ok(()),
            MultiClass::OneVsOne => (
                "LogisticRegression with MultiClass::OneVsOne",
                "pairs of classes have no probabilities of classes; use MultiClass::Joint or OneVsRest",
            ),
            MultiClass::CrammerSinger => (
                "LogisticRegression with MultiClass::CrammerSinger",
                "that is a support vector machine's; use MultiClass::Joint",
            ),
        };
        Err(Error::Unsupported { what, reason })
    }

    fn minimize(&self, task: Task<'_>) -> Result<Minimum> {
        self.classification.penalty.minimize(task, LogLoss, |problem, control| {
            self.settings.solver.minimize(problem, &SmoothSolver, control)
        })
    }

    fn minimize_jointly(&self, task: JointTask<'_>) -> Result<JointMinimum> {
        self.classification.penalty.minimize_softmax(task)
    }
}

fits_classifiers!(LogisticRegression, Probability);
