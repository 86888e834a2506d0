//! Random waves whose products are nearly a Gaussian kernel.

use crate::compose::Compose;
use crate::data::moments_of;
use crate::data::{
    Features, FromRows, Missing, Weights, check_features, check_weights, check_width, map_columns,
};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::random::Random;
use crate::scalar::Scalar;
use ndarray::Array2;
use std::cmp::Ordering;
use std::f64::consts::TAU;

/// γ of [`RBFSampler`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gamma {
    /// This number, positive.
    Value(f64),
    /// 1 / (d · variance of all entries), for d columns.
    Scale,
}

impl From<f64> for Gamma {
    fn from(gamma: f64) -> Self {
        Self::Value(gamma)
    }
}

/// Makes D random waves z_k = √(2 / D) · cos(w_k · x + b_k) of each row: the product of two rows is nearly the Gaussian
/// kernel exp(−γ ‖x − x′‖²), with an error of about 1 / √D.
///
/// w_k are normal with variance 2 γ, b_k uniform in 0 to 2π. Takes dense and sparse features, n × d, and makes a dense
/// matrix n × D.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`gamma`](Self::gamma) | 1 | γ, positive, or `Gamma::Scale` |
/// | [`n_components`](Self::n_components) | 100 | D, 1 or more |
/// | [`seed`](Self::seed) | 0 | the seed of the waves |
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`] or [`Error::InvalidWeight`] for bad
/// weights, [`Error::InvalidParameter`] for parameters out of their range.
///
/// Cost: O(n·d·D) for the transform, on all threads.
///
/// Reference: `sklearn.kernel_approximation.RBFSampler`, whose `random_state` draws other waves; Rahimi and Recht 2007,
/// "Random features for large-scale kernel machines", NIPS 20.
///
/// ```
/// use certifit::kernel_approximation::RBFSampler;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// // No line tells the corners of a square apart across, but one of bent features does.
/// let x = array![[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]];
/// let y = ["same", "same", "other", "other"];
/// let model = RBFSampler::new().then(LinearSVC::new()).fit(&x, &y)?;
/// assert_eq!(model.predict(&x)?.to_vec(), y);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RBFSampler {
    gamma: Gamma,
    n_components: usize,
    seed: u64,
}

impl Default for RBFSampler {
    fn default() -> Self {
        Self { gamma: Gamma::Value(1.0), n_components: 100, seed: 0 }
    }
}

impl RBFSampler {
    /// 100 waves with γ = 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// γ of the kernel (default 1).
    pub fn gamma(mut self, gamma: impl Into<Gamma>) -> Self {
        self.gamma = gamma.into();
        self
    }

    /// How many waves there are (default 100).
    pub fn n_components(mut self, n_components: usize) -> Self {
        self.n_components = n_components;
        self
    }

    /// The seed of the waves (default 0).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    fn check(&self) -> Result<()> {
        match self.gamma {
            Gamma::Value(gamma) if !(gamma > 0.0 && gamma.is_finite()) => {
                Err(Error::invalid_parameter("gamma", gamma, "positive and finite"))
            }
            _ if self.n_components == 0 => Err(Error::invalid_parameter("n_components", 0, "at least 1")),
            _ => Ok(()),
        }
    }
}

/// 1 / (d · variance of all entries); 1 where they are all equal.
fn scale<X: Features + ?Sized, Y: Weights + ?Sized>(x: &X, y: &Y) -> Result<f64> {
    let columns = map_columns(x, y, |_| true, |_, column| Ok(moments_of(column.values().into_iter())))?;
    // Of all entries: within columns, and between their means.
    let within = moments_of(columns.iter().map(|&(weight, _, variance)| (weight, variance))).1;
    let between = moments_of(columns.iter().map(|&(weight, mean, _)| (weight, mean))).2;
    let gamma = 1.0 / (x.n_features() as f64 * (within + between));
    Ok(if gamma.is_finite() && gamma > 0.0 { gamma } else { 1.0 })
}

