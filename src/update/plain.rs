use super::{Moved, UpdateRule};

/// w ← w − η g.
///
/// ```
/// use certifit::update::{Plain, UpdateRule};
/// let mut w = [1.0, 2.0];
/// Plain.update_all(0.5, 1.0, &mut w, &[1.0, -1.0], &mut [(), ()]);
/// assert_eq!(w, [0.5, 2.5]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Plain;

impl UpdateRule for Plain {
    type Memory = ();
    type Step = f64;

    const IS_PLAIN: bool = true;

    #[inline(always)]
    fn step(&self, rate: f64, _t: f64) -> f64 {
        rate
    }

    #[inline(always)]
    fn update(rate: &f64, w: f64, gradient: f64, _memory: &mut ()) -> Moved {
        Moved { w: w - rate * gradient, reach: *rate }
    }
}
