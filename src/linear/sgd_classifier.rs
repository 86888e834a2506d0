//! Linear classifiers by stochastic gradient descent.

use super::classification::starts;
use super::sgd::{Data, Goal, Sgd, SgdSettings, builders, certificate_of, learn_stream, rate_range};
use super::{ClassifierLoss, LinearClassifier, OnlineClassifier};
use crate::compose::MultiClass;
use crate::compose::multi_class::BinaryTask;
use crate::data::{
    ClassWeight, Features, Label, Targets, Weights, check_targets, checked_squared_norms, weighted_classes,
};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::loss::{DualLoss, Hinge};
use crate::metric::accuracy_score;
use crate::parallel;
use crate::regularizer::{L2, Regularizer};
use crate::scalar::Scalar;
use crate::schedule::{LearningRate, Optimal, RatePoint};
use crate::solver::{Coefficients, ProblemReport, Report};
use crate::update::{Plain, UpdateRule};
use ndarray::Array2;
use std::time::Instant;

/// Linear classification by stochastic gradient descent: any loss, any penalty, any schedule of learning rates, on data
/// in memory or in a stream.
///
/// For two classes with yᵢ = ±1 (+1 is the second label in sorted order) it goes towards the minimum of
///
/// (1/n) Σᵢ sᵢ ℓ(yᵢ, xᵢ·w + b) + α Ω(w), with sᵢ = sample weight · class weight,
///
/// losses averaged over the n rows of positive weight, the intercept b not penalised. Each step looks at one row:
/// w ← w − η (sᵢ ℓ′(yᵢ, p) xᵢ + α Ω′(w)). More than two classes become one problem a class, on all threads.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`loss`](Self::loss) | [`Hinge`] | a [`ClassifierLoss`] | ℓ |
/// | [`penalty`](Self::penalty) | [`L2`] | a [`Regularizer`] | Ω; L1 and elastic net make coefficients exactly 0 |
/// | [`alpha`](Self::alpha) | 1e-4 | ≥ 0 | α |
/// | [`learning_rate`](Self::learning_rate) | [`Optimal`] | a [`LearningRate`] | η of each step |
/// | [`update`](Self::update) | [`Plain`] | an [`UpdateRule`] | what a step does with a gradient |
/// | [`intercept`](Self::intercept) | `Free` | or `None` | whether there is a b |
/// | [`intercept_decay`](Self::intercept_decay) | 1, sparse features 0.01 | over 0, up to 1 | what the steps of b are multiplied with |
/// | [`class_weight`](Self::class_weight) | [`ClassWeight::Uniform`] | or `Balanced`, [`by_label`](ClassWeight::by_label) | weights by class, times the sample weights |
/// | [`tol`](Self::tol) | 1e-3 | ≥ 0, or `None` | what an epoch must gain to count as progress |
/// | [`n_iter_no_change`](Self::n_iter_no_change) | 5 | ≥ 1 | epochs without progress that end a fit, if a second look finds none |
/// | [`max_iter`](Self::max_iter) | 1000 | ≥ 1 | the most epochs |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the epoch at work is the last |
/// | [`average`](Self::average) | 0 | | the step from which on coefficients are averaged; 0: never |
/// | [`average_decay`](Self::average_decay) | 0 | ≥ 0 | how much more later steps count in that |
/// | [`early_stopping`](Self::early_stopping) | no | | whether progress is measured on rows that are held out |
/// | [`validation_fraction`](Self::validation_fraction) | 0.1 | over 0, below 1 | their share, drawn class by class |
/// | [`shuffle`](Self::shuffle) | yes | | whether each epoch has an order of its own |
/// | [`seed`](Self::seed) | 0 | any | that order, and what is held out |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of each epoch, and may stop the fit |
///
/// The [`report`](LinearClassifier::report) has the objective of the returned model, which is computed from the data,
/// and the mean objective that each epoch saw. [`certify`](Self::certify) tells how far from the optimum a model is.
/// Where the data fit in memory and the loss has a solver, [`LinearSVC`](super::LinearSVC) and
/// [`LogisticRegression`](super::LogisticRegression) get to the optimum, often in less time.
///
/// # Where it differs from scikit-learn's `SGDClassifier`
/// Without shuffling the steps are the same, and so is the end, but for penalties with ‖w‖₁ on sparse rows, which take what
/// is owed before a row is scored and when an epoch ends, and their averages, which are those of the coefficients. With it, a fit looks twice before it ends
/// ([`tol`](Self::tol)) and returns the best coefficients that it saw then, averages leave out what is too old
/// ([`average`](Self::average)), and where the first steps of [`Optimal`] are too long, as with the squared hinge, a fit
/// begins anew with shorter ones. A rate is part of its schedule (`Constant { eta0: 0.1 }`), ε part of its
/// loss (`Huber { epsilon: 0.1 }`). A class weight counts on both sides of a one-vs-rest problem. A row of weight zero
/// counts as absent, and `tol` sees weighted losses. Early stopping gives back the best coefficients, not the last, and
/// judges averages where there are any. Coefficients that leave the range of numbers are an error that names a rate to
/// try.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`. y: n_rows labels.
///
/// # Cost
/// An epoch takes O(stored entries) with [`Plain`] steps and a penalty of [`elastic`](Regularizer::elastic) kind, else
/// n_rows · n_features; a fit reads the features twice more, to check them and for the objective. Features are not
/// copied.
///
/// # Errors
/// [`Error::InvalidParameter`], [`Error::UnknownLabel`] and [`Error::Unsupported`] for the parameters; [`Error::Empty`],
/// [`Error::NonFinite`], [`Error::LengthMismatch`], [`Error::InvalidWeight`], [`Error::SingleClass`],
/// [`Error::Overflow`] for the data; [`Error::Diverged`] where the steps are too long for them.
///
/// # References
/// Bottou 2012, "Stochastic Gradient Descent Tricks", doi:10.1007/978-3-642-35289-8_25; Tsuruoka, Tsujii and Ananiadou
/// 2009, "Stochastic Gradient Descent Training for L1-regularized Log-linear Models with Cumulative Penalty"; Xu 2011,
/// "Towards Optimal One Pass Large Scale Learning with Averaged Stochastic Gradient Descent", arXiv:1107.2490;
/// scikit-learn, `sklearn.linear_model.SGDClassifier`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let sgd = SGDClassifier::new().loss(LogLoss).penalty(ElasticNet { l1_ratio: 0.15 }).alpha(0.01);
/// let model = StandardScaler::new().then(sgd).fit(&data.features, &data.target)?;
/// assert!(accuracy_score(&data.target, &model.predict(&data.features)?)? > 0.97);
/// assert!(model.predict_proba(&data.features)?[[0, 0]] > 0.99);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SGDClassifier<L = Hinge, R = L2, S = Optimal, U = Plain> {
    pub(super) sgd: Sgd<L, R, S, U>,
    pub(super) class_weight: ClassWeight,
}

