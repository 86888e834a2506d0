//! Data sets, made from seeds or read, and written for the contenders.

mod raw;
mod sparse;

pub use raw::{categories, documents};
pub use sparse::{OneHot, Text};

use crate::bench::Bench;
use peers_protocol::{Dataset, Features, Result, Values};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use std::path::{Path, PathBuf};

/// Rows to fit and rows held out, and the file from which the contenders load the former.
pub struct Data {
    /// What the data are, for a heading.
    pub title: String,
    /// The rows to fit.
    pub train: Dataset,
    /// Rows of the same distribution that no contender sees.
    pub test: Dataset,
    /// The header of the file that holds `train`.
    pub header: PathBuf,
}

impl Data {
    fn new(bench: &Bench, name: &str, title: &str, train: Dataset, test: Dataset) -> Result<Self> {
        let header = train.write(&bench.scratch, name)?;
        let (rows, columns) = (grouped(train.labels.len()), grouped(train.n_features));
        Ok(Self { title: format!("{title}, {rows} × {columns}"), train, test, header })
    }
}

/// The standard deviation of what is added to a teacher's decision values, theirs being 1: one label in six is not the
/// teacher's.
const NOISE: f64 = 0.577;

/// A fifth as many rows, 20 000 at most, are held out.
fn held_out(n_rows: usize) -> usize {
    (n_rows / 5).min(20_000)
}

/// Gaussian features and a linear teacher, blurred so that the classes overlap.
pub struct Gaussian {
    /// The name of the file.
    pub name: &'static str,
    /// What to call it.
    pub title: &'static str,
    /// Rows to fit.
    pub n_rows: usize,
    /// Columns.
    pub n_features: usize,
    /// Columns are multiplied by numbers from 10^-s to 10^s, evenly on a log scale.
    pub scale_decades: f64,
    /// The seed.
    pub seed: u64,
}

impl Gaussian {
    /// Draws the rows, y = 1 where x·w / ‖w‖ + noise > 0.
    ///
    /// Features are rounded to 32 bits, so that both float types pose the same problem.
    pub fn make(&self, bench: &Bench) -> Result<Data> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let d = self.n_features;
        let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
        let teacher: Vec<f64> = (0..d).map(|_| normal()).collect();
        let norm = teacher.iter().map(|w| w * w).sum::<f64>().sqrt();
        let scale = |column: usize| {
            let position = if d > 1 { 2.0 * column as f64 / (d - 1) as f64 - 1.0 } else { 0.0 };
            10f64.powf(self.scale_decades * position)
        };
        let scales: Vec<f64> = (0..d).map(scale).collect();
        let mut draw = |n_rows: usize| {
            let mut features = Vec::with_capacity(n_rows * d);
            let mut labels = Vec::with_capacity(n_rows);
            for _ in 0..n_rows {
                let mut decision = NOISE * normal();
                for (w, scale) in teacher.iter().zip(&scales) {
                    let x = normal();
                    decision += x * w / norm;
                    features.push((x * scale) as f32);
                }
                labels.push(i32::from(decision > 0.0));
            }
            Dataset { n_features: d, features: Features::Dense(Values::F32(features)), labels }
        };
        let (train, test) = (draw(self.n_rows), draw(held_out(self.n_rows)));
        Data::new(bench, self.name, self.title, train, test)
    }
}

/// Neighbouring columns correlated by ½, and targets of a linear teacher who knows a hundredth of them, blurred.
///
/// Targets are whole numbers, with a standard deviation of about a thousand; a tenth of their variance is noise.
pub fn neighbours(bench: &Bench, n_rows: usize, n_features: usize) -> Result<Data> {
    let mut random = ChaCha8Rng::seed_from_u64(10);
    let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
    let teacher: Vec<f64> = (0..n_features).map(|j| if j % 100 == 0 { normal() } else { 0.0 }).collect();
    let norm = teacher.iter().map(|w| w * w).sum::<f64>().sqrt();
    let mut draw = |n_rows: usize| {
        let mut features = Vec::with_capacity(n_rows * n_features);
        let mut labels = Vec::with_capacity(n_rows);
        for _ in 0..n_rows {
            let (mut x, mut target) = (normal(), normal() / 3.0);
            for w in &teacher {
                x = 0.5 * x + 0.75f64.sqrt() * normal();
                target += x * w / norm;
                features.push(x as f32);
            }
            labels.push((1000.0 * target).round() as i32);
        }
        Dataset { n_features, features: Features::Dense(Values::F32(features)), labels }
    };
    let (train, test) = (draw(n_rows), draw(held_out(n_rows)));
    Data::new(bench, "neighbours", "neighbours correlated", train, test)
}

/// Uniform features, such as the pixels of an image are, and a linear teacher of several classes.
pub fn pixels(bench: &Bench, n_rows: usize, n_features: usize, n_classes: usize) -> Result<Data> {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let teacher: Vec<f64> = (0..n_features * n_classes).map(|_| StandardNormal.sample(&mut random)).collect();
    let mut draw = |n_rows: usize| {
        let mut features = Vec::with_capacity(n_rows * n_features);
        let mut labels = Vec::with_capacity(n_rows);
        for _ in 0..n_rows {
            let row: Vec<f32> =
                (0..n_features).map(|_| (random.next_u32() >> 8) as f32 / 16_777_216.0).collect();
            let score = |class: usize| {
                let w = &teacher[class * n_features..(class + 1) * n_features];
                row.iter().zip(w).map(|(x, w)| (f64::from(*x) - 0.5) * w).sum::<f64>()
            };
            let class = (0..n_classes).max_by(|a, b| score(*a).total_cmp(&score(*b)));
            labels.push(class.unwrap_or(0) as i32);
            features.extend(row);
        }
        Dataset { n_features, features: Features::Dense(Values::F32(features)), labels }
    };
    let (train, test) = (draw(n_rows), draw(held_out(n_rows)));
    Data::new(bench, "pixels", "pixels", train, test)
}

/// A data set that certifit ships; the last column has the labels. A fifth of the rows, drawn at random, is held out.
pub fn shipped(bench: &Bench, name: &str) -> Result<Data> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../src/datasets/csv/{name}.csv"));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut rows = Vec::new();
    for line in text.lines().skip(1) {
        let row: std::result::Result<Vec<f64>, _> = line.split(',').map(str::parse).collect();
        rows.push(row.map_err(|error| format!("{}: {error} in: {line}", path.display()))?);
    }
    shuffle(&mut rows, &mut ChaCha8Rng::seed_from_u64(7));
    let (test, train) = rows.split_at(rows.len() / 5);
    Data::new(bench, name, name, with_labels(train), with_labels(test))
}

fn shuffle<T>(items: &mut [T], random: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        let other = random.next_u64() % (last as u64 + 1);
        items.swap(last, other as usize);
    }
}

fn with_labels(rows: &[Vec<f64>]) -> Dataset {
    let n_features = rows.first().map_or(0, |row| row.len() - 1);
    let features = rows.iter().flat_map(|row| &row[..n_features]).copied().collect();
    let labels = rows.iter().map(|row| row[n_features] as i32).collect();
    Dataset { n_features, features: Features::Dense(Values::F64(features)), labels }
}

/// Digits in groups of three.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(" ")
}
