//! The figures of the page, and what all of them have: a caption, an image with a name and a description.

use std::fmt::{self, Write as _};

use super::escape::Escaped;
use super::rows::{bars_figure, latency_figure};
use crate::observe::report::{ErrorReport, Latency};

/// Rows in a chart of rows.
pub(in crate::observe) const ROWS: usize = 8;

impl ErrorReport {
    pub(super) fn charts(&self, out: &mut String) -> fmt::Result {
        self.hours_figure(out)?;
        let (status, endpoints) = (self.status_bars(), self.endpoint_bars());
        let latencies: Vec<(&str, Latency)> = self
            .by_operation
            .iter()
            .filter_map(|row| Some((row.name.as_str(), row.latency?)))
            .take(ROWS)
            .collect();
        out.push_str("<div class=\"pair\">\n<div>\n");
        let caption = "failed attempts, and their share of all";
        bars_figure(
            out,
            "chart-status",
            "Failures by effective status",
            caption,
            &status,
        )?;
        out.push_str("</div>\n<div>\n");
        let caption = "failed attempts of all attempts there";
        bars_figure(
            out,
            "chart-endpoints",
            "Endpoints with the most failures",
            caption,
            &endpoints,
        )?;
        latency_figure(out, &latencies)?;
        out.push_str("</div>\n</div>\n");
        Ok(())
    }
}

pub(super) fn open_figure(out: &mut String, title: &str, caption: &str) -> fmt::Result {
    writeln!(
        out,
        "<figure><figcaption><strong>{}</strong>{}</figcaption>",
        Escaped(title),
        Escaped(caption)
    )
}

/// The drawing as an image with a name and a description for those who do not see it.
pub(super) fn svg(
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
        "<svg class=\"{class}\" role=\"img\" aria-labelledby=\"{id}-{class}-title {id}-{class}-text\" {attributes}>\
         <title id=\"{id}-{class}-title\">{}</title><desc id=\"{id}-{class}-text\">{}</desc>{rest}",
        Escaped(title),
        Escaped(description)
    )
}
