//! The embedded data sets. `csv/README.md` states where they come from.

use super::Dataset;
use ndarray::{Array1, Array2};
use std::str::FromStr;

/// Fisher's irises: 150 flowers, 4 measures in cm, 3 species of 50 each.
///
/// The version of Fisher's paper, as in scikit-learn's `load_iris` and in R: rows 34 and 37 differ from
/// UCI's.
///
/// ```
/// let data = certifit::datasets::iris();
/// assert_eq!(data.features.dim(), (150, 4));
/// assert_eq!(data.target_names, ["setosa", "versicolor", "virginica"]);
/// assert!((data.features.column(0).mean().unwrap() - 5.8433).abs() < 1e-4);
/// ```
#[must_use]
pub fn iris() -> Dataset<usize> {
    read(
        include_str!("csv/iris.csv"),
        &["setosa", "versicolor", "virginica"],
        "Iris plants: length and width of sepal and petal, in cm, of 50 flowers of each of three species. \
         One species is linearly separable from the other two, which overlap. 150 rows, 4 features, 3 \
         classes. R. A. Fisher (1936); UCI Machine Learning Repository, doi:10.24432/C56C76, CC BY 4.0; \
         packaged by scikit-learn, BSD-3-Clause.",
    )
}

/// Chemical analysis of wines from three growers: 178 wines, 13 measures, 3 classes.
///
/// The columns differ in size by three orders of magnitude, so that scaling matters. As scikit-learn's
/// `load_wine`.
///
/// ```
/// let data = certifit::datasets::wine();
/// assert_eq!(data.features.dim(), (178, 13));
/// assert_eq!(data.target.iter().filter(|&&class| class == 1).count(), 71);
/// ```
#[must_use]
pub fn wine() -> Dataset<usize> {
    read(
        include_str!("csv/wine.csv"),
        &["class_0", "class_1", "class_2"],
        "Wines of three growers of one Italian region: alcohol, acids, phenols, colour and other results of \
         a chemical analysis. 178 rows, 13 features of very different scales, 3 classes (59, 71, 48). S. \
         Aeberhard and M. Forina (1991); UCI Machine Learning Repository, doi:10.24432/C5PC7J, CC BY 4.0; \
         packaged by scikit-learn, BSD-3-Clause.",
    )
}

/// Breast cancer in Wisconsin (diagnostic): 569 tumours, 30 measures of cell nuclei, 0 malignant and 1
/// benign.
///
/// As scikit-learn's `load_breast_cancer`, in which the positive class (1) is the benign one.
///
/// ```
/// let data = certifit::datasets::breast_cancer();
/// assert_eq!(data.features.dim(), (569, 30));
/// assert_eq!(data.target_names, ["malignant", "benign"]);
/// assert_eq!(data.target.iter().filter(|&&class| class == 0).count(), 212);
/// ```
#[must_use]
pub fn breast_cancer() -> Dataset<usize> {
    read(
        include_str!("csv/breast_cancer.csv"),
        &["malignant", "benign"],
        "Breast cancer Wisconsin (diagnostic): mean, standard error and worst value of ten measures of the \
         cell nuclei in an image of a fine needle aspirate. 569 rows, 30 features, 2 classes (212 \
         malignant, 357 benign). W. Wolberg, O. Mangasarian, N. Street and W. Street (1993); UCI Machine \
         Learning Repository, doi:10.24432/C5DW2B, CC BY 4.0; packaged by scikit-learn, BSD-3-Clause.",
    )
}

