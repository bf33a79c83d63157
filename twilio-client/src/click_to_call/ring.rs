//! Rings the agent.

use async_trait::async_trait;
use voice_core::error::Error;
use voice_core::flow::click_to_call::{AgentLeg, MachineCheck, RingAgent};
use voice_core::provider::Call;

use crate::calls::{CallEvent, CreateCall, MachineDetection};
use crate::client::TwilioClient;
use crate::provider::dial;

/// Dials with a `Url` that is asked by POST on answering, a `FallbackUrl`, all four progress events, a ring timeout and,
/// unless switched off, `MachineDetection=Enable` (Twilio gives up finding out after 30 s).
#[async_trait]
impl RingAgent for TwilioClient {
    async fn ring_agent(&self, leg: &AgentLeg) -> Result<Call, Error> {
        let mut create = CreateCall::new(leg.to, leg.from, leg.connect.clone())
            .fallback_url(leg.fallback.clone())
            .status_callback(leg.status.clone())
            .status_callback_event(CallEvent::ALL)
            .timeout(leg.ring_timeout);
        if let Some(limit) = leg.time_limit {
            create = create.time_limit(limit);
        }
        if leg.machine_check == MachineCheck::BeforeConnecting {
            create = create.machine_detection(MachineDetection::Enable);
        }
        dial(self, &leg.key, (leg.to, leg.from), &create).await
    }
}
