//! One simulator of each provider, and what operations find there.

use std::net::SocketAddr;
use std::time::Duration;

use exotel_vsip::testkit::ExotelSimulator;
use exotel_vsip::trunks::NewTrunk;
use openai_calls::testkit::{OpenAiSim, SimSettings as OpenAiSettings};
use openai_calls::webhook_endpoints::NewWebhookEndpoint;
use promptops_client::models::NewPrompt;
use promptops_client::testkit::{Creates, PromptOpsSimulator, Speaks};
use twilio_client::calls::CreateCall;
use twilio_client::calls::recordings::CreateRecording;
use twilio_client::recordings::UpdateRecording;
use twilio_client::testkit::{Pace, TwilioSimulator};
use twilio_client::twiml::{Pause, Response};
use ultravox_client::agents::{NewAgent, TemplateSpec};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use voice_core::ident::{AgentName, CallSid, E164, RecordingSid, TrunkName};
use voice_core::provider::{AgentId, MediaKind};

/// The providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Provider {
    Ultravox,
    Twilio,
    Exotel,
    PromptOps,
    OpenAi,
}

/// All of them, for as long as it lives.
pub(crate) struct World {
    pub(crate) ultravox: UltravoxSimulator,
    pub(crate) twilio: TwilioSimulator,
    pub(crate) exotel: ExotelSimulator,
    pub(crate) promptops: PromptOpsSimulator,
    pub(crate) openai: OpenAiSim,
    /// An agent of Ultravox.
    pub(crate) agent: AgentId,
    /// A Twilio call that goes on.
    pub(crate) call: CallSid,
    /// Its recording, complete.
    pub(crate) recording: RecordingSid,
    /// A trunk of Exotel.
    pub(crate) trunk: exotel_vsip::types::TrunkSid,
    /// A prompt.
    pub(crate) prompt: String,
    /// A webhook endpoint of OpenAI.
    pub(crate) endpoint: String,
}

pub(crate) fn number(area: u32, n: u32) -> E164 {
    E164::parse(&format!("+1{area:03}{:07}", 5_000_000 + n)).unwrap()
}

pub(crate) fn agent(name: &str) -> NewAgent {
    NewAgent::new(
        AgentName::parse(name).unwrap(),
        TemplateSpec::new("Be brief."),
    )
}

impl World {
    pub(crate) async fn start() -> Self {
        let settings = SimSettings::new().page_size(2).telephony(MediaKind::Twilio);
        let ultravox = UltravoxSimulator::start_with(settings).await;
        let agents = ultravox.client().build().unwrap();
        let first = agents.agents().create(&agent("First")).await.unwrap();
        for name in ["Second", "Third"] {
            agents.agents().create(&agent(name)).await.unwrap();
        }

        let pace = Pace::FAST.with_talk(None);
        let twilio = TwilioSimulator::builder()
            .pace(pace)
            .calls_per_second(1e6)
            .start()
            .await;
        let (call, recording) = recorded(&twilio).await;

        let exotel = ExotelSimulator::builder()
            .requests_per_minute(100_000_000)
            .connections(1_000_000)
            .start()
            .await;
        let mut trunks = Vec::new();
        for name in ["first", "second", "third"] {
            let trunk = NewTrunk::new(TrunkName::parse(name).unwrap());
            let trunk = exotel
                .client()
                .unwrap()
                .trunks()
                .create(&trunk)
                .await
                .unwrap();
            trunks.push(trunk.sid().unwrap().clone());
        }

        let promptops = PromptOpsSimulator::builder()
            .speaks(Speaks::Docs)
            .creates(Creates::Work)
            .limits(u64::MAX / 4, u64::MAX / 4, u64::MAX / 4)
            .start()
            .await;
        let prompts = promptops.client().unwrap();
        let mut ids = Vec::new();
        for name in ["first", "second", "third"] {
            let made = prompts
                .prompts()
                .create(&NewPrompt::new(name, "Hello {{who}}."))
                .await;
            ids.push(made.unwrap().id.clone());
        }

        let settings = OpenAiSettings::new().rate_limit(1_000_000_000);
        let openai = OpenAiSim::start_with(settings).await.unwrap();
        let endpoints = openai.client().build().unwrap();
        let mut hooks = Vec::new();
        for name in ["first", "second", "third"] {
            let made = endpoints.webhook_endpoints().create(&endpoint(name)).await;
            hooks.push(made.unwrap().id.clone());
        }
        Self {
            agent: first.id().unwrap().clone(),
            call,
            recording,
            trunk: trunks.remove(0),
            prompt: ids.remove(0),
            endpoint: hooks.remove(0).unwrap(),
            ultravox,
            twilio,
            exotel,
            promptops,
            openai,
        }
    }

    /// Where a provider listens.
    pub(crate) fn address(&self, provider: Provider) -> SocketAddr {
        let of = |url: String| url.strip_prefix("http://").unwrap().parse().unwrap();
        match provider {
            Provider::Ultravox => of(self.ultravox.url()),
            Provider::Twilio => of(self.twilio.url()),
            Provider::Exotel => of(self.exotel.url()),
            Provider::PromptOps => of(self.promptops.url()),
            Provider::OpenAi => self.openai.address(),
        }
    }
}

pub(crate) fn endpoint(name: &str) -> NewWebhookEndpoint {
    let events = ["realtime.call.incoming"];
    NewWebhookEndpoint::new(name, "https://hooks.example.com/openai", events)
}

/// A call that goes on, and its recording, which is over.
async fn recorded(twilio: &TwilioSimulator) -> (CallSid, RecordingSid) {
    let client = twilio.client().unwrap();
    let twiml = Response::new()
        .with(Pause::new(Duration::from_secs(1)))
        .to_inline()
        .unwrap();
    let request = CreateCall::new(number(203, 0), number(415, 1), twiml);
    let call = client.calls().create(&request).await.unwrap().sid.unwrap();
    until(async || twilio.call(&call).unwrap().status.as_str() == "in-progress").await;
    let recordings = client.calls().recordings(call);
    let made = recordings.create(&CreateRecording::new()).await.unwrap();
    let recording = made.sid.unwrap();
    let stop = UpdateRecording::stop();
    recordings.update(recording, &stop).await.unwrap();
    until(async || {
        let now = client.recordings().get(recording).await.unwrap();
        now.status
            .as_ref()
            .is_some_and(|status| status.as_str() == "completed")
    })
    .await;
    (call, recording)
}

async fn until(ready: impl AsyncFn() -> bool) {
    for _ in 0..2_000 {
        if ready().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it takes too long");
}
