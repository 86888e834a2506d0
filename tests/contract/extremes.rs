//! Finite input near the ends of the float range gets a finite answer or a typed error, never NaN.

use crate::adapters::{Classifier, Model};
use crate::data::overlapping;
use certifit::data::Label;
use certifit::{Error, Scalar, prelude::*};
use ndarray::Array2;

#[track_caller]
pub fn assert_finite<F: Scalar, L: Label>(model: &impl Model<F, L>) {
    let model = model.linear();
    let mut numbers = model.coef().iter().chain(model.intercept()).map(|value| value.widen());
    assert!(numbers.all(f64::is_finite), "{model:?}");
    for problem in model.report().problems() {
        let certificate = problem.certificate;
        let finite = certificate.primal.is_finite() && certificate.dual.is_finite();
        assert!(finite && certificate.relative_gap() >= 0.0, "{certificate:?}");
        assert!(certificate.gap >= 0.0 && certificate.gap.is_finite(), "{certificate:?}");
        let converged = problem.stop_reason == StopReason::Converged;
        assert!(!converged || certificate.relative_gap() <= model.report().tol(), "{certificate:?}");
    }
}

/// A finite model with finite answers, or [`Error::Overflow`].
#[track_caller]
fn assert_finite_or_refused<C: Classifier, F: Scalar>(estimator: &C, x: &Array2<F>, y: &Vec<usize>) {
    match estimator.train(x, y) {
        Ok(model) => {
            assert_finite(&model);
            assert_answers(&model, x);
        }
        Err(Error::Overflow { .. }) => {}
        Err(other) => panic!("{other}"),
    }
}

#[track_caller]
fn assert_answers<F: Scalar, L: Label>(model: &impl Model<F, L>, x: &Array2<F>) {
    match model.decisions(x) {
        Ok(decisions) => {
            assert!(decisions.iter().all(|decision| decision.is_finite()), "{decisions:?}");
            assert!(model.labels(x).is_ok());
        }
        Err(Error::Overflow { .. }) => {}
        Err(other) => panic!("{other}"),
    }
    assert!(matches!(model.labels(x), Ok(_) | Err(Error::Overflow { .. })));
}

pub fn huge_and_tiny_features<C: Classifier>(estimator: &C) {
    let estimator = estimator.clone().max_iter(200);
    let (x, y) = overlapping(2);
    for scale in [1e300, 1e200, 1e153, 1e100, 1e75, 1e60, 1e30, 1e-30, 1e-75, 1e-155, 1e-300, 1e-320] {
        assert_finite_or_refused(&estimator, &x.mapv(|x| x * scale), &y);
        // One column only, and one entry only.
        let mut mixed = x.clone();
        mixed.column_mut(1).mapv_inplace(|x| x * scale);
        assert_finite_or_refused(&estimator, &mixed, &y);
        let mut mixed = x.clone();
        mixed[[3, 2]] = scale;
        assert_finite_or_refused(&estimator, &mixed, &y);
    }
    // Far from the origin, with less spread than rounding.
    assert_finite_or_refused(&estimator, &x.mapv(|x| x + 1e18), &y);
    assert_finite_or_refused(&estimator, &x.mapv(|x| x.signum() * f64::MAX), &y);
    assert_finite_or_refused(&estimator, &Array2::from_elem(x.dim(), f64::MIN_POSITIVE), &y);
}

pub fn huge_and_tiny_features_of_f32<C: Classifier>(estimator: &C) {
    let (x, y) = overlapping(2);
    let x = x.mapv(|x| x as f32);
    for scale in [1e37f32, 1e30, 1e15, 1e-15, 1e-30, 1e-40, 1e-44] {
        for c in [1e-30, 1.0, 1e20, 1e90] {
            let estimator = estimator.clone().max_iter(100).c(c);
            assert_finite_or_refused(&estimator, &x.mapv(|x| x * scale), &y);
        }
    }
}

pub fn far_away_rows<C: Classifier>(estimator: &C) {
    for n_classes in [2, 3] {
        let (x, y) = overlapping(n_classes);
        let model = estimator.train(&x, &y).unwrap();
        let model_f32 = estimator.train(&x.mapv(|x| x as f32), &y).unwrap();
        for scale in [1.0, 1e30, 1e38, 1e200, 1e306, f64::MAX] {
            for signs in 0..8 {
                let sign = |column: usize| if signs >> column & 1 == 1 { -1.0 } else { 1.0 };
                let far = Array2::from_shape_fn((2, 3), |(row, column)| {
                    sign(column) * if row == 1 { scale } else { scale / 3.0 }
                });
                assert_answers(&model, &far);
                let far = far.mapv(|x| x.clamp(f32::MIN.into(), f32::MAX.into()) as f32);
                assert_answers(&model_f32, &far);
            }
        }
    }
}

pub fn huge_and_tiny_costs<C: Classifier>(estimator: &C) {
    let estimator = estimator.clone().max_iter(200);
    let (x, y) = overlapping(2);
    for c in [1e-320, 1e-300, 1e-100, 1e-12, 1e12, 1e60, 1e100, 1e150, 1e200, 1e300, f64::MAX] {
        assert_finite_or_refused(&estimator.clone().c(c), &x, &y);
        let weights: Vec<f64> =
            (0..y.len()).map(|row| if row % 5 == 0 { c.min(1e300) } else { 1.0 }).collect();
        match estimator.train(&x, &y.weighted(&weights).unwrap()) {
            Ok(model) => assert_finite(&model),
            Err(Error::Overflow { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
}
