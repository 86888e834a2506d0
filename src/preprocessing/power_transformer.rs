//! Columns made more like a normal distribution, by a power.

use super::columnwise::{check_values, map_known};
use super::moments::is_constant;
use crate::compose::Compose;
use crate::data::{
    Column, Features, Given, Missing, Taken, Weights, check_features, check_shape, map_columns, moments_of,
};
use crate::error::{Error, Result};
use crate::estimator::{
    Estimator, FeatureNames, FitTransform, Transformed, Transformer, fit_then_transform, same_names,
};
use ndarray::Array1;
use num_traits::Float;
use std::cmp::Ordering;

/// The family of powers of [`PowerTransformer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PowerMethod {
    /// ((x + 1)^λ − 1) / λ for x ≥ 0, −((1 − x)^(2 − λ) − 1) / (2 − λ) for x < 0: any numbers.
    #[default]
    YeoJohnson,
    /// (x^λ − 1) / λ: positive numbers only.
    BoxCox,
}

/// Raises each column to the power that makes it most like a normal distribution, then scales it to mean 0 and variance 1.
///
/// The power λ maximises the likelihood of normal data: −n/2 · ln var(y) + ln of the Jacobian, for the transformed
/// column y. The derivative is solved for its root, so that λ has all its digits.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`method`](Self::method) | `YeoJohnson` | the family of powers |
/// | [`standardize`](Self::standardize) | `true` | scale to mean 0 and variance 1 |
///
/// * NaN is a missing value: it does not count in the fit of its column and stays NaN.
/// * A constant column is not changed: λ = 1 (where scikit-learn's Box-Cox refuses it).
/// * Weights count as numbers of rows; rows of weight 0 are not seen.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::LengthMismatch`] or
/// [`Error::InvalidWeight`] for bad weights, [`Error::InvalidValue`] for numbers that Box-Cox does not take,
/// [`Error::Unsupported`] for sparse data, [`Error::Overflow`] for a column whose variance is beyond `f64`.
///
/// Cost: some twenty to fifty passes over a column, with two exponentials an entry each.
///
/// Reference: `sklearn.preprocessing.PowerTransformer`; Yeo and Johnson 2000, "A new family of power transformations to
/// improve normality or symmetry", Biometrika 87(4), [doi:10.1093/biomet/87.4.954](https://doi.org/10.1093/biomet/87.4.954);
/// Box and Cox 1964, "An analysis of transformations", Journal of the Royal Statistical Society B 26(2).
///
/// ```
/// use certifit::preprocessing::{PowerMethod, PowerTransformer};
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// // Powers of two are most like normal data after a logarithm: λ = 0.
/// let x = array![[1.0f64], [2.0], [4.0], [8.0], [16.0]];
/// let transformer = PowerTransformer::new().method(PowerMethod::BoxCox).standardize(false).fit(&x, &())?;
/// assert!(transformer.lambdas()[0].abs() < 1e-9);
/// assert!((transformer.transform(&x)?[[3, 0]] - 8f64.ln()).abs() < 1e-9);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerTransformer {
    method: PowerMethod,
    standardize: bool,
}

impl Default for PowerTransformer {
    fn default() -> Self {
        Self { method: PowerMethod::YeoJohnson, standardize: true }
    }
}

impl PowerTransformer {
    /// Yeo-Johnson powers, standardised.
    pub fn new() -> Self {
        Self::default()
    }

    /// The family of powers (default Yeo-Johnson).
    pub fn method(mut self, method: PowerMethod) -> Self {
        self.method = method;
        self
    }

    /// Whether to scale to mean 0 and variance 1 (default `true`).
    pub fn standardize(mut self, standardize: bool) -> Self {
        self.standardize = standardize;
        self
    }

