//! Columns as smooth bumps.

use super::b_spline::{slopes, splines};
use crate::compose::Compose;
use crate::data::{Column, Features, FromRows, Missing, RowEntries, Weights};
use crate::data::{check_features, check_weights, check_width, map_columns};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::scalar::Scalar;
use ndarray::Array2;
use std::marker::PhantomData;

/// Where [`SplineTransformer`] puts the knots of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Knots {
    /// At equal distances from the smallest value to the largest.
    #[default]
    Uniform,
    /// At quantiles.
    Quantile,
}

/// What [`SplineTransformer`] makes of values beyond the outermost knots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extrapolation {
    /// [`Error::InvalidValue`](crate::Error::InvalidValue).
    Error,
    /// What the nearest knot has.
    #[default]
    Constant,
    /// A straight line with the slope at the nearest knot.
    Linear,
    /// The polynomial of the nearest piece.
    Continue,
    /// The splines are periodic: the last knot is the first one.
    Periodic,
}

/// What [`SplineTransformer`] makes of missing values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HandleMissing {
    /// [`Error::NonFinite`](crate::Error::NonFinite).
    #[default]
    Error,
    /// Zeros.
    Zeros,
}

/// Makes of each column the values of its B-splines: bumps that are polynomials between knots and add up to 1.
///
/// A linear model of them is a smooth curve in the feature. Takes features, n × d, and makes n × d·k for
/// k = `n_knots` + `degree` − 1 splines a column (`n_knots` − 1 if periodic), without the last of each column if there is
/// no bias. Beyond the knots there are `degree` more on either side, as far apart as the last ones.
///
/// Where many rows have the smallest or the largest value of a column, its first or last quantiles coincide. The splines
/// add up to 1 there, too: values at and beyond that end are on the nearest piece that has a width (scikit-learn makes
/// zeros of some). Only where a column has one value alone all splines of degree 1 or more are 0.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`n_knots`](Self::n_knots) | 5 | 2 or more |
/// | [`degree`](Self::degree) | 3 | of the polynomials, 0 or more |
/// | [`knots`](Self::knots) | `Uniform` | where they are |
/// | [`extrapolation`](Self::extrapolation) | `Constant` | beyond the outermost knots |
/// | [`include_bias`](Self::include_bias) | `true` | all splines of a column, which add up to 1 |
/// | [`handle_missing`](Self::handle_missing) | `Error` | what NaN becomes |
/// | [`output`](Self::output) | `Array2<f64>` | the kind of matrix: scikit-learn's `sparse_output` |
///
/// Weights that are whole are numbers of rows (so that, unlike in scikit-learn, a row of weight 2 is the row twice); others
/// are taken relative to their mean. Rows of weight 0 are not seen.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`] or [`Error::InvalidWeight`] for bad
/// weights, [`Error::InvalidParameter`] for `n_knots` below 2, for periodic splines unless `degree` < `n_knots`, and
/// [`Error::Overflow`] for a column that spans more than the range of `f64`.
///
/// Cost: O(degree²) an entry.
///
/// Reference: `sklearn.preprocessing.SplineTransformer`, whose knots may also be given; de Boor 1978, "A practical guide
/// to splines"; Eilers and Marx 1996, "Flexible smoothing with B-splines and penalties", Statistical Science 11(2),
/// [doi:10.1214/ss/1038425655](https://doi.org/10.1214/ss/1038425655).
///
/// ```
/// use certifit::preprocessing::SplineTransformer;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[0.0], [2.0], [4.0]];
/// let (splines, z) = SplineTransformer::new().degree(1).n_knots(3).fit_transform(&x, &())?;
/// assert_eq!(z, array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
/// assert_eq!(splines.transform(&array![[1.0], [9.0]])?, array![[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, PartialEq)]
pub struct SplineTransformer<M = Array2<f64>> {
    parameters: Parameters,
    output: PhantomData<fn() -> M>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parameters {
    n_knots: usize,
    degree: usize,
    knots: Knots,
    extrapolation: Extrapolation,
    include_bias: bool,
    handle_missing: HandleMissing,
}

impl<M> Clone for SplineTransformer<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for SplineTransformer<M> {}

impl Default for SplineTransformer {
    fn default() -> Self {
        let parameters = Parameters {
            n_knots: 5,
            degree: 3,
            knots: Knots::Uniform,
            extrapolation: Extrapolation::Constant,
            include_bias: true,
            handle_missing: HandleMissing::Error,
        };
        Self { parameters, output: PhantomData }
    }
}

impl SplineTransformer {
    /// Cubic splines on five knots.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M> SplineTransformer<M> {
    /// The number of knots (default 5).
    pub fn n_knots(mut self, n_knots: usize) -> Self {
        self.parameters.n_knots = n_knots;
        self
    }

