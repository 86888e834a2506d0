//! Regularizers, from their definition. A new regularizer gets one line here.

use crate::losses::lowest;
use certifit::regularizer::{L2, Regularizer};
use proptest::prelude::*;

/// Where minima are looked for: farther than any that occurs.
const FAR: f64 = 200.0;

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * (1.0 + expected.abs()), "{found} is not {expected}");
}

fn terms_are_convex_and_add_up<R: Regularizer>(penalty: &R) {
    assert_eq!((penalty.term(0.0), penalty.value(&[])), (0.0, 0.0));
    proptest!(|(a in -9.0..9.0f64, b in -9.0..9.0f64, t in 0.0..1.0f64)| {
        prop_assert!(penalty.term(a) >= 0.0);
        prop_assert_eq!(penalty.term(a), penalty.term(-a));
        let chord = t * penalty.term(a) + (1.0 - t) * penalty.term(b);
        prop_assert!(penalty.term(t * a + (1.0 - t) * b) <= chord + 1e-12);
        assert_near(penalty.value(&[a, b, 0.0]), penalty.term(a) + penalty.term(b), 1e-15);
    });
}

fn prox_minimises<R: Regularizer>(penalty: &R) {
    proptest!(|(w in -9.0..9.0f64, step in prop_oneof![Just(0.0), Just(1e-9), 0.0..50.0f64])| {
        let value = |v: f64| 0.5 * (v - w) * (v - w) + step * penalty.term(v);
        let found = penalty.prox(w, step);
        assert_near(value(found), lowest(value, -FAR, FAR), 1e-12);
        // Towards zero, not past it, and no longer a step for values that are near.
        prop_assert!(found * w >= 0.0 && found.abs() <= w.abs());
        prop_assert!((penalty.prox(w + 0.5, step) - found).abs() <= 0.5 + 1e-12);
    });
    assert_eq!(penalty.prox(3.0, 0.0), 3.0);
}

fn conjugate_is_the_highest_difference<R: Regularizer>(penalty: &R) {
    proptest!(|(g in -9.0..9.0f64)| {
        let least = lowest(|w| penalty.term(w) - g * w, -FAR, FAR);
        match penalty.conjugate_term(g) {
            finite if finite.is_finite() => assert_near(finite, -least, 1e-12),
            infinite => {
                prop_assert!(infinite > 0.0);
                let farther = lowest(|w| penalty.term(w) - g * w, -10.0 * FAR, 10.0 * FAR);
                prop_assert!(farther < 5.0 * least && farther < 0.0);
            }
        }
    });
}

fn fenchel_and_young_hold<R: Regularizer>(penalty: &R) {
    proptest!(|(w in -9.0..9.0f64, g in -9.0..9.0f64)| {
        let (found, conjugate) = (penalty.fenchel_young(w, g), penalty.conjugate_term(g));
        prop_assert!(found >= 0.0);
        if conjugate.is_finite() {
            assert_near(found, penalty.term(w) + conjugate - w * g, 1e-12);
        } else {
            prop_assert_eq!(found, f64::INFINITY);
        }
        // Equal where g is a slope of ω at w: prox is where w − prox = step · slope.
        let at = penalty.prox(w, 0.5);
        prop_assert!(penalty.fenchel_young(at, (w - at) / 0.5) <= 1e-24);
        let slope = (penalty.term(w + 1e-6) - penalty.term(w - 1e-6)) / 2e-6;
        if (g - slope).abs() > 0.1 {
            prop_assert!(found > 1e-12, "{} at {}, {}", found, w, g);
        }
    });
}

macro_rules! regularizer_laws {
    ($name:ident, $penalty:expr) => {
        regularizer_laws! { @tests $name, $penalty; terms_are_convex_and_add_up prox_minimises
            conjugate_is_the_highest_difference fenchel_and_young_hold }
    };
    (@tests $name:ident, $penalty:expr; $($law:ident)*) => {
        mod $name {
            use super::*;
            $(
                #[test]
                fn $law() {
                    super::$law(&$penalty);
                }
            )*
        }
    };
}

regularizer_laws!(l2, L2);
