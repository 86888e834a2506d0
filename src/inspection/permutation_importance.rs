//! By how much a score falls where a feature says nothing.

use super::student::two_sided_quantile;
use crate::data::{PermuteColumn, Rows};
use crate::error::{Error, Result};
use crate::metric::Scorer;
use crate::metric::text::{right, widest};
use crate::parallel::try_map;
use crate::random::Random;
use ndarray::{Array1, Array2, Axis};
use std::fmt;

/// How often [`permutation_importance`] shuffles each column.
///
/// | parameter | default | range |
/// |---|---|---|
/// | `n_repeats` | 5 | ≥ 1 |
/// | `seed` | 0 | any |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permutations {
    n_repeats: usize,
    seed: u64,
}

impl Permutations {
    /// So many shuffles a column, with the seed 0.
    pub fn new(n_repeats: usize) -> Self {
        Self { n_repeats, seed: 0 }
    }

    /// The seed of the shuffles.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

impl Default for Permutations {
    fn default() -> Self {
        Self::new(5)
    }
}

/// By how much the score of a fitted model falls when the values of one column are shuffled among the rows: what the
/// model owes to the column.
///
/// The importance of column j in repeat k is s − sₖⱼ, with s the score on `x` and sₖⱼ that on `x` with the column shuffled
/// (sₖⱼ − s where less is better). On rows that the model was fitted to it tells what the model uses, on others what helps
/// with new data. Columns that say the same share their importance: with one of them shuffled the model still has the
/// others.
///
/// `x` is a matrix, dense or CSR, or a [`Table`](crate::table::Table), whose columns are shuffled as they are, whatever they
/// hold, and give their names to the importances: of a pipeline that begins with a
/// [`ColumnTransformer`](crate::compose::ColumnTransformer) it tells what the model owes to the columns of the user, not to
/// those that it made of them. Columns are worked on in parallel (feature `rayon`), with the same result for any number of
/// threads; each has a copy of `x`.
///
/// # Errors
/// Those of the scorer; [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`];
/// [`Error::InvalidParameter`] for no repeats and for scores that are not finite.
///
/// # Cost
/// d · `n_repeats` + 1 scores for d columns.
///
/// # References
/// Breiman 2001, "Random Forests", doi:10.1023/A:1010933404324, section 10; scikit-learn's `permutation_importance`, with
/// other random numbers.
///
/// ```
/// use certifit::inspection::{Permutations, permutation_importance};
/// use certifit::prelude::*;
/// let data = datasets::iris();
/// let (x, y) = (&data.features, &data.target);
/// let model = StandardScaler::new().then(LogisticRegression::new()).fit(x, y)?;
/// let importance = permutation_importance(&model, x, y, &Accuracy, &Permutations::new(10))?;
/// let ranked = importance.named(&data.feature_names)?.ranked();
/// assert!(ranked[0].name.starts_with("petal") && ranked[1].name.starts_with("petal"));
/// assert!(ranked[1].mean > 0.15 && ranked[2].mean < 0.1);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// The columns of a table:
///
/// ```
/// use certifit::compose::ColumnTransformer;
/// use certifit::inspection::{Permutations, permutation_importance};
/// use certifit::prelude::*;
/// use certifit::table::Table;
///
/// let table = Table::new()
///     .numeric("age", (0..60).map(|i| f64::from(i * 17 % 60)))?
///     .categorical("port", (0..60).map(|i| ["C", "Q", "S"][i % 3]))?;
/// let survived: Vec<bool> = (0..60).map(|i| i % 3 == 0).collect(); // all who came from C
/// let model = ColumnTransformer::new()
///     .numeric("numbers", StandardScaler::new(), "age")
///     .categorical("categories", OneHotEncoder::new(), "port")
///     .then(LogisticRegression::new())
///     .fit(&table, &survived)?;
/// let importance = permutation_importance(&model, &table, &survived, &Accuracy, &Permutations::default())?;
/// let ranked = importance.ranked();
/// assert_eq!((ranked[0].name.as_str(), ranked[1].name.as_str()), ("port", "age"));
/// assert!(ranked[0].mean > 0.3 && ranked[1].mean.abs() < 0.05);
/// # Ok::<(), certifit::Error>(())
/// ```
pub fn permutation_importance<M, X, Y, S>(
    model: &M,
    x: &X,
    y: &Y,
    scorer: &S,
    permutations: &Permutations,
) -> Result<PermutationImportance>
where
    M: Sync + ?Sized,
    X: Rows + ?Sized,
    X::Owned: PermuteColumn,
    Y: Rows + ?Sized,
    S: Scorer<M, X::Owned, Y> + ?Sized,
{
    let &Permutations { n_repeats, seed } = permutations;
    if n_repeats == 0 {
        return Err(Error::invalid_parameter("n_repeats", n_repeats, "at least 1"));
    }
    let n = x.n_rows();
    let every_row: Vec<usize> = (0..n).collect();
    let x = x.take(&every_row);
    x.check_columns()?;
    if y.n_rows() != n {
        return Err(Error::LengthMismatch { what: "y", expected: n, found: y.n_rows() });
    }
    let names = x.column_names();
    let d = names.len();
    let score = |x: &X::Owned| match scorer.score(model, x, y)? {
        score if score.is_finite() => Ok(score),
        score => Err(Error::invalid_parameter("scorer", score, "one that gives finite scores")),
    };
    let baseline = score(&x)?;
    let sign = if scorer.greater_is_better() { 1.0 } else { -1.0 };
    // A stream of random numbers a column: which thread works on it cannot be told from the result.
    let mut seeds = Random::new(seed);
    let seeds: Vec<u64> = (0..d).map(|_| seeds.below(usize::MAX) as u64).collect();
    let columns = try_map(d, |column| {
        let (mut random, mut shuffled) = (Random::new(seeds[column]), x.take(&every_row));
        let repeat = |_| {
            shuffled.permute_column(column, &random.permutation(n))?;
            Ok(sign * (baseline - score(&shuffled)?))
        };
        (0..n_repeats).map(repeat).collect::<Result<Vec<f64>>>()
    })?;
    let importances = Array2::from_shape_vec((d, n_repeats), columns.concat())
        .map_err(|_| Error::Overflow { what: "the number of importances", column: None })?;
    Ok(PermutationImportance { names, baseline, importances })
}

/// By how much a score falls without each feature; made by [`permutation_importance`].
///
/// It prints as a table, the most important feature first, with the 95 % confidence interval of the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct PermutationImportance {
    names: Vec<String>,
    baseline: f64,
    importances: Array2<f64>,
}

