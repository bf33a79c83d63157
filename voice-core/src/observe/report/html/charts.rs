//! The charts: errors by hour, failures by status, endpoints, latency.

use std::fmt::{self, Write as _};
use std::ops::Range;

use plotters::prelude::{
    ChartBuilder, Circle, Color, IntoLogRange, PathElement, RGBColor, Rectangle,
};
use plotters::style::text_anchor::HPos;

use super::canvas::{
    Area, CLASSES, Drawn, HIGH, INK, LINE, LOW, MID, MUTED, PEAK, anchored, block, broken, draw,
    font, hex, text,
};
use super::escape::{Escaped, grouped};
use crate::observe::report::text::{fit, millis, percent};
use crate::observe::report::{ErrorReport, HourRow, Latency, PatternKind};

/// Hours in the chart.
const HOURS: i64 = 24;
/// Rows in a chart of bars.
const ROWS: usize = 8;

impl ErrorReport {
    pub(super) fn charts(&self, out: &mut String) -> fmt::Result {
        self.hours_figure(out)?;
        let status: Vec<Bar> = self.status_bars();
        let endpoints: Vec<Bar> = self.endpoint_bars();
        let latencies: Vec<(&str, Latency)> = self
            .by_operation
            .iter()
            .filter_map(|row| Some((row.name.as_str(), row.latency?)))
            .take(ROWS)
            .collect();
        out.push_str("<div class=\"pair\">\n");
        let caption = "failed attempts, and their share of all";
        bars_figure(
            out,
            "chart-status",
            "Failures by effective status",
            caption,
            &status,
        )?;
        let caption = "failed attempts of all attempts there";
        bars_figure(
            out,
            "chart-endpoints",
            "Endpoints with the most failures",
            caption,
            &endpoints,
        )?;
        latency_figure(out, &latencies)?;
        out.push_str("</div>\n");
        Ok(())
    }

    fn hours_figure(&self, out: &mut String) -> fmt::Result {
        let Some(slots) = Slots::of(&self.by_hour) else {
            return Ok(());
        };
        let peak = self
            .patterns
            .iter()
            .any(|pattern| pattern.kind == PatternKind::PeakHourFailures);
        let (Some(wide), Some(narrow)) = (
            draw((1100, 300), |area| slots.paint(area, 1, peak)),
            draw((380, 240), |area| slots.paint(area, 4, peak)),
        ) else {
            return Ok(());
        };
        let worst = slots.rows.iter().max_by_key(|row| row.tally.failed);
        let description = match worst.filter(|row| row.tally.failed > 0) {
            Some(row) => format!(
                "Stacked bars of failed attempts for each hour. The worst hour was {} with {} of {} attempts failed.",
                row.hour.replace('T', " "),
                row.tally.failed,
                row.tally.total
            ),
            None => "No attempt failed.".to_owned(),
        };
        let note = if peak { "; shaded: peak hours" } else { "" };
        let caption = format!("failed attempts, by class, hours of {}{note}", self.zone);
        open_figure(out, "Errors by hour", &caption)?;
        out.push_str("<ul class=\"key\">");
        let all = slots.sums();
        for ((name, count), color) in all.iter().zip(CLASSES).filter(|((_, n), _)| *n > 0) {
            write!(
                out,
                "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect width=\"10\" height=\"10\" rx=\"2\" \
                 fill=\"{}\"/></svg>{name}, {}</li>",
                hex(color),
                grouped(*count)
            )?;
        }
        out.push_str("</ul>\n");
        svg(
            out,
            &wide,
            "chart-hours",
            "wide",
            "Errors by hour",
            &description,
        )?;
        svg(
            out,
            &narrow,
            "chart-hours-narrow",
            "narrow",
            "Errors by hour",
            &description,
        )?;
        out.push_str("</figure>\n");
        Ok(())
    }

    fn status_bars(&self) -> Vec<Bar> {
        let bar = |share: &crate::observe::report::Share| {
            let status = share.name.parse::<u16>().ok();
            if status.is_some_and(|status| status < 400) {
                return None;
            }
            let (label, color) = match status {
                Some(status) => {
                    let reason = http::StatusCode::from_u16(status)
                        .ok()
                        .and_then(|status| status.canonical_reason())
                        .unwrap_or_default();
                    (format!("{status} {reason}"), class_color(status))
                }
                None => ("no answer".to_owned(), CLASSES[3]),
            };
            Some(Bar {
                label,
                value: share.count,
                note: format!("{} ({})", grouped(share.count), percent(share.rate)),
                color,
            })
        };
        self.by_status.iter().filter_map(bar).take(ROWS).collect()
    }

