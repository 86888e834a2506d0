//! Householder's reflections.

use crate::data::dot;

/// Turns x into the h of length 1 for which H = I − 2 h hᵀ has H x = ν eⱼ, and returns ν; h = 0 and ν = 0 for x = 0.
///
/// ν has the sign against that of xⱼ, so that nothing cancels. Golub and Van Loan, "Matrix Computations", section 5.1.
pub(super) fn reflection_onto(j: usize, x: &mut [f64]) -> f64 {
    let largest = x.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    // Squares of what is left neither overflow nor vanish.
    x.iter_mut().for_each(|x| *x /= largest);
    let length = -dot(x, x).sqrt().copysign(x[j]);
    x[j] -= length;
    let size = dot(x, x).sqrt();
    x.iter_mut().for_each(|x| *x /= size);
    largest * length
}

/// H x.
pub(super) fn reflect(x: &mut [f64], h: &[f64]) {
    let twice = 2.0 * dot(x, h);
    x.iter_mut().zip(h).for_each(|(x, h)| *x -= twice * h);
}
