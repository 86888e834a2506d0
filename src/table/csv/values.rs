//! What a field says: a number, a missing value, or neither.

use std::collections::BTreeSet;

/// What pandas reads as missing.
const MISSING: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
    "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// The fields that mean a missing value.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    fields: BTreeSet<String>,
    /// The bytes with which they begin: most others need not be looked up.
    first: [bool; 256],
    /// Whether one of them is a number, as `-999`.
    any_is_number: bool,
}

impl Default for Missing {
    fn default() -> Self {
        let mut missing = Self { fields: BTreeSet::new(), first: [false; 256], any_is_number: false };
        MISSING.iter().for_each(|field| missing.insert((*field).into()));
        missing
    }
}

impl Missing {
    /// One more.
    pub(super) fn insert(&mut self, field: String) {
        let field = trimmed(&field);
        field.bytes().take(1).for_each(|byte| self.first[usize::from(byte)] = true);
        self.any_is_number |= number(field).is_some();
        self.fields.insert(field.into());
    }

    /// The number that a field is, NaN for a missing value; `None` for what is neither.
    pub(super) fn number(&self, field: &str) -> Option<f64> {
        match number(field) {
            Some(value) if !(self.any_is_number && self.has(field)) => Some(value),
            _ => self.has(field).then_some(f64::NAN),
        }
    }

    /// Whether a field is one of them, without the spaces around it.
    pub(super) fn has(&self, field: &str) -> bool {
        let field = trimmed(field);
        field.bytes().next().is_none_or(|byte| self.first[usize::from(byte)]) && self.fields.contains(field)
    }
}

/// The field without the spaces around it.
pub(super) fn trimmed(field: &str) -> &str {
    // Most have none, which two bytes tell.
    match field.as_bytes() {
        [byte] if byte.is_ascii_graphic() => field,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => field,
        _ => field.trim(),
    }
}

/// The number that a field is, if no character of it is lost: `007` and integers of 2⁵³ or more are no numbers.
pub(super) fn number(field: &str) -> Option<f64> {
    let field = trimmed(field);
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
