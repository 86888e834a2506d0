//! The moments of a block of rows, in two passes over memory that the first pass has brought into cache.

use super::moments::{Moments, merged};
use crate::data::{Features, Missing, Weights, first_non_finite};
use crate::error::Result;
use crate::scalar::Scalar;
use crate::simd::{self, Kernel};
use num_traits::Float;
use std::ops::Range;

/// Entries of a block: few enough for both passes to read them from cache, and enough for merging not to count.
const BLOCK_ENTRIES: usize = 16_384;
/// Rows of a block at least, so that wide data are not dominated by merging.
const MIN_BLOCK_ROWS: usize = 8;

/// How many rows a block of `x` has.
///
/// Depends on the shape of the data alone: the order of summation must not change with the threads.
pub(super) fn rows_per_block<X: Features + ?Sized>(x: &X) -> usize {
    if !x.is_sparse() {
        return (BLOCK_ENTRIES / x.n_features()).max(MIN_BLOCK_ROWS);
    }
    // A block costs O(d) beside its entries: it has several entries a column on average.
    let entries = BLOCK_ENTRIES.max(x.n_features().saturating_mul(16));
    let entries_per_row = (x.n_stored() / x.n_rows()).max(1);
    entries.div_ceil(entries_per_row).max(MIN_BLOCK_ROWS)
}

/// Sums over the rows of a block, for each column.
///
/// Weights are counted in a `unit` near their maximum, so that products with them stay in range.
struct BlockSums {
    unit: f64,
    weight: Vec<f64>,
    /// A value of the column: a constant column gets its mean without rounding, and a large offset does not
    /// eat the digits of the sum.
    shift: Vec<f64>,
    /// First Σ w (x − shift), then the mean.
    mean: Vec<f64>,
    /// Σ w (x − mean): zero but for rounding, which it corrects.
    rest: Vec<f64>,
    squares: Vec<f64>,
}

impl BlockSums {
    fn new(shift: Vec<f64>, largest_weight: f64) -> Self {
        // The power of two below the weight, so that dividing by it is exact.
        let power = f64::from_bits(largest_weight.to_bits() & f64::INFINITY.to_bits());
        let zeros = vec![0.0; shift.len()];
        Self {
            unit: power.max(f64::MIN_POSITIVE),
            weight: zeros.clone(),
            mean: zeros.clone(),
            rest: zeros.clone(),
            squares: zeros,
            shift,
        }
    }

    /// Between the passes.
    fn centre(&mut self) {
        for ((mean, &shift), &weight) in self.mean.iter_mut().zip(&self.shift).zip(&self.weight) {
            *mean = shift + *mean / weight;
        }
    }

    /// Adds an entry in the first pass, where they come one at a time.
    fn add(&mut self, column: usize, value: f64, weight: f64) {
        if value.is_nan() {
            return;
        }
        if self.weight[column] == 0.0 {
            self.shift[column] = value;
        }
        self.weight[column] += weight;
        self.mean[column] += weight * (value - self.shift[column]);
    }

    /// Adds an entry in the second pass.
    fn add_square(&mut self, column: usize, value: f64, weight: f64) {
        if !value.is_nan() {
            let deviation = value - self.mean[column];
            self.rest[column] += weight * deviation;
            self.squares[column] += weight * deviation * deviation;
        }
    }

    /// Adds a row in the first pass.
    #[inline(always)]
    fn add_row<F: Scalar, const MISSING: bool>(&mut self, row: &[F], weight: f64) {
        for ((sum, &shift), value) in self.mean.iter_mut().zip(&self.shift).zip(row) {
            let value = value.widen();
            *sum += known::<MISSING>(value, weight * (value - shift));
        }
        if MISSING {
            let columns = self.weight.iter_mut().zip(row);
            columns.for_each(|(sum, value)| *sum += known::<true>(value.widen(), weight));
        }
    }

    /// Adds a row in the second pass.
    #[inline(always)]
    fn add_squares<F: Scalar, const MISSING: bool>(&mut self, row: &[F], weight: f64) {
        let columns = self.rest.iter_mut().zip(&mut self.squares).zip(&self.mean).zip(row);
        for (((rest, squares), &mean), value) in columns {
            let value = value.widen();
            let deviation = known::<MISSING>(value, value - mean);
            *rest += weight * deviation;
            *squares += weight * deviation * deviation;
        }
    }

    /// The weight, mean and variance of each column.
    fn columns(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let sums = self.weight.iter().zip(&self.mean).zip(self.rest.iter().zip(&self.squares));
        sums.map(|((&weight, &mean), (&rest, &squares))| {
            let variance = (squares - rest * (rest / weight)) / weight;
            // Not `max`, which would make a zero of NaN.
            (weight * self.unit, mean, if variance < 0.0 { 0.0 } else { variance })
        })
    }
}

/// The moments of some rows. `copy` is room for a copy of them, to be used again.
///
/// # Errors
/// [`Error::NonFinite`](crate::Error::NonFinite) for infinities.
pub(super) fn block_moments<X: Features + ?Sized, Y: Weights + ?Sized>(
    x: &X,
    y: &Y,
    rows: Range<usize>,
    copy: &mut Vec<f64>,
) -> Result<Moments> {
    if x.is_sparse() { of_sparse_block(x, y, rows) } else { of_dense_block(x, y, rows, copy) }
}

