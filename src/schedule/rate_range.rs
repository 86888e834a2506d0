//! The objective against the learning rate, to choose a rate by.

use crate::error::{Error, Result};

/// How many times the mean of those before them the last objectives may be before a search ends: longer steps only
/// diverge. Not the lowest of those before: of few rows it may be nothing.
const BEYOND: f64 = 10.0;

/// The last objectives are one in so many of all, and at least two: a single row may be one that no rate fits well.
const ONE_IN: usize = 20;

/// The mean objective that steps of a learning rate have seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatePoint {
    /// η.
    pub rate: f64,
    /// The mean objective of the rows that were visited with it, each before its step.
    pub objective: f64,
}

/// The points of one pass over so many parts of the rows, with rates that grow from `low` to `high` in `n_rates` steps of
/// the same factor. `visit` takes the steps of a part at a rate and gives their mean objective. It ends where that
/// explodes.
pub(crate) fn rate_range(
    (low, high): (f64, f64),
    n_rates: usize,
    n_parts: usize,
    mut visit: impl FnMut(f64, std::ops::Range<usize>) -> Result<f64>,
) -> Result<Vec<RatePoint>> {
    if !(low > 0.0 && low < high && high.is_finite()) {
        return Err(Error::invalid_parameter("rates", (low, high), "positive, finite and ascending"));
    }
    if n_rates < 2 || n_rates > n_parts {
        let allowed = format!("at least 2 and at most the number of steps of an epoch ({n_parts})");
        return Err(Error::invalid_parameter("n_rates", n_rates, allowed));
    }
    let (mut points, mut sums) = (Vec::with_capacity(n_rates), vec![0.0]);
    for index in 0..n_rates {
        let share = index as f64 / (n_rates - 1) as f64;
        let rate = low.powf(1.0 - share) * high.powf(share);
        let parts = index * n_parts / n_rates..(index + 1) * n_parts / n_rates;
        match visit(rate, parts) {
            Ok(objective) => {
                points.push(RatePoint { rate, objective });
                sums.push(sums.last().unwrap_or(&0.0) + objective);
                if explodes(&sums, (n_rates / ONE_IN).max(2)) {
                    break;
                }
            }
            Err(Error::Diverged { .. }) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(points)
}

/// Whether the mean of the last objectives is far above that of those before, of the sums of the first 0, 1, 2, … of all.
fn explodes(sums: &[f64], n_last: usize) -> bool {
    let n_before = sums.len().saturating_sub(1 + n_last);
    let (Some(&before), Some(&all)) = (sums.get(n_before), sums.last()) else { return false };
    before > 0.0 && (all - before) * n_before as f64 > BEYOND * before * n_last as f64
}
