//! One URL from the name to the answer, stage by stage; what stands on a stage that failed is skipped, so that the first
//! failure is the cause.

use std::time::Duration;

use async_trait::async_trait;

use super::dns::look_up;
use super::latency::{Stages, measure};
use super::tcp::connect_all;
use super::tls::{Secured, Stream, secure};
use super::{CheckContext, DoctorCheck, Expected, Finding, HttpCheck, ProbeUrl};

/// Everything about one URL: `dns`, `tcp`, `tls`, `latency` (each stage on a fresh connection), `http` (by the context's
/// transport) and `clock`. The names are the same for every URL, so that a report shows providers side by side.
///
/// ```
/// use voice_core::doctor::{EndpointCheck, ProbeUrl};
///
/// let api = EndpointCheck::new(ProbeUrl::parse("https://api.example.com/v1/health")?);
/// # Ok::<(), voice_core::transport::SecretUrlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct EndpointCheck {
    url: ProbeUrl,
    http: HttpCheck,
}

impl EndpointCheck {
    /// How far a clock may be off by default: 5 minutes.
    pub const CLOCK_WINDOW: Duration = Duration::from_secs(300);

    /// Looks at `url` and expects [`Expected::Reachable`].
    pub fn new(url: ProbeUrl) -> Self {
        Self {
            http: HttpCheck::new("http", url.clone()).clock_window(Self::CLOCK_WINDOW),
            url,
        }
    }

    /// What the answer should be.
    #[must_use]
    pub fn expect(mut self, expected: Expected) -> Self {
        self.http = self.http.expect(expected);
        self
    }

    /// How far the provider lets a clock be off; [`CLOCK_WINDOW`](Self::CLOCK_WINDOW).
    #[must_use]
    pub fn clock_window(mut self, window: Duration) -> Self {
        self.http = self.http.clock_window(window);
        self
    }

    /// Adds a finding about what the answer's headers say of rate limits.
    #[must_use]
    pub fn with_limits(mut self) -> Self {
        self.http = self.http.with_limits();
        self
    }

    /// The stages up to the answer, on a connection of the doctor's own.
    async fn by_hand(&self, context: &CheckContext, findings: &mut Vec<Finding>) {
        let (host, port) = (self.url.host(), self.url.port());
        let (addresses, dns) = look_up(context, "dns", &host, port).await;
        findings.push(dns);
        if addresses.all.is_empty() {
            skip(
                findings,
                &["tcp", "tls", "latency"],
                "the name does not resolve",
            );
            return;
        }
        let (connected, tcp) = connect_all(context, "tcp", &addresses.all).await;
        findings.push(tcp);
        let Some(connected) = connected else {
            skip(findings, &["tls", "latency"], "no connection stands");
            return;
        };
        let mut stages = Stages {
            dns: addresses.elapsed,
            connect: connected.elapsed,
            tls: None,
        };
        let stream: Box<dyn Stream> = if self.url.is_tls() {
            let Secured {
                stream,
                elapsed,
                finding,
            } = secure(context, "tls", &host, connected.stream).await;
            findings.push(finding);
            stages.tls = Some(elapsed);
            match stream {
                Some(stream) => stream,
                None => {
                    skip(findings, &["latency"], "no TLS connection stands");
                    return;
                }
            }
        } else {
            findings.push(Finding::skipped("tls", "the URL is plain http"));
            Box::new(connected.stream)
        };
        let latency = measure(context, "latency", &self.url, stream, &stages).await;
        findings.push(latency);
    }
}

fn skip(findings: &mut Vec<Finding>, names: &[&str], reason: &str) {
    findings.extend(names.iter().map(|name| Finding::skipped(name, reason)));
}

#[async_trait]
impl DoctorCheck for EndpointCheck {
    fn name(&self) -> &str {
        "dns"
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let mut findings = Vec::with_capacity(6);
        // A transport may go through a proxy, where a direct way does not stand: it is asked in any case.
        self.by_hand(context, &mut findings).await;
        for mut finding in self.http.check(context).await {
            if let Some(short) = finding.name().strip_prefix("http ").map(str::to_owned) {
                finding = finding.with_name(short);
            }
            findings.push(finding);
        }
        findings
    }
}
