//! The mean of the nearest rows for missing values.

use super::layout::{Layout, Marker, seen};
use crate::compose::Compose;
use crate::data::{Features, FromRows, Weights, check_width, moments_of};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use crate::scalar::Scalar;
use ndarray::Array2;
use num_traits::{Float, One};
use std::cmp::Ordering;

/// How much each of the nearest rows counts in [`KNNImputer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NeighborWeights {
    /// All alike.
    #[default]
    Uniform,
    /// 1 / distance; where some are at distance 0, they alone.
    Distance,
}

/// Fills in, for a missing value, the mean of its column over the k nearest rows of the fit that have a value there.
///
/// The distance of two rows is Euclidean over the columns that neither misses, scaled up to all d columns:
/// √(d / m · Σ (a_j − b_j)²) over the m columns. Where a row has no column in common with any row, the mean of the column
/// is filled in. Columns of which the fit saw no value are dropped.
///
/// Takes dense features, n × d. Columns should be on one scale: put a scaler in front, which lets NaN pass.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`n_neighbors`](Self::n_neighbors) | 5 | k, 1 or more |
/// | [`weights`](Self::weights) | `Uniform` | how much each of the nearest rows counts |
/// | [`missing_values`](Self::missing_values) | NaN | the number that stands for a missing value |
/// | [`add_indicator`](Self::add_indicator) | `false` | columns that say where values were missing |
/// | [`keep_empty_features`](Self::keep_empty_features) | `false` | fill columns without values with 0 |
///
/// A row of weight 2 counts as two neighbours; rows of weight 0 are not seen. Of rows at the same distance the first
/// are taken.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::LengthMismatch`] or
/// [`Error::InvalidWeight`] for bad weights, [`Error::InvalidParameter`] for `n_neighbors` of 0, and
/// [`Error::Unsupported`] for sparse data.
///
/// Cost: the fit keeps its rows; O(n·d) for each row with missing values, on all threads.
///
/// Reference: `sklearn.impute.KNNImputer`; Troyanskaya et al. 2001, "Missing value estimation methods for DNA
/// microarrays", Bioinformatics 17(6), [doi:10.1093/bioinformatics/17.6.520](https://doi.org/10.1093/bioinformatics/17.6.520).
///
/// ```
/// use certifit::impute::KNNImputer;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let nan = f64::NAN;
/// let x = array![[1.0, 2.0, nan], [3.0, 4.0, 3.0], [nan, 6.0, 5.0], [8.0, 8.0, 7.0]];
/// let filled = KNNImputer::new().n_neighbors(2).fit(&x, &())?.transform(&x)?;
/// assert_eq!((filled[[0, 2]], filled[[2, 0]]), (4.0, 5.5));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KNNImputer {
    n_neighbors: usize,
    weights: NeighborWeights,
    missing_values: Marker,
    add_indicator: bool,
    keep_empty_features: bool,
}

impl Default for KNNImputer {
    fn default() -> Self {
        Self {
            n_neighbors: 5,
            weights: NeighborWeights::Uniform,
            missing_values: Marker(f64::NAN),
            add_indicator: false,
            keep_empty_features: false,
        }
    }
}

impl KNNImputer {
    /// Fills in the mean of the five nearest rows for NaN.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows are averaged (default 5).
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.n_neighbors = n_neighbors;
        self
    }

    /// How much each of them counts (default all alike).
    pub fn weights(mut self, weights: NeighborWeights) -> Self {
        self.weights = weights;
        self
    }

    /// The number that stands for a missing value (default NaN).
    pub fn missing_values(mut self, missing_values: f64) -> Self {
        self.missing_values = Marker(missing_values);
        self
    }

    /// Whether to append columns that say where values were missing (default `false`).
    pub fn add_indicator(mut self, add_indicator: bool) -> Self {
        self.add_indicator = add_indicator;
        self
    }

    /// Whether columns of which the fit sees no value stay (default `false`): they are filled with 0.
    pub fn keep_empty_features(mut self, keep_empty_features: bool) -> Self {
        self.keep_empty_features = keep_empty_features;
        self
    }
}

fn check_density<X: Features + ?Sized>(x: &X) -> Result<()> {
    if !x.is_sparse() {
        return Ok(());
    }
    Err(Error::Unsupported {
        what: "nearest rows of sparse data",
        reason: "use SimpleImputer, or a dense matrix",
    })
}

/// Row i of `x`, with NaN for missing values.
fn copy_with_nan<X: Features + ?Sized>(x: &X, row: usize, marker: Marker, out: &mut [f64]) {
    x.copy_row(row, out);
    out.iter_mut().filter(|value| marker.is(**value)).for_each(|value| *value = f64::NAN);
}

