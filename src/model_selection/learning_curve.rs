//! How scores grow with the number of rows to learn from.

use super::curve::{CurvePoint, difference, train_and_test};
use super::folds::{checked_folds, in_fold};
use super::splitter::{Fold, Splitter};
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::Estimator;
use crate::metric::Scorer;
use crate::parallel::try_map;
use crate::random::Random;
use std::collections::BTreeSet;
use std::fmt;

/// On how many rows the fits of a [`learning_curve`] are made.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `fractions` | 0.1, 0.325, 0.55, 0.775, 1 | above 0, at most 1: of the train part of the first fold, rounded down, at least one row |
/// | `counts` | none | 1 to the rows of the train part of the first fold |
/// | `shuffle` | `false` | whether the rows of each train part are put in a random order before the first ones are taken |
/// | `seed` | 0 | any; read only if `shuffle` |
///
/// Sizes come in ascending order and once each. A fold with fewer rows than a size trains on all it has.
///
/// ```
/// use certifit::model_selection::TrainSizes;
/// assert_eq!(TrainSizes::fractions([0.1, 0.33, 1.0]).of(455)?, [45, 150, 455]);
/// assert_eq!(TrainSizes::counts([50, 20]).of(455)?, [20, 50]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TrainSizes {
    sizes: Sizes,
    shuffle: bool,
    seed: u64,
}

#[derive(Debug, Clone, PartialEq)]
enum Sizes {
    Fractions(Vec<f64>),
    Counts(Vec<usize>),
}

impl TrainSizes {
    /// These shares of the rows that there are to train on.
    pub fn fractions(fractions: impl IntoIterator<Item = f64>) -> Self {
        Self { sizes: Sizes::Fractions(fractions.into_iter().collect()), shuffle: false, seed: 0 }
    }

    /// These numbers of rows.
    pub fn counts(counts: impl IntoIterator<Item = usize>) -> Self {
        Self { sizes: Sizes::Counts(counts.into_iter().collect()), shuffle: false, seed: 0 }
    }

    /// Whether the rows of each train part are put in a random order before the first ones are taken.
    #[must_use]
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }

    /// The seed of the random order.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The numbers of rows where there are `most` to train on.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for sizes out of their range or none.
    pub fn of(&self, most: usize) -> Result<Vec<usize>> {
        let distinct: BTreeSet<usize> = match &self.sizes {
            Sizes::Fractions(fractions) => {
                if let Some(bad) = fractions.iter().find(|&&fraction| !(fraction > 0.0 && fraction <= 1.0)) {
                    return Err(Error::invalid_parameter("fractions", bad, "above 0 and at most 1"));
                }
                // A whole number between 0 and `most`.
                let rows = |fraction: &f64| ((fraction * most as f64) as usize).clamp(1, most.max(1));
                fractions.iter().map(rows).collect()
            }
            Sizes::Counts(counts) => {
                if let Some(bad) = counts.iter().find(|&&count| count == 0 || count > most) {
                    let allowed = format!("at least 1 and at most the rows to train on ({most})");
                    return Err(Error::invalid_parameter("counts", bad, allowed));
                }
                counts.iter().copied().collect()
            }
        };
        if distinct.is_empty() {
            return Err(Error::invalid_parameter("train_sizes", distinct, "at least one size"));
        }
        Ok(distinct.into_iter().collect())
    }

    fn shuffled(&self, folds: &mut [Fold]) {
        if self.shuffle {
            let mut random = Random::new(self.seed);
            folds.iter_mut().for_each(|fold| random.shuffle(&mut fold.train));
        }
    }
}

impl Default for TrainSizes {
    fn default() -> Self {
        Self::fractions([0.1, 0.325, 0.55, 0.775, 1.0])
    }
}

/// Train and test scores of fits on the first rows of each train part, for several numbers of rows.
///
/// Fits run in parallel (feature `rayon`) with the same result as one after the other; each holds a copy of its rows.
/// [`LearningCurve::diagnose`] says in words what the curve tells.
///
/// # Errors
/// Those of [`cross_val_score`](super::cross_val_score) and of [`TrainSizes::of`]. The first rows of sorted data are of one
/// class: shuffle them.
///
/// # Reference
/// scikit-learn's `learning_curve`.
///
/// ```
/// use certifit::model_selection::{TrainSizes, learning_curve};
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let model = StandardScaler::new().then(LinearSVC::new());
/// let sizes = TrainSizes::fractions([0.1, 0.5, 1.0]);
/// let (x, y) = (&data.features, &data.target);
/// let curve = learning_curve(&model, x, y, &StratifiedKFold::new(5), &Accuracy, &sizes)?;
/// assert_eq!(curve.train_sizes(), [45, 227, 455]);
/// assert!(curve.points()[0].test.mean() < curve.points()[2].test.mean());
/// println!("{}", curve.diagnose(0.99));
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn learning_curve<E, X, Y, C, S>(
    estimator: &E,
    x: &X,
    y: &Y,
    splitter: &C,
    scorer: &S,
    train_sizes: &TrainSizes,
) -> Result<LearningCurve>
where
    X: Rows + ?Sized,
    Y: Rows + ?Sized,
    E: Estimator<X::Owned, Y::Owned> + ?Sized,
    C: Splitter<Y> + ?Sized,
    S: Scorer<E::Fitted, X::Owned, Y::Owned> + ?Sized,
{
    let mut folds = checked_folds(x, y, splitter)?;
    let sizes = train_sizes.of(folds.first().map_or(0, |fold| fold.train.len()))?;
    train_sizes.shuffled(&mut folds);
    let n_folds = folds.len();
    let pairs = try_map(sizes.len() * n_folds, |task| {
        let (size, number) = (sizes[task / n_folds], task % n_folds);
        let Fold { train, test } = &folds[number];
        let train = &train[..size.min(train.len())];
        train_and_test(estimator, (x, y), (train, test), scorer).map_err(in_fold(number))
    })?;
    let points = pairs.chunks(n_folds).map(CurvePoint::of).collect();
    Ok(LearningCurve { train_sizes: sizes, points, greater_is_better: scorer.greater_is_better() })
}