/// Handwritten digits: 1797 images of 8×8 pixels with values 0 to 16, 10 classes.
///
/// Feature 8·r + c is the pixel in row r and column c. As scikit-learn's `load_digits`.
///
/// ```
/// let data = certifit::datasets::digits();
/// assert_eq!(data.features.dim(), (1797, 64));
/// assert_eq!(data.feature_names[8], "pixel_1_0");
/// assert_eq!(data.target.iter().take(4).copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
/// ```
#[must_use]
pub fn digits() -> Dataset<usize> {
    read(
        include_str!("csv/digits.csv"),
        &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        "Optical recognition of handwritten digits: images of 8 by 8 pixels with values 0 to 16, the test \
         part of the original. 1797 rows, 64 features, 10 classes of about 180 each. E. Alpaydin and C. \
         Kaynak (1998); UCI Machine Learning Repository, doi:10.24432/C50P49, CC BY 4.0; packaged by \
         scikit-learn, BSD-3-Clause.",
    )
}

/// Diabetes: 442 patients, 10 measures at the start, the progression of the disease after one year.
///
/// The values are raw, those of scikit-learn's `load_diabetes(scaled=False)`. Its default, `scaled=True`, has
/// (x − mean) / (s·√n) instead, with s the population standard deviation of the column, so that each column
/// has unit Euclidean norm:
///
/// ```
/// let data = certifit::datasets::diabetes();
/// assert_eq!(data.features.dim(), (442, 10));
///
/// let mut scaled = data.features.clone();
/// for mut column in scaled.columns_mut() {
///     let mean = column.sum() / 442.0;
///     let norm = column.iter().map(|x| (x - mean).powi(2)).sum::<f64>().sqrt();   // s·√n
///     column.mapv_inplace(|x| (x - mean) / norm);
/// }
/// assert!((scaled[[0, 0]] - 0.03807591).abs() < 5e-9);
/// ```
#[must_use]
pub fn diabetes() -> Dataset<f64> {
    read(
        include_str!("csv/diabetes.csv"),
        &[],
        "Diabetes: age, sex (1 or 2), body mass index (bmi), mean blood pressure (bp) and six measures of \
         blood serum (s1 to s6: total cholesterol, LDL, HDL, total cholesterol / HDL, probably the logarithm of \
         triglycerides, blood sugar); the target measures the progression of the disease one year later, 25 \
         to 346. 442 rows, 10 features, raw values. B. Efron, T. Hastie, I. Johnstone and R. Tibshirani \
         (2004), \"Least angle regression\", Annals of Statistics 32(2), 407-499, freely distributed with \
         the paper; packaged by scikit-learn, BSD-3-Clause.",
    )
}

