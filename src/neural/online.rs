//! What networks that learn from batches share.

use super::fit::Task;
use super::network::Network;
use super::optimizer::Method;
use super::report::NeuralReport;
use super::settings::Settings;
use super::training::{Room, State};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use crate::solver::StopReason;

/// A network in the making.
#[derive(Debug, Clone)]
pub(super) struct Online<F> {
    pub(super) settings: Settings,
    learnt: Option<Learnt<F>>,
    curve: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Learnt<F> {
    /// Its shape; the weights are those of the state.
    network: Network<F>,
    state: State<F>,
}

impl<F: Scalar> Online<F> {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        settings.check(f64::INFINITY)?;
        if let Method::AllRows(_) = settings.solver.method(0) {
            let reason = "it looks at all rows at each step; use a rule that steps by batches, such as Adam";
            return Err(Error::Unsupported { what: "Lbfgs in a stream", reason });
        }
        if settings.early_stopping {
            let reason = "a stream ends when its batches do";
            return Err(Error::Unsupported { what: "early_stopping in a stream", reason });
        }
        Ok(Self { settings: settings.clone(), learnt: None, curve: Vec::new() })
    }

    /// The number of features, once the first batch has told it.
    pub(super) fn n_features(&self) -> Option<usize> {
        self.learnt.as_ref().map(|learnt| learnt.network.n_features())
    }

    /// One pass over the rows of a task: their mean objective.
    pub(super) fn pass(&mut self, task: &Task<'_, F>) -> Result<f64> {
        let settings = &self.settings;
        // Steps that fail leave all as it was.
        let mut learnt = match &self.learnt {
            Some(learnt) => learnt.clone(),
            None => begin(settings, task)?,
        };
        let mut order = task.trained();
        if settings.shuffle {
            learnt.state.shuffling.shuffle(&mut order);
        }
        let plan = task.plan(settings, &learnt.network, order.len());
        let (objective, _) = plan.epoch(&mut learnt.state, &order, &mut Room::new(&plan))?;
        self.curve.push(objective);
        self.learnt = Some(learnt);
        Ok(objective)
    }

    /// Steps taken.
    pub(super) fn n_steps(&self) -> usize {
        self.learnt.as_ref().map_or(0, |learnt| learnt.state.now.step as usize - 1)
    }

    /// What has been learnt so far.
    pub(super) fn told(&self) -> Result<(Network<F>, NeuralReport)> {
        let empty = Error::Empty { what: "the stream", axis: "rows" };
        let Learnt { network, state } = self.learnt.as_ref().ok_or(empty)?;
        let report = NeuralReport {
            solver: format!("{:?}", self.settings.solver),
            loss_curve: self.curve.clone(),
            n_steps: self.n_steps(),
            stop_reason: StopReason::EndOfData,
            ..NeuralReport::of_no_fit()
        };
        Ok((Network { parameters: state.parameters.clone(), ..network.clone() }, report))
    }
}

fn begin<F: Scalar>(settings: &Settings, task: &Task<'_, F>) -> Result<Learnt<F>> {
    let network = task.begin(settings, None)?;
    let Method::Steps(stepper) = settings.solver.method(network.n_parameters()) else {
        return Err(Error::Unsupported {
            what: "Lbfgs in a stream",
            reason: "use a rule that steps by batches",
        });
    };
    let first = settings.first_moment(f64::INFINITY);
    let state = State::new(network.parameters.clone(), stepper, first, settings.seed);
    Ok(Learnt { network, state })
}
