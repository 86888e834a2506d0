//! The kernel of some rows of the data.

use super::eigen::symmetric_eigen;
use super::kernel::Kernel;
use crate::compose::Compose;
use crate::data::{Features, FromRows, Missing, Weights, check_features, check_weights, check_width};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::random::Random;
use crate::scalar::Scalar;
use ndarray::{Array1, Array2};
use std::cmp::Ordering;

/// Makes of each row its kernel with m rows of the fit, such that products of rows are nearly their kernel.
///
/// z = K(x, B) · K(B, B)^(−½) for the basis B of m rows, drawn at random. On the basis itself the products are exactly the
/// kernel. Takes dense and sparse features, n × d, and makes a dense matrix n × m.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`kernel`](Self::kernel) | Gaussian, γ = 1 / d | the [`Kernel`] |
/// | [`n_components`](Self::n_components) | 100 | m, 1 or more; all rows if there are fewer |
/// | [`seed`](Self::seed) | 0 | the seed of the draw |
///
/// Rows of weight 0 are not drawn; other weights make no difference.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`] or [`Error::InvalidWeight`] for bad
/// weights, [`Error::InvalidParameter`] for parameters out of their range, [`Error::Overflow`] for a kernel beyond `f64`.
///
/// Cost: O(m³) for the fit, O(n·m·(d + m)) for the transform, on all threads.
///
/// Reference: `sklearn.kernel_approximation.Nystroem`, whose `random_state` draws other rows; Williams and Seeger 2001,
/// "Using the Nyström method to speed up kernel machines", NIPS 13.
///
/// ```
/// use certifit::kernel_approximation::{Kernel, Nystroem};
/// use certifit::prelude::*;
///
/// let data = datasets::make_moons(200).noise(0.1).seed(1).generate()?;
/// let straight = LinearSVC::new().fit(&data.features, &data.target)?;
/// let bent = Nystroem::new().kernel(Kernel::Rbf { gamma: Some(2.0) }).then(LinearSVC::new());
/// let bent = bent.fit(&data.features, &data.target)?;
/// let score = |labels| accuracy_score(&data.target, &labels);
/// assert!(score(straight.predict(&data.features)?)? < 0.9);
/// assert!(score(bent.predict(&data.features)?)? > 0.99);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nystroem {
    kernel: Kernel,
    n_components: usize,
    seed: u64,
}

impl Default for Nystroem {
    fn default() -> Self {
        Self { kernel: Kernel::default(), n_components: 100, seed: 0 }
    }
}

impl Nystroem {
    /// A Gaussian kernel with 100 rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// The kernel (default Gaussian).
    pub fn kernel(mut self, kernel: Kernel) -> Self {
        self.kernel = kernel;
        self
    }

    /// How many rows are drawn (default 100).
    pub fn n_components(mut self, n_components: usize) -> Self {
        self.n_components = n_components;
        self
    }

    /// The seed of the draw (default 0).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Compose for Nystroem {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for Nystroem {
    type Fitted = FittedNystroem;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedNystroem> {
        self.kernel.check()?;
        if self.n_components == 0 {
            return Err(Error::invalid_parameter("n_components", 0, "at least 1"));
        }
        check_features(x, Missing::Refused)?;
        check_weights(x.n_rows(), y)?;
        let mut rows: Vec<usize> = (0..x.n_rows()).filter(|&row| y.weight(row) > 0.0).collect();
        Random::new(self.seed).shuffle(&mut rows);
        rows.truncate(self.n_components);
        let copy = |&row: &usize| {
            let mut copy = vec![0.0; x.n_features()];
            x.copy_row(row, &mut copy);
            copy
        };
        let basis: Vec<Vec<f64>> = rows.iter().map(copy).collect();
        let squared_norms = basis.iter().map(|row| row.iter().map(|value| value * value).sum()).collect();
        let mut fitted = FittedNystroem {
            kernel: self.kernel,
            indices: rows,
            basis,
            squared_norms,
            normalization: Array2::zeros((0, 0)),
            n_features_in: x.n_features(),
        };
        let within = fitted.indices.iter().map(|&row| fitted.kernels(x, row)).collect::<Result<Vec<_>>>()?;
        let m = within.len();
        fitted.normalization =
            inverse_root(Array2::from_shape_fn((m, m), |(i, j)| within[i.max(j)][i.min(j)]));
        Ok(fitted)
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

/// A^(−½) for a symmetric matrix; directions in which it is next to nothing are shortened to 10⁻⁶.
fn inverse_root(a: Array2<f64>) -> Array2<f64> {
    let (values, vectors) = symmetric_eigen(a);
    let mut scaled = vectors.clone();
    for (mut vector, value) in scaled.rows_mut().into_iter().zip(values) {
        // The singular values of the matrix: for a kernel that is none (sigmoid), eigenvalues may be negative.
        let factor = 1.0 / value.abs().max(1e-12).sqrt();
        vector.mapv_inplace(|entry| entry * if value < 0.0 { -factor } else { factor });
    }
    vectors.t().dot(&scaled)
}

impl<X, Y> FitTransform<X, Y> for Nystroem
where
    X: Features + ?Sized,
    Y: Weights + ?Sized,
{
}

/// What [`Nystroem`] learns: the rows that were drawn, and how their kernels are normalised.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedNystroem {
    kernel: Kernel,
    indices: Vec<usize>,
    basis: Vec<Vec<f64>>,
    squared_norms: Vec<f64>,
    normalization: Array2<f64>,
    n_features_in: usize,
}

impl FittedNystroem {
    /// Which rows of the fit are the basis.
    pub fn component_indices(&self) -> &[usize] {
        &self.indices
    }

