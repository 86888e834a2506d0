//! Coordinate descent on working sets.

use super::Solve;
use super::certificate::{Certificate, Evaluation, Repair};
use super::columns::Columns;
use super::control::{Control, Solution, Track};
use super::effort::Effort;
use super::problem::{Coefficients, Intercept, Problem};
use super::proximal_newton::{Iterate, ProximalNewton};
use super::report::StopReason;
use super::row_terms::{Given, of_slope};
use super::screening::Screen;
use super::vanishing::Vanishing;
use crate::data::{Selection, narrowed};
use crate::loss::SmoothLoss;
use crate::observer::{Observing, Progress};
use crate::regularizer::Regularizer;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The smallest working set.
const LEAST_WORKING: usize = 100;
/// The first set has a hundredth of the features of a sparse matrix, where the columns that pull most have most of the entries;
/// and a twentieth of those of a dense one.
pub(super) const SMALL_SHARE: usize = 100;
const LARGE_SHARE: usize = 20;
/// How much better the working set is solved than the others are wrong.
const INNER_TOL: f64 = 0.03;
/// A working set grows as long as more than this share of it are new, and as many of the last ones have stayed.
const NEW_SHARE: f64 = 0.05;
/// A set that does not grow may be the last one. Columns join it that are not wrong but nearly so: by how much they are not, in
/// units of how wrong the worst is; how many may be so, as a share of the coefficients that are not 0; and how much better the
/// set is solved then.
const NEAR: f64 = 1.0;
const NEAR_SHARE: f64 = 0.25;
const LAST_SET: f64 = 0.1;
/// The first tolerance of the working set where no other coefficient is wrong, in units of the relative gap; and the part
/// of one that should do that is asked for.
const LAST_TOL: f64 = 0.5;
/// Certificates in a row without progress after which there will be none.
const PATIENCE: usize = 8;
/// After so many looks in vain the dual point of the last model is tried, too: rows far from the origin need it.
const STALLED: usize = 1;
/// Where losses are so many times as steep as the penalty, it begins at the optimum of costs that are smaller by a factor,
/// roughly.
const STEEP: f64 = 1e4;
const CHEAPER: f64 = 10.0;
const CHEAPER_TOL: f64 = 1e-2;
const CHEAPER_ITERATIONS: usize = 50;

/// Primal coordinate descent on working sets, for penalties that leave most coefficients at 0 and smooth losses.
///
/// One coefficient after the other is set to the minimum along it, among those that are not 0 and those that most want
/// to leave 0; the set grows until no other wants to. The losses are minimised through quadratic models with a line
/// search, and the iterates are extrapolated. A set that still grows is worth a few epochs; one that does not takes up
/// those, too, that nearly want to leave 0, as it may be the last. Once the same coefficients are not 0 epoch after epoch,
/// and the penalty is an elastic net, Newton's step among these takes the place of hundreds of epochs. Coefficients that
/// are 0 at the end are exactly 0. Any [`Regularizer`] will do, as only its [`prox`](Regularizer::prox) is asked for; for
/// L2 alone [`Newton`](super::Newton) is the better choice. Massias, Gramfort and Salmon 2018, "Celer: a Fast Solver for
/// the Lasso with Dual Extrapolation"; Bertrand, Klopfenstein, Bannier, Gidel and Massias 2022, "Beyond L1: Faster and
/// Better Sparse Models with skglm".
///
/// Where the penalty is small next to the losses, smaller costs come first, each begun where the one before ended. Where a gap
/// proves that no optimum uses more than a quarter of the columns, these are copied and the rest of the fit reads them alone,
/// before what it finds is certified with all. Ndiaye, Fercoq, Gramfort and Salmon 2017, "Gap Safe
/// Screening Rules for Sparsity Enforcing Penalties".
///
/// An iteration is one working set, also of smaller costs or of what is left of the columns: a pass over the rows to certify
/// and another to gather the columns that are new, and within it epochs that read these columns alone. Memory: the columns that have ever been in the set, with entries of 32
/// bits where these hold them exactly; where others are dropped, what is left of the features, and those columns once more.
///
/// ```
/// use certifit::loss::SquaredError;
/// use certifit::regularizer::L1;
/// use certifit::solver::{Control, CoordinateDescent, Intercept, Problem, Solve};
/// // Orthonormal columns: w is Xᵀy = (3, 0.5) drawn to 0 by 1.
/// let x = ndarray::array![[1.0, 0.0], [0.0, 1.0]];
/// let problem = Problem::new(&x, vec![3.0, 0.5], vec![1.0; 2], SquaredError, L1, Intercept::None)?;
/// let solution = CoordinateDescent.solve(&problem, &Control::new(1e-10, 100));
/// assert_eq!(solution.coefficients.w, [2.0, 0.0]);
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CoordinateDescent;

