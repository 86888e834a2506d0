//! A table: named columns.

use super::column::{Column, ColumnKind};
use crate::data::{PermuteColumn, Rows};
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::fmt;

/// Named columns of numbers, categories and texts, of the same number of rows.
///
/// What a data set is before it is a feature matrix. A [`ColumnTransformer`](crate::compose::ColumnTransformer) makes
/// features of it; `train_test_split` and cross-validation take it as it is, because it is [`Rows`].
///
/// ```
/// use certifit::prelude::*;
/// use certifit::table::Table;
///
/// let table = Table::new()
///     .numeric("age", [22.0, f64::NAN, 26.0])?
///     .categorical("port", [Some("S"), None, Some("C")])?
///     .text("name", ["Mr. Owen", "Mrs. John", "Miss. Laina"])?;
/// assert_eq!((table.n_rows(), table.n_columns()), (3, 3));
/// assert_eq!(table.names(), ["age", "port", "name"]);
/// assert_eq!(table.take(&[2, 0]).numbers("age")?, [26.0, 22.0]);
/// assert!(table.numbers("fare").is_err());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Column>,
    n_rows: usize,
}

impl Table {
    /// A table without columns: the first column says how many rows there are.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table of these columns.
    ///
    /// # Errors
    /// Those of [`with`](Self::with).
    pub(super) fn of(columns: impl IntoIterator<Item = (String, Column)>) -> Result<Self> {
        let (mut table, mut seen) = (Self::new(), HashSet::new());
        for (name, column) in columns {
            if !seen.insert(name.clone()) {
                return Err(there_is_another(name));
            }
            table.put(name, column)?;
        }
        Ok(table)
    }

    /// With one column more, the last one.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] for another number of rows, [`Error::Column`] for a name that is there.
    pub fn with(mut self, name: impl Into<String>, column: impl Into<Column>) -> Result<Self> {
        let name = name.into();
        if self.names.contains(&name) {
            return Err(there_is_another(name));
        }
        self.put(name, column.into())?;
        Ok(self)
    }

    /// Appends a column of a new name.
    fn put(&mut self, name: String, column: Column) -> Result<()> {
        if self.columns.is_empty() {
            self.n_rows = column.n_rows();
        }
        if column.n_rows() != self.n_rows {
            let (expected, found) = (self.n_rows, column.n_rows());
            return Err(Error::LengthMismatch { what: "a column", expected, found });
        }
        self.names.push(name);
        self.columns.push(column);
        Ok(())
    }

    /// With a column of numbers, of which NaN are missing.
    ///
    /// # Errors
    /// Those of [`with`](Self::with).
    pub fn numeric(self, name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Result<Self> {
        self.with(name, Column::Numeric(values.into_iter().collect()))
    }

    /// With a column of categories: strings, or `Option`s of them, of which `None` are missing.
    ///
    /// # Errors
    /// Those of [`with`](Self::with).
    pub fn categorical<S: IntoCategory>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        self.with(name, Column::Categorical(values.into_iter().map(S::into_category).collect()))
    }

    /// With a column of texts.
    ///
    /// # Errors
    /// Those of [`with`](Self::with).
    pub fn text<S: Into<String>>(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        self.with(name, Column::Text(values.into_iter().map(Into::into).collect()))
    }

    /// The number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns, in the order of their names.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The position of a column.
    ///
    /// # Errors
    /// [`Error::Column`] with the names that are there.
    pub fn position(&self, name: &str) -> Result<usize> {
        let found = self.names.iter().position(|other| other == name);
        found.ok_or_else(|| self.wrong(name, format!("there is none of this name, but {}", self.listed())))
    }

    /// A column.
    ///
    /// # Errors
    /// [`Error::Column`] if there is none of this name.
    pub fn column(&self, name: &str) -> Result<&Column> {
        Ok(&self.columns[self.position(name)?])
    }

    /// The numbers of a column.
    ///
    /// # Errors
    /// [`Error::Column`] if there is no such column, or one of another kind.
    pub fn numbers(&self, name: &str) -> Result<&[f64]> {
        match self.column(name)? {
            Column::Numeric(values) => Ok(values),
            other => Err(self.wrong_kind(name, other, ColumnKind::Numeric)),
        }
    }

    /// The categories of a column.
    ///
    /// # Errors
    /// [`Error::Column`] if there is no such column, or one of another kind.
    pub fn categories(&self, name: &str) -> Result<&[Option<String>]> {
        match self.column(name)? {
            Column::Categorical(values) => Ok(values),
            other => Err(self.wrong_kind(name, other, ColumnKind::Categorical)),
        }
    }

