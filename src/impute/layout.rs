//! What is missing, and which columns an imputer makes.

use crate::data::{
    Features, FromRows, Missing, Selection, Weights, check_features, check_shape, check_weights,
};
use crate::error::{Error, Result};
use crate::estimator::same_names;
use crate::scalar::Scalar;
use num_traits::One;

/// The number that stands for a missing value, NaN or another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marker(pub(super) f64);

/// NaN equals NaN: it is the same marker.
impl PartialEq for Marker {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.0.is_nan() && other.0.is_nan()
    }
}

impl Marker {
    pub(super) fn is(self, value: f64) -> bool {
        value == self.0 || value.is_nan() && self.0.is_nan()
    }

    /// What NaN is in the data.
    pub(super) fn nan(self) -> Missing {
        if self.0.is_nan() { Missing::Allowed } else { Missing::Refused }
    }

    /// Refuses bad features; infinities as markers; and zero as the marker of sparse data, whose zeros are not stored.
    pub(super) fn check<X: Features + ?Sized>(self, x: &X) -> Result<()> {
        self.check_kind(x)?;
        check_features(x, self.nan())
    }

    /// The same, but for the values.
    pub(super) fn check_kind<X: Features + ?Sized>(self, x: &X) -> Result<()> {
        if self.0.is_infinite() {
            return Err(Error::invalid_parameter("missing_values", self.0, "NaN or finite"));
        }
        if self.0 == 0.0 && x.is_sparse() {
            return Err(Error::Unsupported {
                what: "zero as the missing value of sparse data",
                reason: "it would fill in all zeros; use a dense matrix",
            });
        }
        check_shape(x)
    }
}

/// For each column whether a value is missing in some row of positive weight, and whether one is there.
pub(super) fn seen<X: Features + ?Sized, Y: Weights + ?Sized>(
    x: &X,
    y: &Y,
    marker: Marker,
) -> Result<Vec<(bool, bool)>> {
    marker.check(x)?;
    check_weights(x.n_rows(), y)?;
    let mut n_missing = vec![0usize; x.n_features()];
    let mut n_rows = 0;
    for row in (0..x.n_rows()).filter(|&row| y.weight(row) > 0.0) {
        n_rows += 1;
        x.for_each_in_row(row, |column, value| n_missing[column] += usize::from(marker.is(value.widen())));
    }
    Ok(n_missing.into_iter().map(|n| (n > 0, n < n_rows)).collect())
}

/// Which columns of the input an imputer keeps, and for which it says where values are missing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    kept: Selection,
    /// The columns with an indicator, which stand behind those that are kept.
    flagged: Vec<usize>,
}

impl Layout {
    pub(super) fn new(kept: impl Iterator<Item = bool>, flagged: Vec<usize>) -> Self {
        Self { kept: Selection::new(kept), flagged }
    }

    /// Of an imputer whose fit has seen this.
    pub(super) fn of_imputer(seen: &[(bool, bool)], keep_empty: bool, add_indicator: bool) -> Self {
        let kept = seen.iter().map(|&(_, value)| value || keep_empty);
        let flagged = (0..seen.len()).filter(|&column| add_indicator && seen[column].0).collect();
        Self::new(kept, flagged)
    }

    pub(super) fn n_in(&self) -> usize {
        self.kept.n_in()
    }

    pub(super) fn n_out(&self) -> usize {
        self.kept.n_out() + self.flagged.len()
    }

    /// Whether the columns that are made are those of the input.
    pub(super) fn keeps_all(&self) -> bool {
        self.kept.n_out() == self.n_in() && self.flagged.is_empty()
    }

    /// The new place of a column that is kept.
    pub(super) fn place(&self, column: usize) -> Option<usize> {
        self.kept.place(column)
    }

    /// The columns that say whether a value is missing: the column and that of which they say it.
    pub(super) fn indicators(&self) -> impl Iterator<Item = (usize, usize)> {
        self.flagged.iter().enumerate().map(|(place, &column)| (self.kept.n_out() + place, column))
    }

    /// The names of the columns that are kept, and `missingindicator_NAME` for those that say what is missing.
    pub(super) fn names(&self, input: &[String]) -> Result<Vec<String>> {
        let names = same_names(input, self.n_in())?;
        let flags = self.flagged.iter().map(|&column| format!("missingindicator_{}", names[column]));
        Ok(self.kept.of(&names).cloned().chain(flags).collect())
    }
}

impl Layout {
    /// `x` with `value(row, column)` for what is missing, and the columns that say what was.
    pub(super) fn fill<X: Features + ?Sized>(
        &self,
        x: &X,
        marker: Marker,
        value: impl Fn(usize, usize) -> X::Elem + Send + Sync,
    ) -> Result<X::Owned>
    where
        X::Owned: FromRows<Elem = X::Elem>,
    {
        X::Owned::from_rows(x.n_rows(), self.n_out(), |row, entries| {
            let mut missing = Vec::new();
            x.for_each_in_row(row, |column, entry| {
                let is_missing = marker.is(entry.widen());
                if is_missing {
                    missing.push(column);
                }
                if let Some(place) = self.place(column) {
                    entries.push(place, if is_missing { value(row, column) } else { entry });
                }
            });
            for (place, column) in self.indicators() {
                if missing.binary_search(&column).is_ok() {
                    entries.push(place, X::Elem::one());
                }
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn columns_that_are_kept_move_up() {
        let seen = [(true, true), (true, false), (false, true)];
        let layout = Layout::of_imputer(&seen, false, true);
        assert_eq!((layout.place(0), layout.place(1), layout.place(2)), (Some(0), None, Some(1)));
        assert_eq!(layout.indicators().collect::<Vec<_>>(), [(2, 0), (3, 1)]);
        let names = ["a", "b", "c"].map(String::from);
        let out = layout.names(&names).unwrap();
        assert_eq!(out, ["a", "c", "missingindicator_a", "missingindicator_b"]);
        assert!(layout.names(&names[..2]).is_err());
    }
}
