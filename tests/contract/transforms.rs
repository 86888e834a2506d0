//! The rules of transformers.

use crate::adapters::Transform;
use crate::data::{assert_near, cases, csr, error_of, overlapping, small, with_layouts};
use crate::threads::with_threads;
use certifit::{Error, prelude::*};
use ndarray::{Array2, Axis, array, s};
use proptest::prelude::*;

fn learn<T: Transform>(transformer: &T, x: &Array2<f64>) -> T::Fitted<f64> {
    transformer.learn(x, &()).unwrap()
}

/// `x` as `transformer` makes it when fitted to it.
fn image<T: Transform>(transformer: &T, x: &Array2<f64>) -> Array2<f64> {
    T::apply(&learn(transformer, x), x).unwrap()
}

pub fn fit_leaves_parameters_alone<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let (before, x_before) = (transformer.clone(), x.clone());
    image(transformer, &x);
    assert_eq!((transformer, &x), (&before, &x_before));
}

pub fn the_shape_stays<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    assert_eq!(image(transformer, &x).dim(), x.dim());
}

pub fn a_refit_forgets_and_repeats<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let first = learn(transformer, &x);
    learn(transformer, &x.select(Axis(1), &[2, 0]));
    assert_eq!(learn(transformer, &x), first);
    assert_eq!(learn(&transformer.clone(), &x), first);
    assert_eq!(T::apply(&first, &x).unwrap(), T::apply(&first.clone(), &x).unwrap());
    // A target is of no interest, its weights are.
    assert_eq!(transformer.learn(&x, &vec!["a"; x.nrows()]).unwrap(), first);
}

pub fn no_rows_or_columns<T: Transform>(transformer: &T) {
    let fitted = learn(transformer, &overlapping(2).0);
    let (no_rows, no_columns) = (Array2::<f64>::zeros((0, 3)), Array2::<f64>::zeros((5, 0)));
    let (rows, columns) =
        (Error::Empty { what: "x", axis: "rows" }, Error::Empty { what: "x", axis: "columns" });
    assert_eq!(error_of(transformer.learn(&no_rows, &())), rows);
    assert_eq!(error_of(transformer.learn(&no_columns, &())), columns);
    assert_eq!(error_of(T::apply(&fitted, &no_rows)), rows);
    let error = error_of(T::apply(&fitted, &no_columns));
    assert!(error == columns || error == Error::FeatureMismatch { expected: 3, found: 0 }, "{error}");
}

pub fn another_width<T: Transform>(transformer: &T) {
    let fitted = learn(transformer, &overlapping(2).0);
    for found in [1, 2, 4] {
        let other = Array2::<f64>::ones((5, found));
        assert_eq!(error_of(T::apply(&fitted, &other)), Error::FeatureMismatch { expected: 3, found });
    }
}

pub fn lengths_differ<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let n = x.nrows();
    for found in [0, 1, n - 1, n + 1] {
        let labels = vec![0; found];
        assert!(matches!(error_of(transformer.learn(&x, &labels)),
            Error::LengthMismatch { expected, found: wrong, .. } if (expected, wrong) == (n, found)));
    }
    let weighted = ().weighted(&vec![1.0; n + 1]).unwrap();
    assert!(matches!(error_of(transformer.learn(&x, &weighted)), Error::LengthMismatch { .. }));
}

/// Weights of a user's own that nobody has checked.
struct Own(Vec<f64>);

impl Weights for Own {
    fn weight(&self, row: usize) -> f64 {
        self.0[row]
    }
}

pub fn weights_are_checked<T: Transform>(transformer: &T) {
    let x = array![[1.0, 2.0], [3.0, 5.0], [4.0, 4.0]];
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = error_of(transformer.learn(&x, &Own(vec![1.0, value, 1.0])));
        assert!(matches!(error, Error::NonFinite { row: 1, column: None, .. }), "{error}");
    }
    let error = error_of(transformer.learn(&x, &Own(vec![1.0, 1.0, -1.0])));
    assert!(matches!(error, Error::InvalidWeight { row: 2, value: -1.0, .. }), "{error}");
    assert!(matches!(error_of(transformer.learn(&x, &Own(vec![0.0; 3]))), Error::InvalidWeight { .. }));
}

pub fn infinities_are_refused<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let x = x.select(Axis(0), &[0, 1, 2, 3, 4]);
    let fitted = learn(transformer, &x);
    for ((row, column), _) in x.indexed_iter() {
        for value in [f64::INFINITY, f64::NEG_INFINITY] {
            let mut bad = x.clone();
            bad[[row, column]] = value;
            let expected = Error::NonFinite { what: "x", row, column: Some(column), value };
            assert_eq!(error_of(transformer.learn(&bad, &())), expected);
            assert_eq!(error_of(T::apply(&fitted, &bad)), expected);
            let narrow = bad.mapv(|x| x as f32);
            assert_eq!(error_of(transformer.learn(&narrow, &())), expected);
        }
    }
}

