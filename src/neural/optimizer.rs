//! How a network is made better: by steps of an update rule, or by a method that looks at all rows at once.

use super::Lbfgs;
use crate::error::Result;
use crate::regularizer::Regularizer;
use crate::simd::{self, Kernel};
use crate::update::{Moved, UpdateRule};

/// A way to minimise the objective of a network: any [`UpdateRule`], which takes a step for each batch of rows, or
/// [`Lbfgs`], which looks at all rows at each step.
///
/// ```
/// use certifit::prelude::*;
/// use certifit::neural::Lbfgs;
/// use certifit::update::{AdamW, Nesterov};
/// let data = datasets::wine();
/// let small = MLPClassifier::new().hidden_layer_sizes(&[10]).batch_size(20);
/// for mlp in [
///     small.clone(), // Adam
///     small.clone().solver(AdamW::default()),
///     small.clone().solver(Nesterov::default()).learning_rate(schedule::Constant { eta0: 0.05 }),
///     small.clone().solver(Lbfgs::default()), // for small data
/// ] {
///     let model = StandardScaler::new().then(mlp).fit(&data.features, &data.target)?;
///     assert!(accuracy_score(&data.target, &model.predict(&data.features)?)? > 0.95);
/// }
/// # Ok::<(), certifit::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot train a network",
    note = "solvers are the rules of `certifit::update`, those of yours if they are `Clone`, and `certifit::neural::Lbfgs`"
)]
pub trait Optimizer: std::fmt::Debug + Send + Sync {
    /// What is to be done for so many parameters.
    #[doc(hidden)]
    fn method(&self, n_parameters: usize) -> Method<'_>;

    /// Refuses parameters that are out of range.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter).
    fn check(&self) -> Result<()>;
}

/// What an [`Optimizer`] does.
#[doc(hidden)]
pub enum Method<'a> {
    Steps(Box<dyn Stepper>),
    AllRows(&'a Lbfgs),
}

impl<U: UpdateRule + Clone + 'static> Optimizer for U {
    fn method(&self, n_parameters: usize) -> Method<'_> {
        let memory = vec![U::Memory::default(); n_parameters];
        Method::Steps(Box::new(Stepping { rule: self.clone(), step: self.step(0.0, 1.0), memory }))
    }

    fn check(&self) -> Result<()> {
        UpdateRule::check(self)
    }
}

/// A choice made at run time.
impl Optimizer for std::sync::Arc<dyn Optimizer> {
    fn method(&self, n_parameters: usize) -> Method<'_> {
        (**self).method(n_parameters)
    }

    fn check(&self) -> Result<()> {
        (**self).check()
    }
}

/// An update rule and what it remembers of each parameter.
#[doc(hidden)]
pub trait Stepper: Send + Sync {
    /// Begins the step of number `t` at a rate.
    fn begin(&mut self, rate: f64, t: f64);
    /// Moves the parameters that come from place `first` on by their gradients times a number.
    fn advance(&mut self, first: usize, w: &mut [f64], gradient: (&[f64], f64), pull: Pull<'_>);
    fn boxed_clone(&self) -> Box<dyn Stepper>;
    /// The name of the rule.
    fn name(&self) -> String;
}

/// What a penalty does to a parameter after its step, beyond what is in the gradient.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub enum Pull<'a> {
    None,
    /// Towards 0 and no further, by so much times the reach of the step.
    Shrink(f64),
    /// The prox of so many times a penalty.
    Prox(f64, &'a dyn Regularizer),
}

impl Clone for Box<dyn Stepper> {
    fn clone(&self) -> Self {
        self.boxed_clone()
    }
}

impl std::fmt::Debug for dyn Stepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

struct Stepping<U: UpdateRule> {
    rule: U,
    step: U::Step,
    memory: Vec<U::Memory>,
}

impl<U: UpdateRule + Clone + 'static> Stepper for Stepping<U> {
    fn begin(&mut self, rate: f64, t: f64) {
        self.step = self.rule.step(rate, t);
    }

    fn advance(&mut self, first: usize, w: &mut [f64], gradient: (&[f64], f64), pull: Pull<'_>) {
        let memory = &mut self.memory[first..first + w.len()];
        simd::run(Advance::<U> { step: &self.step, w, gradient, memory, pull });
    }

    fn boxed_clone(&self) -> Box<dyn Stepper> {
        Box::new(Self { rule: self.rule.clone(), step: self.step, memory: self.memory.clone() })
    }

    fn name(&self) -> String {
        format!("{:?}", self.rule)
    }
}

struct Advance<'a, U: UpdateRule> {
    step: &'a U::Step,
    w: &'a mut [f64],
    /// And what it is multiplied with.
    gradient: (&'a [f64], f64),
    memory: &'a mut [U::Memory],
    pull: Pull<'a>,
}

impl<U: UpdateRule> Kernel for Advance<'_, U> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { step, w, gradient, memory, pull } = self;
        match pull {
            Pull::None => move_all::<U>(step, w, gradient, memory, |moved| moved.w),
            Pull::Shrink(by) => move_all::<U>(step, w, gradient, memory, |moved| {
                let left = (moved.w.abs() - by * moved.reach).max(0.0);
                if moved.w < 0.0 { -left } else { left }
            }),
            Pull::Prox(times, penalty) => {
                move_all::<U>(step, w, gradient, memory, |moved| penalty.prox(moved.w, times * moved.reach))
            }
        }
    }
}

#[inline(always)]
fn move_all<U: UpdateRule>(
    step: &U::Step,
    w: &mut [f64],
    (gradient, scale): (&[f64], f64),
    memory: &mut [U::Memory],
    after: impl Fn(Moved) -> f64,
) {
    for ((w, &gradient), memory) in w.iter_mut().zip(gradient).zip(memory) {
        *w = after(U::update(step, *w, scale * gradient, memory));
    }
}
