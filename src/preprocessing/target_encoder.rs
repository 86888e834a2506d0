//! Categories as the mean of the target in them.

use super::target_type::{Labels, TargetType};
use super::vocabulary::{Counted, Grouping, Vocabulary, count};
use crate::compose::Compose;
use crate::data::{Categories, Category, Label, Targets, check_categories, check_targets, moments_of};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use ndarray::{Array2, ArrayView2};

/// Gives each category the mean of the target over its rows, drawn towards the mean of all rows.
///
/// A category k with n_k rows, mean m_k and variance v_k of the target becomes λ m_k + (1 − λ) m, where m is the mean of
/// all rows: λ = n_k / (n_k + smooth), or with automatic smoothing (empirical Bayes) λ = v n_k / (v n_k + v_k) for the
/// variance v of all rows. Categories that the fit did not see become m.
///
/// Takes [`Categories`], n × d. Makes n × d for numbers and for two classes (the target is then 1 for the second class),
/// n × d·K for K > 2 classes: column j·K + c is the share of class c in the categories of feature j.
///
/// The next step of a pipeline must not see the target of a row in the features of the same row. So a pipeline, through
/// [`fit_transform`](FitTransform::fit_transform), gets each row encoded by a fit to the other folds (cross-fitting).
/// `fit` and then `transform` of the same rows leaks the target and is only right for new rows.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`target_type`](Self::target_type) | [`Labels`] | [`Labels`] or [`Numbers`](super::Numbers) |
/// | [`smooth`](Self::smooth) | automatic | how many rows the mean of all rows counts for, 0 or more |
/// | [`cv`](Self::cv) | 5 | the number of folds of `fit_transform`, stratified for labels |
/// | [`shuffle`](Self::shuffle) | `true` | whether rows are put into folds at random |
/// | [`seed`](Self::seed) | 0 | the seed of the shuffling |
///
/// Weights count as numbers of rows; rows of weight 0 are not seen.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::LengthMismatch`], [`Error::InvalidWeight`], [`Error::SingleClass`],
/// [`Error::NonFinite`] in a target of numbers, [`Error::InvalidParameter`] for a negative `smooth`; `fit_transform` that
/// for `cv` below 2 or above the number of rows (of the largest class), too.
///
/// Reference: `sklearn.preprocessing.TargetEncoder`; Micci-Barreca 2001, "A preprocessing scheme for high-cardinality
/// categorical attributes in classification and prediction problems", SIGKDD Explorations 3(1),
/// [doi:10.1145/507533.507538](https://doi.org/10.1145/507533.507538). There, the type of the target is guessed.
///
/// ```
/// use certifit::preprocessing::{Numbers, TargetEncoder};
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![["a"], ["a"], ["b"], ["b"]];
/// let encoder = TargetEncoder::new().target_type(Numbers).smooth(2.0).fit(&x, &[1.0, 3.0, 5.0, 7.0])?;
/// // "a": (1 + 3 + 2·4) / (2 + 2); what is unknown gets the mean of all, 4.
/// assert_eq!(encoder.transform(&array![["a"], ["b"], ["?"]])?, array![[3.0], [5.0], [4.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetEncoder<K = Labels> {
    target_type: K,
    smooth: Option<f64>,
    cv: usize,
    shuffle: bool,
    seed: u64,
}

impl Default for TargetEncoder {
    fn default() -> Self {
        Self { target_type: Labels, smooth: None, cv: 5, shuffle: true, seed: 0 }
    }
}

impl TargetEncoder {
    /// For a target of labels, with automatic smoothing and five folds.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<K> TargetEncoder<K> {
    /// What the target holds: [`Labels`] or [`Numbers`](super::Numbers).
    pub fn target_type<T>(self, target_type: T) -> TargetEncoder<T> {
        let Self { smooth, cv, shuffle, seed, .. } = self;
        TargetEncoder { target_type, smooth, cv, shuffle, seed }
    }

    /// How many rows the mean of all rows counts for in the mean of a category (default: found from the variances).
    pub fn smooth(mut self, smooth: f64) -> Self {
        self.smooth = Some(smooth);
        self
    }

    /// The number of folds of `fit_transform` (default 5).
    pub fn cv(mut self, cv: usize) -> Self {
        self.cv = cv;
        self
    }

