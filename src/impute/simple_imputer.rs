//! A number for the missing values of each column.

use super::layout::{Layout, Marker, seen};
use crate::compose::Compose;
use crate::data::{
    Column, Entry, Features, FromRows, Given, Sorted, Taken, Weights, check_width, map_columns, moments_of,
};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform};
use crate::scalar::Scalar;
use ndarray::Array1;
use num_traits::Float;
use std::cmp::Ordering;

/// What [`SimpleImputer`] fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// The mean of the column.
    #[default]
    Mean,
    /// The median of the column.
    Median,
    /// The value that the column has most often; the smallest of several.
    MostFrequent,
    /// [`fill_value`](SimpleImputer::fill_value).
    Constant,
}

/// Fills in one number a column for missing values: the mean, median or most frequent value that the fit saw there, or
/// a constant.
///
/// Takes dense and sparse features, n × d, and makes the same kind. Entries that a sparse matrix does not store are
/// zeros, and not missing. Columns of which the fit saw no value are dropped. With an indicator, columns of zeros and
/// ones follow that say where a value was missing, one for each column with missing values in the fit.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`strategy`](Self::strategy) | `Mean` | what is filled in |
/// | [`fill_value`](Self::fill_value) | 0 | that, where the strategy is `Constant` |
/// | [`missing_values`](Self::missing_values) | NaN | the number that stands for a missing value |
/// | [`add_indicator`](Self::add_indicator) | `false` | columns that say where values were missing |
/// | [`keep_empty_features`](Self::keep_empty_features) | `false` | fill columns without values with 0 (or the constant) |
///
/// Weights count as numbers of rows: means, medians and frequencies are weighted, rows of weight 0 are not seen.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for infinities (and for NaN, where it is not the missing
/// value), [`Error::LengthMismatch`] or [`Error::InvalidWeight`] for bad weights, [`Error::InvalidParameter`] for a
/// `fill_value` that is not finite, [`Error::Unsupported`] for zero as the missing value of sparse data, and
/// [`Error::Overflow`] for a mean beyond the float type.
///
/// Cost: O(n·d), and O(n log n) a column for the median and the most frequent value.
///
/// Reference: `sklearn.impute.SimpleImputer`. For columns of categories see
/// [`CategoryImputer`](super::CategoryImputer).
///
/// ```
/// use certifit::impute::{SimpleImputer, Strategy};
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let nan = f64::NAN;
/// let x = array![[1.0, 7.0], [nan, 9.0], [2.0, nan], [6.0, 8.0]];
/// let imputer = SimpleImputer::new().strategy(Strategy::Median).add_indicator(true).fit(&x, &())?;
/// assert_eq!(imputer.statistics().to_vec(), [2.0, 8.0]);
/// assert_eq!(imputer.transform(&array![[nan, 5.0]])?, array![[2.0, 5.0, 1.0, 0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimpleImputer {
    strategy: Strategy,
    fill_value: f64,
    missing_values: Marker,
    add_indicator: bool,
    keep_empty_features: bool,
}

impl Default for SimpleImputer {
    fn default() -> Self {
        Self {
            strategy: Strategy::Mean,
            fill_value: 0.0,
            missing_values: Marker(f64::NAN),
            add_indicator: false,
            keep_empty_features: false,
        }
    }
}

