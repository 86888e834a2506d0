//! One problem: fitted, rounded to the float type of the features, and judged.

use super::{Sgd, SgdSettings};
use crate::data::{Features, RowSubset};
use crate::error::{Error, Result};
use crate::loss::{DualLoss, Loss};
use crate::model_selection::held_out;
use crate::parallel;
use crate::random::Random;
use crate::regularizer::{NoPenalty, Regularizer};
use crate::scalar::Scalar;
use crate::schedule::LearningRate;
use crate::solver::sgd::{self, Rows, State, Stopping};
use crate::solver::{
    Certificate, Clock, Coefficients, Intercept, Problem, ProblemReport, StopReason, certify,
};
use crate::update::UpdateRule;
use std::time::Instant;

/// What the reports of stochastic gradient descent call it.
const SOLVER: &str = "stochastic-gradient-descent";
/// Rows whose losses one thread sums at a time, and of those a block that stays in the cache.
const PIECE: usize = 8192;
const BLOCK: usize = 256;

/// A model whose objective is so many times that of w = 0, b = 0 has diverged.
const TOO_MUCH: f64 = 2.0;

/// The rows of a fit, which have been checked. All but `held_out` have an entry for each row.
pub(in crate::linear) struct Data<'a, X> {
    pub(in crate::linear) x: &'a X,
    pub(in crate::linear) squared_norms: Vec<f64>,
    /// Sample weight times class weight.
    pub(in crate::linear) weights: Vec<f64>,
    pub(in crate::linear) held_out: Vec<usize>,
    pub(in crate::linear) began: Instant,
}

/// How good scores are: of targets, scores and weights.
type ScoreOf = fn(&[f64], &[f64], &[f64]) -> Result<f64>;

/// What one problem learns.
pub(in crate::linear) struct Goal {
    pub(in crate::linear) index: usize,
    /// The target of each row.
    pub(in crate::linear) targets: Vec<f64>,
    pub(in crate::linear) start: Option<Coefficients>,
    pub(in crate::linear) score: ScoreOf,
}

