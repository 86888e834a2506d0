//! The support vector machine of Crammer and Singer.

use super::control::{Control, Solution};
use super::forecast::Forecast;
use super::joint_certificate::JointTrack;
use super::joint_problem::JointProblem;
use super::packed::{RowAccess, WithRows, with_rows};
use super::problem::{Coefficients, Intercept};
use super::report::StopReason;
use super::sweep::Swept;
use crate::loss::CrammerSinger;
use crate::random::Random;
use crate::regularizer::L2;

pub(super) const NAME: &str = "sequential-dual";

/// The share of the gap from which the penalty of a free intercept's place makes that place move.
const CENTER_SHARE: f64 = 0.3;
/// Slack of the scores of a row, relative to them, that counts as rounding.
const ROUNDING: f64 = 1e-15;

/// Minimises ½ ‖W‖² + Σ cᵢ maxₖ (1[k ≠ yᵢ] + zᵢₖ − zᵢ_yᵢ), z = W x + b, by the sequential dual method.
///
/// The dual point is made of shares of cᵢ, sᵢₖ ≥ 0 with Σₖ sᵢₖ = cᵢ, and W = Σᵢ (cᵢ e_yᵢ − sᵢ) ⊗ xᵢ. Those of one row after
/// the other, in random order, are set to the maximum of the dual in all of them: s + (1[k ≠ y] + z)/‖x‖² projected to the
/// simplex, by sorting. Rows all of whose share is on one class that leads are left out until the others are done. An
/// epoch costs the number of stored entries times K. Keerthi, Sundararajan, Chang, Hsieh and Lin 2008, "A Sequential Dual
/// Method for Large Scale Multi-Class Linear SVMs", doi:10.1145/1401890.1401942; Fan, Chang, Hsieh, Wang and Lin 2008,
/// "LIBLINEAR: A Library for Large Linear Classification", appendix E.
///
/// A penalised intercept is one more feature. A free one asks for Σᵢ (cᵢ e_yᵢ − sᵢ) = 0; it is reached by proximal steps, as
/// in [`DualCoordinateDescent`](super::DualCoordinateDescent).
pub(super) fn solve(
    problem: &JointProblem<'_, CrammerSinger, L2>,
    control: &Control,
) -> Solution<Vec<Coefficients>> {
    let order = Random::new(control.seed).permutation(problem.n_rows());
    with_rows(problem.x, &order, Task { problem, control, order: &order })
}

struct Task<'a> {
    problem: &'a JointProblem<'a, CrammerSinger, L2>,
    control: &'a Control,
    order: &'a [usize],
}

impl WithRows for Task<'_> {
    type Output = Solution<Vec<Coefficients>>;

    fn run(self, rows: &impl RowAccess) -> Self::Output {
        let mut track = JointTrack::start(NAME, self.problem, self.control);
        let mut descent = Descent::new(self.problem, rows, self.order, self.control.seed);
        let mut forecast = Forecast::new(self.control.tol);
        for epoch in 1.. {
            let sweep = descent.epoch();
            if forecast.is_time_to_check(&sweep) {
                forecast.checked(descent.check_sleepers());
            }
            let is_end = epoch >= self.control.max_iter || self.control.clock.is_out_of_time();
            if !(is_end || forecast.is_due(&sweep, descent.imbalance())) {
                descent.move_center(&sweep);
                continue;
            }
            let (found, reason) = track.look(epoch, &descent.coefficients(), descent.shares());
            if let Some(reason) = reason {
                return track.finish(reason);
            }
            forecast.learn(&found.certificate);
            let moved = descent.move_center(&sweep);
            let asleep = descent.n_asleep();
            descent.wake_all();
            if sweep.moved == 0.0 && !moved && asleep == 0 {
                break;
            }
        }
        track.finish(StopReason::FloatingPointLimit)
    }
}

/// A row at its place in the order of visits.
struct Row {
    y: usize,
    c: f64,
    /// ‖x‖² and, where there is an intercept, the square of its column.
    norm: f64,
    sleeps: bool,
}

