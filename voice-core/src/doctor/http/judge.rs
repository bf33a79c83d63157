//! The verdict on an answer, or on none.

use http::HeaderMap;

use super::Expected;
use super::exchange::{Answer, Ending, NoAnswer};
use crate::doctor::text::millis;
use crate::doctor::{Explanation, Finding, ProbeUrl, Status, explain_phrase, explain_status};
use crate::error::ErrorKind;
use crate::secret::{EXCERPT_BYTES, Redactor, excerpt};

/// Headers that say something of the way and nothing of anybody.
const SHOWN: [&str; 14] = [
    "content-type",
    "content-length",
    "date",
    "server",
    "via",
    "age",
    "retry-after",
    "allow",
    "x-cache",
    "cf-ray",
    "x-request-id",
    "request-id",
    "twilio-request-id",
    "x-served-by",
];
/// Longest value of a header that is shown, in bytes.
const VALUE: usize = 120;

impl Expected {
    pub(in crate::doctor) fn is_met(&self, status: u16) -> bool {
        match self {
            Self::Success => (200..=299).contains(&status),
            Self::Reachable => matches!(status, 200..=299 | 401 | 403),
            Self::Status(wanted) => wanted.contains(&status),
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Success => "2xx".to_owned(),
            Self::Reachable => "2xx, 401 or 403".to_owned(),
            Self::Status(wanted) => {
                let wanted: Vec<String> = wanted.iter().map(u16::to_string).collect();
                wanted.join(" or ")
            }
        }
    }
}

pub(in crate::doctor) fn judge(
    name: &str,
    url: &ProbeUrl,
    expected: &Expected,
    answer: &Answer,
) -> Finding {
    let status = answer.status.as_u16();
    let finding = match expected.is_met(status) {
        true if matches!(status, 401 | 403) && *expected == Expected::Reachable => Finding::pass(
            name,
            format!(
                "{}: the service is reached and asks for credentials",
                answer.status
            ),
        ),
        true => Finding::pass(name, answer.status.to_string()),
        false => unexpected(name, expected, answer),
    };
    // An answer that breaks off is no good one, whatever its status says.
    let finding = match (answer.ending, finding.status()) {
        (Ending::Broken, Status::Pass) => finding
            .reviewed(
                Status::Warn,
                &format!("{}, but its body broke off", answer.status),
            )
            .with_cause("The server or a proxy closed the connection within the body")
            .with_remedy(
                "Look at the server's log; compare with a request that goes to it directly",
            ),
        (Ending::Late, Status::Pass) => finding
            .reviewed(
                Status::Warn,
                &format!("{}, but its body did not end in time", answer.status),
            )
            .with_cause("The server is slow to write its answer")
            .with_remedy("Look at what the endpoint waits for"),
        _ => finding,
    };
    let mut finding = finding
        .with_elapsed(answer.total)
        .with_detail("url", url.to_string())
        .with_detail("first byte", millis(answer.first_byte))
        .with_detail("total", millis(answer.total));
    for (header, value) in shown(&answer.headers, &answer.redactor) {
        finding = finding.with_detail(header, value);
    }
    if finding.status() > Status::Skipped && !answer.body.is_empty() {
        finding = finding.with_detail(
            "body",
            excerpt(&answer.body, EXCERPT_BYTES, &answer.redactor),
        );
    }
    finding
}

fn unexpected(name: &str, expected: &Expected, answer: &Answer) -> Finding {
    let status = answer.status.as_u16();
    let seen = format!(
        "{} where {} was expected",
        answer.status,
        expected.in_words()
    );
    let text = String::from_utf8_lossy(&answer.body);
    let explanation = explain_status(status)
        .map(|by_status| explain_phrase(&text).unwrap_or(by_status))
        .unwrap_or_else(|| explain(status));
    // What was asked for to the letter fails otherwise; for mere reachability an answer is half the way.
    let finding = match (expected, status) {
        (Expected::Reachable, 300..=499) => Finding::warn(name, seen),
        _ => Finding::fail(name, seen),
    };
    finding.with_explanation(&explanation)
}

fn explain(status: u16) -> Explanation {
    let (cause, remedy) = match status {
        300..=399 => (
            "The URL leads elsewhere: http instead of https, a slash at the end, another host",
            "Use the address it leads to; telephone providers follow redirects badly or lose the form",
        ),
        401 | 403 => (
            "The service is reached, but refuses: credentials are missing or wrong, or a firewall or CDN blocks this client",
            "Check key and secret; for a webhook, let the provider's requests pass the firewall and check their signature instead",
        ),
        404 | 410 => (
            "The host is reached, but there is nothing at this path",
            "Compare the path with the routes of the service and with what the proxy rewrites",
        ),
        405 => (
            "The route is there, but not for this method",
            "Let the route answer both GET and POST",
        ),
        408 | 425 => (
            "The server gave up waiting for the request",
            "Try again; look for a slow proxy in between",
        ),
        429 => (
            "The service asks to slow down",
            "Wait as long as it says, and set the client's limiter below its limit",
        ),
        400..=499 => (
            "The service is reached, but does not like the request",
            "Look at the body below",
        ),
        500..=599 => (
            "The service itself failed",
            "Read its log at this very time",
        ),
        _ => (
            "The service is reached and well, but answers something else than was agreed",
            "Compare the route with what is expected here; a page of a proxy or a CDN looks like this as well",
        ),
    };
    Explanation { cause, remedy }
}

/// The finding about a request that got no answer.
pub(in crate::doctor) fn failed(name: &str, url: &ProbeUrl, error: &NoAnswer) -> Finding {
    let (seen, cause, remedy) = match error {
        NoAnswer::Malformed => (
            "the URL cannot be put into a request".to_owned(),
            None,
            Some("Shorten it, or correct its characters"),
        ),
        NoAnswer::Late(elapsed) => (
            format!("no answer within {}", millis(*elapsed)),
            Some("The service is too slow or hangs, or a firewall drops packets"),
            Some(
                "Look at the findings on TCP and TLS; then at what the endpoint waits for. Telephone providers wait about 15 s",
            ),
        ),
        NoAnswer::Failed(error, _) => {
            let cause = match error.kind() {
                ErrorKind::Dns => {
                    Some("The name is misspelt, or this machine's DNS cannot look it up")
                }
                ErrorKind::Connect => Some("Nothing listens there, or a firewall is in the way"),
                ErrorKind::Tls => Some("The certificate is not the one a client may accept"),
                ErrorKind::Connection | ErrorKind::Protocol => Some(
                    "What answers there does not speak HTTP, crashed, or is cut off by a proxy",
                ),
                _ => None,
            };
            let fallback = "Ask the service directly on its own machine, and read its log";
            (
                error.to_string(),
                cause,
                Some(error.hint().unwrap_or(fallback)),
            )
        }
    };
    let mut finding = Finding::fail(name, seen)
        .with_elapsed(error.elapsed())
        .with_detail("url", url.to_string());
    if let Some(cause) = cause {
        finding = finding.with_cause(cause);
    }
    if let Some(remedy) = remedy {
        finding = finding.with_remedy(remedy);
    }
    finding
}

fn shown<'a>(
    headers: &'a HeaderMap,
    redactor: &'a Redactor,
) -> impl Iterator<Item = (&'a str, String)> {
    headers.iter().filter_map(move |(name, value)| {
        let name = name.as_str();
        let harmless = SHOWN.contains(&name)
            || name.starts_with("x-ratelimit-")
            || name.starts_with("ratelimit");
        harmless.then(|| (name, excerpt(value.as_bytes(), VALUE, redactor)))
    })
}
