//! What the generators share: checks, matrices, and the order of rows and columns.

use super::Dataset;
use crate::error::{Error, Result};
use crate::random::Random;
use ndarray::{Array2, ArrayView1};
use num_traits::ToPrimitive;

/// One number for all, or one for each.
///
/// Made from `f64`, `Vec<f64>` and `[f64; N]`:
///
/// ```
/// use certifit::datasets::{SameOrEach, make_blobs};
///
/// assert_eq!(SameOrEach::from([0.5, 2.0]), SameOrEach::Each(vec![0.5, 2.0]));
/// let data = make_blobs(8, 2).centers(2).cluster_std([0.5, 2.0]).generate()?;
/// assert_eq!(data.features.nrows(), 8);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum SameOrEach {
    /// The same number for all.
    Same(f64),
    /// A number for each, in order.
    Each(Vec<f64>),
}

impl From<f64> for SameOrEach {
    fn from(value: f64) -> Self {
        Self::Same(value)
    }
}

impl From<Vec<f64>> for SameOrEach {
    fn from(values: Vec<f64>) -> Self {
        Self::Each(values)
    }
}

impl<const N: usize> From<[f64; N]> for SameOrEach {
    fn from(values: [f64; N]) -> Self {
        Self::Each(values.into())
    }
}

impl SameOrEach {
    /// The `n` values, if there are as many and all are `good`.
    pub(super) fn values(
        &self,
        name: &'static str,
        n: usize,
        good: impl Fn(f64) -> bool,
        allowed: &str,
    ) -> Result<Vec<f64>> {
        let values = match self {
            Self::Same(value) => vec![*value; n],
            Self::Each(values) if values.len() == n => values.clone(),
            Self::Each(values) => {
                return Err(Error::invalid_parameter(name, values, format!("one number, or {n} numbers")));
            }
        };
        match values.iter().find(|&&value| !good(value)) {
            Some(value) => Err(Error::invalid_parameter(name, value, allowed)),
            None => Ok(values),
        }
    }
}

/// Refuses 0.
pub(super) fn check_positive(name: &'static str, count: usize) -> Result<()> {
    match count {
        0 => Err(Error::invalid_parameter(name, count, "at least 1")),
        _ => Ok(()),
    }
}

/// Refuses a value that is not `good`, NaN among them.
pub(super) fn check_value(name: &'static str, value: f64, good: bool, allowed: &str) -> Result<()> {
    if good { Ok(()) } else { Err(Error::invalid_parameter(name, value, allowed)) }
}

/// Zeros, or an error that blames `name` where they do not fit in memory.
pub(super) fn zeros(name: &'static str, n_rows: usize, n_columns: usize) -> Result<Array2<f64>> {
    let too_many = || {
        // Rows are counted by n_samples, columns by the other names.
        let allowed = format!("small enough for {n_rows} x {n_columns} numbers to fit in memory");
        Error::invalid_parameter(name, if name == "n_samples" { n_rows } else { n_columns }, allowed)
    };
    let len = n_rows.checked_mul(n_columns).ok_or_else(too_many)?;
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| too_many())?;
    values.resize(len, 0.0);
    Array2::from_shape_vec((n_rows, n_columns), values).map_err(|_| too_many())
}

/// Sets every entry, row after row.
pub(super) fn fill(matrix: &mut Array2<f64>, mut draw: impl FnMut() -> f64) {
    matrix.iter_mut().for_each(|value| *value = draw());
}

/// `vector · matrix`, summed in the order of the rows: a library's product may round differently on another
/// processor, and the data must be the same on all.
pub(super) fn product(vector: &[f64], matrix: &Array2<f64>) -> Vec<f64> {
    let mut sums = vec![0.0; matrix.ncols()];
    for (factor, row) in vector.iter().zip(matrix.rows()) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += factor * value);
    }
    sums
}

/// The scalar product, summed from left to right (see [`product`]).
pub(super) fn dot(a: ArrayView1<f64>, b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `n` divided by shares that sum to 1: rounded down, and one more for the largest remainders.
pub(super) fn largest_remainder(n: usize, shares: &[f64]) -> Vec<usize> {
    let exact: Vec<f64> = shares.iter().map(|share| n as f64 * share).collect();
    let mut sizes: Vec<usize> = exact.iter().map(|exact| exact.to_usize().unwrap_or(0)).collect();
    let mut by_remainder: Vec<usize> = (0..sizes.len()).collect();
    by_remainder.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let placed = sizes.iter().fold(0usize, |sum, &size| sum.saturating_add(size));
    for &index in by_remainder.iter().cycle().take(n.saturating_sub(placed)) {
        sizes[index] += 1;
    }
    sizes
}

/// Refuses generated features that left the range of `f64`.
pub(super) fn check_generated(features: &Array2<f64>) -> Result<()> {
    let overflown = features.indexed_iter().find(|(_, value)| !value.is_finite());
    match overflown {
        Some(((_, column), _)) => Err(Error::Overflow { what: "a generated feature", column: Some(column) }),
        None => Ok(()),
    }
}

/// `prefix` followed by 0, 1, …, n − 1.
pub(super) fn numbered(prefix: &str, n: usize) -> impl Iterator<Item = String> {
    (0..n).map(move |index| format!("{prefix}{index}"))
}

/// The order of the rows or the columns: random, or as it is.
pub(super) fn order(shuffle: bool, n: usize, random: &mut Random) -> Vec<usize> {
    if shuffle { random.permutation(n) } else { (0..n).collect() }
}

impl<Y: Clone> Dataset<Y> {
    /// These rows and columns, which must be permutations, in this order; columns keep their names.
    pub(super) fn arranged(self, rows: &[usize], columns: &[usize]) -> Self {
        let shape = (rows.len(), columns.len());
        Self {
            features: Array2::from_shape_fn(shape, |(i, j)| self.features[[rows[i], columns[j]]]),
            target: rows.iter().map(|&row| self.target[row].clone()).collect(),
            feature_names: columns.iter().map(|&column| self.feature_names[column].clone()).collect(),
            ..self
        }
    }
}
