use super::{LearningRate, Moment, check_positive, half_cosine};
use crate::error::{Error, Result};

/// What the first and the last rate are, in parts of the highest.
const FIRST: f64 = 1.0 / 25.0;
const LAST: f64 = FIRST * 1e-4;

/// Up to `max_rate` and down to nearly nothing, once in a run, each along half a cosine.
///
/// The run has [`epochs`](Moment::epochs) epochs; one that may end before, by a tolerance, does not get the low rates of
/// the end, so that a model's `tol` is better `None` with this schedule. A stream has no known end and is refused. Smith
/// and Topin 2018, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates".
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `max_rate` | 0.1 | > 0 | the highest rate; the run begins at a 25th of it |
/// | `warm_up` | 0.3 | over 0, below 1 | the share of the run that it takes to get there |
///
/// ```
/// use certifit::schedule::{LearningRate, Moment, OneCycle};
/// let schedule = OneCycle { max_rate: 0.5, warm_up: 0.25 };
/// let mut now = Moment::first(1e-4, 20.0);
/// assert!((schedule.rate(&now) - 0.02).abs() < 1e-12);
/// now.epoch = 5.0;
/// assert_eq!(schedule.rate(&now), 0.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneCycle {
    /// The highest rate.
    pub max_rate: f64,
    /// The share of the run that it takes to get there.
    pub warm_up: f64,
}

impl Default for OneCycle {
    fn default() -> Self {
        Self { max_rate: 0.1, warm_up: 0.3 }
    }
}

impl LearningRate for OneCycle {
    #[inline]
    fn rate(&self, now: &Moment) -> f64 {
        let share = now.epoch / now.epochs;
        if share < self.warm_up {
            half_cosine(FIRST * self.max_rate, self.max_rate, share / self.warm_up)
        } else {
            half_cosine(self.max_rate, LAST * self.max_rate, (share - self.warm_up) / (1.0 - self.warm_up))
        }
    }

    fn check(&self, first: &Moment) -> Result<()> {
        check_positive("max_rate", self.max_rate)?;
        if !(self.warm_up > 0.0 && self.warm_up < 1.0) {
            return Err(Error::invalid_parameter("warm_up", self.warm_up, "over 0 and below 1"));
        }
        if first.epochs.is_finite() {
            return Ok(());
        }
        let reason = "a stream has no known end to bring the rate down to; use another schedule";
        Err(Error::Unsupported { what: "OneCycle in a stream", reason })
    }
}
