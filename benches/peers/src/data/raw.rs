//! What transformers make features of: categories, and documents.

use super::sparse::level;
use super::{Data, OneHot, grouped};
use crate::bench::Bench;
use peers_protocol::{Dataset, Features, Result};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_distr::{Distribution, Zipf};
use std::collections::HashSet;

/// The levels of the groups of [`OneHot`] as numbers, a column a group.
pub fn categories(bench: &Bench, one_hot: &OneHot) -> Result<Data> {
    let mut random = ChaCha8Rng::seed_from_u64(one_hot.seed);
    let sizes = one_hot.group_sizes();
    let row = |_| sizes.iter().map(|&size| level(size, &mut random) as i32).collect::<Vec<_>>();
    let categories = (0..one_hot.n_rows).flat_map(row).collect();
    let features = Features::Categories(categories);
    unlabelled(bench, one_hot.name, one_hot.n_rows, one_hot.n_groups, features)
}

/// Texts of 40 to 200 of so many made words, drawn by Zipf's law; each twelfth word begins a sentence.
pub fn documents(bench: &Bench, n_rows: usize, n_words: usize) -> Result<Data> {
    let mut random = ChaCha8Rng::seed_from_u64(50);
    let words = words(n_words, &mut random);
    let ranks = Zipf::new(n_words as f64, 1.05)?;
    let documents = (0..n_rows).map(|_| {
        let mut document = String::new();
        for position in 0..40 + random.next_u32() % 161 {
            let word = &words[ranks.sample(&mut random) as usize - 1];
            let begins = position % 12 == 0;
            if position > 0 {
                document.push_str(if begins { ". " } else { " " });
            }
            let (first, others) = word.split_at(1);
            document.push_str(&if begins { first.to_uppercase() } else { first.to_owned() });
            document.push_str(others);
        }
        document + "."
    });
    let features = Features::Documents(documents.collect());
    let title = format!("documents, {}", grouped(n_rows));
    Ok(Data { title, ..unlabelled(bench, "documents", n_rows, 1, features)? })
}

/// Different words of 2 to 11 letters.
fn words(n_words: usize, random: &mut ChaCha8Rng) -> Vec<String> {
    let (mut words, mut seen) = (Vec::with_capacity(n_words), HashSet::new());
    while words.len() < n_words {
        let length = 2 + random.next_u32() % 10;
        let letter = |_| char::from(b'a' + (random.next_u32() % 26) as u8);
        let word: String = (0..length).map(letter).collect();
        if seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// Rows without labels, of which none are held out.
fn unlabelled(
    bench: &Bench,
    name: &str,
    n_rows: usize,
    n_features: usize,
    features: Features,
) -> Result<Data> {
    let rows = |features, n_rows| Dataset { n_features, features, labels: vec![0; n_rows] };
    let none = rows(Features::Documents(Vec::new()), 0);
    Data::new(bench, name, name, rows(features, n_rows), none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_words_differ() {
        let words = words(500, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), 500);
        assert!(words.iter().all(|word| (2..=11).contains(&word.len())));
    }
}
