//! When to send a request again: three questions, three small traits.
//!
//! - *May I?* [`RetryPolicy`]: reads the failure's [`Delivery`](crate::error::Delivery) against the operation's
//!   [`Repeat`] class. [`SafeRetry`] is the family's table; [`RetryPolicyExt`] limits it by attempts and time.
//! - *How long?* [`Backoff`]: [`ExponentialBackoff`], full jitter by default. What the server asks for in `Retry-After`
//!   goes before it.
//! - *Is it healthy enough?* [`RetryBudget`]: retries are paid from what successes bring in, so that a provider in
//!   trouble is not buried under them.
//!
//! | | [`Safe`](Repeat::Safe) [`Idempotent`](Repeat::Idempotent) [`Keyed`](Repeat::Keyed) | [`Once`](Repeat::Once) |
//! |---|---|---|
//! | `NotSent`, `Refused` | again | again |
//! | `Unknown` | again | **never** |
//! | `Answered` | never | never |
//!
//! The defaults: 3 retries; 0.5 s doubling to 20 s with full jitter; 30 s an attempt, 10 s to connect, 90 s in all;
//! `Retry-After` honoured up to 60 s and never past the deadline.

mod backoff;
mod budget;
mod policy;

pub use backoff::{Backoff, ExponentialBackoff, JitterMode};
pub(crate) use backoff::{part, share};
pub use budget::{BudgetToken, RetryBudget};
pub use policy::{
    Advice, AttemptLimit, Decision, Failed, NeverRetry, RetryPolicy, RetryPolicyExt, SafeRetry,
    StopReason, TimeLimit,
};

/// What may happen when a request arrives at the server twice. Every operation has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Reads only.
    Safe,
    /// Sets a state: the second time changes nothing (most PUT and DELETE, hanging up).
    Idempotent,
    /// Carries an idempotency key that the provider honours.
    Keyed,
    /// Acts anew each time: dialling, creating, bulk orders.
    Once,
}

impl Repeat {
    /// Whether a request with an unknown outcome may be sent again.
    #[must_use]
    pub const fn survives_unknown(self) -> bool {
        !matches!(self, Self::Once)
    }
}