impl Compose for KNNImputer {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for KNNImputer {
    type Fitted = FittedKNNImputer;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedKNNImputer> {
        if self.n_neighbors == 0 {
            return Err(Error::invalid_parameter("n_neighbors", 0, "at least 1"));
        }
        check_density(x)?;
        let seen = seen(x, y, self.missing_values)?;
        let counted: Vec<usize> = (0..x.n_rows()).filter(|&row| y.weight(row) > 0.0).collect();
        let mut rows = Array2::zeros((counted.len(), x.n_features()));
        let entries = rows.as_slice_mut().unwrap_or_default();
        for (&row, out) in counted.iter().zip(entries.chunks_exact_mut(x.n_features())) {
            copy_with_nan(x, row, self.missing_values, out);
        }
        let weights: Vec<f64> = counted.iter().map(|&row| y.weight(row)).collect();
        let empty = seen.iter().map(|&(_, value)| !value).collect();
        let layout = Layout::of_imputer(&seen, self.keep_empty_features, self.add_indicator);
        Ok(FittedKNNImputer { parameters: *self, rows, weights, empty, layout })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X, Y> FitTransform<X, Y> for KNNImputer
where
    X: Features + ?Sized,
    X::Owned: FromRows<Elem = X::Elem>,
    Y: Weights + ?Sized,
{
}

/// What [`KNNImputer`] learns: the rows of the fit.
#[derive(Debug, Clone)]
pub struct FittedKNNImputer {
    parameters: KNNImputer,
    /// NaN where values are missing.
    rows: Array2<f64>,
    weights: Vec<f64>,
    /// Whether the fit saw no value of a column.
    empty: Vec<bool>,
    layout: Layout,
}

/// Missing values are equal.
impl PartialEq for FittedKNNImputer {
    fn eq(&self, other: &Self) -> bool {
        let mut entries = self.rows.iter().zip(&other.rows);
        self.parameters == other.parameters
            && self.rows.dim() == other.rows.dim()
            && self.weights == other.weights
            && self.layout == other.layout
            && entries.all(|(a, b)| a == b || a.is_nan() && b.is_nan())
    }
}

impl FittedKNNImputer {
    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.layout.n_in()
    }

    /// The number of columns that are made.
    pub fn n_features_out(&self) -> usize {
        self.layout.n_out()
    }

    /// The distance of each row of the fit, NaN where no column is in common.
    fn distances(&self, row: &[f64]) -> Vec<f64> {
        let n_columns = row.len() as f64;
        let distance = |other: ndarray::ArrayView1<'_, f64>| {
            let (mut sum, mut n_common) = (0.0, 0.0);
            for (a, b) in row.iter().zip(other) {
                if !(a.is_nan() || b.is_nan()) {
                    sum += (a - b) * (a - b);
                    n_common += 1.0;
                }
            }
            (n_columns / n_common * sum).sqrt()
        };
        self.rows.rows().into_iter().map(distance).collect()
    }

    /// The mean of a column over the rows of these distances that are nearest and have a value there.
    fn mean(&self, distances: &[f64], column: usize) -> f64 {
        let values = self.rows.column(column);
        let donors = (0..values.len()).filter(|&row| !values[row].is_nan());
        let (mut near, far): (Vec<usize>, Vec<usize>) = donors.partition(|&row| !distances[row].is_nan());
        if near.is_empty() {
            return average(far.iter().map(|&row| (self.weights[row], values[row])));
        }
        let order = |a: &usize, b: &usize| distances[*a].total_cmp(&distances[*b]).then(a.cmp(b));
        let mut left = self.parameters.n_neighbors as f64;
        // Every weight may be below 1: all rows are sorted unless the nearest k weigh enough.
        let k = self.parameters.n_neighbors;
        if near.len() > k && self.weights.iter().all(|&weight| weight >= 1.0) {
            near.select_nth_unstable_by(k - 1, order);
            near.truncate(k);
        }
        near.sort_unstable_by(order);
        let mut taken = Vec::with_capacity(near.len().min(k));
        for row in near {
            if !(left > 0.0) {
                break;
            }
            taken.push((self.weights[row].min(left), row));
            left -= self.weights[row];
        }
        let uniform = average(taken.iter().map(|&(weight, row)| (weight, values[row])));
        match self.parameters.weights {
            NeighborWeights::Uniform => uniform,
            NeighborWeights::Distance => {
                let touches = taken.iter().any(|&(_, row)| distances[row] == 0.0);
                let closeness = |row: usize| match distances[row] {
                    0.0 => 1.0,
                    _ if touches => 0.0,
                    distance => 1.0 / distance,
                };
                let mean = average(taken.iter().map(|&(weight, row)| (weight * closeness(row), values[row])));
                // Infinite distances tell nothing of who is nearer.
                if mean.is_nan() { uniform } else { mean }
            }
        }
    }

