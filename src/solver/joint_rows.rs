//! Passes over the rows with a score for each class.

use super::pieces::{add_to, blocks, over_pieces};
use super::problem::Coefficients;
use crate::data::AnyFeatures;
use crate::simd::{self, Kernel, mul_add};
use std::ops::Range;

/// Numbers of a feature that are worked on at a time; those of all classes are filled up to a multiple.
const LANES: usize = 4;

/// The rows of a feature matrix under the scores W x + b of K classes. Numbers a row and class lie row after row.
#[derive(Clone, Copy)]
pub(super) struct JointRows<'a> {
    x: &'a dyn AnyFeatures,
    n_classes: usize,
}

/// Coefficients as rows of one kind read them.
enum Weights<'a> {
    /// Class after class: dense rows are multiplied by one class at a time.
    Classes(&'a [Coefficients]),
    /// Feature after feature, b behind them, those of each filled up to whole groups of lanes: an entry of a sparse row is
    /// multiplied by several classes at once.
    Features(Vec<f64>),
}

impl<'a> JointRows<'a> {
    pub(super) fn new(x: &'a dyn AnyFeatures, n_classes: usize) -> Self {
        Self { x, n_classes }
    }

    /// The scores of all rows.
    pub(super) fn scores(&self, at: &[Coefficients]) -> Vec<f64> {
        let (weights, k) = (self.weights(at), self.n_classes);
        let pieces = over_pieces(self.x.n_rows(), k, |rows| {
            let mut scores = vec![0.0; rows.len() * k];
            let mut entries = Entries::default();
            for block in self.blocks(rows.clone()) {
                let own = (block.start - rows.start) * k..(block.end - rows.start) * k;
                self.scores_of(block, &weights, &mut entries, &mut scores[own]);
            }
            scores
        });
        pieces.concat()
    }

    /// The scores of all rows, and Σ uᵢ ⊗ (xᵢ, 1), class after class, for the uᵢ that `turn` makes of the scores of a
    /// row. One pass.
    pub(super) fn pass(
        &self,
        at: &[Coefficients],
        turn: impl Fn(usize, &mut [f64]) + Sync + Send,
    ) -> (Vec<f64>, Vec<Vec<f64>>) {
        let (weights, k) = (self.weights(at), self.n_classes);
        let length = match &weights {
            Weights::Classes(_) => k * (self.x.n_features() + 1),
            Weights::Features(weights) => weights.len(),
        };
        let pieces = over_pieces(self.x.n_rows(), length, |rows| {
            let mut scores = vec![0.0; rows.len() * k];
            let mut sums = vec![0.0; length];
            let (mut turned, mut entries) = (Vec::new(), Entries::default());
            for block in self.blocks(rows.clone()) {
                let own = (block.start - rows.start) * k..(block.end - rows.start) * k;
                self.scores_of(block.clone(), &weights, &mut entries, &mut scores[own.clone()]);
                turned.clear();
                turned.extend_from_slice(&scores[own]);
                block.clone().zip(turned.chunks_exact_mut(k)).for_each(|(row, z)| turn(row, z));
                self.add_of(block, &entries, &turned, &mut sums);
            }
            (scores, sums)
        });
        let mut sums = vec![0.0; length];
        pieces.iter().for_each(|(_, piece)| add_to(&mut sums, piece));
        let scores = pieces.into_iter().map(|(scores, _)| scores).collect::<Vec<_>>().concat();
        (scores, self.by_class(&sums))
    }

    /// Blocks of rows that stay in the cache: of sparse rows, whose width says little of it, some dozens.
    fn blocks(&self, rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        blocks(rows, if self.x.is_sparse() { self.n_classes } else { self.x.n_features() })
    }

    /// How many numbers a feature has.
    fn stride(&self) -> usize {
        self.n_classes.next_multiple_of(LANES)
    }

    fn weights<'b>(&self, at: &'b [Coefficients]) -> Weights<'b> {
        if !self.x.is_sparse() {
            return Weights::Classes(at);
        }
        let mut weights = vec![0.0; (self.x.n_features() + 1) * self.stride()];
        for (class, at) in at.iter().enumerate() {
            let entries = weights.iter_mut().skip(class).step_by(self.stride());
            entries.zip(at.w.iter().chain([&at.b])).for_each(|(to, w)| *to = *w);
        }
        Weights::Features(weights)
    }

    /// The scores of some rows, and the entries of sparse ones.
    fn scores_of(
        &self,
        rows: Range<usize>,
        weights: &Weights<'_>,
        entries: &mut Entries,
        scores: &mut [f64],
    ) {
        let k = self.n_classes;
        match weights {
            Weights::Classes(at) => {
                let mut of_class = vec![0.0; rows.len()];
                for (class, at) in at.iter().enumerate() {
                    self.x.rows_dot(rows.clone(), &at.w, &mut of_class);
                    let places = scores.iter_mut().skip(class).step_by(k);
                    places.zip(&of_class).for_each(|(to, score)| *to = score + at.b);
                }
            }
            Weights::Features(weights) => {
                entries.read(self.x, rows);
                simd::run(EntriesDot { entries, weights: weights.as_chunks().0, k, scores });
            }
        }
    }

    /// Adds Σ uᵢ ⊗ (xᵢ, 1) to sums that lie as the weights do.
    fn add_of(&self, rows: Range<usize>, entries: &Entries, u: &[f64], sums: &mut [f64]) {
        let (k, d) = (self.n_classes, self.x.n_features());
        if self.x.is_sparse() {
            return simd::run(AddEntries { entries, u, k, sums: sums.as_chunks_mut().0 });
        }
        let mut of_class = vec![0.0; rows.len()];
        for (class, sums) in sums.chunks_exact_mut(d + 1).enumerate() {
            let of_rows = u.iter().skip(class).step_by(k);
            of_class.iter_mut().zip(of_rows).for_each(|(to, u)| *to = *u);
            if let Some((total, sums)) = sums.split_last_mut() {
                *total += of_class.iter().sum::<f64>();
                self.x.add_rows(rows.clone(), &of_class, sums);
            }
        }
    }

    fn by_class(&self, sums: &[f64]) -> Vec<Vec<f64>> {
        let (k, d) = (self.n_classes, self.x.n_features());
        let of = |class: usize| -> Vec<f64> {
            match self.x.is_sparse() {
                true => sums.iter().skip(class).step_by(self.stride()).copied().collect(),
                false => sums[class * (d + 1)..(class + 1) * (d + 1)].to_vec(),
            }
        };
        (0..k).map(of).collect()
    }
}

