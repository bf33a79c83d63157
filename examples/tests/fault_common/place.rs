//! Where an operation is carried out: clients of every provider that reach it through the proxies of one trial.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use exotel_vsip::testkit::ExotelSimulator;
use exotel_vsip::{AccountName, ExotelClient, Region};
use openai_calls::OpenAiClient;
use promptops_client::PromptOpsClient;
use tokio::sync::watch;
use twilio_client::TwilioClient;
use twilio_client::testkit::TwilioSimulator;
use ultravox_client::UltravoxClient;
use voice_core::client::ClientOptions;
use voice_core::clock::{Clock, SharedClock, Sleep, SystemClock};
use voice_core::ident::{AccountSid, AuthToken};
use voice_core::retry::ExponentialBackoff;
use voice_core::transport::{BaseUrl, HttpTransport};

use super::world::World;

/// Longest time of one attempt: long enough for a machine that is busy. Where a server is known to be silent the trial lets
/// it run out at once, by a [`PatientClock`].
pub(crate) const ATTEMPT: Duration = Duration::from_secs(20);
/// Longest time of one operation.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) world: Arc<World>,
    /// The outermost proxy, as a base URL.
    pub(crate) base: String,
    /// What tells this trial's resources from all others.
    pub(crate) n: u32,
    pub(crate) transport: HttpTransport,
    pub(crate) clock: SharedClock,
    pub(crate) attempt: Duration,
}

impl Place {
    fn options(&self) -> ClientOptions {
        ClientOptions::new()
            .transport(Arc::new(self.transport.clone()))
            .clock(Arc::clone(&self.clock))
            .attempt_timeout(self.attempt)
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
            .ringing_attempt_timeout(self.attempt)
            .ringing_deadline(DEADLINE)
            .options(self.options())
            .build()
            .unwrap()
    }
}

/// The real clock, but for long waits, which a trial can let run out.
#[derive(Debug)]
pub(crate) struct PatientClock {
    real: SystemClock,
    /// How often they were.
    rounds: watch::Sender<u64>,
}

/// From here on a wait is a timeout and no pause between two attempts.
const LONG: Duration = Duration::from_secs(2);

impl PatientClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            real: SystemClock::default(),
            rounds: watch::Sender::new(0),
        })
    }

    /// Lets every long wait that has begun run out.
    pub(crate) fn run_out(&self) {
        self.rounds.send_modify(|rounds| *rounds += 1);
    }
}

impl Clock for PatientClock {
    fn now(&self) -> Instant {
        self.real.now()
    }

    fn wall(&self) -> SystemTime {
        self.real.wall()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let wait = self.real.sleep(duration);
        if duration < LONG {
            return wait;
        }
        let mut rounds = self.rounds.subscribe();
        Box::pin(async move {
            tokio::select! {
                () = wait => {}
                Ok(()) = rounds.changed() => {}
            }
        })
    }

    fn unit(&self) -> f64 {
        self.real.unit()
    }
}
