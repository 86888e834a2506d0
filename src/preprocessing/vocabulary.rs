//! The categories of a column, and which of them are rare enough to be one.

use super::finder::{Counter, Finder};
use crate::data::{Categories, Category, Weights, category_order, check_categories, check_weights};
use crate::error::{Error, Result};
use crate::parallel::{map, try_map};
use crate::simd;

/// Rows whose categories are counted by one thread at a time: so many that of most columns each category is met often, as
/// what each piece has met is found anew in all that was.
const PIECE: usize = 1 << 13;

/// So many rows ahead of the one that is counted the memory is asked for.
const AHEAD: usize = 24;

/// From when on a category is frequent: see [`OneHotEncoder::min_frequency`](super::OneHotEncoder::min_frequency).
///
/// ```
/// use certifit::preprocessing::MinFrequency;
/// assert_eq!(MinFrequency::from(10), MinFrequency::Rows(10));
/// assert_eq!(MinFrequency::from(0.05), MinFrequency::Share(0.05));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MinFrequency {
    /// In so many rows (their weights summed), 1 or more.
    Rows(usize),
    /// In this share of the rows, between 0 and 1.
    Share(f64),
}

impl From<usize> for MinFrequency {
    fn from(rows: usize) -> Self {
        Self::Rows(rows)
    }
}

impl From<f64> for MinFrequency {
    fn from(share: f64) -> Self {
        Self::Share(share)
    }
}

/// Which categories are put together because each is rare.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Grouping {
    pub(super) min_frequency: Option<MinFrequency>,
    pub(super) max_categories: Option<usize>,
}

impl Grouping {
    pub(super) fn check(&self) -> Result<()> {
        match self.min_frequency {
            Some(MinFrequency::Rows(0)) => {
                return Err(Error::invalid_parameter("min_frequency", 0, "at least 1 row"));
            }
            Some(MinFrequency::Share(share)) if !(share > 0.0 && share < 1.0) => {
                return Err(Error::invalid_parameter("min_frequency", share, "a share between 0 and 1"));
            }
            _ => {}
        }
        match self.max_categories {
            Some(0) => Err(Error::invalid_parameter("max_categories", 0, "at least 1")),
            _ => Ok(()),
        }
    }

    /// For each category whether it is rare, by its weight and that of all rows.
    fn rare(&self, weights: &[f64], total: f64) -> Vec<bool> {
        let least = match self.min_frequency {
            None => f64::NEG_INFINITY,
            Some(MinFrequency::Rows(rows)) => rows as f64,
            Some(MinFrequency::Share(share)) => share * total,
        };
        let mut rare: Vec<bool> = weights.iter().map(|&weight| weight < least).collect();
        let n_frequent = rare.iter().filter(|&&rare| !rare).count();
        // The rare ones together count as one category. Of equally frequent ones the last stay.
        if let Some(max) = self.max_categories.filter(|&max| max < n_frequent + 1) {
            let mut by_weight: Vec<usize> = (0..weights.len()).collect();
            by_weight.sort_by(|&a, &b| weights[a].total_cmp(&weights[b]));
            let kept = max.saturating_sub(1);
            let grouped = by_weight.len().saturating_sub(kept);
            by_weight.into_iter().take(grouped).for_each(|category| rare[category] = true);
        }
        rare
    }
}

/// The categories of a column in their order, and the code of each: its position among the frequent ones. All rare ones
/// share the code after the last frequent one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vocabulary<C> {
    categories: Vec<C>,
    /// The categories from the lowest to the highest; empty where that is their order anyway.
    ascending: Vec<usize>,
    /// Finds the positions of categories that have fingerprints.
    finder: Option<Finder>,
    codes: Vec<usize>,
    /// The position of the category of each code; none for that of the rare ones.
    of_code: Vec<Option<usize>>,
    rare: Vec<C>,
    missing_code: Option<usize>,
}

