//! Data to fit, in every layout, and what it means that two fits agree.

use crate::adapters::{Classifier, Model};
use certifit::data::Label;
use certifit::{Error, Scalar, prelude::*};
use ndarray::{Array2, ArrayView2, Axis, ShapeBuilder, s};
use proptest::prelude::*;
use sprs::{CsMat, TriMat};

/// Features and target of `n_classes` clusters that overlap: no optimum is trivial.
pub fn overlapping(n_classes: usize) -> (Array2<f64>, Vec<usize>) {
    clusters(n_classes, 15 * n_classes, 5.0)
}

/// Clusters of which a line can tell most rows. Of norm 1 or so, or coordinate descent would take its time.
pub fn clusters(n_classes: usize, n_rows: usize, std: f64) -> (Array2<f64>, Vec<usize>) {
    let data =
        datasets::make_blobs(n_rows, 3).centers(n_classes).cluster_std(std).seed(3).generate().unwrap();
    (data.features / 8.0, data.target.to_vec())
}

/// Two clusters on both sides of the origin, far enough from it to be told apart without an intercept.
pub fn separable() -> (Array2<f64>, Vec<usize>) {
    let centers = ndarray::array![[4.0, 3.0], [-4.0, -3.0]];
    let data = datasets::make_blobs(30, 2).centers(centers).cluster_std(0.8).seed(1).generate().unwrap();
    (data.features, data.target.to_vec())
}

/// Fewer than 24 rows of up to 4 columns and 2 or 3 classes, each of which has 3 rows or more; multiples of 1/64,
/// which `f32` holds exactly, and zeros.
pub fn small() -> impl Strategy<Value = (Array2<f64>, Vec<usize>)> {
    (2usize..4, 3usize..8, 1usize..5).prop_flat_map(|(n_classes, rows_a_class, d)| {
        let n = n_classes * rows_a_class;
        let value = prop_oneof![3 => (-64i8..64).prop_map(|v| f64::from(v) / 64.0), 1 => Just(0.0)];
        let order = Just((0..n).collect::<Vec<usize>>()).prop_shuffle();
        (prop::collection::vec(value, n * d), order).prop_map(move |(values, order)| {
            let y: Vec<usize> = order.iter().map(|row| row % n_classes).collect();
            let mut x = Array2::from_shape_vec((n, d), values).unwrap();
            x.column_mut(0).iter_mut().zip(&y).for_each(|(x, &class)| *x += class as f64);
            (x, y)
        })
    })
}