/// Train and test scores by the number of rows; made by [`learning_curve`].
///
/// It prints as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningCurve {
    train_sizes: Vec<usize>,
    points: Vec<CurvePoint>,
    greater_is_better: bool,
}

impl LearningCurve {
    /// The numbers of rows that were fitted on, ascending.
    pub fn train_sizes(&self) -> &[usize] {
        &self.train_sizes
    }

    /// The scores at each number of rows.
    pub fn points(&self) -> &[CurvePoint] {
        &self.points
    }

    /// What the curve tells where a mean test score of `target` is hoped for.
    ///
    /// With the means over the folds of the train score t and of the test score v at the largest number of rows (and
    /// their signs turned where less is better), the shortfall is `target` − v = (`target` − t) + (t − v): what the
    /// model misses even on rows that it has seen, and the gap to those that it has not.
    ///
    /// | verdict | rule |
    /// |---|---|
    /// | [`Verdict::Good`] | v ≥ `target` |
    /// | [`Verdict::Underfits`] | else, and `target` − t ≥ t − v: both scores are low and close |
    /// | [`Verdict::Overfits`] | else: the train score is high, the gap is the larger part |
    ///
    /// More data would help where the test score has risen between the last two sizes by more than two standard errors
    /// of the rises of the folds.
    pub fn diagnose(&self, target: f64) -> Diagnosis {
        let sign = if self.greater_is_better { 1.0 } else { -1.0 };
        let (train, test, gap, gap_error) = match self.points.last() {
            Some(last) => {
                let (gap, error) = difference(&last.train, &last.test);
                (last.train.mean(), last.test.mean(), sign * gap, error)
            }
            None => (target, target, 0.0, 0.0), // there is at least one size
        };
        let (rise, rise_error) = match self.points.as_slice() {
            [.., before, last] => difference(&last.test, &before.test),
            _ => (0.0, 0.0),
        };
        let missing_in_train = sign * (target - train);
        let verdict = if sign * (target - test) <= 0.0 {
            Verdict::Good
        } else if missing_in_train >= gap {
            Verdict::Underfits
        } else {
            Verdict::Overfits
        };
        let rise = sign * rise;
        // One size has nothing to rise from, and one fold no error.
        let n_folds = self.points.last().map_or(0, |last| last.test.as_slice().len());
        let can_tell = self.points.len() > 1 && n_folds > 1;
        let more_data_helps = can_tell.then_some(rise > 2.0 * rise_error);
        Diagnosis { verdict, more_data_helps, target, train, test, gap, gap_error, rise, rise_error }
    }
}

impl fmt::Display for LearningCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    rows            train             test")?;
        for (size, point) in self.train_sizes.iter().zip(&self.points) {
            let (train, test) = (&point.train, &point.test);
            let (a, b, c, d) = (train.mean(), train.std(), test.mean(), test.std());
            writeln!(f, "{size:>8}   {a:>7.3} ± {b:.3}   {c:>7.3} ± {d:.3}")?;
        }
        Ok(())
    }
}

/// What a learning curve tells; see [`LearningCurve::diagnose`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The test score is what is hoped for.
    Good,
    /// Train and test scores are both low: a richer model, more features, or less regularisation.
    Underfits,
    /// The train score is high, the test score is not: more data, a simpler model, or more regularisation.
    Overfits,
}

