//! Charts of rows: bars of failures by status and by endpoint, latencies by operation.

use std::fmt::{self, Write as _};

use plotters::prelude::{ChartBuilder, Circle, Color, IntoLogRange, PathElement, RGBColor};
use plotters::style::text_anchor::HPos;

use super::canvas::{
    Area, CLASSES, Drawn, HIGH, INK, LINE, LOW, MID, MUTED, anchored, block, broken, draw, float,
    float_i, font, round, side, text,
};
use super::charts::{ROWS, open_figure, svg};
use super::escape::grouped;
use crate::observe::report::text::{fit, millis, percent};
use crate::observe::report::{ErrorReport, Latency, Share};

impl ErrorReport {
    pub(super) fn status_bars(&self) -> Vec<Bar> {
        let bar = |share: &Share| {
            let (label, color) = match share.name.parse::<u16>().ok() {
                Some(status) => {
                    let reason = http::StatusCode::from_u16(status)
                        .ok()
                        .and_then(|status| status.canonical_reason())
                        .unwrap_or_default();
                    (format!("{status} {reason}"), class_color(status))
                }
                None if share.name == "none" => ("no answer".to_owned(), CLASSES[3]),
                None => (share.name.clone(), CLASSES[5]),
            };
            Bar {
                label,
                value: share.count,
                note: format!("{} ({})", grouped(share.count), percent(share.rate)),
                color,
            }
        };
        self.failed_by_status.iter().map(bar).take(ROWS).collect()
    }

    pub(super) fn endpoint_bars(&self) -> Vec<Bar> {
        let failing = self.by_endpoint.iter().filter(|row| row.tally.failed > 0);
        failing
            .take(ROWS)
            .map(|row| Bar {
                label: row.name.clone(),
                value: row.tally.failed,
                note: format!(
                    "{} of {} ({})",
                    grouped(row.tally.failed),
                    grouped(row.tally.total),
                    percent(row.tally.rate())
                ),
                color: CLASSES[1],
            })
            .collect()
    }
}

fn class_color(status: u16) -> RGBColor {
    let [limited, unavailable, server, timeout, _, other] = CLASSES;
    match status {
        429 => limited,
        503 => unavailable,
        408 | 504 => timeout,
        500..=599 => server,
        _ => other,
    }
}

/// One bar, and what is written above it.
pub(super) struct Bar {
    label: String,
    value: u64,
    note: String,
    color: RGBColor,
}

/// Widths of the smaller charts: on a wide page, and on a narrow one.
pub(super) const WIDTHS: [(i32, &str); 2] = [(480, "wide"), (400, "narrow")];
/// Height of a row: a line of text, and a bar below it.
const ROW: i32 = 44;

pub(super) fn bars_figure(
    out: &mut String,
    id: &str,
    title: &str,
    caption: &str,
    bars: &[Bar],
) -> fmt::Result {
    if bars.is_empty() {
        return Ok(());
    }
    let mut description = String::from("Bars.");
    for bar in bars {
        write!(description, " {}: {}.", bar.label, bar.note)?;
    }
    open_figure(out, title, caption)?;
    for (width, class) in WIDTHS {
        let height = bars.iter().fold(6, |height, _| height + ROW);
        if let Some(drawn) = draw((side(width), side(height)), |area| {
            paint_bars(area, bars, width)
        }) {
            svg(out, &drawn, id, class, title, &description)?;
        }
    }
    out.push_str("</figure>\n");
    Ok(())
}

fn paint_bars(area: &Area<'_>, bars: &[Bar], width: i32) -> Drawn {
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let mut y = 4;
    for bar in bars {
        labels(area, (&bar.label, &bar.note), width, y + 8)?;
        let length = float(bar.value) / float(most) * f64::from(width);
        block(area, (0, y + 19), (round(length).max(2), y + 31), bar.color)?;
        y += ROW;
    }
    Ok(())
}

/// A name on the left, and figures on the right of the same line; the name gives way.
fn labels(area: &Area<'_>, (name, note): (&str, &str), width: i32, y: i32) -> Drawn {
    // A character is no wider than 7.7 pixels on average.
    let room = usize::try_from(width * 10 / 77).unwrap_or(0);
    let name = fit(name, room.saturating_sub(note.chars().count()).max(12));
    text(area, (0, y), &name, anchored(13.0, INK, HPos::Left))?;
    text(area, (width, y), note, anchored(13.0, MUTED, HPos::Right))
}

pub(super) fn latency_figure(out: &mut String, rows: &[(&str, Latency)]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    let title = "Latency by operation";
    let mut description =
        String::from("For each operation the median, the 95th and the 99th percentile.");
    for (name, latency) in rows {
        write!(description, " {name}: {}.", three(latency))?;
    }
    open_figure(
        out,
        title,
        "p50, p95 and p99 of attempts, on a logarithmic scale",
    )?;
    for (width, class) in WIDTHS {
        if let Some(drawn) = latency_drawing(rows, width) {
            svg(out, &drawn, "chart-latency", class, title, &description)?;
        }
    }
    out.push_str("</figure>\n");
    Ok(())
}

/// The latencies of each row, as an SVG of this width.
pub(super) fn latency_drawing(rows: &[(&str, Latency)], width: i32) -> Option<String> {
    let height = rows.iter().fold(36, |height, _| height + ROW);
    draw((side(width), side(height)), |area| {
        paint_latency(area, rows, width)
    })
}

fn paint_latency(area: &Area<'_>, rows: &[(&str, Latency)], width: i32) -> Drawn {
    let low = rows.iter().map(|(_, l)| l.p50_ms).fold(f64::MAX, f64::min);
    let high = rows.iter().map(|(_, l)| l.p99_ms).fold(0.0, f64::max);
    let range = (low * 0.7).max(0.01)..(high * 1.4).max(0.1);
    let count = float_i(i64::try_from(rows.len()).unwrap_or(0));
    let mut chart = ChartBuilder::on(area)
        .margin_left(12)
        .margin_right(12)
        .x_label_area_size(30)
        .build_cartesian_2d(range.log_scale(), count..0.0)
        .map_err(broken)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .bold_line_style(LINE)
        .light_line_style(RGBColor(0, 0, 0).mix(0.0))
        .axis_style(LINE)
        .x_labels(4)
        .x_label_formatter(&|value| short(*value))
        .label_style(font(12.0, MUTED))
        .draw()
        .map_err(broken)?;
    for (place, (name, latency)) in (0_i64..).zip(rows) {
        let middle = float_i(place) + 0.68;
        let line = vec![(latency.p50_ms, middle), (latency.p99_ms, middle)];
        chart
            .draw_series([PathElement::new(line, LOW.stroke_width(4))])
            .map_err(broken)?;
        let dots = [
            (latency.p50_ms, LOW),
            (latency.p95_ms, MID),
            (latency.p99_ms, HIGH),
        ];
        chart
            .draw_series(dots.map(|(at, color)| Circle::new((at, middle), 6, color.filled())))
            .map_err(broken)?;
        let (_, y) = chart.backend_coord(&(latency.p50_ms, middle));
        labels(area, (name, &three(latency)), width, y - 18)?;
    }
    Ok(())
}

fn three(latency: &Latency) -> String {
    [latency.p50_ms, latency.p95_ms, latency.p99_ms]
        .map(millis)
        .join(" · ")
}

fn short(value: f64) -> String {
    match value {
        v if v >= 1000.0 => format!("{} s", v / 1000.0),
        v => format!("{v} ms"),
    }
}