/// How often a property is tried: the suite has hundreds of them.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// `x` as a view in several memory layouts; the gaps between its entries hold NaN.
pub fn with_layouts(x: &Array2<f64>, mut check: impl FnMut(&str, ArrayView2<'_, f64>)) {
    let (n, d) = x.dim();
    let mut columns_first = Array2::zeros((n, d).f());
    columns_first.assign(x);
    assert!(d == 1 || n == 1 || !columns_first.is_standard_layout());
    check("columns first", columns_first.view());

    let mut wide = Array2::from_elem((2 * n + 1, 3 * d), f64::NAN);
    wide.slice_mut(s![1..;2, 2..;3]).assign(x);
    check("strided", wide.slice(s![1..;2, 2..;3]));

    let mut backwards = Array2::zeros((n, d));
    backwards.slice_mut(s![..;-1, ..;-1]).assign(x);
    check("reversed", backwards.slice(s![..;-1, ..;-1]));

    let mut columns_backwards = Array2::from_elem((n, 2 * d).f(), f64::NAN);
    columns_backwards.slice_mut(s![.., ..;-2]).assign(x);
    check("columns first and reversed", columns_backwards.slice(s![.., ..;-2]));
}

/// The entries of `x` that are not 0, NaN included.
pub fn csr<F: Scalar>(x: &Array2<F>) -> CsMat<F> {
    let mut entries = TriMat::new(x.dim());
    for ((row, column), &value) in x.indexed_iter().filter(|(_, value)| **value != F::zero()) {
        entries.add_triplet(row, column, value);
    }
    entries.to_csr()
}

/// All entries of `x`, zeros stored like others, handed in with the columns of each row backwards.
pub fn csr_of_all_entries(x: &Array2<f64>) -> CsMat<f64> {
    let (n, d) = x.dim();
    let pointers = (0..=n).map(|row| row * d).collect();
    let indices = (0..n).flat_map(|_| (0..d).rev()).collect();
    let values = (0..n).flat_map(|row| (0..d).rev().map(move |column| x[[row, column]])).collect();
    CsMat::new_from_unsorted((n, d), pointers, indices, values).unwrap()
}

/// Fits to a gap that leaves the optimum little room, with the epochs that coordinate descent may need for it.
pub fn sharp<C: Classifier>(estimator: &C) -> C {
    estimator.clone().tol(1e-10).max_iter(300_000)
}

/// What a fit says about an optimum: the coefficients of each binary problem, and how far off they may be.
#[derive(Debug, Clone)]
pub struct Optimum {
    pub w: Array2<f64>,
    pub primal: Vec<f64>,
    pub gap: Vec<f64>,
}

impl Optimum {
    pub fn of<F: Scalar, L: Label>(model: &impl Model<F, L>) -> Self {
        let model = model.linear();
        let certificates = || model.report().problems().iter().map(|problem| problem.certificate);
        Self {
            w: model.coef().mapv(|w| w.widen()),
            primal: certificates().map(|certificate| certificate.primal).collect(),
            gap: certificates().map(|certificate| certificate.gap).collect(),
        }
    }

    pub fn negated(&self) -> Self {
        Self { w: -&self.w, ..self.clone() }
    }

    /// Where column `columns[j]` stood j stands now.
    pub fn with_columns(&self, columns: &[usize]) -> Self {
        Self { w: self.w.select(Axis(1), columns), ..self.clone() }
    }

    /// Both are within their certified distance of one optimum: P(w) − P* ≥ ½ ‖w − w*‖² for a penalty ½ ‖w‖².
    /// `slack` is what rounding of the data may add.
    #[track_caller]
    pub fn assert_same(&self, other: &Self, slack: f64) {
        assert_eq!(self.w.dim(), other.w.dim());
        for problem in 0..self.gap.len() {
            let (a, b) = (self.w.row(problem), other.w.row(problem));
            let (primal, gap, other_gap) = (self.primal[problem], self.gap[problem], other.gap[problem]);
            let distance = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
            let radius = (2.0 * gap).sqrt() + (2.0 * other_gap).sqrt() + slack * (1.0 + a.dot(&a).sqrt());
            assert!(distance <= radius, "distance {distance:e} > {radius:e} in problem {problem}");
            let difference = (primal - other.primal[problem]).abs();
            let allowed = gap.max(other_gap) + slack * (1.0 + primal);
            assert!(difference <= allowed, "objectives differ by {difference:e} > {allowed:e}");
        }
    }
}

/// [`Optimum::assert_same`] for two models of gaps that say something.
#[track_caller]
pub fn assert_same_optimum<F: Scalar, G: Scalar, L: Label>(
    a: &impl Model<F, L>,
    b: &impl Model<G, L>,
    slack: f64,
) {
    assert_eq!(a.linear().classes(), b.linear().classes());
    assert_sharp(a);
    assert_sharp(b);
    Optimum::of(a).assert_same(&Optimum::of(b), slack);
}

/// A gap small enough to tell one optimum from another. Coordinate descent may run out of epochs before, on rare data;
/// what its gap then says is checked all the same.
#[track_caller]
pub fn assert_sharp<F: Scalar, L: Label>(model: &impl Model<F, L>) {
    let report = model.linear().report();
    let limit = if F::EPSILON > 1e-10 { 1e-5 } else { 1e-9 };
    for problem in report.problems() {
        let out_of_epochs =
            problem.solver == "dual-coordinate-descent" && problem.stop_reason == StopReason::MaxIter;
        let limit = if out_of_epochs { 1e-4 } else { limit };
        assert!(problem.certificate.relative_gap() <= limit, "{problem:?} of {report}");
    }
}

/// Equal to the last bit, signs of zeros included.
#[track_caller]
pub fn assert_same_bits<L: Label + PartialEq, M: Model<f64, L>>(a: &M, b: &M) {
    assert_eq!(a, b);
    let bits = |model: &M| -> Vec<u64> { model.learnt().iter().map(|value| value.to_bits()).collect() };
    assert_eq!(bits(a), bits(b));
}

/// Every entry near the other's, relative to its size and to 1.
#[track_caller]
pub fn assert_near<F: Scalar>(found: &Array2<F>, expected: &Array2<F>, tolerance: f64) {
    assert_eq!(found.dim(), expected.dim());
    for (found, expected) in found.iter().zip(expected) {
        let (found, expected) = (found.widen(), expected.widen());
        let near = (found - expected).abs() <= tolerance * (1.0 + expected.abs());
        assert!(near || (found.is_nan() && expected.is_nan()), "{found} is not {expected}");
    }
}

/// The share of rows for which both have the same label.
pub fn agreement<L: Label>(a: impl IntoIterator<Item = L>, b: impl IntoIterator<Item = L>) -> f64 {
    let same: Vec<bool> = a.into_iter().zip(b).map(|(a, b)| a == b).collect();
    same.iter().filter(|&&same| same).count() as f64 / same.len() as f64
}

/// The error of a result that should be one.
#[track_caller]
pub fn error_of<T>(result: Result<T, Error>) -> Error {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error,
    }
}
