//! The doctor: any number of checks at once, and one report.

use std::fmt;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use secrecy::SecretString;

use super::text::millis;
use super::{
    CheckContext, DoctorCheck, EndpointCheck, Examination, Finding, ProbeUrl, Report, Section,
};
use crate::clock::timeout;
use crate::secret::Redactor;

/// Runs checks for any number of providers and hosts, several at once, and reports.
///
/// ```no_run
/// use voice_core::config::Environment;
/// use voice_core::doctor::{
///     CheckContext, Colour, DnsCheck, Doctor, EnvironmentCheck, ProbeUrl,
/// };
///
/// # async fn run() -> Result<u8, Box<dyn std::error::Error>> {
/// let environment = Environment::process();
/// let report = Doctor::new(CheckContext::builder().build()?)
///     .check("settings", EnvironmentCheck::new(environment.clone()).required::<String>(&["API_KEY"]))
///     .endpoint("provider", ProbeUrl::parse("https://api.example.com/health")?)
///     .check("provider", DnsCheck::new("cdn.example.com"))
///     .run()
///     .await;
/// let text = report.to_text(Colour::choose(&std::io::stdout(), &environment));
/// # drop(text);
/// # Ok(report.exit_code())
/// # }
/// ```
#[must_use = "a doctor does nothing until it is run"]
pub struct Doctor {
    context: CheckContext,
    checks: Vec<(String, Box<dyn DoctorCheck>)>,
    at_once: usize,
    limit: Duration,
    redactor: Redactor,
    secrets: Vec<SecretString>,
}

impl Doctor {
    /// Checks that run at once by default.
    pub const AT_ONCE: usize = 8;
    /// Longest time of one check, with all its steps, by default.
    pub const CHECK_LIMIT: Duration = Duration::from_secs(60);

    /// A doctor without any check.
    pub fn new(context: CheckContext) -> Self {
        Self {
            context,
            checks: Vec::new(),
            at_once: Self::AT_ONCE,
            limit: Self::CHECK_LIMIT,
            redactor: Redactor::default(),
            secrets: Vec::new(),
        }
    }

    /// Adds a check to the section of that name.
    pub fn check(mut self, section: impl Into<String>, check: impl DoctorCheck + 'static) -> Self {
        self.checks.push((section.into(), Box::new(check)));
        self
    }

    /// Adds several checks to the section of that name.
    pub fn checks<C: DoctorCheck + 'static>(
        self,
        section: &str,
        checks: impl IntoIterator<Item = C>,
    ) -> Self {
        let add = |doctor: Self, check| doctor.check(section, check);
        checks.into_iter().fold(self, add)
    }

    /// Adds everything that is to be looked at for one provider. Give several for a report that shows them side by side.
    pub fn examine(mut self, examination: impl Into<Examination>) -> Self {
        let Examination {
            section,
            checks,
            secrets,
        } = examination.into();
        self.secrets.extend(secrets);
        let checks = checks.into_iter().map(|check| (section.clone(), check));
        self.checks.extend(checks);
        self
    }

    /// Adds an [`EndpointCheck`] of `url`.
    pub fn endpoint(self, section: impl Into<String>, url: ProbeUrl) -> Self {
        self.check(section, EndpointCheck::new(url))
    }

    /// How many checks run at once; [`AT_ONCE`](Self::AT_ONCE), and no less than 1.
    pub fn at_once(mut self, checks: usize) -> Self {
        self.at_once = checks.max(1);
        self
    }

    /// Longest time of one check with all its steps; [`CHECK_LIMIT`](Self::CHECK_LIMIT). One that takes longer is given up,
    /// so that nothing can hang the doctor.
    pub fn check_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Hides these secrets wherever they appear, beside everything that looks like one.
    pub fn redactor(mut self, redactor: Redactor) -> Self {
        self.redactor = redactor;
        self
    }

    /// Runs every check and reports. Sections stand in the order in which they were first named, findings in that of their
    /// checks.
    pub async fn run(&self) -> Report {
        let at = self.context.clock().wall();
        let secrets = Redactor::new(self.secrets.iter().cloned());
        let running = self
            .checks
            .iter()
            .map(|(_, check)| self.one(check.as_ref(), &secrets));
        let results: Vec<Vec<Finding>> =
            stream::iter(running).buffered(self.at_once).collect().await;
        let mut sections: Vec<Section> = Vec::new();
        for ((name, _), findings) in self.checks.iter().zip(results) {
            let section = Section::new(self.redactor.apply(name), findings);
            match sections.iter_mut().find(|known| known.name == section.name) {
                Some(known) => known.findings.extend(section.findings),
                None => sections.push(section),
            }
        }
        Report::new(at, sections)
    }

    async fn one(&self, check: &dyn DoctorCheck, secrets: &Redactor) -> Vec<Finding> {
        let clock = self.context.clock().as_ref();
        let findings = match timeout(clock, self.limit, check.check(&self.context)).await {
            Ok(findings) if findings.is_empty() => {
                vec![Finding::skipped(
                    check.name(),
                    "the check found nothing to say",
                )]
            }
            Ok(findings) => findings,
            Err(_) => vec![
                Finding::fail(
                    check.name(),
                    format!("no verdict within {}", millis(self.limit)),
                )
                .with_elapsed(self.limit)
                .with_cause("Something it waits for does not answer")
                .with_remedy("Look at the other findings, or give the doctor more time"),
            ],
        };
        let redacted = findings
            .into_iter()
            .map(|finding| finding.redacted(&self.redactor).redacted(secrets));
        redacted.collect()
    }
}

impl fmt::Debug for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self
            .checks
            .iter()
            .map(|(section, check)| (section, check.name()))
            .collect();
        f.debug_struct("Doctor")
            .field("checks", &names)
            .field("at_once", &self.at_once)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
