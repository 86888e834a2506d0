//! Rows that a fit keeps for itself, to judge its progress by.

use super::TestSize;
use crate::error::{Error, Result};

/// This share of the rows of positive weight, drawn with this seed; of each class the same share, where `classes` has one
/// a row.
///
/// # Errors
/// [`Error::InvalidParameter`] for `validation_fraction` where it leaves less than `least` rows on the one side or one on
/// the other, and for `early_stopping` where a class has a single row.
pub(crate) fn held_out(
    weights: &[f64],
    share: f64,
    seed: u64,
    classes: Option<&[usize]>,
    least: usize,
) -> Result<Vec<usize>> {
    let counted: Vec<usize> = (0..weights.len()).filter(|&row| weights[row] > 0.0).collect();
    let mut size = TestSize::fraction(share).seed(seed);
    if let Some(classes) = classes {
        let of_counted: Vec<usize> = counted.iter().filter_map(|&row| classes.get(row).copied()).collect();
        size = size.stratify(&of_counted);
    }
    let (_, held) = size.indices(counted.len()).map_err(in_words_of_early_stopping)?;
    if held.len() < least {
        let allowed = format!("such that {least} rows are held out at least");
        return Err(Error::invalid_parameter("validation_fraction", share, allowed));
    }
    Ok(held.into_iter().map(|at| counted[at]).collect())
}

/// Errors of a split name its own parameters, which nobody has set.
fn in_words_of_early_stopping(error: Error) -> Error {
    match error {
        Error::InvalidParameter { name: "fraction", value, allowed } => {
            Error::InvalidParameter { name: "validation_fraction", value, allowed }
        }
        Error::InvalidParameter { name: "stratify", .. } => {
            let allowed = "false where a class has one row only, which cannot be on either side";
            Error::invalid_parameter("early_stopping", true, allowed)
        }
        other => other,
    }
}
