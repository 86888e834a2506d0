//! Classification by a feed-forward network.

use super::builders::builders;
use super::classifier::{FittedMLPClassifier, class_of};
use super::fit::Task;
use super::online_classifier::OnlineMLPClassifier;
use super::output::{OutputLoss, Separate, SoftmaxCrossEntropy};
use super::settings::Settings;
use crate::data::{
    ClassWeight, Features, Label, Missing, Targets, Weights, check_features, check_targets, weighted_classes,
};
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::loss::LogLoss;
use crate::metric::accuracy_score;
use crate::model_selection::held_out;
use crate::scalar::Scalar;
use crate::schedule::RatePoint;
use std::time::Instant;

/// Classification by a feed-forward network (multi-layer perceptron), trained by backpropagation.
///
/// It goes towards a minimum of
///
/// (1/Σ sᵢ) [Σᵢ sᵢ ℓ(yᵢ, zᵢ) + α Σₗ Ω(Wₗ)], with the sample weights times class weights sᵢ,
///
/// the outputs z = a W + b of the last layer, a = f(a′ W′ + b′) of each before, and the features first. Of two classes there
/// is one output with ℓ = ln(1 + e^(−y z)), y = ±1, of more one a class with ℓ = ln Σₖ e^zₖ − z_y. Biases are not
/// penalised. Each step looks at one batch of rows, whose weights Σ sᵢ are meant then. Features are best
/// [scaled](crate::preprocessing::StandardScaler) first.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`hidden_layer_sizes`](Self::hidden_layer_sizes) | 100 | ≥ 1 each | the units of each hidden layer |
/// | [`activation`](Self::activation) | [`Relu`](super::Relu) | an [`Activation`](super::Activation) | f |
/// | [`initializer`](Self::initializer) | by layer and f | an [`Initializer`](super::Initializer) | how weights begin |
/// | [`solver`](Self::solver) | [`Adam`](crate::update::Adam) | an [`Optimizer`](super::Optimizer) | what a step does with a gradient |
/// | [`learning_rate`](Self::learning_rate) | constant, 0.001 | a [`LearningRate`](crate::schedule::LearningRate) | η of each step |
/// | [`penalty`](Self::penalty) | [`L2`](crate::regularizer::L2) | a [`Regularizer`](crate::regularizer::Regularizer) | Ω |
/// | [`alpha`](Self::alpha) | 1e-4 | ≥ 0 | α |
/// | [`batch_size`](Self::batch_size) | min(200, n) | ≥ 1 | the rows of a step |
/// | [`dropout`](Self::dropout) | 0 | 0 up to but not 1 | the share of hidden units that a step leaves out |
/// | [`clip_norm`](Self::clip_norm) | none | > 0 | the largest norm of a gradient |
/// | [`class_weight`](Self::class_weight) | uniform | | how much each class counts |
/// | [`tol`](Self::tol) | 1e-4 | ≥ 0, or `None` | what an epoch must gain to count as progress |
/// | [`n_iter_no_change`](Self::n_iter_no_change) | 10 | ≥ 1 | epochs without progress that a fit bears |
/// | [`max_iter`](Self::max_iter) | 200 | ≥ 1 | the most epochs |
/// | [`max_time`](Self::max_time) | none | > 0 | the time after which the epoch at work is the last |
/// | [`early_stopping`](Self::early_stopping) | no | | whether progress is the accuracy on rows that are held out |
/// | [`validation_fraction`](Self::validation_fraction) | 0.1 | over 0, below 1 | their share |
/// | [`shuffle`](Self::shuffle) | yes | | whether each epoch has an order of its own |
/// | [`seed`](Self::seed) | 0 | any | weights, order, dropout, and what is held out |
/// | [`observer`](Self::observer) | none | an [`Observer`](crate::Observer) | is told of each epoch, and may stop the fit |
///
/// # Where it differs from scikit-learn's `MLPClassifier`
/// Weights begin as the papers of each activation say, and biases at 0; there all are Glorot's, biases too. The momentum of
/// `sgd` is a solver, [`Nesterov`](crate::update::Nesterov); plain steps are [`Plain`](crate::update::Plain).
/// [`InvScaling`](crate::schedule::InvScaling) counts steps, not rows. There are class weights, dropout, clipping,
/// penalties with zeros, more activations, rules and schedules, and decision values. Steps that lead out of the range of
/// numbers are an error.
///
/// # Shapes
/// x: (n_rows, n_features), dense in any memory layout or sparse CSR, `f32` or `f64`; all is computed in that type, sums of
/// losses and steps in `f64`. y: n_rows labels. Labels that do not exclude each other: [`multilabel`](Self::multilabel).
///
/// # Cost
/// An epoch takes 6 operations a row and a weight (4 for those of the first layer, whose features need no gradient; for
/// sparse features only those of stored entries), and a step some 20 a weight. Memory: what the rule remembers of each
/// weight, and the units of a batch. The result is the same for any number of threads.
///
/// # Errors
/// [`Error::InvalidParameter`], [`Error::UnknownLabel`] and [`Error::Unsupported`] for the parameters; [`Error::Empty`],
/// [`Error::NonFinite`], [`Error::LengthMismatch`], [`Error::InvalidWeight`], [`Error::SingleClass`] for the data;
/// [`Error::Diverged`] where the steps are too long for them.
///
/// # References
/// Rumelhart, Hinton and Williams 1986, "Learning Representations by Back-Propagating Errors", doi:10.1038/323533a0;
/// Kingma and Ba 2015, "Adam"; scikit-learn, `sklearn.neural_network.MLPClassifier`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::wine();
/// let (x_train, x_test, y_train, y_test) =
///     train_test_split(&data.features, &data.target, TestSize::fraction(0.25).stratify(&data.target))?;
/// let mlp = MLPClassifier::new().hidden_layer_sizes(&[20, 10]).batch_size(20);
/// let model = StandardScaler::new().then(mlp).fit(&x_train, &y_train)?;
/// assert!(accuracy_score(&y_test, &model.predict(&x_test)?)? > 0.9);
/// assert_eq!(model.predict_proba(&x_test)?.ncols(), 3);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MLPClassifier {
    pub(super) settings: Settings,
    pub(super) class_weight: ClassWeight,
}

