//! How long a step is: the learning rate η of the steps t = 1, 2, … of stochastic gradient descent.
//!
//! | schedule | η | feels the progress |
//! |---|---|---|
//! | [`Constant`] | η₀ | no |
//! | [`Optimal`] | 1/(α (t₀ + t − 1)) | no |
//! | [`InvScaling`] | η₀/tᵖ | no |
//! | [`Adaptive`] | η₀, a fifth of it whenever the objective no longer falls | yes |
//! | [`StepDecay`] | η₀, times a factor every few epochs | no |
//! | [`CosineWarmRestarts`] | half a cosine from η₀ to a floor, again and again | no |
//! | [`LinearDecay`] | η₀, then in a straight line down to nothing | no |
//! | [`OneCycle`] | up to η₀ and down to nothing, once | no |
//! | [`WarmUp`] | that of another one, smaller at first | as the other |
//!
//! Schedules know the place of a step in its run, a [`Moment`], and nothing of models. To add one, write one file that
//! implements [`LearningRate`].

mod adaptive;
mod constant;
mod cosine_warm_restarts;
mod inv_scaling;
mod linear_decay;
mod one_cycle;
mod optimal;
mod rate_range;
mod step_decay;
mod warm_up;

pub use adaptive::Adaptive;
pub use constant::Constant;
pub use cosine_warm_restarts::CosineWarmRestarts;
pub use inv_scaling::InvScaling;
pub use linear_decay::LinearDecay;
pub use one_cycle::OneCycle;
pub use optimal::Optimal;
pub use rate_range::RatePoint;
pub(crate) use rate_range::rate_range;
pub use step_decay::StepDecay;
pub use warm_up::WarmUp;

use crate::error::{Result, check_positive};

/// Where a run of steps stands, and what has been seen of it.
///
/// ```
/// use certifit::schedule::{InvScaling, LearningRate, Moment};
/// let mut now = Moment::first(1e-4, 100.0);
/// assert_eq!((now.step, now.epoch), (1.0, 0.0));
/// now.step = 16.0;
/// assert_eq!(InvScaling { eta0: 0.1, power_t: 0.5 }.rate(&now), 0.025);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Moment {
    /// The number of this step, t = 1, 2, …
    pub step: f64,
    /// Epochs done, with the share of this one that is done: 2.5 in the middle of the third.
    pub epoch: f64,
    /// The most epochs that the run may have; infinite for a stream, which may end at any time.
    pub epochs: f64,
    /// α, the weight of the penalty.
    pub alpha: f64,
}

impl Moment {
    /// The first step of a run with this α and at most so many epochs.
    pub fn first(alpha: f64, epochs: f64) -> Self {
        Self { step: 1.0, epoch: 0.0, epochs, alpha }
    }
}

/// A learning rate as a function of time.
///
/// ```
/// use certifit::prelude::*;
/// use certifit::schedule::Moment;
///
/// /// A tenth more patience than 1/t.
/// #[derive(Debug, Clone)]
/// struct Slow(f64);
/// impl LearningRate for Slow {
///     fn rate(&self, now: &Moment) -> f64 {
///         self.0 / now.step.powf(0.9)
///     }
/// }
/// let data = datasets::breast_cancer();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let model = SGDClassifier::new().learning_rate(Slow(0.1)).fit(&x, &data.target)?;
/// assert!(accuracy_score(&data.target, &model.predict(&x)?)? > 0.97);
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a schedule of learning rates",
    note = "schedules are in `certifit::schedule`; a number as a rate is `Constant {{ eta0: 0.01 }}`"
)]
pub trait LearningRate: std::fmt::Debug + Send + Sync {
    /// η, finite and not negative, before [`after_plateau`](Self::after_plateau) has made it smaller.
    fn rate(&self, now: &Moment) -> f64;

    /// What all rates are multiplied with from now on, once nothing has become better for as many epochs as a run has
    /// patience; `None`: the run ends. `rate` is the rate of the last step.
    fn after_plateau(&self, _rate: f64) -> Option<f64> {
        None
    }

    /// How many steps a run leaves out when those from `first` on have turned out too long, so that no rate is above `most`:
    /// for a schedule that falls, and whose first rates are a rule of thumb. `None`: the run does not begin anew.
    fn skips(&self, _first: &Moment, _most: f64) -> Option<f64> {
        None
    }

    /// Refuses parameters that are out of range, for a run that begins at `first`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter).
    fn check(&self, _first: &Moment) -> Result<()> {
        Ok(())
    }
}

/// A choice made at run time: `Arc<dyn LearningRate>`.
impl<T: LearningRate + ?Sized> LearningRate for std::sync::Arc<T> {
    fn rate(&self, now: &Moment) -> f64 {
        (**self).rate(now)
    }
    fn after_plateau(&self, rate: f64) -> Option<f64> {
        (**self).after_plateau(rate)
    }
    fn skips(&self, first: &Moment, most: f64) -> Option<f64> {
        (**self).skips(first, most)
    }
    fn check(&self, first: &Moment) -> Result<()> {
        (**self).check(first)
    }
}

/// From `from` at 0 to `to` at 1, along half a cosine.
fn half_cosine(from: f64, to: f64, share: f64) -> f64 {
    to + 0.5 * (from - to) * (1.0 + (std::f64::consts::PI * share.clamp(0.0, 1.0)).cos())
}
