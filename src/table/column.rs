//! One column of a table.

use crate::data::Rows;
use crate::error::{Error, Result};
use std::fmt;

/// The values of a column, one a row.
///
/// ```
/// use certifit::table::{Column, ColumnKind};
/// let ages = Column::from(vec![22.0, f64::NAN]);
/// let ports = Column::from(vec![Some("S"), None]);
/// assert_eq!((ages.kind(), ages.n_missing()), (ColumnKind::Numeric, 1));
/// assert_eq!((ports.kind(), ports.n_missing()), (ColumnKind::Categorical, 1));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; NaN is a missing value.
    Numeric(Vec<f64>),
    /// Categories; `None` is a missing value.
    Categorical(Vec<Option<String>>),
    /// Texts; none is missing, but a text may be empty.
    Text(Vec<String>),
}

/// What the values of a column are.
///
/// ```
/// use certifit::table::{ColumnKind, Table};
/// let table = Table::new().numeric("age", [22.0, 38.0])?.categorical("port", ["S", "C"])?;
/// assert_eq!(table.column("port")?.kind(), ColumnKind::Categorical);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Numbers.
    Numeric,
    /// Categories.
    Categorical,
    /// Texts.
    Text,
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Numeric => "numeric",
            Self::Categorical => "categorical",
            Self::Text => "text",
        })
    }
}

impl Column {
    /// What the values are.
    pub fn kind(&self) -> ColumnKind {
        match self {
            Self::Numeric(_) => ColumnKind::Numeric,
            Self::Categorical(_) => ColumnKind::Categorical,
            Self::Text(_) => ColumnKind::Text,
        }
    }

    /// How many values are missing.
    pub fn n_missing(&self) -> usize {
        match self {
            Self::Numeric(values) => values.iter().filter(|value| value.is_nan()).count(),
            Self::Categorical(values) => values.iter().filter(|value| value.is_none()).count(),
            Self::Text(_) => 0,
        }
    }

    /// The value of a row as a category: that of a number is the number as it prints, `3` or `0.5`.
    ///
    /// # Panics
    /// If there is no such row.
    pub(crate) fn category(&self, row: usize) -> Option<String> {
        match self {
            Self::Numeric(values) => {
                Some(values[row]).filter(|value| !value.is_nan()).map(|value| value.to_string())
            }
            Self::Categorical(values) => values[row].clone(),
            Self::Text(values) => Some(values[row].clone()),
        }
    }

    /// The same values as another kind; numbers are written as they print. `name` is for the error.
    pub(super) fn into_kind(self, name: &str, kind: ColumnKind) -> Result<Self> {
        let n = self.n_rows();
        match (kind, self) {
            (ColumnKind::Numeric, Self::Numeric(values)) => Ok(Self::Numeric(values)),
            (ColumnKind::Text, Self::Text(values)) => Ok(Self::Text(values)),
            (ColumnKind::Categorical, Self::Categorical(values)) => Ok(Self::Categorical(values)),
            (ColumnKind::Categorical, other) => {
                Ok(Self::Categorical((0..n).map(|row| other.category(row)).collect()))
            }
            (ColumnKind::Text, other) => {
                let texts = (0..n).map(|row| other.category(row).ok_or_else(|| missing(name, row)));
                Ok(Self::Text(texts.collect::<Result<_>>()?))
            }
            (ColumnKind::Numeric, other) => {
                let number = |row: usize| match other.category(row) {
                    None => Ok(f64::NAN),
                    Some(value) => value.trim().parse().map_err(|_| not_a_number(name, row, &value)),
                };
                Ok(Self::Numeric((0..n).map(number).collect::<Result<_>>()?))
            }
        }
    }
}

fn missing(name: &str, row: usize) -> Error {
    Error::Column {
        column: name.into(),
        reason: format!("the value of row {row} is missing, and a text must be there"),
    }
}

fn not_a_number(name: &str, row: usize, value: &str) -> Error {
    Error::Column { column: name.into(), reason: format!("{value:?} at row {row} is not a number") }
}

impl Rows for Column {
    type Owned = Column;
    fn n_rows(&self) -> usize {
        match self {
            Self::Numeric(values) => values.len(),
            Self::Categorical(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }
    fn take(&self, rows: &[usize]) -> Column {
        match self {
            Self::Numeric(values) => Self::Numeric(values.take(rows)),
            Self::Categorical(values) => Self::Categorical(values.take(rows)),
            Self::Text(values) => Self::Text(values.take(rows)),
        }
    }
}

impl From<Vec<f64>> for Column {
    fn from(values: Vec<f64>) -> Self {
        Self::Numeric(values)
    }
}

/// Categories, of which `None` are missing.
impl<S: Into<String>> From<Vec<Option<S>>> for Column {
    fn from(values: Vec<Option<S>>) -> Self {
        Self::Categorical(values.into_iter().map(|value| value.map(Into::into)).collect())
    }
}
