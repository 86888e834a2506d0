//! The linear support vector machine.

use super::LinearClassifier;
use crate::compose::multi_class::BinaryTask;
use crate::compose::{Compose, MultiClass};
use crate::data::{
    ClassWeight, Classes, Features, Label, Missing, RowSubset, Targets, check_features, check_targets,
};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::loss::{DualLoss, Hinge, SquaredHinge};
use crate::observer::{Observer, Observing};
use crate::parallel;
use crate::regularizer::L2;
use crate::scalar::Scalar;
use crate::solver::{
    Certificate, Coefficients, Control, Intercept, InteriorPoint, NewtonFirst, Problem, ProblemReport,
    Report, Solution, Solver, certify,
};
use ndarray::{Array1, Array2};

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
/// Ω + Σᵢ Cᵢ ℓ(yᵢ (xᵢ·w + b)), with Ω = ½ ‖w‖² and Cᵢ = C · sample weight · class weight,
///
/// losses summed, not averaged. ℓ is the squared hinge max(0, 1 − m)² (default, as in scikit-learn) or the hinge
/// max(0, 1 − m). The intercept b is not penalised unless asked for. More than two classes become binary problems
/// by [`MultiClass`]. [`Hinge`] with the free intercept (and, for more than two classes,
/// [`MultiClass::OneVsOne`]) is scikit-learn's `SVC(kernel='linear')`.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`c`](Self::c) | 1.0 | > 0 | the weight of errors against Ω (scikit-learn's `C`) |
/// | [`loss`](Self::loss) | [`SquaredHinge`] | or [`Hinge`] | ℓ |
/// | [`intercept`](Self::intercept) | [`Intercept::Free`] | or `Penalized { scaling }`, `None` | whether there is a b, and whether it is in Ω |
/// | [`class_weight`](Self::class_weight) | [`ClassWeight::Uniform`] | or `Balanced`, [`by_label`](ClassWeight::by_label) | weights by class, times the sample weights |
/// | [`multi_class`](Self::multi_class) | [`MultiClass::OneVsRest`] | or `OneVsOne` | how more than two classes are handled |
/// | [`tol`](Self::tol) | 1e-6 | > 0 | the certified relative duality gap at which a fit ends |
/// | [`max_iter`](Self::max_iter) | 10 000 | ≥ 1 | iterations (epochs of coordinate descent) of a binary problem |
/// | [`solver`](Self::solver) | [`Solver::Auto`] | or `SecondOrder`, `DualCoordinateDescent` | how the optimum is found |
/// | [`seed`](Self::seed) | 0 | any | the order of rows in coordinate descent |
/// | [`observer`](Self::observer) | none | an [`Observer`] | is told of progress, and may stop the fit |
///
/// # Where it differs from scikit-learn's `LinearSVC`
/// The intercept is free by default (there it is penalised: [`Intercept::Penalized`]). `tol` is the relative
/// duality gap, which bounds the distance to the optimum, and is the same for every solver. A class weight counts on
/// both sides of a one-vs-rest problem (LIBLINEAR weights the positive side only). There is no `dual` to choose, and
/// the penalty is L2.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows labels.
///
/// # Cost
/// With n rows and d features, d ≤ n: n d² a step of a second-order method, of which 10 to 50 are needed; the stored
/// entries an epoch of coordinate descent. The features are not copied. Binary problems run in parallel.
///
/// # Errors
/// [`Error::InvalidParameter`] and [`Error::UnknownLabel`] for the parameters; [`Error::Empty`],
/// [`Error::NonFinite`], [`Error::LengthMismatch`], [`Error::InvalidWeight`], [`Error::SingleClass`],
/// [`Error::Overflow`] for the data. A fit that does not reach `tol` is no error: its
/// [`report`](LinearClassifier::report) says so, with the gap that it has.
///
/// # References
/// Cortes and Vapnik 1995, doi:10.1007/BF00994018; Fan, Chang, Hsieh, Wang and Lin 2008, "LIBLINEAR: A Library for
/// Large Linear Classification"; scikit-learn, `sklearn.svm.LinearSVC`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = StandardScaler::new().then(LinearSVC::new().loss(Hinge)).fit(&data.features, &data.target)?;
/// assert!(model.last().report().relative_gap() <= 1e-6);
/// assert!(accuracy_score(&data.target, &model.predict(&data.features)?)? > 0.98);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinearSVC {
    c: f64,
    loss: SvcLoss,
    intercept: Intercept,
    class_weight: ClassWeight,
    multi_class: MultiClass,
    tol: f64,
    max_iter: usize,
    solver: Solver,
    seed: u64,
    observing: Observing,
}

