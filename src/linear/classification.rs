//! What all linear classifiers share of fitting: classes, weights and binary problems.

use super::LinearClassifier;
use super::beginning::Beginning;
use super::joint::{JointMinimum, JointTask};
use super::settings::{Classification, Place, Settings, check_positive};
use super::task::{Minimum, Part, Table, Task, from_there_or_anew, some_of};
use crate::compose::MultiClass;
use crate::compose::multi_class::BinaryTask;
use crate::data::{
    Features, Label, Targets, check_targets, check_width, checked_squared_norms, weighted_classes,
};
use crate::error::{Error, Result};
use crate::estimator::{PathVisitor, visit_path};
use crate::parallel;
use crate::scalar::Scalar;
use crate::solver::{Coefficients, ProblemReport, Report, Trail};
use ndarray::Array2;
use std::ops::ControlFlow;
use std::time::Instant;

/// Hyper-parameters of a linear classifier: how its problems are minimised, binary ones and those of all classes.
pub(super) trait BinaryModel: Sync {
    /// What its models say beyond labels and decision values.
    type Says: Default;

    fn c(&self) -> f64;
    fn settings(&self) -> &Settings;
    fn classification(&self) -> &Classification;
    /// Refuses parameters that are out of range, C and the settings apart.
    fn check(&self) -> Result<()>;
    /// Minimises a problem with targets ±1.
    fn minimize(&self, task: Task<'_>) -> Result<Minimum>;
    /// Minimises a problem of all classes at once.
    fn minimize_jointly(&self, task: JointTask<'_>) -> Result<JointMinimum>;
}

type Classifier<M, F, L> = LinearClassifier<F, L, <M as BinaryModel>::Says>;

/// What `M` fits to features of type `X` and targets of type `Y`.
type Fitted<M, X, Y> = Classifier<M, <X as Features>::Elem, <Y as Targets>::Value>;

/// The classifier, begun at `start` if there is one.
pub(super) fn fit_classifier<M, X, Y>(
    model: &M,
    x: &X,
    y: &Y,
    start: Option<&Fitted<M, X, Y>>,
) -> Result<Fitted<M, X, Y>>
where
    M: BinaryModel,
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    check_positive("c", model.c())?;
    BinaryFits::new(model, x, y, start)?.classifier(model.c())
}

/// The classifiers for one or more values of C, each begun where the one before ended.
pub(super) fn fit_classifiers<M, X, Y>(model: &M, x: &X, y: &Y, cs: &[f64]) -> Result<Vec<Fitted<M, X, Y>>>
where
    M: BinaryModel,
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    cs.iter().try_for_each(|&c| check_positive("c", c))?;
    let mut fits = BinaryFits::new(model, x, y, None)?.on_a_path();
    if cs.is_empty() {
        return Err(Error::Empty { what: "cs", axis: "values" });
    }
    cs.iter().map(|&c| fits.classifier(c)).collect()
}

/// Shows a visitor the classifiers of models that differ in C alone, each begun where the one before ended.
pub(super) fn visit_classifiers<M, X, Y>(
    path: &[&M],
    x: &X,
    y: &Y,
    visitor: &mut dyn PathVisitor<Fitted<M, X, Y>>,
) -> ControlFlow<()>
where
    M: BinaryModel,
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    let Some(&head) = path.first() else { return ControlFlow::Continue(()) };
    let fit = |fits: &mut BinaryFits<'_, M, X, Y::Value>, model: &M| {
        check_positive("c", model.c())?;
        fits.began = Instant::now();
        fits.classifier(model.c())
    };
    visit_path(path, BinaryFits::new(head, x, y, None).map(BinaryFits::on_a_path), fit, visitor)
}

/// The least and the largest weight of rows that count.
pub(super) fn extremes(weights: &[f64]) -> [f64; 2] {
    let counts = weights.iter().copied().filter(|weight| *weight > 0.0);
    counts.fold([f64::INFINITY, 0.0], |[least, most], weight| [least.min(weight), most.max(weight)])
}

