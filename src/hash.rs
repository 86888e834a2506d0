//! Numbers for short strings: equal ones have equal numbers, and most others have others.

/// The first and the last eight bytes, or where there are fewer, two numbers that tell all of them: strings of the same
/// length up to 16 bytes are equal if these are.
#[inline(always)]
pub(crate) fn ends(bytes: &[u8]) -> (u64, u64) {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |&bytes| u64::from_le_bytes(bytes));
    let half = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |&bytes| u64::from(u32::from_le_bytes(bytes)));
    match *bytes {
        [] => (0, 0),
        [a] => (u64::from(a), 0),
        [a, b] => (u64::from(a) | u64::from(b) << 8, 0),
        [a, b, c] => (u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16, 0),
        [_, _, _, _, ref more @ ..] if more.len() < 4 => {
            (half(bytes.first_chunk()) | half(bytes.last_chunk()) << 32, 0)
        }
        _ => (word(bytes.first_chunk()), word(bytes.last_chunk())),
    }
}

/// A hash that depends on all bytes, given their [`ends`]: of longer strings, what stands between comes eight
/// bytes at a time.
#[inline(always)]
pub(crate) fn of_ends(bytes: &[u8], (first, last): (u64, u64)) -> u64 {
    // Multiplied, lengths stay apart from what the first bytes change.
    let mut hash = ODD.wrapping_mul(bytes.len() as u64 + 1);
    if bytes.len() > 16 {
        let (words, _) = bytes.as_chunks::<8>();
        hash = words.iter().fold(hash, |hash, &word| mix(hash, u64::from_le_bytes(word), ODD));
    }
    // A product takes the last bytes of a word to its upper bits alone: the last step brings them to all.
    mix(mix(mix(hash, first, ODD), last, OTHER), 0, ODD)
}

/// [`of_ends`] of bytes alone.
#[inline]
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    of_ends(bytes, ends(bytes))
}

const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
const OTHER: u64 = 0xD6E8_FEB8_6659_FD93;

/// Takes in a word. Different words give different numbers: both steps can be undone, as `odd` is odd.
#[inline(always)]
fn mix(hash: u64, word: u64, odd: u64) -> u64 {
    let product = (hash ^ word).wrapping_mul(odd);
    product ^ product >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ends_tell_strings_of_a_length_apart() {
        for length in 0..=16 {
            let base: Vec<u8> = (0..length).map(|i| b'a' + i).collect();
            let mut seen = HashSet::from([ends(&base)]);
            for at in 0..base.len() {
                let mut other = base.clone();
                other[at] = b'z';
                assert!(seen.insert(ends(&other)), "{length} {at}");
            }
        }
    }

    #[test]
    fn all_bits_depend_on_the_last_bytes() {
        let letters = || (b'a'..=b'z').map(char::from);
        let words = letters().flat_map(|a| letters().map(move |b| format!("identifier{a}{b}")));
        let hashes: Vec<u64> = words.map(|word| of_bytes(word.as_bytes())).collect();
        for shift in [0, 8, 16, 24, 28, 40, 54] {
            let bits: HashSet<u64> = hashes.iter().map(|hash| hash >> shift & 1023).collect();
            assert!(bits.len() > 450, "{shift}: {}", bits.len()); // 495 of random numbers
        }
    }

    #[test]
    fn hashes_of_words_differ() {
        let words: Vec<String> = (0..200_000u32).map(|i| format!("{i}")).collect();
        let long: Vec<String> = words.iter().map(|word| format!("a category {word} of many")).collect();
        for words in [&words, &long] {
            let hashes: HashSet<u64> = words.iter().map(|word| of_bytes(word.as_bytes())).collect();
            assert_eq!(hashes.len(), 200_000);
            let low: HashSet<u64> =
                words[..4096].iter().map(|word| of_bytes(word.as_bytes()) % 4096).collect();
            assert!(low.len() > 2400, "{}", low.len()); // 2589 of random numbers
        }
        assert_ne!(of_bytes(b"aaaaaaaa"), of_bytes(b"aaaaaaaaa"));
    }
}
