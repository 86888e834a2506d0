//! An estimator judged on every fold in several ways at once.

use super::folds::{check_score, checked_folds, on_each_fold, taken};
use super::scores::Scores;
use super::splitter::{Fold, Splitter};
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::metric::Scorer;
use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

/// What is done about a fold whose fit or score fails.
///
/// Reference: scikit-learn's `error_score`, whose default is to warn and score NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ErrorScore {
    /// The whole call is the error, which names the fold.
    #[default]
    Raise,
    /// The error stands in the place of the fold's result, and the others are kept. Where all fail, the call is
    /// the error of the first.
    Record,
}

/// Fits the estimator on the train part of each fold and scores it on the test part, by several named scorers.
///
/// Each model is fitted once; every scorer asks it anew. [`CrossValidate`] has more: scores of the train parts, models
/// or reports to be kept, and folds that may fail.
///
/// # Errors
/// Those of [`cross_val_score`](super::cross_val_score), and [`Error::InvalidParameter`] for no scorers or two of one
/// name.
///
/// # Reference
/// scikit-learn's `cross_validate`.
///
/// ```
/// use certifit::metric::RocAuc;
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = StandardScaler::new().then(LinearSVC::new());
/// let results = cross_validate(
///     &model, &data.features, &data.target, &StratifiedKFold::new(5),
///     &[("accuracy", &Accuracy), ("auc", &RocAuc::new())],
/// )?;
/// assert_eq!(results.test_scores("accuracy").map(|scores| scores.summary()).as_deref(), Some("0.967 ± 0.017 (5 folds)"));
/// assert!(results.test_scores("auc").is_some_and(|scores| scores.mean() > 0.98));
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn cross_validate<E, X, Y, C>(
    estimator: &E,
    x: &X,
    y: &Y,
    splitter: &C,
    scorers: &NamedScorers<'_, E::Fitted, X::Owned, Y::Owned>,
) -> Result<CrossValidation<()>>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
    C: Splitter<Y> + ?Sized,
{
    CrossValidate::new(estimator, x, y).run(splitter, scorers)
}

/// Scorers of a model `M` on features `X` and a target `Y`, each with its name: `[("accuracy", &Accuracy)]`.
pub type NamedScorers<'a, M, X, Y> = [(&'a str, &'a dyn Scorer<M, X, Y>)];

/// [`cross_validate`] with options.
///
/// | parameter | default | values |
/// |---|---|---|
/// | `train_scores` | `false` | whether the train parts are scored, too |
/// | `error_score` | [`ErrorScore::Raise`] | what is done about a fold that fails |
/// | `keep` | nothing | what is kept of each fitted model: the model, its report, its coefficients |
///
/// Folds run in parallel (feature `rayon`) with the same results as one after the other, but for the times.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let model = StandardScaler::new().then(LinearSVC::new());
/// let results = CrossValidate::new(&model, &data.features, &data.target)
///     .train_scores(true)
///     .keep(|model| model.last().report().clone())
///     .run(&StratifiedKFold::new(5), &[("accuracy", &Accuracy)])?;
/// assert!(results.train_scores("accuracy").is_some_and(|scores| scores.mean() > 0.9));
/// for fold in results.folds().iter().flatten() {
///     assert!(fold.kept.converged()); // the certificate of the fold's model
/// }
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// A failing fold does not lose the others where it is recorded:
///
/// ```
/// use certifit::model_selection::ErrorScore;
/// use certifit::prelude::*;
/// let x = ndarray::array![[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]];
/// let y = ["a", "a", "b", "b", "b", "b"];
/// let results = CrossValidate::new(&LinearSVC::new(), &x, &y)
///     .error_score(ErrorScore::Record)
///     .run(&KFold::new(3), &[("accuracy", &Accuracy)])?; // the first fold trains on "b" alone
/// let failed: Vec<usize> = results.failures().map(|(fold, _)| fold).collect();
/// assert_eq!(failed, [0]);
/// assert_eq!(results.test_scores("accuracy").map(|scores| scores.len()), Some(2));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CrossValidate<'a, E: ?Sized, X: ?Sized, Y: ?Sized, F> {
    estimator: &'a E,
    x: &'a X,
    y: &'a Y,
    train_scores: bool,
    error_score: ErrorScore,
    keep: F,
}

impl<'a, E, X, Y> CrossValidate<'a, E, X, Y, fn(E::Fitted)>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
{
    /// Of this estimator on these data.
    pub fn new(estimator: &'a E, x: &'a X, y: &'a Y) -> Self {
        Self { estimator, x, y, train_scores: false, error_score: ErrorScore::Raise, keep: drop }
    }
}

impl<'a, E, X, Y, F> CrossValidate<'a, E, X, Y, F>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
{
    /// Whether the train parts are scored, too.
    #[must_use]
    pub fn train_scores(self, train_scores: bool) -> Self {
        Self { train_scores, ..self }
    }

