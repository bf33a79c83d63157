//! Where the time goes: name, connection, TLS, first byte, all of the answer, on a fresh connection of the doctor's own.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::text::millis;
use super::tls::Stream;
use super::{CheckContext, Finding, ProbeUrl};

/// Most bytes of an answer that are read.
const ANSWER: usize = 64 << 10;
/// A first byte that takes longer is warned of.
const SLOW: Duration = Duration::from_secs(2);

/// The stages before the request.
pub(super) struct Stages {
    pub(super) dns: Duration,
    pub(super) connect: Duration,
    /// `None` without TLS.
    pub(super) tls: Option<Duration>,
}

/// Asks for `url` over a connection that stands, and says how long each stage took.
pub(super) async fn measure(
    context: &CheckContext,
    name: &str,
    url: &ProbeUrl,
    mut stream: Box<dyn Stream>,
    stages: &Stages,
) -> Finding {
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {}\r\nuser-agent: voice-core-doctor/{}\r\naccept: */*\r\nconnection: close\r\n\r\n",
        url.path_and_query(),
        url.authority(),
        env!("CARGO_PKG_VERSION"),
    );
    let clock = context.clock();
    let start = clock.now();
    let mut first = None;
    let mut answer = Vec::new();
    let reading = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        let mut chunk = [0; 4096];
        loop {
            let read = stream.read(&mut chunk).await?;
            first.get_or_insert_with(|| clock.now().saturating_duration_since(start));
            answer.extend_from_slice(chunk.get(..read).unwrap_or_default());
            if read == 0 || answer.len() >= ANSWER || is_whole(&answer) {
                return Ok::<(), std::io::Error>(());
            }
        }
    };
    let outcome = context.step(reading).await;
    let total = clock.now().saturating_duration_since(start);
    let before = stages.dns + stages.connect + stages.tls.unwrap_or_default();
    let http = answer.starts_with(b"HTTP/1.");
    let finding = match (outcome, first) {
        (_, Some(first)) if http && first > SLOW => {
            Finding::warn(name, format!("the first byte took {}", millis(first)))
                .with_cause("The service itself is slow: the connection stood already")
                .with_remedy("Look at what the endpoint does before it answers")
        }
        (_, Some(first)) if http => {
            let stages = [
                Some(stages.dns),
                Some(stages.connect),
                stages.tls,
                Some(first),
            ];
            let names = ["DNS", "connect", "TLS", "first byte"];
            let known = names
                .iter()
                .zip(stages)
                .filter_map(|(name, time)| Some((name, time?)));
            let parts: Vec<String> = known
                .map(|(name, time)| format!("{name} {}", millis(time)))
                .collect();
            Finding::pass(name, parts.join(", "))
        }
        (Ok(Ok(())), _) if answer.is_empty() => {
            Finding::fail(name, "the connection was closed without an answer")
                .with_cause(
                    "The server crashed at the request, or something in between speaks no HTTP",
                )
                .with_remedy("Read the server's log at this very time")
        }
        (Ok(Err(error)), _) => {
            Finding::fail(name, format!("the connection broke: {}", error.kind()))
                .with_cause("The server or a proxy cut the connection off")
                .with_remedy("Read the server's log at this very time")
        }
        (Err(_), _) if answer.is_empty() => {
            let limit = millis(context.step_limit());
            Finding::fail(name, format!("no byte of an answer within {limit}"))
                .with_cause("The service hangs: the connection stood and the request was taken")
                .with_remedy("Look at what the endpoint waits for")
        }
        _ => Finding::fail(name, "the answer is not HTTP/1")
            .with_cause("The port speaks another protocol")
            .with_remedy("Check port and scheme"),
    };
    let mut finding = finding
        .with_elapsed(before + total)
        .with_detail("dns", millis(stages.dns))
        .with_detail("connect", millis(stages.connect));
    if let Some(tls) = stages.tls {
        finding = finding.with_detail("tls", millis(tls));
    }
    if let Some(first) = first {
        finding = finding.with_detail("first byte", millis(first));
    }
    finding.with_detail("total", millis(before + total))
}

/// Whether an answer has its end, as far as its head says where that is (RFC 9112, section 6). One that ends with the
/// connection is never whole.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let (head, body) = answer.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap_or_default();
    if matches!(status, "204" | "304") {
        return true;
    }
    let field = |name: &str| {
        let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines
            .find(|(known, _)| known.trim() == name)
            .map(|(_, value)| value.trim())
    };
    if field("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked")) {
        return body.ends_with(b"0\r\n\r\n");
    }
    let length = field("content-length").and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn where_an_answer_ends() {
        for (answer, whole) in [
            ("", false),
            ("HTTP/1.1 200 OK\r\n", false),
            ("HTTP/1.1 204 No Content\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", true),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
                false,
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
                true,
            ),
            ("HTTP/1.0 200 OK\r\n\r\nhi", false),
        ] {
            assert_eq!(is_whole(answer.as_bytes()), whole, "{answer:?}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in "[ -~\r\n]{0,60}") {
            let mut answer = head.into_bytes();
            answer.extend_from_slice(b"\r\n\r\n");
            answer.extend(bytes);
            let _ = is_whole(&answer);
        }
    }
}
