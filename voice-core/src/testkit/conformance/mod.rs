//! One suite for each shared trait that a provider crate implements so far: health, agents, calls, prompts,
//! trunks, webhooks. Every implementor passes it, so that an application can swap providers.
//!
//! A suite takes a provider connected to a simulator (or to a real account made for it) and panics with a sentence when
//! a promise of the trait is broken. The suites of the stores (dedup, capacity, limiter) take a store, or several of one
//! fleet, and the clock it goes by: a store in memory is tested under paused time, one on a server in real time, in a few
//! seconds.

mod agent;
mod call;
mod capacity;
mod dedup;
mod health;
mod limiter;
mod prompt;
mod trunk;
mod webhook;

pub use agent::agent_provider;
pub use call::{CallFixture, call_provider};
pub use capacity::capacity_store;
pub use dedup::dedup_store;
pub use health::{health_of_refused, health_of_unreachable, health_ok};
pub use limiter::{LimiterFixture, rate_limiter};
pub use prompt::{PromptFixture, prompt_provider};
pub use trunk::{TrunkFixture, trunk_provider};
pub use webhook::{WebhookFixture, webhook_verifier};
