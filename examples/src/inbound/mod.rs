//! A service for phone calls that come in at OpenAI, and a network that tries it.
//!
//! [`service`] is what an application writes; [`shop_tools()`] are its tools. The rest is the other side: tenants to
//! try it with, the simulator, and scenes that both the examples and their tests play.

mod call_scenes;
mod desk;
mod one_call_log;
mod reload;
mod service;
mod shop_tools;
mod stage;
mod stores;
mod story;
mod table;
mod tenants;
mod tool_scenes;

pub use call_scenes::{CallScenes, play_calls};
pub use desk::{Answer, Answers, handle};
pub use one_call_log::OneCallLog;
pub use reload::TenantFile;
pub use service::{Finished, Service, service};
pub use shop_tools::shop_tools;
pub use stage::{Setup, Stage};
pub use stores::Stores;
pub use story::Story;
pub use table::table;
pub use tenants::{
    BLUEBELL, CALLER, HARBOUR, NOBODY, OAKFIELD, SALES, memory_directory, memory_texts, mended,
    tenants, toolbox,
};
pub use tool_scenes::{ToolsPlayed, play_tools};

/// Any failure.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
