//! Columns of categories.

use super::{Label, Rows};
use crate::error::{Error, Result};
use crate::hash;
use ndarray::{ArrayBase, Data, Ix2};
use std::borrow::Cow;
use std::cmp::Ordering;

/// One value of a categorical column: a [`Label`] with a name, which may stand for a missing value.
///
/// Integers, `bool`, `char`, `&str` and `String` are categories, and so is `Option` of one: `None` is the missing value.
/// Floats are not, for the reason that they are no labels. An enum of yours becomes one by an empty `impl`:
///
/// ```
/// use certifit::data::Category;
/// #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
/// enum Port {
///     Cherbourg,
///     Southampton,
/// }
/// impl Category for Port {}
/// assert_eq!(Port::Cherbourg.name(), "Cherbourg");
/// assert_eq!((Some("S").name(), "S".is_missing()), ("S".to_string(), false));
/// assert_eq!((None::<&str>.name(), None::<&str>.is_missing()), ("None".to_string(), true));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a category",
    note = "categories are integers, `bool`, `char`, `&str`, `String`, `Option` of them (`None` is missing), and types of yours with `impl Category for ..`; floats are features"
)]
pub trait Category: Label {
    /// What the category is called in the name of a column.
    fn name(&self) -> String {
        format!("{self:?}")
    }

    /// Whether this is the missing value.
    fn is_missing(&self) -> bool {
        false
    }

    /// A number that equal categories share and most others do not have: those that have one are found faster than by
    /// their order.
    fn fingerprint(&self) -> Option<u64> {
        None
    }
}

macro_rules! categories {
    ($($category:ty)*; $this:ident => $fingerprint:expr) => {
        $(impl Category for $category {
            fn name(&self) -> String {
                self.to_string()
            }

            #[inline]
            fn fingerprint(&self) -> Option<u64> {
                let $this = self;
                Some($fingerprint)
            }
        })*
    };
}

// Of a number of 128 bits the lower half is fingerprint enough.
categories!(bool char u8 u16 u32 u128 usize i8 i16 i32 i64 i128 isize; number => *number as u64);
categories!(u64; number => *number);
categories!(String &str Cow<'_, str>; text => hash::of_bytes(text.as_bytes()));

impl<C: Category> Category for Option<C> {
    fn name(&self) -> String {
        self.as_ref().map_or_else(|| "None".to_string(), C::name)
    }

    fn is_missing(&self) -> bool {
        self.as_ref().is_none_or(C::is_missing)
    }

    #[inline]
    fn fingerprint(&self) -> Option<u64> {
        self.as_ref().map_or(Some(u64::MAX), C::fingerprint)
    }
}

/// Columns of categories: what encoders take, as models take [`Features`](super::Features).
///
/// `ndarray` arrays of two dimensions in any memory layout, one sample a row. All columns have one type; columns of
/// several types are as well columns of their names, or of an enum.
///
/// ```
/// use certifit::data::Categories;
/// let x = ndarray::array![["red", "S"], ["green", "M"]];
/// assert_eq!((x.n_columns(), x.category(1, 0)), (2, &"green"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no columns of categories",
    note = "encoders take `ndarray` arrays of two dimensions whose entries are integers, strings, or `Option`s of them; for one column of a vector `v`: `Array2::from_shape_vec((v.len(), 1), v)`"
)]
pub trait Categories: Rows {
    /// The type of the entries.
    type Category: Category;

    /// The number of columns.
    fn n_columns(&self) -> usize;

    /// An entry.
    fn category(&self, row: usize, column: usize) -> &Self::Category;
}

impl<C: Category, S: Data<Elem = C> + Sync> Categories for ArrayBase<S, Ix2> {
    type Category = C;

    fn n_columns(&self) -> usize {
        self.ncols()
    }

    #[inline]
    fn category(&self, row: usize, column: usize) -> &C {
        &self[[row, column]]
    }
}

impl<T: Categories + ?Sized> Categories for &T {
    type Category = T::Category;

    fn n_columns(&self) -> usize {
        (**self).n_columns()
    }

    fn category(&self, row: usize, column: usize) -> &T::Category {
        (**self).category(row, column)
    }
}

/// The order in which categories are numbered: their own, with missing values last.
pub(crate) fn category_order<C: Category>(a: &C, b: &C) -> Ordering {
    a.is_missing().cmp(&b.is_missing()).then_with(|| a.cmp(b))
}

/// Refuses columns of categories without rows or columns, and another number of columns than `expected`.
pub(crate) fn check_categories<X: Categories + ?Sized>(x: &X, expected: Option<usize>) -> Result<()> {
    if x.n_rows() == 0 {
        return Err(Error::Empty { what: "x", axis: "rows" });
    }
    match (x.n_columns(), expected) {
        (0, None) => Err(Error::Empty { what: "x", axis: "columns" }),
        (found, Some(expected)) if found != expected => Err(Error::FeatureMismatch { expected, found }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_come_last() {
        let mut categories = [None, Some("b"), Some("a"), None];
        categories.sort_by(category_order);
        assert_eq!(categories, [Some("a"), Some("b"), None, None]);
    }

    #[test]
    fn shapes_are_checked() {
        let x = ndarray::array![[1, 2]];
        assert!(check_categories(&x, Some(2)).is_ok() && check_categories(&x, None).is_ok());
        assert_eq!(check_categories(&x, Some(3)), Err(Error::FeatureMismatch { expected: 3, found: 2 }));
        let empty = ndarray::Array2::<u8>::default((0, 2));
        assert_eq!(check_categories(&&empty, None), Err(Error::Empty { what: "x", axis: "rows" }));
    }
}
