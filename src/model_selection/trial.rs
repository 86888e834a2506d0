//! Candidates fitted and judged on folds; those on one path in a row.

use super::PathPlace;
use super::cross_validate::FoldResult;
use super::folds::{Part, check_score, in_fold, taken};
use super::splitter::Fold;
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::{Estimator, PathVisitor};
use crate::metric::Scorer;
use crate::parallel;
use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// What came of a candidate on each fold.
pub(super) type Folds<K> = Vec<Result<FoldResult<K>>>;

/// The same; `None` where the work was stopped before.
pub(super) type FoldResults<K> = Vec<Option<Result<FoldResult<K>>>>;

/// Is told of each fit, and may stop the work.
pub(super) trait Watch: Sync {
    fn is_stopped(&self) -> bool;
    /// A candidate was fitted on a fold, and scored unless it failed.
    fn note(&self, candidate: usize, score: Option<f64>) -> ControlFlow<()>;
}

/// Nobody.
impl Watch for () {
    fn is_stopped(&self) -> bool {
        false
    }
    fn note(&self, _candidate: usize, _score: Option<f64>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// How candidates are judged.
pub(super) struct Trial<'a, X: ?Sized, Y: ?Sized, S: ?Sized, F, W> {
    pub(super) x: &'a X,
    pub(super) y: &'a Y,
    pub(super) scorer: &'a S,
    pub(super) train_scores: bool,
    /// What is kept of each model.
    pub(super) keep: F,
    pub(super) watch: W,
}

impl<X, Y, S, F, W> Trial<'_, X, Y, S, F, W>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    S: ?Sized,
    W: Watch,
{
    /// The results of each candidate on each fold. Errors name the fold.
    ///
    /// Paths and folds run in parallel, each with a copy of the rows of its fold. Which candidates are on a path does not
    /// depend on the number of threads, and so neither do the models.
    pub(super) fn run<E, K>(&self, candidates: &[&E], folds: &[Fold]) -> Vec<FoldResults<K>>
    where
        E: Estimator<X::Owned, Y::Owned>,
        S: Scorer<E::Fitted, X::Owned, Y::Owned>,
        F: Fn(&E::Fitted) -> K + Sync,
        K: Send,
    {
        let paths = paths::<E, X::Owned, Y::Owned>(candidates);
        let folds = folds.iter().enumerate();
        let tasks = paths.iter().flat_map(|path| folds.clone().map(move |fold| (path.as_slice(), fold)));
        let done =
            parallel::map(tasks.collect(), |(path, fold)| (path, self.one_path(candidates, path, fold)));
        let mut results: Vec<FoldResults<K>> = candidates.iter().map(|_| Vec::new()).collect();
        for (path, found) in done {
            path.iter().zip(found).for_each(|(&candidate, found)| results[candidate].push(found));
        }
        results
    }

    fn one_path<E, K>(
        &self,
        candidates: &[&E],
        path: &[usize],
        (number, fold): (usize, &Fold),
    ) -> FoldResults<K>
    where
        E: Estimator<X::Owned, Y::Owned>,
        S: Scorer<E::Fitted, X::Owned, Y::Owned>,
        F: Fn(&E::Fitted) -> K,
    {
        if self.watch.is_stopped() {
            return path.iter().map(|_| None).collect();
        }
        let path_of: Vec<&E> = path.iter().map(|&candidate| candidates[candidate]).collect();
        let parts = taken(self.x, self.y, &fold.train)
            .and_then(|train| Ok((train, taken(self.x, self.y, &fold.test)?)));
        let (train, test) = match parts {
            Ok(parts) => parts,
            Err(error) => return path.iter().map(|_| Some(Err(in_fold(number)(error.clone())))).collect(),
        };
        let mut judge = Judge {
            trial: self,
            path,
            fold: (number, fold),
            train: None,
            test: &test,
            began: Instant::now(),
            found: path.iter().map(|_| None).collect(),
        };
        // A path that was stopped has no results at its end.
        let _ = if self.train_scores {
            judge.train = Some(&train);
            let (x, y) = train.data();
            E::fit_path(&path_of, x, y, &mut judge)
        } else {
            let (x, y) = train.into_data();
            E::fit_path_owned(&path_of, x, &y, &mut judge)
        };
        judge.found
    }
}

/// Candidates that are fitted in a row, in the order of their fits; all others are alone.
fn paths<E, X: ?Sized, Y: ?Sized>(candidates: &[&E]) -> Vec<Vec<usize>>
where
    E: Estimator<X, Y>,
{
    let mut paths: Vec<Vec<usize>> = Vec::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let order = |other: usize| candidates[other].path_order(candidate);
        match paths.iter_mut().find(|path| order(path[0]).is_some()) {
            Some(path) => {
                let place = path.partition_point(|&other| order(other) != Some(Ordering::Greater));
                path.insert(place, number);
            }
            None => paths.push(vec![number]),
        }
    }
    paths
}

