//! A chart, drawn.

use super::canvas::{Align, Canvas};
use super::chart::Chart;
use super::layer::{Band, Bars, Cells, Layer, Line};
use super::layout::{LABEL, LEGEND_LINE, Layout, Names, PAD, SWATCH, TICK, TITLE};
use super::paint::{FRAME, GRID, INK, Paint, shade, text_on};
use crate::error::Result;
use plotters::backend::DrawingBackend;

/// From the middle of a line of text to its baseline, in heights of the font.
const MIDDLE: f64 = 0.36;
const STROKE: f64 = 2.0;
const THIN: f64 = 1.0;

pub(super) fn render<B: DrawingBackend>(
    chart: &Chart,
    (width, height): (u32, u32),
    canvas: &mut Canvas<B>,
) -> Result<()> {
    let size = (f64::from(width), f64::from(height));
    let layout = Layout::new(chart, size, |text, size| canvas.text_width(text, size))?;
    let mut drawing = Drawing { layout: &layout, canvas };
    drawing.grid()?;
    chart.layers.iter().try_for_each(|layer| match layer {
        Layer::Line(line) => drawing.line(line),
        Layer::Band(band) => drawing.band(band),
        Layer::Bars(bars) => drawing.bars(bars),
        Layer::Cells(cells) => drawing.cells(cells),
    })?;
    drawing.frame()?;
    drawing.tick_labels()?;
    drawing.labels(size)?;
    drawing.legend()
}

struct Drawing<'a, 'b, B> {
    layout: &'a Layout<'a>,
    canvas: &'b mut Canvas<B>,
}

