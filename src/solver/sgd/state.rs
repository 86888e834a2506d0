//! The coefficients of a run, and all that it remembers between its steps.

use crate::data::dot;
use crate::schedule::{LearningRate, Moment};
use crate::solver::Coefficients;

/// w = scale · v and b, with what belongs to them.
#[derive(Debug, Clone)]
pub(crate) struct State<M> {
    pub(super) v: Vec<f64>,
    pub(super) scale: f64,
    pub(super) b: f64,
    pub(super) pace: Pace,
    pub(super) owed: Owed,
    pub(super) average: Average,
    /// The mean of the features of all steps, where the update rule asks for it.
    pub(super) mean: Vec<f64>,
    /// One entry a coefficient and one for the intercept, where the update rule has a memory.
    pub(super) memory: Vec<M>,
}

/// Where a run stands in its schedule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// The step that comes next.
    pub(super) now: Moment,
    /// How many steps the schedule is ahead of that.
    skipped: f64,
    /// What [`after_plateau`](crate::schedule::LearningRate::after_plateau) has made of all rates.
    pub(super) factor: f64,
}

impl Pace {
    /// The rate of the step that comes next.
    #[inline(always)]
    pub(super) fn rate(&self, schedule: &impl LearningRate) -> f64 {
        let step = self.now.step + self.skipped;
        self.factor * schedule.rate(&Moment { step, ..self.now })
    }
}

/// The penalty ‖w‖₁ that coefficients owe: Tsuruoka, Tsujii and Ananiadou 2009, "Stochastic Gradient Descent Training
/// for L1-regularized Log-linear Models with Cumulative Penalty".
#[derive(Debug, Clone, Default)]
pub(super) struct Owed {
    /// What each coefficient could have received by now.
    pub(super) total: f64,
    /// Less than nothing: what each has received.
    pub(super) received: Vec<f64>,
}

/// Gives v what it is owed, never past 0. By how much that changes it.
#[inline(always)]
pub(super) fn settle(total: f64, scale: f64, v: &mut f64, received: &mut f64) -> f64 {
    let positive = (*v - (total + *received) / scale).max(0.0);
    let negative = (*v + (total - *received) / scale).min(0.0);
    let settled = if *v > 0.0 {
        positive
    } else if *v < 0.0 {
        negative
    } else {
        *v
    };
    let change = settled - *v;
    *received += scale * change;
    *v = settled;
    change
}

/// The sum of the coefficients of all steps since a first one.
#[derive(Debug, Clone, Default)]
pub(super) struct Average {
    /// Σ w = fixed + of_v · v, so that a step changes only the entries that it has.
    pub(super) fixed: Vec<f64>,
    pub(super) of_v: f64,
    pub(super) b: f64,
    pub(super) count: f64,
    /// The steps of an average that is kept as a mean, whose count is 1.
    pub(super) steps: f64,
    /// The epochs that it has lasted, and what of it is to be left out once these have doubled: Σ w, Σ b and the steps.
    epochs: usize,
    older: Option<(Vec<f64>, f64, f64)>,
}

/// So many epochs are averaged before the first of them may be left out.
const FIRST_HALF: usize = 4;

impl<M: Copy + Default> State<M> {
    /// A run that begins at some coefficients.
    pub(crate) fn new(at: Coefficients, first: Moment) -> Self {
        let d = at.w.len();
        Self {
            v: at.w,
            scale: 1.0,
            b: at.b,
            pace: Pace { now: first, skipped: 0.0, factor: 1.0 },
            owed: Owed::default(),
            average: Average::default(),
            mean: Vec::new(),
            memory: vec![M::default(); d + 1],
        }
    }

    /// The same, whose schedule begins so many steps later.
    pub(crate) fn skipping(self, skipped: f64) -> Self {
        Self { pace: Pace { skipped, ..self.pace }, ..self }
    }

    /// The number of coefficients.
    pub(crate) fn n_features(&self) -> usize {
        self.v.len()
    }

    /// Makes room for what a run of this kind needs.
    pub(super) fn prepare(&mut self, has_kink: bool, averages: bool) {
        let d = self.v.len();
        if has_kink {
            self.owed.received.resize(d, 0.0);
        }
        if averages {
            self.average.fixed.resize(d, 0.0);
        }
    }

