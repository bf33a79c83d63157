//! What proxies say when the service behind them is in trouble: statuses 502, 503, 504, and the phrases of their logs.

use super::Finding;

/// The likely cause of something, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Why it is so.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// Phrases in a proxy's log or page, in lower case.
const PHRASES: [(&str, Explanation); 3] = [
    (
        "connection refused",
        Explanation {
            cause: "Nothing listens at the address the proxy sends requests to: the backend is down, or the proxy has another port",
            remedy: "Start the backend, ask it directly on its own machine (GET /health), and compare its port with the proxy's upstream",
        },
    ),
    (
        "upstream timed out",
        Explanation {
            cause: "The backend did not answer before the proxy gave up",
            remedy: "Find what is slow (database, cold start); give the webhook's location 10 s to connect and 30 s to read and to send. Telephone providers wait about 15 s themselves",
        },
    ),
    (
        "upstream prematurely closed",
        Explanation {
            cause: "The backend closed the connection in the middle of the request: it crashed, was restarted or ran out of memory",
            remedy: "Read the backend's own log at the time of the request",
        },
    ),
];

/// What a gateway's status means: 502, 503 and 504 say something about the way to the backend, not about the request.
///
/// ```
/// use voice_core::doctor::explain_status;
///
/// let explanation = explain_status(504).ok_or("no explanation")?;
/// assert!(explanation.cause.contains("too slow"));
/// assert!(explain_status(404).is_none());
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn explain_status(status: u16) -> Option<Explanation> {
    let (cause, remedy) = match status {
        502 => (
            "The proxy got no valid answer from the backend: it is down, crashed, or listens elsewhere",
            "Ask the backend directly on its own machine; if that works, look at the proxy's upstream address and its error log, else start the backend",
        ),
        503 => (
            "The backend is down, being deployed or overloaded, or the proxy knows no healthy one",
            "Look at the backend's process, its health check and its load; wait if it is being deployed",
        ),
        504 => (
            "The backend is too slow for the proxy",
            "Find what is slow; give the webhook's location 10 s to connect and 30 s to read and to send. Telephone providers wait about 15 s themselves",
        ),
        _ => return None,
    };
    Some(Explanation { cause, remedy })
}

/// What a phrase in a proxy's page or log line means; the first known phrase counts.
///
/// Known are `connection refused`, `upstream timed out` and `upstream prematurely closed`, in any case.
#[must_use]
pub fn explain_phrase(text: &str) -> Option<Explanation> {
    let text = text.to_ascii_lowercase();
    let found = PHRASES.iter().find(|(phrase, _)| text.contains(phrase));
    found.map(|(_, explanation)| *explanation)
}

/// Reads a proxy's error log: one finding for each known phrase, with the number of lines and the last of them.
///
/// ```
/// use voice_core::doctor::{Status, read_proxy_log};
///
/// let log = "2026/01/13 [error] connect() failed (111: Connection refused) while connecting to upstream";
/// let findings = read_proxy_log(log.lines());
/// assert_eq!(findings.len(), 1);
/// assert_eq!(findings.first().map(|finding| finding.status()), Some(Status::Fail));
/// ```
#[must_use]
pub fn read_proxy_log<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Finding> {
    let mut counts = PHRASES.map(|(phrase, explanation)| (phrase, explanation, 0_usize, ""));
    for line in lines {
        let lower = line.to_ascii_lowercase();
        let entry = counts
            .iter_mut()
            .find(|(phrase, ..)| lower.contains(phrase));
        if let Some((_, _, count, last)) = entry {
            *count += 1;
            *last = line;
        }
    }
    let seen = counts.into_iter().filter(|(_, _, count, _)| *count > 0);
    seen.map(|(phrase, explanation, count, last)| {
        let lines = if count == 1 { "line" } else { "lines" };
        Finding::fail("proxy log", format!("{phrase}: {count} {lines}"))
            .with_explanation(&explanation)
            .with_detail("last", last)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phrase_has_its_own_cause_and_remedy() {
        let log = "\
            a connect() failed (111: Connection refused) while connecting to upstream\n\
            b upstream timed out (110: Connection timed out) while reading, client: +14155552671\n\
            c upstream prematurely closed connection while reading response header\n\
            d UPSTREAM TIMED OUT again\n\
            e something else";
        let findings = read_proxy_log(log.lines());
        let seen: Vec<&str> = findings.iter().map(Finding::seen).collect();
        assert_eq!(
            seen,
            [
                "connection refused: 1 line",
                "upstream timed out: 2 lines",
                "upstream prematurely closed: 1 line"
            ]
        );
        let mut causes: Vec<_> = findings.iter().map(|f| f.cause().unwrap()).collect();
        causes.dedup();
        assert_eq!(causes.len(), 3);
        assert_eq!(
            findings[1].detail_value("last"),
            Some("d UPSTREAM TIMED OUT again")
        );
        assert!(read_proxy_log("all is well".lines()).is_empty());
    }

    #[test]
    fn only_gateways_statuses_are_explained() {
        for status in 0..=999 {
            assert_eq!(
                explain_status(status).is_some(),
                (502..=504).contains(&status)
            );
        }
        assert!(explain_phrase("<h1>502</h1> connect() failed: Connection Refused").is_some());
        assert!(explain_phrase("").is_none());
    }
}
