use super::OutputLoss;
use crate::error::{Error, Result};
use crate::neural::exp::Exp;
use crate::simd;

/// ln Σₖ e^zₖ − z_y for the class y, a whole number from 0: the cross-entropy of the softmax pₖ = e^zₖ/Σⱼ e^zⱼ, with the slopes
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
        let class = y.first().map_or(usize::MAX, |&y| class_of(y));
        let right = z.get(class).copied().unwrap_or(f64::NAN);
        let is_larger = |top: usize, k: usize| if z[k] > z[top] { k } else { top };
        let top = (1..z.len()).fold(0, is_larger);
        let largest = z.get(top).copied().unwrap_or(f64::NAN);
        z.iter_mut().for_each(|z| *z -= largest);
        simd::run(Exp(z));
        // All but the largest, so that what is small beside 1 is not lost in it.
        let (before, after) = z.split_at(top);
        let others = before.iter().sum::<f64>() + after.iter().skip(1).sum::<f64>();
        let share = 1.0 / (1.0 + others);
        z.iter_mut().for_each(|z| *z *= share);
        if let Some(z) = z.get_mut(class) {
            *z -= 1.0;
        }
        (largest - right) + others.ln_1p()
    }

    fn check_targets(&self, y: &[f64], n_outputs: usize) -> Result<()> {
        match y.iter().find(|y| class_of(**y) >= n_outputs) {
            Some(y) => {
                Err(Error::invalid_parameter("y", y, format!("the number of a class, below {n_outputs}")))
            }
            None => Ok(()),
        }
    }
}

/// The place of a class; none at all for what is no number of a class, whose loss is no number then.
fn class_of(y: f64) -> usize {
    let class = y as u32;
    if f64::from(class) == y { class as usize } else { usize::MAX }
}