builders!(MLPClassifier);

/// The loss of so many classes, and the number of outputs.
pub(super) fn loss_of(n_classes: usize) -> (&'static dyn OutputLoss, usize) {
    match n_classes {
        2 => (&Separate(LogLoss), 1),
        n => (&SoftmaxCrossEntropy, n),
    }
}

/// The target of a class, one of so many.
pub(super) fn target_of(class: usize, n_classes: usize) -> f64 {
    match (class, n_classes) {
        (1, 2) => 1.0,
        (_, 2) => -1.0,
        _ => class as f64,
    }
}

impl MLPClassifier {
    /// The defaults of the table above.
    pub fn new() -> Self {
        Self::default()
    }

    /// How much each class counts.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.class_weight = class_weight;
        self
    }

    /// [`fit`](Estimator::fit), begun at the weights of a model: scikit-learn's `warm_start`. The model must have the same
    /// classes, features and hidden layers. Steps are counted from 1 again.
    ///
    /// # Errors
    /// Those of `fit`, [`Error::FeatureMismatch`], and [`Error::InvalidParameter`] for a model of other classes or layers.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::iris();
    /// let mlp = MLPClassifier::new().max_iter(5);
    /// let model = mlp.fit(&data.features, &data.target)?;
    /// let next = mlp.fit_from(&model, &data.features, &data.target)?;
    /// assert!(next.report().loss() < model.report().loss());
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_from<X, Y>(
        &self,
        model: &FittedMLPClassifier<X::Elem, Y::Value>,
        x: &X,
        y: &Y,
    ) -> Result<FittedMLPClassifier<X::Elem, Y::Value>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        self.fit_at(Some(model), x, y)
    }

    fn fit_at<X, Y>(
        &self,
        start: Option<&FittedMLPClassifier<X::Elem, Y::Value>>,
        x: &X,
        y: &Y,
    ) -> Result<FittedMLPClassifier<X::Elem, Y::Value>>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        let (labels, (network, report)) = self.with_task(x, y, |labels, task| {
            if let Some(start) = start.filter(|start| start.labels() != labels) {
                let allowed = format!("a model of the classes {labels:?}");
                return Err(Error::invalid_parameter("model", format!("{:?}", start.labels()), allowed));
            }
            task.fit(&self.settings, start.map(FittedMLPClassifier::network))
        })?;
        Ok(FittedMLPClassifier::of(network, labels, Some(report)))
    }

    /// The mean objective against the learning rate, of one pass over the batches while the rate grows from `rates.0` to
    /// `rates.1` in `n_rates` steps: to plot, and to choose a rate by. It ends where the objective explodes.
    ///
    /// A good rate is below the one at which the objective is lowest, as there it begins to rise: a third of it, say.
    /// Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3.
    ///
    /// # Errors
    /// Those of `fit`, [`Error::InvalidParameter`] for rates that do not ascend, and for fewer batches than rates.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::digits();
    /// let mlp = MLPClassifier::new().batch_size(20);
    /// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
    /// let curve = mlp.learning_rate_range(&x, &data.target, (1e-5, 1.0), 40)?;
    /// let best = curve.iter().min_by(|a, b| a.objective.total_cmp(&b.objective)).expect("some points");
    /// assert!(best.rate > 1e-3 && best.rate < 0.3);
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
        Ok(self.with_task(x, y, |_, task| task.rate_range(&self.settings, rates, n_rates))?.1)
    }

    /// A model of these classes that has seen nothing yet, and learns from batches of rows: scikit-learn's `partial_fit`.
    ///
    /// `F` is the float type of the features. [`OnlineMLPClassifier`] has an example.
    ///
    /// # Errors
    /// Those of `fit` for the parameters; [`Error::SingleClass`], [`Error::Empty`] for the classes; and
    /// [`Error::Unsupported`] for [`ClassWeight::Balanced`], as nobody knows how many rows of each class will come, and for
    /// [`Lbfgs`](super::Lbfgs).
    pub fn online<F: Scalar, L: Label>(&self, classes: &[L]) -> Result<OnlineMLPClassifier<F, L>> {
        OnlineMLPClassifier::new(self, classes)
    }

    /// What `work` makes of the data, checked, beside the labels.
    fn with_task<X, Y, T>(
        &self,
        x: &X,
        y: &Y,
        work: impl FnOnce(&[Y::Value], &Task<'_, X::Elem>) -> Result<T>,
    ) -> Result<(Vec<Y::Value>, T)>
    where
        X: Features,
        Y: Targets + ?Sized,
        Y::Value: Label,
    {
        let (settings, began) = (&self.settings, Instant::now());
        settings.check(settings.max_iter as f64)?;
        check_features(x, Missing::Refused)?;
        check_targets(x, y)?;
        let (labels, classes, weights) = weighted_classes(y, &self.class_weight)?;
        let held_out = match settings.early_stopping {
            true => held_out(&weights, settings.validation_fraction, settings.seed, Some(&classes), 1)?,
            false => Vec::new(),
        };
        let (loss, n_outputs) = loss_of(labels.len());
        let targets = classes.iter().map(|&class| target_of(class, labels.len())).collect();
        let score = |rows: &[usize], outputs: &[X::Elem]| {
            let truth: Vec<usize> = rows.iter().map(|&row| classes[row]).collect();
            let weight: Vec<f64> = rows.iter().map(|&row| weights[row]).collect();
            let predicted: Vec<usize> = outputs.chunks_exact(n_outputs).map(class_of).collect();
            accuracy_score(&truth.weighted(&weight)?, &predicted)
        };
        let n_features = x.n_features();
        let (weights, score) = (weights.clone(), &score);
        let task = Task { inputs: x, n_features, n_outputs, loss, targets, weights, held_out, score, began };
        let made = work(&labels, &task)?;
        Ok((labels, made))
    }
}

impl<X, Y> Estimator<X, Y> for MLPClassifier
where
    X: Features,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    type Fitted = FittedMLPClassifier<X::Elem, Y::Value>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.fit_at(None, x, y)
    }
}