/// Where each candidate stands on its path.
pub(super) fn places<E, X: ?Sized, Y: ?Sized>(estimators: &[E]) -> Vec<PathPlace>
where
    E: Estimator<X, Y>,
{
    let members: Vec<&E> = estimators.iter().collect();
    let mut places = vec![PathPlace { path: 0, position: 0 }; members.len()];
    for (path, of_path) in paths(&members).into_iter().enumerate() {
        let mut position = 0;
        let mut before: Option<usize> = None;
        for candidate in of_path {
            let comes_later = |before: usize| members[before].path_order(members[candidate]);
            position += usize::from(before.and_then(comes_later) == Some(Ordering::Less));
            places[candidate] = PathPlace { path, position };
            before = Some(candidate);
        }
    }
    places
}

/// Judges the models of a path on one fold.
struct Judge<'a, T, X, Y, K> {
    trial: &'a T,
    path: &'a [usize],
    fold: (usize, &'a Fold),
    /// The rows to fit on, where models are judged on them, too.
    train: Option<&'a Part<'a, X, Y>>,
    test: &'a Part<'a, X, Y>,
    began: Instant,
    found: FoldResults<K>,
}

impl<X, Y, S, F, W, M, K> PathVisitor<M> for Judge<'_, Trial<'_, X, Y, S, F, W>, X::Owned, Y::Owned, K>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    S: Scorer<M, X::Owned, Y::Owned> + ?Sized,
    F: Fn(&M) -> K,
    W: Watch,
{
    fn model(&mut self, index: usize, model: M) -> ControlFlow<(), M> {
        let result = self.judged(&model, self.began.elapsed());
        self.note(index, result)?;
        ControlFlow::Continue(model)
    }

    fn failed(&mut self, index: usize, error: Error) -> ControlFlow<()> {
        self.note(index, Err(error.of_part(&self.fold.1.train)))
    }
}

impl<X, Y, S, F, W, K> Judge<'_, Trial<'_, X, Y, S, F, W>, X::Owned, Y::Owned, K>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    S: ?Sized,
    W: Watch,
{
    fn judged<M>(&self, model: &M, fit_time: Duration) -> Result<FoldResult<K>>
    where
        S: Scorer<M, X::Owned, Y::Owned>,
        F: Fn(&M) -> K,
    {
        let score = |x: &X::Owned, y: &Y::Owned| check_score(self.trial.scorer.score(model, x, y)?);
        let start = Instant::now();
        let test_scores = vec![self.test.on(score)?];
        let score_time = start.elapsed();
        let train_scores = self.train.map(|train| train.on(score)).transpose()?.into_iter().collect();
        Ok(FoldResult { test_scores, train_scores, fit_time, score_time, kept: (self.trial.keep)(model) })
    }

    fn note(&mut self, index: usize, result: Result<FoldResult<K>>) -> ControlFlow<()> {
        let score = result.as_ref().ok().and_then(|result| result.test_scores.first().copied());
        let (Some(found), Some(&candidate)) = (self.found.get_mut(index), self.path.get(index)) else {
            return ControlFlow::Break(()); // an estimator that shows more models than it was asked for
        };
        *found = Some(result.map_err(in_fold(self.fold.0)));
        let flow = self.trial.watch.note(candidate, score);
        self.began = Instant::now();
        flow
    }
}
