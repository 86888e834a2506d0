//! Dividing class by class.

use crate::random::Random;
use std::cmp::Reverse;

/// The rows of each class, ascending, from the class of each row.
pub(super) fn rows_by_class(class_of_row: &[usize]) -> Vec<Vec<usize>> {
    let n_classes = class_of_row.iter().max().map_or(0, |&last| last + 1);
    let mut rows = vec![Vec::new(); n_classes];
    for (row, &class) in class_of_row.iter().enumerate() {
        rows[class].push(row);
    }
    rows
}

/// How many of `n_draws` rows come from each class of `counts` rows, so that the shares are those of the whole.
///
/// Each class gives the whole part of its exact share, and the rows that are still missing come one each from
/// the classes with the largest remainders, ties at random (scikit-learn's `_approximate_mode`; here in
/// integers, so that ties are found whatever the rounding). `n_draws` must not exceed the sum of `counts`;
/// then no class gives more than it has.
pub(super) fn allocate(counts: &[usize], n_draws: usize, random: &mut Random) -> Vec<usize> {
    let total = counts.iter().map(|&count| count as u128).sum::<u128>().max(1);
    let share = |count: usize| count as u128 * n_draws as u128; // times 1/total
    let mut drawn: Vec<usize> = counts.iter().map(|&count| (share(count) / total) as usize).collect();
    let missing = n_draws.saturating_sub(drawn.iter().sum());
    let mut order = random.permutation(counts.len());
    order.sort_by_key(|&class| Reverse(share(counts[class]) % total)); // stable: ties stay shuffled
    order.into_iter().take(missing).for_each(|class| drawn[class] += 1);
    drawn
}

#[cfg(test)]
mod tests {
    use super::{allocate, rows_by_class};
    use crate::random::Random;
    use proptest::prelude::*;

    #[test]
    fn classes_are_listed_in_order() {
        assert_eq!(rows_by_class(&[1, 0, 1, 2]), [vec![1], vec![0, 2], vec![3]]);
        assert!(rows_by_class(&[]).is_empty());
    }

    #[test]
    fn the_largest_remainders_get_the_rest() {
        let mut random = Random::new(0);
        assert_eq!(allocate(&[212, 357], 114, &mut random), [42, 72]);
        assert_eq!(allocate(&[7, 3, 2], 4, &mut random), [2, 1, 1]);
        assert_eq!(allocate(&[1, 5, 9], 6, &mut random), [0, 2, 4]);
        assert_eq!(allocate(&[0, 0], 0, &mut random), [0, 0]);
    }

    #[test]
    fn ties_are_broken_at_random() {
        let firsts =
            (0..1000).filter(|&seed| allocate(&[10, 10], 5, &mut Random::new(seed)) == [3, 2]).count();
        assert!((420..580).contains(&firsts), "{firsts}"); // 5 standard deviations
    }

    proptest! {
        #[test]
        fn shares_are_exact_to_one_row(
            counts in prop::collection::vec(0usize..50, 1..8), part in 0.0..=1.0, seed: u64,
        ) {
            let total: usize = counts.iter().sum();
            let n_draws = (part * total as f64) as usize;
            let drawn = allocate(&counts, n_draws, &mut Random::new(seed));
            prop_assert_eq!(drawn.iter().sum::<usize>(), n_draws);
            for (&drawn, &count) in drawn.iter().zip(&counts) {
                prop_assert!(drawn <= count);
                prop_assert!((drawn * total).abs_diff(count * n_draws) < total.max(1));
            }
        }
    }
}
