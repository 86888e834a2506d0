//! Searches for hyper-parameters: candidates × schedule × folds × scorer × choice.
//!
//! | search | candidates | schedule |
//! |---|---|---|
//! | [`GridSearchCV`] | [`Grid`] | [`AtOnce`] |
//! | [`RandomizedSearchCV`] | [`Draws`] | [`AtOnce`] |
//! | [`HalvingGridSearchCV`] | [`Grid`] | [`Halving`] |
//! | [`HalvingRandomSearchCV`] | [`Draws`] | [`Halving`] |
//!
//! All are [`Search`]; each part is a trait.

#[cfg(feature = "progress")]
mod bar;
mod candidates;
mod fitted;
mod grid;
mod halving;
mod log_uniform;
mod randomized;
mod results;
mod schedule;
mod select;
mod subsample;
mod table;
mod values;
mod watch;

use super::folds::checked_folds;
use super::splitter::Splitter;
use super::trial::{FoldResults, Trial, places};
use super::{ErrorScore, StratifiedKFold};
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::metric::{Accuracy, Scorer};
use crate::observer::{Observer, Observing, SearchProgress};
use std::time::Instant;
use watch::{Progressing, RoundWatch};

#[cfg(feature = "progress")]
#[cfg_attr(docsrs, doc(cfg(feature = "progress")))]
pub use bar::SearchBar;
pub use candidates::{Candidates, Draws, Grid};
pub use fitted::FittedSearch;
pub use grid::GridSearchCV;
pub use halving::{Halving, HalvingGridSearchCV, HalvingRandomSearchCV, MinResources};
pub use log_uniform::LogUniform;
pub use ndarray_rand::rand_distr;
pub use randomized::RandomizedSearchCV;
pub use results::{Candidate, SearchResults};
pub use schedule::{AtOnce, Round, Schedule};
pub use select::{Best, ListOrder, OneStandardError, PathOrder, PathPlace, Scored, Select};
pub use subsample::{AnyRows, ByClass, Subsample};
pub use values::{geomspace, linspace, logspace, product, sample};

/// A search for hyper-parameters by cross-validation: what [`GridSearchCV`], [`RandomizedSearchCV`],
/// [`HalvingGridSearchCV`] and [`HalvingRandomSearchCV`] are. Their pages say what they do.
///
/// | part | type | trait |
/// |---|---|---|
/// | what is built from each value | `B` | `Fn(&P) -> E`, with an estimator `E` |
/// | which values are tried | `V` | [`Candidates`] |
/// | on how many rows | `T` | [`Schedule`] |
/// | the folds | `C` | [`Splitter`] |
/// | the score | `S` | [`Scorer`] |
/// | the choice | `R` | [`Select`] |
#[derive(Debug, Clone)]
pub struct Search<B, V, T = AtOnce, C = StratifiedKFold, S = Accuracy, R = Best> {
    estimator: B,
    candidates: V,
    schedule: T,
    cv: C,
    scoring: S,
    select: R,
    train_scores: bool,
    error_score: ErrorScore,
    observing: Observing<SearchProgress>,
}

impl<B, V, T> Search<B, V, T> {
    /// Of any candidates by any schedule, with the defaults of [`GridSearchCV`].
    ///
    /// ```
    /// use certifit::model_selection::{AtOnce, Candidates, Search};
    /// use certifit::prelude::*;
    ///
    /// /// 1, ½, ¼, …
    /// struct Halves(u32);
    /// impl Candidates for Halves {
    ///     type Value = f64;
    ///     fn values(&self, _room: Option<usize>) -> Result<Vec<f64>, Error> {
    ///         Ok((0..self.0).map(|i| 0.5f64.powi(i as i32)).collect())
    ///     }
    /// }
    ///
    /// let data = datasets::iris();
    /// let search = Search::of(|&c: &f64| LinearSVC::new().c(c), Halves(4), AtOnce);
    /// assert_eq!(search.search(&data.features, &data.target)?.candidates().len(), 4);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn of(estimator: B, candidates: V, schedule: T) -> Self {
        Self {
            estimator,
            candidates,
            schedule,
            cv: StratifiedKFold::new(5),
            scoring: Accuracy,
            select: Best,
            train_scores: false,
            error_score: ErrorScore::Raise,
            observing: Observing::default(),
        }
    }
}

