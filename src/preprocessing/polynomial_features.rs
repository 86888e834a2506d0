//! Products of columns.

use crate::compose::Compose;
use crate::data::{Features, FromRows, Missing, Weights, check_features, check_weights, check_width};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer, same_names};
use crate::scalar::Scalar;
use ndarray::Array2;
use num_traits::Float;
use std::cmp::Ordering;

/// Makes all products of at most so many columns: of (a, b) and degree 2 the columns 1, a, b, a², ab, b².
///
/// A linear model of these columns is a polynomial of the features. Takes dense and sparse features, n × d, and makes the
/// same kind, with (d + p choose p) columns for degree p: ordered by degree, then by the columns in the product.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`degree`](Self::degree) | 2 | the largest number of factors |
/// | [`min_degree`](Self::min_degree) | 0 | the smallest number of factors beside the bias |
/// | [`interaction_only`](Self::interaction_only) | `false` | no column twice in a product |
/// | [`include_bias`](Self::include_bias) | `true` | a column of ones first |
///
/// Nothing is learnt but the number of columns; weights make no difference.
///
/// # Errors
/// `fit` answers [`Error::Empty`], [`Error::NonFinite`], [`Error::InvalidParameter`] where `min_degree` is above
/// `degree` or no column is made, [`Error::Overflow`] for more columns than can be counted.
///
/// Reference: `sklearn.preprocessing.PolynomialFeatures`, whose `degree` may be a pair.
///
/// ```
/// use certifit::preprocessing::PolynomialFeatures;
/// use certifit::prelude::*;
/// use ndarray::array;
///
/// let x = array![[2.0, 3.0]];
/// let (polynomial, z) = PolynomialFeatures::new().fit_transform(&x, &())?;
/// assert_eq!(z, array![[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]);
/// let names = polynomial.feature_names_out(&["a".to_string(), "b".to_string()])?;
/// assert_eq!(names, ["1", "a", "b", "a^2", "a b", "b^2"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolynomialFeatures {
    degree: usize,
    min_degree: usize,
    interaction_only: bool,
    include_bias: bool,
}

impl Default for PolynomialFeatures {
    fn default() -> Self {
        Self { degree: 2, min_degree: 0, interaction_only: false, include_bias: true }
    }
}

/// More columns than this cannot be meant.
const MOST: usize = 1 << 32;

impl PolynomialFeatures {
    /// Of degree 2, with a bias.
    pub fn new() -> Self {
        Self::default()
    }

    /// The largest number of factors (default 2).
    pub fn degree(mut self, degree: usize) -> Self {
        self.degree = degree;
        self
    }

    /// The smallest number of factors (default 0), beside the bias.
    pub fn min_degree(mut self, min_degree: usize) -> Self {
        self.min_degree = min_degree;
        self
    }

    /// Whether no column is twice in a product (default `false`).
    pub fn interaction_only(mut self, interaction_only: bool) -> Self {
        self.interaction_only = interaction_only;
        self
    }

    /// Whether there is a column of ones (default `true`).
    pub fn include_bias(mut self, include_bias: bool) -> Self {
        self.include_bias = include_bias;
        self
    }

    /// `table[k][d]`: how many products of exactly k of d columns there are. With the number of all products that are
    /// made of the most columns.
    fn table(&self, n_features: usize) -> Result<(Vec<Vec<usize>>, usize)> {
        if self.min_degree > self.degree {
            let allowed = format!("at most degree ({})", self.degree);
            return Err(Error::invalid_parameter("min_degree", self.min_degree, allowed));
        }
        let overflow = || Error::Overflow { what: "the number of products of columns", column: None };
        let mut table: Vec<Vec<usize>> = vec![vec![1; n_features + 1]];
        let mut n_columns = usize::from(self.include_bias);
        for degree in 1..=self.degree {
            // The first column is in a product, or it is not.
            let mut counts = vec![0usize; n_features + 1];
            for d in 1..=n_features {
                let with = table[degree - 1][d - usize::from(self.interaction_only)];
                counts[d] =
                    with.checked_add(counts[d - 1]).filter(|&count| count <= MOST).ok_or_else(overflow)?;
            }
            if degree >= self.min_degree {
                n_columns += counts[n_features];
            }
            if n_columns > MOST {
                return Err(overflow());
            }
            table.push(counts);
        }
        if n_columns == 0 {
            return Err(Error::invalid_parameter("degree", self.degree, "such that a column is made"));
        }
        Ok((table, n_columns))
    }
}

