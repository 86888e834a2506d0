//! The values of a matrix, column by column.

use super::{Features, Missing, Sorted, Weights, check_features, check_shape, check_weights};
use crate::error::Result;
use crate::parallel;
use crate::scalar::Scalar;
use num_traits::Float;
use std::ops::Range;

/// Entries of columns that are held at a time.
const HELD: usize = 1 << 22;

/// The values of a column that count, each with its weight.
pub(crate) struct Column {
    /// Weight and value of those that are stored, in the order of their rows.
    pub(crate) stored: Vec<(f64, f64)>,
    /// The weight of the zeros that a sparse matrix does not store.
    pub(crate) zeros: f64,
}

impl Column {
    /// Weights and values.
    pub(crate) fn values(self) -> Vec<(f64, f64)> {
        let mut values = self.stored;
        if self.zeros > 0.0 {
            values.push((self.zeros, 0.0));
        }
        values
    }

    /// The values in ascending order.
    pub(crate) fn sorted(self) -> Sorted {
        Sorted::new(self.values())
    }
}

/// The (weight, mean, variance) of weights and values that are held in memory; NaN for none.
pub(crate) fn moments_of(values: impl Iterator<Item = (f64, f64)> + Clone) -> (f64, f64, f64) {
    let total: f64 = values.clone().map(|(weight, _)| weight).sum();
    let shift = values.clone().next().map_or(f64::NAN, |(_, value)| value);
    let mean = shift + values.clone().map(|(weight, value)| weight / total * (value - shift)).sum::<f64>();
    let variance = values.map(|(weight, value)| weight / total * (value - mean) * (value - mean)).sum();
    (total, mean, variance)
}

/// `work` of each column, with its values for which `counts` holds in rows of positive weight. Checks shape and
/// weights; infinities are refused, and NaN where it counts.
///
/// Some columns are held at a time, and each time all rows are read.
pub(crate) fn map_columns<X, Y, T>(
    x: &X,
    y: &Y,
    counts: impl Fn(X::Elem) -> bool + Sync,
    work: impl Fn(usize, Column) -> Result<T> + Send + Sync,
) -> Result<Vec<T>>
where
    X: Features + ?Sized,
    Y: Weights + ?Sized,
    T: Send,
{
    check_shape(x)?;
    let (n_rows, n_columns) = (x.n_rows(), x.n_features());
    check_weights(n_rows, y)?;
    let missing = if counts(X::Elem::nan()) { Missing::Refused } else { Missing::Allowed };
    check_features(x, missing)?;
    let width = (HELD / (x.n_stored() / n_columns).max(1)).clamp(1, n_columns);
    let mut done = Vec::with_capacity(n_columns);
    for start in (0..n_columns).step_by(width) {
        let range = start..n_columns.min(start + width);
        let columns = range.clone().zip(gather(x, y, range, &counts)).collect();
        let results = parallel::map(columns, |(column, values)| work(column, values));
        done.extend(results.into_iter().collect::<Result<Vec<T>>>()?);
    }
    Ok(done)
}

fn gather<X: Features + ?Sized, Y: Weights + ?Sized>(
    x: &X,
    y: &Y,
    range: Range<usize>,
    counts: &impl Fn(X::Elem) -> bool,
) -> Vec<Column> {
    let mut columns: Vec<Column> = range.clone().map(|_| Column { stored: Vec::new(), zeros: 0.0 }).collect();
    let mut seen = vec![(0usize, 0.0); range.len()]; // stored entries of rows that count, and their weight
    let mut all = (0usize, 0.0);
    for row in 0..x.n_rows() {
        let weight = y.weight(row);
        if !(weight > 0.0) {
            continue;
        }
        all = (all.0 + 1, all.1 + weight);
        x.for_each_in_row(row, |column, value| {
            if range.contains(&column) {
                let place = column - range.start;
                seen[place] = (seen[place].0 + 1, seen[place].1 + weight);
                if counts(value) {
                    columns[place].stored.push((weight, value.widen()));
                }
            }
        });
    }
    for (column, seen) in columns.iter_mut().zip(seen) {
        // Counted in rows, too: what rounding leaves of the weights must not pass for a zero.
        column.zeros = if seen.0 < all.0 { (all.1 - seen.1).max(0.0) } else { 0.0 };
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use ndarray::array;

    #[test]
    fn what_does_not_count_is_left_out() -> Result<()> {
        let x = array![[1.0, f64::NAN], [2.0, 5.0], [0.0, 7.0]];
        let y = ().weighted(&[1.0, 3.0, 0.0])?;
        let columns = map_columns(&x, &y, |value| !value.is_nan(), |_, column| Ok(column.values()))?;
        assert_eq!(columns, [vec![(1.0, 1.0), (3.0, 2.0)], vec![(3.0, 5.0)]]);
        let refused = map_columns(&x, &y, |_| true, |_, _| Ok(()));
        assert!(matches!(refused, Err(Error::NonFinite { row: 0, column: Some(1), .. })));
        Ok(())
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn zeros_that_are_not_stored_count() -> Result<()> {
        let x = sprs::CsMat::<f64>::eye(3);
        let columns =
            map_columns(&x, &(), |value| !value.is_nan(), |column, values| Ok((column, values.values())))?;
        assert_eq!(columns[1], (1, vec![(1.0, 1.0), (2.0, 0.0)]));
        Ok(())
    }
}
