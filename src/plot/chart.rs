//! A picture before it is drawn.

use super::axis::Axis;
use super::canvas::{png, svg};
use super::layer::Layer;
use super::render::render;
use crate::error::{Error, Result};
use std::path::Path;

/// The sides of a picture, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 200..=4000;

/// How a chart is written.
///
/// ```
/// use certifit::plot::Format;
/// assert_eq!(Format::of("curves/roc.SVG")?, Format::Svg);
/// assert!(Format::of("roc.gif").is_err());
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Lines and text that any size of a page shows sharply.
    Svg,
    /// Pixels.
    Png,
}

impl Format {
    /// The format that the extension of a file name says, in small or capital letters.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for another extension than `svg` and `png`, and for none.
    pub fn of(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => Err(Error::invalid_parameter("path", path, "a file name that ends in .svg or .png")),
        }
    }
}

/// A title, two axes and what is drawn between them.
///
/// | parameter | default | range |
/// |---|---|---|
/// | [`title`](Self::title), [`x_label`](Self::x_label), [`y_label`](Self::y_label) | the picture's | any text |
/// | [`size`](Self::size) | the picture's, 900 × 560 | 200 to 4000 pixels each |
///
/// Names in the legend are those of the lines that have one. Long names are cut.
///
/// ```
/// use certifit::plot::{Axis, Chart, Format, Line, Paint};
/// let line = Line::new([(1.0, 0.2), (10.0, 0.5), (100.0, 0.9)], Paint::Series(0)).marked().named("score");
/// let chart = Chart::new("How it grows", Axis::log("rows"), Axis::linear("score").range(0.0, 1.0)).layer(line);
/// let svg = String::from_utf8_lossy(&chart.size(600, 400).render(Format::Svg)?).into_owned();
/// assert!(svg.starts_with("<svg width=\"600\" height=\"400\"") && svg.contains("How it grows"));
/// # Ok::<(), certifit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) layers: Vec<Layer>,
    size: (u32, u32),
}

impl Chart {
    /// An empty chart between two axes.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self { title: title.into(), x, y, layers: Vec::new(), size: (900, 560) }
    }

    /// The line above it; nothing for an empty text.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// The label below the x axis.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Self {
        Self { x: self.x.labelled(label.into()), ..self }
    }

    /// The label beside the y axis.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Self {
        Self { y: self.y.labelled(label.into()), ..self }
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(self, width: u32, height: u32) -> Self {
        Self { size: (width, height), ..self }
    }

    /// With one more layer, on top of the others.
    #[must_use]
    pub fn layer(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// What is drawn between the axes.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The bytes of an SVG or PNG file.
    ///
    /// # Errors
    /// [`Error::Empty`] for a chart without points; [`Error::NonFinite`] for a point that is not finite;
    /// [`Error::InvalidParameter`] for a size out of its range or too small for the labels, and for values that are not
    /// positive on a log axis; [`Error::Drawing`] where the drawing itself fails.
    pub fn render(&self, format: Format) -> Result<Vec<u8>> {
        let (width, height) = self.size;
        if !(SIDES.contains(&width) && SIDES.contains(&height)) {
            return Err(Error::invalid_parameter("size", self.size, "200 to 4000 pixels each"));
        }
        match format {
            Format::Svg => svg(self.size, |canvas| render(self, self.size, canvas)),
            Format::Png => png(self.size, |canvas| render(self, self.size, canvas)),
        }
    }

    /// Draws into a file whose extension, `.svg` or `.png`, says the format.
    ///
    /// # Errors
    /// Those of [`Format::of`] and of [`render`](Self::render), and [`Error::Write`] where the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bytes = self.render(Format::of(path)?)?;
        std::fs::write(path, bytes)
            .map_err(|error| Error::Write { path: path.display().to_string(), reason: error.to_string() })
    }
}
