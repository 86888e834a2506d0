//! Columns of mean 0 and variance 1.

use super::affine::Affine;
use super::moments::{Moments, is_constant};
use crate::compose::Compose;
use crate::data::{Features, FeaturesMut, Given, Taken, Weights, check_shape, check_width};
use crate::error::{Error, Result};
use crate::estimator::{
    Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform, same_names,
};
use crate::scalar::Scalar;
use ndarray::Array1;
use std::cmp::Ordering;

/// Scales each column to mean 0 and variance 1: z = (x − mean) / scale, scale = √variance.
///
/// Mean and variance (divided by n, not n − 1) are those of the rows of the fit, weighted by the weights that
/// travel with `y`; `fit(&x, &())` is enough where there are none. They are computed in one pass over memory,
/// in `f64` also for `f32` data, and are accurate for columns with a large offset, too ([`Moments`]). The
/// result is the same for any number of threads.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`with_mean`](Self::with_mean) | `true` | subtract the mean; must be `false` for sparse data |
/// | [`with_std`](Self::with_std) | `true` | divide by the scale |
///
/// * A constant column has the scale 1 and becomes 0. Constant is, as in scikit-learn, what cannot be told
///   from it by rounding: variance ≤ n·ε·variance + (n·mean·ε)², with n the column's weight and ε the machine
///   epsilon of `f64`. So is a variance below 2.2·10⁻³⁰⁸, which has no precise square root.
/// * NaN is a missing value: it does not count in the fit of its column and stays NaN. A column that is all
///   NaN has mean, variance and scale NaN, and takes nothing but NaN in `transform` (where scikit-learn makes
///   NaN of numbers, this is an error).
/// * Rows of weight 0 do not count, and a row of weight 2 is the same as the row twice.
/// * Entries that a sparse matrix does not store are zeros and count as such; its variance is that about the
///   mean, also without `with_mean`.
///
/// # Errors
/// `fit` answers [`Error::Empty`] without rows or columns, [`Error::NonFinite`] for infinities,
/// [`Error::LengthMismatch`] or [`Error::InvalidWeight`] for bad weights, [`Error::Unsupported`] for sparse data
/// unless `with_mean` is `false`, [`Error::Overflow`] for a column whose mean or variance is beyond `f64`.
///
/// # Cost
/// O(n·d); the fit reads the data once, the transform reads and writes them once, on all threads. Of large data most of
/// the time goes into new memory for the result, page by page.
/// [`fit_transform_owned`](FitTransform::fit_transform_owned) and
/// [`transform_in_place`](FittedStandardScaler::transform_in_place) need none. Where the result must be new, large pages
/// help: NumPy asks Linux for them by itself; Rust's allocator, which is that of glibc, does not. An allocator
/// that keeps freed memory, such as mimalloc, spares the calls behind the first one most of this.
///
/// Reference: `sklearn.preprocessing.StandardScaler`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[0.0, 10.0], [0.0, 30.0], [6.0, 20.0]];
/// let scaler = StandardScaler::new().fit(&x, &())?;
/// assert_eq!(scaler.mean(), array![2.0, 20.0]);
/// assert_eq!(scaler.var().map(|var| var[0]), Some(8.0));
/// let z = scaler.transform(&x)?;
/// assert!((z[[2, 0]] - 2f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StandardScaler {
    with_mean: bool,
    with_std: bool,
}

impl Default for StandardScaler {
    fn default() -> Self {
        Self { with_mean: true, with_std: true }
    }
}

impl StandardScaler {
    /// With mean and scale.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to subtract the mean (default `true`). Sparse data need `false`: their zeros would be lost.
    pub fn with_mean(mut self, with_mean: bool) -> Self {
        self.with_mean = with_mean;
        self
    }

    /// Whether to divide by the scale (default `true`).
    pub fn with_std(mut self, with_std: bool) -> Self {
        self.with_std = with_std;
        self
    }