impl<L: SmoothLoss + Clone, R: Regularizer + Clone> Solve<L, R> for CoordinateDescent {
    const NAME: &'static str = "coordinate-descent";

    fn solve(&self, problem: &Problem<'_, L, R>, control: &Control) -> Solution {
        descend(problem, control, control.start.is_none())
    }
}

/// Where a fit goes on that has begun with smaller costs.
struct Begun {
    at: Coefficients,
    iterations: usize,
    was_stopped: bool,
}

/// The optimum of costs that are smaller by factors, roughly, one after the other: where losses are so many times as steep as
/// the penalty at w = 0, it is far from there to the optimum.
fn begin_cheaper<L: SmoothLoss + Clone, R: Regularizer + Clone>(
    problem: &Problem<'_, L, R>,
    control: &Control,
    steepness: f64,
    so_far: Certificate,
) -> Begun {
    let (observing, stopped) = remembering(control, so_far);
    let mut begun =
        Begun { at: Coefficients::zeros(problem.x.n_features()), iterations: 0, was_stopped: false };
    let mut factor = 1.0;
    while steepness > STEEP * factor {
        factor *= CHEAPER;
    }
    while factor > 1.0 && begun.iterations < control.max_iter && !control.clock.is_out_of_time() {
        let costs = problem.c.iter().map(|c| c / factor).collect();
        let rest = control.after(begun.iterations).capped(CHEAPER_ITERATIONS);
        let loose =
            Control { tol: CHEAPER_TOL, observing: observing.clone(), trail: None, ..rest }.start(begun.at);
        let found = descend(&problem.on(problem.x, problem.y.clone(), costs), &loose, false);
        begun.at = found.coefficients;
        begun.iterations += found.iterations;
        begun.was_stopped = stopped.load(Ordering::Relaxed);
        if begun.was_stopped {
            break;
        }
        factor /= CHEAPER;
    }
    begun
}

/// The observer of a fit within this one, and whether it has asked to stop. It is told of what is certified `so_far`: what the
/// fit within it certifies is not of this problem.
fn remembering(control: &Control, so_far: Certificate) -> (Observing, Arc<AtomicBool>) {
    let (primal, gap) = (control.unit * so_far.primal, so_far.relative_gap());
    let (observing, stopped) = (control.observing.clone(), Arc::new(AtomicBool::new(false)));
    let remembered = stopped.clone();
    let observe = move |progress: &Progress| {
        let progress = Progress { primal, relative_gap: gap, ..*progress };
        let answer = observing.progress(&progress);
        remembered.fetch_or(answer.is_break(), Ordering::Relaxed);
        answer
    };
    (Observing::by(observe), stopped)
}

/// How many times as steep as the penalty losses are that pull at 0 so much. 0 for penalties that are flat at 0 or have no
/// limit of their steepness.
fn steepness<L, R: Regularizer>(problem: &Problem<'_, L, R>, pull: &[f64]) -> f64 {
    let limit = problem.regularizer.elastic().map_or(problem.regularizer.conjugate_limit(), |(l1, _)| l1);
    if !(limit > 0.0 && limit < f64::INFINITY) {
        return 0.0;
    }
    let steepest = pull.iter().take(problem.x.n_features()).fold(0.0, |most: f64, pull| most.max(pull.abs()));
    (steepest / limit).min(f64::MAX)
}

/// What was found with some of the columns, and what it is with all.
struct Among {
    at: Coefficients,
    found: Evaluation,
    iterations: usize,
    /// Why the whole fit stops, if it does.
    reason: Option<StopReason>,
}

