//! What a part of a `ColumnTransformer` is shown.

use super::columns::Columns;
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::table::{Column, ColumnKind, Table};
use ndarray::Array2;

/// A way to show columns of `X` to a transformer.
pub trait Source<X: ?Sized> {
    /// What the transformer sees.
    type Input: ?Sized;
    /// Calls `then` with the columns.
    ///
    /// # Errors
    /// Those of `then`, and [`Error::Column`] for columns that cannot be shown so.
    fn show<R>(x: &X, columns: &[usize], then: impl FnOnce(&Self::Input) -> Result<R>) -> Result<R>;

    /// What a column of `x` is called.
    fn column_name(x: &X, column: usize) -> String;
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
    fn show<R>(x: &X, _: &[usize], then: impl FnOnce(&X) -> Result<R>) -> Result<R> {
        then(x)
    }
    fn column_name(_: &X, column: usize) -> String {
        format!("column {column}")
    }
}

impl<X: Columns + ?Sized> Source<X> for Numbers {
    type Input = X::Numbers;
    fn show<R>(x: &X, columns: &[usize], then: impl FnOnce(&X::Numbers) -> Result<R>) -> Result<R> {
        then(&x.numbers_of(columns)?)
    }
    fn column_name(x: &X, column: usize) -> String {
        x.header().name(column)
    }
}

impl Source<Table> for CategoryColumns {
    type Input = Array2<Option<String>>;
    fn show<R>(x: &Table, columns: &[usize], then: impl FnOnce(&Self::Input) -> Result<R>) -> Result<R> {
        let shown = Array2::from_shape_fn((x.n_rows(), columns.len()), |(row, column)| {
            x.columns()[columns[column]].category(row)
        });
        then(&shown)
    }
    fn column_name(x: &Table, column: usize) -> String {
        x.header().name(column)
    }
}

impl Source<Table> for TextColumn {
    type Input = [String];
    fn show<R>(x: &Table, columns: &[usize], then: impl FnOnce(&[String]) -> Result<R>) -> Result<R> {
        let [column] = *columns else {
            let allowed = format!("one column of texts, not {}", columns.len());
            return Err(Error::invalid_parameter("columns", columns, allowed));
        };
        match &x.columns()[column] {
            Column::Text(texts) => then(texts),
            other => then(&texts_of(x, column, other)?),
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
