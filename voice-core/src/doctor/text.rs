//! The report as text: aligned, with colours for a terminal, with cause and remedy below what is wrong.

use std::fmt::{self, Write};
use std::io::IsTerminal;
use std::time::Duration;

use super::{Finding, Report, Status};
use crate::config::Environment;

/// Where words are broken.
const WIDTH: usize = 100;
/// Longest name that moves the column.
const NAME: usize = 28;

/// Whether text comes with colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Colour {
    /// Letters alone, for files and mails.
    #[default]
    Plain,
    /// With ANSI escapes, for terminals.
    Ansi,
}

impl Colour {
    /// Colours when `out` is a terminal, or `CLICOLOR_FORCE` is set and not `0`, unless `NO_COLOR` (no-color.org) is set in
    /// `environment`. The caller says which environment that is; nothing else is read.
    ///
    /// ```
    /// use voice_core::config::Environment;
    /// use voice_core::doctor::Colour;
    ///
    /// let wishes = Environment::from_pairs([("NO_COLOR", "1")]);
    /// assert_eq!(Colour::choose(&std::io::stdout(), &wishes), Colour::Plain);
    /// ```
    #[must_use]
    pub fn choose(out: &impl IsTerminal, environment: &Environment) -> Self {
        let forced = environment
            .text("CLICOLOR_FORCE")
            .is_some_and(|value| value != "0");
        match (forced || out.is_terminal()) && !environment.has("NO_COLOR") {
            true => Self::Ansi,
            false => Self::Plain,
        }
    }

    fn paint(self, status: Status, text: &str) -> String {
        let code = match status {
            Status::Pass => "32",
            Status::Skipped => "2",
            Status::Warn => "33",
            Status::Fail => "1;31",
        };
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    fn bold(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("\u{1b}[1m{text}\u{1b}[0m"),
        }
    }
}

impl Report {
    /// The report as text: each section with its findings, cause, remedy and details below those that are not well; with
    /// more than one section a table of all of them side by side; totals.
    #[must_use]
    pub fn to_text(&self, colour: Colour) -> String {
        let mut out = String::with_capacity(4 << 10);
        // Writing into a String cannot fail.
        let _ = self.write_text(&mut out, colour);
        out
    }

    fn write_text(&self, out: &mut String, colour: Colour) -> fmt::Result {
        let width = self.names().iter().map(|name| length(name)).max();
        let width = width.unwrap_or(0).min(NAME);
        for section in self.sections() {
            writeln!(out, "{}", colour.bold(&section.name))?;
            for finding in &section.findings {
                finding.write_text(out, width, colour)?;
            }
            out.push('\n');
        }
        if self.sections().len() > 1 {
            self.side_by_side(out, width, colour)?;
        }
        let totals = self.totals();
        let [pass, warn, fail, skipped] = Status::ALL.map(|status| totals.of(status));
        let line = format!("{pass} passed, {warn} to look at, {fail} failed, {skipped} skipped");
        let worst = match (fail, warn) {
            (0, 0) => Status::Pass,
            (0, _) => Status::Warn,
            _ => Status::Fail,
        };
        writeln!(out, "{}", colour.paint(worst, &line))
    }

    fn side_by_side(&self, out: &mut String, width: usize, colour: Colour) -> fmt::Result {
        let columns: Vec<usize> = self
            .sections()
            .iter()
            .map(|section| length(&section.name).clamp(4, NAME))
            .collect();
        write!(out, "{:<width$}", "")?;
        for (section, column) in self.sections().iter().zip(&columns) {
            let name: String = section.name.chars().take(*column).collect();
            write!(out, "  {name:<column$}")?;
        }
        trim(out);
        for name in self.names() {
            write!(out, "{name:<width$}")?;
            for (section, column) in self.sections().iter().zip(&columns) {
                let statuses = section.findings.iter().filter(|f| f.name() == name);
                match statuses.map(Finding::status).max() {
                    Some(status) => {
                        let cell = format!("{:<column$}", mark(status));
                        write!(out, "  {}", colour.paint(status, &cell))?;
                    }
                    None => write!(out, "  {:<column$}", "-")?,
                }
            }
            trim(out);
        }
        out.push('\n');
        Ok(())
    }
}

impl Finding {
    fn write_text(&self, out: &mut String, width: usize, colour: Colour) -> fmt::Result {
        let status = self.status();
        let mark = colour.paint(status, &format!("{:<4}", mark(status)));
        let mut seen = self.seen().to_owned();
        if self.elapsed() > Duration::ZERO {
            let _ = write!(seen, " ({})", millis(self.elapsed()));
        }
        write!(out, "  {mark}  {:<width$}  ", self.name())?;
        let indent = width.max(length(self.name())) + 10;
        wrap(out, &seen, indent)?;
        let below = [("cause: ", self.cause()), ("remedy: ", self.remedy())];
        for (name, text) in below {
            if let Some(text) = text {
                write!(out, "{:indent$}{name}", "", indent = width + 10)?;
                wrap(out, text, width + 10 + name.len())?;
            }
        }
        // What is well needs no details; they are in the JSON.
        if status > Status::Skipped {
            for (name, value) in self.details().filter(|(_, value)| !value.is_empty()) {
                write!(out, "{:indent$}{name}: ", "", indent = width + 10)?;
                wrap(out, value, width + 12 + length(name))?;
            }
        }
        Ok(())
    }
}

fn mark(status: Status) -> &'static str {
    match status {
        Status::Pass => "PASS",
        Status::Skipped => "SKIP",
        Status::Warn => "WARN",
        Status::Fail => "FAIL",
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Ends a line without blanks at its end.
fn trim(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

/// Words, of which those that do not fit stand on lines of their own, as far in as the first.
fn wrap(out: &mut String, text: &str, indent: usize) -> fmt::Result {
    // A column that is too far right would leave no room for words.
    let (room, indent) = match WIDTH.checked_sub(indent) {
        Some(room) if room >= 30 => (room, indent),
        _ => (60, 12),
    };
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = length(word);
        if used > 0 && used + 1 + length > room {
            write!(out, "\n{:indent$}", "")?;
            used = 0;
        }
        if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    trim(out);
    Ok(())
}

/// A time as a person reads it.
pub(super) fn millis(time: Duration) -> String {
    match time.as_secs_f64() * 1_000.0 {
        ms if ms >= 999.5 => format!("{:.1} s", ms / 1_000.0),
        ms if ms >= 9.95 => format!("{ms:.0} ms"),
        ms => format!("{ms:.1} ms"),
    }
}
