//! A learning rate for a fit whose own has not served it.

use super::optimizer::Stepper;
use super::training::{Plan, Room, State};
use crate::random::Random;
use crate::scalar::Scalar;
use crate::schedule::Constant;

/// Steps of a trial: so many that a rate can show what it does.
const STEPS: usize = 20;
/// Steps that change the loss by less than this part of it are too short, and all that are shorter.
const NOTHING: f64 = 1e-6;
/// The powers of ten that the rate of the fit is multiplied with: from the largest to the smallest.
const LARGEST: i32 = 3;
const SMALLEST: i32 = -16;
/// How many rates in a row that are worse than a better one end the search.
const PATIENCE: usize = 2;

/// Of powers of ten times `rate`, the one whose first steps from `start` lower the mean loss of these rows most; `None`
/// where none lowers it below `untrained`, and where the time is up.
pub(super) fn rate_to_try<F: Scalar>(
    plan: &Plan<'_, F>,
    start: &[F],
    stepper: &dyn Stepper,
    rows: &[usize],
    (rate, untrained): (f64, f64),
) -> Option<f64> {
    let mut order = rows.to_vec();
    Random::new(plan.settings.seed).shuffle(&mut order);
    let mut room = Room::new(plan);
    let (mut best, mut lowest, mut worse) = (None, untrained, 0);
    for power in (SMALLEST..=LARGEST).rev() {
        if plan.clock.is_out_of_time() {
            break;
        }
        let eta0 = rate * 10f64.powi(power);
        let loss = loss_after(plan, start, stepper.boxed_clone(), &order, eta0, &mut room);
        if (loss - untrained).abs() <= NOTHING * untrained {
            break;
        }
        if loss < lowest {
            (best, lowest, worse) = (Some(eta0), loss, 0);
        } else if best.is_some() {
            worse += 1;
            if worse == PATIENCE {
                break;
            }
        }
    }
    best
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