    /// The coefficients: the average where there is one yet.
    pub(crate) fn coefficients(&self) -> Coefficients {
        let Average { fixed, of_v, b, count, .. } = &self.average;
        if *count > 0.0 {
            let w = self.v.iter().zip(fixed).map(|(v, fixed)| (fixed + of_v * v) / count).collect();
            return Coefficients { w, b: b / count };
        }
        Coefficients { w: self.v.iter().map(|v| self.scale * v).collect(), b: self.b }
    }

    /// Takes what is owed from all coefficients. What the average has summed up of them stays as it is.
    pub(super) fn settle_all(&mut self) {
        let Self { v, scale, owed: Owed { total, received }, average, .. } = self;
        for (column, (v, received)) in v.iter_mut().zip(received).enumerate() {
            let change = settle(*total, *scale, v, received);
            if let Some(fixed) = average.fixed.get_mut(column) {
                *fixed -= average.of_v * change;
            }
        }
    }

    /// Draws the average towards the coefficients as they are, the n-th time by (1 + γ)/(n + γ): with γ = 0 it is the
    /// mean. Shamir and Zhang 2013, "Stochastic Gradient Descent for Non-smooth Optimization", equation 5.
    #[inline(always)]
    pub(super) fn average_up(&mut self, decay: f64) {
        let Average { fixed, b, count, steps, .. } = &mut self.average;
        (*count, *steps) = (1.0, *steps + 1.0);
        let share = (1.0 + decay) / (*steps + decay);
        for (mean, w) in fixed.iter_mut().zip(&self.v) {
            *mean += share * (w - *mean);
        }
        *b += share * (self.b - *b);
    }

    /// Ends an epoch of the average. Whenever the number of its epochs has doubled, what the first half of them had
    /// summed up is left out, so that it is the mean of the last half or more: Rakhlin, Shamir and Sridharan 2012, "Making
    /// Gradient Descent Optimal for Strongly Convex Stochastic Optimization", section 5.
    pub(super) fn leave_out_older(&mut self) {
        let Average { fixed, of_v, b, count, steps, epochs, older } = &mut self.average;
        if *count == 0.0 {
            return;
        }
        *epochs += 1;
        if *epochs < FIRST_HALF || !epochs.is_power_of_two() {
            return;
        }
        let is_mean = *steps > 0.0;
        let n = if is_mean { steps } else { count };
        let unit = if is_mean { *n } else { 1.0 };
        let mut sum: Vec<f64> =
            fixed.iter().zip(&self.v).map(|(fixed, v)| unit * (fixed + *of_v * v)).collect();
        let mut sum_b = unit * *b;
        if let Some((older, older_b, older_n)) = older.take() {
            sum.iter_mut().zip(&older).for_each(|(sum, older)| *sum -= older);
            (sum_b, *n) = (sum_b - older_b, *n - older_n);
            let unit = if is_mean { *n } else { 1.0 };
            *b = sum_b / unit;
            for ((fixed, sum), v) in fixed.iter_mut().zip(&sum).zip(&self.v) {
                *fixed = sum / unit - *of_v * v;
            }
        }
        *older = Some((sum, sum_b, *n));
    }

    pub(super) fn is_finite(&self) -> bool {
        let is_finite = |v: &f64| (self.scale * v).is_finite();
        // A sum of squares is read faster, and where it is finite, they are: the scale only shrinks.
        self.b.is_finite() && (dot(&self.v, &self.v).is_finite() || self.v.iter().all(is_finite))
    }

    /// Makes the scale 1 again. What was multiplied with v before is to be multiplied with the answer now.
    pub(super) fn rescale(&mut self) -> f64 {
        let scale = std::mem::replace(&mut self.scale, 1.0);
        // The average is told in terms of v.
        for (fixed, v) in self.average.fixed.iter_mut().zip(&self.v) {
            *fixed += self.average.of_v * v;
        }
        self.average.of_v = 0.0;
        self.v.iter_mut().for_each(|v| *v *= scale);
        scale
    }
}
