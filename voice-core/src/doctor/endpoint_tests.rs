//! The checks that look names up and connect: with a resolver of the test's own, and servers on this machine.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::error::{Error, ErrorKind};
use crate::limits::{RateLimits, RateWindow, Scope};
use crate::provider::{Health, HealthCheck};
use crate::testkit::{Reply, ScriptedTransport};

/// Knows a few names; `slow.example` never answers.
#[derive(Debug, Default)]
struct Names(HashMap<&'static str, Vec<&'static str>>);

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        if host == "slow.example" {
            std::future::pending::<()>().await;
        }
        let known = self.0.get(host).ok_or(io::ErrorKind::NotFound)?;
        let address = |text: &&str| SocketAddr::new(text.parse().unwrap(), port);
        Ok(known.iter().map(address).collect())
    }
}

fn context(names: &[(&'static str, &[&'static str])]) -> CheckContext {
    let names = names
        .iter()
        .map(|(name, all)| (*name, all.to_vec()))
        .collect();
    CheckContext::builder()
        .resolver(Arc::new(Names(names)))
        .transport(Arc::new(ScriptedTransport::new([Reply::status(200, "{}")])))
        .build()
        .unwrap()
}

async fn one(check: impl DoctorCheck, context: &CheckContext) -> Finding {
    let mut findings = check.check(context).await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

/// Answers every request with `answer`.
async fn server(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    at
}

async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(start_paused = true)]
async fn every_address_of_a_name_is_told() {
    let context = context(&[
        ("api.example.com", &["8.8.8.8", "2606:4700::1111"]),
        ("odd.example.com", &["8.8.8.8", "10.0.0.7"]),
        ("none.example.com", &[]),
        ("db.internal", &["10.0.0.8"]),
    ]);
    for (host, status, seen) in [
        (
            "api.example.com",
            Status::Pass,
            "api.example.com: 2 addresses",
        ),
        (
            "odd.example.com",
            Status::Warn,
            "odd.example.com: 2 addresses, 1 of them not public",
        ),
        (
            "none.example.com",
            Status::Fail,
            "none.example.com does not resolve: no address",
        ),
        ("db.internal", Status::Pass, "db.internal: 1 address"),
        (
            "slow.example",
            Status::Fail,
            "slow.example: no answer from DNS within 10.0 s",
        ),
        (
            "8.8.4.4",
            Status::Skipped,
            "the host is an address, there is no name to look up",
        ),
    ] {
        let finding = one(DnsCheck::new(host), &context).await;
        assert_eq!((finding.status(), finding.seen()), (status, seen));
    }
    let finding = one(DnsCheck::new("odd.example.com"), &context).await;
    assert_eq!(finding.detail_value("8.8.8.8"), Some("a public host"));
    assert!(finding.detail_value("10.0.0.7").is_some());
    let finding = one(DnsCheck::new("missing.example.com"), &context).await;
    assert!(finding.remedy().is_some() && finding.status() == Status::Fail);
}

#[tokio::test]
async fn every_address_is_connected_to() {
    let at = server("").await;
    let context = context(&[
        ("good.test", &["127.0.0.1"]),
        // Nothing listens on the second loopback address.
        ("half.test", &["127.0.0.1", "127.0.0.2"]),
    ]);
    let finding = one(TcpCheck::new("good.test", at.port()), &context).await;
    assert_eq!(finding.status(), Status::Pass, "{finding:?}");
    let finding = one(TcpCheck::new("half.test", at.port()), &context).await;
    assert_eq!(finding.status(), Status::Warn, "{finding:?}");
    assert!(
        finding
            .seen()
            .ends_with("1 of 2 addresses cannot be reached")
    );
    let dead = format!("127.0.0.2:{}", at.port());
    assert!(
        finding
            .detail_value(&dead)
            .unwrap()
            .starts_with("connection refused")
    );

    let port = closed_port().await;
    let finding = one(TcpCheck::new("good.test", port), &context).await;
    assert_eq!(finding.seen(), format!("port {port}: connection refused"));
    assert!(finding.cause().unwrap().contains("nothing listens"));
    let finding = one(TcpCheck::new("nowhere.test", 1), &context).await;
    assert!(finding.seen().contains("does not resolve"));
}

fn statuses(findings: &[Finding]) -> Vec<(&str, Status)> {
    findings
        .iter()
        .map(|finding| (finding.name(), finding.status()))
        .collect()
}

#[tokio::test]
async fn an_endpoint_is_looked_at_stage_by_stage() {
    let at = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let url = ProbeUrl::parse(&format!("http://{at}/health")).unwrap();
    let findings = EndpointCheck::new(url)
        .with_limits()
        .check(&context(&[]))
        .await;
    use Status::{Pass, Skipped};
    assert_eq!(
        statuses(&findings),
        [
            ("dns", Skipped),
            ("tcp", Pass),
            ("tls", Skipped),
            ("latency", Pass),
            ("http", Pass),
            ("clock", Skipped),
            ("limits", Skipped)
        ]
    );
    let latency = &findings[3];
    for stage in ["dns", "connect", "first byte", "total"] {
        assert!(latency.detail_value(stage).is_some(), "{stage}");
    }
}

