//! Batches that come one after the other.

use super::SgdSettings;
use crate::error::Result;
use crate::observer::Progress;
use crate::solver::{Clock, StopReason};
use std::time::Instant;

/// Learns from one batch after the other until there are no more, the observer has seen enough, or time is up. `learn`
/// gives the objective of each problem.
pub(in crate::linear) fn learn_stream<B>(
    settings: &SgdSettings,
    batches: impl IntoIterator<Item = Result<B>>,
    mut learn: impl FnMut(B) -> Result<Vec<f64>>,
) -> Result<StopReason> {
    let clock = Clock { began: Instant::now(), max_time: settings.max_time };
    for (number, batch) in batches.into_iter().enumerate() {
        let objectives = learn(batch?)?;
        let tells = |(problem, objective)| {
            let progress =
                Progress::new(problem, number + 1, objective, f64::INFINITY, clock.began.elapsed());
            settings.observing.progress(&progress).is_break()
        };
        // Each problem is told of, whatever the first one's answer.
        let answers: Vec<bool> = objectives.into_iter().enumerate().map(tells).collect();
        if answers.contains(&true) {
            return Ok(StopReason::Stopped);
        }
        if clock.is_out_of_time() {
            return Ok(StopReason::MaxTime);
        }
    }
    Ok(StopReason::EndOfData)
}
