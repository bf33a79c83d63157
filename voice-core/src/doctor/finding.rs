//! One finding: what was looked at, what was seen, and what to do about it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::Explanation;
use crate::error::Error;
use crate::secret::{Redactor, excerpt};

/// Longest name of a finding or a detail, in bytes.
const NAME_BYTES: usize = 100;
/// Longest text, in bytes.
const TEXT_BYTES: usize = 2_000;

/// The verdict of one check, from harmless to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// As it should be.
    Pass,
    /// Not looked at, and why.
    Skipped,
    /// It works, but not well, or not for long.
    Warn,
    /// It does not work.
    Fail,
}

impl Status {
    /// Every status, in the order of totals.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Warn, Self::Fail, Self::Skipped];

    /// A stable name: `pass`, `warn`, `fail`, `skipped`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Skipped => "skipped",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What one check found.
///
/// Every text is redacted, put on one line and bounded (names to 100 bytes, texts to 2,000) when it is given, so that a
/// report can be sent to anybody. As JSON: `name`, `status`, `seen`, `cause`, `remedy`, `elapsed_ms`, `details`; what is
/// not known is left out.
///
/// ```
/// use voice_core::doctor::{Finding, Status};
///
/// let finding = Finding::fail("from number", "+14155552671 is not owned by the account")
///     .with_cause("The number was released, or belongs to another account")
///     .with_remedy("List the account's numbers and set one of them");
/// assert_eq!(finding.status(), Status::Fail);
/// assert_eq!(finding.seen(), "+14*******71 is not owned by the account");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[must_use = "a finding does nothing until it is reported"]
pub struct Finding {
    name: String,
    status: Status,
    seen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    #[serde(rename = "elapsed_ms", serialize_with = "millis")]
    elapsed: Duration,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "map")]
    details: Vec<(String, String)>,
}

impl Finding {
    /// A finding of any status.
    pub fn new(name: impl AsRef<str>, status: Status, seen: impl AsRef<str>) -> Self {
        Self {
            name: clean(name.as_ref(), NAME_BYTES),
            status,
            seen: clean(seen.as_ref(), TEXT_BYTES),
            cause: None,
            remedy: None,
            elapsed: Duration::ZERO,
            details: Vec::new(),
        }
    }

    /// All is well.
    pub fn pass(name: impl AsRef<str>, seen: impl AsRef<str>) -> Self {
        Self::new(name, Status::Pass, seen)
    }

    /// It works, but somebody should look at it.
    pub fn warn(name: impl AsRef<str>, seen: impl AsRef<str>) -> Self {
        Self::new(name, Status::Warn, seen)
    }

    /// It does not work.
    pub fn fail(name: impl AsRef<str>, seen: impl AsRef<str>) -> Self {
        Self::new(name, Status::Fail, seen)
    }

    /// It was not looked at; `reason` says why.
    pub fn skipped(name: impl AsRef<str>, reason: impl AsRef<str>) -> Self {
        Self::new(name, Status::Skipped, reason)
    }

    /// Adds the likely cause; one that is not a literal is redacted.
    pub fn with_cause(mut self, cause: impl Into<Cow<'static, str>>) -> Self {
        self.cause = Some(text(cause.into()));
        self
    }