/// A header line, then lines of features with the target last.
///
/// There is no error to return: what cannot be read would be NaN or missing, and the tests look at every
/// value.
fn read<Y: FromStr>(csv: &str, target_names: &[&str], description: &'static str) -> Dataset<Y> {
    let mut lines = csv.lines();
    let mut feature_names: Vec<String> =
        lines.next().unwrap_or_default().split(',').map(String::from).collect();
    feature_names.pop();
    let lines: Vec<&str> = lines.collect();
    let mut features = Array2::from_elem((lines.len(), feature_names.len()), f64::NAN);
    for (mut row, line) in features.rows_mut().into_iter().zip(&lines) {
        for (value, field) in row.iter_mut().zip(line.split(',')) {
            *value = field.parse().unwrap_or(f64::NAN);
        }
    }
    let target: Array1<Y> = lines.iter().filter_map(|line| line.rsplit(',').next()?.parse().ok()).collect();
    let target_names = target_names.iter().copied().map(String::from).collect();
    Dataset { features, target, feature_names, target_names, description }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::{Axis, array};

    /// Shape, names, finite values, class counts and the mean of all values, as scikit-learn has them.
    fn check(data: &Dataset<usize>, d: usize, counts: &[usize], mean: f64) {
        let n = counts.iter().sum();
        assert_eq!(data.features.dim(), (n, d));
        assert!(data.features.is_standard_layout());
        assert!(data.features.iter().all(|value| value.is_finite()));
        assert_eq!((data.feature_names.len(), data.target_names.len()), (d, counts.len()));
        assert_eq!(data.target.len(), n);
        for (class, &count) in counts.iter().enumerate() {
            assert_eq!(data.target.iter().filter(|&&y| y == class).count(), count, "class {class}");
        }
        assert_relative_eq!(data.features.mean().unwrap(), mean, max_relative = 1e-12);
        assert!(data.description.contains("CC BY 4.0") && data.description.contains(&format!("{n} rows")));
    }

    #[test]
    fn iris_is_fishers() {
        let data = iris();
        check(&data, 4, &[50, 50, 50], 3.4645);
        let mean = data.features.mean_axis(Axis(0)).unwrap();
        for (mean, expected) in
            mean.iter().zip([5.843333333333334, 3.057333333333333, 3.758, 1.199333333333333])
        {
            assert_relative_eq!(*mean, expected, max_relative = 1e-12);
        }
        assert_eq!(data.features.row(34), array![4.9, 3.1, 1.5, 0.2]);
        assert_eq!(data.features.row(37), array![4.9, 3.6, 1.4, 0.1]);
    }

    #[test]
    fn wine_is_as_in_scikit_learn() {
        let data = wine();
        check(&data, 13, &[59, 71, 48], 69.1336629209162);
        assert_relative_eq!(
            data.features.column(0).mean().unwrap(),
            13.000617977528083,
            max_relative = 1e-12
        );
        assert_eq!(data.feature_names[11], "od280/od315_of_diluted_wines");
    }

    #[test]
    fn breast_cancer_is_as_in_scikit_learn() {
        let data = breast_cancer();
        check(&data, 30, &[212, 357], 61.890712339519595);
        assert_relative_eq!(data.features.column(3).mean().unwrap(), 654.8891036906857, max_relative = 1e-12);
        assert_eq!((data.feature_names[0].as_str(), data.target[0]), ("mean radius", 0));
    }

    #[test]
    fn digits_are_as_in_scikit_learn() {
        let data = digits();
        check(&data, 64, &[178, 182, 177, 183, 181, 182, 181, 179, 174, 180], 4.884164579855314);
        assert!(data.features.iter().all(|&pixel| (0.0..=16.0).contains(&pixel) && pixel.fract() == 0.0));
        assert_eq!(data.feature_names[63], "pixel_7_7");
    }

    #[test]
    fn diabetes_has_the_raw_values() {
        let data = diabetes();
        assert_eq!((data.features.dim(), data.target.len()), ((442, 10), 442));
        assert!(data.features.iter().chain(&data.target).all(|value| value.is_finite()));
        assert_eq!(data.feature_names, ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]);
        assert!(data.target_names.is_empty());
        assert_relative_eq!(data.target.mean().unwrap(), 152.13348416289594, max_relative = 1e-12);
        assert_relative_eq!(data.features.column(0).mean().unwrap(), 48.51809954751131, max_relative = 1e-12);
    }

    /// scikit-learn's least-squares coefficients for the standardised columns see every value, and reach the
    /// coefficient of determination that scikit-learn prints.
    #[test]
    fn diabetes_gives_the_known_least_squares_fit() {
        let data = diabetes();
        let coef = [
            -0.47612078617915987,
            -11.406866923440969,
            24.726548860402186,
            15.429404131395604,
            -37.67995261101581,
            22.676162766290027,
            4.806138136897862,
            8.422039355820857,
            35.73444577133106,
            3.2166737181905174,
        ];
        let mean = data.features.mean_axis(Axis(0)).unwrap();
        let scaled = (&data.features - &mean) / data.features.std_axis(Axis(0), 0.0);
        let target_mean = data.target.mean().unwrap();
        let residual = &data.target - (scaled.dot(&Array1::from_iter(coef)) + target_mean);
        let total = data.target.mapv(|y| (y - target_mean).powi(2)).sum();
        assert_relative_eq!(1.0 - residual.dot(&residual) / total, 0.5177484222203498, max_relative = 1e-12);
        for gradient in scaled.t().dot(&residual) {
            assert!(gradient.abs() < 1e-7, "{gradient}");
        }
    }
}
