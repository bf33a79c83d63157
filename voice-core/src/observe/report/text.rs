//! The report as text, no wider than 100 columns.

use std::fmt::{self, Write};

use super::{CallRow, ErrorReport, HourRow, Latency, Share};

/// The width of a line.
const WIDTH: usize = 100;
/// Hours that are shown.
const HOURS: usize = 24;
/// The longest bar.
const BAR: usize = 20;

impl ErrorReport {
    /// The report as a table for a terminal or a mail: plain text, no wider than 100 columns, the last 24 hours.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::with_capacity(8 << 10);
        // Writing into a String cannot fail.
        let _ = self.write_text(&mut out);
        let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
        lines.join("\n") + "\n"
    }

    fn write_text(&self, out: &mut String) -> fmt::Result {
        let rule = "=".repeat(WIDTH);
        writeln!(out, "{rule}\nERROR REPORT  {}\n{rule}", self.period())?;
        self.summary(out)?;
        self.pattern_lines(out)?;
        shares(out, "By status", &self.by_status)?;
        shares(out, "By provider code", &self.by_code)?;
        shares(out, "By kind of error", &self.by_kind)?;
        self.operation_lines(out)?;
        self.endpoint_lines(out)?;
        self.hour_lines(out)?;
        shares(out, "Most frequent messages", &self.messages)?;
        self.slow_lines(out)?;
        self.last_lines(out)
    }

    /// From when to when, and by which clock.
    pub(super) fn period(&self) -> String {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => {
                let short = |text: &str| text.get(..16).unwrap_or(text).replace('T', " ");
                format!("{} to {} ({})", short(from), short(to), self.zone)
            }
            _ => format!("without times ({})", self.zone),
        }
    }

    fn summary(&self, out: &mut String) -> fmt::Result {
        let all = self.attempts;
        writeln!(
            out,
            "Attempts    {:>9}   failed {:>8}   error rate {:>8}",
            all.total,
            all.failed,
            percent(all.rate())
        )?;
        if let Some(operations) = self.operations {
            writeln!(
                out,
                "Operations  {:>9}   failed {:>8}   error rate {:>8}   rescued by a retry {}",
                operations.tally.total,
                operations.tally.failed,
                percent(operations.tally.rate()),
                operations.rescued
            )?;
        }
        if let Some(latency) = &self.latency {
            writeln!(out, "Latency     {}", quantiles(latency))?;
        }
        let input = &self.input;
        if input.malformed > 0 {
            let at: Vec<String> = input.malformed_at.iter().map(u64::to_string).collect();
            let more = if input.malformed > at.len() as u64 {
                ", …"
            } else {
                ""
            };
            wrap(
                out,
                &format!(
                    "Input       {} lines, {} of them malformed (number {}{more})",
                    input.lines,
                    input.malformed,
                    at.join(", ")
                ),
            )?;
        }
        if input.lost > 0 {
            writeln!(
                out,
                "Input       the log itself says that {} lines are missing",
                input.lost
            )?;
        }
        Ok(())
    }

    fn pattern_lines(&self, out: &mut String) -> fmt::Result {
        for pattern in &self.patterns {
            heading(out, &format!("Pattern: {}", pattern.name))?;
            wrap(out, &pattern.analysis)?;
            wrap(out, &format!("-> {}", pattern.recommendation))?;
        }
        Ok(())
    }

    fn operation_lines(&self, out: &mut String) -> fmt::Result {
        if self.by_operation.is_empty() {
            return Ok(());
        }
        heading(out, "By operation")?;
        writeln!(
            out,
            "  {:<40} {:>8} {:>7} {:>8} {:>9} {:>9} {:>9}",
            "", "attempts", "failed", "rate", "p50", "p95", "p99"
        )?;
        for row in &self.by_operation {
            let [p50, p95, p99] = row.latency.map_or_else(Default::default, |latency| {
                [latency.p50_ms, latency.p95_ms, latency.p99_ms].map(millis)
            });
            writeln!(
                out,
                "  {:<40} {:>8} {:>7} {:>8} {p50:>9} {p95:>9} {p99:>9}",
                fit(&row.name, 40),
                row.tally.total,
                row.tally.failed,
                percent(row.tally.rate()),
            )?;
        }
        Ok(())
    }

    fn endpoint_lines(&self, out: &mut String) -> fmt::Result {
        if self.by_endpoint.iter().all(|row| row.tally.failed == 0) {
            return Ok(());
        }
        heading(out, "Endpoints with the most failures")?;
        for row in self.by_endpoint.iter().filter(|row| row.tally.failed > 0) {
            writeln!(
                out,
                "  {:<66} {:>6} of {:>8} {:>8}",
                fit(&row.name, 66),
                row.tally.failed,
                row.tally.total,
                percent(row.tally.rate())
            )?;
        }
        Ok(())
    }

    /// The last hours of all.
    pub(super) fn last_hours(&self) -> &[HourRow] {
        let from = self.by_hour.len().saturating_sub(HOURS);
        self.by_hour.get(from..).unwrap_or_default()
    }

    fn hour_lines(&self, out: &mut String) -> fmt::Result {
        let hours = self.last_hours();
        if hours.is_empty() {
            return Ok(());
        }
        let shown = match self.by_hour.len() > hours.len() {
            true => format!(", the last {} of {}", hours.len(), self.by_hour.len()),
            false => String::new(),
        };
        heading(out, &format!("By hour ({}{shown})", self.zone))?;
        writeln!(
            out,
            "  {:<13} {:>8} {:>7} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}",
            "", "attempts", "failed", "rate", "429", "503", "5xx", "t-out", "net", "other"
        )?;
        let most = hours
            .iter()
            .map(|hour| hour.tally.failed)
            .max()
            .unwrap_or(0);
        for hour in hours {
            write!(
                out,
                "  {:<13} {:>8} {:>7} {:>8}",
                hour.hour.replace('T', " "),
                hour.tally.total,
                hour.tally.failed,
                percent(hour.tally.rate())
            )?;
            for (_, count) in hour.errors.named() {
                write!(out, " {count:>6}")?;
            }
            let bar = bar(hour.tally.failed, most, 14);
            writeln!(out, "  {bar}")?;
        }
        Ok(())
    }

    fn slow_lines(&self, out: &mut String) -> fmt::Result {
        if self.slow.count == 0 {
            return Ok(());
        }
        let threshold = millis(self.slow.threshold_ms);
        let count = self.slow.count;
        heading(out, &format!("Slower than {threshold}: {count}"))?;
        for call in &self.slow.calls {
            writeln!(
                out,
                "  {:<25} {:>9}  {}",
                call.time.as_deref().unwrap_or("-"),
                call.duration_ms.map(millis).unwrap_or_default(),
                fit(call.place(), 60)
            )?;
        }
        Ok(())
    }

    fn last_lines(&self, out: &mut String) -> fmt::Result {
        if self.last_errors.is_empty() {
            return Ok(());
        }
        heading(out, "Last errors")?;
        for call in &self.last_errors {
            let time = call.time.as_deref().unwrap_or("-");
            writeln!(out, "  {time:<25} {}", fit(&call.what(), 72))?;
            if let Some(message) = call.message.as_deref().filter(|text| !text.is_empty()) {
                writeln!(out, "  {:<25} {}", "", fit(message, 72))?;
            }
        }
        Ok(())
    }
}

