//! A transformer from a function.

use super::pipeline::Compose;
use crate::data::Rows;
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use std::fmt;

/// Transforms by a function of your own, which learns nothing: z = f(x).
///
/// The function takes the features whole, and gives as many rows as there are: of a matrix, of documents, of a table. It
/// must treat each row by itself, or what it makes of a row would depend on the rows around it.
///
/// | parameter | default | |
/// |---|---|---|
/// | function | | `Fn(&X) -> Z` |
/// | [`feature_names`](Self::feature_names) | those of the input | the names of the columns that it makes |
///
/// # Errors
/// [`Error::LengthMismatch`] if the function makes another number of rows. What is not finite in what it makes is for the
/// next step to refuse.
///
/// Reference: scikit-learn's `FunctionTransformer`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::{Array2, array};
/// let log = FunctionTransformer::new(|x: &Array2<f64>| x.mapv(f64::ln_1p));
/// let (_, z) = log.then(StandardScaler::new().with_std(false)).fit_transform(&array![[0.0], [0.0]], &())?;
/// assert_eq!(z, array![[0.0], [0.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
///
/// Texts, too:
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::Array2;
/// let length = FunctionTransformer::new(|texts: &[String]| {
///     Array2::from_shape_fn((texts.len(), 1), |(row, _)| texts[row].len() as f64)
/// });
/// let (_, z) = length.fit_transform(&["a".to_string(), "abc".into()][..], &())?;
/// assert_eq!(z.into_raw_vec_and_offset().0, [1.0, 3.0]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Clone)]
pub struct FunctionTransformer<F> {
    function: F,
    names: Option<Vec<String>>,
}

impl<F> FunctionTransformer<F> {
    /// By this function.
    pub fn new(function: F) -> Self {
        Self { function, names: None }
    }

    /// The names of the columns that the function makes (default: those of the input).
    pub fn feature_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = Some(names.into_iter().map(Into::into).collect());
        self
    }
}

impl<F> fmt::Debug for FunctionTransformer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionTransformer").field("names", &self.names).finish_non_exhaustive()
    }
}

impl<F> Compose for FunctionTransformer<F> {}

impl<X, Y, Z, F> Estimator<X, Y> for FunctionTransformer<F>
where
    X: Rows + ?Sized,
    Y: ?Sized,
    Z: Rows,
    F: Fn(&X) -> Z + Clone + Send + Sync,
{
    type Fitted = Self;
    fn fit(&self, x: &X, _: &Y) -> Result<Self> {
        match x.n_rows() {
            0 => Err(Error::Empty { what: "x", axis: "rows" }),
            _ => Ok(self.clone()),
        }
    }
}

impl<X, Y, Z, F> FitTransform<X, Y> for FunctionTransformer<F>
where
    X: Rows + ?Sized,
    Y: ?Sized,
    Z: Rows,
    F: Fn(&X) -> Z + Clone + Send + Sync,
{
}

/// f(x).
///
/// # Errors
/// [`Error::Empty`], [`Error::LengthMismatch`].
impl<X, Z, F> Transformer<X> for FunctionTransformer<F>
where
    X: Rows + ?Sized,
    Z: Rows,
    F: Fn(&X) -> Z,
{
    type Output = Z;
    fn transform(&self, x: &X) -> Result<Z> {
        if x.n_rows() == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        let z = (self.function)(x);
        match (x.n_rows(), z.n_rows()) {
            (expected, found) if expected != found => {
                Err(Error::LengthMismatch { what: "what the function made", expected, found })
            }
            _ => Ok(z),
        }
    }
}

/// The names that were given, or those of the input.
impl<F> FeatureNames for FunctionTransformer<F> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        Ok(self.names.clone().unwrap_or_else(|| input.to_vec()))
    }
}
