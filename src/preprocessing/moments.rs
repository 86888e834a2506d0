//! Weights, means and variances of columns, in one pass over memory.

use super::block::{block_moments, rows_per_block};
use crate::data::{Features, Weights, check_shape, check_weights};
use crate::error::{Error, Result};
use crate::parallel::try_map;
use ndarray::Array1;

/// Blocks are merged in at most so many groups, which may run at the same time.
const MAX_GROUPS: usize = 64;

/// The weighted moments of each column: n = Σ w_i, mean = Σ w_i x_i / n and variance = Σ w_i (x_i − mean)² / n.
///
/// Sums run over the rows in which the column is not NaN. Moments of parts of a data set merge into those of
/// the whole, so that parts can be seen at different times or in different places.
///
/// Computed in `f64` whatever the type of the entries, block by block: two passes over a block that sits in
/// cache, deviations taken from a value of the block, then the blocks are merged in order. The result does
/// not depend on the number of threads. O(n·d) time; O(number of stored entries + d) for sparse data.
///
/// Reference: Chan, Golub, LeVeque (1983), "Algorithms for computing the sample variance: analysis and
/// recommendations", The American Statistician 37(3): the corrected two-pass algorithm and pairwise merging,
/// [doi:10.1080/00031305.1983.10483115](https://doi.org/10.1080/00031305.1983.10483115).
///
/// ```
/// use certifit::preprocessing::Moments;
/// use ndarray::array;
///
/// let mut moments = Moments::of(&array![[1.0], [2.0], [f64::NAN]], &())?;
/// moments.merge(&Moments::of(&array![[6.0]], &())?)?;
/// assert_eq!((moments.weight()[0], moments.mean()[0]), (3.0, 3.0));
/// assert!((moments.variance()[0] - 14.0 / 3.0).abs() < 1e-14);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    weight: Array1<f64>,
    mean: Array1<f64>,
    /// The variance and not Σ w (x − mean)², which very small or large weights would carry out of range.
    variance: Array1<f64>,
}

impl Moments {
    /// The moments of the columns of `x`, whose rows weigh what `y` says.
    ///
    /// Rows of weight 0 do not count. Entries that a sparse matrix does not store count as zeros.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Unsupported`] for a sparse matrix stored by columns, [`Error::NonFinite`]
    /// for infinities (in rows of weight 0, too), [`Error::LengthMismatch`], [`Error::InvalidWeight`].
    pub fn of<X: Features + ?Sized, Y: Weights + ?Sized>(x: &X, y: &Y) -> Result<Self> {
        check_shape(x)?;
        check_weights(x.n_rows(), y)?;
        let n_rows = x.n_rows();
        let rows_per_block = rows_per_block(x);
        let n_blocks = n_rows.div_ceil(rows_per_block);
        let blocks_per_group = n_blocks.div_ceil(MAX_GROUPS);
        let groups = try_map(n_blocks.div_ceil(blocks_per_group), |group| {
            let (mut moments, mut copy) = (Self::of_nothing(x.n_features()), Vec::new());
            for block in (0..n_blocks).skip(group * blocks_per_group).take(blocks_per_group) {
                let start = block * rows_per_block;
                let rows = start..n_rows.min(start.saturating_add(rows_per_block));
                moments.merge_columns(&block_moments(x, y, rows, &mut copy)?);
            }
            Ok(moments)
        })?;
        let mut whole = Self::of_nothing(x.n_features());
        groups.iter().for_each(|group| whole.merge_columns(group));
        Ok(whole)
    }