struct Descent<'a, A> {
    problem: &'a JointProblem<'a, CrammerSinger, L2>,
    access: &'a A,
    order: &'a [usize],
    rows: Vec<Row>,
    /// The shares of cᵢ of the rows in their order.
    shares: Vec<f64>,
    /// W, the numbers of a feature side by side.
    w: Vec<f64>,
    /// The square of the intercept's column: b = center + column · Σ β.
    column: f64,
    b: Vec<f64>,
    active: Vec<usize>,
    /// The largest slack of a row in the last epoch: rows whose class leads by more are left out.
    slack: f64,
    random: Random,
}

impl<'a, A: RowAccess> Descent<'a, A> {
    fn new(
        problem: &'a JointProblem<'a, CrammerSinger, L2>,
        access: &'a A,
        order: &'a [usize],
        seed: u64,
    ) -> Self {
        let (n, k) = (problem.n_rows(), problem.n_classes);
        let mut norms = vec![0.0; n];
        problem.x.rows_squared_norm(0..n, &mut norms);
        let column = match problem.intercept {
            Intercept::Penalized { scaling } => scaling * scaling,
            Intercept::Free => (norms.iter().sum::<f64>() / n as f64).max(f64::MIN_POSITIVE),
            Intercept::None => 0.0,
        };
        let row = |&row: &usize| Row {
            y: problem.y[row],
            c: problem.c[row],
            norm: norms[row] + column,
            sleeps: false,
        };
        let rows: Vec<Row> = order.iter().map(row).collect();
        let mut shares = vec![0.0; n * k];
        shares.chunks_exact_mut(k).zip(&rows).for_each(|(shares, row)| shares[row.y] = row.c);
        Self {
            problem,
            access,
            order,
            rows,
            shares,
            w: vec![0.0; problem.x.n_features() * k],
            column,
            b: vec![0.0; k],
            active: (0..n).collect(),
            slack: f64::INFINITY,
            random: Random::new(seed),
        }
    }

    /// One visit of the active rows in random order.
    fn epoch(&mut self) -> Swept {
        self.random.shuffle(&mut self.active);
        let mut visit = Visit::new(self.problem.n_classes);
        let mut swept = Swept { gap: 0.0, primal: 0.0, beta_sum: 0.0, moved: 0.0 };
        let mut worst = 0.0f64;
        for place in 0..self.active.len() {
            let at = self.active[place];
            self.ask(at, &mut visit);
            let (row, k) = (&mut self.rows[at], visit.asked.len());
            let shares = &mut self.shares[at * k..(at + 1) * k];
            swept.gap += visit.gap(shares);
            swept.primal += row.c * (visit.most - visit.asked[row.y]);
            let (slack, lead) = visit.slack_and_lead(shares);
            worst = worst.max(slack);
            if slack == 0.0 && lead > self.slack {
                row.sleeps = true;
                continue;
            }
            if slack <= ROUNDING * visit.most.abs() {
                continue;
            }
            visit.project(row, shares);
            swept.moved = swept.moved.max(visit.apply(shares) * row.norm);
            let (w, steps) = (&mut self.w, &visit.steps);
            self.access.visit(at, |column, value| {
                let w = &mut w[column * k..(column + 1) * k];
                w.iter_mut().zip(steps).for_each(|(w, step)| *w += value * step);
            });
            self.b.iter_mut().zip(steps).for_each(|(b, step)| *b += self.column * step);
        }
        self.active.retain(|&at| !self.rows[at].sleeps);
        self.slack = if worst > 0.0 { worst } else { f64::INFINITY };
        swept.primal += 0.5 * crate::data::dot(&self.w, &self.w);
        swept
    }

