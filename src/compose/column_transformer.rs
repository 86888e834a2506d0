//! Different columns to different transformers.

use super::columns::{Columns, Header};
use super::parts::{Blocks, FittedParts, Part, PartNames, Parts, check_names, of_part};
use super::pipeline::Compose;
use super::selection::ColumnSelection;
use super::source::{CategoryColumns, Numbers, TextColumn};
use crate::data::FromRows;
use crate::error::{Error, Result};
use crate::estimator::{Estimator, FeatureNames, FitTransform, Transformer};
use ndarray::Array2;
use std::marker::PhantomData;

/// What becomes of the columns that no part takes.
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
/// let x = array![[1.0, 5.0], [3.0, 6.0]];
/// let scaled = ColumnTransformer::new().numeric("scaled", StandardScaler::new(), [0]);
/// assert_eq!(scaled.fit_transform(&x, &())?.1, array![[-1.0], [1.0]]);
/// let all = scaled.remainder(Remainder::Passthrough);
/// assert_eq!(all.fit_transform(&x, &())?.1, array![[-1.0, 5.0], [1.0, 6.0]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Remainder {
    /// They are left out.
    #[default]
    Drop,
    /// They come last, as they are. They must be numeric.
    Passthrough,
}

/// Sends different columns to different transformers, and puts what they make side by side.
///
/// The features are a [`Table`](crate::table::Table) or a matrix. Each part has a name, a transformer (or a pipeline of
/// them) and [its columns](ColumnSelection): names, positions, or a kind. The method says how the part sees them:
///
/// | method | the transformer sees | from |
/// |---|---|---|
/// | [`numeric`](Self::numeric) | a matrix, n × columns; NaN is missing | numeric columns, matrices |
/// | [`categorical`](Self::categorical) | `Array2<Option<String>>`, n × columns; `None` is missing | any column of a table; numbers as they print |
/// | [`text`](Self::text) | `[String]`, n texts | one column of a table: text, or categories without a missing one |
///
/// The output is n × Σ columns of the parts, in the order of the parts. It is dense (`Array2<f64>`) unless
/// [`sparse`](Self::sparse) or [`output`](Self::output) say otherwise; scikit-learn decides by the values, here the type is
/// known. Columns of a table are found by name again, so that a later table may have them in another order, and more of
/// them. Names of the output are `part__column`.
///
/// | parameter | default | |
/// |---|---|---|
/// | parts | none | in the order in which they are added |
/// | [`remainder`](Self::remainder) | [`Remainder::Drop`] | the columns that no part takes |
///
/// # Errors
/// [`Error::Part`] with the name of the part and its error; [`Error::InvalidParameter`] for two parts of one name and
/// columns that are not there; [`Error::Empty`] where no column comes out.
///
/// Reference: scikit-learn's `ColumnTransformer`.
///
/// ```
/// use certifit::prelude::*;
/// use certifit::table::Table;
///
/// let table = Table::new()
///     .numeric("age", [22.0, 38.0, 26.0, 35.0])?
///     .numeric("fare", [7.0, 71.0, 8.0, 53.0])?
///     .text("note", ["no cabin", "cabin one", "no cabin", "cabin two"])?;
/// let columns = ColumnTransformer::new()
///     .numeric("num", StandardScaler::new(), ["age", "fare"])
///     .text("note", CountVectorizer::new(), "note");
/// let model = columns.then(LinearSVC::new()).fit(&table, &["3rd", "1st", "3rd", "1st"])?;
/// assert_eq!(model.predict(&table)?.to_vec(), ["3rd", "1st", "3rd", "1st"]);
/// let names = model.first().feature_names_out(table.names())?;
/// assert_eq!(names, ["num__age", "num__fare", "note__cabin", "note__no", "note__one", "note__two"]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnTransformer<P = (), M = Array2<f64>> {
    parts: P,
    remainder: Remainder,
    output: PhantomData<fn() -> M>,
}

impl ColumnTransformer {
    /// No parts: all columns are dropped.
    pub fn new() -> Self {
        Self { parts: (), remainder: Remainder::Drop, output: PhantomData }
    }
}

impl Default for ColumnTransformer {
    fn default() -> Self {
        Self::new()
    }
}

