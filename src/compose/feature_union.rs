//! Several transformers of the same features.

use super::parts::{Blocks, FittedParts, Part, PartNames, Parts, check_names};
use super::pipeline::Compose;
use super::selection::ColumnSelection;
use super::source::Whole;
use crate::data::{FromRows, Rows};
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use ndarray::Array2;
use std::marker::PhantomData;

/// Shows the same features to several transformers, and puts what they make side by side.
///
/// The output is n × Σ columns of the parts, in the order of the parts, dense (`Array2<f64>`) unless
/// [`sparse`](Self::sparse) or [`output`](Self::output) say otherwise. Names are `part__column`. The features may be anything that
/// all parts take: a matrix, documents, a table.
///
/// # Errors
/// [`Error::Part`] with the name of the part and its error; [`Error::InvalidParameter`] for two parts of one name;
/// [`Error::Empty`] where no column comes out.
///
/// Reference: scikit-learn's `FeatureUnion`.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::{Array2, array};
/// let union = FeatureUnion::new()
///     .with("scaled", StandardScaler::new())
///     .with("square", FunctionTransformer::new(|x: &Array2<f64>| x * x));
/// let (_, z) = union.fit_transform(&array![[1.0], [3.0]], &())?;
/// assert_eq!(z, array![[-1.0, 1.0], [1.0, 9.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureUnion<P = (), M = Array2<f64>> {
    parts: P,
    output: PhantomData<fn() -> M>,
}

impl FeatureUnion {
    /// No parts.
    pub fn new() -> Self {
        Self { parts: (), output: PhantomData }
    }
}

impl Default for FeatureUnion {
    fn default() -> Self {
        Self::new()
    }
}

impl<P, M> FeatureUnion<P, M> {
    /// One part more.
    pub fn with<T>(self, name: impl Into<String>, transformer: T) -> FeatureUnion<(P, Part<Whole, T>), M> {
        let part = Part::new(name.into(), ColumnSelection::All, transformer);
        FeatureUnion { parts: (self.parts, part), output: PhantomData }
    }

    /// Makes sparse matrices, `CsMat<f64>`.
    #[cfg(feature = "sparse")]
    pub fn sparse(self) -> FeatureUnion<P, sprs::CsMat<f64>> {
        self.output()
    }

    /// Makes matrices of the type `N`, such as `Array2<f32>`.
    pub fn output<N: FromRows>(self) -> FeatureUnion<P, N> {
        FeatureUnion { parts: self.parts, output: PhantomData }
    }

    fn check<X: Rows + ?Sized, Y: ?Sized>(&self, x: &X) -> Result<()>
    where
        P: Parts<X, Y>,
    {
        if x.n_rows() == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        let mut listed = Vec::new();
        self.parts.list(&mut listed);
        check_names(&listed)
    }
}

/// Parts see the features whole: there are no columns to find.
fn none(_: &ColumnSelection) -> Result<Vec<usize>> {
    Ok(Vec::new())
}

impl<P, M> Compose for FeatureUnion<P, M> {}

impl<X: Rows + ?Sized, Y: ?Sized, P: Parts<X, Y>, M: FromRows> Estimator<X, Y> for FeatureUnion<P, M> {
    type Fitted = FittedFeatureUnion<P::Fitted, M>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.check(x)?;
        Ok(FittedFeatureUnion { parts: self.parts.fit(x, y, &none)?, output: PhantomData })
    }
}

impl<X, Y, P, M> FitTransform<X, Y> for FeatureUnion<P, M>
where
    X: Rows + ?Sized,
    Y: ?Sized,
    P: Parts<X, Y, Fitted: FittedParts<X>>,
    M: FromRows,
{
    fn fit_transform(&self, x: &X, y: &Y) -> Result<(Self::Fitted, M)> {
        self.check(x)?;
        let mut blocks = Blocks::default();
        let parts = self.parts.fit_transform(x, y, &none, &mut blocks)?;
        Ok((FittedFeatureUnion { parts, output: PhantomData }, blocks.stack(x.n_rows())?))
    }
}

/// A fitted [`FeatureUnion`].
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
/// let union = FeatureUnion::new().with("a", StandardScaler::new()).with("b", StandardScaler::new().with_std(false));
/// let fitted = union.fit(&array![[1.0], [5.0]], &())?;
/// assert_eq!(fitted.transform(&array![[4.0]])?, array![[0.5, 1.0]]);
/// assert_eq!(fitted.feature_names_out(&["age".into()])?, ["a__age", "b__age"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FittedFeatureUnion<P, M = Array2<f64>> {
    parts: P,
    output: PhantomData<fn() -> M>,
}

impl<P, M> FittedFeatureUnion<P, M> {
    /// The fitted parts, as nested pairs: `(((), first), second)`.
    pub fn parts(&self) -> &P {
        &self.parts
    }
}

/// What the parts make, side by side.
///
/// # Errors
/// [`Error::Part`].
impl<X: Rows + ?Sized, P: FittedParts<X>, M: FromRows> Transformer<X> for FittedFeatureUnion<P, M> {
    type Output = M;
    fn transform(&self, x: &X) -> Result<M> {
        if x.n_rows() == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        let mut blocks = Blocks::default();
        self.parts.transform(x, &|columns| Ok(columns.to_vec()), &mut blocks)?;
        blocks.stack(x.n_rows())
    }
}

/// `part__column` for each column of each part.
impl<P: PartNames, M> FeatureNames for FittedFeatureUnion<P, M> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        let mut names = Vec::new();
        self.parts.names(input, &mut names)?;
        Ok(names)
    }
}