    /// What is done about a fold that fails.
    #[must_use]
    pub fn error_score(self, error_score: ErrorScore) -> Self {
        Self { error_score, ..self }
    }

    /// What is kept of the model of each fold: `|model| model` keeps it all.
    #[must_use]
    pub fn keep<G, K>(self, keep: G) -> CrossValidate<'a, E, X, Y, G>
    where
        G: Fn(E::Fitted) -> K + Send + Sync,
    {
        let Self { estimator, x, y, train_scores, error_score, .. } = self;
        CrossValidate { estimator, x, y, train_scores, error_score, keep }
    }

    /// Fits and scores on each fold.
    ///
    /// # Errors
    /// Those of [`cross_validate`].
    pub fn run<C, K>(
        &self,
        splitter: &C,
        scorers: &NamedScorers<'_, E::Fitted, X::Owned, Y::Owned>,
    ) -> Result<CrossValidation<K>>
    where
        C: Splitter<Y> + ?Sized,
        F: Fn(E::Fitted) -> K + Send + Sync,
        K: Send,
    {
        let names = distinct_names(scorers)?;
        let folds = checked_folds(self.x, self.y, splitter)?;
        let folds = on_each_fold(&folds, |fold| self.one_fold(fold, scorers));
        let all_failed = folds.iter().all(Result::is_err);
        if self.error_score == ErrorScore::Raise || all_failed {
            let folds: Vec<FoldResult<K>> = folds.into_iter().collect::<Result<_>>()?;
            return Ok(CrossValidation { names, folds: folds.into_iter().map(Ok).collect() });
        }
        Ok(CrossValidation { names, folds })
    }

    fn one_fold<K>(
        &self,
        fold: &Fold,
        scorers: &NamedScorers<'_, E::Fitted, X::Owned, Y::Owned>,
    ) -> Result<FoldResult<K>>
    where
        F: Fn(E::Fitted) -> K,
    {
        let train = taken(self.x, self.y, &fold.train)?;
        let start = Instant::now();
        let model = train.on(|x, y| self.estimator.fit(x, y))?;
        let fit_time = start.elapsed();
        let score = |x: &X::Owned, y: &Y::Owned| -> Result<Vec<f64>> {
            scorers.iter().map(|(_, scorer)| check_score(scorer.score(&model, x, y)?)).collect()
        };
        let train_scores = if self.train_scores { train.on(score)? } else { Vec::new() };
        drop(train);
        let test = taken(self.x, self.y, &fold.test)?;
        let start = Instant::now();
        let test_scores = test.on(score)?;
        let score_time = start.elapsed();
        Ok(FoldResult { test_scores, train_scores, fit_time, score_time, kept: (self.keep)(model) })
    }
}

fn distinct_names<M, X, Y>(scorers: &NamedScorers<'_, M, X, Y>) -> Result<Vec<String>> {
    let names: Vec<String> = scorers.iter().map(|(name, _)| (*name).to_owned()).collect();
    if names.is_empty() || names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        return Err(Error::invalid_parameter("scorers", names, "at least one, each with a name of its own"));
    }
    Ok(names)
}

/// What came of one fold.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FoldResult<K> {
    /// The scores on the test part, in the order of the scorers.
    pub test_scores: Vec<f64>,
    /// The scores on the train part, in the order of the scorers; empty unless they were asked for.
    pub train_scores: Vec<f64>,
    /// How long the fit took.
    pub fit_time: Duration,
    /// How long it took to score the test part.
    pub score_time: Duration,
    /// What was kept of the model.
    pub kept: K,
}

/// What came of all folds; made by [`cross_validate`] and [`CrossValidate::run`].
///
/// It prints one line a scorer.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidation<K> {
    names: Vec<String>,
    folds: Vec<Result<FoldResult<K>>>,
}

impl<K> CrossValidation<K> {
    /// The names of the scorers.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The result of each fold, or why it failed.
    pub fn folds(&self) -> &[Result<FoldResult<K>>] {
        &self.folds
    }

    /// The result of each fold, taken out.
    pub fn into_folds(self) -> Vec<Result<FoldResult<K>>> {
        self.folds
    }

    /// The folds that failed, and why.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.folds.iter().enumerate().filter_map(|(fold, result)| Some((fold, result.as_ref().err()?)))
    }

    /// The scores of this name on the test parts of the folds that did not fail; `None` for an unknown name.
    pub fn test_scores(&self, name: &str) -> Option<Scores> {
        self.scores(name, |fold| &fold.test_scores)
    }

    /// The scores of this name on the train parts of the folds that did not fail; `None` for an unknown name, and
    /// where train parts were not scored.
    pub fn train_scores(&self, name: &str) -> Option<Scores> {
        self.scores(name, |fold| &fold.train_scores)
    }

    fn scores(&self, name: &str, of: impl Fn(&FoldResult<K>) -> &Vec<f64>) -> Option<Scores> {
        let place = self.names.iter().position(|known| known == name)?;
        let scores: Option<Vec<f64>> =
            self.folds.iter().flatten().map(|fold| of(fold).get(place).copied()).collect();
        scores.map(Scores)
    }
}

