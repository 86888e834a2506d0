//! A fit from its begin to its end, for any kind of target.

use super::diagnosis::{Finding, Look, look, sample};
use super::inputs::Inputs;
use super::layout::Layout;
use super::network::Network;
use super::optimizer::Method;
use super::output::OutputLoss;
use super::pass::{Goal, Pass};
use super::report::{Course, NeuralReport};
use super::settings::Settings;
use super::training::{Ended, Plan, Room, Score, State, descend};
use super::trial::{ANY, SHORTER, rate_to_try};
use super::verdict::{self, Losses};
use crate::error::{Error, Result};
use crate::random::Random;
use crate::scalar::Scalar;
use crate::schedule::{self, Constant, RatePoint};
use crate::solver::{Clock, StopReason};
use std::time::Instant;

/// How good the outputs of some rows are.
pub(super) type ScoreOf<'a, F> = &'a dyn Fn(&[usize], &[F]) -> Result<f64>;

/// What a network is to learn, checked.
pub(super) struct Task<'a, F> {
    pub(super) inputs: &'a dyn Inputs<F>,
    pub(super) n_features: usize,
    pub(super) n_outputs: usize,
    pub(super) loss: &'a dyn OutputLoss,
    /// So many numbers a row as the loss says.
    pub(super) targets: Vec<f64>,
    /// Sample weight times class weight.
    pub(super) weights: Vec<f64>,
    /// The rows that early stopping holds out.
    pub(super) held_out: Vec<usize>,
    pub(super) score: ScoreOf<'a, F>,
    pub(super) began: Instant,
}

impl<F: Scalar> Task<'_, F> {
    /// The rows that count and are not held out.
    pub(super) fn trained(&self) -> Vec<usize> {
        let mut counts: Vec<bool> = self.weights.iter().map(|&weight| weight > 0.0).collect();
        self.held_out.iter().for_each(|&row| counts[row] = false);
        counts.iter().enumerate().filter(|(_, counts)| **counts).map(|(row, _)| row).collect()
    }

    /// The network to begin with: the one that is given, or a random one.
    pub(super) fn begin(&self, settings: &Settings, start: Option<&Network<F>>) -> Result<Network<F>> {
        let layout = Layout::new(self.n_features, &settings.hidden_layer_sizes, self.n_outputs);
        if !layout.has_room() {
            return Err(Error::Overflow { what: "the number of weights", column: None });
        }
        let Some(start) = start else {
            let mut random = Random::new(settings.seed ^ WEIGHTS);
            let activation = settings.activation.clone();
            return Ok(Network::initialized(layout, activation, settings.initializer, &mut random));
        };
        if start.n_features() != self.n_features {
            let (expected, found) = (start.n_features(), self.n_features);
            return Err(Error::FeatureMismatch { expected, found });
        }
        if start.layout != layout {
            let (found, allowed) = (start.hidden_layer_sizes(), settings.hidden_layer_sizes.clone());
            let allowed = format!("of hidden layers {allowed:?} and {} outputs", self.n_outputs);
            return Err(Error::invalid_parameter("model", found, allowed));
        }
        Ok(Network { activation: settings.activation.clone(), ..start.clone() })
    }

    pub(super) fn plan<'b>(
        &'b self,
        settings: &'b Settings,
        network: &'b Network<F>,
        n: usize,
    ) -> Plan<'b, F> {
        let activation = settings.activation.as_ref();
        let unit = unit(&self.weights);
        Plan {
            pass: Pass { layout: &network.layout, activation, inputs: self.inputs },
            goal: Goal { loss: self.loss, targets: &self.targets, weights: &self.weights, unit },
            penalty: settings.penalty.as_ref(),
            alpha: settings.alpha * unit,
            schedule: settings.learning_rate.as_ref(),
            settings,
            batch_size: settings.batch_of(n),
            clock: Clock { began: self.began, max_time: settings.max_time },
        }
    }

    /// Trains a network, from `start` or from random weights.
    pub(super) fn fit(
        &self,
        settings: &Settings,
        start: Option<&Network<F>>,
    ) -> Result<(Network<F>, NeuralReport)> {
        let network = self.begin(settings, start)?;
        let rows = self.trained();
        if rows.is_empty() {
            return Err(Error::Empty { what: "the part of x that is not held out", axis: "rows" });
        }
        let plan = self.plan(settings, &network, rows.len());
        let some = sample(&rows);
        let at_first = look(&plan, &network.parameters, &some);
        let untrained = at_first.loss;
        let (ended, course) = match settings.solver.method(network.n_parameters()) {
            Method::Steps(stepper) => {
                let first = settings.first_moment(settings.max_iter as f64);
                let state = State::new(network.parameters.clone(), stepper, first, settings.seed);
                let held_score = |parameters: &[F]| {
                    (self.score)(&self.held_out, &plan.pass.outputs(parameters, &self.held_out))
                };
                let score: Option<Score<'_, F>> =
                    if settings.early_stopping { Some(&held_score) } else { None };
                let course = if settings.early_stopping { Course::HeldOut } else { Course::Epochs };
                (descend(&plan, state, rows, score), course)
            }
            Method::AllRows(lbfgs) => (lbfgs.minimize(&plan, &network.parameters, &rows), Course::Iterations),
        };
        // A rate is looked for where one is needed, and where there is one.
        let better = |rate, powers| match settings.solver.method(network.n_parameters()) {
            Method::Steps(stepper) => {
                rate_to_try(&plan, &network.parameters, stepper.as_ref(), &some, (rate, powers), untrained)
            }
            Method::AllRows(_) => None,
        };
        let shorter = |rate| better(rate, SHORTER);
        let ended = ended.map_err(|error| with_rate(error, &shorter))?;
        let at_last = look(&plan, &ended.parameters, &some);
        if !at_last.loss.is_finite() {
            let overflow = Error::Overflow { what: "the loss of the network", column: None };
            let epoch = ended.loss_curve.len();
            let of_rate = |rate| Error::Diverged { epoch, rate, try_rate: rate / 10.0 };
            return Err(with_rate(ended.last_rate.map_or(overflow, of_rate), &shorter));
        }
        let bar = verdict::bar(&plan.goal, &some, self.n_outputs, untrained);
        let losses = Losses { first: untrained, last: at_last.loss, bar };
        let of_loss = verdict::of(losses, &ended.loss_curve);
        let of_loss = of_loss.map(|finding| {
            let powers = if matches!(finding, Finding::DivergingLoss { .. }) { SHORTER } else { ANY };
            finding.with_rate(ended.last_rate.and_then(|rate| better(rate, powers)))
        });
        let report = report(settings, &ended, (at_first, at_last, of_loss), course);
        let parameters = ended.parameters;
        Ok((Network { parameters, ..network }, report))
    }

    /// One pass over the batches with rates that grow.
    pub(super) fn rate_range(
        &self,
        settings: &Settings,
        rates: (f64, f64),
        n_rates: usize,
    ) -> Result<Vec<RatePoint>> {
        let network = self.begin(settings, None)?;
        let mut rows = self.trained();
        Random::new(settings.seed).shuffle(&mut rows);
        let size = settings.batch_of(rows.len());
        let Method::Steps(stepper) = settings.solver.method(network.n_parameters()) else {
            let reason = "it has no learning rate";
            return Err(Error::Unsupported { what: "learning_rate_range of Lbfgs", reason });
        };
        let first = settings.first_moment(f64::INFINITY);
        let mut state = State::new(network.parameters.clone(), stepper, first, settings.seed);
        let mut room = Room::new(&self.plan(settings, &network, rows.len()));
        schedule::rate_range(rates, n_rates, rows.len().div_ceil(size), |rate, batches| {
            let schedule = Constant { eta0: rate };
            let plan = Plan { schedule: &schedule, ..self.plan(settings, &network, rows.len()) };
            let part = &rows[batches.start * size..rows.len().min(batches.end * size)];
            Ok(plan.epoch(&mut state, part, &mut room)?.0)
        })
    }
}

