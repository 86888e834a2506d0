//! Kinds of data that solvers find hard, each made from a seed.

use ndarray::{Array2, ArrayView1};
use ndarray_rand::rand::SeedableRng;
use ndarray_rand::rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};
use rand_chacha::ChaCha8Rng;

/// Two classes: one row of features and one sign a sample.
pub struct Data {
    pub x: Array2<f64>,
    pub y: Vec<i32>,
}

/// How large the data are to be. Kinds that are about their shape take it as a hint.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub rows: usize,
    pub columns: usize,
    /// How many rows there are to each positive one where positives are rare.
    pub imbalance: usize,
}

/// The float type that a fit gets its features in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Float {
    Single,
    Double,
}

impl Float {
    /// The nearest value that this type has.
    pub fn round(self, value: f64) -> f64 {
        match self {
            Self::Single => f64::from(value as f32),
            Self::Double => value,
        }
    }

    /// The largest relative error of that.
    pub fn unit(self) -> f64 {
        match self {
            Self::Single => 0.5 * f64::from(f32::EPSILON),
            Self::Double => 0.5 * f64::EPSILON,
        }
    }
}

#[derive(Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub float: Float,
    make: fn(&mut Draw, Size) -> Data,
}

impl Kind {
    const fn double(name: &'static str, make: fn(&mut Draw, Size) -> Data) -> Self {
        Self { name, float: Float::Double, make }
    }

    const fn single(name: &'static str, make: fn(&mut Draw, Size) -> Data) -> Self {
        Self { name, float: Float::Single, make }
    }

    /// The data of this kind, both classes among them; in values that the float type has.
    pub fn data(&self, seed: u64, size: Size) -> Data {
        let mut data = (self.make)(&mut Draw::new(seed), size);
        let last = data.y.len() - 1;
        if data.y.iter().all(|&sign| sign == data.y[0]) {
            data.y[last] = -data.y[0];
        }
        data.x.mapv_inplace(|value| self.float.round(value));
        data
    }
}

pub const KINDS: [Kind; 27] = [
    Kind::double("overlapping", overlapping),
    Kind::double("wide margin", wide_margin),
    Kind::double("hair's breadth margin", narrow_margin),
    Kind::double("heavy tails", heavy_tails),
    Kind::double("one-hot", one_hot),
    Kind::double("imbalanced", imbalanced),
    Kind::double("small integers", small_integers),
    Kind::double("duplicates", duplicates),
    Kind::double("identical rows", identical_rows),
    Kind::double("collinear", collinear),
    Kind::double("tiny", tiny),
    Kind::double("wide", wide),
    Kind::double("scales", scales),
    Kind::double("offsets", offsets),
    Kind::double("scales and offsets", scales_and_offsets),
    Kind::double("constant columns", constant_columns),
    Kind::double("noise", noise),
    Kind::double("one column", one_column),
    Kind::single("overlapping, f32", overlapping),
    Kind::single("wide margin, f32", wide_margin),
    Kind::single("heavy tails, f32", heavy_tails),
    Kind::single("duplicates, f32", duplicates),
    Kind::single("collinear, f32", collinear),
    Kind::single("tiny, f32", tiny),
    Kind::single("wide, f32", wide),
    Kind::single("scales, f32", scales),
    Kind::single("offsets, f32", offsets),
];

/// Random numbers from a seed.
pub struct Draw(ChaCha8Rng);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f64 {
        StandardUniform.sample(&mut self.0)
    }

    /// Uniform in 0..bound.
    fn below(&mut self, bound: usize) -> usize {
        ((self.uniform() * bound as f64) as usize).min(bound - 1)
    }

    /// Student's t with two degrees of freedom, which has no variance.
    fn student(&mut self) -> f64 {
        let half_chi_squared: f64 = Exp1.sample(&mut self.0);
        self.normal() / half_chi_squared.sqrt()
    }

    fn sign(&mut self) -> i32 {
        if self.uniform() < 0.5 { -1 } else { 1 }
    }

    fn signs(&mut self, n: usize) -> Vec<i32> {
        (0..n).map(|_| self.sign()).collect()
    }

    fn normals(&mut self, rows: usize, columns: usize) -> Array2<f64> {
        Array2::from_shape_simple_fn((rows, columns), || self.normal())
    }

    /// The side of a random plane through the origin that each row is on, after noise of the given relative size.
    fn sides(&mut self, x: &Array2<f64>, noise: f64) -> Vec<i32> {
        let plane: Vec<f64> = (0..x.ncols()).map(|_| self.normal()).collect();
        let length = plane.iter().map(|v| v * v).sum::<f64>().sqrt();
        let side = |row: ArrayView1<'_, f64>| row.iter().zip(&plane).map(|(x, p)| x * p).sum::<f64>();
        x.rows().into_iter().map(|row| sign_of(side(row) + noise * length * self.normal())).collect()
    }
}

fn sign_of(value: f64) -> i32 {
    if value < 0.0 { -1 } else { 1 }
}

/// Two round clusters at this distance along the diagonal.
fn clusters(draw: &mut Draw, rows: usize, columns: usize, distance: f64) -> Data {
    let y = draw.signs(rows);
    let mut x = draw.normals(rows, columns);
    let shift = 0.5 * distance / (columns as f64).sqrt();
    for (mut row, &sign) in x.rows_mut().into_iter().zip(&y) {
        row.mapv_inplace(|value| value + shift * f64::from(sign));
    }
    Data { x, y }
}

fn overlapping(draw: &mut Draw, size: Size) -> Data {
    clusters(draw, size.rows, size.columns, 2.0)
}

