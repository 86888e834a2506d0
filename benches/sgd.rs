//! What an epoch of stochastic gradient descent takes: `cargo bench --bench sgd`.

use certifit::prelude::*;
use criterion::{BenchmarkId, Criterion, Throughput};
use ndarray::Array2;
use sprs::CsMat;
use std::hint::black_box;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    dense(&mut criterion);
    sparse(&mut criterion);
    criterion.final_summary();
}

/// Fits of one epoch, with their checks and their objective.
fn dense(c: &mut Criterion) {
    let data = datasets::make_classification(50_000, 200).n_informative(20).flip_y(0.1).seed(1).generate();
    let data = data.expect("parameters within their ranges");
    let narrow = data.features.mapv(|x| x as f32);
    let mut group = c.benchmark_group("one epoch 50000 x 200");
    group.sample_size(10).throughput(Throughput::Elements(50_000));
    epochs(&mut group, "f64", &data.features, &data.target);
    epochs(&mut group, "f32", &narrow, &data.target);
    group.finish();
}

fn sparse(c: &mut Criterion) {
    let (n, d, k) = (20_000, 50_000, 80);
    let column = |entry: usize| entry.wrapping_mul(2_654_435_761) % (d / k);
    let pointers = (0..=n).map(|row| row * k).collect();
    let indices = (0..n * k).map(|entry| entry % k * (d / k) + column(entry)).collect();
    let values = (0..n * k).map(|entry| (entry as f64).sin()).collect();
    let x = CsMat::new((n, d), pointers, indices, values);
    let w = Array2::from_shape_fn((d, 1), |(column, _)| (column as f64).cos());
    let w = w.as_slice().expect("one column");
    let y: Vec<bool> = (0..n).map(|row| Features::row_dot(&x, row, w) > 0.0).collect();
    let mut group = c.benchmark_group("one epoch 20000 x 50000, 80 a row");
    group.sample_size(10).throughput(Throughput::Elements(n as u64));
    epochs(&mut group, "sparse", &x, &y);
    group.finish();
}

fn epochs<X, Y>(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    kind: &str,
    x: &X,
    y: &Y,
) where
    X: Features,
    Y: Targets,
    Y::Value: Label,
{
    let sgd = SGDClassifier::new().max_iter(1).tol(None);
    group.bench_function(BenchmarkId::new("hinge, L2", kind), |b| b.iter(|| sgd.fit(black_box(x), y)));
    let lasso = sgd.clone().loss(LogLoss).penalty(L1);
    group.bench_function(BenchmarkId::new("log loss, L1", kind), |b| b.iter(|| lasso.fit(black_box(x), y)));
}
