//! A step length along a line, for functions that need not be convex.

/// How much of the fall that the slope promises a step must keep, and to what part of itself the slope must fall.
const FALL: f64 = 1e-4;
const FLATTER: f64 = 0.9;
/// Evaluations of a search.
const MOST: usize = 30;

/// A place on the line: φ(t) and φ′(t).
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) t: f64,
    pub(super) value: f64,
    pub(super) slope: f64,
}

/// A t > 0 that keeps the strong conditions of Wolfe, φ(t) ≤ φ(0) + 10⁻⁴ t φ′(0) and |φ′(t)| ≤ 0.9 |φ′(0)|, or the best
/// that was found that keeps the first; `None` if there is none.
///
/// `look` gives φ and φ′; what is not finite counts as too far. Nocedal and Wright 2006, "Numerical Optimization",
/// algorithms 3.5 and 3.6, with the minimum of a cubic for the trial steps.
pub(super) fn search(start: Place, first: f64, mut look: impl FnMut(f64) -> (f64, f64)) -> Option<Place> {
    let falls = |at: &Place| at.value <= start.value + FALL * at.t * start.slope;
    let is_flat = |at: &Place| at.slope.abs() <= -FLATTER * start.slope;
    let (mut low, mut high, mut t) = (start, None::<Place>, first);
    for _ in 0..MOST {
        let (value, slope) = look(t);
        let here = Place { t, value, slope };
        let is_too_far = !(value.is_finite() && slope.is_finite());
        if is_too_far || !falls(&here) || (low.t > 0.0 && value >= low.value) {
            high = Some(here);
        } else if is_flat(&here) {
            return Some(here);
        } else {
            // The minimum is on the side that the slope points to.
            let towards = high.map_or(1.0, |high| high.t - low.t);
            if slope * towards >= 0.0 {
                high = Some(low);
            }
            low = here;
        }
        t = match high {
            None => 2.0 * t,
            Some(high) => between(low, high),
        };
        if high.is_some_and(|high| (high.t - low.t).abs() <= 1e-12 * high.t.abs().max(low.t)) {
            break;
        }
    }
    (low.t > 0.0).then_some(low)
}

/// The minimum of the cubic through two places, kept away from both.
fn between(low: Place, high: Place) -> f64 {
    let width = high.t - low.t;
    let middle = low.t + 0.5 * width;
    if !(high.value.is_finite() && high.slope.is_finite()) {
        return low.t + 0.1 * width;
    }
    let d1 = low.slope + high.slope - 3.0 * (low.value - high.value) / (low.t - high.t);
    let square = d1 * d1 - low.slope * high.slope;
    if !(square >= 0.0) {
        return middle;
    }
    let d2 = square.sqrt().copysign(width);
    let t = high.t - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let share = (t - low.t) / width;
    if share.is_finite() { low.t + share.clamp(0.1, 0.9) * width } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(f: impl Fn(f64) -> (f64, f64), first: f64) -> Place {
        let (value, slope) = f(0.0);
        let start = Place { t: 0.0, value, slope };
        let found = search(start, first, &f).unwrap();
        assert!(found.value <= value + FALL * found.t * slope, "{found:?}");
        assert!(found.slope.abs() <= -FLATTER * slope, "{found:?}");
        found
    }

    #[test]
    fn both_conditions_hold_at_the_end() {
        let parabola = |t: f64| (0.5 * (t - 3.0).powi(2), t - 3.0);
        for first in [1e-6, 1.0, 2.9, 10.0, 1e6] {
            check(parabola, first);
            check(|t| (-t / (t * t + 2.0), (t * t - 2.0) / (t * t + 2.0).powi(2)), first);
            check(|t| (t.exp() - 3.0 * t, t.exp() - 3.0), first);
        }
        // Not a number beyond 2.
        check(|t| if t > 2.0 { (f64::NAN, f64::NAN) } else { parabola(t) }, 8.0);
        // Many valleys.
        check(
            |t| (0.1 * (t - 2.0).powi(2) + (3.0 * t).cos() * 0.3, 0.2 * (t - 2.0) - 0.9 * (3.0 * t).sin()),
            4.0,
        );
    }

    #[test]
    fn where_nothing_falls_there_is_no_step() {
        let start = Place { t: 0.0, value: 0.0, slope: -1.0 };
        assert!(search(start, 1.0, |_| (1.0, -1.0)).is_none());
        assert!(search(start, 1.0, |_| (f64::NAN, f64::NAN)).is_none());
    }
}
