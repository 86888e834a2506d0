//! How much columns tell of a target.

use crate::data::{Classes, Features, Label, Missing, Targets, check_features, check_targets};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use ndarray::{Array1, Array2};

/// A score of each column: the higher, the more it tells of the target.
///
/// ```
/// use certifit::data::{Features, Rows, Targets};
/// use certifit::feature_selection::{ScoreFunction, SelectKBest};
/// use certifit::prelude::*;
/// use ndarray::{Array1, Array2, array};
///
/// /// Prefers the last columns.
/// struct Last;
/// impl<Y: ?Sized> ScoreFunction<Array2<f64>, Y> for Last {
///     fn scores(&self, x: &Array2<f64>, _: &Y) -> certifit::Result<Array1<f64>> {
///         Ok((0..x.ncols()).map(|column| column as f64).collect())
///     }
/// }
/// let (_, z) = SelectKBest::new(Last).k(1).fit_transform(&array![[1.0, 2.0, 3.0]], &())?;
/// assert_eq!(z, array![[3.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait ScoreFunction<X: ?Sized, Y: ?Sized>: Sync {
    /// One score a column; NaN where there is none, which is the lowest.
    ///
    /// # Errors
    /// Data that cannot be scored; each score documents its own.
    fn scores(&self, x: &X, y: &Y) -> Result<Array1<f64>>;
}

/// The F statistic of an analysis of variance: the variance of the means of the classes over that within classes.
///
/// F = (Σ_k n_k (m_k − m)² / (K − 1)) / (Σ_k Σ_i (x_i − m_k)² / (n − K)), with n the weights and m the means, of class k
/// or of all. Infinite where nothing varies within classes, NaN for a constant column.
///
/// # Errors
/// Those of models: [`Error::Empty`], [`Error::NonFinite`], [`Error::LengthMismatch`], [`Error::SingleClass`].
///
/// Reference: `sklearn.feature_selection.f_classif`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FClassif;

/// The χ² statistic of independence of a column of counts and the classes: Σ_k (o_k − e_k)² / e_k, with o_k the sum of the
/// column over the rows of class k and e_k the share of class k of its sum.
///
/// # Errors
/// Those of models, and [`Error::InvalidValue`] for negative features.
///
/// Reference: `sklearn.feature_selection.chi2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chi2;

/// The F statistic of a linear regression on the column alone: r² / (1 − r²) · (n − 2), with r its correlation with the
/// target and n the sum of the weights.
///
/// # Errors
/// Those of models.
///
/// Reference: `sklearn.feature_selection.f_regression`, which gives constant columns 0 (here NaN, which is lowest, too).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FRegression;

/// Sums of the rows of each class, computed as `f(row, column, value)` says, and the weights of the classes.
struct ClassSums {
    sums: Array2<f64>,
    weights: Vec<f64>,
}

/// The classes of the rows of positive weight.
fn classes_of<X: Features + ?Sized, Y: Targets + ?Sized>(x: &X, y: &Y) -> Result<(usize, Vec<usize>)>
where
    Y::Value: Label,
{
    check_features(x, Missing::Refused)?;
    check_targets(x, y)?;
    let classes = Classes::weighted(y).at_least_two()?;
    Ok((classes.labels().len(), classes.indices().to_vec()))
}

impl ClassSums {
    fn of<X: Features + ?Sized, Y: Targets + ?Sized>(
        x: &X,
        y: &Y,
        (n_classes, class_of_row): &(usize, Vec<usize>),
        term: impl Fn(usize, usize, f64) -> f64,
    ) -> Self {
        let mut sums = Array2::zeros((*n_classes, x.n_features()));
        let mut weights = vec![0.0; *n_classes];
        for (row, &class) in class_of_row.iter().enumerate() {
            let weight = y.weight(row);
            if weight > 0.0 {
                weights[class] += weight;
                x.for_each_in_row(row, |column, value| {
                    sums[[class, column]] += weight * term(class, column, value.widen());
                });
            }
        }
        Self { sums, weights }
    }
}

