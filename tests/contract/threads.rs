//! The number of threads cannot be told from a result.

use crate::adapters::{Classifier, Model};
use crate::data::{assert_same_bits, clusters, overlapping};

pub fn with_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(work)
}

pub fn one_or_two_threads<C: Classifier>(estimator: &C) {
    // Enough rows to be cut into pieces.
    let (x, y) = clusters(3, 5000, 4.0);
    let estimator = estimator.clone().max_iter(8).seed(3);
    let fit = |threads| with_threads(threads, || estimator.train(&x, &y).unwrap());
    let one = fit(1);
    assert_same_bits(&one, &fit(2));
    assert_same_bits(&one, &estimator.train(&x, &y).unwrap());
}

fn assert_send_sync<T: Send + Sync>(_: &T) {}

pub fn models_are_shared<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(3);
    let model = estimator.train(&x, &y).unwrap();
    assert_send_sync(&model);
    assert_send_sync(estimator);
    let expected = (model.labels(&x).unwrap(), model.decisions(&x).unwrap());
    std::thread::scope(|scope| {
        let ask =
            || (0..20).map(|_| (model.labels(&x).unwrap(), model.decisions(&x).unwrap())).collect::<Vec<_>>();
        let answers = [scope.spawn(ask), scope.spawn(ask), scope.spawn(ask)];
        for answer in answers.into_iter().flat_map(|thread| thread.join().unwrap()) {
            assert_eq!(answer, expected);
        }
    });
}