fn of_dense_block<X: Features + ?Sized, Y: Weights + ?Sized>(
    x: &X,
    y: &Y,
    rows: Range<usize>,
    values: &mut Vec<f64>,
) -> Result<Moments> {
    let mut weights: Vec<f64> = rows.clone().map(|row| y.weight(row)).collect();
    let all_count = weights.iter().all(|&weight| weight > 0.0);
    if let Some(values) = x.rows_slice(rows.clone()).filter(|_| all_count) {
        return of_values(x, rows, values, &weights);
    }
    let n_columns = x.n_features();
    values.resize(rows.len().saturating_mul(n_columns), 0.0);
    let counting = rows.clone().zip(&weights).filter(|&(_, &weight)| weight > 0.0);
    for ((row, _), copy) in counting.zip(values.chunks_exact_mut(n_columns)) {
        x.copy_row(row, copy);
    }
    // Infinities are refused in rows that do not count, too.
    if !all_count && let Some(row) = rows.clone().find(|&row| is_infinite(x, row)) {
        return Err(first_non_finite(x, row, Missing::Allowed));
    }
    weights.retain(|&weight| weight > 0.0);
    values.truncate(weights.len() * n_columns);
    of_values(x, rows, values, &weights)
}

fn is_infinite<X: Features + ?Sized>(x: &X, row: usize) -> bool {
    let mut found = false;
    x.for_each_in_row(row, |_, value| found |= value.is_infinite());
    found
}

/// The moments of `values`, those of the rows that count; all of them are searched for an infinity where one shows.
fn of_values<X: Features + ?Sized, F: Scalar>(
    x: &X,
    mut rows: Range<usize>,
    values: &[F],
    weights: &[f64],
) -> Result<Moments> {
    let n_columns = x.n_features();
    let moments = simd::run(Values::<F, false> { values, weights, n_columns });
    // NaN and infinities show in the mean of their column: only then is it worth while to look for them.
    if moments.mean().iter().all(|mean| mean.is_finite()) {
        return Ok(moments);
    }
    match rows.find(|&row| is_infinite(x, row)) {
        Some(row) => Err(first_non_finite(x, row, Missing::Allowed)),
        None => Ok(simd::run(Values::<F, true> { values, weights, n_columns })),
    }
}

/// The moments of rows that lie side by side, all of positive weight. Sums are not fused: they are the same on every
/// processor.
struct Values<'a, F, const MISSING: bool> {
    values: &'a [F],
    weights: &'a [f64],
    n_columns: usize,
}

impl<F: Scalar, const MISSING: bool> Kernel for Values<'_, F, MISSING> {
    type Output = Moments;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Moments {
        let Self { values, weights, n_columns } = self;
        let rows = || values.chunks_exact(n_columns);
        let Some(first) = rows().next() else { return Moments::of_nothing(n_columns) };
        let mut shift: Vec<f64> = first.iter().map(|value| value.widen()).collect();
        if MISSING {
            for row in rows() {
                let unknown = shift.iter_mut().zip(row).filter(|(shift, _)| shift.is_nan());
                unknown.for_each(|(shift, value)| *shift = value.widen());
            }
        }
        let mut sums = BlockSums::new(shift, weights.iter().copied().fold(0.0, f64::max));
        for (row, &weight) in rows().zip(weights) {
            sums.add_row::<F, MISSING>(row, weight / sums.unit);
        }
        if !MISSING {
            sums.weight.fill(weights.iter().map(|weight| weight / sums.unit).sum());
        }
        sums.centre();
        for (row, &weight) in rows().zip(weights) {
            sums.add_squares::<F, MISSING>(row, weight / sums.unit);
        }
        Moments::from_columns(sums.columns())
    }
}

/// `term`, or nothing where the value is missing.
#[inline(always)]
fn known<const MISSING: bool>(value: f64, term: f64) -> f64 {
    if MISSING && value.is_nan() { 0.0 } else { term }
}

fn of_sparse_block<X: Features + ?Sized, Y: Weights + ?Sized>(
    x: &X,
    y: &Y,
    rows: Range<usize>,
) -> Result<Moments> {
    let n_columns = x.n_features();
    let largest = rows.clone().map(|row| y.weight(row)).fold(0.0, f64::max);
    let mut sums = BlockSums::new(vec![f64::NAN; n_columns], largest);
    let mut stored = vec![(0usize, 0.0); n_columns]; // rows and weight
    let mut total = (0usize, 0.0);
    for row in rows.clone() {
        let weight = y.weight(row) / sums.unit;
        let mut infinite = false;
        x.for_each_in_row(row, |column, value| {
            infinite |= value.is_infinite();
            if weight > 0.0 {
                stored[column] = (stored[column].0 + 1, stored[column].1 + weight);
                sums.add(column, value.widen(), weight);
            }
        });
        if infinite {
            return Err(first_non_finite(x, row, Missing::Allowed));
        }
        if weight > 0.0 {
            total = (total.0 + 1, total.1 + weight);
        }
    }
    sums.centre();
    for row in rows {
        let weight = y.weight(row) / sums.unit;
        if weight > 0.0 {
            x.for_each_in_row(row, |column, value| sums.add_square(column, value.widen(), weight));
        }
    }
    let columns = sums.columns().zip(&stored).map(|(known, stored)| {
        // Counted in rows, too: what rounding leaves of the weights must not pass for a zero.
        let zeros = if stored.0 < total.0 { (total.1 - stored.1).max(0.0) * sums.unit } else { 0.0 };
        merged(known, (zeros, 0.0, 0.0))
    });
    Ok(Moments::from_columns(columns))
}
