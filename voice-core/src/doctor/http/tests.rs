//! Verdicts on answers, by a scripted transport and by servers on this machine.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::doctor::{CompareCheck, Status, click_to_call};
use crate::testkit::{Reply, ScriptedTransport, TestClock};

fn context(replies: impl IntoIterator<Item = Reply>) -> CheckContext {
    CheckContext::builder()
        .clock(Arc::new(TestClock::at(1_736_764_200)))
        .transport(Arc::new(ScriptedTransport::new(replies)))
        .build()
        .unwrap()
}

fn url() -> ProbeUrl {
    ProbeUrl::parse("https://api.example.com/v1/health?token=abc").unwrap()
}

async fn one(check: HttpCheck, reply: Reply) -> Finding {
    let mut findings = check.check(&context([reply])).await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

#[tokio::test(start_paused = true)]
async fn statuses_are_judged_by_what_was_expected() {
    let check = || HttpCheck::new("http", url());
    let exactly = |status| check().expect(Expected::Status(vec![status]));
    for (check, answer, status) in [
        (check(), 200, Status::Pass),
        (check(), 204, Status::Pass),
        (check(), 401, Status::Pass),
        (check(), 403, Status::Pass),
        (check(), 301, Status::Warn),
        (check(), 404, Status::Warn),
        (check(), 429, Status::Warn),
        (check(), 500, Status::Fail),
        (check(), 502, Status::Fail),
        (check().expect(Expected::Success), 401, Status::Fail),
        (exactly(200), 204, Status::Fail),
        (exactly(200), 405, Status::Fail),
        (exactly(404), 404, Status::Pass),
    ] {
        let finding = one(check, Reply::status(answer, "")).await;
        assert_eq!(finding.status(), status, "{finding:?}");
        assert_eq!(
            finding.remedy().is_some(),
            status != Status::Pass,
            "{finding:?}"
        );
        assert!(
            finding.seen().starts_with(&answer.to_string()),
            "{finding:?}"
        );
    }
}

/// Error pages of frameworks quote the request.
#[tokio::test(start_paused = true)]
async fn an_answer_that_repeats_the_request_gives_nothing_away() {
    let url = ProbeUrl::parse("https://api.example.com/health?pass=blue%2Fhorse-7").unwrap();
    let token = SecretString::from("Bearer green-cow-8");
    let check = HttpCheck::new("http", url).header(http::header::AUTHORIZATION, &token);
    let page =
        "no route for /health?pass=blue%2Fhorse-7, also known as blue/horse-7, by green-cow-8";
    let finding = one(check, Reply::status(500, page)).await;
    let body = finding.detail_value("body").unwrap();
    assert!(body.contains("no route for /health"), "{body}");
    for secret in ["horse-7", "green-cow-8"] {
        assert!(!format!("{finding:?}").contains(secret), "{finding:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateways_phrase_says_more_than_its_status() {
    let by_status = one(
        HttpCheck::new("http", url()),
        Reply::status(502, "<h1>Bad Gateway</h1>"),
    )
    .await;
    let page = "connect() failed: Connection refused while connecting to upstream";
    let by_phrase = one(HttpCheck::new("http", url()), Reply::status(502, page)).await;
    assert!(by_status.cause().unwrap().contains("no valid answer"));
    assert!(by_phrase.cause().unwrap().contains("Nothing listens"));
}

#[tokio::test(start_paused = true)]
async fn bodies_and_headers_are_bounded_and_redacted() {
    let body = format!(
        "no such number +14155552671, authToken=hunter22 {}",
        "x".repeat(100_000)
    );
    let reply = Reply::status(400, body)
        .header("server", "nginx/1.25")
        .header("set-cookie", "session=abcdef")
        .header("x-secret", "hunter22")
        .header("x-ratelimit-remaining", "7");
    let finding = one(HttpCheck::new("http", url()), reply).await;
    let text = format!("{finding:?}");
    for hidden in ["5552671", "hunter22", "abcdef", "token=abc"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    assert!(text.len() < 3_000, "{}", text.len());
    assert_eq!(finding.detail_value("server"), Some("nginx/1.25"));
    assert_eq!(finding.detail_value("x-ratelimit-remaining"), Some("7"));
    assert_eq!(
        finding.detail_value("url"),
        Some("https://api.example.com/v1/health")
    );
    assert!(
        finding
            .detail_value("body")
            .unwrap()
            .starts_with("no such number +14*******71")
    );
}

#[tokio::test(start_paused = true)]
async fn clock_and_limits_are_findings_of_their_own() {
    let reply = Reply::status(200, "")
        .header("date", "Mon, 13 Jan 2025 10:00:00 GMT")
        .header("x-ratelimit-limit", "100")
        .header("x-ratelimit-remaining", "0");
    let check = HttpCheck::new("http", url())
        .clock_window(Duration::from_secs(300))
        .with_limits();
    let findings = check.check(&context([reply])).await;
    let seen: Vec<_> = findings.iter().map(|f| (f.name(), f.status())).collect();
    assert_eq!(
        seen,
        [
            ("http", Status::Pass),
            ("http clock", Status::Fail),
            ("http limits", Status::Fail)
        ]
    );
    assert!(
        findings[1].seen().contains("1799 s ahead"),
        "{}",
        findings[1].seen()
    );
}

#[tokio::test(start_paused = true)]
async fn debug_shows_neither_headers_nor_form() {
    let key = SecretString::from("hunter22");
    let check = HttpCheck::new("http", url())
        .header(http::header::AUTHORIZATION, &key)
        .form([("From", "+14155552671")]);
    let text = format!("{check:?}");
    for hidden in ["hunter22", "4155552671", "abc"] {
        assert!(!text.contains(hidden), "{text}");
    }
}

/// Reads a request and writes `answer`; with `None` it says nothing for ever.
async fn server(answer: Option<&'static [u8]>) -> ProbeUrl {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            match answer {
                Some(answer) => {
                    let _ = stream.write_all(answer).await;
                    let _ = stream.shutdown().await;
                }
                None => held.push(stream),
            }
        }
    });
    ProbeUrl::parse(&url).unwrap()
}

