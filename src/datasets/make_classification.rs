//! Normal clusters on the vertices of a cube, with redundant, repeated and useless features.

use super::Dataset;
use super::sampling::{
    SameOrEach, check_generated, check_positive, check_value, fill, largest_remainder, numbered, order,
    product, zeros,
};
use crate::error::{Error, Result};
use crate::random::Random;
use ndarray::{Array2, ArrayViewMut1};
use std::collections::BTreeSet;

/// A random classification problem after Guyon's "Madelon": x = z·A + v for a row of a cluster with vertex v.
///
/// Each class has `n_clusters_per_class` clusters, each at a vertex of its own of the cube {−class_sep,
/// class_sep}^n_informative; z is standard normal and the mixing matrix A, uniform in [−1, 1), is drawn anew
/// for each cluster. To these informative features come redundant ones (random linear combinations of the
/// informative), repeated ones (copies of either) and useless ones (standard normal). The names of the
/// columns tell which is which: `informative_0`, …, `redundant_0`, …, `repeated_0`, …, `useless_0`, … At last
/// the share `flip_y` of the targets is replaced by a class drawn at random, which may be the same.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_samples` | 100 | ≥ 1 |
/// | `n_features` | 20 | ≥ n_informative + n_redundant + n_repeated |
/// | `n_informative` | 2 | ≥ 1 |
/// | `n_redundant` | 2 | ≥ 0 |
/// | `n_repeated` | 0 | ≥ 0 |
/// | `n_classes` | 2 | 1 to n_samples |
/// | `n_clusters_per_class` | 2 | ≥ 1; n_classes · n_clusters_per_class ≤ 2^n_informative |
/// | `weights` | equal | shares of the classes: n_classes of them with sum 1, or one fewer with sum ≤ 1 |
/// | `flip_y` | 0.01 | 0 to 1 |
/// | `class_sep` | 1 | > 0, finite |
/// | `hypercube` | true | false: each vertex and each coordinate shrinks by a random factor |
/// | `shift` | 0 | finite, one for all or one for each feature; [random](MakeClassification::random_shift) |
/// | `scale` | 1 | > 0, finite, one for all or one for each feature; [random](MakeClassification::random_scale) |
/// | `shuffle` | true | rows and columns; false: in the order of the text above, cluster after cluster |
/// | `seed` | 0 | any |
///
/// The number of rows of a class (before flipping) is n_samples times its share, rounded by largest
/// remainder, and is divided evenly among its clusters. scikit-learn rounds each cluster down and gives what
/// is left to the first ones.
///
/// # Errors
/// [`MakeClassification::generate`] answers [`Error::InvalidParameter`] to a value out of its range, and
/// [`Error::Overflow`] if a feature exceeds the range of `f64`.
///
/// Reference: I. Guyon (2003), "Design of experiments for the NIPS 2003 variable selection benchmark";
/// `sklearn.datasets.make_classification`.
///
/// ```
/// use certifit::datasets;
///
/// let maker = datasets::make_classification(200, 10).n_informative(5).n_classes(3).flip_y(0.0).seed(7);
/// let data = maker.generate()?;
/// assert_eq!(data.features.dim(), (200, 10));
/// let sizes: Vec<usize> = (0..3).map(|class| data.target.iter().filter(|&&y| y == class).count()).collect();
/// assert_eq!(sizes, [67, 67, 66]);
/// assert_eq!(data.feature_names.iter().filter(|name| name.starts_with("informative")).count(), 5);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn make_classification(n_samples: usize, n_features: usize) -> MakeClassification {
    MakeClassification { n_samples, n_features, ..MakeClassification::default() }
}

/// The parameters of [`make_classification`], which describes them.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "nothing is made before `generate`"]
pub struct MakeClassification {
    n_samples: usize,
    n_features: usize,
    n_informative: usize,
    n_redundant: usize,
    n_repeated: usize,
    n_classes: usize,
    n_clusters_per_class: usize,
    weights: Option<Vec<f64>>,
    flip_y: f64,
    class_sep: f64,
    hypercube: bool,
    shift: Option<SameOrEach>,
    scale: Option<SameOrEach>,
    shuffle: bool,
    seed: u64,
}