    /// The degree of the polynomials (default 3).
    pub fn degree(mut self, degree: usize) -> Self {
        self.parameters.degree = degree;
        self
    }

    /// Where the knots are (default at equal distances).
    pub fn knots(mut self, knots: Knots) -> Self {
        self.parameters.knots = knots;
        self
    }

    /// What is made of values beyond the outermost knots (default what the nearest knot has).
    pub fn extrapolation(mut self, extrapolation: Extrapolation) -> Self {
        self.parameters.extrapolation = extrapolation;
        self
    }

    /// Whether the last spline of each column is made, too (default `true`).
    pub fn include_bias(mut self, include_bias: bool) -> Self {
        self.parameters.include_bias = include_bias;
        self
    }

    /// What is made of NaN (default an error).
    pub fn handle_missing(mut self, handle_missing: HandleMissing) -> Self {
        self.parameters.handle_missing = handle_missing;
        self
    }

    /// Makes matrices of the type `N`, such as `CsMat<f64>`.
    pub fn output<N: FromRows>(self) -> SplineTransformer<N> {
        SplineTransformer { parameters: self.parameters, output: PhantomData }
    }
}

impl Parameters {
    fn check(&self) -> Result<()> {
        if self.n_knots < 2 {
            return Err(Error::invalid_parameter("n_knots", self.n_knots, "at least 2"));
        }
        if self.extrapolation == Extrapolation::Periodic && self.n_knots <= self.degree {
            let allowed = format!("more than degree ({}) for periodic splines", self.degree);
            return Err(Error::invalid_parameter("n_knots", self.n_knots, allowed));
        }
        Ok(())
    }

    fn missing(&self) -> Missing {
        match self.handle_missing {
            HandleMissing::Error => Missing::Refused,
            HandleMissing::Zeros => Missing::Allowed,
        }
    }

    /// The number of splines a column.
    fn n_splines(&self) -> usize {
        match self.extrapolation {
            Extrapolation::Periodic => self.n_knots - 1,
            _ => self.n_knots + self.degree - 1,
        }
    }

    /// How many of them are made.
    fn n_made(&self) -> usize {
        self.n_splines() - usize::from(!self.include_bias)
    }

    /// The knots of a column from the smallest value to the largest; all 0 where there is none.
    fn inner(&self, index: usize, column: Column) -> Result<Vec<f64>> {
        let values = column.sorted();
        if values.weight() == 0.0 {
            return Ok(vec![0.0; self.n_knots]);
        }
        let (min, max, last) = (values.min(), values.max(), self.n_knots - 1);
        if !(max - min).is_finite() {
            return Err(Error::Overflow { what: "the range of the values", column: Some(index) });
        }
        let width = (max - min) / last as f64;
        let knot = |at: usize| match self.knots {
            Knots::Uniform if at == last => max,
            Knots::Uniform => min + at as f64 * width,
            Knots::Quantile => values.linear(at as f64 / last as f64),
        };
        Ok((0..=last).map(knot).collect())
    }

