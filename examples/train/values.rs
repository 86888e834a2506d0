//! Numbers and labels from text.

use crate::failure::{Position, Result};
use crate::source::Source;
use certifit::Scalar;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A float type that numbers are read into.
pub trait Float: Scalar + FromStr {}

impl<F: Scalar + FromStr> Float for F {}

/// The class of a row: integers if all of them are, else strings.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    Integer(i64),
    Text(Arc<str>),
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Text(text) => fmt::Debug::fmt(text, f),
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Text(text) => text.escape_debug().fmt(f),
        }
    }
}

/// Text as a message shows it: quoted, escaped, not too long.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// What to say of a field with nothing in it.
pub const MISSING: &str = "is empty: a missing value, but linear models need complete data";

/// The finite number that `text` is, or what is wrong with it.
pub fn number<F: Float>(text: &str) -> std::result::Result<F, String> {
    match text.parse::<F>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) if text.contains(|c: char| c.is_ascii_digit()) => Err(format!(
            "{} is beyond the range of {}",
            shown(text),
            if F::EPSILON > f64::EPSILON { "f32" } else { "f64" }
        )),
        Ok(_) => Err(format!("{} is not finite, but linear models need complete data", shown(text))),
        Err(_) if text.is_empty() => Err(format!("the field {MISSING}")),
        Err(_) => Err(format!("{} is not a number", shown(text))),
    }
}

/// The targets of all rows, read one after the other.
pub trait Targets: Default {
    /// A target of a model.
    type Value;

    /// The target of the next row, which stands at this place.
    fn push(&mut self, text: &str, source: &Source, position: impl FnOnce() -> Position) -> Result<()>;

    /// All of them.
    fn finish(self, source: &Source) -> Result<Vec<Self::Value>>;
}

/// Targets that are numbers.
#[derive(Default)]
pub struct Numbers(Vec<f64>);

impl Targets for Numbers {
    type Value = f64;

    fn push(&mut self, text: &str, source: &Source, position: impl FnOnce() -> Position) -> Result<()> {
        let wrong = |what| source.mistake_at(position(), format_args!("the target {what}"));
        self.0.push(number(text).map_err(wrong)?);
        Ok(())
    }

    fn finish(self, _source: &Source) -> Result<Vec<f64>> {
        Ok(self.0)
    }
}

/// The labels of all rows, as texts until the last one is known.
#[derive(Default)]
pub struct Labels {
    codes: HashMap<String, usize>,
    /// The distinct texts in the order in which they first stand.
    distinct: Vec<(String, Position)>,
    rows: Vec<usize>,
}

/// What the text of a label is when it is alone.
enum Reading {
    Integer(i64),
    Fraction,
    NotFinite,
    TooLarge,
    Word,
}

impl Targets for Labels {
    type Value = Label;

    fn push(&mut self, text: &str, _source: &Source, position: impl FnOnce() -> Position) -> Result<()> {
        let code = self.codes.get(text).copied().unwrap_or_else(|| {
            let code = self.distinct.len();
            self.codes.insert(text.to_owned(), code);
            self.distinct.push((text.to_owned(), position()));
            code
        });
        self.rows.push(code);
        Ok(())
    }

    /// The labels, as integers if all of them are integers. All strings if one is: `1` and `1.0` are two then.
    fn finish(self, source: &Source) -> Result<Vec<Label>> {
        let readings: Vec<Reading> = self.distinct.iter().map(|(text, _)| reading(text)).collect();
        let words = readings.iter().any(|reading| matches!(reading, Reading::Word));
        let mut labels = Vec::with_capacity(readings.len());
        for ((text, at), reading) in self.distinct.iter().zip(readings) {
            let mistake =
                |what: &str| source.mistake_at(*at, format_args!("the label {} {what}", shown(text)));
            labels.push(match reading {
                Reading::Fraction => {
                    return Err(mistake("is a fractional number, but classes are integers or words"));
                }
                _ if words => Label::Text(text.as_str().into()),
                Reading::Integer(value) => Label::Integer(value),
                Reading::NotFinite => {
                    return Err(mistake("is not finite, but classes are integers or words"));
                }
                _ => return Err(mistake("is too large for an integer of 64 bits")),
            });
        }
        Ok(self.rows.iter().filter_map(|&code| labels.get(code).cloned()).collect())
    }
}

fn reading(text: &str) -> Reading {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: up to here floats are the integers that they show
    if let Ok(value) = text.parse() {
        return Reading::Integer(value);
    }
    match text.parse::<f64>() {
        Err(_) => Reading::Word,
        Ok(value) if !value.is_finite() => {
            let digits = text.contains(|c: char| c.is_ascii_digit());
            if digits { Reading::TooLarge } else { Reading::NotFinite }
        }
        Ok(value) if value.fract() != 0.0 => Reading::Fraction,
        Ok(value) if value.abs() <= EXACT => Reading::Integer(value as i64),
        Ok(_) => Reading::TooLarge,
    }
}
