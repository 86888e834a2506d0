//! The linear support vector machine.

use super::classification::{BinaryModel, fits_classifiers};
use super::joint::{JointMinimum, JointTask};
use super::settings::{Classification, Settings, setters};
use super::task::{Minimum, Task};
use super::{NoProbability, Penalty};
use crate::compose::MultiClass;
use crate::error::{Error, Result};
use crate::loss::{CrammerSinger, Hinge, SquaredHinge};
use crate::regularizer::L2;
use crate::solver::{HingeSolver, SmoothMarginSolver, solve_crammer_singer};

/// The losses of [`LinearSVC`]: values that a grid of hyper-parameters can hold.
///
/// ```
/// use certifit::prelude::*;
/// assert_eq!(SvcLoss::from(Hinge), SvcLoss::Hinge);
/// assert_eq!(SvcLoss::default(), SvcLoss::SquaredHinge);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SvcLoss {
    /// max(0, 1 − m), [`Hinge`].
    Hinge,
    /// max(0, 1 − m)², [`SquaredHinge`].
    #[default]
    SquaredHinge,
}

impl From<Hinge> for SvcLoss {
    fn from(_: Hinge) -> Self {
        Self::Hinge
    }
}

impl From<SquaredHinge> for SvcLoss {
    fn from(_: SquaredHinge) -> Self {
        Self::SquaredHinge
    }
}

/// Linear support vector classification, certified.
///
/// For two classes with yᵢ = ±1 (+1 is the second label in sorted order) it minimises
///
/// Ω(w) + Σᵢ Cᵢ ℓ(yᵢ (xᵢ·w + b)), with Ω = ½ ‖w‖² and Cᵢ = C · sample weight · class weight,
///
/// losses summed, not averaged. ℓ is the squared hinge max(0, 1 − m)² (default, as in scikit-learn) or the hinge
/// max(0, 1 − m). The intercept b is not penalised unless asked for. More than two classes become binary problems
/// by [`MultiClass`]. [`Hinge`] with the free intercept (and, for more than two classes,
/// [`MultiClass::OneVsOne`]) is scikit-learn's `SVC(kernel='linear')`.
///
/// [`MultiClass::CrammerSinger`] minimises over all K > 2 classes at once, with a row wₖ and an intercept bₖ for each,
/// scores zᵢₖ = xᵢ·wₖ + bₖ and yᵢ the class of row i,
///
/// ½ Σₖ ‖wₖ‖² + Σᵢ Cᵢ maxₖ (1\[k ≠ yᵢ\] + zᵢₖ − zᵢ_yᵢ).
///
/// Its loss is this hinge; the squared hinge is refused. Of two classes it makes w = w₁ − w₀, as scikit-learn does, whose
/// problem is the binary one of the hinge with 2 C.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`c`](Self::c) | 1.0 | > 0 | the weight of errors against Ω (scikit-learn's `C`) |
/// | [`loss`](Self::loss) | [`SquaredHinge`], with `CrammerSinger` [`Hinge`] | or [`Hinge`] | ℓ |
/// | [`penalty`](Self::penalty) | [`L2`] | with the squared hinge also `L1`, `ElasticNet { l1_ratio }`, `NoPenalty`; the hinge has L2 only, as in LIBLINEAR | Ω |
/// | [`intercept`](Self::intercept) | [`Intercept::Free`](crate::solver::Intercept::Free) | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is in Ω |
/// | [`class_weight`](Self::class_weight) | [`Uniform`](crate::data::ClassWeight::Uniform) | or `Balanced`, [`by_label`](crate::data::ClassWeight::by_label) | weights by class, times the sample weights |
/// | [`multi_class`](Self::multi_class) | [`OneVsRest`](crate::compose::MultiClass::OneVsRest) | or `OneVsOne`, `CrammerSinger` | how more than two classes are handled |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | iterations of a binary problem: Newton's steps, epochs of dual coordinate descent, or working sets with L1 or an elastic net |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`solver`](Self::solver) | [`Solver::Auto`] | or `SecondOrder`, `DualCoordinateDescent` | how the optimum of a binary problem is found with L2; the other penalties have [`CoordinateDescent`](crate::solver::CoordinateDescent) |
/// | [`seed`](Self::seed) | 0 | any | the rows of samples, and the order of rows in coordinate descent |
/// | [`observer`](Self::observer) | none | an [`Observer`] | is told of progress, and may stop the fit |
///
/// # Where it differs from scikit-learn's `LinearSVC`
/// The intercept is free by default (there it is penalised: [`Intercept::Penalized`]). `tol` is the relative
/// duality gap, which bounds the distance to the optimum, and is the same for every solver. A class weight counts on
/// both sides of a one-vs-rest problem (LIBLINEAR weights the positive side only). There is no `dual` to choose.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows labels.
///
/// # Cost
/// With n rows and d features, n ≫ d: 3 to 10 passes over the features, n d operations each, and a few dozen systems of
/// size d; see [`Solver::Auto`] for other shapes. The features are not copied but for the rows of samples and those with
/// margins near 1, at most a quarter of them where n ≫ d. Binary problems, and pieces of rows, run in parallel.
/// `CrammerSinger`: epochs of dual coordinate descent of n d K operations each, a hundred or so on scaled data; where they
/// are more and d K ≤ 1000, a few dozen steps of Newton's method, of n d² K² operations each.
///
/// # Errors
/// [`Error::InvalidParameter`], [`Error::UnknownLabel`] and [`Error::Unsupported`] for the parameters; [`Error::Empty`],
/// [`Error::NonFinite`], [`Error::LengthMismatch`], [`Error::InvalidWeight`], [`Error::SingleClass`],
/// [`Error::Overflow`] for the data. A fit that does not reach `tol` is no error: its
/// [`report`](super::LinearClassifier::report) says so, with the gap that it has.
///
/// # References
/// Cortes and Vapnik 1995, doi:10.1007/BF00994018; Fan, Chang, Hsieh, Wang and Lin 2008, "LIBLINEAR: A Library for
/// Large Linear Classification"; Crammer and Singer 2001, "On the Algorithmic Implementation of Multiclass Kernel-based
/// Vector Machines"; Keerthi, Sundararajan, Chang, Hsieh and Lin 2008, "A Sequential Dual Method for Large Scale
/// Multi-Class Linear SVMs", doi:10.1145/1401890.1401942; scikit-learn, `sklearn.svm.LinearSVC`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = StandardScaler::new().then(LinearSVC::new().loss(Hinge)).fit(&data.features, &data.target)?;
/// assert!(model.last().report().relative_gap() <= 1e-6);
/// assert!(accuracy_score(&data.target, &model.predict(&data.features)?)? > 0.98);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// [`Error::Empty`]: crate::Error::Empty
/// [`Error::InvalidParameter`]: crate::Error::InvalidParameter
/// [`Error::InvalidWeight`]: crate::Error::InvalidWeight
/// [`Error::LengthMismatch`]: crate::Error::LengthMismatch
/// [`Error::NonFinite`]: crate::Error::NonFinite
/// [`Error::Overflow`]: crate::Error::Overflow
/// [`Error::SingleClass`]: crate::Error::SingleClass
/// [`Error::UnknownLabel`]: crate::Error::UnknownLabel
/// [`Error::Unsupported`]: crate::Error::Unsupported
/// [`MultiClass`]: crate::compose::MultiClass
/// [`MultiClass::CrammerSinger`]: crate::compose::MultiClass::CrammerSinger
/// [`MultiClass::OneVsOne`]: crate::compose::MultiClass::OneVsOne
/// [`Intercept::Penalized`]: crate::solver::Intercept::Penalized
/// [`Observer`]: crate::Observer
/// [`Solver::Auto`]: crate::solver::Solver::Auto
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSVC {
    c: f64,
    /// What was asked for, if anything.
    loss: Option<SvcLoss>,
    classification: Classification,
    settings: Settings,
}

