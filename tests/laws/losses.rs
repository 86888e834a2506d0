//! Losses, from their definition. A new loss gets one line here.

use certifit::loss::{
    DualLoss, EpsilonInsensitive, Huber, Loss, MarginLoss, ModifiedHuber, Perceptron, SmoothLoss,
    SquaredEpsilonInsensitive,
};
use certifit::prelude::*;
use proptest::prelude::*;

/// Distance from kinks.
const AWAY: f64 = 1e-3;

/// A loss, the targets that it is for, and where in p its slope or its curvature may jump.
struct Case<L> {
    loss: L,
    targets: fn() -> BoxedStrategy<f64>,
    kinks: fn(f64) -> [f64; 2],
}

/// A loss of the margin: y = ±1, kinks at y p = 1 and y p = −1.
fn of_classes<L>(loss: L) -> Case<L> {
    let targets = || prop_oneof![Just(1.0), Just(-1.0)].boxed();
    Case { loss, targets, kinks: |y| [y, -y] }
}

/// The width within which errors cost nothing.
const EPSILON: f64 = 0.375;

/// A loss of the error: any y, kinks at |p − y| = ε.
fn of_numbers<L>(loss: L) -> Case<L> {
    Case { loss, targets: || (-3.0..3.0f64).boxed(), kinks: |y| [y - EPSILON, y + EPSILON] }
}

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

impl<L> Case<L> {
    /// A score, a target, a cost.
    fn points(&self) -> impl Strategy<Value = (f64, f64, f64)> {
        (-4.0..4.0f64, (self.targets)(), -2.0..2.0f64).prop_map(|(p, y, c)| (p, y, 10f64.powf(c)))
    }

    fn is_smooth_at(&self, y: f64, p: f64) -> bool {
        (self.kinks)(y).iter().all(|kink| (p - kink).abs() > AWAY)
    }
}

/// The β that is a share of the way into its interval; of an infinite one, the part where slopes are of size 10.
fn inside<L: DualLoss>(loss: &L, y: f64, c: f64, share: f64) -> f64 {
    let (low, high) = loss.dual_bounds(y, c);
    let (low, high) = (low.max(-10.0 * c), high.min(10.0 * c));
    low + share * (high - low)
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * (1.0 + expected.abs()), "{found} is not {expected}");
}

fn derivative_is_the_slope<L: Loss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((p, y, _) in case.points())| {
        let h = 1e-6;
        let (below, at, above) = (loss.value(y, p - h), loss.value(y, p), loss.value(y, p + h));
        prop_assert!(at.is_finite() && at >= 0.0);
        let (left, right, slope) = ((at - below) / h, (above - at) / h, loss.derivative(y, p));
        // Between the slopes on its sides, at kinks too.
        prop_assert!(left - 1e-4 <= slope && slope <= right + 1e-4, "{} {} {}", left, slope, right);
        if case.is_smooth_at(y, p) {
            assert_near(slope, (above - below) / (2.0 * h), 1e-6);
        }
    });
    for (y, p) in [1.0, -1.0].into_iter().flat_map(|y| (case.kinks)(y).map(|p| (y, p))) {
        let h = 1e-7;
        let slopes = [loss.value(y, p) - loss.value(y, p - h), loss.value(y, p + h) - loss.value(y, p)];
        let (left, right) = (slopes[0] / h - 1e-5, slopes[1] / h + 1e-5);
        assert!((left..=right).contains(&loss.derivative(y, p)));
    }
}

fn it_is_convex<L: Loss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((a, y, _) in case.points(), b in -4.0..4.0f64, t in 0.0..1.0f64)| {
        let middle = loss.value(y, t * a + (1.0 - t) * b);
        prop_assert!(middle <= t * loss.value(y, a) + (1.0 - t) * loss.value(y, b) + 1e-12);
        // The tangent is below.
        let tangent = loss.value(y, a) + loss.derivative(y, a) * (b - a);
        prop_assert!(tangent <= loss.value(y, b) + 1e-12);
    });
}

fn second_derivative_is_the_slope_of_the_slope<L: SmoothLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((p, y, _) in case.points())| {
        let h = 1e-6;
        let slope = (loss.derivative(y, p + h) - loss.derivative(y, p - h)) / (2.0 * h);
        prop_assert!((0.0..=loss.max_second_derivative()).contains(&loss.second_derivative(y, p)));
        if case.is_smooth_at(y, p) {
            assert_near(loss.second_derivative(y, p), slope, 1e-6);
        }
        // No jump of the slope anywhere, kinks included.
        let [left, right] = (case.kinks)(y);
        for p in [p, left, right] {
            assert_near(loss.derivative(y, p + 1e-9), loss.derivative(y, p - 1e-9), 1e-7);
        }
    });
}

