//! One suite for each shared trait that is implemented so far: health, agents, calls, ringing calls, prompts, trunks,
//! webhooks, and directories of tenants. Every implementor passes it, so that an application can swap providers.
//!
//! A suite takes a provider connected to a simulator (or to a real account made for it) and panics with a sentence when
//! a promise of the trait is broken. The suites of the stores (dedup, capacity, limiter) take a store, or several of one
//! fleet, and the clock it goes by: a store in memory is tested under paused time, one on a server in real time, in a few
//! seconds.

mod agent;
mod call;
mod capacity;
mod dedup;
#[cfg(feature = "intake")]
mod directory;
mod health;
mod inbound;
mod limiter;
mod prompt;
mod trunk;
mod webhook;

pub use agent::agent_provider;
pub use call::{CallFixture, call_provider};
pub use capacity::capacity_store;
pub use dedup::dedup_store;
#[cfg(feature = "intake")]
#[cfg_attr(docsrs, doc(cfg(feature = "intake")))]
pub use directory::{DirectoryFixture, directory};
pub use health::{health_of_refused, health_of_unreachable, health_ok};
pub use inbound::{InboundFixture, InboundState, inbound_call_provider};
pub use limiter::{LimiterFixture, rate_limiter};
pub use prompt::{PromptFixture, prompt_provider};
pub use trunk::{TrunkFixture, trunk_provider};
pub use webhook::{WebhookFixture, webhook_verifier};
