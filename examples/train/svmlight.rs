//! The svmlight (libsvm) format: `label index:value index:value ... # comment`.

use crate::failure::Result;
use crate::run::Data;
use crate::source::{Source, position};
use crate::values::{Float, Targets, number, shown};
use certifit::Scalar;
use sprs::CsMatI;
use std::path::Path;

/// A sparse matrix whose column indices take half the memory.
pub type Sparse<F> = CsMatI<F, u32, usize>;

/// Models hold a few dense vectors of this length: more would be a slip of the pen, or not fit into memory.
const MOST_FEATURES: u32 = 1 << 26;

/// Reads targets and sparse rows. `qid:` groups are skipped.
pub fn read<F: Float, T: Targets>(path: &Path) -> Result<Data<Sparse<F>, T::Value>> {
    let mut source = Source::open(path)?;
    let (mut rows, mut targets, mut text) = (Rows::new(), T::default(), String::new());
    loop {
        text.clear();
        if !source.append_line(&mut text)? {
            break;
        }
        add_line(&text, &source, &mut rows, &mut targets)?;
    }

    let targets = targets.finish(&source)?;
    if targets.is_empty() {
        return Err(source.mistake("the file is empty"));
    }
    if rows.n_features == 0 {
        return Err(source.mistake("there are no features: no index:value in any line"));
    }
    let nnz = rows.values.iter().filter(|value| **value != F::default()).count();
    let shape = (targets.len(), usize::try_from(rows.n_features).unwrap_or(usize::MAX));
    let features = CsMatI::try_new(shape, rows.pointers, rows.indices, rows.values)
        .map_err(|(.., error)| source.mistake(format_args!("no sparse matrix can be made of it: {error}")))?;
    Ok(Data { features, targets, nnz, origin: "the label stands first in each line".into() })
}

/// The parts of a CSR matrix.
struct Rows<F> {
    pointers: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<F>,
    n_features: u32,
}

impl<F: Scalar> Rows<F> {
    fn new() -> Self {
        Self { pointers: vec![0], indices: Vec::new(), values: Vec::new(), n_features: 0 }
    }
}

fn add_line<F: Float>(
    text: &str,
    source: &Source,
    rows: &mut Rows<F>,
    targets: &mut impl Targets,
) -> Result<()> {
    let line = text.split('#').next().unwrap_or_default();
    let mut words = words(line);
    let Some((start, label)) = words.next() else { return Ok(()) };
    let at = |offset| position(text, source.line(), offset);
    if label.contains(':') {
        let what = format!("{} stands where the label of the row should", shown(label));
        return Err(source.mistake_at(at(start), what));
    }
    targets.push(label, source, || at(start))?;

    let mut last = 0;
    for (number_of_word, (start, word)) in words.enumerate() {
        let wrong = |what: String| source.mistake_at(at(start), what);
        let Some((index, value)) = word.split_once(':') else {
            return Err(wrong(format!("{} is not index:value", shown(word))));
        };
        if index == "qid" && number_of_word == 0 {
            continue;
        }
        let index = feature_index(index, last).map_err(wrong)?;
        let wrong_value = |what| source.mistake_at(at(start + word.len() - value.len()), what);
        rows.values.push(number(value).map_err(wrong_value)?);
        rows.indices.push(index - 1);
        rows.n_features = rows.n_features.max(index);
        last = index;
    }
    rows.pointers.push(rows.values.len());
    Ok(())
}

/// The words of a line, each with the byte at which it begins.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = line.get(at..)?;
        let start = at + rest.find(|c: char| !c.is_ascii_whitespace())?;
        let word = line.get(start..)?;
        let word = word.split(|c: char| c.is_ascii_whitespace()).next()?;
        at = start + word.len();
        Some((start, word))
    })
}

/// A feature index, from 1, that is larger than the last one of its row.
fn feature_index(text: &str, last: u32) -> std::result::Result<u32, String> {
    // `parse` alone would take a sign, too.
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err(format!("{} is not a feature index", shown(text)));
    }
    match text.parse::<u32>() {
        Ok(0) => Err("the feature index is 0, but indices start at 1".into()),
        Ok(index) if index <= last => {
            Err(format!("the feature index {index} comes after {last}, but indices must ascend"))
        }
        Ok(index) if index <= MOST_FEATURES => Ok(index),
        _ => Err(format!("the feature index {} is above {MOST_FEATURES}", shown(text))),
    }
}
