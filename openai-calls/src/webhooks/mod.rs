//! Webhooks of OpenAI: proven genuine, and typed.
//!
//! They are signed by [Standard Webhooks](voice_core::webhook::standard). [`OpenAiWebhooks`] checks the signature over the
//! raw body first and reads only then: [`event`](OpenAiWebhooks::event) gives one of the 32 known events or an
//! [unknown one](EventData::Unknown), and as an [`InboundSource`](voice_core::provider::InboundSource) it tells a pipeline
//! which calls ring.
//!
//! | event | as an inbound notice |
//! |---|---|
//! | `realtime.call.incoming` | ringing; ringing without an id when `call_id` is missing or no id |
//! | `realtime.call.ended`, `.hangup`, `.hungup` | ended. **In no official list**: never wait for them |
//! | `live.call.incoming`, `live.transport.incoming` | other: the same ringing call, announced to another API as well |
//! | everything else, known or not | other |
//!
//! ```
//! use http::{HeaderMap, Method};
//! use openai_calls::webhooks::{EventData, OpenAiWebhooks};
//! use voice_core::webhook::WebhookRequest;
//!
//! # fn handle(headers: HeaderMap, body: &[u8]) -> Result<u16, Box<dyn std::error::Error>> {
//! let webhooks = OpenAiWebhooks::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//!
//! // The raw body, as it arrived: one that was parsed and written again does not verify.
//! let request = WebhookRequest::new(&Method::POST, "/webhooks/openai", &headers, body);
//! let status = match webhooks.event(&request) {
//!     Ok(delivery) => {
//!         if let EventData::RealtimeCallIncoming(call) = &delivery.event.data {
//!             println!("{} rings ({})", call.call_id, delivery.webhook_id);
//!         }
//!         200
//!     }
//!     Err(refused) => refused.suggested_status(),
//! };
//! # Ok(status) }
//! # assert_eq!(handle(HeaderMap::new(), b"{}")?, 401);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Once or more than once
//! A webhook is delivered at least once and in no order: any 2xx acknowledges, anything else is sent again for up to 72 h,
//! each time with a fresh timestamp. Remember webhook ids (`wh_…`, [`Delivery::webhook_id`]) for longer than that; the
//! body's own id (`evt_…`) is another one.

mod data;
mod event;
mod field;
mod outline;
mod verify;

pub use data::{
    AgentActionRequired, AgentSession, AgentSessionCreated, BlockedIdentifier, IncomingCall,
    IncomingLiveCall, IncomingLiveTransport, LiveTransportConnected, MediaSecurity, ObjectRef,
    TransportKind,
};
pub use event::{Event, EventData};
pub use outline::ENDED_KINDS;
pub use verify::{Delivery, OpenAiWebhooks, SECRET_VARIABLE};
