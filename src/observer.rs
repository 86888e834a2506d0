//! Watching long work, and stopping it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Where an iterative fit stands.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Which of the binary problems of this fit reports, from 0. Several may run at the same time.
    pub problem: usize,
    /// Iterations done.
    pub iteration: usize,
    /// The primal value of the best iterate so far.
    pub primal: f64,
    /// Its certified relative duality gap.
    pub relative_gap: f64,
    /// Time since the fit began; on a path, since the path did.
    pub elapsed: Duration,
}

impl Progress {
    pub(crate) fn new(
        problem: usize,
        iteration: usize,
        primal: f64,
        relative_gap: f64,
        elapsed: Duration,
    ) -> Self {
        Self { problem, iteration, primal, relative_gap, elapsed }
    }
}

/// Is told how a fit is getting on, and may stop it.
///
/// A fit that is stopped is no error: it returns the best model so far, with its true gap and
/// [`StopReason::Stopped`](crate::solver::StopReason::Stopped). Closures are observers:
///
/// ```
/// use certifit::prelude::*;
/// use std::ops::ControlFlow;
///
/// let data = datasets::breast_cancer();
/// let model = LinearSVC::new()
///     .observer(|p: &Progress| if p.iteration < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
///     .fit(&data.features, &data.target)?;
/// assert_eq!(model.report().stop_reason(), StopReason::Stopped);
/// # Ok::<(), certifit::Error>(())
/// ```
pub trait Observer: Send + Sync {
    /// Called after each outer iteration; `Break` asks to stop.
    fn progress(&self, progress: &Progress) -> ControlFlow<()>;
}

impl<T: Fn(&Progress) -> ControlFlow<()> + Send + Sync> Observer for T {
    fn progress(&self, progress: &Progress) -> ControlFlow<()> {
        self(progress)
    }
}

/// The observer among an estimator's hyper-parameters: none unless set, shared by clones.
#[derive(Clone, Default)]
pub(crate) struct Observing(Option<Arc<dyn Observer>>);

impl Observing {
    pub(crate) fn by(observer: impl Observer + 'static) -> Self {
        Self(Some(Arc::new(observer)))
    }

    pub(crate) fn progress(&self, progress: &Progress) -> ControlFlow<()> {
        self.0.as_ref().map_or(ControlFlow::Continue(()), |observer| observer.progress(progress))
    }
}

impl std::fmt::Debug for Observing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "observed" } else { "not observed" })
    }
}
