//! Losses, from their definition. A new loss gets one line here.

use certifit::loss::{DualLoss, Loss, MarginLoss, SmoothLoss};
use certifit::prelude::*;
use proptest::prelude::*;

/// Distance from kinks, which for margin losses are at y p = 1 and y p = −1.
const AWAY: f64 = 1e-3;

/// The lowest value of a convex function on [low, high], by golden sections.
pub fn lowest(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let golden = 0.5 * (5f64.sqrt() - 1.0);
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    let mut best = f(low).min(f(high));
    for _ in 0..200 {
        best = best.min(at_left).min(at_right);
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - golden * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + golden * (high - low);
            at_right = f(right);
        }
    }
    best
}

/// A score, a target, a cost.
fn points() -> impl Strategy<Value = (f64, f64, f64)> {
    (-4.0..4.0f64, prop_oneof![Just(1.0), Just(-1.0)], -2.0..2.0f64)
        .prop_map(|(p, y, c)| (p, y, 10f64.powf(c)))
}

/// The β that is a share of the way into its interval; of an infinite one, the part where slopes are of size 10.
fn inside<L: DualLoss>(loss: &L, y: f64, c: f64, share: f64) -> f64 {
    let (low, high) = loss.dual_bounds(y, c);
    let (low, high) = (low.max(-10.0 * c), high.min(10.0 * c));
    low + share * (high - low)
}

fn is_smooth_at(y: f64, p: f64) -> bool {
    (y * p - 1.0).abs() > AWAY && (y * p + 1.0).abs() > AWAY
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * (1.0 + expected.abs()), "{found} is not {expected}");
}

fn derivative_is_the_slope<L: Loss>(loss: &L) {
    proptest!(|((p, y, _) in points())| {
        let h = 1e-6;
        let (below, at, above) = (loss.value(y, p - h), loss.value(y, p), loss.value(y, p + h));
        prop_assert!(at.is_finite() && at >= 0.0);
        let (left, right, slope) = ((at - below) / h, (above - at) / h, loss.derivative(y, p));
        // Between the slopes on its sides, at kinks too.
        prop_assert!(left - 1e-4 <= slope && slope <= right + 1e-4, "{} {} {}", left, slope, right);
        if is_smooth_at(y, p) {
            assert_near(slope, (above - below) / (2.0 * h), 1e-6);
        }
    });
    for (y, p) in [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (1.0, 0.0)] {
        let h = 1e-7;
        let slopes = [loss.value(y, p) - loss.value(y, p - h), loss.value(y, p + h) - loss.value(y, p)];
        let (left, right) = (slopes[0] / h - 1e-5, slopes[1] / h + 1e-5);
        assert!((left..=right).contains(&loss.derivative(y, p)));
    }
}

fn it_is_convex<L: Loss>(loss: &L) {
    proptest!(|((a, y, _) in points(), b in -4.0..4.0f64, t in 0.0..1.0f64)| {
        let middle = loss.value(y, t * a + (1.0 - t) * b);
        prop_assert!(middle <= t * loss.value(y, a) + (1.0 - t) * loss.value(y, b) + 1e-12);
        // The tangent is below.
        let tangent = loss.value(y, a) + loss.derivative(y, a) * (b - a);
        prop_assert!(tangent <= loss.value(y, b) + 1e-12);
    });
}

fn second_derivative_is_the_slope_of_the_slope<L: SmoothLoss>(loss: &L) {
    proptest!(|((p, y, _) in points())| {
        let h = 1e-6;
        let slope = (loss.derivative(y, p + h) - loss.derivative(y, p - h)) / (2.0 * h);
        prop_assert!(loss.second_derivative(y, p) >= 0.0);
        if is_smooth_at(y, p) {
            assert_near(loss.second_derivative(y, p), slope, 1e-6);
        }
        // No jump of the slope anywhere, kinks of margin losses included.
        for p in [p, 1.0, -1.0] {
            assert_near(loss.derivative(y, p + 1e-9), loss.derivative(y, p - 1e-9), 1e-7);
        }
    });
}

fn it_is_its_quadratic_where_it_does_not_bend<L: SmoothLoss>(loss: &L) {
    proptest!(|((p, y, _) in points(), reach in 0.0..3.0f64, t in -1.0..=1.0f64)| {
        if !loss.bends_within(y, p, reach) {
            let step = t * reach;
            let quadratic = loss.value(y, p)
                + loss.derivative(y, p) * step
                + 0.5 * loss.second_derivative(y, p) * step * step;
            assert_near(loss.value(y, p + step), quadratic, 1e-12);
        }
    });
}