impl<K> fmt::Display for CrossValidation<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.names {
            if let Some(scores) = self.test_scores(name) {
                write!(f, "{name}: {scores}")?;
            }
            match self.train_scores(name) {
                Some(scores) => writeln!(f, ", train {:.3}", scores.mean())?,
                None => writeln!(f)?,
            }
        }
        self.failures().try_for_each(|(_, error)| writeln!(f, "{error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_selection::KFold;

    /// Fits to the mean, and refuses a target that starts with a negative number.
    struct Mean;
    impl Estimator<Vec<f64>, Vec<f64>> for Mean {
        type Fitted = f64;
        fn fit(&self, _: &Vec<f64>, y: &Vec<f64>) -> Result<f64> {
            match y[0] {
                first if first < 0.0 => Err(Error::Empty { what: "y", axis: "rows" }),
                _ => Ok(y.iter().sum::<f64>() / y.len() as f64),
            }
        }
    }

    #[allow(clippy::ptr_arg)] // scorers see what the estimator sees
    fn own(mean: &f64, _: &Vec<f64>, y: &Vec<f64>) -> Result<f64> {
        Ok(y.iter().map(|y| y - mean).sum())
    }
    #[allow(clippy::ptr_arg)]
    fn first(_: &f64, x: &Vec<f64>, _: &Vec<f64>) -> Result<f64> {
        Ok(x[0])
    }

    const X: [f64; 4] = [1.0, 2.0, 3.0, 4.0];
    const Y: [f64; 4] = [1.0, 2.0, 3.0, 5.0];

    #[test]
    fn every_scorer_sees_every_fold() -> Result<()> {
        let results = CrossValidate::new(&Mean, &X, &Y)
            .train_scores(true)
            .keep(|model| model)
            .run(&KFold::new(2), &[("own", &own), ("first", &first)])?;
        let scores = |scores: Option<Scores>| scores.map(|scores| scores.to_vec());
        assert_eq!(scores(results.test_scores("own")), Some(vec![-5.0, 5.0]));
        assert_eq!(scores(results.train_scores("own")), Some(vec![0.0, 0.0]));
        assert_eq!(scores(results.test_scores("first")), Some(vec![1.0, 3.0]));
        assert_eq!(scores(results.train_scores("first")), Some(vec![3.0, 1.0]));
        assert_eq!(results.test_scores("third"), None);
        let models: Vec<f64> = results.folds().iter().flatten().map(|fold| fold.kept).collect();
        assert_eq!(models, [4.0, 1.5]);
        let text = results.to_string();
        assert_eq!(
            text,
            "own: 0.000 ± 5.000 (2 folds), train 0.000\nfirst: 2.000 ± 1.000 (2 folds), train 2.000\n"
        );
        Ok(())
    }

    #[test]
    fn names_are_distinct() {
        let refused = |scorers: &NamedScorers<'_, f64, Vec<f64>, Vec<f64>>| {
            cross_validate(&Mean, &X, &Y, &KFold::new(2), scorers).unwrap_err()
        };
        assert!(matches!(refused(&[]), Error::InvalidParameter { name: "scorers", .. }));
        assert!(matches!(
            refused(&[("a", &own), ("a", &first)]),
            Error::InvalidParameter { name: "scorers", .. }
        ));
    }

    #[test]
    fn failing_folds_are_raised_or_recorded() -> Result<()> {
        let y = [-1.0, -2.0, 3.0, 4.0];
        let scorers: &NamedScorers<'_, f64, Vec<f64>, Vec<f64>> = &[("own", &own)];
        let in_second = Error::Fold { fold: 1, source: Box::new(Error::Empty { what: "y", axis: "rows" }) };
        assert_eq!(cross_validate(&Mean, &X, &y, &KFold::new(2), scorers), Err(in_second.clone()));
        let recording = CrossValidate::new(&Mean, &X, &y).error_score(ErrorScore::Record);
        let results = recording.run(&KFold::new(2), scorers)?;
        assert_eq!(results.failures().collect::<Vec<_>>(), [(1, &in_second)]);
        assert_eq!(results.test_scores("own").map(|scores| scores.len()), Some(1));
        assert_eq!(results.train_scores("own"), None);
        assert!(results.to_string().contains("fold 1: y has no rows"));
        let all = CrossValidate::new(&Mean, &X, &[-1.0; 4]).error_score(ErrorScore::Record);
        assert!(matches!(all.run(&KFold::new(2), scorers), Err(Error::Fold { fold: 0, .. })));
        Ok(())
    }
}
