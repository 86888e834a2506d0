//! The float types that features come in.

/// `f32` or `f64`: the element type of a feature matrix.
///
/// Data stay in their own type and are never copied to be converted; sums over them run in `f64`.
///
/// ```
/// use certifit::Scalar;
/// assert_eq!(0.5f32.widen(), 0.5f64);
/// assert_eq!(f32::narrow(1e300), f32::INFINITY);
/// ```
pub trait Scalar:
    num_traits::Float
    + num_traits::NumAssign
    + Send
    + Sync
    + std::fmt::Debug
    + std::fmt::Display
    + Default
    + 'static
{
    /// Machine epsilon of the type, as `f64`.
    const EPSILON: f64;
    /// The value as `f64`, exactly.
    fn widen(self) -> f64;
    /// The nearest value of this type; what is beyond its range becomes infinite.
    fn narrow(value: f64) -> Self;
}

impl Scalar for f32 {
    const EPSILON: f64 = f32::EPSILON as f64;
    fn widen(self) -> f64 {
        f64::from(self)
    }
    #[allow(clippy::cast_possible_truncation)] // rounding is what this function is for
    fn narrow(value: f64) -> Self {
        value as f32
    }
}

impl Scalar for f64 {
    const EPSILON: f64 = f64::EPSILON;
    fn widen(self) -> f64 {
        self
    }
    fn narrow(value: f64) -> Self {
        value
    }
}