/// Refuses a cost of rows that times the weight of one leaves the range of `f64`: it must not silently drop its row.
/// `name` and `value` are the parameter that it comes from, `weights` the [`extremes`].
pub(super) fn check_strength(cost: f64, weights: [f64; 2], name: &'static str, value: f64) -> Result<()> {
    let leaves_range = |weight: &f64| !(cost * weight > 0.0 && (cost * weight).is_finite());
    match weights.into_iter().find(leaves_range) {
        None => Ok(()),
        Some(weight) => {
            let allowed =
                format!("such that {cost:e} times the weight {weight} of a row is a positive finite number");
            Err(Error::invalid_parameter(name, value, allowed))
        }
    }
}

/// The coefficients of a model, as starts of the problems of another fit.
pub(super) fn starts<X: Features, L: Label, P>(
    model: &LinearClassifier<X::Elem, L, P>,
    multi_class: MultiClass,
    x: &X,
    labels: &[L],
) -> Result<Vec<Coefficients>> {
    check_width(x, model.n_features_in())?;
    coefficients(model, multi_class, labels)
}

/// The coefficients of the problems of a model of these classes.
pub(super) fn coefficients<F: Scalar, L: Label, P>(
    model: &LinearClassifier<F, L, P>,
    multi_class: MultiClass,
    labels: &[L],
) -> Result<Vec<Coefficients>> {
    // Three classes have as many pairs as classes.
    let of_pairs = |multi_class: MultiClass| labels.len() > 2 && multi_class == MultiClass::OneVsOne;
    let is_other = of_pairs(model.multi_class()) != of_pairs(multi_class);
    if model.classes() != labels || is_other || model.coef().nrows() != multi_class.n_decisions(labels.len())
    {
        let allowed =
            format!("a model of the classes {labels:?}, with decision values for the same problems");
        return Err(Error::invalid_parameter("model", format!("{:?}", model.classes()), allowed));
    }
    let rows = model.coef().rows().into_iter().zip(model.intercept());
    Ok(rows.map(|(w, b)| Coefficients { w: w.iter().map(|w| w.widen()).collect(), b: b.widen() }).collect())
}

/// The data of a fit, checked, and what all its binary problems share.
struct BinaryFits<'a, M, X, L> {
    model: &'a M,
    table: Table<'a, X>,
    labels: Vec<L>,
    classes: Vec<usize>,
    /// Sample weight times class weight of each row.
    weights: Vec<f64>,
    extremes: [f64; 2],
    tasks: Vec<BinaryTask>,
    /// Where the problems begin.
    starts: Beginning<Vec<Coefficients>>,
    /// Where the fits of a path leave what serves the next one, one a problem.
    trails: Vec<Trail>,
    began: Instant,
}