/// A [`ColumnTransformer`] with one part more.
type With<P, S, T, M> = ColumnTransformer<(P, Part<S, T>), M>;

impl<P, M> ColumnTransformer<P, M> {
    /// A part that sees numeric columns as a matrix.
    pub fn numeric<T>(
        self,
        name: impl Into<String>,
        transformer: T,
        columns: impl Into<ColumnSelection>,
    ) -> With<P, Numbers, T, M> {
        self.with(name.into(), transformer, columns.into())
    }

    /// A part that sees columns of a table as categories.
    pub fn categorical<T>(
        self,
        name: impl Into<String>,
        transformer: T,
        columns: impl Into<ColumnSelection>,
    ) -> With<P, CategoryColumns, T, M> {
        self.with(name.into(), transformer, columns.into())
    }

    /// A part that sees one column of a table as texts.
    pub fn text<T>(
        self,
        name: impl Into<String>,
        transformer: T,
        column: impl Into<ColumnSelection>,
    ) -> With<P, TextColumn, T, M> {
        self.with(name.into(), transformer, column.into())
    }

    /// What becomes of the columns that no part takes (default: they are dropped).
    pub fn remainder(mut self, remainder: Remainder) -> Self {
        self.remainder = remainder;
        self
    }

    /// Makes sparse matrices, `CsMat<f64>`.
    #[cfg(feature = "sparse")]
    pub fn sparse(self) -> ColumnTransformer<P, sprs::CsMat<f64>> {
        self.output()
    }

    /// Makes matrices of the type `N`, such as `Array2<f32>`.
    ///
    /// ```
    /// use certifit::prelude::*;
    /// use ndarray::{Array2, array};
    /// let columns = ColumnTransformer::new().numeric("all", StandardScaler::new(), [0]);
    /// let (_, z) = columns.output::<Array2<f32>>().fit_transform(&array![[1.0], [3.0]], &())?;
    /// assert_eq!(z, array![[-1.0f32], [1.0]]);
    /// # Ok::<(), certifit::Error>(())
    /// ```
    pub fn output<N: FromRows>(self) -> ColumnTransformer<P, N> {
        ColumnTransformer { parts: self.parts, remainder: self.remainder, output: PhantomData }
    }

    fn with<S, T>(self, name: String, transformer: T, columns: ColumnSelection) -> With<P, S, T, M> {
        ColumnTransformer {
            parts: (self.parts, Part::new(name, columns, transformer)),
            remainder: self.remainder,
            output: PhantomData,
        }
    }

    /// The columns that no part takes, if they are passed through.
    fn rest<X: Columns + ?Sized>(&self, x: &X, parts: &[(String, ColumnSelection)]) -> Result<Vec<usize>> {
        if self.remainder == Remainder::Drop {
            return Ok(Vec::new());
        }
        let mut is_free = vec![true; x.header().width()];
        for (name, columns) in parts {
            let columns = x.find(columns).map_err(|source| of_part(name, source))?;
            columns.into_iter().for_each(|column| is_free[column] = false);
        }
        Ok((0..is_free.len()).filter(|&column| is_free[column]).collect())
    }

    /// Checks the parts, fits them by `fit`, and remembers the columns.
    fn fit_by<X, Y, F>(&self, x: &X, fit: F) -> Result<FittedColumnTransformer<P::Fitted, M>>
    where
        X: Columns + ?Sized,
        Y: ?Sized,
        P: Parts<X, Y>,
        F: FnOnce(&[usize]) -> Result<P::Fitted>,
    {
        if x.n_rows() == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        let mut listed = Vec::new();
        self.parts.list(&mut listed);
        check_names(&listed)?;
        let rest = self.rest(x, &listed)?;
        let parts = fit(&rest)?;
        Ok(FittedColumnTransformer { parts, rest, header: x.header(), output: PhantomData })
    }
}

impl<P, M> Compose for ColumnTransformer<P, M> {}

impl<X, Y, P, M> Estimator<X, Y> for ColumnTransformer<P, M>
where
    X: Columns + ?Sized,
    Y: ?Sized,
    P: Parts<X, Y>,
    M: FromRows,
{
    type Fitted = FittedColumnTransformer<P::Fitted, M>;
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Fitted> {
        self.fit_by(x, |_| self.parts.fit(x, y, &|columns| x.find(columns)))
    }
}

