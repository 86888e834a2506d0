//! Losses of the scores of all classes at once.

/// A convex loss ℓ(y, z) of the scores z of K classes, of which y is the right one.
///
/// ℓ(y, z) = max over p of Σ pₖ (zₖ − z_y) + h(y, p), p ≥ 0 with Σ pₖ = 1, for a concave h with h(y, e_y) = 0. The dual
/// point of min Ω(W) + Σ cᵢ ℓ(yᵢ, W xᵢ + b) is made of such shares p of each row: βᵢₖ = cᵢ (1[k = yᵢ] − pᵢₖ) pulls at wₖ,
/// and the dual is Σ cᵢ h(yᵢ, pᵢ) − Σₖ Ω*(Σᵢ βᵢₖ xᵢ). Crammer and Singer 2001, "On the Algorithmic Implementation of
/// Multiclass Kernel-based Vector Machines"; Collins, Globerson, Koo, Carreras and Bartlett 2008, "Exponentiated Gradient
/// Algorithms for Conditional Random Fields and Max-Margin Markov Networks".
pub(crate) trait JointLoss: std::fmt::Debug + Send + Sync {
    /// ℓ(y, z), and ℓ(y, z) − Σ pₖ (zₖ − z_y) − h(y, p), which is not negative and computed without cancellation: it is
    /// what a row adds to the duality gap. `scratch` has room for K numbers.
    fn value_and_gap(&self, y: usize, z: &[f64], p: &[f64], scratch: &mut [f64]) -> (f64, f64);

    /// The slope of h(y, e_y + s (p − e_y)) in s, its negative curvature, and the size of the terms of the slope.
    fn along_ray(&self, y: usize, p: &[f64], s: f64) -> (f64, f64, f64);
}

/// Σ pₖ over the classes that are not y: 1 − p_y with all its digits.
#[inline(always)]
pub(crate) fn wrong_share(y: usize, p: &[f64]) -> f64 {
    p.iter().enumerate().filter(|(k, _)| *k != y).map(|(_, p)| p).sum()
}
