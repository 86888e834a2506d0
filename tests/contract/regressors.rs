//! What every regressor does. One line a type, below.

use crate::data::{cases, csr, csr_of_all_entries, error_of, with_layouts};
use crate::threads::with_threads;
use certifit::data::{Features, Targets};
use certifit::linear::LinearModel;
use certifit::{Error, Scalar, prelude::*};
use ndarray::{Array1, Array2, Axis, concatenate};
use proptest::prelude::*;
use std::fmt::Debug;
use std::ops::ControlFlow;

/// Hyper-parameters of a linear regressor.
pub trait Regressor: Clone + Debug + Send + Sync {
    fn train<X, Y>(&self, x: &X, y: &Y) -> Result<LinearRegressor<X::Elem>, Error>
    where
        X: Features,
        X::Owned: Features<Elem = X::Elem>,
        Y: Targets + ?Sized,
        Y::Value: Scalar;

    fn tol(self, tol: f64) -> Self;
    fn max_iter(self, max_iter: usize) -> Self;
    fn intercept(self, intercept: Intercept) -> Self;
    fn observer(self, observer: impl Observer + 'static) -> Self;
    /// Each parameter set to each kind of bad value, with the name that the error must give.
    fn bad_parameters(&self) -> Vec<(&'static str, Self)>;
}

macro_rules! regressor {
    ($estimator:ty, $($parameter:ident)*, $bad:expr) => {
        impl Regressor for $estimator {
            fn train<X, Y>(&self, x: &X, y: &Y) -> Result<LinearRegressor<X::Elem>, Error>
            where
                X: Features,
                X::Owned: Features<Elem = X::Elem>,
                Y: Targets + ?Sized,
                Y::Value: Scalar,
            {
                self.fit(x, y)
            }

            fn tol(self, tol: f64) -> Self {
                self.tol(tol)
            }

            fn max_iter(self, max_iter: usize) -> Self {
                self.max_iter(max_iter)
            }

            fn intercept(self, intercept: Intercept) -> Self {
                self.intercept(intercept)
            }

            fn observer(self, observer: impl Observer + 'static) -> Self {
                self.observer(observer)
            }

            #[allow(unused_mut)]
            fn bad_parameters(&self) -> Vec<(&'static str, Self)> {
                let mut bad = vec![("max_iter", self.clone().max_iter(0))];
                for value in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    bad.push(("tol", self.clone().tol(value)));
                    let scaling = Intercept::Penalized { scaling: value };
                    bad.push(("intercept scaling", self.clone().intercept(scaling)));
                    $(bad.push((stringify!($parameter), self.clone().$parameter(value)));)*
                }
                bad.extend($bad(self));
                bad
            }
        }
    };
}

regressor!(LinearRegression,, |_: &Self| []);
regressor!(Ridge, alpha, |_: &Self| []);
regressor!(Lasso, alpha, |_: &Self| []);
regressor!(ElasticNetRegression, alpha l1_ratio, |model: &Self| [("l1_ratio", model.clone().l1_ratio(1.5))]);
regressor!(LinearSVR, c epsilon, |model: &Self| [("c", model.clone().c(0.0))]);

regressor!(LinearModel<SquaredError, L1>, c, |model: &Self| [("c", model.clone().c(0.0))]);

macro_rules! regressor_contract {
    ($name:ident, $make:expr) => {
        mod $name {
            use super::*;
            regressor_contract! { @tests $make;
                bad_input_is_refused another_width_is_refused parameters_are_checked_by_fit
                    a_second_fit_is_the_same memory_layouts_and_sparse_rows_fit_the_same f32_is_near_f64
                    rows_and_columns_in_another_order integer_weights_are_repeats weight_zero_is_no_row
                    weights_of_one_are_none unusual_data_have_a_right_answer extremes_are_finite_or_refused
                    a_plane_is_found fits_that_are_cut_short_say_so one_or_two_threads
                    the_report_is_true one_row_is_served_as_a_batch_is }
        }
    };
    (@tests $make:expr; $($rule:ident)*) => {
        $(
            #[test]
            fn $rule() {
                super::$rule(&$make);
            }
        )*
    };
}

fn scaled(intercept: Intercept) -> LinearSVR {
    LinearSVR::new().epsilon(0.25).intercept(intercept)
}

fn penalized() -> Intercept {
    Intercept::Penalized { scaling: 2.0 }
}

regressor_contract!(linear_regression, LinearRegression::new());
regressor_contract!(linear_regression_no_intercept, LinearRegression::new().intercept(Intercept::None));
regressor_contract!(ridge, Ridge::new());
regressor_contract!(ridge_penalized_intercept, Ridge::new().alpha(0.1).intercept(penalized()));
regressor_contract!(ridge_descent, Ridge::new().solver(Solver::DualCoordinateDescent));
regressor_contract!(ridge_of_nothing, Ridge::new().alpha(0.0));
regressor_contract!(lasso, Lasso::new().alpha(0.1));
regressor_contract!(lasso_no_intercept, Lasso::new().alpha(0.01).intercept(Intercept::None));
regressor_contract!(elastic_net, ElasticNetRegression::new().alpha(0.1));
regressor_contract!(elastic_net_of_l2, ElasticNetRegression::new().alpha(0.2).l1_ratio(0.0));
regressor_contract!(linear_svr, LinearSVR::new());
regressor_contract!(linear_svr_penalized_intercept, scaled(penalized()));
regressor_contract!(linear_svr_no_intercept, scaled(Intercept::None));
regressor_contract!(linear_svr_descent, scaled(penalized()).solver(Solver::DualCoordinateDescent));
regressor_contract!(linear_svr_squared, scaled(Intercept::Free).loss(SvrLoss::SquaredEpsilonInsensitive));
regressor_contract!(linear_model, LinearModel::new(SquaredError).penalty(L1));

/// Three features and targets that are no function of them, of size 1 or so.
fn data() -> (Array2<f64>, Vec<f64>) {
    let data = datasets::make_regression(40, 3).noise(20.0).seed(3).generate().unwrap();
    (data.features, data.target.iter().map(|y| y / 32.0 + 1.0).collect())
}

/// Up to 20 rows of up to 4 columns, multiples of 1/64, and zeros.
fn small() -> impl Strategy<Value = (Array2<f64>, Vec<f64>)> {
    (6usize..20, 1usize..5).prop_flat_map(|(n, d)| {
        let value = || prop_oneof![3 => (-64i8..64).prop_map(|v| f64::from(v) / 64.0), 1 => Just(0.0)];
        (prop::collection::vec(value(), n * d), prop::collection::vec(value(), n))
            .prop_map(move |(x, y)| (Array2::from_shape_vec((n, d), x).unwrap(), y))
    })
}

fn sharp<R: Regressor>(estimator: &R) -> R {
    estimator.clone().tol(1e-10).max_iter(300_000)
}

/// Objectives within what the certificates leave open, and predictions as near as that allows for.
#[track_caller]
fn assert_same<F: Scalar, G: Scalar>(
    (a, predictions_a): (&LinearRegressor<F>, Array1<F>),
    (b, predictions_b): (&LinearRegressor<G>, Array1<G>),
    slack: f64,
) {
    let (a, b) = (a.report(), b.report());
    let certificate = |report: &certifit::solver::Report| report.problems()[0].certificate;
    let open = certificate(a).gap.max(certificate(b).gap);
    let allowed = open + slack * slack * (1.0 + a.primal());
    assert!((a.primal() - b.primal()).abs() <= allowed, "{a}\n{b}");
    for (a, b) in predictions_a.iter().zip(&predictions_b) {
        assert!((a.widen() - b.widen()).abs() <= slack * (1.0 + a.widen().abs()), "{a} {b}");
    }
}

const SLACK: f64 = 3e-4;

#[track_caller]
fn fitted<R: Regressor>(estimator: &R, x: &Array2<f64>, y: &Vec<f64>) -> LinearRegressor<f64> {
    let model = estimator.train(x, y).unwrap();
    let report = model.report();
    assert!(report.converged() || report.relative_gap() < 1e-7, "{report}");
    model
}

fn bad_input_is_refused<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let empty = |axis| Error::Empty { what: "x", axis };
    assert_eq!(error_of(estimator.train(&Array2::<f64>::zeros((0, 3)), &y)), empty("rows"));
    assert_eq!(error_of(estimator.train(&Array2::<f64>::zeros((40, 0)), &y)), empty("columns"));
    assert!(matches!(
        error_of(estimator.train(&x, &y[1..])),
        Error::LengthMismatch { expected: 40, found: 39, .. }
    ));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut broken = x.clone();
        broken[[7, 1]] = bad;
        let error = error_of(estimator.train(&broken, &y));
        assert!(matches!(error, Error::NonFinite { what: "x", row: 7, column: Some(1), .. }), "{error}");
        let mut broken = y.clone();
        broken[9] = bad;
        let error = error_of(estimator.train(&x, &broken));
        assert!(matches!(error, Error::NonFinite { what: "y", row: 9, column: None, .. }), "{error}");
        // Of a row that counts for nothing, too.
        let mut weights = vec![1.0; 40];
        weights[..10].fill(0.0);
        let error = error_of(estimator.train(&x, &broken.weighted(&weights).unwrap()));
        assert!(matches!(error, Error::NonFinite { what: "y", row: 9, .. }), "{error}");
    }
    let mut weights = vec![1.0; 40];
    weights[3] = 0.0;
    let nothing = y.weighted(&weights).unwrap().take(&[3, 3]);
    let two = x.select(Axis(0), &[0, 1]);
    assert!(matches!(error_of(estimator.train(&two, &nothing)), Error::InvalidWeight { .. }));
    let columns_first = csr(&x).to_csc();
    assert!(matches!(error_of(estimator.train(&columns_first, &y)), Error::Unsupported { .. }));
}

