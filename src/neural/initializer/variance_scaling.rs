use crate::random::Random;

/// What the variance is the reciprocal of.
pub(super) enum Fan {
    /// n_in.
    In,
    /// n_in/2.
    HalfIn,
    /// (n_in + n_out)/2.
    Mean,
}

pub(super) enum Shape {
    Uniform,
    Normal,
}

/// Independent numbers of mean 0 and variance 1/fan.
pub(super) fn draw_scaled(
    fan: Fan,
    shape: Shape,
    n_in: usize,
    n_out: usize,
    random: &mut Random,
) -> Vec<f64> {
    let fan = match fan {
        Fan::In => n_in as f64,
        Fan::HalfIn => 0.5 * n_in as f64,
        Fan::Mean => 0.5 * (n_in as f64 + n_out as f64),
    };
    let std = 1.0 / fan.sqrt();
    let one = |random: &mut Random| match shape {
        Shape::Uniform => 3f64.sqrt() * (2.0 * random.uniform() - 1.0),
        Shape::Normal => random.normal(),
    };
    (0..n_in * n_out).map(|_| std * one(random)).collect()
}
