//! Click-to-call: rings the agent first, then connects the lead.
//!
//! Somebody clicks on a contact; the agent's telephone rings; when the agent answers, the provider asks a web handler of
//! yours what to do, and is told to dial the contact. What does not depend on the provider is here:
//!
//! - [`click_to_call`] writes a [`ClickRecord`] **before** it dials, rings the agent through a [`RingAgent`], and never
//!   twice for one key: the same key again returns what the first call became.
//! - [`ConnectTokens`] makes and reads the token in the handler's URLs: an opaque id, a step and an expiry, signed with keys
//!   of its own.
//! - [`ClickStore`] keeps the records; [`MemoryClickStore`] does so for one process. A record decides what a token is good
//!   for: once for each [`Step`], and for one call only ([`ClickRecord::claim`]).
//! - [`Outcome`] tells apart what became of it; [`reconcile`] asks the provider where nothing was heard.
//!
//! The handler itself speaks the provider's language: see `twilio_client::click_to_call`.

mod contacts;
mod event;
mod guard;
mod memory;
mod outcome;
mod progress;
mod reconcile;
mod record;
mod request;
mod ring;
mod routes;
mod run;
mod store;
mod token;

#[cfg(test)]
mod run_tests;

pub use contacts::{Contact, ContactAnswer, ContactRef, ContactRequest, Contacts};
pub use event::{ClickEvent, ClickNews};
pub use guard::{GuardError, guarded};
pub use memory::MemoryClickStore;
pub use outcome::{AgentFailure, LeadFailure, Outcome, Refusal};
pub use progress::{Answerer, LeadReport, StatusReport, Taken};
pub use reconcile::reconcile;
pub use record::{Claim, ClickRecord, DialState, Stage};
pub use request::ClickRequest;
pub use ring::{AgentLeg, MachineCheck, RingAgent};
pub use routes::ClickRoutes;
pub use run::{Clicked, Turn, click_to_call};
pub use store::{ClickStore, Inserted, Replaced, edit};
pub use token::{Claims, ClickId, ConnectToken, ConnectTokens, Step, TokenError};
