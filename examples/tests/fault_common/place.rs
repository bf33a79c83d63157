//! Where an operation is carried out: clients of every provider that reach it through the proxies of one trial.

use std::sync::Arc;
use std::time::Duration;

use exotel_vsip::testkit::ExotelSimulator;
use exotel_vsip::{AccountName, ExotelClient, Region};
use openai_calls::OpenAiClient;
use promptops_client::PromptOpsClient;
use twilio_client::TwilioClient;
use twilio_client::testkit::TwilioSimulator;
use ultravox_client::UltravoxClient;
use voice_core::client::ClientOptions;
use voice_core::ident::{AccountSid, AuthToken};
use voice_core::retry::ExponentialBackoff;
use voice_core::transport::{BaseUrl, HttpTransport};

use super::world::World;

/// Longest time of one attempt: long for this machine, short for a test.
pub(crate) const ATTEMPT: Duration = Duration::from_millis(700);
/// Longest time of one operation.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) world: Arc<World>,
    /// The outermost proxy, as a base URL.
    pub(crate) base: String,
    /// What tells this trial's resources from all others.
    pub(crate) n: u32,
    pub(crate) transport: HttpTransport,
}

impl Place {
    fn options(&self) -> ClientOptions {
        ClientOptions::new()
            .transport(Arc::new(self.transport.clone()))
            .attempt_timeout(ATTEMPT)
            .deadline(DEADLINE)
            .retries(6)
            .backoff(ExponentialBackoff::new(
                Duration::from_millis(2),
                Duration::from_millis(20),
            ))
            // Nothing may hold the retries back: they are what is on trial.
            .without_breaker()
            .without_retry_budget()
    }

    pub(crate) fn ultravox(&self) -> UltravoxClient {
        let client = self.world.ultravox.client().base_url(self.base.clone());
        client.options(self.options()).build().unwrap()
    }

    pub(crate) fn twilio(&self) -> TwilioClient {
        TwilioClient::builder()
            .account_sid(AccountSid::parse(TwilioSimulator::ACCOUNT_SID).unwrap())
            .auth_token(AuthToken::parse(TwilioSimulator::AUTH_TOKEN).unwrap())
            .base_url(BaseUrl::parse(&self.base).unwrap())
            .options(self.options())
            .build()
            .unwrap()
    }

    pub(crate) fn exotel(&self) -> ExotelClient {
        ExotelClient::builder()
            .account(AccountName::parse(ExotelSimulator::ACCOUNT).unwrap())
            .region(Region::custom(&self.base).unwrap())
            .api_key(ExotelSimulator::API_KEY)
            .api_token(ExotelSimulator::API_TOKEN)
            .options(self.options())
            .build()
            .unwrap()
    }

    pub(crate) fn promptops(&self) -> PromptOpsClient {
        let client = self.world.promptops.client_builder();
        let client = client.base_url(self.base.clone());
        client.options(self.options()).build().unwrap()
    }

    pub(crate) fn openai(&self) -> OpenAiClient {
        self.world
            .openai
            .client()
            .base_url(format!("{}/v1", self.base))
            .ringing_attempt_timeout(ATTEMPT)
            .ringing_deadline(DEADLINE)
            .options(self.options())
            .build()
            .unwrap()
    }
}
