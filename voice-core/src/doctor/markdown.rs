//! The report as Markdown, for an issue tracker or a chat.

use std::fmt::{self, Write};

use super::text::millis;
use super::{Finding, Report, Status};
use crate::observe::log::rfc3339;

impl Report {
    /// The report as Markdown: a table for each section, and below it cause, remedy and details of what is not well.
    /// Texts cannot become markup.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::with_capacity(4 << 10);
        // Writing into a String cannot fail.
        let _ = self.write_markdown(&mut out);
        out
    }

    fn write_markdown(&self, out: &mut String) -> fmt::Result {
        let totals = self.totals();
        writeln!(out, "# Doctor's report\n\n{}", rfc3339::text(self.at()))?;
        let counts = Status::ALL.map(|status| format!("{status}: {}", totals.of(status)));
        writeln!(out, "\n{}", counts.join(", "))?;
        for section in self.sections() {
            writeln!(out, "\n## {}\n", Plain(&section.name))?;
            out.push_str("| Check | Status | Seen | Time |\n|---|---|---|--:|\n");
            for finding in &section.findings {
                let time = match finding.elapsed() {
                    time if time.is_zero() => String::new(),
                    time => millis(time),
                };
                let status = match finding.status() {
                    Status::Fail | Status::Warn => format!("**{}**", finding.status()),
                    status => status.to_string(),
                };
                let (name, seen) = (Plain(finding.name()), Plain(finding.seen()));
                writeln!(out, "| {name} | {status} | {seen} | {time} |")?;
            }
            for finding in &section.findings {
                finding.write_markdown(out)?;
            }
        }
        Ok(())
    }
}

impl Finding {
    fn write_markdown(&self, out: &mut String) -> fmt::Result {
        if self.status() <= Status::Skipped {
            return Ok(());
        }
        writeln!(out, "\n### {}: {}\n", Plain(self.name()), self.status())?;
        writeln!(out, "{}\n", Plain(self.seen()))?;
        let known = [("Cause", self.cause()), ("Remedy", self.remedy())];
        for (name, text) in known {
            if let Some(text) = text {
                writeln!(out, "- **{name}**: {}", Plain(text))?;
            }
        }
        for (name, value) in self.details() {
            writeln!(out, "- {}: {}", Plain(name), Plain(value))?;
        }
        Ok(())
    }
}

/// Text that cannot become markup, neither Markdown nor HTML.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => {
                    f.write_char('\\')?;
                    f.write_char(char)?;
                }
                char => f.write_char(char)?,
            }
        }
        Ok(())
    }
}
