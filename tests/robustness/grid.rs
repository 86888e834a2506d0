//! Every setting on data of one kind, and what is true of every fit.

use crate::kinds::{Data, Draw, Float, Kind, Size};
use crate::objective::{EPSILON, Model, Point, Setting, gap_of_rounding, objective, primal_rounding};
use certifit::data::Label;
use certifit::solver::Report;
use certifit::{Scalar, prelude::*};
use sprs::CsMat;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

const COSTS: [f64; 5] = [1e-6, 1e-3, 1.0, 1e3, 1e6];
const INTERCEPTS: [Intercept; 3] = [Intercept::Free, Intercept::Penalized { scaling: 1.0 }, Intercept::None];

/// The relative gap that is asked for.
pub const TOL: f64 = 1e-6;

/// A fit that takes longer has failed.
const MAX_TIME: Duration = Duration::from_secs(20);

/// How far the reported objective may be from the true one, relatively, beside the rounding of margins of 1: with a large
/// C and a small optimum that alone is more.
const PRIMAL_TOLERANCE: f64 = 1e-9;

/// How many points near the coefficients are tried for a lower objective.
const PERTURBATIONS: usize = 20;

/// How features are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Dense,
    Sparse,
}

fn settings(models: &[Model]) -> impl Iterator<Item = Setting> {
    let pairs = COSTS.into_iter().flat_map(|c| INTERCEPTS.map(|intercept| (c, intercept)));
    let all =
        pairs.flat_map(|(c, intercept)| models.iter().map(move |&model| Setting { c, intercept, model }));
    // These two have an intercept that is free, or none.
    all.filter(|Setting { intercept, model, .. }| {
        !(matches!(model, Model::Ridge | Model::Lasso) && matches!(intercept, Intercept::Penalized { .. }))
    })
}

/// What a fit says of itself.
struct Fit {
    at: Point,
    primal: f64,
    dual: f64,
    gap: f64,
    relative_gap: f64,
    stop_reason: StopReason,
    solver: &'static str,
}

/// How a fit ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Certified,
    /// The report says that floating point keeps the gap from what was asked for.
    FloatingPointLimit,
    /// What is wrong.
    Failed(String),
}

/// One fit, judged.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub kind: &'static str,
    pub form: Form,
    pub seed: u64,
    pub shape: (usize, usize),
    pub setting: Setting,
    pub verdict: Verdict,
    pub relative_gap: f64,
    /// By how much a point is better that the same float type can hold, relatively; the best of those that were tried.
    pub excess: f64,
    /// A relative gap that rounding accounts for.
    pub rounding: f64,
    pub solver: &'static str,
    pub elapsed: Duration,
}

/// Fits these models, in every setting, to the data of this kind and seed.
pub fn outcomes(kind: &Kind, seed: u64, size: Size, models: &[Model], form: Form) -> Vec<Outcome> {
    let data = kind.data(seed, size);
    let timed = |setting| {
        let start = Instant::now();
        let fit = catch_unwind(AssertUnwindSafe(|| fit(kind.float, form, &data, setting)));
        (setting, fit.unwrap_or_else(|_| Err("panics".into())), start.elapsed())
    };
    let fits: Vec<_> = settings(models).map(timed).collect();
    // Whoever is stuck beside the optimum is likely to be beaten by the optimum of another setting.
    let mut rivals: Vec<Point> =
        fits.iter().filter_map(|(_, fit, _)| fit.as_ref().ok()).map(|fit| fit.at.clone()).collect();
    rivals.extend(constants(&data, kind.float));

    let outcome = |(setting, fit, elapsed): (Setting, Result<Fit, String>, Duration)| {
        let mut outcome = Outcome {
            kind: kind.name,
            form,
            seed,
            shape: data.x.dim(),
            setting,
            verdict: Verdict::Certified,
            relative_gap: f64::NAN,
            excess: f64::NAN,
            rounding: f64::NAN,
            solver: "none",
            elapsed,
        };
        match fit {
            Ok(fit) => {
                let near = perturbations(&data, setting, &fit.at, kind.float, &mut Draw::new(seed));
                let tried = near.iter().chain(&rivals).map(|at| objective(&data, setting, at));
                let best = tried.fold(f64::INFINITY, f64::min);
                let rounding = gap_of_rounding(&data, setting, &fit.at, kind.float);
                outcome.verdict = judge(&data, setting, &fit, best, rounding);
                outcome.relative_gap = fit.relative_gap;
                outcome.excess = ((fit.primal - best) / fit.primal).max(0.0);
                outcome.rounding = rounding / fit.primal;
                outcome.solver = fit.solver;
            }
            Err(error) => outcome.verdict = Verdict::Failed(error),
        }
        outcome
    };
    fits.into_iter().map(outcome).collect()
}