fn another_width_is_refused<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let model = fitted(estimator, &x, &y);
    assert_eq!(model.n_features_in(), 3);
    for found in [1, 4] {
        let expected = Error::FeatureMismatch { expected: 3, found };
        assert_eq!(error_of(model.predict(&Array2::ones((2, found)))), expected);
        assert_eq!(error_of(model.predict_row(&vec![1.0; found])), expected);
    }
    assert!(matches!(error_of(model.predict(&Array2::zeros((0, 3)))), Error::Empty { .. }));
}

fn parameters_are_checked_by_fit<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    for (name, bad) in estimator.bad_parameters() {
        match error_of(bad.train(&x, &y)) {
            Error::InvalidParameter { name: found, .. } => assert_eq!(found, name, "{bad:?}"),
            other => panic!("{other} for {bad:?}"),
        }
    }
}

fn a_second_fit_is_the_same<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let before = format!("{estimator:?}");
    assert_eq!(fitted(estimator, &x, &y), fitted(&estimator.clone(), &x, &y));
    assert_eq!(format!("{estimator:?}"), before);
    let array: Array1<f64> = y.clone().into();
    assert_eq!(fitted(estimator, &x, &y), estimator.train(&x, &array).unwrap());
    assert_eq!(fitted(estimator, &x, &y), estimator.train(&x.view(), y.as_slice()).unwrap());
}