    fn check<X: Features + ?Sized>(&self, x: &X) -> Result<()> {
        if x.is_sparse() {
            return Err(Error::Unsupported {
                what: "powers of sparse data",
                reason: "standardised, their zeros would be lost; use a dense matrix",
            });
        }
        check_shape(x)?;
        if self.method == PowerMethod::BoxCox {
            check_features(x, Missing::Allowed)?;
            let zero = X::Elem::default();
            check_values(x, "Box-Cox takes positive numbers only; Yeo-Johnson takes all", |value| {
                value > zero
            })?;
        }
        Ok(())
    }

    fn learn(&self, index: usize, column: Column) -> Result<Power> {
        let values = column.values();
        if values.is_empty() {
            return Ok(Power { method: self.method, lambda: f64::NAN, mean: f64::NAN, scale: f64::NAN });
        }
        let (weight, mean, variance) = moments_of(values.iter().copied());
        let overflow = || Error::Overflow { what: "the variance", column: Some(index) };
        if !variance.is_finite() {
            return Err(overflow());
        }
        let lambda = if is_constant(weight, mean, variance) { 1.0 } else { lambda(self.method, &values) };
        let mut power = Power { method: self.method, lambda, mean: 0.0, scale: 1.0 };
        if self.standardize {
            let (weight, mean, variance) =
                moments_of(values.iter().map(|&(weight, x)| (weight, power.raise(x))));
            if !variance.is_finite() {
                return Err(overflow());
            }
            power.mean = mean;
            power.scale = if is_constant(weight, mean, variance) { 1.0 } else { variance.sqrt() };
        }
        Ok(power)
    }
}

impl Compose for PowerTransformer {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for PowerTransformer {
    type Fitted = FittedPowerTransformer;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedPowerTransformer> {
        self.check(x)?;
        let powers = map_columns(x, y, |value| !value.is_nan(), |index, column| self.learn(index, column))?;
        let known = powers.iter().map(|power| !power.lambda.is_nan()).collect();
        let lambdas = powers.iter().map(|power| power.lambda).collect();
        Ok(FittedPowerTransformer { parameters: *self, powers, known, lambdas })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X: Features + ?Sized, Y: Weights + ?Sized> FitTransform<X, Y> for PowerTransformer {
    fn fit_transform_owned(&self, x: X, y: &Y) -> Result<(Self::Fitted, Transformed<Self, X, Y>)>
    where
        X: Sized,
    {
        fit_then_transform(self, x, y)
    }
}

/// The power of a column, and what scales it then.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Power {
    method: PowerMethod,
    lambda: f64,
    mean: f64,
    scale: f64,
}

impl Power {
    fn raise(&self, x: f64) -> f64 {
        match self.method {
            PowerMethod::BoxCox => of_logarithm(x.ln(), self.lambda).0,
            PowerMethod::YeoJohnson if x >= 0.0 => of_logarithm(x.ln_1p(), self.lambda).0,
            PowerMethod::YeoJohnson => -of_logarithm((-x).ln_1p(), 2.0 - self.lambda).0,
        }
    }

