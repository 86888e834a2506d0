//! What an error costs: ℓ(y, p) for a target y and a score p = x·w + b.
//!
//! | loss | ℓ(y, p), m = y·p | smooth |
//! |---|---|---|
//! | [`Hinge`] | max(0, 1 − m) | no |
//! | [`SquaredHinge`] | max(0, 1 − m)² | yes |
//! | [`LogLoss`] | ln(1 + e^(−m)) | yes |
//! | [`ModifiedHuber`] | max(0, 1 − m)² for m ≥ −1, −4 m below | yes |
//! | [`Perceptron`] | max(0, −m) | no |
//! | [`SquaredError`] | ½ (p − y)² | yes |
//! | [`Huber`] | ½ (p − y)² for \|p − y\| ≤ ε, ε \|p − y\| − ½ ε² beyond | yes |
//! | [`EpsilonInsensitive`] | max(0, \|p − y\| − ε) | no |
//! | [`SquaredEpsilonInsensitive`] | max(0, \|p − y\| − ε)² | yes |
//!
//! The first five are for classifiers, whose targets are y = ±1, the others for targets that are numbers. To add a
//! loss, write one file: implement [`Loss`] (its value and slope), [`SmoothLoss`] where it has a curvature (Newton's
//! method then fits it), and [`DualLoss`] where its conjugate is known (dual coordinate descent then fits it, and its
//! fits are certified).

mod crammer_singer;
mod epsilon_insensitive;
mod hinge;
mod huber;
mod joint;
mod log;
mod modified_huber;
mod perceptron;
mod softmax;
mod squared_epsilon_insensitive;
mod squared_error;
mod squared_hinge;

pub(crate) use crammer_singer::CrammerSinger;
pub use epsilon_insensitive::EpsilonInsensitive;
pub use hinge::Hinge;
pub use huber::Huber;
pub(crate) use joint::{JointLoss, wrong_share};
pub use log::LogLoss;
pub(crate) use log::{sigmoid, softplus};
pub use modified_huber::ModifiedHuber;
pub use perceptron::Perceptron;
pub(crate) use softmax::Softmax;
pub use squared_epsilon_insensitive::SquaredEpsilonInsensitive;
pub use squared_error::SquaredError;
pub use squared_hinge::SquaredHinge;

use crate::error::{Error, Result};

/// A loss that is convex in the score.
///
/// ```
/// use certifit::loss::{Hinge, Loss};
/// assert_eq!(Hinge.value(-1.0, 0.25), 1.25);
/// assert_eq!(Hinge.derivative(-1.0, 0.25), 1.0);
/// ```
pub trait Loss: std::fmt::Debug + Send + Sync {
    /// ℓ(y, p).
    fn value(&self, y: f64, p: f64) -> f64;
    /// ∂ℓ/∂p; at a kink, a number between the slopes on its sides.
    fn derivative(&self, y: f64, p: f64) -> f64;

    /// [`value`](Self::value) and [`derivative`](Self::derivative), for losses to which both together cost less than one
    /// after the other.
    ///
    /// ```
    /// use certifit::loss::{LogLoss, Loss};
    /// assert_eq!(LogLoss.value_and_derivative(1.0, 0.0), (2f64.ln(), -0.5));
    /// ```
    #[inline(always)]
    fn value_and_derivative(&self, y: f64, p: f64) -> (f64, f64) {
        (self.value(y, p), self.derivative(y, p))
    }

    /// What a row costs whose score misses the best one by `error` alone, where that is second order in it: ½ error²
    /// for the squared error. A least squares problem whose rows can all be met has the optimum 0, which rounding keeps
    /// an objective from: a gap is none where the objective is no more than this. 0 for losses that are no distance from a target.
    fn rounding(&self, _error: f64) -> f64 {
        0.0
    }

