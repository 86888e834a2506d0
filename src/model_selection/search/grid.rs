//! All values of a list.

use super::{AtOnce, Grid, Search};
use crate::metric::Accuracy;
use crate::model_selection::{Best, StratifiedKFold};

/// Tries every value of a list by cross-validation, and fits the best one on all rows.
///
/// A value is anything from which the closure builds an estimator: a number, a tuple, an enum, a struct of yours. There
/// are no names of parameters, so that a wrong one does not compile. [`product`](super::product) makes the list of all
/// pairs; [`linspace`](super::linspace), [`logspace`](super::logspace) and [`geomspace`](super::geomspace) make ranges.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`cv`](Search::cv) | `StratifiedKFold::new(5)` | a [`Splitter`](super::super::Splitter): the folds |
/// | [`scoring`](Search::scoring) | [`Accuracy`] | a [`Scorer`](crate::metric::Scorer) of the models |
/// | [`select`](Search::select) | [`Best`] | a [`Select`](super::Select): which candidate is chosen; or [`OneStandardError`](super::OneStandardError), or a closure |
/// | [`train_scores`](Search::train_scores) | `false` | whether train parts are scored, too |
/// | [`error_score`](Search::error_score) | [`ErrorScore::Raise`](super::super::ErrorScore::Raise) | what is done about a fold that fails; a candidate with a failed fold is not chosen |
/// | [`observer`](Search::observer) | none | an [`Observer`](crate::Observer) of [`SearchProgress`](crate::SearchProgress): is told of every fit, and may stop the search |
///
/// The defaults are those of a classifier. A regressor needs `.cv(KFold::new(5)).scoring(R2)`, which is scikit-learn's
/// default for it:
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::diabetes();
/// let search = GridSearchCV::new(|&alpha: &f64| Ridge::new().alpha(alpha), logspace(-2.0, 2.0, 5))
///     .cv(KFold::new(5))
///     .scoring(R2);
/// assert!(search.fit(&data.features, &data.target)?.best_score() > 0.45);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// Without, it does not compile, and the message says what to add:
///
/// ```compile_fail
/// use certifit::prelude::*;
/// let data = datasets::diabetes();
/// let search = GridSearchCV::new(|&alpha: &f64| Ridge::new().alpha(alpha), logspace(-2.0, 2.0, 5));
/// let _ = search.fit(&data.features, &data.target); // `StratifiedKFold` cannot split the rows of numbers
/// ```
///
/// A search is an [`Estimator`](crate::Estimator): [`fit`](crate::Estimator::fit) gives a
/// [`FittedSearch`](super::FittedSearch), which predicts as the best model does. So it goes into `cross_val_score`, which
/// then judges the whole procedure (nested cross-validation), and into pipelines. [`search`](Search::search) gives the
/// scores alone, without the last fit (scikit-learn's `refit=False`).
///
/// # Paths
/// Candidates that differ in their strength of regularisation alone (C or α, also of the last step of a pipeline whose
/// other steps are the same) are fitted in a row on each fold: the data are checked and scaled once, and each fit begins
/// where the one before ended. Every model is certified to its own `tol`, as if it had been fitted alone, and so differs
/// from one that was by no more than `tol` allows. [`Estimator::path_order`](crate::Estimator::path_order) tells which
/// candidates these are.
///
/// Paths and folds run in parallel (feature `rayon`), with the same results for any number of threads. A path on a fold
/// holds a copy of the rows of that fold, so that there are about as many copies at a time as threads.
///
/// # Errors
/// Those of the splitter and the estimators; [`Error::Candidate`](crate::Error::Candidate) names the candidate, and within
/// it [`Error::Fold`](crate::Error::Fold) the fold. [`Error::InvalidParameter`](crate::Error::InvalidParameter) for no values, and
/// [`Error::Stopped`](crate::Error::Stopped) for a search that is stopped before any fit is done.
///
/// # Reference
/// scikit-learn's `GridSearchCV`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let search = GridSearchCV::new(
///     |&(c, loss): &(f64, SvcLoss)| StandardScaler::new().then(LinearSVC::new().c(c).loss(loss)),
///     product(logspace(-3.0, 1.0, 5), [SvcLoss::Hinge, SvcLoss::SquaredHinge]),
/// )
/// .cv(StratifiedKFold::new(5));
/// let model = search.fit(&data.features, &data.target)?;
/// println!("{}", model.results()); // a table of all ten
/// assert_eq!(model.best_params(), &(0.1, SvcLoss::SquaredHinge));
/// assert!(model.best_score() > 0.97);
/// assert_eq!(model.predict(&data.features)?.len(), 569);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// Nested: is the best of five values of C good on rows that the choice has not seen?
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::wine();
/// let model = |&c: &f64| StandardScaler::new().then(LogisticRegression::new().c(c));
/// let search = GridSearchCV::new(model, logspace(-2.0, 2.0, 5)).cv(StratifiedKFold::new(3));
/// let scores = cross_val_score(&search, &data.features, &data.target, &StratifiedKFold::new(4), &Accuracy)?;
/// assert!(scores.mean() > 0.95);
/// # Ok::<(), certifit::Error>(())
/// ```
pub type GridSearchCV<B, P, C = StratifiedKFold, S = Accuracy, R = Best> =
    Search<B, Grid<P>, AtOnce, C, S, R>;

impl<B, P> GridSearchCV<B, P> {
    /// Builds an estimator from each value.
    pub fn new<E>(estimator: B, values: impl IntoIterator<Item = P>) -> Self
    where
        B: Fn(&P) -> E,
    {
        Self::of(estimator, Grid(values.into_iter().collect()), AtOnce)
    }
}
