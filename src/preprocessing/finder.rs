//! Finding a category among those that are known.

use crate::data::{Category, category_order};
use std::collections::BTreeMap;

/// Numbers of things by their fingerprints: a table with open addresses.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Finder {
    /// Fingerprint and number + 1, or 0; a power of two, of which at most half are taken.
    slots: Vec<(u64, usize)>,
    n: usize,
}

impl Finder {
    /// The place where a fingerprint is looked for first.
    #[inline]
    fn start(&self, fingerprint: u64) -> usize {
        // The upper bits of a product depend on all bits of the factor.
        let shift = (self.slots.len() as u64).leading_zeros() + 1;
        (fingerprint.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift.min(63)) as usize & (self.slots.len() - 1)
    }

    /// The number of what has this fingerprint and `is` the one.
    #[inline]
    pub(super) fn find(&self, fingerprint: u64, is: impl Fn(usize) -> bool) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut place = self.start(fingerprint);
        loop {
            match self.slots[place] {
                (_, 0) => return None,
                (known, number) if known == fingerprint && is(number - 1) => return Some(number - 1),
                _ => place = (place + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// Takes in what was not found.
    pub(super) fn insert(&mut self, fingerprint: u64, number: usize) {
        if 2 * (self.n + 1) > self.slots.len() {
            let larger = vec![(0, 0); (2 * (self.n + 1)).next_power_of_two().max(16)];
            let old = std::mem::replace(&mut self.slots, larger);
            old.into_iter().filter(|&(_, number)| number > 0).for_each(|slot| self.put(slot));
        }
        self.n += 1;
        self.put((fingerprint, number + 1));
    }

    fn put(&mut self, slot: (u64, usize)) {
        let mut place = self.start(slot.0);
        while self.slots[place].1 > 0 {
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.slots[place] = slot;
    }
}

/// The weights of the categories of some rows, numbered in the order in which they came.
pub(super) struct Counter<'a, C> {
    finder: Finder,
    found: Vec<(&'a C, f64)>,
    /// The numbers of those without a fingerprint.
    others: BTreeMap<&'a C, usize>,
}

impl<'a, C: Category> Counter<'a, C> {
    pub(super) fn new() -> Self {
        Self { finder: Finder::default(), found: Vec::new(), others: BTreeMap::new() }
    }

    /// Counts a category and returns its number.
    #[inline]
    pub(super) fn add(&mut self, category: &'a C, weight: f64) -> usize {
        let new = self.found.len();
        let number = match category.fingerprint() {
            Some(fingerprint) => {
                let known = self.finder.find(fingerprint, |number| self.found[number].0 == category);
                known.unwrap_or_else(|| {
                    self.finder.insert(fingerprint, new);
                    new
                })
            }
            None => *self.others.entry(category).or_insert(new),
        };
        if number == new {
            self.found.push((category, 0.0));
        }
        self.found[number].1 += weight;
        number
    }

    /// The categories and their weights, by number.
    pub(super) fn into_weights(self) -> Vec<(&'a C, f64)> {
        self.found
    }

    /// The same, lowest first and missing values last.
    pub(super) fn sorted(self) -> Vec<(&'a C, f64)> {
        let mut weights = self.into_weights();
        weights.sort_by(|(a, _), (b, _)| category_order(*a, *b));
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    struct Plain(u32);
    impl Category for Plain {}

    #[test]
    fn all_are_found_with_and_without_fingerprints() {
        let numbers: Vec<u64> = (0..5000u64).map(|i| i * i % 1777 * (1 << 40)).collect();
        let mut counter = Counter::new();
        for number in &numbers {
            counter.add(number, 1.0);
        }
        let plain: Vec<Option<Plain>> = (0..5000u32).map(|i| (i % 9 > 0).then_some(Plain(i % 31))).collect();
        let mut others = Counter::new();
        for category in &plain {
            others.add(category, 2.0);
        }
        assert_eq!((others.add(&plain[9], 0.0), others.add(&plain[0], 0.0)), (0, 0));
        let mut expected = BTreeMap::new();
        numbers.iter().for_each(|number| *expected.entry(number).or_default() += 1.0);
        assert_eq!(counter.sorted(), expected.into_iter().collect::<Vec<(&u64, f64)>>());
        let others = others.sorted();
        assert_eq!(others.iter().map(|(_, weight)| weight).sum::<f64>(), 10_000.0);
        assert_eq!((others.len(), others[31].0), (32, &None));
    }

    #[test]
    fn equal_texts_have_equal_fingerprints() {
        let of = |text: &str| (text.fingerprint(), text.to_string().fingerprint(), Some(text).fingerprint());
        for text in ["", "a", "category", "category_1", "a much longer name of a category"] {
            assert!(of(text).0 == of(text).1 && of(text).0 == of(text).2);
        }
        assert_ne!("category_1".fingerprint(), "category_2".fingerprint());
    }
}