impl<B: DrawingBackend> Drawing<'_, '_, B> {
    /// Lines at the ticks of numbers.
    fn grid(&mut self) -> Result<()> {
        let at = self.layout;
        if at.x.n_names().is_none() {
            for tick in &at.x_ticks {
                let x = at.x_at(tick.at);
                self.canvas.line(&[(x, at.top), (x, at.bottom)], GRID, THIN)?;
            }
        }
        if at.y.n_names().is_none() {
            for tick in &at.y_ticks {
                let y = at.y_at(tick.at);
                self.canvas.line(&[(at.left, y), (at.right, y)], GRID, THIN)?;
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &Line) -> Result<()> {
        let points: Vec<(f64, f64)> = line.points.iter().map(|&point| self.layout.at(point)).collect();
        self.stroke(&points, line)?;
        // A line needs two points to be seen.
        if line.marked || points.len() == 1 {
            points.iter().try_for_each(|&point| self.canvas.dot(point, 3.5, line.paint.color()))?;
        }
        Ok(())
    }

    fn stroke(&mut self, points: &[(f64, f64)], line: &Line) -> Result<()> {
        let color = line.paint.color();
        match line.dashed {
            true => self.canvas.dashes(points, color, 1.5),
            false => self.canvas.line(points, color, STROKE),
        }
    }

    fn band(&mut self, band: &Band) -> Result<()> {
        let low = band.points.iter().map(|&(x, low, _)| self.layout.at((x, low)));
        let high = band.points.iter().rev().map(|&(x, _, high)| self.layout.at((x, high)));
        let points: Vec<(f64, f64)> = low.chain(high).collect();
        self.canvas.area(&points, band.paint.color(), 0.18)
    }

    fn bars(&mut self, bars: &Bars) -> Result<()> {
        let (zero, thickness) = (self.layout.x_at(0.0), 0.7 * self.layout.slots().1);
        for (row, bar) in bars.bars.iter().enumerate() {
            let (end, y) = self.layout.at((bar.value, row as f64));
            let paint = if bar.value < 0.0 { Paint::Series(1) } else { Paint::Series(0) };
            let (above, below) = (y - 0.5 * thickness, y + 0.5 * thickness);
            self.canvas.rect((zero, above), (end, below), paint.color())?;
            if let Some((low, high)) = bar.interval {
                self.whisker((self.layout.x_at(low), self.layout.x_at(high)), y, 0.25 * thickness)?;
            }
        }
        let ends = [(zero, self.layout.top), (zero, self.layout.bottom)];
        self.canvas.line(&ends, FRAME, THIN)
    }

    fn whisker(&mut self, (low, high): (f64, f64), y: f64, half: f64) -> Result<()> {
        self.canvas.line(&[(low, y), (high, y)], INK, 1.5)?;
        [low, high].into_iter().try_for_each(|x| self.canvas.line(&[(x, y - half), (x, y + half)], INK, 1.5))
    }

    fn cells(&mut self, cells: &Cells) -> Result<()> {
        let (wide, high) = self.layout.slots();
        let largest = cells.values.iter().map(|value| value.abs()).fold(f64::MIN_POSITIVE, f64::max);
        let texts = cells.values.mapv(|value| format!("{value:.0$}", cells.decimals));
        // One size for all: that of the longest.
        let mut size = (0.45 * high).min(1.2 * LABEL);
        for text in &texts {
            let room = 0.85 * wide / self.canvas.text_width(text, size)?.max(1.0);
            size *= room.min(1.0);
        }
        for ((row, column), &value) in cells.values.indexed_iter() {
            let (x, y) = self.layout.at((column as f64, row as f64));
            let color = shade(value / largest);
            self.canvas.rect((x - 0.5 * wide, y - 0.5 * high), (x + 0.5 * wide, y + 0.5 * high), color)?;
            if size >= 6.0 {
                let at = (x, y + MIDDLE * size);
                self.canvas.text(&texts[[row, column]], at, size, Align::Center, text_on(color))?;
            }
        }
        Ok(())
    }

    fn frame(&mut self) -> Result<()> {
        let &Layout { left, right, top, bottom, .. } = self.layout;
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.canvas.line(&corners, FRAME, THIN)
    }

    fn tick_labels(&mut self) -> Result<()> {
        let at = self.layout;
        let Names { size, every } = at.x_names;
        for tick in at.x_ticks.iter().step_by(every) {
            let x = at.x_at(tick.at);
            if at.x_turned {
                let point = (x + MIDDLE * size, at.bottom + 8.0);
                self.canvas.text_up(&tick.label, point, size, Align::Right, INK)?;
            } else {
                self.canvas.text(&tick.label, (x, at.bottom + 6.0 + size), size, Align::Center, INK)?;
            }
        }
        let Names { size, every } = at.y_names;
        for tick in at.y_ticks.iter().step_by(every) {
            let point = (at.left - 7.0, at.y_at(tick.at) + MIDDLE * size);
            self.canvas.text(&tick.label, point, size, Align::Right, INK)?;
        }
        Ok(())
    }

    /// The title and the names of the axes.
    fn labels(&mut self, (_, height): (f64, f64)) -> Result<()> {
        let at = self.layout;
        let center = (0.5 * (at.left + at.right), 0.5 * (at.top + at.bottom));
        self.canvas.text(&at.title, (PAD, PAD + 0.85 * TITLE), TITLE, Align::Left, INK)?;
        self.canvas.text(at.x.label(), (center.0, height - PAD), LABEL, Align::Center, INK)?;
        self.canvas.text_up(at.y.label(), (PAD + 0.8 * LABEL, center.1), LABEL, Align::Center, INK)
    }

    fn legend(&mut self) -> Result<()> {
        let left = self.layout.right + PAD;
        for (index, (name, line)) in self.layout.legend.iter().enumerate() {
            let y = self.layout.top + (index as f64 + 0.5) * LEGEND_LINE;
            self.stroke(&[(left, y), (left + SWATCH, y)], line)?;
            if line.marked {
                self.canvas.dot((left + 0.5 * SWATCH, y), 3.5, line.paint.color())?;
            }
            let at = (left + SWATCH + 8.0, y + MIDDLE * TICK);
            self.canvas.text(name, at, TICK, Align::Left, INK)?;
        }
        Ok(())
    }
}