impl Default for LinearSVC {
    fn default() -> Self {
        Self {
            c: 1.0,
            loss: SvcLoss::default(),
            intercept: Intercept::default(),
            class_weight: ClassWeight::default(),
            multi_class: MultiClass::default(),
            tol: 1e-6,
            max_iter: 10_000,
            solver: Solver::default(),
            seed: 0,
            observing: Observing::default(),
        }
    }
}

impl LinearSVC {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    /// C, the weight of errors against the size of the coefficients.
    pub fn c(mut self, c: f64) -> Self {
        self.c = c;
        self
    }

    /// What an error costs: [`Hinge`] or [`SquaredHinge`].
    pub fn loss(mut self, loss: impl Into<SvcLoss>) -> Self {
        self.loss = loss.into();
        self
    }

    /// Whether there is an intercept, and whether it is penalised.
    pub fn intercept(mut self, intercept: Intercept) -> Self {
        self.intercept = intercept;
        self
    }

    /// How much each class counts.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.class_weight = class_weight;
        self
    }

    /// How more than two classes are handled.
    pub fn multi_class(mut self, multi_class: MultiClass) -> Self {
        self.multi_class = multi_class;
        self
    }

    /// The relative duality gap at which a fit ends.
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// The most iterations of a binary problem.
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// How the optimum is found.
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// The seed of the order of rows in coordinate descent.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Who is told of progress and may stop the fit.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observing = Observing::by(observer);
        self
    }

    fn check(&self) -> Result<()> {
        for (name, value) in [("c", self.c), ("tol", self.tol)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::invalid_parameter(name, value, "positive and finite"));
            }
        }
        if self.max_iter == 0 {
            return Err(Error::invalid_parameter("max_iter", self.max_iter, "at least 1"));
        }
        self.intercept.check()
    }

    fn fit_task<X: Features>(
        &self,
        x: &X,
        classes: &[usize],
        costs: &[f64],
        task: BinaryTask,
        index: usize,
    ) -> Result<BinaryFit<X::Elem>>
    where
        X::Owned: Features<Elem = X::Elem>,
    {
        let takes_part = |row: &usize| costs[*row] > 0.0 && task.sign(classes[*row]).is_some();
        let rows: Vec<usize> = (0..x.n_rows()).filter(takes_part).collect();
        let y = rows.iter().filter_map(|&row| task.sign(classes[row])).collect();
        let c = rows.iter().map(|&row| costs[row]).collect();
        let control = Control {
            seed: self.seed,
            problem: index,
            observing: self.observing.clone(),
            ..Control::new(self.tol, self.max_iter)
        };
        let subset = RowSubset::new(x, rows)?;
        match self.loss {
            SvcLoss::Hinge => {
                let problem = Problem::new(&subset, y, c, Hinge, L2, self.intercept)?;
                let solution = self.solver.minimize(&problem, &InteriorPoint, &control)?;
                finish(&problem, solution, self.tol)
            }
            SvcLoss::SquaredHinge => {
                let problem = Problem::new(&subset, y, c, SquaredHinge, L2, self.intercept)?;
                let solution = self.solver.minimize(&problem, &NewtonFirst, &control)?;
                finish(&problem, solution, self.tol)
            }
        }
    }
}

impl Compose for LinearSVC {}

