//! Data to try things on: five classics, embedded, and generators of synthetic data.
//!
//! | function | rows × features | target |
//! |---|---|---|
//! | [`iris`] | 150 × 4 | 3 species |
//! | [`wine`] | 178 × 13 | 3 growers |
//! | [`breast_cancer`] | 569 × 30 | malignant or benign |
//! | [`digits`] | 1797 × 64 | 10 digits |
//! | [`diabetes`] | 442 × 10 | a number |
//! | [`make_classification`] | as asked for | clusters on the vertices of a cube, noisy labels |
//! | [`make_blobs`] | as asked for | round clusters |
//! | [`make_moons`] | as asked for × 2 | two half circles that interlock |
//! | [`make_regression`] | as asked for | a linear function plus noise |
//!
//! The classics have the values, the row order and the class indices of scikit-learn's `load_*` functions.
//! The generators have the names, the defaults and the distributions of scikit-learn's `make_*` functions,
//! but not their values: the random numbers come from another generator. The same parameters and the same
//! seed give the same data in every version of this crate and for any number of threads; without a seed, the
//! seed is 0.
//!
//! ```
//! use certifit::datasets;
//!
//! let iris = datasets::iris();
//! assert_eq!(iris.features.dim(), (150, 4));
//! assert_eq!(iris.feature_names[0], "sepal length (cm)");
//! assert_eq!(iris.target_names[iris.target[149]], "virginica");
//!
//! let blobs = datasets::make_blobs(60, 2).centers(3).seed(7).generate()?;
//! assert_eq!(blobs.target.iter().filter(|&&center| center == 2).count(), 20);
//! # Ok::<(), certifit::Error>(())
//! ```

mod classics;
mod make_blobs;
mod make_classification;
mod make_moons;
mod make_regression;
mod sampling;

pub use classics::{breast_cancer, diabetes, digits, iris, wine};
pub use make_blobs::{Centers, MakeBlobs, make_blobs};
pub use make_classification::{MakeClassification, make_classification};
pub use make_moons::{MakeMoons, make_moons};
pub use make_regression::{MakeRegression, make_regression};
pub use sampling::SameOrEach;

use ndarray::{Array1, Array2};

/// A feature matrix and its target, with names: n rows (samples), d features.
///
/// `Dataset<usize>` is a classification problem whose target holds class indices, `Dataset<f64>` a regression
/// problem.
///
/// ```
/// let data = certifit::datasets::breast_cancer();
/// let benign = data.target.iter().filter(|&&class| data.target_names[class] == "benign").count();
/// assert_eq!((data.features.nrows(), benign), (569, 357));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset<Y> {
    /// The features, n × d, in C order.
    pub features: Array2<f64>,
    /// What is to be predicted, n values.
    pub target: Array1<Y>,
    /// The names of the d columns.
    pub feature_names: Vec<String>,
    /// The names of the classes, in the order of the class indices; empty for regression.
    pub target_names: Vec<String>,
    /// What the data are, where they come from, and under which licence.
    pub description: &'static str,
}