impl<X: Features + ?Sized, Y: Targets + ?Sized> ScoreFunction<X, Y> for FClassif
where
    Y::Value: Label,
{
    fn scores(&self, x: &X, y: &Y) -> Result<Array1<f64>> {
        let classes = classes_of(x, y)?;
        let first = ClassSums::of(x, y, &classes, |_, _, value| value);
        let means = {
            let mut means = first.sums;
            for (mut row, weight) in means.rows_mut().into_iter().zip(&first.weights) {
                row.mapv_inplace(|sum| sum / weight);
            }
            means
        };
        // Around the means of the classes; what a sparse matrix does not store is a zero as far from them.
        let stored = ClassSums::of(x, y, &classes, |_, _, _| 1.0).sums;
        let squares =
            ClassSums::of(x, y, &classes, |class, column, value| (value - means[[class, column]]).powi(2));
        let total: f64 = first.weights.iter().sum();
        let score = |column: usize| {
            let by_class = || first.weights.iter().enumerate();
            let mean = by_class().map(|(class, weight)| weight / total * means[[class, column]]).sum::<f64>();
            let between: f64 =
                by_class().map(|(class, weight)| weight * (means[[class, column]] - mean).powi(2)).sum();
            let within: f64 = by_class()
                .map(|(class, weight)| {
                    let zeros = (weight - stored[[class, column]]).max(0.0);
                    squares.sums[[class, column]] + zeros * means[[class, column]].powi(2)
                })
                .sum();
            let n_classes = first.weights.len() as f64;
            (between / (n_classes - 1.0)) / (within / (total - n_classes))
        };
        Ok((0..x.n_features()).map(score).collect())
    }
}

impl<X: Features + ?Sized, Y: Targets + ?Sized> ScoreFunction<X, Y> for Chi2
where
    Y::Value: Label,
{
    fn scores(&self, x: &X, y: &Y) -> Result<Array1<f64>> {
        let classes = classes_of(x, y)?;
        for row in 0..x.n_rows() {
            let mut negative = None;
            x.for_each_in_row(row, |column, value| {
                if value < X::Elem::default() {
                    negative = negative.or(Some((column, value.widen())));
                }
            });
            if let Some((column, value)) = negative {
                let allowed = "the χ² statistic is of counts, which are not negative";
                return Err(Error::InvalidValue { what: "x", row, column, value, allowed });
            }
        }
        let ClassSums { sums, weights } = ClassSums::of(x, y, &classes, |_, _, value| value);
        let total: f64 = weights.iter().sum();
        let score = |column: ndarray::ArrayView1<'_, f64>| {
            let sum = column.sum();
            let terms = column.iter().zip(&weights).map(|(observed, weight)| {
                let expected = weight / total * sum;
                (observed - expected) * (observed - expected) / expected
            });
            terms.sum::<f64>()
        };
        Ok(sums.columns().into_iter().map(score).collect())
    }
}

