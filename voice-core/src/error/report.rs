//! The error as a Markdown bug report, for a provider's support or an issue tracker.

use std::fmt;
use std::time::SystemTime;

use super::{Delivery, Error, clean};
use crate::secret::{EXCERPT_BYTES, Redactor, excerpt};

/// A bug report about an [`Error`], made by [`Error::report`]; its `Display` is Markdown.
///
/// It says what is known and nothing else: a section without content is left out. Everything in it is redacted like the
/// error itself; texts of the provider stand in code spans and fences that they cannot leave.
#[derive(Debug, Clone)]
#[must_use = "a report does nothing until it is shown"]
pub struct BugReport<'a> {
    error: &'a Error,
    at: Option<SystemTime>,
    environment: Vec<(String, String)>,
    request_body: Option<String>,
}

impl Error {
    /// A bug report about this error, in Markdown.
    ///
    /// ```
    /// use http::{Method, StatusCode};
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use voice_core::error::{Delivery, Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::InvalidInput, "Invalid trunk name format")
    ///     .with_operation("exotel", "trunks.create")
    ///     .with_endpoint(Method::POST, "/v2/accounts/{account_sid}/trunks")
    ///     .with_status(StatusCode::BAD_REQUEST)
    ///     .with_delivery(Delivery::Answered);
    /// let report = error.report().at(UNIX_EPOCH + Duration::from_secs(1_736_764_200)).to_string();
    /// assert!(report.contains("- **Time**: 2025-01-13T10:30:00Z"));
    /// assert!(report.contains("- **Endpoint**: `POST /v2/accounts/{account_sid}/trunks`"));
    /// assert!(report.contains("- **HTTP status**: 400 Bad Request"));
    /// ```
    pub fn report(&self) -> BugReport<'_> {
        BugReport {
            error: self,
            at: None,
            environment: Vec::new(),
            request_body: None,
        }
    }
}

impl BugReport<'_> {
    /// When it happened; errors do not know.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.at = Some(time);
        self
    }

    /// One more line under *Environment*, such as `Region` and `Mumbai`; both are redacted, and bounded to 200 bytes.
    pub fn environment(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let line = |text: &str| clean(text, super::NAME_BYTES);
        self.environment
            .push((line(name.as_ref()), line(value.as_ref())));
        self
    }

    /// What was sent: its first 512 bytes are shown, redacted by looks and by the secrets that `redactor` knows.
    pub fn request_body(mut self, body: &[u8], redactor: &Redactor) -> Self {
        self.request_body = Some(excerpt(body, EXCERPT_BYTES, redactor)).filter(|b| !b.is_empty());
        self
    }
}

impl fmt::Display for BugReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.error;
        f.write_str("## API error report\n\n### Environment\n\n")?;
        if let Some(time) = self.at.and_then(|at| jiff::Timestamp::try_from(at).ok()) {
            writeln!(f, "- **Time**: {time}")?;
        }
        if !error.provider().is_empty() {
            item(f, "Provider", error.provider())?;
            item(f, "Operation", error.operation())?;
        }
        if let Some((method, path)) = error.endpoint() {
            item(f, "Endpoint", &format!("{method} {path}"))?;
        }
        if let Some(id) = error.request_id() {
            item(f, "Request ID", id)?;
        }
        for (name, value) in &self.environment {
            writeln!(f, "- **{}**: {}", Plain(name), Code(value))?;
        }
        item(
            f,
            "Library",
            concat!("voice-core ", env!("CARGO_PKG_VERSION")),
        )?;

        f.write_str("\n### Error details\n\n")?;
        if let Some(status) = error.status() {
            writeln!(f, "- **HTTP status**: {status}")?;
        }
        if let Some(code) = error.code() {
            item(f, "Error code", code)?;
        }
        item(f, "Error kind", error.kind().as_str())?;
        item(f, "Error message", error.message())?;
        for field in error.fields() {
            let name = match field.field.as_str() {
                "" => "Field".to_owned(),
                name => format!("Field {}", Code(name)),
            };
            writeln!(f, "- **{name}**: {}", Code(&field.message))?;
        }
        if !error.provider().is_empty() {
            writeln!(f, "- **Outcome**: {}", outcome(error))?;
        }
        if error.attempts() > 0 {
            let (attempts, elapsed) = (error.attempts(), error.elapsed());
            writeln!(f, "- **Attempts**: {attempts} in {elapsed:.1?}")?;
        }
        if let Some(wait) = error.retry_after() {
            writeln!(f, "- **Retry after**: {wait:?}")?;
        }
        for (key, value) in error.context() {
            writeln!(f, "- **{}**: {}", Plain(key), Code(value))?;
        }

        fenced(f, "Request body", self.request_body.as_deref())?;
        fenced(f, "Response body", error.body_excerpt())?;
        if let Some(hint) = error.hint() {
            write!(f, "\n### Likely cause\n\n{}\n", Plain(hint))?;
        }
        Ok(())
    }
}