/// What a fit from `now` finds without the columns that are proved to be of no use; `None` where many may be of use.
fn among_those_left<L: SmoothLoss + Clone, R: Regularizer + Clone>(
    problem: &Problem<'_, L, R>,
    control: &Control,
    track: &mut Track<'_, L, R>,
    screen: &mut Option<Screen>,
    iteration: usize,
    now: &Coefficients,
    found: &Evaluation,
) -> Option<Among> {
    let kept = screen.as_mut()?.left(problem, found)?;
    *screen = None;
    let (observing, stopped) = remembering(control, track.certificate());
    let control = Control { observing, ..control.after(iteration) };
    let Solution { coefficients: at, beta, iterations, .. } = descend_among(problem, &control, &kept, now)?;
    let (offer, iteration) = (Given(&beta), iteration + iterations);
    let (found, reason) = if stopped.load(Ordering::Relaxed) {
        // Who has asked to stop is told no more.
        (track.keep(iteration, &at, Repair::Exact, &offer), Some(StopReason::Stopped))
    } else {
        track.look(iteration, &at, Repair::Exact, &offer)
    };
    Some(Among { at, found, iterations, reason })
}

/// The optimum with those columns alone that are `kept`, from these coefficients; `None` where they cannot be copied.
fn descend_among<L: SmoothLoss + Clone, R: Regularizer + Clone>(
    problem: &Problem<'_, L, R>,
    control: &Control,
    kept: &Selection,
    from: &Coefficients,
) -> Option<Solution> {
    let x = narrowed(problem.x, kept)?;
    let some = problem.on(&*x, problem.y.clone(), problem.c.clone());
    let start = Coefficients { w: kept.of(&from.w).copied().collect(), b: from.b };
    let solution = descend(&some, &control.clone().start(start), false);
    let Coefficients { w: of_kept, b } = &solution.coefficients;
    let of_place = |place: Option<usize>| place.and_then(|place| of_kept.get(place)).copied();
    let w = (0..kept.n_in()).map(|column| of_place(kept.place(column)).unwrap_or(0.0)).collect();
    Some(Solution { coefficients: Coefficients { w, b: *b }, ..solution })
}

fn descend<L: SmoothLoss + Clone, R: Regularizer + Clone>(
    problem: &Problem<'_, L, R>,
    control: &Control,
    may_begin_cheaper: bool,
) -> Solution {
    let mut track = Track::start(<CoordinateDescent as Solve<L, R>>::NAME, problem, control);
    let free = problem.intercept == Intercept::Free;
    let Some(mut columns) = Columns::new(problem.x, problem.intercept.column(), free) else {
        return track.finish(StopReason::FloatingPointLimit);
    };
    let mut newton = ProximalNewton::new(problem, control.clock);
    let mut at = start(problem, control);
    let share = if problem.x.is_sparse() { SMALL_SHARE } else { LARGE_SHARE };
    let mut choice = Choice::new(control.tol, problem.x.n_features() / share);
    let mut vanishing = Vanishing::new(problem);
    let mut screen = Screen::new(problem, control.tol);
    let mut iterations_apart = 0;
    for round in 0.. {
        let iteration = round + iterations_apart;
        newton.settle_intercept(&mut at);
        let now = at.coefficients(problem);
        let beta = of_slope(&problem.loss);
        let (mut found, reason) = track.look_with(iteration, &now, &at.scores, &beta);
        if let Some(reason) = reason {
            return track.finish(reason);
        }
        if vanishing.goes_on(found.certificate.primal) || track.offers_without_progress() > PATIENCE {
            break;
        }
        if track.offers_without_progress() >= STALLED
            && let (_, Some(reason)) =
                track.look_with(iteration, &now, &at.scores, &Given(newton.dual_of_model()))
        {
            return track.finish(reason);
        }
        let steepness = steepness(problem, &found.pull);
        if iteration == 0 && may_begin_cheaper && steepness > STEEP {
            let begun = begin_cheaper(problem, control, steepness, track.certificate());
            if begun.was_stopped {
                track.keep(begun.iterations, &begun.at, Repair::Exact, &beta);
                return track.finish(StopReason::Stopped);
            }
            iterations_apart = begun.iterations.saturating_sub(1);
            let scores = problem.scores(&begun.at);
            at = Iterate::new(problem, begun.at, scores);
            continue;
        }
        let among = among_those_left(problem, control, &mut track, &mut screen, iteration, &now, &found);
        if let Some(mut among) = among {
            if let Some(reason) = among.reason {
                return track.finish(reason);
            }
            iterations_apart += among.iterations;
            at = Iterate::new(problem, among.at, std::mem::take(&mut among.found.scores));
            (found, newton.left) = (among.found, 0.0);
        }
        // Gaps fall as what is left wrong in the working set does, if that is what makes them.
        let gap = found.certificate.relative_gap();
        let suffices =
            if track.offers_without_progress() == 0 { newton.left * control.tol / gap } else { 0.0 };
        let Chosen { working, tol, effort } = choice.next(problem, &at.w, &found.pull, LAST_TOL * suffices);
        columns.gather(&working);
        newton.minimize(&columns, &working, &mut at, tol, effort);
        // Steps have moved the scores; those that certify are sums over the columns.
        at.scores = columns.scores(&at.w, at.b);
    }
    track.finish(StopReason::FloatingPointLimit)
}

