//! Some of the rows, in the stead of all.

use super::problem::Problem;
use crate::random::Random;

/// The least share of a sample that either sign of the target gets, where it has so many rows.
const LEAST_SHARE: f64 = 0.125;

/// Rows that are taken together: to read neighbours is less work.
const NEIGHBOURS: usize = 4;

/// Rows of a problem, ascending, and their costs, raised so that the sample weighs as much as all rows.
pub(super) struct Sample {
    pub(super) rows: Vec<usize>,
    pub(super) y: Vec<f64>,
    pub(super) c: Vec<f64>,
}

/// The rows of either sign of the target, ascending.
pub(super) struct Strata([Vec<usize>; 2]);

impl Strata {
    pub(super) fn of<L, R>(problem: &Problem<'_, L, R>) -> Self {
        let n = problem.n_rows();
        let positive = problem.y.iter().filter(|&&y| y > 0.0).count();
        let (mut negative, mut positive) = (Vec::with_capacity(n - positive), Vec::with_capacity(positive));
        for (row, &y) in problem.y.iter().enumerate() {
            if y > 0.0 { positive.push(row) } else { negative.push(row) }
        }
        Self([negative, positive])
    }

    /// About `size` rows: a few neighbours at random out of each run of rows of the same sign, so that sorted rows are
    /// no worse than shuffled ones; a rare sign gets more than its share.
    pub(super) fn sample<L, R>(&self, problem: &Problem<'_, L, R>, size: usize, seed: u64) -> Sample {
        let mut random = Random::new(seed);
        let mut chosen: Vec<(usize, f64)> = Vec::with_capacity(size + 2 * NEIGHBOURS);
        for rows in &self.0 {
            let share = (rows.len() as f64 / problem.n_rows() as f64).max(LEAST_SHARE);
            let wanted = ((share * size as f64) as usize).clamp(rows.len().min(1), rows.len());
            let groups = wanted.div_ceil(NEIGHBOURS);
            if groups == 0 {
                continue;
            }
            let begin = |k: usize| k * (rows.len() / groups) + k * (rows.len() % groups) / groups;
            for k in 0..groups {
                let run = &rows[begin(k)..begin(k + 1)];
                let taken = run.len().min(if wanted == rows.len() { run.len() } else { NEIGHBOURS });
                let first = random.below(run.len() - taken + 1);
                let factor = run.len() as f64 / taken as f64;
                chosen.extend(run[first..first + taken].iter().map(|&row| (row, factor)));
            }
        }
        chosen.sort_unstable_by_key(|&(row, _)| row);
        Sample {
            y: chosen.iter().map(|&(row, _)| problem.y[row]).collect(),
            c: chosen.iter().map(|&(row, factor)| problem.c[row] * factor).collect(),
            rows: chosen.into_iter().map(|(row, _)| row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::Hinge;
    use crate::regularizer::L2;
    use crate::solver::Intercept;

    #[test]
    fn rare_rows_are_there_and_all_costs_are_kept() {
        let n = 10_000;
        let x = ndarray::Array2::<f64>::ones((n, 1));
        let y: Vec<f64> = (0..n).map(|i| if i % 2000 == 7 { 1.0 } else { -1.0 }).collect();
        let problem = Problem::new(&x, y, vec![2.0; n], Hinge, L2, Intercept::Free).unwrap();
        let sample = Strata::of(&problem).sample(&problem, 100, 1);
        let positive = sample.y.iter().filter(|&&y| y > 0.0).count();
        assert_eq!((positive, sample.rows.len()), (5, 105));
        approx::assert_relative_eq!(sample.c.iter().sum::<f64>(), 20_000.0, max_relative = 1e-12);
        assert!(sample.rows.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