    /// K(B, B)^(−½).
    pub fn normalization(&self) -> &Array2<f64> {
        &self.normalization
    }

    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.n_features_in
    }

    /// The kernels of a row and the basis.
    fn kernels<X: Features + ?Sized>(&self, x: &X, row: usize) -> Result<Array1<f64>> {
        let own = x.row_squared_norm(row);
        let basis = self.basis.iter().zip(&self.squared_norms);
        let kernels: Array1<f64> = basis
            .map(|(other, &norm)| self.kernel.of(x.row_dot(row, other), (own, norm), self.n_features_in))
            .collect();
        if kernels.iter().all(|kernel| kernel.is_finite()) {
            return Ok(kernels);
        }
        Err(Error::Overflow { what: "the kernel of two rows", column: None })
    }
}

/// The normalised kernels with the basis.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], [`Error::Overflow`] for a kernel beyond `f64`.
impl<X: Features + ?Sized> Transformer<X> for FittedNystroem {
    type Output = Array2<X::Elem>;
    fn transform(&self, x: &X) -> Result<Array2<X::Elem>> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.n_features_in)?;
        Array2::from_rows(x.n_rows(), self.basis.len(), |row, entries| {
            let z = self.normalization.dot(&self.kernels(x, row)?);
            z.iter().enumerate().for_each(|(column, &value)| entries.push(column, X::Elem::narrow(value)));
            Ok(())
        })
    }
}

/// `nystroem0`, `nystroem1`, ….
impl FeatureNames for FittedNystroem {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        same_names(input, self.n_features_in)?;
        Ok((0..self.basis.len()).map(|at| format!("nystroem{at}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn products_of_the_basis_are_the_kernel() -> Result<()> {
        let x = Array2::from_shape_fn((9, 3), |(i, j)| ((i * 7 + j * 5) % 13) as f64 / 6.0);
        let (nystroem, z) = Nystroem::new().fit_transform(&x, &())?;
        let gram = z.dot(&z.t());
        for i in 0..9 {
            for j in 0..9 {
                let difference = &x.row(i) - &x.row(j);
                let kernel = (-difference.dot(&difference) / 3.0).exp();
                assert!((gram[[i, j]] - kernel).abs() < 1e-9, "{} is not {kernel}", gram[[i, j]]);
            }
        }
        let mut drawn = nystroem.component_indices().to_vec();
        drawn.sort_unstable();
        assert_eq!(drawn, (0..9).collect::<Vec<_>>());
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() -> Result<()> {
        let x = array![[1.0], [2.0]];
        for bad in [
            Nystroem::new().n_components(0),
            Nystroem::new().kernel(Kernel::Rbf { gamma: Some(-1.0) }),
            Nystroem::new().kernel(Kernel::Sigmoid { gamma: None, coef0: f64::NAN }),
        ] {
            assert!(matches!(bad.fit(&x, &()), Err(Error::InvalidParameter { .. })));
        }
        let drawn = Nystroem::new().fit(&x, &().weighted(&[0.0, 2.0])?)?;
        assert_eq!(drawn.component_indices(), [1]);
        let huge = Nystroem::new().kernel(Kernel::Linear).fit(&array![[1e200]], &());
        assert!(matches!(huge, Err(Error::Overflow { .. })));
        Ok(())
    }
}
