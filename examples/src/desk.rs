//! Everything that answers a simulated caller at OpenAI: client, webhooks, sidebands, tenants, texts and tools.

use std::sync::Arc;
use std::time::Duration;

use openai_calls::OpenAiClient;
use openai_calls::sideband::{Reconnect, SidebandOptions, SidebandSessions};
use openai_calls::testkit::{API_KEY, WEBHOOK_SECRET};
use openai_calls::webhooks::OpenAiWebhooks;
use voice_core::breaker::BreakerSettings;
use voice_core::client::ClientOptions;
use voice_core::ident::E164;
use voice_core::intake::dialled::DialledNumber;
use voice_core::intake::instructions::{InstructionResolver, MemoryInstructions};
use voice_core::intake::tenant::{
    Feature, MemoryDirectory, TenantConfig, TenantDirectory, TenantId, TenantResolver, TenantRoute,
};
use voice_core::intake::tools::{HangUpTool, ToolRegistry, TransferTool};
use voice_core::intake::{Intake, IntakeBuilder};
use voice_core::provider::{InboundCallProvider, TransferTarget};
use voice_core::retry::ExponentialBackoff;

use crate::Failure;

/// The feature, and the tool, that tenants have beside those for handing on and hanging up.
pub const LOOKUP: &str = "opening_hours";
/// Where tenants may hand callers on to.
pub const DESTINATION: &str = "front_desk";

/// The parts of an [`Intake`] that takes the calls of an `OpenAiSim`.
#[derive(Debug)]
pub struct CallDesk {
    /// The client.
    pub client: Arc<OpenAiClient>,
    /// Proves that webhooks are the simulator's.
    pub webhooks: Arc<OpenAiWebhooks>,
    /// Attaches the agents.
    pub sessions: Arc<SidebandSessions>,
    /// Whose numbers they are.
    pub directory: Arc<MemoryDirectory>,
    /// What agents say.
    pub texts: Arc<MemoryInstructions>,
}

impl CallDesk {
    /// A desk for the simulator at this base URL, without tenants.
    ///
    /// It is more impatient than one for the real API should be, since the simulator is next door: an answer that gets lost
    /// is missed after half a second, a broken sideband is restored at once, and the API is asked again soon after it failed.
    ///
    /// # Errors
    /// When a part cannot be built.
    pub fn at(base_url: &str) -> Result<Self, Failure> {
        let options = ClientOptions::new()
            .attempt_timeout(Duration::from_millis(700))
            .breaker(BreakerSettings::new(10, Duration::from_millis(300)))
            .backoff(ExponentialBackoff::new(
                Duration::from_millis(20),
                Duration::from_millis(200),
            ));
        let client = OpenAiClient::builder()
            .api_key(API_KEY)
            .base_url(base_url)
            .ringing_attempt_timeout(Duration::from_millis(500))
            .ringing_deadline(Duration::from_millis(1_400))
            .options(options)
            .build()?;
        let reconnect = Reconnect::default()
            .tries(4)
            .first_wait(Duration::from_millis(10))
            .longest_wait(Duration::from_millis(80));
        let sideband = SidebandOptions::of(&client)
            .reconnect(reconnect)
            .connect_timeout(Duration::from_secs(1));
        Ok(Self {
            client: Arc::new(client),
            webhooks: Arc::new(OpenAiWebhooks::new(WEBHOOK_SECRET)?),
            sessions: Arc::new(SidebandSessions::new(sideband)),
            directory: Arc::new(MemoryDirectory::new()),
            texts: Arc::new(MemoryInstructions::new()),
        })
    }

    /// Adds a tenant with a number, with as many calls at once as `calls` says, or as many as there are over all. It greets,
    /// looks things up, hands callers on and hangs up.
    ///
    /// # Errors
    /// When name or number is none.
    pub fn tenant(
        &self,
        name: &str,
        number: &str,
        calls: Option<u32>,
    ) -> Result<TenantConfig, Failure> {
        let tenant = TenantId::parse(name)?;
        let mut route = TenantRoute::to(tenant.clone());
        route.max_concurrent_calls = calls;
        self.directory.put_route(E164::parse(number)?, route);
        let mut config = TenantConfig::new(tenant.clone());
        for feature in [LOOKUP, TransferTool::NAME, HangUpTool::NAME] {
            config
                .features
                .insert(feature.to_owned(), Feature::default());
        }
        let front_desk = TransferTarget::Phone(E164::parse("+14155550199")?);
        config
            .destinations
            .insert(DESTINATION.to_owned(), front_desk);
        self.directory
            .put_document(tenant.clone(), config.to_document());
        let greeting = format!("This is {name}, how can I help?");
        self.texts
            .set_texts(&tenant, greeting, "You answer the phone.");
        Ok(config)
    }

    /// An intake with these parts, and with tools for handing on and hanging up beside those of `tools`.
    pub fn intake(&self, tools: ToolRegistry) -> IntakeBuilder {
        self.intake_of(self.client.clone(), self.directory.clone(), tools)
    }

    /// The same with another provider and another directory, which stand around those of the desk.
    pub fn intake_of(
        &self,
        provider: Arc<dyn InboundCallProvider>,
        directory: Arc<dyn TenantDirectory>,
        tools: ToolRegistry,
    ) -> IntakeBuilder {
        let texts = InstructionResolver::builder(self.texts.clone())
            .fresh_for(Duration::from_millis(200))
            .stale_for(Duration::ZERO)
            .build();
        let tools = tools
            .register(TransferTool::builder())
            .register(HangUpTool::builder());
        Intake::builder(
            self.webhooks.clone(),
            provider,
            self.sessions.clone(),
            TenantResolver::new(DialledNumber::new(), directory),
            texts,
        )
        .tools(tools)
    }
}
