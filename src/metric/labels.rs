//! The labels of a truth and of its predictions, checked and numbered.

use crate::data::{Label, Rows, Targets, check_weights};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The number of rows, once lengths and weights are known to be right.
pub(super) fn check_pair<T: Targets + ?Sized, P: Rows + ?Sized>(y_true: &T, y_pred: &P) -> Result<usize> {
    check_named_pair(y_true, y_pred, "y_pred")
}

/// [`check_pair`] for something that is called `what`.
pub(super) fn check_named_pair<T: Targets + ?Sized, P: Rows + ?Sized>(
    y_true: &T,
    y_pred: &P,
    what: &'static str,
) -> Result<usize> {
    match (y_true.n_rows(), y_pred.n_rows()) {
        (expected, found) if expected != found => Err(Error::LengthMismatch { what, expected, found }),
        (0, _) => Err(Error::Empty { what: "y_true", axis: "rows" }),
        (n, _) => check_weights(n, y_true).map(|()| n),
    }
}

/// The rows that count: truth, prediction and weight, where the weight is positive.
///
/// The two must have been through [`check_pair`].
pub(super) fn counted<'a, T, P>(
    y_true: &'a T,
    y_pred: &'a P,
) -> impl Iterator<Item = (&'a T::Value, &'a P::Value, f64)>
where
    T: Targets + ?Sized,
    P: Targets + ?Sized,
{
    (0..y_true.n_rows())
        .map(|row| (y_true.value(row), y_pred.value(row), y_true.weight(row)))
        .filter(|&(_, _, weight)| weight > 0.0)
}

/// The labels that occur in the truth or in the predictions, ascending.
pub(super) fn present_labels<T, P, L: Label>(y_true: &T, y_pred: &P) -> Vec<L>
where
    T: Targets<Value = L> + ?Sized,
    P: Targets<Value = L> + ?Sized,
{
    let distinct: BTreeSet<&L> = counted(y_true, y_pred).flat_map(|(t, p, _)| [t, p]).collect();
    distinct.into_iter().cloned().collect()
}

/// Where each label stands in `labels`.
///
/// # Errors
/// [`Error::InvalidParameter`] if there is none or one stands there twice.
pub(super) fn positions<L: Label>(labels: &[L]) -> Result<BTreeMap<&L, usize>> {
    if labels.is_empty() {
        return Err(Error::invalid_parameter("labels", labels, "at least one label"));
    }
    let mut positions = BTreeMap::new();
    for (position, label) in labels.iter().enumerate() {
        if positions.insert(label, position).is_some() {
            return Err(Error::invalid_parameter("labels", label, "named once only"));
        }
    }
    Ok(positions)
}