    /// The texts of a column.
    ///
    /// # Errors
    /// [`Error::Column`] if there is no such column, or one of another kind.
    pub fn texts(&self, name: &str) -> Result<&[String]> {
        match self.column(name)? {
            Column::Text(values) => Ok(values),
            other => Err(self.wrong_kind(name, other, ColumnKind::Text)),
        }
    }

    /// The values of a column as labels, the target of a classifier: categories, texts, or numbers as they print.
    ///
    /// # Errors
    /// [`Error::Column`] if there is no such column, or a value is missing.
    ///
    /// ```
    /// use certifit::table::Table;
    /// let table = Table::new().numeric("survived", [0.0, 1.0])?;
    /// assert_eq!(table.labels("survived")?, ["0", "1"]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn labels(&self, name: &str) -> Result<Vec<String>> {
        let column = self.column(name)?;
        let label = |row: usize| {
            column.category(row).ok_or_else(|| self.wrong(name, format!("the label of row {row} is missing")))
        };
        (0..self.n_rows).map(label).collect()
    }

    /// Only some columns, in the given order.
    ///
    /// # Errors
    /// [`Error::Column`] for a name that is not there, or there twice.
    pub fn select(&self, names: &[&str]) -> Result<Self> {
        let column = |&name: &&str| Ok((name.to_owned(), self.column(name)?.clone()));
        Self::of(names.iter().map(column).collect::<Result<Vec<_>>>()?)
    }

    /// All columns but some.
    ///
    /// # Errors
    /// [`Error::Column`] for a name that is not there.
    pub fn without(mut self, names: &[&str]) -> Result<Self> {
        for name in names {
            let position = self.position(name)?;
            self.names.remove(position);
            self.columns.remove(position);
        }
        Ok(self)
    }

    /// With a column's values as another kind: numbers become categories or texts as they print, and categories and
    /// texts that are numbers become numbers.
    ///
    /// # Errors
    /// [`Error::Column`] if there is no such column, or a value cannot be of that kind.
    ///
    /// ```
    /// use certifit::table::{ColumnKind, Table};
    /// let table = Table::new().numeric("class", [3.0, f64::NAN])?.with_kind("class", ColumnKind::Categorical)?;
    /// assert_eq!(table.categories("class")?, [Some("3".to_string()), None]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn with_kind(mut self, name: &str, kind: ColumnKind) -> Result<Self> {
        let position = self.position(name)?;
        let column = std::mem::replace(&mut self.columns[position], Column::Numeric(Vec::new()));
        self.columns[position] = column.into_kind(name, kind)?;
        Ok(self)
    }

    pub(crate) fn wrong_kind(&self, name: &str, found: &Column, needed: ColumnKind) -> Error {
        self.wrong(name, format!("it is {}, but must be {needed}", found.kind()))
    }

    fn wrong(&self, name: &str, reason: String) -> Error {
        Error::Column { column: name.into(), reason }
    }

    /// The first names, for messages.
    fn listed(&self) -> String {
        let first: Vec<&str> = self.names.iter().take(12).map(String::as_str).collect();
        let more = if self.names.len() > first.len() { ", …" } else { "" };
        format!("[{}{more}]", first.join(", "))
    }
}

fn there_is_another(name: String) -> Error {
    Error::Column { column: name, reason: "there is another of this name".into() }
}

impl Rows for Table {
    type Owned = Table;
    fn n_rows(&self) -> usize {
        self.n_rows
    }
    fn take(&self, rows: &[usize]) -> Table {
        let columns = self.columns.iter().map(|column| column.take(rows)).collect();
        Table { names: self.names.clone(), columns, n_rows: rows.len() }
    }
}

impl PermuteColumn for Table {
    fn column_names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn check_columns(&self) -> Result<()> {
        let empty = [(self.n_columns(), "columns"), (self.n_rows, "rows")].into_iter().find(|(n, _)| *n == 0);
        empty.map_or(Ok(()), |(_, axis)| Err(Error::Empty { what: "x", axis }))
    }

    fn permute_column(&mut self, column: usize, order: &[usize]) -> Result<()> {
        let (n_columns, expected, found) = (self.n_columns(), self.n_rows, order.len());
        let Some(values) = self.columns.get_mut(column) else {
            let allowed = format!("less than the number of columns ({n_columns})");
            return Err(Error::invalid_parameter("column", column, allowed));
        };
        if found != expected {
            return Err(Error::LengthMismatch { what: "the order", expected, found });
        }
        *values = values.try_take(order)?;
        Ok(())
    }
}

