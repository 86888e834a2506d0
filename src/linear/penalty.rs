//! The penalties that linear classifiers choose from.

use super::joint::{JointMinimum, JointTask};
use super::task::{Minimum, Task};
use crate::error::Result;
use crate::loss::{SmoothLoss, Softmax};
use crate::regularizer::{ElasticNet, L1, L2, NoPenalty, Regularizer};
use crate::solver::{
    Control, CoordinateDescent, Problem, Solution, Solve, descend_softmax, minimize_without_penalty,
    solve_softmax,
};

/// The penalty Ω of a linear classifier: a value that a grid of hyper-parameters can hold.
///
/// ```
/// use certifit::prelude::*;
/// let data = datasets::breast_cancer();
/// let x = StandardScaler::new().fit(&data.features, &())?.transform(&data.features)?;
/// let model = LogisticRegression::new().penalty(L1).c(0.1).fit(&x, &data.target)?;
/// // Most of the 30 features are not needed, and their coefficients are exactly 0.
/// assert_eq!(model.coef().iter().filter(|&&w| w != 0.0).count(), 8);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Penalty {
    /// ½ ‖w‖², [`L2`].
    #[default]
    L2,
    /// ‖w‖₁, [`L1`]: coefficients that are not needed are exactly 0.
    L1,
    /// ρ ‖w‖₁ + ½ (1 − ρ) ‖w‖², [`ElasticNet`].
    ElasticNet {
        /// ρ, from 0 to 1.
        l1_ratio: f64,
    },
    /// 0, [`NoPenalty`]: C does not matter. Where the classes can be told apart without an error there is no optimum, as
    /// ever larger coefficients are ever better; a fit then ends without a certificate.
    None,
}

impl From<L2> for Penalty {
    fn from(_: L2) -> Self {
        Self::L2
    }
}

impl From<L1> for Penalty {
    fn from(_: L1) -> Self {
        Self::L1
    }
}

impl From<ElasticNet> for Penalty {
    fn from(penalty: ElasticNet) -> Self {
        Self::ElasticNet { l1_ratio: penalty.l1_ratio }
    }
}

impl From<NoPenalty> for Penalty {
    fn from(_: NoPenalty) -> Self {
        Self::None
    }
}

impl Penalty {
    /// Minimises with a smooth loss; L2 as `with_l2` does it.
    pub(super) fn minimize<L: SmoothLoss + Clone>(
        self,
        task: Task<'_>,
        loss: L,
        with_l2: impl FnOnce(&Problem<'_, L, L2>, &Control) -> Result<Solution>,
    ) -> Result<Minimum> {
        match self {
            Self::L2 => task.minimize(loss, L2, with_l2),
            Self::L1 => task.minimize(loss, L1, descend),
            // Nothing is left of the other part.
            Self::ElasticNet { l1_ratio: 0.0 } => task.minimize(loss, L2, with_l2),
            Self::ElasticNet { l1_ratio } => task.minimize(loss, ElasticNet { l1_ratio }, descend),
            Self::None => task
                .minimize(loss, NoPenalty, |problem, control| Ok(minimize_without_penalty(problem, control))),
        }
    }

    /// Minimises with the softmax of all classes.
    pub(super) fn minimize_softmax(self, task: JointTask<'_>) -> Result<JointMinimum> {
        match self {
            Self::L2 | Self::ElasticNet { l1_ratio: 0.0 } => {
                task.minimize(Softmax::default(), L2, |problem, control, start| {
                    solve_softmax(problem, 1.0, control, start)
                })
            }
            Self::None => task.minimize(Softmax::default(), NoPenalty, |problem, control, start| {
                solve_softmax(problem, 0.0, control, start)
            }),
            Self::L1 => task.minimize(Softmax::default(), L1, descend_softmax),
            Self::ElasticNet { l1_ratio } => {
                task.minimize(Softmax::default(), ElasticNet { l1_ratio }, descend_softmax)
            }
        }
    }
}

fn descend<L: SmoothLoss + Clone, R: Regularizer + Clone>(
    problem: &Problem<'_, L, R>,
    control: &Control,
) -> Result<Solution> {
    Ok(CoordinateDescent.solve(problem, control))
}