impl Default for MakeClassification {
    fn default() -> Self {
        Self {
            n_samples: 100,
            n_features: 20,
            n_informative: 2,
            n_redundant: 2,
            n_repeated: 0,
            n_classes: 2,
            n_clusters_per_class: 2,
            weights: None,
            flip_y: 0.01,
            class_sep: 1.0,
            hypercube: true,
            shift: Some(SameOrEach::Same(0.0)),
            scale: Some(SameOrEach::Same(1.0)),
            shuffle: true,
            seed: 0,
        }
    }
}

impl MakeClassification {
    /// How many features the classes differ in (default 2).
    pub fn n_informative(self, n_informative: usize) -> Self {
        Self { n_informative, ..self }
    }

    /// How many features are linear combinations of the informative ones (default 2).
    pub fn n_redundant(self, n_redundant: usize) -> Self {
        Self { n_redundant, ..self }
    }

    /// How many features are copies of informative or redundant ones (default 0).
    pub fn n_repeated(self, n_repeated: usize) -> Self {
        Self { n_repeated, ..self }
    }

    /// How many classes there are (default 2).
    pub fn n_classes(self, n_classes: usize) -> Self {
        Self { n_classes, ..self }
    }

    /// How many clusters each class has (default 2).
    pub fn n_clusters_per_class(self, n_clusters_per_class: usize) -> Self {
        Self { n_clusters_per_class, ..self }
    }

    /// The share of each class; that of the last one may be left out (default: equal shares).
    pub fn weights(self, weights: impl Into<Vec<f64>>) -> Self {
        Self { weights: Some(weights.into()), ..self }
    }

    /// The share of rows whose class is drawn at random (default 0.01).
    pub fn flip_y(self, flip_y: f64) -> Self {
        Self { flip_y, ..self }
    }

    /// Half the side of the cube (default 1): the larger, the easier.
    pub fn class_sep(self, class_sep: f64) -> Self {
        Self { class_sep, ..self }
    }

    /// Whether the clusters are at the vertices of a cube (default true) or of a random polytope.
    pub fn hypercube(self, hypercube: bool) -> Self {
        Self { hypercube, ..self }
    }

    /// What is added to the features, one number for all or one for each (default 0).
    pub fn shift(self, shift: impl Into<SameOrEach>) -> Self {
        Self { shift: Some(shift.into()), ..self }
    }

    /// Adds to each feature a number drawn from [−class_sep, class_sep): scikit-learn's `shift=None`.
    pub fn random_shift(self) -> Self {
        Self { shift: None, ..self }
    }

    /// What the features are multiplied by after shifting, one number for all or one for each (default 1).
    pub fn scale(self, scale: impl Into<SameOrEach>) -> Self {
        Self { scale: Some(scale.into()), ..self }
    }

    /// Multiplies each feature by a number drawn from [1, 100): scikit-learn's `scale=None`.
    pub fn random_scale(self) -> Self {
        Self { scale: None, ..self }
    }

