//! Transformers side by side: what `ColumnTransformer` and `FeatureUnion` are made of.
//!
//! Parts of different types stand in nested pairs, `(((), A), B)`, which `.with(..)` builds: so each is called with its
//! own types, and a part may be anything that is a `FitTransform`.

use super::selection::ColumnSelection;
use super::source::{Fit, FitAndTransform, Source, Transform};
use crate::data::{AnyFeatures, Features, FromRows, Rows};
use crate::error::{Error, Result};
use crate::estimator::{FeatureNames, FitTransform, Transformed, Transformer};
use crate::scalar::Scalar;
use std::marker::PhantomData;

/// A transformer, its name, and the columns that it sees as `S` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Part<S, T> {
    pub(super) name: String,
    pub(super) columns: ColumnSelection,
    pub(super) transformer: T,
    source: PhantomData<fn() -> S>,
}

/// A fitted [`Part`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedPart<S, T> {
    name: String,
    columns: Vec<usize>,
    sees_all: bool,
    transformer: T,
    source: PhantomData<fn() -> S>,
}

impl<S, T> Part<S, T> {
    pub(super) fn new(name: String, columns: ColumnSelection, transformer: T) -> Self {
        Self { name, columns, transformer, source: PhantomData }
    }
}

impl<S, T> FittedPart<S, T> {
    /// The name of the part.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The positions of its columns, in the features of the fit; none for a part of a `FeatureUnion`, which sees all.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The fitted transformer.
    pub fn transformer(&self) -> &T {
        &self.transformer
    }
}

/// Features side by side, of any kinds.
#[derive(Default)]
pub struct Blocks(Vec<Box<dyn AnyFeatures>>);

impl Blocks {
    /// One more block, on the right, with as many rows as `n_rows`.
    pub(super) fn push<B>(&mut self, n_rows: usize, block: B) -> Result<()>
    where
        B: Features + 'static,
        B::Owned: Features,
    {
        block.check_layout()?;
        match Rows::n_rows(&block) {
            found if found == n_rows => self.0.push(Box::new(block)),
            found => {
                return Err(Error::LengthMismatch { what: "the transformed x", expected: n_rows, found });
            }
        }
        Ok(())
    }

    /// All blocks as one matrix.
    pub(super) fn stack<M: FromRows>(&self, n_rows: usize) -> Result<M> {
        let mut starts = vec![0];
        starts.extend(self.0.iter().scan(0, |end, block| {
            *end += block.n_features();
            Some(*end)
        }));
        let n_columns = starts.last().copied().unwrap_or(0);
        if n_columns == 0 {
            return Err(Error::Empty { what: "the transformed x", axis: "columns" });
        }
        M::from_rows(n_rows, n_columns, |row, entries| {
            let mut too_large = None;
            for (block, start) in self.0.iter().zip(&starts) {
                block.for_each_in_row(row, &mut |column, value| {
                    let narrow = M::Elem::narrow(value);
                    if value.is_finite() && !narrow.widen().is_finite() {
                        too_large = Some(start + column);
                    }
                    entries.push_non_zero(start + column, narrow);
                });
            }
            match too_large {
                None => Ok(()),
                column => Err(Error::Overflow { what: "the transformed value", column }),
            }
        })
    }
}

/// Finds the columns of a part.
pub type Find<'a> = &'a dyn Fn(&ColumnSelection) -> Result<Vec<usize>>;
/// Finds the columns of a fitted part in other features.
pub type Locate<'a> = &'a dyn Fn(&[usize]) -> Result<Vec<usize>>;