fn memory_layouts_and_sparse_rows_fit_the_same<R: Regressor>(estimator: &R) {
    let estimator = sharp(estimator);
    proptest!(cases(6), |((x, y) in small())| {
        let model = fitted(&estimator, &x, &y);
        let expected = model.predict(&x).unwrap();
        let check = |other: LinearRegressor<f64>| {
            assert_same((&model, expected.clone()), (&other, other.predict(&x).unwrap()), SLACK);
        };
        with_layouts(&x, |_, view| check(estimator.train(&view, &y).unwrap()));
        for sparse in [csr(&x), csr_of_all_entries(&x)] {
            let other = estimator.train(&sparse, &y).unwrap();
            let (a, b) = (other.predict(&sparse).unwrap(), other.predict(&x).unwrap());
            a.iter().zip(&b).for_each(|(a, b)| assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs())));
            check(other);
        }
    });
}

fn f32_is_near_f64<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let (narrow, narrow_y) = (x.mapv(|x| x as f32), y.iter().map(|&y| y as f32).collect::<Vec<f32>>());
    let exact_y: Vec<f64> = narrow_y.iter().map(|&y| f64::from(y)).collect();
    let wide = fitted(&sharp(estimator), &narrow.mapv(f64::from), &exact_y);
    let model = estimator.train(&narrow, &narrow_y).unwrap();
    assert!(model.report().relative_gap() <= 1e-5, "{}", model.report());
    let expected = wide.predict(&x).unwrap();
    assert_same((&model, model.predict(&narrow).unwrap()), (&wide, expected), 1e-2);
}

