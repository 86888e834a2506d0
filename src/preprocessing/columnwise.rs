//! Transforms that make of each entry another one, by a function of its column.

use crate::data::{Entry, Features, Taken, check_shape, check_width};
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
    mapped.map_err(|Entry { row, column, value }| {
        if value.is_infinite() {
            return Error::NonFinite { what: "x", row, column: Some(column), value: value.widen() };
        }
        if !known[column] {
            return Error::Unsupported {
                what: "transforming a column of which the fit saw no value",
                reason: "all rows of the fit have NaN there; fill in the missing values or drop the column",
            };
        }
        Error::Overflow { what, column: Some(column) }
    })
}

/// Refuses the first entry for which `allows` does not hold; NaN is let through.
pub(super) fn check_values<X: Features + ?Sized>(
    x: &X,
    allowed: &'static str,
    allows: impl Fn(X::Elem) -> bool,
) -> Result<()> {
    for row in 0..x.n_rows() {
        let mut first = None;
        x.for_each_in_row(row, |column, value| {
            if !(value.is_nan() || allows(value)) {
                first = first.or(Some((column, value.widen())));
            }
        });
        if let Some((column, value)) = first {
            return Err(Error::InvalidValue { what: "x", row, column, value, allowed });
        }
    }
    Ok(())
}