impl<'a, M: BinaryModel, X: Features, L: Label> BinaryFits<'a, M, X, L>
where
    X::Owned: Features<Elem = X::Elem>,
{
    fn new<Y>(model: &'a M, x: &'a X, y: &Y, start: Option<&Classifier<M, X::Elem, L>>) -> Result<Self>
    where
        Y: Targets<Value = L> + ?Sized,
    {
        let began = Instant::now();
        model.settings().check()?;
        model.check()?;
        let table = Table { x, squared_norms: checked_squared_norms(x)? };
        check_targets(x, y)?;
        let (labels, classes, weights) = weighted_classes(y, &model.classification().class_weight)?;
        let multi_class = model.classification().multi_class;
        let tasks = multi_class.tasks(labels.len());
        let starts = start.map(|start| starts(start, multi_class, x, &labels)).transpose()?;
        let (starts, extremes, trails) = (Beginning::at(starts), extremes(&weights), Vec::new());
        Ok(Self { model, table, labels, classes, weights, extremes, tasks, starts, trails, began })
    }

    /// For more than one C.
    fn on_a_path(self) -> Self {
        Self { trails: self.tasks.iter().map(|_| Trail::default()).collect(), ..self }
    }

    /// The model for one C. The next one begins where this one ends.
    fn classifier(&mut self, c: f64) -> Result<Classifier<M, X::Elem, L>> {
        let (problems, reports) = self.solve(c)?;
        let entries = problems.iter().flat_map(|at| at.w.iter().map(|&w| X::Elem::narrow(w))).collect();
        let coef = Array2::from_shape_vec((problems.len(), self.table.x.n_features()), entries)
            .map_err(|_| Error::Overflow { what: "the number of coefficients", column: None })?;
        let intercept = problems.iter().map(|at| X::Elem::narrow(at.b)).collect();
        let report = Report::new(self.model.settings().tol, reports);
        let multi_class = self.model.classification().multi_class;
        self.starts = Beginning::end_of(problems, c);
        Ok(LinearClassifier::new(coef, intercept, self.labels.clone(), multi_class, report))
    }

    /// The coefficients, one a decision value, and the reports of all problems for one C.
    fn solve(&self, c: f64) -> Result<(Vec<Coefficients>, Vec<ProblemReport>)> {
        check_strength(c, self.extremes, "c", c)?;
        if self.model.classification().multi_class.is_joint(self.labels.len()) {
            let (coefficients, report) = self.solve_jointly(c)?;
            return Ok((coefficients, vec![report]));
        }
        let solved = parallel::try_map(self.tasks.len(), |index| self.solve_task(index, c))?;
        Ok(solved.into_iter().unzip())
    }

    fn solve_jointly(&self, c: f64) -> Result<JointMinimum> {
        let rows = some_of(self.classes.len(), |row| self.weights[row] > 0.0);
        let (classes, weights) = match &rows {
            None => (self.classes.clone(), self.weights.clone()),
            Some(rows) => rows.iter().map(|&row| (self.classes[row], self.weights[row])).unzip(),
        };
        let costs = weights.iter().map(|weight| c * weight).collect();
        let settings = self.model.settings();
        let control =
            settings.control(Place { index: 0, start: None, trail: None, began: self.began, unit: 1.0 });
        let (n_classes, intercept, start) =
            (self.labels.len(), settings.intercept, self.starts.of(c).cloned());
        self.table.with_rows(rows, |x, norms| {
            let task = JointTask { x, norms, classes, costs, n_classes, intercept, control, start };
            self.model.minimize_jointly(task)
        })
    }

    fn solve_task(&self, index: usize, c: f64) -> Result<Minimum> {
        let task = self.tasks[index];
        let signs: Vec<Option<f64>> = (0..self.labels.len()).map(|class| task.sign(class)).collect();
        let start = self.starts.of(c).and_then(|starts| starts.get(index)).cloned();
        from_there_or_anew(start, |start| {
            let part = Part::of(
                self.classes.len(),
                |row| self.weights[row] > 0.0 && signs[self.classes[row]].is_some(),
                |row| signs[self.classes[row]].unwrap_or_default(),
                |row| c * self.weights[row],
            );
            let trail = self.trails.get(index).cloned();
            let place = Place { index, start, trail, began: self.began, unit: 1.0 };
            self.table.solve(part, self.model.settings(), place, |task| self.model.minimize(task))
        })
    }
}

