//! Which columns go to a part of a `ColumnTransformer`.

use crate::error::{Error, Result};
use crate::table::ColumnKind;
use std::ops::Range;

/// Columns by name, by position, or by kind.
///
/// ```
/// use certifit::compose::ColumnSelection;
/// use certifit::table::ColumnKind;
/// assert_eq!(ColumnSelection::from("age"), ColumnSelection::Names(vec!["age".into()]));
/// assert_eq!(ColumnSelection::from(1..3), ColumnSelection::Positions(vec![1, 2]));
/// assert_eq!(ColumnSelection::from(ColumnKind::Text), ColumnSelection::Kind(ColumnKind::Text));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnSelection {
    /// All columns.
    All,
    /// The columns of these names, in this order.
    Names(Vec<String>),
    /// The columns at these positions, from 0, in this order.
    Positions(Vec<usize>),
    /// All columns of a kind.
    Kind(ColumnKind),
}

impl ColumnSelection {
    /// The positions, if each is there and is asked for once.
    pub(super) fn once_each(&self, positions: Vec<usize>, n_columns: usize) -> Result<Vec<usize>> {
        let mut seen = vec![false; n_columns];
        for &position in &positions {
            match seen.get_mut(position) {
                Some(seen) if !*seen => *seen = true,
                found => {
                    let fault = if found.is_some() { "twice" } else { "out of range" };
                    let allowed =
                        format!("each column once, of {n_columns} that there are; {position} is {fault}");
                    return Err(Error::invalid_parameter("columns", self, allowed));
                }
            }
        }
        Ok(positions)
    }
}

impl From<&str> for ColumnSelection {
    fn from(name: &str) -> Self {
        Self::Names(vec![name.into()])
    }
}

impl From<ColumnKind> for ColumnSelection {
    fn from(kind: ColumnKind) -> Self {
        Self::Kind(kind)
    }
}

impl From<Range<usize>> for ColumnSelection {
    fn from(positions: Range<usize>) -> Self {
        Self::Positions(positions.collect())
    }
}

impl<const N: usize> From<[usize; N]> for ColumnSelection {
    fn from(positions: [usize; N]) -> Self {
        Self::Positions(positions.into())
    }
}

impl<const N: usize> From<[&str; N]> for ColumnSelection {
    fn from(names: [&str; N]) -> Self {
        Self::Names(names.map(String::from).into())
    }
}

impl From<Vec<usize>> for ColumnSelection {
    fn from(positions: Vec<usize>) -> Self {
        Self::Positions(positions)
    }
}

impl From<Vec<String>> for ColumnSelection {
    fn from(names: Vec<String>) -> Self {
        Self::Names(names)
    }
}
