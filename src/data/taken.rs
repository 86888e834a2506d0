//! How a transformer gets its features: lent or given away.

use super::{Entry, Features};
use crate::scalar::Scalar;

/// Features that are lent, `&X`, or given away, [`Given`]: those may be written over where they own their entries. A
/// transform that changes entries and not the shape is written once for both.
pub(crate) trait Taken: Sized {
    /// The type of the entries.
    type Elem: Scalar;
    /// What their transform is.
    type Owned;

    fn features(&self) -> &(impl Features<Elem = Self::Elem, Owned = Self::Owned> + ?Sized);

    /// [`Features::map_by_column`], in place where that may be.
    fn map_by_column<P: Sync>(
        self,
        of_column: &[P],
        f: impl Fn(&P, Self::Elem) -> (Self::Elem, bool) + Send + Sync,
    ) -> Result<Self::Owned, Entry<Self::Elem>>;
}

impl<X: Features + ?Sized> Taken for &X {
    type Elem = X::Elem;
    type Owned = X::Owned;

    fn features(&self) -> &(impl Features<Elem = Self::Elem, Owned = Self::Owned> + ?Sized) {
        *self
    }

    fn map_by_column<P: Sync>(
        self,
        of_column: &[P],
        f: impl Fn(&P, X::Elem) -> (X::Elem, bool) + Send + Sync,
    ) -> Result<X::Owned, Entry<X::Elem>> {
        X::map_by_column(self, of_column, f)
    }
}

/// Features that are given away.
pub(crate) struct Given<X>(pub(crate) X);

impl<X: Features> Taken for Given<X> {
    type Elem = X::Elem;
    type Owned = X::Owned;

    fn features(&self) -> &(impl Features<Elem = Self::Elem, Owned = Self::Owned> + ?Sized) {
        &self.0
    }

    fn map_by_column<P: Sync>(
        self,
        of_column: &[P],
        f: impl Fn(&P, X::Elem) -> (X::Elem, bool) + Send + Sync,
    ) -> Result<X::Owned, Entry<X::Elem>> {
        self.0.map_by_column_owned(of_column, f)
    }
}
