//! The mutual information of columns and a target, as a score.

use super::neighbors::{of_numbers, of_numbers_and_classes};
use super::scores::ScoreFunction;
use crate::data::{
    Classes, Features, Label, Targets, Weights, check_shape, check_targets, finite_targets, map_columns,
    moments_of,
};
use crate::error::{Error, Result};
use crate::random::Random;
use crate::scalar::Scalar;
use ndarray::Array1;
use std::marker::PhantomData;

/// Which columns hold few values, each of which stands for itself, such as numbers of categories or counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DiscreteFeatures {
    /// Those of sparse matrices, not those of dense ones.
    #[default]
    Auto,
    /// All.
    All,
    /// None.
    None,
    /// These.
    Columns(Vec<usize>),
}

/// The mutual information of each column and the target, in nats: how much knowing the one tells of the other, 0 where they
/// are independent. Unlike an F statistic it sees dependence of any form.
///
/// [`MutualInfoClassif`] is for labels, [`MutualInfoRegression`] for numbers. Between values that are told apart it is
/// Σ p(x, y)·ln(p(x, y) / (p(x)·p(y))) with the shares p of the rows; between numbers it is estimated from the distances to
/// the k nearest neighbours (Kraskov), and between numbers and labels from those of the same label (Ross). Estimates below 0
/// are 0.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`discrete_features`](Self::discrete_features) | `Auto` | which columns are discrete |
/// | [`n_neighbors`](Self::n_neighbors) | 3 | k, 1 or more: more vary less and blur more |
/// | [`seed`](Self::seed) | 0 | of the noise, 10⁻¹⁰ of the spread, that tells equal numbers apart |
///
/// Rows of weight 0 do not count. Other weights count where columns and target are both discrete; elsewhere they must be equal.
///
/// Cost of a column: a sort; numbers and numbers O(n·√(k·n)) for distances.
///
/// # Errors
/// Those of models; [`Error::InvalidParameter`] for `n_neighbors` of 0, or (between numbers) not below the number of rows,
/// and for columns that are not there; [`Error::Unsupported`] for sparse columns of numbers, and for weights that differ
/// where neighbours are counted.
///
/// Reference: `sklearn.feature_selection.mutual_info_classif` and `mutual_info_regression`; Kraskov, Stögbauer, Grassberger
/// (2004), "Estimating mutual information", Physical Review E 69; Ross (2014), "Mutual information between discrete and
/// continuous data sets", PLoS ONE 9(2).
///
/// ```
/// use certifit::feature_selection::{DiscreteFeatures, MutualInfoClassif, SelectKBest};
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// // The first column is the label, the second is independent of it.
/// let x = array![[0.0, 1.0], [0.0, 2.0], [1.0, 1.0], [1.0, 2.0]];
/// let score = MutualInfoClassif::new().discrete_features(DiscreteFeatures::All);
/// let selector = SelectKBest::new(score).k(1).fit(&x, &["a", "a", "b", "b"])?;
/// assert!((selector.scores()[0] - 2f64.ln()).abs() < 1e-15 && selector.scores()[1] == 0.0);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MutualInfo<T> {
    discrete_features: DiscreteFeatures,
    n_neighbors: usize,
    seed: u64,
    target: PhantomData<fn() -> T>,
}

/// [`MutualInfo`] of columns and labels.
pub type MutualInfoClassif = MutualInfo<OfLabels>;
/// [`MutualInfo`] of columns and numbers.
pub type MutualInfoRegression = MutualInfo<OfNumbers>;

/// The target holds labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfLabels;

/// The target holds numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfNumbers;

impl<T> Default for MutualInfo<T> {
    fn default() -> Self {
        let discrete_features = DiscreteFeatures::Auto;
        Self { discrete_features, n_neighbors: 3, seed: 0, target: PhantomData }
    }
}

/// The target, one entry a row.
enum Target {
    Classes(Vec<usize>),
    /// Scaled, with noise.
    Numbers(Vec<f64>),
}

/// The rows of `Y` that count, each of which weighs its number + 1: so values come with their rows.
struct Numbered<'a, Y: ?Sized>(&'a Y);

impl<Y: Weights + ?Sized> Weights for Numbered<'_, Y> {
    fn weight(&self, row: usize) -> f64 {
        if self.0.weight(row) > 0.0 { row as f64 + 1.0 } else { 0.0 }
    }

    fn n_weights(&self) -> Option<usize> {
        self.0.n_weights()
    }
}

impl<T> MutualInfo<T> {
    /// Three neighbours.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which columns are discrete (default: those of sparse matrices).
    pub fn discrete_features(mut self, discrete_features: DiscreteFeatures) -> Self {
        self.discrete_features = discrete_features;
        self
    }

