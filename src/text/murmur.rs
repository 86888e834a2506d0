//! The hash of the hashing vectorizer.

/// MurmurHash3_x86_32 with seed 0 (Austin Appleby, public domain), as a signed number.
pub(super) fn murmur3(bytes: &[u8]) -> i32 {
    let (blocks, tail) = bytes.as_chunks::<4>();
    let mut hash = 0u32;
    for block in blocks {
        hash ^= scrambled(u32::from_le_bytes(*block));
        hash = hash.rotate_left(13).wrapping_mul(5).wrapping_add(0xE654_6B64);
    }
    hash ^= scrambled(tail.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte)));
    // The algorithm counts bytes modulo 2^32.
    hash ^= bytes.len() as u32;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xC2B2_AE35);
    (hash ^ (hash >> 16)).cast_signed()
}

fn scrambled(block: u32) -> u32 {
    block.wrapping_mul(0xCC9E_2D51).rotate_left(15).wrapping_mul(0x1B87_3593)
}

#[cfg(test)]
mod tests {
    use super::murmur3;

    #[test]
    fn known_hashes() {
        assert_eq!(murmur3(b""), 0);
        assert_eq!(murmur3(b"a"), 1_009_084_850);
        assert_eq!(murmur3(b"ab"), -1_681_926_305);
    }
}
