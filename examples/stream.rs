#![forbid(unsafe_code)]
//! How is a model fitted to more data than there is memory? `cargo run --release --example stream -- [GIGABYTES]`
//!
//! Batches are made one by one, learnt from and dropped. At the end the program says how many bytes went by, and how
//! many it ever had.

use certifit::prelude::*;
use ndarray::{Array1, Array2};
use std::time::Instant;

const ROWS: usize = 10_000;
const COLUMNS: usize = 100;
/// Bytes of a batch of features.
const BATCH: usize = ROWS * COLUMNS * size_of::<f64>();

fn main() -> certifit::Result<()> {
    let gigabytes: f64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let n_batches = (gigabytes * 1e9 / BATCH as f64).ceil() as u64;
    println!("{n_batches} batches of {ROWS} rows, {COLUMNS} features each: {gigabytes} GB in all");

    let began = Instant::now();
    let batches = (0..n_batches).map(|number| Ok(batch(number)));
    let model = SGDClassifier::new().loss(LogLoss).fit_stream(&[false, true], batches)?;
    let seconds = began.elapsed().as_secs_f64();
    println!("made and learnt in {seconds:.1} s, {:.2} GB/s", gigabytes / seconds);

    // Rows that no batch had. One in ten has a label drawn at random: 0.95 is what can be had.
    let (x, y) = batch(n_batches);
    println!("accuracy on rows not seen: {:.3}", accuracy_score(&y, &model.predict(&x)?)?);
    match peak_megabytes() {
        Some(peak) => println!("peak memory: {peak:.0} MB, where a batch has {:.0} MB", BATCH as f64 / 1e6),
        None => println!("peak memory: only Linux tells"),
    }
    Ok(())
}

/// Rows uniform in a cube, on both sides of a plane; one label in ten is drawn at random.
fn batch(number: u64) -> (Array2<f64>, Array1<bool>) {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2545_F491_4F6C_DD1D;
    let mut uniform = move || {
        // SplitMix64.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) >> 11) as f64 * (-53f64).exp2()
    };
    let x = Array2::from_shape_simple_fn((ROWS, COLUMNS), || 2.0 * uniform() - 1.0);
    let label = |row: ndarray::ArrayView1<'_, f64>| {
        let score: f64 = row.iter().enumerate().map(|(column, x)| (column as f64).sin() * x).sum();
        score > 0.0
    };
    let labels: Vec<bool> = x.rows().into_iter().map(label).collect();
    let y = labels.into_iter().map(|label| if uniform() < 0.1 { uniform() < 0.5 } else { label }).collect();
    (x, y)
}

/// The most memory that this process ever had.
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0 / 1e6)
}