pub fn missing_values_stay<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let x = x.select(Axis(0), &[0, 1, 2, 3, 4]);
    for ((row, column), _) in x.indexed_iter() {
        let mut holey = x.clone();
        holey[[row, column]] = f64::NAN;
        let z = image(transformer, &holey);
        for ((i, j), z) in z.indexed_iter() {
            assert_eq!(z.is_nan(), (i, j) == (row, column));
        }
        // The missing value does not count: its column is that of the other rows, the others are as they were.
        let others: Vec<usize> = (0..5).filter(|&other| other != row).collect();
        let (full, without) = (image(transformer, &x), image(transformer, &x.take(&others)));
        for other in 0..3 {
            let (found, expected) = if other == column {
                (z.column(other).to_vec().take(&others), without.column(other).to_vec())
            } else {
                (z.column(other).to_vec(), full.column(other).to_vec())
            };
            found.iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs())));
        }
    }
}

pub fn missing_values_are_refused<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let fitted = learn(transformer, &x);
    let mut holey = x.clone();
    holey[[3, 2]] = f64::NAN;
    for error in [error_of(transformer.learn(&holey, &())), error_of(T::apply(&fitted, &holey))] {
        assert!(matches!(error, Error::NonFinite { row: 3, column: Some(2), .. }), "{error}");
    }
}

pub fn one_row_and_one_column<T: Transform>(transformer: &T) {
    let z = image(transformer, &array![[3.0, -1e3]]);
    assert!(z.iter().all(|z| z.is_finite()));
    let z = image(transformer, &array![[1.0], [2.0], [4.0]]);
    assert!(z[[0, 0]] < z[[1, 0]] && z[[1, 0]] < z[[2, 0]]);
}

pub fn extremes_stay_finite<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let check = |x: &Array2<f64>| match transformer.learn(x, &()) {
        Ok(fitted) => match T::apply(&fitted, x) {
            Ok(z) => assert!(z.iter().all(|z| z.is_finite()), "{x} becomes {z}"),
            Err(error) => assert!(matches!(error, Error::Overflow { .. }), "{error}"),
        },
        Err(error) => assert!(matches!(error, Error::Overflow { .. }), "{error}"),
    };
    for scale in [1e300, 1e200, 1e150, 1e-150, 1e-160, 1e-300, 1e-320] {
        check(&x.mapv(|x| x * scale));
        let mut one_entry = x.clone();
        one_entry[[2, 1]] = scale;
        check(&one_entry);
        let fitted = learn(transformer, &x);
        match T::apply(&fitted, &x.mapv(|x| x * scale)) {
            Ok(z) => assert!(z.iter().all(|z| z.is_finite())),
            Err(error) => assert!(matches!(error, Error::Overflow { .. }), "{error}"),
        }
    }
    for constant in [0.0, 0.1, -1e300, f64::MAX, f64::MIN_POSITIVE, 1e-320] {
        check(&Array2::from_elem((7, 2), constant));
    }
    check(&x.select(Axis(0), &[1, 1, 1, 0, 0]));
    check(&x.mapv(|x| x.signum() * f64::MAX));
}

pub fn columns_first_are_refused<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let fitted = learn(transformer, &x);
    let square = csr(&x.select(Axis(0), &[0, 1, 2])).to_csc();
    assert!(matches!(error_of(transformer.learn(&square, &())), Error::Unsupported { .. }));
    assert!(matches!(error_of(T::apply(&fitted, &square)), Error::Unsupported { .. }));
}

pub fn memory_layouts<T: Transform>(transformer: &T) {
    proptest!(cases(16), |((x, _) in small())| {
        let expected = image(transformer, &x);
        with_layouts(&x, |_, view| {
            let fitted = transformer.learn(&view, &()).unwrap();
            assert_near(&T::apply(&fitted, &view).unwrap(), &expected, 1e-12);
            assert_near(&T::apply(&fitted, &x).unwrap(), &expected, 1e-12);
        });
    });
}

/// Features that are given away are transformed to the same bits, and refused with the same errors, as those that are lent.
pub fn what_is_given_away_is_transformed_alike<T: Transform>(transformer: &T) {
    // Small and large enough for several threads; and with a value in the middle that is refused.
    for n in [7, 50_000] {
        let x = Array2::from_shape_fn((n, 3), |(i, j)| ((i * 37 + j * 11) % 1009) as f64 / 7.0 + 1.0);
        let fitted = learn(transformer, &x);
        let z = T::apply(&fitted, &x).unwrap();
        assert_eq!(T::apply_owned(&fitted, x.clone()).unwrap(), z);
        assert_eq!(T::apply_owned(&fitted, x.view()).unwrap(), z);
        assert_eq!(T::apply_owned(&fitted, csr(&x)).ok(), T::apply(&fitted, &csr(&x)).ok());
        let mut bad = x.clone();
        (bad[[n / 2 + 1, 2]], bad[[n / 2, 1]]) = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(error_of(T::apply_owned(&fitted, bad.clone())), error_of(T::apply(&fitted, &bad)));
        let narrow = x.slice(s![.., ..2]).to_owned();
        assert_eq!(
            error_of(T::apply_owned(&fitted, narrow)),
            Error::FeatureMismatch { expected: 3, found: 2 }
        );
    }
    proptest!(cases(8), |((x, _) in small())| {
        let fitted = learn(transformer, &x);
        with_layouts(&x, |_, view| {
            let expected = T::apply(&fitted, &view).unwrap();
            assert_eq!(T::apply_owned(&fitted, view).unwrap(), expected);
            assert_eq!(T::apply_owned(&fitted, view.to_owned()).unwrap(), expected);
        });
    });
}