async fn real(url: ProbeUrl, limit: Duration) -> Finding {
    let context = CheckContext::builder().step_limit(limit).build().unwrap();
    HttpCheck::new("http", url).check(&context).await.remove(0)
}

#[tokio::test]
async fn servers_that_are_closed_silent_or_talk_garbage_are_findings() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = ProbeUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let minute = Duration::from_secs(60);
    let finding = real(closed, minute).await;
    assert_eq!(finding.seen(), "no connection could be made");
    assert_eq!(
        finding.cause(),
        Some("Nothing listens there, or a firewall is in the way")
    );

    let finding = real(server(None).await, Duration::from_millis(300)).await;
    assert!(
        finding.seen().starts_with("no answer within"),
        "{finding:?}"
    );

    let finding = real(server(Some(b"SSH-2.0-OpenSSH_9.6\r\n")).await, minute).await;
    assert_eq!(finding.status(), Status::Fail);
    assert!(
        finding.cause().unwrap().contains("does not speak HTTP"),
        "{finding:?}"
    );

    let torn = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    let finding = real(server(Some(torn)).await, minute).await;
    assert_eq!(
        (finding.status(), finding.seen()),
        (Status::Warn, "200 OK, but its body broke off")
    );
}

#[tokio::test(start_paused = true)]
async fn a_click_to_call_webhook_is_asked_in_five_ways() {
    let transport = ScriptedTransport::new((0..5).map(|_| Reply::status(200, "<Response/>")));
    let context = CheckContext::builder()
        .transport(Arc::new(transport.clone()))
        .build()
        .unwrap();
    let base = ProbeUrl::parse("https://crm.example.com/").unwrap();
    for check in click_to_call(&base, "/api/v1/twilio/voice/connect") {
        let findings = check.check(&context).await;
        assert_eq!(findings[0].status(), Status::Pass, "{findings:?}");
    }
    let sent: Vec<String> = transport
        .sent()
        .iter()
        .map(|request| format!("{} {} {}", request.method, request.uri, request.text()))
        .collect();
    let at = "https://crm.example.com/api/v1/twilio/voice/connect";
    assert_eq!(
        sent,
        [
            "GET https://crm.example.com/health ".to_owned(),
            format!("GET {at} "),
            format!("GET {at}?token=invalid "),
            format!("GET {at}?token=test "),
            format!(
                "POST {at}?token=test CallSid=CA00000000000000000000000000000000&From=%2B15551234567&To=%2B15559876543"
            ),
        ]
    );
}

#[tokio::test]
async fn the_two_ways_are_compared() {
    const GOOD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    const BAD: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 18\r\n\r\nupstream timed out";
    let context = CheckContext::builder().build().unwrap();
    for (direct, through, status, cause) in [
        (GOOD, GOOD, Status::Pass, None),
        (
            GOOD,
            BAD,
            Status::Fail,
            Some("did not answer before the proxy gave up"),
        ),
        (BAD, BAD, Status::Fail, Some("answers with an error")),
        (BAD, GOOD, Status::Warn, Some("not the one the proxy uses")),
    ] {
        let through = HttpCheck::new("x", server(Some(through)).await);
        let check = CompareCheck::new("proxy", through, server(Some(direct)).await);
        let finding = check.check(&context).await.remove(0);
        assert_eq!(finding.status(), status, "{finding:?}");
        match cause {
            Some(cause) => assert!(finding.cause().unwrap().contains(cause), "{finding:?}"),
            None => assert_eq!(finding.cause(), None),
        }
        assert!(finding.detail_value("direct").is_some());
    }
}