    /// The fitted scaler from moments that are known already, such as those of shards that were merged.
    ///
    /// # Errors
    /// [`Error::Overflow`] for a column whose mean or variance is beyond `f64`.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::array;
    ///
    /// let mut moments = Moments::of(&array![[1.0], [2.0]], &())?;
    /// moments.merge(&Moments::of(&array![[6.0]], &())?)?;
    /// let scaler: FittedStandardScaler<f64> = StandardScaler::new().fit_moments(moments)?;
    /// assert_eq!(scaler.mean()[0], 3.0);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn fit_moments<F: Scalar>(&self, moments: Moments) -> Result<FittedStandardScaler<F>> {
        let n_columns = moments.n_columns();
        let beyond = |values: &Array1<f64>| {
            let mut columns = values.iter().zip(moments.weight());
            columns.position(|(value, &weight)| weight > 0.0 && !value.is_finite())
        };
        if let Some(column) = beyond(moments.mean()) {
            return Err(Error::Overflow { what: "the mean", column: Some(column) });
        }
        if let Some(column) = beyond(moments.variance()).filter(|_| self.with_std) {
            return Err(Error::Overflow { what: "the variance", column: Some(column) });
        }
        let scale = self.with_std.then(|| scale(&moments));
        let shift = if self.with_mean { moments.mean().to_vec() } else { vec![0.0; n_columns] };
        let divisor = scale.as_ref().map_or_else(|| vec![1.0; n_columns], |scale| scale.to_vec());
        Ok(FittedStandardScaler { parameters: *self, moments, scale, affine: Affine::new(shift, divisor) })
    }

    fn check_density<X: Features + ?Sized>(&self, x: &X) -> Result<()> {
        if !(self.with_mean && x.is_sparse()) {
            return Ok(());
        }
        Err(Error::Unsupported {
            what: "centering sparse data",
            reason: "it would fill in all zeros; use StandardScaler::new().with_mean(false)",
        })
    }
}

/// The standard deviation, or 1 where the column is constant.
fn scale(moments: &Moments) -> Array1<f64> {
    let columns = moments.weight().iter().zip(moments.mean()).zip(moments.variance());
    let scales = columns.map(
        |((&n, &mean), &variance)| {
            if is_constant(n, mean, variance) { 1.0 } else { variance.sqrt() }
        },
    );
    scales.collect()
}

impl Compose for StandardScaler {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for StandardScaler {
    type Fitted = FittedStandardScaler<X::Elem>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        check_shape(x)?;
        self.check_density(x)?;
        self.fit_moments(Moments::of(x, y)?)
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized> FitTransform<X, Y> for StandardScaler {
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

/// What [`StandardScaler`] learns: the moments of each column.
///
/// Transforms dense and sparse features of `F`; computes in `f64` and rounds once. A result that is too large
/// for `F` is [`Error::Overflow`], so that finite features stay finite.
///
/// More rows can come later:
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let mut scaler = StandardScaler::new().fit(&array![[1.0], [2.0]], &())?;
/// scaler.partial_fit(&array![[6.0]], &())?;
/// assert_eq!((scaler.n_samples_seen()[0], scaler.mean()[0]), (3.0, 3.0));
/// let x = array![[4.0f64], [5.0]];
/// let back = scaler.inverse_transform(&scaler.transform(&x)?)?;
/// assert!((back[[1, 0]] - 5.0).abs() < 1e-12);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FittedStandardScaler<F> {
    parameters: StandardScaler,
    moments: Moments,
    scale: Option<Array1<f64>>,
    affine: Affine<F>,
}

impl<F: Scalar> FittedStandardScaler<F> {
    /// Learns from more rows, as if they had been there in the first fit. After an error nothing has changed.
    ///
    /// # Errors
    /// Those of the fit, and [`Error::FeatureMismatch`] for another width.
    pub fn partial_fit<X, Y>(&mut self, x: &X, y: &Y) -> Result<()>
    where
        X: Features<Elem = F> + ?Sized,
        Y: Weights + ?Sized,
    {
        check_shape(x)?;
        check_width(x, self.n_features_in())?;
        self.parameters.check_density(x)?;
        let mut moments = self.moments.clone();
        moments.merge(&Moments::of(x, y)?)?;
        *self = self.parameters.fit_moments(moments)?;
        Ok(())
    }

