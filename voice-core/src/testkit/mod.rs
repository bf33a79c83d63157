//! Tools for tests: of this family, and of applications built on it.
//!
//! - [`ScriptedTransport`] and [`TestClock`]: the whole request pipeline without a network and without waiting.
//! - [`FaultProxy`]: a TCP proxy that resets, stalls, truncates and garbles on demand; [`CutProxy`]: a relay that cuts any
//!   connection (also TLS and WebSocket) after exactly so many bytes.
//! - [`SimServer`], [`Service`], [`Mishaps`]: what the providers' simulators stand on; [`InProcess`] asks them without a
//!   network.
//! - [`LimitedProvider`] and [`saturate`]: a provider that limits exactly, and what a client makes of its limit.
//! - [`RedisServer`]: a real `redis-server`, to be stopped and started at will.
//! - [`conformance`]: suites for the shared traits.

mod clock;
pub mod conformance;
pub mod fault_proxy;
mod in_process;
mod limited;
mod redis_server;
mod scripted;
mod simulator;

pub use clock::TestClock;
pub use fault_proxy::{
    Counters, Cut, CutEnd, CutProxy, Exchange, Fault, FaultProxy, Forwarded, Passage, Reframe,
    RequestInfo, Way,
};
pub use in_process::InProcess;
pub use limited::{
    Goodput, Latency, LimitCounts, LimitHeaders, LimitKind, LimitedProvider, RetryAfter, saturate,
};
pub use redis_server::{RedisServer, RedisServerError};
pub use scripted::{Reply, ScriptedTransport, Sent};
pub use simulator::{Mishap, Mishaps, Service, SimAnswer, SimRequest, SimServer, deliver_webhook};
