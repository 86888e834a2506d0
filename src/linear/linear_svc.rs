//! The linear support vector machine.

use super::LinearClassifier;
use super::svc_fit::SvcFit;
use crate::compose::{Compose, MultiClass};
use crate::data::{
    ClassWeight, Classes, Features, Label, Targets, check_targets, check_width, checked_squared_norms,
};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::loss::{Hinge, SquaredHinge};
use crate::observer::{Observer, Observing};
use crate::scalar::Scalar;
use crate::solver::{Coefficients, Intercept, Report, Solver};
use ndarray::Array2;
use std::time::{Duration, Instant};

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
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the best so far is returned |
/// | [`solver`](Self::solver) | [`Solver::Auto`] | or `SecondOrder`, `DualCoordinateDescent` | how the optimum is found |
/// | [`seed`](Self::seed) | 0 | any | the rows of samples, and the order of rows in coordinate descent |
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
/// With n rows and d features, n ≫ d: 3 to 10 passes over the features, n d operations each, and a few dozen systems of
/// size d; see [`Solver::Auto`] for other shapes. The features are not copied but for the rows of samples and those with
/// margins near 1, at most a quarter of them where n ≫ d. Binary problems, and pieces of rows, run in parallel.
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
    pub(super) c: f64,
    pub(super) loss: SvcLoss,
    pub(super) intercept: Intercept,
    pub(super) class_weight: ClassWeight,
    pub(super) multi_class: MultiClass,
    pub(super) tol: f64,
    pub(super) max_iter: usize,
    pub(super) max_time: Option<Duration>,
    pub(super) solver: Solver,
    pub(super) seed: u64,
    pub(super) observing: Observing,
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
            max_time: None,
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

    /// How long a fit may take: once that is over it ends with the best coefficients so far and their true gap, as
    /// soon as the iteration at work is done.
    pub fn max_time(mut self, max_time: Duration) -> Self {
        self.max_time = Some(max_time);
        self
    }

    /// How the optimum is found.
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// The seed of samples, and of the order of rows in coordinate descent.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Who is told of progress and may stop the fit.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observing = Observing::by(observer);
        self
    }

    fn check(&self, cs: &[f64]) -> Result<()> {
        for (name, value) in cs.iter().map(|&c| ("c", c)).chain([("tol", self.tol)]) {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::invalid_parameter(name, value, "positive and finite"));
            }
        }
        if self.max_iter == 0 {
            return Err(Error::invalid_parameter("max_iter", self.max_iter, "at least 1"));
        }
        if self.max_time.is_some_and(|max_time| max_time.is_zero()) {
            return Err(Error::invalid_parameter("max_time", "0", "longer than nothing"));
        }
        self.intercept.check()
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
        self.fit_at(x, y, &[self.c], None).map(|(first, _)| first)
    }
}

