//! A column of zeros and ones for each category.

use super::vocabulary::{
    Counted, Grouping, MinFrequency, Vocabulary, count, count_and_number, grouping_setters, unknown,
};
use crate::compose::Compose;
use crate::data::Missing;
use crate::data::{
    Categories, Category, Features, FromRows, Weights, check_categories, check_features, check_width,
};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::scalar::Scalar;
use ndarray::Array2;
use std::marker::PhantomData;

/// The kind of matrix that encoders make unless told otherwise: sparse, or dense without the feature `sparse`.
#[cfg(feature = "sparse")]
pub type Encoded = sprs::CsMat<f64>;
/// The kind of matrix that encoders make unless told otherwise: sparse, or dense without the feature `sparse`.
#[cfg(not(feature = "sparse"))]
pub type Encoded = Array2<f64>;

/// What an encoder does with a category that its fit did not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HandleUnknown {
    /// [`Error::UnknownCategory`](crate::Error::UnknownCategory) with its row and column.
    #[default]
    Error,
    /// Zeros in all columns of the feature.
    Ignore,
    /// As a rare category, or as `Ignore` where no category is rare.
    InfrequentIfExist,
}

/// Which category of a feature gets no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DropCategory {
    /// None.
    #[default]
    None,
    /// The first one: the others are then told relative to it, and columns do not add up to 1.
    First,
    /// The first one where there are two.
    IfBinary,
}

/// Gives each category of each feature a column that is 1 where the row has the category, else 0.
///
/// Takes [`Categories`]: arrays of two dimensions of strings, integers, or `Option`s of them (`None`, missing, is a
/// category, the last one). The output is n × Σ_j k_j for k_j categories of feature j, and sparse.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`drop`](Self::drop) | `None` | which category gets no column |
/// | [`handle_unknown`](Self::handle_unknown) | `Error` | what a category gets that the fit did not see |
/// | [`min_frequency`](Self::min_frequency) | none | rarer categories share one column, the last of the feature |
/// | [`max_categories`](Self::max_categories) | none | at most so many columns a feature |
/// | [`dense`](Self::dense), [`output`](Self::output) | sparse, `f64` | the kind of matrix: scikit-learn's `sparse_output` and `dtype` |
///
/// Weights of rows count as numbers of rows; rows of weight 0 are not seen. Categories that are known beforehand go to
/// [`fit_categories`](Self::fit_categories).
///
/// Cost: each entry is looked up once by the fit and once by the transform, in a table of fingerprints
/// ([`Category::fingerprint`]) or else in a sorted list, on all threads.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::LengthMismatch`] or [`Error::InvalidWeight`] for bad weights, and
/// [`Error::InvalidParameter`] for `min_frequency` of 0 or a share that is not between 0 and 1, and for
/// `max_categories` of 0.
///
/// Reference: `sklearn.preprocessing.OneHotEncoder`. Columns of floats are refused by type, and `drop` takes no list of
/// categories.
///
/// ```
/// use certifit::preprocessing::{HandleUnknown, OneHotEncoder};
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![["red", "S"], ["green", "M"], ["red", "M"]];
/// let encoder = OneHotEncoder::new().handle_unknown(HandleUnknown::Ignore).dense().fit(&x, &())?;
/// assert_eq!(encoder.categories(0), ["green", "red"]);
/// assert_eq!(encoder.transform(&array![["red", "M"], ["blue", "S"]])?,
///     array![[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, PartialEq)]
pub struct OneHotEncoder<M = Encoded> {
    drop: DropCategory,
    handle_unknown: HandleUnknown,
    grouping: Grouping,
    output: PhantomData<fn() -> M>,
}

impl<M> Clone for OneHotEncoder<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for OneHotEncoder<M> {}

impl Default for OneHotEncoder {
    fn default() -> Self {
        Self {
            drop: DropCategory::None,
            handle_unknown: HandleUnknown::Error,
            grouping: Grouping::default(),
            output: PhantomData,
        }
    }
}

impl OneHotEncoder {
    /// A column for each category; unknown ones are errors.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M> OneHotEncoder<M> {
    /// Which category of a feature gets no column (default none).
    pub fn drop(mut self, drop: DropCategory) -> Self {
        self.drop = drop;
        self
    }

    /// What a category gets that the fit did not see (default an error).
    pub fn handle_unknown(mut self, handle_unknown: HandleUnknown) -> Self {
        self.handle_unknown = handle_unknown;
        self
    }

    grouping_setters!();