/// A line a column: name, kind, missing values, and the first values.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} rows × {} columns", self.n_rows, self.n_columns())?;
        let width = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        for (name, column) in self.names.iter().zip(&self.columns) {
            let values =
                (0..self.n_rows.min(3)).map(|row| column.category(row).unwrap_or_else(|| "?".into()));
            let first = values.collect::<Vec<_>>().join(" | ");
            let first: String = first.chars().take(60).collect();
            writeln!(f, "{name:width$}  {:11}  {:>5} missing  {first}", column.kind(), column.n_missing())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A category or a missing one: strings and `Option`s of strings.
pub trait IntoCategory {
    /// The category; `None` for a missing one.
    fn into_category(self) -> Option<String>;
}

impl IntoCategory for String {
    fn into_category(self) -> Option<String> {
        Some(self)
    }
}

impl IntoCategory for &str {
    fn into_category(self) -> Option<String> {
        Some(self.into())
    }
}

impl<S: IntoCategory> IntoCategory for Option<S> {
    fn into_category(self) -> Option<String> {
        self.and_then(S::into_category)
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, ColumnKind, Table};
    use crate::data::{PermuteColumn, Rows};
    use crate::error::{Error, Result};

    fn small() -> Table {
        let table =
            Table::new().numeric("age", [1.0, 2.5]).and_then(|t| t.categorical("port", [Some("S"), None]));
        table.and_then(|t| t.text("name", ["a", "b"])).unwrap()
    }

    #[test]
    fn columns_must_fit() {
        let error = small().numeric("fare", [1.0]).unwrap_err();
        assert_eq!(error, Error::LengthMismatch { what: "a column", expected: 2, found: 1 });
        let error = small().numeric("age", [1.0, 2.0]).unwrap_err();
        assert_eq!(error.to_string(), "column \"age\": there is another of this name");
    }

    #[test]
    fn errors_tell_what_is_there() {
        let message = small().column("Age").unwrap_err().to_string();
        assert_eq!(message, "column \"Age\": there is none of this name, but [age, port, name]");
        let message = small().numbers("port").unwrap_err().to_string();
        assert_eq!(message, "column \"port\": it is categorical, but must be numeric");
        assert!(small().labels("port").unwrap_err().to_string().contains("row 1"));
        assert!(small().texts("age").is_err() && small().categories("name").is_err());
    }

    #[test]
    fn kinds_change_where_no_value_is_lost() -> Result<()> {
        let table = small().with_kind("age", ColumnKind::Text)?;
        assert_eq!(table.texts("age")?, ["1", "2.5"]);
        assert_eq!(table.with_kind("age", ColumnKind::Numeric)?, small());
        assert!(
            small().with_kind("port", ColumnKind::Text).unwrap_err().to_string().contains("row 1 is missing")
        );
        assert!(
            small()
                .with_kind("name", ColumnKind::Numeric)
                .unwrap_err()
                .to_string()
                .contains("\"a\" at row 0")
        );
        Ok(())
    }

    #[test]
    fn rows_and_columns_are_taken() -> Result<()> {
        let table = small().take(&[1, 1, 0]);
        assert_eq!(
            (table.n_rows(), table.texts("name")?),
            (3, &["b".to_string(), "b".into(), "a".into()][..])
        );
        assert_eq!(small().select(&["name", "age"])?.names(), ["name", "age"]);
        assert_eq!(
            small().without(&["port"])?.columns(),
            [Column::Numeric(vec![1.0, 2.5]), small().columns()[2].clone()]
        );
        assert!(small().try_take(&[2]).is_err());
        Ok(())
    }

    #[test]
    fn values_change_rows() -> Result<()> {
        let mut table = small();
        table.permute_column(1, &[1, 0])?;
        table.permute_column(2, &[1, 1])?;
        let expected = Table::new().numeric("age", [1.0, 2.5])?.categorical("port", [None, Some("S")])?;
        assert_eq!(table, expected.text("name", ["b", "b"])?);
        assert_eq!(table.column_names(), ["age", "port", "name"]);
        assert!(matches!(table.permute_column(3, &[0, 1]), Err(Error::InvalidParameter { .. })));
        assert!(matches!(table.permute_column(0, &[0]), Err(Error::LengthMismatch { .. })));
        assert!(matches!(table.permute_column(0, &[0, 2]), Err(Error::RowOutOfRange { row: 2, .. })));
        let refused = Table::new().check_columns();
        assert_eq!(refused, Err(Error::Empty { what: "x", axis: "columns" }));
        Ok(())
    }
}
