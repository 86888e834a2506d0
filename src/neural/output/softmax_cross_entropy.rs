use super::OutputLoss;

/// ln Σₖ e^zₖ − z_y for the class y, a number from 0: the cross-entropy of the softmax pₖ = e^zₖ/Σⱼ e^zⱼ, with the slopes
/// p − e_y.
///
/// ```
/// use certifit::neural::{OutputLoss, SoftmaxCrossEntropy};
/// let mut z = [0.0, 0.0, 0.0, 0.0];
/// assert!((SoftmaxCrossEntropy.value_and_slopes(&[1.0], &mut z) - 4f64.ln()).abs() < 1e-15);
/// assert_eq!(z, [0.25, -0.75, 0.25, 0.25]);
/// // No overflow, and no loss of digits where it is small.
/// let loss = SoftmaxCrossEntropy.value_and_slopes(&[0.0], &mut [1000.0, 0.0]);
/// assert_eq!(loss, 0.0);
/// let loss = SoftmaxCrossEntropy.value_and_slopes(&[0.0], &mut [40.0, 0.0]);
/// assert!((loss / (-40f64).exp() - 1.0).abs() < 1e-14);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SoftmaxCrossEntropy;

impl OutputLoss for SoftmaxCrossEntropy {
    fn n_targets(&self, _n_outputs: usize) -> usize {
        1
    }

    fn value_and_slopes(&self, y: &[f64], z: &mut [f64]) -> f64 {
        let class = y.first().map_or(0, |y| *y as usize);
        let right = z.get(class).copied().unwrap_or(f64::NAN);
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // All but the largest, so that what is small beside 1 is not lost in it.
        let (mut others, mut seen_largest) = (0.0, false);
        for z in z.iter_mut() {
            let is_first_largest = *z == largest && !seen_largest;
            seen_largest |= is_first_largest;
            *z = (*z - largest).exp();
            if !is_first_largest {
                others += *z;
            }
        }
        let share = 1.0 / (1.0 + others);
        z.iter_mut().for_each(|z| *z *= share);
        if let Some(z) = z.get_mut(class) {
            *z -= 1.0;
        }
        (largest - right) + others.ln_1p()
    }
}