/// Parts that can be fitted to `X` and `Y`.
#[diagnostic::on_unimplemented(
    message = "not all of these parts can be fitted to features `{X}` and target `{Y}`",
    note = "each part must be a transformer that takes what it is shown: numbers as a matrix, categories as `Array2<Option<String>>`, text as `[String]`; and must make a feature matrix"
)]
pub trait Parts<X: ?Sized, Y: ?Sized>: Sync {
    /// The fitted parts.
    type Fitted: Send;
    /// Fits every part.
    ///
    /// # Errors
    /// [`Error::Part`].
    fn fit(&self, x: &X, y: &Y, find: Find<'_>) -> Result<Self::Fitted>;
    /// Fits every part and transforms `x`.
    ///
    /// # Errors
    /// [`Error::Part`].
    fn fit_transform(&self, x: &X, y: &Y, find: Find<'_>, blocks: &mut Blocks) -> Result<Self::Fitted>;
    /// Adds the name and the columns of every part.
    fn list(&self, parts: &mut Vec<(String, ColumnSelection)>);
}

/// Fitted parts that transform `X`.
pub trait FittedParts<X: ?Sized> {
    /// Transforms by every part.
    ///
    /// # Errors
    /// [`Error::Part`].
    fn transform(&self, x: &X, locate: Locate<'_>, blocks: &mut Blocks) -> Result<()>;
}

/// Fitted parts that know the names of their columns.
pub trait PartNames {
    /// Adds `part__column` for every column.
    ///
    /// # Errors
    /// [`Error::Part`].
    fn names(&self, input: &[String], names: &mut Vec<String>) -> Result<()>;
}

impl<X: ?Sized, Y: ?Sized> Parts<X, Y> for () {
    type Fitted = ();
    fn fit(&self, _: &X, _: &Y, _: Find<'_>) -> Result<()> {
        Ok(())
    }
    fn fit_transform(&self, _: &X, _: &Y, _: Find<'_>, _: &mut Blocks) -> Result<()> {
        Ok(())
    }
    fn list(&self, _: &mut Vec<(String, ColumnSelection)>) {}
}

impl<X: ?Sized> FittedParts<X> for () {
    fn transform(&self, _: &X, _: Locate<'_>, _: &mut Blocks) -> Result<()> {
        Ok(())
    }
}

impl PartNames for () {
    fn names(&self, _: &[String], _: &mut Vec<String>) -> Result<()> {
        Ok(())
    }
}

impl<X, Y, P, S, T> Parts<X, Y> for (P, Part<S, T>)
where
    X: Rows + ?Sized,
    Y: ?Sized,
    P: Parts<X, Y>,
    S: Source<X>,
    T: FitTransform<S::Input, Y>,
    Transformed<T, S::Input, Y>: Features<Owned: Features> + 'static,
{
    type Fitted = (P::Fitted, FittedPart<S, T::Fitted>);

    fn fit(&self, x: &X, y: &Y, find: Find<'_>) -> Result<Self::Fitted> {
        let before = self.0.fit(x, y, find)?;
        let fit = |columns: &[usize]| S::show(x, columns, Fit(&self.1.transformer, y));
        Ok((before, self.1.fit_by(x, find, fit)?))
    }

    fn fit_transform(&self, x: &X, y: &Y, find: Find<'_>, blocks: &mut Blocks) -> Result<Self::Fitted> {
        let before = self.0.fit_transform(x, y, find, blocks)?;
        let fitted = self.1.fit_by(x, find, |columns| {
            let (fitted, block) = S::show(x, columns, FitAndTransform(&self.1.transformer, y))?;
            blocks.push(x.n_rows(), block)?;
            Ok(fitted)
        })?;
        Ok((before, fitted))
    }

    fn list(&self, parts: &mut Vec<(String, ColumnSelection)>) {
        self.0.list(parts);
        parts.push((self.1.name.clone(), self.1.columns.clone()));
    }
}

impl<S, T> Part<S, T> {
    fn fit_by<X: ?Sized, Fitted>(
        &self,
        x: &X,
        find: Find<'_>,
        fit: impl FnOnce(&[usize]) -> Result<Fitted>,
    ) -> Result<FittedPart<S, Fitted>>
    where
        S: Source<X>,
    {
        let columns = find(&self.columns).map_err(|source| of_part(&self.name, source))?;
        let transformer = fit(&columns).map_err(of_columns::<X, S>(&self.name, x, &columns))?;
        let sees_all = self.columns == ColumnSelection::All;
        Ok(FittedPart { name: self.name.clone(), columns, sees_all, transformer, source: PhantomData })
    }
}

impl<X, P, S, T> FittedParts<X> for (P, FittedPart<S, T>)
where
    X: Rows + ?Sized,
    P: FittedParts<X>,
    S: Source<X>,
    T: Transformer<S::Input, Output: Features<Owned: Features> + 'static>,
{
    fn transform(&self, x: &X, locate: Locate<'_>, blocks: &mut Blocks) -> Result<()> {
        self.0.transform(x, locate, blocks)?;
        let part = &self.1;
        let columns = locate(&part.columns).map_err(|source| of_part(&part.name, source))?;
        let made = S::show(x, &columns, Transform(&part.transformer));
        made.and_then(|block| blocks.push(x.n_rows(), block))
            .map_err(of_columns::<X, S>(&part.name, x, &columns))
    }
}

impl<P: PartNames, S, T: FeatureNames> PartNames for (P, FittedPart<S, T>) {
    fn names(&self, input: &[String], names: &mut Vec<String>) -> Result<()> {
        self.0.names(input, names)?;
        let part = &self.1;
        let own = || part.columns.iter().filter_map(|&column| input.get(column).cloned()).collect();
        let own: Vec<String> = if part.sees_all { input.to_vec() } else { own() };
        let new = part.transformer.feature_names_out(&own).map_err(|source| of_part(&part.name, source))?;
        names.extend(new.into_iter().map(|column| format!("{}__{column}", part.name)));
        Ok(())
    }
}

/// The error of a part that saw these columns of `x`; it tells which of them it is about.
fn of_columns<'a, X: ?Sized, S: Source<X>>(
    part: &'a str,
    x: &'a X,
    columns: &'a [usize],
) -> impl FnOnce(Error) -> Error + 'a {
    move |source| {
        let column = source.column().and_then(|place| columns.get(place));
        let column = column.map(|&column| S::column_name(x, column));
        Error::Part { part: part.into(), column, source: Box::new(source) }
    }
}

pub(super) fn of_part(part: &str, source: Error) -> Error {
    Error::Part { part: part.into(), column: None, source: Box::new(source) }
}

/// Refuses two parts of the same name.
pub(super) fn check_names(parts: &[(String, ColumnSelection)]) -> Result<()> {
    let twice =
        parts.iter().enumerate().find(|(i, (name, _))| parts.iter().take(*i).any(|(other, _)| other == name));
    match twice {
        None => Ok(()),
        Some((_, (name, _))) => Err(Error::invalid_parameter("name", name, "another one for each part")),
    }
}
