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

/// Where a search stands.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SearchProgress {
    /// Fits that are done, one a candidate and fold.
    pub done: usize,
    /// Fits that there are to do.
    pub total: usize,
    /// The position of the best candidate so far in the list of candidates, of those of which all folds are done; `None`
    /// before there is one.
    pub best: Option<usize>,
    /// Its mean score.
    pub best_score: Option<f64>,
    /// Time since the search began.
    pub elapsed: Duration,
}

/// Is told how a fit ([`Progress`]) or a search ([`SearchProgress`]) is getting on, and may stop it.
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
pub trait Observer<P = Progress>: Send + Sync {
    /// Called as a fit goes on, at least once an outer iteration, or after each fit of a search; `Break` asks to stop.
    /// Several threads may call at the same time.
    fn progress(&self, progress: &P) -> ControlFlow<()>;
}

impl<P, T: Fn(&P) -> ControlFlow<()> + Send + Sync> Observer<P> for T {
    fn progress(&self, progress: &P) -> ControlFlow<()> {
        self(progress)
    }
}

/// The observer among the parameters of an estimator or a search: none unless set, shared by clones.
pub(crate) struct Observing<P = Progress>(Option<Arc<dyn Observer<P>>>);

impl<P> Observing<P> {
    pub(crate) fn by(observer: impl Observer<P> + 'static) -> Self {
        Self(Some(Arc::new(observer)))
    }

    pub(crate) fn progress(&self, progress: &P) -> ControlFlow<()> {
        self.0.as_ref().map_or(ControlFlow::Continue(()), |observer| observer.progress(progress))
    }
}

impl<P> Default for Observing<P> {
    fn default() -> Self {
        Self(None)
    }
}

impl<P> Clone for Observing<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Whether it is the same observer, or none in both.
impl<P> PartialEq for Observing<P> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl<P> std::fmt::Debug for Observing<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "observed" } else { "not observed" })
    }
}