    /// Refuses parameters that are out of range.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`].
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Refuses a target that the loss is not for. Losses of the margin take 1 and −1 only: for other numbers their
    /// conjugate is another one, and a certificate made with it would be wrong.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`].
    ///
    /// ```
    /// use certifit::loss::{Loss, SquaredError, SquaredHinge};
    /// assert!(SquaredHinge.check_target(-1.0).is_ok() && SquaredHinge.check_target(0.0).is_err());
    /// assert!(SquaredError.check_target(0.0).is_ok());
    /// ```
    fn check_target(&self, _y: f64) -> Result<()> {
        Ok(())
    }
}

/// [`Loss::check_target`] of losses of the margin.
fn check_sign(y: f64) -> Result<()> {
    if y.abs() == 1.0 {
        return Ok(());
    }
    Err(Error::invalid_parameter("y", y, "1 or -1 for a loss of the margin"))
}

/// A choice made at run time: `Arc<dyn Loss>`.
impl<T: Loss + ?Sized> Loss for std::sync::Arc<T> {
    fn value(&self, y: f64, p: f64) -> f64 {
        (**self).value(y, p)
    }
    fn derivative(&self, y: f64, p: f64) -> f64 {
        (**self).derivative(y, p)
    }
    fn value_and_derivative(&self, y: f64, p: f64) -> (f64, f64) {
        (**self).value_and_derivative(y, p)
    }
    fn rounding(&self, error: f64) -> f64 {
        (**self).rounding(error)
    }
    fn check_target(&self, y: f64) -> Result<()> {
        (**self).check_target(y)
    }
    fn check(&self) -> Result<()> {
        (**self).check()
    }
}

/// A loss with a continuous slope.
///
/// ```
/// use certifit::loss::{SmoothLoss, SquaredHinge};
/// assert_eq!(SquaredHinge.second_derivative(1.0, 0.5), 2.0);
/// assert_eq!(SquaredHinge.second_derivative(1.0, 1.5), 0.0);
/// ```
pub trait SmoothLoss: DualLoss {
    /// ∂²ℓ/∂p²; where the slope has a kink, a number between the curvatures on its sides.
    fn second_derivative(&self, y: f64, p: f64) -> f64;

    /// M, which the second derivative exceeds nowhere; infinite where none is known. φᵢ (see [`DualLoss`]) is then strongly
    /// concave with 1/(M cᵢ), and a gap tells how far a dual point can be from the optimum: coordinate descent drops the
    /// columns that no point within that distance would use. A number that is too small costs time and proves nothing wrong:
    /// certificates are made with all columns.
    fn max_second_derivative(&self) -> f64 {
        f64::INFINITY
    }

    /// Whether the second derivative changes anywhere between p − `reach` and p + `reach`. Where it does not, ℓ is the
    /// quadratic that its derivatives at p tell, and solvers need not look again.
    fn bends_within(&self, _y: f64, _p: f64, _reach: f64) -> bool {
        true
    }
}

/// A loss whose convex conjugate ℓ* is known, so that a duality gap can be computed.
///
/// The dual of min Ω(w) + Σ cᵢ ℓ(yᵢ, xᵢ·w + b) is max Σ φᵢ(βᵢ) − Ω*(Σ βᵢ xᵢ) with
/// φᵢ(β) = −cᵢ ℓ*(yᵢ, −β/cᵢ); a free b asks for Σ βᵢ = 0. For a classifier βᵢ = αᵢ yᵢ in the notation of most
/// texts. Reference: Shalev-Shwartz and Zhang 2013, "Stochastic Dual Coordinate Ascent Methods for Regularized Loss
/// Minimization", section 1.
///
/// ```
/// use certifit::loss::{DualLoss, Hinge};
/// assert_eq!(Hinge.dual_bounds(-1.0, 2.0), (-2.0, 0.0));
/// assert_eq!(Hinge.dual_term(-1.0, -0.5, 2.0), 0.5);
/// // At a score of 0 the loss is 1 and the dual point that goes with it is β = −2: no gap is left.
/// assert_eq!(Hinge.fenchel_young(-1.0, 0.0, -2.0, 2.0), 0.0);
/// ```
pub trait DualLoss: Loss {
    /// The interval on which φ is finite.
    fn dual_bounds(&self, y: f64, c: f64) -> (f64, f64);

