//! Columns cut into bins.

use super::one_hot_encoder::Encoded;
use super::sampling::drawn;
use crate::compose::Compose;
use crate::data::{Column, Features, FromRows, Missing, Sorted, Weights};
use crate::data::{check_features, check_weights, check_width, map_columns};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::scalar::Scalar;
use ndarray::Array2;
use std::marker::PhantomData;

/// Where [`KBinsDiscretizer`] cuts a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BinStrategy {
    /// Into bins of equal width.
    Uniform,
    /// Into bins with equally many rows.
    #[default]
    Quantile,
    /// Halfway between the centres that 1-dimensional k-means finds.
    KMeans,
}

/// Which value a quantile is that lies between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileMethod {
    /// The first value up to which the share lies; the mean of it and the next where that is exactly the share.
    #[default]
    AveragedInvertedCdf,
    /// The first value up to which the share lies.
    InvertedCdf,
    /// Between two values, linearly.
    Linear,
}

/// Cuts each column into bins, and gives each bin a column of zeros and ones, or a number.
///
/// A linear model of the bins is a step function of the feature. Takes features, n × d, and makes n × Σ_j k_j for k_j bins
/// of column j, or n × d with [`ordinal`](Self::ordinal). Values beyond those of the fit fall into the bins at the ends.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`n_bins`](Self::n_bins) | 5 | how many bins a column, 2 or more |
/// | [`strategy`](Self::strategy) | `Quantile` | where the columns are cut |
/// | [`quantile_method`](Self::quantile_method) | `AveragedInvertedCdf` | which value a quantile is |
/// | [`subsample`](Self::subsample) | 200 000 | of how many rows at random the cuts are found, if there are more |
/// | [`seed`](Self::seed) | 0 | the seed of their choice |
/// | [`dense`](Self::dense), [`output`](Self::output), [`ordinal`](Self::ordinal) | sparse, one-hot | what is made: scikit-learn's `encode` |
///
/// Bins narrower than 10⁻⁸ are dropped (except with `Uniform`), and clusters that no value is in, so that a column may have
/// fewer; a constant column has one. A share of the rows that is met but for rounding is met (scikit-learn takes the next
/// value for some of them). Weights count as numbers of rows; rows of weight 0 are not seen.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for NaN, too, [`Error::LengthMismatch`] or
/// [`Error::InvalidWeight`] for bad weights, [`Error::InvalidParameter`] for `n_bins` below 2 and a `subsample` of 0, and
/// [`Error::Overflow`] for a column that spans more than the range of `f64`.
///
/// Reference: `sklearn.preprocessing.KBinsDiscretizer`; there is one `n_bins` for all columns.
///
/// ```
/// use certifit::preprocessing::{BinStrategy, KBinsDiscretizer};
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[-2.0], [-1.0], [0.0], [1.0]];
/// let bins = KBinsDiscretizer::new().n_bins(3).strategy(BinStrategy::Uniform).ordinal().fit(&x, &())?;
/// assert_eq!(bins.bin_edges(0), [-2.0, -1.0, 0.0, 1.0]);
/// assert_eq!(bins.transform(&array![[-1.5], [0.3], [99.0]])?, array![[0.0], [2.0], [2.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, PartialEq)]
pub struct KBinsDiscretizer<M = Encoded> {
    n_bins: usize,
    strategy: BinStrategy,
    quantile_method: QuantileMethod,
    subsample: Option<usize>,
    seed: u64,
    ordinal: bool,
    output: PhantomData<fn() -> M>,
}

impl<M> Clone for KBinsDiscretizer<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for KBinsDiscretizer<M> {}

impl Default for KBinsDiscretizer {
    fn default() -> Self {
        Self {
            n_bins: 5,
            strategy: BinStrategy::Quantile,
            quantile_method: QuantileMethod::AveragedInvertedCdf,
            subsample: Some(200_000),
            seed: 0,
            ordinal: false,
            output: PhantomData,
        }
    }
}

impl KBinsDiscretizer {
    /// Five bins with equally many rows.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M> KBinsDiscretizer<M> {
    /// How many bins a column is cut into (default 5).
    pub fn n_bins(mut self, n_bins: usize) -> Self {
        self.n_bins = n_bins;
        self
    }

