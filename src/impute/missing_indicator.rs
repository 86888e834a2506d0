//! Columns that say where values are missing.

use super::layout::{Layout, Marker, seen};
use crate::compose::Compose;
use crate::data::{Features, FromRows, Weights, check_width};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use crate::scalar::Scalar;
use num_traits::Zero;
use std::cmp::Ordering;

/// Which columns [`MissingIndicator`] makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingFeatures {
    /// One for each column with missing values in the fit.
    #[default]
    MissingOnly,
    /// One for each column.
    All,
}

/// Makes columns that are 1 where a value is missing, else 0.
///
/// Takes dense and sparse features and makes the same kind; entries that a sparse matrix does not store are zeros, and
/// not missing. [`SimpleImputer`](super::SimpleImputer) and [`KNNImputer`](super::KNNImputer) append such columns to
/// what they fill in if asked to.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`missing_values`](Self::missing_values) | NaN | the number that stands for a missing value |
/// | [`features`](Self::features) | `MissingOnly` | which columns are made |
/// | [`error_on_new`](Self::error_on_new) | `true` | refuse missing values in columns that had none in the fit |
///
/// Rows of weight 0 are not seen.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`], [`Error::InvalidWeight`], and
/// [`Error::Unsupported`] for zero as the missing value of sparse data.
///
/// Reference: `sklearn.impute.MissingIndicator`, whose output is boolean.
///
/// ```
/// use certifit::impute::MissingIndicator;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[1.0, f64::NAN, 3.0], [4.0, 5.0, 6.0]];
/// let indicator = MissingIndicator::new().fit(&x, &())?;
/// assert_eq!(indicator.indices(), [1]);
/// assert_eq!(indicator.transform(&x)?, array![[1.0], [0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MissingIndicator {
    missing_values: Marker,
    features: MissingFeatures,
    error_on_new: bool,
}

impl Default for MissingIndicator {
    fn default() -> Self {
        Self { missing_values: Marker(f64::NAN), features: MissingFeatures::MissingOnly, error_on_new: true }
    }
}

impl MissingIndicator {
    /// A column for each one with NaN in the fit.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number that stands for a missing value (default NaN).
    pub fn missing_values(mut self, missing_values: f64) -> Self {
        self.missing_values = Marker(missing_values);
        self
    }

    /// Which columns are made (default those with missing values in the fit).
    pub fn features(mut self, features: MissingFeatures) -> Self {
        self.features = features;
        self
    }

    /// Whether missing values in a column that had none in the fit are refused (default `true`). Only where `features`
    /// is `MissingOnly`.
    pub fn error_on_new(mut self, error_on_new: bool) -> Self {
        self.error_on_new = error_on_new;
        self
    }
}

impl Compose for MissingIndicator {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for MissingIndicator {
    type Fitted = FittedMissingIndicator;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedMissingIndicator> {
        let seen = seen(x, y, self.missing_values)?;
        let all = self.features == MissingFeatures::All;
        let indices: Vec<usize> = (0..seen.len()).filter(|&column| all || seen[column].0).collect();
        let layout = Layout::new(seen.iter().map(|_| false), indices.clone());
        Ok(FittedMissingIndicator {
            layout,
            indices,
            marker: self.missing_values,
            error_on_new: self.error_on_new,
        })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X, Y> FitTransform<X, Y> for MissingIndicator
where
    X: Features + ?Sized,
    X::Owned: FromRows<Elem = X::Elem>,
    Y: Weights + ?Sized,
{
}

/// What [`MissingIndicator`] learns: the columns with missing values.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMissingIndicator {
    layout: Layout,
    indices: Vec<usize>,
    marker: Marker,
    error_on_new: bool,
}

impl FittedMissingIndicator {
    /// The columns of the input for which a column is made: scikit-learn's `features_`.
    pub fn indices(&self) -> &[usize] {
        &self.indices
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.layout.n_in()
    }

    fn check_new<X: Features + ?Sized>(&self, x: &X) -> Result<()> {
        for row in 0..x.n_rows() {
            let mut new = None;
            x.for_each_in_row(row, |column, value| {
                if self.marker.is(value.widen()) && self.indices.binary_search(&column).is_err() {
                    new = new.or(Some(column));
                }
            });
            if let Some(column) = new {
                return Err(Error::UnexpectedMissing { row, column });
            }
        }
        Ok(())
    }
}

/// Ones where values are missing.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], and [`Error::UnexpectedMissing`] for a missing
/// value in a column that had none in the fit, unless `error_on_new` is `false`.
impl<X: Features + ?Sized> Transformer<X> for FittedMissingIndicator
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        self.marker.check(x)?;
        check_width(x, self.layout.n_in())?;
        if self.error_on_new {
            self.check_new(x)?;
        }
        self.layout.fill(x, self.marker, |_, _| X::Elem::zero())
    }
}

/// `missingindicator_NAME` for each column that is made.
impl FeatureNames for FittedMissingIndicator {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        self.layout.names(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn new_missing_values_are_refused_or_not() -> Result<()> {
        let x = array![[1.0, -1.0], [4.0, 5.0]];
        let indicator = MissingIndicator::new().missing_values(-1.0);
        let new = array![[2.0, 2.0], [-1.0, -1.0]];
        let refused = indicator.fit(&x, &())?.transform(&new);
        assert_eq!(refused, Err(Error::UnexpectedMissing { row: 1, column: 0 }));
        assert_eq!(indicator.error_on_new(false).fit(&x, &())?.transform(&new)?, array![[0.0], [1.0]]);
        let all = indicator.features(MissingFeatures::All).fit(&x, &())?;
        assert_eq!(all.transform(&new)?, array![[0.0, 0.0], [1.0, 1.0]]);
        assert_eq!(
            all.feature_names_out(&["a".into(), "b".into()])?,
            ["missingindicator_a", "missingindicator_b"]
        );
        Ok(())
    }
}
