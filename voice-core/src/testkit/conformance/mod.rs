//! One suite for each shared trait that is implemented so far: health, agents, calls, ringing calls, prompts, trunks,
//! webhooks, and directories of tenants. Every implementor passes it, so that an application can swap providers.
//!
//! A suite takes a provider connected to a simulator (or to a real account made for it) and panics with a sentence when
//! a promise of the trait is broken.

mod agent;
mod call;
#[cfg(feature = "intake")]
mod directory;
mod health;
mod inbound;
mod prompt;
mod trunk;
mod webhook;

pub use agent::agent_provider;
pub use call::{CallFixture, call_provider};
#[cfg(feature = "intake")]
#[cfg_attr(docsrs, doc(cfg(feature = "intake")))]
pub use directory::{DirectoryFixture, directory};
pub use health::{health_of_refused, health_of_unreachable, health_ok};
pub use inbound::{InboundFixture, InboundState, inbound_call_provider};
pub use prompt::{PromptFixture, prompt_provider};
pub use trunk::{TrunkFixture, trunk_provider};
pub use webhook::{WebhookFixture, webhook_verifier};