/// `fit`, `fit_from` and `path` of a [`BinaryModel`] with the parameter `c`.
macro_rules! fits_classifiers {
    ($model:ident, $says:ty) => {
        impl $crate::compose::Compose for $model {}

        impl<X, Y> $crate::estimator::Estimator<X, Y> for $model
        where
            X: $crate::data::Features,
            X::Owned: $crate::data::Features<Elem = X::Elem>,
            Y: $crate::data::Targets + ?Sized,
            Y::Value: $crate::data::Label,
        {
            type Fitted = $crate::linear::LinearClassifier<X::Elem, Y::Value, $says>;

            fn fit(&self, x: &X, y: &Y) -> $crate::error::Result<Self::Fitted> {
                $crate::linear::classification::fit_classifier(self, x, y, None)
            }

            /// By C, ascending, where all else is the same.
            fn path_order(&self, other: &Self) -> Option<std::cmp::Ordering> {
                let on_a_path = self.clone().c(other.c) == *other;
                self.c.partial_cmp(&other.c).filter(|_| on_a_path)
            }

            /// The data are checked once, and each fit begins where the one before ended.
            fn fit_path(
                path: &[&Self],
                x: &X,
                y: &Y,
                visitor: &mut dyn $crate::estimator::PathVisitor<Self::Fitted>,
            ) -> std::ops::ControlFlow<()> {
                $crate::linear::classification::visit_classifiers(path, x, y, visitor)
            }
        }

        impl $model {
            /// [`fit`](crate::Estimator::fit), begun at a model that was fitted before: to the same optimum, in less time
            /// where it is near. The model must have the same classes and the same number of features; the rows and C
            /// may be others.
            ///
            /// # Errors
            /// Those of `fit`, [`Error::FeatureMismatch`](crate::Error::FeatureMismatch), and
            /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a model of other classes.
            ///
            /// ```
            /// use certifit::prelude::*;
            /// let data = datasets::breast_cancer();
            #[doc = concat!("let model = ", stringify!($model), "::new().fit(&data.features, &data.target)?;")]
            #[doc = concat!("let next = ", stringify!($model), "::new().c(1.1);")]
            /// let next = next.fit_from(&model, &data.features, &data.target)?;
            /// assert!(next.report().converged());
            /// # Ok::<(), certifit::Error>(())
            /// ```
            pub fn fit_from<X, Y>(
                &self,
                model: &$crate::linear::LinearClassifier<X::Elem, Y::Value, $says>,
                x: &X,
                y: &Y,
            ) -> $crate::error::Result<$crate::linear::LinearClassifier<X::Elem, Y::Value, $says>>
            where
                X: $crate::data::Features,
                X::Owned: $crate::data::Features<Elem = X::Elem>,
                Y: $crate::data::Targets + ?Sized,
                Y::Value: $crate::data::Label,
            {
                $crate::linear::classification::fit_classifier(self, x, y, Some(model))
            }

            /// A model for each value of C, in the given order: each is begun where the one before ended, and certified
            /// as if it had been fitted alone; behind a C that is more than 100 times as large or small, it is. Ascending values need the
            /// least work. [`c`](Self::c) is not used, and
            /// [`max_time`](Self::max_time) is for all of them together.
            ///
            /// # Errors
            /// Those of `fit`, and [`Error::Empty`](crate::Error::Empty) for no values.
            ///
            /// ```
            /// use certifit::prelude::*;
            /// let data = datasets::iris();
            #[doc = concat!("let estimator = ", stringify!($model), "::new();")]
            /// let path = estimator.path(&data.features, &data.target, &[0.01, 0.1, 1.0, 10.0])?;
            /// assert!(path.iter().all(|model| model.report().relative_gap() <= 1e-6));
            /// // The larger C, the larger the coefficients.
            /// let size = |i: usize| path[i].coef().iter().map(|w| w * w).sum::<f64>();
            /// assert!(size(0) < size(1) && size(1) < size(2) && size(2) < size(3));
            /// # Ok::<(), certifit::Error>(())
            /// ```
            pub fn path<X, Y>(
                &self,
                x: &X,
                y: &Y,
                cs: &[f64],
            ) -> $crate::error::Result<Vec<$crate::linear::LinearClassifier<X::Elem, Y::Value, $says>>>
            where
                X: $crate::data::Features,
                X::Owned: $crate::data::Features<Elem = X::Elem>,
                Y: $crate::data::Targets + ?Sized,
                Y::Value: $crate::data::Label,
            {
                $crate::linear::classification::fit_classifiers(self, x, y, cs)
            }
        }
    };
}
pub(super) use fits_classifiers;
