//! The whole of it in one place: prompts that are always there, rendered, measured, and part of experiments.
//!
//! [`PromptOps`] joins the [client](crate::PromptOpsClient), the [cache](crate::cache), [rendering](crate::render),
//! [telemetry](crate::telemetry) and [experiments](crate::experiments). Cloning it is cheap; make one and keep it.
//!
//! | ask | by |
//! |---|---|
//! | a prompt, its text filled in, its messages | [`get`](PromptOps::get), [`render`](PromptOps::render), [`prompt`](PromptOps::prompt) with version, model, project, fallback |
//! | that prompts are there before anybody needs them | [`warmup`](PromptOps::warmup), [`require`](PromptOps::require) |
//! | a change, and its effect on the cache | [`create`](PromptOps::create), [`update`](PromptOps::update), [`delete_version`](PromptOps::delete_version), [`invalidate`](PromptOps::invalidate) |
//! | a variant, a flag, a conversion | [`PromptAsk::with_variant`], [`is_enabled`](PromptOps::is_enabled), [`track_conversion`](PromptOps::track_conversion) |
//! | how it goes | [`stats`](PromptOps::stats), [`cache_stats`](PromptOps::cache_stats), [`health_report`](PromptOps::health_report) |
//! | an end | [`close`](PromptOps::close) |
//!
//! A prompt in memory is a look-up and a reference: its text is parsed once and kept beside it. Nothing runs while nothing is
//! asked for: refreshes, events and usage records are sent by tasks that are started when there is something to do and end
//! with it. Events and records wait in bounded queues, and what gives way is counted.
//!
//! ```no_run
//! # async fn example() -> Result<(), voice_core::error::Error> {
//! use std::time::Duration;
//! use promptops_client::{PromptOps, variables};
//!
//! let prompts = PromptOps::from_env()?;
//! prompts.require(["greet", "farewell"]).await?;
//!
//! let text = prompts.render("greet", &variables! { name: "Ana" }).await?;
//! println!("{}", text.text);
//!
//! prompts.close(Duration::from_secs(5)).await;
//! # Ok(()) }
//! ```

mod ask;
mod builder;
mod change;
mod close;
mod core;
mod definitions;
mod events;
mod health;
mod loader;
mod meter;
mod refreshed;
mod served;
mod stored;
mod usage;
mod variant;

pub use self::core::PromptOps;
pub use ask::PromptAsk;
pub use builder::PromptOpsBuilder;
pub use close::CloseReport;
pub use definitions::Bundled;
pub use events::EventStats;
pub use health::{EnvironmentInfo, HealthReport, PartHealth};
pub use meter::{CacheLevel, CacheSummary, ServiceStats};
pub use served::{Rendered, ServedPrompt};
pub use stored::{ModelFit, StoredPrompt};
pub use variant::VariantPrompt;

pub(crate) use loader::fetch;
