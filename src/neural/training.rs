//! Passes over the rows, a step a batch, until nothing gets better.

use super::lanes::{AT_A_TIME, narrow, sum_of_sizes, sum_of_squares, widen};
use super::optimizer::{Pull, Stepper};
use super::pass::{Buffers, Goal, Pass};
use super::settings::Settings;
use crate::error::{Error, Result};
use crate::observer::Progress;
use crate::random::Random;
use crate::regularizer::Regularizer;
use crate::scalar::Scalar;
use crate::schedule::{LearningRate, Moment};
use crate::solver::sgd::Patience;
use crate::solver::{Clock, StopReason};

/// What is minimised, and how.
pub(super) struct Plan<'a, F> {
    pub(super) pass: Pass<'a, F>,
    pub(super) goal: Goal<'a>,
    pub(super) penalty: &'a dyn Regularizer,
    /// α, in the unit of the weights.
    pub(super) alpha: f64,
    pub(super) schedule: &'a dyn LearningRate,
    pub(super) settings: &'a Settings,
    pub(super) batch_size: usize,
    pub(super) clock: Clock,
}

/// What a run remembers between its steps.
#[derive(Debug, Clone)]
pub(super) struct State<F> {
    pub(super) parameters: Vec<F>,
    pub(super) stepper: Box<dyn Stepper>,
    /// The step that comes next.
    pub(super) now: Moment,
    /// What [`after_plateau`](LearningRate::after_plateau) has made of all rates.
    pub(super) factor: f64,
    pub(super) shuffling: Random,
    pub(super) dropout: Random,
}

impl<F> State<F> {
    pub(super) fn new(parameters: Vec<F>, stepper: Box<dyn Stepper>, first: Moment, seed: u64) -> Self {
        let (shuffling, dropout) = (Random::new(seed), Random::new(seed ^ DROPOUT));
        Self { parameters, stepper, now: first, factor: 1.0, shuffling, dropout }
    }

    /// The error of steps that lead out of the range of numbers.
    fn diverged(&self, rate: f64) -> Error {
        Error::Diverged { epoch: self.now.epoch as usize, rate, try_rate: rate / 10.0 }
    }
}

/// Dropout draws from a stream of its own, so that the order of rows does not depend on it.
const DROPOUT: u64 = 0x6472_6f70_6f75_7473;

/// Room for the steps of a run, made once.
pub(super) struct Room<F> {
    buffers: Buffers<F>,
    gradient: Vec<F>,
}

impl<F: Scalar> Room<F> {
    pub(super) fn new(plan: &Plan<'_, F>) -> Self {
        let buffers = Buffers::new(&plan.pass, plan.batch_size, plan.settings.dropout);
        Self { buffers, gradient: vec![F::zero(); plan.pass.layout.n_parameters()] }
    }
}

/// How a run ended.
pub(super) struct Ended<F> {
    pub(super) parameters: Vec<F>,
    /// The mean objective that each epoch saw.
    pub(super) loss_curve: Vec<f64>,
    /// The score on the rows that are held out after each epoch.
    pub(super) validation_curve: Vec<f64>,
    pub(super) n_steps: f64,
    /// The rate of the last step; none of a method without rates.
    pub(super) last_rate: Option<f64>,
    pub(super) stop_reason: StopReason,
}

/// The score of parameters on rows that are held out: the higher, the better.
pub(super) type Score<'a, F> = &'a dyn Fn(&[F]) -> Result<f64>;

/// Passes over the rows of `order` until the settings say so. With a score the best parameters come back, without one the
/// last.
pub(super) fn descend<F: Scalar>(
    plan: &Plan<'_, F>,
    mut state: State<F>,
    mut order: Vec<usize>,
    score: Option<Score<'_, F>>,
) -> Result<Ended<F>> {
    let settings = plan.settings;
    let mut room = Room::new(plan);
    let mut patience = Patience::new();
    let (mut best, mut loss_curve, mut validation_curve) = (None, Vec::new(), Vec::new());
    let (stop_reason, last_rate) = loop {
        if settings.shuffle {
            state.shuffling.shuffle(&mut order);
        }
        let (objective, rate) = plan.epoch(&mut state, &order, &mut room)?;
        loss_curve.push(objective);
        match score {
            Some(score) => {
                // Outputs that leave the range of numbers have no score.
                let value = score(&state.parameters).map_err(|error| match error {
                    Error::NonFinite { .. } | Error::Overflow { .. } => state.diverged(rate),
                    other => other,
                })?;
                validation_curve.push(value);
                if patience.look(-value, settings.tol) {
                    best = Some(state.parameters.clone());
                }
            }
            None => {
                patience.look(objective, settings.tol);
            }
        }
        let progress =
            Progress::new(0, loss_curve.len(), objective, f64::INFINITY, plan.clock.began.elapsed());
        if settings.observing.progress(&progress).is_break() {
            break (StopReason::Stopped, rate);
        }
        // One more than `n_iter_no_change`, as in scikit-learn.
        if patience.without_progress > settings.n_iter_no_change {
            match plan.schedule.after_plateau(rate) {
                Some(factor) => (state.factor, patience.without_progress) = (state.factor * factor, 0),
                None => break (StopReason::NoChange, rate),
            }
        }
        if loss_curve.len() >= settings.max_iter {
            break (StopReason::MaxIter, rate);
        }
        if plan.clock.is_out_of_time() {
            break (StopReason::MaxTime, rate);
        }
    };
    let n_steps = state.now.step - 1.0;
    let parameters = best.unwrap_or(state.parameters);
    let last_rate = Some(last_rate);
    Ok(Ended { parameters, loss_curve, validation_curve, n_steps, last_rate, stop_reason })
}

