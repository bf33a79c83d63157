//! Status callbacks of calls: what Exotel posts to a `StatusCallback` URL.
//!
//! Exotel **does not sign** them in any way that is documented. [`CallbackReceiver`] therefore takes what there is instead: a
//! secret token in the callback's URL, compared in constant time, and a list of addresses that may call. Use both, and read
//! the call's [details](crate::voice::Voice::details) before anything of weight is done.
//!
//! ```
//! use exotel_vsip::callback::{CallTracker, CallbackReceiver, CallbackSources, Freshness};
//! use http::{HeaderMap, HeaderValue, Method, header};
//! use voice_core::secret::SecretString;
//! use voice_core::webhook::{WebhookRequest, WebhookUrl};
//!
//! let receiver = CallbackReceiver::new()
//!     .token(SecretString::from("a long random text"))?
//!     .sources(CallbackSources::new().allow("203.0.113.0/24")?);
//! // The URL to give to a call.
//! let url = receiver.url(&WebhookUrl::parse("https://hooks.example.com/exotel")?);
//!
//! // What arrives.
//! let mut headers = HeaderMap::new();
//! headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
//! let body = b"CallSid=b6cfaf5f5cef&Status=completed&EventType=terminal";
//! let request = WebhookRequest::new(&Method::POST, url.as_str(), &headers, body);
//! let callback = receiver.receive(&request, Some("203.0.113.9".parse()?))?;
//!
//! let tracker = CallTracker::new();
//! assert_eq!(tracker.note(&callback), Freshness::New);
//! assert_eq!(tracker.note(&callback), Freshness::Duplicate);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Answering
//! Serve the URL over HTTPS with TLS 1.2 or later and answer 2xx within 15 s. Otherwise, a redirect included, Exotel tries
//! again after 5 and after a further 15 minutes and then never: read the details of a call whose end was not reported.
//! Callbacks come more than once and in any order: [`StatusCallback::dedup_key`], [`CallTracker`].

mod body;
mod error;
mod multipart;
mod receiver;
mod report;
mod sources;
mod tracker;

pub use error::CallbackError;
pub use receiver::{CallbackReceiver, MAX_BODY};
pub use report::{StatusCallback, StatusReport};
pub use sources::{CallbackSources, SourceError};
pub use tracker::{CallTracker, Freshness};