/// What a row adds to the gap tells how far its dual variable can be from that of the score.
fn gaps_grow_with_the_distance<L: SmoothLoss>(case: &Case<L>) {
    let loss = &case.loss;
    assert!(loss.max_second_derivative().is_finite());
    proptest!(|((p, y, c) in case.points(), share in 0.0..=1.0f64)| {
        let beta = inside(loss, y, c, share);
        let distance = beta + c * loss.derivative(y, p);
        let gap = loss.fenchel_young(y, p, beta, c);
        let least = distance * distance / (2.0 * loss.max_second_derivative() * c);
        prop_assert!(gap >= least * (1.0 - 1e-9) - 1e-12, "{gap} {least}");
    });
}

fn it_is_its_quadratic_where_it_does_not_bend<L: SmoothLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((p, y, _) in case.points(), reach in 0.0..3.0f64, t in -1.0..=1.0f64)| {
        if !loss.bends_within(y, p, reach) {
            let step = t * reach;
            let quadratic = loss.value(y, p)
                + loss.derivative(y, p) * step
                + 0.5 * loss.second_derivative(y, p) * step * step;
            assert_near(loss.value(y, p + step), quadratic, 1e-12);
        }
    });
}

fn dual_term_is_the_conjugate<L: DualLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((_, y, c) in case.points(), share in 0.0..=1.0f64)| {
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

fn dual_slopes_are_slopes<L: DualLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((_, y, c) in case.points(), share in 0.01..0.99f64)| {
        let beta = inside(loss, y, c, share);
        let room = loss.dual_room(y, beta, c);
        prop_assert!(room >= 0.0);
        if room < 1e-3 * c {
            return Ok(());
        }
        // Differences of the fourth order.
        let h = 1e-3 * room.min(c);
        let term = |steps: f64| loss.dual_term(y, beta + steps * h, c);
        let slope = (8.0 * (term(1.0) - term(-1.0)) - (term(2.0) - term(-2.0))) / (12.0 * h);
        assert_near(loss.dual_slope(y, beta, c), slope, 1e-8);
        // With shorter differences their rounding would be larger than the tolerance.
        if room < 0.1 * c {
            return Ok(());
        }
        let bend = 16.0 * (term(1.0) + term(-1.0)) - (term(2.0) + term(-2.0)) - 30.0 * term(0.0);
        assert_near(loss.dual_curvature(y, beta, c) * c, -c * bend / (12.0 * h * h), 1e-6);
    });
}

/// The ascent is 0 where the score is that of the dual point, and has the sign of the way to the maximum.
fn dual_ascent_leads_to_the_maximum<L: DualLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((p, y, c) in case.points(), share in 0.0..=1.0f64)| {
        let best = -c * loss.derivative(y, p);
        let (low, high) = loss.dual_bounds(y, c);
        if low < best && best < high && loss.dual_ascent(y, p, best, c).is_finite() {
            assert_near(loss.dual_ascent(y, p, best, c), 0.0, 1e-12);
        }
        let beta = inside(loss, y, c, share);
        if case.is_smooth_at(y, p) && (beta - best).abs() > 1e-2 * c {
            prop_assert!(loss.dual_ascent(y, p, beta, c) * (best - beta) > 0.0);
        }
    });
}

fn fenchel_and_young_hold<L: DualLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((p, y, c) in case.points(), share in 0.0..=1.0f64)| {
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
        if case.is_smooth_at(y, p) && (beta - best).abs() > 1e-2 * c {
            prop_assert!(found > 1e-8 * c, "{} at {} with the optimum at {}", found, beta, best);
        }
    });
}