    /// φ(β) for a β within the bounds.
    fn dual_term(&self, y: f64, beta: f64, c: f64) -> f64;

    /// φ′(β); at a kink, a number between the slopes on its sides.
    fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64;

    /// −φ″(β), which is not negative; at a kink, that of its sides.
    fn dual_curvature(&self, y: f64, beta: f64, c: f64) -> f64;

    /// c ℓ(y, p) − φ(β) + β p, which is not negative (Fenchel and Young) and must be computed without
    /// cancellation: it is what a row adds to the duality gap.
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64;

    /// The slope of φ(β) − p β, of the score p of a row: 0 at its maximum. At a kink of φ, of the slopes there the one
    /// nearest to 0; a loss whose φ has kinks inside its interval overrides it.
    fn dual_ascent(&self, y: f64, p: f64, beta: f64, c: f64) -> f64 {
        self.dual_slope(y, beta, c) - p
    }

    /// How far β can move to either side before it leaves its interval, or comes to a kink of φ.
    fn dual_room(&self, y: f64, beta: f64, c: f64) -> f64 {
        let (low, high) = self.dual_bounds(y, c);
        (beta - low).min(high - beta)
    }

    /// The β that maximises φ(β) − p (β − β₀) − ½ q (β − β₀)²: one step of dual coordinate ascent from β₀, for
    /// a row of squared norm q whose score is p. As given it is right where φ″ is the same for every β.
    fn dual_step(&self, y: f64, p: f64, beta: f64, c: f64, q: f64) -> f64 {
        let (low, high) = self.dual_bounds(y, c);
        let curvature = q + self.dual_curvature(y, beta, c);
        let ascent = self.dual_slope(y, beta, c) - p;
        // A row of zeros has a linear dual: it goes to the end of its interval.
        let step = if ascent == 0.0 { 0.0 } else { ascent / curvature };
        (beta + step).clamp(low, high)
    }
}

/// A loss that is a hinge max(0, t − s p), s = ±1, or its square, or the sum of several: its dual is a quadratic
/// programme, which an interior point method solves.
///
/// With an α a hinge, β = Σ sₖ αₖ and φ(β) is the largest Σ (tₖ αₖ − ½ κ αₖ²) over 0 ≤ αₖ ≤ u with that β. κ is
/// [`dual_curvature`](DualLoss::dual_curvature), the same for every β and y. Losses of the margin have one hinge, with
/// s = y and t = 1; the ε-insensitive losses have one for errors of either sign.
///
/// ```
/// use certifit::loss::{DualLoss, EpsilonInsensitive, Hinge, MarginLoss, SquaredHinge};
/// assert_eq!((Hinge.dual_limit(2.0), Hinge.dual_curvature(1.0, 0.5, 2.0)), (2.0, 0.0));
/// assert_eq!((SquaredHinge.dual_limit(2.0), SquaredHinge.dual_curvature(1.0, 0.5, 2.0)), (f64::INFINITY, 0.25));
/// let loss = EpsilonInsensitive { epsilon: 0.5 };
/// assert_eq!((loss.side(0, 3.0), loss.side(1, 3.0)), ((1.0, 2.5), (-1.0, -3.5)));
/// ```
pub trait MarginLoss: DualLoss {
    /// How many hinges a row has.
    const SIDES: usize = 1;

    /// (s, t) of one of the hinges of a row.
    fn side(&self, _side: usize, y: f64) -> (f64, f64) {
        (y, 1.0)
    }

    /// u: c for the hinge, infinite for losses that are smooth.
    fn dual_limit(&self, c: f64) -> f64 {
        self.dual_bounds(1.0, c).1
    }
}