impl Compose for PolynomialFeatures {}

impl<X: Features + ?Sized, Y: Weights + ?Sized> Estimator<X, Y> for PolynomialFeatures {
    type Fitted = FittedPolynomialFeatures;
    fn fit(&self, x: &X, y: &Y) -> Result<FittedPolynomialFeatures> {
        check_features(x, Missing::Refused)?;
        check_weights(x.n_rows(), y)?;
        let (counts, n_features_out) = self.table(x.n_features())?;
        Ok(FittedPolynomialFeatures {
            parameters: *self,
            counts,
            n_features_in: x.n_features(),
            n_features_out,
        })
    }
    fn path_order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl<X, Y> FitTransform<X, Y> for PolynomialFeatures
where
    X: Features + ?Sized,
    X::Owned: FromRows<Elem = X::Elem>,
    Y: Weights + ?Sized,
{
}

/// What [`PolynomialFeatures`] is fitted to: the number of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FittedPolynomialFeatures {
    parameters: PolynomialFeatures,
    /// `counts[k][d]`: the number of products of exactly k of d columns.
    counts: Vec<Vec<usize>>,
    n_features_in: usize,
    n_features_out: usize,
}

impl FittedPolynomialFeatures {
    /// The number of columns of the input.
    pub fn n_features_in(&self) -> usize {
        self.n_features_in
    }

    /// The number of columns that are made.
    pub fn n_features_out(&self) -> usize {
        self.n_features_out
    }

    /// The power of each column of the input in each product, one row a product.
    pub fn powers(&self) -> Array2<usize> {
        let columns: Vec<(usize, f64)> = (0..self.n_features_in).map(|column| (column, 1.0)).collect();
        let mut powers = Array2::zeros((self.n_features_out, self.n_features_in));
        self.for_each_product(&columns, &mut |product, factors, _| {
            factors.iter().for_each(|&factor| powers[[product, factor]] += 1);
        });
        powers
    }

    /// Calls `visit(place, factors, value)` for each product of entries of a row, in the order of their places.
    fn for_each_product(&self, row: &[(usize, f64)], visit: &mut impl FnMut(usize, &[usize], f64)) {
        let PolynomialFeatures { include_bias, min_degree, degree, .. } = self.parameters;
        if include_bias {
            visit(0, &[], 1.0);
        }
        let mut start = usize::from(include_bias);
        for degree in min_degree.max(1)..=degree {
            self.extend(
                row,
                &Product { place: start, value: 1.0, left: degree, lowest: 0 },
                &mut Vec::new(),
                visit,
            );
            start += self.counts[degree][self.n_features_in];
        }
    }

    /// All products that begin with these factors.
    fn extend(
        &self,
        row: &[(usize, f64)],
        begun: &Product,
        factors: &mut Vec<usize>,
        visit: &mut impl FnMut(usize, &[usize], f64),
    ) {
        let Some(left) = begun.left.checked_sub(1) else {
            return visit(begun.place, factors, begun.value);
        };
        let only = usize::from(self.parameters.interaction_only);
        // How many products of as many factors have none of the columns before this one.
        let behind = |column: usize| self.counts[begun.left][self.n_features_in.saturating_sub(column)];
        for (at, &(column, value)) in row.iter().enumerate() {
            factors.push(column);
            let place = begun.place + behind(begun.lowest) - behind(column);
            let product = Product { place, value: begun.value * value, left, lowest: column + only };
            self.extend(&row[at + only..], &product, factors, visit);
            factors.pop();
        }
    }
}

/// A product that lacks factors.
struct Product {
    /// The column of the first product that begins so.
    place: usize,
    value: f64,
    /// How many factors are to come.
    left: usize,
    /// The lowest column that may be one of them.
    lowest: usize,
}

