//! Why does nobody pick up? Everything of OpenAI's that can be looked at without a call, as checks of [`voice_core::doctor`].
//!
//! | finding | looks at |
//! |---|---|
//! | `environment` | the variables of [`OpenAiClient::from_env`] and the webhook's secret: present, missing, malformed, quoted, placeholders |
//! | `dns`, `tcp`, `tls`, `latency`, `http`, `clock` | the way to the API, stage by stage |
//! | `credentials` | the key, and that it may use the model calls are answered with |
//! | `credentials limits` | what the answer said of rate limits |
//! | `webhook url`, `webhook` | your webhook as OpenAI sees it, when a URL was given |
//!
//! No call is taken and nothing is changed: all requests to OpenAI are reads. A setting that is missing is a finding.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "testkit")] {
//! use openai_calls::doctor::OpenAiDoctor;
//! use openai_calls::testkit::OpenAiSim;
//! use voice_core::doctor::{CheckContext, Colour, Doctor};
//!
//! let openai = OpenAiSim::start().await?;
//! let report = Doctor::new(CheckContext::builder().build()?)
//!     .examine(OpenAiDoctor::new(openai.client().build()))
//!     .run()
//!     .await;
//! assert_eq!(report.exit_code(), 0, "{}", report.to_text(Colour::Plain));
//! # }
//! # Ok(())
//! # }
//! ```

use std::time::Duration;

use voice_core::config::Environment;
use voice_core::doctor::{
    EnvironmentCheck, Examination, ForgedWebhookCheck, ProbeUrl, PublicUrlCheck, WebhookHabits,
};
use voice_core::error::Error;

use crate::webhooks::{OpenAiWebhooks, SECRET_VARIABLE};
use crate::{OpenAiClient, OpenAiClientBuilder, PROVIDER};

/// A caller hears nothing until the webhook has led to an accept: waiting longer than this loses calls.
const PATIENCE: Duration = Duration::from_secs(10);
const PLAIN_URL: &str = "https://api.openai.com/v1";
/// Without a key it answers 401, which shows that the API is there.
const PROBE: &str = "/models";
const KEY: &str = "OPENAI_API_KEY";

/// Gathers what is to be looked at.
#[derive(Debug)]
#[must_use = "it does nothing until a doctor examines it"]
pub struct OpenAiDoctor {
    built: Result<OpenAiClient, Error>,
    environment: Option<Environment>,
    base: Option<String>,
    webhooks: Vec<String>,
}

impl OpenAiDoctor {
    /// For what building a client gave: a client, or the error that names what is wrong with its settings.
    pub fn new(built: Result<OpenAiClient, Error>) -> Self {
        Self {
            built,
            environment: None,
            base: None,
            webhooks: Vec::new(),
        }
    }

    /// For the environment of this process, through the proxy it names, if any.
    pub fn from_env() -> Self {
        Self::new(OpenAiClient::from_env()).environment(Environment::process())
    }

    /// For given settings, without a proxy.
    pub fn from_environment(environment: &Environment) -> Self {
        Self::new(OpenAiClient::from_environment(environment)).environment(environment.clone())
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
                .hide(variables, &[KEY, SECRET_VARIABLE]);
        }
        let base = match &self.built {
            Ok(client) => client.raw().base_url().as_str(),
            Err(_) => self.base.as_deref().unwrap_or(PLAIN_URL),
        };
        all = all
            .endpoint(&format!("{}{PROBE}", base.trim_end_matches('/')))
            .credentials(&self.built);
        for url in self.webhooks {
            all = all.check(PublicUrlCheck::new("webhook url", &url));
            if let Ok(url) = ProbeUrl::parse(&url) {
                all = all.check(ForgedWebhookCheck::new("webhook", url, habits()));
            }
        }
        all
    }
}

impl From<OpenAiDoctor> for Examination {
    fn from(doctor: OpenAiDoctor) -> Self {
        doctor.examination()
    }
}

/// Looks at the variables of [`OpenAiClient::from_env`] and at `OPENAI_WEBHOOK_SECRET`, by the same rules. No value is shown.
#[must_use]
pub fn environment(environment: Environment) -> EnvironmentCheck {
    EnvironmentCheck::new(environment)
        .required::<String>(&[KEY])
        .optional::<String>(&[SECRET_VARIABLE])
        .optional::<String>(&["OPENAI_BASE_URL"])
        .optional::<String>(&["OPENAI_ORG_ID"])
        .optional::<String>(&["OPENAI_PROJECT_ID"])
        .mistaken(KEY, &["OPENAI_KEY", "OPENAI_APIKEY", "OPENAI_TOKEN"])
        .mistaken(
            SECRET_VARIABLE,
            &["OPENAI_SIGNING_SECRET", "WEBHOOK_SECRET"],
        )
        .read_by(|environment| OpenAiClientBuilder::from_environment(environment).map(drop))
        .read_by(|environment| match environment.has(SECRET_VARIABLE) {
            true => OpenAiWebhooks::from_environment(environment).map(drop),
            false => Ok(()),
        })
}

/// How OpenAI sends webhooks: JSON, signed as Standard Webhooks have it. The signature here is none.
#[must_use]
pub fn habits() -> WebhookHabits {
    WebhookHabits::new("OpenAI", PATIENCE)
        .signed("webhook-id", "wh_doctor_forged")
        .signed("webhook-timestamp", "1767225600")
        .signed("webhook-signature", "v1,Zm9yZ2VkIGJ5IGEgZG9jdG9yIC4uLg==")
        .body("application/json", r#"{"type":"doctor.forged"}"#)
}
