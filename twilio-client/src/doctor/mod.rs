//! Why does no call go through? Everything of Twilio's that can be looked at without ringing anybody, as checks of
//! [`voice_core::doctor`].
//!
//! | finding | looks at |
//! |---|---|
//! | `environment` | the variables of [`TwilioClient::from_env`]: present, missing, malformed, quoted, placeholders |
//! | `dns`, `tcp`, `tls`, `latency`, `http`, `clock` | the way to the API, stage by stage |
//! | `credentials` | key or token, account, region: one authenticated read |
//! | `account` | suspended, closed, a trial |
//! | `balance` | what is left, where the credentials may ask |
//! | `from number` | owned or verified, able to make calls; its webhook has a public URL |
//! | `geo permission GB` | whether a country may be called, for each that was named |
//! | `webhook url`, `webhook` | your webhook as Twilio sees it, when a URL was given |
//!
//! Nobody is rung and nothing is changed: all requests to Twilio are reads. A setting that is missing is a finding.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "testkit")] {
//! use twilio_client::doctor::TwilioDoctor;
//! use twilio_client::testkit::TwilioSimulator;
//! use voice_core::doctor::{CheckContext, Colour, Doctor};
//!
//! let twilio = TwilioSimulator::start().await;
//! let report = Doctor::new(CheckContext::builder().build()?)
//!     .examine(TwilioDoctor::new(twilio.client()))
//!     .run()
//!     .await;
//! assert_eq!(report.exit_code(), 0, "{}", report.to_text(Colour::Plain));
//! # }
//! # Ok(())
//! # }
//! ```

mod account;
mod number;
mod settings;

use std::time::Duration;

use voice_core::client::RequestOptions;
use voice_core::config::Environment;
use voice_core::doctor::{
    Examination, Finding, ForgedWebhookCheck, ProbeUrl, PublicUrlCheck, WebhookHabits,
};
use voice_core::error::Error;
use voice_core::ident::E164;

use crate::client::{PROVIDER, TwilioClient};

pub use account::{AccountCheck, BalanceCheck};
pub use number::{CountryCheck, NumberCheck};
pub use settings::environment;

/// Longest time of one request.
const LIMIT: Duration = Duration::from_secs(10);
/// How long Twilio waits for a webhook's answer.
const PATIENCE: Duration = Duration::from_secs(15);
const PLAIN_URL: &str = "https://api.twilio.com";
/// Without credentials it answers 401, which shows that the API is there.
const PROBE: &str = "/2010-04-01/Accounts.json";

/// Gathers what is to be looked at.
#[derive(Debug)]
#[must_use = "it does nothing until a doctor examines it"]
pub struct TwilioDoctor {
    built: Result<TwilioClient, Error>,
    environment: Option<Environment>,
    base: Option<String>,
    number: Option<E164>,
    countries: Vec<String>,
    webhooks: Vec<String>,
}

impl TwilioDoctor {
    /// For what building a client gave: a client, or the error that names what is wrong with its settings.
    pub fn new(built: Result<TwilioClient, Error>) -> Self {
        let hasty = RequestOptions::new()
            .retries(0)
            .deadline(LIMIT)
            .attempt_timeout(LIMIT);
        Self {
            built: built.map(|client| client.with(hasty)),
            environment: None,
            base: None,
            number: None,
            countries: Vec::new(),
            webhooks: Vec::new(),
        }
    }

    /// For the environment of this process, through the proxy it names, if any.
    pub fn from_env() -> Self {
        Self::new(TwilioClient::from_env()).environment(Environment::process())
    }

    /// For given settings, without a proxy.
    pub fn from_environment(environment: &Environment) -> Self {
        Self::new(TwilioClient::from_environment(environment)).environment(environment.clone())
    }

    /// Where the API is, for the case that there is no client that knows; the provider's own address unless set.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base = Some(url.into());
        self
    }

    /// Also looks at these settings, and takes the number to call from out of `TWILIO_PHONE_NUMBER`. No request is made to
    /// `TWILIO_STATUS_CALLBACK_BASE_URL`, but its form is looked at.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.number = crate::phone_number_from(&environment).ok().or(self.number);
        self.environment = Some(environment);
        self
    }

    /// The number to call from.
    pub fn number(mut self, number: E164) -> Self {
        self.number = Some(number);
        self
    }

    /// A country that is to be called (ISO 3166-1, two letters); may be given several times.
    pub fn calls_to(mut self, country: impl Into<String>) -> Self {
        self.countries.push(country.into().to_ascii_uppercase());
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
                .hide(variables, &["TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"]);
        }
        let base = match &self.built {
            Ok(client) => client.base_url(),
            Err(_) => self.base.as_deref().unwrap_or(PLAIN_URL),
        };
        all = all
            .endpoint(&format!("{}{PROBE}", base.trim_end_matches('/')))
            .credentials(&self.built);
        if let Ok(client) = &self.built {
            all = all
                .check(AccountCheck::new(client.clone()))
                .check(BalanceCheck::new(client.clone()));
            if let Some(number) = self.number {
                all = all.check(NumberCheck::new(client.clone(), number));
            }
            let country = |iso| CountryCheck::new(client.clone(), iso);
            all = all.checks(self.countries.into_iter().map(country));
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

impl From<TwilioDoctor> for Examination {
    fn from(doctor: TwilioDoctor) -> Self {
        doctor.examination()
    }
}

/// How Twilio sends webhooks: a form, with a signature in `X-Twilio-Signature`; it waits 15 s. The signature here is none.
#[must_use]
pub fn habits() -> WebhookHabits {
    WebhookHabits::new("Twilio", PATIENCE)
        .signed("x-twilio-signature", "Zm9yZ2VkIGJ5IGEgZG9jdG9yIC4uLg==")
        .body("application/x-www-form-urlencoded", "Doctor=forged")
}

fn late(name: &str, late: &str) -> Finding {
    Finding::fail(name, format!("no verdict: {late}"))
        .with_cause("Twilio does not answer in time, or the network is slow")
        .with_remedy("Look at the findings on DNS, TCP and TLS, and at status.twilio.com")
}