/// The stored entries of some sparse rows, read once for what is done with them; the last of a row is the intercept's.
#[derive(Default)]
struct Entries {
    entries: Vec<(usize, f64)>,
    ends: Vec<usize>,
}

impl Entries {
    fn read(&mut self, x: &dyn AnyFeatures, rows: Range<usize>) {
        self.entries.clear();
        self.ends.clear();
        for row in rows {
            x.for_each_in_row(row, &mut |column, value| self.entries.push((column, value)));
            self.entries.push((x.n_features(), 1.0));
            self.ends.push(self.entries.len());
        }
    }

    fn rows(&self) -> impl Iterator<Item = &[(usize, f64)]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(&start, &end)| &self.entries[start..end])
    }
}

/// The scores of rows by their entries.
struct EntriesDot<'a> {
    entries: &'a Entries,
    weights: &'a [[f64; LANES]],
    k: usize,
    scores: &'a mut [f64],
}

impl Kernel for EntriesDot<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let groups = self.k.div_ceil(LANES);
        for (row, z) in self.entries.rows().zip(self.scores.chunks_exact_mut(self.k)) {
            for (group, z) in z.chunks_mut(LANES).enumerate() {
                let mut sums = [0.0; LANES];
                for &(column, value) in row {
                    let w = &self.weights[column * groups + group];
                    for lane in 0..LANES {
                        sums[lane] = mul_add::<FUSED>(value, w[lane], sums[lane]);
                    }
                }
                z.copy_from_slice(&sums[..z.len()]);
            }
        }
    }
}

/// sums ← sums + Σ u ⊗ x over rows by their entries.
struct AddEntries<'a> {
    entries: &'a Entries,
    u: &'a [f64],
    k: usize,
    sums: &'a mut [[f64; LANES]],
}

impl Kernel for AddEntries<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let groups = self.k.div_ceil(LANES);
        for (row, u) in self.entries.rows().zip(self.u.chunks_exact(self.k)) {
            for (group, u) in u.chunks(LANES).enumerate() {
                let mut scale = [0.0; LANES];
                scale[..u.len()].copy_from_slice(u);
                for &(column, value) in row {
                    let to = &mut self.sums[column * groups + group];
                    for lane in 0..LANES {
                        to[lane] = mul_add::<FUSED>(value, scale[lane], to[lane]);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn agrees(x: &dyn AnyFeatures, dense: &Array2<f64>) {
        let (n, d) = dense.dim();
        let at: Vec<Coefficients> = (0..3)
            .map(|k| Coefficients {
                w: (0..d).map(|j| ((k * d + j) as f64).sin()).collect(),
                b: k as f64 - 0.5,
            })
            .collect();
        let rows = JointRows::new(x, 3);
        let score = |i: usize, k: usize| at[k].b + (0..d).map(|j| dense[[i, j]] * at[k].w[j]).sum::<f64>();
        let (scores, sums) = rows.pass(&at, |row, z| z.iter_mut().for_each(|z| *z *= row as f64));
        assert_eq!(scores, rows.scores(&at));
        for k in 0..3 {
            for i in 0..n {
                approx::assert_relative_eq!(
                    scores[3 * i + k],
                    score(i, k),
                    max_relative = 1e-12,
                    epsilon = 1e-12
                );
            }
            for j in 0..=d {
                let x = |i: usize| if j < d { dense[[i, j]] } else { 1.0 };
                let expected: f64 = (0..n).map(|i| i as f64 * score(i, k) * x(i)).sum();
                approx::assert_relative_eq!(sums[k][j], expected, max_relative = 1e-10, epsilon = 1e-8);
            }
        }
    }

    #[test]
    fn dense_and_sparse_rows_give_plain_sums() {
        let dense =
            Array2::from_shape_fn(
                (37, 5),
                |(i, j)| if (i + j) % 3 == 0 { (i + 7 * j) as f64 / 9.0 } else { 0.0 },
            );
        agrees(&dense, &dense);
        #[cfg(feature = "sparse")]
        agrees(&sprs::CsMat::csr_from_dense(dense.view(), 0.0), &dense);
    }
}
