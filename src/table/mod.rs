//! Tables: named columns of several kinds, with missing values.
//!
//! | type | what |
//! |---|---|
//! | [`Table`] | the columns and their names |
//! | [`Column`], [`ColumnKind`] | the values of one: numbers, categories or texts |
//! | `CsvReader` (feature `csv`) | tables from CSV files, whose kinds are inferred |
//!
//! A [`ColumnTransformer`](crate::compose::ColumnTransformer) turns a table into a feature matrix.

mod column;
#[cfg(feature = "csv")]
mod csv;
mod named;

pub use column::{Column, ColumnKind};
#[cfg(feature = "csv")]
pub use csv::CsvReader;
pub use named::{IntoCategory, Table};
