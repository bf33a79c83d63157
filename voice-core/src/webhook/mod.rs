//! Webhooks: is it from the provider, is it fresh, have I seen it?
//!
//! Provider crates implement [`WebhookVerifier`](crate::provider::WebhookVerifier) from the parts here: [`Keys`] (several
//! secrets at once, never an empty one), [`Scheme`] (HMACs compared in constant time; the expected one never leaves the
//! function), and [`ReplayWindow`]. [`standard`] is a whole scheme that several providers share.

mod event;
mod mac;
mod replay;
mod request;
pub mod standard;
mod url;

pub use event::WebhookEvent;
pub use mac::{Keys, Scheme};
pub use replay::ReplayWindow;
pub use request::{WebhookError, WebhookRequest};
pub use url::{WebhookUrl, WebhookUrlError};
