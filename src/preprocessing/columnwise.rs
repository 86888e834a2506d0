//! Transforms that make of each entry another one, by a function of its column.

use crate::data::{Entry, Features, Taken, check_shape, check_width, first_entry};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use num_traits::Float;

/// `image(column, value)` of each entry, computed in `f64`; NaN stays NaN.
///
/// `known` tells of which columns the fit saw a value. Refuses other widths, infinities, values in columns that are not
/// known, and images that are not finite in the type of the entries.
pub(super) fn map_known<T: Taken>(
    x: T,
    known: &[bool],
    what: &'static str,
    image: impl Fn(usize, f64) -> f64 + Send + Sync,
) -> Result<T::Owned> {
    check_shape(x.features())?;
    check_width(x.features(), known.len())?;
    let columns: Vec<(usize, bool)> = known.iter().copied().enumerate().collect();
    let mapped = x.map_by_column(&columns, |&(column, known), value| {
        if value.is_nan() {
            return (value, false);
        }
        if !known || value.is_infinite() {
            return (value, true);
        }
        let image = T::Elem::narrow(image(column, value.widen()));
        (image, !image.is_finite())
    });
    mapped.map_err(|entry| refusal(entry, known[entry.column], what))
}

/// The error for an entry that was refused: it is infinite, the fit saw no value of its column (which is not `known`), or
/// `what` it becomes is beyond the range of its type.
pub(super) fn refusal<F: Scalar>(entry: Entry<F>, known: bool, what: &'static str) -> Error {
    if !entry.value.is_finite() {
        return entry.non_finite();
    }
    if !known {
        return Error::Unsupported {
            what: "transforming a column of which the fit saw no value",
            reason: "all rows of the fit have NaN there; fill in the missing values or drop the column",
        };
    }
    Error::Overflow { what, column: Some(entry.column) }
}

/// Refuses the first entry for which `allows` does not hold; NaN is let through.
pub(super) fn check_values<X: Features + ?Sized>(
    x: &X,
    allowed: &'static str,
    allows: impl Fn(X::Elem) -> bool,
) -> Result<()> {
    match first_entry(x, 0..x.n_rows(), |_, value| !(value.is_nan() || allows(value))) {
        None => Ok(()),
        Some(Entry { row, column, value }) => {
            Err(Error::InvalidValue { what: "x", row, column, value: value.widen(), allowed })
        }
    }
}