    /// What is filled in for the missing values of a row: columns and numbers.
    fn fills(&self, row: &[f64]) -> Vec<(usize, f64)> {
        let missing =
            (0..row.len()).filter(|&column| row[column].is_nan() && self.layout.place(column).is_some());
        let missing: Vec<usize> = missing.collect();
        if missing.iter().all(|&column| self.empty[column]) {
            return missing.into_iter().map(|column| (column, 0.0)).collect();
        }
        let distances = self.distances(row);
        let fill = |column: usize| if self.empty[column] { 0.0 } else { self.mean(&distances, column) };
        missing.into_iter().map(|column| (column, fill(column))).collect()
    }
}

/// The weighted mean.
fn average(values: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    moments_of(values).1
}

/// The features without missing values.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities, and for NaN where it is not the
/// missing value, [`Error::Unsupported`] for sparse data, [`Error::Overflow`] for a mean beyond the float type.
impl<X: Features + ?Sized> Transformer<X> for FittedKNNImputer
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        let marker = self.parameters.missing_values;
        check_density(x)?;
        marker.check(x)?;
        check_width(x, self.layout.n_in())?;
        X::Owned::from_rows(x.n_rows(), self.layout.n_out(), |i, entries| {
            let mut row = vec![0.0; x.n_features()];
            copy_with_nan(x, i, marker, &mut row);
            let fills = self.fills(&row);
            let flags: Vec<usize> = self
                .layout
                .indicators()
                .filter(|&(_, column)| row[column].is_nan())
                .map(|(place, _)| place)
                .collect();
            for (column, value) in fills {
                row[column] = value;
            }
            for (column, &value) in row.iter().enumerate() {
                let Some(place) = self.layout.place(column) else { continue };
                let value = X::Elem::narrow(if self.empty[column] { 0.0 } else { value });
                if !value.is_finite() {
                    return Err(Error::Overflow {
                        what: "the value that is filled in",
                        column: Some(column),
                    });
                }
                entries.push(place, value);
            }
            flags.into_iter().for_each(|place| entries.push(place, X::Elem::one()));
            Ok(())
        })
    }
}

/// The names of the columns that are kept, then `missingindicator_NAME` for those that say what was missing.
impl FeatureNames for FittedKNNImputer {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        self.layout.names(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    const NAN: f64 = f64::NAN;

    #[test]
    fn weights_are_numbers_of_neighbours() -> Result<()> {
        let x = array![[0.0, 1.0], [1.0, 2.0], [3.0, 7.0], [9.0, 100.0]];
        let weighted = ().weighted(&[1.0, 2.0, 1.0, 0.0])?;
        let repeated = x.select(ndarray::Axis(0), &[0, 1, 1, 2]);
        let new = array![[0.2, NAN], [8.0, NAN]];
        for imputer in [KNNImputer::new(), KNNImputer::new().weights(NeighborWeights::Distance)] {
            for n_neighbors in 1..6 {
                let imputer = imputer.n_neighbors(n_neighbors);
                let expected = imputer.fit(&repeated, &())?.transform(&new)?;
                let found = imputer.fit(&x, &weighted)?.transform(&new)?;
                (&found - &expected)
                    .iter()
                    .for_each(|d| assert!(d.abs() < 1e-12, "{found} is not {expected}"));
            }
        }
        Ok(())
    }

    #[test]
    fn rows_at_distance_zero_decide() -> Result<()> {
        let x = array![[0.0, 1.0], [0.0, 3.0], [1.0, 50.0]];
        let imputer = KNNImputer::new().n_neighbors(3).weights(NeighborWeights::Distance).fit(&x, &())?;
        assert_eq!(imputer.transform(&array![[0.0, NAN]])?, array![[0.0, 2.0]]);
        Ok(())
    }

    #[test]
    fn without_a_common_column_the_mean_is_taken() -> Result<()> {
        let x = array![[1.0, NAN, NAN], [3.0, NAN, NAN], [NAN, 5.0, NAN]];
        let imputer = KNNImputer::new().add_indicator(true).fit(&x, &())?;
        let filled = imputer.transform(&array![[NAN, 4.0, NAN], [NAN, NAN, NAN]])?;
        assert_eq!(filled, array![[2.0, 4.0, 1.0, 0.0, 1.0], [2.0, 5.0, 1.0, 1.0, 1.0]]);
        let kept = KNNImputer::new().keep_empty_features(true).fit(&x, &())?;
        assert_eq!(kept.transform(&array![[1.0, 4.0, NAN]])?, array![[1.0, 4.0, 0.0]]);
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() -> Result<()> {
        let x = array![[1.0, 2.0], [NAN, 4.0]];
        let bad = KNNImputer::new().n_neighbors(0).fit(&x, &());
        assert!(matches!(bad, Err(Error::InvalidParameter { name: "n_neighbors", .. })));
        let imputer = KNNImputer::new().fit(&x, &())?;
        assert_eq!(imputer, imputer.clone());
        assert!(matches!(imputer.transform(&array![[1.0]]), Err(Error::FeatureMismatch { .. })));
        #[cfg(feature = "sparse")]
        assert!(matches!(
            KNNImputer::new().fit(&sprs::CsMat::<f64>::eye(2), &()),
            Err(Error::Unsupported { .. })
        ));
        Ok(())
    }
}
