//! Round numbers along an axis.

/// A value along an axis that has a label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// More are never drawn.
const MOST: usize = 100;

/// So many decimals tell all numbers below 10 apart.
const MOST_DIGITS: f64 = 16.0;

/// Multiples of 1, 2 or 5 times a power of ten, about `target` of them.
pub(super) fn linear_ticks(low: f64, high: f64, target: f64) -> Vec<Tick> {
    let raw = (high - low) / target.max(1.0);
    let power = raw.log10().floor();
    let unit = 10f64.powf(power);
    let factor =
        [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * unit >= 0.999 * raw).unwrap_or(10.0);
    let step = factor * unit;
    let decimals = if factor == 10.0 { -(power + 1.0) } else { -power };
    let first = (low / step - 1e-9).ceil();
    let multiples = (0..MOST).map(|index| (first + index as f64) * step);
    multiples
        .take_while(|&at| at <= high + 1e-9 * step)
        .map(|at| Tick { at, label: number(at, decimals, low.abs().max(high.abs())) })
        .collect()
}

/// A number with so many decimals; with a power of ten where the numbers of the axis are very large or small.
fn number(value: f64, decimals: f64, largest: f64) -> String {
    let magnitude = largest.log10().floor();
    if value == 0.0 {
        return "0".into();
    }
    if (-4.0..6.0).contains(&magnitude) {
        // Between 0 and some ten.
        let decimals = decimals.clamp(0.0, MOST_DIGITS) as usize;
        return format!("{value:.decimals$}");
    }
    let digits = (decimals + magnitude).clamp(0.0, MOST_DIGITS) as usize;
    format!("{:.digits$}·{}", value / 10f64.powf(magnitude), power_of_ten(magnitude))
}

/// Powers of ten between 10^low and 10^high, or also twice and five times as much where there are few.
pub(super) fn log_ticks(low: f64, high: f64, target: f64) -> Vec<Tick> {
    let powers = high.floor() - low.ceil() + 1.0;
    if powers < 2.0 {
        return fine_log_ticks(low, high, target);
    }
    let step = (powers / target.max(1.0)).ceil().max(1.0);
    let first = (low / step - 1e-9).ceil() * step;
    let powers: Vec<f64> =
        (0..MOST).map(|index| first + index as f64 * step).take_while(|&k| k <= high + 1e-9).collect();
    let plain = powers.iter().all(|power| power.abs() <= 3.0);
    let label = |power: f64| if plain { plain_power(power) } else { power_of_ten(power) };
    powers.iter().map(|&power| Tick { at: 10f64.powf(power), label: label(power) }).collect()
}

/// Within a decade or two; where not even two of these numbers are, those of a linear axis.
fn fine_log_ticks(low: f64, high: f64, target: f64) -> Vec<Tick> {
    let decades = (0..3).map(|index| low.floor() + index as f64);
    let values = decades.flat_map(|power| [1.0, 2.0, 5.0].map(|factor| (factor, power)));
    let ticks = values.map(|(factor, power): (f64, f64)| {
        let at = factor * 10f64.powf(power);
        Tick { at, label: number(at, -power, at) }
    });
    let ticks: Vec<Tick> =
        ticks.filter(|tick| (low - 1e-9..=high + 1e-9).contains(&tick.at.log10())).collect();
    if ticks.len() < 2 { linear_ticks(10f64.powf(low), 10f64.powf(high), target) } else { ticks }
}

/// 0.01, 1, 100, …
fn plain_power(power: f64) -> String {
    let decimals = (-power).clamp(0.0, 12.0) as usize;
    format!("{:.decimals$}", 10f64.powf(power))
}

/// 10⁻⁴
fn power_of_ten(power: f64) -> String {
    // No −0.
    let digits = format!("{:.0}", power + 0.0);
    let raised = digits.chars().map(|digit| match digit {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        _ => '⁹',
    });
    "10".chars().chain(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: Vec<Tick>) -> Vec<String> {
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(labels(linear_ticks(0.0, 1.0, 5.0)), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(linear_ticks(-12.0, 460.0, 5.0)), ["0", "100", "200", "300", "400"]);
        assert_eq!(labels(linear_ticks(0.93, 0.981, 6.0)), ["0.93", "0.94", "0.95", "0.96", "0.97", "0.98"]);
        assert_eq!(labels(linear_ticks(0.0, 2e7, 2.0)), ["0", "1·10⁷", "2·10⁷"]);
        assert_eq!(labels(linear_ticks(-3e-6, 3e-6, 3.0)), ["-2·10⁻⁶", "0", "2·10⁻⁶"]);
        // Neighbours are told apart.
        assert_eq!(
            labels(linear_ticks(1e15, 1e15 + 2.0, 1.0)),
            ["1.000000000000000·10¹⁵", "1.000000000000002·10¹⁵"]
        );
    }

    #[test]
    fn powers_are_named() {
        assert_eq!(labels(log_ticks(-2.0, 2.0, 6.0)), ["0.01", "0.1", "1", "10", "100"]);
        assert_eq!(labels(log_ticks(-4.2, 1.0, 3.0)), ["10⁻⁴", "10⁻²", "10⁰"]);
        assert_eq!(labels(log_ticks(0.2, 1.1, 5.0)), ["2", "5", "10"]);
        assert_eq!(labels(log_ticks(3.1f64.log10(), 3.3f64.log10(), 2.0)), ["3.1", "3.2", "3.3"]);
    }
}