impl<X: Features> Data<'_, X> {
    /// Draws the rows that early stopping looks at, if there is any, with `least` of each class at least.
    pub(in crate::linear) fn hold_out(
        &mut self,
        settings: &SgdSettings,
        classes: Option<&[usize]>,
        least: usize,
    ) -> Result<()> {
        if settings.early_stopping {
            let SgdSettings { validation_fraction, seed, .. } = *settings;
            self.held_out = held_out(&self.weights, validation_fraction, seed, classes, least)?;
        }
        Ok(())
    }

    /// The rows that count, and of those the ones that are not held out.
    pub(in crate::linear) fn trained(&self) -> Vec<usize> {
        let mut counts: Vec<bool> = self.weights.iter().map(|&weight| weight > 0.0).collect();
        for &row in &self.held_out {
            if let Some(counts) = counts.get_mut(row) {
                *counts = false;
            }
        }
        counts.iter().enumerate().filter(|(_, counts)| **counts).map(|(row, _)| row).collect()
    }

    /// Runs `sgd` to its end.
    pub(in crate::linear) fn minimize<L, R, S, U>(
        &self,
        sgd: &Sgd<L, R, S, U>,
        goal: Goal,
    ) -> Result<(Coefficients, ProblemReport)>
    where
        L: Loss,
        R: Regularizer,
        S: LearningRate,
        U: UpdateRule,
    {
        let settings = &sgd.settings;
        let Goal { index, targets, start, score } = goal;
        let rows = self.rows(&targets);
        let of = |values: &[f64]| self.held_out.iter().filter_map(|&row| values.get(row).copied()).collect();
        let (held_targets, held_weights): (Vec<f64>, Vec<f64>) = (of(&targets), of(&self.weights));
        let held_score = |at: &Coefficients| {
            let scores: Vec<f64> =
                self.held_out.iter().map(|&row| self.x.row_dot(row, &at.w) + at.b).collect();
            score(&held_targets, &scores, &held_weights)
        };
        let objective = |at: &Coefficients| self.objective(sgd, &targets, at);
        let stopping = Stopping {
            max_iter: settings.max_iter,
            tol: settings.tol,
            n_iter_no_change: settings.n_iter_no_change,
            score: settings.early_stopping.then_some(&held_score),
            // In the order that they have, rows give what scikit-learn gives.
            objective: settings.shuffle.then_some(&objective),
            shuffle: settings.shuffle.then_some(settings.seed),
            clock: Clock { began: self.began, max_time: settings.max_time },
            observing: &settings.observing,
            problem: index,
        };
        let start = start.unwrap_or_else(|| Coefficients::zeros(self.x.n_features()));
        let first = sgd.first_moment(sgd.max_epochs());
        let most = TOO_MUCH * self.mean_loss(|row| sgd.loss.value(targets[row], 0.0));
        let run = |skipped| {
            let state = sgd.begun_at(start.clone(), first).skipping(skipped);
            let ended = sgd::fit(&sgd.plan(), &rows, self.trained(), state, &stopping)?;
            let at = rounded::<X::Elem>(&ended.at)?;
            let objective = self.objective(sgd, &targets, &at);
            if !objective.is_finite() {
                return Err(Error::Overflow { what: "the objective", column: None });
            }
            let mut report = report(objective, ended.curve.len(), ended.stop_reason, ended.curve);
            if most > 0.0 && objective > most {
                if !was_cut(&report) {
                    report.stop_reason = StopReason::Diverged;
                }
                report.try_rate = Some(sgd::rate_to_try(&sgd.loss, &rows, ended.rate));
            }
            Ok((at, report))
        };
        let mut found = run(0.0);
        if settings.shuffle
            && steps_were_too_long(&found)
            && let Some(skipped) = sgd.learning_rate.skips(&first, sgd::safe_rate(&sgd.loss, &rows))
        {
            found = run(skipped);
        }
        let (at, report) = found?;
        Ok((at, report))
    }

    /// (1/n) Σ sᵢ lossᵢ over the rows of positive weight.
    fn mean_loss(&self, loss: impl Fn(usize) -> f64) -> f64 {
        let counted = || self.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        counted().map(|(row, weight)| weight * loss(row)).sum::<f64>() / counted().count().max(1) as f64
    }

    pub(in crate::linear) fn rows(&self, targets: &[f64]) -> Rows<'_, X> {
        Rows::new(self.x, targets, &self.weights, &self.squared_norms)
    }

    /// (1/n) Σ sᵢ ℓ(yᵢ, xᵢ·w + b) + α Ω(w) over the rows of positive weight.
    pub(in crate::linear) fn objective<L: Loss, R: Regularizer, S: Sync, U: Sync>(
        &self,
        sgd: &Sgd<L, R, S, U>,
        targets: &[f64],
        at: &Coefficients,
    ) -> f64 {
        let n = targets.len();
        let pieces: Vec<usize> = (0..n).step_by(PIECE).collect();
        let sums = parallel::map(pieces, |start| {
            let end = (start + PIECE).min(n);
            let (mut sum, mut scores) = (0.0, [0.0; BLOCK]);
            for first in (start..end).step_by(BLOCK) {
                let block = first..(first + BLOCK).min(end);
                let scores = &mut scores[..block.len()];
                self.x.rows_dot(block.clone(), &at.w, scores);
                for ((&y, &weight), score) in
                    targets[block.clone()].iter().zip(&self.weights[block]).zip(scores)
                {
                    if weight > 0.0 {
                        sum += weight * sgd.loss.value(y, *score + at.b);
                    }
                }
            }
            sum
        });
        let counted = self.weights.iter().filter(|&&weight| weight > 0.0).count();
        let penalty = sgd::weighted_penalty(sgd.settings.alpha, || sgd.penalty.value(&at.w));
        sums.iter().sum::<f64>() / counted.max(1) as f64 + penalty
    }
}

/// Whether a run has left the range of numbers, or has come to its end far above where it began.
fn steps_were_too_long(found: &Result<(Coefficients, ProblemReport)>) -> bool {
    match found {
        Ok((_, report)) => report.stop_reason == StopReason::Diverged,
        Err(error) => matches!(error, Error::Diverged { .. } | Error::Overflow { .. }),
    }
}

/// Whether who has stopped a run, or gave it no more time, knows best why it ended.
fn was_cut(report: &ProblemReport) -> bool {
    matches!(report.stop_reason, StopReason::Stopped | StopReason::MaxTime)
}

/// The report of coefficients of this objective, without a certificate.
fn report(objective: f64, iterations: usize, stop_reason: StopReason, loss_curve: Vec<f64>) -> ProblemReport {
    let certificate = Certificate::without_dual(objective);
    ProblemReport { solver: SOLVER, certificate, iterations, stop_reason, loss_curve, try_rate: None }
}

/// Coefficients in the float type of the features, which they may be too large for.
fn rounded<F: Scalar>(at: &Coefficients) -> Result<Coefficients> {
    let round = |value: f64| F::narrow(value).widen();
    let at = Coefficients { w: at.w.iter().copied().map(round).collect(), b: round(at.b) };
    if at.w.iter().chain([&at.b]).any(|value| !value.is_finite()) {
        return Err(Error::Overflow { what: "a coefficient", column: None });
    }
    Ok(at)
}