    /// Whether rows are put into folds at random (default `true`).
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// The seed of the shuffling (default 0).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    fn check(&self) -> Result<()> {
        match self.smooth {
            Some(smooth) if !(smooth >= 0.0 && smooth.is_finite()) => {
                Err(Error::invalid_parameter("smooth", smooth, "0 or more and finite"))
            }
            _ => Ok(()),
        }
    }
}

impl<K> Compose for TargetEncoder<K> {}

/// What the fit reads: for each row and feature the position of the category, the numbers and the weight.
struct Sample<'a> {
    positions: ArrayView2<'a, Option<usize>>,
    numbers: ArrayView2<'a, f64>,
    weights: &'a [f64],
}

/// The means of all rows, and for each feature and column of numbers (in that order) the number of each category.
#[derive(Debug, Clone, PartialEq)]
struct Encodings {
    means: Vec<f64>,
    of_feature: Vec<Vec<f64>>,
}

impl Encodings {
    /// Of some rows.
    fn of<C: Category>(
        sample: &Sample<'_>,
        rows: &[usize],
        features: &[Vocabulary<C>],
        smooth: Option<f64>,
    ) -> Self {
        let n_columns = sample.numbers.ncols();
        let whole: Vec<(f64, f64)> = (0..n_columns)
            .map(|column| {
                let values = rows.iter().map(|&row| (sample.weights[row], sample.numbers[[row, column]]));
                let (_, mean, variance) = moments_of(values);
                (mean, variance)
            })
            .collect();
        let mut of_feature = Vec::with_capacity(features.len() * n_columns);
        for (feature, vocabulary) in features.iter().enumerate() {
            let mut rows_of = vec![Vec::new(); vocabulary.categories().len()];
            for &row in rows.iter().filter(|&&row| sample.weights[row] > 0.0) {
                if let Some(position) = sample.positions[[row, feature]] {
                    rows_of[position].push(row);
                }
            }
            for (column, &(mean, variance)) in whole.iter().enumerate() {
                let encoding = rows_of.iter().map(|rows| {
                    let values = rows.iter().map(|&row| (sample.weights[row], sample.numbers[[row, column]]));
                    smoothed(moments_of(values), (mean, variance), smooth)
                });
                of_feature.push(encoding.collect());
            }
        }
        Self { means: whole.into_iter().map(|(mean, _)| mean).collect(), of_feature }
    }

    fn n_columns(&self) -> usize {
        self.of_feature.len()
    }

    /// Writes the row whose categories have these positions.
    fn write(
        &self,
        positions: impl Iterator<Item = Option<usize>>,
        mut out: ndarray::ArrayViewMut1<'_, f64>,
    ) {
        let n_numbers = self.means.len();
        for (feature, position) in positions.enumerate() {
            for (number, &mean) in self.means.iter().enumerate() {
                let column = feature * n_numbers + number;
                out[column] = position.map_or(mean, |position| self.of_feature[column][position]);
            }
        }
    }
}

/// The mean of a category, drawn towards that of all rows.
fn smoothed((weight, mean, variance): (f64, f64, f64), whole: (f64, f64), smooth: Option<f64>) -> f64 {
    if weight == 0.0 {
        return whole.0;
    }
    match smooth {
        Some(smooth) => (weight * mean + smooth * whole.0) / (weight + smooth),
        None => {
            let share = whole.1 * weight / (whole.1 * weight + variance);
            // A target that is constant has no variance to compare with.
            if share.is_nan() { whole.0 } else { share * mean + (1.0 - share) * whole.0 }
        }
    }
}

/// What a fit has found, and what it has read of the data.
struct Learnt<C, L> {
    fitted: FittedTargetEncoder<C, L>,
    positions: Array2<Option<usize>>,
    numbers: Array2<f64>,
    weights: Vec<f64>,
}