impl<X, Y> Estimator<X, Y> for LinearSVC
where
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    type Fitted = LinearClassifier<X::Elem, Y::Value>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.check()?;
        check_features(x, Missing::Refused)?;
        check_targets(x, y)?;
        let classes = Classes::weighted(y).at_least_two()?;
        let class_weights = self.class_weight.weights(y, &classes)?;
        let (labels, classes) = classes.into_parts();
        let costs = self.costs(y, &classes, &class_weights)?;
        let tasks = self.multi_class.tasks(labels.len());
        let fits =
            parallel::try_map(tasks.len(), |index| self.fit_task(x, &classes, &costs, tasks[index], index))?;

        let mut coef = Array2::zeros((fits.len(), x.n_features()));
        for (mut row, fit) in coef.rows_mut().into_iter().zip(&fits) {
            row.iter_mut().zip(&fit.w).for_each(|(to, &w)| *to = w);
        }
        let intercept: Array1<X::Elem> = fits.iter().map(|fit| fit.b).collect();
        let report = Report::new(self.tol, fits.into_iter().map(|fit| fit.report).collect());
        Ok(LinearClassifier::new(coef, intercept, labels, self.multi_class, report))
    }
}

impl LinearSVC {
    /// Cᵢ of each row, 0 for rows of weight zero.
    fn costs<Y: Targets + ?Sized>(
        &self,
        y: &Y,
        classes: &[usize],
        class_weights: &[f64],
    ) -> Result<Vec<f64>> {
        let cost = |(row, &class): (usize, &usize)| {
            let (weight, class_weight) = (y.weight(row), class_weights.get(class).copied().unwrap_or(0.0));
            let cost = self.c * weight * class_weight;
            // A product that leaves the range of f64 must not silently drop its row.
            if weight > 0.0 && !(cost > 0.0 && cost.is_finite()) {
                let allowed = format!(
                    "such that C times the weight {} is a positive finite number",
                    weight * class_weight
                );
                return Err(Error::invalid_parameter("c", self.c, allowed));
            }
            Ok(cost)
        };
        classes.iter().enumerate().map(cost).collect()
    }
}

/// A binary problem solved, in the float type of the features.
struct BinaryFit<F> {
    w: Vec<F>,
    b: F,
    report: ProblemReport,
}

/// Rounds to the float type of the features, which coefficients may be too large for, and certifies what is left.
///
/// Rows on their margin may fall short of it by rounding, at a price of C each; where that costs the certificate,
/// coefficients a few units in the last place larger may keep it.
fn finish<X: Features, L: DualLoss>(
    problem: &Problem<'_, X, L, L2>,
    solution: Solution,
    tol: f64,
) -> Result<BinaryFit<X::Elem>> {
    let mut best = rounded(problem, &solution, 0.0)?;
    for units in [1.0, 2.0, 4.0, 8.0] {
        if best.0 == solution.coefficients || best.1.relative_gap() <= tol {
            break;
        }
        let larger = rounded(problem, &solution, units)?;
        if larger.1.gap < best.1.gap {
            best = larger;
        }
    }
    let (at, certificate) = best;
    let stop_reason = solution.stop_reason.for_gap(certificate.relative_gap(), tol);
    let report =
        ProblemReport { solver: solution.solver, certificate, iterations: solution.iterations, stop_reason };
    Ok(BinaryFit { w: at.w.into_iter().map(X::Elem::narrow).collect(), b: X::Elem::narrow(at.b), report })
}

/// The coefficients, larger by so many units in the last place of the float type and rounded to it.
fn rounded<X: Features, L: DualLoss>(
    problem: &Problem<'_, X, L, L2>,
    solution: &Solution,
    units: f64,
) -> Result<(Coefficients, Certificate)> {
    let round = |value: f64| X::Elem::narrow((1.0 + units * X::Elem::EPSILON) * value).widen();
    let exact = &solution.coefficients;
    let at = Coefficients { w: exact.w.iter().copied().map(round).collect(), b: round(exact.b) };
    if !at.w.iter().chain([&at.b]).all(|value| value.is_finite()) {
        return Err(Error::Overflow { what: "a coefficient", column: None });
    }
    let certificate =
        if at == *exact { solution.certificate } else { certify(problem, &at, &solution.beta)? };
    Ok((at, certificate))
}
