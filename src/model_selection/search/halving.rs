//! Rounds with ever fewer candidates on ever more rows.

use super::schedule::{Round, Schedule};
use super::subsample::{ByClass, Subsample};
use super::{Draws, Grid, Search};
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::metric::Accuracy;
use crate::model_selection::folds::check_folds;
use crate::model_selection::{Best, Fold, StratifiedKFold};
use ndarray_rand::rand::RngCore;

/// Tries all values of a list on few rows, the best of them on more, and so on, and fits the best on all rows.
///
/// The estimator, the list and the other parameters are those of [`GridSearchCV`](super::GridSearchCV); those of the
/// halving, and its formulas, are those of [`Halving`].
///
/// Reference: Jamieson and Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization";
/// scikit-learn's `HalvingGridSearchCV`.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = |&c: &f64| StandardScaler::new().then(LinearSVC::new().c(c));
/// let search = HalvingGridSearchCV::new(model, logspace(-4.0, 4.0, 9)).factor(3);
/// let model = search.fit(&data.features, &data.target)?;
/// assert!(model.best_score() > 0.97);
/// // Nine candidates on 63 rows, three on 189, one on 567.
/// let rounds: Vec<_> = model.results().candidates().iter().map(|row| row.n_rows).collect();
/// assert_eq!(rounds, [vec![63; 9], vec![189; 3], vec![567]].concat());
/// # Ok::<(), certifit::Error>(())
/// ```
pub type HalvingGridSearchCV<B, P, Q = ByClass, C = StratifiedKFold, S = Accuracy, R = Best> =
    Search<B, Grid<P>, Halving<Q>, C, S, R>;

/// Tries random values on few rows, the best of them on more, and so on, and fits the best on all rows.
///
/// The estimator, the draws and the other parameters are those of [`RandomizedSearchCV`](super::RandomizedSearchCV);
/// those of the halving, and its formulas, are those of [`Halving`], but that `min_resources` is
/// [`MinResources::Smallest`] by default. The number of draws is [`n_candidates`](Search::n_candidates); by default as
/// many as make the last round have as many rows as possible, ⌊max_resources / min_resources⌋.
///
/// Reference: Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar 2018, "Hyperband: A Novel Bandit-Based Approach to
/// Hyperparameter Optimization", JMLR 18; scikit-learn's `HalvingRandomSearchCV`.
///
/// ```
/// use certifit::model_selection::rand_distr::Distribution;
/// use certifit::model_selection::LogUniform;
/// use certifit::prelude::*;
/// let (data, c) = (datasets::breast_cancer(), LogUniform::new(1e-4, 1e4)?);
/// let model = |&c: &f64| StandardScaler::new().then(LinearSVC::new().c(c));
/// let search = HalvingRandomSearchCV::new(model, |rng| c.sample(rng));
/// let model = search.fit(&data.features, &data.target)?;
/// assert!(model.best_score() > 0.96);
/// // ⌊569/20⌋ candidates on 20 rows, ten on 60, four on 180, two on 540.
/// let rows = |n| model.results().candidates().iter().filter(|row| row.n_rows == n).count();
/// assert_eq!([rows(20), rows(60), rows(180), rows(540)], [28, 10, 4, 2]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub type HalvingRandomSearchCV<B, D, Q = ByClass, C = StratifiedKFold, S = Accuracy, R = Best> =
    Search<B, Draws<D>, Halving<Q>, C, S, R>;

