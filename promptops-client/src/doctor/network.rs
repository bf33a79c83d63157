//! The way to the service: its addresses, stage by stage, and further hosts.

use async_trait::async_trait;
use voice_core::doctor::{
    CheckContext, DnsCheck, DoctorCheck, EndpointCheck, Expected, Finding, ProbeUrl, Status,
};

/// Paths that are looked at. The server has a prompt list, which answers 401 or 403 without credentials and so proves that it
/// is reached; the two health checks are documented, and 404 at the reference server.
pub const ENDPOINTS: [&str; 3] = ["/v1/health", "/v1/client/health", "/v1/client/prompts"];

/// A check of each path at an origin, with the path for a name.
#[must_use]
pub fn network(origin: &ProbeUrl) -> Vec<(&'static str, EndpointCheck)> {
    ENDPOINTS
        .into_iter()
        .map(|path| {
            let check = EndpointCheck::new(origin.join(path));
            let check = match path {
                "/v1/client/prompts" => check.expect(Expected::Reachable),
                _ => check.expect(Expected::Status(vec![200, 401, 403, 404])),
            };
            (path, check)
        })
        .collect()
}

/// The hosts beside the service's own that its documentation names: `cdn.` and `status.` where the service is at `api.`.
#[must_use]
pub fn further_hosts(origin: &ProbeUrl) -> Vec<String> {
    let host = origin.host();
    match host.strip_prefix("api.") {
        Some(domain) => ["cdn", "status"]
            .map(|name| format!("{name}.{domain}"))
            .into(),
        None => Vec::new(),
    }
}

/// A look-up of a host nothing here depends on: that it is not found is a warning.
#[derive(Debug, Clone)]
pub struct FurtherHost {
    name: String,
    check: DnsCheck,
}

impl FurtherHost {
    /// Looks up `host`, a name without scheme and port.
    #[must_use]
    pub fn new(host: impl Into<String>) -> Self {
        let host = host.into();
        Self {
            name: format!("dns {host}"),
            check: DnsCheck::new(host),
        }
    }
}

#[async_trait]
impl DoctorCheck for FurtherHost {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let found = self.check.check(context).await;
        let soften = |finding: Finding| {
            match finding.status() {
            Status::Fail => Finding::warn(finding.name(), finding.seen())
                .with_elapsed(finding.elapsed())
                .with_remedy("Nothing here needs this host; it serves the status page and files of the service"),
            _ => finding,
        }
        };
        found.into_iter().map(soften).collect()
    }
}
