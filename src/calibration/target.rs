//! The labels of a target, checked against the features.

use crate::data::{Classes, Label, Rows, Targets, check_targets};
use crate::error::{Error, Result};

/// The labels of `y`, sorted; two or more.
pub(super) fn checked_classes<X, Y>(x: &X, y: &Y) -> Result<Vec<Y::Value>>
where
    X: Rows + ?Sized,
    Y: Targets + ?Sized,
    Y::Value: Label,
{
    if x.n_rows() == 0 {
        return Err(Error::Empty { what: "x", axis: "rows" });
    }
    check_targets(x, y)?;
    Ok(Classes::weighted(y).at_least_two()?.into_parts().0)
}

/// The labels, where there are two.
pub(super) fn two_classes<L: Label>(labels: Vec<L>) -> Result<[L; 2]> {
    labels.try_into().map_err(|_| Error::Unsupported {
        what: "a threshold for a target of more than two classes",
        reason: "there is no single score; make one problem of each class",
    })
}