    /// Makes dense matrices: scikit-learn's `sparse_output=False`.
    pub fn dense(self) -> OneHotEncoder<Array2<f64>> {
        self.output()
    }

    /// Makes matrices of the type `N`, such as `Array2<f32>` or `CsMat<f32>`.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::{Array2, array};
    /// let encoder = OneHotEncoder::new().output::<Array2<f32>>().fit(&array![[7], [5]], &())?;
    /// assert_eq!(encoder.transform(&array![[5]])?, array![[1.0f32, 0.0]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn output<N: FromRows>(self) -> OneHotEncoder<N> {
        let Self { drop, handle_unknown, grouping, .. } = self;
        OneHotEncoder { drop, handle_unknown, grouping, output: PhantomData }
    }

    /// The encoder of features whose categories are known: `categories[j]` are those of feature j, in the order of
    /// their columns. The missing value must come last.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a feature without categories or with one twice, [`Error::Empty`] for no feature.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::array;
    /// let encoder = OneHotEncoder::new().dense().fit_categories(vec![vec!["low", "mid", "high"]])?;
    /// assert_eq!(encoder.transform(&array![["mid"]])?, array![[0.0, 1.0, 0.0]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_categories<C: Category>(&self, categories: Vec<Vec<C>>) -> Result<FittedOneHotEncoder<C, M>> {
        self.of(Counted::all_given(categories)?)
    }

    fn of<C: Category>(&self, columns: Vec<Counted<C>>) -> Result<FittedOneHotEncoder<C, M>> {
        self.grouping.check()?;
        let mut n_columns = 0;
        let features = columns.into_iter().map(|counted| {
            let vocabulary = Vocabulary::new(counted, &self.grouping, false);
            let drops = match self.drop {
                DropCategory::None => false,
                DropCategory::First => true,
                DropCategory::IfBinary => vocabulary.n_codes() == 2,
            };
            let start = n_columns;
            n_columns += vocabulary.n_codes() - usize::from(drops);
            Feature { vocabulary, start, drops }
        });
        let features = features.collect();
        Ok(FittedOneHotEncoder {
            features,
            n_columns,
            handle_unknown: self.handle_unknown,
            output: PhantomData,
        })
    }
}

impl<M> Compose for OneHotEncoder<M> {}

impl<X: Categories + ?Sized, Y: Weights + ?Sized, M: FromRows> Estimator<X, Y> for OneHotEncoder<M> {
    type Fitted = FittedOneHotEncoder<X::Category, M>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.grouping.check()?;
        self.of(count(x, y)?)
    }
}

impl<X, Y, M> FitTransform<X, Y> for OneHotEncoder<M>
where
    X: Categories + ?Sized,
    Y: Weights + ?Sized,
    M: FromRows,
{
    /// Each entry is looked up once.
    fn fit_transform(&self, x: &X, y: &Y) -> Result<(Self::Fitted, M)> {
        self.grouping.check()?;
        let (columns, numbered) = count_and_number(x, y, true)?;
        let fitted = self.of(columns)?;
        let made = {
            let known = numbered.look_up(|j, category| Known::of(fitted.column(j, category)));
            fitted.make(x, |row| known.row(row))?
        };
        Ok((fitted, made))
    }
}

/// A feature and its columns.
#[derive(Debug, Clone, PartialEq)]
struct Feature<C> {
    vocabulary: Vocabulary<C>,
    /// The first of its columns.
    start: usize,
    /// Whether the first code has no column.
    drops: bool,
}

impl<C: Category> Feature<C> {
    /// The codes that have a column.
    fn codes(&self) -> std::ops::Range<usize> {
        usize::from(self.drops)..self.vocabulary.n_codes()
    }
}

/// What [`OneHotEncoder`] learns: the categories of each feature, of type `C`; it makes matrices `M`.
#[derive(Debug, PartialEq)]
pub struct FittedOneHotEncoder<C, M = Encoded> {
    features: Vec<Feature<C>>,
    n_columns: usize,
    handle_unknown: HandleUnknown,
    output: PhantomData<fn() -> M>,
}

/// The column of a category, if it has one.
type Place = Option<usize>;

/// A [`Place`] in four bytes, so that those of many categories stay in the caches.
#[derive(Clone, Copy)]
struct Known(u32);

impl Known {
    const NO_COLUMN: u32 = u32::MAX - 1;
    /// To be looked up.
    const NOT_KNOWN: u32 = u32::MAX;

    fn of(place: Option<Place>) -> Self {
        let column = |column| u32::try_from(column).ok().filter(|&column| column < Self::NO_COLUMN);
        Self(match place {
            Some(Some(place)) => column(place).unwrap_or(Self::NOT_KNOWN),
            Some(None) => Self::NO_COLUMN,
            None => Self::NOT_KNOWN,
        })
    }

