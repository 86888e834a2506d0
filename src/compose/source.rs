//! What a part of a `ColumnTransformer` is shown.

use super::columns::Columns;
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FitTransform, Transformed, Transformer};
use crate::table::{Column, ColumnKind, Table};
use ndarray::Array2;

/// A way to show columns of `X` to a transformer.
pub trait Source<X: ?Sized> {
    /// What the transformer sees.
    type Input: ?Sized;
    /// Lends `then` the columns, or gives them away where they had to be copied.
    ///
    /// # Errors
    /// Those of `then`, and [`Error::Column`] for columns that cannot be shown so.
    fn show<T: Then<Self::Input>>(x: &X, columns: &[usize], then: T) -> Result<T::Made>;

    /// What a column of `x` is called.
    fn column_name(x: &X, column: usize) -> String;
}

/// What is done with columns `I` that are shown.
pub trait Then<I: ?Sized>: Sized {
    /// What is made of them.
    type Made;
    /// Of columns that are lent.
    ///
    /// # Errors
    /// Those of a fit or a transform.
    fn lent(self, input: &I) -> Result<Self::Made>;
    /// Of columns that are given away.
    ///
    /// # Errors
    /// Those of a fit or a transform.
    fn given(self, input: I) -> Result<Self::Made>
    where
        I: Sized,
    {
        self.lent(&input)
    }
}

/// An estimator is fitted to the columns and a target.
pub(super) struct Fit<'a, T, Y: ?Sized>(pub(super) &'a T, pub(super) &'a Y);

/// The same, and the columns are transformed.
pub(super) struct FitAndTransform<'a, T, Y: ?Sized>(pub(super) &'a T, pub(super) &'a Y);

/// The columns are transformed.
pub(super) struct Transform<'a, T>(pub(super) &'a T);

impl<I: ?Sized, T: Estimator<I, Y>, Y: ?Sized> Then<I> for Fit<'_, T, Y> {
    type Made = T::Fitted;
    fn lent(self, input: &I) -> Result<T::Fitted> {
        self.0.fit(input, self.1)
    }
}

impl<I: ?Sized, T: FitTransform<I, Y>, Y: ?Sized> Then<I> for FitAndTransform<'_, T, Y> {
    type Made = (T::Fitted, Transformed<T, I, Y>);
    fn lent(self, input: &I) -> Result<Self::Made> {
        self.0.fit_transform(input, self.1)
    }
    fn given(self, input: I) -> Result<Self::Made>
    where
        I: Sized,
    {
        self.0.fit_transform_owned(input, self.1)
    }
}

impl<I: ?Sized, T: Transformer<I>> Then<I> for Transform<'_, T> {
    type Made = T::Output;
    fn lent(self, input: &I) -> Result<T::Output> {
        self.0.transform(input)
    }
    fn given(self, input: I) -> Result<T::Output>
    where
        I: Sized,
    {
        self.0.transform_owned(input)
    }
}

/// All columns, as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole;

/// Numeric columns, as a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers;

/// Columns of a table as categories, `Array2<Option<String>>`, of which `None` are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryColumns;

/// One column of a table as texts, `[String]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextColumn;

impl<X: ?Sized> Source<X> for Whole {
    type Input = X;
    fn show<T: Then<X>>(x: &X, _: &[usize], then: T) -> Result<T::Made> {
        then.lent(x)
    }
    fn column_name(_: &X, column: usize) -> String {
        format!("column {column}")
    }
}

impl<X: Columns + ?Sized> Source<X> for Numbers {
    type Input = X::Numbers;
    fn show<T: Then<X::Numbers>>(x: &X, columns: &[usize], then: T) -> Result<T::Made> {
        then.given(x.numbers_of(columns)?)
    }
    fn column_name(x: &X, column: usize) -> String {
        x.header().name(column)
    }
}

impl Source<Table> for CategoryColumns {
    type Input = Array2<Option<String>>;
    fn show<T: Then<Self::Input>>(x: &Table, columns: &[usize], then: T) -> Result<T::Made> {
        let shown = Array2::from_shape_fn((x.n_rows(), columns.len()), |(row, column)| {
            x.columns()[columns[column]].category(row)
        });
        then.given(shown)
    }
    fn column_name(x: &Table, column: usize) -> String {
        x.header().name(column)
    }
}

impl Source<Table> for TextColumn {
    type Input = [String];
    fn show<T: Then<[String]>>(x: &Table, columns: &[usize], then: T) -> Result<T::Made> {
        let [column] = *columns else {
            let allowed = format!("one column of texts, not {}", columns.len());
            return Err(Error::invalid_parameter("columns", columns, allowed));
        };
        match &x.columns()[column] {
            Column::Text(texts) => then.lent(texts),
            other => then.lent(&texts_of(x, column, other)?),
        }
    }
    fn column_name(x: &Table, column: usize) -> String {
        x.header().name(column)
    }
}

/// Categories of which none is missing, as texts.
fn texts_of(x: &Table, position: usize, column: &Column) -> Result<Vec<String>> {
    let name = &x.names()[position];
    if column.kind() == ColumnKind::Numeric {
        return Err(x.wrong_kind(name, column, ColumnKind::Text));
    }
    let missing =
        |row| Error::Column { column: name.clone(), reason: format!("the text of row {row} is missing") };
    (0..x.n_rows()).map(|row| column.category(row).ok_or_else(|| missing(row))).collect()
}
