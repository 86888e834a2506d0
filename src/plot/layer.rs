//! What is drawn between the axes.

use super::Paint;
use crate::error::{Error, Result};
use ndarray::Array2;

/// Something drawn between the axes of a [`Chart`](super::Chart), later ones upon earlier ones.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Layer {
    /// Points joined by a line.
    Line(Line),
    /// The area between two lines.
    Band(Band),
    /// Bars from 0, one for each name along y.
    Bars(Bars),
    /// A matrix of numbers as shades, one cell for each pair of names.
    Cells(Cells),
}

/// Points joined by a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) paint: Paint,
    pub(super) name: Option<String>,
    pub(super) marked: bool,
    pub(super) dashed: bool,
}

impl Line {
    /// Through these points (x, y), in their order.
    pub fn new(points: impl IntoIterator<Item = (f64, f64)>, paint: Paint) -> Self {
        Self { points: points.into_iter().collect(), paint, name: None, marked: false, dashed: false }
    }

    /// With a name in the legend.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// With a dot at each point.
    #[must_use]
    pub fn marked(self) -> Self {
        Self { marked: true, ..self }
    }

    /// Dashed.
    #[must_use]
    pub fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }
}

/// The area between two lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    pub(super) points: Vec<(f64, f64, f64)>,
    pub(super) paint: Paint,
}

impl Band {
    /// Between these points (x, low, high), in their order.
    pub fn new(points: impl IntoIterator<Item = (f64, f64, f64)>, paint: Paint) -> Self {
        Self { points: points.into_iter().collect(), paint }
    }
}

/// A bar of [`Bars`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// How long it is.
    pub value: f64,
    /// The ends of a whisker.
    pub interval: Option<(f64, f64)>,
}

/// Bars from 0, one for each name along y; negative ones in another colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    pub(super) bars: Vec<Bar>,
}

impl Bars {
    /// These, the first at the top.
    pub fn new(bars: impl IntoIterator<Item = Bar>) -> Self {
        Self { bars: bars.into_iter().collect() }
    }
}

/// A matrix of numbers as shades with a text in each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    pub(super) values: Array2<f64>,
    pub(super) decimals: usize,
}

impl Cells {
    /// These numbers, the first row at the top, written with so many decimals.
    pub fn new(values: Array2<f64>, decimals: usize) -> Self {
        Self { values, decimals }
    }
}

impl From<Line> for Layer {
    fn from(line: Line) -> Self {
        Self::Line(line)
    }
}

impl From<Band> for Layer {
    fn from(band: Band) -> Self {
        Self::Band(band)
    }
}

impl From<Bars> for Layer {
    fn from(bars: Bars) -> Self {
        Self::Bars(bars)
    }
}

impl From<Cells> for Layer {
    fn from(cells: Cells) -> Self {
        Self::Cells(cells)
    }
}

/// The smallest and the largest x and y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub(super) x: (f64, f64),
    pub(super) y: (f64, f64),
}

impl Extent {
    /// Of all layers.
    ///
    /// # Errors
    /// [`Error::Empty`] for no points, [`Error::NonFinite`] for one that cannot be drawn.
    pub(super) fn of(layers: &[Layer]) -> Result<Self> {
        let points: Vec<(f64, f64)> = layers.iter().flat_map(Layer::corners).collect();
        if points.is_empty() {
            return Err(Error::Empty { what: "the chart", axis: "rows" });
        }
        let empty = (f64::INFINITY, f64::NEG_INFINITY);
        let mut extent = Self { x: empty, y: empty };
        for (row, &(x, y)) in points.iter().enumerate() {
            for (column, value) in [x, y].into_iter().enumerate() {
                if !value.is_finite() {
                    return Err(Error::NonFinite {
                        what: "a point of the chart",
                        row,
                        column: Some(column),
                        value,
                    });
                }
            }
            let wider = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
            extent = Self { x: wider(extent.x, x), y: wider(extent.y, y) };
        }
        Ok(extent)
    }
}

impl Layer {
    /// Points that must lie between the axes.
    fn corners(&self) -> Vec<(f64, f64)> {
        match self {
            Self::Line(line) => line.points.clone(),
            Self::Band(band) => {
                band.points.iter().flat_map(|&(x, low, high)| [(x, low), (x, high)]).collect()
            }
            Self::Bars(bars) => {
                let ends = |(row, bar): (usize, &Bar)| {
                    let (low, high) = bar.interval.unwrap_or((0.0, 0.0));
                    [0.0, bar.value, low, high].map(|x| (x, row as f64))
                };
                bars.bars.iter().enumerate().flat_map(ends).collect()
            }
            Self::Cells(cells) => {
                let place = |((row, column), value): ((usize, usize), &f64)| {
                    // Numbers that cannot be shaded are found with the points.
                    (column as f64 + 0.0 * value, row as f64)
                };
                cells.values.indexed_iter().map(place).collect()
            }
        }
    }
}