fn dual_step_maximises<L: DualLoss>(case: &Case<L>) {
    let loss = &case.loss;
    let q = prop_oneof![Just(0.0), Just(1e-12), 0.01..100.0f64];
    proptest!(|((p, y, c) in case.points(), share in prop_oneof![Just(0.0), Just(1.0), 0.0..1.0f64], q in q)| {
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

fn dual_limit_is_the_end_of_the_interval<L: MarginLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((p, y, c) in case.points())| {
        prop_assert_eq!(loss.dual_bounds(1.0, c), (0.0, loss.dual_limit(c)));
        prop_assert_eq!(loss.dual_bounds(-1.0, c), (-loss.dual_limit(c), 0.0));
        // A function of the margin.
        prop_assert_eq!(loss.value(y, p), loss.value(-y, -p));
        prop_assert_eq!(loss.side(0, y), (y, 1.0));
    });
}

fn it_is_the_sum_of_its_hinges<L: MarginLoss>(case: &Case<L>) {
    let loss = &case.loss;
    proptest!(|((p, y, c) in case.points(), share in 0.0..1.0f64)| {
        let limit = loss.dual_limit(c);
        let power = if limit.is_finite() { 1 } else { 2 };
        let hinge = |(sign, target): (f64, f64)| f64::max(0.0, target - sign * p).powi(power);
        let sum: f64 = (0..L::SIDES).map(|side| hinge(loss.side(side, y))).sum();
        assert_near(loss.value(y, p), sum, 1e-13);
        // And so is the dual term, of one hinge at a time.
        for side in 0..L::SIDES {
            let (sign, target) = loss.side(side, y);
            let alpha = limit.min(c) * share;
            let quadratic = target * alpha - 0.5 * loss.dual_curvature(y, sign * alpha, c) * alpha * alpha;
            assert_near(loss.dual_term(y, sign * alpha, c) / c, quadratic / c, 1e-13);
        }
    });
}

macro_rules! loss_laws {
    ($name:ident, $loss:expr; $($law:ident)*) => {
        mod $name {
            use super::*;
            loss_laws! { @tests $loss; derivative_is_the_slope it_is_convex dual_term_is_the_conjugate
                dual_slopes_are_slopes dual_ascent_leads_to_the_maximum fenchel_and_young_hold
                dual_step_maximises $($law)* }
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

loss_laws!(hinge, of_classes(Hinge); dual_limit_is_the_end_of_the_interval it_is_the_sum_of_its_hinges);
loss_laws!(squared_hinge, of_classes(SquaredHinge);
    dual_limit_is_the_end_of_the_interval it_is_the_sum_of_its_hinges second_derivative_is_the_slope_of_the_slope
    gaps_grow_with_the_distance it_is_its_quadratic_where_it_does_not_bend);
loss_laws!(log, of_classes(LogLoss); second_derivative_is_the_slope_of_the_slope
    gaps_grow_with_the_distance it_is_its_quadratic_where_it_does_not_bend);
loss_laws!(modified_huber, of_classes(ModifiedHuber);
    dual_limit_is_the_end_of_the_interval second_derivative_is_the_slope_of_the_slope
    gaps_grow_with_the_distance it_is_its_quadratic_where_it_does_not_bend);
loss_laws!(perceptron, Case { kinks: |_| [0.0, 0.0], ..of_classes(Perceptron) };);
loss_laws!(huber, of_numbers(Huber { epsilon: EPSILON }); second_derivative_is_the_slope_of_the_slope
    gaps_grow_with_the_distance it_is_its_quadratic_where_it_does_not_bend);
loss_laws!(squared_error, of_numbers(SquaredError); second_derivative_is_the_slope_of_the_slope
    gaps_grow_with_the_distance it_is_its_quadratic_where_it_does_not_bend);
loss_laws!(epsilon_insensitive, of_numbers(EpsilonInsensitive { epsilon: EPSILON }); it_is_the_sum_of_its_hinges);
loss_laws!(squared_epsilon_insensitive, of_numbers(SquaredEpsilonInsensitive { epsilon: EPSILON });
    it_is_the_sum_of_its_hinges second_derivative_is_the_slope_of_the_slope
    gaps_grow_with_the_distance it_is_its_quadratic_where_it_does_not_bend);

#[test]
fn parameters_are_checked() {
    assert!(EpsilonInsensitive { epsilon: 0.0 }.check().is_ok() && SquaredError.check().is_ok());
    for epsilon in [-0.1, f64::NAN, f64::INFINITY] {
        let errors = [
            EpsilonInsensitive { epsilon }.check(),
            SquaredEpsilonInsensitive { epsilon }.check(),
            Huber { epsilon }.check(),
        ];
        for error in errors {
            assert!(matches!(error, Err(Error::InvalidParameter { name: "epsilon", .. })), "{error:?}");
        }
    }
}
