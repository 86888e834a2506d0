//! Distinct strings, each with a number.

use crate::hash::{ends, of_ends};
use crate::parallel;
use crate::simd;

/// Strings by their numbers, all in one buffer.
#[derive(Clone, Default)]
pub(super) struct TermList {
    text: String,
    ends: Vec<usize>,
}

impl TermList {
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

    /// The numbers of the terms, in `n` shares by their hashes: a term is in the same share of every set.
    pub(super) fn in_shares(&self, n: usize) -> Vec<Vec<u32>> {
        let room = self.len() / n.max(1);
        let mut shares: Vec<Vec<u32>> = (0..n).map(|_| Vec::with_capacity(room + room / 4)).collect();
        for (number, term) in (0..).zip(self.iter()) {
            // These bits depend on all of the term, choose no slot before there are 2²⁸ of them, and are not in the tag.
            let share = (Sought::new(term).hash >> 28) as usize % n;
            shares[share].push(number);
        }
        shares
    }

    fn push(&mut self, term: &str) {
        self.text.push_str(term);
        self.ends.push(self.text.len());
    }
}

/// A set of strings that numbers them in the order in which they come.
///
/// A lookup allocates nothing and an insertion seldom. The table has open addressing with linear probing, and half of it
/// stays empty.
#[derive(Clone, Default)]
pub(super) struct Terms {
    list: TermList,
    /// The first and last bytes of each term: most are told apart without a look at the text.
    heads: Vec<(u64, u64)>,
    slots: Vec<Slot>,
}

/// A term that is looked for.
#[derive(Clone, Copy)]
struct Sought<'a> {
    term: &'a str,
    head: (u64, u64),
    hash: u64,
}

impl<'a> Sought<'a> {
    #[inline]
    fn new(term: &'a str) -> Self {
        let head = ends(term.as_bytes());
        Self { term, head, hash: of_ends(term.as_bytes(), head) }
    }

    /// Bits of the hash that choose no slot, and the length: terms of up to 16 bytes are equal if tags and heads are.
    #[inline]
    fn tag(self) -> u32 {
        (self.hash >> 40) as u32 & !0xFF | self.term.len().min(0xFF) as u32
    }
}

/// Terms whose places are asked for before they are put in.
const AHEAD: usize = 16;

#[derive(Clone, Copy, Default)]
struct Slot {
    /// [`Sought::tag`].
    tag: u32,
    /// The number of the term plus 1; 0 is an empty slot.
    entry: u32,
}

impl Terms {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The term of a number; the empty string where there is none.
    pub(super) fn get(&self, id: usize) -> &str {
        self.list.get(id)
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.list.iter()
    }

    /// The terms without what finds them.
    pub(super) fn into_list(self) -> TermList {
        self.list
    }

    /// The number of a term that is there.
    #[inline]
    pub(super) fn id(&self, term: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots.get(self.find(Sought::new(term))).and_then(|slot| slot.entry.checked_sub(1))
    }

    /// The number of a term, which is put in if it is new; `None` if there is no number left.
    pub(super) fn insert(&mut self, term: &str) -> Option<u32> {
        self.insert_sought(Sought::new(term))
    }