impl<C: Category> Vocabulary<C> {
    /// `weights` of the categories decide which are rare, and `total`, the weight of all rows. The missing value is
    /// a category like others, unless `missing_apart`: then it is not rare and has the last code.
    pub(super) fn new(counted: Counted<C>, grouping: &Grouping, missing_apart: bool) -> Self {
        let Counted { categories, weights, total } = counted;
        let apart = missing_apart && categories.last().is_some_and(C::is_missing);
        let n_values = categories.len() - usize::from(apart);
        let is_rare = grouping.rare(&weights[..n_values], total);
        let frequent = (0..n_values).filter(|&position| !is_rare[position]);
        let mut of_code: Vec<Option<usize>> = frequent.map(Some).collect();
        let rare_code = of_code.len();
        let mut codes = vec![rare_code; categories.len()];
        of_code.iter().enumerate().for_each(|(code, position)| {
            position.iter().for_each(|&position| codes[position] = code);
        });
        if rare_code < n_values {
            of_code.push(None);
        }
        let missing_code = apart.then_some(of_code.len());
        if let (Some(code), Some(last)) = (missing_code, codes.last_mut()) {
            *last = code;
            of_code.push(Some(n_values));
        }
        let rare =
            categories.iter().zip(&is_rare).filter(|(_, rare)| **rare).map(|(c, _)| c.clone()).collect();
        let (ascending, finder) = (ascending(&categories), finder(&categories));
        Self { ascending, finder, categories, codes, of_code, rare, missing_code }
    }

    /// The position of a category.
    #[inline]
    pub(super) fn position(&self, category: &C) -> Option<usize> {
        if let (Some(finder), Some(fingerprint)) = (&self.finder, category.fingerprint()) {
            return finder.find(fingerprint, |position| self.categories[position] == *category);
        }
        if self.ascending.is_empty() {
            return self.categories.binary_search_by(|known| category_order(known, category)).ok();
        }
        let place = self.ascending.binary_search_by(|&at| category_order(&self.categories[at], category));
        place.ok().map(|place| self.ascending[place])
    }

    /// The code of a category.
    #[inline]
    pub(super) fn code(&self, category: &C) -> Option<usize> {
        self.position(category).map(|position| self.codes[position])
    }

    pub(super) fn categories(&self) -> &[C] {
        &self.categories
    }

    /// How many codes there are, with that of the missing value.
    pub(super) fn n_codes(&self) -> usize {
        self.of_code.len()
    }

    /// The rare categories.
    pub(super) fn rare(&self) -> &[C] {
        &self.rare
    }

    /// The code that the rare categories share.
    pub(super) fn rare_code(&self) -> Option<usize> {
        self.of_code.iter().position(Option::is_none)
    }

    /// The code of a missing value that is no category like others.
    pub(super) fn missing_code(&self) -> Option<usize> {
        self.missing_code
    }

    /// The category that a code stands for; none where it stands for the rare ones.
    pub(super) fn category(&self, code: usize) -> Option<&C> {
        self.of_code.get(code).copied().flatten().map(|position| &self.categories[position])
    }
}

/// Finds the position of each category by its fingerprint, if all have one.
fn finder<C: Category>(categories: &[C]) -> Option<Finder> {
    let mut finder = Finder::default();
    for (position, category) in categories.iter().enumerate() {
        finder.insert(category.fingerprint()?, position);
    }
    Some(finder)
}

/// The positions of the categories from the lowest to the highest; nothing where that is their order.
fn ascending<C: Category>(categories: &[C]) -> Vec<usize> {
    if categories.is_sorted_by(|a, b| category_order(a, b).is_lt()) {
        return Vec::new();
    }
    let mut ascending: Vec<usize> = (0..categories.len()).collect();
    ascending.sort_by(|&a, &b| category_order(&categories[a], &categories[b]));
    ascending
}

/// The categories of a column, how much each weighs and how much all rows do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counted<C> {
    categories: Vec<C>,
    weights: Vec<f64>,
    total: f64,
}

impl<C: Category> Counted<C> {
    /// Those of each column, as [`given`](Self::given).
    ///
    /// # Errors
    /// Those of `given`, and [`Error::Empty`] for no column.
    pub(super) fn all_given(categories: Vec<Vec<C>>) -> Result<Vec<Self>> {
        if categories.is_empty() {
            return Err(Error::Empty { what: "categories", axis: "columns" });
        }
        categories.into_iter().map(Self::given).collect()
    }

    /// Categories that are given, in an order that is given; each as often as the others.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for none, for one that is there twice, and for a missing value before others.
    pub(super) fn given(categories: Vec<C>) -> Result<Self> {
        let refuse = |allowed| Err(Error::invalid_parameter("categories", &categories, allowed));
        if categories.is_empty() {
            return refuse("one category or more a column");
        }
        if categories.iter().rev().skip(1).any(C::is_missing) {
            return refuse("categories with the missing value last");
        }
        let order = ascending(&categories);
        if order.windows(2).any(|pair| categories[pair[0]] == categories[pair[1]]) {
            return refuse("different categories");
        }
        let n = categories.len();
        Ok(Self { categories, weights: vec![1.0; n], total: n as f64 })
    }
}

