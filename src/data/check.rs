//! The checks that every fit and every prediction starts with.

use super::features::{Entry, Features, first_entry};
use super::{Rows, Targets, Weights};
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;
use num_traits::Float;

/// Rows that are checked by one thread at a time.
const PIECE: usize = 8192;

/// What NaN means in a feature matrix: see [`check_features`].
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
/// [`Error::Empty`], [`Error::Unsupported`], [`Error::NonFinite`]. Takes one pass over the data, on all threads.
///
/// ```
/// use certifit::data::{Missing, check_features};
/// let x = ndarray::array![[1.0, 2.0], [3.0, f64::NAN]];
/// assert!(check_features(&x, Missing::Allowed).is_ok());
/// let error = check_features(&x, Missing::Refused).unwrap_err();
/// assert_eq!(error.to_string(), "x is NaN at row 1, column 1");
/// ```
pub fn check_features<X: Features + ?Sized>(x: &X, missing: Missing) -> Result<()> {
    check_shape(x)?;
    let n = x.n_rows();
    parallel::try_map(n.div_ceil(PIECE), |piece| {
        (piece * PIECE..((piece + 1) * PIECE).min(n)).try_for_each(|row| check_row(x, row, missing))
    })?;
    Ok(())
}

fn check_row<X: Features + ?Sized>(x: &X, row: usize, missing: Missing) -> Result<()> {
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
    if sum.is_nan() { Err(first_non_finite(x, row, missing)) } else { Ok(()) }
}

/// ‖xᵢ‖² of each row, after the checks of [`check_features`]. Takes one pass over the data, on all threads.
pub(crate) fn checked_squared_norms<X: Features + ?Sized>(x: &X) -> Result<Vec<f64>> {
    check_shape(x)?;
    let n = x.n_rows();
    let pieces = parallel::try_map(n.div_ceil(PIECE), |piece| {
        let rows = piece * PIECE..((piece + 1) * PIECE).min(n);
        let mut norms = vec![0.0; rows.len()];
        x.rows_squared_norm(rows.clone(), &mut norms);
        for (row, norm) in rows.zip(&norms) {
            // Values that are finite may have squares that are not; those are for others to judge.
            if !norm.is_finite() && has_non_finite(x, row) {
                return Err(first_non_finite(x, row, Missing::Refused));
            }
        }
        Ok(norms)
    })?;
    Ok(pieces.concat())
}

/// Whether a row has an entry that is not finite.
pub(crate) fn has_non_finite<X: Features + ?Sized>(x: &X, row: usize) -> bool {
    let mut found = false;
    x.for_each_in_row(row, |_, value| found |= !value.is_finite());
    found
}

/// The error for a row that is known to hold a value that is not finite.
pub(crate) fn first_non_finite<X: Features + ?Sized>(x: &X, row: usize, missing: Missing) -> Error {
    let is_bad = |_, value: X::Elem| !(value.is_finite() || missing == Missing::Allowed && value.is_nan());
    first_entry(x, row..row + 1, is_bad)
        .map_or(Error::NonFinite { what: "x", row, column: None, value: f64::NAN }, Entry::non_finite)
}

/// Refuses features of another width than `expected`.
///
/// # Errors
/// [`Error::FeatureMismatch`].
///
/// ```
/// use certifit::data::check_width;
/// let error = check_width(&ndarray::array![[1.0, 2.0]], 3).unwrap_err();
/// assert_eq!(error.to_string(), "x has 2 features where the fit saw 3");
/// ```
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
///
/// ```
/// use certifit::data::check_targets;
/// let error = check_targets(&ndarray::array![[1.0], [2.0]], &["a", "b", "c"]).unwrap_err();
/// assert_eq!(error.to_string(), "y has 3 rows where 2 are expected");
/// ```
pub fn check_targets<X: Rows + ?Sized, Y: Targets + ?Sized>(x: &X, y: &Y) -> Result<()> {
    match (x.n_rows(), y.n_rows()) {
        (expected, found) if expected != found => Err(Error::LengthMismatch { what: "y", expected, found }),
        (n_rows, _) => check_weights(n_rows, y),
    }
}

/// The values of a target of numbers, which must be finite.
pub(crate) fn finite_targets<Y>(y: &Y) -> Result<Vec<f64>>
where
    Y: Targets + ?Sized,
    Y::Value: Scalar,
{
    let finite = |row: usize| match y.value(row).widen() {
        value if value.is_finite() => Ok(value),
        value => Err(Error::NonFinite { what: "y", row, column: None, value }),
    };
    (0..y.n_rows()).map(finite).collect()
}

/// Refuses weights for another number of rows, weights that are negative or not finite, and weights that are
/// all zero (a fold may get such rows even where the whole has others).
///
/// # Errors
/// [`Error::LengthMismatch`], [`Error::NonFinite`], [`Error::InvalidWeight`], and [`Error::Overflow`] where the sum
/// of the weights leaves the range of `f64`.
///
/// ```
/// use certifit::data::{Rows, Weights, check_weights};
/// let y = [1, 2, 3];
/// let fold = y.weighted(&[1.0, 0.0, 0.0])?.take(&[1, 2]);
/// assert!(check_weights(2, &fold).is_err()); // nothing in this fold counts
/// # Ok::<(), certifit::Error>(())
/// ```
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
