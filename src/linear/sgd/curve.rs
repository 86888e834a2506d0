//! The objective against the learning rate, to choose a rate by.

use super::Sgd;
use super::problem::Data;
use crate::data::Features;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::random::Random;
use crate::regularizer::Regularizer;
use crate::schedule::{Constant, LearningRate};
use crate::solver::Coefficients;
use crate::solver::sgd::{self, State};
use crate::update::UpdateRule;

/// How many times its lowest value the objective may be before a search ends: longer steps only diverge.
const BEYOND: f64 = 10.0;

/// The mean objective that steps of a learning rate have seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatePoint {
    /// η.
    pub rate: f64,
    /// The mean objective of the rows that were visited with it, each before its step.
    pub objective: f64,
}

/// One pass over the rows with rates that grow from `low` to `high` in `n_rates` steps, until the objective explodes.
pub(in crate::linear) fn rate_range<X, L, R, S, U>(
    sgd: &Sgd<L, R, S, U>,
    data: &Data<'_, X>,
    targets: &[f64],
    (low, high): (f64, f64),
    n_rates: usize,
) -> Result<Vec<RatePoint>>
where
    X: Features,
    L: Loss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
{
    if !(low > 0.0 && low < high && high.is_finite()) {
        return Err(Error::invalid_parameter("rates", (low, high), "positive, finite and ascending"));
    }
    let mut order = data.trained();
    if n_rates < 2 || n_rates > order.len() {
        let allowed = format!("at least 2 and at most the number of rows ({})", order.len());
        return Err(Error::invalid_parameter("n_rates", n_rates, allowed));
    }
    Random::new(sgd.settings.seed).shuffle(&mut order);
    let mut state = State::new(Coefficients::zeros(data.x.n_features()), sgd.first_moment(f64::INFINITY));
    let (mut points, mut lowest) = (Vec::with_capacity(n_rates), f64::INFINITY);
    for index in 0..n_rates {
        let rate = low * (high / low).powf(index as f64 / (n_rates - 1) as f64);
        let schedule = Constant { eta0: rate };
        let plan = sgd.plan_with(&schedule);
        let rows = index * order.len() / n_rates..(index + 1) * order.len() / n_rates;
        match sgd::pass(&plan, &data.rows(targets), &order[rows], &mut state) {
            Ok((objective, _)) => {
                points.push(RatePoint { rate, objective });
                lowest = objective.min(lowest);
                if objective > BEYOND * lowest {
                    break;
                }
            }
            Err(Error::Diverged { .. }) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(points)
}