/// How many candidates are tried on how many rows in a halving search.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | [`factor`](Search::factor) | 3 | ≥ 2 | one candidate in so many goes on, and each round has so many times the rows |
/// | [`min_resources`](Search::min_resources) | [`Exhaust`](MinResources::Exhaust) | or `Smallest`, `Rows(n)` | the rows of the first round |
/// | [`max_resources`](Search::max_resources) | all rows | 1 to all rows | the rows that no round exceeds |
/// | [`aggressive_elimination`](Search::aggressive_elimination) | `false` | | whether the first rounds are repeated on as few rows, where there are too many candidates for the rows |
/// | [`subsample`](Search::subsample) | [`ByClass`] | or [`AnyRows`](super::AnyRows), your own | which rows are taken |
/// | `seed` | 0 | any | the seed of the subsamples, and of random candidates |
///
/// With N candidates, R = `max_resources` and f = `factor`, a search needs 1 + ⌊log_f N⌋ rounds until fewer than f
/// candidates are left, and 1 + ⌊log_f (R / r)⌋ rounds are possible from r = `min_resources` rows on. It has as many as
/// are both needed and possible (with `aggressive_elimination` as many as are needed). Round i, from 0, has r f^i rows (with
/// `aggressive_elimination` f to the power of max(0, i − needed + possible)), R at most, and ⌈n/f⌉ of the n candidates of
/// the round before. From each part of a fold a subsample is taken whose share is that of the round's rows.
///
/// # Where it differs from scikit-learn
/// Logarithms are of whole numbers, where scikit-learn's round: 243 candidates with a factor of 3 need six rounds, not
/// five. Subsamples have the classes' shares, and the same seed gives the same ones. `factor` is a whole number, and rows
/// are the only resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halving<Q = ByClass> {
    factor: usize,
    min_resources: MinResources,
    max_resources: Option<usize>,
    aggressive_elimination: bool,
    subsample: Q,
    seed: u64,
}

/// The rows of the first round of a halving search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MinResources {
    /// Two a fold and class: 2 · folds · classes; with [`AnyRows`](super::AnyRows) two a fold.
    Smallest,
    /// As many as make the last round have as many rows as possible, but not fewer than `Smallest`.
    Exhaust,
    /// So many.
    Rows(usize),
}

impl Halving {
    fn new(min_resources: MinResources) -> Self {
        let (max_resources, aggressive_elimination) = (None, false);
        Self { factor: 3, min_resources, max_resources, aggressive_elimination, subsample: ByClass, seed: 0 }
    }
}

/// What [`HalvingGridSearchCV`] begins with.
impl Default for Halving {
    fn default() -> Self {
        Self::new(MinResources::Exhaust)
    }
}

impl<Q> Halving<Q> {
    /// The least and the most rows of a round, before what `Exhaust` adds.
    fn range<Y>(&self, y: &Y, folds: &[Fold]) -> Result<(usize, usize)>
    where
        Y: Rows + ?Sized,
        Q: Subsample<Y>,
    {
        if self.factor < 2 {
            return Err(Error::invalid_parameter("factor", self.factor, "at least 2"));
        }
        let n_rows = y.n_rows();
        let max = self.max_resources.unwrap_or(n_rows);
        if max == 0 || max > n_rows {
            let allowed = format!("at least 1 and at most the number of rows ({n_rows})");
            return Err(Error::invalid_parameter("max_resources", max, allowed));
        }
        let min = match self.min_resources {
            MinResources::Rows(rows) => rows,
            _ => 2 * folds.len() * self.subsample.n_classes(y),
        };
        if min == 0 || min > max {
            let allowed = format!("at least 1 and at most max_resources ({max})");
            return Err(Error::invalid_parameter("min_resources", min, allowed));
        }
        Ok((min, max))
    }

    /// Candidates and rows of each round.
    fn sizes(&self, (min, max): (usize, usize), n_candidates: usize) -> Vec<(usize, usize)> {
        let log = |n: usize| n.checked_ilog(self.factor).unwrap_or(0);
        let power = |exponent: u32| self.factor.saturating_pow(exponent);
        let needed = 1 + log(n_candidates);
        let min = match self.min_resources {
            MinResources::Exhaust => min.max(max / power(needed - 1)),
            _ => min,
        };
        let possible = 1 + log(max / min);
        let n_rounds = if self.aggressive_elimination { needed } else { needed.min(possible) };
        let mut left = n_candidates;
        let mut size = |round: u32| {
            let exponent = match self.aggressive_elimination {
                true => (round + possible).saturating_sub(needed),
                false => round,
            };
            let candidates = left;
            left = left.div_ceil(self.factor);
            (candidates, power(exponent).saturating_mul(min).min(max))
        };
        (0..n_rounds).map(&mut size).collect()
    }
}