    /// Whether rows and columns are put in a random order (default true).
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }

    /// The seed of everything that is random (default 0).
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Makes the data.
    ///
    /// # Errors
    /// As [`make_classification`] says.
    pub fn generate(&self) -> Result<Dataset<usize>> {
        self.check()?;
        let sizes = largest_remainder(self.n_samples, &self.shares()?);
        let mut random = Random::new(self.seed);
        let mut features = zeros("n_samples", self.n_samples, self.n_features)?;
        let mut target = self.place_clusters(&sizes, &mut features, &mut random)?;
        self.fill_the_rest(&mut features, &mut random)?;
        for class in &mut target {
            if random.uniform() < self.flip_y {
                *class = random.below(self.n_classes);
            }
        }
        self.shift_and_scale(&mut features, &mut random)?;
        check_generated(&features)?;
        let data = Dataset {
            features,
            target: target.into(),
            feature_names: self.feature_names(),
            target_names: numbered("", self.n_classes).collect(),
            description: "Normal clusters on the vertices of a cube, generated by make_classification.",
        };
        let rows = order(self.shuffle, self.n_samples, &mut random);
        let columns = order(self.shuffle, self.n_features, &mut random);
        Ok(data.arranged(&rows, &columns))
    }

    fn check(&self) -> Result<()> {
        check_positive("n_samples", self.n_samples)?;
        check_positive("n_features", self.n_features)?;
        check_positive("n_informative", self.n_informative)?;
        check_positive("n_classes", self.n_classes)?;
        check_positive("n_clusters_per_class", self.n_clusters_per_class)?;
        let used = [self.n_informative, self.n_redundant, self.n_repeated];
        let n_used = used.iter().try_fold(0usize, |sum, &n| sum.checked_add(n));
        if n_used.is_none_or(|n_used| n_used > self.n_features) {
            let [informative, redundant, repeated] = used;
            let allowed = format!(
                "at least n_informative + n_redundant + n_repeated = {informative} + {redundant} + {repeated}"
            );
            return Err(Error::invalid_parameter("n_features", self.n_features, allowed));
        }
        if self.n_classes > self.n_samples {
            let allowed = format!("at most n_samples = {}", self.n_samples);
            return Err(Error::invalid_parameter("n_classes", self.n_classes, allowed));
        }
        // A product of two usize fits in u128, and no such product reaches 2^128.
        let n_clusters = self.n_classes as u128 * self.n_clusters_per_class as u128;
        if self.n_informative < 128 && n_clusters > 1 << self.n_informative {
            let allowed = format!(
                "large enough for n_classes * n_clusters_per_class = {n_clusters} <= 2^n_informative"
            );
            return Err(Error::invalid_parameter("n_informative", self.n_informative, allowed));
        }
        check_value("flip_y", self.flip_y, (0.0..=1.0).contains(&self.flip_y), "from 0 to 1")?;
        let good = self.class_sep > 0.0 && self.class_sep.is_finite();
        check_value("class_sep", self.class_sep, good, "positive and finite")
    }

    /// The share of each class; they sum to 1.
    fn shares(&self) -> Result<Vec<f64>> {
        let Some(weights) = &self.weights else {
            return Ok(vec![1.0 / self.n_classes as f64; self.n_classes]);
        };
        let sum: f64 = weights.iter().sum();
        let mut shares = weights.clone();
        if weights.len() + 1 == self.n_classes {
            shares.push((1.0 - sum).max(0.0));
        }
        let total: f64 = shares.iter().sum();
        let positive = weights.iter().all(|&weight| weight >= 0.0);
        if !positive || shares.len() != self.n_classes || (total - 1.0).abs() > 1e-9 || total.is_nan() {
            let n = self.n_classes;
            let allowed =
                format!("{n} shares that are not negative and sum to 1, or the first {} of them", n - 1);
            return Err(Error::invalid_parameter("weights", weights, allowed));
        }
        shares.iter_mut().for_each(|share| *share /= total);
        Ok(shares)
    }

    /// Fills the informative features, cluster after cluster, and says which class each row has.
    fn place_clusters(
        &self,
        sizes: &[usize],
        features: &mut Array2<f64>,
        random: &mut Random,
    ) -> Result<Vec<usize>> {
        let clusters = self.clusters(sizes);
        let vertices = self.vertices(clusters.len(), random)?;
        let mut mixing = zeros("n_informative", self.n_informative, self.n_informative)?;
        let mut target = Vec::with_capacity(self.n_samples);
        let mut rows = features.rows_mut().into_iter();
        for ((class, n_rows), vertex) in clusters.into_iter().zip(vertices.rows()) {
            fill(&mut mixing, || symmetric(random));
            for mut row in rows.by_ref().take(n_rows) {
                let normal: Vec<f64> = (0..self.n_informative).map(|_| random.normal()).collect();
                let mixed = product(&normal, &mixing);
                for ((value, mixed), at) in row.iter_mut().zip(mixed).zip(vertex) {
                    *value = at + mixed;
                }
                target.push(class);
            }
        }
        Ok(target)
    }

    /// Class and number of rows of each cluster that has any; the first of each class, then the second, …
    fn clusters(&self, sizes: &[usize]) -> Vec<(usize, usize)> {
        let per_class = self.n_clusters_per_class;
        let most = sizes.iter().copied().max().unwrap_or(0);
        (0..per_class.min(most))
            .flat_map(|k| {
                sizes.iter().map(move |size| size / per_class + usize::from(k < size % per_class)).enumerate()
            })
            .filter(|&(_, n_rows)| n_rows > 0)
            .collect()
    }

    /// `n` distinct vertices, one a row.
    fn vertices(&self, n: usize, random: &mut Random) -> Result<Array2<f64>> {
        let mut vertices = zeros("n_informative", n, self.n_informative)?;
        let mut taken = BTreeSet::new();
        for mut vertex in vertices.rows_mut() {
            // There are at least `n` vertices: this ends, after n·(1 + ln n) draws at most on average.
            let signs = loop {
                let signs: Vec<bool> = (0..self.n_informative).map(|_| random.below(2) == 1).collect();
                if taken.insert(signs.clone()) {
                    break signs;
                }
            };
            for (value, up) in vertex.iter_mut().zip(signs) {
                *value = if up { self.class_sep } else { -self.class_sep };
            }
        }
        if !self.hypercube {
            let by_vertex: Vec<f64> = (0..n).map(|_| random.uniform()).collect();
            let by_column: Vec<f64> = (0..self.n_informative).map(|_| random.uniform()).collect();
            for (mut vertex, factor) in vertices.rows_mut().into_iter().zip(by_vertex) {
                vertex.iter_mut().zip(&by_column).for_each(|(value, column)| *value *= factor * column);
            }
        }
        Ok(vertices)
    }

    /// Fills the redundant, repeated and useless features.
    fn fill_the_rest(&self, features: &mut Array2<f64>, random: &mut Random) -> Result<()> {
        let mut combining = zeros("n_redundant", self.n_informative, self.n_redundant)?;
        fill(&mut combining, || symmetric(random));
        let n_sources = self.n_informative + self.n_redundant;
        let sources: Vec<usize> = (0..self.n_repeated).map(|_| random.below(n_sources)).collect();
        for row in features.rows_mut() {
            self.fill_the_rest_of_row(row, &combining, &sources, random);
        }
        Ok(())
    }

    fn fill_the_rest_of_row(
        &self,
        mut row: ArrayViewMut1<f64>,
        combining: &Array2<f64>,
        sources: &[usize],
        random: &mut Random,
    ) {
        let mut useful: Vec<f64> = row.iter().take(self.n_informative).copied().collect();
        useful.extend(product(&useful, combining));
        let repeated: Vec<f64> = sources.iter().map(|&source| useful[source]).collect();
        let useless = std::iter::repeat_with(|| random.normal());
        let values = useful.into_iter().chain(repeated).chain(useless);
        row.iter_mut().zip(values).for_each(|(entry, value)| *entry = value);
    }

    fn shift_and_scale(&self, features: &mut Array2<f64>, random: &mut Random) -> Result<()> {
        let d = self.n_features;
        let shift = match &self.shift {
            Some(shift) => shift.values("shift", d, f64::is_finite, "finite")?,
            None => (0..d).map(|_| self.class_sep * symmetric(random)).collect(),
        };
        let scale = match &self.scale {
            Some(scale) => {
                let good = |factor: f64| factor > 0.0 && factor.is_finite();
                scale.values("scale", d, good, "positive and finite")?
            }
            None => (0..d).map(|_| 1.0 + 99.0 * random.uniform()).collect(),
        };
        for mut row in features.rows_mut() {
            for ((value, shift), scale) in row.iter_mut().zip(&shift).zip(&scale) {
                *value = (*value + shift) * scale;
            }
        }
        Ok(())
    }

    fn feature_names(&self) -> Vec<String> {
        let n_useless = self.n_features - self.n_informative - self.n_redundant - self.n_repeated;
        numbered("informative_", self.n_informative)
            .chain(numbered("redundant_", self.n_redundant))
            .chain(numbered("repeated_", self.n_repeated))
            .chain(numbered("useless_", n_useless))
            .collect()
    }
}

