//! Tolerances from loose to tight, and which one to try next.

use std::collections::BTreeMap;

/// A contender's tolerance, in its own meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// The tolerance; the contender's default where there is none.
    pub tol: Option<f64>,
    /// Passes over the data; the contender's default where there is none.
    pub passes: Option<usize>,
}

impl Rung {
    /// All as it is by default.
    pub const DEFAULT: Self = Self { tol: None, passes: None };

    /// Half decades: 1e-1, 3e-2, 1e-2, …
    pub fn tolerances(from: f64, to: f64) -> Vec<Self> {
        let (first, last) = (from.log10().round() as i32, to.log10().round() as i32);
        let decade = |exponent: i32| [format!("1e{exponent}"), format!("3e{}", exponent - 1)];
        let mut rungs: Vec<Self> = (last..=first)
            .rev()
            .flat_map(decade)
            .map(|text| Self { tol: text.parse().ok(), passes: None })
            .collect();
        rungs.pop();
        rungs
    }

    /// For a contender that stops after so many passes, whatever the tolerance.
    pub fn passes() -> Vec<Self> {
        let rung = |exponent: u32| Self {
            tol: Some([1e-3, 1e-4, 1e-5, 1e-6, 1e-7][exponent as usize / 3]),
            passes: Some(2 << exponent),
        };
        (0..=14).map(rung).collect()
    }
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The optimum is reached.
    Reached,
    /// It is not.
    Short,
    /// It is not, and a tighter tolerance changes nothing.
    Capped,
    /// The time ran out.
    OutOfTime,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Try this rung.
    Try(usize),
    /// This is the loosest rung that reaches the optimum.
    Reached(usize),
    /// The contender ends before the optimum; the rung is the last that was tried.
    Short(usize),
    /// The time ran out before the optimum.
    OutOfTime,
}

/// Climbs two rungs at a time, and one back after the first that reaches the optimum or takes too long.
pub fn next_step(tried: &BTreeMap<usize, Outcome>, n_rungs: usize) -> Step {
    let reached = tried.iter().find(|(_, outcome)| **outcome == Outcome::Reached);
    if let Some((&rung, _)) = reached {
        return match rung.checked_sub(1) {
            Some(looser) if !tried.contains_key(&looser) => Step::Try(looser),
            _ => Step::Reached(rung),
        };
    }
    match tried.last_key_value() {
        None => Step::Try(0),
        Some((&rung, Outcome::OutOfTime)) => match rung.checked_sub(1) {
            Some(looser) if !tried.contains_key(&looser) => Step::Try(looser),
            _ => Step::OutOfTime,
        },
        Some((&rung, Outcome::Capped)) => Step::Short(rung),
        Some((&rung, _)) if rung + 1 >= n_rungs => Step::Short(rung),
        Some((&rung, _)) => Step::Try((rung + 2).min(n_rungs - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All tries of a contender that reaches the optimum from a rung on, and how it ends.
    fn climb(n_rungs: usize, outcome: impl Fn(usize) -> Outcome) -> (Vec<usize>, Step) {
        let (mut tried, mut order) = (BTreeMap::new(), Vec::new());
        loop {
            match next_step(&tried, n_rungs) {
                Step::Try(rung) => {
                    tried.insert(rung, outcome(rung));
                    order.push(rung);
                }
                end => return (order, end),
            }
        }
    }

    fn reached_from(first: usize) -> impl Fn(usize) -> Outcome {
        move |rung| if rung >= first { Outcome::Reached } else { Outcome::Short }
    }

    #[test]
    fn the_loosest_rung_that_reaches_is_found() {
        assert_eq!(climb(5, reached_from(0)), (vec![0], Step::Reached(0)));
        assert_eq!(climb(5, reached_from(1)), (vec![0, 2, 1], Step::Reached(1)));
        assert_eq!(climb(5, reached_from(2)), (vec![0, 2, 1], Step::Reached(2)));
        assert_eq!(climb(4, reached_from(3)), (vec![0, 2, 3], Step::Reached(3)));
        assert_eq!(climb(4, reached_from(9)), (vec![0, 2, 3], Step::Short(3)));
    }

    #[test]
    fn what_cannot_get_better_is_not_tried() {
        assert_eq!(climb(9, |_| Outcome::Capped), (vec![0], Step::Short(0)));
        assert_eq!(climb(9, |_| Outcome::OutOfTime), (vec![0], Step::OutOfTime));
        let slow_from_2 = |rung| if rung >= 2 { Outcome::OutOfTime } else { Outcome::Short };
        assert_eq!(climb(9, slow_from_2), (vec![0, 2, 1], Step::OutOfTime));
        let slow_above_1 = |rung| [Outcome::Short, Outcome::Reached, Outcome::OutOfTime][rung];
        assert_eq!(climb(3, slow_above_1), (vec![0, 2, 1], Step::Reached(1)));
        // The looser of two neighbours may be the slower: that changes nothing.
        let slow_below = |rung| [Outcome::Short, Outcome::OutOfTime, Outcome::Reached][rung];
        assert_eq!(climb(3, slow_below), (vec![0, 2, 1], Step::Reached(2)));
    }

    #[test]
    fn half_decades() {
        let tols: Vec<_> = Rung::tolerances(1e-1, 1e-3).into_iter().filter_map(|rung| rung.tol).collect();
        assert_eq!(tols, [1e-1, 3e-2, 1e-2, 3e-3, 1e-3]);
        assert!(Rung::passes().windows(2).all(|pair| pair[0].passes < pair[1].passes));
    }
}
