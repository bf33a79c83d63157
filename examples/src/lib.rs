//! What the examples share: simulators wired together, as the real services are by the telephone network.

pub mod clinic;
mod day;
mod desk;
mod fleet;
pub mod inbound;
mod plot;
mod prompts;
mod serve;
mod stage;

pub use day::Day;
pub use desk::{CallDesk, DESTINATION, LOOKUP};
pub use fleet::{Worker, post, take_webhooks};
pub use plot::{RatePlot, output};
pub use prompts::{
    PROMPT_SLOT, PromptStage, expect, make_room_for_prompt, prepare_prompt, variable,
};
pub use serve::{Incoming, Outgoing, serve};
pub use stage::{Outcome, Stage};

/// What may go wrong in an example, for `main` to print.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The code in the workspace's README, so that it is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