    /// What the classes of a row ask for.
    fn ask(&self, at: usize, visit: &mut Visit) {
        let (k, y) = (visit.asked.len(), self.rows[at].y);
        let asked = &mut visit.asked;
        asked.copy_from_slice(&self.b);
        self.access.visit(at, |column, value| {
            let w = &self.w[column * k..(column + 1) * k];
            asked.iter_mut().zip(w).for_each(|(z, w)| *z += value * w);
        });
        asked.iter_mut().enumerate().filter(|(k, _)| *k != y).for_each(|(_, z)| *z += 1.0);
        visit.most = asked.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    }

    /// Takes up those left out that are not at their optimum; the gap of all of them.
    fn check_sleepers(&mut self) -> f64 {
        let mut visit = Visit::new(self.problem.n_classes);
        let (mut gap, mut woken) = (0.0, false);
        for at in 0..self.rows.len() {
            if self.rows[at].sleeps {
                self.ask(at, &mut visit);
                let k = visit.asked.len();
                let of_row = visit.gap(&self.shares[at * k..(at + 1) * k]);
                gap += of_row;
                self.rows[at].sleeps = of_row == 0.0;
                woken |= of_row > 0.0;
            }
        }
        if woken {
            self.active = (0..self.rows.len()).filter(|&at| !self.rows[at].sleeps).collect();
        }
        gap
    }

    fn n_asleep(&self) -> usize {
        self.rows.len() - self.active.len()
    }

    fn wake_all(&mut self) {
        self.rows.iter_mut().for_each(|row| row.sleeps = false);
        self.active = (0..self.rows.len()).collect();
        self.slack = f64::INFINITY;
    }

    /// Σᵢ βᵢₖ of each class where the intercept is free.
    fn excess(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.problem.n_classes];
        if self.problem.intercept == Intercept::Free {
            for (row, shares) in self.rows.iter().zip(self.shares.chunks_exact(sums.len())) {
                sums[row.y] += row.c;
                sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum -= share);
            }
        }
        sums
    }

    /// What Σ β ≠ 0 adds to the gap where the intercept is free.
    fn imbalance(&self) -> f64 {
        self.excess().iter().zip(&self.b).map(|(sum, b)| sum.abs() * (1.0 + b.abs())).sum()
    }

    /// A free intercept is penalised around where it is: moves that place where the penalty is what holds the rest up.
    fn move_center(&mut self, swept: &Swept) -> bool {
        let excess = self.excess();
        let penalty: f64 = excess.iter().map(|sum| 0.5 * self.column * sum * sum).sum();
        let moves = penalty > CENTER_SHARE * swept.gap;
        if moves {
            self.b.iter_mut().zip(&excess).for_each(|(b, sum)| *b += self.column * sum);
        }
        moves
    }

    /// The shares of 1 of all rows, as they stand in the matrix.
    fn shares(&self) -> Vec<f64> {
        let k = self.problem.n_classes;
        let mut shares = vec![0.0; self.shares.len()];
        for ((own, row), &original) in self.shares.chunks_exact(k).zip(&self.rows).zip(self.order) {
            let to = &mut shares[original * k..(original + 1) * k];
            to.iter_mut().zip(own).for_each(|(to, share)| *to = share / row.c);
        }
        shares
    }

    fn coefficients(&self) -> Vec<Coefficients> {
        let k = self.problem.n_classes;
        let of_class = |(class, &b): (usize, &f64)| Coefficients {
            w: self.w.iter().skip(class).step_by(k).copied().collect(),
            b,
        };
        self.b.iter().enumerate().map(of_class).collect()
    }
}

/// The numbers of a row that is visited.
struct Visit {
    /// 1[k ≠ y] + zₖ, and the largest of them.
    asked: Vec<f64>,
    most: f64,
    sorted: Vec<f64>,
    next: Vec<f64>,
    /// Changes of β.
    steps: Vec<f64>,
}

impl Visit {
    fn new(n_classes: usize) -> Self {
        let [asked, sorted, next, steps] = std::array::from_fn(|_| vec![0.0; n_classes]);
        Self { asked, most: 0.0, sorted, next, steps }
    }