    /// How many neighbours of a row are looked at (default 3).
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.n_neighbors = n_neighbors;
        self
    }

    /// The seed of the noise (default 0).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// For each column whether it is discrete.
    fn are_discrete<X: Features + ?Sized>(&self, x: &X) -> Result<Vec<bool>> {
        let d = x.n_features();
        Ok(match &self.discrete_features {
            DiscreteFeatures::Auto => vec![x.is_sparse(); d],
            DiscreteFeatures::All => vec![true; d],
            DiscreteFeatures::None => vec![false; d],
            DiscreteFeatures::Columns(columns) => {
                if let Some(column) = columns.iter().find(|&&column| column >= d) {
                    let allowed = format!("columns below {d}");
                    return Err(Error::invalid_parameter("discrete_features", column, allowed));
                }
                let mut are = vec![false; d];
                columns.iter().for_each(|&column| are[column] = true);
                are
            }
        })
    }

    /// Refuses what the estimates cannot be made of.
    fn check<X, Y>(&self, x: &X, y: &Y, are_discrete: &[bool], of_numbers: bool) -> Result<()>
    where
        X: Features + ?Sized,
        Y: Targets + ?Sized,
    {
        if self.n_neighbors == 0 {
            return Err(Error::invalid_parameter("n_neighbors", 0, "at least 1"));
        }
        let has_numbers = are_discrete.contains(&false);
        if has_numbers && x.is_sparse() {
            return Err(Error::Unsupported {
                what: "the mutual information of sparse columns of numbers",
                reason: "zeros that are not stored have no neighbours; use DiscreteFeatures::All or a dense matrix",
            });
        }
        let mut weights = (0..x.n_rows()).map(|row| y.weight(row)).filter(|&weight| weight > 0.0);
        let n = weights.clone().count();
        if has_numbers && of_numbers && self.n_neighbors >= n {
            let allowed = format!("less than the number of rows ({n})");
            return Err(Error::invalid_parameter("n_neighbors", self.n_neighbors, allowed));
        }
        let first = weights.next();
        if (has_numbers || of_numbers) && weights.any(|weight| Some(weight) != first) {
            return Err(Error::Unsupported {
                what: "the mutual information of numbers in rows of different weights",
                reason: "neighbours are counted, not weighed; leave the weights out",
            });
        }
        Ok(())
    }

    fn of_columns<X, Y>(&self, x: &X, y: &Y, target: &Target) -> Result<Array1<f64>>
    where
        X: Features + ?Sized,
        Y: Targets + ?Sized,
    {
        let are_discrete = self.are_discrete(x)?;
        self.check(x, y, &are_discrete, matches!(target, Target::Numbers(_)))?;
        let scores = map_columns(
            x,
            &Numbered(y),
            |_| true,
            |column, values| {
                let stored = values.stored.into_iter().map(|(number, value)| (number as usize - 1, value));
                let stored: Vec<(usize, f64)> = stored.collect();
                Ok(match (are_discrete[column], target) {
                    (true, Target::Classes(classes)) => of_classes(&stored, classes, y),
                    (true, Target::Numbers(numbers)) => {
                        let mut column = vec![0.0; numbers.len()];
                        stored.into_iter().for_each(|(row, value)| column[row] = value);
                        let counts = |&row: &usize| y.weight(row) > 0.0;
                        let rows: Vec<usize> = (0..numbers.len()).filter(counts).collect();
                        let values: Vec<f64> = rows.iter().map(|&row| column[row]).collect();
                        let numbers: Vec<f64> = rows.iter().map(|&row| numbers[row]).collect();
                        of_numbers_and_classes(&numbers, &ranks(&values), self.n_neighbors)
                    }
                    (false, target) => {
                        let (rows, mut values): (Vec<usize>, Vec<f64>) = stored.into_iter().unzip();
                        jitter(&mut values, self.seed.wrapping_add(1 + column as u64));
                        match target {
                            Target::Classes(classes) => {
                                let classes: Vec<usize> = rows.iter().map(|&row| classes[row]).collect();
                                of_numbers_and_classes(&values, &classes, self.n_neighbors)
                            }
                            Target::Numbers(numbers) => {
                                let numbers: Vec<f64> = rows.iter().map(|&row| numbers[row]).collect();
                                of_numbers(&values, &numbers, self.n_neighbors)
                            }
                        }
                    }
                })
            },
        )?;
        Ok(scores.into())
    }
}

/// Scales numbers to a spread of 1, and adds noise that tells equal ones apart.
fn jitter(values: &mut [f64], seed: u64) {
    let (n, _, variance) = moments_of(values.iter().map(|&value| (1.0, value)));
    let spread = variance.sqrt();
    let spread = if spread < 10.0 * f64::EPSILON { 1.0 } else { spread };
    values.iter_mut().for_each(|value| *value /= spread);
    let size = values.iter().map(|value| value.abs() / n).sum::<f64>().max(1.0);
    let mut random = Random::new(seed);
    values.iter_mut().for_each(|value| *value += 1e-10 * size * random.normal());
}