/// The importance of a feature, as [`PermutationImportance::ranked`] gives it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FeatureImportance {
    /// The name of the feature; `x3` for a matrix without names.
    pub name: String,
    /// Its column.
    pub column: usize,
    /// The mean of its importance over the repeats.
    pub mean: f64,
    /// The standard deviation over the repeats, as numpy's `std`.
    pub std: f64,
    /// The confidence interval of the mean at a level of 95 %.
    pub interval: (f64, f64),
}

impl PermutationImportance {
    /// The same with the names of the features, in the order of the columns.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] for another number of names than of columns.
    pub fn named(mut self, names: &[impl AsRef<str>]) -> Result<Self> {
        match self.importances.nrows() {
            expected if expected != names.len() => {
                Err(Error::LengthMismatch { what: "names", expected, found: names.len() })
            }
            _ => {
                self.names = names.iter().map(|name| name.as_ref().to_owned()).collect();
                Ok(self)
            }
        }
    }

    /// The score with all features.
    pub fn baseline(&self) -> f64 {
        self.baseline
    }

    /// Each importance: one row a feature, one column a repeat.
    pub fn importances(&self) -> &Array2<f64> {
        &self.importances
    }

    /// The mean of each feature over the repeats.
    pub fn mean(&self) -> Array1<f64> {
        self.importances.map_axis(Axis(1), |repeats| repeats.sum() / repeats.len() as f64)
    }

    /// The standard deviation of each feature over the repeats, √(Σ (v − mean)²/n), as numpy's `std`.
    pub fn std(&self) -> Array1<f64> {
        self.importances.map_axis(Axis(1), |repeats| {
            let mean = repeats.sum() / repeats.len() as f64;
            (repeats.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / repeats.len() as f64).sqrt()
        })
    }