    /// Where the columns are cut (default at quantiles).
    pub fn strategy(mut self, strategy: BinStrategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Which value a quantile is that lies between two (default the first, or the mean where both are).
    pub fn quantile_method(mut self, quantile_method: QuantileMethod) -> Self {
        self.quantile_method = quantile_method;
        self
    }

    /// Of how many rows the cuts are found, chosen at random if there are more (default 200 000; `None` for all).
    pub fn subsample(mut self, subsample: impl Into<Option<usize>>) -> Self {
        self.subsample = subsample.into();
        self
    }

    /// The seed of their choice (default 0).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Makes the numbers of the bins, in a dense matrix: `encode='ordinal'`.
    pub fn ordinal(mut self) -> KBinsDiscretizer<Array2<f64>> {
        self.ordinal = true;
        self.output()
    }

    /// Makes dense columns of zeros and ones: `encode='onehot-dense'`.
    pub fn dense(mut self) -> KBinsDiscretizer<Array2<f64>> {
        self.ordinal = false;
        self.output()
    }

    /// Makes matrices of the type `N`, such as `Array2<f32>` or `CsMat<f32>`.
    pub fn output<N: FromRows>(self) -> KBinsDiscretizer<N> {
        let Self { n_bins, strategy, quantile_method, subsample, seed, ordinal, .. } = self;
        KBinsDiscretizer { n_bins, strategy, quantile_method, subsample, seed, ordinal, output: PhantomData }
    }

    fn check(&self) -> Result<()> {
        if self.n_bins < 2 {
            return Err(Error::invalid_parameter("n_bins", self.n_bins, "at least 2"));
        }
        match self.subsample {
            Some(0) => Err(Error::invalid_parameter("subsample", 0, "at least 1")),
            _ => Ok(()),
        }
    }

    /// The edges of the bins of a column.
    fn edges(&self, index: usize, column: Column) -> Result<Vec<f64>> {
        let values = column.sorted();
        let (min, max) = (values.min(), values.max());
        if !(max - min).is_finite() {
            return Err(Error::Overflow { what: "the range of the values", column: Some(index) });
        }
        if min == max {
            return Ok(vec![min, max]);
        }
        let n = self.n_bins as f64;
        let width = (max - min) / n;
        let uniform = |bin: usize| if bin == self.n_bins { max } else { min + bin as f64 * width };
        let edges: Vec<f64> = match self.strategy {
            BinStrategy::Uniform => return Ok((0..=self.n_bins).map(uniform).collect()),
            BinStrategy::Quantile => {
                (0..=self.n_bins).map(|bin| self.quantile(&values, bin as f64 / n)).collect()
            }
            BinStrategy::KMeans => {
                let uniform: Vec<f64> = (0..=self.n_bins).map(uniform).collect();
                let centres =
                    k_means(values.pairs(), uniform.windows(2).map(|edge| 0.5 * (edge[0] + edge[1])));
                let cuts = centres.windows(2).map(|pair| 0.5 * (pair[0] + pair[1]));
                std::iter::once(min).chain(cuts).chain([max]).collect()
            }
        };
        let wide = |at: usize| at == 0 || edges[at] - edges[at - 1] > 1e-8;
        let kept: Vec<f64> = (0..edges.len()).filter(|&at| wide(at)).map(|at| edges[at]).collect();
        // Of a column that is narrower than all bins may be, one is left.
        Ok(if kept.len() < 2 { vec![min, max] } else { kept })
    }

    fn quantile(&self, values: &Sorted, share: f64) -> f64 {
        match self.quantile_method {
            QuantileMethod::AveragedInvertedCdf => values.averaged_inverted_cdf(share),
            QuantileMethod::InvertedCdf => values.inverted_cdf(share),
            QuantileMethod::Linear => values.linear(share),
        }
    }
}

/// The centres of clusters of weighted values, in ascending order: Lloyd's iteration from these centres, until no value
/// changes its cluster or the centres move by less than a ten-thousandth of the variance. A cluster without values gets
/// the value that is farthest from its centre; those that are without any in the end are left out.
fn k_means(values: Vec<(f64, f64)>, centres: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut centres: Vec<f64> = centres.collect();
    let n = values.len() as f64;
    let mean = values.iter().map(|(_, value)| value / n).sum::<f64>();
    let tolerance = 1e-4 * values.iter().map(|(_, value)| (value - mean) * (value - mean) / n).sum::<f64>();
    let mut clusters = vec![usize::MAX; values.len()];
    for _ in 0..300 {
        let mut found = clusters_of(&values, &centres);
        let stays = found == clusters;
        clusters.clone_from(&found);
        fill_empty(&mut found, &values, &centres);
        let mut sums = vec![(0.0, 0.0); centres.len()];
        for (&(weight, value), &cluster) in values.iter().zip(&found) {
            sums[cluster] = (sums[cluster].0 + weight, sums[cluster].1 + weight * value);
        }
        let mut moved = 0.0;
        for (centre, (weight, sum)) in centres.iter_mut().zip(sums).filter(|(_, (weight, _))| *weight > 0.0) {
            moved += (sum / weight - *centre) * (sum / weight - *centre);
            *centre = sum / weight;
        }
        if stays || moved <= tolerance {
            break;
        }
    }
    let empty = empty_clusters(&clusters_of(&values, &centres), centres.len());
    let numbered = centres.into_iter().enumerate().filter(|(cluster, _)| !empty.contains(cluster));
    let mut centres: Vec<f64> = numbered.map(|(_, centre)| centre).collect();
    centres.sort_by(f64::total_cmp);
    centres
}

/// The cluster of each value: that of the nearest centre, of equally near ones the first.
fn clusters_of(values: &[(f64, f64)], centres: &[f64]) -> Vec<usize> {
    let nearest = |&(_, value): &(f64, f64)| {
        let distance = |&cluster: &usize| (value - centres[cluster]).abs();
        (0..centres.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    };
    values.iter().map(nearest).collect()
}

/// The clusters that no value is in.
fn empty_clusters(clusters: &[usize], n: usize) -> Vec<usize> {
    let mut is_empty = vec![true; n];
    clusters.iter().for_each(|&cluster| is_empty[cluster] = false);
    (0..n).filter(|&cluster| is_empty[cluster]).collect()
}

/// Moves the values that are farthest from their centres into the clusters that have none.
fn fill_empty(clusters: &mut [usize], values: &[(f64, f64)], centres: &[f64]) {
    let empty = empty_clusters(clusters, centres.len());
    if empty.is_empty() {
        return;
    }
    let distance = |(at, &cluster): (usize, &usize)| ((values[at].1 - centres[cluster]).abs(), at);
    let mut far: Vec<(f64, usize)> = clusters.iter().enumerate().map(distance).collect();
    far.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    for cluster in empty {
        if let Some((_, at)) = far.pop().filter(|&(distance, _)| distance > 0.0) {
            clusters[at] = cluster;
        }
    }
}

impl<M> Compose for KBinsDiscretizer<M> {}

impl<X: Features + ?Sized, Y: Weights + ?Sized, M: FromRows> Estimator<X, Y> for KBinsDiscretizer<M> {
    type Fitted = FittedKBinsDiscretizer<M>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.check()?;
        check_features(x, Missing::Refused)?;
        check_weights(x.n_rows(), y)?;
        let weights = drawn(x.n_rows(), y, self.subsample, self.seed);
        let edges =
            map_columns(x, &().weighted(&weights)?, |_| true, |index, column| self.edges(index, column))?;
        let mut n_columns = 0;
        let starts = edges.iter().map(|edges| {
            n_columns += edges.len() - 1;
            n_columns - (edges.len() - 1)
        });
        let starts = starts.collect();
        let n_columns = if self.ordinal { edges.len() } else { n_columns };
        Ok(FittedKBinsDiscretizer { edges, starts, n_columns, ordinal: self.ordinal, output: PhantomData })
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized, M: FromRows> FitTransform<X, Y> for KBinsDiscretizer<M> {}

/// What [`KBinsDiscretizer`] learns: where each column is cut; it makes matrices `M`.
#[derive(Debug, PartialEq)]
pub struct FittedKBinsDiscretizer<M = Encoded> {
    edges: Vec<Vec<f64>>,
    /// The first of the new columns of each column.
    starts: Vec<usize>,
    n_columns: usize,
    ordinal: bool,
    output: PhantomData<fn() -> M>,
}

impl<M> Clone for FittedKBinsDiscretizer<M> {
    fn clone(&self) -> Self {
        Self { edges: self.edges.clone(), starts: self.starts.clone(), ..*self }
    }
}

impl<M> FittedKBinsDiscretizer<M> {
    /// The edges of the bins of a column, from the lowest to the highest; those of a constant column are its value, twice.
    pub fn bin_edges(&self, column: usize) -> &[f64] {
        self.edges.get(column).map_or(&[], Vec::as_slice)
    }

    /// The number of bins of each column.
    pub fn n_bins(&self) -> Vec<usize> {
        self.edges.iter().map(|edges| edges.len() - 1).collect()
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.edges.len()
    }

    /// The number of columns that are made.
    pub fn n_features_out(&self) -> usize {
        self.n_columns
    }

    /// The middles of the bins that were made of numbers.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], and [`Error::InvalidValue`] for a number that
    /// is no bin.
    pub fn inverse_transform<X: Features + ?Sized>(&self, x: &X) -> Result<Array2<X::Elem>> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.n_columns)?;
        Array2::from_rows(x.n_rows(), self.edges.len(), |i, entries| {
            let mut row = vec![0.0; self.n_columns];
            x.copy_row(i, &mut row);
            for (column, edges) in self.edges.iter().enumerate() {
                let n_bins = edges.len() - 1;
                let place = if self.ordinal { column } else { self.starts[column] };
                let bin = if self.ordinal {
                    (0..n_bins).find(|&bin| bin as f64 == row[place])
                } else {
                    let ones = &row[place..place + n_bins];
                    (0..n_bins)
                        .max_by(|&a, &b| ones[a].total_cmp(&ones[b]).then(b.cmp(&a)))
                        .filter(|&bin| ones[bin] > 0.0)
                };
                let Some(bin) = bin else {
                    let (value, allowed) = (row[place], "it is no bin");
                    return Err(Error::InvalidValue { what: "x", row: i, column: place, value, allowed });
                };
                entries.push(column, X::Elem::narrow(0.5 * (edges[bin] + edges[bin + 1])));
            }
            Ok(())
        })
    }
}

/// The bins, as columns of zeros and ones or as numbers.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`].
impl<X: Features + ?Sized, M: FromRows> Transformer<X> for FittedKBinsDiscretizer<M> {
    type Output = M;
    fn transform(&self, x: &X) -> Result<M> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.edges.len())?;
        M::from_rows(x.n_rows(), self.n_columns, |i, entries| {
            let mut row = vec![0.0; self.edges.len()];
            x.copy_row(i, &mut row);
            for (column, (edges, value)) in self.edges.iter().zip(row).enumerate() {
                // A value on an edge is in the bin above it.
                let bin = edges[1..edges.len() - 1].partition_point(|&edge| edge <= value);
                if self.ordinal {
                    entries.push_non_zero(column, M::Elem::narrow(bin as f64));
                } else {
                    entries.push(self.starts[column] + bin, M::Elem::narrow(1.0));
                }
            }
            Ok(())
        })
    }
}