fn fit(float: Float, form: Form, data: &Data, setting: Setting) -> Result<Fit, String> {
    let narrow = || data.x.mapv(|value| value as f32);
    let fit = match (float, form) {
        (Float::Double, Form::Dense) => fit_to(&data.x, &data.y, setting),
        (Float::Single, Form::Dense) => fit_to(&narrow(), &data.y, setting),
        (Float::Double, Form::Sparse) => fit_to(&CsMat::csr_from_dense(data.x.view(), 0.0), &data.y, setting),
        (Float::Single, Form::Sparse) => {
            fit_to(&CsMat::csr_from_dense(narrow().view(), 0.0), &data.y, setting)
        }
    };
    fit.map_err(|error| format!("is refused: {error}"))
}

fn fit_to<X: Features>(x: &X, y: &[i32], setting: Setting) -> certifit::Result<Fit>
where
    X::Owned: Features<Elem = X::Elem>,
{
    let Setting { c, intercept, model } = setting;
    let numbers: Vec<f64> = y.iter().copied().map(f64::from).collect();
    let svc = LinearSVC::new().c(c).intercept(intercept).tol(TOL).max_time(MAX_TIME);
    let logistic = LogisticRegression::new().c(c).intercept(intercept).tol(TOL).max_time(MAX_TIME);
    let svr = LinearSVR::new().c(c).epsilon(EPSILON).intercept(intercept).tol(TOL).max_time(MAX_TIME);
    let ridge = Ridge::new().alpha(1.0 / c).intercept(intercept).tol(TOL).max_time(MAX_TIME);
    let lasso = Lasso::new().alpha(1.0 / c).intercept(intercept).tol(TOL).max_time(MAX_TIME);
    Ok(match model {
        Model::Hinge => of_classifier(&svc.loss(Hinge).fit(x, y)?),
        Model::SquaredHinge => of_classifier(&svc.fit(x, y)?),
        Model::SquaredHingeL1 => of_classifier(&svc.penalty(L1).fit(x, y)?),
        Model::LogLoss => of_classifier(&logistic.fit(x, y)?),
        Model::LogLossL1 => of_classifier(&logistic.penalty(L1).fit(x, y)?),
        Model::Svr => of_regressor(&svr.fit(x, &numbers)?),
        Model::SquaredSvr => of_regressor(&svr.loss(SvrLoss::SquaredEpsilonInsensitive).fit(x, &numbers)?),
        Model::Ridge => of_regressor(&ridge.fit(x, &numbers)?),
        Model::Lasso => of_regressor(&lasso.fit(x, &numbers)?),
    })
}

fn of_classifier<F: Scalar, L: Label, P>(model: &LinearClassifier<F, L, P>) -> Fit {
    facts(model.coef().iter().map(|w| w.widen()).collect(), model.intercept()[0].widen(), model.report())
}

fn of_regressor<F: Scalar>(model: &LinearRegressor<F>) -> Fit {
    facts(model.coef().iter().map(|w| w.widen()).collect(), model.intercept().widen(), model.report())
}

fn facts(w: Vec<f64>, b: f64, report: &Report) -> Fit {
    Fit {
        at: Point { w, b },
        primal: report.primal(),
        dual: report.dual(),
        gap: report.problems()[0].certificate.gap,
        relative_gap: report.relative_gap(),
        stop_reason: report.stop_reason(),
        solver: report.solver(),
    }
}

