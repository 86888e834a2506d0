//! Positive definite systems of a few hundred unknowns.

use super::gram::{PANEL, multiply_strips};
use crate::simd::{self, Kernel};
use ndarray::Array2;

/// A pivot at rounding level is noise: dividing by its root would amplify it.
const LEAST_PIVOT: f64 = 1e-15;

/// A tile of the factor, row by row.
type Tile = [[f64; PANEL]; PANEL];

/// A factor L with S A S ≈ L Lᵀ, S the diagonal matrix that gives A a unit diagonal.
///
/// The scaling (Jacobi's) makes the factor's quality independent of the units of the features. Where rounding
/// has left A indefinite, the smallest of a ladder of multiples of the unit matrix that mends it is added.
pub(super) struct Cholesky {
    /// The factor in panels of eight rows, each column after column; rows and columns beyond the last are those of the
    /// unit matrix.
    panels: Vec<Vec<[f64; PANEL]>>,
    scale: Vec<f64>,
}

impl Cholesky {
    /// Factors a symmetric matrix of which the lower triangle is read; `None` if it is not finite.
    pub(super) fn new(a: Array2<f64>) -> Option<Self> {
        let scale = scale_of(&a);
        let scaled = tiles(&a, &scale)?;
        let mut ridge = 0.0;
        loop {
            if let Some(panels) = simd::run(Factorize { tiles: &scaled, ridge, least_pivot: LEAST_PIVOT }) {
                return Some(Self { panels, scale });
            }
            ridge = if ridge == 0.0 { f64::EPSILON } else { ridge * 16.0 };
        }
    }

    /// The factor of A as it is; `None` where a pivot of S A S is not above `least_pivot`.
    pub(super) fn definite(a: &Array2<f64>, least_pivot: f64) -> Option<Self> {
        let scale = scale_of(a);
        let scaled = tiles(a, &scale)?;
        let panels = simd::run(Factorize { tiles: &scaled, ridge: 0.0, least_pivot })?;
        Some(Self { panels, scale })
    }

    /// The lower triangular matrix G with A ≈ G Gᵀ.
    pub(super) fn into_lower(self) -> Array2<f64> {
        let n = self.scale.len();
        let entry = |(i, j): (usize, usize)| {
            if j <= i { self.panels[i / PANEL][j][i % PANEL] / self.scale[i] } else { 0.0 }
        };
        Array2::from_shape_fn((n, n), entry)
    }

    /// x with A x = b.
    pub(super) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.scale.len();
        let mut x: Vec<f64> = b.iter().zip(&self.scale).map(|(b, s)| b * s).collect();
        x.resize(self.panels.len() * PANEL, 0.0);
        simd::run(Substitute { panels: &self.panels, x: &mut x });
        x.truncate(n);
        x.iter_mut().zip(&self.scale).for_each(|(x, s)| *x *= s);
        x
    }
}

/// Overwrites b by the x with Lᵀ x = b.
pub(super) fn solve_transposed(lower: &Array2<f64>, b: &mut [f64]) {
    for i in (0..b.len()).rev() {
        b[i] /= lower[[i, i]];
        let x = b[i];
        b.iter_mut().zip(lower.row(i)).take(i).for_each(|(b, l)| *b -= l * x);
    }
}

/// The diagonal of S.
pub(super) fn scale_of(a: &Array2<f64>) -> Vec<f64> {
    a.diag().iter().map(|&v| if v > 0.0 { 1.0 / v.sqrt() } else { 1.0 }).collect()
}

/// The tiles (0, 0), (1, 0), (1, 1), (2, 0), … of S A S; `None` if it is not finite.
fn tiles(a: &Array2<f64>, scale: &[f64]) -> Option<Vec<Tile>> {
    let n = scale.len();
    let rows = n.div_ceil(PANEL);
    let mut tiles = Vec::with_capacity(rows * (rows + 1) / 2);
    for i in 0..rows {
        for j in 0..=i {
            let mut tile = [[0.0; PANEL]; PANEL];
            for (r, row) in tile.iter_mut().enumerate() {
                for (c, entry) in row.iter_mut().enumerate() {
                    let (row, column) = (i * PANEL + r, j * PANEL + c);
                    *entry = match (row < n && column < n, row == column) {
                        (true, _) if column <= row => a[[row, column]] * scale[row] * scale[column],
                        (false, true) => 1.0,
                        _ => 0.0,
                    };
                    if !entry.is_finite() {
                        return None;
                    }
                }
            }
            tiles.push(tile);
        }
    }
    Some(tiles)
}

/// The factor of A + ridge, tile after tile (Golub and Van Loan, "Matrix Computations", section 4.2.9); `None` if a pivot
/// is not above the least.
struct Factorize<'a> {
    tiles: &'a [Tile],
    ridge: f64,
    least_pivot: f64,
}

