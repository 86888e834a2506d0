//! Round clusters.

use super::Dataset;
use super::sampling::{
    SameOrEach, check_generated, check_positive, check_value, fill, numbered, order, zeros,
};
use crate::error::{Error, Result};
use crate::random::Random;
use ndarray::Array2;

/// Round normal clusters: each row is a center plus `cluster_std` times a standard normal vector.
///
/// The target is the index of the center. Rows are divided evenly; where n_samples is no multiple of the
/// number of centers, the first ones have one row more.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_samples` | 100 | ≥ 1 |
/// | `n_features` | 2 | ≥ 1 |
/// | `centers` | 3 | a number of centers, 1 to n_samples, or a finite matrix with a center in each row |
/// | `cluster_std` | 1 | ≥ 0, finite; one for all or one for each center |
/// | `center_box` | (−10, 10) | low ≤ high, finite; random centers are uniform in it |
/// | `shuffle` | true | false: sorted by center |
/// | `seed` | 0 | any |
///
/// Two things differ from scikit-learn: a matrix of centers must have `n_features` columns (there it
/// overrides the number), and every center gets at least one row.
///
/// # Errors
/// [`MakeBlobs::generate`] answers [`Error::InvalidParameter`] to a value out of its range,
/// [`Error::NonFinite`] to such a value in the matrix of centers, and [`Error::Overflow`] if a feature
/// exceeds the range of `f64`.
///
/// Reference: `sklearn.datasets.make_blobs`.
///
/// ```
/// use certifit::datasets;
/// use ndarray::array;
///
/// let maker = datasets::make_blobs(300, 2).centers(array![[0.0, 0.0], [5.0, 5.0]]).cluster_std(0.5).seed(1);
/// let data = maker.generate()?;
/// assert_eq!(data.target.sum(), 150);
/// let right = data.features.rows().into_iter().zip(&data.target);
/// assert!(right.into_iter().all(|(row, &y)| usize::from(row.sum() > 5.0) == y));
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn make_blobs(n_samples: usize, n_features: usize) -> MakeBlobs {
    MakeBlobs { n_samples, n_features, ..MakeBlobs::default() }
}

/// The centers of [`make_blobs`]: made from a `usize` or from a matrix.
///
/// ```
/// assert_eq!(certifit::datasets::Centers::from(4), certifit::datasets::Centers::Count(4));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Centers {
    /// That many, drawn uniformly from the `center_box`.
    Count(usize),
    /// These, one a row.
    At(Array2<f64>),
}

impl From<usize> for Centers {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<Array2<f64>> for Centers {
    fn from(centers: Array2<f64>) -> Self {
        Self::At(centers)
    }
}

/// The parameters of [`make_blobs`], which describes them.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "nothing is made before `generate`"]
pub struct MakeBlobs {
    n_samples: usize,
    n_features: usize,
    centers: Centers,
    cluster_std: SameOrEach,
    center_box: (f64, f64),
    shuffle: bool,
    seed: u64,
}

impl Default for MakeBlobs {
    fn default() -> Self {
        Self {
            n_samples: 100,
            n_features: 2,
            centers: Centers::Count(3),
            cluster_std: SameOrEach::Same(1.0),
            center_box: (-10.0, 10.0),
            shuffle: true,
            seed: 0,
        }
    }
}

impl MakeBlobs {
    /// How many centers, or a matrix with a center in each row (default 3).
    pub fn centers(self, centers: impl Into<Centers>) -> Self {
        Self { centers: centers.into(), ..self }
    }

    /// The standard deviation within a cluster, one for all or one for each center (default 1).
    pub fn cluster_std(self, cluster_std: impl Into<SameOrEach>) -> Self {
        Self { cluster_std: cluster_std.into(), ..self }
    }

    /// The interval from which each coordinate of a random center is drawn (default −10 to 10).
    pub fn center_box(self, low: f64, high: f64) -> Self {
        Self { center_box: (low, high), ..self }
    }

    /// Whether the rows are put in a random order (default true).
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }

    /// The seed of the centers, the rows and their order (default 0).
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Makes the data.
    ///
    /// # Errors
    /// As [`make_blobs`] says.
    pub fn generate(&self) -> Result<Dataset<usize>> {
        Ok(self.generate_with_centers()?.0)
    }