    fn unraise(&self, y: f64) -> f64 {
        match self.method {
            PowerMethod::BoxCox => logarithm(y, self.lambda).exp(),
            PowerMethod::YeoJohnson if y >= 0.0 => logarithm(y, self.lambda).exp_m1(),
            PowerMethod::YeoJohnson => -logarithm(-y, 2.0 - self.lambda).exp_m1(),
        }
    }
}

/// y = (e^(λ l) − 1) / λ and dy/dλ.
fn of_logarithm(l: f64, lambda: f64) -> (f64, f64) {
    let t = lambda * l;
    if t.abs() < 0.1 {
        // Σ t^k / (k + 1)! and its derivative: the quotient below would lose its digits.
        let (mut phi, mut slope, mut term) = (0.0, 0.0, 1.0);
        for k in 0..14 {
            let next = term / f64::from(k + 1);
            phi += next;
            slope += f64::from(k + 1) * next / f64::from(k + 2);
            term = next * t;
        }
        return (l * phi, l * l * slope);
    }
    let phi = t.exp_m1() / t;
    (l * phi, l * l * (t.exp() - phi) / t)
}

/// The l for which (e^(λ l) − 1) / λ = y.
fn logarithm(y: f64, lambda: f64) -> f64 {
    if lambda == 0.0 { y } else { (lambda * y).ln_1p() / lambda }
}

/// The derivative of the log-likelihood by λ, divided by the weight of the column.
struct Slope {
    method: PowerMethod,
    /// Weight (a share of 1), logarithm, and whether λ counts from 2 down.
    terms: Vec<(f64, f64, bool)>,
    /// The derivative of the Jacobian's logarithm.
    jacobian: f64,
    /// The largest logarithm of a value, without its sign.
    largest: f64,
}

impl Slope {
    fn new(method: PowerMethod, values: &[(f64, f64)]) -> Self {
        let total: f64 = values.iter().map(|(weight, _)| weight).sum();
        let mut terms: Vec<(f64, f64, bool)> = match method {
            PowerMethod::BoxCox => values.iter().map(|&(w, x)| (w / total, x.ln(), false)).collect(),
            PowerMethod::YeoJohnson => {
                values.iter().map(|&(w, x)| (w / total, x.abs().ln_1p(), x < 0.0)).collect()
            }
        };
        let signed = |&(share, l, down): &(f64, f64, bool)| if down { -share * l } else { share * l };
        let mut jacobian: f64 = terms.iter().map(signed).sum();
        let largest = terms.iter().map(|(_, l, _)| l.abs()).fold(f64::MIN_POSITIVE, f64::max);
        if method == PowerMethod::BoxCox {
            // A factor of x moves no optimum: around the geometric mean, the Jacobian is 1.
            terms.iter_mut().for_each(|(_, l, _)| *l -= jacobian);
            jacobian = 0.0;
        }
        Self { method, terms, jacobian, largest }
    }

    /// −cov(y, y′) / var(y) + the derivative of the Jacobian's logarithm.
    fn at(&self, lambda: f64) -> f64 {
        let pairs: Vec<(f64, f64)> = self
            .terms
            .iter()
            .map(|&(_, l, down)| {
                let (y, slope) = of_logarithm(l, if down { 2.0 - lambda } else { lambda });
                (if down { -y } else { y }, slope)
            })
            .collect();
        let mean = |of: fn(&(f64, f64)) -> f64| -> f64 {
            self.terms.iter().zip(&pairs).map(|((share, ..), pair)| share * of(pair)).sum()
        };
        let (y_mean, slope_mean) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let (mut variance, mut covariance) = (0.0, 0.0);
        for ((share, ..), (y, slope)) in self.terms.iter().zip(&pairs) {
            variance += share * (y - y_mean) * (y - y_mean);
            covariance += share * (y - y_mean) * (slope - slope_mean);
        }
        self.jacobian - covariance / variance
    }

