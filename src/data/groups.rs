//! Groups of rows that belong together, and travel with the target.

use super::{Label, Rows, Targets, Weights};
use crate::error::{Error, Result};

/// Rows that belong to groups, such as the patient of each scan: a target that is [`Grouped`].
///
/// ```
/// use certifit::data::{Groups, Targets};
/// let y = [0.5, 0.7, 0.1];
/// let y = y.grouped(&["ann", "ann", "bob"])?;
/// assert_eq!(y.group(2), &"bob");
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "the rows of `{Self}` belong to no groups",
    note = "say which row belongs where with `y.grouped(&groups)?`"
)]
pub trait Groups: Rows {
    /// What names a group.
    type Group: Label;
    /// The group of a row.
    fn group(&self, row: usize) -> &Self::Group;
}

/// A target with a group a row, made by [`Targets::grouped`].
///
/// Like weights, groups go wherever the rows go, so that a cross-validation inside another one has them too.
///
/// ```
/// use certifit::data::{Groups, Rows, Targets, Weights};
/// let y = ["a", "b", "c"];
/// let y = y.grouped(&[7, 8, 8])?;
/// let part = y.weighted(&[1.0, 2.0, 3.0])?.take(&[2, 0]);
/// assert_eq!((part.value(0), part.group(0), part.weight(0)), (&"c", &8, 3.0));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped<Y, G> {
    target: Y,
    groups: Vec<G>,
}

impl<Y, G> Grouped<Y, G> {
    /// Checks that there is a group for each row.
    pub(super) fn new<S>(target: Y, n_rows: usize, groups: &S) -> Result<Self>
    where
        S: Targets<Value = G> + ?Sized,
        G: Label,
    {
        match groups.n_rows() {
            found if found != n_rows => {
                Err(Error::LengthMismatch { what: "groups", expected: n_rows, found })
            }
            _ => Ok(Self { target, groups: (0..n_rows).map(|row| groups.value(row).clone()).collect() }),
        }
    }

    /// The target without its groups.
    pub fn target(&self) -> &Y {
        &self.target
    }

    /// The group of each row.
    pub fn groups(&self) -> &[G] {
        &self.groups
    }
}

impl<Y: Rows, G: Label> Rows for Grouped<Y, G> {
    type Owned = Grouped<Y::Owned, G>;
    fn n_rows(&self) -> usize {
        self.target.n_rows()
    }
    fn take(&self, rows: &[usize]) -> Self::Owned {
        Grouped { target: self.target.take(rows), groups: self.groups.take(rows) }
    }
}

impl<Y: Weights, G: Label> Weights for Grouped<Y, G> {
    fn weight(&self, row: usize) -> f64 {
        self.target.weight(row)
    }
    fn n_weights(&self) -> Option<usize> {
        self.target.n_weights()
    }
}

impl<Y: Targets, G: Label> Targets for Grouped<Y, G> {
    type Value = Y::Value;
    fn value(&self, row: usize) -> &Y::Value {
        self.target.value(row)
    }
}

impl<Y: Rows, G: Label> Groups for Grouped<Y, G> {
    type Group = G;
    fn group(&self, row: usize) -> &G {
        &self.groups[row]
    }
}

impl<T: Groups + ?Sized> Groups for &T {
    type Group = T::Group;
    fn group(&self, row: usize) -> &T::Group {
        (**self).group(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_travel_with_rows_and_weights() -> Result<()> {
        let y = vec![1, 2, 3, 4];
        let grouped = y.grouped(&["x", "y", "x", "z"])?;
        let weighted = grouped.weighted(&[1.0, 0.5, 2.0, 3.0])?;
        let part = weighted.take(&[3, 1]);
        assert_eq!((part.group(0), part.group(1)), (&"z", &"y"));
        assert_eq!((*part.value(1), part.weight(1)), (2, 0.5));
        let other_way = y.weighted(&[1.0, 0.5, 2.0, 3.0])?;
        let other_way = other_way.grouped(&["x", "y", "x", "z"])?.take(&[3, 1]);
        assert_eq!((other_way.group(0), other_way.weight(0)), (&"z", 3.0));
        assert_eq!(grouped.take(&[0]).groups(), ["x"]);
        let short = y.grouped(&[1, 2]).unwrap_err();
        assert_eq!(short, Error::LengthMismatch { what: "groups", expected: 4, found: 2 });
        Ok(())
    }
}