impl SimpleImputer {
    /// Fills in means for NaN.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is filled in (default the mean).
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// What the strategy `Constant` fills in (default 0).
    pub fn fill_value(mut self, fill_value: f64) -> Self {
        self.fill_value = fill_value;
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

    /// Whether columns of which the fit sees no value stay (default `false`): they are filled with 0, or the constant.
    pub fn keep_empty_features(mut self, keep_empty_features: bool) -> Self {
        self.keep_empty_features = keep_empty_features;
        self
    }

    fn statistic(&self, column: Column) -> f64 {
        let values = column.values();
        match self.strategy {
            _ if values.is_empty() && !self.keep_empty_features => f64::NAN,
            Strategy::Constant => self.fill_value,
            _ if values.is_empty() => 0.0,
            Strategy::Mean => moments_of(values.iter().copied()).1,
            Strategy::Median => Sorted::new(values).averaged_inverted_cdf(0.5),
            Strategy::MostFrequent => most_frequent(values),
        }
    }
}

/// The value of the largest weight; the smallest of several.
fn most_frequent(mut values: Vec<(f64, f64)>) -> f64 {
    // 0 and −0 are one value.
    values.iter_mut().for_each(|(_, value)| *value += 0.0);
    values.sort_unstable_by(|(_, a), (_, b)| a.total_cmp(b));
    let groups = values.chunk_by(|(_, a), (_, b)| a == b);
    let mut best = (0.0, f64::NAN);
    for group in groups {
        let weight: f64 = group.iter().map(|(weight, _)| weight).sum();
        if weight > best.0 {
            best = (weight, group.first().map_or(f64::NAN, |&(_, value)| value));
        }
    }
    best.1
}

impl Compose for SimpleImputer {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for SimpleImputer {
    type Fitted = FittedSimpleImputer;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedSimpleImputer> {
        if !self.fill_value.is_finite() {
            return Err(Error::invalid_parameter("fill_value", self.fill_value, "finite"));
        }
        let marker = self.missing_values;
        let seen = seen(x, y, marker)?;
        let statistics =
            map_columns(x, y, |value| !marker.is(value.widen()), |_, column| Ok(self.statistic(column)))?;
        let layout = Layout::of_imputer(&seen, self.keep_empty_features, self.add_indicator);
        let fitted = FittedSimpleImputer { statistics: statistics.into(), layout, marker };
        fitted.narrow::<X::Elem>()?;
        Ok(fitted)
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X, Y> FitTransform<X, Y> for SimpleImputer
where
    X: Features + ?Sized,
    X::Owned: FromRows<Elem = X::Elem>,
    Y: Weights + ?Sized,
{
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

/// What [`SimpleImputer`] learns: the number that is filled in, column by column.
#[derive(Debug, Clone)]
pub struct FittedSimpleImputer {
    statistics: Array1<f64>,
    layout: Layout,
    marker: Marker,
}

/// Statistics of NaN, those of columns without values, are equal.
impl PartialEq for FittedSimpleImputer {
    fn eq(&self, other: &Self) -> bool {
        let mut pairs = self.statistics.iter().zip(&other.statistics);
        self.layout == other.layout
            && self.marker == other.marker
            && pairs.all(|(a, b)| a == b || a.is_nan() && b.is_nan())
    }
}

impl FittedSimpleImputer {
    /// What is filled in, as the type of the entries has it.
    fn narrow<F: Scalar>(&self) -> Result<Vec<F>> {
        let narrow = |(column, &value): (usize, &f64)| match F::narrow(value) {
            narrow if !narrow.is_finite() && self.layout.place(column).is_some() => {
                Err(Error::Overflow { what: "the value that is filled in", column: Some(column) })
            }
            narrow => Ok(narrow),
        };
        self.statistics.iter().enumerate().map(narrow).collect()
    }

    /// The features with all their columns, and no others.
    fn filled<T: Taken>(&self, x: T) -> Result<T::Owned> {
        self.marker.check_kind(x.features())?;
        check_width(x.features(), self.layout.n_in())?;
        let marker = self.marker;
        let filled = x.map_by_column(&self.narrow::<T::Elem>()?, |&fill, value| {
            if marker.is(value.widen()) { (fill, false) } else { (value, !value.is_finite()) }
        });
        filled.map_err(Entry::non_finite)
    }

    /// What is filled in for each column of the input; NaN for those that are dropped.
    pub fn statistics(&self) -> &Array1<f64> {
        &self.statistics
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.layout.n_in()
    }

    /// The number of columns that are made.
    pub fn n_features_out(&self) -> usize {
        self.layout.n_out()
    }
}

/// The features without missing values.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities, and for NaN where it is not the
/// missing value.
impl<X: Features + ?Sized> Transformer<X> for FittedSimpleImputer
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        if self.layout.keeps_all() {
            return self.filled(x);
        }
        self.marker.check(x)?;
        check_width(x, self.layout.n_in())?;
        let statistics = self.narrow::<X::Elem>()?;
        self.layout.fill(x, self.marker, |_, column| statistics[column])
    }
    fn transform_owned(&self, x: X) -> Result<X::Owned>
    where
        X: Sized,
    {
        if self.layout.keeps_all() { self.filled(Given(x)) } else { self.transform(&x) }
    }
}

/// The names of the columns that are kept, then `missingindicator_NAME` for those that say what was missing.
impl FeatureNames for FittedSimpleImputer {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        self.layout.names(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    const NAN: f64 = f64::NAN;

    #[test]
    fn weights_are_numbers_of_rows() -> Result<()> {
        let x = array![[1.0], [2.0], [6.0], [9.0]];
        let y = ().weighted(&[3.0, 1.0, 2.0, 0.0])?;
        let statistic = |strategy| Ok(SimpleImputer::new().strategy(strategy).fit(&x, &y)?.statistics()[0]);
        assert!((statistic(Strategy::Mean)? - 17.0 / 6.0).abs() < 1e-14);
        assert_eq!(statistic(Strategy::Median)?, 1.5);
        assert_eq!(statistic(Strategy::MostFrequent)?, 1.0);
        Ok(())
    }

    #[test]
    fn zero_and_minus_zero_are_one_value() -> Result<()> {
        let x = array![[0.0], [-0.0], [3.0], [3.0], [-0.0]];
        let imputer = SimpleImputer::new().strategy(Strategy::MostFrequent).fit(&x, &())?;
        assert_eq!(imputer.statistics()[0], 0.0);
        Ok(())
    }

    #[test]
    fn columns_without_values_are_dropped_or_kept() -> Result<()> {
        let x = array![[1.0, NAN], [3.0, NAN]];
        let dropped = SimpleImputer::new().fit(&x, &())?;
        assert_eq!((dropped.n_features_in(), dropped.n_features_out()), (2, 1));
        assert_eq!(dropped.transform(&array![[NAN, 5.0]])?, array![[2.0]]);
        assert_eq!(dropped, dropped.clone());
        let kept =
            SimpleImputer::new().strategy(Strategy::Constant).fill_value(-1.0).keep_empty_features(true);
        assert_eq!(kept.fit(&x, &())?.transform(&array![[NAN, NAN]])?, array![[-1.0, -1.0]]);
        Ok(())
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn zeros_that_are_not_stored_are_values() -> Result<()> {
        let mut entries = sprs::TriMat::new((4, 2));
        entries.add_triplet(0, 0, NAN);
        entries.add_triplet(1, 0, 6.0);
        entries.add_triplet(2, 1, 1.0);
        let x: sprs::CsMat<f64> = entries.to_csr();
        let imputer = SimpleImputer::new().add_indicator(true).fit(&x, &())?;
        let filled = imputer.transform(&x)?;
        assert_eq!(filled.to_dense().row(0).to_vec(), [2.0, 0.0, 1.0]);
        assert_eq!(filled.nnz(), 4);
        let zero = SimpleImputer::new().missing_values(0.0);
        assert!(matches!(zero.fit(&x, &()), Err(Error::Unsupported { .. })));
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() -> Result<()> {
        let x = array![[1.0, NAN], [3.0, 4.0]];
        let bad = SimpleImputer::new().fill_value(NAN).fit(&x, &());
        assert!(matches!(bad, Err(Error::InvalidParameter { name: "fill_value", .. })));
        let bad = SimpleImputer::new().missing_values(f64::INFINITY).fit(&x, &());
        assert!(matches!(bad, Err(Error::InvalidParameter { name: "missing_values", .. })));
        // NaN is no missing value where another number is.
        let other = SimpleImputer::new().missing_values(-1.0);
        assert!(matches!(other.fit(&x, &()), Err(Error::NonFinite { row: 0, column: Some(1), .. })));
        let imputer = SimpleImputer::new().fit(&x, &())?;
        assert!(matches!(imputer.transform(&array![[f64::INFINITY, 1.0]]), Err(Error::NonFinite { .. })));
        assert!(matches!(
            imputer.transform(&array![[1.0]]),
            Err(Error::FeatureMismatch { expected: 2, found: 1 })
        ));
        assert!(matches!(
            SimpleImputer::new().fit(&Array2::<f64>::zeros((0, 1)), &()),
            Err(Error::Empty { .. })
        ));
        let huge = array![[f64::MAX], [-f64::MAX]];
        assert!(matches!(SimpleImputer::new().fit(&huge, &()), Err(Error::Overflow { .. })));
        Ok(())
    }

    #[test]
    fn what_is_filled_in_is_in_range() -> Result<()> {
        let constant = SimpleImputer::new().strategy(Strategy::Constant).fill_value(1e300);
        let (narrow, wide) = (array![[f32::NAN], [f32::NAN]], array![[NAN], [NAN]]);
        let beyond = Error::Overflow { what: "the value that is filled in", column: Some(0) };
        let kept = constant.keep_empty_features(true);
        assert_eq!(kept.fit(&narrow, &()), Err(beyond.clone()));
        assert_eq!(kept.fit(&wide, &())?.transform(&narrow), Err(beyond));
        assert_eq!(constant.fit(&narrow, &())?.n_features_out(), 0);
        Ok(())
    }
}
