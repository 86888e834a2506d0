//! The objective against the learning rate, to choose a rate by.

use super::Sgd;
use super::problem::Data;
use crate::data::Features;
use crate::error::Result;
use crate::loss::Loss;
use crate::random::Random;
use crate::regularizer::Regularizer;
use crate::schedule::{self, Constant, LearningRate, RatePoint};
use crate::solver::Coefficients;
use crate::solver::sgd;
use crate::update::UpdateRule;

/// One pass over the rows with rates that grow from the first to the second of `rates` in `n_rates` steps, until the
/// objective explodes.
pub(in crate::linear) fn rate_range<X, L, R, S, U>(
    sgd: &Sgd<L, R, S, U>,
    data: &Data<'_, X>,
    targets: &[f64],
    rates: (f64, f64),
    n_rates: usize,
) -> Result<Vec<RatePoint>>
where
    X: Features,
    L: Loss,
    R: Regularizer,
    S: LearningRate,
    U: UpdateRule,
{
    let mut order = data.trained();
    Random::new(sgd.settings.seed).shuffle(&mut order);
    let mut state = sgd.begun_at(Coefficients::zeros(data.x.n_features()), sgd.first_moment(f64::INFINITY));
    let all = data.rows(targets);
    schedule::rate_range(rates, n_rates, order.len(), |rate, rows| {
        let schedule = Constant { eta0: rate };
        let (objective, _) = sgd::pass(&sgd.plan_with(&schedule), &all, &order[rows], &mut state)?;
        Ok(objective)
    })
}
