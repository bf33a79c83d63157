//! Whether a provider could reach a URL at all: public, https, and a name that leads to public addresses.

use async_trait::async_trait;
use url::Url;

use super::dns::look_up;
use super::{CheckContext, DoctorCheck, Finding};
use crate::ident::{HostClass, PublicHttpsUrl};

/// Checks the base URL that providers are told to send webhooks to: the rules of [`PublicHttpsUrl`], and that every
/// address of its host is a public one.
#[derive(Debug, Clone)]
pub struct PublicUrlCheck {
    name: String,
    url: Result<PublicHttpsUrl, String>,
}

impl PublicUrlCheck {
    /// Checks `url`, whatever it is; what is wrong with it is a finding.
    pub fn new(name: impl Into<String>, url: &str) -> Self {
        Self {
            name: name.into(),
            url: PublicHttpsUrl::parse(url).map_err(|error| error.to_string()),
        }
    }
}

#[async_trait]
impl DoctorCheck for PublicUrlCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let url = match &self.url {
            Ok(url) => url,
            Err(rule) => {
                return vec![
                    Finding::fail(&self.name, rule)
                        .with_cause("Providers call this URL from the internet: it must be https, with a public host")
                        .with_remedy("Set the address under which the service is reached from outside, such as https://api.example.com; on a laptop, that of a tunnel"),
                ];
            }
        };
        let parsed = Url::parse(url.as_str()).ok();
        let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
        let (addresses, finding) = look_up(context, &self.name, host, 443).await;
        if addresses.all.is_empty() {
            return vec![finding];
        }
        let hidden = addresses.all.iter().filter_map(|address| {
            let class = HostClass::of_ip(address.ip());
            (!class.is_public()).then_some((address, class))
        });
        let hidden: Vec<_> = hidden.collect();
        let finding = match hidden.is_empty() {
            true => Finding::pass(
                &self.name,
                "public, https, and its name leads to public addresses",
            ),
            false => {
                let seen = format!(
                    "the name leads to {} that providers cannot reach",
                    count(hidden.len())
                );
                Finding::fail(&self.name, seen)
                    .with_cause("The name has a private record, or this network answers with an address of its own (split DNS)")
                    .with_remedy("Compare with a public name server; publish a public address")
            }
        };
        let finding = hidden.iter().fold(finding, |finding, (address, class)| {
            finding.with_detail(address.ip().to_string(), class.to_string())
        });
        vec![finding.with_elapsed(addresses.elapsed)]
    }
}

fn count(addresses: usize) -> String {
    match addresses {
        1 => "an address".to_owned(),
        more => format!("{more} addresses"),
    }
}
