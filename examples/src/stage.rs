//! Ultravox and Twilio on this machine, and the audio between them.

use std::sync::Arc;
use std::time::Duration;

use twilio_client::TwilioClient;
use twilio_client::testkit::{Pace, TwilioSimulator};
use ultravox_client::UltravoxClient;
use ultravox_client::testkit::UltravoxSimulator;
use ultravox_client::types::EndReason;
use voice_core::error::Error;
use voice_core::ident::{AgentName, E164};
use voice_core::provider::{AgentProvider, AgentSpec, CallId};
use voice_core::testkit::Mishap;

/// What becomes of a simulated call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Outcome {
    /// Somebody picks up, and speaks for a while.
    #[default]
    Answered,
    /// The line is busy.
    Busy,
    /// Nobody picks up.
    NoAnswer,
    /// The number cannot be connected.
    Failed,
}

/// Both simulators, a client for each, and an agent that is there already.
#[derive(Debug)]
pub struct Stage {
    /// Ultravox.
    pub agents: UltravoxClient,
    /// Twilio.
    pub phone: TwilioClient,
    /// A number of the simulated account.
    pub from: E164,
    /// The Ultravox simulator.
    pub ultravox: Arc<UltravoxSimulator>,
    /// The Twilio simulator.
    pub twilio: TwilioSimulator,
}

impl Stage {
    /// Starts both simulators, and creates the agent.
    ///
    /// # Errors
    /// When a client cannot be built or the agent cannot be created.
    pub async fn start(agent: &AgentName) -> Result<Self, Error> {
        let ultravox = Arc::new(UltravoxSimulator::start().await);
        let pace = Pace::FAST
            .with_dial(Duration::from_millis(100))
            .with_answer(Duration::from_millis(800))
            .with_talk(Some(Duration::from_secs(2)));
        let twilio = TwilioSimulator::builder().pace(pace).start().await;

        // The telephone network: whoever answers is heard by the agent whose stream the TwiML names.
        let agent_side = Arc::clone(&ultravox);
        twilio.on_answered(move |_, stream| {
            if let Some(session) = session_of(stream) {
                agent_side.join(&session);
            }
        });
        let agent_side = Arc::clone(&ultravox);
        twilio.on_ended(move |_, stream| {
            if let Some(session) = session_of(stream) {
                agent_side.end(&session, &EndReason::Hangup);
            }
        });

        let agents = ultravox.client().build()?;
        let spec = AgentSpec::new(agent.clone(), "Hello {{customer_name}}, how can I help?");
        agents.create_agent(&spec).await?;
        Ok(Self {
            agents,
            phone: twilio.client()?,
            from: E164::parse("+15557654300")?,
            ultravox,
            twilio,
        })
    }

    /// Calls to this number end like `outcome` says.
    pub fn let_calls_end(&self, to: &E164, outcome: Outcome) {
        self.twilio.set_outcome(to, outcome.into());
    }

    /// The next dial is carried out, and its answer gets lost: the client cannot know whether somebody is rung.
    pub fn lose_the_answer_to_the_dial(&self) {
        self.twilio
            .mishaps()
            .next_of("calls.create", Mishap::ServerErrorAfterActing);
    }
}

impl From<Outcome> for twilio_client::testkit::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Answered => Self::Answered,
            Outcome::Busy => Self::Busy,
            Outcome::NoAnswer => Self::NoAnswer,
            Outcome::Failed => Self::Failed,
        }
    }
}

/// The session a simulated join URL leads to: `ws://HOST/calls/ID/…`.
fn session_of(stream: &str) -> Option<CallId> {
    let (_, rest) = stream.split_once("/calls/")?;
    let id = rest.split(['/', '?']).next()?;
    CallId::new(id).ok()
}
