//! Click-to-call over Twilio: the agent's telephone rings first, and is connected to the lead on answering.
//!
//! [`ClickToCall`] is both ends of it: [`call`](ClickToCall::call) rings the agent, and [`handle`](ClickToCall::handle) is
//! the web handler Twilio then asks, for any web framework: method, URL, headers and body in, [`HandlerAnswer`] out. The
//! application brings a [`Contacts`](voice_core::flow::click_to_call::Contacts), which turns a contact into a number and may
//! say no.
//!
//! ```
//! use std::sync::Arc;
//!
//! use twilio_client::click_to_call::ClickToCall;
//! use voice_core::config::Environment;
//! use voice_core::flow::click_to_call::{Contact, ContactAnswer, ContactRef, ContactRequest, Contacts};
//! use voice_core::ident::E164;
//! use voice_core::provider::CallKey;
//!
//! #[derive(Debug)]
//! struct Crm;
//!
//! #[async_trait::async_trait]
//! impl Contacts for Crm {
//!     async fn resolve(
//!         &self,
//!         request: &ContactRequest,
//!     ) -> Result<ContactAnswer, Box<dyn std::error::Error + Send + Sync>> {
//!         match request.contact.as_str() {
//!             "lead-4711" => Ok(ContactAnswer::Connect(Contact::parse("+14155550123")?.named("Ada"))),
//!             _ => Ok(ContactAnswer::Unknown),
//!         }
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let env = Environment::from_pairs([
//!     ("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001"),
//!     ("TWILIO_AUTH_TOKEN", "0123456789abcdef0123456789abcdef"),
//!     ("TWILIO_PHONE_NUMBER", "+14155550100"),
//!     ("TWILIO_STATUS_CALLBACK_BASE_URL", "https://crm.example.com"),
//! ]);
//! let clicks = ClickToCall::from_environment(&env, Arc::new(Crm))?.build()?;
//!
//! // When somebody clicks:
//! let request = clicks.request(
//!     E164::parse("+14155550111")?,
//!     ContactRef::new("lead-4711")?,
//!     CallKey::new("click-90210")?, // the same for a click that comes twice
//! );
//! # let _ = async {
//! let clicked = clicks.call(&request).await?;
//! println!("{:?}: {:?}", clicked.turn, clicked.record.call);
//! # Ok::<(), voice_core::error::Error>(()) };
//! # Ok(()) }
//! ```
//!
//! # What the handler promises
//! - Twilio's signature is checked before anything else, over the configured public base URL and the raw path and query.
//! - Voice routes answer 200 with TwiML, by GET and POST, whatever happens: no token, a wrong, expired or used one, an
//!   application that says no, fails, panics or takes too long. What went wrong is spoken ([`Phrases`]). A bad signature gets
//!   a neutral goodbye, or 403 ([`BadSignature`]).
//! - It answers within 13 s at most, of the 15 s Twilio waits ([`ClickToCallBuilder::limits`]).
//! - A token is good for one step, once, and for one call. Twilio's own repetition gets the same document again.
//! - Each decision is one [`ClickEvent`](voice_core::flow::click_to_call::ClickEvent): a log event, and told to
//!   [`on_event`](ClickToCallBuilder::on_event), with the call's SID and the reason, without numbers.
//!
//! # What the lead costs
//! Unless told otherwise the agent presses a key before the lead is rung: a mailbox does not, so that no lead is connected
//! to one ([`KeyPress`]). Machines are also looked for when the agent's leg is answered. The `<Dial>` has an action, 30 s of
//! ringing, `answerOnBridge` and the caller id, so that an outcome is known: see
//! [`Outcome`](voice_core::flow::click_to_call::Outcome).

mod answer;
mod builder;
mod connect;
mod dial;
mod documents;
mod environment;
mod fallback;
mod handler;
mod options;
mod phrases;
mod ring;
mod service;
mod status;

pub use answer::HandlerAnswer;
pub use builder::ClickToCallBuilder;
pub use options::{BadSignature, KeyPress};
pub use phrases::{Line, Phrases};
pub use service::ClickToCall;