#[tokio::test]
async fn what_stands_on_a_failed_stage_is_skipped() {
    use Status::{Fail, Pass, Skipped};
    let nowhere = ProbeUrl::parse("https://nowhere.test/").unwrap();
    let findings = EndpointCheck::new(nowhere).check(&context(&[])).await;
    let expected = [
        ("dns", Fail),
        ("tcp", Skipped),
        ("tls", Skipped),
        ("latency", Skipped),
        ("http", Pass),
    ];
    assert_eq!(statuses(&findings[..5]), expected);

    let url = format!("https://127.0.0.1:{}/", closed_port().await);
    let findings = EndpointCheck::new(ProbeUrl::parse(&url).unwrap())
        .check(&context(&[]))
        .await;
    let expected = [
        ("dns", Skipped),
        ("tcp", Fail),
        ("tls", Skipped),
        ("latency", Skipped),
        ("http", Pass),
    ];
    assert_eq!(statuses(&findings[..5]), expected);
}

#[tokio::test]
async fn servers_that_answer_nothing_or_garbage_fail_the_latency() {
    for (answer, seen) in [
        ("", "the connection was closed without an answer"),
        ("SSH-2.0-OpenSSH_9.6\r\n", "the answer is not HTTP/1"),
    ] {
        let url = ProbeUrl::parse(&format!("http://{}", server(answer).await)).unwrap();
        let findings = EndpointCheck::new(url).check(&context(&[])).await;
        assert_eq!(
            (findings[3].status(), findings[3].seen()),
            (Status::Fail, seen)
        );
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let context = CheckContext::builder()
        .step_limit(Duration::from_millis(300))
        .transport(Arc::new(ScriptedTransport::new([Reply::status(200, "")])))
        .build()
        .unwrap();
    let findings = EndpointCheck::new(ProbeUrl::parse(&url).unwrap())
        .check(&context)
        .await;
    assert_eq!(findings[3].seen(), "no byte of an answer within 300 ms");
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
#[tokio::test]
async fn without_rustls_tls_is_skipped_with_a_reason() {
    let at = server("").await;
    let finding = one(TlsCheck::new("127.0.0.1", at.port()), &context(&[])).await;
    assert_eq!(finding.status(), Status::Skipped);
    assert!(finding.seen().contains("feature rustls"), "{finding:?}");
}

#[tokio::test(start_paused = true)]
async fn a_webhooks_url_must_be_public_by_form_and_by_address() {
    let context = context(&[
        ("crm.example.com", &["8.8.8.8"]),
        ("split.example.com", &["192.168.1.4"]),
    ]);
    for (url, status) in [
        ("https://crm.example.com/", Status::Pass),
        ("http://crm.example.com", Status::Fail),
        ("http://localhost:3001", Status::Fail),
        ("https://10.0.0.7", Status::Fail),
        ("https://split.example.com", Status::Fail),
        ("https://missing.example.com", Status::Fail),
        ("", Status::Fail),
    ] {
        let finding = one(PublicUrlCheck::new("base url", url), &context).await;
        assert_eq!(finding.status(), status, "{url}: {finding:?}");
        assert_eq!(finding.remedy().is_some(), status == Status::Fail);
    }
}

/// A provider whose probe ends as it is told.
#[derive(Debug)]
struct Provider(Option<ErrorKind>, Duration);

#[async_trait]
impl HealthCheck for Provider {
    async fn health(&self) -> Health {
        let limits =
            RateLimits::default().with_window(RateWindow::new(Scope::Minute).with_remaining(0));
        let outcome = match self.0 {
            None => Ok(()),
            Some(ErrorKind::Timeout) => std::future::pending().await,
            Some(kind) => {
                Err(Error::new(kind, "refused for +14155552671").with_rate_limits(limits))
            }
        };
        Health::from_outcome("sample", self.1, outcome)
    }
}

#[tokio::test(start_paused = true)]
async fn a_providers_own_probe_is_judged() {
    let context = context(&[]);
    let fast = Duration::from_millis(80);
    for (kind, latency, status, seen) in [
        (None, fast, Status::Pass, "reachable and authorised"),
        (
            None,
            Duration::from_secs(3),
            Status::Warn,
            "authorised, but slow: 3.0 s",
        ),
        (
            Some(ErrorKind::Authentication),
            fast,
            Status::Fail,
            "refused for +14*******71",
        ),
        (
            Some(ErrorKind::Dns),
            fast,
            Status::Fail,
            "refused for +14*******71",
        ),
        (
            Some(ErrorKind::Config),
            fast,
            Status::Fail,
            "refused for +14*******71",
        ),
        (
            Some(ErrorKind::Timeout),
            fast,
            Status::Fail,
            "no verdict: timed out after 10s",
        ),
    ] {
        let check = ProviderCheck::new("account", Arc::new(Provider(kind, latency)));
        let findings = check.check(&context).await;
        let first = &findings[0];
        assert_eq!(first.status(), status, "{first:?}");
        assert!(first.seen().contains(seen), "{first:?}");
        assert_eq!(first.cause().is_some(), status != Status::Pass);
        if matches!(kind, Some(ErrorKind::Dns | ErrorKind::Authentication)) {
            assert_eq!(
                (findings[1].name(), findings[1].status()),
                ("account limits", Status::Fail)
            );
        }
    }
}
