//! The guide: how to build on this family, a chapter for each question that comes up on the way to production.
//!
//! | chapter | answers |
//! |---|---|
//! | [`retries`] | when is a request sent again, how do I know whether somebody was rung, what do I do when nobody knows |
//! | [`limits`] | how do I stay below a provider's limit, alone and with many processes |
//! | [`errors`] | what does an error tell me, and what do I do with it at 3 a.m. |
//! | [`webhooks`] | how do I check, order and deduplicate what providers send |
//! | [`testing`] | how do I test my application without an account and without waiting |
//! | [`fleet`] | what changes when several processes share one account |
//! | [`migrating`] | what do I write in the place of my present SDK |
//!
//! There is no code in here, only pages; every Rust block of them is compiled and run as a test.

#[doc = include_str!("retries.md")]
pub mod retries {}

#[doc = include_str!("limits.md")]
pub mod limits {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("webhooks.md")]
pub mod webhooks {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("fleet.md")]
pub mod fleet {}

#[doc = include_str!("migrating.md")]
pub mod migrating {}
