//! A linear function plus noise.

use super::Dataset;
use super::sampling::{check_generated, check_positive, check_value, dot, fill, numbered, order, zeros};
use crate::error::{Error, Result};
use crate::random::Random;
use ndarray::Array1;

/// A linear regression problem: y = x·coef + bias + noise·ε with standard normal features x and errors ε.
///
/// `n_informative` of the features have a coefficient, uniform in [0, 100); that of the others is 0. Their
/// names tell which is which: `informative_0`, …, `useless_0`, …
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_samples` | 100 | ≥ 1 |
/// | `n_features` | 100 | ≥ 1 |
/// | `n_informative` | 10 | ≥ 0; more than n_features means all |
/// | `bias` | 0 | finite |
/// | `noise` | 0 | ≥ 0, finite; the standard deviation of the error |
/// | `shuffle` | true | rows and columns; false: the informative features come first |
/// | `seed` | 0 | any |
///
/// There is one target, and the features are independent (scikit-learn's `n_targets=1`,
/// `effective_rank=None`).
///
/// # Errors
/// [`MakeRegression::generate`] answers [`Error::InvalidParameter`] to a value out of its range, and
/// [`Error::Overflow`] if the target exceeds the range of `f64`.
///
/// Reference: `sklearn.datasets.make_regression`.
///
/// ```
/// use certifit::datasets;
///
/// let maker = datasets::make_regression(50, 8).n_informative(3).bias(2.0).seed(7);
/// let (data, coef) = maker.generate_with_coef()?;
/// assert_eq!(coef.iter().filter(|&&c| c != 0.0).count(), 3);
/// assert!((data.features.row(0).dot(&coef) + 2.0 - data.target[0]).abs() < 1e-10);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn make_regression(n_samples: usize, n_features: usize) -> MakeRegression {
    MakeRegression { n_samples, n_features, ..MakeRegression::default() }
}

/// The parameters of [`make_regression`], which describes them.
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use = "nothing is made before `generate`"]
pub struct MakeRegression {
    n_samples: usize,
    n_features: usize,
    n_informative: usize,
    bias: f64,
    noise: f64,
    shuffle: bool,
    seed: u64,
}

impl Default for MakeRegression {
    fn default() -> Self {
        Self {
            n_samples: 100,
            n_features: 100,
            n_informative: 10,
            bias: 0.0,
            noise: 0.0,
            shuffle: true,
            seed: 0,
        }
    }
}

impl MakeRegression {
    /// How many features have a coefficient (default 10).
    pub fn n_informative(self, n_informative: usize) -> Self {
        Self { n_informative, ..self }
    }

    /// The value of the linear function at 0 (default 0).
    pub fn bias(self, bias: f64) -> Self {
        Self { bias, ..self }
    }

    /// The standard deviation of the normal error (default 0).
    pub fn noise(self, noise: f64) -> Self {
        Self { noise, ..self }
    }

