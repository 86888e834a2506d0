//! The smallest and the largest value of each column.

use crate::data::{Features, Missing, Weights, check_shape, check_weights, check_width, first_non_finite};
use crate::error::Result;
use crate::parallel::try_map;
use crate::scalar::Scalar;
use ndarray::Array1;
use num_traits::Float;

/// Rows that one thread looks at.
const PIECE: usize = 4096;

/// What the rows of positive weight have in each column: the smallest and the largest value, NaN where all is missing,
/// and how much those rows weigh.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extremes {
    pub(super) min: Array1<f64>,
    pub(super) max: Array1<f64>,
    pub(super) weight: f64,
}

impl Extremes {
    /// # Errors
    /// [`Error::Empty`](crate::Error::Empty), [`Error::NonFinite`](crate::Error::NonFinite) for infinities, those of
    /// [`check_weights`].
    pub(super) fn of<X: Features + ?Sized, Y: Weights + ?Sized>(x: &X, y: &Y) -> Result<Self> {
        check_shape(x)?;
        let n_rows = x.n_rows();
        check_weights(n_rows, y)?;
        let pieces = try_map(n_rows.div_ceil(PIECE), |piece| {
            Self::of_rows(x, y, piece * PIECE..n_rows.min((piece + 1) * PIECE))
        })?;
        let mut whole = Self::of_nothing(x.n_features());
        pieces.iter().for_each(|piece| whole.merge(piece));
        Ok(whole)
    }

    /// Takes in more rows.
    pub(super) fn learn<X: Features + ?Sized, Y: Weights + ?Sized>(&self, x: &X, y: &Y) -> Result<Self> {
        check_shape(x)?;
        check_width(x, self.min.len())?;
        let mut both = self.clone();
        both.merge(&Self::of(x, y)?);
        Ok(both)
    }

    fn of_nothing(n_columns: usize) -> Self {
        let missing = Array1::from_elem(n_columns, f64::NAN);
        Self { min: missing.clone(), max: missing, weight: 0.0 }
    }

    fn of_rows<X, Y>(x: &X, y: &Y, rows: std::ops::Range<usize>) -> Result<Self>
    where
        X: Features + ?Sized,
        Y: Weights + ?Sized,
    {
        let mut found = Self::of_nothing(x.n_features());
        let (mut n_rows, mut n_stored) = (0usize, vec![0usize; x.n_features()]);
        for row in rows {
            let weight = y.weight(row);
            let mut infinite = false;
            x.for_each_in_row(row, |column, value| {
                infinite |= value.is_infinite();
                if weight > 0.0 {
                    n_stored[column] += 1;
                    found.see(column, value.widen());
                }
            });
            if infinite {
                return Err(first_non_finite(x, row, Missing::Allowed));
            }
            found.weight += weight;
            n_rows += usize::from(weight > 0.0);
        }
        // Zeros that a sparse matrix does not store.
        (0..n_stored.len())
            .filter(|&column| n_stored[column] < n_rows)
            .for_each(|column| found.see(column, 0.0));
        Ok(found)
    }

    /// `min` and `max` of floats take the other where one is NaN.
    fn see(&mut self, column: usize, value: f64) {
        self.min[column] = self.min[column].min(value);
        self.max[column] = self.max[column].max(value);
    }

    fn merge(&mut self, other: &Self) {
        self.weight += other.weight;
        for (column, (&min, &max)) in other.min.iter().zip(&other.max).enumerate() {
            self.see(column, min);
            self.see(column, max);
        }
    }
}
