//! Inbound calls: from a raw webhook to a running agent, for many tenants.
//!
//! [`Intake`] is the whole as one object. An HTTP handler of any framework gives it the raw request and answers with the
//! [`Outcome`]'s status and body; everything else happens in here:
//!
//! 1. **Verify**: the [`InboundSource`](crate::provider::InboundSource) checks the signature over the raw bytes. A forgery is
//!    401, and nothing else runs.
//! 2. What is no ringing call is acknowledged and ignored.
//! 3. **Claim**: the webhook's id and the call's id are claimed in a [`DedupStore`](crate::store::DedupStore), so that of
//!    many deliveries one does the work. What a dead process held goes to the next delivery when its lease is over.
//! 4. **Tenant**: the [`TenantResolver`](tenant::TenantResolver) reads the dialled number out of the SIP headers and asks the
//!    directory whose it is.
//! 5. **Place**: over all and for the tenant, in one step of a [`CapacityStore`](crate::store::CapacityStore).
//! 6. **Texts**: the [`InstructionResolver`](instructions::InstructionResolver). Missing texts are a fault of the configuration
//!    and the caller is refused; a store that is down is an outage and fallback texts serve.
//! 7. **Configuration**: the tenant's document, checked.
//! 8. **Tools**: the [`ToolRegistry`](tools::ToolRegistry) builds those whose feature the tenant has on.
//! 9. **Accept**: the [`InboundCallProvider`](crate::provider::InboundCallProvider) takes the call, in a task of its own from
//!    here on.
//! 10. **Session**: [`CallSessions`] attach the agent. While the call stands its place is renewed, and what is said and used
//!     is taken down, within bounds.
//! 11. **End**: by the session's end, a hang-up or a transfer; a webhook that says so only hastens it, since not every provider
//!     sends one. Then every [`AfterCall`] hook hears of it.
//!
//! Every exit after step 3 completes the claim or gives it back, every exit after step 5 frees the place: also when the
//! handler's future is dropped, when a part panics, and when a store does not answer (then in the background, and at last by
//! the lease). A part that others wrote runs with a time limit and a guard against panics.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use voice_core::ident::E164;
//! use voice_core::intake::dialled::DialledNumber;
//! use voice_core::intake::instructions::{InstructionResolver, MemoryInstructions};
//! use voice_core::intake::tenant::{MemoryDirectory, TenantConfig, TenantId, TenantResolver, TenantRoute};
//! use voice_core::intake::tools::{ToolRegistry, TransferTool};
//! use voice_core::intake::{Happened, Intake, WhenOver};
//! use voice_core::webhook::WebhookRequest;
//! # use async_trait::async_trait;
//! # use voice_core::error::Error;
//! # use voice_core::intake::{CallSessions, EndReason, LiveCall, SessionEvent, SessionStart};
//! # use voice_core::provider::*;
//! # use voice_core::webhook::WebhookError;
//! #
//! # /// A provider whose every webhook rings for the same number, and whose callers hang up at once.
//! # #[derive(Debug)]
//! # struct Provider;
//! # impl InboundSource for Provider {
//! #     fn read(&self, request: &WebhookRequest<'_>) -> Result<InboundNotice, WebhookError> {
//! #         request.header("x-signature")?;
//! #         let to = SipHeader::new("To", "<sip:+14155550123@sip.example.com>");
//! #         let call = RingingCall::new(CallId::new("rtc_1").unwrap(), vec![to]);
//! #         let event = InboundEvent::Ringing(call);
//! #         Ok(InboundNotice::new("sample", Some("wh_1".into()), "call.ringing", event))
//! #     }
//! # }
//! # #[async_trait]
//! # impl InboundCallProvider for Provider {
//! #     async fn accept(&self, _: &CallId, _: &AcceptCall) -> Result<Presence, Error> { Ok(Presence::Done) }
//! #     async fn reject(&self, _: &CallId, _: RejectReason) -> Result<Presence, Error> { Ok(Presence::Done) }
//! #     async fn transfer(&self, _: &CallId, _: &TransferTarget) -> Result<Presence, Error> { Ok(Presence::Done) }
//! #     async fn hang_up(&self, _: &CallId) -> Result<Presence, Error> { Ok(Presence::Done) }
//! # }
//! # #[async_trait]
//! # impl CallSessions for Provider {
//! #     async fn start(&self, _: SessionStart) -> Result<Box<dyn LiveCall>, Error> { Ok(Box::new(Session)) }
//! # }
//! # #[derive(Debug)]
//! # struct Session;
//! # #[async_trait]
//! # impl LiveCall for Session {
//! #     async fn next(&mut self) -> SessionEvent { SessionEvent::Ended(EndReason::CallEnded) }
//! #     async fn close(&mut self) {}
//! # }
//! # fn webhook() -> http::HeaderMap {
//! #     http::HeaderMap::from_iter([(http::HeaderName::from_static("x-signature"), http::HeaderValue::from_static("good"))])
//! # }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Whose number is it, and how does its owner want calls answered?
//! let acme = TenantId::parse("acme-corp")?;
//! let directory = MemoryDirectory::new();
//! directory.put_route(E164::parse("+14155550123")?, TenantRoute::to(acme.clone()));
//! directory.put_document(acme.clone(), TenantConfig::new(acme.clone()).to_document());
//! let texts = MemoryInstructions::new();
//! texts.set_texts(&acme, "Acme, how can I help?", "You are Acme's receptionist.");
//!
//! // Source, calls and sessions are three sides of one provider's client.
//! let provider = Arc::new(Provider);
//! let intake = Intake::builder(
//!     provider.clone(),
//!     provider.clone(),
//!     provider,
//!     TenantResolver::new(DialledNumber::new(), Arc::new(directory)),
//!     InstructionResolver::builder(Arc::new(texts)).build(),
//! )
//! .tools(ToolRegistry::new().register(TransferTool::builder()))
//! .max_calls(20)
//! .build()?;
//!
//! // In the handler of any web framework:
//! let (method, headers, body) = (http::Method::POST, webhook(), b"{}");
//! let request = WebhookRequest::new(&method, "https://calls.example.com/hook", &headers, body);
//! let outcome = intake.handle(&request).await;
//! assert_eq!(outcome.status(), 200);
//! assert_eq!(outcome.body()["accepted"], true);
//!
//! // The same webhook again is the same call.
//! assert_eq!(intake.handle(&request).await.happened(), Happened::Deduped);
//!
//! // Before the process ends:
//! let drained = intake.drain(std::time::Duration::from_secs(60), WhenOver::HangUp).await;
//! assert_eq!(drained.left, 0);
//! # Ok(())
//! # }
//! ```
//!
//! # Several processes
//!
//! Give [`IntakeBuilder::dedup`] and [`IntakeBuilder::capacity`] stores that all of them share (on Redis: `RedisDedup` and
//! `RedisCapacity`), wrapped in [`GuardedDedup`](crate::store::GuardedDedup) and
//! [`GuardedCapacity`](crate::store::GuardedCapacity), which decide what happens while the store is away.
//!
//! # Events
//!
//! Everything is one `tracing` event, within a span that has `tenant_id` and `call_id`. [`EVENTS`] is this table, with cause
//! and remedy of each.
//!
//! | event | level | the call |
//! |---|---|---|
//! | `webhook_received` | DEBUG | – |
//! | `webhook_verification_failed` | ERROR | 401, nothing else happens |
//! | `webhook_unreadable` | ERROR | acknowledged, nothing else happens |
//! | `webhook_ignored` | INFO | acknowledged, nothing else happens |
//! | `duplicate_webhook_id` | WARNING | acknowledged, nothing else happens |
//! | `dedup_store_error` | ERROR | – |
//! | `tenant_resolution_failed` | ERROR | refused |
//! | `tenant_not_configured` | ERROR | refused |
//! | `call_rejected` | INFO | refused |
//! | `capacity_store_error` | ERROR | – |
//! | `lease_lost` | WARNING | – |
//! | `instructions_missing` | ERROR | refused |
//! | `instructions_db_error` | ERROR | goes on with fallback texts |
//! | `tenant_config_parse_error` | ERROR | refused |
//! | `tool_build_started` | DEBUG | – |
//! | `tool_builder_phase_started` | DEBUG | – |
//! | `tool_builder_phase_built_tool` | DEBUG | – |
//! | `tool_builder_phase_no_tool` | DEBUG | – |
//! | `tool_build_error` | ERROR | goes on without the tool |
//! | `tool_build_finished` | DEBUG | – |
//! | `call_accepted` | INFO | – |
//! | `call_already_gone` | INFO | not taken |
//! | `call_accept_failed` | ERROR | not taken |
//! | `call_reject_failed` | ERROR | – |
//! | `call_session_started` | INFO | – |
//! | `call_session_start_failed` | ERROR | hung up |
//! | `call_session_lost` | ERROR | hung up |
//! | `call_hang_up_failed` | ERROR | – |
//! | `tool_execution_error` | ERROR | the agent hears of it |
//! | `tool_not_found` | ERROR | the agent hears of it |
//! | `tool_args_parse_error` | ERROR | the agent hears of it |
//! | `tool_rounds_exceeded` | WARNING | the agent hears of it |
//! | `request_transfer_started` | INFO | – |
//! | `request_transfer_failed` | ERROR | the agent hears of it |
//! | `call_referred` | INFO | over |
//! | `call_ended` | INFO | over |
//! | `hook_failed` | ERROR | – |
//!
//! The log and the answer spell one refusal differently: `tenant_resolution_failed` and `tenant_resolve_failed`.

