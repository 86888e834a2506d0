//! Bars on a logarithmic time axis, as SVG.

use crate::text;
use std::fmt::Write;

/// The chart of a work.
pub struct Chart<'a> {
    /// The heading.
    pub title: &'a str,
    /// The bars that belong together.
    pub groups: &'a [Group],
}

/// Bars with a heading.
pub struct Group {
    /// The heading.
    pub title: String,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}

/// A bar.
pub struct Bar {
    /// The text on its left.
    pub label: String,
    /// Its length; none for contenders that did not take part.
    pub seconds: Option<f64>,
    /// Whether it stands for a solved problem; if not, it is drawn as an outline.
    pub whole: bool,
    /// Whether it is one of ours.
    pub ours: bool,
    /// The text on its right.
    pub value: String,
}

const FONT: f64 = 12.0;
const TITLE: f64 = 15.0;
/// No less than the mean width of a character of common sans-serif fonts.
const CHARACTER: f64 = 0.6 * FONT;
const ROW: f64 = 20.0;
const PLOT: f64 = 460.0;
const GAP: f64 = 8.0;

impl Chart<'_> {
    /// The picture.
    pub fn svg(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        let widest =
            |text: fn(&Bar) -> &str| bars().map(|bar| text_width(text(bar), bar.ours)).fold(0.0, f64::max);
        let left = widest(|bar| &bar.label) + 2.0 * GAP;
        let axis = Axis::of(bars().filter_map(|bar| bar.seconds), left);
        let right = widest(|bar| &bar.value) + 2.0 * GAP;
        let headings = self.groups.iter().map(|group| text_width(&group.title, true));
        let headings = headings.fold(TITLE / FONT * text_width(self.title, true), f64::max);
        let width = (left + PLOT + right).max(headings + 2.0 * GAP);
        let n_rows: usize = self.groups.iter().map(|group| group.bars.len()).sum();
        let top = 64.0;
        let bottom = top + n_rows as f64 * ROW + self.groups.len() as f64 * 2.0 * ROW;
        let height = bottom + 44.0;

        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"DejaVu Sans, Verdana, sans-serif\" \
             font-size=\"{FONT}\">"
        )?;
        writeln!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>")?;
        heading(out, GAP, 22.0, TITLE, self.title)?;
        axis.write(out, top, bottom)?;
        let mut y = top;
        for group in self.groups {
            heading(out, GAP, y + 1.3 * ROW, FONT, &group.title)?;
            y += 2.0 * ROW;
            for bar in &group.bars {
                bar.write(out, &axis, y)?;
                y += ROW;
            }
        }
        legend(out, left, bottom + 30.0)?;
        writeln!(out, "</svg>")
    }
}

impl Bar {
    fn write(&self, out: &mut String, axis: &Axis, y: f64) -> std::fmt::Result {
        let middle = y + 0.72 * ROW;
        let weight = if self.ours { " font-weight=\"bold\"" } else { "" };
        let end = self.seconds.map_or(axis.left, |seconds| axis.x(seconds));
        let label = escape(&self.label);
        let x = axis.left - GAP;
        writeln!(out, "<text x=\"{x:.1}\" y=\"{middle:.1}\" text-anchor=\"end\"{weight}>{label}</text>")?;
        let colour = if self.ours { "#1b7837" } else { "#4a6fa5" };
        let (fill, dash) = if self.whole { (colour, "") } else { ("#ffffff", " stroke-dasharray=\"4 2\"") };
        if self.seconds.is_some() {
            writeln!(
                out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\" \
                 stroke=\"{colour}\"{dash}/>",
                axis.left,
                y + 3.0,
                (end - axis.left).max(1.0),
                ROW - 6.0
            )?;
        }
        let (x, value) = (end + GAP, escape(&self.value));
        // White below the letters keeps the lines of the axis out of them.
        for paint in [" stroke=\"#ffffff\" stroke-width=\"4\"", ""] {
            writeln!(out, "<text x=\"{x:.1}\" y=\"{middle:.1}\"{weight}{paint}>{value}</text>")?;
        }
        Ok(())
    }
}

/// No less than what a text takes.
fn text_width(text: &str, bold: bool) -> f64 {
    text.chars().count() as f64 * CHARACTER * if bold { 1.2 } else { 1.0 }
}

struct Axis {
    left: f64,
    first: i32,
    last: i32,
}

impl Axis {
    /// Whole decades around all times.
    fn of(seconds: impl Iterator<Item = f64>, left: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, 0f64);
        for seconds in seconds.filter(|seconds| *seconds > 0.0) {
            (low, high) = (low.min(seconds), high.max(seconds));
        }
        let (low, high) = if low <= high { (low, high) } else { (1e-3, 1.0) };
        // The shortest bar gets a length too.
        let first = (low / 1.5).log10().floor() as i32;
        let last = (high.log10().ceil() as i32).max(first + 1);
        Self { left, first, last }
    }

    fn x(&self, seconds: f64) -> f64 {
        let share = (seconds.log10() - f64::from(self.first)) / f64::from(self.last - self.first);
        self.left + PLOT * share.clamp(0.0, 1.0)
    }

    fn write(&self, out: &mut String, top: f64, bottom: f64) -> std::fmt::Result {
        for decade in self.first..=self.last {
            let (x, above, label) = (self.x(10f64.powi(decade)), top - 8.0, decade_label(decade));
            writeln!(
                out,
                "<line x1=\"{x:.1}\" y1=\"{top:.1}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"#d0d0d0\"/>"
            )?;
            writeln!(out, "<text x=\"{x:.1}\" y=\"{above:.1}\" text-anchor=\"middle\">{label}</text>")?;
        }
        Ok(())
    }
}

fn decade_label(decade: i32) -> String {
    let label = text::time(10f64.powi(decade) * (1.0 + 1e-12));
    label.replace(".00", "").replace(".0 ", " ")
}

fn heading(out: &mut String, x: f64, y: f64, size: f64, text: &str) -> std::fmt::Result {
    let text = escape(text);
    writeln!(out, "<text x=\"{x}\" y=\"{y:.1}\" font-size=\"{size}\" font-weight=\"bold\">{text}</text>")
}

fn legend(out: &mut String, left: f64, y: f64) -> std::fmt::Result {
    let text = "time, on a logarithmic axis; dashed: ended before the optimum";
    writeln!(out, "<text x=\"{left:.1}\" y=\"{y:.1}\" fill=\"#505050\">{text}</text>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
