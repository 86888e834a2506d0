//! Lines, areas and text in pixels, by the backends of plotters.

use super::marks::composed;
use super::paint::WHITE;
use crate::error::{Error, Result};
use ab_glyph::{Font, FontRef};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle,
};
use std::fmt::Display;
use std::sync::OnceLock;

/// A part of DejaVu Sans: Latin, Greek and Cyrillic letters, digits and signs. `font/README.md` has its licence.
const FONT: &[u8] = include_bytes!("font/DejaVuSans.ttf");

/// Backends count in whole pixels: pictures are drawn this many times larger. A PNG is then averaged, so that its edges
/// are smooth; an SVG says so in its header.
const PNG_ZOOM: u32 = 3;
const SVG_ZOOM: u32 = 10;

/// Plotters' size of a font that is one pixel high.
const FONT_UNIT: f64 = 1.24;

/// Where text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// What is drawn on.
pub(super) struct Canvas<B> {
    backend: B,
    zoom: f64,
    /// From the top of a text, as the backend has it, to its baseline, in heights of the font.
    baseline: f64,
    /// Whether joints of lines have to be drawn.
    joints: bool,
    /// How a text is written, with the letters that there are.
    written: fn(&str) -> String,
    /// A text that is as wide as that.
    measured: fn(&str) -> String,
}

/// An SVG document of what `draw` draws.
pub(super) fn svg(
    (width, height): (u32, u32),
    draw: impl FnOnce(&mut Canvas<SVGBackend<'_>>) -> Result<()>,
) -> Result<Vec<u8>> {
    register_font()?;
    let (wide, high) = (width * SVG_ZOOM, height * SVG_ZOOM);
    let mut text = String::new();
    let backend = SVGBackend::with_string(&mut text, (wide, high));
    // A viewer has letters that the font here lacks, of about the width of a W.
    let (written, measured) = (on_one_line, |text: &str| with_known_letters(text, |_| "W".into()));
    let (zoom, baseline, joints) = (f64::from(SVG_ZOOM), 0.76, false);
    let mut canvas = Canvas { backend, zoom, baseline, joints, written, measured };
    canvas.finish(draw, (width, height))?;
    drop(canvas);
    let (drawn, shown) =
        (format!("width=\"{wide}\" height=\"{high}\""), format!("width=\"{width}\" height=\"{height}\""));
    Ok(text.replacen(&drawn, &shown, 1).into_bytes())
}

/// A PNG file of what `draw` draws.
pub(super) fn png(
    (width, height): (u32, u32),
    draw: impl FnOnce(&mut Canvas<BitMapBackend<'_>>) -> Result<()>,
) -> Result<Vec<u8>> {
    register_font()?;
    let (wide, high) = (width * PNG_ZOOM, height * PNG_ZOOM);
    let mut pixels = vec![255; 3 * wide as usize * high as usize];
    let backend = BitMapBackend::with_buffer(&mut pixels, (wide, high));
    let written = |text: &str| with_known_letters(text, |c| format!("U+{:04X}", u32::from(c)));
    let (zoom, baseline, joints) = (f64::from(PNG_ZOOM), 0.5 * FONT_UNIT, true);
    let mut canvas = Canvas { backend, zoom, baseline, joints, written, measured: written };
    canvas.finish(draw, (width, height))?;
    drop(canvas);
    let averaged = averaged(&pixels, wide as usize);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&averaged)).map_err(drawing)?;
    Ok(file)
}

/// The means of squares of `PNG_ZOOM` pixels.
fn averaged(pixels: &[u8], wide: usize) -> Vec<u8> {
    let zoom = PNG_ZOOM as usize;
    let (line, square) = (3 * wide, zoom * zoom);
    let mut out = Vec::with_capacity(pixels.len() / square);
    for lines in pixels.chunks_exact(line * zoom) {
        for x in 0..wide / zoom {
            for channel in 0..3 {
                let at = |dx: usize, dy: usize| usize::from(lines[dy * line + 3 * (x * zoom + dx) + channel]);
                let sum: usize = (0..zoom).map(|dy| (0..zoom).map(|dx| at(dx, dy)).sum::<usize>()).sum();
                out.push(u8::try_from((sum + square / 2) / square).unwrap_or(u8::MAX));
            }
        }
    }
    out
}

fn register_font() -> Result<()> {
    static KNOWN: OnceLock<bool> = OnceLock::new();
    let known =
        KNOWN.get_or_init(|| plotters::style::register_font("sans-serif", FontStyle::Normal, FONT).is_ok());
    match known {
        true => Ok(()),
        false => Err(drawing("the font that the crate carries cannot be read")),
    }
}

fn drawing(reason: impl Display) -> Error {
    Error::Drawing { reason: reason.to_string() }
}

impl<B: DrawingBackend> Canvas<B> {
    fn finish(&mut self, draw: impl FnOnce(&mut Self) -> Result<()>, size: (u32, u32)) -> Result<()> {
        self.backend.ensure_prepared().map_err(drawing)?;
        self.rect((0.0, 0.0), (size.0.into(), size.1.into()), WHITE)?;
        draw(self)?;
        self.backend.present().map_err(drawing)
    }

    #[allow(clippy::cast_possible_truncation)] // what is beyond i32 is at its end, far outside of any picture
    fn pixel(&self, at: f64) -> i32 {
        (at * self.zoom).round() as i32
    }