impl<Y: Rows + ?Sized, Q: Subsample<Y>> Schedule<Y> for Halving<Q> {
    fn room(&self, y: &Y, folds: &[Fold]) -> Result<Option<usize>> {
        let (min, max) = self.range(y, folds)?;
        Ok((self.min_resources != MinResources::Exhaust).then_some(max / min))
    }

    fn rounds(&self, y: &Y, folds: Vec<Fold>, n_candidates: usize) -> Result<Vec<Round>> {
        let sizes = self.sizes(self.range(y, &folds)?, n_candidates);
        let order = |rows: &[usize]| self.subsample.order(y, rows, self.seed);
        let orders: Vec<_> = folds.iter().map(|fold| (order(&fold.train), order(&fold.test))).collect();
        let n = y.n_rows();
        let round = |(n_candidates, n_rows): (usize, usize)| {
            let parts = folds.iter().zip(&orders);
            let folds: Vec<Fold> = parts
                .map(|(fold, (train, test))| Fold {
                    train: share(&fold.train, train, (n_rows, n)),
                    test: share(&fold.test, test, (n_rows, n)),
                })
                .collect();
            check_folds(&folds, n)?;
            Ok(Round { n_candidates, n_rows, folds })
        };
        sizes.into_iter().map(round).collect()
    }
}

/// A share of the rows of a part, rounded down: those that come first in this order of their positions.
fn share(rows: &[usize], order: &[usize], (n_rows, n): (usize, usize)) -> Vec<usize> {
    // At most the number of rows.
    let count = (rows.len() as u128 * n_rows as u128 / n.max(1) as u128) as usize;
    let mut positions: Vec<usize> = order.iter().copied().take(count).collect();
    positions.sort_unstable();
    positions.into_iter().filter_map(|position| rows.get(position).copied()).collect()
}

impl<B, P> HalvingGridSearchCV<B, P> {
    /// Builds an estimator from each value.
    pub fn new<E>(estimator: B, values: impl IntoIterator<Item = P>) -> Self
    where
        B: Fn(&P) -> E,
    {
        Self::of(estimator, Grid(values.into_iter().collect()), Halving::new(MinResources::Exhaust))
    }
}

impl<B, D> HalvingRandomSearchCV<B, D> {
    /// Builds an estimator from each value that is drawn.
    pub fn new<E, P>(estimator: B, draw: D) -> Self
    where
        B: Fn(&P) -> E,
        D: Fn(&mut dyn RngCore) -> P,
    {
        Self::of(estimator, Draws { draw, n: None, seed: 0 }, Halving::new(MinResources::Smallest))
    }
}

impl<B, D, Q, C, S, R> HalvingRandomSearchCV<B, D, Q, C, S, R> {
    /// How many candidates are drawn, instead of as many as use up all rows.
    #[must_use]
    pub fn n_candidates(mut self, n_candidates: usize) -> Self {
        self.candidates.n = Some(n_candidates);
        self
    }

    /// The seed of the draws and of the subsamples.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        (self.candidates.seed, self.schedule.seed) = (seed, seed);
        self
    }
}

impl<B, P, Q, C, S, R> HalvingGridSearchCV<B, P, Q, C, S, R> {
    /// The seed of the subsamples.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.schedule.seed = seed;
        self
    }
}

impl<B, V, Q, C, S, R> Search<B, V, Halving<Q>, C, S, R> {
    /// One candidate in so many goes on, and each round has so many times the rows of the one before.
    #[must_use]
    pub fn factor(mut self, factor: usize) -> Self {
        self.schedule.factor = factor;
        self
    }

    /// The rows of the first round.
    #[must_use]
    pub fn min_resources(mut self, min_resources: MinResources) -> Self {
        self.schedule.min_resources = min_resources;
        self
    }

    /// The rows that no round exceeds.
    #[must_use]
    pub fn max_resources(mut self, max_resources: usize) -> Self {
        self.schedule.max_resources = Some(max_resources);
        self
    }

    /// Whether the first rounds are repeated on as few rows, where there are too many candidates for the rows.
    #[must_use]
    pub fn aggressive_elimination(mut self, aggressive_elimination: bool) -> Self {
        self.schedule.aggressive_elimination = aggressive_elimination;
        self
    }