impl<K> TargetEncoder<K> {
    fn learn<X, Y>(&self, x: &X, y: &Y) -> Result<Learnt<X::Category, K::Label>>
    where
        X: Categories + ?Sized,
        Y: Targets + ?Sized,
        K: TargetType<Y>,
    {
        self.check()?;
        check_categories(x, None)?;
        check_targets(x, y)?;
        let (classes, numbers) = self.target_type.numbers(y)?;
        let vocabulary =
            |counted: Counted<X::Category>| Vocabulary::new(counted, &Grouping::default(), false);
        let features: Vec<_> = count(x, y)?.into_iter().map(vocabulary).collect();
        let position = |(row, feature): (usize, usize)| features[feature].position(x.category(row, feature));
        let positions = Array2::from_shape_fn((x.n_rows(), features.len()), position);
        let weights: Vec<f64> = (0..x.n_rows()).map(|row| y.weight(row)).collect();
        let sample = Sample { positions: positions.view(), numbers: numbers.view(), weights: &weights };
        let rows: Vec<usize> = (0..x.n_rows()).collect();
        let encodings = Encodings::of(&sample, &rows, &features, self.smooth);
        Ok(Learnt {
            fitted: FittedTargetEncoder { features, classes, encodings },
            positions,
            numbers,
            weights,
        })
    }
}

impl<X: Categories + ?Sized, Y: Targets + ?Sized, K: TargetType<Y>> Estimator<X, Y> for TargetEncoder<K> {
    type Fitted = FittedTargetEncoder<X::Category, K::Label>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        Ok(self.learn(x, y)?.fitted)
    }
}

impl<X: Categories + ?Sized, Y: Targets + ?Sized, K: TargetType<Y>> FitTransform<X, Y> for TargetEncoder<K> {
    fn fit_transform(&self, x: &X, y: &Y) -> Result<(Self::Fitted, Array2<f64>)> {
        let Learnt { fitted, positions, numbers, weights } = self.learn(x, y)?;
        let folds = self.target_type.folds(y, self.cv, self.shuffle.then_some(self.seed)).map_err(of_cv)?;
        let sample = Sample { positions: positions.view(), numbers: numbers.view(), weights: &weights };
        let mut out = Array2::zeros((positions.nrows(), fitted.encodings.n_columns()));
        for (number, fold) in folds.iter().enumerate() {
            if !fold.train.iter().any(|&row| weights[row] > 0.0) {
                let allowed = "at least one weight must be positive in all but one fold";
                let nothing = Error::InvalidWeight {
                    row: fold.train.first().copied().unwrap_or(0),
                    value: 0.0,
                    allowed,
                };
                return Err(Error::Fold { fold: number, source: Box::new(nothing) });
            }
            let encodings = Encodings::of(&sample, &fold.train, &fitted.features, self.smooth);
            for &row in &fold.test {
                encodings.write(positions.row(row).iter().copied(), out.row_mut(row));
            }
        }
        Ok((fitted, out))
    }
}

/// The error of a splitter with the name that the parameter has here.
fn of_cv(error: Error) -> Error {
    match error {
        Error::InvalidParameter { value, allowed, .. } => {
            Error::InvalidParameter { name: "cv", value, allowed }
        }
        other => other,
    }
}

/// What [`TargetEncoder`] learns: a number for each category, of type `C`, for a target of labels `L`.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTargetEncoder<C, L> {
    features: Vec<Vocabulary<C>>,
    classes: Vec<L>,
    encodings: Encodings,
}

impl<C: Category, L: Label> FittedTargetEncoder<C, L> {
    /// The categories of a feature in their order.
    pub fn categories(&self, feature: usize) -> &[C] {
        self.features.get(feature).map_or(&[], Vocabulary::categories)
    }

    /// What the categories of a feature become in the given column of it (0 unless there are more than two classes).
    pub fn encodings(&self, feature: usize, column: usize) -> &[f64] {
        let n_numbers = self.encodings.means.len();
        let place = (column < n_numbers).then(|| feature * n_numbers + column);
        place.and_then(|place| self.encodings.of_feature.get(place)).map_or(&[], Vec::as_slice)
    }

    /// The labels; none for a target of numbers.
    pub fn classes(&self) -> &[L] {
        &self.classes
    }

    /// The mean of the target, or the share of each class (of the second one, where there are two).
    pub fn target_mean(&self) -> &[f64] {
        &self.encodings.means
    }

    /// The number of features.
    pub fn n_features_in(&self) -> usize {
        self.features.len()
    }
}