impl Default for SGDClassifier {
    fn default() -> Self {
        let (loss, penalty, learning_rate, update) = (Hinge, L2, Optimal, Plain);
        let sgd = Sgd { loss, penalty, learning_rate, update, settings: SgdSettings::default() };
        Self { sgd, class_weight: ClassWeight::Uniform }
    }
}

impl SGDClassifier {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }
}

builders!(SGDClassifier, ClassifierLoss, class_weight);

impl<L, R, S, U> SGDClassifier<L, R, S, U> {
    /// How much each class counts.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.class_weight = class_weight;
        self
    }
}

/// Labels, and coefficients to begin at.
type Start<'a, L> = (&'a [L], Vec<Coefficients>);

/// What a classifier of loss `L` fits to features of type `X` and targets of type `Y`.
type Fitted<L, X, Y> =
    LinearClassifier<<X as Features>::Elem, <Y as Targets>::Value, <L as ClassifierLoss>::Says>;

impl<L, R, S, U, X, Y> Estimator<X, Y> for SGDClassifier<L, R, S, U>
where
    L: ClassifierLoss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
    X: Features,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    type Fitted = Fitted<L, X, Y>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.fit_at(None, x, y)
    }
}

impl<L: ClassifierLoss, R: Regularizer, S: LearningRate, U: UpdateRule> SGDClassifier<L, R, S, U> {
    /// [`fit`](Estimator::fit), begun at the coefficients of a model: scikit-learn's `warm_start`. The model must have the
    /// same classes and the same number of features. Steps are counted from 1 again.
    ///
    /// # Errors
    /// Those of `fit`, [`Error::FeatureMismatch`], and [`Error::InvalidParameter`] for a model of other classes.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::iris();
    /// let sgd = SGDClassifier::new().learning_rate(schedule::Constant { eta0: 1e-3 }).max_iter(3).tol(None);
    /// let model = sgd.fit(&data.features, &data.target)?;
    /// let next = sgd.fit_from(&model, &data.features, &data.target)?;
    /// assert!(next.report().primal() < model.report().primal());
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_from<X, Y, P>(
        &self,
        model: &LinearClassifier<X::Elem, Y::Value, P>,
        x: &X,
        y: &Y,
    ) -> Result<Fitted<L, X, Y>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        let given = starts(model, MultiClass::OneVsRest, x, model.classes())?;
        self.fit_at(Some((model.classes(), given)), x, y)
    }

    fn fit_at<X, Y>(&self, start: Option<Start<'_, Y::Value>>, x: &X, y: &Y) -> Result<Fitted<L, X, Y>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        self.sgd.check(self.sgd.max_epochs())?;
        let Prepared { mut data, labels, classes } = self.prepare(x, y)?;
        data.hold_out(&self.sgd.settings, Some(&classes), 1)?;
        if let Some((given, _)) = start.as_ref().filter(|(given, _)| *given != labels) {
            let allowed = format!("a model of the classes {labels:?}");
            return Err(Error::invalid_parameter("model", format!("{given:?}"), allowed));
        }
        let starts = start.map(|(_, starts)| starts).unwrap_or_default();
        let tasks = MultiClass::OneVsRest.tasks(labels.len());
        let solved = parallel::try_map(tasks.len(), |index| {
            let (targets, start) = (signs(tasks[index], &classes), starts.get(index).cloned());
            data.minimize(&self.sgd, Goal { index, targets, start, score: accuracy })
        })?;
        model(x.n_features(), labels, solved, self.sgd.settings.tol)
    }

    /// The rows of a fit, checked.
    fn prepare<'a, X, Y>(&self, x: &'a X, y: &Y) -> Result<Prepared<'a, X, Y::Value>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        let began = Instant::now();
        let squared_norms = checked_squared_norms(x)?;
        check_targets(x, y)?;
        let (labels, classes, weights) = weighted_classes(y, &self.class_weight)?;
        let data = Data { x, squared_norms, weights, held_out: Vec::new(), began };
        Ok(Prepared { data, labels, classes })
    }

    /// How good a model is for this objective on these rows, as a certificate: no coefficients have an objective below the
    /// dual value of the report.
    ///
    /// The dual point is that of the slopes, βᵢ = −ℓ′(yᵢ, pᵢ), so that the gap is an upper bound on the distance to the
    /// optimum, tight for smooth losses near it, and loose for losses with a kink. Takes two passes over the features.
    ///
    /// # Errors
    /// Those of `fit` for the data, [`Error::FeatureMismatch`], [`Error::InvalidParameter`] for a model of other classes,
    /// and [`Error::Overflow`] where squares of the features do.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
    /// let sgd = SGDClassifier::new().loss(LogLoss).alpha(0.01);
    /// let model = sgd.fit(&x, &data.target)?;
    /// let report = sgd.certify(&model, &x, &data.target)?;
    /// assert_eq!(format!("{:.12}", report.primal()), format!("{:.12}", model.report().primal()));
    /// // The optimum is between the two: 0.0995914.
    /// assert!(report.dual() < 0.0995915 && report.primal() > 0.0995913);
    /// assert!(report.relative_gap() < 0.05);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn certify<X, Y, P>(
        &self,
        model: &LinearClassifier<X::Elem, Y::Value, P>,
        x: &X,
        y: &Y,
    ) -> Result<Report>
    where
        L: DualLoss + Clone,
        R: Clone,
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        self.sgd.check_all_but_rate()?;
        let Prepared { data, labels, classes } = self.prepare(x, y)?;
        let at = starts(model, MultiClass::OneVsRest, x, &labels)?;
        let tasks = MultiClass::OneVsRest.tasks(labels.len());
        let reports = model.report();
        let problems = parallel::try_map(tasks.len(), |index| {
            let targets = signs(tasks[index], &classes);
            let certificate = certificate_of(&self.sgd, &data, &targets, &at[index])?;
            let before = reports.problems().get(index);
            let before = before.ok_or(Error::Empty { what: "the model", axis: "problems" })?;
            Ok(ProblemReport { certificate, ..before.clone() })
        })?;
        Ok(Report::new(reports.tol(), problems))
    }

    /// The mean objective against the learning rate, of one pass over the rows while the rate grows from `rates.0` to
    /// `rates.1` in `n_rates` steps: to plot, and to choose an `eta0` by. It ends where the objective explodes.
    ///
    /// A good rate is below the one at which the objective is lowest, as there it begins to rise: a third of it, say. For
    /// more than two classes it is the problem of the last class. Early stopping holds no rows out here. Smith 2017, "Cyclical Learning Rates for Training Neural
    /// Networks", section 3.3.
    ///
    /// # Errors
    /// Those of `fit`, and [`Error::InvalidParameter`] for rates that do not ascend, and for fewer rows than rates.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let sgd = SGDClassifier::new().loss(SquaredHinge);
    /// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
    /// let curve = sgd.learning_rate_range(&x, &data.target, (1e-5, 10.0), 50)?;
    /// let best = curve.iter().min_by(|a, b| a.objective.total_cmp(&b.objective)).expect("some points");
    /// assert!(best.rate > 1e-4 && best.rate < 0.1);
    /// assert!(curve.last().expect("some points").rate < 10.0); // it diverged before
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn learning_rate_range<X, Y>(
        &self,
        x: &X,
        y: &Y,
        rates: (f64, f64),
        n_rates: usize,
    ) -> Result<Vec<RatePoint>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        self.sgd.check_all_but_rate()?;
        let Prepared { data, labels, classes } = self.prepare(x, y)?;
        let last = MultiClass::OneVsRest.tasks(labels.len()).pop();
        let last = last.ok_or(Error::Empty { what: "y", axis: "rows" })?;
        rate_range(&self.sgd, &data, &signs(last, &classes), rates, n_rates)
    }

    /// A model of these classes that has seen nothing yet, and learns from batches of rows.
    ///
    /// `F` is the float type of the features. [`OnlineClassifier`] has an example.
    ///
    /// # Errors
    /// Those of `fit` for the parameters; [`Error::SingleClass`], [`Error::Empty`] for the classes; and
    /// [`Error::Unsupported`] for [`ClassWeight::Balanced`], as nobody knows how many rows of each class will come, and for
    /// [`early_stopping`](Self::early_stopping).
    pub fn online<F: Scalar, Lb: Label>(&self, classes: &[Lb]) -> Result<OnlineClassifier<F, Lb, L, R, S, U>>
    where
        L: Clone,
        R: Clone,
        S: Clone,
        U: Clone,
    {
        OnlineClassifier::new(self.clone(), classes)
    }

    /// Fits one pass over a stream of batches, in the memory of a batch and of a model.
    ///
    /// The classes are all that may occur. Each batch is shuffled by itself, if at all, and is one epoch to the schedule.
    /// The observer is told of each batch and may end the stream, and so does [`max_time`](Self::max_time): the model is then
    /// what has been learnt until then.
    ///
    /// # Errors
    /// Those of [`online`](Self::online) and of [`partial_fit`](OnlineClassifier::partial_fit), and any error that the
    /// stream holds.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let batches = (0..50).map(|batch| {
    ///     let data = datasets::make_classification(200, 5).flip_y(0.0).class_sep(2.0).seed(7).generate()?;
    ///     let rows: Vec<usize> = (0..200).filter(|row| row % 50 == batch).collect();
    ///     Ok((data.features.take(&rows), data.target.take(&rows)))
    /// });
    /// let model = SGDClassifier::new().fit_stream(&[0, 1], batches)?;
    /// let all = datasets::make_classification(200, 5).flip_y(0.0).class_sep(2.0).seed(7).generate()?;
    /// assert!(accuracy_score(&all.target, &model.predict(&all.features)?)? > 0.9);
    /// assert_eq!(model.report().stop_reason(), StopReason::EndOfData);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_stream<X, Y>(
        &self,
        classes: &[Y::Value],
        batches: impl IntoIterator<Item = Result<(X, Y)>>,
    ) -> Result<Fitted<L, X, Y>>
    where
        L: Clone,
        R: Clone,
        S: Clone,
        U: Clone,
        X: Features,
        Y: Targets,
        Y::Value: Label,
    {
        let mut online = self.online(classes)?;
        let learn = |(x, y): (X, Y)| online.partial_fit(&x, &y);
        let how = learn_stream(&self.sgd.settings, batches, learn)?;
        online.model_ended(how)
    }
}