impl<B, V, T, C, S, R> Search<B, V, T, C, S, R> {
    /// How the rows are divided.
    #[must_use]
    pub fn cv<D>(self, cv: D) -> Search<B, V, T, D, S, R> {
        let Self { estimator, candidates, schedule, scoring, select, .. } = self;
        let Self { train_scores, error_score, observing, .. } = self;
        Search { estimator, candidates, schedule, cv, scoring, select, train_scores, error_score, observing }
    }

    /// How models are judged.
    #[must_use]
    pub fn scoring<U>(self, scoring: U) -> Search<B, V, T, C, U, R> {
        let Self { estimator, candidates, schedule, cv, select, .. } = self;
        let Self { train_scores, error_score, observing, .. } = self;
        Search { estimator, candidates, schedule, cv, scoring, select, train_scores, error_score, observing }
    }

    /// Which candidate is chosen.
    #[must_use]
    pub fn select<Q>(self, select: Q) -> Search<B, V, T, C, S, Q> {
        let Self { estimator, candidates, schedule, cv, scoring, .. } = self;
        let Self { train_scores, error_score, observing, .. } = self;
        Search { estimator, candidates, schedule, cv, scoring, select, train_scores, error_score, observing }
    }

    fn with_schedule<N>(self, schedule: N) -> Search<B, V, N, C, S, R> {
        let Self { estimator, candidates, cv, scoring, select, .. } = self;
        let Self { train_scores, error_score, observing, .. } = self;
        Search { estimator, candidates, schedule, cv, scoring, select, train_scores, error_score, observing }
    }

    /// Whether the train parts are scored, too.
    #[must_use]
    pub fn train_scores(mut self, train_scores: bool) -> Self {
        self.train_scores = train_scores;
        self
    }

    /// What is done about a fold that fails. A candidate with a recorded failure is not chosen.
    #[must_use]
    pub fn error_score(mut self, error_score: ErrorScore) -> Self {
        self.error_score = error_score;
        self
    }

    /// Who is told of each fit, and may stop the search. A search that is stopped chooses among the candidates of which all
    /// folds are done, as soon as the fits at work are; where there is none, among those of the fold that most have
    /// done, by the folds that all of these have done.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use std::ops::ControlFlow;
    /// let data = datasets::iris();
    /// let search = GridSearchCV::new(|&c: &f64| LinearSVC::new().c(c), [0.1, 1.0, 10.0])
    ///     .cv(StratifiedKFold::new(3))
    ///     .observer(|p: &SearchProgress| {
    ///         println!("{} of {} fits, best score {:?}", p.done, p.total, p.best_score);
    ///         if p.best.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    ///     });
    /// let results = search.search(&data.features, &data.target)?;
    /// assert!((1..=3).contains(&results.candidates().len()));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    #[must_use]
    pub fn observer(mut self, observer: impl Observer<SearchProgress> + 'static) -> Self {
        self.observing = Observing::by(observer);
        self
    }

    /// Scores all candidates and chooses one, without the fit on all rows.
    ///
    /// # Errors
    /// Those of [`GridSearchCV`].
    pub fn search<X, Y, E>(&self, x: &X, y: &Y) -> Result<SearchResults<V::Value>>
    where
        X: Rows + ?Sized,
        Y: Rows + ?Sized,
        V: Candidates<Value: Clone + Send>,
        B: Fn(&V::Value) -> E,
        E: Estimator<X::Owned, Y::Owned>,
        T: Schedule<Y>,
        C: Splitter<Y>,
        S: Scorer<E::Fitted, X::Owned, Y::Owned>,
        R: Select<V::Value>,
    {
        self.search_keeping(x, y, |_| ())
    }