mod answer;
mod code;
pub mod dialled;
mod error;
pub mod figures;
pub mod instructions;
mod log;
mod outcome;
mod pipeline;
mod session;
pub mod tenant;
pub mod tools;

pub use code::{Consequence, EVENTS, EventCode, EventRow, Level};
pub use error::{IntakeError, Reason};
pub use outcome::{Happened, Ignored, Outcome, Redelivery, Rejected};
pub use pipeline::{
    AfterCall, CallPhase, Drained, FinishedCall, HandedOn, Idle, Intake, IntakeBuilder,
    IntakeHealth, IntakeSettings, OngoingCall, Taking, WhenOver, WhenPlaceLost,
};
pub use session::{
    CallEnd, CallSessions, EndReason, LiveCall, SessionEvent, SessionStart, Speaker,
    TranscriptTurn, Usage,
};

#[cfg(test)]
mod tests {
    use super::EVENTS;

    #[test]
    fn the_table_of_the_module_page_is_the_table_of_events() {
        let page = include_str!("mod.rs");
        let rows: Vec<(&str, &str)> = page
            .lines()
            .filter_map(|line| line.strip_prefix("//! | `"))
            .filter_map(|row| {
                let (event, rest) = row.split_once("` | ")?;
                Some((event, rest.split_once(" | ")?.0))
            })
            .collect();
        let events: Vec<(&str, &str)> = EVENTS
            .iter()
            .map(|row| (row.code.as_str(), row.level.as_str()))
            .collect();
        assert_eq!(rows, events);
    }
}