fn rows_and_columns_in_another_order<R: Regressor>(estimator: &R) {
    let estimator = sharp(estimator);
    let data = small().prop_flat_map(|(x, y)| {
        let order = |n: usize| Just((0..n).collect::<Vec<usize>>()).prop_shuffle();
        (Just(x.clone()), Just(y), order(x.nrows()), order(x.ncols()))
    });
    proptest!(cases(6), |((x, y, rows, columns) in data)| {
        let model = fitted(&estimator, &x, &y);
        let taken = x.take(&rows).select(Axis(1), &columns);
        let other = fitted(&estimator, &taken, &y.take(&rows));
        let expected = model.predict(&x).unwrap().take(&rows);
        assert_same((&model, expected), (&other, other.predict(&taken).unwrap()), SLACK);
    });
}

fn integer_weights_are_repeats<R: Regressor>(estimator: &R) {
    let estimator = sharp(estimator);
    let data = small().prop_flat_map(|(x, y)| {
        let counts = prop::collection::vec(0usize..4, y.len());
        (Just(x), Just(y), counts)
    });
    proptest!(cases(8), |((x, y, mut counts) in data)| {
        counts[0] = counts[0].max(1);
        let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let rows: Vec<usize> = (0..y.len()).flat_map(|row| vec![row; counts[row]]).collect();
        let weighted = estimator.train(&x, &y.weighted(&weights).unwrap()).unwrap();
        let repeated = fitted(&estimator, &x.take(&rows), &y.take(&rows));
        let seen = x.take(&rows);
        let (a, b) = (weighted.predict(&seen).unwrap(), repeated.predict(&seen).unwrap());
        assert_same((&weighted, a), (&repeated, b), SLACK);
    });
}

fn weight_zero_is_no_row<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let half: Vec<usize> = (0..20).map(|row| 2 * row).collect();
    let weights: Vec<f64> = (0..40).map(|row| if row % 2 == 0 { 1.0 } else { 0.0 }).collect();
    let model = fitted(estimator, &x.take(&half), &y.take(&half));
    let other = estimator.train(&x, &y.weighted(&weights).unwrap()).unwrap();
    assert_same((&model, model.predict(&x).unwrap()), (&other, other.predict(&x).unwrap()), 1e-6);
}

fn weights_of_one_are_none<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let ones = y.weighted(&[1.0; 40]).unwrap();
    assert_eq!(fitted(estimator, &x, &y), estimator.train(&x, &ones).unwrap());
}