/// The categories of each column in the rows of positive weight, lowest first and missing values last.
///
/// # Errors
/// [`Error::Empty`], and those of [`check_weights`].
pub(super) fn count<X, Y>(x: &X, y: &Y) -> Result<Vec<Counted<X::Category>>>
where
    X: Categories + ?Sized,
    Y: Weights + ?Sized,
{
    Ok(count_and_number(x, y, false)?.0)
}

/// The categories of each column, and which of them each entry is.
type CountedAndNumbered<'a, C> = (Vec<Counted<C>>, Numbered<'a, C>);

/// The same, and which of them each entry is, so that entries need not be found again.
pub(super) fn count_and_number<'a, X, Y>(
    x: &'a X,
    y: &Y,
    number: bool,
) -> Result<CountedAndNumbered<'a, X::Category>>
where
    X: Categories + ?Sized,
    Y: Weights + ?Sized,
{
    check_categories(x, None)?;
    let (n_rows, n_columns) = (x.n_rows(), x.n_columns());
    check_weights(n_rows, y)?;
    let total = (0..n_rows).map(|row| y.weight(row)).sum();
    let pieces = try_map(n_rows.div_ceil(PIECE), |piece| {
        let rows = piece * PIECE..((piece + 1) * PIECE).min(n_rows);
        let weights: Vec<f64> = rows.clone().map(|row| y.weight(row)).collect();
        let mut numbers = Vec::with_capacity(if number { rows.len() * n_columns } else { 0 });
        // Column by column: what finds its categories then stays at hand.
        let columns = (0..n_columns).map(|column| {
            let mut counter = Counter::new();
            for (row, &weight) in rows.clone().zip(&weights) {
                // A column strides through the memory, which does not see by itself what comes.
                let ahead = (row + AHEAD).min(rows.end - 1);
                simd::prefetch(std::slice::from_ref(x.category(ahead, column)), 0);
                let found = (weight > 0.0).then(|| counter.add(x.category(row, column), weight));
                if number {
                    numbers.push(found.and_then(|found| u16::try_from(found).ok()).unwrap_or(UNSEEN));
                }
            }
            counter.into_weights()
        });
        Ok(NumberedPiece { columns: columns.collect(), numbers, n_rows: rows.len() })
    })?;
    let columns = map((0..n_columns).collect(), |column: usize| {
        let mut whole = Counter::new();
        for (category, weight) in pieces.iter().flat_map(|piece| &piece.columns[column]) {
            whole.add(*category, *weight);
        }
        let (categories, weights) =
            whole.sorted().into_iter().map(|(category, weight)| (category.clone(), weight)).unzip();
        Counted { categories, weights, total }
    });
    Ok((columns, Numbered { pieces }))
}

/// The number of an entry that was not counted. Those of the others are below [`PIECE`].
const UNSEEN: u16 = u16::MAX;

/// Which category each entry of some columns is.
pub(super) struct Numbered<'a, C> {
    pieces: Vec<NumberedPiece<'a, C>>,
}

struct NumberedPiece<'a, C> {
    /// The categories of each column and their weights, by number.
    columns: Vec<Vec<(&'a C, f64)>>,
    /// The number of each entry among those of its column, column by column.
    numbers: Vec<u16>,
    n_rows: usize,
}

impl<C: Category> Numbered<'_, C> {
    /// `of_category(column, category)` of each category, to be looked up by the entries.
    pub(super) fn look_up<T: Copy + Send>(
        &self,
        of_category: impl Fn(usize, &C) -> T + Send + Sync,
    ) -> LookUp<'_, C, T> {
        let of_piece = |piece: &NumberedPiece<'_, C>| -> Vec<Vec<T>> {
            let columns = piece.columns.iter().enumerate();
            let of_column = |(column, found): (usize, &Vec<(&C, f64)>)| {
                found.iter().map(|(category, _)| of_category(column, category)).collect()
            };
            columns.map(of_column).collect()
        };
        let tables = map(self.pieces.iter().collect(), of_piece);
        LookUp { numbered: self, tables }
    }
}

/// What is known of each category, piece by piece and column by column.
pub(super) struct LookUp<'a, C, T> {
    numbered: &'a Numbered<'a, C>,
    tables: Vec<Vec<Vec<T>>>,
}