/// The certificate of the coefficients of one problem, with the dual point of their slopes.
pub(in crate::linear) fn certificate_of<X, L, R, S, U>(
    sgd: &Sgd<L, R, S, U>,
    data: &Data<'_, X>,
    targets: &[f64],
    at: &Coefficients,
) -> Result<Certificate>
where
    X: Features,
    X::Owned: Features<Elem = X::Elem>,
    L: DualLoss + Clone,
    R: Regularizer + Clone,
{
    let rows = data.trained();
    let of =
        |values: &[f64]| -> Vec<f64> { rows.iter().filter_map(|&row| values.get(row).copied()).collect() };
    let (y, alpha, n) = (of(targets), sgd.settings.alpha, rows.len() as f64);
    let subset = RowSubset::new(data.x, rows.clone())?;
    // Solvers' objective is this one divided by α.
    let unit = if alpha > 0.0 { alpha } else { 1.0 };
    let c: Vec<f64> = of(&data.weights).iter().map(|weight| weight / (n * unit)).collect();
    let (loss, intercept) = (sgd.loss.clone(), sgd.settings.intercept);
    let found = if alpha > 0.0 {
        certified(&Problem::new(&subset, y, c, loss, sgd.penalty.clone(), intercept)?, at)?
    } else {
        certified(&Problem::new(&subset, y, c, loss, NoPenalty, intercept)?, at)?
    };
    Ok(found.times(unit))
}

fn certified<L: DualLoss, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    at: &Coefficients,
) -> Result<Certificate> {
    let at = match problem.intercept {
        Intercept::None => &Coefficients { w: at.w.clone(), b: 0.0 },
        _ => at,
    };
    let scores = problem.scores(at);
    let rows = problem.y.iter().zip(&problem.c).zip(&scores);
    let beta: Vec<f64> = rows.map(|((&y, c), &p)| -c * problem.loss.derivative(y, p)).collect();
    certify(problem, at, &beta)
}

/// What a model in the making has learnt of one problem.
#[derive(Debug, Clone)]
pub(in crate::linear) struct Learnt<M> {
    state: State<M>,
    /// The mean objective of the last batch.
    pub(in crate::linear) objective: f64,
}

impl<M: Copy + Default> Learnt<M> {
    pub(in crate::linear) fn n_features(&self) -> usize {
        self.state.n_features()
    }

    /// What a model that was fitted before has learnt.
    pub(in crate::linear) fn begun_at<L: Loss, R: Regularizer, S: LearningRate, U>(
        at: Coefficients,
        objective: f64,
        sgd: &Sgd<L, R, S, U>,
    ) -> Self
    where
        U: UpdateRule<Memory = M>,
    {
        Self { state: sgd.begun_at(at, sgd.first_moment(f64::INFINITY)), objective }
    }

    /// This, or nothing, after one pass over a batch.
    pub(in crate::linear) fn after<X, L, R, S, U>(
        before: Option<&Self>,
        sgd: &Sgd<L, R, S, U>,
        rows: &Rows<'_, X>,
        order: &[usize],
    ) -> Result<Self>
    where
        X: Features,
        L: Loss,
        R: Regularizer,
        S: LearningRate,
        U: UpdateRule<Memory = M>,
    {
        let zeros = || Coefficients::zeros(rows.x.n_features());
        let begin = || sgd.begun_at(zeros(), sgd.first_moment(f64::INFINITY));
        let mut state = before.map_or_else(begin, |before| before.state.clone());
        let (objective, _) = sgd::pass(&sgd.plan(), rows, order, &mut state)?;
        Ok(Self { state, objective })
    }

    /// The coefficients in the float type of the features, and what is to be said of them after so many batches.
    pub(in crate::linear) fn told<F: Scalar>(
        &self,
        n_batches: usize,
        stop_reason: StopReason,
    ) -> Result<(Coefficients, ProblemReport)> {
        let at = rounded::<F>(&self.state.coefficients())?;
        Ok((at, report(self.objective, n_batches, stop_reason, vec![self.objective])))
    }
}

/// The rows of a batch that count, in the order in which they are visited.
pub(in crate::linear) fn batch_order<L, R, S, U>(
    sgd: &Sgd<L, R, S, U>,
    weights: &[f64],
    n_batches: usize,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..weights.len()).filter(|&row| weights[row] > 0.0).collect();
    if sgd.settings.shuffle {
        Random::new(sgd.settings.seed.wrapping_add(n_batches as u64)).shuffle(&mut order);
    }
    order
}
