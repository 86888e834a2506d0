//! A category for the missing values of each column.

use super::layout::Layout;
use crate::compose::Compose;
use crate::data::{Categories, Category, Weights, check_categories, check_weights};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use ndarray::Array2;
use std::collections::BTreeMap;

/// Fills in one category a column for missing ones: the most frequent one, or a constant.
///
/// Takes columns of `Option<C>`, n × d, and makes an `Array2<C>`. Columns of which the fit saw no category are dropped.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`fill_value`](Self::fill_value) | the most frequent category | a constant instead |
///
/// Weights count as numbers of rows; rows of weight 0 are not seen. Of equally frequent categories the first is taken.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::LengthMismatch`], [`Error::InvalidWeight`].
///
/// Reference: `sklearn.impute.SimpleImputer` with `strategy='most_frequent'` or `'constant'`, on columns of strings.
///
/// ```
/// use certifit::impute::CategoryImputer;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[Some("S")], [None], [Some("C")], [Some("S")]];
/// let imputer = CategoryImputer::new().fit(&x, &())?;
/// assert_eq!(imputer.transform(&x)?, array![["S"], ["S"], ["C"], ["S"]]);
/// let constant = CategoryImputer::new().fill_value("unknown").fit(&x, &())?;
/// assert_eq!(constant.transform(&x)?[[1, 0]], "unknown");
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CategoryImputer<S = MostFrequent> {
    strategy: S,
}

impl CategoryImputer {
    /// Fills in the most frequent category.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<S> CategoryImputer<S> {
    /// Fills in this category.
    pub fn fill_value<V>(self, fill_value: V) -> CategoryImputer<Constant<V>> {
        CategoryImputer { strategy: Constant(fill_value) }
    }
}

/// What a [`CategoryImputer`] fills in.
pub trait Fill<C>: Sync {
    /// The category for a column with these categories and weights, one or more.
    fn fill(&self, weights: &BTreeMap<&C, f64>) -> Option<C>;
}

/// The most frequent category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MostFrequent;

impl<C: Category> Fill<C> for MostFrequent {
    fn fill(&self, weights: &BTreeMap<&C, f64>) -> Option<C> {
        let mut best: Option<(&C, f64)> = None;
        for (&category, &weight) in weights {
            if best.is_none_or(|(_, largest)| weight > largest) {
                best = Some((category, weight));
            }
        }
        best.map(|(category, _)| category.clone())
    }
}

/// This category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constant<V>(pub V);

impl<C, V: Clone + Into<C> + Sync> Fill<C> for Constant<V> {
    fn fill(&self, _: &BTreeMap<&C, f64>) -> Option<C> {
        Some(self.0.clone().into())
    }
}

impl<S> Compose for CategoryImputer<S> {}

impl<X, C, Y, S> Estimator<X, Y> for CategoryImputer<S>
where
    X: Categories<Category = Option<C>> + ?Sized,
    C: Category,
    Y: Weights + ?Sized,
    S: Fill<C>,
{
    type Fitted = FittedCategoryImputer<C>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        check_categories(x, None)?;
        check_weights(x.n_rows(), y)?;
        let column = |column: usize| {
            let mut weights = BTreeMap::new();
            for row in 0..x.n_rows() {
                if let Some(category) = x.category(row, column).as_ref().filter(|_| y.weight(row) > 0.0) {
                    *weights.entry(category).or_default() += y.weight(row);
                }
            }
            if weights.is_empty() { None } else { self.strategy.fill(&weights) }
        };
        let statistics: Vec<Option<C>> = (0..x.n_columns()).map(column).collect();
        let layout = Layout::new(statistics.iter().map(Option::is_some), Vec::new());
        Ok(FittedCategoryImputer { statistics, layout })
    }
}

impl<X, C, Y, S> FitTransform<X, Y> for CategoryImputer<S>
where
    X: Categories<Category = Option<C>> + ?Sized,
    C: Category,
    Y: Weights + ?Sized,
    S: Fill<C>,
{
}

/// What [`CategoryImputer`] learns: the category that is filled in, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedCategoryImputer<C> {
    statistics: Vec<Option<C>>,
    layout: Layout,
}

impl<C> FittedCategoryImputer<C> {
    /// What is filled in for each column of the input; nothing for those that are dropped.
    pub fn statistics(&self) -> &[Option<C>] {
        &self.statistics
    }
}

/// The categories without missing ones.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`].
impl<X, C> Transformer<X> for FittedCategoryImputer<C>
where
    X: Categories<Category = Option<C>> + ?Sized,
    C: Category,
{
    type Output = Array2<C>;
    fn transform(&self, x: &X) -> Result<Array2<C>> {
        check_categories(x, Some(self.statistics.len()))?;
        let kept: Vec<(usize, &C)> = self
            .statistics
            .iter()
            .enumerate()
            .filter_map(|(column, fill)| Some((column, fill.as_ref()?)))
            .collect();
        let filled = |row: usize| {
            let entry =
                move |&(column, fill): &(usize, &C)| x.category(row, column).as_ref().unwrap_or(fill).clone();
            kept.iter().map(entry)
        };
        let entries = (0..x.n_rows()).flat_map(filled).collect();
        let overflow = |_| Error::Overflow { what: "the number of entries of the new matrix", column: None };
        Array2::from_shape_vec((x.n_rows(), kept.len()), entries).map_err(overflow)
    }
}

/// The names of the columns that are kept.
impl<C> FeatureNames for FittedCategoryImputer<C> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        self.layout.names(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn weights_decide_and_empty_columns_go() -> Result<()> {
        let x = array![[Some(1u8), None], [Some(2), None], [Some(2), Some(9)], [None, None]];
        let y = ().weighted(&[5.0, 1.0, 0.0, 1.0])?;
        let imputer = CategoryImputer::new().fit(&x, &y)?;
        assert_eq!(imputer.statistics(), [Some(1), None]);
        assert_eq!(imputer.transform(&x)?, array![[1], [2], [2], [1]]);
        assert_eq!(imputer.feature_names_out(&["a".into(), "b".into()])?, ["a"]);
        assert!(matches!(imputer.transform(&array![[Some(1u8)]]), Err(Error::FeatureMismatch { .. })));
        Ok(())
    }

    #[test]
    fn constants_become_categories() -> Result<()> {
        let x = array![[Some("a".to_string())], [None]];
        let filled = CategoryImputer::new().fill_value("b").fit(&x, &())?.transform(&x)?;
        assert_eq!(filled, array![["a"], ["b"]].mapv(String::from));
        Ok(())
    }
}