    /// Adds what to do; one that is not a literal is redacted.
    pub fn with_remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = Some(text(remedy.into()));
        self
    }

    /// Adds cause and remedy from a table.
    pub fn with_explanation(self, explanation: &Explanation) -> Self {
        self.with_cause(explanation.cause)
            .with_remedy(explanation.remedy)
    }

    /// Adds a detail; one that is there already keeps its place and gets the new value.
    pub fn with_detail(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let name = clean(name.as_ref(), NAME_BYTES);
        let value = clean(value.as_ref(), TEXT_BYTES);
        match self.details.iter_mut().find(|(known, _)| *known == name) {
            Some((_, held)) => *held = value,
            None => self.details.push((name, value)),
        }
        self
    }

    /// Records how long the check took.
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Gives it another name, for a check that is made several times in one section.
    pub fn with_name(mut self, name: impl AsRef<str>) -> Self {
        self.name = clean(name.as_ref(), NAME_BYTES);
        self
    }

    /// Gives it its verdict once all details are known.
    pub(super) fn reviewed(mut self, status: Status, seen: &str) -> Self {
        self.status = status;
        self.seen = clean(seen, TEXT_BYTES);
        self
    }

    /// Adds an error's likely cause and remedy, which are literals, or were redacted when the error was made.
    pub(super) fn explained_by(mut self, error: &Error) -> Self {
        self.cause = Some(error.likely_cause().to_owned());
        self.remedy = Some(error.remedy().to_owned());
        self
    }

    /// Makes it a failure for another reason.
    pub(super) fn overruled(self, seen: &str, cause: &'static str, remedy: &'static str) -> Self {
        self.reviewed(Status::Fail, seen)
            .with_cause(cause)
            .with_remedy(remedy)
    }

    /// Hides the secrets that `redactor` knows as well.
    pub(super) fn redacted(mut self, redactor: &Redactor) -> Self {
        let texts = [Some(&mut self.name), Some(&mut self.seen)]
            .into_iter()
            .chain([self.cause.as_mut(), self.remedy.as_mut()]);
        let details = self
            .details
            .iter_mut()
            .flat_map(|(name, value)| [name, value]);
        for held in texts.flatten().chain(details) {
            if let Cow::Owned(hidden) = redactor.apply(held) {
                *held = hidden;
            }
        }
        self
    }

    /// What was looked at.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The verdict.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// What was seen, in words.
    #[must_use]
    pub fn seen(&self) -> &str {
        &self.seen
    }

    /// The likely cause, when something is wrong and one is known.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// How long the check took; zero for one that only looked at what was there.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Names and values, in the order they were added.
    pub fn details(&self) -> impl Iterator<Item = (&str, &str)> {
        self.details
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// One detail by its name.
    #[must_use]
    pub fn detail_value(&self, name: &str) -> Option<&str> {
        self.details()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }
}

fn clean(text: &str, max: usize) -> String {
    excerpt(text.as_bytes(), max, &Redactor::default())
}

fn text(text: Cow<'static, str>) -> String {
    match text {
        Cow::Borrowed(literal) => literal.to_owned(),
        Cow::Owned(text) => clean(&text, TEXT_BYTES),
    }
}

fn millis<S: Serializer>(value: &Duration, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_f64((value.as_secs_f64() * 1_000_000.0).round() / 1_000.0)
}

fn map<S: Serializer>(details: &[(String, String)], out: S) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(Some(details.len()))?;
    for (name, value) in details {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[test]
    fn texts_are_redacted_on_one_line_and_bounded() {
        let long = "x".repeat(5_000);
        let finding = Finding::fail(
            "to\n+14155552671",
            "Authorization: Bearer abc\r\n+14155552671",
        )
        .with_cause(format!("password=hunter2 {long}"))
        .with_remedy("literal")
        .with_detail("authToken", "present")
        .with_detail("n", "1")
        .with_detail("n", "2");
        let json = serde_json::to_string(&finding).unwrap();
        for secret in ["4155552671", "abc", "hunter2", "\\n"] {
            assert!(
                !json.contains(secret) && !format!("{finding:?}").contains(secret),
                "{json}"
            );
        }
        assert!(finding.cause().unwrap().len() < 2_100);
        assert_eq!(finding.detail_value("authToken"), Some("present"));
        assert_eq!(finding.detail_value("n"), Some("2"));
    }

    #[test]
    fn known_secrets_are_hidden_everywhere() {
        let redactor = Redactor::new([SecretString::from("blue-horse")]);
        let finding = Finding::warn("blue-horse", "a blue-horse")
            .with_cause("blue-horse".to_owned())
            .with_remedy("blue-horse")
            .with_detail("blue-horse", "blue-horse")
            .redacted(&redactor);
        let json = serde_json::to_string(&finding).unwrap();
        assert!(!json.contains("blue"), "{json}");
        assert_eq!(json.matches("[REDACTED]").count(), 6);
    }

    #[test]
    fn the_json_of_a_finding() {
        let finding =
            Finding::pass("dns", "2 addresses").with_elapsed(Duration::from_micros(12_345));
        assert_eq!(
            serde_json::to_string(&finding).unwrap(),
            r#"{"name":"dns","status":"pass","seen":"2 addresses","elapsed_ms":12.345}"#
        );
    }
}
