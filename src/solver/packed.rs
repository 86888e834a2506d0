//! A copy of the rows in the order in which they are visited.

use crate::data::AnyFeatures;
use crate::simd::{self, mul_add};

/// Bytes.
const CACHE_LINE: usize = 64;

/// What is done with the rows of a matrix in an order, whichever way they are kept.
pub(super) trait WithRows {
    type Output;
    fn run(self, rows: &impl RowAccess) -> Self::Output;
}

/// Packs sparse rows in an order, in as few bytes as hold them exactly, or leaves rows where they are.
pub(super) fn with_rows<W: WithRows>(x: &dyn AnyFeatures, order: &[usize], work: W) -> W::Output {
    if x.is_sparse() {
        if let Some(rows) = Packed::<Narrow>::new(x, order) {
            return work.run(&rows);
        }
        if let Some(rows) = Packed::<Wide>::new(x, order) {
            return work.run(&rows);
        }
    }
    work.run(&InPlace { x, order })
}

/// The rows of a feature matrix for methods that take them one by one in random order.
pub(super) trait RowAccess: Sync {
    /// x·w of the row at this place.
    fn dot<const FUSED: bool>(&self, at: usize, w: &[f64]) -> f64;
    /// w ← w + scale x.
    fn add<const FUSED: bool>(&self, at: usize, scale: f64, w: &mut [f64]);
    /// Calls `visit` with the columns and values of the stored entries.
    fn visit(&self, at: usize, visit: impl FnMut(usize, f64));
    /// Asks for a row that will be needed soon.
    fn prefetch(&self, _at: usize) {}
}

/// Rows as they are, in another order.
struct InPlace<'a> {
    x: &'a dyn AnyFeatures,
    /// The row at each place.
    order: &'a [usize],
}

impl RowAccess for InPlace<'_> {
    #[inline(always)]
    fn dot<const FUSED: bool>(&self, at: usize, w: &[f64]) -> f64 {
        self.x.row_dot(self.order[at], w)
    }

    #[inline(always)]
    fn add<const FUSED: bool>(&self, at: usize, scale: f64, w: &mut [f64]) {
        self.x.add_row(self.order[at], scale, w);
    }

    fn visit(&self, at: usize, mut visit: impl FnMut(usize, f64)) {
        self.x.for_each_in_row(self.order[at], &mut visit);
    }
}

/// A stored entry: its column and its value side by side, so that one read brings both.
trait Entry: Copy + Sync {
    /// The entry, if its type can hold it exactly.
    fn exactly(column: u32, value: f64) -> Option<Self>;
    fn column(self) -> usize;
    fn value(self) -> f64;
}

/// Values that `f32` holds: those of `f32` features, counts, zeros and ones.
#[derive(Clone, Copy)]
struct Narrow(u32, f32);

impl Entry for Narrow {
    #[inline(always)]
    fn exactly(column: u32, value: f64) -> Option<Self> {
        let narrow = value as f32;
        (f64::from(narrow) == value).then_some(Self(column, narrow))
    }

    #[inline(always)]
    fn column(self) -> usize {
        self.0 as usize
    }

    #[inline(always)]
    fn value(self) -> f64 {
        f64::from(self.1)
    }
}

/// Any values, in twelve bytes.
#[derive(Clone, Copy)]
#[repr(C, packed(4))]
struct Wide(u32, f64);

impl Entry for Wide {
    #[inline(always)]
    fn exactly(column: u32, value: f64) -> Option<Self> {
        Some(Self(column, value))
    }

    #[inline(always)]
    fn column(self) -> usize {
        self.0 as usize
    }

    #[inline(always)]
    fn value(self) -> f64 {
        self.1
    }
}

/// Sparse rows one behind the other, in the order of a permutation.
struct Packed<E> {
    entries: Vec<E>,
    /// Where each row begins, and where the last one ends.
    starts: Vec<usize>,
}

impl<E: Entry> Packed<E> {
    /// The rows in this order; `None` where an entry cannot be held.
    fn new(x: &dyn AnyFeatures, order: &[usize]) -> Option<Self> {
        u32::try_from(x.n_features()).ok()?;
        let (mut entries, mut starts) = (Vec::new(), Vec::with_capacity(order.len() + 1));
        starts.push(0);
        let mut fits = true;
        for &row in order {
            x.for_each_in_row(row, &mut |column, value| {
                // Columns are below the number of features.
                match E::exactly(column as u32, value) {
                    Some(entry) => entries.push(entry),
                    None => fits = false,
                }
            });
            if !fits {
                return None;
            }
            starts.push(entries.len());
        }
        Some(Self { entries, starts })
    }

    #[inline(always)]
    fn row(&self, at: usize) -> &[E] {
        &self.entries[self.starts[at]..self.starts[at + 1]]
    }
}

impl<E: Entry> RowAccess for Packed<E> {
    #[inline(always)]
    fn dot<const FUSED: bool>(&self, at: usize, w: &[f64]) -> f64 {
        let (fours, rest) = self.row(at).as_chunks::<4>();
        let mut sums = [0.0; 4];
        for four in fours {
            for lane in 0..4 {
                sums[lane] = mul_add::<FUSED>(four[lane].value(), w[four[lane].column()], sums[lane]);
            }
        }
        for entry in rest {
            sums[0] = mul_add::<FUSED>(entry.value(), w[entry.column()], sums[0]);
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }

    #[inline(always)]
    fn add<const FUSED: bool>(&self, at: usize, scale: f64, w: &mut [f64]) {
        for entry in self.row(at) {
            let to = &mut w[entry.column()];
            *to = mul_add::<FUSED>(entry.value(), scale, *to);
        }
    }

    fn visit(&self, at: usize, mut visit: impl FnMut(usize, f64)) {
        self.row(at).iter().for_each(|entry| visit(entry.column(), entry.value()));
    }

    #[inline(always)]
    fn prefetch(&self, at: usize) {
        let row = self.row(at);
        for entry in (0..row.len()).step_by(CACHE_LINE / size_of::<E>()) {
            simd::prefetch(row, entry);
        }
    }
}