    /// Takes in the moments of other rows: O(d).
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`] if `other` has another number of columns, [`Error::Overflow`] if the weights together
    /// leave the range of `f64`.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let (expected, found) = (self.n_columns(), other.n_columns());
        if expected != found {
            return Err(Error::FeatureMismatch { expected, found });
        }
        let total = self.weight.iter().zip(&other.weight).map(|(ours, theirs)| ours + theirs);
        if let Some(column) = total.into_iter().position(|weight| weight.is_infinite()) {
            return Err(Error::Overflow { what: "the sum of the weights", column: Some(column) });
        }
        self.merge_columns(other);
        Ok(())
    }

    /// The number of columns.
    pub fn n_columns(&self) -> usize {
        self.weight.len()
    }

    /// The sum of the weights of the rows in which a column is not missing.
    pub fn weight(&self) -> &Array1<f64> {
        &self.weight
    }

    /// The mean of each column; NaN where all is missing.
    pub fn mean(&self) -> &Array1<f64> {
        &self.mean
    }

    /// The population variance (divided by n) of each column; NaN where all is missing, infinite or NaN where
    /// the squares overflow.
    pub fn variance(&self) -> &Array1<f64> {
        &self.variance
    }

    /// From the weight, mean and variance of each column.
    pub(super) fn from_columns(columns: impl Iterator<Item = (f64, f64, f64)>) -> Self {
        let (mut weights, mut means, mut variances) = (Vec::new(), Vec::new(), Vec::new());
        for (weight, mean, variance) in columns {
            weights.push(weight);
            means.push(mean);
            variances.push(variance);
        }
        Self { weight: weights.into(), mean: means.into(), variance: variances.into() }
    }

    pub(super) fn of_nothing(n_columns: usize) -> Self {
        let missing = Array1::from_elem(n_columns, f64::NAN);
        Self { weight: Array1::zeros(n_columns), mean: missing.clone(), variance: missing }
    }

    fn merge_columns(&mut self, other: &Self) {
        let ours = self.weight.iter_mut().zip(&mut self.mean).zip(&mut self.variance);
        let theirs = other.weight.iter().zip(&other.mean).zip(&other.variance);
        for (((weight, mean), variance), ((&w, &m), &v)) in ours.zip(theirs) {
            (*weight, *mean, *variance) = merged((*weight, *mean, *variance), (w, m, v));
        }
    }
}

/// The (weight, mean, variance) of two samples together.
pub(super) fn merged(a: (f64, f64, f64), b: (f64, f64, f64)) -> (f64, f64, f64) {
    if b.0 == 0.0 {
        return a;
    }
    if a.0 == 0.0 {
        return b;
    }
    let weight = a.0 + b.0;
    let (share_a, share_b) = (a.0 / weight, b.0 / weight);
    let delta = b.1 - a.1;
    let between = (delta * share_a) * (delta * share_b);
    (weight, a.1 + delta * share_b, a.2 * share_a + b.2 * share_b + between)
}

/// Whether a column of this weight, mean and variance cannot be told from a constant by rounding; as in scikit-learn.
pub(super) fn is_constant(weight: f64, mean: f64, variance: f64) -> bool {
    let rounding = weight * f64::EPSILON * variance + (weight * mean * f64::EPSILON).powi(2);
    // Nor has a variance that is next to no number a precise square root.
    variance <= rounding || variance < f64::MIN_POSITIVE
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Moments, merged};
    use crate::data::Weights;
    use crate::error::Error;
    use approx::assert_relative_eq;
    use ndarray::{Array2, array};

    /// Pseudo-random in [0, 1): the fractional parts of multiples of the golden ratio.
    fn uniform(i: usize) -> f64 {
        (i as f64 * 0.618_033_988_749_894_9).fract()
    }

    /// What is not 0, NaN included (which `csr_from_dense` would drop).
    #[cfg(feature = "sparse")]
    pub(in crate::preprocessing) fn csr(dense: &Array2<f64>) -> sprs::CsMat<f64> {
        let mut entries = sprs::TriMat::new(dense.dim());
        for ((row, column), &value) in dense.indexed_iter().filter(|(_, value)| **value != 0.0) {
            entries.add_triplet(row, column, value);
        }
        entries.to_csr()
    }

    #[test]
    fn closed_forms() -> Result<(), Error> {
        // 0, …, n − 1 has mean (n − 1)/2 and variance (n² − 1)/12; many blocks and groups.
        for n in [1, 2, 20_000, 700_001] {
            let x = Array2::from_shape_fn((n, 1), |(i, _)| i as f64);
            let moments = Moments::of(&x, &())?;
            let n = n as f64;
            assert_eq!(moments.weight()[0], n);
            assert_relative_eq!(moments.mean()[0], (n - 1.0) / 2.0, max_relative = 1e-14);
            assert_relative_eq!(moments.variance()[0], (n * n - 1.0) / 12.0, max_relative = 1e-14);
        }
        Ok(())
    }

    #[test]
    fn a_large_offset_does_not_eat_the_variance() -> Result<(), Error> {
        // Eighths are exact beside 10⁹, so that the variance is known. The means of blocks are off by 10⁻⁷ at
        // most (half a unit in the last place of 10⁹) and differ by 10⁻³ at most: 2·10⁻¹⁰ in the square.
        let x = Array2::from_shape_fn((100_000, 3), |(i, _)| 1e9 + (i % 8) as f64 / 8.0);
        let moments = Moments::of(&x, &())?;
        let exact = 63.0 / 12.0 / 64.0;
        moments.variance().iter().for_each(|&v| assert_relative_eq!(v, exact, max_relative = 1e-9));
        let x = Array2::from_shape_fn((100_000, 1), |(i, _)| 1e9 + uniform(i));
        let noise = x.mapv(|v| v - 1e9);
        let (shifted, plain) = (Moments::of(&x, &())?, Moments::of(&noise, &())?);
        assert_relative_eq!(shifted.variance()[0], plain.variance()[0], max_relative = 1e-9);
        Ok(())
    }

    #[test]
    fn extreme_weights_stay_in_range() -> Result<(), Error> {
        let x = array![[1e-60, 1e100], [3e-60, -1e100], [3e-60, -1e100]];
        for weight in [1e-250, 1.0, 1e250] {
            let moments = Moments::of(&x, &().weighted(&[2.0 * weight, weight, weight])?)?;
            assert_relative_eq!(moments.weight()[0], 4.0 * weight, max_relative = 1e-15);
            assert_relative_eq!(moments.mean()[0], 2e-60, max_relative = 1e-15);
            assert_relative_eq!(moments.variance()[0], 1e-120, max_relative = 1e-14, epsilon = 0.0);
            assert_relative_eq!(moments.variance()[1], 1e200, max_relative = 1e-14);
        }
        Ok(())
    }

    #[test]
    fn missing_values_and_rows_of_weight_zero_do_not_count() -> Result<(), Error> {
        let nan = f64::NAN;
        let x = array![[nan, 5.0, nan], [1.0, nan, nan], [3.0, 7.0, nan], [nan, 100.0, nan]];
        let moments = Moments::of(&x, &().weighted(&[1.0, 3.0, 1.0, 0.0])?)?;
        assert_eq!(moments.weight(), array![4.0, 2.0, 0.0]);
        assert_eq!((moments.mean()[0], moments.mean()[1]), (1.5, 6.0));
        assert_eq!((moments.variance()[0], moments.variance()[1]), (0.75, 1.0));
        assert!(moments.mean()[2].is_nan() && moments.variance()[2].is_nan());
        Ok(())
    }

    #[test]
    fn the_first_infinity_is_reported() -> Result<(), Error> {
        let x = array![[1.0, 2.0], [f64::NAN, 2.0], [1.0, f64::INFINITY], [f64::NEG_INFINITY, 2.0]];
        for y in [[1.0; 4], [1.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0]] {
            let error = Moments::of(&x, &().weighted(&y)?);
            let value = f64::INFINITY;
            assert_eq!(error, Err(Error::NonFinite { what: "x", row: 2, column: Some(1), value }), "{y:?}");
        }
        Ok(())
    }

    #[test]
    fn merging_is_symmetric_and_nothing_is_neutral() {
        let (a, b) = ((3.0, 1.0, 0.5), (1.5, -2.0, 4.0));
        let (ab, ba) = (merged(a, b), merged(b, a));
        assert_relative_eq!(ab.1, ba.1, max_relative = 1e-15);
        assert_relative_eq!(ab.2, ba.2, max_relative = 1e-15);
        assert_eq!(merged(a, (0.0, f64::NAN, f64::NAN)), a);
        assert_eq!(merged((0.0, f64::NAN, f64::NAN), a), a);
        assert!(Moments::of_nothing(2).merge(&Moments::of_nothing(3)).is_err());
    }

    #[test]
    #[cfg(feature = "rayon")]
    fn the_number_of_threads_cannot_be_told() {
        let x = Array2::from_shape_fn((30_000, 7), |(i, j)| 1e3 + uniform(i * 7 + j) * 10f64.powi(j as i32));
        let with_threads = |n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| Moments::of(&x, &()).unwrap())
        };
        assert_eq!(with_threads(1), with_threads(5));
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn sparse_columns_that_are_full_or_missing_in_part() -> Result<(), Error> {
        // Column 0 is full and has a large offset: a left-over of the weights must not pass for a zero.
        let weight: Vec<f64> = (0..1000).map(|i| 0.1 + uniform(i)).collect();
        let dense = Array2::from_shape_fn((1000, 3), |(i, j)| match j {
            0 => 1e8 + uniform(i),
            1 if i % 3 > 0 => 0.0,
            2 if i % 7 == 0 => f64::NAN,
            2 if i % 2 == 0 => 0.0,
            _ => 5.0 + uniform(i * i),
        });
        let sparse = csr(&dense);
        let (a, b) =
            (Moments::of(&dense, &().weighted(&weight)?)?, Moments::of(&sparse, &().weighted(&weight)?)?);
        for j in 0..3 {
            assert_relative_eq!(a.weight()[j], b.weight()[j], max_relative = 1e-12);
            assert_relative_eq!(a.mean()[j], b.mean()[j], max_relative = 1e-12);
            assert_relative_eq!(a.variance()[j], b.variance()[j], max_relative = 1e-9);
        }
        Ok(())
    }
}