    /// How far from its centre λ may be for its powers to be in range.
    fn reach(&self) -> f64 {
        let centre = if self.method == PowerMethod::BoxCox { 0.0 } else { 2.0 };
        // Columns of tiny values have powers as large as they are small.
        (300.0 / self.largest - centre).clamp(1.0, 1e15)
    }
}

/// The power of the largest likelihood: the root of a function that falls.
fn lambda(method: PowerMethod, values: &[(f64, f64)]) -> f64 {
    let slope = Slope::new(method, values);
    let reach = slope.reach();
    let start = slope.at(1.0);
    if start == 0.0 || start.is_nan() {
        return 1.0;
    }
    let direction = if start > 0.0 { 1.0 } else { -1.0 };
    let mut known = (1.0, start);
    let mut step = 1.0;
    let end = loop {
        let next = (known.0 + direction * step).clamp(-reach, reach);
        let value = slope.at(next);
        if value.is_nan() || next == known.0 {
            return known.0; // the likelihood grows up to where numbers end
        }
        if value * direction <= 0.0 {
            break (next, value);
        }
        known = (next, value);
        step *= 2.0;
    };
    root(|lambda| slope.at(lambda), known, end)
}

/// The root between two places where a function has different signs: regula falsi, which halves the value of an end that
/// stays (Illinois), and bisection where that is slow.
fn root(f: impl Fn(f64) -> f64, mut a: (f64, f64), mut b: (f64, f64)) -> f64 {
    for iteration in 0..200 {
        if b.1 == 0.0 || (b.0 - a.0).abs() <= 2.0 * f64::EPSILON * a.0.abs().max(b.0.abs()).max(1e-3) {
            break;
        }
        let between = (a.0 * b.1 - b.0 * a.1) / (b.1 - a.1);
        let inside = between > a.0.min(b.0) && between < a.0.max(b.0);
        let next = if inside && iteration % 4 != 3 { between } else { a.0 + (b.0 - a.0) / 2.0 };
        let value = f(next);
        if value * b.1 < 0.0 {
            a = b;
        } else {
            a.1 /= 2.0;
        }
        b = (next, value);
    }
    b.0
}

/// What [`PowerTransformer`] learns: the power of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedPowerTransformer {
    parameters: PowerTransformer,
    powers: Vec<Power>,
    known: Vec<bool>,
    lambdas: Array1<f64>,
}

impl FittedPowerTransformer {
    fn image<T: Taken>(&self, x: T) -> Result<T::Owned> {
        self.parameters.check(x.features())?;
        map_known(x, &self.known, "the power", |column, x| {
            let power = &self.powers[column];
            (power.raise(x) - power.mean) / power.scale
        })
    }

    /// The power λ of each column; NaN where all is missing.
    pub fn lambdas(&self) -> &Array1<f64> {
        &self.lambdas
    }

    /// The number of columns.
    pub fn n_features_in(&self) -> usize {
        self.powers.len()
    }

    /// What [`transform`](Transformer::transform) was given.
    ///
    /// # Errors
    /// Those of [`transform`](Transformer::transform); [`Error::Overflow`] also for what no number is transformed to
    /// (scikit-learn gives NaN).
    pub fn inverse_transform<X: Features + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        if x.is_sparse() {
            self.parameters.check(x)?;
        }
        map_known(x, &self.known, "the inverse of the power", |column, z| {
            let power = &self.powers[column];
            power.unraise(z * power.scale + power.mean)
        })
    }
}