impl Kernel for Factorize<'_> {
    type Output = Option<Vec<Vec<[f64; PANEL]>>>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Self::Output {
        let mut panels: Vec<Vec<[f64; PANEL]>> = Vec::new();
        let mut tiles = self.tiles.iter();
        for i in 0.. {
            let mut panel: Vec<[f64; PANEL]> = Vec::with_capacity((i + 1) * PANEL);
            // The tiles left of the diagonal, by what is known of the rows above.
            for above in &panels {
                let mut tile = *tiles.next()?;
                multiply_strips::<FUSED>(&panel, &above[..panel.len()], -1.0, &mut tile);
                let diagonal = above[panel.len()..].as_chunks::<PANEL>().0.first()?;
                panel.extend(solve_tile(&tile, diagonal));
            }
            let Some(tile) = tiles.next() else { break };
            let mut tile = *tile;
            multiply_strips::<FUSED>(&panel, &panel, -1.0, &mut tile);
            (0..PANEL).for_each(|r| tile[r][r] += self.ridge);
            panel.extend(factorize_tile(&tile, self.least_pivot)?);
            panels.push(panel);
            if tiles.len() == 0 {
                break;
            }
        }
        Some(panels)
    }
}

/// The columns of X with X Lᵀ = tile, L given by its columns.
#[inline(always)]
fn solve_tile(tile: &Tile, diagonal: &Tile) -> Tile {
    let mut columns: Tile = [[0.0; PANEL]; PANEL];
    for c in 0..PANEL {
        let mut column = [0.0; PANEL];
        for r in 0..PANEL {
            column[r] = tile[r][c];
        }
        for k in 0..c {
            for r in 0..PANEL {
                column[r] -= columns[k][r] * diagonal[k][c];
            }
        }
        for value in &mut column {
            *value /= diagonal[c][c];
        }
        columns[c] = column;
    }
    columns
}

/// The columns of the factor of a tile on the diagonal.
#[inline(always)]
fn factorize_tile(tile: &Tile, least_pivot: f64) -> Option<Tile> {
    let mut columns: Tile = [[0.0; PANEL]; PANEL];
    for c in 0..PANEL {
        for r in c..PANEL {
            let known: f64 = (0..c).map(|k| columns[k][r] * columns[k][c]).sum();
            columns[c][r] = tile[r][c] - known;
        }
        if !(columns[c][c] > least_pivot) {
            return None;
        }
        let root = columns[c][c].sqrt();
        columns[c].iter_mut().for_each(|value| *value /= root);
    }
    Some(columns)
}

/// x ← (L Lᵀ)⁻¹ x.
struct Substitute<'a> {
    panels: &'a [Vec<[f64; PANEL]>],
    x: &'a mut [f64],
}

impl Kernel for Substitute<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (i, panel) in self.panels.iter().enumerate() {
            let (known, rest) = self.x.split_at_mut(i * PANEL);
            let Some(own) = rest.first_chunk_mut::<PANEL>() else { return };
            for (column, x) in panel.iter().zip(&*known) {
                for r in 0..PANEL {
                    own[r] -= column[r] * x;
                }
            }
            for (c, column) in panel[i * PANEL..].iter().enumerate() {
                own[c] /= column[c];
                for r in c + 1..PANEL {
                    own[r] -= column[r] * own[c];
                }
            }
        }
        for (i, panel) in self.panels.iter().enumerate().rev() {
            let (others, rest) = self.x.split_at_mut(i * PANEL);
            let Some(own) = rest.first_chunk_mut::<PANEL>() else { return };
            for (c, column) in panel[i * PANEL..].iter().enumerate().rev() {
                let known: f64 = (c + 1..PANEL).map(|r| column[r] * own[r]).sum();
                own[c] = (own[c] - known) / column[c];
            }
            for (column, x) in panel.iter().zip(others) {
                let mut sum = 0.0;
                for r in 0..PANEL {
                    sum += column[r] * own[r];
                }
                *x -= sum;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cholesky;
    use ndarray::{Array1, Array2};

    #[test]
    fn solves_badly_scaled_systems() {
        let n = 150;
        let root = Array2::from_shape_fn((n, n), |(i, j)| {
            ((i * 7 + j * 13) % 11) as f64 - 5.0 + if i == j { 9.0 } else { 0.0 }
        });
        let units = Array1::from_shape_fn(n, |i| 10f64.powi(i as i32 % 13 - 6));
        let mut a = root.dot(&root.t());
        a.indexed_iter_mut().for_each(|((i, j), v)| *v *= units[i] * units[j]);
        let x = Array1::from_shape_fn(n, |i| (i as f64).cos() / units[i]);
        let b = a.dot(&x);
        let found = Cholesky::new(a).unwrap().solve(b.as_slice().unwrap());
        for i in 0..n {
            approx::assert_relative_eq!(
                found[i] * units[i],
                x[i] * units[i],
                max_relative = 1e-8,
                epsilon = 1e-8
            );
        }
    }

    #[test]
    fn a_singular_matrix_gets_a_finite_answer() {
        let found = Cholesky::new(Array2::ones((5, 5))).unwrap().solve(&[1.0; 5]);
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{found:?}");
        assert!(Cholesky::new(Array2::from_elem((2, 2), f64::NAN)).is_none());
    }
}
