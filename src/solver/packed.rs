//! A copy of the rows in the order in which they are visited.

use crate::data::AnyFeatures;
use crate::simd::{self, mul_add};

/// Rows whose entries tell which columns are frequent.
const COUNTED: usize = 2000;

/// What is done with the rows of a matrix in an order, whichever way they are kept.
pub(super) trait WithRows {
    type Output;
    fn run(self, rows: &impl RowAccess) -> Self::Output;
}

/// Packs sparse rows in an order, in as few bytes as hold them exactly, or leaves rows where they are.
pub(super) fn with_rows<W: WithRows>(x: &dyn AnyFeatures, order: &[usize], work: W) -> W::Output {
    with_places(x, order, None, work)
}

/// The same for rows that are read often: columns of sparse rows are arranged anew, the frequent ones side by side, where
/// few cache lines hold most of what rows read.
pub(super) fn with_arranged_rows<W: WithRows>(x: &dyn AnyFeatures, order: &[usize], work: W) -> W::Output {
    let places = if x.is_sparse() { places_by_frequency(x, order) } else { None };
    with_places(x, order, places.as_deref(), work)
}

fn with_places<W: WithRows>(
    x: &dyn AnyFeatures,
    order: &[usize],
    places: Option<&[u32]>,
    work: W,
) -> W::Output {
    if x.is_sparse() {
        if let Some(rows) = Packed::<Narrow>::new(x, order, places) {
            return work.run(&rows);
        }
        if let Some(rows) = Packed::<Wide>::new(x, order, places) {
            return work.run(&rows);
        }
    }
    work.run(&InPlace { x, order })
}

/// The place of each column, those with most entries in some of the rows first.
fn places_by_frequency(x: &dyn AnyFeatures, order: &[usize]) -> Option<Vec<u32>> {
    let n_columns = u32::try_from(x.n_features()).ok()?;
    let mut counts = vec![0_u32; x.n_features()];
    for &row in order.iter().take(COUNTED) {
        x.for_each_in_row(row, &mut |column, _| counts[column] += 1);
    }
    let (mut seen, rest): (Vec<u32>, Vec<u32>) =
        (0..n_columns).partition(|&column| counts[column as usize] > 0);
    seen.sort_by_key(|&column| std::cmp::Reverse(counts[column as usize]));
    let mut places = vec![0; x.n_features()];
    let arranged = seen.into_iter().chain(rest);
    (0..n_columns).zip(arranged).for_each(|(place, column)| places[column as usize] = place);
    Some(places)
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
    /// Asks for what [`prefetch`](Self::prefetch) will read.
    fn prefetch_bounds(&self, _at: usize) {}
    /// Where rows have the entry of each column, if that is elsewhere: w is then arranged likewise.
    fn places(&self) -> Option<&[u32]> {
        None
    }

    /// What is [arranged](Self::places), column by column.
    fn columns(&self, arranged: Vec<f64>) -> Vec<f64> {
        let Some(places) = self.places() else { return arranged };
        let mut w = arranged.clone();
        w.iter_mut().zip(places).for_each(|(w, &place)| *w = arranged[place as usize]);
        w
    }
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
struct Packed<'a, E> {
    entries: Vec<E>,
    places: Option<&'a [u32]>,
    /// Where each row begins, and where the last one ends.
    starts: Vec<usize>,
}

impl<'a, E: Entry> Packed<'a, E> {
    /// The rows in this order, with columns at these places; `None` where an entry cannot be held.
    fn new(x: &dyn AnyFeatures, order: &[usize], places: Option<&'a [u32]>) -> Option<Self> {
        u32::try_from(x.n_features()).ok()?;
        // All rows, in most cases.
        let most = if order.len() == x.n_rows() { x.n_stored() } else { 0 };
        let (mut entries, mut starts) = (Vec::with_capacity(most), Vec::with_capacity(order.len() + 1));
        starts.push(0);
        let mut fits = true;
        for &row in order {
            x.for_each_in_row(row, &mut |column, value| {
                // Columns are below the number of features.
                let column = places.map_or(column as u32, |places| places[column]);
                match E::exactly(column, value) {
                    Some(entry) => entries.push(entry),
                    None => fits = false,
                }
            });
            if !fits {
                return None;
            }
            starts.push(entries.len());
        }
        Some(Self { entries, places, starts })
    }

    #[inline(always)]
    fn row(&self, at: usize) -> &[E] {
        &self.entries[self.starts[at]..self.starts[at + 1]]
    }
}

impl<E: Entry> RowAccess for Packed<'_, E> {
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
        simd::prefetch_all_passing(self.row(at));
    }

    #[inline(always)]
    fn prefetch_bounds(&self, at: usize) {
        simd::prefetch(&self.starts, at);
    }

    fn places(&self) -> Option<&[u32]> {
        self.places
    }
}
