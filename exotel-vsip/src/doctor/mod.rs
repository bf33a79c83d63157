//! Why does no call reach the trunk? Everything of Exotel's that can be looked at without ringing anybody, as checks of
//! [`voice_core::doctor`].
//!
//! | finding | looks at |
//! |---|---|
//! | `environment` | the variables of [`ExotelClient::from_env`]: present, missing, malformed, quoted, placeholders |
//! | `dns`, `tcp`, `tls`, `latency`, `http`, `clock` | the way to the API of the account's region, stage by stage |
//! | `credentials` | key, token and region: one authenticated read; whether vSIP is enabled |
//! | `credentials limits` | what the answer said of rate limits |
//! | `trunks` | whether there is a trunk, and how many work |
//! | `trunk NAME` | one finding for each of the first trunks: numbers, access list or credentials, destinations |
//!
//! Nobody is rung and nothing is changed: all requests are reads. A setting that is missing is a finding. Exotel signs no
//! callbacks, so there is no forged one to send; look at a callback's URL with
//! [`PublicUrlCheck`], which [`ExotelDoctor::callback`] adds.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "testkit")] {
//! use exotel_vsip::doctor::ExotelDoctor;
//! use exotel_vsip::testkit::ExotelSimulator;
//! use voice_core::doctor::{CheckContext, Colour, Doctor};
//!
//! let exotel = ExotelSimulator::start().await;
//! let report = Doctor::new(CheckContext::builder().build()?)
//!     .examine(ExotelDoctor::new(exotel.client()))
//!     .run()
//!     .await;
//! assert_eq!(report.exit_code(), 0, "{}", report.to_text(Colour::Plain));
//! # }
//! # Ok(())
//! # }
//! ```

mod trunks;

use std::time::Duration;

use voice_core::client::RequestOptions;
use voice_core::config::Environment;
use voice_core::doctor::{EnvironmentCheck, Examination, PublicUrlCheck};
use voice_core::error::Error;

use crate::account::AccountName;
use crate::builder::ExotelClientBuilder;
use crate::client::ExotelClient;
use crate::region::Region;
use crate::{PROVIDER, environment as names};

pub use trunks::TrunksCheck;

/// Longest time of one request.
const LIMIT: Duration = Duration::from_secs(10);

/// Gathers what is to be looked at.
#[derive(Debug)]
#[must_use = "it does nothing until a doctor examines it"]
pub struct ExotelDoctor {
    built: Result<ExotelClient, Error>,
    environment: Option<Environment>,
    base: Option<String>,
    callbacks: Vec<String>,
}

impl ExotelDoctor {
    /// For what building a client gave: a client, or the error that names what is wrong with its settings.
    pub fn new(built: Result<ExotelClient, Error>) -> Self {
        let hasty = RequestOptions::new()
            .retries(0)
            .deadline(LIMIT)
            .attempt_timeout(LIMIT);
        Self {
            built: built.map(|client| client.with(hasty)),
            environment: None,
            base: None,
            callbacks: Vec::new(),
        }
    }

    /// For the environment of this process, through the proxy it names, if any.
    pub fn from_env() -> Self {
        Self::new(ExotelClient::from_env()).environment(Environment::process())
    }

    /// For given settings, without a proxy.
    pub fn from_environment(environment: &Environment) -> Self {
        Self::new(ExotelClient::from_environment(environment)).environment(environment.clone())
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

    /// A URL that Exotel is to call back; may be given several times. It is looked at, and nothing is sent to it.
    pub fn callback(mut self, url: impl Into<String>) -> Self {
        self.callbacks.push(url.into());
        self
    }

    /// Everything, as one section of a report.
    pub fn examination(self) -> Examination {
        let mut all = Examination::new(PROVIDER);
        if let Some(variables) = &self.environment {
            let secret = [names::KEY, names::TOKEN].concat();
            all = all
                .check(environment(variables.clone()))
                .hide(variables, &secret);
        }
        let url = match &self.built {
            Ok(client) => {
                let base = client.region().base_url().trim_end_matches('/');
                format!("{base}/v2/accounts/{}/trunks", client.account())
            }
            Err(_) => {
                let region = Region::default();
                let base = self.base.as_deref().unwrap_or(region.base_url());
                format!("{}/v2/accounts", base.trim_end_matches('/'))
            }
        };
        all = all.endpoint(&url).credentials(&self.built);
        if let Ok(client) = &self.built {
            all = all.check(TrunksCheck::new(client.clone()));
        }
        let callbacks = self.callbacks.iter();
        all.checks(callbacks.map(|url| PublicUrlCheck::new("webhook url", url)))
    }
}

impl From<ExotelDoctor> for Examination {
    fn from(doctor: ExotelDoctor) -> Self {
        doctor.examination()
    }
}

/// Looks at the variables of [`ExotelClient::from_env`], under either of their names, by the same rules. No value is shown.
#[must_use]
pub fn environment(environment: Environment) -> EnvironmentCheck {
    EnvironmentCheck::new(environment)
        .required::<String>(&names::KEY)
        .required::<String>(&names::TOKEN)
        .required::<AccountName>(&names::ACCOUNT)
        .optional::<Region>(&names::HOST)
        .mistaken("EXOTEL_API_KEY", &["EXOTEL_KEY", "EXOTEL_AUTH_KEY"])
        .mistaken("EXOTEL_API_TOKEN", &["EXOTEL_TOKEN", "EXOTEL_AUTH_TOKEN"])
        .mistaken("EXOTEL_ACCOUNT_SID", &["EXOTEL_SID", "EXOTEL_ACCOUNT"])
        .read_by(|environment| ExotelClientBuilder::from_environment(environment).map(drop))
}
