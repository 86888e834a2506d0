use super::{LearningRate, Moment};
use crate::error::{Error, Result};

/// The first steps of another schedule, made small: its rate times t/steps until t = steps.
///
/// Rules with a memory, such as Adam, know little of the gradients at first; and where these are large at first, long steps
/// lead where nothing can be learnt. Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 2.2, arXiv:1706.02677.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `steps` | | ≥ 1 | how many steps it takes |
/// | `then` | | a [`LearningRate`] | the schedule |
///
/// ```
/// use certifit::schedule::{Constant, LearningRate, Moment, WarmUp};
/// let schedule = WarmUp { steps: 4, then: Constant { eta0: 0.5 } };
/// let mut now = Moment::first(1e-4, 100.0);
/// assert_eq!(schedule.rate(&now), 0.125);
/// now.step = 9.0;
/// assert_eq!(schedule.rate(&now), 0.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WarmUp<S> {
    /// How many steps it takes.
    pub steps: usize,
    /// The schedule.
    pub then: S,
}

impl<S: LearningRate> LearningRate for WarmUp<S> {
    fn rate(&self, now: &Moment) -> f64 {
        self.then.rate(now) * (now.step / self.steps as f64).min(1.0)
    }

    fn after_plateau(&self, rate: f64) -> Option<f64> {
        self.then.after_plateau(rate)
    }

    fn check(&self, first: &Moment) -> Result<()> {
        if self.steps == 0 {
            return Err(Error::invalid_parameter("steps", self.steps, "at least 1"));
        }
        self.then.check(first)
    }
}