/// The products.
///
/// # Errors
/// [`Error::FeatureMismatch`], [`Error::Empty`], [`Error::NonFinite`], [`Error::Overflow`] for a product that is too large
/// for its type.
impl<X: Features + ?Sized> Transformer<X> for FittedPolynomialFeatures
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    type Output = X::Owned;
    fn transform(&self, x: &X) -> Result<X::Owned> {
        check_features(x, Missing::Refused)?;
        check_width(x, self.n_features_in)?;
        X::Owned::from_rows(x.n_rows(), self.n_features_out, |i, entries| {
            let mut row = Vec::new();
            x.for_each_in_row(i, |column, value| row.push((column, value.widen())));
            let mut finite = true;
            self.for_each_product(&row, &mut |place, _, value| {
                let value = X::Elem::narrow(value);
                finite &= value.is_finite();
                entries.push(place, value);
            });
            if finite { Ok(()) } else { Err(Error::Overflow { what: "a product of columns", column: None }) }
        })
    }
}

/// Factors with a space between them, such as `a^2 b`; `1` for the column of ones.
impl FeatureNames for FittedPolynomialFeatures {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        let names = same_names(input, self.n_features_in)?;
        let mut out = Vec::with_capacity(self.n_features_out);
        let columns: Vec<(usize, f64)> = (0..self.n_features_in).map(|column| (column, 1.0)).collect();
        self.for_each_product(&columns, &mut |_, factors, _| {
            let factor = |same: &[usize]| match (same.first(), same.len()) {
                (Some(&first), 1) => names[first].clone(),
                (Some(&first), power) => format!("{}^{power}", names[first]),
                (None, _) => String::new(),
            };
            let name = factors.chunk_by(|a, b| a == b).map(factor).collect::<Vec<_>>().join(" ");
            out.push(if name.is_empty() { "1".to_string() } else { name });
        });
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn places_are_in_order() -> Result<()> {
        let x = Array2::from_shape_fn((2, 5), |(i, j)| (i + j) as f64);
        for interaction_only in [false, true] {
            for (min_degree, degree) in [(0, 0), (0, 1), (0, 4), (2, 3), (6, 7)] {
                let polynomial = PolynomialFeatures::new().degree(degree).min_degree(min_degree);
                let fitted = polynomial.interaction_only(interaction_only).fit(&x, &())?;
                let columns: Vec<(usize, f64)> = (0..5).map(|column| (column, 1.0)).collect();
                let mut places = Vec::new();
                fitted.for_each_product(&columns, &mut |place, _, _| places.push(place));
                assert!(places.into_iter().eq(0..fitted.n_features_out()), "{interaction_only} {degree}");
            }
        }
        Ok(())
    }

    #[test]
    #[cfg(feature = "sparse")]
    fn sparse_is_dense() -> Result<()> {
        let x = array![[0.0, 2.0, 0.0, 3.0], [0.0, 0.0, 0.0, 0.0], [1.0, 5.0, -1.0, 2.0]];
        let sparse = sprs::CsMat::csr_from_dense(x.view(), 0.0);
        for interaction_only in [false, true] {
            let polynomial = PolynomialFeatures::new().degree(3).interaction_only(interaction_only);
            let (_, dense) = polynomial.fit_transform(&x, &())?;
            let (_, sparse) = polynomial.fit_transform(&sparse, &())?;
            assert_eq!(sparse.to_dense(), dense);
            assert_eq!(sparse.nnz(), dense.iter().filter(|&&value| value != 0.0).count());
        }
        Ok(())
    }

    #[test]
    fn bad_input_is_refused() -> Result<()> {
        let x = array![[1e200, 2.0]];
        let refused = |polynomial: PolynomialFeatures, parameter: &str| {
            let error = polynomial.fit(&x, &()).unwrap_err();
            assert!(matches!(error, Error::InvalidParameter { name, .. } if name == parameter), "{error}");
        };
        refused(PolynomialFeatures::new().min_degree(3), "min_degree");
        refused(PolynomialFeatures::new().degree(0).include_bias(false), "degree");
        let wide = Array2::<f64>::ones((1, 2000));
        let many = PolynomialFeatures::new().degree(9).fit(&wide, &());
        assert!(matches!(many, Err(Error::Overflow { .. })));
        assert!(matches!(PolynomialFeatures::new().fit_transform(&x, &()), Err(Error::Overflow { .. })));
        Ok(())
    }
}
