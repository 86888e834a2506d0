//! B-splines of any degree.

/// The piece in which x lies: the last knot that is not above it, of those at which a piece begins that has a width. Where
/// the outermost knots coincide, that is the nearest such piece.
fn piece(knots: &[f64], degree: usize, x: f64) -> usize {
    let last = knots.len() - 2 - degree;
    let piece = (knots.partition_point(|&knot| knot <= x)).saturating_sub(1).clamp(degree, last);
    let has_width = |&at: &usize| knots[at] < knots[at + 1];
    let below = (degree..=piece).rev().find(has_width);
    below.or_else(|| (piece..=last).find(has_width)).unwrap_or(piece)
}

/// The number of the first spline of the piece in which x lies, and the values of its `degree` + 1 splines there.
pub(super) fn splines(knots: &[f64], degree: usize, x: f64) -> (usize, Vec<f64>) {
    let piece = piece(knots, degree, x);
    (piece - degree, raised(knots, piece, degree, x))
}

/// The splines of a degree on a piece, from those of one degree less (Cox and de Boor).
fn raised(knots: &[f64], piece: usize, degree: usize, x: f64) -> Vec<f64> {
    let mut values = vec![1.0];
    for degree in 1..=degree {
        let mut next = vec![0.0; degree + 1];
        for (at, &value) in values.iter().enumerate() {
            let (low, high) = (knots[piece + at + 1 - degree], knots[piece + at + 1]);
            if high > low {
                next[at] += value * (high - x) / (high - low);
                next[at + 1] += value * (x - low) / (high - low);
            }
        }
        values = next;
    }
    values
}

/// The slopes of the splines of a piece at x.
pub(super) fn slopes(knots: &[f64], degree: usize, piece: usize, x: f64) -> Vec<f64> {
    let mut slopes = vec![0.0; degree + 1];
    if degree == 0 {
        return slopes;
    }
    for (at, value) in raised(knots, piece, degree - 1, x).into_iter().enumerate() {
        let (low, high) = (knots[piece + at + 1 - degree], knots[piece + at + 1]);
        if high > low {
            let slope = degree as f64 * value / (high - low);
            slopes[at] -= slope;
            slopes[at + 1] += slope;
        }
    }
    slopes
}

#[cfg(test)]
mod tests {
    use super::{slopes, splines};

    #[test]
    fn splines_add_up_to_1_where_the_outermost_knots_coincide() {
        let knots = [0.0, 0.0, 0.0, 0.0, 1.0, 3.0, 3.0, 3.0, 3.0];
        for x in [-1.0, 0.0, 0.5, 1.0, 2.5, 3.0, 4.0] {
            let (first, values) = splines(&knots, 2, x);
            assert!((values.iter().sum::<f64>() - 1.0).abs() < 1e-14, "{x}: {values:?}");
            assert_eq!(first, if x < 1.0 { 1 } else { 2 });
        }
    }

    #[test]
    fn slopes_are_finite_differences() {
        let knots: Vec<f64> = (0..12).map(|i| f64::from(i * i) / 10.0).collect();
        for degree in 1..4 {
            for x in [1.7, 2.6, 4.1] {
                let (first, _) = splines(&knots, degree, x);
                let h = 1e-6;
                let (above, below) = (splines(&knots, degree, x + h).1, splines(&knots, degree, x - h).1);
                for (at, slope) in slopes(&knots, degree, first + degree, x).into_iter().enumerate() {
                    assert!((slope - (above[at] - below[at]) / (2.0 * h)).abs() < 1e-8);
                }
            }
        }
    }
}
