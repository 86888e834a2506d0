//! What all linear models are asked for.

use super::Penalty;
use crate::compose::MultiClass;
use crate::data::ClassWeight;
pub(super) use crate::error::check_positive;
use crate::error::{Error, Result};
use crate::observer::Observing;
use crate::solver::{Clock, Coefficients, Control, Intercept, Solver, Start, Trail};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The parameters that linear models share; [`setters`](super::settings::setters) are their builders.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) intercept: Intercept,
    pub(super) tol: f64,
    pub(super) max_iter: usize,
    pub(super) max_time: Option<Duration>,
    pub(super) solver: Solver,
    pub(super) seed: u64,
    pub(super) observing: Observing,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            intercept: Intercept::default(),
            tol: 1e-6,
            max_iter: 10_000,
            max_time: None,
            solver: Solver::default(),
            seed: 0,
            observing: Observing::default(),
        }
    }
}

/// What classifiers are asked for on top of that.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Classification {
    pub(super) penalty: Penalty,
    pub(super) class_weight: ClassWeight,
    pub(super) multi_class: MultiClass,
}

/// Which of the problems of a fit it is, where it begins, where fits of its path leave what serves the next one, since when the fit runs, and
/// what its objective is multiplied with where it is told.
pub(super) struct Place {
    pub(super) index: usize,
    pub(super) start: Option<Coefficients>,
    pub(super) trail: Option<Trail>,
    pub(super) began: Instant,
    pub(super) unit: f64,
}

impl Settings {
    pub(super) fn check(&self) -> Result<()> {
        check_positive("tol", self.tol)?;
        if self.max_iter == 0 {
            return Err(Error::invalid_parameter("max_iter", self.max_iter, "at least 1"));
        }
        if self.max_time.is_some_and(|max_time| max_time.is_zero()) {
            return Err(Error::invalid_parameter("max_time", "0", "longer than nothing"));
        }
        self.intercept.check()
    }

    /// What a solver is asked for.
    pub(super) fn control(&self, place: Place) -> Control {
        Control {
            seed: self.seed,
            problem: place.index,
            observing: self.observing.clone(),
            start: place.start.map(|at| Arc::new(Start { at, beta: None })),
            trail: place.trail,
            clock: Clock { began: place.began, max_time: self.max_time },
            unit: place.unit,
            ..Control::new(self.tol, self.max_iter)
        }
    }
}

/// Builders of the parameters that several models have: of the fields `c` and `alpha`, of the [`Settings`] in the field
/// `settings`, and of the [`Classification`] in the field `classification`.
macro_rules! setters {
    ($($name:ident),* $(,)?) => {
        $($crate::linear::settings::setters!(@ $name);)*
    };
    (@ c) => {
        /// C, the weight of errors against the size of the coefficients.
        pub fn c(mut self, c: f64) -> Self {
            self.c = c;
            self
        }
    };
    (@ alpha) => {
        /// α, the weight of the penalty.
        pub fn alpha(mut self, alpha: f64) -> Self {
            self.alpha = alpha;
            self
        }
    };
    (@ penalty) => {
        /// What large coefficients cost: [`L2`](crate::regularizer::L2), [`L1`](crate::regularizer::L1),
        /// [`ElasticNet`](crate::regularizer::ElasticNet) or [`NoPenalty`](crate::regularizer::NoPenalty); the table
        /// above says which of them there are.
        pub fn penalty(mut self, penalty: impl Into<$crate::linear::Penalty>) -> Self {
            self.classification.penalty = penalty.into();
            self
        }
    };
    (@ class_weight) => {
        /// How much each class counts.
        pub fn class_weight(mut self, class_weight: $crate::data::ClassWeight) -> Self {
            self.classification.class_weight = class_weight;
            self
        }
    };
    (@ multi_class) => {
        /// How more than two classes are handled; the table above says in which ways they can be.
        pub fn multi_class(mut self, multi_class: $crate::compose::MultiClass) -> Self {
            self.classification.multi_class = multi_class;
            self
        }
    };
    (@ intercept) => {
        /// Whether there is an intercept, and whether it is penalised.
        pub fn intercept(mut self, intercept: $crate::solver::Intercept) -> Self {
            self.settings.intercept = intercept;
            self
        }
    };
    (@ tol) => {
        /// The relative duality gap at which a fit ends.
        pub fn tol(mut self, tol: f64) -> Self {
            self.settings.tol = tol;
            self
        }
    };
    (@ max_iter) => {
        /// The most iterations of a problem.
        pub fn max_iter(mut self, max_iter: usize) -> Self {
            self.settings.max_iter = max_iter;
            self
        }
    };
    (@ max_time) => {
        /// How long a fit may take: once that is over it ends with the best coefficients so far and their true gap, as
        /// soon as the iteration at work is done.
        pub fn max_time(mut self, max_time: std::time::Duration) -> Self {
            self.settings.max_time = Some(max_time);
            self
        }
    };
    (@ solver) => {
        /// How the optimum is found.
        pub fn solver(mut self, solver: $crate::solver::Solver) -> Self {
            self.settings.solver = solver;
            self
        }
    };
    (@ seed) => {
        /// The seed of samples, and of the order of rows in coordinate descent.
        pub fn seed(mut self, seed: u64) -> Self {
            self.settings.seed = seed;
            self
        }
    };
    (@ observer) => {
        /// Who is told of progress and may stop the fit.
        pub fn observer(mut self, observer: impl $crate::observer::Observer + 'static) -> Self {
            self.settings.observing = $crate::observer::Observing::by(observer);
            self
        }
    };
}
pub(super) use setters;
