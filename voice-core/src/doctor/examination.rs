//! Everything that is to be looked at for one provider, as one thing: its section, its checks, its secrets.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use super::{CheckContext, DoctorCheck, EndpointCheck, Expected, Finding, ProbeUrl, ProviderCheck};
use crate::config::Environment;
use crate::error::{Error, ErrorKind};
use crate::provider::HealthCheck;

/// All checks of one provider. Each provider crate makes one with its feature `doctor`; [`Doctor::examine`](super::Doctor::examine)
/// runs any number of them side by side.
///
/// The findings every provider has bear the same names, so that a report can show them in columns: `environment`, `dns`, `tcp`,
/// `tls`, `latency`, `http`, `clock`, `credentials`, `credentials limits`.
///
/// ```
/// use voice_core::doctor::{CheckContext, Doctor, Examination, Finding, KnownFindings};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mine = Examination::new("crm").check(KnownFindings::from(Finding::pass("licence", "valid until May")));
/// let report = Doctor::new(CheckContext::builder().build()?).examine(mine).run().await;
/// assert_eq!(report.exit_code(), 0);
/// # Ok(())
/// # }
/// ```
#[must_use = "an examination does nothing until a doctor runs it"]
pub struct Examination {
    pub(super) section: String,
    pub(super) checks: Vec<Box<dyn DoctorCheck>>,
    pub(super) secrets: Vec<SecretString>,
}

impl Examination {
    /// The name of the finding about credentials.
    pub const CREDENTIALS: &'static str = "credentials";

    /// Nothing yet, for the section of that name.
    pub fn new(section: impl Into<String>) -> Self {
        Self {
            section: section.into(),
            checks: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// Adds a check.
    pub fn check(mut self, check: impl DoctorCheck + 'static) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    /// Adds several checks.
    pub fn checks<C: DoctorCheck + 'static>(self, checks: impl IntoIterator<Item = C>) -> Self {
        checks.into_iter().fold(self, Self::check)
    }

    /// Adds the way to `url`, stage by stage. Any answer that shows that the API is there is good, as the probe has no credentials:
    /// 2xx, 401, 403, 404. A URL that cannot be probed is a finding.
    pub fn endpoint(self, url: &str) -> Self {
        match ProbeUrl::parse(url) {
            Ok(url) => self
                .check(EndpointCheck::new(url).expect(Expected::Status(vec![200, 401, 403, 404]))),
            Err(rule) => self.check(KnownFindings::from(
                Finding::fail("http", format!("the base URL cannot be used: {rule}"))
                    .with_cause(
                        "It is plain http to another machine, holds credentials, or is no URL",
                    )
                    .with_remedy("Set a base URL of the form https://HOST"),
            )),
        }
    }

    /// Adds the provider's own probe with its credentials; where there is no client, what building it ended with.
    pub fn credentials<C>(self, built: &Result<C, Error>) -> Self
    where
        C: HealthCheck + Clone + 'static,
    {
        match built {
            Ok(client) => self.check(ProviderCheck::new(
                Self::CREDENTIALS,
                Arc::new(client.clone()),
            )),
            Err(error) => self.check(KnownFindings::from(no_client(error))),
        }
    }

    /// Hides this secret wherever it appears.
    pub fn secret(mut self, secret: SecretString) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Hides what these variables hold.
    pub fn hide(mut self, environment: &Environment, names: &[&str]) -> Self {
        let held = names.iter().filter_map(|name| environment.text(name));
        self.secrets.extend(held.map(SecretString::from));
        self
    }

    /// Its section.
    #[must_use]
    pub fn section(&self) -> &str {
        &self.section
    }
}

impl fmt::Debug for Examination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.checks.iter().map(|check| check.name()).collect();
        f.debug_struct("Examination")
            .field("section", &self.section)
            .field("checks", &names)
            .finish_non_exhaustive()
    }
}

fn no_client(error: &Error) -> Finding {
    Finding::fail(
        Examination::CREDENTIALS,
        format!("not tried, there is no client: {}", without_hint(error)),
    )
    .explained_by(error)
    .with_detail("kind", error.kind().as_str())
}

/// A finding about a request that failed and stands on good credentials and a way to the provider: where one of these is what
/// failed, other findings tell, and this one is skipped. Otherwise as [`failed_request`].
pub fn failed_later(name: &str, error: &Error) -> Finding {
    match error.kind() {
        ErrorKind::Authentication => {
            Finding::skipped(name, "the credentials are refused; see the finding on them")
        }
        ErrorKind::Dns | ErrorKind::Connect | ErrorKind::Tls | ErrorKind::Connection => {
            Finding::skipped(
                name,
                "the API is not reached; see the findings on the way to it",
            )
        }
        _ => failed_request(name, error),
    }
}

/// What an error says, without the hint, which a finding has for its remedy.
pub(super) fn without_hint(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some(said) = error.hint().and_then(|hint| text.strip_suffix(hint)) {
        text.truncate(said.trim_end_matches(". ").len());
    }
    text
}

/// Findings that are known before anything is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownFindings(Vec<Finding>);

impl KnownFindings {
    /// Says these.
    #[must_use]
    pub fn new(findings: Vec<Finding>) -> Self {
        Self(findings)
    }
}

impl From<Finding> for KnownFindings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

#[async_trait]
impl DoctorCheck for KnownFindings {
    fn name(&self) -> &str {
        self.0.first().map_or("known", Finding::name)
    }

    async fn check(&self, _context: &CheckContext) -> Vec<Finding> {
        self.0.clone()
    }
}

/// A finding about a request that failed: what was said, the likely cause, the remedy, and what the provider's support asks for.
///
/// ```
/// use voice_core::doctor::failed_request;
/// use voice_core::error::{Error, ErrorKind};
///
/// let finding = failed_request("balance", &Error::new(ErrorKind::Quota, "no credit").with_code("402"));
/// assert!(finding.cause().is_some() && finding.remedy().is_some());
/// assert_eq!(finding.detail_value("code"), Some("402"));
/// ```
pub fn failed_request(name: &str, error: &Error) -> Finding {
    let mut finding = Finding::fail(name, without_hint(error))
        .explained_by(error)
        .with_detail("kind", error.kind().as_str());
    if let Some(status) = error.status() {
        finding = finding.with_detail("status", status.as_str());
    }
    if let Some(code) = error.code() {
        finding = finding.with_detail("code", code);
    }
    if let Some(id) = error.request_id() {
        finding = finding.with_detail("request id", id);
    }
    finding
}
