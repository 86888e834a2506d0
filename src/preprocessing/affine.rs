//! The transform of scalers: z = (x − shift) / scale, column by column.

use crate::data::{Features, FeaturesMut, Missing, check_shape, check_width, first_non_finite};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

/// z = (x − shift) / scale, computed in `f64` and rounded once to `F`.
///
/// NaN stays NaN. What is finite stays finite or is refused, before anything is changed: a shift or scale of
/// NaN marks a column of which the fit saw no value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Affine<F> {
    shift: Vec<f64>,
    scale: Vec<f64>,
    /// The largest |x − shift| whose quotient is in the range of `F`.
    limit: Vec<f64>,
    float: PhantomData<F>,
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
        Self { limit: scale.iter().map(limit).collect(), shift, scale, float: PhantomData }
    }

    /// (x − shift) / scale.
    pub(super) fn apply<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        self.check_form(x)?;
        let bad = AtomicBool::new(false);
        let scaled = x.map_entries_shared(|column, value| {
            let scaled = self.scaled(column, value);
            if !scaled.is_finite() && !value.is_nan() {
                bad.store(true, Ordering::Relaxed);
            }
            scaled
        });
        if bad.into_inner() {
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
        self.check(x, |column, value| value.is_finite() && !self.saw_nothing(column))?;
        // Not `clamp`: a quotient beyond `f64` is an infinity, and NaN stays.
        Ok(x.map_entries(|column, value| match self.scaled(column, value) {
            scaled if scaled < from => from,
            scaled if scaled > to => to,
            scaled => scaled,
        }))
    }

    /// x ← (x − shift) / scale. After an error `x` is as it was.
    pub(super) fn apply_in_place<X: FeaturesMut<Elem = F> + ?Sized>(&self, x: &mut X) -> Result<()> {
        self.check_apply(x)?;
        x.map_entries_in_place(|column, value| self.scaled(column, value));
        Ok(())
    }

    /// x · scale + shift.
    pub(super) fn invert<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<X::Owned> {
        let image = |column: usize, value: F| value.widen() * self.scale[column] + self.shift[column];
        self.check(x, |column, value| image(column, value).abs() <= F::max_value().widen())?;
        Ok(x.map_entries(|column, value| F::narrow(image(column, value))))
    }

    fn scaled(&self, column: usize, value: F) -> F {
        F::narrow((value.widen() - self.shift[column]) / self.scale[column])
    }

    fn check_apply<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<()> {
        self.check(x, |column, value| (value.widen() - self.shift[column]).abs() <= self.limit[column])
    }

    fn check_form<X: Features<Elem = F> + ?Sized>(&self, x: &X) -> Result<()> {
        check_shape(x)?;
        check_width(x, self.shift.len())
    }

    /// Refuses another width, infinities, and values whose image is not `in_range`.
    fn check<X: Features<Elem = F> + ?Sized>(
        &self,
        x: &X,
        in_range: impl Fn(usize, F) -> bool,
    ) -> Result<()> {
        self.check_form(x)?;
        let bad = |column, value: F| !in_range(column, value) && !value.is_nan();
        for row in 0..x.n_rows() {
            let mut found = false;
            x.for_each_in_row(row, |column, value| found |= bad(column, value));
            if found {
                return Err(self.refusal(x, row, bad));
            }
        }
        Ok(())
    }

    /// Whether the fit saw no value of a column.
    fn saw_nothing(&self, column: usize) -> bool {
        self.shift[column].is_nan() || self.scale[column].is_nan()
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
                if self.saw_nothing(column) {
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
