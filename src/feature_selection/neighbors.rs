//! Mutual information from the distances to nearest neighbours.
//!
//! The digamma function ψ of a whole number n is H(n − 1) − γ, with H the harmonic numbers; γ falls out of the formulas.

/// H(0), H(1), …, H(n).
fn harmonic_numbers(n: usize) -> Vec<f64> {
    let mut numbers = vec![0.0];
    numbers.extend((1..=n).scan(0.0, |sum, i| {
        *sum += 1.0 / i as f64;
        Some(*sum)
    }));
    numbers
}

/// Below this distance, and not at it.
fn below(distance: f64) -> f64 {
    if distance > 0.0 { distance.next_down() } else { 0.0 }
}

/// How many of the ascending `values` are no further from `value`, itself included.
fn n_within(values: &[f64], value: f64, radius: f64) -> usize {
    let start = values.partition_point(|other| value - other > radius);
    let end = values.partition_point(|other| other - value <= radius);
    end - start
}

fn ascending(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// The distance of the value at a place of ascending ones to its k-th neighbour.
fn distance_to(values: &[f64], place: usize, k: usize) -> f64 {
    let (mut before, mut behind, mut distance) = (place, place + 1, 0.0);
    for _ in 0..k {
        let down = before.checked_sub(1).map_or(f64::INFINITY, |next| values[place] - values[next]);
        let up = values.get(behind).map_or(f64::INFINITY, |next| next - values[place]);
        if down <= up {
            (before, distance) = (before.saturating_sub(1), down);
        } else {
            (behind, distance) = (behind + 1, up);
        }
    }
    distance
}

/// Of numbers and classes: ψ(n) + ⟨ψ(k)⟩ − ⟨ψ(n_c)⟩ − ⟨ψ(m)⟩ with n_c the rows of the class of a row, k the neighbours in
/// it that are looked at, and m the rows of all classes that are nearer than the last of them.
///
/// Rows that are alone in their class are left out.
///
/// Reference: Ross (2014), equation 2.
pub(super) fn of_numbers_and_classes(numbers: &[f64], classes: &[usize], n_neighbors: usize) -> f64 {
    let n_classes = classes.iter().max().map_or(0, |last| last + 1);
    let mut by_class = vec![Vec::new(); n_classes];
    numbers.iter().zip(classes).for_each(|(&number, &class)| by_class[class].push(number));
    by_class.retain(|numbers| numbers.len() > 1);
    let all = ascending(&by_class.concat());
    if all.is_empty() {
        return 0.0;
    }
    let harmonic = harmonic_numbers(all.len());
    let mut sum = 0.0;
    for numbers in &by_class {
        let (numbers, count) = (ascending(numbers), numbers.len());
        let k = n_neighbors.min(count - 1);
        for place in 0..count {
            let radius = below(distance_to(&numbers, place, k));
            let m = n_within(&all, numbers[place], radius);
            sum += harmonic[k - 1] - harmonic[count - 1] - harmonic[m.saturating_sub(1)];
        }
    }
    (harmonic[all.len() - 1] + sum / all.len() as f64).max(0.0)
}

/// Of numbers and numbers: ψ(n) + ψ(k) − ⟨ψ(m_x + 1)⟩ − ⟨ψ(m_y + 1)⟩ with m_x and m_y the other rows that are nearer, by x or
/// by y alone, than the k-th neighbour is by the larger of both distances.
///
/// Reference: Kraskov et al. (2004), equation 8.
pub(super) fn of_numbers(x: &[f64], y: &[f64], k: usize) -> f64 {
    let n = x.len();
    let mut pairs: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (all_x, all_y) = (ascending(x), ascending(y));
    let harmonic = harmonic_numbers(n);
    let mut nearest = Vec::with_capacity(k + 1);
    let mut sum = 0.0;
    for place in 0..n {
        let radius = below(distance_of_pairs(&pairs, place, k, &mut nearest));
        let (x, y) = pairs[place];
        let m_x = n_within(&all_x, x, radius).saturating_sub(1);
        let m_y = n_within(&all_y, y, radius).saturating_sub(1);
        sum += harmonic[m_x] + harmonic[m_y];
    }
    (harmonic[n - 1] + harmonic[k - 1] - sum / n as f64).max(0.0)
}

/// The distance, by the larger of both differences, of a pair to its k-th neighbour. The pairs ascend by their first
/// numbers: the search ends where these alone are further away.
fn distance_of_pairs(pairs: &[(f64, f64)], place: usize, k: usize, nearest: &mut Vec<f64>) -> f64 {
    let (x, y) = pairs[place];
    let (mut before, mut behind) = (place, place + 1);
    nearest.clear();
    loop {
        let down = before.checked_sub(1).map_or(f64::INFINITY, |next| x - pairs[next].0);
        let up = pairs.get(behind).map_or(f64::INFINITY, |next| next.0 - x);
        let last = if nearest.len() < k { f64::INFINITY } else { nearest[k - 1] };
        let along = down.min(up);
        if along >= last || along == f64::INFINITY {
            return last;
        }
        let other = if down <= up {
            before -= 1;
            before
        } else {
            behind += 1;
            behind - 1
        };
        let distance = along.max((pairs[other].1 - y).abs());
        if distance < last {
            let at = nearest.partition_point(|&nearer| nearer <= distance);
            nearest.insert(at, distance);
            nearest.truncate(k);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Fractional parts of multiples: no two distances are equal.
    fn numbers(n: usize, step: f64) -> Vec<f64> {
        (0..n).map(|i| (i as f64 * step).fract() + i as f64 * 1e-7).collect()
    }

    #[test]
    fn estimates_are_those_of_scikit_learn() {
        // sklearn.feature_selection._mutual_info._compute_mi_cc and _compute_mi_cd of these numbers.
        let x = numbers(200, 0.618_033_988_749_894_9);
        let y: Vec<f64> =
            numbers(200, 0.414_213_562_373_095_1).iter().zip(&x).map(|(e, x)| x * x + 0.3 * e).collect();
        let classes: Vec<usize> = y.iter().map(|&y| if y > 0.7 { 2 } else { usize::from(y > 0.3) }).collect();
        assert_relative_eq!(of_numbers(&x, &y, 3), 0.990_759_144_104_008_4, max_relative = 1e-12);
        assert_relative_eq!(of_numbers(&x, &y, 10), 1.066_503_763_359_143, max_relative = 1e-12);
        assert_relative_eq!(
            of_numbers_and_classes(&x, &classes, 3),
            0.860_523_786_220_028_1,
            max_relative = 1e-12
        );
        let alone: Vec<usize> = (0..200).map(|i| if i < 3 { 10 + i } else { classes[i] }).collect();
        // 0.6847… in scikit-learn, whose search for more neighbours than half of the rows rounds distances, and so misses
        // rows that are as far as the last; this is the formula with distances as they are.
        assert_relative_eq!(
            of_numbers_and_classes(&x, &alone, 60),
            0.688_817_239_529_651_5,
            max_relative = 1e-12
        );
        assert_eq!(of_numbers_and_classes(&[1.0, 2.0], &[0, 1], 3), 0.0);
    }

    #[test]
    fn the_search_finds_the_nearest_pairs() {
        let (x, y) = (numbers(80, 0.618_033_988_749_894_9), numbers(80, 0.732_050_807_568_877_2));
        let mut pairs: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        for place in 0..pairs.len() {
            let distance =
                |other: &(f64, f64)| (other.0 - pairs[place].0).abs().max((other.1 - pairs[place].1).abs());
            let mut all: Vec<f64> = pairs.iter().map(distance).collect();
            all.sort_by(f64::total_cmp);
            for k in [1, 3, 79] {
                assert_eq!(distance_of_pairs(&pairs, place, k, &mut Vec::new()), all[k]);
            }
        }
    }
}
