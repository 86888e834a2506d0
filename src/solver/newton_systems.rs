//! The systems of a semismooth Newton method, and the pace that their solution allows.

use super::augmented_lagrangian::{RowSums, System};
use super::cholesky::Cholesky;
use super::gram::{GramSum, add_to_diagonal};
use ndarray::Array2;

/// How the matrix R + Σ (cᵢ/δ) x̃ᵢ x̃ᵢᵀ over the rows inside is made, damped and solved for.
pub(super) trait Systems: Sync + Sized {
    const PACE: Pace;

    /// What is kept from one step to the next.
    type Kept: Default;

    /// The solution for the right side −gradient, about; `None` if there is none.
    fn direction(
        &self,
        system: &System<'_, Self>,
        gradient: &[f64],
        sums: &mut RowSums,
        kept: &mut Self::Kept,
    ) -> Option<Vec<f64>>;

    /// Called between rounds.
    fn end_round(_kept: &mut Self::Kept) {}
}

/// How fast rounds go on.
pub(super) struct Pace {
    /// By how much the width shrinks between rounds.
    pub(super) shrink: f64,
    /// The part of the complementarity gap to which a round reduces the gradient's part.
    pub(super) inner: f64,
    pub(super) damping: DampingRule,
}

/// How much steps are damped with.
#[derive(Clone, Copy)]
pub(super) enum DampingRule {
    /// With the share `first` for so many steps; each further one multiplies it by `fade`, each new round by `regrow`.
    Fading { first: f64, steps: usize, fade: f64, regrow: f64 },
    /// With a share that follows the steps, as Levenberg and Marquardt's does: times `grow` after a step that the line
    /// search cut short, but at once beyond `least`, below which damping is not felt; times `fade` after one that it took
    /// whole.
    Following { first: f64, fade: f64, grow: f64, least: f64 },
}

/// Lengths of steps from which on they count as whole, and up to which as cut short.
const WHOLE: f64 = 0.7;
const CUT_SHORT: f64 = 0.2;

/// The damping of the next step.
pub(super) struct Damping {
    rule: DampingRule,
    share: f64,
}

impl Damping {
    pub(super) fn new(rule: DampingRule) -> Self {
        let (DampingRule::Fading { first: share, .. } | DampingRule::Following { first: share, .. }) = rule;
        Self { rule, share }
    }

    pub(super) fn share(&self) -> f64 {
        self.share
    }

    /// A step went so far, one of so many in its round up to now.
    pub(super) fn took(&mut self, length: f64, steps_of_round: usize) {
        match self.rule {
            DampingRule::Fading { steps, fade, .. } if steps_of_round > steps => self.share *= fade,
            DampingRule::Following { fade, .. } if length > WHOLE => self.share *= fade,
            DampingRule::Following { grow, least, .. } if length < CUT_SHORT => {
                self.share = (grow * self.share).clamp(grow * least, 1.0);
            }
            _ => {}
        }
    }

    pub(super) fn end_round(&mut self) {
        if let DampingRule::Fading { first, regrow, .. } = self.rule {
            self.share = (regrow * self.share).min(first);
        }
    }
}

/// Systems whose matrix is made and factored: for few features.
pub(super) struct Factored {
    /// The lower triangle of a matrix of the size of Σ cᵢ x̃ᵢ x̃ᵢᵀ that steps are damped with.
    pub(super) damping: Array2<f64>,
}

impl Systems for Factored {
    const PACE: Pace = Pace {
        shrink: 0.2,
        inner: 0.1,
        damping: DampingRule::Fading { first: 1.0, steps: 5, fade: 0.3, regrow: 3.0 },
    };

    /// Σ cᵢ x̃ᵢ x̃ᵢᵀ over the rows inside.
    type Kept = Option<GramSum>;

    fn direction(
        &self,
        system: &System<'_, Self>,
        gradient: &[f64],
        sums: &mut RowSums,
        kept: &mut Option<GramSum>,
    ) -> Option<Vec<f64>> {
        let mut matrix = curvature(system, sums, kept);
        let (inverse, damping) = (1.0 / system.at.width, system.damping);
        matrix.zip_mut_with(&self.damping, |h, damp| *h = *h * inverse + damping * damp);
        add_to_diagonal(&mut matrix, system.reduced.penalty);
        Some(Cholesky::new(matrix)?.solve(&gradient.iter().map(|g| -g).collect::<Vec<_>>()))
    }
}

/// Σ cᵢ x̃ᵢ x̃ᵢᵀ over the rows inside: from the rows that came and went, or anew where those are many.
fn curvature(system: &System<'_, Factored>, sums: &mut RowSums, kept: &mut Option<GramSum>) -> Array2<f64> {
    let reduced = system.reduced;
    let mut changed = std::mem::take(&mut sums.changed);
    changed.sort_unstable();
    // A row that has gone and come again is there twice, or any even number of times.
    let came_or_went = |rows: &[usize]| -> Vec<usize> {
        rows.chunk_by(|a, b| a == b).filter(|same| same.len() % 2 == 1).map(|same| same[0]).collect()
    };
    let changed = came_or_went(&changed);
    match kept {
        Some(gram) if 2 * changed.len() <= sums.inside => {
            let change = |row: usize| if sums.is_inside[row] { reduced.c[row] } else { -reduced.c[row] };
            let changes: Vec<(usize, f64)> = changed.iter().map(|&row| (row, change(row))).collect();
            reduced.design.change(gram, &changes);
        }
        _ => {
            let weight = |(inside, c): (&bool, &f64)| if *inside { *c } else { 0.0 };
            let weights: Vec<f64> = sums.is_inside.iter().zip(&*reduced.c).map(weight).collect();
            *kept = Some(reduced.design.gram_sum_of(&weights));
        }
    }
    let dim = reduced.design.dim();
    kept.as_mut().map_or_else(|| Array2::zeros((dim, dim)), GramSum::lower)
}
