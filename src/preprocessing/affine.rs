//! The transform of scalers: z = (x − shift) / scale, column by column.

use crate::data::{Features, FeaturesMut, Missing, check_shape, check_width, first_non_finite};
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;
use std::marker::PhantomData;

/// Entries that one thread checks at a time.
const CHECKED_AT_ONCE: usize = 1 << 17;

/// z = (x − shift) / scale, computed in `f64` and rounded once to `F`.
///
/// NaN stays NaN. What is finite stays finite or is refused, before anything is changed: a shift or scale of
/// NaN marks a column of which the fit saw no value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Affine<F> {
    columns: Vec<OfColumn>,
    float: PhantomData<F>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct OfColumn {
    shift: f64,
    scale: f64,
    /// The largest |x − shift| whose quotient is in the range of `F`.
    limit: f64,
}

impl OfColumn {
    #[inline(always)]
    fn scaled<F: Scalar>(&self, value: F) -> F {
        F::narrow((value.widen() - self.shift) / self.scale)
    }

    #[inline(always)]
    fn image<F: Scalar>(&self, value: F) -> f64 {
        value.widen() * self.scale + self.shift
    }

    /// Whether the fit saw no value.
    fn saw_nothing(&self) -> bool {
        self.shift.is_nan() || self.scale.is_nan()
    }
}

impl<F: Scalar> Affine<F> {
    /// `shift` and `scale` have one value a column; scales are positive, or NaN.
    pub(super) fn new(shift: Vec<f64>, scale: Vec<f64>) -> Self {
        let limit = |&scale: &f64| match F::max_value().widen() * scale {
            // One rounding less than the border, so that the rounding of the quotient cannot cross it.
            limit if scale < 1.0 => limit * (1.0 - f64::EPSILON),
            limit if limit > f64::MAX => f64::MAX,
            limit => limit,
        };
        let columns = shift.into_iter().zip(scale);
        let columns = columns.map(|(shift, scale)| OfColumn { shift, scale, limit: limit(&scale) });
        Self { columns: columns.collect(), float: PhantomData }
    }

    /// (x − shift) / scale.
    pub(super) fn apply<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.check_form(x)?;
        let (scaled, beyond) = x.map_by_column(&self.columns, |column, value| {
            let scaled = column.scaled(value);
            (scaled, !scaled.is_finite() && !value.is_nan())
        });
        if beyond {
            self.check_apply(x)?;
        }
        Ok(scaled)
    }

    /// (x − shift) / scale, moved to the ends of a range where it is outside. Nothing overflows then.
    pub(super) fn apply_clipped<X: Features<Elem = F> + ?Sized>(
        &self,
        x: &X,
        from: F,
        to: F,
    ) -> Result<X::Owned> {
        self.check(x, |column, value| value.is_finite() && !column.saw_nothing())?;
        // Not `clamp`: a quotient beyond `f64` is an infinity, and NaN stays.
        let clipped = x.map_by_column(&self.columns, |column, value| match column.scaled(value) {
            scaled if scaled < from => (from, false),
            scaled if scaled > to => (to, false),
            scaled => (scaled, false),
        });
        Ok(clipped.0)
    }

    /// x ← (x − shift) / scale. After an error `x` is as it was.
    pub(super) fn apply_in_place<X: FeaturesMut<Elem = F> + ?Sized>(&self, x: &mut X) -> Result<()> {
        self.check_apply(x)?;
        x.map_by_column_in_place(&self.columns, |column, value| (column.scaled(value), false));
        Ok(())
    }

    /// x · scale + shift.
    pub(super) fn invert<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.check(x, |column, value| column.image(value).abs() <= F::max_value().widen())?;
        Ok(x.map_by_column(&self.columns, |column, value| (F::narrow(column.image(value)), false)).0)
    }

    fn check_apply<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<()> {
        self.check(x, |column, value| (value.widen() - column.shift).abs() <= column.limit)
    }

    fn check_form<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<()> {
        check_shape(x)?;
        check_width(x, self.columns.len())
    }

    /// Refuses another width, infinities, and values whose image is not `in_range`.
    fn check<X: Features<Elem = F> + ?Sized>(
        &self,
        x: &X,
        in_range: impl Fn(&OfColumn, F) -> bool + Sync,
    ) -> Result<()> {
        self.check_form(x)?;
        let bad = |column: usize, value: F| !in_range(&self.columns[column], value) && !value.is_nan();
        let rows = (CHECKED_AT_ONCE / x.n_features()).max(1);
        parallel::try_map(x.n_rows().div_ceil(rows), |piece| {
            for row in piece * rows..((piece + 1) * rows).min(x.n_rows()) {
                let mut found = false;
                x.for_each_in_row(row, |column, value| found |= bad(column, value));
                if found {
                    return Err(self.refusal(x, row, bad));
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    fn refusal<X: Features<Elem = F> + ?Sized>(
        &self,
        x: &X,
        row: usize,
        bad: impl Fn(usize, F) -> bool,
    ) -> Error {
        let mut first = None;
        x.for_each_in_row(row, |column, value| {
            if bad(column, value) {
                first = first.or(Some((column, value)));
            }
        });
        match first {
            Some((column, value)) if value.is_finite() => {
                if self.columns[column].saw_nothing() {
                    return Error::Unsupported {
                        what: "scaling a column of which the fit saw no value",
                        reason: "all rows of the fit have NaN there; fill in the missing values or drop the column",
                    };
                }
                Error::Overflow { what: "the scaled value", column: Some(column) }
            }
            _ => first_non_finite(x, row, Missing::Allowed),
        }
    }
}