    #[inline]
    fn place(self) -> Option<Place> {
        match self.0 {
            Self::NOT_KNOWN => None,
            Self::NO_COLUMN => Some(None),
            column => Some(Some(column as usize)),
        }
    }
}

impl<C: Clone, M> Clone for FittedOneHotEncoder<C, M> {
    fn clone(&self) -> Self {
        Self { features: self.features.clone(), ..*self }
    }
}

impl<C: Category, M> FittedOneHotEncoder<C, M> {
    /// The categories of a feature in their order, rare ones included.
    pub fn categories(&self, feature: usize) -> &[C] {
        self.features.get(feature).map_or(&[], |feature| feature.vocabulary.categories())
    }

    /// The rare categories of a feature, which share one column.
    pub fn infrequent_categories(&self, feature: usize) -> &[C] {
        self.features.get(feature).map_or(&[], |feature| feature.vocabulary.rare())
    }

    /// The number of features.
    pub fn n_features_in(&self) -> usize {
        self.features.len()
    }

    /// The number of columns that are made.
    pub fn n_features_out(&self) -> usize {
        self.n_columns
    }

    /// The categories that rows of zeros and ones stand for: of each feature that of its largest column. `None` where
    /// that is the column of several rare ones, and where all are 0 though no category was dropped (an unknown one).
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`].
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::array;
    /// let x = array![["red", "S"], ["green", "M"]];
    /// let encoder = OneHotEncoder::new().fit(&x, &())?;
    /// assert_eq!(encoder.inverse_transform(&encoder.transform(&x)?)?, x.mapv(Some));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn inverse_transform<X: Features + ?Sized>(&self, x: &X) -> Result<Array2<Option<C>>> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.n_columns)?;
        let mut row = vec![0.0; self.n_columns];
        let mut categories = Vec::with_capacity(x.n_rows() * self.features.len());
        for i in 0..x.n_rows() {
            x.copy_row(i, &mut row);
            for feature in &self.features {
                let codes = feature.codes();
                let values = &row[feature.start..feature.start + codes.len()];
                let mut largest = (0.0, feature.drops.then_some(0));
                for (code, &value) in codes.zip(values) {
                    if value > largest.0 {
                        largest = (value, Some(code));
                    }
                }
                let category = largest.1.and_then(|code| feature.vocabulary.category(code));
                categories.push(category.cloned());
            }
        }
        let overflow = |_| Error::Overflow { what: "the number of entries of the new matrix", column: None };
        Array2::from_shape_vec((x.n_rows(), self.features.len()), categories).map_err(overflow)
    }

    /// The column of a category of a feature, if it has one; `None` where it is unknown and that is an error.
    fn column(&self, feature: usize, category: &C) -> Option<Place> {
        let feature = self.features.get(feature)?;
        let code = match (feature.vocabulary.code(category), self.handle_unknown) {
            (Some(code), _) => Some(code),
            (None, HandleUnknown::Error) => return None,
            (None, HandleUnknown::Ignore) => None,
            (None, HandleUnknown::InfrequentIfExist) => feature.vocabulary.rare_code(),
        };
        let dropped = usize::from(feature.drops);
        Some(code.and_then(|code| code.checked_sub(dropped)).map(|code| feature.start + code))
    }

    /// The zeros and ones of the rows; what `known(row)` does not know of its features is looked up.
    fn make<X, I>(&self, x: &X, known: impl Fn(usize) -> I + Send + Sync) -> Result<M>
    where
        X: Categories<Category = C> + ?Sized,
        I: Iterator<Item = Option<Known>>,
        M: FromRows,
    {
        let one = M::Elem::narrow(1.0);
        M::from_short_rows(x.n_rows(), self.n_columns, self.features.len(), |row, entries| {
            let mut known = known(row);
            for j in 0..self.features.len() {
                let known = known.next().flatten().and_then(Known::place);
                let column = known.or_else(|| self.column(j, x.category(row, j)));
                match column {
                    Some(Some(column)) => entries.push(column, one),
                    Some(None) => {}
                    None => return Err(unknown(x.category(row, j), (row, j), UNKNOWN)),
                }
            }
            Ok(())
        })
    }
}

/// What else there is for unknown categories.
const UNKNOWN: &str = "the fit did not see it; `handle_unknown` says what else may be done";

/// A column of zeros and ones for each category.
///
/// # Errors
/// [`Error::UnknownCategory`] unless `handle_unknown` says otherwise, [`Error::FeatureMismatch`], [`Error::Empty`].
impl<X, C, M> Transformer<X> for FittedOneHotEncoder<C, M>
where
    X: Categories<Category = C> + ?Sized,
    C: Category,
    M: FromRows,
{
    type Output = M;
    fn transform(&self, x: &X) -> Result<M> {
        check_categories(x, Some(self.features.len()))?;
        self.make(x, |_| std::iter::empty())
    }
}

/// `NAME_CATEGORY`, and `NAME_infrequent_sklearn` for the column of rare categories, as scikit-learn calls them.
impl<C: Category, M> FeatureNames for FittedOneHotEncoder<C, M> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        let names = same_names(input, self.features.len())?;
        let of_feature = |(feature, name): (&Feature<C>, String)| -> Vec<String> {
            let category = |code| feature.vocabulary.category(code).map_or_else(|| RARE.to_string(), C::name);
            feature.codes().map(|code| format!("{name}_{}", category(code))).collect()
        };
        Ok(self.features.iter().zip(names).flat_map(of_feature).collect())
    }
}

const RARE: &str = "infrequent_sklearn";

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn unknown_categories_are_named() -> Result<()> {
        let encoder = OneHotEncoder::new().fit(&array![["a", "x"], ["b", "y"]], &())?;
        let error = encoder.transform(&array![["a", "y"], ["b", "z"]]).unwrap_err();
        assert!(matches!(error, Error::UnknownCategory { row: 1, column: 1, .. }), "{error}");
        assert!(error.to_string().contains("\"z\""), "{error}");
        Ok(())
    }

    #[test]
    fn what_is_unknown_or_rare_has_no_way_back() -> Result<()> {
        let x = array![["a"], ["a"], ["b"], ["c"]];
        let estimator =
            OneHotEncoder::new().min_frequency(2).handle_unknown(HandleUnknown::InfrequentIfExist);
        let encoder = estimator.dense().fit(&x, &())?;
        assert_eq!(encoder.infrequent_categories(0), ["b", "c"]);
        assert_eq!(
            encoder.transform(&array![["a"], ["c"], ["?"]])?,
            array![[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
        );
        let zeros = array![[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]];
        assert_eq!(encoder.inverse_transform(&zeros)?, array![[Some("a")], [None], [None]]);
        let dropping = OneHotEncoder::new().drop(DropCategory::First).fit(&x, &())?;
        assert_eq!(dropping.inverse_transform(&dropping.transform(&x)?)?, x.mapv(Some));
        Ok(())
    }

    #[test]
    fn weights_are_numbers_of_rows() -> Result<()> {
        let x = array![["a"], ["b"], ["c"]];
        let weighted = ().weighted(&[3.0, 1.0, 0.0])?;
        let encoder = OneHotEncoder::new().min_frequency(0.5).fit(&x, &weighted)?;
        assert_eq!((encoder.categories(0), encoder.infrequent_categories(0)), (&["a", "b"][..], &["b"][..]));
        assert!(encoder.transform(&array![["c"]]).is_err());
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() -> Result<()> {
        let x = array![["a", "x"], ["b", "y"]];
        for bad in [OneHotEncoder::new().min_frequency(0), OneHotEncoder::new().min_frequency(1.5)] {
            assert!(matches!(bad.fit(&x, &()), Err(Error::InvalidParameter { name: "min_frequency", .. })));
        }
        let bad = OneHotEncoder::new().max_categories(0).fit_categories(vec![vec![1]]);
        assert!(matches!(bad, Err(Error::InvalidParameter { name: "max_categories", .. })));
        assert!(OneHotEncoder::new().fit_categories(Vec::<Vec<u8>>::new()).is_err());
        let encoder = OneHotEncoder::new().fit(&x, &())?;
        let mismatch = Error::FeatureMismatch { expected: 2, found: 1 };
        assert_eq!(encoder.transform(&array![["a"]]).unwrap_err(), mismatch);
        assert_eq!(encoder.feature_names_out(&["one".to_string()]).unwrap_err(), mismatch);
        assert!(encoder.inverse_transform(&array![[1.0, 0.0]]).is_err());
        assert!(matches!(OneHotEncoder::new().fit(&x, &[1, 2, 3]), Err(Error::LengthMismatch { .. })));
        let nothing = Array2::from_elem((0, 2), "");
        assert!(matches!(OneHotEncoder::new().fit(&nothing, &()), Err(Error::Empty { axis: "rows", .. })));
        Ok(())
    }
}
