//! All findings, by section, with totals and an exit code.

use std::time::SystemTime;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::{Finding, Status};
use crate::observe::log::rfc3339;

/// The findings about one provider or one host.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Section {
    /// What it is about.
    pub name: String,
    /// In the order in which the checks were given.
    pub findings: Vec<Finding>,
}

impl Section {
    /// A section; its name is redacted like a finding's.
    pub fn new(name: impl AsRef<str>, findings: Vec<Finding>) -> Self {
        let name = Finding::pass(name, "").name().to_owned();
        Self { name, findings }
    }

    /// The worst status in it; [`Status::Pass`] when there is none.
    #[must_use]
    pub fn status(&self) -> Status {
        let statuses = self.findings.iter().map(Finding::status);
        statuses.max().unwrap_or(Status::Pass)
    }
}

/// How many findings have which status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// As it should be.
    pub pass: usize,
    /// To be looked at.
    pub warn: usize,
    /// Broken.
    pub fail: usize,
    /// Not looked at.
    pub skipped: usize,
}

impl Totals {
    /// The count of one status.
    #[must_use]
    pub fn of(&self, status: Status) -> usize {
        match status {
            Status::Pass => self.pass,
            Status::Skipped => self.skipped,
            Status::Warn => self.warn,
            Status::Fail => self.fail,
        }
    }

    fn count(&mut self, status: Status) {
        match status {
            Status::Pass => self.pass += 1,
            Status::Skipped => self.skipped += 1,
            Status::Warn => self.warn += 1,
            Status::Fail => self.fail += 1,
        }
    }
}

/// What the doctor says: sections side by side, totals, an exit code; as text, JSON and Markdown.
///
/// ```
/// use std::time::SystemTime;
/// use voice_core::doctor::{Colour, Finding, Report, Section};
///
/// let report = Report::new(
///     SystemTime::UNIX_EPOCH,
///     vec![Section::new("twilio", vec![Finding::pass("dns", "1 address")])],
/// );
/// assert_eq!(report.exit_code(), 0);
/// assert!(report.to_text(Colour::Plain).starts_with("twilio\n  PASS  dns"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    at: SystemTime,
    sections: Vec<Section>,
}

impl Report {
    /// A report of given sections, made at `at`.
    #[must_use]
    pub fn new(at: SystemTime, sections: Vec<Section>) -> Self {
        Self { at, sections }
    }

    /// When it was made.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// The sections, in the order in which they were first named.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every finding with the name of its section.
    pub fn findings(&self) -> impl Iterator<Item = (&str, &Finding)> {
        self.sections.iter().flat_map(|section| {
            let name = section.name.as_str();
            section.findings.iter().map(move |finding| (name, finding))
        })
    }

    /// The counts of all sections together.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for (_, finding) in self.findings() {
            totals.count(finding.status());
        }
        totals
    }

    /// What a process should end with when no report could be made: wrong arguments, no certificates, no runtime.
    pub const COULD_NOT_RUN: u8 = 2;

    /// What a process should end with: 1 when something failed, else 0. Warnings and skipped checks do not count.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        u8::from(self.totals().fail > 0)
    }

    /// The report as pretty JSON. The shape is stable: members may be added, none is renamed or dropped.
    ///
    /// | member | |
    /// |---|---|
    /// | `at` | when it was made (RFC 3339, UTC, milliseconds) |
    /// | `exit_code` | 0 or 1, as [`exit_code`](Self::exit_code) |
    /// | `totals` | `pass`, `warn`, `fail`, `skipped`: how many findings of each |
    /// | `sections` | a list of `name` and `findings`, one for each provider or host |
    /// | `sections[].findings[]` | `name`, `status` (one of the four), `seen`, `elapsed_ms`; where known `cause`, `remedy`, and `details`, an object of texts |
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use voice_core::doctor::Report;
    ///
    /// let json = Report::new(SystemTime::UNIX_EPOCH, Vec::new()).to_json();
    /// assert!(json.contains(r#""exit_code": 0"#));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts, numbers and lists of these can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The names of all findings, each once, in the order of their first appearance.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for (_, finding) in self.findings() {
            if !names.contains(&finding.name()) {
                names.push(finding.name());
            }
        }
        names
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut report = out.serialize_struct("Report", 4)?;
        report.serialize_field("at", &rfc3339::text(self.at))?;
        report.serialize_field("exit_code", &self.exit_code())?;
        report.serialize_field("totals", &self.totals())?;
        report.serialize_field("sections", &self.sections)?;
        report.end()
    }
}
