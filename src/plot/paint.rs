//! Colours.

use plotters::style::RGBColor;

/// What a [`Layer`](super::Layer) is painted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// The colour of the i-th of several things, which people with colour-blindness can tell apart; they repeat after
    /// ten.
    Series(usize),
    /// Grey, for what others are compared with.
    Muted,
    /// Nearly black.
    Ink,
}

/// Okabe and Ito 2008, "Color Universal Design", and three darker ones.
const SERIES: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(90, 60, 150),
    RGBColor(150, 110, 20),
    RGBColor(110, 170, 50),
    RGBColor(20, 90, 60),
];

pub(super) const INK: RGBColor = RGBColor(40, 40, 40);
pub(super) const GRID: RGBColor = RGBColor(228, 228, 228);
pub(super) const FRAME: RGBColor = RGBColor(150, 150, 150);
pub(super) const WHITE: RGBColor = RGBColor(255, 255, 255);

impl Paint {
    pub(super) fn color(self) -> RGBColor {
        match self {
            Self::Series(index) => SERIES[index % SERIES.len()],
            Self::Muted => RGBColor(160, 160, 160),
            Self::Ink => INK,
        }
    }
}

/// White at 0, blue at 1 and orange at −1.
pub(super) fn shade(share: f64) -> RGBColor {
    let full = if share < 0.0 { Paint::Series(1).color() } else { Paint::Series(0).color() };
    let mix = |full: u8| {
        let mixed = 255.0 + (f64::from(full) - 255.0) * share.abs().clamp(0.0, 1.0);
        mixed.round() as u8 // between 0 and 255
    };
    RGBColor(mix(full.0), mix(full.1), mix(full.2))
}

/// Ink or white, whichever is read more easily.
pub(super) fn text_on(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let brightness = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
    if brightness < 140.0 { WHITE } else { INK }
}