/// What a fit begins with.
struct Prepared<'a, X, L> {
    data: Data<'a, X>,
    labels: Vec<L>,
    /// The class of each row; one past the last for rows that do not count.
    classes: Vec<usize>,
}

/// The target ±1 of each row; rows of other classes are those of weight zero.
pub(super) fn signs(task: BinaryTask, classes: &[usize]) -> Vec<f64> {
    classes.iter().map(|&class| task.sign(class).unwrap_or(-1.0)).collect()
}

/// The share of the weights whose scores have the sign of their targets.
fn accuracy(targets: &[f64], scores: &[f64], weights: &[f64]) -> Result<f64> {
    let positive = |values: &[f64]| values.iter().map(|&value| value > 0.0).collect::<Vec<bool>>();
    accuracy_score(&positive(targets).weighted(weights)?, &positive(scores))
}

/// The model of some coefficients, one a problem.
pub(super) fn model<F: Scalar, L: Label, P: Default>(
    n_features: usize,
    labels: Vec<L>,
    solved: Vec<(Coefficients, ProblemReport)>,
    tol: Option<f64>,
) -> Result<LinearClassifier<F, L, P>> {
    let (at, reports): (Vec<_>, Vec<_>) = solved.into_iter().unzip();
    let entries = at.iter().flat_map(|at| at.w.iter().map(|&w| F::narrow(w))).collect();
    let coef = Array2::from_shape_vec((at.len(), n_features), entries)
        .map_err(|_| Error::Overflow { what: "the number of coefficients", column: None })?;
    let intercept = at.iter().map(|at| F::narrow(at.b)).collect();
    let report = Report::new(tol.unwrap_or(0.0), reports);
    Ok(LinearClassifier::new(coef, intercept, labels, MultiClass::OneVsRest, report))
}