/// `NAME_BIN.0`, as scikit-learn calls the columns of zeros and ones; the names of the input for numbers.
impl<M> FeatureNames for FittedKBinsDiscretizer<M> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        let names = same_names(input, self.edges.len())?;
        if self.ordinal {
            return Ok(names);
        }
        let bins = |(name, edges): (String, &Vec<f64>)| -> Vec<String> {
            (0..edges.len() - 1).map(|bin| format!("{name}_{bin}.0")).collect()
        };
        Ok(names.into_iter().zip(&self.edges).flat_map(bins).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn bins_have_middles() -> Result<()> {
        let x = array![[0.0, 5.0], [1.0, 5.0], [2.0, 5.0], [4.0, 5.0]];
        let bins = KBinsDiscretizer::new().n_bins(2).strategy(BinStrategy::Uniform);
        let (one_hot, ordinal) = (bins.dense().fit(&x, &())?, bins.ordinal().fit(&x, &())?);
        let z = one_hot.transform(&x)?;
        assert_eq!(z.column(1).to_vec(), [0.0, 0.0, 1.0, 1.0]);
        let middles = array![[1.0, 5.0], [1.0, 5.0], [3.0, 5.0], [3.0, 5.0]];
        assert_eq!(one_hot.inverse_transform(&z)?, middles);
        assert_eq!(ordinal.inverse_transform(&ordinal.transform(&x)?)?, middles);
        assert_eq!(one_hot.feature_names_out(&["a".into(), "b".into()])?, ["a_0.0", "a_1.0", "b_0.0"]);
        let none = ordinal.inverse_transform(&array![[0.5, 0.0]]);
        assert!(matches!(none, Err(Error::InvalidValue { row: 0, column: 0, .. })));
        Ok(())
    }

    #[test]
    fn clusters_are_found() {
        let values = vec![(1.0, 0.0), (1.0, 1.0), (1.0, 10.0), (3.0, 11.0)];
        assert_eq!(k_means(values, [2.75, 8.25].into_iter()), [0.5, 10.75]);
        // Two of the three clusters begin without a value.
        assert_eq!(
            k_means(vec![(1.0, 0.0), (1.0, 5.0), (1.0, 9.0)], [-20.0, 4.0, 30.0].into_iter()),
            [0.0, 5.0, 9.0]
        );
    }

    #[test]
    fn no_bin_of_clusters_is_empty() -> Result<()> {
        let x = array![[2.0], [4.0], [3.0], [4.0], [1.0], [0.0], [3.0], [2.0]];
        let bins = KBinsDiscretizer::new().n_bins(7).strategy(BinStrategy::KMeans).fit(&x, &())?;
        assert_eq!(bins.bin_edges(0), [0.0, 0.5, 1.5, 2.5, 3.5, 4.0]);
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() {
        let x = array![[1.0], [f64::NAN]];
        assert!(matches!(KBinsDiscretizer::new().fit(&x, &()), Err(Error::NonFinite { row: 1, .. })));
        let x = array![[1.0], [2.0]];
        for bad in [KBinsDiscretizer::new().n_bins(1), KBinsDiscretizer::new().subsample(0)] {
            assert!(matches!(bad.fit(&x, &()), Err(Error::InvalidParameter { .. })));
        }
    }
}
