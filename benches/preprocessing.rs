//! What it takes to make features of numbers, categories and texts: `cargo bench --bench preprocessing`.

use certifit::prelude::*;
use criterion::{BatchSize, Criterion, Throughput};
use ndarray::Array2;
use std::hint::black_box;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    numbers(&mut criterion);
    categories(&mut criterion);
    texts(&mut criterion);
    criterion.final_summary();
}

fn numbers(c: &mut Criterion) {
    let (n, d) = (200_000, 200);
    let x = Array2::from_shape_fn((n, d), |(i, j)| ((i * 31 + j * 17) % 1009) as f64 / 7.0 + j as f64);
    let mut group = c.benchmark_group("StandardScaler 200000 x 200");
    group.sample_size(10).throughput(Throughput::Elements((n * d) as u64));
    group.bench_function("fit", |b| b.iter(|| StandardScaler::new().fit(black_box(&x), &())));
    group.bench_function("fit_transform", |b| {
        b.iter(|| StandardScaler::new().fit_transform(black_box(&x), &()));
    });
    group.bench_function("fit_transform_owned", |b| {
        let given = || x.clone();
        b.iter_batched(given, |x| StandardScaler::new().fit_transform_owned(x, &()), BatchSize::PerIteration);
    });
    group.finish();
}

fn categories(c: &mut Criterion) {
    let (n, d) = (200_000, 10);
    let numbers = Array2::from_shape_fn((n, d), |(i, j)| (i * (j + 7) * 31 + i / 7) % (5 * (j + 1)));
    let names = numbers.mapv(|number| format!("category_{number}"));
    let mut group = c.benchmark_group("OneHotEncoder 200000 x 10");
    group.sample_size(10).throughput(Throughput::Elements((n * d) as u64));
    group.bench_function("integers", |b| {
        b.iter(|| OneHotEncoder::new().fit_transform(black_box(&numbers), &()));
    });
    group
        .bench_function("strings", |b| b.iter(|| OneHotEncoder::new().fit_transform(black_box(&names), &())));
    group.finish();
}

/// 50 000 texts of 40 words, of which some are frequent and most rare.
fn texts(c: &mut Criterion) {
    let word = |i: usize| {
        let rank = (1_000_003 / (1 + i.wrapping_mul(2_654_435_761) % 1_000_003)).min(30_000);
        format!("Word{rank}x{}", i * rank % (1 + rank))
    };
    let text = |row: usize| (0..40).map(|i| word(row * 41 + i)).collect::<Vec<_>>().join(" ");
    let texts: Vec<String> = (0..50_000).map(text).collect();
    let mut group = c.benchmark_group("TfidfVectorizer 50000 texts");
    group.sample_size(10).throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("fit_transform", |b| {
        b.iter(|| TfidfVectorizer::new().fit_transform(black_box(&texts), &()));
    });
    group.finish();
}
