//! What has columns that can be told apart.

use super::selection::ColumnSelection;
use crate::data::{Features, FromRows, Rows};
use crate::error::{Error, Result};
use crate::table::{Column, ColumnKind, Table};
use ndarray::Array2;

/// Something whose columns can go different ways: a [`Table`], or a feature matrix, dense or sparse.
///
/// ```
/// use certifit::compose::Columns;
/// use ndarray::array;
/// let x = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// assert_eq!(x.find(&[2, 0].into())?, [2, 0]);
/// assert_eq!(x.numbers_of(&[2, 0])?, array![[3.0, 1.0], [6.0, 4.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no columns to choose from",
    note = "a `ColumnTransformer` takes a `Table` or a feature matrix of `f32` or `f64`"
)]
pub trait Columns: Rows {
    /// What numeric columns are as a matrix.
    type Numbers: Features<Owned: Features> + 'static;

    /// What its columns are known by later.
    fn header(&self) -> Header;

    /// The positions of the columns that are asked for.
    ///
    /// # Errors
    /// [`Error::Column`] and [`Error::InvalidParameter`] for columns that are not there, or asked for twice.
    fn find(&self, selection: &ColumnSelection) -> Result<Vec<usize>>;

    /// Where columns are that stood at `positions` under `header`.
    ///
    /// # Errors
    /// [`Error::Column`] or [`Error::FeatureMismatch`].
    fn locate(&self, header: &Header, positions: &[usize]) -> Result<Vec<usize>>;

    /// Some columns, in the given order, as a matrix.
    ///
    /// # Errors
    /// [`Error::Column`] for one that is not numeric.
    fn numbers_of(&self, positions: &[usize]) -> Result<Self::Numbers>;
}

/// What the columns of a fit are known by: their names, or how many there were.
///
/// ```
/// use certifit::compose::{Columns, Header};
/// assert_eq!(ndarray::array![[1.0, 2.0]].header(), Header::Width(2));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Header {
    /// The columns of a table: found again by their names, wherever they are.
    Names(Vec<String>),
    /// The columns of a matrix: there must be as many.
    Width(usize),
}

impl Header {
    /// The number of columns.
    pub fn width(&self) -> usize {
        match self {
            Self::Names(names) => names.len(),
            Self::Width(width) => *width,
        }
    }

    /// What a column is called in errors.
    pub(super) fn name(&self, column: usize) -> String {
        match self {
            Self::Names(names) => names.get(column).map(|name| format!("{name:?}")).unwrap_or_default(),
            Self::Width(_) => format!("column {column} of all"),
        }
    }
}

impl Columns for Table {
    type Numbers = Array2<f64>;

    fn header(&self) -> Header {
        Header::Names(self.names().to_vec())
    }

    fn find(&self, selection: &ColumnSelection) -> Result<Vec<usize>> {
        match selection {
            ColumnSelection::Names(names) => {
                let positions = names.iter().map(|name| self.position(name)).collect::<Result<_>>()?;
                selection.once_each(positions, self.n_columns())
            }
            ColumnSelection::Positions(positions) => selection.once_each(positions.clone(), self.n_columns()),
            ColumnSelection::All => Ok((0..self.n_columns()).collect()),
            ColumnSelection::Kind(kind) => Ok((0..self.n_columns())
                .filter(|&position| self.columns()[position].kind() == *kind)
                .collect()),
        }
    }

    fn locate(&self, header: &Header, positions: &[usize]) -> Result<Vec<usize>> {
        match header {
            Header::Names(names) => {
                positions.iter().map(|&position| self.position(&names[position])).collect()
            }
            Header::Width(expected) if *expected == self.n_columns() => Ok(positions.to_vec()),
            Header::Width(expected) => {
                Err(Error::FeatureMismatch { expected: *expected, found: self.n_columns() })
            }
        }
    }

    fn numbers_of(&self, positions: &[usize]) -> Result<Array2<f64>> {
        let column = |&position: &usize| match &self.columns()[position] {
            Column::Numeric(values) => Ok(values),
            other => Err(self.wrong_kind(&self.names()[position], other, ColumnKind::Numeric)),
        };
        let columns: Vec<&Vec<f64>> = positions.iter().map(column).collect::<Result<_>>()?;
        Ok(Array2::from_shape_fn((self.n_rows(), columns.len()), |(row, column)| columns[column][row]))
    }
}

impl<X: Features> Columns for X
where
    X::Owned: FromRows<Elem = X::Elem> + 'static,
{
    type Numbers = X::Owned;

    fn header(&self) -> Header {
        Header::Width(self.n_features())
    }

    fn find(&self, selection: &ColumnSelection) -> Result<Vec<usize>> {
        match selection {
            ColumnSelection::Names(names) => {
                let reason = "a matrix has no names of columns; choose them by position".into();
                Err(Error::Column { column: names.first().cloned().unwrap_or_default(), reason })
            }
            ColumnSelection::Positions(positions) => {
                selection.once_each(positions.clone(), self.n_features())
            }
            ColumnSelection::All | ColumnSelection::Kind(ColumnKind::Numeric) => {
                Ok((0..self.n_features()).collect())
            }
            ColumnSelection::Kind(_) => Ok(Vec::new()),
        }
    }

    fn locate(&self, header: &Header, positions: &[usize]) -> Result<Vec<usize>> {
        match (header.width(), self.n_features()) {
            (expected, found) if expected != found => Err(Error::FeatureMismatch { expected, found }),
            _ => Ok(positions.to_vec()),
        }
    }

    fn numbers_of(&self, positions: &[usize]) -> Result<X::Owned> {
        self.check_layout()?;
        let mut place = vec![None; self.n_features()];
        positions.iter().enumerate().for_each(|(new, &old)| place[old] = Some(new));
        let ascend = positions.is_sorted();
        X::Owned::from_rows(self.n_rows(), positions.len(), |row, entries| {
            let mut unsorted = Vec::new();
            self.for_each_in_row(row, |old, value| match place[old] {
                Some(new) if ascend => entries.push_non_zero(new, value),
                Some(new) => unsorted.push((new, value)),
                None => {}
            });
            unsorted.sort_unstable_by_key(|&(new, _): &(usize, X::Elem)| new);
            unsorted.into_iter().for_each(|(new, value)| entries.push_non_zero(new, value));
            Ok(())
        })
    }
}
