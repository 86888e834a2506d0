//! What a field says: a number, a missing value, or neither.

/// What pandas reads as missing.
pub(super) const MISSING: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
    "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// The number that a field is, if no character of it is lost: `007` and integers of 2⁵³ or more are no numbers.
pub(super) fn number(field: &str) -> Option<f64> {
    let field = field.trim();
    let digits = field.strip_prefix(['+', '-']).unwrap_or(field);
    let is_code = digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let value: f64 = field.parse().ok().filter(|value: &f64| !is_code && !value.is_nan())?;
    let is_infinite = digits.starts_with(['i', 'I']);
    let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_exact = !is_integer || value.abs() < 9_007_199_254_740_992.0;
    (value.is_finite() != is_infinite && is_exact).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers() {
        for (field, value) in
            [("1", 1.0), (" -2.5 ", -2.5), ("+.5", 0.5), ("1e-3", 1e-3), ("0", 0.0), ("-0.5", -0.5)]
        {
            assert_eq!(number(field), Some(value));
        }
        assert_eq!(number("-inf"), Some(f64::NEG_INFINITY));
        assert_eq!(number("9007199254740991"), Some(9_007_199_254_740_991.0));
    }

    #[test]
    fn what_a_number_would_lose_is_none() {
        for field in [
            "007",
            "-01",
            "12345678901234567890",
            "9007199254740993",
            "1e999",
            "1,5",
            "0x1F",
            "nan",
            "",
            "1 2",
        ] {
            assert_eq!(number(field), None, "{field}");
        }
    }
}