    /// Bounds of the mean importance of each feature over all shuffles, right with a probability of `level` where
    /// importances are about normal: mean ± t √(Σ (v − mean)²/(n (n − 1))), with t of Student's distribution with n − 1
    /// degrees of freedom.
    ///
    /// It tells how much the result depends on the shuffles, not how much on the rows.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a level that is not between 0 and 1, and [`Error::Unsupported`] for one repeat.
    ///
    /// ```
    /// use certifit::inspection::{Permutations, permutation_importance};
    /// use certifit::prelude::*;
    /// let data = datasets::breast_cancer();
    /// let model = StandardScaler::new().then(LinearSVC::new()).fit(&data.features, &data.target)?;
    /// let (x, y) = (&data.features, &data.target);
    /// let importance = permutation_importance(&model, x, y, &Accuracy, &Permutations::new(5))?;
    /// let (low, high) = importance.intervals(0.95)?[20];
    /// assert!(low < importance.mean()[20] && importance.mean()[20] < high);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn intervals(&self, level: f64) -> Result<Vec<(f64, f64)>> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::invalid_parameter("level", level, "above 0 and below 1"));
        }
        match self.importances.ncols() {
            0 | 1 => Err(Error::Unsupported {
                what: "a confidence interval of one repeat",
                reason: "it rests on how much repeats differ; ask for more",
            }),
            _ => Ok(self.bands(level)),
        }
    }

    fn bands(&self, level: f64) -> Vec<(f64, f64)> {
        let n = self.importances.ncols();
        let scale = match n {
            0 | 1 => 0.0,
            n => two_sided_quantile(level, n - 1) / ((n - 1) as f64).sqrt(),
        };
        self.mean()
            .iter()
            .zip(&self.std())
            .map(|(mean, std)| (mean - scale * std, mean + scale * std))
            .collect()
    }

    /// The features, the most important first.
    pub fn ranked(&self) -> Vec<FeatureImportance> {
        let (mean, std, bands) = (self.mean(), self.std(), self.bands(0.95));
        let numbers = mean.into_iter().zip(std).zip(bands);
        let mut ranked: Vec<FeatureImportance> = (self.names.iter().enumerate().zip(numbers))
            .map(|((column, name), ((mean, std), interval))| FeatureImportance {
                name: name.clone(),
                column,
                mean,
                std,
                interval,
            })
            .collect();
        // Stable: equal ones stay in the order of their columns.
        ranked.sort_by(|a, b| b.mean.total_cmp(&a.mean));
        ranked
    }
}

impl fmt::Display for PermutationImportance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = widest(&self.names).max("feature".len());
        let several = self.importances.ncols() > 1;
        let head = if several { "importance     std   95 % interval of the mean" } else { "importance" };
        writeln!(f, "{}  {head}", right("feature", width))?;
        for one in self.ranked() {
            write!(f, "{}  {:>10.4}", right(&one.name, width), one.mean)?;
            if several {
                write!(f, "  {:.4}   {:.4} to {:.4}", one.std, one.interval.0, one.interval.1)?;
            }
            writeln!(f)?;
        }
        writeln!(f, "score with all features: {:.4}", self.baseline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// Scores the sum of products of the first column with the target.
    #[allow(clippy::ptr_arg)]
    fn product(_: &(), x: &Array2<f64>, y: &Vec<f64>) -> Result<f64> {
        Ok(x.column(0).iter().zip(y).map(|(x, y)| x * y).sum())
    }

    #[test]
    fn a_column_that_is_not_read_has_no_importance() -> Result<()> {
        let (x, y) = (array![[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]], vec![1.0, 2.0, 3.0]);
        let of = |seed| permutation_importance(&(), &x, &y, &product, &Permutations::new(20).seed(seed));
        let importance = of(1)?;
        assert_eq!(importance.baseline(), 14.0);
        assert!(importance.importances().row(1).iter().all(|&value| value == 0.0));
        // The six orders score 14, 13, 13, 11, 11, 10.
        let possible = [0.0, 1.0, 3.0, 4.0];
        assert!(importance.importances().row(0).iter().all(|value| possible.contains(value)));
        assert!((importance.mean()[0] - 2.0).abs() < 1.0);
        assert_eq!(importance, of(1)?);
        assert_ne!(importance, of(2)?);
        let text = importance.named(&["used", "ignored"])?.to_string();
        assert!(text.lines().nth(1).is_some_and(|line| line.contains("   used ")), "{text}");
        Ok(())
    }

    #[test]
    fn bad_questions_are_refused() -> Result<()> {
        let (x, y) = (array![[1.0, 5.0], [2.0, 6.0]], vec![1.0, 2.0]);
        let of = |n| permutation_importance(&(), &x, &y, &product, &Permutations::new(n));
        assert!(matches!(of(0), Err(Error::InvalidParameter { name: "n_repeats", .. })));
        assert!(matches!(of(1)?.intervals(0.9), Err(Error::Unsupported { .. })));
        assert!(matches!(of(2)?.intervals(1.0), Err(Error::InvalidParameter { name: "level", .. })));
        assert!(of(2)?.named(&["only"]).is_err());
        let short = permutation_importance(&(), &x, &vec![1.0], &product, &Permutations::default());
        assert!(matches!(short, Err(Error::LengthMismatch { what: "y", .. })));
        Ok(())
    }
}