impl Compose for RBFSampler {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for RBFSampler {
    type Fitted = FittedRBFSampler;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedRBFSampler> {
        self.check()?;
        check_features(x, Missing::Refused)?;
        check_weights(x.n_rows(), y)?;
        let gamma = match self.gamma {
            Gamma::Value(gamma) => gamma,
            Gamma::Scale => scale(x, y)?,
        };
        let mut random = Random::new(self.seed);
        let deviation = (2.0 * gamma).sqrt();
        let frequencies =
            Array2::from_shape_simple_fn((self.n_components, x.n_features()), || deviation * random.normal());
        let offsets = (0..self.n_components).map(|_| TAU * random.uniform()).collect();
        Ok(FittedRBFSampler { frequencies, offsets })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X, Y> FitTransform<X, Y> for RBFSampler
where
    X: Features + ?Sized,
    Y: Weights + ?Sized,
{
}

/// What [`RBFSampler`] draws: the frequencies and the offsets of the waves.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedRBFSampler {
    frequencies: Array2<f64>,
    offsets: Vec<f64>,
}

impl FittedRBFSampler {
    /// The frequencies, one row a wave.
    pub fn frequencies(&self) -> &Array2<f64> {
        &self.frequencies
    }

    /// The offsets of the waves.
    pub fn offsets(&self) -> &[f64] {
        &self.offsets
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.frequencies.ncols()
    }
}

/// The waves.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], [`Error::Overflow`] for rows whose product with a
/// frequency overflows.
impl<X: Features + ?Sized> Transformer<X> for FittedRBFSampler {
    type Output = Array2<X::Elem>;
    fn transform(&self, x: &X) -> Result<Array2<X::Elem>> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.n_features_in())?;
        let n_components = self.offsets.len();
        let height = (2.0 / n_components as f64).sqrt();
        let waves: Vec<Vec<f64>> = self.frequencies.rows().into_iter().map(|row| row.to_vec()).collect();
        Array2::from_rows(x.n_rows(), n_components, |row, entries| {
            for (column, (frequency, offset)) in waves.iter().zip(&self.offsets).enumerate() {
                let value = height * (x.row_dot(row, frequency) + offset).cos();
                if !value.is_finite() {
                    return Err(Error::Overflow {
                        what: "the product of a row and a frequency",
                        column: None,
                    });
                }
                entries.push(column, X::Elem::narrow(value));
            }
            Ok(())
        })
    }
}

/// `rbfsampler0`, `rbfsampler1`, ….
impl FeatureNames for FittedRBFSampler {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in())?;
        Ok((0..self.offsets.len()).map(|at| format!("rbfsampler{at}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn products_are_near_the_kernel() -> Result<()> {
        let x = Array2::from_shape_fn((12, 3), |(i, j)| ((i * 7 + j * 5) % 13) as f64 / 6.0);
        let (_, z) = RBFSampler::new().gamma(0.4).n_components(20_000).fit_transform(&x, &())?;
        for (a, za) in x.rows().into_iter().zip(z.rows()) {
            for (b, zb) in x.rows().into_iter().zip(z.rows()) {
                let difference = &a - &b;
                let kernel = (-0.4 * difference.dot(&difference)).exp();
                assert!((za.dot(&zb) - kernel).abs() < 0.04, "{} is not {kernel}", za.dot(&zb));
            }
        }
        Ok(())
    }

    #[test]
    fn gamma_follows_the_scale() -> Result<()> {
        let x = array![[1.0, 5.0], [3.0, 9.0]];
        let scaled = RBFSampler::new().gamma(Gamma::Scale).fit(&x, &())?;
        // 1, 3, 5, 9: the variance is 8.75.
        let given = RBFSampler::new().gamma(1.0 / (2.0 * 8.75)).fit(&x, &())?;
        let pairs = scaled.frequencies().iter().zip(given.frequencies());
        pairs.for_each(|(a, b)| assert!((a - b).abs() < 1e-14));
        for bad in [RBFSampler::new().gamma(0.0), RBFSampler::new().n_components(0)] {
            assert!(matches!(bad.fit(&x, &()), Err(Error::InvalidParameter { .. })));
        }
        Ok(())
    }
}
