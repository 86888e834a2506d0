//! Where the fits of a path begin.

use crate::solver::is_near;

/// Where a fit begins: at what was given, or where the fit before it ended unless that was of a strength that is far.
pub(super) struct Beginning<T> {
    at: Option<T>,
    /// The strength of the fit that ended there, if it was one of this path.
    ended: Option<f64>,
}

impl<T> Beginning<T> {
    /// At what is given, if anything, whatever the strength.
    pub(super) fn at(at: Option<T>) -> Self {
        Self { at, ended: None }
    }

    /// Where the fit before ended.
    pub(super) fn end_of(at: T, strength: f64) -> Self {
        Self { at: Some(at), ended: Some(strength) }
    }

    /// Where a fit of this strength begins; `None` if that is no better than from scratch.
    pub(super) fn of(&self, strength: f64) -> Option<&T> {
        self.at.as_ref().filter(|_| self.ended.is_none_or(|ended| is_near(ended, strength)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_begins_at_what_is_given_or_at_an_end_that_is_near() {
        assert_eq!(Beginning::at(Some(7)).of(1e9), Some(&7));
        assert_eq!(Beginning::<i32>::at(None).of(1.0), None);
        let end = Beginning::end_of(7, 1.0);
        assert_eq!([0.5, 2.0].map(|strength| end.of(strength)), [Some(&7); 2]);
        assert_eq!([1e-9, 1e9].map(|strength| end.of(strength)), [None; 2]);
    }
}
