//! Few rows at a time: those whose margins are so near 1 that it is open what becomes of them.

use super::augmented_lagrangian::{Goal, Improved, Iterate, Reduced};
use super::newton_systems::Systems;
use super::pieces::add_to;
use std::borrow::Cow;

/// Problems of so many entries are not narrowed: they stay in a cache.
const SMALL_ENTRIES: usize = 1 << 16;
/// The window that is left after a round, in its widths.
const NARROW: f64 = 4.0;
/// The width of the smoothed kink in that of what was decided wrongly.
const WIDEN: f64 = 0.1;
/// A window within a window has at most one of so many rows.
const MOST_NARROWED: usize = 4;
/// By how much a window grows that has made things worse.
const FAR_TOO_NARROW: f64 = 4.0;
/// How often a window is tried before all rows are.
const MOST_WINDOWS: usize = 4;

/// Which rows are open: those with a margin within so much of 1.
#[derive(Clone, Copy)]
pub(super) struct Window(f64);

impl Window {
    /// Rows with |uᵢ| up to `width`.
    pub(super) fn of(width: f64) -> Self {
        Self(width)
    }

    /// The window after one that was too narrow: all that was decided wrongly is open, with rows around it, and the
    /// smoothed kink sees as far again. Never less than what the kink sees.
    pub(super) fn after<S: Systems>(reduced: &Reduced<'_, S>, at: &mut Iterate) -> Self {
        let worst = (0..at.u.len()).map(|i| reduced.wrong(at, i)).fold(0.0, f64::max);
        at.width = at.width.max(WIDEN * worst);
        Self((2.0 * worst).max(NARROW * at.width))
    }

    /// The window to take where this one has made things worse.
    pub(super) fn much_wider(self) -> Self {
        Self(FAR_TOO_NARROW * self.0)
    }

    /// The open rows.
    pub(super) fn rows(self, at: &Iterate) -> Vec<usize> {
        (0..at.u.len()).filter(|&i| at.u[i].abs() <= self.0).collect()
    }
}

/// Decides all rows but some by their u, and improves the iterate on those, which are gathered unless they are all.
/// The uᵢ are left as they were.
pub(super) fn refine<S: Systems>(
    reduced: &Reduced<'_, S>,
    at: &mut Iterate,
    rows: &[usize],
    goal: Goal,
) -> Improved {
    if rows.len() == at.u.len() {
        return improve(reduced, at, goal);
    }
    let mut row_in_full = vec![0.0; at.v.len()];
    let mut open = rows.iter().peekable();
    for i in 0..at.u.len() {
        if open.next_if(|&&row| row == i).is_some() {
            continue;
        }
        let decided = if at.u[i] > 0.0 { reduced.c[i] } else { 0.0 };
        if at.alpha[i] != decided {
            reduced.design.fill_row(i, (decided - at.alpha[i]) * reduced.y[i], &mut row_in_full);
            add_to(&mut at.pull, &row_in_full);
            at.alpha[i] = decided;
        }
    }
    let gathered = reduced.design.gather(rows);
    let of_rows = |values: &[f64]| -> Vec<f64> { rows.iter().map(|&row| values[row]).collect() };
    let (y, alpha) = (of_rows(&reduced.y), of_rows(&at.alpha));
    let design = reduced.design.of(gathered.as_ref());
    let mut inner = Reduced {
        design,
        y: Cow::Owned(y),
        c: Cow::Owned(of_rows(&reduced.c)),
        fixed: reduced.fixed.clone(),
        penalty: reduced.penalty,
        systems: reduced.systems,
        clock: reduced.clock,
    };
    let pull = inner.pull_of(&alpha);
    // What the rows beyond the window pull with, wherever they are.
    add_to(&mut inner.fixed, &at.pull);
    inner.fixed.iter_mut().zip(&pull).for_each(|(fixed, pull)| *fixed -= pull);
    let before = pull.clone();
    let mut inner_at = Iterate { v: at.v.clone(), u: of_rows(&at.u), alpha, pull, width: at.width };
    let improved = improve(&inner, &mut inner_at, goal);
    at.pull.iter_mut().zip(&inner_at.pull).zip(&before).for_each(|((pull, new), old)| *pull += new - old);
    rows.iter().zip(&inner_at.alpha).for_each(|(&row, &alpha)| at.alpha[row] = alpha);
    (at.v, at.width) = (inner_at.v, inner_at.width);
    improved
}

/// One round on all rows of a large problem, the further ones on a window that is as narrow as they need.
fn improve<S: Systems>(reduced: &Reduced<'_, S>, at: &mut Iterate, goal: Goal) -> Improved {
    if at.u.len() * at.v.len() <= SMALL_ENTRIES || goal.rounds <= 1 {
        return reduced.improve(at, goal);
    }
    let improved = reduced.improve(at, Goal { rounds: 1, ..goal });
    if improved.gap <= goal.gap {
        return improved;
    }
    let window = Window::of(NARROW * at.width);
    at.width *= S::PACE.shrink;
    if refine_checked(reduced, at, window, goal) {
        return Improved { gap: goal.gap, is_solved: true };
    }
    reduced.improve(at, goal)
}

/// [`refine`] on a window, again on others while rows turn out to be decided wrongly. False if that came to no end
/// within few rows; the iterate is never worse for it.
pub(super) fn refine_checked<S: Systems>(
    reduced: &Reduced<'_, S>,
    at: &mut Iterate,
    mut window: Window,
    goal: Goal,
) -> bool {
    let mut lowest = reduced.primal(&at.v, &at.u);
    for _ in 0..MOST_WINDOWS {
        let rows = window.rows(at);
        if MOST_NARROWED * rows.len() > at.u.len() {
            return false;
        }
        let before = at.clone();
        refine(reduced, at, &rows, goal);
        let u = reduced.margins(&at.v);
        let primal = reduced.primal(&at.v, &u);
        if !(primal <= lowest) {
            *at = before;
            window = window.much_wider();
            continue;
        }
        (at.u, lowest) = (u, primal);
        if reduced.violation(at) <= goal.gap {
            return true;
        }
        window = Window::after(reduced, at);
    }
    false
}