    fn endpoint_bars(&self) -> Vec<Bar> {
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

/// The hours of the chart, the empty ones included.
struct Slots<'a> {
    rows: Vec<&'a HourRow>,
    /// The number of each row's hour.
    numbers: Vec<i64>,
    range: Range<i64>,
}

impl<'a> Slots<'a> {
    fn of(hours: &'a [HourRow]) -> Option<Self> {
        let numbered: Vec<(i64, &HourRow)> = hours
            .iter()
            .filter_map(|row| Some((number(&row.hour)?, row)))
            .collect();
        let end = numbered.last()?.0 + 1;
        let begin = numbered.first()?.0.clamp(end - HOURS, end - 6);
        let (numbers, rows) = numbered
            .into_iter()
            .filter(|(number, _)| *number >= begin)
            .unzip();
        Some(Self {
            rows,
            numbers,
            range: begin..end,
        })
    }

    fn sums(&self) -> [(&'static str, u64); 6] {
        let mut sums = [("", 0); 6];
        for row in &self.rows {
            for (sum, (name, count)) in sums.iter_mut().zip(row.errors.named()) {
                *sum = (name, sum.1 + count);
            }
        }
        sums
    }

    /// One label for each `step` hours.
    fn paint(&self, area: &Area<'_>, step: i64, peak: bool) -> Drawn {
        let most = self.rows.iter().map(|row| row.tally.failed).max();
        let top = most.unwrap_or(0).max(4);
        let top = top + top / 10;
        let mut chart = ChartBuilder::on(area)
            .margin_top(10)
            .margin_right(4)
            .x_label_area_size(30)
            .y_label_area_size(46)
            .build_cartesian_2d(as_float(&self.range), 0.0..float(top))
            .map_err(broken)?;
        if peak {
            let shaded = self
                .range
                .clone()
                .filter(|hour| is_peak(*hour))
                .map(|hour| {
                    let (from, to) = (float_i(hour), float_i(hour + 1));
                    Rectangle::new([(from, 0.0), (to, float(top))], PEAK.filled())
                });
            chart.draw_series(shaded).map_err(broken)?;
        }
        chart
            .configure_mesh()
            .disable_x_mesh()
            .disable_x_axis()
            .bold_line_style(LINE)
            .light_line_style(RGBColor(0, 0, 0).mix(0.0))
            .axis_style(LINE)
            .y_labels(5)
            .y_label_formatter(&|value| format!("{value:.0}"))
            .label_style(font(12.0, MUTED))
            .draw()
            .map_err(broken)?;
        for (hour, row) in self.numbers.iter().zip(&self.rows) {
            let mut base = 0.0;
            let bars = row.errors.named().into_iter().zip(CLASSES);
            for ((_, count), color) in bars.filter(|((_, count), _)| *count > 0) {
                let from = (float_i(*hour) + 0.12, base);
                base += float(count);
                let bar = Rectangle::new([from, (float_i(*hour) + 0.88, base)], color.filled());
                chart.draw_series([bar]).map_err(broken)?;
            }
        }
        let (_, height) = area.dim_in_pixel();
        let style = anchored(font(12.0, MUTED), HPos::Center);
        for hour in self.range.clone().filter(|hour| hour.rem_euclid(step) == 0) {
            let (x, _) = chart.backend_coord(&(float_i(hour) + 0.5, 0.0));
            let label = format!("{:02}", hour.rem_euclid(24));
            text(area, (x, pixel(height) - 16), &label, style.clone())?;
        }
        Ok(())
    }
}

fn is_peak(hour: i64) -> bool {
    (9..18).contains(&hour.rem_euclid(24))
}

/// The number of `2025-01-13T16`.
fn number(hour: &str) -> Option<i64> {
    let local: jiff::civil::DateTime = format!("{hour}:00").parse().ok()?;
    let stamp = jiff::tz::Offset::UTC.to_timestamp(local).ok()?;
    Some(stamp.as_second().div_euclid(3600))
}

struct Bar {
    label: String,
    value: u64,
    note: String,
    color: RGBColor,
}

/// Width of the smaller charts.
const WIDTH: i32 = 480;
/// Height of a row: a line of text, and a bar below it.
const ROW: i32 = 44;

fn bars_figure(
    out: &mut String,
    id: &str,
    title: &str,
    caption: &str,
    bars: &[Bar],
) -> fmt::Result {
    if bars.is_empty() {
        return Ok(());
    }
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let height = bars.iter().fold(6, |height, _| height + ROW);
    let drawn = draw((side(WIDTH), side(height)), |area| {
        let mut y = 4;
        for bar in bars {
            let label = anchored(font(13.0, INK), HPos::Left);
            text(area, (0, y + 8), &fit(&bar.label, 46), label)?;
            let note = anchored(font(13.0, MUTED), HPos::Right);
            text(area, (WIDTH, y + 8), &bar.note, note)?;
            block(area, (0, y + 19), (WIDTH, y + 31), LINE)?;
            let length = float(bar.value) / float(most) * f64::from(WIDTH);
            block(area, (0, y + 19), (round(length).max(2), y + 31), bar.color)?;
            y += ROW;
        }
        Ok(())
    });
    let Some(drawn) = drawn else { return Ok(()) };
    let mut description = String::from("Bars.");
    for bar in bars {
        write!(description, " {}: {}.", bar.label, bar.note)?;
    }
    open_figure(out, title, caption)?;
    svg(out, &drawn, id, "", title, &description)?;
    out.push_str("</figure>\n");
    Ok(())
}

fn latency_figure(out: &mut String, rows: &[(&str, Latency)]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    let low = rows.iter().map(|(_, l)| l.p50_ms).fold(f64::MAX, f64::min);
    let high = rows.iter().map(|(_, l)| l.p99_ms).fold(0.0, f64::max);
    let range = (low * 0.7).max(0.01)..(high * 1.4).max(0.1);
    let height = rows.iter().fold(36, |height, _| height + ROW);
    let drawn = draw((side(WIDTH), side(height)), |area| {
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
            let label = anchored(font(13.0, INK), HPos::Left);
            text(area, (0, y - 18), &fit(name, 34), label)?;
            let figures = anchored(font(13.0, MUTED), HPos::Right);
            let note = format!(
                "{} · {} · {}",
                millis(latency.p50_ms),
                millis(latency.p95_ms),
                millis(latency.p99_ms)
            );
            text(area, (WIDTH, y - 18), &note, figures)?;
        }
        Ok(())
    });
    let Some(drawn) = drawn else { return Ok(()) };
    let mut description =
        String::from("For each operation the median, the 95th and the 99th percentile.");
    for (name, latency) in rows {
        write!(
            description,
            " {name}: {}, {}, {}.",
            millis(latency.p50_ms),
            millis(latency.p95_ms),
            millis(latency.p99_ms)
        )?;
    }
    open_figure(
        out,
        "Latency by operation",
        "p50, p95 and p99 of attempts, on a logarithmic scale",
    )?;
    svg(
        out,
        &drawn,
        "chart-latency",
        "",
        "Latency by operation",
        &description,
    )?;
    out.push_str("</figure>\n");
    Ok(())
}

fn open_figure(out: &mut String, title: &str, caption: &str) -> fmt::Result {
    writeln!(
        out,
        "<figure><figcaption><strong>{}</strong>{}</figcaption>",
        Escaped(title),
        Escaped(caption)
    )
}

/// The drawing as an image with a name and a description for those who do not see it.
fn svg(
    out: &mut String,
    drawn: &str,
    id: &str,
    class: &str,
    title: &str,
    description: &str,
) -> fmt::Result {
    let Some((attributes, rest)) = drawn
        .strip_prefix("<svg ")
        .and_then(|drawn| drawn.split_once('>'))
    else {
        return Ok(());
    };
    write!(
        out,
        "<svg class=\"{class}\" role=\"img\" aria-labelledby=\"{id}-title {id}-description\" {attributes}>\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>{rest}",
        Escaped(title),
        Escaped(description)
    )
}

fn short(value: f64) -> String {
    match value {
        v if v >= 1000.0 => format!("{} s", v / 1000.0),
        v => format!("{v} ms"),
    }
}

fn as_float(range: &Range<i64>) -> Range<f64> {
    float_i(range.start)..float_i(range.end)
}

#[allow(clippy::cast_precision_loss, reason = "a pixel is far coarser")]
fn float(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "hours and rows are small")]
fn float_i(number: i64) -> f64 {
    number as f64
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "within the width of a chart"
)]
fn round(value: f64) -> i32 {
    value.round() as i32
}

fn pixel(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

fn side(length: i32) -> u32 {
    length.unsigned_abs()
}
