//! What a fit allocates at its peak, and that serving a row allocates nothing.

use certifit::prelude::*;
use ndarray::Array2;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the bytes that are allocated, and their peak.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes on to the system's allocator unchanged; the counters do not touch the memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Tests of this file count for themselves alone.
static ALONE: Mutex<()> = Mutex::new(());

/// The bytes that `work` had allocated at its peak, beyond those before it.
fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let made = work();
    (made, PEAK.load(Ordering::Relaxed) - before)
}

fn overlapping(n: usize, d: usize) -> (Array2<f64>, Vec<usize>) {
    let maker = datasets::make_classification(n, d).n_informative(10).flip_y(0.1).class_sep(0.5).seed(1);
    let data = maker.generate().unwrap();
    (data.features, data.target.to_vec())
}

#[test]
fn a_fit_copies_at_most_a_quarter_of_the_features() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let (n, d) = (40_000, 60);
    let (x, y) = overlapping(n, d);
    let x32 = x.mapv(|value| value as f32);
    for loss in [SvcLoss::Hinge, SvcLoss::SquaredHinge] {
        let svc = LinearSVC::new().loss(loss);
        let (model, peak) = peak_of(|| svc.fit(&x, &y).unwrap());
        let (model32, peak32) = peak_of(|| svc.fit(&x32, &y).unwrap());
        assert!(model.report().converged() && model32.report().converged());
        // A few dozen numbers a row, and 16 matrices of d², one for each piece of rows.
        let others = 30 * 8 * n + 16 * 8 * 2 * (d + 8) * (d + 8);
        for (name, peak, entry) in [("f64", peak, 8), ("f32", peak32, 4)] {
            let features = n * d * entry;
            println!("{loss:?} {name}: {:.1} % of the features", 100.0 * peak as f64 / features as f64);
            assert!(peak <= features / 4 + others, "{loss:?} {name}: {peak} for {features}");
        }
    }
}

#[test]
fn a_row_is_served_without_an_allocation() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let (x, y) = overlapping(300, 30);
    let flowers = datasets::iris();
    let binary = LinearSVC::new().fit(&x, &y).unwrap();
    let pairs = LinearSVC::new().multi_class(MultiClass::OneVsOne).fit(&flowers.features, &flowers.target);
    let pairs = pairs.unwrap();
    let (row, flower) = (x.row(0).to_vec(), flowers.features.row(0).to_vec());
    let (mut one, mut three) = ([0.0], [0.0; 3]);
    let before = CALLS.load(Ordering::Relaxed);
    for _ in 0..100 {
        binary.decision_row(&row, &mut one).unwrap();
        pairs.decision_row(&flower, &mut three).unwrap();
        assert!(binary.predict_row(&row).is_ok() && pairs.predict_row(&flower).is_ok());
    }
    assert_eq!(CALLS.load(Ordering::Relaxed) - before, 0);
}

#[test]
fn a_step_of_a_network_allocates_nothing() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let (x, y) = overlapping(2000, 30);
    for mlp in [
        MLPClassifier::new(),
        MLPClassifier::new().hidden_layer_sizes(&[20, 10]).dropout(0.1).clip_norm(1.0),
        MLPClassifier::new().activation(neural::Gelu).solver(update::Nesterov::default()).penalty(L1),
    ] {
        let calls = |epochs: usize| {
            let before = CALLS.load(Ordering::Relaxed);
            mlp.clone().tol(None).max_iter(epochs).fit(&x, &y).unwrap();
            CALLS.load(Ordering::Relaxed) - before
        };
        calls(1);
        // 10 steps an epoch. What grows is the loss curve.
        let (few, many) = (calls(2), calls(42));
        assert!(many <= few + 8, "{few} and {many}");
    }
}
