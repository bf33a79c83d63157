//! A profile's chart, alone or on a page like the report's.

use std::fmt::{self, Write as _};

use super::escape::Escaped;
use super::rows::{WIDTHS, latency_drawing, latency_figure};
use super::{END, open_page};
use crate::observe::report::Latency;

/// The chart of latencies by operation as an SVG; `None` without rows.
pub(in crate::observe) fn latency_svg(rows: &[(&str, Latency)]) -> Option<String> {
    let [(wide, _), _] = WIDTHS;
    if rows.is_empty() {
        return None;
    }
    latency_drawing(rows, wide)
}

/// The chart and a table of text as one page.
pub(in crate::observe) fn profile_page(rows: &[(&str, Latency)], table: &str) -> String {
    let mut out = String::with_capacity(32 << 10);
    // Writing into a String cannot fail.
    let _ = write_page(&mut out, rows, table);
    out
}

fn write_page(out: &mut String, rows: &[(&str, Latency)], table: &str) -> fmt::Result {
    open_page(out, "Profile", "times by operation")?;
    latency_figure(out, rows)?;
    writeln!(
        out,
        "<div class=\"frame\"><pre>{}</pre></div>",
        Escaped(table)
    )?;
    out.push_str(END);
    Ok(())
}
