//! Webhooks: is it from Twilio, and what does it say?
//!
//! [`SignatureValidator`] checks `X-Twilio-Signature` over the URL **exactly as Twilio requested it** and the raw body.
//! Behind a proxy the server sees another scheme, host or port: build the URL from the public base URL you configured
//! and the raw path and query of the request line, with [`external_url`]; never from `Host` or `X-Forwarded-*`, and never
//! by parsing and re-writing the query.
//!
//! ```
//! use http::{HeaderMap, Method};
//! use twilio_client::webhook::{SignatureValidator, StatusCallback, external_url};
//! use voice_core::secret::SecretString;
//! use voice_core::webhook::WebhookRequest;
//!
//! # fn handle(headers: HeaderMap, body: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! let validator = SignatureValidator::new(SecretString::from("0123456789abcdef0123456789abcdef"))?;
//!
//! let url = external_url("https://hooks.example.com", "/status?voice_call_key=vk42");
//! let request = WebhookRequest::new(&Method::POST, &url, &headers, body);
//! validator.check(&request)?;
//! let callback = StatusCallback::from_request(&request)?;
//! println!("{:?} is {}", callback.call_sid(), callback.status());
//! # Ok(()) }
//! # assert!(handle(HeaderMap::new(), b"CallSid=CA1").is_err());
//! ```
//!
//! Answer within 15 s, with 2xx, always. Callbacks may come out of order ([`Newest`] restores it) and more than once
//! ([`dedup_key`]).
//!
//! - [`forms`]: every form Twilio sends, typed, and [`Callback`] to tell which one it is.
//! - [`SignatureValidator::check_upgrade`]: the WebSocket of a media stream or relay, before it is accepted.
//! - [`ConnectionOverride`]: how long Twilio waits for your URL and how often it tries, written into the URL.

mod decode;
mod form;
pub mod forms;
mod key;
mod newest;
mod overrides;
mod params;
mod sign;
mod url;
mod validator;

pub use form::{FormError, dedup_key, sequence_key};
pub use forms::{Callback, FormInfo, StatusCallback, VoiceRequest};
pub use key::{SignatureAlgorithm, WebhookKey};
pub use newest::{Newest, Placed};
pub use overrides::{ConnectionOverride, OverrideError, RetryOn};
pub use params::Params;
pub use sign::sign;
pub use url::{call_key, external_url};
pub use validator::{SignatureValidator, Verified};

/// The header the signature stands in.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";
/// The header that is the same on every delivery of one webhook. Twilio sends it; in a request **to** Twilio it does
/// nothing.
pub const IDEMPOTENCY_HEADER: &str = "i-twilio-idempotency-token";
