//! The report as one HTML page: no script, nothing loaded from anywhere, light and dark.
//!
//! The page brings a content security policy that allows nothing but its own style sheet, by its hash. Every text is
//! escaped. Charts are SVG by `plotters`, in the page itself, each with a title and a description; the figures behind them
//! stand in tables as well.

mod canvas;
mod charts;
mod escape;
mod hours;
mod profile;
mod rows;
mod tables;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::ErrorReport;
use super::text::{millis, percent};
pub(in crate::observe) use charts::ROWS;
use escape::{Escaped, grouped};
pub(in crate::observe) use profile::{latency_svg, profile_page};

const STYLE: &str = include_str!("style.css");

/// The end of a page.
const END: &str = "</main>\n</body>\n</html>\n";

/// A page up to and with its heading.
fn open_page(out: &mut String, title: &str, subtitle: &str) -> std::fmt::Result {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}, {subtitle}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header><h1>{title}</h1><p>{subtitle}</p></header>\n",
        title = Escaped(title),
        subtitle = Escaped(subtitle),
    )
}

impl ErrorReport {
    /// The report as one HTML page that needs nothing else: tiles, patterns, charts, tables. It has no script and loads
    /// nothing, follows the reader's choice of light or dark, and is readable from a width of 320 pixels on.
    ///
    /// ```
    /// use voice_core::observe::report::{ReportCollector, ReportOptions};
    ///
    /// let page = ReportCollector::new(ReportOptions::new()).report().to_html();
    /// assert!(page.starts_with("<!doctype html>"));
    /// assert!(!page.contains("<script"));
    /// ```
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut out = String::with_capacity(64 << 10);
        // Writing into a String cannot fail.
        let _ = self.write_html(&mut out);
        out
    }

    fn write_html(&self, out: &mut String) -> std::fmt::Result {
        let period = self.period();
        open_page(out, "Error report", &period)?;
        self.tiles(out)?;
        self.pattern_cards(out)?;
        self.charts(out)?;
        self.tables(out)?;
        self.footer(out)?;
        out.push_str(END);
        Ok(())
    }

    fn tiles(&self, out: &mut String) -> std::fmt::Result {
        let all = self.attempts;
        out.push_str("<dl class=\"tiles\">\n");
        let mut tile = |name: &str, value: &str, note: &str, class: &str| {
            writeln!(
                out,
                "<div class=\"tile {class}\"><dt>{name}</dt><dd>{value}</dd><dd class=\"note\">{}</dd></div>",
                Escaped(note)
            )
        };
        let mood = match all {
            _ if all.total == 0 => "",
            _ if all.failed * 20 > all.total => "bad",
            _ if all.failed * 100 > all.total => "fair",
            _ => "good",
        };
        let failed = format!("{} of {} failed", grouped(all.failed), grouped(all.total));
        tile("Error rate", &percent(all.rate()), &failed, mood)?;
        tile(
            "Attempts",
            &grouped(all.total),
            "requests sent or held back",
            "",
        )?;
        if let Some(operations) = self.operations {
            let tally = operations.tally;
            let note = format!(
                "{} of {}; {} rescued by a retry",
                grouped(tally.failed),
                grouped(tally.total),
                grouped(operations.rescued)
            );
            tile("Operations failed", &percent(tally.rate()), &note, "")?;
        }
        if let Some(latency) = self.latency {
            let note = format!(
                "p50 {}, p99 {}",
                millis(latency.p50_ms),
                millis(latency.p99_ms)
            );
            tile("Latency p95", &millis(latency.p95_ms), &note, "")?;
        }
        let over = format!("longer than {}", millis(self.slow.threshold_ms));
        tile("Slow attempts", &grouped(self.slow.count), &over, "")?;
        out.push_str("</dl>\n");
        Ok(())
    }

    fn pattern_cards(&self, out: &mut String) -> std::fmt::Result {
        if self.patterns.is_empty() {
            return Ok(());
        }
        out.push_str("<section aria-labelledby=\"patterns\"><h2 id=\"patterns\">What it looks like</h2>\n<div class=\"cards\">\n");
        for pattern in &self.patterns {
            writeln!(
                out,
                "<article class=\"card\"><h3>{}</h3><p>{}</p><p class=\"advice\">{}</p></article>",
                Escaped(pattern.name),
                Escaped(&pattern.analysis),
                Escaped(pattern.recommendation)
            )?;
        }
        out.push_str("</div></section>\n");
        Ok(())
    }

    fn footer(&self, out: &mut String) -> std::fmt::Result {
        out.push_str("<footer><p>Counted are attempts; one that failed counts as failed although a retry succeeded. ");
        out.push_str("Times are the ends of attempts. ");
        write!(out, "Zone: {}.", Escaped(&self.zone))?;
        let input = &self.input;
        if input.lines > 0 {
            write!(
                out,
                " Read: {} lines, {} malformed, {} missing by the log's own word.",
                grouped(input.lines),
                grouped(input.malformed),
                grouped(input.lost)
            )?;
        }
        if self.without_hour > 0 {
            write!(
                out,
                " Attempts in no hour shown: {}.",
                grouped(self.without_hour)
            )?;
        }
        out.push_str("</p></footer>\n");
        Ok(())
    }
}