fn judge(data: &Data, setting: Setting, fit: &Fit, best: f64, rounding: f64) -> Verdict {
    match contradiction(data, setting, fit, best, rounding) {
        Some(wrong) => Verdict::Failed(format!("{}: {wrong}", fit.stop_reason.name())),
        None if fit.stop_reason == StopReason::Converged => Verdict::Certified,
        None => Verdict::FloatingPointLimit,
    }
}

/// What speaks against a fit, by nothing but the data, the definition of the objective, its `best` value among other
/// points and the gap that `rounding` accounts for.
fn contradiction(data: &Data, setting: Setting, fit: &Fit, best: f64, rounding: f64) -> Option<String> {
    let Fit { primal, dual, gap, relative_gap, .. } = *fit;
    if !fit.at.w.iter().chain([&fit.at.b, &primal, &dual]).all(|value| value.is_finite()) {
        return Some(format!("primal {primal}, dual {dual} at {:?}", fit.at));
    }
    if !(gap >= 0.0 && gap.is_finite() && relative_gap >= 0.0 && relative_gap.is_finite()) {
        return Some(format!("a gap of {gap}, relatively {relative_gap}"));
    }
    match fit.stop_reason {
        StopReason::Converged if relative_gap <= TOL && gap <= TOL * primal.abs() => {}
        StopReason::FloatingPointLimit if relative_gap > TOL => {}
        _ => return Some(format!("at a gap of {gap:e}")),
    }
    if setting.intercept == Intercept::None && fit.at.b != 0.0 {
        return Some(format!("an intercept of {} where there is to be none", fit.at.b));
    }
    let truth = objective(data, setting, &fit.at);
    let slack = PRIMAL_TOLERANCE * primal.abs() + primal_rounding(data, setting, &fit.at, Float::Double);
    // Rounding excuses no certificate that does not hold.
    let converged = fit.stop_reason == StopReason::Converged;
    let slack = if converged { slack.min(TOL * primal.abs()) } else { slack };
    if (truth - primal).abs() > slack {
        return Some(format!("the objective is {truth:e}, not {primal:e}"));
    }
    if best < primal - gap - slack || best < dual - slack {
        return Some(format!("{best:e} is below primal {primal:e}, gap {gap:e}, dual {dual:e}"));
    }
    if primal - best > f64::max(TOL * primal.abs(), rounding) {
        return Some(format!(
            "{best:e} can be had in place of {primal:e}, which rounding does not account for"
        ));
    }
    None
}

/// Points whose distance goes from a tenth to 1e-8 of the coefficients; every second one keeps the mean score.
fn perturbations(data: &Data, setting: Setting, at: &Point, float: Float, draw: &mut Draw) -> Vec<Point> {
    let columns = || data.x.columns().into_iter();
    let means: Vec<f64> = columns().map(|column| column.sum() / column.len() as f64).collect();
    // A change of a weight by its unit changes scores by about one.
    let largest = columns().map(|column| column.fold(0.0, |most: f64, x| most.max(x.abs())));
    let units: Vec<f64> = largest.map(|most| 1.0 / most.max(1e-6)).collect();
    let perturb = |index: usize| {
        let size = 10f64.powf(-1.0 - 7.0 * index as f64 / (PERTURBATIONS - 1) as f64);
        let steps: Vec<f64> =
            at.w.iter().zip(&units).map(|(w, unit)| size * (w.abs() + unit) * draw.normal()).collect();
        let mut b = at.b + size * draw.normal();
        if index % 2 == 1 {
            b -= means.iter().zip(&steps).map(|(mean, step)| mean * step).sum::<f64>();
        }
        let w = at.w.iter().zip(&steps).map(|(w, step)| float.round(w + step)).collect();
        Point { w, b: if setting.intercept == Intercept::None { 0.0 } else { float.round(b) } }
    };
    (0..PERTURBATIONS).map(perturb).collect()
}

/// The points that tell no row from another: no score at all, each class's margin, and the mean of the signs.
fn constants(data: &Data, float: Float) -> Vec<Point> {
    let mean = data.y.iter().copied().map(f64::from).sum::<f64>() / data.y.len() as f64;
    [0.0, -1.0, 1.0, mean].map(|b| Point { w: vec![0.0; data.x.ncols()], b: float.round(b) }).to_vec()
}