pub fn f32_is_near_f64<T: Transform>(transformer: &T) {
    proptest!(cases(16), |((x, _) in small())| {
        let narrow = x.mapv(|x| x as f32);
        let fitted = transformer.learn(&narrow, &()).unwrap();
        let z: Array2<f32> = T::apply(&fitted, &narrow).unwrap();
        assert_near(&z.mapv(f64::from), &image(transformer, &x), 1e-5);
    });
}

pub fn rows_one_by_one_and_in_another_order<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(3);
    let fitted = learn(transformer, &x);
    let z = T::apply(&fitted, &x).unwrap();
    for row in 0..x.nrows() {
        let alone = T::apply(&fitted, &x.slice(s![row..=row, ..])).unwrap();
        assert_eq!(alone, z.slice(s![row..=row, ..]));
    }
    let order = Just((0..x.nrows()).collect::<Vec<usize>>()).prop_shuffle();
    proptest!(cases(8), |(order in order)| {
        let shuffled = x.take(&order);
        assert_eq!(T::apply(&fitted, &shuffled).unwrap(), z.take(&order));
        assert_near(&T::apply(&learn(transformer, &shuffled), &x).unwrap(), &z, 1e-12);
    });
}

pub fn one_or_two_threads<T: Transform>(transformer: &T) {
    let x = Array2::from_shape_fn((20_000, 3), |(i, j)| ((i * 37 + j * 11) % 1009) as f64 / 7.0 + 1e3);
    let fit = |threads| with_threads(threads, || learn(transformer, &x));
    assert_eq!(fit(1), fit(2));
}

fn assert_send_sync<T: Send + Sync>(_: &T) {}

pub fn fitted_is_shared<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(3);
    let fitted = learn(transformer, &x);
    assert_send_sync(&fitted);
    let expected = T::apply(&fitted, &x).unwrap();
    std::thread::scope(|scope| {
        let threads = [0; 3].map(|_| scope.spawn(|| T::apply(&fitted, &x).unwrap()));
        threads.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), expected));
    });
}

pub fn integer_weights_are_repeats<T: Transform>(transformer: &T) {
    let data = small().prop_flat_map(|(x, y)| (Just(x), prop::collection::vec(0usize..4, y.len())));
    proptest!(cases(16), |((x, mut counts) in data)| {
        counts[0] = counts[0].max(1);
        let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let rows: Vec<usize> = (0..x.nrows()).flat_map(|row| vec![row; counts[row]]).collect();
        let weighted = transformer.learn(&x, &().weighted(&weights).unwrap()).unwrap();
        let repeated = learn(transformer, &x.take(&rows));
        assert_near(&T::apply(&weighted, &x).unwrap(), &T::apply(&repeated, &x).unwrap(), 1e-11);
    });
}

pub fn weight_zero_is_no_row<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let takes_missing = transformer.learn(&array![[1.0, f64::NAN], [2.0, 5.0]], &()).is_ok();
    let last = if takes_missing { f64::NAN } else { 1e3 };
    let with_noise = ndarray::concatenate![Axis(0), array![[1e9, -1e9, 0.0]], x, array![[7.0, 1e-9, last]]];
    let mut weights = vec![1.0; x.nrows() + 2];
    (weights[0], weights[x.nrows() + 1]) = (0.0, 0.0);
    let fitted = transformer.learn(&with_noise, &().weighted(&weights).unwrap()).unwrap();
    assert_near(&T::apply(&fitted, &x).unwrap(), &image(transformer, &x), 1e-12);
}

pub fn weights_of_one_are_none<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let ones = vec![1.0; x.nrows()];
    assert_eq!(transformer.learn(&x, &().weighted(&ones).unwrap()).unwrap(), learn(transformer, &x));
}

pub fn weights_have_no_unit<T: Transform>(transformer: &T) {
    let (x, _) = overlapping(2);
    let weights: Vec<f64> = (0..x.nrows()).map(|row| (row % 5) as f64).collect();
    let fit = |unit: f64| {
        let weights: Vec<f64> = weights.iter().map(|weight| unit * weight).collect();
        T::apply(&transformer.learn(&x, &().weighted(&weights).unwrap()).unwrap(), &x).unwrap()
    };
    for unit in [1e-200, 1e-3, 1e3] {
        assert_near(&fit(unit), &fit(1.0), 1e-12);
    }
}
