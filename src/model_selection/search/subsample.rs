//! Some of the rows of a part, for the first rounds of a halving search.

use crate::data::{Classes, Label, Targets};
use crate::random::Random;

/// An order of rows whose beginnings are subsamples.
///
/// Small subsamples are parts of large ones, so that rounds differ by rows that are added.
pub trait Subsample<Y: ?Sized>: Sync {
    /// An order of the positions `0..rows.len()`, for rows of a target of which they are a part.
    fn order(&self, y: &Y, rows: &[usize], seed: u64) -> Vec<usize>;

    /// How many classes each subsample should have rows of.
    fn n_classes(&self, _y: &Y) -> usize {
        1
    }
}

/// At random: for regressors, and for targets of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AnyRows;

impl<Y: ?Sized> Subsample<Y> for AnyRows {
    fn order(&self, _y: &Y, rows: &[usize], seed: u64) -> Vec<usize> {
        Random::new(seed).permutation(rows.len())
    }
}

/// At random by class: every class has its share of a subsample, and at least one row where there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByClass;

impl<Y: Targets + ?Sized> Subsample<Y> for ByClass
where
    Y::Value: Label,
{
    fn order(&self, y: &Y, rows: &[usize], seed: u64) -> Vec<usize> {
        let classes = Classes::of(y);
        let class_of =
            |position: usize| rows.get(position).and_then(|&row| classes.indices().get(row)).copied();
        let mut by_class = vec![Vec::new(); classes.labels().len()];
        for position in Random::new(seed).permutation(rows.len()) {
            if let Some(of_class) = class_of(position).and_then(|class| by_class.get_mut(class)) {
                of_class.push(position);
            }
        }
        // The j-th of m rows of a class stands where a share of j/m of all rows is taken.
        let share = |place: usize, n: usize| place as f64 / n as f64;
        let mut order: Vec<(f64, usize)> = by_class
            .iter()
            .flat_map(|rows| rows.iter().enumerate().map(|(place, &row)| (share(place, rows.len()), row)))
            .collect();
        order.sort_by(|one, other| one.0.total_cmp(&other.0));
        order.into_iter().map(|(_, position)| position).collect()
    }

    fn n_classes(&self, y: &Y) -> usize {
        Classes::of(y).labels().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_has_its_share_of_each_class() {
        let y: Vec<u8> = (0..60).map(|row| if row % 12 == 0 { 2 } else { row % 2 }).collect();
        let rows: Vec<usize> = (0..60).rev().collect();
        let order = ByClass.order(&y, &rows, 5);
        assert!({
            let mut sorted = order.clone();
            sorted.sort_unstable();
            sorted.into_iter().eq(0..60)
        });
        let n_of =
            |class: u8, k: usize| order[..k].iter().filter(|&&position| y[rows[position]] == class).count();
        for k in 3..=60 {
            for class in 0..3 {
                let share = k as f64 * n_of(class, 60) as f64 / 60.0;
                assert!(n_of(class, k) >= 1 && (n_of(class, k) as f64 - share).abs() <= 2.0, "{class} {k}");
            }
        }
        assert_ne!(order, ByClass.order(&y, &rows, 6));
        assert_eq!(Subsample::<Vec<u8>>::n_classes(&ByClass, &y), 3);
    }

    #[test]
    fn any_rows_are_a_permutation() {
        let mut order = AnyRows.order(&(), &[7; 20], 1);
        assert_ne!(order, Vec::from_iter(0..20));
        order.sort_unstable();
        assert!(order.into_iter().eq(0..20));
    }
}