impl LinearSVC {
    /// [`fit`](Estimator::fit), begun at a model that was fitted before: to the same optimum, in less time where it is
    /// near. The model must have the same classes and the same number of features; the rows and C may be others.
    ///
    /// # Errors
    /// Those of `fit`, [`Error::FeatureMismatch`], and [`Error::InvalidParameter`] for a model of other classes.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let model = LinearSVC::new().fit(&data.features, &data.target)?;
    /// let next = LinearSVC::new().c(1.1).fit_from(&model, &data.features, &data.target)?;
    /// assert!(next.report().converged());
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_from<X, Y>(
        &self,
        model: &LinearClassifier<X::Elem, Y::Value>,
        x: &X,
        y: &Y,
    ) -> Result<LinearClassifier<X::Elem, Y::Value>>
    where
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        self.fit_at(x, y, &[self.c], Some(model)).map(|(first, _)| first)
    }

    /// A model for each value of C, in the given order: each is begun where the one before ended, and certified as if
    /// it had been fitted alone. Ascending values need the least work. [`c`](Self::c) is not used, and
    /// [`max_time`](Self::max_time) is for all of them together.
    ///
    /// # Errors
    /// Those of `fit`, and [`Error::Empty`] for no values.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::iris();
    /// let path = LinearSVC::new().path(&data.features, &data.target, &[0.01, 0.1, 1.0, 10.0])?;
    /// assert!(path.iter().all(|model| model.report().relative_gap() <= 1e-6));
    /// // The larger C, the larger the coefficients.
    /// let size = |i: usize| path[i].coef().iter().map(|w| w * w).sum::<f64>();
    /// assert!(size(0) < size(1) && size(1) < size(2) && size(2) < size(3));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn path<X, Y>(&self, x: &X, y: &Y, cs: &[f64]) -> Result<Vec<LinearClassifier<X::Elem, Y::Value>>>
    where
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        let (first, others) = self.fit_at(x, y, cs, None)?;
        Ok(std::iter::once(first).chain(others).collect())
    }

    /// The models for one or more values of C: the first, and the others.
    #[allow(clippy::type_complexity)] // a vector that cannot be empty
    fn fit_at<X, Y>(
        &self,
        x: &X,
        y: &Y,
        cs: &[f64],
        start: Option<&LinearClassifier<X::Elem, Y::Value>>,
    ) -> Result<(LinearClassifier<X::Elem, Y::Value>, Vec<LinearClassifier<X::Elem, Y::Value>>)>
    where
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        let began = Instant::now();
        self.check(cs)?;
        let squared_norms = checked_squared_norms(x)?;
        check_targets(x, y)?;
        let classes = Classes::weighted(y).at_least_two()?;
        let class_weights = self.class_weight.weights(y, &classes)?;
        let (labels, classes) = classes.into_parts();
        let weight = |(row, &class): (usize, &usize)| match (y.weight(row), class_weights.get(class)) {
            (weight, Some(class_weight)) if weight > 0.0 => weighted(weight, *class_weight),
            _ => Ok(0.0),
        };
        let weights = classes.iter().enumerate().map(weight).collect::<Result<_>>()?;
        let mut fits = SvcFit {
            settings: self,
            x,
            squared_norms,
            classes,
            weights,
            tasks: self.multi_class.tasks(labels.len()),
            starts: start.map(|model| self.starts(model, x, &labels)).transpose()?,
            began,
        };
        let mut model = |c: f64| -> Result<_> {
            let (problems, reports): (Vec<_>, Vec<_>) = fits.solve(c)?.into_iter().unzip();
            let entries = problems.iter().flat_map(|at| at.w.iter().map(|&w| X::Elem::narrow(w))).collect();
            let coef = Array2::from_shape_vec((problems.len(), x.n_features()), entries)
                .map_err(|_| Error::Overflow { what: "the number of coefficients", column: None })?;
            let intercept = problems.iter().map(|at| X::Elem::narrow(at.b)).collect();
            let report = Report::new(self.tol, reports);
            Ok(LinearClassifier::new(coef, intercept, labels.clone(), self.multi_class, report))
        };
        let (&first, others) = cs.split_first().ok_or(Error::Empty { what: "cs", axis: "values" })?;
        Ok((model(first)?, others.iter().map(|&c| model(c)).collect::<Result<_>>()?))
    }

    /// The coefficients of a model, as starts of the problems of this fit.
    fn starts<X: Features, L: Label>(
        &self,
        model: &LinearClassifier<X::Elem, L>,
        x: &X,
        labels: &[L],
    ) -> Result<Vec<Coefficients>> {
        check_width(x, model.n_features_in())?;
        if model.classes() != labels || model.coef().nrows() != self.multi_class.tasks(labels.len()).len() {
            let allowed =
                format!("a model of the classes {labels:?}, made from binary problems in the same way");
            return Err(Error::invalid_parameter("model", format!("{:?}", model.classes()), allowed));
        }
        let rows = model.coef().rows().into_iter().zip(model.intercept());
        Ok(rows
            .map(|(w, b)| Coefficients { w: w.iter().map(|w| w.widen()).collect(), b: b.widen() })
            .collect())
    }
}

/// Sample weight times class weight; an error where the product of two positive numbers is none.
fn weighted(weight: f64, class_weight: f64) -> Result<f64> {
    let product = weight * class_weight;
    if product > 0.0 && product.is_finite() || class_weight == 0.0 {
        return Ok(product);
    }
    let allowed =
        format!("such that its product with the sample weight {weight} is a positive finite number");
    Err(Error::invalid_parameter("class_weight", class_weight, allowed))
}