fn start<L, R>(problem: &Problem<'_, L, R>, control: &Control) -> Iterate {
    let d = problem.x.n_features();
    let from = control.start.as_ref().map_or_else(|| Coefficients::zeros(d), |start| start.at.clone());
    let is_zero = from == Coefficients::zeros(d);
    let scores = if is_zero { vec![0.0; problem.n_rows()] } else { problem.scores(&from) };
    Iterate::new(problem, from, scores)
}

/// The working set, and how well it is solved.
pub(super) struct Chosen {
    pub(super) working: Vec<usize>,
    pub(super) tol: f64,
    pub(super) effort: Effort,
}

impl Default for Chosen {
    fn default() -> Self {
        Self { working: Vec::new(), tol: 0.0, effort: Effort::WHOLE }
    }
}

/// Which coefficients are in the working set.
pub(super) struct Choice {
    size: usize,
    inner_tol: f64,
    last_tol: f64,
    /// Coefficients that were not 0.
    most_not_zero: usize,
}

impl Choice {
    /// For a relative gap of `tol`; the first set has so many coefficients, and no fewer than a hundred.
    pub(super) fn new(tol: f64, first: usize) -> Self {
        Self {
            size: first.max(LEAST_WORKING),
            inner_tol: LAST_TOL * tol,
            last_tol: f64::INFINITY,
            most_not_zero: 0,
        }
    }

    /// The coefficients that are not 0 and those that most want to leave it, and the tolerance for them, which is `suffices`
    /// or more; `pull` is Σ βᵢ (xᵢ, 1).
    pub(super) fn next<L, R: Regularizer>(
        &mut self,
        problem: &Problem<'_, L, R>,
        w: &[f64],
        pull: &[f64],
        suffices: f64,
    ) -> Chosen {
        let d = problem.x.n_features();
        let column = problem.intercept.column();
        let (mut working, mut wrong) = (Vec::new(), Vec::new());
        for (j, (&w, &pull)) in w.iter().zip(pull).enumerate() {
            let pull = if j == d { column * pull } else { pull };
            if w != 0.0 {
                working.push(j);
            } else if j < d || column > 0.0 {
                let wants = problem.regularizer.prox(pull, 1.0).abs();
                if wants > 0.0 {
                    wrong.push((wants, j));
                }
            }
        }
        let worst = wrong.iter().fold(0.0, |worst: f64, (wants, _)| worst.max(*wants));
        if worst <= self.inner_tol && self.last_tol <= self.inner_tol {
            self.inner_tol *= INNER_TOL;
        }
        self.size = self.size.max(2 * working.len());
        let room = (self.size - working.len()).max(2 * working.len());
        if wrong.len() > room {
            wrong.select_nth_unstable_by(room, |a, b| b.0.total_cmp(&a.0));
            wrong.truncate(room);
        }
        let is_more = |new: usize| new == working.len() || new as f64 > NEW_SHARE * working.len() as f64;
        let is_growing = is_more(wrong.len()) && is_more(working.len().saturating_sub(self.most_not_zero));
        self.most_not_zero = self.most_not_zero.max(working.len());
        let effort = if is_growing { Effort::OF_GROWING } else { Effort::WHOLE };
        let most_near = (NEAR_SHARE * working.len() as f64) as usize;
        working.extend(wrong.into_iter().map(|(_, j)| j));
        let near = (!is_growing).then(|| nearly_wrong(problem, w, pull, NEAR * worst));
        let near = near.filter(|near| near.len() <= most_near);
        let may_be_last = near.is_some();
        working.extend(near.into_iter().flatten());
        working.sort_unstable();
        let left = if may_be_last { LAST_SET * INNER_TOL } else { INNER_TOL };
        self.last_tol = self.inner_tol.max(left * worst).max(suffices);
        Chosen { working, tol: self.last_tol, effort }
    }
}

