use crate::data::dot;
use crate::random::Random;

/// A matrix of n_in × n_out, row after row, whose columns are orthonormal; whose rows are, where those are fewer.
///
/// Gram and Schmidt's method on normal vectors, which have no preferred direction, done twice against rounding.
pub(super) fn draw(n_in: usize, n_out: usize, random: &mut Random) -> Vec<f64> {
    let (count, length) = (n_in.min(n_out), n_in.max(n_out));
    let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
    while vectors.len() < count {
        let mut next: Vec<f64> = (0..length).map(|_| random.normal()).collect();
        for _ in 0..2 {
            for other in &vectors {
                let share = dot(&next, other);
                next.iter_mut().zip(other).for_each(|(next, other)| *next -= share * other);
            }
            let norm = dot(&next, &next).sqrt();
            next.iter_mut().for_each(|next| *next /= norm);
        }
        vectors.push(next);
    }
    let entry = |i: usize, j: usize| if n_in >= n_out { vectors[j][i] } else { vectors[i][j] };
    (0..n_in).flat_map(|i| (0..n_out).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).collect()
}