fn dual_term_is_the_conjugate<L: DualLoss>(loss: &L) {
    proptest!(|((_, y, c) in points(), share in 0.0..=1.0f64)| {
        let beta = inside(loss, y, c, share);
        let found = lowest(|p| c * loss.value(y, p) + beta * p, -100.0, 100.0);
        assert_near(loss.dual_term(y, beta, c) / c, found / c, 1e-9);
        // Out of bounds there is no lowest value.
        let (low, high) = loss.dual_bounds(y, c);
        prop_assert!(low < high);
        for beyond in [low - 0.01 * c, high + 0.01 * c].into_iter().filter(|beta| beta.is_finite()) {
            let lagrangian = |p: f64| c * loss.value(y, p) + beyond * p;
            prop_assert!(lagrangian(1e9).min(lagrangian(-1e9)) < -1e6 * c);
        }
    });
}

fn dual_slopes_are_slopes<L: DualLoss>(loss: &L) {
    proptest!(|((_, y, c) in points(), share in 0.01..0.99f64)| {
        let (beta, h) = (inside(loss, y, c, share), 1e-3 * c);
        let (below, at, above) =
            (loss.dual_term(y, beta - h, c), loss.dual_term(y, beta, c), loss.dual_term(y, beta + h, c));
        assert_near(loss.dual_slope(y, beta, c), (above - below) / (2.0 * h), 1e-8);
        assert_near(loss.dual_curvature(c) * c, c * (2.0 * at - above - below) / (h * h), 1e-6);
    });
}

fn fenchel_and_young_hold<L: DualLoss>(loss: &L) {
    proptest!(|((p, y, c) in points(), share in 0.0..=1.0f64)| {
        let beta = inside(loss, y, c, share);
        let found = loss.fenchel_young(y, p, beta, c);
        prop_assert!(found >= 0.0);
        let naive = c * loss.value(y, p) - loss.dual_term(y, beta, c) + beta * p;
        assert_near(found / c, naive / c, 1e-11);
        // Equal where β = −c ℓ′(p), and there without cancellation; else not.
        let best = -c * loss.derivative(y, p);
        let (low, high) = loss.dual_bounds(y, c);
        prop_assert!((low..=high).contains(&best));
        prop_assert!(loss.fenchel_young(y, p, best, c) <= 1e-28 * c);
        if is_smooth_at(y, p) && (beta - best).abs() > 1e-2 * c {
            prop_assert!(found > 1e-8 * c, "{} at {} with the optimum at {}", found, beta, best);
        }
    });
}

fn dual_step_maximises<L: DualLoss>(loss: &L) {
    let q = prop_oneof![Just(0.0), Just(1e-12), 0.01..100.0f64];
    proptest!(|((p, y, c) in points(), share in prop_oneof![Just(0.0), Just(1.0), 0.0..1.0f64], q in q)| {
        let start = inside(loss, y, c, share);
        let (low, high) = loss.dual_bounds(y, c);
        let step = loss.dual_step(y, p, start, c, q);
        prop_assert!((low..=high).contains(&step) && step.is_finite());
        // Minus what is to be maximised, per c: of size 1.
        let value = |beta: f64| {
            let moved = beta - start;
            (-loss.dual_term(y, beta, c) + p * moved + 0.5 * q * moved * moved) / c
        };
        let best = lowest(value, low.max(-100.0 * c), high.min(100.0 * c));
        assert_near(value(step), best, 1e-9);
    });
}

fn dual_limit_is_the_end_of_the_interval<L: MarginLoss>(loss: &L) {
    proptest!(|((p, y, c) in points())| {
        prop_assert_eq!(loss.dual_bounds(1.0, c), (0.0, loss.dual_limit(c)));
        prop_assert_eq!(loss.dual_bounds(-1.0, c), (-loss.dual_limit(c), 0.0));
        // A function of the margin.
        prop_assert_eq!(loss.value(y, p), loss.value(-y, -p));
        let alpha = loss.dual_limit(c).min(c) * 0.3;
        let quadratic = alpha - 0.5 * loss.dual_curvature(c) * alpha * alpha;
        assert_near(loss.dual_term(y, y * alpha, c) / c, quadratic / c, 1e-14);
    });
}

macro_rules! loss_laws {
    ($name:ident, $loss:expr; $($law:ident)*) => {
        mod $name {
            use super::*;
            loss_laws! { @tests $loss; derivative_is_the_slope it_is_convex dual_term_is_the_conjugate
                dual_slopes_are_slopes fenchel_and_young_hold dual_step_maximises $($law)* }
        }
    };
    (@tests $loss:expr; $($law:ident)*) => {
        $(
            #[test]
            fn $law() {
                super::$law(&$loss);
            }
        )*
    };
}

loss_laws!(hinge, Hinge; dual_limit_is_the_end_of_the_interval);
loss_laws!(squared_hinge, SquaredHinge;
    dual_limit_is_the_end_of_the_interval second_derivative_is_the_slope_of_the_slope
    it_is_its_quadratic_where_it_does_not_bend);
