//! What an error costs: ℓ(y, p) for a target y and a score p = x·w + b.
//!
//! | loss | ℓ(y, p), m = y·p | smooth |
//! |---|---|---|
//! | [`Hinge`] | max(0, 1 − m) | no |
//! | [`SquaredHinge`] | max(0, 1 − m)² | yes |
//!
//! A classifier's targets are y = ±1. To add a loss, write one file: implement [`Loss`] (its value and slope),
//! [`SmoothLoss`] where it has a curvature (Newton's method then fits it), and [`DualLoss`] where its conjugate
//! is known (dual coordinate descent then fits it, and its fits are certified).

mod hinge;
mod squared_hinge;

pub use hinge::Hinge;
pub use squared_hinge::SquaredHinge;

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

    /// φ′(β).
    fn dual_slope(&self, y: f64, beta: f64, c: f64) -> f64;

    /// −φ″, where it does not depend on β.
    fn dual_curvature(&self, c: f64) -> f64;

    /// c ℓ(y, p) − φ(β) + β p, which is not negative (Fenchel and Young) and must be computed without
    /// cancellation: it is what a row adds to the duality gap.
    fn fenchel_young(&self, y: f64, p: f64, beta: f64, c: f64) -> f64;

    /// The β that maximises φ(β) − p (β − β₀) − ½ q (β − β₀)²: one step of dual coordinate ascent from β₀, for
    /// a row of squared norm q whose score is p.
    fn dual_step(&self, y: f64, p: f64, beta: f64, c: f64, q: f64) -> f64 {
        let (low, high) = self.dual_bounds(y, c);
        let curvature = q + self.dual_curvature(c);
        let ascent = self.dual_slope(y, beta, c) - p;
        // A row of zeros has a linear dual: it goes to the end of its interval.
        let step = if ascent == 0.0 { 0.0 } else { ascent / curvature };
        (beta + step).clamp(low, high)
    }
}

/// A loss of the margin y p whose dual term is φ(β) = y β − ½ κ β² for 0 ≤ y β ≤ u: a quadratic programme, which
/// an interior point method solves. κ is [`dual_curvature`](DualLoss::dual_curvature).
///
/// ```
/// use certifit::loss::{DualLoss, Hinge, MarginLoss, SquaredHinge};
/// assert_eq!((Hinge.dual_limit(2.0), Hinge.dual_curvature(2.0)), (2.0, 0.0));
/// assert_eq!((SquaredHinge.dual_limit(2.0), SquaredHinge.dual_curvature(2.0)), (f64::INFINITY, 0.25));
/// ```
pub trait MarginLoss: DualLoss {
    /// u: c for the hinge, infinite for losses that are smooth.
    fn dual_limit(&self, c: f64) -> f64 {
        let (low, high) = self.dual_bounds(1.0, c);
        high - low
    }
}
