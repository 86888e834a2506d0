//! What selectors make of features once they know which columns stay.

use crate::data::{Features, FromRows, Missing, Selection, check_features, check_width};
use crate::error::Result;
use crate::estimator::same_names;

/// The columns that stay, of a matrix that is checked.
pub(super) fn kept<X: Features + ?Sized>(selection: &Selection, x: &X) -> Result<X::Owned>
where
    X::Owned: FromRows<Elem = X::Elem>,
{
    check_features(x, Missing::Allowed)?;
    check_width(x, selection.n_in())?;
    selection.take(x)
}

/// The names of the columns that stay.
pub(super) fn kept_names(selection: &Selection, input: &[String]) -> Result<Vec<String>> {
    let names = same_names(input, selection.n_in())?;
    Ok(selection.of(&names).cloned().collect())
}