    /// The numbers of all these terms, which are put in where they are new; `None` if there is no number left.
    pub(super) fn insert_all<'a>(&mut self, mut terms: impl Iterator<Item = &'a str>) -> Option<Vec<u32>> {
        let mut numbers = Vec::with_capacity(terms.size_hint().0);
        let mut some = Vec::with_capacity(AHEAD);
        loop {
            some.clear();
            some.extend(terms.by_ref().take(AHEAD).map(Sought::new));
            if some.is_empty() {
                return Some(numbers);
            }
            // The table may be larger than the caches: places are on their way before the first of them is needed.
            some.iter().for_each(|sought| simd::prefetch(&self.slots, self.place(sought.hash)));
            for &sought in &some {
                numbers.push(self.insert_sought(sought)?);
            }
        }
    }

    /// The empty set, with room for so many terms.
    pub(super) fn with_room_for(n: usize) -> Self {
        let slots = vec![Slot::default(); n.saturating_mul(2).max(2).next_power_of_two()];
        let list = TermList { text: String::new(), ends: Vec::with_capacity(n) };
        Self { list, heads: Vec::with_capacity(n), slots }
    }

    #[inline]
    fn insert_sought(&mut self, sought: Sought<'_>) -> Option<u32> {
        if self.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let at = self.find(sought);
        if let Some(id) = self.slots[at].entry.checked_sub(1) {
            return Some(id);
        }
        let entry = u32::try_from(self.len()).ok()?.checked_add(1)?;
        self.slots[at] = Slot { tag: sought.tag(), entry };
        self.list.push(sought.term);
        self.heads.push(sought.head);
        Some(entry - 1)
    }

    /// Where the search for a hash begins.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        // The bits beyond the size of the table are not needed.
        hash as usize & self.slots.len().wrapping_sub(1)
    }

    /// The slot that holds the term, or the empty one in which it belongs.
    #[inline]
    fn find(&self, sought: Sought<'_>) -> usize {
        let (mask, tag) = (self.slots.len() - 1, sought.tag());
        let mut at = self.place(sought.hash);
        loop {
            let slot = self.slots[at];
            if slot.entry == 0 || slot.tag == tag && self.is(slot.entry.wrapping_sub(1) as usize, sought) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// Whether a term of the same tag is the one that is looked for.
    #[inline]
    fn is(&self, id: usize, sought: Sought<'_>) -> bool {
        self.heads.get(id) == Some(&sought.head) && (sought.term.len() <= 16 || self.get(id) == sought.term)
    }

    fn grow(&mut self) {
        self.slots = vec![Slot::default(); (self.slots.len() * 2).max(64)];
        for id in 0..self.len() {
            let sought = Sought::new(self.get(id));
            let (at, tag) = (self.find(sought), sought.tag());
            // Numbers fit: `insert` has seen to it.
            self.slots[at] = Slot { tag, entry: id as u32 + 1 };
        }
    }
}

/// Sorts numbers of terms by the code points of the terms.
pub(super) fn sort_by_term<'a>(numbers: &mut [usize], term: impl Fn(usize) -> &'a str) {
    // Most comparisons end within the first eight bytes: these are compared as numbers.
    let prefixed = |&number: &usize| (Prefixed { prefix: prefix(term(number)), term: term(number) }, number);
    let mut terms: Vec<(Prefixed<'_>, usize)> = numbers.iter().map(prefixed).collect();
    parallel::sort(&mut terms);
    numbers.iter_mut().zip(terms).for_each(|(place, (_, number))| *place = number);
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

#[cfg(test)]
mod tests {
    use super::{Terms, sort_by_term};
    use std::collections::BTreeSet;

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
        sort_by_term(&mut ids, |id| terms.get(id));
        let sorted: Vec<&str> = ids.iter().map(|&id| terms.get(id)).collect();
        assert_eq!(sorted, BTreeSet::from(words).into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn all_terms_of_another_set_are_put_in() {
        let words = |range: std::ops::Range<u32>| range.map(|i| format!("{i} of a long name {}", i % 7));
        let set = |words: &[String]| words.iter().map(String::as_str).collect::<Terms>();
        let (first, second): (Vec<_>, Vec<_>) = (words(0..300).collect(), words(250..1000).collect());
        let mut terms = set(&first);
        let numbers = terms.insert_all(set(&second).iter());
        assert_eq!(numbers, Some((250..1000).collect()));
        assert!(second.iter().all(|word| terms.id(word).is_some()) && terms.len() == 1000);
        assert_eq!(terms.insert_all([].into_iter()), Some(Vec::new()));
    }

    #[test]
    fn room_for_terms_is_made_once() {
        for n in [0, 1, 31, 32, 1000] {
            let words: Vec<String> = (0..n).map(|i| i.to_string()).collect();
            let mut terms = Terms::with_room_for(n);
            let n_slots = terms.slots.len();
            assert_eq!(terms.id("0"), None);
            assert_eq!(terms.insert_all(words.iter().map(String::as_str)), Some((0..n as u32).collect()));
            assert!(terms.iter().eq(&words) && terms.slots.len() == n_slots);
        }
    }

    #[test]
    fn a_term_is_in_the_same_share_of_every_set() {
        let set = |range: std::ops::Range<u32>| {
            range.map(|i| i.to_string()).collect::<Vec<_>>().iter().map(String::as_str).collect::<Terms>()
        };
        let long: Vec<String> = (0..1000).map(|i| format!("identifier{i:03}")).collect();
        let long: Terms = long.iter().map(String::as_str).collect();
        assert!(long.list.in_shares(8).iter().all(|share| (90..160).contains(&share.len())));
        let (first, second) = (set(0..900), set(500..1200));
        let named = |terms: &Terms, share: &[u32]| -> BTreeSet<String> {
            share.iter().map(|&number| terms.get(number as usize).to_owned()).collect()
        };
        let shares = |terms: &Terms| -> Vec<_> {
            terms.list.in_shares(8).iter().map(|share| named(terms, share)).collect()
        };
        let (of_first, of_second) = (shares(&first), shares(&second));
        assert_eq!(of_first.iter().map(BTreeSet::len).sum::<usize>(), 900);
        assert!(of_first.iter().all(|share| (60..170).contains(&share.len())));
        let both: usize = of_first.iter().zip(&of_second).map(|(a, b)| a.intersection(b).count()).sum();
        assert_eq!(both, 400);
        assert_eq!(first.list.in_shares(1), [(0..900).collect::<Vec<u32>>()]);
    }
}