    /// What the row adds to the duality gap.
    fn gap(&self, shares: &[f64]) -> f64 {
        let of = |(share, asked): (&f64, &f64)| if *share > 0.0 { share * (self.most - asked) } else { 0.0 };
        shares.iter().zip(&self.asked).map(of).sum()
    }

    /// By how much a class with a share asks for less than the most, and by how much the others without one do at least.
    fn slack_and_lead(&self, shares: &[f64]) -> (f64, f64) {
        let (mut slack, mut lead, mut with_share) = (0.0f64, f64::INFINITY, 0);
        for (share, asked) in shares.iter().zip(&self.asked) {
            if *share > 0.0 {
                slack = slack.max(self.most - asked);
                with_share += 1;
            } else {
                lead = lead.min(self.most - asked);
            }
        }
        // With shares on several classes the row is at no corner.
        (slack, if with_share == 1 { lead } else { 0.0 })
    }

    /// The best shares: s + asked/‖x‖², projected to Σ = c.
    fn project(&mut self, row: &Row, shares: &[f64]) {
        let (asked, c) = (&self.asked, row.c);
        let is_flat = !(row.norm > 0.0);
        let norm = if is_flat { 1.0 } else { row.norm };
        let kept = if is_flat { 0.0 } else { norm };
        self.next.iter_mut().zip(shares).zip(asked).for_each(|((next, share), asked)| {
            *next = kept * share + asked - self.most;
        });
        self.sorted.copy_from_slice(&self.next);
        self.sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        // A row that is 0 goes to a corner whole.
        let mass = if is_flat { 0.0 } else { norm * c };
        let (mut sum, mut level, mut count) = (-mass, f64::NEG_INFINITY, 0.0);
        for &value in &self.sorted {
            if count > 0.0 && value <= level {
                break;
            }
            sum += value;
            count += 1.0;
            level = sum / count;
        }
        if is_flat {
            let top = self.next.iter().position(|next| *next == 0.0).unwrap_or(row.y);
            self.next.iter_mut().enumerate().for_each(|(k, next)| *next = if k == top { c } else { 0.0 });
            return;
        }
        self.next.iter_mut().for_each(|next| *next = ((*next - level) / norm).max(0.0));
        let scale = c / self.next.iter().sum::<f64>();
        if scale.is_finite() {
            self.next.iter_mut().for_each(|next| *next *= scale);
        } else {
            self.next.copy_from_slice(shares);
        }
    }

    /// Takes the new shares over; the largest change.
    fn apply(&mut self, shares: &mut [f64]) -> f64 {
        let mut moved = 0.0f64;
        for ((share, next), step) in shares.iter_mut().zip(&self.next).zip(&mut self.steps) {
            *step = *share - next;
            *share = *next;
            moved = moved.max(step.abs());
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gets_the_best_shares() {
        // max Σ s (asked) − ½ ‖x‖² ‖s − s₀‖² over a simplex: no step to any other corner is better.
        let row = Row { y: 1, c: 2.0, norm: 1.5, sleeps: false };
        let before = [0.5, 1.5, 0.0, 0.0];
        for asked in [[0.0, 0.3, 1.0, -2.0], [5.0, 0.0, 0.0, 0.0], [0.1, 0.1, 0.1, 0.1]] {
            let mut visit = Visit::new(4);
            visit.asked.copy_from_slice(&asked);
            visit.most = asked.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            visit.project(&row, &before);
            let next = visit.next.clone();
            approx::assert_relative_eq!(next.iter().sum::<f64>(), 2.0, max_relative = 1e-14);
            let slope = |k: usize| asked[k] - row.norm * (next[k] - before[k]);
            let top = (0..4).map(slope).fold(f64::NEG_INFINITY, f64::max);
            for k in 0..4 {
                assert!(next[k] >= 0.0 && (next[k] == 0.0 || top - slope(k) < 1e-12), "{next:?}");
            }
        }
    }
}
