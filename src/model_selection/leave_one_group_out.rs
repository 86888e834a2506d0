//! One group held out at a time.

use super::group_k_fold::groups_of;
use super::splitter::{Fold, Splitter, complementary_folds};
use crate::data::Groups;
use crate::error::{Error, Result};

/// As many folds as groups: each tests the rows of one group and trains on all others.
///
/// Folds come in the order of the groups; the indices of each part ascend. It has no parameters.
///
/// # Errors
/// [`split`](Splitter::split) gives [`Error::InvalidParameter`] for fewer than two groups and [`Error::Empty`] for a
/// target without rows. A target without groups does not compile.
///
/// # Reference
/// scikit-learn's `LeaveOneGroupOut`.
///
/// ```
/// use certifit::prelude::*;
/// let y = [1.0, 2.0, 3.0, 4.0];
/// let folds = LeaveOneGroupOut.split(&y.grouped(&["b", "a", "b", "c"])?)?;
/// let tests: Vec<_> = folds.into_iter().map(|fold| fold.test).collect();
/// assert_eq!(tests, [vec![1], vec![0, 2], vec![3]]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeaveOneGroupOut;

impl<Y: Groups + ?Sized> Splitter<Y> for LeaveOneGroupOut {
    fn split(&self, y: &Y) -> Result<Vec<Fold>> {
        let groups = groups_of(y);
        match groups.labels().len() {
            0 => Err(Error::Empty { what: "y", axis: "rows" }),
            1 => Err(Error::invalid_parameter("groups", groups.labels(), "at least two different ones")),
            n_groups => Ok(complementary_folds(groups.indices(), n_groups)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Targets;

    #[test]
    fn one_group_cannot_be_left_out() -> Result<()> {
        let y = [1, 2];
        let one = LeaveOneGroupOut.split(&y.grouped(&[7, 7])?);
        assert!(matches!(one, Err(Error::InvalidParameter { name: "groups", .. })));
        let none: [i32; 0] = [];
        let none = LeaveOneGroupOut.split(&none.grouped(&[0; 0])?);
        assert_eq!(none, Err(Error::Empty { what: "y", axis: "rows" }));
        Ok(())
    }
}
