//! Columns made uniform or normal, by their ranks.

use super::columnwise::{check_values, map_known};
use super::normal::{quantile_of_normal, share_below};
use super::sampling::drawn;
use crate::compose::Compose;
use crate::data::{
    Features, Given, Missing, Sorted, Taken, Weights, check_features, check_shape, check_weights, map_columns,
};
use crate::error::{Error, Result};
use crate::estimator::{
    Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform, same_names,
};
use ndarray::Array2;
use num_traits::Float;
use std::cmp::Ordering;

/// The distribution that [`QuantileTransformer`] gives the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutputDistribution {
    /// Uniform between 0 and 1.
    #[default]
    Uniform,
    /// Standard normal, between −5.2 and 5.2.
    Normal,
}

/// Maps each column to a distribution by its ranks: the value below which the share p of the column lies becomes p, or
/// the value below which that share of a normal distribution lies.
///
/// What lies between two of the quantiles that are kept is interpolated; a value that many quantiles share gets the
/// middle of their shares. Values beyond those of the fit become the ends. Outliers and scales no longer matter, distances
/// are distorted.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`n_quantiles`](Self::n_quantiles) | 1000 | how many quantiles are kept, at most as many as rows; 1 or more |
/// | [`output_distribution`](Self::output_distribution) | `Uniform` | the distribution that is made |
/// | [`subsample`](Self::subsample) | 10 000 | of how many rows at random, if there are more; not below `n_quantiles` |
/// | [`seed`](Self::seed) | 0 | the seed of their choice |
///
/// * NaN is a missing value: it does not count in the fit of its column and stays NaN.
/// * Weights that are whole are numbers of rows; others are taken relative to their mean. Rows of weight 0 are not seen.
/// * Sparse data must not be negative, so that zeros become zeros, and can only be made uniform. Entries that are not
///   stored count as zeros (scikit-learn's `ignore_implicit_zeros=True` is not there).
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::LengthMismatch`] or
/// [`Error::InvalidWeight`] for bad weights, [`Error::InvalidParameter`] for parameters out of their range,
/// [`Error::InvalidValue`] for negative numbers and [`Error::Unsupported`] for a normal distribution of sparse data.
///
/// Cost: O(n log n) a column for the fit, O(log q) an entry for the transform.
///
/// Reference: `sklearn.preprocessing.QuantileTransformer`; its `random_state` draws other rows.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[1.0], [10.0], [100.0], [1000.0], [10000.0]];
/// let transformer = QuantileTransformer::new().fit(&x, &())?;
/// assert_eq!(transformer.transform(&array![[10.0], [55.0], [1e9]])?, array![[0.25], [0.375], [1.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantileTransformer {
    n_quantiles: usize,
    output_distribution: OutputDistribution,
    subsample: Option<usize>,
    seed: u64,
}

impl Default for QuantileTransformer {
    fn default() -> Self {
        Self {
            n_quantiles: 1000,
            output_distribution: OutputDistribution::Uniform,
            subsample: Some(10_000),
            seed: 0,
        }
    }
}

impl QuantileTransformer {
    /// To a uniform distribution, by 1000 quantiles.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many quantiles are kept (default 1000).
    pub fn n_quantiles(mut self, n_quantiles: usize) -> Self {
        self.n_quantiles = n_quantiles;
        self
    }

    /// The distribution that is made (default uniform).
    pub fn output_distribution(mut self, output_distribution: OutputDistribution) -> Self {
        self.output_distribution = output_distribution;
        self
    }

    /// Of how many rows the quantiles are those, chosen at random if there are more (default 10 000; `None` for all).
    pub fn subsample(mut self, subsample: impl Into<Option<usize>>) -> Self {
        self.subsample = subsample.into();
        self
    }

    /// The seed of their choice (default 0).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    fn check<X: Features + ?Sized>(&self, x: &X) -> Result<()> {
        if self.n_quantiles == 0 {
            return Err(Error::invalid_parameter("n_quantiles", 0, "at least 1"));
        }
        if let Some(subsample) = self.subsample.filter(|&subsample| subsample < self.n_quantiles) {
            let allowed = format!("at least n_quantiles ({})", self.n_quantiles);
            return Err(Error::invalid_parameter("subsample", subsample, allowed));
        }
        self.check_kind(x)
    }

    /// Refuses what this distribution cannot be made of. Of sparse data the values are checked.
    fn check_kind<X: Features + ?Sized>(&self, x: &X) -> Result<()> {
        if !x.is_sparse() {
            return check_shape(x);
        }
        check_features(x, Missing::Allowed)?;
        if self.output_distribution == OutputDistribution::Normal {
            return Err(Error::Unsupported {
                what: "a normal distribution of sparse data",
                reason: "zeros would become other numbers; use a dense matrix or OutputDistribution::Uniform",
            });
        }
        check_values(x, "sparse data must not be negative, or zeros would become other numbers", |value| {
            value >= X::Elem::default()
        })
    }
}

impl Compose for QuantileTransformer {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for QuantileTransformer {
    type Fitted = FittedQuantileTransformer;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedQuantileTransformer> {
        self.check(x)?;
        check_weights(x.n_rows(), y)?;
        let weights = drawn(x.n_rows(), y, self.subsample, self.seed);
        let y = ().weighted(&weights)?;
        let counted = weights.iter().filter(|&&weight| weight > 0.0);
        let whole = weights.iter().all(|weight| weight.fract() == 0.0);
        let n_values = if whole { weights.iter().sum() } else { counted.count() as f64 };
        // No more quantiles than values; the count is below `n_quantiles` where the conversion rounds.
        let n = (1..=self.n_quantiles).rev().find(|&n| n as f64 <= n_values).unwrap_or(1);
        let references: Vec<f64> = (0..n).map(|place| place as f64 / (n - 1).max(1) as f64).collect();
        let quantiles = map_columns(
            x,
            &y,
            |value| !value.is_nan(),
            |_, column| {
                let sorted: Sorted = column.sorted();
                // In per cent and back, as numpy rounds them.
                Ok(references.iter().map(|&share| sorted.linear(share * 100.0 / 100.0)).collect::<Vec<f64>>())
            },
        )?;
        let known = quantiles.iter().map(|column| column.iter().all(|value| value.is_finite())).collect();
        Ok(FittedQuantileTransformer { parameters: *self, references, quantiles, known })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized> FitTransform<X, Y> for QuantileTransformer {
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

/// What [`QuantileTransformer`] learns: the quantiles of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedQuantileTransformer {
    parameters: QuantileTransformer,
    references: Vec<f64>,
    quantiles: Vec<Vec<f64>>,
    known: Vec<bool>,
}

/// From here on a share is an end, and so far from the ends of the column a value is.
const END: f64 = 1e-7;

impl FittedQuantileTransformer {
    /// The shares whose quantiles are kept.
    pub fn references(&self) -> &[f64] {
        &self.references
    }

    /// The quantiles, one row a share and one column a feature.
    pub fn quantiles(&self) -> Array2<f64> {
        Array2::from_shape_fn((self.references.len(), self.quantiles.len()), |(i, j)| self.quantiles[j][i])
    }

    /// The number of columns.
    pub fn n_features_in(&self) -> usize {
        self.quantiles.len()
    }

    /// The values of the columns for these shares, or numbers of a normal distribution. What lay beyond the values of
    /// the fit comes back as their ends.
    ///
    /// # Errors
    /// Those of [`transform`](Transformer::transform).
    pub fn inverse_transform<X: Features + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.parameters.check_kind(x)?;
        let normal = self.parameters.output_distribution == OutputDistribution::Normal;
        map_known(x, &self.known, "the quantile", |column, z| {
            let quantiles = &self.quantiles[column];
            let (share, margin) = if normal { (share_below(z), END) } else { (z, 0.0) };
            match (quantiles.first(), quantiles.last()) {
                (Some(&first), _) if share - margin < 0.0 => first,
                (_, Some(&last)) if share + margin > 1.0 => last,
                _ => interpolate(share, &self.references, quantiles),
            }
        })
    }

    fn image<T: Taken>(&self, x: T) -> Result<T::Owned> {
        self.parameters.check_kind(x.features())?;
        let normal = self.parameters.output_distribution == OutputDistribution::Normal;
        let ends = (quantile_of_normal(END - f64::EPSILON), quantile_of_normal(1.0 - (END - f64::EPSILON)));
        map_known(x, &self.known, "the quantile", |column, x| {
            let quantiles = &self.quantiles[column];
            if !normal {
                return self.share(quantiles, x, 0.0);
            }
            quantile_of_normal(self.share(quantiles, x, END)).clamp(ends.0, ends.1)
        })
    }

    /// The share of the column below `x`.
    fn share(&self, quantiles: &[f64], x: f64, margin: f64) -> f64 {
        match (quantiles.first(), quantiles.last()) {
            (Some(&first), _) if x == first || x - margin < first => 0.0,
            (_, Some(&last)) if x == last || margin > 0.0 && x + margin > last => 1.0,
            _ => {
                // From below and from above: a value that is several quantiles gets the middle.
                let above = interpolate(x, quantiles, &self.references);
                let below = interpolate_back(x, quantiles, &self.references);
                0.5 * (above + below)
            }
        }
    }
}

/// The image of x on the line over an interval; computed once more where its slope, or one of the widths, leaves the range
/// of numbers.
fn in_range(image: f64, x: f64, (a, b): (f64, f64), (image_a, image_b): (f64, f64)) -> f64 {
    if image.is_finite() && (b - a).is_finite() {
        return image;
    }
    let share =
        if (b - a).is_finite() { (x - a) / (b - a) } else { (x / 2.0 - a / 2.0) / (b / 2.0 - a / 2.0) };
    image_a * (1.0 - share) + image_b * share
}

/// The polygon through (`from[i]`, `to[i]`) at x; of equal places the last one counts.
fn interpolate(x: f64, from: &[f64], to: &[f64]) -> f64 {
    let behind = from.partition_point(|&place| place <= x);
    match (behind.checked_sub(1), from.get(behind)) {
        (Some(at), Some(&next)) => {
            let image = (to[behind] - to[at]) / (next - from[at]) * (x - from[at]) + to[at];
            in_range(image, x, (from[at], next), (to[at], to[behind]))
        }
        (Some(last), None) => to[last],
        (None, _) => to.first().copied().unwrap_or(f64::NAN),
    }
}

/// The same; of equal places the first one counts.
fn interpolate_back(x: f64, from: &[f64], to: &[f64]) -> f64 {
    let at = from.partition_point(|&place| place < x);
    match (at.checked_sub(1), from.get(at)) {
        (Some(before), Some(&place)) => {
            let image = to[at] - (to[at] - to[before]) / (place - from[before]) * (place - x);
            in_range(image, x, (from[before], place), (to[before], to[at]))
        }
        (Some(last), None) => to[last],
        (None, _) => to.first().copied().unwrap_or(f64::NAN),
    }
}

/// The shares, or the numbers of a normal distribution; of the same kind as `x` (owned).
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::InvalidValue`] for
/// negative numbers in sparse data, [`Error::Unsupported`] for a normal distribution of sparse data and for a number in a
/// column that was all NaN in the fit.
impl<X: Features + ?Sized> Transformer<X> for FittedQuantileTransformer {
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        self.image(x)
    }
    fn transform_owned(&self, x: X) -> Result<Self::Output>
    where
        X: Sized,
    {
        self.image(Given(x))
    }
}