impl Default for LinearSVC {
    fn default() -> Self {
        Self { c: 1.0, loss: None, classification: Classification::default(), settings: Settings::default() }
    }
}

impl LinearSVC {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    /// What an error costs: [`Hinge`] or [`SquaredHinge`].
    pub fn loss(mut self, loss: impl Into<SvcLoss>) -> Self {
        self.loss = Some(loss.into());
        self
    }

    setters!(c, penalty, class_weight, multi_class);
    setters!(intercept, tol, max_iter, max_time, solver, seed, observer);

    /// The loss that is asked for, or that goes with how classes are handled.
    fn loss_in_use(&self) -> SvcLoss {
        self.loss.unwrap_or(match self.classification.multi_class {
            MultiClass::CrammerSinger => SvcLoss::Hinge,
            _ => SvcLoss::default(),
        })
    }
}

impl BinaryModel for LinearSVC {
    type Says = NoProbability;

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
        let unsupported = |what, reason| Err(Error::Unsupported { what, reason });
        match (self.classification.multi_class, self.loss_in_use(), self.classification.penalty) {
            (MultiClass::Joint, _, _) => unsupported(
                "LinearSVC with MultiClass::Joint",
                "that is logistic regression's; use MultiClass::CrammerSinger",
            ),
            (MultiClass::CrammerSinger, SvcLoss::SquaredHinge, _) => unsupported(
                "the squared hinge with MultiClass::CrammerSinger",
                "its loss is a hinge; use Hinge, or leave the loss out",
            ),
            (_, SvcLoss::Hinge, Penalty::L1 | Penalty::ElasticNet { .. } | Penalty::None) => unsupported(
                "the hinge with another penalty than L2",
                "both have kinks; use the squared hinge",
            ),
            _ => Ok(()),
        }
    }

    fn minimize(&self, task: Task<'_>) -> Result<Minimum> {
        let solver = self.settings.solver;
        match self.loss_in_use() {
            SvcLoss::Hinge => {
                let task = match self.classification.multi_class {
                    // ½ ‖w₀‖² + ½ ‖w₁‖² is ¼ ‖w‖² for w = w₁ − w₀ and w₀ = −w₁.
                    MultiClass::CrammerSinger => task.times(2.0)?,
                    _ => task,
                };
                task.minimize(Hinge, L2, |problem, control| solver.minimize(problem, &HingeSolver, control))
            }
            SvcLoss::SquaredHinge => {
                self.classification.penalty.minimize(task, SquaredHinge, |problem, control| {
                    solver.minimize(problem, &SmoothMarginSolver, control)
                })
            }
        }
    }

    fn minimize_jointly(&self, task: JointTask<'_>) -> Result<JointMinimum> {
        task.minimize(CrammerSinger, L2, |problem, control, _| solve_crammer_singer(problem, control))
    }
}

fits_classifiers!(LinearSVC, NoProbability);