    /// x ← (x − mean) / scale, without a copy. After an error `x` is as it was.
    ///
    /// # Errors
    /// Those of [`transform`](Transformer::transform).
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::array;
    ///
    /// let mut x = array![[1.0f32], [3.0]];
    /// StandardScaler::new().fit(&x, &())?.transform_in_place(&mut x)?;
    /// assert_eq!(x, array![[-1.0], [1.0]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn transform_in_place<X: FeaturesMut<Elem = F> + ?Sized>(&self, x: &mut X) -> Result<()> {
        self.parameters.check_density(x)?;
        self.affine.apply_in_place(x)
    }

    /// x · scale + mean: what [`transform`](Transformer::transform) was given.
    ///
    /// # Errors
    /// Those of [`transform`](Transformer::transform).
    pub fn inverse_transform<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.parameters.check_density(x)?;
        self.affine.invert(x)
    }

    fn image<T: Taken<Elem = F>>(&self, x: T) -> Result<T::Owned> {
        self.parameters.check_density(x.features())?;
        self.affine.apply(x)
    }

    /// The hyper-parameters of the fit.
    pub fn parameters(&self) -> &StandardScaler {
        &self.parameters
    }

    /// The mean of each column (also without `with_mean`); NaN where all is missing.
    pub fn mean(&self) -> &Array1<f64> {
        self.moments.mean()
    }

    /// The population variance of each column; `None` if `with_std` is `false`.
    pub fn var(&self) -> Option<&Array1<f64>> {
        self.parameters.with_std.then(|| self.moments.variance())
    }

    /// What each column is divided by; `None` if `with_std` is `false`.
    pub fn scale(&self) -> Option<&Array1<f64>> {
        self.scale.as_ref()
    }

    /// The sum of the weights of the rows in which a column is not missing.
    ///
    /// One number a column, also where all are equal (scikit-learn then has a single number).
    pub fn n_samples_seen(&self) -> &Array1<f64> {
        self.moments.weight()
    }

    /// The number of columns.
    pub fn n_features_in(&self) -> usize {
        self.moments.n_columns()
    }
}

