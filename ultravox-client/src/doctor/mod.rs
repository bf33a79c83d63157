//! Why is there no agent on the line? Everything of Ultravox's that can be looked at without a call, as checks of
//! [`voice_core::doctor`].
//!
//! | finding | looks at |
//! |---|---|
//! | `environment` | the variables of [`UltravoxClient::from_env`]: present, missing, malformed, quoted, placeholders |
//! | `dns`, `tcp`, `tls`, `latency`, `http`, `clock` | the way to the API, stage by stage |
//! | `credentials` | the key: one authenticated read |
//! | `account` | subscription, free time |
//! | `concurrency` | calls at this moment, and how many there may be |
//! | `webhooks` | the endpoints registered at Ultravox: status, public URLs |
//! | `webhook url`, `webhook` | your webhook as Ultravox sees it, when a URL was given |
//!
//! No call is made and nothing is changed: all requests to Ultravox are reads. A setting that is missing is a finding.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "testkit")] {
//! use ultravox_client::doctor::UltravoxDoctor;
//! use ultravox_client::testkit::UltravoxSimulator;
//! use voice_core::doctor::{CheckContext, Colour, Doctor};
//!
//! let ultravox = UltravoxSimulator::start().await;
//! let report = Doctor::new(CheckContext::builder().build()?)
//!     .examine(UltravoxDoctor::new(ultravox.client().build()))
//!     .run()
//!     .await;
//! assert_eq!(report.exit_code(), 0, "{}", report.to_text(Colour::Plain));
//! # }
//! # Ok(())
//! # }
//! ```

mod account;
mod endpoints;

use std::time::Duration;

use voice_core::client::RequestOptions;
use voice_core::config::Environment;
use voice_core::doctor::{
    EnvironmentCheck, Examination, Finding, ForgedWebhookCheck, ProbeUrl, PublicUrlCheck,
    WebhookHabits,
};
use voice_core::error::Error;

use crate::webhooks::{SIGNATURE_HEADER, TIMESTAMP_HEADER};
use crate::{PROVIDER, UltravoxClient, UltravoxClientBuilder};

pub use account::AccountCheck;
pub use endpoints::WebhookEndpointsCheck;

/// Longest time of one request.
const LIMIT: Duration = Duration::from_secs(10);
/// How long Ultravox may be taken to wait for a webhook's answer; its pages do not say.
const PATIENCE: Duration = Duration::from_secs(10);
const PLAIN_URL: &str = "https://api.ultravox.ai";
/// Without a key it is refused, which shows that the API is there.
const PROBE: &str = "/api/accounts/me";
const KEY: &str = "ULTRAVOX_API_KEY";

/// Gathers what is to be looked at.
#[derive(Debug)]
#[must_use = "it does nothing until a doctor examines it"]
pub struct UltravoxDoctor {
    built: Result<UltravoxClient, Error>,
    environment: Option<Environment>,
    base: Option<String>,
    webhooks: Vec<String>,
}

impl UltravoxDoctor {
    /// For what building a client gave: a client, or the error that names what is wrong with its settings.
    pub fn new(built: Result<UltravoxClient, Error>) -> Self {
        let hasty = RequestOptions::new()
            .retries(0)
            .deadline(LIMIT)
            .attempt_timeout(LIMIT);
        Self {
            built: built.map(|client| client.with(hasty)),
            environment: None,
            base: None,
            webhooks: Vec::new(),
        }
    }

    /// For the environment of this process, through the proxy it names, if any.
    pub fn from_env() -> Self {
        Self::new(UltravoxClient::from_env()).environment(Environment::process())
    }

    /// For given settings, without a proxy.
    pub fn from_environment(environment: &Environment) -> Self {
        Self::new(UltravoxClient::from_environment(environment)).environment(environment.clone())
    }

    /// Where the API is, for the case that there is no client that knows; the provider's own address unless set.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base = Some(url.into());
        self
    }

    /// Also looks at these settings.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// A webhook of yours; may be given several times. Its URL is looked at, and **one POST with a forged signature is sent to
    /// it**, which it should refuse.
    pub fn webhook(mut self, url: impl Into<String>) -> Self {
        self.webhooks.push(url.into());
        self
    }

    /// Everything, as one section of a report.
    pub fn examination(self) -> Examination {
        let mut all = Examination::new(PROVIDER);
        if let Some(variables) = &self.environment {
            all = all
                .check(environment(variables.clone()))
                .hide(variables, &[KEY]);
        }
        let base = match &self.built {
            Ok(client) => client.raw().base_url().as_str(),
            Err(_) => self.base.as_deref().unwrap_or(PLAIN_URL),
        };
        all = all
            .endpoint(&format!("{}{PROBE}", base.trim_end_matches('/')))
            .credentials(&self.built);
        if let Ok(client) = &self.built {
            all = all
                .check(AccountCheck::new(client.clone()))
                .check(WebhookEndpointsCheck::new(client.clone()));
        }
        for url in self.webhooks {
            all = all.check(PublicUrlCheck::new("webhook url", &url));
            if let Ok(url) = ProbeUrl::parse(&url) {
                all = all.check(ForgedWebhookCheck::new("webhook", url, habits()));
            }
        }
        all
    }
}

impl From<UltravoxDoctor> for Examination {
    fn from(doctor: UltravoxDoctor) -> Self {
        doctor.examination()
    }
}

/// Looks at the variables of [`UltravoxClient::from_env`], by the same rules. No value is shown.
#[must_use]
pub fn environment(environment: Environment) -> EnvironmentCheck {
    EnvironmentCheck::new(environment)
        .required::<String>(&[KEY])
        .optional::<String>(&["ULTRAVOX_BASE_URL"])
        .mistaken(KEY, &["ULTRAVOX_KEY", "ULTRAVOX_APIKEY", "ULTRAVOX_TOKEN"])
        .read_by(|environment| UltravoxClientBuilder::from_environment(environment).map(drop))
}

/// How Ultravox sends webhooks: JSON, signed in `X-Ultravox-Webhook-Signature` over the body and a timestamp. The signature here
/// is none.
#[must_use]
pub fn habits() -> WebhookHabits {
    WebhookHabits::new("Ultravox", PATIENCE)
        .signed(TIMESTAMP_HEADER, "2026-01-01T00:00:00.000000+00:00")
        .signed(
            SIGNATURE_HEADER,
            "0000000000000000000000000000000000000000000000000000000000000000",
        )
        .body("application/json", r#"{"event":"doctor.forged"}"#)
}

fn late(name: &str, late: &str) -> Finding {
    Finding::fail(name, format!("no verdict: {late}"))
        .with_cause("Ultravox does not answer in time, or the network is slow")
        .with_remedy("Look at the findings on DNS, TCP and TLS, and at Ultravox's status page")
}
