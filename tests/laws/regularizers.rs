//! Regularizers, from their definition. A new regularizer gets one line here.

use crate::losses::lowest;
use certifit::Error;
use certifit::regularizer::{ElasticNet, L1, L2, NoPenalty, Regularizer};
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
        // Equal where g is a slope of ω at w: prox is where w − prox = step · slope. At a kink only the exact slope
        // will do, hence a w of few digits.
        let short = (w * 1024.0).round() / 1024.0;
        let at = penalty.prox(short, 0.5);
        prop_assert!(penalty.fenchel_young(at, (short - at) / 0.5) <= 1e-24);
        let slope = (penalty.term(w + 1e-6) - penalty.term(w - 1e-6)) / 2e-6;
        if (g - slope).abs() > 0.1 {
            prop_assert!(found > 1e-12, "{} at {}, {}", found, w, g);
        }
    });
}

fn conjugate_is_finite_up_to_its_limit<R: Regularizer>(penalty: &R) {
    let limit = penalty.conjugate_limit();
    assert!(limit > 0.0);
    proptest!(|(share in 0.0..=1.0f64, w in -9.0..9.0f64)| {
        let g = share * limit.min(1e3);
        prop_assert!(penalty.conjugate_term(g).is_finite() && penalty.conjugate_term(-g).is_finite());
        prop_assert!(penalty.fenchel_young(w, g).is_finite());
        let beyond = limit * (1.0 + 1e-15) + 1e-3 * share;
        prop_assert!(limit == f64::INFINITY || penalty.conjugate_term(beyond) == f64::INFINITY);
        prop_assert!(limit == f64::INFINITY || penalty.fenchel_young(w, -beyond) == f64::INFINITY);
        // Scaled to the limit, certificates count on an ω* of 0.
        prop_assert!(limit == f64::INFINITY || penalty.conjugate_term(g) == 0.0);
    });
}

macro_rules! regularizer_laws {
    ($name:ident, $penalty:expr) => {
        regularizer_laws! { @tests $name, $penalty; terms_are_convex_and_add_up prox_minimises
            conjugate_is_the_highest_difference fenchel_and_young_hold
            conjugate_is_finite_up_to_its_limit }
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
regularizer_laws!(l1, L1);
regularizer_laws!(elastic_net, ElasticNet { l1_ratio: 0.25 });
regularizer_laws!(elastic_net_near_l1, ElasticNet { l1_ratio: 0.875 });
regularizer_laws!(elastic_net_as_l1, ElasticNet { l1_ratio: 1.0 });
regularizer_laws!(elastic_net_as_l2, ElasticNet { l1_ratio: 0.0 });

// Its conjugate is finite at 0 only, and what rounding leaves there is counted as |w g|.
regularizer_laws! { @tests no_penalty, NoPenalty; terms_are_convex_and_add_up prox_minimises }

#[test]
fn no_penalty_counts_what_is_left_of_the_pull() {
    assert_eq!(NoPenalty.conjugate_limit(), 0.0);
    assert_eq!((NoPenalty.fenchel_young(-3.0, 2.0), NoPenalty.fenchel_young(5.0, 0.0)), (6.0, 0.0));
}

#[test]
fn mixtures_end_at_their_parts() {
    proptest!(|(w in -9.0..9.0f64, g in -9.0..9.0f64, step in 0.0..5.0f64)| {
        let (l1, l2) = (ElasticNet { l1_ratio: 1.0 }, ElasticNet { l1_ratio: 0.0 });
        prop_assert_eq!((l1.term(w), l1.prox(w, step)), (L1.term(w), L1.prox(w, step)));
        prop_assert_eq!(l1.fenchel_young(w, g), L1.fenchel_young(w, g));
        prop_assert_eq!((l2.term(w), l2.prox(w, step)), (L2.term(w), L2.prox(w, step)));
        assert_near(l2.fenchel_young(w, g), L2.fenchel_young(w, g), 1e-14);
    });
    for l1_ratio in [-0.1, 1.1, f64::NAN] {
        let error = ElasticNet { l1_ratio }.check();
        assert!(matches!(error, Err(Error::InvalidParameter { name: "l1_ratio", .. })), "{error:?}");
    }
}
