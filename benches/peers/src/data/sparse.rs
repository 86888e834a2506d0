//! Sparse rows, with labels of a linear teacher, blurred so that the classes overlap.

use super::{Data, NOISE, held_out, shuffle};
use crate::bench::Bench;
use peers_protocol::{Dataset, Features, Result, Values};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StandardUniform, Zipf};

/// Documents: columns are words, in random order.
pub struct Text {
    /// The name of the file.
    pub name: &'static str,
    /// What to call it.
    pub title: &'static str,
    /// Rows to fit.
    pub n_rows: usize,
    /// Columns.
    pub n_features: usize,
    /// Different words of a row.
    pub n_words: usize,
    /// Columns are multiplied by random numbers from 10^-s to 10^s, evenly on a log scale.
    pub scale_decades: f64,
    /// The seed.
    pub seed: u64,
}

impl Text {
    /// Draws words by Zipf's law until a row has enough different ones. A word weighs count · ln(1 + rank), rows are
    /// scaled to norm 1, and then the columns are scaled. y = 1 where x·w + noise > 0, w standard normal.
    pub fn make(&self, bench: &Bench) -> Result<Data> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let words = Zipf::new(self.n_features as f64, 1.0)?;
        let mut columns: Vec<usize> = (0..self.n_features).collect();
        shuffle(&mut columns, &mut random);
        let teacher = Teacher::new(self.n_features, 1.0, self.scale_decades, &mut random);
        let mut draw = |n_rows| {
            teacher.rows(n_rows, &mut random, |random, row| {
                while row.len() < self.n_words {
                    let rank = words.sample(random);
                    let column = columns[rank as usize - 1];
                    match row.iter_mut().find(|(other, _)| *other == column) {
                        Some((_, value)) => *value += rank.ln_1p(),
                        None => row.push((column, rank.ln_1p())),
                    }
                }
                let norm = row.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
                row.iter_mut().for_each(|(_, value)| *value /= norm);
            })
        };
        let (train, test) = (draw(self.n_rows), draw(held_out(self.n_rows)));
        Data::new(bench, self.name, self.title, train, test)
    }
}

/// Categories: a row has one level of each group, and columns are levels.
pub struct OneHot {
    /// The name of the file.
    pub name: &'static str,
    /// Rows to fit.
    pub n_rows: usize,
    /// Columns.
    pub n_features: usize,
    /// Groups, each 1.35 times as large as the one before, and no smaller than 2.
    pub n_groups: usize,
    /// The seed.
    pub seed: u64,
}

impl OneHot {
    /// Draws levels of each group. y = 1 where x·w / √groups + noise > 0, w standard normal.
    pub fn make(&self, bench: &Bench) -> Result<Data> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let sizes = self.group_sizes();
        let teacher = Teacher::new(self.n_features, (self.n_groups as f64).sqrt().recip(), 0.0, &mut random);
        let mut draw = |n_rows| {
            teacher.rows(n_rows, &mut random, |random, row| {
                let mut first = 0;
                for &size in &sizes {
                    row.push((first + level(size, random), 1.0));
                    first += size;
                }
            })
        };
        let (train, test) = (draw(self.n_rows), draw(held_out(self.n_rows)));
        Data::new(bench, self.name, "one-hot", train, test)
    }

    /// The last group has the columns that the others leave.
    pub(super) fn group_sizes(&self) -> Vec<usize> {
        let growth = |group: usize| 1.35f64.powi(group as i32);
        let all: f64 = (0..self.n_groups).map(growth).sum();
        let size = |group| (growth(group) * self.n_features as f64 / all).max(2.0) as usize;
        let mut sizes: Vec<usize> = (1..self.n_groups).map(|group| size(group - 1)).collect();
        sizes.push(self.n_features - sizes.iter().sum::<usize>());
        sizes
    }
}

/// A level of a group, whose logarithm is uniform: the first are frequent and most are rare.
pub(super) fn level(size: usize, random: &mut ChaCha8Rng) -> usize {
    let uniform: f64 = StandardUniform.sample(random);
    ((size as f64 + 1.0).powf(uniform) as usize - 1).min(size - 1)
}

/// Who knows the labels.
struct Teacher {
    weights: Vec<f64>,
    scales: Vec<f64>,
}

impl Teacher {
    fn new(n_features: usize, size: f64, scale_decades: f64, random: &mut ChaCha8Rng) -> Self {
        let mut normal = || -> f64 { StandardNormal.sample(random) };
        let weights = (0..n_features).map(|_| size * normal()).collect();
        let mut position = || -> f64 { 2.0 * Distribution::<f64>::sample(&StandardUniform, random) - 1.0 };
        let scales = (0..n_features).map(|_| 10f64.powf(scale_decades * position())).collect();
        Self { weights, scales }
    }

    /// Draws rows of columns and values, and labels them before their columns are scaled. Features are rounded to 32
    /// bits, so that both float types pose the same problem.
    fn rows(
        &self,
        n_rows: usize,
        random: &mut ChaCha8Rng,
        mut draw: impl FnMut(&mut ChaCha8Rng, &mut Vec<(usize, f64)>),
    ) -> Dataset {
        let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        let mut labels = Vec::with_capacity(n_rows);
        let mut row = Vec::new();
        for _ in 0..n_rows {
            row.clear();
            draw(random, &mut row);
            row.sort_unstable_by_key(|&(column, _)| column);
            let noise: f64 = StandardNormal.sample(random);
            let mut decision = NOISE * noise;
            for &(column, value) in &row {
                decision += value * self.weights[column];
                indices.push(column as u32);
                values.push((value * self.scales[column]) as f32);
            }
            indptr.push(indices.len());
            labels.push(i32::from(decision > 0.0));
        }
        let features = Features::Csr { indptr, indices, values: Values::F32(values) };
        Dataset { n_features: self.weights.len(), features, labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_grow_and_fill_the_columns() {
        let one_hot = |n_features| OneHot { name: "", n_rows: 0, n_features, n_groups: 30, seed: 0 };
        for n_features in [500, 20_000] {
            let sizes = one_hot(n_features).group_sizes();
            assert_eq!(sizes.iter().sum::<usize>(), n_features);
            assert!(sizes[0] == 2 && sizes.is_sorted());
        }
    }

    #[test]
    fn rows_are_sorted_labelled_and_scaled() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let teacher = Teacher { weights: vec![9.0, 0.0, -90.0], scales: vec![1.0, 1.0, 0.5] };
        let mut value = 1.0;
        let data = teacher.rows(2, &mut random, |_, row| {
            row.extend([(2, value), (0, 1.0)]);
            value = 0.0;
        });
        let values = Values::F32(vec![1.0, 0.5, 1.0, 0.0]);
        assert_eq!(data.features, Features::Csr { indptr: vec![0, 2, 4], indices: vec![0, 2, 0, 2], values });
        assert_eq!((data.n_features, data.labels), (3, vec![0, 1]));
    }
}