impl<X: Features + ?Sized, Y: Targets + ?Sized> ScoreFunction<X, Y> for FRegression
where
    Y::Value: Scalar,
{
    fn scores(&self, x: &X, y: &Y) -> Result<Array1<f64>> {
        check_features(x, Missing::Refused)?;
        check_targets(x, y)?;
        let n = x.n_rows();
        if let Some(row) = (0..n).find(|&row| !y.value(row).widen().is_finite()) {
            return Err(Error::NonFinite { what: "y", row, column: None, value: y.value(row).widen() });
        }
        let total: f64 = (0..n).map(|row| y.weight(row)).sum();
        let target_mean = (0..n).map(|row| y.weight(row) / total * y.value(row).widen()).sum::<f64>();
        let d = x.n_features();
        let mut means = vec![0.0; d];
        (0..n).for_each(|row| x.add_row(row, y.weight(row) / total, &mut means));
        // Deviations are taken of dense copies of the rows: zeros that are not stored deviate, too.
        let (mut squares, mut products, mut target_square) = (vec![0.0; d], vec![0.0; d], 0.0);
        let mut copy = vec![0.0; d];
        for row in 0..n {
            let (weight, target) = (y.weight(row), y.value(row).widen() - target_mean);
            x.copy_row(row, &mut copy);
            target_square += weight * target * target;
            for (((value, mean), square), product) in
                copy.iter().zip(&means).zip(&mut squares).zip(&mut products)
            {
                let deviation = value - mean;
                *square += weight * deviation * deviation;
                *product += weight * deviation * target;
            }
        }
        let score = |(square, product): (f64, f64)| {
            let share = product / square.sqrt() * (product / square.sqrt()) / target_square;
            share / (1.0 - share).max(0.0) * (total - 2.0)
        };
        Ok(squares.into_iter().zip(products).map(score).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn closed_forms() -> Result<()> {
        let x = array![[1.0, 0.0], [3.0, 2.0], [5.0, 1.0], [7.0, 5.0]];
        let y = ["a", "a", "b", "b"];
        // Means 2 and 6 about 4: 16 between, 4 within over 2 degrees of freedom.
        assert!((FClassif.scores(&x, &y)?[0] - 8.0).abs() < 1e-12);
        // 2 and 6 are seen where 4 and 4 are expected.
        assert!((Chi2.scores(&x, &y)?[1] - 2.0).abs() < 1e-12);
        let r2: f64 = 0.64;
        let f = FRegression.scores(&array![[1.0], [2.0], [3.0], [4.0]], &[1.0, 3.0, 2.0, 4.0])?[0];
        assert!((f - r2 / (1.0 - r2) * 2.0).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn weights_are_numbers_of_rows_and_sparse_is_dense() -> Result<()> {
        use crate::data::{Rows, Weights};
        let x = array![[1.0, 0.0], [0.0, 2.0], [5.0, 1.0], [7.0, 0.0], [0.0, 9.0]];
        let (y, targets) = ([0, 0, 1, 1, 1], [0.5, 2.0, 1.0, 4.0, 9.0]);
        let weights = [2.0, 1.0, 3.0, 1.0, 0.0];
        let rows = [0, 0, 1, 2, 2, 2, 3];
        let (weighted, repeated) = (y.weighted(&weights)?, y.take(&rows));
        let pairs = [
            (FClassif.scores(&x, &weighted)?, FClassif.scores(&x.take(&rows), &repeated)?),
            (Chi2.scores(&x, &weighted)?, Chi2.scores(&x.take(&rows), &repeated)?),
            (
                FRegression.scores(&x, &targets.weighted(&weights)?)?,
                FRegression.scores(&x.take(&rows), &targets.take(&rows))?,
            ),
        ];
        for (a, b) in pairs {
            (&a - &b).iter().zip(&b).for_each(|(d, b)| assert!(d.abs() <= 1e-12 * b.abs(), "{a} is not {b}"));
        }
        #[cfg(feature = "sparse")]
        {
            let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
            let (a, b) = (FClassif.scores(&x, &y)?, FClassif.scores(&sparse, &y)?);
            assert!((&a - &b).iter().all(|d| d.abs() < 1e-12));
            assert_eq!(Chi2.scores(&x, &y)?, Chi2.scores(&sparse, &y)?);
        }
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() {
        let x = array![[1.0, -2.0], [3.0, 4.0]];
        let error = Chi2.scores(&x, &["a", "b"]).unwrap_err();
        assert!(matches!(error, Error::InvalidValue { row: 0, column: 1, .. }), "{error}");
        assert!(matches!(FClassif.scores(&x, &["a", "a"]), Err(Error::SingleClass { .. })));
        assert!(matches!(FRegression.scores(&x, &[1.0, f64::NAN]), Err(Error::NonFinite { what: "y", .. })));
        assert!(matches!(FRegression.scores(&x, &[1.0]), Err(Error::LengthMismatch { .. })));
    }
}