    /// The same, and keeps something of each model: its report, its coefficients.
    ///
    /// # Errors
    /// Those of [`GridSearchCV`].
    ///
    /// ```
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let model = |&c: &f64| StandardScaler::new().then(LinearSVC::new().c(c));
    /// let search = GridSearchCV::new(model, logspace(-3.0, 3.0, 7));
    /// let results = search.search_keeping(&data.features, &data.target, |model| model.last().report().relative_gap())?;
    /// for candidate in results.candidates() {
    ///     assert!(candidate.kept().all(|&gap| gap <= 1e-6)); // the certificate of every candidate on every fold
    /// }
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn search_keeping<X, Y, E, K>(
        &self,
        x: &X,
        y: &Y,
        keep: impl Fn(&E::Fitted) -> K + Sync,
    ) -> Result<SearchResults<V::Value, K>>
    where
        X: Rows + ?Sized,
        Y: Rows + ?Sized,
        V: Candidates<Value: Clone + Send>,
        B: Fn(&V::Value) -> E,
        E: Estimator<X::Owned, Y::Owned>,
        T: Schedule<Y>,
        C: Splitter<Y>,
        S: Scorer<E::Fitted, X::Owned, Y::Owned>,
        R: Select<V::Value>,
        K: Send,
    {
        let folds = checked_folds(x, y, &self.cv)?;
        let values = self.candidates.values(self.schedule.room(y, &folds)?)?;
        if values.is_empty() {
            return Err(Error::Empty { what: "the list of candidates", axis: "values" });
        }
        let rounds = self.schedule.rounds(y, folds, values.len())?;
        let sign = if self.scoring.greater_is_better() { 1.0 } else { -1.0 };
        let total = rounds.iter().map(|round| round.n_candidates.min(values.len()) * round.folds.len()).sum();
        let progressing = Progressing::new(&self.observing, sign, total);
        let estimators: Vec<E> = values.iter().map(&self.estimator).collect();
        let places = places::<E, X::Owned, Y::Owned>(&estimators);
        self.select.check(&places)?;
        let mut left: Vec<usize> = (0..values.len()).collect();
        let mut candidates: Vec<Candidate<V::Value, K>> = Vec::new();
        for (number, round) in rounds.iter().enumerate() {
            left = best_of_last_round(&candidates, left, round.n_candidates, sign);
            progressing.round(left.len(), round.folds.len());
            let watch = RoundWatch { progressing: &progressing, positions: &left };
            let (scorer, train_scores, keep) = (&self.scoring, self.train_scores, &keep);
            let trial = Trial { x, y, scorer, train_scores, keep, watch };
            let members: Vec<&E> = left.iter().map(|&position| &estimators[position]).collect();
            let mut results = trial.run(&members, &round.folds);
            if candidates.is_empty() {
                results = done_by_stop(results);
            }
            for (&position, folds) in left.iter().zip(results) {
                let Some(folds) = self.checked(position, folds)? else { continue };
                let (params, n_rows) = (values[position].clone(), round.n_rows);
                candidates.push(Candidate { number: position, params, round: number, n_rows, folds });
            }
            if progressing.is_stopped() {
                break;
            }
        }
        let best = self.choose(&candidates, sign, &places)?;
        Ok(SearchResults { candidates, best, greater_is_better: sign > 0.0 })
    }

    /// The results of a candidate; `None` where some are missing, as the search was stopped.
    fn checked<K>(&self, candidate: usize, folds: FoldResults<K>) -> Result<Option<super::trial::Folds<K>>> {
        let failed = folds.iter().flatten().find_map(|fold| fold.as_ref().err());
        match failed {
            Some(error) if self.error_score == ErrorScore::Raise => {
                Err(Error::Candidate { candidate, source: Box::new(error.clone()) })
            }
            _ => Ok(folds.into_iter().collect()),
        }
    }

