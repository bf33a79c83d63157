//! One simulated provider, and what the doctor is told of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use exotel_vsip::ExotelClient;
use exotel_vsip::doctor::ExotelDoctor;
use exotel_vsip::testkit::ExotelSimulator;
use openai_calls::OpenAiClient;
use openai_calls::doctor::OpenAiDoctor;
use openai_calls::testkit::OpenAiSim;
use promptops_client::doctor::PromptDoctor;
use promptops_client::testkit::PromptOpsSimulator;
use promptops_client::{PromptOps, PromptOpsClient};
use twilio_client::accounts::AccountStatus;
use twilio_client::doctor::TwilioDoctor;
use twilio_client::testkit::TwilioSimulator;
use twilio_client::{Product, TwilioClient};
use ultravox_client::UltravoxClient;
use ultravox_client::doctor::UltravoxDoctor;
use ultravox_client::testkit::UltravoxSimulator;
use url::Url;
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::doctor::Examination;
use voice_core::ident::{AuthToken, E164};
use voice_core::testkit::{Mishap, Mishaps};
use voice_core::transport::{BaseUrl, Transport};

use super::Fault;
use super::hook;
use crate::Failure;

const NUMBER: &str = "+14155550123";
const OTHER: &str = "+14155550199";
/// More requests than the doctor makes of one provider.
const MANY: usize = 30;

/// A provider of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Provider {
    /// Twilio
    Twilio,
    /// Ultravox
    Ultravox,
    /// Exotel
    Exotel,
    /// OpenAI
    #[value(name = "openai")]
    OpenAi,
    /// PromptOps
    #[value(name = "promptops")]
    PromptOps,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Twilio,
        Self::Ultravox,
        Self::Exotel,
        Self::OpenAi,
        Self::PromptOps,
    ];

    /// Its name, which is that of its section in a report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Twilio => "twilio",
            Self::Ultravox => "ultravox",
            Self::Exotel => "exotel",
            Self::OpenAi => "openai",
            Self::PromptOps => "promptops",
        }
    }

    /// The variables that show that somebody means to use it: first the one that is always needed, then others.
    #[must_use]
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Twilio => &["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
            Self::Ultravox => &["ULTRAVOX_API_KEY"],
            Self::Exotel => &["EXOTEL_API_KEY", "EXOTEL_API_TOKEN", "EXO_AUTH_KEY"],
            Self::OpenAi => &["OPENAI_API_KEY"],
            Self::PromptOps => &["PROMPTOPS_API_KEY"],
        }
    }

    /// The settings of an account, right but for the faults.
    fn settings(self, faults: &[Fault]) -> Environment {
        let has = |fault| faults.contains(&fault);
        let or =
            |right: &'static str, wrong: &'static str| if has(Fault::Auth) { wrong } else { right };
        let mut pairs: Vec<(&str, &str)> = match self {
            Self::Twilio => vec![
                ("TWILIO_ACCOUNT_SID", TwilioSimulator::ACCOUNT_SID),
                (
                    "TWILIO_AUTH_TOKEN",
                    or(
                        TwilioSimulator::AUTH_TOKEN,
                        "0123456789abcdef0123456789abcdef",
                    ),
                ),
                (
                    "TWILIO_PHONE_NUMBER",
                    if has(Fault::Number) { OTHER } else { NUMBER },
                ),
                (
                    "TWILIO_STATUS_CALLBACK_BASE_URL",
                    "https://hooks.example.com",
                ),
            ],
            Self::Ultravox => vec![(
                "ULTRAVOX_API_KEY",
                or(
                    ultravox_client::testkit::API_KEY,
                    "revoked0.0123456789abcdefghijklmnopqrstuv",
                ),
            )],
            Self::Exotel => vec![
                ("EXOTEL_API_KEY", ExotelSimulator::API_KEY),
                (
                    "EXOTEL_API_TOKEN",
                    or(
                        ExotelSimulator::API_TOKEN,
                        "0000000000000000000000000000000000000000deadbeef",
                    ),
                ),
                ("EXOTEL_ACCOUNT_SID", ExotelSimulator::ACCOUNT),
            ],
            Self::OpenAi => vec![(
                "OPENAI_API_KEY",
                or(
                    openai_calls::testkit::API_KEY,
                    "sk-proj-revoked-0123456789abcdef",
                ),
            )],
            Self::PromptOps => vec![
                ("PROMPTOPS_API_KEY", PromptOpsSimulator::API_KEY),
                (
                    "PROMPTOPS_SECRET_KEY",
                    or(PromptOpsSimulator::SECRET_KEY, "another-secret-0123456789"),
                ),
            ],
        };
        if has(Fault::Env) {
            let missing = self.variables().get(1).or(self.variables().first());
            let missing = missing.copied();
            let quoted = pairs.first().map(|(name, _)| *name);
            pairs.retain(|(name, _)| Some(*name) != missing && Some(*name) != quoted);
            if let Some(name) = quoted.filter(|name| Some(*name) != missing) {
                pairs.push((name, "\"your_api_key\""));
            }
        }
        Environment::from_pairs(pairs)
    }
}