fn unusual_data_have_a_right_answer<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    // One row, one column, more columns than rows.
    for (rows, columns) in [(1, 1), (1, 3), (2, 3), (40, 1)] {
        let taken = x.slice(ndarray::s![..rows, ..columns]).to_owned();
        let model = fitted(estimator, &taken, &y[..rows].to_vec());
        assert!(model.predict(&taken).unwrap().iter().all(|p| p.is_finite()));
    }
    let wide = Array2::from_shape_fn((12, 50), |(i, j)| ((i * 50 + j + 1) as f64 * 0.618).fract() - 0.5);
    fitted(estimator, &wide, &y[..12].to_vec());
    // Columns that are constant, double, or 0; rows that are double.
    let constant = Array2::from_elem((40, 1), 3.0);
    for extra in [constant.clone(), x.select(Axis(1), &[0]), constant * 0.0] {
        let more = concatenate![Axis(1), x, extra];
        let (plain, model) = (fitted(&sharp(estimator), &x, &y), fitted(&sharp(estimator), &more, &y));
        assert!(model.report().primal() <= plain.report().primal() * (1.0 + 1e-9), "{}", model.report());
        fitted(estimator, &concatenate![Axis(0), more, more], &[y.clone(), y.clone()].concat());
    }
    // A constant target needs an intercept and nothing else; up to the ε of a loss, any near it will do.
    let model = fitted(&estimator.clone().intercept(Intercept::Free), &x, &vec![2.5; 40]);
    assert!(model.report().converged() && model.coef().iter().all(|w| w.abs() < 1e-7), "{model:?}");
    assert!((model.intercept() - 2.5).abs() < 0.25 + 1e-7);
    fitted(estimator, &x, &vec![0.0; 40]);
    fitted(estimator, &Array2::zeros((40, 2)), &y);
}

fn extremes_are_finite_or_refused<R: Regressor>(estimator: &R) {
    let estimator = estimator.clone().max_iter(200);
    let (x, y) = data();
    let check = |x: &Array2<f64>, y: &Vec<f64>| match estimator.train(x, y) {
        Ok(model) => {
            assert!(model.coef().iter().chain([&model.intercept()]).all(|value| value.is_finite()));
            let certificate = model.report().problems()[0].certificate;
            assert!(certificate.primal.is_finite() && certificate.gap >= 0.0, "{certificate:?}");
            match model.predict(x) {
                Ok(predictions) => assert!(predictions.iter().all(|p| p.is_finite())),
                Err(error) => assert!(matches!(error, Error::Overflow { .. }), "{error}"),
            }
        }
        Err(error) => assert!(matches!(error, Error::Overflow { .. }), "{error}"),
    };
    for scale in [1e300, 1e153, 1e100, 1e70, 1e30, 1e-30, 1e-100, 1e-155, 1e-310] {
        check(&(&x * scale), &y);
        check(&x, &y.iter().map(|y| y * scale).collect());
        let mut mixed = x.clone();
        mixed.column_mut(1).mapv_inplace(|x| x * scale);
        check(&mixed, &y);
    }
    check(&(&x + 1e18), &y);
}

/// Targets on a plane are met, but for what a penalty or an ε leaves.
fn a_plane_is_found<R: Regressor>(estimator: &R) {
    let (x, _) = data();
    let estimator = estimator.clone().intercept(Intercept::Free);
    for (w, b) in [([2.0, -1.0, 0.5], 3.0), ([0.1, 0.7, -0.3], 0.0)] {
        let y = x.dot(&Array1::from(w.to_vec())) + b;
        let model = estimator.train(&x, &y).unwrap();
        assert!(model.report().converged(), "{}", model.report());
        let score = r2_score(&y, &model.predict(&x).unwrap()).unwrap();
        assert!(score > 0.85, "{score}");
    }
}

fn fits_that_are_cut_short_say_so<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let stop = |_: &Progress| ControlFlow::Break(());
    let model = estimator.clone().tol(1e-300).observer(stop).train(&x, &y).unwrap();
    let reason = model.report().stop_reason();
    assert!(reason == StopReason::Stopped || model.report().relative_gap() == 0.0, "{}", model.report());
    let model = estimator.clone().tol(1e-300).max_iter(1).train(&x, &y).unwrap();
    assert!(model.report().iterations() <= 1 && model.report().relative_gap().is_finite());
    let watched = estimator.clone().observer(|progress: &Progress| {
        assert!(progress.problem == 0 && progress.primal.is_finite() && progress.relative_gap >= 0.0);
        ControlFlow::Continue(())
    });
    assert_eq!(watched.train(&x, &y).unwrap(), fitted(estimator, &x, &y));
}

