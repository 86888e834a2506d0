//! Transforms that make of each entry another one, by a function of its column.

use crate::data::{Features, Missing, check_features, check_width};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use num_traits::Float;

/// `image(column, value)` of each entry, computed in `f64`; NaN stays NaN.
///
/// `known` tells of which columns the fit saw a value. Refuses other widths, infinities, values in columns that are not
/// known, and images that are not finite in the type of the entries.
pub(super) fn map_known<X: Features + ?Sized>(
    x: &X,
    known: &[bool],
    what: &'static str,
    image: impl Fn(usize, f64) -> f64,
) -> Result<X::Owned> {
    check_features(x, Missing::Allowed)?;
    check_width(x, known.len())?;
    let (mut unknown, mut beyond) = (false, None);
    let mapped = x.map_entries(|column, value| {
        if value.is_nan() {
            return value;
        }
        unknown |= !known[column];
        let image = X::Elem::narrow(image(column, value.widen()));
        if !image.is_finite() {
            beyond = beyond.or(Some(column));
        }
        image
    });
    if unknown {
        return Err(Error::Unsupported {
            what: "transforming a column of which the fit saw no value",
            reason: "all rows of the fit have NaN there; fill in the missing values or drop the column",
        });
    }
    match beyond {
        Some(column) => Err(Error::Overflow { what, column: Some(column) }),
        None => Ok(mapped),
    }
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
