//! Categories as numbers.

use super::vocabulary::{Counted, Grouping, MinFrequency, Vocabulary, count, grouping_setters, unknown};
use crate::compose::Compose;
use crate::data::{Categories, Category, Features, FromRows, Missing, Weights};
use crate::data::{check_categories, check_features, check_width};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::scalar::Scalar;
use ndarray::Array2;
use std::marker::PhantomData;

/// Gives each category of a feature a number: 0, 1, … in the order of the categories.
///
/// Takes [`Categories`], n × d, and makes a dense matrix n × d. The numbers have a meaning to a model that splits or
/// weighs them; for linear models of categories without an order see [`OneHotEncoder`](super::OneHotEncoder).
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`unknown_value`](Self::unknown_value) | none | the number of categories that the fit did not see; without, they are errors |
/// | [`encoded_missing_value`](Self::encoded_missing_value) | NaN | the number of missing values |
/// | [`min_frequency`](Self::min_frequency) | none | rarer categories share one number, the one after all others |
/// | [`max_categories`](Self::max_categories) | none | at most so many numbers a feature |
/// | [`output`](Self::output) | `Array2<f64>` | the kind of matrix: scikit-learn's `dtype` |
///
/// Weights of rows count as numbers of rows; rows of weight 0 are not seen. An order of your own goes to
/// [`fit_categories`](Self::fit_categories).
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::LengthMismatch`] or [`Error::InvalidWeight`] for bad weights, and
/// [`Error::InvalidParameter`] for an `unknown_value` or an `encoded_missing_value` that is neither whole nor NaN, or is
/// the number of a category or (where scikit-learn lets it pass) that of the rare ones, and for `min_frequency` and
/// `max_categories` as `OneHotEncoder` does.
///
/// Reference: `sklearn.preprocessing.OrdinalEncoder`. There, `unknown_value` needs `handle_unknown='use_encoded_value'`.
/// `None` is treated as NaN is there: it gets `encoded_missing_value`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[Some("low")], [Some("high")], [None]];
/// let encoder = OrdinalEncoder::new().unknown_value(-1.0).encoded_missing_value(-2.0).fit(&x, &())?;
/// assert_eq!(encoder.transform(&array![[Some("low")], [Some("odd")], [None]])?, array![[1.0], [-1.0], [-2.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, PartialEq)]
pub struct OrdinalEncoder<M = Array2<f64>> {
    unknown_value: Option<f64>,
    encoded_missing_value: f64,
    grouping: Grouping,
    output: PhantomData<fn() -> M>,
}

impl<M> Clone for OrdinalEncoder<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for OrdinalEncoder<M> {}

impl Default for OrdinalEncoder {
    fn default() -> Self {
        Self {
            unknown_value: None,
            encoded_missing_value: f64::NAN,
            grouping: Grouping::default(),
            output: PhantomData,
        }
    }
}

impl OrdinalEncoder {
    /// Unknown categories are errors, missing ones NaN.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M> OrdinalEncoder<M> {
    /// The number of categories that the fit did not see (default none: they are errors).
    pub fn unknown_value(mut self, unknown_value: f64) -> Self {
        self.unknown_value = Some(unknown_value);
        self
    }

    /// The number of missing values (default NaN).
    pub fn encoded_missing_value(mut self, encoded_missing_value: f64) -> Self {
        self.encoded_missing_value = encoded_missing_value;
        self
    }

    grouping_setters!();

    /// Makes matrices of the type `N`, such as `Array2<f32>`.
    pub fn output<N: FromRows>(self) -> OrdinalEncoder<N> {
        let Self { unknown_value, encoded_missing_value, grouping, .. } = self;
        OrdinalEncoder { unknown_value, encoded_missing_value, grouping, output: PhantomData }
    }

    /// The encoder of features whose categories are known: `categories[j]` are those of feature j, in the order of
    /// their numbers. The missing value must come last.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a feature without categories or with one twice, [`Error::Empty`] for no feature.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::array;
    /// let encoder = OrdinalEncoder::new().fit_categories(vec![vec!["low", "mid", "high"]])?;
    /// assert_eq!(encoder.transform(&array![["high"]])?, array![[2.0]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_categories<C: Category>(&self, categories: Vec<Vec<C>>) -> Result<FittedOrdinalEncoder<C, M>> {
        self.of(Counted::all_given(categories)?)
    }

    fn of<C: Category>(&self, columns: Vec<Counted<C>>) -> Result<FittedOrdinalEncoder<C, M>> {
        self.check()?;
        let features: Vec<Vocabulary<C>> =
            columns.into_iter().map(|counted| Vocabulary::new(counted, &self.grouping, true)).collect();
        for vocabulary in &features {
            let n_numbers = vocabulary.missing_code().unwrap_or(vocabulary.n_codes());
            let taken = |value: f64| (0.0..n_numbers as f64).contains(&value);
            if let Some(value) = self.unknown_value.filter(|&value| taken(value)) {
                return Err(Error::invalid_parameter("unknown_value", value, FREE));
            }
            if vocabulary.missing_code().is_some() && taken(self.encoded_missing_value) {
                let value = self.encoded_missing_value;
                return Err(Error::invalid_parameter("encoded_missing_value", value, FREE));
            }
        }
        Ok(FittedOrdinalEncoder {
            features,
            unknown_value: self.unknown_value,
            encoded_missing_value: self.encoded_missing_value,
            output: PhantomData,
        })
    }

    fn check(&self) -> Result<()> {
        self.grouping.check()?;
        let whole = |value: f64| value.is_nan() || value.is_finite() && value.fract() == 0.0;
        if let Some(value) = self.unknown_value.filter(|&value| !whole(value)) {
            return Err(Error::invalid_parameter("unknown_value", value, "a whole number or NaN"));
        }
        if !whole(self.encoded_missing_value) {
            let value = self.encoded_missing_value;
            return Err(Error::invalid_parameter("encoded_missing_value", value, "a whole number or NaN"));
        }
        Ok(())
    }
}

const FREE: &str = "a number that no category has";

impl<M> Compose for OrdinalEncoder<M> {}

impl<X: Categories + ?Sized, Y: Weights + ?Sized, M: FromRows> Estimator<X, Y> for OrdinalEncoder<M> {
    type Fitted = FittedOrdinalEncoder<X::Category, M>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.check()?;
        self.of(count(x, y)?)
    }
}

impl<X, Y, M> FitTransform<X, Y> for OrdinalEncoder<M>
where
    X: Categories + ?Sized,
    Y: Weights + ?Sized,
    M: FromRows,
{
}

/// What [`OrdinalEncoder`] learns: the categories of each feature, of type `C`; it makes matrices `M`.
#[derive(Debug, PartialEq)]
pub struct FittedOrdinalEncoder<C, M = Array2<f64>> {
    features: Vec<Vocabulary<C>>,
    unknown_value: Option<f64>,
    encoded_missing_value: f64,
    output: PhantomData<fn() -> M>,
}

impl<C: Clone, M> Clone for FittedOrdinalEncoder<C, M> {
    fn clone(&self) -> Self {
        Self { features: self.features.clone(), ..*self }
    }
}

impl<C: Category, M> FittedOrdinalEncoder<C, M> {
    /// The categories of a feature in their order, rare ones included.
    pub fn categories(&self, feature: usize) -> &[C] {
        self.features.get(feature).map_or(&[], Vocabulary::categories)
    }

    /// The rare categories of a feature, which share one number.
    pub fn infrequent_categories(&self, feature: usize) -> &[C] {
        self.features.get(feature).map_or(&[], Vocabulary::rare)
    }

    /// The number of features.
    pub fn n_features_in(&self) -> usize {
        self.features.len()
    }

    /// The categories that numbers stand for; `None` where that is several rare ones or no category.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities.
    pub fn inverse_transform<X: Features + ?Sized>(&self, x: &X) -> Result<Array2<Option<C>>> {
        check_features(x, Missing::Allowed)?;
        check_width(x, self.features.len())?;
        let mut row = vec![0.0; self.features.len()];
        let mut categories = Vec::with_capacity(x.n_rows() * row.len());
        for i in 0..x.n_rows() {
            x.copy_row(i, &mut row);
            categories.extend(
                self.features.iter().zip(&row).map(|(feature, &value)| self.category(feature, value)),
            );
        }
        let overflow = |_| Error::Overflow { what: "the number of entries of the new matrix", column: None };
        Array2::from_shape_vec((x.n_rows(), self.features.len()), categories).map_err(overflow)
    }

    fn category(&self, feature: &Vocabulary<C>, value: f64) -> Option<C> {
        let is_missing =
            value == self.encoded_missing_value || value.is_nan() && self.encoded_missing_value.is_nan();
        let code = match feature.missing_code() {
            Some(code) if is_missing => code,
            missing => (0..missing.unwrap_or(feature.n_codes())).find(|&code| code as f64 == value)?,
        };
        feature.category(code).cloned()
    }

    fn number(&self, feature: &Vocabulary<C>, category: &C, place: (usize, usize)) -> Result<f64> {
        match (feature.code(category), self.unknown_value) {
            (Some(code), _) if feature.missing_code() == Some(code) => Ok(self.encoded_missing_value),
            (Some(code), _) => Ok(code as f64),
            (None, Some(value)) => Ok(value),
            (None, None) => Err(unknown(
                category,
                place,
                "the fit did not see it; `unknown_value` gives such categories a number",
            )),
        }
    }
}

/// The number of each category.
///
/// # Errors
/// [`Error::UnknownCategory`] unless there is an `unknown_value`, [`Error::FeatureMismatch`], [`Error::Empty`].
impl<X, C, M> Transformer<X> for FittedOrdinalEncoder<C, M>
where
    X: Categories<Category = C> + ?Sized,
    C: Category,
    M: FromRows,
{
    type Output = M;
    fn transform(&self, x: &X) -> Result<M> {
        check_categories(x, Some(self.features.len()))?;
        M::from_rows(x.n_rows(), self.features.len(), |row, entries| {
            for (j, feature) in self.features.iter().enumerate() {
                let number = self.number(feature, x.category(row, j), (row, j))?;
                entries.push_non_zero(j, M::Elem::narrow(number));
            }
            Ok(())
        })
    }
}

/// The names of the input.
impl<C: Category, M> FeatureNames for FittedOrdinalEncoder<C, M> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.features.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn missing_values_are_nan_and_come_back() -> Result<()> {
        let x = array![[Some(7)], [None], [Some(3)]];
        let encoder = OrdinalEncoder::new().fit(&x, &())?;
        let numbers = encoder.transform(&x)?;
        assert!((numbers[[0, 0]], numbers[[2, 0]]) == (1.0, 0.0) && numbers[[1, 0]].is_nan());
        assert_eq!(encoder.inverse_transform(&numbers)?, x.mapv(Some));
        assert_eq!(encoder.inverse_transform(&array![[2.0], [0.5], [-1.0]])?, array![[None], [None], [None]]);
        Ok(())
    }

    #[test]
    fn numbers_that_are_taken_are_refused() {
        let x = array![[Some("a")], [Some("b")], [None]];
        let refused = |encoder: OrdinalEncoder, parameter: &str| {
            let error = encoder.fit(&x, &()).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name, .. } if name == parameter), "{error}");
        };
        refused(OrdinalEncoder::new().unknown_value(1.0), "unknown_value");
        refused(OrdinalEncoder::new().unknown_value(0.5), "unknown_value");
        refused(OrdinalEncoder::new().unknown_value(f64::INFINITY), "unknown_value");
        refused(OrdinalEncoder::new().encoded_missing_value(0.0), "encoded_missing_value");
        refused(OrdinalEncoder::new().max_categories(0), "max_categories");
        assert!(OrdinalEncoder::new().encoded_missing_value(2.0).fit(&x, &()).is_ok());
        assert!(OrdinalEncoder::new().encoded_missing_value(0.0).fit(&array![["a"]], &()).is_ok());
    }

    #[test]
    fn unknown_categories_are_named() -> Result<()> {
        let encoder = OrdinalEncoder::new().fit(&array![["a", "x"], ["b", "y"]], &())?;
        let error = encoder.transform(&array![["a", "y"], ["b", "z"]]).unwrap_err();
        assert!(matches!(error, Error::UnknownCategory { row: 1, column: 1, .. }), "{error}");
        let mismatch = Error::FeatureMismatch { expected: 2, found: 1 };
        assert_eq!(encoder.transform(&array![["a"]]).unwrap_err(), mismatch);
        Ok(())
    }
}
