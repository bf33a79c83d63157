//! The client-side limiter: a trait the pipeline asks before each attempt, and the implementation for one process.
//!
//! # What is limited, and how
//!
//! A rule "N per window" is a **sliding log**: it remembers when each of the last N requests was let through, and lets
//! the next one through when fewer than N lie within the window. Whatever the server does (fixed windows on its own
//! calendar, a sliding window, or a bucket that holds N), it never sees more than N in any stretch as long as the window,
//! and a busy client still sends N in each of them. A token bucket on our side would not do: after a pause it lets
//! through nearly 2 N within one window of the server. The log is exact up to N = 512; beyond that, requests of one
//! 512th of a window share an entry, which is counted by its latest one and costs at most 0.2 % of throughput.
//!
//! A **safety margin** is added to each window, since requests do not all travel equally fast: 1 % of the window and at
//! most 1 s, unless [`LimiterBuilder::margin`] says otherwise. It costs up to 1 % of throughput.
//!
//! In windows **under ten seconds** that margin is a few milliseconds, about as much as travel times differ. There two things
//! are added. While requests wait for a turn, they go evenly and not a window's worth at once, at most a hundredth of the
//! limit together; when nobody waits and a quarter of the limit is free, whoever comes goes at once again. And a lone
//! refusal at full speed (one for each 25 accepted answers, three at once) is put down to chance: it widens the margin by a
//! 400th of the window, up to a 20th of it, and slows nothing down, though a wait it came with is kept. Accepted answers
//! narrow it again, so that it aims at one refusal in 330 answers.
//!
//! A **burst** caps how many go at once, for servers that space requests (a leaky bucket, GCRA): at most that many, and
//! then one per N-th of the window of the fastest rule. A turn taken up to 2 ms late, as timers are, still counts from
//! its due time, so that lateness does not add up.
//!
//! **Requests in flight** are counted from the grant until its [`Permit`] is dropped.
//!
//! # Waiting
//!
//! All rules hold together. Those who wait are served in the order of asking, whatever they cost: who asks for much is
//! not overtaken by who asks for little. Only the first in the queue watches the rules, the others sleep until their
//! turn or their deadline, so a queue of thousands costs one timer each and one wake-up per grant. A wait that is
//! dropped leaves nothing behind, and the next in the queue takes the turn.
//!
//! # Which setting for which limit
//!
//! | the provider's limit | set | a full queue then uses | and is refused |
//! |---|---|---|---|
//! | N per window, fixed or sliding | [`rule(N, window)`](LimiterBuilder::rule) | 98 to 99 % | less than 0.5 % |
//! | spaced, with a burst of B (GCRA, leaky bucket) | `rule(N, window)` and [`burst(B / 2)`](LimiterBuilder::burst), at least 1 | 98 to 99 % | less than 0.5 % |
//! | either, shared by several processes | `RedisLimiter` with `quota(N, window)` | 98 to 99 % | less than 0.5 % |
//! | unknown | no rule: holds and remainders the server tells are kept | depends on what it tells | the rest |
//!
//! The figures are from `benchmarks/GOODPUT.md`, with travel times that vary by 3 ms on average on the way there. At one per
//! second, where the least room is, 5 ms already cost the bar (97 %, 0.5 % refused) and 20 ms came to 90 % and 3 %. A larger
//! [`margin`](LimiterBuilder::margin) trades use for fewer refusals. Processes that know nothing of each other came nowhere
//! near these figures at one per second: let them share a limiter.
//!
//! # What the server says
//!
//! See [`RateLimiter::observe`] and [`Limiter`] for the rules and their numbers.

mod acquire;
mod builder;
mod exceeded;
mod log;
mod memory;
mod pace;
mod permit;
mod queue;
mod quota;
mod slow_down;
mod state;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::time::Instant;

use async_trait::async_trait;

pub use builder::{LimiterBuildError, LimiterBuilder};
pub use exceeded::{LimitExceeded, LimitRule};
pub use memory::Limiter;
pub use permit::{Grant, Permit, PermitOwner};

use super::RateLimits;
use crate::clock::later;

/// What became of a request, as far as limits are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Observed {
    /// The server dealt with it, well or badly: it was not refused for a limit.
    Accepted,
    /// The server refused it for a limit: 429, or what the provider sends in its place.
    Limited,
}

/// Lets requests through at the pace a server allows.
///
/// The pipeline calls [`acquire`](Self::acquire) before each attempt, keeps the [`Permit`] while the request is in
/// flight, and calls [`observe`](Self::observe) with what the answer said. One limiter stands for one quota of the
/// server: usually one per account, shared by all clients of that account.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use voice_core::clock::{Clock, SystemClock};
/// use voice_core::limits::{Limiter, Observed, RateLimiter, RateLimits};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let limiter: Arc<dyn RateLimiter> = Arc::new(Limiter::builder().per_minute(200).max_in_flight(50).build()?);
/// let deadline = SystemClock::default().now() + Duration::from_secs(90);
///
/// let permit = limiter.acquire(1, deadline).await?;
/// // … send the request, read the answer …
/// limiter.observe(&RateLimits::default(), Observed::Accepted);
/// drop(permit);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait RateLimiter: Debug + Send + Sync + 'static {
    /// Waits for a turn, in the order of asking, and never past `deadline` (on the limiter's clock).
    ///
    /// `cost` is how much of each rate the request takes, usually 1; it takes one place in flight whatever it costs.
    /// Dropping the future gives up the place in the queue and nothing else. One that is kept but never polled keeps its
    /// place, and everybody behind it waiting.
    ///
    /// # Errors
    /// [`LimitExceeded`] **at once** when it is certain that the turn would come after `deadline`; nothing is consumed.
    /// Where that cannot be foreseen (a place in flight, a queue that moves slower than the rules alone would have it) it
    /// comes at `deadline`. A deadline that has passed already gets no turn.
    async fn acquire(&self, cost: u32, deadline: Instant) -> Result<Permit, LimitExceeded>;

    /// Takes a turn if there is one now; never waits, and never overtakes those who wait.
    ///
    /// # Errors
    /// [`LimitExceeded`] with the time until a turn would come, where time alone decides it.
    fn try_acquire(&self, cost: u32) -> Result<Permit, LimitExceeded>;

    /// Learns from an answer: what it said about limits, and whether it was a refusal.
    fn observe(&self, limits: &RateLimits, outcome: Observed);
}
