//! What the charts are drawn on: `plotters`' SVG backend, with colours that the page's style sheet replaces.
//!
//! Colours stand in the SVG as attributes, which any rule of a style sheet overrides: the style sheet names each of them,
//! for light and for dark.

use plotters::coord::Shift;
use plotters::prelude::{
    Color, DrawingArea, IntoDrawingArea, IntoFont, RGBColor, Rectangle, SVGBackend, Text, TextStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::escape::printable;

pub(super) const INK: RGBColor = RGBColor(0x1f, 0x29, 0x33);
pub(super) const MUTED: RGBColor = RGBColor(0x66, 0x72, 0x7f);
pub(super) const LINE: RGBColor = RGBColor(0xe3, 0xe7, 0xec);
pub(super) const PEAK: RGBColor = RGBColor(0xff, 0xf6, 0xe5);
pub(super) const LOW: RGBColor = RGBColor(0x9c, 0xc4, 0xe4);
pub(super) const MID: RGBColor = RGBColor(0x4a, 0x90, 0xc4);
pub(super) const HIGH: RGBColor = RGBColor(0x1f, 0x5f, 0x8b);
/// One for each class of failure, in the order in which they are stacked.
pub(super) const CLASSES: [RGBColor; 6] = [
    RGBColor(0xe8, 0xa3, 0x3d),
    RGBColor(0xd9, 0x62, 0x2b),
    RGBColor(0xb5, 0x30, 0x4b),
    RGBColor(0x6c, 0x4a, 0xb6),
    RGBColor(0x2f, 0x7f, 0xb8),
    RGBColor(0x8a, 0x94, 0xa3),
];

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// A drawing that does not work out is left out; drawing into a text does not fail.
pub(super) type Drawn = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Draws an SVG of this size; `None` when it does not work out.
pub(super) fn draw(size: (u32, u32), paint: impl FnOnce(&Area<'_>) -> Drawn) -> Option<String> {
    let mut svg = String::with_capacity(8 << 10);
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        paint(&area).ok()?;
        area.present().ok()?;
    }
    Some(svg)
}

/// A font size in the SVG, as `plotters` wants it.
const FONT: f64 = 1.24;

/// Text of a height in pixels.
pub(super) fn font(height: f64, color: RGBColor) -> TextStyle<'static> {
    ("sans-serif", height * FONT).into_font().color(&color)
}

/// Text that stands before, about or behind its point.
pub(super) fn anchored(height: f64, color: RGBColor, across: HPos) -> TextStyle<'static> {
    font(height, color).pos(Pos::new(across, VPos::Center))
}

pub(super) fn text(area: &Area<'_>, at: (i32, i32), text: &str, style: TextStyle<'_>) -> Drawn {
    let text: String = text.chars().filter(|c| printable(*c)).collect();
    area.draw(&Text::new(text, at, style)).map_err(broken)
}

pub(super) fn block(area: &Area<'_>, from: (i32, i32), to: (i32, i32), color: RGBColor) -> Drawn {
    area.draw(&Rectangle::new([from, to], color.filled()))
        .map_err(broken)
}

pub(super) fn broken(error: impl std::fmt::Display) -> Box<dyn std::error::Error + Send + Sync> {
    error.to_string().into()
}

pub(super) fn hex(color: RGBColor) -> String {
    format!("#{:02X}{:02X}{:02X}", color.0, color.1, color.2)
}

#[allow(clippy::cast_precision_loss, reason = "a pixel is far coarser")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "hours and rows are small")]
pub(super) fn float_i(number: i64) -> f64 {
    number as f64
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "within the width of a chart"
)]
pub(super) fn round(value: f64) -> i32 {
    value.round() as i32
}

pub(super) fn pixel(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

pub(super) fn side(length: i32) -> u32 {
    length.unsigned_abs()
}
