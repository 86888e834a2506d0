//! A learning rate for a fit whose own has not served it.

use super::optimizer::Stepper;
use super::training::{Plan, Room, State};
use crate::random::Random;
use crate::scalar::Scalar;
use crate::schedule::Constant;
use std::ops::RangeInclusive;

/// Steps of a trial: so many that a rate can show what it does.
const STEPS: usize = 20;
/// Steps that change the loss by less than this part of it are too short, and all that are shorter.
const NOTHING: f64 = 1e-6;
/// The powers of ten that the rate of the fit is multiplied with, where steps were too long.
pub(super) const SHORTER: RangeInclusive<i32> = -16..=-1;
/// And where they may have been far too short as well.
pub(super) const ANY: RangeInclusive<i32> = -16..=12;
/// Rates are alike whose losses are within this factor of the lowest, and which bring at least its inverse of the largest
/// decrease. The smallest of them is the safest.
const ALIKE: f64 = 2.0;

/// Of `powers` of ten times `rate`, the smallest whose first steps from `start` lower the mean loss of these rows about as
/// much as those of any; `None` where none lowers it below `untrained`, and where the time is up.
pub(super) fn rate_to_try<F: Scalar>(
    plan: &Plan<'_, F>,
    start: &[F],
    stepper: &dyn Stepper,
    rows: &[usize],
    (rate, powers): (f64, RangeInclusive<i32>),
    untrained: f64,
) -> Option<f64> {
    let mut order = rows.to_vec();
    Random::new(plan.settings.seed).shuffle(&mut order);
    let mut room = Room::new(plan);
    let (mut seen, mut lowest) = (Vec::new(), untrained);
    for power in powers.rev().filter(|power| *power != 0) {
        if plan.clock.is_out_of_time() {
            break;
        }
        let eta0 = rate * 10f64.powi(power);
        let loss = loss_after(plan, start, stepper.boxed_clone(), &order, eta0, &mut room);
        if (loss - untrained).abs() <= NOTHING * untrained {
            break;
        }
        seen.push((eta0, loss));
        lowest = loss.min(lowest);
    }
    let enough = (ALIKE * lowest).min(untrained - (untrained - lowest) / ALIKE);
    let is_as_good = |(_, loss): &&(f64, f64)| *loss < untrained && *loss <= enough;
    seen.iter().rfind(is_as_good).map(|(eta0, _)| *eta0)
}

/// The mean loss of the rows after some steps at a rate; infinite where they lead nowhere.
fn loss_after<F: Scalar>(
    plan: &Plan<'_, F>,
    start: &[F],
    stepper: Box<dyn Stepper>,
    order: &[usize],
    eta0: f64,
    room: &mut Room<F>,
) -> f64 {
    let schedule = Constant { eta0 };
    let plan = Plan { schedule: &schedule, ..*plan };
    let settings = plan.settings;
    let first = settings.first_moment(settings.max_iter as f64);
    let mut state = State::new(start.to_vec(), stepper, first, settings.seed);
    for _ in 0..STEPS.div_ceil(order.len().div_ceil(plan.batch_size).max(1)) {
        if plan.epoch(&mut state, order, room).is_err() {
            return f64::INFINITY;
        }
    }
    let loss = plan.pass.sums(&state.parameters, order, &plan.goal).0 / plan.goal.weight_of(order);
    if loss.is_nan() { f64::INFINITY } else { loss }
}
