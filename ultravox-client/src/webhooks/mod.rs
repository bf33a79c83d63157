//! What Ultravox sends to your server: webhooks, callbacks, SIP fallback requests, data connections.
//!
//! | what | sent | verified by |
//! |---|---|---|
//! | webhooks of the account or of an agent | `call.started`, `call.joined`, `call.ended`, `call.billed` | [`WebhookVerifier`] |
//! | callbacks of one call ([`Callbacks`](crate::types::Callbacks)) | the same payload and headers, signed with their own secrets | [`WebhookVerifier`] with those secrets |
//! | webhooks of a scheduled batch | as `call.started`; never retried | [`WebhookVerifier`] with the batch's secret |
//! | SIP fallback requests | an incoming SIP call that no agent is allowed to take | [`WebhookVerifier::sip_fallback`] |
//! | data connections | a WebSocket that Ultravox opens | [`DataConnectionVerifier`] |
//!
//! The scheme of the first two is documented by the vendor. That batches and the SIP fallback are signed is documented
//! too, under which header names is not: the same names are assumed.
//!
//! ```
//! use http::{HeaderMap, Method};
//! use ultravox_client::webhooks::{self, EventKind, WebhookVerifier};
//! use voice_core::webhook::WebhookRequest;
//!
//! # fn handle(headers: HeaderMap, body: &[u8]) -> Result<http::Response<String>, Box<dyn std::error::Error>> {
//! let verifier = WebhookVerifier::new("the-secret-of-the-webhook")?;
//!
//! // The raw body, as it arrived: a body that was parsed and written again does not verify.
//! let request = WebhookRequest::new(&Method::POST, "/hooks/ultravox", &headers, body);
//! let reply = match verifier.event(&request) {
//!     Ok(event) => {
//!         if event.kind == EventKind::CallEnded {
//!             println!("{:?} ended: {:?}", event.call.call_id, event.call.end_reason);
//!         }
//!         webhooks::acknowledge()
//!     }
//!     Err(refused) => webhooks::refuse(&refused),
//! };
//! # Ok(reply) }
//! # assert_eq!(handle(HeaderMap::new(), b"{}")?.status(), 401);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Once or more than once
//! Any 2xx acknowledges. Anything else is sent again: 10 times, the first after about 30 s, then at twice the distance,
//! about 8.5 hours in all. A webhook may also come twice although it was acknowledged: remember
//! [`Event::dedup_key`]s, at least that long. It is not known whether a repeated delivery has a fresh timestamp; if yours
//! are refused as too old, widen the [window](WebhookVerifier::window) and rely on the keys.

mod data_connection;
mod event;
mod reply;
mod signed;
mod sip_fallback;
mod verify;

pub use data_connection::{
    CALL_ID_HEADER, CONNECTION_SIGNATURE_HEADER, CONNECTION_TIMESTAMP_HEADER, DataConnectionOpened,
    DataConnectionVerifier, sign_connection,
};
pub use event::{Event, EventKind};
pub use reply::{acknowledge, refuse};
pub use signed::Verified;
pub use sip_fallback::{
    SipFallbackReply, SipFallbackRequest, SipRejectCode, SipRejectCodeError, SipRejection,
};
pub use verify::{SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookVerifier, sign};

use std::time::Duration;

/// How far a signed timestamp may be from now unless said otherwise, either way: the vendor's pages advise one minute.
pub const DEFAULT_WINDOW: Duration = Duration::from_secs(60);