/// The number of each value among the different ones.
fn ranks(values: &[f64]) -> Vec<usize> {
    let mut different: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
    different.sort_by(f64::total_cmp);
    different.dedup();
    values.iter().map(|value| different.partition_point(|other| other < value)).collect()
}

/// Of values that are told apart, of which only those that are stored are listed: the others are zeros.
fn of_classes<Y: Weights + ?Sized>(stored: &[(usize, f64)], classes: &[usize], y: &Y) -> f64 {
    let n_classes = classes.iter().max().map_or(0, |last| last + 1);
    let mut totals = vec![0.0; n_classes];
    classes.iter().enumerate().for_each(|(row, &class)| totals[class] += y.weight(row));
    let mut entries: Vec<(f64, usize, f64)> =
        stored.iter().map(|&(row, value)| (value + 0.0, classes[row], y.weight(row))).collect();
    let mut zeros = totals.clone();
    let mut left = vec![0usize; n_classes];
    (0..classes.len()).filter(|&row| y.weight(row) > 0.0).for_each(|row| left[classes[row]] += 1);
    for &(_, class, weight) in &entries {
        zeros[class] -= weight;
        left[class] -= 1;
    }
    let are_left = (0..n_classes).filter(|&class| left[class] > 0);
    entries.extend(are_left.map(|class| (0.0, class, zeros[class].max(0.0))));
    entries.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = totals.iter().sum();
    let (mut information, mut of_value) = (0.0, vec![0.0; n_classes]);
    for same in entries.chunk_by(|a, b| a.0 == b.0) {
        if same.len() == entries.len() {
            return 0.0;
        }
        of_value.fill(0.0);
        same.iter().for_each(|&(_, class, weight)| of_value[class] += weight);
        let weight: f64 = of_value.iter().sum();
        for (&joint, &of_class) in of_value.iter().zip(&totals).filter(|(joint, _)| **joint > 0.0) {
            information += joint / total * (joint / weight * (total / of_class)).ln();
        }
    }
    information.max(0.0)
}

impl<X: Features + ?Sized, Y: Targets + ?Sized> ScoreFunction<X, Y> for MutualInfoClassif
where
    Y::Value: Label,
{
    fn scores(&self, x: &X, y: &Y) -> Result<Array1<f64>> {
        check_shape(x)?;
        check_targets(x, y)?;
        let (_, classes) = Classes::weighted(y).at_least_two()?.into_parts();
        self.of_columns(x, y, &Target::Classes(classes))
    }
}

