//! Some rows at random, by weights of 0 for the others.

use crate::data::Weights;
use crate::random::Random;

/// The weights of the rows; where more than `subsample` are positive, those of others than so many drawn rows are 0.
pub(super) fn drawn<Y: Weights + ?Sized>(
    n_rows: usize,
    y: &Y,
    subsample: Option<usize>,
    seed: u64,
) -> Vec<f64> {
    let mut weights: Vec<f64> = (0..n_rows).map(|row| y.weight(row)).collect();
    let mut counted: Vec<usize> = (0..n_rows).filter(|&row| weights[row] > 0.0).collect();
    if let Some(n) = subsample.filter(|&n| n < counted.len()) {
        Random::new(seed).shuffle(&mut counted);
        counted[n..].iter().for_each(|&row| weights[row] = 0.0);
    }
    weights
}