    /// Makes the data, and says where the centers are (one a row): scikit-learn's `return_centers=True`.
    ///
    /// ```
    /// let (data, centers) = certifit::datasets::make_blobs(10, 3).cluster_std(0.0).generate_with_centers()?;
    /// assert_eq!(data.features.row(0), centers.row(data.target[0]));
    /// # Ok::<(), certifit::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`make_blobs`] says.
    pub fn generate_with_centers(&self) -> Result<(Dataset<usize>, Array2<f64>)> {
        check_positive("n_samples", self.n_samples)?;
        check_positive("n_features", self.n_features)?;
        let mut random = Random::new(self.seed);
        let centers = self.place_centers(&mut random)?;
        let n_centers = centers.nrows();
        let good = |std: f64| std >= 0.0 && std.is_finite();
        let stds = self.cluster_std.values("cluster_std", n_centers, good, "at least 0 and finite")?;

        let mut features = zeros("n_samples", self.n_samples, self.n_features)?;
        let mut target = Vec::with_capacity(self.n_samples);
        let mut rows = features.rows_mut().into_iter();
        for (index, (center, std)) in centers.rows().into_iter().zip(stds).enumerate() {
            let n_rows = self.n_samples / n_centers + usize::from(index < self.n_samples % n_centers);
            for mut row in rows.by_ref().take(n_rows) {
                row.iter_mut().zip(center).for_each(|(value, at)| *value = at + std * random.normal());
                target.push(index);
            }
        }
        check_generated(&features)?;
        let data = Dataset {
            features,
            target: target.into(),
            feature_names: numbered("x", self.n_features).collect(),
            target_names: numbered("", n_centers).collect(),
            description: "Round normal clusters, generated by make_blobs.",
        };
        let rows = order(self.shuffle, self.n_samples, &mut random);
        let columns: Vec<usize> = (0..self.n_features).collect();
        Ok((data.arranged(&rows, &columns), centers))
    }

    /// The centers that were given, or random ones; at least one and no more than rows.
    fn place_centers(&self, random: &mut Random) -> Result<Array2<f64>> {
        let (low, high) = self.center_box;
        check_value("center_box", low, low.is_finite(), "finite")?;
        check_value(
            "center_box",
            high,
            high.is_finite() && low <= high,
            "finite, the first number not larger",
        )?;
        let count = match &self.centers {
            Centers::Count(count) => *count,
            Centers::At(centers) => centers.nrows(),
        };
        if !(1..=self.n_samples).contains(&count) {
            let allowed = format!("1 to n_samples = {} centers", self.n_samples);
            return Err(Error::invalid_parameter("centers", count, allowed));
        }
        match &self.centers {
            Centers::Count(_) => {
                let mut centers = zeros("n_features", count, self.n_features)?;
                fill(&mut centers, || {
                    let share = random.uniform();
                    low * (1.0 - share) + high * share
                });
                Ok(centers)
            }
            Centers::At(centers) => self.check_centers(centers).map(|()| centers.clone()),
        }
    }