/// The powers, scaled; of the same kind as `x` (owned).
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`] for infinities, [`Error::InvalidValue`] for numbers
/// that Box-Cox does not take, [`Error::Overflow`] if a result is too large for its type, [`Error::Unsupported`] for
/// sparse data and for a number in a column that was all NaN in the fit.
impl<X: Features + ?Sized> Transformer<X> for FittedPowerTransformer {
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
impl FeatureNames for FittedPowerTransformer {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn derivatives_are_finite_differences() {
        for l in [-3.0, -0.5, 1e-3, 0.7, 2.0] {
            for lambda in [-2.0, -0.05, 0.0, 1e-9, 0.03, 0.0999, 0.2, 1.0, 2.5] {
                let (y, slope) = of_logarithm(l, lambda);
                let h = 1e-5;
                let difference = (of_logarithm(l, lambda + h).0 - of_logarithm(l, lambda - h).0) / (2.0 * h);
                assert!(
                    (slope - difference).abs() <= 1e-8 * (1.0 + slope.abs()),
                    "{l} {lambda}: {slope} {difference}"
                );
                assert!((logarithm(y, lambda) - l).abs() <= 1e-13 * (1.0 + l.abs()), "{l} {lambda}");
            }
        }
    }

    #[test]
    fn the_inverse_gives_back() -> Result<()> {
        let x = array![[-3.0, 1.0], [0.0, 2.0], [0.5, 9.0], [40.0, 2.5], [7.0, 0.1]];
        let positive = x.mapv(|v: f64| v.abs() + 0.25);
        for (method, x) in [(PowerMethod::YeoJohnson, &x), (PowerMethod::BoxCox, &positive)] {
            for standardize in [true, false] {
                let transformer =
                    PowerTransformer::new().method(method).standardize(standardize).fit(x, &())?;
                let back = transformer.inverse_transform(&transformer.transform(x)?)?;
                (&back - x).iter().for_each(|d| assert!(d.abs() < 1e-11, "{back}"));
            }
        }
        Ok(())
    }

    /// Values of scikit-learn.
    #[test]
    fn tiny_values_have_large_powers() -> Result<()> {
        let x = array![[1.0], [2.0], [4.0], [8.0], [20.0], [3.0]] * 1e-5;
        for sign in [1.0, -1.0] {
            let x = &x * sign;
            let transformer = PowerTransformer::new().fit(&x, &())?;
            let lambda = if sign > 0.0 { -15_319.461_262_51 } else { 15_321.461_630_64 };
            assert!((transformer.lambdas()[0] / lambda - 1.0).abs() < 1e-6, "{}", transformer.lambdas()[0]);
            let z = transformer.transform(&x)?;
            assert!(
                (z[[0, 0]] * sign + 1.242_790_49).abs() < 1e-6
                    && (z[[4, 0]] * sign - 1.722_541_53).abs() < 1e-6
            );
        }
        Ok(())
    }

    #[test]
    fn powers_of_values_far_from_zero_are_in_range() -> Result<()> {
        let x = array![[0.0], [1.0], [2.0], [4.0], [9.0], [30.0]];
        for sign in [1.0, -1.0] {
            let x = x.mapv(|x: f64| 1e6 + x * sign);
            let transformer = PowerTransformer::new().method(PowerMethod::BoxCox).fit(&x, &())?;
            assert!(transformer.transform(&x)?.iter().all(|z| z.is_finite()));
        }
        Ok(())
    }

    #[test]
    fn no_power_is_more_likely() -> Result<()> {
        let x = array![[-3.0], [0.0], [0.5], [40.0], [7.0], [7.5]];
        let transformer = PowerTransformer::new().fit(&x, &())?;
        let likelihood = |lambda: f64| {
            let power = Power { method: PowerMethod::YeoJohnson, lambda, mean: 0.0, scale: 1.0 };
            let (n, _, variance) = moments_of(x.iter().map(|&x| (1.0, power.raise(x))));
            let jacobian: f64 = x.iter().map(|x| x.signum() * x.abs().ln_1p()).sum();
            (lambda - 1.0) * jacobian - n / 2.0 * variance.ln()
        };
        let best = transformer.lambdas()[0];
        for step in [1e-4, 0.01, 0.3, 2.0] {
            assert!(likelihood(best) > likelihood(best + step) && likelihood(best) > likelihood(best - step));
        }
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() -> Result<()> {
        let x = array![[1.0, 2.0], [0.0, 3.0]];
        let error = PowerTransformer::new().method(PowerMethod::BoxCox).fit(&x, &()).unwrap_err();
        assert!(matches!(error, Error::InvalidValue { row: 1, column: 0, .. }), "{error}");
        let constant = PowerTransformer::new().fit(&array![[3.0], [3.0]], &())?;
        assert_eq!((constant.lambdas()[0], constant.transform(&array![[3.0]])?), (1.0, array![[0.0]]));
        // No number has a power of less than −1/λ.
        let wide = PowerTransformer::new().method(PowerMethod::BoxCox).standardize(false);
        let wide = wide.fit(&array![[1.0], [2.0], [2.5], [2.75]], &())?;
        assert!(wide.lambdas()[0] > 1.0);
        assert!(matches!(wide.inverse_transform(&array![[-5.0]]), Err(Error::Overflow { .. })));
        #[cfg(feature = "sparse")]
        assert!(matches!(
            PowerTransformer::new().fit(&sprs::CsMat::<f64>::eye(2), &()),
            Err(Error::Unsupported { .. })
        ));
        Ok(())
    }
}
