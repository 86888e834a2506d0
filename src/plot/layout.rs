//! How much room labels need, and what is left for the picture.

use super::axis::Placed;
use super::chart::Chart;
use super::layer::{Extent, Layer, Line};
use super::ticks::Tick;
use crate::error::{Error, Result};

pub(super) const TITLE: f64 = 18.0;
pub(super) const LABEL: f64 = 14.0;
pub(super) const TICK: f64 = 12.5;
pub(super) const PAD: f64 = 14.0;
/// The length of a line beside its name in the legend.
pub(super) const SWATCH: f64 = 26.0;
pub(super) const LEGEND_LINE: f64 = 21.0;

/// The room of a number along x.
const NUMBER: f64 = 90.0;

/// A smaller picture says nothing.
const SMALLEST: f64 = 60.0;

/// Smaller texts cannot be read.
const SMALLEST_NAME: f64 = 7.0;

/// How names side by side are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Names {
    pub(super) size: f64,
    /// One in so many is written, where there is no room for more.
    pub(super) every: usize,
}

impl Names {
    const PLAIN: Self = Self { size: TICK, every: 1 };

    /// Lines of text that have so much room each.
    fn of_lines(room: f64) -> Self {
        let size = 0.9 * room;
        let every = (SMALLEST_NAME / size.max(0.01)).ceil().max(1.0) as usize; // at most 700
        Self { size: size.clamp(SMALLEST_NAME, TICK), every }
    }
}

/// Texts, and the rectangle that they leave.
pub(super) struct Layout<'a> {
    pub(super) title: String,
    pub(super) x: Placed<'a>,
    pub(super) y: Placed<'a>,
    pub(super) x_ticks: Vec<Tick>,
    pub(super) y_ticks: Vec<Tick>,
    /// Whether names along x are read from below.
    pub(super) x_turned: bool,
    pub(super) x_names: Names,
    pub(super) y_names: Names,
    pub(super) legend: Vec<(String, &'a Line)>,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl<'a> Layout<'a> {
    /// `measure` says how wide a text of a size is.
    pub(super) fn new(
        chart: &'a Chart,
        (width, height): (f64, f64),
        measure: impl Fn(&str, f64) -> Result<f64>,
    ) -> Result<Self> {
        let extent = Extent::of(&chart.layers)?;
        let (x, y) = (chart.x.placed(extent.x)?, chart.y.placed(extent.y)?);
        let text = Texts { measure };

        let title = text.shortened(&chart.title, TITLE, width - 2.0 * PAD)?;
        let top = PAD + if title.is_empty() { 0.0 } else { TITLE + 12.0 };

        let (legend, legend_width) = text.legend(chart, 0.3 * width, height - top - PAD)?;

        let mut y_ticks = y.ticks(height / 70.0);
        text.shorten_names(&mut y_ticks, y.n_names().map(|_| 0.35 * width))?;
        let label_room = |label: &str| if label.is_empty() { 0.0 } else { LABEL + 12.0 };
        let left = PAD + label_room(y.label()) + text.widest(&y_ticks)? + 8.0;

        let mut right = width - if legend.is_empty() { PAD } else { PAD + legend_width + PAD };
        // Long numbers have more room each, and so are fewer.
        let widest = text.widest(&x.ticks((right - left) / NUMBER))?;
        let mut x_ticks = x.ticks((right - left) / NUMBER.max(widest + 20.0));
        let slot = (right - left) / x_ticks.len().max(1) as f64;
        let x_turned = x.n_names().is_some() && text.widest(&x_ticks)? > slot - 8.0;
        let x_names = if x_turned { Names::of_lines(slot) } else { Names::PLAIN };
        if x_turned {
            text.shorten_names(&mut x_ticks, Some(0.3 * height))?;
        }
        let tick_room = if x_turned { text.widest(&x_ticks)? * x_names.size / TICK } else { TICK };
        let bottom = height - PAD - label_room(x.label()) - tick_room - 8.0;
        // The last number may stand at the very end.
        if let (None, Some(last), true) = (x.n_names(), x_ticks.last(), legend.is_empty()) {
            right = right.min(width - 4.0 - text.width(&last.label)? / 2.0);
        }

        if right - left < SMALLEST || bottom - top < SMALLEST {
            let size = (width, height);
            return Err(Error::invalid_parameter("size", size, "large enough for the labels of the chart"));
        }
        let y_names = y.n_names().map_or(Names::PLAIN, |n| Names::of_lines((bottom - top) / n.max(1) as f64));
        Ok(Self {
            title,
            x,
            y,
            x_ticks,
            y_ticks,
            x_turned,
            x_names,
            y_names,
            legend,
            left,
            right,
            top,
            bottom,
        })
    }

    /// The pixel of a point.
    pub(super) fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x_at(x), self.y_at(y))
    }

    pub(super) fn x_at(&self, x: f64) -> f64 {
        self.left + (self.right - self.left) * self.x.at(x)
    }

    /// Numbers go up, names go down.
    pub(super) fn y_at(&self, y: f64) -> f64 {
        let share = self.y.at(y);
        match self.y.n_names() {
            Some(_) => self.top + (self.bottom - self.top) * share,
            None => self.bottom - (self.bottom - self.top) * share,
        }
    }

    /// The sides of the place of a name along x and along y.
    pub(super) fn slots(&self) -> (f64, f64) {
        let slot = |length: f64, n: Option<usize>| length / n.unwrap_or(1).max(1) as f64;
        (slot(self.right - self.left, self.x.n_names()), slot(self.bottom - self.top, self.y.n_names()))
    }
}

