use super::{LearningRate, Moment, check_positive};
use crate::error::{Error, Result};

/// What is left of the rate at the end of a run.
const LAST: f64 = 1e-9;

/// η₀ for a first share of a run, and from there in a straight line down to nothing at its end.
///
/// Steps that get shorter average out their noise, and the last coefficients are better than any mean of those before.
/// The run has [`epochs`](Moment::epochs) epochs; one that ends before, by a tolerance, does not get the low rates. In a
/// stream, whose end nobody knows, the rate stays η₀. Defazio, Cutkosky, Mehta and Mishchenko 2023, "Optimal Linear Decay
/// Learning Rate Schedules and Further Refinements", arXiv:2310.07831.
///
/// | parameter | default | range | meaning |
/// |---|---|---|---|
/// | `eta0` | 0.01 | > 0 | η₀ |
/// | `hold` | 0.5 | 0 or more, below 1 | the share of the run at η₀ |
///
/// ```
/// use certifit::schedule::{LearningRate, LinearDecay, Moment};
/// let schedule = LinearDecay { eta0: 0.5, hold: 0.2 };
/// let mut now = Moment::first(1e-4, 10.0);
/// assert_eq!(schedule.rate(&now), 0.5);
/// now.epoch = 8.0;
/// assert!((schedule.rate(&now) - 0.125).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearDecay {
    /// The first rate.
    pub eta0: f64,
    /// The share of the run that has this rate.
    pub hold: f64,
}

impl Default for LinearDecay {
    fn default() -> Self {
        Self { eta0: 0.01, hold: 0.5 }
    }
}

impl LearningRate for LinearDecay {
    #[inline]
    fn rate(&self, now: &Moment) -> f64 {
        let left = (1.0 - now.epoch / now.epochs) / (1.0 - self.hold);
        self.eta0 * left.clamp(LAST, 1.0)
    }

    fn check(&self, _first: &Moment) -> Result<()> {
        check_positive("eta0", self.eta0)?;
        if (0.0..1.0).contains(&self.hold) {
            return Ok(());
        }
        Err(Error::invalid_parameter("hold", self.hold, "at least 0 and below 1"))
    }
}