    /// The place of the chosen candidate: one of the last round in which any was scored on all folds.
    fn choose<P, K>(&self, candidates: &[Candidate<P, K>], sign: f64, places: &[PathPlace]) -> Result<usize>
    where
        R: Select<P>,
    {
        let scores = candidates.iter().map(|row| Some((row.round, row.test_scores()?)));
        let scored: Vec<_> =
            scores.enumerate().filter_map(|(place, scores)| Some((place, scores?))).collect();
        let Some(last) = scored.iter().map(|(_, (round, _))| *round).max() else {
            return Err(nothing_scored(candidates));
        };
        let of_last = scored.into_iter().filter(|(_, (round, _))| *round == last);
        let (indices, eligible): (Vec<usize>, Vec<Scored<'_, P>>) = of_last
            .map(|(index, (_, scores))| {
                let Candidate { number, params, .. } = &candidates[index];
                (index, Scored { params, scores: scores.times(sign), place: places[*number] })
            })
            .unzip();
        let selected = self.select.select(&eligible);
        indices.get(selected).copied().ok_or_else(|| {
            let allowed = format!("below the number of candidates ({})", indices.len());
            Error::invalid_parameter("select", selected, allowed)
        })
    }
}

/// The results of the first round. Where it was stopped before any candidate was through, the candidates of the fold
/// that most have done keep the results of the folds that all of these have done.
fn done_by_stop<K>(mut results: Vec<FoldResults<K>>) -> Vec<FoldResults<K>> {
    let has = |folds: &FoldResults<K>, fold: usize| folds.get(fold).is_some_and(Option::is_some);
    if results.iter().any(|folds| folds.iter().all(Option::is_some)) {
        return results;
    }
    let n_folds = results.first().map_or(0, Vec::len);
    let n_done = |fold: usize| results.iter().filter(|folds| has(folds, fold)).count();
    let Some(most) = (0..n_folds).rev().max_by_key(|&fold| n_done(fold)) else { return results };
    let of_most = |folds: &FoldResults<K>| has(folds, most);
    let kept: Vec<bool> = (0..n_folds)
        .map(|fold| results.iter().filter(|folds| of_most(folds)).all(|folds| has(folds, fold)))
        .collect();
    for folds in results.iter_mut().filter(|folds| of_most(folds)) {
        let mut kept = kept.iter();
        folds.retain(|_| kept.next() == Some(&true));
    }
    results
}

/// Why there is nothing to choose from.
fn nothing_scored<P, K>(candidates: &[Candidate<P, K>]) -> Error {
    let first = candidates.first();
    match first.and_then(|row| Some((row.number, row.folds.iter().find_map(|fold| fold.as_ref().err())?))) {
        Some((candidate, error)) => Error::Candidate { candidate, source: Box::new(error.clone()) },
        None => Error::Stopped { what: "the search", before: "any fit was done" },
    }
}

/// The positions of the best candidates of the last round, in the order of the list; those that failed come last.
fn best_of_last_round<P, K>(
    candidates: &[Candidate<P, K>],
    all: Vec<usize>,
    n: usize,
    sign: f64,
) -> Vec<usize> {
    let mut left = all;
    if let Some(round) = candidates.last().map(|row| row.round) {
        let mut last: Vec<(f64, usize)> = candidates
            .iter()
            .filter(|row| row.round == round)
            .map(|row| (row.mean_test_score().map_or(f64::NEG_INFINITY, |mean| sign * mean), row.number))
            .collect();
        last.sort_by(|one, other| other.0.total_cmp(&one.0));
        left = last.into_iter().map(|(_, number)| number).collect();
    }
    left.truncate(n);
    left.sort_unstable();
    left
}

impl<X, Y, E, B, V, T, C, S, R> Estimator<X, Y> for Search<B, V, T, C, S, R>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    V: Candidates<Value: Clone + Send>,
    B: Fn(&V::Value) -> E + Sync,
    E: Estimator<X::Owned, Y::Owned> + Estimator<X, Y, Fitted = <E as Estimator<X::Owned, Y::Owned>>::Fitted>,
    T: Schedule<Y>,
    C: Splitter<Y>,
    S: Scorer<<E as Estimator<X::Owned, Y::Owned>>::Fitted, X::Owned, Y::Owned>,
    R: Select<V::Value>,
{
    type Fitted = FittedSearch<V::Value, <E as Estimator<X::Owned, Y::Owned>>::Fitted>;

    /// Searches, and fits the chosen candidate on all rows.
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let results = self.search(x, y)?;
        let began = Instant::now();
        let model = <E as Estimator<X, Y>>::fit(&(self.estimator)(results.best_params()), x, y)?;
        Ok(FittedSearch { results, model, refit_time: began.elapsed() })
    }
}
