//! The checks that every fit and every prediction starts with.

use super::{Features, Rows, Targets, Weights};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use num_traits::Float;

/// What NaN means in a feature matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A mistake: models refuse it.
    Refused,
    /// A missing value: scalers and imputers take it. Infinities are refused all the same.
    Allowed,
}

/// The part of [`check_features`] that does not look at the values.
pub(crate) fn check_shape<X: Features + ?Sized>(x: &X) -> Result<()> {
    if x.n_rows() == 0 {
        return Err(Error::Empty { what: "x", axis: "rows" });
    }
    if x.n_features() == 0 {
        return Err(Error::Empty { what: "x", axis: "columns" });
    }
    x.check_layout()
}

/// Refuses features without rows or columns, sparse ones stored by columns, and values that are not finite.
///
/// # Errors
/// [`Error::Empty`], [`Error::Unsupported`], [`Error::NonFinite`]. Takes one pass over the data.
pub fn check_features<X: Features + ?Sized>(x: &X, missing: Missing) -> Result<()> {
    check_shape(x)?;
    for row in 0..x.n_rows() {
        // 0·v is 0 for a finite v and NaN else: a sum that the compiler can vectorise, and exact.
        let mut sum = X::Elem::default();
        match missing {
            Missing::Refused => x.for_each_in_row(row, |_, value| sum += value * X::Elem::default()),
            Missing::Allowed => x.for_each_in_row(row, |_, value| {
                if !value.is_nan() {
                    sum += value * X::Elem::default();
                }
            }),
        }
        if sum.is_nan() {
            return Err(first_non_finite(x, row, missing));
        }
    }
    Ok(())
}

/// The error for a row that is known to hold a value that is not finite.
pub(crate) fn first_non_finite<X: Features + ?Sized>(x: &X, row: usize, missing: Missing) -> Error {
    let mut found = (0, f64::NAN);
    let mut searching = true;
    x.for_each_in_row(row, |column, value| {
        let bad = !(value.is_finite() || missing == Missing::Allowed && value.is_nan());
        if searching && bad {
            found = (column, value.widen());
            searching = false;
        }
    });
    Error::NonFinite { what: "x", row, column: Some(found.0), value: found.1 }
}

/// Refuses features of another width than `expected`.
///
/// # Errors
/// [`Error::FeatureMismatch`].
pub fn check_width<X: Features + ?Sized>(x: &X, expected: usize) -> Result<()> {
    match x.n_features() {
        found if found == expected => Ok(()),
        found => Err(Error::FeatureMismatch { expected, found }),
    }
}

/// Refuses a target of another length than `x`, and weights that [`check_weights`] refuses.
///
/// # Errors
/// [`Error::LengthMismatch`] and those of [`check_weights`].
pub fn check_targets<X: Rows + ?Sized, Y: Targets + ?Sized>(x: &X, y: &Y) -> Result<()> {
    match (x.n_rows(), y.n_rows()) {
        (expected, found) if expected != found => Err(Error::LengthMismatch { what: "y", expected, found }),
        (n_rows, _) => check_weights(n_rows, y),
    }
}

/// Refuses weights for another number of rows, weights that are negative or not finite, and weights that are
/// all zero (a fold may get such rows even where the whole has others).
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::NonFinite`], [`Error::InvalidWeight`].
pub fn check_weights<Y: Weights + ?Sized>(n_rows: usize, y: &Y) -> Result<()> {
    if let Some(found) = y.n_weights().filter(|&found| found != n_rows) {
        return Err(Error::LengthMismatch { what: "y", expected: n_rows, found });
    }
    check_weight_values(n_rows, |row| y.weight(row))
}

pub(super) fn check_weight_values(n_rows: usize, weight: impl Fn(usize) -> f64) -> Result<()> {
    let mut sum = 0.0;
    for row in 0..n_rows {
        let value = weight(row);
        if !value.is_finite() {
            return Err(Error::NonFinite { what: "sample_weight", row, column: None, value });
        }
        if value < 0.0 {
            return Err(Error::InvalidWeight { row, value, allowed: "weights must not be negative" });
        }
        sum += value;
    }
    if n_rows > 0 && sum == 0.0 {
        return Err(Error::InvalidWeight {
            row: 0,
            value: 0.0,
            allowed: "at least one weight must be positive",
        });
    }
    if !sum.is_finite() {
        return Err(Error::Overflow { what: "the sum of the sample weights", column: None });
    }
    Ok(())
}
