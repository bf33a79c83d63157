//! Errors by hour: a stacked bar for each hour of the last day.

use std::fmt::{self, Write as _};
use std::ops::Range;

use plotters::prelude::{ChartBuilder, Color, RGBColor, Rectangle};
use plotters::style::text_anchor::HPos;

use super::canvas::{
    Area, CLASSES, Drawn, LINE, MUTED, PEAK, anchored, broken, draw, float, float_i, font, hex,
    pixel, text,
};
use super::charts::{open_figure, svg};
use super::escape::grouped;
use crate::observe::report::{ErrorReport, HourRow, PatternKind};

/// Hours in the chart.
const HOURS: i64 = 24;

impl ErrorReport {
    pub(super) fn hours_figure(&self, out: &mut String) -> fmt::Result {
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
            "chart-hours",
            "narrow",
            "Errors by hour",
            &description,
        )?;
        out.push_str("</figure>\n");
        Ok(())
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
        let style = anchored(12.0, MUTED, HPos::Center);
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

fn as_float(range: &Range<i64>) -> Range<f64> {
    float_i(range.start)..float_i(range.end)
}