    /// All knots of a column: `degree` more on either side.
    fn all(&self, inner: &[f64]) -> Vec<f64> {
        let (first, last) = (inner[0], inner[inner.len() - 1]);
        let n = inner.len();
        let steps = || 1..=self.degree;
        let (before, behind): (Vec<f64>, Vec<f64>) = if self.extrapolation == Extrapolation::Periodic {
            let period = last - first;
            (
                steps().rev().map(|step| inner[n - 1 - step] - period).collect(),
                steps().map(|step| inner[step] + period).collect(),
            )
        } else {
            let (low, high) = (inner[1] - first, last - inner[n - 2]);
            (
                steps().rev().map(|step| first - step as f64 * low).collect(),
                steps().map(|step| last + step as f64 * high).collect(),
            )
        };
        before.into_iter().chain(inner.iter().copied()).chain(behind).collect()
    }
}

impl<M> Compose for SplineTransformer<M> {}

impl<X: Features + ?Sized, Y: Weights + ?Sized, M: FromRows> Estimator<X, Y> for SplineTransformer<M> {
    type Fitted = FittedSplineTransformer<M>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        let parameters = self.parameters;
        parameters.check()?;
        check_features(x, parameters.missing())?;
        check_weights(x.n_rows(), y)?;
        let counts = |value: X::Elem| value.widen().is_finite();
        let knots = map_columns(x, y, counts, |index, column| {
            let knots = parameters.all(&parameters.inner(index, column)?);
            match knots.iter().all(|knot| knot.is_finite()) {
                true => Ok(knots),
                false => Err(Error::Overflow { what: "the range of the values", column: Some(index) }),
            }
        })?;
        Ok(FittedSplineTransformer { parameters, knots, output: PhantomData })
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized, M: FromRows> FitTransform<X, Y> for SplineTransformer<M> {}

/// What [`SplineTransformer`] learns: the knots of each column; it makes matrices `M`.
#[derive(Debug, PartialEq)]
pub struct FittedSplineTransformer<M = Array2<f64>> {
    parameters: Parameters,
    knots: Vec<Vec<f64>>,
    output: PhantomData<fn() -> M>,
}

impl<M> Clone for FittedSplineTransformer<M> {
    fn clone(&self) -> Self {
        Self { knots: self.knots.clone(), ..*self }
    }
}

impl<M> FittedSplineTransformer<M> {
    /// The knots of a column, those beyond its values included.
    pub fn knots(&self, column: usize) -> &[f64] {
        self.knots.get(column).map_or(&[], Vec::as_slice)
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.knots.len()
    }

    /// The number of columns that are made.
    pub fn n_features_out(&self) -> usize {
        self.knots.len() * self.parameters.n_made()
    }

    /// The splines at `x` that are not 0: the number of the first, and their values. `None` beyond the knots where that
    /// is an error.
    fn values(&self, knots: &[f64], x: f64) -> Option<(usize, Vec<f64>)> {
        let degree = self.parameters.degree;
        let (min, max) = (knots[degree], knots[knots.len() - 1 - degree]);
        let end = if x < min { min } else { max };
        // A period ends before the last knot, which is the first one again.
        let is_period = self.parameters.extrapolation == Extrapolation::Periodic;
        let inside = min <= x && (x < max || x == max && !is_period);
        match self.parameters.extrapolation {
            _ if inside => Some(splines(knots, degree, x)),
            Extrapolation::Error => None,
            Extrapolation::Constant => Some(splines(knots, degree, end)),
            Extrapolation::Continue => Some(splines(knots, degree, x)),
            Extrapolation::Periodic if max > min => {
                Some(splines(knots, degree, min + (x - min).rem_euclid(max - min)))
            }
            Extrapolation::Periodic => Some(splines(knots, degree, min)),
            Extrapolation::Linear => {
                let (first, mut values) = splines(knots, degree, end);
                for (value, slope) in values.iter_mut().zip(slopes(knots, degree, first + degree, end)) {
                    *value += (x - end) * slope;
                }
                Some((first, values))
            }
        }
    }