struct Texts<M> {
    measure: M,
}

impl<M: Fn(&str, f64) -> Result<f64>> Texts<M> {
    fn width(&self, text: &str) -> Result<f64> {
        (self.measure)(text, TICK)
    }

    fn widest(&self, ticks: &[Tick]) -> Result<f64> {
        ticks.iter().try_fold(0.0, |widest, tick| Ok(self.width(&tick.label)?.max(widest)))
    }

    /// The text, or its beginning and its end with an ellipsis between: names often differ at their ends.
    fn shortened(&self, text: &str, size: f64, room: f64) -> Result<String> {
        if (self.measure)(text, size)? <= room {
            return Ok(text.to_owned());
        }
        let chars: Vec<char> = text.chars().collect();
        let cut = |length: usize| {
            let (start, end) = (&chars[..length - length / 3], &chars[chars.len() - length / 3..]);
            start.iter().chain(&['…']).chain(end).collect::<String>()
        };
        let (mut fits, mut too_long) = (0, chars.len());
        while too_long - fits > 1 {
            let middle = fits + (too_long - fits) / 2;
            if (self.measure)(&cut(middle), size)? <= room { fits = middle } else { too_long = middle }
        }
        Ok(cut(fits))
    }

    fn shorten_names(&self, ticks: &mut [Tick], room: Option<f64>) -> Result<()> {
        let Some(room) = room else { return Ok(()) };
        for tick in ticks {
            tick.label = self.shortened(&tick.label, TICK, room)?;
        }
        Ok(())
    }

    /// Lines with names, as many as there is room for, and how wide that is.
    fn legend<'a>(&self, chart: &'a Chart, room: f64, height: f64) -> Result<(Vec<(String, &'a Line)>, f64)> {
        let mut legend = Vec::new();
        let mut widest: f64 = 0.0;
        for layer in &chart.layers {
            if let Layer::Line(line) = layer
                && let Some(name) = &line.name
            {
                if (legend.len() + 1) as f64 * LEGEND_LINE > height {
                    break;
                }
                let name = self.shortened(name, TICK, room)?;
                widest = widest.max(self.width(&name)?);
                legend.push((name, line));
            }
        }
        Ok((legend, SWATCH + 8.0 + widest))
    }
}