/// (x − mean) / scale, of the same kind as `x` (owned).
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::Overflow`] if a
/// result is too large for `F`, [`Error::Unsupported`] for sparse data unless `with_mean` was `false` and for a
/// number in a column that was all NaN in the fit.
impl<X: Features<Elem = F> + ?Sized, F: Scalar> Transformer<X> for FittedStandardScaler<F> {
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        self.image(x)
    }
    fn transform_owned(&self, x: X) -> Result<Self::Output>
    where
        X: Sized,
    {
        self.image(Given(x))
    }
}

/// The names of the input.
impl<F: Scalar> FeatureNames for FittedStandardScaler<F> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in())
    }
}

#[cfg(test)]
mod tests {
    use super::{FittedStandardScaler, StandardScaler};
    use crate::data::{Rows, Weights};
    use crate::error::Error;
    use crate::estimator::{Estimator, Transformer};
    use approx::assert_relative_eq;
    use ndarray::{Array1, Array2, Axis, ShapeBuilder, Slice, array};
    use proptest::prelude::*;

    fn fit(x: &Array2<f64>) -> FittedStandardScaler<f64> {
        StandardScaler::new().fit(x, &()).unwrap()
    }

    /// Equal up to `tolerance` of the larger, and of 1; NaN equals NaN.
    #[track_caller]
    fn assert_near<'a>(
        found: impl IntoIterator<Item = &'a f64>,
        expected: impl IntoIterator<Item = &'a f64>,
        tolerance: f64,
    ) {
        let (mut found, mut expected) = (found.into_iter(), expected.into_iter());
        loop {
            match (found.next(), expected.next()) {
                (None, None) => return,
                (Some(a), Some(b)) => {
                    let near = (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0);
                    assert!(near || (a.is_nan() && b.is_nan()), "{a} is not {b}");
                }
                other => panic!("lengths differ: {other:?}"),
            }
        }
    }

    #[track_caller]
    fn assert_same_scaler(a: &FittedStandardScaler<f64>, b: &FittedStandardScaler<f64>, tolerance: f64) {
        assert_near(a.n_samples_seen(), b.n_samples_seen(), tolerance);
        assert_near(a.mean(), b.mean(), tolerance);
        assert_near(a.var().unwrap(), b.var().unwrap(), tolerance);
        assert_near(a.scale().unwrap(), b.scale().unwrap(), tolerance);
    }

    /// Matrices of 2 to 30 rows and 1 to 5 columns; one value in eight is missing, one column is constant.
    fn matrices() -> impl Strategy<Value = Array2<f64>> {
        (2usize..30, 1usize..6).prop_flat_map(|(n, d)| {
            let value = prop_oneof![7 => -50.0..50.0f64, 1 => Just(f64::NAN)];
            proptest::collection::vec(value, n * d).prop_map(move |values| {
                let mut x = Array2::from_shape_vec((n, d), values).unwrap();
                if d > 3 {
                    x.column_mut(1).fill(3.7);
                }
                x
            })
        })
    }

    /// Matrices without missing values, whose columns vary.
    fn numbers() -> impl Strategy<Value = Array2<f64>> {
        matrices().prop_map(|x| {
            Array2::from_shape_fn(x.dim(), |(i, j)| {
                let value = x[[i, j]];
                (if value.is_nan() { 0.0 } else { value }) + (i * i) as f64
            })
        })
    }

    proptest! {
        #[test]
        fn batches_are_as_one_fit(x in matrices(), cut in 1usize..29) {
            let cut = cut.min(x.nrows() - 1);
            let rows: Vec<usize> = (0..x.nrows()).collect();
            let weight: Array1<f64> = rows.iter().map(|&i| 0.5 + (i % 3) as f64).collect();
            let part = |rows: &[usize]| (x.take(rows), weight.take(rows));
            let (first, first_weight) = part(&rows[..cut]);
            let (second, second_weight) = part(&rows[cut..]);
            let mut batches = StandardScaler::new().fit(&first, &().weighted(&first_weight).unwrap()).unwrap();
            batches.partial_fit(&second, &().weighted(&second_weight).unwrap()).unwrap();
            let whole = StandardScaler::new().fit(&x, &().weighted(&weight).unwrap()).unwrap();
            assert_same_scaler(&batches, &whole, 1e-12);
        }

        #[test]
        fn the_order_of_rows_does_not_matter(x in matrices()) {
            let backwards: Vec<usize> = (0..x.nrows()).rev().collect();
            assert_same_scaler(&fit(&x), &fit(&x.take(&backwards)), 1e-12);
        }

        #[test]
        fn scaling_follows_the_data(x in numbers(), a in prop_oneof![-9.0..-0.1f64, 0.1..9.0f64], b in -99.0..99.0f64) {
            let (plain, moved) = (fit(&x), fit(&x.mapv(|v| a * v + b)));
            assert_near(moved.mean(), &plain.mean().mapv(|m| a * m + b), 1e-11);
            assert_near(moved.scale().unwrap(), &plain.scale().unwrap().mapv(|s| a.abs() * s), 1e-11);
            let (z, moved) = (plain.transform(&x).unwrap(), moved.transform(&x.mapv(|v| a * v + b)).unwrap());
            assert_near(&moved, &z.mapv(|z| z * a.signum()), 1e-9);
        }

        #[test]
        fn weight_two_is_the_row_twice_and_zero_is_none(x in matrices(), pattern in 0usize..3) {
            let times: Vec<usize> = (0..x.nrows()).map(|i| (i + pattern) % 3).collect();
            prop_assume!(times.iter().any(|&times| times > 0));
            let weight: Array1<f64> = times.iter().map(|&times| times as f64).collect();
            let rows = (0..x.nrows()).flat_map(|i| std::iter::repeat_n(i, times[i]));
            let repeated = x.take(&rows.collect::<Vec<_>>());
            let weighted = StandardScaler::new().fit(&x, &().weighted(&weight).unwrap()).unwrap();
            assert_same_scaler(&weighted, &fit(&repeated), 1e-12);
        }

        #[test]
        fn the_scaled_columns_have_mean_0_and_variance_1(x in numbers()) {
            let again = fit(&fit(&x).transform(&x).unwrap());
            assert_near(again.mean(), &Array1::zeros(x.ncols()), 1e-12);
            assert_near(again.var().unwrap(), &Array1::ones(x.ncols()), 1e-12);
        }

        #[test]
        fn the_inverse_gives_back(x in matrices(), with_mean: bool, with_std: bool) {
            let x = fill_first_row(x);
            let scaler = StandardScaler::new().with_mean(with_mean).with_std(with_std).fit(&x, &()).unwrap();
            assert_near(&scaler.inverse_transform(&scaler.transform(&x).unwrap()).unwrap(), &x, 1e-12);
        }

        #[test]
        fn rows_are_transformed_one_by_one_and_in_place(x in matrices()) {
            let scaler = fit(&x);
            let all = scaler.transform(&x).unwrap();
            for (i, row) in x.axis_iter(Axis(0)).enumerate() {
                let one = scaler.transform(&row.insert_axis(Axis(0))).unwrap();
                assert_near(one.row(0), all.row(i), 0.0);
            }
            let mut in_place = x;
            scaler.transform_in_place(&mut in_place).unwrap();
            assert_near(&in_place, &all, 0.0);
        }

        #[test]
        fn single_precision_is_near_double(x in numbers()) {
            let x32 = x.mapv(|v| v as f32);
            let single = StandardScaler::new().fit(&x32, &()).unwrap();
            let exact = fit(&x32.mapv(f64::from));
            assert_near(single.var().unwrap(), exact.var().unwrap(), 0.0); // sums are in f64
            let (z32, z) = (single.transform(&x32).unwrap(), exact.transform(&x32.mapv(f64::from)).unwrap());
            assert_near(&z32.mapv(f64::from), &z, 1e-7);
        }

        #[test]
        fn the_memory_layout_does_not_matter(x in matrices()) {
            let (n, d) = x.dim();
            let mut f_order = Array2::zeros((n, d).f());
            f_order.assign(&x);
            let mut wide = Array2::zeros((2 * n, 3 * d));
            let (rows, columns) = (Slice::new(0, None, 2), Slice::new(0, None, 3));
            wide.slice_axis_mut(Axis(0), rows).slice_axis_mut(Axis(1), columns).assign(&x);
            let strided = wide.slice_axis(Axis(0), rows);
            let strided = strided.slice_axis(Axis(1), columns);
            let scaler = fit(&x);
            assert_same_scaler(&scaler, &fit(&f_order), 0.0);
            assert_same_scaler(&scaler, &StandardScaler::new().fit(&strided, &()).unwrap(), 0.0);
            let z = scaler.transform(&x).unwrap();
            assert_near(&scaler.transform(&f_order).unwrap(), &z, 0.0);
            assert_near(&scaler.transform(&strided).unwrap(), &z, 0.0);
        }

        #[test]
        #[cfg(feature = "sparse")]
        fn sparse_is_as_dense(x in matrices(), weighted: bool) {
            let x = x.mapv(|v| if v.abs() < 25.0 { 0.0 } else { v });
            let sparse = crate::preprocessing::moments::tests::csr(&x);
            let weight: Array1<f64> = (0..x.nrows()).map(|i| if weighted { (i % 3) as f64 } else { 1.0 }).collect();
            let y = ().weighted(&weight).unwrap();
            let uncentred = StandardScaler::new().with_mean(false);
            let (a, b) = (uncentred.fit(&x, &y).unwrap(), uncentred.fit(&sparse, &y).unwrap());
            assert_same_scaler(&a, &b, 1e-12);
            // A column whose counted values are all missing refuses the others.
            let (z, z_sparse) = match (a.transform(&x), b.transform(&sparse)) {
                (Ok(z), Ok(z_sparse)) => (z, z_sparse),
                _ => return Err(TestCaseError::reject("no values")),
            };
            assert_near(&z_sparse.to_dense(), &z, 1e-12);
            let back = b.inverse_transform(&z_sparse).unwrap();
            assert_near(&back.to_dense(), &x, 1e-12);
        }
    }

    /// So that no column is all NaN.
    fn fill_first_row(mut x: Array2<f64>) -> Array2<f64> {
        x.row_mut(0).mapv_inplace(|v| if v.is_nan() { 1.5 } else { v });
        x
    }

    #[test]
    fn constant_columns_are_not_scaled() {
        let x = Array2::from_shape_fn((1000, 3), |(i, j)| match j {
            0 => 3.7,
            1 => 1e15 + (i % 2) as f64 / 8.0, // cannot be told from a constant by rounding
            _ => 1e-200 * i as f64,           // the variance underflows
        });
        let scaler = fit(&x);
        assert_eq!(scaler.scale().unwrap(), array![1.0, 1.0, 1.0]);
        assert_eq!((scaler.mean()[0], scaler.var().unwrap()[0]), (3.7, 0.0));
        assert!(scaler.transform(&x).unwrap().column(0).iter().all(|&z| z == 0.0));
    }

    #[test]
    fn tiny_and_huge_values_give_a_right_result_or_an_error() -> Result<(), Error> {
        for unit in [1e-300, 1e-160, 1e-155, 1e-150, 1.0, 1e150, 1e155, 1e300] {
            let x = array![[unit], [3.0 * unit]];
            match StandardScaler::new().fit(&x, &()) {
                Ok(scaler) => {
                    let z = scaler.transform(&x)?;
                    let scale = scaler.scale().unwrap()[0];
                    if scale == 1.0 && unit != 1.0 {
                        assert!(unit < 1e-154);
                        assert_relative_eq!(z[[1, 0]], unit, max_relative = 1e-15);
                    } else {
                        assert_relative_eq!(scale, unit, max_relative = 1e-14, epsilon = 0.0);
                        assert_relative_eq!(z[[1, 0]], 1.0, max_relative = 1e-14);
                    }
                }
                Err(error) => {
                    assert!(unit > 1e154);
                    assert_eq!(error, Error::Overflow { what: "the variance", column: Some(0) });
                }
            }
        }
        let x = array![[1e300], [3e300]];
        let centred = StandardScaler::new().with_std(false).fit(&x, &())?.transform(&x)?;
        assert_relative_eq!(centred[[1, 0]], 1e300, max_relative = 1e-15);
        assert_relative_eq!(centred[[0, 0]], -1e300, max_relative = 1e-15);
        Ok(())
    }

    #[test]
    fn finite_values_stay_finite_or_are_refused() -> Result<(), Error> {
        let scaler = StandardScaler::new().fit(&array![[0.0f32], [2e-10]], &())?;
        let z = scaler.transform(&array![[f32::NAN], [1e28]])?;
        assert!(z[[0, 0]].is_nan() && z[[1, 0]] > 9.9e37);
        let overflow = Error::Overflow { what: "the scaled value", column: Some(0) };
        let mut x = array![[1.0f32], [1e30]];
        assert_eq!(scaler.transform_in_place(&mut x), Err(overflow.clone()));
        assert_eq!(x, array![[1.0], [1e30]]); // untouched
        let wide = StandardScaler::new().fit(&array![[0.0f32], [2e10]], &())?;
        assert_eq!(wide.inverse_transform(&array![[1e30f32]]), Err(overflow.clone()));
        let far = StandardScaler::new().with_std(false).fit(&array![[1e308]], &())?;
        assert_eq!(far.transform(&array![[-1.7e308]]), Err(overflow));
        let none = StandardScaler::new().with_mean(false).with_std(false).fit(&array![[0.0]], &())?;
        assert_eq!(none.transform(&array![[f64::MAX]])?, array![[f64::MAX]]);
        Ok(())
    }

    #[test]
    fn the_border_of_the_range_is_safe() -> Result<(), Error> {
        for spread in [0.3, 0.77, 1.0 / 3.0, 1e-5, 1e-150] {
            let scaler = StandardScaler::new().with_mean(false).fit(&array![[spread], [-spread]], &())?;
            let mut x = f64::MAX * scaler.scale().unwrap()[0] * (1.0 - 4.0 * f64::EPSILON);
            for _ in 0..10 {
                if let Ok(z) = scaler.transform(&array![[x]]) {
                    assert!(z[[0, 0]].is_finite(), "{x}");
                }
                x = x.next_up();
            }
        }
        Ok(())
    }

    #[test]
    fn a_column_of_missing_values_has_no_moments() -> Result<(), Error> {
        let x = array![[1.0, f64::NAN], [3.0, f64::NAN]];
        let mut scaler = fit(&x);
        assert_eq!(scaler.n_samples_seen(), array![2.0, 0.0]);
        for value in [scaler.mean()[1], scaler.var().unwrap()[1], scaler.scale().unwrap()[1]] {
            assert!(value.is_nan());
        }
        assert!(scaler.transform(&x)?.column(1).iter().all(|z| z.is_nan()));
        assert!(matches!(scaler.transform(&array![[1.0, 2.0]]), Err(Error::Unsupported { .. })));
        assert!(matches!(scaler.inverse_transform(&array![[1.0, 2.0]]), Err(Error::Unsupported { .. })));
        scaler.partial_fit(&array![[f64::NAN, 2.0]], &())?;
        assert_eq!((scaler.mean()[1], scaler.scale().unwrap()[1]), (2.0, 1.0));
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() {
        let x = array![[1.0, 2.0], [3.0, 5.0]];
        let mut scaler = fit(&x);
        let narrow = array![[1.0]];
        let mismatch = Error::FeatureMismatch { expected: 2, found: 1 };
        assert_eq!(scaler.transform(&narrow), Err(mismatch.clone()));
        assert_eq!(scaler.inverse_transform(&narrow), Err(mismatch.clone()));
        assert_eq!(scaler.partial_fit(&narrow, &()), Err(mismatch));
        let infinite = array![[0.0, 0.0], [0.0, f64::NEG_INFINITY]];
        let refusal = Error::NonFinite { what: "x", row: 1, column: Some(1), value: f64::NEG_INFINITY };
        assert_eq!(StandardScaler::new().fit(&infinite, &()), Err(refusal.clone()));
        assert_eq!(scaler.transform(&infinite), Err(refusal.clone()));
        assert_eq!(scaler.inverse_transform(&infinite), Err(refusal.clone()));
        let before = scaler.clone();
        assert_eq!(scaler.partial_fit(&infinite, &()), Err(refusal));
        assert!(scaler.partial_fit(&array![[1e300, 0.0]], &()).is_err());
        assert_eq!(scaler, before);
        let empty = Array2::<f64>::zeros((0, 2));
        assert!(matches!(StandardScaler::new().fit(&empty, &()), Err(Error::Empty { axis: "rows", .. })));
        assert!(matches!(scaler.transform(&empty), Err(Error::Empty { axis: "rows", .. })));
        let no_columns = Array2::<f64>::zeros((2, 0));
        assert!(matches!(
            StandardScaler::new().fit(&no_columns, &()),
            Err(Error::Empty { axis: "columns", .. })
        ));
        assert!(matches!(StandardScaler::new().fit(&x, &[0, 1, 2]), Err(Error::LengthMismatch { .. })));
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn sparse_data_are_not_centred() -> Result<(), Error> {
        let x = sprs::CsMat::<f64>::eye(3);
        let Err(error) = StandardScaler::new().fit(&x, &()) else { panic!("centred") };
        assert!(error.to_string().contains("with_mean(false)"), "{error}");
        let dense = fit(&x.to_dense());
        assert!(matches!(dense.transform(&x), Err(Error::Unsupported { .. })));
        assert!(matches!(dense.inverse_transform(&x), Err(Error::Unsupported { .. })));
        let uncentred = StandardScaler::new().with_mean(false);
        assert!(matches!(uncentred.fit(&x.to_csc(), &()), Err(Error::Unsupported { .. })));
        let scaler = uncentred.fit(&x, &())?;
        assert_relative_eq!(scaler.var().unwrap()[0], 2.0 / 9.0, max_relative = 1e-15);
        assert_eq!(scaler.mean().len(), 3);
        Ok(())
    }

    #[test]
    fn pipelines_take_it() -> Result<(), Error> {
        use crate::compose::Compose;
        let x = array![[1.0, 10.0], [2.0, 20.0], [4.0, 10.0]];
        let twice = StandardScaler::new().then(StandardScaler::new()).fit(&x, &())?;
        assert_near(&twice.transform(&x)?, &twice.first().transform(&x)?, 1e-14);
        Ok(())
    }
}