/// A simulator that runs.
pub(super) enum Patient {
    Twilio(TwilioSimulator),
    Ultravox(UltravoxSimulator),
    Exotel(ExotelSimulator),
    OpenAi(OpenAiSim),
    PromptOps(PromptOpsSimulator),
}

impl Patient {
    pub(super) async fn start(provider: Provider, faults: &[Fault]) -> Result<Self, Failure> {
        let has = |fault| faults.contains(&fault);
        let patient = match provider {
            Provider::Twilio => {
                let status = match has(Fault::Suspended) {
                    true => AccountStatus::Suspended,
                    false => AccountStatus::Active,
                };
                let builder = TwilioSimulator::builder().number(E164::parse(NUMBER)?);
                Self::Twilio(builder.account_status(status).start().await)
            }
            Provider::Ultravox => Self::Ultravox(UltravoxSimulator::start().await),
            Provider::Exotel => Self::Exotel(ExotelSimulator::start().await),
            Provider::OpenAi => Self::OpenAi(OpenAiSim::start().await?),
            Provider::PromptOps => {
                let simulator = PromptOpsSimulator::start().await;
                simulator.add(
                    "hello-world",
                    "1.0.0",
                    "Hello {{name}}, welcome to {{company}}!",
                );
                Self::PromptOps(simulator)
            }
        };
        let mishap = if has(Fault::RateLimit) {
            Some(Mishap::RateLimited(Some(Duration::from_secs(30))))
        } else if has(Fault::Down) {
            Some(Mishap::Unavailable(None))
        } else {
            None
        };
        for mishap in mishap.into_iter().cycle().take(MANY) {
            patient.mishaps().next(mishap);
        }
        Ok(patient)
    }

    fn provider(&self) -> Provider {
        match self {
            Self::Twilio(_) => Provider::Twilio,
            Self::Ultravox(_) => Provider::Ultravox,
            Self::Exotel(_) => Provider::Exotel,
            Self::OpenAi(_) => Provider::OpenAi,
            Self::PromptOps(_) => Provider::PromptOps,
        }
    }

    fn mishaps(&self) -> &Mishaps {
        match self {
            Self::Twilio(simulator) => simulator.mishaps(),
            Self::Ultravox(simulator) => simulator.mishaps(),
            Self::Exotel(simulator) => simulator.mishaps(),
            Self::OpenAi(simulator) => simulator.mishaps(),
            Self::PromptOps(simulator) => simulator.mishaps(),
        }
    }