    fn write<F: Scalar>(&self, i: usize, row: &[f64], entries: &mut RowEntries<'_, F>) -> Result<()> {
        let (n_splines, n_made) = (self.parameters.n_splines(), self.parameters.n_made());
        for (column, (knots, &x)) in self.knots.iter().zip(row).enumerate() {
            if x.is_nan() {
                continue;
            }
            let Some((first, values)) = self.values(knots, x) else {
                let allowed = "it is beyond the knots; `extrapolation` says what else may be done";
                return Err(Error::InvalidValue { what: "x", row: i, column, value: x, allowed });
            };
            let mut places = vec![0.0; n_splines];
            for (at, value) in values.into_iter().enumerate() {
                // Periodic splines begin again behind the last one.
                places[(first + at) % n_splines] += value;
            }
            for (at, value) in places.into_iter().enumerate().take(n_made) {
                let value = F::narrow(value);
                if !value.is_finite() {
                    return Err(Error::Overflow { what: "the value of a spline", column: Some(column) });
                }
                entries.push_non_zero(column * n_made + at, value);
            }
        }
        Ok(())
    }
}

/// The splines.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], [`Error::InvalidValue`] beyond the knots where that
/// is an error, [`Error::Overflow`] for a spline that is too large for its type far beyond them.
impl<X: Features + ?Sized, M: FromRows> Transformer<X> for FittedSplineTransformer<M> {
    type Output = M;
    fn transform(&self, x: &X) -> Result<M> {
        check_features(x, self.parameters.missing())?;
        check_width(x, self.knots.len())?;
        M::from_rows(x.n_rows(), self.n_features_out(), |i, entries| {
            let mut row = vec![0.0; self.knots.len()];
            x.copy_row(i, &mut row);
            self.write(i, &row, entries)
        })
    }
}

/// `NAME_sp_SPLINE`, as scikit-learn calls them.
impl<M> FeatureNames for FittedSplineTransformer<M> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        let names = same_names(input, self.knots.len())?;
        let n_made = self.parameters.n_made();
        Ok(names.iter().flat_map(|name| (0..n_made).map(move |at| format!("{name}_sp_{at}"))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn splines_add_up_to_one() -> Result<()> {
        let x = Array2::from_shape_fn((30, 2), |(i, j)| ((i * 7 + j * 3) % 11) as f64);
        for extrapolation in
            [Extrapolation::Constant, Extrapolation::Linear, Extrapolation::Continue, Extrapolation::Periodic]
        {
            for degree in 0..4 {
                let splines = SplineTransformer::new().degree(degree).extrapolation(extrapolation);
                let splines = splines.knots(Knots::Quantile).fit(&x, &())?;
                for value in [-3.0, 0.0, 0.3, 5.0, 10.0, 14.5] {
                    let z = splines.transform(&array![[value, value]])?;
                    assert!((z.sum() - 2.0).abs() < 1e-12, "{extrapolation:?} {degree} {value}: {z}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn missing_and_far_values_are_refused_or_not() -> Result<()> {
        let x = array![[0.0], [1.0], [f64::NAN]];
        assert!(matches!(SplineTransformer::new().fit(&x, &()), Err(Error::NonFinite { row: 2, .. })));
        let zeros = SplineTransformer::new().handle_missing(HandleMissing::Zeros).fit(&x, &())?;
        assert_eq!(zeros.transform(&x)?.row(2).sum(), 0.0);
        let strict =
            SplineTransformer::new().extrapolation(Extrapolation::Error).fit(&array![[0.0], [1.0]], &())?;
        assert!(matches!(
            strict.transform(&array![[0.5], [1.5]]),
            Err(Error::InvalidValue { row: 1, column: 0, .. })
        ));
        for bad in [
            SplineTransformer::new().n_knots(1),
            SplineTransformer::new().n_knots(3).extrapolation(Extrapolation::Periodic),
        ] {
            assert!(matches!(
                bad.fit(&array![[1.0]], &()),
                Err(Error::InvalidParameter { name: "n_knots", .. })
            ));
        }
        Ok(())
    }

    #[test]
    fn the_largest_value_has_splines_where_many_rows_have_it() -> Result<()> {
        let x = array![[0.0], [1.0], [2.0], [2.0], [2.0], [2.0]];
        for extrapolation in [Extrapolation::Constant, Extrapolation::Continue, Extrapolation::Linear] {
            let splines = SplineTransformer::new()
                .n_knots(4)
                .degree(2)
                .knots(Knots::Quantile)
                .extrapolation(extrapolation);
            let z = splines.fit(&x, &())?.transform(&array![[2.0 - 1e-9], [2.0], [2.0 + 1e-9], [3.0]])?;
            assert!(
                z.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12),
                "{extrapolation:?}: {z}"
            );
            for row in [1, 2] {
                assert!((&z.row(row) - &z.row(0)).iter().all(|change| change.abs() < 1e-7));
            }
        }
        Ok(())
    }

    #[test]
    fn a_period_ends_before_the_last_knot() -> Result<()> {
        let x = array![[0.0], [0.5], [1.0], [2.0]];
        let steps = SplineTransformer::new().n_knots(3).degree(0).extrapolation(Extrapolation::Periodic);
        let (_, z) = steps.fit_transform(&x, &())?;
        assert_eq!(z, array![[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]);
        Ok(())
    }
}