fn outcome(error: &Error) -> &'static str {
    match error.delivery() {
        Delivery::Answered if error.may_have_happened() => {
            "answered with a success that could not be read"
        }
        delivery => delivery.in_words(),
    }
}

fn item(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    writeln!(f, "- **{name}**: {}", Code(value))
}

/// A section with a fenced block; its fence is longer than any run of backticks in the text.
fn fenced(f: &mut fmt::Formatter<'_>, title: &str, text: Option<&str>) -> fmt::Result {
    let Some(text) = text else { return Ok(()) };
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let language = if text.starts_with(['{', '[']) {
        "json"
    } else {
        ""
    };
    write!(f, "\n### {title}\n\n{fence}{language}\n{text}\n{fence}\n")
}

/// A code span that its text cannot leave.
struct Code<'a>(&'a str);

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0;
        if text.trim().is_empty() {
            return f.write_str("(empty)");
        }
        let fence = "`".repeat(longest_run(text) + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') {
            " "
        } else {
            ""
        };
        write!(f, "{fence}{pad}{text}{pad}{fence}")
    }
}

/// Prose: what Markdown or HTML would act on is escaped.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            if matches!(
                char,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '#' | '|'
            ) {
                f.write_str("\\")?;
            }
            write!(f, "{char}")?;
        }
        Ok(())
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use http::{Method, StatusCode};
    use secrecy::SecretString;

    use super::*;
    use crate::error::{ErrorKind, FieldError};

    #[test]
    fn a_full_report_reads_like_this() {
        let error = Error::new(ErrorKind::InvalidInput, "Invalid trunk name format")
            .with_operation("exotel", "trunks.create")
            .with_endpoint(Method::POST, "/v2/accounts/{account_sid}/trunks")
            .with_status(StatusCode::BAD_REQUEST)
            .with_delivery(Delivery::Answered)
            .with_code("1002")
            .with_request_id("req_12345")
            .with_field(FieldError::new("trunk_name", "no dashes"))
            .with_attempts(1, Duration::from_millis(320))
            .with_context("account", "acme")
            .with_body_excerpt(r#"{"code":1002}"#.to_owned())
            .with_hint("Letters, digits and _ only");
        let report = error
            .report()
            .at(UNIX_EPOCH + Duration::from_secs(1_736_764_200))
            .environment("Region", "Mumbai")
            .request_body(br#"{"trunk_name":"a-b!"}"#, &Redactor::default())
            .to_string();
        let expected = format!(
            "## API error report\n\n### Environment\n\n\
             - **Time**: 2025-01-13T10:30:00Z\n- **Provider**: `exotel`\n- **Operation**: `trunks.create`\n\
             - **Endpoint**: `POST /v2/accounts/{{account_sid}}/trunks`\n- **Request ID**: `req_12345`\n\
             - **Region**: `Mumbai`\n- **Library**: `voice-core {}`\n\n\
             ### Error details\n\n- **HTTP status**: 400 Bad Request\n- **Error code**: `1002`\n\
             - **Error kind**: `invalid_input`\n- **Error message**: `Invalid trunk name format`\n\
             - **Field `trunk_name`**: `no dashes`\n- **Outcome**: answered\n- **Attempts**: 1 in 320.0ms\n\
             - **account**: `acme`\n\n\
             ### Request body\n\n```json\n{{\"trunk_name\":\"a-b!\"}}\n```\n\n\
             ### Response body\n\n```json\n{{\"code\":1002}}\n```\n\n\
             ### Likely cause\n\nLetters, digits and \\_ only\n",
            env!("CARGO_PKG_VERSION")
        );
        assert_eq!(report, expected);
    }

    #[test]
    fn what_is_not_known_is_not_mentioned() {
        let report = Error::new(ErrorKind::Config, "no key").report().to_string();
        for absent in ["Time", "Endpoint", "Outcome", "body", "cause", "Attempts"] {
            assert!(!report.contains(absent), "{absent} in {report}");
        }
        assert!(report.contains("- **Error message**: `no key`"));
    }

    #[test]
    fn no_text_leaves_its_fence_and_no_secret_its_owner() {
        let error = Error::new(ErrorKind::Server, "`a` ``` b")
            .with_body_excerpt("````\n# not a heading, Bearer abcdef +14155552671".to_owned())
            .with_hint("see <b> & [x]".to_owned());
        let known = Redactor::new([SecretString::from("planted-7")]);
        let report = error
            .report()
            .environment("Host", "https://u:p@host/")
            .request_body(b"k=planted-7&To=%2B919876543210", &known)
            .to_string();
        assert!(report.contains("```` `a` ``` b ````"), "{report}");
        assert!(report.contains("\n`````\n````\n"), "{report}");
        assert!(report.contains(r"see \<b> \& \[x\]"), "{report}");
        for secret in ["planted-7", "9876543", "abcdef", "4155552", "u:p"] {
            assert!(!report.contains(secret), "{secret} in {report}");
        }
    }
}