impl<F: Scalar> Plan<'_, F> {
    /// A step for each batch of these rows: the mean objective that they saw, and the rate of the last step.
    pub(super) fn epoch(
        &self,
        state: &mut State<F>,
        order: &[usize],
        room: &mut Room<F>,
    ) -> Result<(f64, f64)> {
        let (mut sum, mut rate, mut done) = (0.0, 0.0, 0);
        let epoch = state.now.epoch;
        for batch in order.chunks(self.batch_size) {
            state.now.epoch = epoch + done as f64 / order.len() as f64;
            rate = self.schedule.rate(&state.now) * state.factor;
            sum += self.step(state, batch, rate, room);
            state.now.step += 1.0;
            done += batch.len();
        }
        state.now.epoch = epoch + 1.0;
        if !sum.is_finite() || !sum_of_squares(&state.parameters).is_finite() {
            return Err(state.diverged(rate));
        }
        let n = self.goal.weight_of(order);
        Ok((if n > 0.0 { sum / n } else { 0.0 }, rate))
    }

    /// One step; the objective before it, times the weight of the batch.
    fn step(&self, state: &mut State<F>, batch: &[usize], rate: f64, room: &mut Room<F>) -> f64 {
        let State { parameters, stepper, dropout, now, .. } = state;
        let Room { buffers, gradient } = room;
        let n = self.goal.weight_of(batch);
        self.pass.forward(parameters, batch, buffers, dropout);
        let penalty = self.begin_gradient(parameters, gradient);
        let loss = self.pass.backward(parameters, batch, &self.goal, buffers, gradient);
        let scale = self.clipped(gradient, n);
        stepper.begin(rate, now.step);
        for layer in 0..self.pass.layout.n_layers() {
            let (weights, bias) = (self.pass.layout.weights(layer), self.pass.layout.bias(layer));
            for (place, pull) in [(weights, self.pull(n)), (bias, Pull::None)] {
                let (w, gradient) = (&mut parameters[place.clone()], &gradient[place.clone()]);
                advance(stepper.as_mut(), place.start, w, gradient, scale, pull);
            }
        }
        loss + penalty
    }

    /// α Ω of the weights; `gradient` ← that of its smooth part.
    pub(super) fn begin_gradient(&self, parameters: &[F], gradient: &mut [F]) -> f64 {
        let (alpha, mut penalty) = (self.alpha, 0.0);
        gradient.fill(F::zero());
        for layer in 0..self.pass.layout.n_layers() {
            let place = self.pass.layout.weights(layer);
            let weights = &parameters[place.clone()];
            let Some((of_size, of_square)) = self.penalty.elastic() else {
                penalty += weights.iter().map(|w| self.penalty.term(w.widen())).sum::<f64>();
                continue;
            };
            if of_size > 0.0 {
                penalty += of_size * sum_of_sizes(weights);
            }
            if of_square > 0.0 {
                penalty += 0.5 * of_square * sum_of_squares(weights);
                let scale = F::narrow(alpha * of_square);
                gradient[place].iter_mut().zip(weights).for_each(|(g, w)| *g = scale * *w);
            }
        }
        if alpha > 0.0 { alpha * penalty } else { 0.0 }
    }

    /// What the gradient is to be multiplied with: 1/n, and less where its norm is then more than is allowed.
    fn clipped(&self, gradient: &[F], n: f64) -> f64 {
        let Some(most) = self.settings.clip_norm else { return 1.0 / n };
        let norm = sum_of_squares(gradient).sqrt() / n;
        if norm > most { most / norm / n } else { 1.0 / n }
    }

    /// What the part of the penalty that has no gradient does to weights.
    fn pull(&self, n: f64) -> Pull<'_> {
        let alpha = self.alpha;
        match self.penalty.elastic() {
            _ if alpha == 0.0 => Pull::None,
            None => Pull::Prox(alpha / n, self.penalty),
            Some((of_size, _)) if of_size > 0.0 => Pull::Shrink(alpha * of_size / n),
            Some(_) => Pull::None,
        }
    }
}

/// Moves the parameters from place `first` on by `scale` times their gradients.
fn advance<F: Scalar>(
    stepper: &mut dyn Stepper,
    first: usize,
    w: &mut [F],
    gradient: &[F],
    scale: f64,
    pull: Pull<'_>,
) {
    let (mut wide_w, mut wide_gradient) = ([0.0; AT_A_TIME], [0.0; AT_A_TIME]);
    let chunks = w.chunks_mut(AT_A_TIME).zip(gradient.chunks(AT_A_TIME));
    for (chunk, (w, gradient)) in chunks.enumerate() {
        let (wide_w, wide_gradient) = (&mut wide_w[..w.len()], &mut wide_gradient[..w.len()]);
        widen(w, wide_w);
        widen(gradient, wide_gradient);
        stepper.advance(first + chunk * AT_A_TIME, wide_w, (&*wide_gradient, scale), pull);
        narrow(wide_w, w);
    }
}