impl<X, Y, P, M> FitTransform<X, Y> for ColumnTransformer<P, M>
where
    X: Columns + ?Sized,
    Y: ?Sized,
    P: Parts<X, Y, Fitted: FittedParts<X>>,
    M: FromRows,
{
    fn fit_transform(&self, x: &X, y: &Y) -> Result<(Self::Fitted, M)> {
        let mut blocks = Blocks::default();
        let fitted = self.fit_by(x, |rest| {
            let parts = self.parts.fit_transform(x, y, &|columns| x.find(columns), &mut blocks)?;
            pass(x, rest, &mut blocks)?;
            Ok(parts)
        })?;
        Ok((fitted, blocks.stack(x.n_rows())?))
    }
}

/// Puts columns as they are behind the blocks.
fn pass<X: Columns + ?Sized>(x: &X, columns: &[usize], blocks: &mut Blocks) -> Result<()> {
    if columns.is_empty() {
        return Ok(());
    }
    let numbers = x.numbers_of(columns).map_err(|source| of_part(REMAINDER, source))?;
    blocks.push(x.n_rows(), numbers)
}

/// The name of the part that passes columns through.
const REMAINDER: &str = "remainder";

/// A fitted [`ColumnTransformer`].
///
/// ```
/// use certifit::prelude::*;
/// use ndarray::array;
/// let columns = ColumnTransformer::new().numeric("scaled", StandardScaler::new(), [1]);
/// let fitted = columns.fit(&array![[1.0, 5.0], [3.0, 7.0]], &())?;
/// let ((), scaled) = fitted.parts();
/// assert_eq!((scaled.name(), scaled.columns(), scaled.transformer().mean()[0]), ("scaled", &[1][..], 6.0));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FittedColumnTransformer<P, M = Array2<f64>> {
    parts: P,
    rest: Vec<usize>,
    header: Header,
    output: PhantomData<fn() -> M>,
}

impl<P, M> FittedColumnTransformer<P, M> {
    /// The fitted parts, as nested pairs: `(((), first), second)`.
    pub fn parts(&self) -> &P {
        &self.parts
    }

    /// The columns of the fit.
    pub fn header(&self) -> &Header {
        &self.header
    }
}

/// What the parts make, side by side.
///
/// # Errors
/// [`Error::Part`]; [`Error::FeatureMismatch`] for a matrix of another width; [`Error::Column`] for a table that lacks a
/// column.
impl<X, P, M> Transformer<X> for FittedColumnTransformer<P, M>
where
    X: Columns + ?Sized,
    P: FittedParts<X>,
    M: FromRows,
{
    type Output = M;
    fn transform(&self, x: &X) -> Result<M> {
        if x.n_rows() == 0 {
            return Err(Error::Empty { what: "x", axis: "rows" });
        }
        let mut blocks = Blocks::default();
        self.parts.transform(x, &|columns| x.locate(&self.header, columns), &mut blocks)?;
        pass(x, &x.locate(&self.header, &self.rest)?, &mut blocks)?;
        blocks.stack(x.n_rows())
    }
}

/// `part__column` for each column of each part, and `remainder__column` for those that are passed through.
impl<P: PartNames, M> FeatureNames for FittedColumnTransformer<P, M> {
    fn feature_names_out(&self, input: &[String]) -> Result<Vec<String>> {
        let (expected, found) = (self.header.width(), input.len());
        if expected != found {
            return Err(Error::FeatureMismatch { expected, found });
        }
        let mut names = Vec::new();
        self.parts.names(input, &mut names)?;
        names.extend(self.rest.iter().map(|&column| format!("{REMAINDER}__{}", input[column])));
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pipeline::tests::Spy;
    use super::*;
    use ndarray::array;

    #[test]
    fn columns_that_are_copied_for_a_part_are_given_to_it() -> Result<()> {
        let x = array![[0.0, 100.0]];
        let columns = ColumnTransformer::new().numeric("spy", Spy, [1]);
        let (fitted, z) = columns.fit_transform(&x, &())?;
        assert_eq!((z, fitted.transform(&x)?), (array![[110.0]], array![[110.0]]));
        Ok(())
    }
}