/// A [`Verdict`] and the numbers behind it; it prints as a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the test score still rises with the number of rows; `None` where one size, or one fold, cannot tell.
    pub more_data_helps: Option<bool>,
    /// The score that is hoped for.
    pub target: f64,
    /// The mean train score at the largest number of rows.
    pub train: f64,
    /// The mean test score there.
    pub test: f64,
    /// By how much the train score is better there.
    pub gap: f64,
    /// The standard error of the gap.
    pub gap_error: f64,
    /// By how much the test score is better than at the size before.
    pub rise: f64,
    /// The standard error of the rise.
    pub rise_error: f64,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, train, test, gap, gap_error, rise, rise_error, .. } = self;
        match self.verdict {
            Verdict::Good => write!(f, "good: test {test:.3} reaches the target of {target:.3}")?,
            Verdict::Underfits => write!(
                f,
                "underfits: test {test:.3} misses the target of {target:.3}, and train {train:.3} is close to it; try a richer model, more features or less regularisation"
            )?,
            Verdict::Overfits => write!(
                f,
                "overfits: test {test:.3} misses the target of {target:.3}, but train is {train:.3}; try a simpler model or more regularisation"
            )?,
        }
        write!(f, " (gap {gap:.3} ± {gap_error:.3})")?;
        let (more, rises) = match self.more_data_helps {
            None => return write!(f, "; whether more data would help, one size or one fold cannot tell"),
            Some(true) => ("would help", "still rises"),
            Some(false) => ("would hardly help", "has levelled off"),
        };
        write!(f, "; more data {more}: the test score {rises} ({rise:+.3} ± {rise_error:.3})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_selection::KFold;

    fn curve(points: &[(&[f64], &[f64])]) -> LearningCurve {
        let point = |(train, test): &(&[f64], &[f64])| {
            CurvePoint::of(&train.iter().copied().zip(test.iter().copied()).collect::<Vec<_>>())
        };
        let points: Vec<_> = points.iter().map(point).collect();
        LearningCurve { train_sizes: (1..=points.len()).collect(), points, greater_is_better: true }
    }

    #[test]
    fn verdicts_follow_the_rules() {
        let low = curve(&[(&[0.7, 0.7], &[0.6, 0.6]), (&[0.66, 0.68], &[0.65, 0.63])]);
        let told = low.diagnose(0.9);
        assert_eq!((told.verdict, told.more_data_helps), (Verdict::Underfits, Some(true)));
        assert!(told.to_string().starts_with("underfits: test 0.640 misses the target of 0.900"), "{told}");
        let apart = curve(&[(&[1.0, 1.0], &[0.7, 0.7]), (&[0.99, 1.0], &[0.72, 0.68])]);
        let told = apart.diagnose(0.9);
        assert_eq!((told.verdict, told.more_data_helps), (Verdict::Overfits, Some(false)));
        assert_eq!(format!("{:.3}", told.gap), "0.295");
        assert!(told.to_string().contains("would hardly help"), "{told}");
        assert_eq!(apart.diagnose(0.7).verdict, Verdict::Good);
        let one = curve(&[(&[0.5], &[0.5])]).diagnose(0.9);
        assert_eq!((one.verdict, one.more_data_helps), (Verdict::Underfits, None));
        assert!(one.to_string().contains("cannot tell"), "{one}");
    }

    #[test]
    fn less_may_be_better() {
        let mut errors = curve(&[(&[0.1, 0.1], &[0.9, 0.8]), (&[0.1, 0.2], &[0.5, 0.5])]);
        errors.greater_is_better = false;
        let told = errors.diagnose(0.3);
        assert_eq!((told.verdict, told.more_data_helps), (Verdict::Overfits, Some(true)));
        assert_eq!(errors.diagnose(0.05).verdict, Verdict::Overfits);
        assert_eq!(errors.diagnose(0.6).verdict, Verdict::Good);
    }

    /// Fits to the number of rows.
    struct Count;
    impl Estimator<Vec<f64>, Vec<f64>> for Count {
        type Fitted = usize;
        fn fit(&self, x: &Vec<f64>, _: &Vec<f64>) -> Result<usize> {
            Ok(x.len())
        }
    }

    #[test]
    fn fits_see_the_first_rows() -> Result<()> {
        let x: Vec<f64> = (0..10).map(f64::from).collect();
        // 1000 times the number of rows that were fitted on, and the first of those that are scored.
        let scorer = |n: &usize, x: &Vec<f64>, _: &Vec<f64>| Ok(1000.0 * *n as f64 + x[0]);
        let curve = learning_curve(&Count, &x, &x, &KFold::new(2), &scorer, &TrainSizes::counts([4, 2, 4]))?;
        assert_eq!(curve.train_sizes(), [2, 4]);
        assert_eq!(curve.points()[0].train.as_slice(), [2005.0, 2000.0]);
        assert_eq!(curve.points()[1].test.as_slice(), [4000.0, 4005.0]);
        let sizes = TrainSizes::counts([2]).shuffle(true).seed(1);
        let first = learning_curve(&Count, &x, &x, &KFold::new(2), &scorer, &sizes)?;
        assert_eq!(first, learning_curve(&Count, &x, &x, &KFold::new(2), &scorer, &sizes)?);
        assert_eq!(curve.to_string().lines().count(), 3);
        Ok(())
    }

    #[test]
    fn bad_sizes_are_refused() {
        let name = |sizes: TrainSizes| match sizes.of(10) {
            Err(Error::InvalidParameter { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        for fraction in [0.0, 1.1, f64::NAN] {
            assert_eq!(name(TrainSizes::fractions([0.5, fraction])), "fractions");
        }
        assert_eq!(name(TrainSizes::counts([0])), "counts");
        assert_eq!(name(TrainSizes::counts([11])), "counts");
        assert_eq!(name(TrainSizes::counts([])), "train_sizes");
    }
}