    /// Which rows are taken.
    #[must_use]
    pub fn subsample<N>(self, subsample: N) -> Search<B, V, Halving<N>, C, S, R> {
        let Halving { factor, min_resources, max_resources, aggressive_elimination, seed, .. } =
            self.schedule;
        let schedule =
            Halving { factor, min_resources, max_resources, aggressive_elimination, seed, subsample };
        self.with_schedule(schedule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(halving: Halving, range: (usize, usize), n_candidates: usize) -> Vec<(usize, usize)> {
        halving.sizes(range, n_candidates)
    }

    #[test]
    fn rounds_are_as_many_as_are_needed_and_possible() {
        let smallest = Halving::new(MinResources::Smallest);
        // scikit-learn's user guide: candidates and rows of HalvingGridSearchCV.
        let two = Halving { factor: 2, ..smallest };
        let range = (20, 1000);
        assert_eq!(sizes(two, range, 6), [(6, 20), (3, 40), (2, 80)]);
        assert_eq!(sizes(two, (20, 40), 6), [(6, 20), (3, 40)]);
        let aggressive = Halving { aggressive_elimination: true, ..two };
        assert_eq!(sizes(aggressive, (20, 40), 6), [(6, 20), (3, 20), (2, 40)]);
        let exhaust = Halving { min_resources: MinResources::Exhaust, ..two };
        assert_eq!(sizes(exhaust, range, 6), [(6, 250), (3, 500), (2, 1000)]);
        // More than are needed to leave one: the last round has fewer than `factor`.
        assert_eq!(sizes(smallest, (10, 569), 1), [(1, 10)]);
        assert_eq!(sizes(smallest, (20, 569), 28), [(28, 20), (10, 60), (4, 180), (2, 540)]);
        // Logarithms are exact.
        let many = sizes(smallest, (1, 1_000_000), 243);
        assert_eq!(many, [(243, 1), (81, 3), (27, 9), (9, 27), (3, 81), (1, 243)]);
    }

    #[test]
    fn subsamples_grow() -> Result<()> {
        let y: Vec<u8> = (0..90).map(|row| u8::from(row % 3 == 0)).collect();
        let folds = crate::model_selection::Splitter::split(&StratifiedKFold::new(3), &y)?;
        let rounds = Halving::default().rounds(&y, folds.clone(), 9)?;
        let sizes: Vec<_> = rounds.iter().map(|round| (round.n_candidates, round.n_rows)).collect();
        // A third round had 108 rows.
        assert_eq!(sizes, [(9, 12), (3, 36)]);
        for (small, large) in rounds.iter().zip(&rounds[1..]) {
            for (small, large) in small.folds.iter().zip(&large.folds) {
                assert!(small.train.iter().all(|row| large.train.contains(row)) && small.train.is_sorted());
                assert!(small.test.iter().all(|row| large.test.contains(row)));
            }
        }
        assert_eq!(rounds[0].folds[0].train.len(), 60 * 12 / 90);
        Ok(())
    }

    #[test]
    fn bad_parameters_are_refused() {
        let y = [0u8, 1, 0, 1, 0, 1, 0, 1];
        let fold = Fold { train: vec![0, 1, 2, 3], test: vec![4, 5, 6, 7] };
        let name = |halving: Halving| match halving.rounds(&y, vec![fold.clone()], 3) {
            Err(Error::InvalidParameter { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        let default = Halving::default();
        assert_eq!(name(Halving { factor: 1, ..default }), "factor");
        assert_eq!(name(Halving { max_resources: Some(9), ..default }), "max_resources");
        assert_eq!(name(Halving { max_resources: Some(0), ..default }), "max_resources");
        assert_eq!(name(Halving { min_resources: MinResources::Rows(0), ..default }), "min_resources");
        assert_eq!(name(Halving { min_resources: MinResources::Rows(9), ..default }), "min_resources");
        let few = Halving { min_resources: MinResources::Rows(1), ..default };
        assert!(matches!(few.rounds(&y, vec![fold], 3), Err(Error::Fold { fold: 0, .. })));
    }
}
