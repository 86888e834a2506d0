//! The transform of scalers: z = (x − shift) / scale, column by column.

use super::columnwise::refusal;
use crate::data::{Entry, Features, FeaturesMut, Taken, check_shape, check_width, first_entry};
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;

/// Entries that one thread checks at a time.
const CHECKED_AT_ONCE: usize = 1 << 17;

/// z = (x − shift) / scale, computed in `f64` and rounded once to `F`; then, if asked for, moved to the ends of a range
/// where it is outside.
///
/// NaN stays NaN. What is finite stays finite or is refused: a shift or scale of NaN marks a column of which the fit saw
/// no value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Affine<F> {
    columns: Vec<OfColumn>,
    range: Option<(F, F)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct OfColumn {
    shift: f64,
    scale: f64,
}

impl OfColumn {
    #[inline(always)]
    fn scaled<F: Scalar>(&self, value: F) -> F {
        F::narrow((value.widen() - self.shift) / self.scale)
    }

    /// The scaled value, and whether it is refused.
    #[inline(always)]
    fn image<F: Scalar>(&self, value: F) -> (F, bool) {
        let scaled = self.scaled(value);
        (scaled, !scaled.is_finite() & !value.is_nan())
    }

    /// The scaled value within a range, in which nothing overflows; and whether it is refused.
    #[inline(always)]
    fn image_within<F: Scalar>(&self, value: F, (from, to): (F, F)) -> (F, bool) {
        let scaled = self.scaled(value);
        let refused = (!value.is_finite() | scaled.is_nan()) & !value.is_nan();
        // Not `clamp`: a quotient beyond `f64` is an infinity, and NaN stays.
        let clipped = match scaled {
            scaled if scaled < from => from,
            scaled if scaled > to => to,
            scaled => scaled,
        };
        (clipped, refused)
    }

    /// What a scaled value was, and whether it is refused.
    #[inline(always)]
    fn origin<F: Scalar>(&self, value: F) -> (F, bool) {
        let origin = F::narrow(value.widen() * self.scale + self.shift);
        (origin, !origin.is_finite() & !value.is_nan())
    }

    /// Whether the fit saw a value.
    fn is_known(&self) -> bool {
        !self.shift.is_nan() && !self.scale.is_nan()
    }
}

impl<F: Scalar> Affine<F> {
    /// `shift` and `scale` have one value a column; scales are positive, or NaN.
    pub(super) fn new(shift: Vec<f64>, scale: Vec<f64>) -> Self {
        let columns = shift.into_iter().zip(scale);
        let columns = columns.map(|(shift, scale)| OfColumn { shift, scale });
        Self { columns: columns.collect(), range: None }
    }

    /// The same, with results within a range.
    pub(super) fn within(self, range: Option<(F, F)>) -> Self {
        Self { range, ..self }
    }

    /// (x − shift) / scale, within the range.
    pub(super) fn apply<T: Taken<Elem = F>>(&self, x: T) -> Result<T::Owned> {
        self.check_form(x.features())?;
        let applied = match self.range {
            None => x.map_by_column(&self.columns, |column, value| column.image(value)),
            Some(range) => {
                x.map_by_column(&self.columns, move |column, value| column.image_within(value, range))
            }
        };
        applied.map_err(|entry| self.refusal(entry))
    }

    /// x ← (x − shift) / scale. After an error `x` is as it was.
    pub(super) fn apply_in_place<X: FeaturesMut<Elem = F> + ?Sized>(&self, x: &mut X) -> Result<()> {
        self.check_form(x)?;
        let rows = (CHECKED_AT_ONCE / x.n_features()).max(1);
        parallel::try_map(x.n_rows().div_ceil(rows), |piece| {
            let rows = piece * rows..((piece + 1) * rows).min(x.n_rows());
            let refused = |column: usize, value: F| self.columns[column].image(value).1;
            first_entry(x, rows, refused).map_or(Ok(()), |entry| Err(self.refusal(entry)))
        })?;
        x.map_by_column_in_place(&self.columns, |column, value| column.scaled(value));
        Ok(())
    }

    /// x · scale + shift.
    pub(super) fn invert<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.check_form(x)?;
        let origin = x.map_by_column(&self.columns, |column, value| column.origin(value));
        origin.map_err(|entry| self.refusal(entry))
    }

    fn check_form<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<()> {
        check_shape(x)?;
        check_width(x, self.columns.len())
    }

    fn refusal(&self, entry: Entry<F>) -> Error {
        refusal(entry, self.columns[entry.column].is_known(), "the scaled value")
    }
}
