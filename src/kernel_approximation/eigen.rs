//! Eigenvalues of symmetric matrices.

use ndarray::Array2;

/// The eigenvalues of a symmetric matrix, and its eigenvectors as the rows of the second matrix, in the same order.
///
/// Rotations by Jacobi, row by row, until all that is beside the diagonal is rounding. O(n³) a sweep, of which there are
/// about ten.
///
/// Reference: Golub and Van Loan 2013, "Matrix computations", section 8.5.
pub(super) fn symmetric_eigen(mut a: Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    let n = a.nrows();
    let mut vectors = Array2::eye(n);
    let scale = a.iter().map(|value| value * value).sum::<f64>().sqrt();
    for _ in 0..60 {
        let mut beside = 0.0;
        for p in 0..n {
            for q in p + 1..n {
                beside += 2.0 * a[[p, q]] * a[[p, q]];
                rotate(&mut a, &mut vectors, p, q);
            }
        }
        if !(beside.sqrt() > f64::EPSILON * scale) {
            break;
        }
    }
    (a.diag().to_vec(), vectors)
}

/// Makes the entry (p, q) zero.
fn rotate(a: &mut Array2<f64>, vectors: &mut Array2<f64>, p: usize, q: usize) {
    let off = a[[p, q]];
    if off == 0.0 {
        return;
    }
    let theta = (a[[q, q]] - a[[p, p]]) / (2.0 * off);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    let turn = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    for k in 0..a.nrows() {
        (a[[k, p]], a[[k, q]]) = turn(a[[k, p]], a[[k, q]]);
    }
    for k in 0..a.nrows() {
        (a[[p, k]], a[[q, k]]) = turn(a[[p, k]], a[[q, k]]);
        (vectors[[p, k]], vectors[[q, k]]) = turn(vectors[[p, k]], vectors[[q, k]]);
    }
    // What is zero but for rounding.
    (a[[p, q]], a[[q, p]]) = (0.0, 0.0);
}

#[cfg(test)]
mod tests {
    use super::symmetric_eigen;
    use ndarray::Array2;

    #[test]
    fn vectors_are_stretched_by_their_values() {
        for n in [1, 2, 7, 30] {
            let g = Array2::from_shape_fn((n, n), |(i, j)| ((i * 31 + j * j * 7) % 23) as f64 / 7.0 - 1.0);
            let a = g.t().dot(&g) + g.t() + &g;
            let (values, vectors) = symmetric_eigen(a.clone());
            for (value, vector) in values.iter().zip(vectors.rows()) {
                let residual = a.dot(&vector) - &vector * *value;
                assert!(residual.iter().all(|r| r.abs() < 1e-11 * n as f64 * n as f64), "{residual}");
                assert!((vector.dot(&vector) - 1.0).abs() < 1e-13);
            }
            assert!((values.iter().sum::<f64>() - a.diag().sum()).abs() < 1e-11 * n as f64);
        }
    }
}
