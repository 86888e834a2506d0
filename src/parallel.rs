//! Independent pieces of work, on several threads where the feature `rayon` is on.

use crate::error::Result;

/// `[work(0), …, work(n - 1)]`, or the error of the lowest index that has one.
///
/// The results stand in order of their index and no piece sees another, so that the number of threads cannot
/// be told from them.
pub(crate) fn try_map<T: Send>(n: usize, work: impl Fn(usize) -> Result<T> + Send + Sync) -> Result<Vec<T>> {
    // Collected before the first error is looked for: rayon's own short cut returns any of them.
    map((0..n).collect(), work).into_iter().collect()
}

/// Sorts items; equal ones stay in their order.
#[cfg(feature = "sparse")]
pub(crate) fn sort<T: Ord + Send>(items: &mut [T]) {
    #[cfg(feature = "rayon")]
    if items.len() > SORTED_ALONE {
        use rayon::prelude::*;
        return items.par_sort();
    }
    items.sort();
}

/// So many items are sorted before another thread has woken up.
#[cfg(all(feature = "rayon", feature = "sparse"))]
const SORTED_ALONE: usize = 1 << 12;

/// `work` of each item, in their order.
pub(crate) fn map<I: Send, T: Send>(items: Vec<I>, work: impl Fn(I) -> T + Send + Sync) -> Vec<T> {
    // To wake other threads takes longer than a small fit.
    #[cfg(feature = "rayon")]
    if items.len() > 1 {
        use rayon::prelude::*;
        return items.into_par_iter().map(work).collect();
    }
    items.into_iter().map(work).collect()
}