impl CallRow {
    /// The endpoint, or the operation where there is none.
    pub(super) fn place(&self) -> &str {
        match self.endpoint.as_str() {
            "" => &self.operation,
            endpoint => endpoint,
        }
    }

    /// Operation, status, code, kind and request id, as far as they are known.
    pub(super) fn what(&self) -> String {
        let mut text = self.operation.clone();
        if let Some(status) = self.status {
            let _ = write!(text, ", HTTP {status}");
        }
        if let Some(code) = &self.code {
            let _ = write!(text, ", code {code}");
        }
        if let Some(kind) = &self.kind {
            let _ = write!(text, ", {kind}");
        }
        if let Some(id) = &self.request_id {
            let _ = write!(text, ", request {id}");
        }
        text
    }
}

fn shares(out: &mut String, title: &str, shares: &[Share]) -> fmt::Result {
    let Some(most) = shares.iter().map(|share| share.count).max() else {
        return Ok(());
    };
    heading(out, title)?;
    for share in shares {
        writeln!(
            out,
            "  {:<54} {:>9} {:>8}  {}",
            fit(&share.name, 54),
            share.count,
            percent(share.rate),
            bar(share.count, most, BAR)
        )?;
    }
    Ok(())
}

fn heading(out: &mut String, title: &str) -> fmt::Result {
    let line = "-".repeat(WIDTH.saturating_sub(title.chars().count() + 4));
    writeln!(out, "\n-- {title} {line}")
}

/// Words on lines of their own width.
fn wrap(out: &mut String, text: &str) -> fmt::Result {
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH - 2 {
            out.write_str("\n")?;
            width = 0;
        }
        match width {
            0 => out.write_str("  ")?,
            _ => out.write_str(" ")?,
        }
        out.write_str(word)?;
        width += length + usize::from(width > 0);
    }
    out.write_str("\n")
}

/// At most so many characters; what is cut out is cut out of the middle, since both ends say something.
pub(in crate::observe) fn fit(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let keep = width.saturating_sub(1);
    let tail = keep / 2;
    let head: String = text.chars().take(keep - tail).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

fn bar(count: u64, most: u64, longest: usize) -> String {
    if count == 0 || most == 0 {
        return String::new();
    }
    let length = u128::from(count) * longest as u128 / u128::from(most);
    "#".repeat(usize::try_from(length).unwrap_or(longest).max(1))
}

pub(in crate::observe) fn percent(rate: f64) -> String {
    format!("{:.2} %", rate * 100.0)
}

pub(in crate::observe) fn millis(value: f64) -> String {
    match value {
        v if v >= 99_995.0 => format!("{:.0} s", v / 1000.0),
        v if v >= 999.5 => format!("{:.2} s", v / 1000.0),
        v if v >= 9.95 => format!("{v:.0} ms"),
        v => format!("{v:.1} ms"),
    }
}

fn quantiles(latency: &Latency) -> String {
    format!(
        "p50 {}   p95 {}   p99 {}   longest {}",
        millis(latency.p50_ms),
        millis(latency.p95_ms),
        millis(latency.p99_ms),
        millis(latency.max_ms)
    )
}