    /// Whether rows and columns are put in a random order (default true).
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }

    /// The seed of features, coefficients, errors and order (default 0).
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Makes the data.
    ///
    /// # Errors
    /// As [`make_regression`] says.
    pub fn generate(&self) -> Result<Dataset<f64>> {
        Ok(self.generate_with_coef()?.0)
    }

    /// Makes the data, and says what the coefficients are, one for each column: scikit-learn's `coef=True`.
    ///
    /// ```
    /// let (data, coef) = certifit::datasets::make_regression(20, 1).generate_with_coef()?;
    /// assert!((data.target[0] / data.features[[0, 0]] - coef[0]).abs() < 1e-10);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`make_regression`] says.
    pub fn generate_with_coef(&self) -> Result<(Dataset<f64>, Array1<f64>)> {
        self.check()?;
        let mut random = Random::new(self.seed);
        let n_informative = self.n_informative.min(self.n_features);
        let mut features = zeros("n_samples", self.n_samples, self.n_features)?;
        fill(&mut features, || random.normal());
        let mut coef = vec![0.0; self.n_features];
        coef.iter_mut().take(n_informative).for_each(|coef| *coef = 100.0 * random.uniform());
        let target: Array1<f64> = features
            .rows()
            .into_iter()
            .map(|row| dot(row, &coef) + self.bias + self.noise * random.normal())
            .collect();
        check_generated(&features)?;
        if target.iter().any(|y| !y.is_finite()) {
            return Err(Error::Overflow { what: "the generated target", column: None });
        }
        let useless = numbered("useless_", self.n_features - n_informative);
        let data = Dataset {
            features,
            target,
            feature_names: numbered("informative_", n_informative).chain(useless).collect(),
            target_names: Vec::new(),
            description: "A linear function of normal features plus noise, generated by make_regression.",
        };
        let rows = order(self.shuffle, self.n_samples, &mut random);
        let columns = order(self.shuffle, self.n_features, &mut random);
        Ok((data.arranged(&rows, &columns), columns.iter().map(|&column| coef[column]).collect()))
    }

    fn check(&self) -> Result<()> {
        check_positive("n_samples", self.n_samples)?;
        check_positive("n_features", self.n_features)?;
        check_value("bias", self.bias, self.bias.is_finite(), "finite")?;
        let good = self.noise >= 0.0 && self.noise.is_finite();
        check_value("noise", self.noise, good, "at least 0 and finite")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::Axis;

    #[test]
    fn values_are_stable() {
        let (data, coef) =
            make_regression(4, 3).n_informative(2).noise(1.0).seed(42).generate_with_coef().unwrap();
        assert_eq!(coef.to_vec(), [0.0, 59.2978570324334, 95.69902689161411]);
        assert_eq!(
            data.features.row(0).to_vec(),
            [1.0449801415223063, 0.031378861730367816, -0.718547372072907]
        );
        let target = [-67.42441231085937, -41.28222213781671, 125.42308122507528, 14.389930834020367];
        assert_eq!(data.target.to_vec(), target);
    }

    #[test]
    fn without_noise_the_target_is_the_linear_function() {
        for shuffle in [true, false] {
            let maker = make_regression(40, 12).n_informative(5).bias(-7.5).shuffle(shuffle).seed(3);
            let (data, coef) = maker.generate_with_coef().unwrap();
            let expected = data.features.dot(&coef) - 7.5;
            for (found, expected) in data.target.iter().zip(&expected) {
                assert_relative_eq!(*found, *expected, epsilon = 1e-10);
            }
            for (name, &coef) in data.feature_names.iter().zip(&coef) {
                assert_eq!(name.starts_with("informative_"), coef != 0.0, "{name}: {coef}");
                assert!((0.0..100.0).contains(&coef));
            }
            assert_eq!(
                data.feature_names[0] == "informative_0" && data.feature_names[11] == "useless_6",
                !shuffle
            );
            assert_eq!(maker.generate().unwrap(), data);
        }
    }

    #[test]
    fn features_are_standard_normal_and_the_error_has_its_standard_deviation() {
        let n = 20_000;
        let (data, coef) = make_regression(n, 3).noise(4.0).bias(1.0).seed(8).generate_with_coef().unwrap();
        let error = &data.target - &data.features.dot(&coef) - 1.0;
        // Five standard errors: σ/√n of a mean, σ/√(2n) of a standard deviation.
        let (of_mean, of_std) = (5.0 / (n as f64).sqrt(), 5.0 / (2.0 * n as f64).sqrt());
        assert!(error.mean().unwrap().abs() < 4.0 * of_mean);
        assert!((error.std(0.0) - 4.0).abs() < 4.0 * of_std);
        for column in data.features.axis_iter(Axis(1)) {
            assert!(column.mean().unwrap().abs() < of_mean);
            assert!((column.std(0.0) - 1.0).abs() < of_std);
            assert!((column.dot(&error) / n as f64).abs() < 4.0 * of_mean, "the error depends on a feature");
        }
    }

    #[test]
    fn as_many_informative_features_as_there_are() {
        let (_, coef) = make_regression(5, 4).generate_with_coef().unwrap();
        assert!(coef.iter().all(|&coef| coef > 0.0));
        let (data, coef) = make_regression(5, 4).n_informative(0).bias(3.0).generate_with_coef().unwrap();
        assert_eq!((data.target.to_vec(), coef.to_vec()), (vec![3.0; 5], vec![0.0; 4]));
    }

    #[test]
    fn bad_parameters_have_typed_errors() {
        for (bad, parameter) in [
            (make_regression(0, 2), "n_samples"),
            (make_regression(2, 0), "n_features"),
            (make_regression(usize::MAX / 2, 3), "n_samples"),
            (make_regression(2, usize::MAX / 32), "n_samples"),
            (make_regression(2, 2).noise(-1.0), "noise"),
            (make_regression(2, 2).noise(f64::NAN), "noise"),
            (make_regression(2, 2).bias(f64::INFINITY), "bias"),
        ] {
            match bad.generate() {
                Err(Error::InvalidParameter { name, .. }) => assert_eq!(name, parameter),
                other => panic!("{bad:?}: {other:?}"),
            }
        }
        let huge = make_regression(50, 2).noise(f64::MAX).generate();
        assert_eq!(huge, Err(Error::Overflow { what: "the generated target", column: None }));
    }
}
