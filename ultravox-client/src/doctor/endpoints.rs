//! The webhook endpoints registered at Ultravox.

use async_trait::async_trait;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding, failed_later};
use voice_core::ident::PublicHttpsUrl;

use super::late;
use crate::UltravoxClient;
use crate::webhook_endpoints::{ListWebhooks, Webhook, WebhookStatus};

/// Whether the registered endpoints are healthy by Ultravox's own account, and have public URLs. The first 50 are looked at; no
/// request is made to them.
#[derive(Debug, Clone)]
pub struct WebhookEndpointsCheck(UltravoxClient);

impl WebhookEndpointsCheck {
    const NAME: &'static str = "webhooks";
    const MOST: u64 = 50;

    /// Looks at the endpoints of the account of the client's key.
    #[must_use]
    pub fn new(client: UltravoxClient) -> Self {
        Self(client)
    }
}

fn judge(all: &[Webhook]) -> Finding {
    let name = WebhookEndpointsCheck::NAME;
    if all.is_empty() {
        return Finding::skipped(name, "none is registered");
    }
    let url = |hook: &Webhook| PublicHttpsUrl::parse(hook.url.as_deref().unwrap_or_default());
    if let Some(rule) = all.iter().find_map(|hook| url(hook).err()) {
        return Finding::fail(name, format!("an endpoint cannot be reached: {rule}"))
            .with_cause("Ultravox sends webhooks over the internet; this URL is not https, or leads to a private network")
            .with_remedy("Register the public https address of the service");
    }
    let ill = all.iter().filter(|hook| {
        let status = hook.status.as_ref();
        status.is_some_and(|status| *status != WebhookStatus::Normal)
    });
    match ill.count() {
        0 => Finding::pass(name, format!("{} registered, none in trouble", all.len())),
        ill => Finding::warn(name, format!("{ill} of {} had failures", all.len()))
            .with_cause("Ultravox got no 2xx from the endpoint in time: it is down, slow, redirects, or refuses the signature")
            .with_remedy("Read recent_failures of the endpoint, and have the doctor look at its URL (webhook)"),
    }
}

#[async_trait]
impl DoctorCheck for WebhookEndpointsCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let read = async {
            let mut pages = self
                .0
                .webhooks()
                .list(&ListWebhooks::default())
                .limit(Self::MOST);
            let mut all = Vec::new();
            while let Some(next) = pages.next().await {
                all.push(next?);
            }
            Ok(all)
        };
        vec![match Box::pin(context.step(read)).await {
            Ok(Ok(all)) => judge(&all),
            Ok(Err(error)) => failed_later(Self::NAME, &error),
            Err(passed) => late(Self::NAME, &passed.to_string()),
        }]
    }
}
