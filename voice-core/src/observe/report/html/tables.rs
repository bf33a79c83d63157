//! The tables of the page.

use std::fmt::{self, Write as _};

use super::escape::{Escaped, grouped};
use crate::observe::report::text::{millis, percent};
use crate::observe::report::{CallRow, ErrorReport, Share};

impl ErrorReport {
    pub(super) fn tables(&self, out: &mut String) -> fmt::Result {
        if !self.by_operation.is_empty() {
            begin(
                out,
                "operations",
                "By operation",
                &[
                    "Operation",
                    "#Attempts",
                    "#Failed",
                    "#Rate",
                    "#p50",
                    "#p95",
                    "#p99",
                ],
            )?;
            for row in &self.by_operation {
                let time = |pick: fn(&crate::observe::report::Latency) -> f64| {
                    row.latency
                        .as_ref()
                        .map(pick)
                        .map(millis)
                        .unwrap_or_default()
                };
                cells(
                    out,
                    &[&row.name],
                    &[
                        grouped(row.tally.total),
                        grouped(row.tally.failed),
                        percent(row.tally.rate()),
                        time(|l| l.p50_ms),
                        time(|l| l.p95_ms),
                        time(|l| l.p99_ms),
                    ],
                )?;
            }
            end(out);
        }
        out.push_str("<div class=\"columns\">\n");
        shares(
            out,
            "statuses",
            "By effective status",
            "Status",
            &self.by_status,
        )?;
        shares(out, "kinds", "By kind of error", "Kind", &self.by_kind)?;
        shares(out, "codes", "By provider code", "Code", &self.by_code)?;
        out.push_str("</div>\n");
        shares(
            out,
            "messages",
            "Most frequent messages",
            "Message",
            &self.messages,
        )?;
        self.hour_table(out)?;
        calls(
            out,
            "slow",
            "Slow attempts, longest first",
            &self.slow.calls,
        )?;
        calls(out, "last", "Last errors, newest first", &self.last_errors)
    }

    fn hour_table(&self, out: &mut String) -> fmt::Result {
        if self.by_hour.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<details><summary>All {} hours as a table</summary>",
            self.by_hour.len()
        )?;
        begin(
            out,
            "hours",
            "By hour",
            &[
                "Hour",
                "#Attempts",
                "#Failed",
                "#Rate",
                "#429",
                "#503",
                "#5xx",
                "#Time-out",
                "#Network",
                "#Other",
            ],
        )?;
        for row in self.by_hour.iter().rev() {
            let mut line = vec![
                grouped(row.tally.total),
                grouped(row.tally.failed),
                percent(row.tally.rate()),
            ];
            line.extend(row.errors.named().map(|(_, count)| grouped(count)));
            cells(out, &[&row.hour.replace('T', " ")], &line)?;
        }
        end(out);
        out.push_str("</details>\n");
        Ok(())
    }
}

fn shares(out: &mut String, id: &str, title: &str, what: &str, shares: &[Share]) -> fmt::Result {
    if shares.is_empty() {
        return Ok(());
    }
    begin(out, id, title, &[what, "#Attempts", "#Rate"])?;
    for share in shares {
        cells(
            out,
            &[&share.name],
            &[grouped(share.count), percent(share.rate)],
        )?;
    }
    end(out);
    Ok(())
}

fn calls(out: &mut String, id: &str, title: &str, calls: &[CallRow]) -> fmt::Result {
    if calls.is_empty() {
        return Ok(());
    }
    begin(out, id, title, &["When", "What", "Where", "#Duration"])?;
    for call in calls {
        let mut what = call.what();
        if let Some(message) = &call.message {
            what.push_str(": ");
            what.push_str(message);
        }
        let time = call.time.as_deref().unwrap_or("-").replace('T', " ");
        let duration = call.duration_ms.map(millis).unwrap_or_default();
        cells(out, &[&time, &what, call.place()], &[duration])?;
    }
    end(out);
    Ok(())
}

/// A table's head; a wide table scrolls within its own frame. A `#` before a column's name makes it one of numbers.
fn begin(out: &mut String, id: &str, title: &str, columns: &[&str]) -> fmt::Result {
    write!(
        out,
        "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{}</h2>\n\
         <div class=\"frame\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}\"><table{}><thead><tr>",
        Escaped(title),
        if columns.first() == Some(&"When") {
            " class=\"when\""
        } else {
            ""
        }
    )?;
    for name in columns {
        match name.strip_prefix('#') {
            Some(name) => write!(out, "<th scope=\"col\" class=\"n\">{}</th>", Escaped(name))?,
            None => write!(out, "<th scope=\"col\">{}</th>", Escaped(name))?,
        }
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    Ok(())
}

/// A row: `texts` first, then numbers.
fn cells(out: &mut String, texts: &[&str], numbers: &[String]) -> fmt::Result {
    out.push_str("<tr>");
    for text in texts {
        write!(out, "<td>{}</td>", Escaped(text))?;
    }
    for number in numbers {
        write!(out, "<td class=\"n\">{}</td>", Escaped(number))?;
    }
    out.push_str("</tr>\n");
    Ok(())
}

fn end(out: &mut String) {
    out.push_str("</tbody></table></div></section>\n");
}