impl<X: Features + ?Sized, Y: Targets + ?Sized> ScoreFunction<X, Y> for MutualInfoRegression
where
    Y::Value: Scalar,
{
    fn scores(&self, x: &X, y: &Y) -> Result<Array1<f64>> {
        check_shape(x)?;
        check_targets(x, y)?;
        let mut numbers = finite_targets(y)?;
        // Rows that do not count are no part of the spread; their place is kept.
        let rows: Vec<usize> = (0..numbers.len()).filter(|&row| y.weight(row) > 0.0).collect();
        let mut counted: Vec<f64> = rows.iter().map(|&row| numbers[row]).collect();
        jitter(&mut counted, self.seed);
        rows.iter().zip(counted).for_each(|(&row, value)| numbers[row] = value);
        self.of_columns(x, y, &Target::Numbers(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets;
    use approx::assert_relative_eq;
    use ndarray::{Array2, array};

    fn all() -> DiscreteFeatures {
        DiscreteFeatures::All
    }

    #[test]
    fn discrete_columns_are_tables() -> Result<()> {
        // p ln(p / (q r)) summed by hand: shares 2/5, 1/5, 2/5 of (0, a), (1, a), (1, b).
        let x = array![[0.0], [0.0], [1.0], [1.0], [1.0]];
        let y = ["a", "a", "a", "b", "b"];
        let scores = MutualInfoClassif::new().discrete_features(all()).scores(&x, &y)?;
        let expected = 0.4 * (1.0f64 / 0.6).ln() + 0.2 * (0.2f64 / 0.36).ln() + 0.4 * (0.4f64 / 0.24).ln();
        assert_relative_eq!(scores[0], expected, max_relative = 1e-14);
        let weighted = MutualInfoClassif::new().discrete_features(all()).scores(
            &array![[0.0], [1.0], [1.0], [9.0]],
            &["a", "a", "b", "b"].weighted(&[2.0, 1.0, 2.0, 0.0])?,
        )?;
        assert_relative_eq!(weighted[0], expected, max_relative = 1e-14);
        Ok(())
    }

    #[test]
    fn scores_are_those_of_scikit_learn() -> Result<()> {
        let digits = datasets::digits();
        let scores =
            MutualInfoClassif::new().discrete_features(all()).scores(&digits.features, &digits.target)?;
        assert_relative_eq!(scores.sum(), 15.587_752_025_117_13, max_relative = 1e-12);
        assert_relative_eq!(scores[21], 0.463_350_247_274_574_6, max_relative = 1e-12);
        assert_relative_eq!(scores[42], 0.442_614_909_620_066_6, max_relative = 1e-12);
        assert_eq!(scores[0], 0.0);
        // The mean and the standard deviation over seeds of the noise: these data have many equal numbers.
        let diabetes = datasets::diabetes();
        let scores = MutualInfoRegression::new().scores(&diabetes.features, &diabetes.target)?;
        let mean = [0.0024, 0.0297, 0.1740, 0.0617, 0.0666, 0.0130, 0.0647, 0.1011, 0.1471, 0.1088];
        let deviation = [0.0033, 0.0108, 0.0026, 0.0071, 0.0034, 0.0017, 0.0055, 0.0081, 0.0026, 0.0104];
        for ((score, mean), deviation) in scores.iter().zip(mean).zip(deviation) {
            assert!((score - mean).abs() < 4.0 * deviation, "{score} and {mean}");
        }
        let mut best: Vec<usize> = (0..10).collect();
        best.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        assert_eq!(best[..2], [2, 8]);
        Ok(())
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn sparse_is_dense() -> Result<()> {
        let data = datasets::digits();
        let discrete = MutualInfoClassif::new().discrete_features(all());
        let dense = discrete.scores(&data.features, &data.target)?;
        let sparse = sprs::CsMat::csr_from_dense(data.features.view(), 0.0);
        let auto = MutualInfoClassif::new().scores(&sparse, &data.target)?;
        dense.iter().zip(&auto).for_each(|(a, b)| assert_relative_eq!(a, b, epsilon = 1e-13));
        let target = data.target.iter().map(|&label| label as f64 + 0.1).collect::<Vec<_>>();
        let regression = MutualInfoRegression::new().discrete_features(all());
        let dense = regression.scores(&data.features, &target)?;
        assert_eq!(regression.scores(&sparse, &target)?, dense);
        let numbers = MutualInfoClassif::new().discrete_features(DiscreteFeatures::None);
        assert!(matches!(numbers.scores(&sparse, &data.target), Err(Error::Unsupported { .. })));
        Ok(())
    }

    #[test]
    fn parameters_and_weights_are_checked() -> Result<()> {
        let x = array![[0.0], [0.5], [1.0], [1.5]];
        let (labels, numbers) = ([0, 0, 1, 1], [0.0, 0.2, 1.0, 1.1]);
        let named = |error: Result<Array1<f64>>, name: &str| match error {
            Err(Error::InvalidParameter { name: found, .. }) => assert_eq!(found, name),
            other => panic!("{other:?}"),
        };
        named(MutualInfoClassif::new().n_neighbors(0).scores(&x, &labels), "n_neighbors");
        named(MutualInfoRegression::new().n_neighbors(4).scores(&x, &numbers), "n_neighbors");
        let columns = DiscreteFeatures::Columns(vec![1]);
        named(MutualInfoClassif::new().discrete_features(columns).scores(&x, &labels), "discrete_features");
        let uneven = numbers.weighted(&[1.0, 2.0, 1.0, 1.0])?;
        assert!(matches!(MutualInfoRegression::new().scores(&x, &uneven), Err(Error::Unsupported { .. })));
        // Weight 0 is no row, and equal weights are none.
        let x = array![[0.0, 3.0], [9.9, -9.0], [0.5, 1.0], [1.0, 2.5], [1.5, 0.5], [1.7, 0.2], [2.0, 0.1]];
        let y = [0.0, 50.0, 0.2, 1.0, 1.1, 1.3, 1.2];
        let score = MutualInfoRegression::new();
        let found = score.scores(&x, &y.weighted(&[2.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0])?)?;
        let rows: Vec<usize> = vec![0, 2, 3, 4, 5, 6];
        let kept: Vec<f64> = rows.iter().map(|&row| y[row]).collect();
        assert_eq!(found, score.scores(&x.select(ndarray::Axis(0), &rows), &kept)?);
        Ok(())
    }

    #[test]
    fn noise_is_seeded() -> Result<()> {
        let x = Array2::from_shape_fn((60, 2), |(i, j)| (i * (j + 3) % 7) as f64);
        let y: Vec<usize> = (0..60).map(|i| usize::from((i * 3 % 7 > 2) != (i % 5 == 0))).collect();
        let scores = |seed| MutualInfoClassif::new().seed(seed).scores(&x, &y);
        assert_eq!(scores(1)?, scores(1)?);
        assert_ne!(scores(1)?, scores(2)?);
        Ok(())
    }
}