    fn point(&self, (x, y): (f64, f64)) -> (i32, i32) {
        (self.pixel(x), self.pixel(y))
    }

    fn width(&self, width: f64) -> u32 {
        u32::try_from(self.pixel(width)).unwrap_or(1).max(1)
    }

    /// A line through the points.
    pub(super) fn line(&mut self, points: &[(f64, f64)], color: RGBColor, width: f64) -> Result<()> {
        let stroke = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: self.width(width) };
        let pixels: Vec<(i32, i32)> = points.iter().map(|&point| self.point(point)).collect();
        if !self.joints {
            return self.backend.draw_path(pixels, &stroke).map_err(drawing);
        }
        for ends in pixels.windows(2) {
            self.backend.draw_line(ends[0], ends[1], &stroke).map_err(drawing)?;
        }
        for &inner in pixels.get(1..pixels.len().saturating_sub(1)).unwrap_or_default() {
            let radius = stroke.stroke_width / 2;
            self.backend.draw_circle(inner, radius, &color.filled(), true).map_err(drawing)?;
        }
        Ok(())
    }

    /// A dashed line through the points.
    pub(super) fn dashes(&mut self, points: &[(f64, f64)], color: RGBColor, width: f64) -> Result<()> {
        const PATTERN: [f64; 2] = [7.0, 5.0];
        let (mut index, mut rest) = (0, PATTERN[0]);
        for ends in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (ends[0], ends[1]);
            let length = (x1 - x0).hypot(y1 - y0);
            let at = |done: f64| (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length);
            let mut done = 0.0;
            while done < length {
                let next = (done + rest).min(length);
                if index == 0 {
                    self.line(&[at(done), at(next)], color, width)?;
                }
                rest -= next - done;
                done = next;
                if rest <= 0.0 {
                    index = 1 - index;
                    rest = PATTERN[index];
                }
            }
        }
        Ok(())
    }

    /// The area within the points.
    pub(super) fn area(&mut self, points: &[(f64, f64)], color: RGBColor, opacity: f64) -> Result<()> {
        let pixels: Vec<(i32, i32)> = points.iter().map(|&point| self.point(point)).collect();
        self.backend.fill_polygon(pixels, &color.mix(opacity)).map_err(drawing)
    }

    /// A rectangle between two corners.
    pub(super) fn rect(&mut self, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Result<()> {
        let ((x0, y0), (x1, y1)) = (self.point(from), self.point(to));
        let (low, high) = ((x0.min(x1), y0.min(y1)), (x0.max(x1), y0.max(y1)));
        self.backend.draw_rect(low, high, &color.filled(), true).map_err(drawing)
    }

    /// A dot.
    pub(super) fn dot(&mut self, center: (f64, f64), radius: f64, color: RGBColor) -> Result<()> {
        let (center, radius) = (self.point(center), self.width(radius));
        self.backend.draw_circle(center, radius, &color.filled(), true).map_err(drawing)
    }

    /// How wide a text is.
    pub(super) fn text_width(&self, text: &str, size: f64) -> Result<f64> {
        let style = self.style(size, Align::Left, WHITE, FontTransform::None);
        let (width, _) = self.backend.estimate_text_size(&(self.measured)(text), &style).map_err(drawing)?;
        Ok(f64::from(width) / self.zoom)
    }

    /// A text at a point of its baseline.
    pub(super) fn text(
        &mut self,
        text: &str,
        (x, y): (f64, f64),
        size: f64,
        align: Align,
        color: RGBColor,
    ) -> Result<()> {
        let at = self.point((x, y - self.baseline * size));
        let style = self.style(size, align, color, FontTransform::None);
        self.backend.draw_text(&(self.written)(text), &style, at).map_err(drawing)
    }

    /// A text that is read from below, at a point of its baseline.
    pub(super) fn text_up(
        &mut self,
        text: &str,
        (x, y): (f64, f64),
        size: f64,
        align: Align,
        color: RGBColor,
    ) -> Result<()> {
        let at = self.point((x - self.baseline * size, y));
        let style = self.style(size, align, color, FontTransform::Rotate270);
        self.backend.draw_text(&(self.written)(text), &style, at).map_err(drawing)
    }

    fn style(&self, size: f64, align: Align, color: RGBColor, turn: FontTransform) -> TextStyle<'static> {
        let horizontal = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        FontDesc::new(FontFamily::SansSerif, size * FONT_UNIT * self.zoom, FontStyle::Normal)
            .transform(turn)
            .color(&color)
            .pos(Pos::new(horizontal, VPos::Top))
    }
}

/// The text on one line.
fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The text on one line, with something else for each letter that the font lacks.
fn with_known_letters(text: &str, other: impl Fn(char) -> String) -> String {
    let font = FontRef::try_from_slice(FONT).ok();
    let is_known = |c: char| font.as_ref().is_none_or(|font| font.glyph_id(c).0 != 0);
    composed(&on_one_line(text)).chars().map(|c| if is_known(c) { c.into() } else { other(c) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_the_font_lacks_are_named() {
        let named = |text| with_known_letters(text, |c| format!("U+{:04X}", u32::from(c)));
        assert_eq!(named("Größe α → ж, 10⁻³"), "Größe α → ж, 10⁻³");
        assert_eq!(named("a\n猫🦀"), "a U+732BU+1F980");
    }
}
