//! Numbers as text.

/// A time with its unit and three digits.
pub fn time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-6 => (s * 1e9, "ns"),
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    format!("{} {unit}", three_digits(value))
}

/// The median of sorted numbers.
pub fn median(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len();
    (n > 0).then(|| (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0)
}

/// Sorted times: the median, the fastest and the slowest.
pub fn times(sorted: &[f64]) -> String {
    match (sorted, median(sorted)) {
        ([first, .., last], Some(median)) => format!("{} ({} – {})", time(median), time(*first), time(*last)),
        ([only], _) => format!("{} (once)", time(*only)),
        _ => "–".to_owned(),
    }
}

/// A number as it is, or with three digits where that is shorter.
pub fn short(value: f64) -> String {
    let (whole, rounded) = (value.to_string(), format!("{value:.2e}"));
    if whole.len() <= rounded.len() { whole } else { rounded }
}

/// Three digits where that makes sense.
pub fn three_digits(value: f64) -> String {
    match value.abs() {
        v if v >= 99.95 => format!("{value:.0}"),
        v if v >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// How far above the optimum, relative to it.
pub fn above(suboptimality: f64) -> String {
    match suboptimality {
        s if s >= 1e-3 => format!("{} %", three_digits(s * 100.0)),
        s if s >= 1e-12 => format!("{s:.1e}"),
        _ => "0".to_owned(),
    }
}

/// Bytes in a unit that fits.
pub fn bytes(bytes: u64) -> String {
    let mebibytes = bytes as f64 / (1 << 20) as f64;
    if mebibytes >= 1024.0 {
        format!("{} GiB", three_digits(mebibytes / 1024.0))
    } else {
        format!("{} MiB", three_digits(mebibytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_and_a_unit() {
        assert_eq!(time(3.21e-8), "32.1 ns");
        assert_eq!(time(0.123456), "123 ms");
        assert_eq!(time(61.0), "61.0 s");
        assert_eq!(above(0.361), "36.1 %");
        assert_eq!(above(3.21e-7), "3.2e-7");
        assert_eq!(above(-1e-17), "0");
        assert_eq!(bytes(3 << 29), "1.50 GiB");
        assert_eq!((short(100.0), short(1.0 / 300.0)), ("100".to_owned(), "3.33e-3".to_owned()));
    }

    #[test]
    fn medians_lie_between() {
        assert_eq!(
            (median(&[]), median(&[1.0, 3.0]), median(&[1.0, 3.0, 9.0])),
            (None, Some(2.0), Some(3.0))
        );
        assert_eq!(times(&[1.0, 2.0, 4.0]), "2.00 s (1.00 s – 4.00 s)");
        assert_eq!(times(&[1.0]), "1.00 s (once)");
    }
}