/// The coefficients that would leave 0 if the losses pulled more at them by no more than so much.
fn nearly_wrong<L, R: Regularizer>(
    problem: &Problem<'_, L, R>,
    w: &[f64],
    pull: &[f64],
    more: f64,
) -> Vec<usize> {
    let stays = |pull: f64| problem.regularizer.prox(pull, 1.0) == 0.0;
    let features = w.iter().zip(pull).take(problem.x.n_features()).enumerate();
    features
        .filter(|(_, (w, pull))| **w == 0.0 && stays(**pull) && !stays(**pull + more.copysign(**pull)))
        .map(|(j, _)| j)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{DualLoss, LogLoss, Loss, SquaredError};
    use crate::regularizer::{L1, NoPenalty};
    use crate::solver::certify;
    use std::ops::ControlFlow;
    use std::sync::Mutex;

    #[test]
    fn classes_that_can_be_told_apart_have_no_optimum_and_take_no_time() {
        let x = ndarray::Array2::from_shape_fn((20, 40), |(i, j)| ((i * i + 3 * j + i * j) as f64).sin());
        let y: Vec<f64> = (0..20).map(|i| if i % 3 == 0 { 1.0 } else { -1.0 }).collect();
        for intercept in [Intercept::Free, Intercept::None, Intercept::Penalized { scaling: 1.0 }] {
            let problem = Problem::new(&x, y.clone(), vec![1.0; 20], LogLoss, NoPenalty, intercept).unwrap();
            let end = CoordinateDescent.solve(&problem, &Control::new(1e-6, 10_000));
            assert_eq!(end.stop_reason, StopReason::FloatingPointLimit);
            assert!(end.iterations < 100, "{}", end.iterations);
            assert!(end.certificate.primal < 1e-5, "{:?}", end.certificate);
        }
    }

    fn wide(n: usize, d: usize) -> (ndarray::Array2<f64>, Vec<f64>) {
        let x = ndarray::Array2::from_shape_fn((n, d), |(i, j)| ((i * 37 + j * 101 + i * j) as f64).sin());
        let y = (0..n).map(|i| x[[i, 3]] - 2.0 * x[[i, d / 2]] + 0.3 * ((i * i) as f64).cos()).collect();
        (x, y)
    }

    #[test]
    fn the_optimum_among_columns_that_hold_it_is_the_optimum() {
        let (x, y) = wide(50, 300);
        for intercept in [Intercept::Free, Intercept::None, Intercept::Penalized { scaling: 2.0 }] {
            let problem = Problem::new(&x, y.clone(), vec![0.3; 50], SquaredError, L1, intercept).unwrap();
            let control = Control::new(1e-12, 1000);
            let all = CoordinateDescent.solve(&problem, &control);
            let stays = |(j, w): (usize, &f64)| *w != 0.0 || j % 7 == 0;
            let kept = Selection::new(all.coefficients.w.iter().enumerate().map(stays));
            let among = descend_among(&problem, &control, &kept, &Coefficients::zeros(300)).unwrap();
            assert_eq!(among.stop_reason, StopReason::Converged);
            let certificate = certify(&problem, &among.coefficients, &among.beta).unwrap();
            assert!(certificate.relative_gap() <= 1e-11, "{certificate:?}");
            approx::assert_relative_eq!(
                among.coefficients.w.as_slice(),
                all.coefficients.w.as_slice(),
                epsilon = 1e-6
            );
        }
    }

    /// L1 that tells of how many features objectives are asked for.
    #[derive(Debug, Clone, Default)]
    struct Seeing(Arc<Mutex<Vec<usize>>>);

    impl Seeing {
        fn of_fewer_than(&self, d: usize) -> usize {
            self.0.lock().unwrap().iter().filter(|width| **width < d).count()
        }
    }

    impl Regularizer for Seeing {
        fn term(&self, w: f64) -> f64 {
            L1.term(w)
        }
        fn prox(&self, w: f64, step: f64) -> f64 {
            L1.prox(w, step)
        }
        fn conjugate_term(&self, g: f64) -> f64 {
            L1.conjugate_term(g)
        }
        fn fenchel_young(&self, w: f64, g: f64) -> f64 {
            L1.fenchel_young(w, g)
        }
        fn conjugate_limit(&self) -> f64 {
            L1.conjugate_limit()
        }
        fn elastic(&self) -> Option<(f64, f64)> {
            L1.elastic()
        }
        fn value(&self, w: &[f64]) -> f64 {
            self.0.lock().unwrap().push(w.len());
            L1.value(w)
        }
    }

    /// A fit with few of 2,000 features left in the end; where each look was, told by an observer that stops at one of them,
    /// and how many of the certificates were of a part of the columns.
    fn looks(control: Control, stop_at: usize) -> (Solution, Vec<usize>, usize) {
        let (x, y) = wide(80, 2000);
        let y: Vec<f64> = y.iter().map(|y| y.signum()).collect();
        let (penalty, c) = (Seeing::default(), vec![1.0; 80]);
        let problem =
            Problem::new(&x, y.clone(), c.clone(), LogLoss, penalty.clone(), Intercept::Free).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let seeing = seen.clone();
        let observe = move |progress: &Progress| {
            let mut seen = seeing.lock().unwrap();
            seen.push(progress.iteration);
            if seen.len() > stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let end =
            CoordinateDescent.solve(&problem, &Control { observing: Observing::by(observe), ..control });
        let plain = Problem::new(&x, y, c, LogLoss, L1, Intercept::Free).unwrap();
        let certificate = certify(&plain, &end.coefficients, &end.beta).unwrap();
        approx::assert_relative_eq!(end.certificate.primal, certificate.primal, max_relative = 1e-14);
        let seen = seen.lock().unwrap().clone();
        (end, seen, penalty.of_fewer_than(2000))
    }

    #[test]
    fn columns_are_dropped_within_a_fit_that_ends_as_it_is_asked_to() {
        let tight = || Control::new(1e-12, 1000);
        let (whole, all_looks, of_part) = looks(tight(), usize::MAX);
        assert_eq!(whole.stop_reason, StopReason::Converged);
        assert!(whole.certificate.relative_gap() <= 1e-12);
        assert!(of_part > 1, "no columns are dropped");
        for stop_at in 0..all_looks.len() {
            let (end, seen, _) = looks(tight(), stop_at);
            assert_eq!(seen, all_looks[..=stop_at], "told after it was stopped");
            // The last look, and that of what is left before it.
            let expected =
                if stop_at + 2 >= all_looks.len() { StopReason::Converged } else { StopReason::Stopped };
            assert_eq!(end.stop_reason, expected);
        }
        for max_iter in 0..=whole.iterations {
            let end = looks(Control::new(1e-12, max_iter), usize::MAX).0;
            assert!(end.iterations <= max_iter);
            let expected =
                if max_iter < whole.iterations { StopReason::MaxIter } else { StopReason::Converged };
            assert_eq!(end.stop_reason, expected, "{max_iter}");
        }
    }

    /// The squared error, of which a user says that it bends far less than it does.
    #[derive(Debug, Clone)]
    struct Understated;

    impl Loss for Understated {
        fn value(&self, y: f64, p: f64) -> f64 {
            SquaredError.value(y, p)
        }
        fn derivative(&self, y: f64, p: f64) -> f64 {
            SquaredError.derivative(y, p)
        }
    }

    impl SmoothLoss for Understated {
        fn second_derivative(&self, y: f64, p: f64) -> f64 {
            SquaredError.second_derivative(y, p)
        }
        fn max_second_derivative(&self) -> f64 {
            1e-12
        }
    }

    impl DualLoss for Understated {
        fn dual_bounds(&self, y: f64, c: f64) -> (f64, f64) {
            SquaredError.dual_bounds(y, c)
        }
        fn dual_term(&self, y: f64, beta: f64, c: f64) -> f64 {
            SquaredError.dual_term(y, beta, c)
        }
        fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64 {
            SquaredError.dual_slope(y, beta, c)
        }
        fn dual_curvature(&self, y: f64, beta: f64, c: f64) -> f64 {
            SquaredError.dual_curvature(y, beta, c)
        }
        fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
            SquaredError.fenchel_young(y, p, beta, c)
        }
    }

    #[test]
    fn columns_that_a_wrong_bound_has_dropped_come_back() {
        let (x, y) = wide(80, 4000);
        for (c, intercept) in [(0.3, Intercept::Free), (3.0, Intercept::None), (30.0, Intercept::Free)] {
            let control = Control::new(1e-10, 1000);
            let penalty = Seeing::default();
            let right = Problem::new(&x, y.clone(), vec![c; 80], SquaredError, L1, intercept).unwrap();
            let right = CoordinateDescent.solve(&right, &control);
            let (loss, seeing) = (Understated, penalty.clone());
            let wrong = Problem::new(&x, y.clone(), vec![c; 80], loss, seeing, intercept).unwrap();
            let wrong = CoordinateDescent.solve(&wrong, &control);
            assert!(penalty.of_fewer_than(4000) > 0, "no columns are dropped");
            assert_eq!(wrong.stop_reason, StopReason::Converged, "{c} {:?}", wrong.certificate);
            approx::assert_relative_eq!(
                wrong.certificate.primal,
                right.certificate.primal,
                max_relative = 2e-10
            );
        }
    }

    #[test]
    fn fits_that_begin_with_smaller_costs_are_counted_and_can_be_stopped() {
        let (x, y) = wide(40, 60);
        let problem = Problem::new(&x, y, vec![1e6; 40], SquaredError, L1, Intercept::Free).unwrap();
        let fit = |max_iter: usize, stop_at: usize| {
            let seen = Arc::new(Mutex::new(Vec::new()));
            let seeing = seen.clone();
            let observe = move |progress: &Progress| {
                let mut seen = seeing.lock().unwrap();
                seen.push((progress.iteration, progress.relative_gap));
                if seen.len() > stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let observing = Observing::by(observe);
            let end =
                CoordinateDescent.solve(&problem, &Control { observing, ..Control::new(1e-9, max_iter) });
            let seen = seen.lock().unwrap().clone();
            (end, seen)
        };
        let (whole, seen) = fit(1000, usize::MAX);
        assert_eq!(whole.stop_reason, StopReason::Converged);
        // The first look, those with smaller costs, which tell what the first has certified, and the others.
        let apart = seen.iter().filter(|look| look.1 == seen[0].1).count();
        assert!(apart > 5 && apart < seen.len(), "{seen:?}");
        assert!(seen.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 >= pair[1].1), "{seen:?}");
        for stop_at in 0..seen.len() - 1 {
            let (end, told) = fit(1000, stop_at);
            assert_eq!((end.stop_reason, told.as_slice()), (StopReason::Stopped, &seen[..=stop_at]));
            let certificate = certify(&problem, &end.coefficients, &end.beta).unwrap();
            approx::assert_relative_eq!(end.certificate.primal, certificate.primal, max_relative = 1e-12);
        }
        for max_iter in 0..whole.iterations {
            let (end, _) = fit(max_iter, usize::MAX);
            assert_eq!(end.stop_reason, StopReason::MaxIter, "{max_iter}");
            assert!(end.iterations <= max_iter, "{} {max_iter}", end.iterations);
        }
    }

    #[test]
    fn certificates_are_of_the_data_as_they_are_wherever_a_fit_ends() {
        let (x, y) = wide(50, 300);
        let problem = Problem::new(&x, y, vec![0.3; 50], SquaredError, L1, Intercept::Free).unwrap();
        for (tol, max_iter) in (0..8).map(|most| (1e-12, most)).chain([(1e-2, 99), (1e-5, 99), (1e-13, 99)]) {
            let end = CoordinateDescent.solve(&problem, &Control::new(tol, max_iter));
            let certificate = certify(&problem, &end.coefficients, &end.beta).unwrap();
            // By rows and by columns, terms are summed in another order.
            approx::assert_relative_eq!(end.certificate.primal, certificate.primal, max_relative = 1e-14);
            approx::assert_relative_eq!(
                end.certificate.gap,
                certificate.gap,
                max_relative = 1e-6,
                epsilon = 1e-15 * certificate.primal
            );
            let converged = end.stop_reason == StopReason::Converged;
            assert_eq!(converged, end.certificate.relative_gap() <= tol);
        }
    }
}