impl<C, T: Copy> LookUp<'_, C, T> {
    /// What is known of the entries of a row; `None` where it was not counted.
    #[inline]
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = Option<T>> {
        let (piece, row) = (row / PIECE, row % PIECE);
        let tables = self.tables.get(piece).into_iter().flatten();
        let columns = self.numbered.pieces.get(piece).map(|piece| piece.numbers.chunks_exact(piece.n_rows));
        let columns = columns.into_iter().flatten();
        tables.zip(columns).map(move |(table, numbers)| table.get(usize::from(*numbers.get(row)?)).copied())
    }
}

/// The error for a category that is not known; `allowed` tells of the encoder's other ways.
pub(super) fn unknown<C: Category>(
    category: &C,
    (row, column): (usize, usize),
    allowed: &'static str,
) -> Error {
    Error::UnknownCategory { category: format!("{category:?}"), row, column, allowed }
}

/// The setters that encoders share.
macro_rules! grouping_setters {
    () => {
        /// Categories in fewer rows than this (their weights summed) are put together (default: none are). A whole
        /// number is a number of rows, a fraction a share of them.
        pub fn min_frequency(mut self, min_frequency: impl Into<MinFrequency>) -> Self {
            self.grouping.min_frequency = Some(min_frequency.into());
            self
        }

        /// At most so many codes a column, that of the rare categories among them (default: any number): the rarest
        /// are put together, of equally frequent ones those that come first.
        pub fn max_categories(mut self, max_categories: usize) -> Self {
            self.grouping.max_categories = Some(max_categories);
            self
        }
    };
}

pub(super) use grouping_setters;

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn vocabulary(max_categories: Option<usize>, missing_apart: bool) -> Vocabulary<Option<&'static str>> {
        let x = array![[Some("b")], [None], [Some("a")], [Some("b")], [Some("c")], [Some("c")]];
        let grouping = Grouping { max_categories, ..Grouping::default() };
        let counted = count(&x, &()).unwrap().remove(0);
        Vocabulary::new(counted, &grouping, missing_apart)
    }

    fn codes(vocabulary: &Vocabulary<Option<&'static str>>) -> [Option<usize>; 5] {
        [Some("a"), Some("b"), Some("c"), None, Some("d")].map(|category| vocabulary.code(&category))
    }

    #[test]
    fn codes_count_frequent_categories_first() {
        let all = vocabulary(None, false);
        assert_eq!(codes(&all), [Some(0), Some(1), Some(2), Some(3), None]);
        assert_eq!((all.n_codes(), all.rare_code(), all.missing_code()), (4, None, None));
        let some = vocabulary(Some(2), false);
        assert_eq!(codes(&some), [Some(1), Some(1), Some(0), Some(1), None]);
        assert_eq!((some.n_codes(), some.rare_code()), (2, Some(1)));
        assert_eq!((some.category(0), some.category(1)), (Some(&Some("c")), None));
        let apart = vocabulary(Some(2), true);
        assert_eq!(codes(&apart), [Some(1), Some(1), Some(0), Some(2), None]);
        assert_eq!((apart.n_codes(), apart.rare_code(), apart.missing_code()), (3, Some(1), Some(2)));
        assert_eq!(apart.rare(), [Some("a"), Some("b")]);
        assert_eq!(codes(&vocabulary(Some(1), true)), [Some(0), Some(0), Some(0), Some(1), None]);
    }

    #[test]
    fn given_categories_keep_their_order() -> Result<()> {
        let vocabulary =
            Vocabulary::new(Counted::given(vec!["low", "high", "mid"])?, &Grouping::default(), true);
        assert_eq!(
            ["low", "mid", "high", "no"].map(|c| vocabulary.code(&c)),
            [Some(0), Some(2), Some(1), None]
        );
        for bad in [vec![], vec![None, Some(1)], vec![Some(1), Some(2), Some(1)]] {
            assert!(matches!(Counted::given(bad), Err(Error::InvalidParameter { .. })));
        }
        Ok(())
    }

    #[test]
    fn parameters_are_checked() {
        for (min_frequency, max_categories) in [
            (Some(MinFrequency::Rows(0)), None),
            (Some(MinFrequency::Share(0.0)), None),
            (Some(MinFrequency::Share(f64::NAN)), None),
            (Some(MinFrequency::Share(1.0)), None),
            (None, Some(0)),
        ] {
            assert!(Grouping { min_frequency, max_categories }.check().is_err());
        }
    }
}