/// The power of two that brings the largest weight between 1 and 2: a multiplication with it rounds nothing.
fn unit(weights: &[f64]) -> f64 {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    // Of subnormal numbers it would leave the range itself.
    if largest > 0.0 { (-largest.log2().floor().clamp(-1000.0, 1000.0)).exp2() } else { 1.0 }
}

/// Weights are drawn from a stream of their own.
const WEIGHTS: u64 = 0x7765_6967_6874_7300;

/// An error of steps that are too long, with a rate that is found by trial if one is.
fn with_rate(error: Error, better: &impl Fn(f64) -> Option<f64>) -> Error {
    match error {
        Error::Diverged { epoch, rate, try_rate } => {
            Error::Diverged { epoch, rate, try_rate: better(rate).unwrap_or(try_rate) }
        }
        other => other,
    }
}

fn report<F>(
    settings: &Settings,
    ended: &Ended<F>,
    (at_first, at_last, of_loss): (Look, Look, Option<Finding>),
    course: Course,
) -> NeuralReport {
    let mut findings = at_last.findings;
    // Units that are dead at first may wake; a gradient that vanishes at first is told of all the same.
    for finding in at_first.findings {
        let of_gradient = !matches!(finding, Finding::DeadUnits { .. });
        if of_gradient && !findings.iter().any(|other| other.is_like(&finding)) {
            findings.push(finding);
        }
    }
    let diverges = matches!(of_loss, Some(Finding::DivergingLoss { .. }));
    findings.extend(of_loss);
    let outside = matches!(ended.stop_reason, StopReason::Stopped | StopReason::MaxTime);
    NeuralReport {
        solver: format!("{:?}", settings.solver),
        loss_curve: ended.loss_curve.clone(),
        validation_curve: ended.validation_curve.clone(),
        gradient_norm: Some(at_last.gradient_norm),
        n_steps: ended.n_steps as usize,
        stop_reason: if diverges && !outside { StopReason::Diverged } else { ended.stop_reason },
        findings,
        course,
    }
}