    /// Where it listens, in plain.
    pub(super) fn address(&self) -> Result<SocketAddr, Failure> {
        let url = match self {
            Self::Twilio(simulator) => simulator.url(),
            Self::Ultravox(simulator) => simulator.url(),
            Self::Exotel(simulator) => simulator.url(),
            Self::OpenAi(simulator) => return Ok(simulator.address()),
            Self::PromptOps(simulator) => simulator.url(),
        };
        let port = Url::parse(&url)?.port_or_known_default().unwrap_or(80);
        Ok(SocketAddr::from(([127, 0, 0, 1], port)))
    }
}

/// All simulators, each with the URL under which its clients know it.
pub(super) struct Ward<'a> {
    pub(super) faults: &'a [Fault],
    pub(super) wire: Arc<dyn Transport>,
    pub(super) patients: Vec<(Patient, String)>,
}

impl Ward<'_> {
    fn options(&self) -> ClientOptions {
        ClientOptions::new().transport(self.wire.clone()).retries(0)
    }

    pub(super) fn examination(
        &self,
        patient: &Patient,
        base: &str,
    ) -> Result<Examination, Failure> {
        let settings = patient.provider().settings(self.faults);
        // With broken settings there is no client; what was wrong with them is what the doctor is given.
        let broken = self.faults.contains(&Fault::Env);
        Ok(match patient {
            Patient::Twilio(_) if broken => TwilioDoctor::from_environment(&settings)
                .base_url(base)
                .webhook(hook::URL)
                .into(),
            Patient::Twilio(simulator) => {
                let token = match self.faults.contains(&Fault::Auth) {
                    true => "0123456789abcdef0123456789abcdef",
                    false => TwilioSimulator::AUTH_TOKEN,
                };
                let mut builder = simulator
                    .client_builder()?
                    .auth_token(AuthToken::parse(token)?)
                    .base_url(BaseUrl::parse(base)?)
                    .options(self.options());
                for product in Product::ALL {
                    let url = BaseUrl::parse(&format!("{base}/{}", product.label()))?;
                    if product != Product::Api {
                        builder = builder.product_url(product, url);
                    }
                }
                let built: Result<TwilioClient, _> = builder.build();
                TwilioDoctor::new(built)
                    .environment(settings)
                    .base_url(base)
                    .webhook(hook::URL)
                    .into()
            }
            Patient::Ultravox(_) => {
                let builder = ultravox_client::UltravoxClientBuilder::from_environment(&settings);
                let built: Result<UltravoxClient, _> = builder
                    .and_then(|builder| builder.base_url(base).options(self.options()).build());
                UltravoxDoctor::new(built)
                    .environment(settings)
                    .base_url(base)
                    .webhook(hook::URL)
                    .into()
            }
            Patient::Exotel(_) => {
                let region = exotel_vsip::Region::custom(base)?;
                let builder = exotel_vsip::ExotelClientBuilder::from_environment(&settings);
                let built: Result<ExotelClient, _> = builder
                    .and_then(|builder| builder.region(region).options(self.options()).build());
                ExotelDoctor::new(built)
                    .environment(settings)
                    .base_url(base)
                    .callback(hook::URL)
                    .into()
            }
            Patient::OpenAi(_) => {
                let builder = openai_calls::OpenAiClientBuilder::from_environment(&settings);
                let built: Result<OpenAiClient, _> = builder.and_then(|builder| {
                    let builder = builder.base_url(format!("{base}/v1"));
                    builder.options(self.options()).build()
                });
                OpenAiDoctor::new(built)
                    .environment(settings)
                    .base_url(format!("{base}/v1"))
                    .webhook(hook::URL)
                    .into()
            }
            Patient::PromptOps(_) if broken => PromptDoctor::from_environment(&settings)
                .base_url(base)
                .into(),
            Patient::PromptOps(simulator) => {
                let mut builder = simulator.client_builder().base_url(base);
                if self.faults.contains(&Fault::Auth) {
                    builder = builder.secret_key("another-secret-0123456789");
                }
                let built: Result<PromptOpsClient, _> = builder.options(self.options()).build();
                PromptDoctor::new(built.and_then(PromptOps::new))
                    .environment(settings)
                    .into()
            }
        })
    }
}
