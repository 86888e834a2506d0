//! Columns of a feature matrix, each in one piece.

use crate::scalar::Scalar;
use crate::simd::{self, Kernel, mul_add};

/// How many sums run side by side.
const LANES: usize = 8;
const SPARSE_LANES: usize = 4;
/// So many entries of a sparse column are asked for.
const ASKED_FOR: usize = 64;

/// What coordinate descent does with a column x of entries xᵢ.
pub(super) trait Column: Send + Sync {
    /// What was taken off the entries, as they are in the matrix, so that their mean is 0.
    fn mean(&self) -> f64 {
        0.0
    }

    /// Σ xᵢ vᵢ.
    fn dot(&self, v: &[f64]) -> f64;

    /// Σ hᵢ xᵢ².
    fn weighted_square(&self, h: &[f64]) -> f64;

    /// v ← v + scale · h∘x.
    fn add_weighted(&self, scale: f64, h: &[f64], v: &mut [f64]);

    /// v ← v + scale · x.
    fn add(&self, scale: f64, v: &mut [f64]);

    /// Visits the stored entries, from the first row to the last.
    fn for_each(&self, visit: &mut dyn FnMut(usize, f64));

    /// Asks the memory for the first entries, where processors do not see by themselves that they are needed.
    fn ask_for(&self) {}
}

/// All entries, as they are in the matrix; those of x are so much less.
pub(super) struct Dense<F> {
    mean: f64,
    entries: Vec<F>,
}

impl<F: Scalar> Dense<F> {
    pub(super) fn new(entries: Vec<F>) -> Self {
        Self { mean: 0.0, entries }
    }

    /// Less their mean.
    pub(super) fn centered(entries: Vec<F>) -> Self {
        // One sum alone would wait for each entry.
        let (groups, rest) = entries.as_chunks::<LANES>();
        let mut sums = [0.0; LANES];
        for group in groups {
            sums.iter_mut().zip(group).for_each(|(sum, entry)| *sum += entry.widen());
        }
        let total = sums.iter().sum::<f64>() + rest.iter().map(|entry| entry.widen()).sum::<f64>();
        Self { mean: total / entries.len() as f64, entries }
    }
}

impl<F: Scalar> Column for Dense<F> {
    fn mean(&self) -> f64 {
        self.mean
    }

    fn dot(&self, v: &[f64]) -> f64 {
        simd::run(Dot { mean: self.mean, x: &self.entries, v })
    }

    fn weighted_square(&self, h: &[f64]) -> f64 {
        simd::run(WeightedSquare { mean: self.mean, x: &self.entries, h })
    }

    fn add_weighted(&self, scale: f64, h: &[f64], v: &mut [f64]) {
        simd::run(AddWeighted { mean: self.mean, x: &self.entries, scale, h, v });
    }

    fn add(&self, scale: f64, v: &mut [f64]) {
        simd::run(Add { mean: self.mean, x: &self.entries, scale, v });
    }

    fn for_each(&self, visit: &mut dyn FnMut(usize, f64)) {
        self.entries.iter().enumerate().for_each(|(row, x)| visit(row, x.widen() - self.mean));
    }
}

/// The rows of stored entries, and these.
pub(super) struct Sparse<F>(pub(super) Vec<(u32, F)>);

impl<F: Scalar> Column for Sparse<F> {
    /// In sums that do not wait for each other.
    fn dot(&self, v: &[f64]) -> f64 {
        let (groups, rest) = self.0.as_chunks::<SPARSE_LANES>();
        let mut sums = [0.0; SPARSE_LANES];
        for group in groups {
            for (sum, &(row, x)) in sums.iter_mut().zip(group) {
                *sum += x.widen() * v[row as usize];
            }
        }
        sums.iter().sum::<f64>() + rest.iter().map(|&(row, x)| x.widen() * v[row as usize]).sum::<f64>()
    }

    fn weighted_square(&self, h: &[f64]) -> f64 {
        self.0.iter().map(|&(row, x)| x.widen() * x.widen() * h[row as usize]).sum()
    }

    fn add_weighted(&self, scale: f64, h: &[f64], v: &mut [f64]) {
        self.0.iter().for_each(|&(row, x)| v[row as usize] += scale * x.widen() * h[row as usize]);
    }

    fn add(&self, scale: f64, v: &mut [f64]) {
        self.0.iter().for_each(|&(row, x)| v[row as usize] += scale * x.widen());
    }

    fn for_each(&self, visit: &mut dyn FnMut(usize, f64)) {
        self.0.iter().for_each(|&(row, x)| visit(row as usize, x.widen()));
    }

    fn ask_for(&self) {
        simd::prefetch_all_passing(self.0.get(..ASKED_FOR).unwrap_or(&self.0));
    }
}

struct Dot<'a, F> {
    mean: f64,
    x: &'a [F],
    v: &'a [f64],
}

impl<F: Scalar> Kernel for Dot<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut sums = [0.0; LANES];
        let ((x, x_rest), (v, v_rest)) = (self.x.as_chunks::<LANES>(), self.v.as_chunks::<LANES>());
        for (x, v) in x.iter().zip(v) {
            for lane in 0..LANES {
                sums[lane] = mul_add::<FUSED>(x[lane].widen() - self.mean, v[lane], sums[lane]);
            }
        }
        let rest: f64 = x_rest.iter().zip(v_rest).map(|(x, v)| (x.widen() - self.mean) * v).sum();
        sums.iter().sum::<f64>() + rest
    }
}

struct WeightedSquare<'a, F> {
    mean: f64,
    x: &'a [F],
    h: &'a [f64],
}

impl<F: Scalar> Kernel for WeightedSquare<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut sums = [0.0; LANES];
        let ((x, x_rest), (h, h_rest)) = (self.x.as_chunks::<LANES>(), self.h.as_chunks::<LANES>());
        for (x, h) in x.iter().zip(h) {
            for lane in 0..LANES {
                let x = x[lane].widen() - self.mean;
                sums[lane] = mul_add::<FUSED>(x * x, h[lane], sums[lane]);
            }
        }
        let square = |(x, h): (&F, &f64)| (x.widen() - self.mean) * (x.widen() - self.mean) * h;
        sums.iter().sum::<f64>() + x_rest.iter().zip(h_rest).map(square).sum::<f64>()
    }
}

struct AddWeighted<'a, F> {
    mean: f64,
    x: &'a [F],
    scale: f64,
    h: &'a [f64],
    v: &'a mut [f64],
}

impl<F: Scalar> Kernel for AddWeighted<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for ((v, x), h) in self.v.iter_mut().zip(self.x).zip(self.h) {
            *v = mul_add::<FUSED>(self.scale * (x.widen() - self.mean), *h, *v);
        }
    }
}

struct Add<'a, F> {
    mean: f64,
    x: &'a [F],
    scale: f64,
    v: &'a mut [f64],
}

impl<F: Scalar> Kernel for Add<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (v, x) in self.v.iter_mut().zip(self.x) {
            *v = mul_add::<FUSED>(self.scale, x.widen() - self.mean, *v);
        }
    }
}