fn one_or_two_threads<R: Regressor>(estimator: &R) {
    // Enough rows to be cut into pieces.
    let data = datasets::make_regression(5000, 4).noise(20.0).seed(1).generate().unwrap();
    let (x, y) = (data.features, data.target / 32.0);
    let estimator = estimator.clone().max_iter(8);
    let fit = |threads| with_threads(threads, || estimator.train(&x, &y).unwrap());
    assert_eq!(fit(1), fit(2));
}

/// The dual value is below the objective anywhere, the primal value is that of the coefficients.
fn the_report_is_true<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let model = fitted(estimator, &x, &y);
    let optimum = fitted(&sharp(estimator), &x, &y).report().primal();
    let report = model.report();
    assert!(
        report.dual() <= optimum * (1.0 + 1e-12) && optimum <= report.primal() * (1.0 + 1e-9),
        "{report}"
    );
    assert!(report.primal() <= optimum * (1.0 + 1.1e-6), "{report} {optimum}");
}

fn one_row_is_served_as_a_batch_is<R: Regressor>(estimator: &R) {
    let (x, y) = data();
    let model = fitted(estimator, &x, &y);
    let predictions = model.predict(&x).unwrap();
    for (row, expected) in x.rows().into_iter().zip(&predictions) {
        let found = model.predict_row(row.as_slice().unwrap()).unwrap();
        assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()));
    }
    let error = error_of(model.predict_row(&[0.0, f64::NAN, 1.0]));
    assert!(matches!(error, Error::NonFinite { column: Some(1), .. }), "{error}");
}

#[test]
fn regressors_are_parts_of_pipelines_and_are_scored() {
    let data = datasets::diabetes();
    let (x, y) = (&data.features, &data.target);
    let pipeline = StandardScaler::new().then(Ridge::new());
    let model = pipeline.fit(x, y).unwrap();
    assert!(model.last().report().converged());
    let scores = cross_val_score(&pipeline, x, y, &KFold::new(5), &R2).unwrap();
    assert!((scores.mean() - 0.48).abs() < 0.02, "{}", scores.summary());
}

#[test]
fn defaults_are_those_of_the_tables() {
    let same = |a: &dyn Debug, b: &dyn Debug| assert_eq!(format!("{a:?}"), format!("{b:?}"));
    same(&Ridge::new().alpha(1.0).tol(1e-6).max_iter(10_000).intercept(Intercept::Free), &Ridge::default());
    same(&Lasso::new().alpha(1.0).tol(1e-6), &Lasso::default());
    same(&ElasticNetRegression::new().alpha(1.0).l1_ratio(0.5), &ElasticNetRegression::default());
    let svr =
        LinearSVR::new().c(1.0).epsilon(0.0).loss(SvrLoss::EpsilonInsensitive).solver(Solver::Auto).seed(0);
    same(&svr, &LinearSVR::default());
    same(&LinearRegression::new().intercept(Intercept::Free), &LinearRegression::default());
}

/// The optimum is 0, which no rounding lets an objective reach.
#[test]
fn exact_planes_are_certified() {
    for (n, d, scale, far) in
        [(50, 3, 1.0, 0.0), (3000, 8, 0.1, 0.0), (40, 2, 1e4, 0.0), (30, 3, 1.0, 1e3), (10, 30, 1.0, 0.0)]
    {
        let x = datasets::make_regression(n, d).seed(7).generate().unwrap().features * scale + far;
        let w = Array1::from_shape_fn(d, |j| (j as f64 + 0.7).sin());
        let y = x.dot(&w) + 0.3;
        for intercept in [Intercept::Free, Intercept::Penalized { scaling: 1.0 }] {
            let model = LinearRegression::new().intercept(intercept).fit(&x, &y).unwrap();
            assert!(model.report().converged(), "{n} {d} {scale} {far}: {}", model.report());
            assert!(n < d || model.coef().iter().zip(&w).all(|(a, b)| (a - b).abs() < 1e-9), "{model:?}");
        }
        let model = LinearRegression::new().fit(&x.mapv(|x| x as f32), &y.mapv(|y| y as f32)).unwrap();
        assert!(model.report().converged(), "{n} {d} {scale} {far}: {}", model.report());
    }
}

