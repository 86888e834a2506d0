//! Distinct strings, each with a number.

use crate::parallel;

/// A set of strings that numbers them in the order in which they come.
///
/// All strings lie in one buffer, so that a lookup allocates nothing and an insertion seldom. The table has open
/// addressing with linear probing, and half of it stays empty.
#[derive(Clone, Default)]
pub(super) struct Terms {
    text: String,
    ends: Vec<usize>,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    /// Bits of the hash that do not choose the slot.
    tag: u32,
    /// The number of the term plus 1; 0 is an empty slot.
    entry: u32,
}

impl Terms {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The term of a number; the empty string where there is none.
    pub(super) fn get(&self, id: usize) -> &str {
        let start = id.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(id).and_then(|&end| self.text.get(start..end)).unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|id| self.get(id))
    }

    /// The number of a term that is there.
    pub(super) fn id(&self, term: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let hash = hash(term.as_bytes());
        self.slots.get(self.find(term, hash)).and_then(|slot| slot.entry.checked_sub(1))
    }

    /// The number of a term, which is put in if it is new; `None` if there is no number left.
    pub(super) fn insert(&mut self, term: &str) -> Option<u32> {
        if self.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(term.as_bytes());
        let at = self.find(term, hash);
        if let Some(id) = self.slots[at].entry.checked_sub(1) {
            return Some(id);
        }
        let entry = u32::try_from(self.len()).ok()?.checked_add(1)?;
        self.slots[at] = Slot { tag: tag(hash), entry };
        self.text.push_str(term);
        self.ends.push(self.text.len());
        Some(entry - 1)
    }

    /// The slot that holds the term, or the empty one in which it belongs.
    fn find(&self, term: &str, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        // The bits beyond the size of the table are not needed.
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            let is_it = slot.tag == tag(hash) && self.get(slot.entry.wrapping_sub(1) as usize) == term;
            if slot.entry == 0 || is_it {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        self.slots = vec![Slot::default(); (self.slots.len() * 2).max(64)];
        for id in 0..self.ends.len() {
            let term = self.get(id);
            let hash = hash(term.as_bytes());
            let at = self.find(term, hash);
            // Numbers fit: `insert` has seen to it.
            self.slots[at] = Slot { tag: tag(hash), entry: id as u32 + 1 };
        }
    }

    /// The numbers of some terms, in the order of their code points.
    pub(super) fn sort(&self, ids: &mut [usize]) {
        // Most comparisons end within the first eight bytes: these are compared as numbers.
        let prefixed = |&id: &usize| (Prefixed { prefix: prefix(self.get(id)), term: self.get(id) }, id);
        let mut terms: Vec<(Prefixed<'_>, usize)> = ids.iter().map(prefixed).collect();
        parallel::sort(&mut terms);
        ids.iter_mut().zip(terms).for_each(|(place, (_, id))| *place = id);
    }
}

impl<'a> FromIterator<&'a str> for Terms {
    fn from_iter<I: IntoIterator<Item = &'a str>>(terms: I) -> Self {
        let mut all = Self::default();
        terms.into_iter().for_each(|term| {
            all.insert(term);
        });
        all
    }
}

/// A string that is compared by its first bytes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Prefixed<'a> {
    prefix: u64,
    term: &'a str,
}

/// The first eight bytes as a number that orders as they do.
fn prefix(term: &str) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(term.as_bytes()).for_each(|(to, &from)| *to = from);
    u64::from_be_bytes(bytes)
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A hash for short strings: eight bytes a step, each by the two halves of a product of 128 bits.
fn hash(bytes: &[u8]) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let fold = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(ODD);
        (product as u64) ^ ((product >> 64) as u64)
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let hash =
        words.iter().fold(ODD ^ bytes.len() as u64, |hash, word| fold(hash, u64::from_le_bytes(*word)));
    let rest = rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    fold(fold(hash, rest), ODD.rotate_left(32))
}

#[cfg(test)]
mod tests {
    use super::{Terms, hash};
    use std::collections::{BTreeSet, HashSet};

    #[test]
    fn terms_keep_the_number_that_they_got() {
        let words: Vec<String> = (0..5000).map(|i| format!("{}-{i}", "é".repeat(i % 13))).collect();
        let mut terms = Terms::default();
        assert_eq!(terms.id("a"), None);
        for _ in 0..2 {
            for (i, word) in words.iter().enumerate() {
                assert_eq!(terms.insert(word), Some(i as u32));
            }
        }
        assert_eq!(terms.len(), 5000);
        assert!(words.iter().enumerate().all(|(i, word)| terms.id(word) == Some(i as u32)));
        assert!(terms.iter().eq(&words));
        assert_eq!((terms.id("absent"), terms.get(5000)), (None, ""));
    }

    #[test]
    fn the_empty_term_is_one() {
        let terms: Terms = ["", "a", ""].into_iter().collect();
        assert_eq!((terms.len(), terms.id(""), terms.id("a")), (2, Some(0), Some(1)));
    }

    #[test]
    fn terms_sort_by_code_point() {
        let words =
            ["zebra", "Zebra", "éa", "abcdefgh", "abcdefg", "abcdefghi", "abcdefga", "日", "a\0", "a", "😀"];
        let terms: Terms = words.into_iter().collect();
        let mut ids: Vec<usize> = (0..words.len()).collect();
        terms.sort(&mut ids);
        let sorted: Vec<&str> = ids.iter().map(|&id| terms.get(id)).collect();
        assert_eq!(sorted, BTreeSet::from(words).into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn hashes_of_short_words_differ() {
        let words = (0..200_000u32).map(|i| i.to_string());
        let hashes: HashSet<u64> = words.map(|word| hash(word.as_bytes())).collect();
        assert_eq!(hashes.len(), 200_000);
        let low: HashSet<u64> = (0..4096u32).map(|i| hash(i.to_string().as_bytes()) % 4096).collect();
        assert!(low.len() > 2300, "{}", low.len()); // 1 - 1/e of the slots is what chance gives
    }
}
