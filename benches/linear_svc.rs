//! How long the walk-through's steps take on data of a middling size: `cargo bench`.

use certifit::prelude::*;
use criterion::Criterion;
use std::hint::black_box;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    fit(&mut criterion);
    scale(&mut criterion);
    predict(&mut criterion);
    criterion.final_summary();
}

fn fit(c: &mut Criterion) {
    let data = dense(20_000, 30);
    let mut group = c.benchmark_group("fit 20000 x 30");
    group.sample_size(10);
    for (name, loss) in [("hinge", SvcLoss::Hinge), ("squared hinge", SvcLoss::SquaredHinge)] {
        let svc = LinearSVC::new().loss(loss);
        let report = svc.fit(&data.features, &data.target).expect("a fit").report().clone();
        assert!(report.converged(), "{name}: {report}");
        group.bench_function(name, |b| b.iter(|| svc.fit(black_box(&data.features), &data.target)));
    }
    group.finish();
}

fn scale(c: &mut Criterion) {
    let data = dense(20_000, 50);
    c.bench_function("StandardScaler fit and transform 20000 x 50", |b| {
        b.iter(|| StandardScaler::new().fit(black_box(&data.features), &())?.transform(&data.features));
    });
}

fn predict(c: &mut Criterion) {
    let data = dense(20_000, 30);
    let model = LinearSVC::new().fit(&data.features, &data.target).expect("a fit");
    c.bench_function("predict 20000 x 30", |b| b.iter(|| model.predict(black_box(&data.features))));
}

fn dense(n_samples: usize, n_features: usize) -> datasets::Dataset<usize> {
    let maker = datasets::make_classification(n_samples, n_features).n_informative(10).flip_y(0.05).seed(1);
    maker.generate().expect("parameters within their ranges")
}