/// The names of the input.
impl FeatureNames for FittedQuantileTransformer {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn ties_get_the_middle() -> Result<()> {
        let x = array![[0.0], [1.0], [1.0], [1.0], [2.0]];
        let transformer = QuantileTransformer::new().fit(&x, &())?;
        assert_eq!(transformer.transform(&array![[1.0], [0.5], [-7.0]])?, array![[0.5], [0.125], [0.0]]);
        assert_eq!(transformer.references(), [0.0, 0.25, 0.5, 0.75, 1.0]);
        Ok(())
    }

    #[test]
    fn the_inverse_gives_back() -> Result<()> {
        let x = array![[-3.0], [0.0], [0.5], [40.0], [7.0]];
        for output in [OutputDistribution::Uniform, OutputDistribution::Normal] {
            let transformer = QuantileTransformer::new().output_distribution(output).fit(&x, &())?;
            let back = transformer.inverse_transform(&transformer.transform(&x)?)?;
            (&back - &x).iter().for_each(|d| assert!(d.abs() < 1e-12, "{back}"));
        }
        Ok(())
    }

    #[test]
    fn many_rows_are_drawn_from() -> Result<()> {
        let x = Array2::from_shape_fn((30_000, 1), |(i, _)| ((i * 7919) % 30_000) as f64);
        let z = QuantileTransformer::new().fit(&x, &())?.transform(&array![[15_000.0]])?;
        assert!((z[[0, 0]] - 0.5).abs() < 0.02 && z[[0, 0]] != 0.5);
        let all = QuantileTransformer::new().subsample(None).fit(&x, &())?;
        assert!((all.transform(&array![[15_000.0]])?[[0, 0]] - 0.5).abs() < 1e-4);
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() {
        let x = array![[1.0], [2.0]];
        let error = QuantileTransformer::new().n_quantiles(0).fit(&x, &()).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { name: "n_quantiles", .. }));
        let error = QuantileTransformer::new().subsample(10).fit(&x, &()).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { name: "subsample", .. }));
        #[cfg(feature = "sparse")]
        {
            let negative = sprs::CsMat::<f64>::eye(2).map(|v| -v);
            let error = QuantileTransformer::new().fit(&negative, &()).unwrap_err();
            assert!(matches!(error, Error::InvalidValue { row: 0, column: 0, .. }));
            let normal = QuantileTransformer::new().output_distribution(OutputDistribution::Normal);
            assert!(matches!(normal.fit(&sprs::CsMat::<f64>::eye(2), &()), Err(Error::Unsupported { .. })));
        }
    }

    #[test]
    fn a_single_quantile_tells_nothing_apart() -> Result<()> {
        let x = array![[1.0], [2.0], [3.0]];
        let (_, shares) = QuantileTransformer::new().n_quantiles(1).fit_transform(&x, &())?;
        assert_eq!(shares, Array2::<f64>::zeros((3, 1)));
        Ok(())
    }
}