    fn check_centers(&self, centers: &Array2<f64>) -> Result<()> {
        if centers.ncols() != self.n_features {
            let allowed = format!("a matrix with n_features = {} columns", self.n_features);
            return Err(Error::invalid_parameter("centers", centers.dim(), allowed));
        }
        match centers.indexed_iter().find(|(_, value)| !value.is_finite()) {
            Some(((row, column), &value)) => {
                Err(Error::NonFinite { what: "centers", row, column: Some(column), value })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Axis, array};

    #[test]
    fn values_are_stable() {
        let data = make_blobs(7, 2).seed(42).generate().unwrap();
        assert_eq!(data.target.to_vec(), [2, 0, 1, 2, 0, 1, 0]);
        assert_eq!(data.features.row(0).to_vec(), [-4.2522069801834075, -7.803452753008475]);
        assert_ne!(data.features, make_blobs(7, 2).seed(43).generate().unwrap().features);
    }

    #[test]
    fn rows_are_divided_evenly_and_sorted_without_shuffling() {
        let data = make_blobs(8, 1).shuffle(false).generate().unwrap();
        assert_eq!(data.target.to_vec(), [0, 0, 0, 1, 1, 1, 2, 2]);
        assert_eq!((data.target_names.len(), data.feature_names.len()), (3, 1));
    }

    #[test]
    fn clusters_are_normal_about_their_centers() {
        let n = 20_000;
        let maker = make_blobs(2 * n, 2).centers(array![[3.0, -1.0], [0.0, 40.0]]).cluster_std([0.5, 2.0]);
        let data = maker.seed(9).generate().unwrap();
        for (center, at, sigma) in [(0, [3.0, -1.0], 0.5), (1, [0.0, 40.0], 2.0)] {
            let rows: Vec<usize> = (0..2 * n).filter(|&row| data.target[row] == center).collect();
            let cluster = data.features.select(Axis(0), &rows);
            assert_eq!(rows.len(), n);
            // Five standard errors.
            for (values, at) in cluster.columns().into_iter().zip(at) {
                let (mean, std) = (values.mean().unwrap(), values.std(0.0));
                assert!((mean - at).abs() < 5.0 * sigma / (n as f64).sqrt(), "{mean}");
                assert!((std - sigma).abs() < 5.0 * sigma / (2.0 * n as f64).sqrt(), "{std}");
                let inside = values.iter().filter(|&v| (v - at).abs() < sigma).count() as f64;
                // 68.27 % of a normal sample lie within σ; standard error √(pq/n).
                let error = (0.6827f64 * 0.3173 / n as f64).sqrt();
                assert!((inside / n as f64 - 0.6827).abs() < 5.0 * error, "{inside}");
            }
        }
    }

    #[test]
    fn random_centers_fill_their_box() {
        let maker = make_blobs(1000, 2).centers(1000).center_box(-2.0, 6.0).cluster_std(0.0);
        let (data, centers) = maker.generate_with_centers().unwrap();
        assert!(centers.iter().all(|value| (-2.0..6.0).contains(value)));
        // Uniform: mean 2, standard deviation 8/√12; five standard errors of the mean of 2000.
        assert!((centers.mean().unwrap() - 2.0).abs() < 5.0 * 8.0 / (12.0f64 * 2000.0).sqrt());
        for (row, &center) in data.features.rows().into_iter().zip(&data.target) {
            assert_eq!(row, centers.row(center));
        }
    }

    #[test]
    fn bad_parameters_have_typed_errors() {
        let invalid = |maker: MakeBlobs, parameter| match maker.generate() {
            Err(Error::InvalidParameter { name, .. }) => assert_eq!(name, parameter),
            other => panic!("{maker:?}: {other:?}"),
        };
        let maker = make_blobs(10, 2);
        invalid(make_blobs(0, 2), "n_samples");
        invalid(make_blobs(10, 0), "n_features");
        invalid(make_blobs(usize::MAX / 2, 3), "n_samples");
        invalid(make_blobs(10, usize::MAX), "n_features");
        invalid(maker.clone().centers(0), "centers");
        invalid(maker.clone().centers(11), "centers");
        invalid(maker.clone().centers(array![[1.0, 2.0, 3.0]]), "centers");
        invalid(maker.clone().centers(Array2::zeros((0, 2))), "centers");
        invalid(maker.clone().cluster_std(-1.0), "cluster_std");
        invalid(maker.clone().cluster_std(f64::NAN), "cluster_std");
        invalid(maker.clone().cluster_std([1.0, 1.0]), "cluster_std");
        invalid(maker.clone().center_box(1.0, 0.0), "center_box");
        invalid(maker.clone().center_box(f64::NAN, 0.0), "center_box");
        invalid(maker.clone().center_box(0.0, f64::INFINITY), "center_box");
        let error = maker.clone().centers(array![[0.0, f64::INFINITY]]).generate().unwrap_err();
        let expected = Error::NonFinite { what: "centers", row: 0, column: Some(1), value: f64::INFINITY };
        assert_eq!(error, expected);
        let huge = maker.cluster_std(f64::MAX).generate();
        assert!(matches!(huge, Err(Error::Overflow { .. })), "{huge:?}");
    }
}