/// The numbers of the categories, from all rows of the fit.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`].
impl<X, C, L> Transformer<X> for FittedTargetEncoder<C, L>
where
    X: Categories<Category = C> + ?Sized,
    C: Category,
{
    type Output = Array2<f64>;
    fn transform(&self, x: &X) -> Result<Array2<f64>> {
        check_categories(x, Some(self.features.len()))?;
        let mut out = Array2::zeros((x.n_rows(), self.encodings.n_columns()));
        for (row, out) in out.rows_mut().into_iter().enumerate() {
            let features = self.features.iter().enumerate();
            self.encodings.write(features.map(|(j, feature)| feature.position(x.category(row, j))), out);
        }
        Ok(out)
    }
}

/// The names of the input, and where there are more than two classes `NAME_CLASS`.
impl<C: Category, L: Label> FeatureNames for FittedTargetEncoder<C, L> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        let names = same_names(input, self.features.len())?;
        if self.encodings.means.len() == 1 {
            return Ok(names);
        }
        let classes: Vec<String> =
            self.classes.iter().map(|class| format!("{class:?}").trim_matches('"').to_string()).collect();
        Ok(names.iter().flat_map(|name| classes.iter().map(move |class| format!("{name}_{class}"))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Numbers;
    use super::*;
    use crate::data::Weights;
    use crate::linear::LinearRegression;
    use ndarray::array;

    #[test]
    fn a_pipeline_does_not_show_a_row_its_own_target() -> Result<()> {
        // Each row has a category of its own: encoded by itself it would give its target away.
        let x = Array2::from_shape_fn((40, 1), |(i, _)| i);
        let y: Vec<f64> = (0..40).map(|i| ((i * 17) % 23) as f64).collect();
        let encoder = TargetEncoder::new().target_type(Numbers).smooth(0.0);
        let (fitted, crossed) = encoder.fit_transform(&x, &y)?;
        assert!(fitted.transform(&x)?.column(0).iter().zip(&y).all(|(z, y)| (z - y).abs() < 1e-12));
        assert!(crossed.iter().all(|&z| (z - 11.0).abs() < 3.0), "means of the other folds: {crossed}");
        let model = encoder.then(LinearRegression::new()).fit(&x, &y)?;
        assert!(model.last().coef()[0] <= 0.0, "only means of other folds are seen");
        Ok(())
    }

    #[test]
    fn weights_are_numbers_of_rows() -> Result<()> {
        let x = array![["a"], ["a"], ["b"], ["c"]];
        let y = [0, 1, 1, 0];
        let weighted = TargetEncoder::new().fit(&x, &y.weighted(&[2.0, 1.0, 3.0, 0.0])?)?;
        let rows = [0, 0, 1, 2, 2, 2];
        let repeated =
            TargetEncoder::new().fit(&x.select(ndarray::Axis(0), &rows), &rows.map(|row| y[row]))?;
        assert_eq!(weighted.categories(0), ["a", "b"]);
        for (a, b) in weighted.encodings(0, 0).iter().zip(repeated.encodings(0, 0)) {
            assert!((a - b).abs() < 1e-15);
        }
        Ok(())
    }

    #[test]
    fn columns_are_named_by_class() -> Result<()> {
        let x = array![["a"], ["a"], ["b"]];
        let encoder = TargetEncoder::new().fit(&x, &["cat", "dog", "emu"])?;
        assert_eq!(encoder.feature_names_out(&["x".into()])?, ["x_cat", "x_dog", "x_emu"]);
        assert_eq!(encoder.transform(&x)?.dim(), (3, 3));
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() {
        let x = array![["a"], ["b"], ["a"]];
        let y = [0, 1, 1];
        let negative = TargetEncoder::new().smooth(-1.0).fit(&x, &y);
        assert!(matches!(negative, Err(Error::InvalidParameter { name: "smooth", .. })));
        let folds = TargetEncoder::new().cv(1).fit_transform(&x, &y);
        assert!(matches!(folds, Err(Error::InvalidParameter { name: "cv", .. })));
        assert!(matches!(TargetEncoder::new().fit(&x, &[1, 1, 1]), Err(Error::SingleClass { .. })));
        let numbers = TargetEncoder::new().target_type(Numbers);
        assert!(matches!(numbers.fit(&x, &[1.0, f64::NAN, 2.0]), Err(Error::NonFinite { row: 1, .. })));
        assert!(matches!(numbers.fit(&x, &[1.0]), Err(Error::LengthMismatch { .. })));
    }
}