#[test]
fn a_path_is_its_fits_one_by_one() {
    let (x, y) = data();
    let values = [10.0, 1.0, 0.1, 0.01, 0.0, 3.0];
    let check = |path: Vec<LinearRegressor<f64>>, alone: &dyn Fn(f64) -> LinearRegressor<f64>| {
        assert_eq!(path.len(), values.len());
        for (model, value) in path.iter().zip(values) {
            let alone = alone(value);
            assert!(model.report().converged(), "{value}: {}", model.report());
            let (a, b) = (model.report().primal(), alone.report().primal());
            assert!((a - b).abs() <= 2e-6 * b, "{value}: {a} {b}");
            let predictions = (model.predict(&x).unwrap(), alone.predict(&x).unwrap());
            assert_same((model, predictions.0), (&alone, predictions.1), 1e-2);
        }
    };
    let fit = |model: Ridge, alpha| model.alpha(alpha).fit(&x, &y).unwrap();
    check(Ridge::new().path(&x, &y, &values).unwrap(), &|alpha| fit(Ridge::new(), alpha));
    check(Lasso::new().path(&x, &y, &values).unwrap(), &|alpha| {
        Lasso::new().alpha(alpha).fit(&x, &y).unwrap()
    });
    let net = ElasticNetRegression::new().l1_ratio(0.7);
    check(net.path(&x, &y, &values).unwrap(), &|alpha| net.clone().alpha(alpha).fit(&x, &y).unwrap());
    for loss in [SvrLoss::EpsilonInsensitive, SvrLoss::SquaredEpsilonInsensitive] {
        let svr = LinearSVR::new().loss(loss).epsilon(0.1);
        let path = svr.path(&x, &y, &values[..4]).unwrap();
        for (model, c) in path.iter().zip(values) {
            let (a, b) = (model.report().primal(), svr.clone().c(c).fit(&x, &y).unwrap().report().primal());
            assert!((a - b).abs() <= 2e-6 * b, "{c}: {a} {b}");
        }
    }
    assert!(matches!(Lasso::new().path(&x, &y, &[]), Err(Error::Empty { what: "alpha", .. })));
    assert!(matches!(Lasso::new().path(&x, &y, &[1.0, -1.0]), Err(Error::InvalidParameter { .. })));
    let narrow = Ridge::new().fit(&x.select(Axis(1), &[0, 1]), &y).unwrap();
    let refused = Ridge::new().fit_from(&narrow, &x, &y);
    assert!(matches!(refused, Err(Error::FeatureMismatch { expected: 2, found: 3 })), "{refused:?}");
}

#[test]
fn a_linear_model_of_the_log_loss_is_logistic_regression() {
    let data = datasets::breast_cancer();
    let x = StandardScaler::new().fit(&data.features, &()).unwrap().transform(&data.features).unwrap();
    let y = data.target.mapv(|class| if class == 1 { 1.0 } else { -1.0 });
    let regression = LogisticRegression::new().penalty(L1).c(0.1).tol(1e-9).fit(&x, &data.target).unwrap();
    let model = LinearModel::new(LogLoss).penalty(L1).c(0.1).tol(1e-9).fit(&x, &y).unwrap();
    assert!(model.report().converged());
    assert!((model.report().primal() / regression.report().primal() - 1.0).abs() < 1e-8);
    let classes = model.predict(&x).unwrap().mapv(|score| usize::from(score > 0.0));
    assert_eq!(classes, regression.predict(&x).unwrap());
}
