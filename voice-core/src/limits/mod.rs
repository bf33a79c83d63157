//! Rate limits: what a server says about them, and a limiter that keeps to them.
//!
//! Two halves live here, because the second is fed by the first.
//!
//! **Reading.** [`read`] turns the headers of one answer into [`RateLimits`], whatever dialect the server speaks:
//! `X-RateLimit-*` with or without a suffix, the IETF `RateLimit` fields of three drafts, `Retry-After`,
//! `retry-after-ms`, `x-should-retry`, `Twilio-Concurrent-Requests`. [`read_body_hints`] reads what some services put
//! into the error body instead, and [`RateLimits::with_body_hints`] adds it where the headers are silent. Nothing a
//! server sends panics, and no wait read here is longer than [`MAX_WAIT`].
//!
//! **Limiting.** [`RateLimiter`] is what the request pipeline asks before each attempt; [`Limiter`] keeps the rules in
//! memory, for one process. It waits in the order of asking, never past the caller's deadline, and listens to what the
//! server said.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use voice_core::limits;
//!
//! # fn main() -> Result<(), http::header::InvalidHeaderValue> {
//! let mut headers = http::HeaderMap::new();
//! headers.insert("x-ratelimit-limit", "200".try_into()?);
//! headers.insert("x-ratelimit-remaining", "0".try_into()?);
//! headers.insert("x-ratelimit-reset", "12.5".try_into()?);
//!
//! let limits = limits::read(&headers, SystemTime::UNIX_EPOCH);
//! assert_eq!(limits.limit(), Some(200));
//! assert_eq!(limits.wait_hint(), Some(Duration::from_millis(12_500)));
//! # Ok(())
//! # }
//! ```

mod answer;
mod body;
mod go_duration;
mod ietf;
mod limiter;
mod moment;
mod number;
mod read;
mod scope;
mod structured;
mod window;

use std::time::Duration;

pub use answer::{RateLimits, ShouldRetry};
pub use body::{BodyHints, read_body_hints};
pub use limiter::{
    Grant, LimitExceeded, LimitRule, Limiter, LimiterBuildError, LimiterBuilder, Observed, Permit,
    PermitOwner, RateLimiter,
};
pub use read::read;
pub(crate) use read::servers_now;
pub use scope::{Scope, Unit};
pub use window::RateWindow;

/// The longest wait or reset that is ever read from an answer: 24 hours. A longer one is cut to this.
///
/// It only keeps nonsense out of arithmetic; how long anybody is ready to wait is decided by the retry policy and by
/// the caller's deadline, both much shorter.
pub const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);