fn wide_margin(draw: &mut Draw, size: Size) -> Data {
    clusters(draw, size.rows, size.columns, 30.0)
}

/// A plane separates the classes, and some rows are next to it.
fn narrow_margin(draw: &mut Draw, size: Size) -> Data {
    let x = draw.normals(size.rows, size.columns);
    let y = draw.sides(&x, 0.0);
    Data { x, y }
}

fn heavy_tails(draw: &mut Draw, size: Size) -> Data {
    let x = Array2::from_shape_simple_fn((size.rows, size.columns), || draw.student());
    let y = draw.sides(&x, 1.0);
    Data { x, y }
}

/// One column a category, up to five categories a variable: with an intercept, columns that are not independent.
fn one_hot(draw: &mut Draw, size: Size) -> Data {
    let mut x = Array2::zeros((size.rows, size.columns));
    for first in (0..size.columns).step_by(5) {
        let categories = (size.columns - first).min(5);
        for row in 0..size.rows {
            x[[row, first + draw.below(categories)]] = 1.0;
        }
    }
    let y = draw.sides(&x, 0.5);
    Data { x, y }
}

fn imbalanced(draw: &mut Draw, size: Size) -> Data {
    let positives = (size.rows / size.imbalance).max(2);
    let rows = positives * (size.imbalance + 1);
    let y: Vec<i32> = (0..rows).map(|row| if row < positives { 1 } else { -1 }).collect();
    let mut x = draw.normals(rows, size.columns.min(10));
    for row in 0..positives {
        x.row_mut(row).mapv_inplace(|value| value + 1.0);
    }
    Data { x, y }
}

/// Many ties, and many rows exactly on their margin.
fn small_integers(draw: &mut Draw, size: Size) -> Data {
    let x = Array2::from_shape_simple_fn((size.rows, size.columns), || draw.below(5) as f64 - 2.0);
    let y = draw.sides(&x, 1.0);
    Data { x, y }
}

/// Half of the rows and columns are copies of others; some copies of rows have the other label.
fn duplicates(draw: &mut Draw, size: Size) -> Data {
    let Data { mut x, mut y } = overlapping(draw, size);
    for column in size.columns / 2..size.columns {
        let original = x.column(draw.below(size.columns.div_ceil(2))).to_owned();
        x.column_mut(column).assign(&original);
    }
    for row in size.rows / 2..size.rows {
        let from = draw.below(size.rows / 2);
        let original = x.row(from).to_owned();
        x.row_mut(row).assign(&original);
        y[row] = if draw.uniform() < 0.1 { -y[from] } else { y[from] };
    }
    Data { x, y }
}

/// Nothing to tell the classes by.
fn identical_rows(draw: &mut Draw, size: Size) -> Data {
    let row = draw.normals(1, size.columns);
    let x = row.broadcast((size.rows, size.columns)).expect("one row broadcasts").to_owned();
    Data { x, y: draw.signs(size.rows) }
}

/// Columns that differ from the first by 1e-3 to 1e-9 of it.
fn collinear(draw: &mut Draw, size: Size) -> Data {
    let Data { mut x, y } = overlapping(draw, size);
    for column in 1..size.columns {
        let apart = 10f64.powi(-3 - (column % 4) as i32 * 2);
        for row in 0..size.rows {
            x[[row, column]] = x[[row, 0]] + apart * x[[row, column]];
        }
    }
    Data { x, y }
}

/// Two to six rows.
fn tiny(draw: &mut Draw, size: Size) -> Data {
    let (rows, columns) = (2 + draw.below(5), 1 + draw.below(size.columns.min(6)));
    Data { x: draw.normals(rows, columns), y: draw.signs(rows) }
}

/// More columns than rows.
fn wide(draw: &mut Draw, size: Size) -> Data {
    let columns = size.columns.max(20);
    clusters(draw, columns / 2, columns, 1.0)
}

/// Columns on scales from 1e-6 to 1e6, all of which tell something.
fn scales(draw: &mut Draw, size: Size) -> Data {
    let Data { mut x, y } = overlapping(draw, size);
    for (column, mut values) in x.columns_mut().into_iter().enumerate() {
        let scale = 10f64.powf(12.0 * column as f64 / (size.columns - 1).max(1) as f64 - 6.0);
        values.mapv_inplace(|value| value * scale);
    }
    Data { x, y }
}

/// A million times as far from zero as the rows are from each other.
fn offsets(draw: &mut Draw, size: Size) -> Data {
    let Data { mut x, y } = overlapping(draw, size);
    for mut values in x.columns_mut() {
        let offset = 1e6 * f64::from(draw.sign());
        values.mapv_inplace(|value| value + offset);
    }
    Data { x, y }
}

fn scales_and_offsets(draw: &mut Draw, size: Size) -> Data {
    let Data { mut x, y } = scales(draw, size);
    for mut values in x.columns_mut() {
        let offset = 1e3 * draw.normal() * values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        values.mapv_inplace(|value| value + offset);
    }
    Data { x, y }
}

/// Zeros, ones and a million, beside columns that vary.
fn constant_columns(draw: &mut Draw, size: Size) -> Data {
    let Data { mut x, y } = overlapping(draw, size);
    for (column, constant) in [0.0, 1.0, 1e6].into_iter().enumerate().take(size.columns - 1) {
        x.column_mut(column).fill(constant);
    }
    Data { x, y }
}

fn noise(draw: &mut Draw, size: Size) -> Data {
    Data { x: draw.normals(size.rows, size.columns), y: draw.signs(size.rows) }
}

fn one_column(draw: &mut Draw, size: Size) -> Data {
    clusters(draw, size.rows, 1, 2.0)
}
