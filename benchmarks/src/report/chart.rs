//! The chart: every ratio of a time, on a logarithmic axis, drawn by hand as SVG.
//!
//! A bar goes from 1 (as fast as the peer) to the left (less) or to the right (more). A small tick is the promise. Colours are
//! CSS variables with a second set for dark surroundings, and no meaning is in a colour alone: each bar has its ratio in
//! figures.

use std::fmt::Write as _;

use super::{figure, promise, ratio};
use crate::{Bar, Row, Unit};

const WIDTH: f64 = 960.0;
const LABELS: f64 = 470.0;
const RIGHT: f64 = 80.0;
const LINE: f64 = 24.0;
const TOP: f64 = 64.0;

const STYLE: &str = "\
:root{--paper:#ffffff;--ink:#1f2328;--faint:#59636e;--line:#d1d9e0;--less:#1a7f64;--more:#9a6700;--broken:#cf222e}\
@media(prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#f0f6fc;--faint:#9198a1;--line:#3d444d;--less:#3fb68b;\
--more:#d29922;--broken:#f85149}}\
text{font:13px system-ui,sans-serif;fill:var(--ink)}.faint{fill:var(--faint)}.title{font-weight:600;font-size:15px}\
.paper{fill:var(--paper)}.grid{stroke:var(--line)}.one{stroke:var(--faint);stroke-width:1.5}\
.less{fill:var(--less)}.more{fill:var(--more)}.broken{fill:var(--broken)}.promise{stroke:var(--ink);stroke-width:2}";

/// One bar: what it says, how long it is, and how long it may be.
struct Line<'a> {
    row: &'a Row,
    label: String,
    ratio: f64,
    promised: Option<f64>,
}

impl<'a> Line<'a> {
    /// Rows about time, beside a peer or else beside the promise.
    fn of(row: &'a Row) -> Option<Self> {
        if !matches!(row.unit, Unit::Nanoseconds | Unit::Seconds) {
            return None;
        }
        let figure = figure(row.ours, row.unit);
        let (ratio, beside, promised) = match (row.ratio(), row.bar) {
            (Some(ratio), bar) => {
                let (name, _) = row.peer.as_ref()?;
                let promised = match bar {
                    Some(Bar::Ratio(most) | Bar::RatioAndExtra(most, _)) => Some(most),
                    _ => None,
                };
                (ratio, format!("beside {name}"), promised)
            }
            (None, Some(Bar::AtMost(most))) if most > 0.0 => {
                (row.ours / most, promise(row), Some(1.0))
            }
            _ => return None,
        };
        Some(Self {
            row,
            label: format!("{} ({figure}), {beside}", row.what),
            ratio,
            promised,
        })
    }

    fn class(&self) -> &'static str {
        match (self.row.is_met(), self.ratio <= 1.0) {
            (Some(false), _) => "broken",
            (_, true) => "less",
            (_, false) => "more",
        }
    }
}

/// Where a ratio stands: whole powers of ten at both ends.
struct Axis {
    low: i32,
    high: i32,
}