/// Uniform in [−1, 1).
fn symmetric(random: &mut Random) -> f64 {
    2.0 * random.uniform() - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::{Array1, ArrayView1, Axis};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn sizes(data: &Dataset<usize>) -> Vec<usize> {
        (0..data.target_names.len())
            .map(|class| data.target.iter().filter(|&&y| y == class).count())
            .collect()
    }

    /// The column with this name.
    fn column(data: &Dataset<usize>, name: &str) -> Vec<f64> {
        let index = data.feature_names.iter().position(|found| found == name).unwrap();
        data.features.column(index).to_vec()
    }

    #[test]
    fn values_are_stable() {
        let data = make_classification(6, 5).seed(42).generate().unwrap();
        assert_eq!(data.target.to_vec(), [0, 0, 1, 1, 1, 0]);
        let names = ["redundant_1", "useless_0", "informative_1", "informative_0", "redundant_0"];
        assert_eq!(data.feature_names, names);
        let first = [
            -1.0510425854000438,
            -0.28460498250188426,
            -1.1551936756124186,
            -0.9782052296461979,
            -1.3745626317785717,
        ];
        assert_eq!(data.features.row(0).to_vec(), first);
        assert_ne!(data.features, make_classification(6, 5).seed(43).generate().unwrap().features);
    }

    /// Far apart, the signs of the informative features are the vertex: one class a vertex, as many vertices
    /// as clusters, and the rows divided evenly.
    #[test]
    fn clusters_are_on_distinct_vertices() {
        for hypercube in [true, false] {
            let maker = make_classification(600, 3).n_informative(3).n_redundant(0).n_classes(4).flip_y(0.0);
            let maker = maker.class_sep(1e6).hypercube(hypercube).seed(5);
            let data = maker.generate().unwrap();
            let mut vertices: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
            for (row, &class) in data.features.rows().into_iter().zip(&data.target) {
                vertices.entry(row.iter().map(|&value| value > 0.0).collect()).or_default().push(class);
            }
            assert_eq!(vertices.len(), 8);
            for classes in vertices.values() {
                assert_eq!(classes.len(), 75);
                assert!(classes.iter().all(|class| *class == classes[0]), "two classes on a vertex");
            }
            let on_the_cube = data.features.iter().all(|value| (value.abs() / 1e6 - 1.0).abs() < 1e-4);
            assert_eq!(on_the_cube, hypercube);
        }
    }

    /// One cluster at v: the mean is v, and with x − v = z·A for a standard normal z and uniform A, the
    /// covariance AᵀA has diagonal entries of mean n_informative / 3.
    #[test]
    fn a_cluster_has_mean_and_spread_as_defined() {
        let (n, d) = (20_000, 40);
        let maker =
            make_classification(n, d).n_informative(d).n_redundant(0).n_classes(1).n_clusters_per_class(1);
        let data = maker.class_sep(2.0).seed(3).generate().unwrap();
        let std = data.features.std_axis(Axis(0), 0.0);
        for (mean, std) in data.features.mean_axis(Axis(0)).unwrap().iter().zip(&std) {
            assert!((mean.abs() - 2.0).abs() < 5.0 * std / (n as f64).sqrt(), "{mean}");
        }
        // 1/d times a sum of d² squares of uniform numbers, each of mean 1/3 and variance 4/45: five standard
        // errors of that, and 0.1 for the sampling of the rows (0.02 times five).
        let mean_variance = std.mapv(|std| std * std).mean().unwrap();
        assert!(
            (mean_variance - d as f64 / 3.0).abs() < 5.0 * (4.0f64 / 45.0).sqrt() + 0.1,
            "{mean_variance}"
        );
    }

    /// The Gram determinant of two informative columns and a combination of them is 0; with a useless one it
    /// is not.
    #[test]
    fn redundant_features_are_combinations_and_repeated_ones_copies() {
        let data = make_classification(80, 9).n_repeated(3).seed(2).generate().unwrap();
        let determinant = |third: &str| {
            let columns =
                [column(&data, "informative_0"), column(&data, "informative_1"), column(&data, third)];
            let norm = |a: &[f64]| a.iter().map(|a| a * a).sum::<f64>().sqrt();
            let g = |i: usize, j: usize| {
                let dot: f64 = columns[i].iter().zip(&columns[j]).map(|(a, b)| a * b).sum();
                dot / (norm(&columns[i]) * norm(&columns[j]))
            };
            g(0, 0) * (g(1, 1) * g(2, 2) - g(1, 2) * g(2, 1))
                - g(0, 1) * (g(1, 0) * g(2, 2) - g(1, 2) * g(2, 0))
                + g(0, 2) * (g(1, 0) * g(2, 1) - g(1, 1) * g(2, 0))
        };
        assert!(determinant("redundant_0").abs() < 1e-12 && determinant("redundant_1").abs() < 1e-12);
        assert!(determinant("useless_0") > 0.1);
        let sources = ["informative_0", "informative_1", "redundant_0", "redundant_1"];
        for name in ["repeated_0", "repeated_1", "repeated_2"] {
            let copies = sources.iter().filter(|source| column(&data, source) == column(&data, name)).count();
            assert_eq!(copies, 1, "{name}");
        }
    }

    #[test]
    fn useless_features_are_standard_normal() {
        let n = 20_000;
        let data = make_classification(n, 5).seed(1).generate().unwrap();
        let useless = Array1::from(column(&data, "useless_0"));
        assert!(useless.mean().unwrap().abs() < 5.0 / (n as f64).sqrt());
        assert!((useless.std(0.0) - 1.0).abs() < 5.0 / (2.0 * n as f64).sqrt());
    }

    #[test]
    fn weights_set_the_sizes_of_the_classes() {
        let of = |maker: MakeClassification| sizes(&maker.flip_y(0.0).generate().unwrap());
        let two = make_classification(100, 4);
        assert_eq!(of(two.clone()), [50, 50]);
        assert_eq!(of(two.clone().weights([0.9])), [90, 10]);
        assert_eq!(of(two.clone().weights([0.25, 0.75])), [25, 75]);
        assert_eq!(of(two.clone().weights([1.0, 0.0])), [100, 0]);
        assert_eq!(of(two.clone().weights([1.0])), [100, 0]);
        let three = make_classification(10, 6).n_informative(3).n_classes(3);
        assert_eq!(of(three.clone()), [4, 3, 3]);
        assert_eq!(
            of(three.clone().weights([0.27, 0.27])),
            [3, 3, 4],
            "10 × 0.46 = 4.6 has less of a remainder"
        );
        assert_eq!(of(make_classification(1, 4).n_classes(1)), [1]);
        // More clusters than rows: some stay empty.
        assert_eq!(of(make_classification(5, 70).n_informative(65).n_clusters_per_class(usize::MAX)), [3, 2]);
    }

    /// With weights [1, 0], a flipped row is seen when the other class is drawn: half of the share `flip_y`.
    #[test]
    fn flipping_draws_a_class_at_random() {
        let n = 20_000;
        let maker = make_classification(n, 4).weights([1.0, 0.0]).seed(6);
        for flip_y in [0.0, 0.01, 0.3, 1.0] {
            let seen = sizes(&maker.clone().flip_y(flip_y).generate().unwrap())[1] as f64 / n as f64;
            let expected: f64 = flip_y / 2.0;
            let error = (expected * (1.0 - expected) / n as f64).sqrt();
            assert!((seen - expected).abs() <= 5.0 * error, "{flip_y}: {seen}");
        }
    }

    #[test]
    fn shift_comes_before_scale() {
        let maker = make_classification(30, 4).shuffle(false).seed(4);
        let plain = maker.generate().unwrap().features;
        let moved = maker.clone().shift([1.0, 2.0, 3.0, 4.0]).scale(10.0).generate().unwrap().features;
        for ((row, column), value) in plain.indexed_iter() {
            assert_relative_eq!(
                moved[[row, column]],
                (value + 1.0 + column as f64) * 10.0,
                max_relative = 1e-14
            );
        }
        let scaled = maker.clone().random_scale().generate().unwrap().features;
        let factors = (&scaled / &plain).row(0).to_vec();
        assert!(factors.iter().all(|factor| (1.0..100.0).contains(factor)), "{factors:?}");
        let shifts = maker.random_shift().generate().unwrap().features - &plain;
        assert!(shifts.row(0).iter().all(|shift| shift.abs() <= 1.0) && shifts[[0, 0]] != shifts[[0, 1]]);
        assert_relative_eq!(shifts[[0, 0]], shifts[[29, 0]], epsilon = 1e-14);
    }

    #[test]
    fn without_shuffling_columns_and_clusters_are_in_order() {
        let data = make_classification(8, 6).n_repeated(1).flip_y(0.0).shuffle(false).generate().unwrap();
        assert_eq!(data.target.to_vec(), [0, 0, 1, 1, 0, 0, 1, 1]);
        let names =
            ["informative_0", "informative_1", "redundant_0", "redundant_1", "repeated_0", "useless_0"];
        assert_eq!(data.feature_names, names);
    }

    #[test]
    fn bad_parameters_have_typed_errors() {
        let invalid = |maker: MakeClassification, parameter| match maker.generate() {
            Err(Error::InvalidParameter { name, .. }) => assert_eq!(name, parameter),
            other => panic!("{maker:?}: {other:?}"),
        };
        let maker = make_classification(100, 20);
        invalid(make_classification(0, 20), "n_samples");
        invalid(make_classification(100, 0), "n_features");
        invalid(make_classification(100, 3), "n_features");
        invalid(maker.clone().n_repeated(17), "n_features");
        invalid(maker.clone().n_redundant(usize::MAX), "n_features");
        invalid(make_classification(usize::MAX / 2, 20), "n_samples");
        invalid(make_classification(1, usize::MAX).n_classes(1), "n_samples");
        invalid(maker.clone().n_informative(0), "n_informative");
        invalid(maker.clone().n_classes(3), "n_informative");
        invalid(maker.clone().n_clusters_per_class(usize::MAX), "n_informative");
        invalid(maker.clone().n_classes(0), "n_classes");
        invalid(maker.clone().n_classes(101).n_informative(10), "n_classes");
        invalid(maker.clone().n_clusters_per_class(0), "n_clusters_per_class");
        for weights in
            [vec![], vec![0.5, 0.4], vec![1.5, -0.5], vec![1.1], vec![f64::NAN], vec![0.5, 0.25, 0.25]]
        {
            invalid(maker.clone().weights(weights), "weights");
        }
        for flip_y in [-0.1, 1.1, f64::NAN] {
            invalid(maker.clone().flip_y(flip_y), "flip_y");
        }
        for class_sep in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            invalid(maker.clone().class_sep(class_sep), "class_sep");
        }
        invalid(maker.clone().shift(f64::NAN), "shift");
        invalid(maker.clone().shift(vec![0.0; 19]), "shift");
        invalid(maker.clone().scale(0.0), "scale");
        invalid(maker.clone().scale(f64::INFINITY), "scale");
        let huge = maker.clone().scale(f64::MAX).generate();
        assert!(matches!(huge, Err(Error::Overflow { .. })), "{huge:?}");
        let message = make_classification(100, 3).generate().unwrap_err().to_string();
        assert_eq!(
            message,
            "n_features = 3, but it must be at least n_informative + n_redundant + n_repeated = 2 + 2 + 0"
        );
    }

    proptest! {
        #[test]
        fn classes_and_clusters_are_divided_evenly(
            n in 1usize..200, n_classes in 1usize..5, per_class in 1usize..5, seed: u64
        ) {
            let n_classes = n_classes.min(n);
            let maker = make_classification(n, 6).n_informative(5).n_redundant(0).flip_y(0.0).seed(seed);
            let maker = maker.n_classes(n_classes).n_clusters_per_class(per_class).class_sep(1e6);
            let data = maker.generate().unwrap();
            prop_assert_eq!(&data, &maker.generate().unwrap());
            let signs = |row: ArrayView1<f64>| -> Vec<bool> {
                let informative = |name: &&String| name.starts_with("informative");
                let columns = data.feature_names.iter().enumerate().filter(|(_, name)| informative(name));
                columns.map(|(column, _)| row[column] > 0.0).collect()
            };
            let mut clusters: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
            data.features.rows().into_iter().for_each(|row| *clusters.entry(signs(row)).or_default() += 1);
            let clusters: Vec<usize> = clusters.into_values().collect();
            prop_assert!(clusters.len() == n.min(n_classes * per_class));
            for counts in [sizes(&data), clusters] {
                let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
                prop_assert!(most - least <= 1, "{:?}", counts);
            }
        }
    }
}
