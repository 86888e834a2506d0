//! Rows that a fit keeps for itself, to judge its progress by.

use super::TestSize;
use crate::error::Result;

/// This share of the rows of positive weight, drawn with this seed; of each class the same share, where `classes` has one
/// a row.
pub(crate) fn held_out(
    weights: &[f64],
    share: f64,
    seed: u64,
    classes: Option<&[usize]>,
) -> Result<Vec<usize>> {
    let counted: Vec<usize> = (0..weights.len()).filter(|&row| weights[row] > 0.0).collect();
    let mut size = TestSize::fraction(share).seed(seed);
    if let Some(classes) = classes {
        let of_counted: Vec<usize> = counted.iter().filter_map(|&row| classes.get(row).copied()).collect();
        size = size.stratify(&of_counted);
    }
    Ok(size.indices(counted.len())?.1.into_iter().map(|at| counted[at]).collect())
}