impl Axis {
    fn of(lines: &[Line<'_>]) -> Self {
        let logs = lines.iter().map(|line| line.ratio.max(1e-9).log10());
        let (low, high) = logs.fold((-1.0_f64, 1.0_f64), |(low, high), log| {
            (low.min(log), high.max(log))
        });
        Self {
            low: low.floor() as i32,
            high: high.ceil() as i32,
        }
    }

    fn x(&self, ratio: f64) -> f64 {
        let share =
            (ratio.max(1e-9).log10() - f64::from(self.low)) / f64::from(self.high - self.low);
        LABELS + share * (WIDTH - LABELS - RIGHT)
    }
}

/// The chart as an SVG document.
#[must_use]
pub fn chart(rows: &[Row]) -> String {
    let lines: Vec<Line<'_>> = rows.iter().filter_map(Line::of).collect();
    let axis = Axis::of(&lines);
    let bottom = TOP + LINE * lines.len() as f64;
    let height = bottom + 44.0;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Times of this \
         family beside its peers\"><style>{STYLE}</style><rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>"
    );
    text(
        &mut out,
        20.0,
        28.0,
        "title",
        "start",
        "Time of this family, divided by the time beside it",
    );
    text(
        &mut out,
        20.0,
        46.0,
        "faint",
        "start",
        "left of 1 is faster; a tick is what is promised",
    );
    for power in axis.low..=axis.high {
        let at = 10_f64.powi(power);
        let (x, class) = (axis.x(at), if power == 0 { "one" } else { "grid" });
        let _ = writeln!(
            out,
            "<path class=\"{class}\" d=\"M{x:.1} {TOP}V{bottom:.1}\"/>"
        );
        text(
            &mut out,
            x,
            bottom + 20.0,
            "faint",
            "middle",
            &format!("{at}×"),
        );
    }
    for (at, line) in lines.iter().enumerate() {
        bar(&mut out, &axis, line, TOP + LINE * at as f64);
    }
    out.push_str("</svg>\n");
    out
}

fn bar(out: &mut String, axis: &Axis, line: &Line<'_>, y: f64) {
    let (one, end) = (axis.x(1.0), axis.x(line.ratio));
    let (left, width) = (one.min(end), (one - end).abs().max(1.0));
    text(out, LABELS - 12.0, y + 16.0, "", "end", &line.label);
    let class = line.class();
    let _ = writeln!(
        out,
        "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\" rx=\"2\"/>",
        y + 5.0
    );
    let mut free = one.max(end);
    if let Some(promised) = line.promised {
        let x = axis.x(promised);
        free = free.max(x);
        let _ = writeln!(
            out,
            "<path class=\"promise\" d=\"M{x:.1} {:.1}v20\"/>",
            y + 2.0
        );
    }
    text(out, free + 6.0, y + 16.0, "", "start", &ratio(line.ratio));
}

fn text(out: &mut String, x: f64, y: f64, class: &str, anchor: &str, content: &str) {
    let content = content
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{content}</text>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn() -> String {
        chart(&[
            Row::new("a", "fast & small", Unit::Nanoseconds, 5.0).beside("peer", 500.0),
            Row::new("a", "slow", Unit::Nanoseconds, 12.0)
                .beside("peer", 10.0)
                .promised(Bar::Ratio(1.3)),
            Row::new("a", "broken", Unit::Seconds, 20.0)
                .beside("peer", 10.0)
                .promised(Bar::Ratio(1.3)),
            Row::new("a", "alone", Unit::Nanoseconds, 500.0).promised(Bar::AtMost(1_000.0)),
            Row::new("a", "not a time", Unit::Allocations, 5.0).beside("peer", 5.0),
        ])
    }

    #[test]
    fn every_time_has_a_bar_with_its_ratio_and_promise() {
        let svg = drawn();
        assert_eq!(svg.matches("height=\"14\"").count(), 4, "{svg}");
        assert_eq!(svg.matches("class=\"promise\"").count(), 3);
        for shown in [
            "0.010×",
            "1.20×",
            "2.00×",
            "0.50×",
            "fast &amp; small (5.00 ns), beside peer",
        ] {
            assert!(svg.contains(shown), "{shown}\n{svg}");
        }
        let classes = |name: &str| svg.matches(&format!("class=\"{name}\" x=")).count();
        assert_eq!(
            (classes("less"), classes("more"), classes("broken")),
            (2, 1, 1)
        );
        assert!(!svg.contains("not a time"));
    }

    #[test]
    fn bars_begin_at_one() {
        let lines = [];
        let axis = Axis::of(&lines);
        assert_eq!((axis.low, axis.high), (-1, 1));
        assert!((axis.x(1.0) - (LABELS + (WIDTH - LABELS - RIGHT) / 2.0)).abs() < 1e-6);
        assert!(axis.x(0.1) < axis.x(0.5) && axis.x(2.0) < axis.x(10.0));
    }
}
